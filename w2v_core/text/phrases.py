"""Phrases: two words that stand side by side so often that they are one, *new york* → *new_york*."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from w2v_core.text.number_words import NUMBER, is_number

NPMI = 0.5
"""The threshold of phrases, where nobody says."""

_CHUNK = 1 << 22  # pairs of words counted at a time


class Phrases:
    """Joins pairs of words, *new york* → *new_york*, wherever they stand side by side in a sentence; from
    left to right, a word in one pair only.

    Parameters
    ----------
    phrases : sequence of str
        Two words each, a space between; others are passed over.
    """

    def __init__(self, phrases: Sequence[str]):
        self.pairs = {tuple(p): "_".join(p) for p in map(str.split, phrases) if len(p) == 2}

    def join(
        self, numbers: np.ndarray, lengths: np.ndarray, encoder: dict[str, int]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Words as numbers, and how many stand in each sentence, with the pairs joined.

        Parameters
        ----------
        numbers : int32 (n_words,)
            −1 is no word.
        lengths : int (n_sentences,)
        encoder : dict of str → int
            Gives the numbers; one that is missing is made by asking for it.
        """
        known = [
            (encoder[a], encoder[b], joined)
            for (a, b), joined in self.pairs.items()
            if a in encoder and b in encoder
        ]
        if not known or len(numbers) < 2:
            return numbers, lengths
        n = len(encoder)
        codes = np.array([a * n + b for a, b, _ in known], np.int64)
        order = np.argsort(codes)
        codes = codes[order]
        begins = np.zeros(n + 1, bool)  # its last is for what is no word
        begins[[a for a, _, _ in known]] = True
        ends = np.cumsum(lengths)
        at = np.flatnonzero(begins[numbers[:-1]] & (numbers[1:] >= 0))
        code = numbers[at].astype(np.int64) * n + numbers[at + 1]
        where = np.minimum(np.searchsorted(codes, code), len(codes) - 1)
        same = np.searchsorted(ends, at, side="right") == np.searchsorted(
            ends, at + 1, side="right"
        )
        found = (codes[where] == code) & same
        at, where = at[found], where[found]
        # Of pairs that overlap, every other one from the left.
        first = np.diff(at, prepend=-2) != 1
        run = np.flatnonzero(first)[np.cumsum(first) - 1] if len(at) else at
        taken = (np.arange(len(at)) - run) % 2 == 0
        at, where = at[taken], where[taken]
        joined = np.array([encoder[known[i][2]] for i in order], np.int32)
        numbers = numbers.copy()
        numbers[at] = joined[where]
        kept = np.ones(len(numbers), bool)
        kept[at + 1] = False
        before = np.concatenate(([0], np.cumsum(kept)))
        return numbers[kept], np.diff(before[ends], prepend=0)


def as_corpus_words(
    spans: Sequence[tuple[str, int, int]], numbers: str, phrases: Phrases | None
) -> list[tuple[str, int, int]]:
    """The words of one sentence with their places, as a corpus has them: the same steps as ``Corpus``
    takes, for the few words of a line."""
    if numbers == "map":
        spans = [(NUMBER if is_number(word) else word, a, b) for word, a, b in spans]
    if phrases is None:
        return list(spans)
    found, i = [], 0
    while i < len(spans):
        word, start, end = spans[i]
        joined = phrases.pairs.get((word, spans[i + 1][0])) if i + 1 < len(spans) else None
        if joined is not None:
            word, end = joined, spans[i + 1][2]
            i += 1
        found.append((word, start, end))
        i += 1
    return found


@dataclass(frozen=True)
class Phrase:
    """Two words that stand side by side more often than chance has it: ``words`` with a space between,
    ``count`` how often, ``npmi`` −1 to 1 (1: never apart)."""

    words: str
    count: int
    npmi: float


def find_phrases(
    words: Sequence[str],
    counts: np.ndarray,
    ids: np.ndarray,
    sentence_starts: np.ndarray,
    least: int = 5,
    threshold: float = NPMI,
    most: int = 2_000,
) -> list[Phrase]:
    """Pairs of neighbours by normalised pointwise mutual information (Bouma 2009),

        npmi(a, b) = log( p(a b) / (p(a) p(b)) ) / −log p(a b)

    the largest first; equal ones by count.

    Parameters
    ----------
    words, counts, ids, sentence_starts
        Of a corpus that left no word out (``min_count=1, max_vocab=None``): across a gap no two words are
        neighbours.
    least : int
        How often a pair must occur.
    threshold : float
        The least npmi.
    most : int
        Pairs given at most.
    """
    n, total = len(words), len(ids)
    frequent = np.asarray(counts) >= least
    inner = np.ones(max(total - 1, 0), bool)  # whether the word and the next share a sentence
    last = np.asarray(sentence_starts[1:-1], np.int64) - 1
    inner[last[(last >= 0) & (last < len(inner))]] = False
    codes, times = np.zeros(0, np.int64), np.zeros(0, np.int64)
    for first in range(0, len(inner), _CHUNK):
        a = np.asarray(ids[first : first + _CHUNK])
        b = np.asarray(ids[first + 1 : first + 1 + _CHUNK])
        a = a[: len(b)]
        near = inner[first : first + len(b)] & frequent[a] & frequent[b]
        found, number = np.unique(a[near].astype(np.int64) * n + b[near], return_counts=True)
        codes, places = np.unique(np.concatenate((codes, found)), return_inverse=True)
        times = np.bincount(places, np.concatenate((times, number))).astype(np.int64)
    enough = times >= least
    codes, times = codes[enough], times[enough]
    pairs = max(int(inner.sum()), 1)
    a, b = codes // n, codes % n
    p = times / pairs
    p_a, p_b = (np.asarray(counts)[rows] / max(total, 1) for rows in (a, b))
    with np.errstate(divide="ignore", invalid="ignore"):
        npmi = np.where(p < 1, np.log(p / (p_a * p_b)) / -np.log(p), 1.0)
    order = np.lexsort((-times, -npmi))
    order = order[npmi[order] >= threshold]
    alike = [i for i in order.tolist() if not any(map(is_number, (words[a[i]], words[b[i]])))]
    return [
        Phrase(f"{words[a[i]]} {words[b[i]]}", int(times[i]), float(min(npmi[i], 1.0)))
        for i in alike[:most]
    ]
