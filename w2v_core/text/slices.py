"""A text cut by what is known of its documents: into slices of time, in their order, or into groups."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from w2v_core.text.corpus import Corpus, EncodedText

MOST_SLICES = 20


@dataclass(frozen=True)
class Slices:
    """Documents in slices.

    Attributes
    ----------
    names : list of str
        Of the slices: the value, or "first–last" where a slice holds several.
    of_document : int (documents,)
        The number of each document's slice; −1 where it has no value.
    values : int
        How many different values there are.
    """

    names: list[str]
    of_document: np.ndarray
    values: int


def slices_of(
    values: Sequence[str],
    sizes: Sequence[float] | np.ndarray,
    ordered: bool,
    most: int = MOST_SLICES,
) -> Slices:
    """Put documents into slices by a value that each of them has.

    Parameters
    ----------
    values : sequence of str
        One for each document; empty where it is not known.
    sizes : sequence of float
        Of the documents, in words. A document without words belongs to no slice.
    ordered : bool
        Whether the values are sorted (see ``in_order``). More than ``most`` of them are then grouped into
        as many consecutive slices of about equal size, or fewer.
    most : int
        From 2 to ``MOST_SLICES``.

    Raises
    ------
    ValueError
        for fewer than two values, too many that are not ordered, and a bad ``most``.
    """
    if not 2 <= most <= MOST_SLICES:
        raise ValueError(f"most={most!r}: give a whole number from 2 to {MOST_SLICES}.")
    sizes = np.asarray(sizes, float)
    known = [value.strip() if size > 0 else "" for value, size in zip(values, sizes, strict=True)]
    distinct = in_order(set(known) - {""})
    if len(distinct) < 2:
        raise ValueError(
            "All documents that have words share one value here, so there is nothing to follow: choose "
            "another column."
        )
    if not ordered and len(distinct) > MOST_SLICES:
        raise ValueError(
            f"There are {len(distinct):,} values here, and at most {MOST_SLICES} groups can be compared: "
            "choose another column, or treat the values as ordered."
        )
    place = {value: i for i, value in enumerate(distinct)}
    rows = np.array([place.get(value, -1) for value in known])
    if ordered and len(distinct) > most:
        of_value = np.bincount(rows[rows >= 0], sizes[rows >= 0])
        middle = np.cumsum(of_value) - of_value / 2
        cut = (middle * (most / of_value.sum())).astype(np.int64)
        cut = np.unique(np.clip(cut, 0, most - 1), return_inverse=True)[1]
        if cut[-1] == 0:  # one value holds nearly everything: it stands alone
            longest = int(of_value.argmax())
            cut[longest + (longest == 0) :] = 1
    else:
        cut = np.arange(len(distinct))
    names = []
    for number in range(int(cut[-1]) + 1):
        own = np.flatnonzero(cut == number)
        first, last = distinct[own[0]], distinct[own[-1]]
        names.append(first if first == last else f"{first}–{last}")
    return Slices(names, np.where(rows >= 0, cut[rows], -1), len(distinct))


def in_order(values: set[str]) -> list[str]:
    """Values sorted: numbers as numbers if all are, otherwise as text in which runs of digits count as
    numbers, so that "part 2" comes before "part 10"."""
    if are_numbers(values):
        return sorted(values, key=lambda value: (_number(value), value))
    return sorted(values, key=lambda value: (_parts(value), value))


def are_numbers(values: set[str]) -> bool:
    """Whether all values are numbers, as years are."""
    return all(_number(value) is not None for value in values)


def seem_ordered(values: set[str]) -> bool:
    """Whether values have an order of their own: numbers, and names that differ in one number alone, as
    "1850.txt" and "1860.txt" do."""
    if are_numbers(values):
        return True
    around = {tuple(re.split(r"\d+", value)) for value in values}
    return len(values) > 1 and len(around) == 1 and len(next(iter(around))) == 2


def part_of_corpus(corpus: Corpus, chosen: np.ndarray) -> Corpus:
    """Some sentences of a corpus, with the same vocabulary.

    Parameters
    ----------
    corpus : Corpus
    chosen : bool (n_sentences,)

    Returns
    -------
    Corpus
        It encodes the words alone: there is no text to look sentences up in.
    """
    lengths = np.diff(corpus.sentence_starts)
    ids = corpus.ids[np.repeat(chosen, lengths)]
    counts = np.bincount(ids, minlength=len(corpus.words))
    encoded = EncodedText(
        ids=ids,
        sentence_starts=np.concatenate(([0], np.cumsum(lengths[chosen]))).astype(np.int64),
        sentence_bytes=corpus.sentence_bytes[chosen],
        counts=counts,
        all_counts=-np.sort(-counts),
    )
    return Corpus(corpus.words, encoded, b"", corpus.settings)


def _number(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _parts(value: str) -> list[tuple[int, int, str]]:
    """Runs of digits as numbers, before any text."""
    return [
        (0, int(part), "") if part.isdecimal() and len(part) <= 18 else (1, 0, part.casefold())
        for part in re.findall(r"\d+|\D+", value)
    ]
