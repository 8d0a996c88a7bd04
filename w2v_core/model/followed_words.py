"""Words followed through slices of time, or through groups: their neighbours in each, and which moved.

All texts share one model's output vectors; a word asked about has a center vector of its own in each text
(``model.slice_vectors``). Nothing is aligned, and nothing is trained twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse as sp

from w2v_core.model.compared_use import (
    CONTEXTS,
    LEAST,
    Callback,
    context_weights,
    train_pooled,
)
from w2v_core.model.exact_pass import one_thread_a_product
from w2v_core.model.mean_contexts import context_counts, context_sums
from w2v_core.model.skipgram import SkipGram
from w2v_core.model.slice_vectors import slice_vectors
from w2v_core.space.alignment import centered
from w2v_core.space.association import banded
from w2v_core.space.permutation_test import (
    benjamini_hochberg,
    pooled_p,
    standardised,
    sum_of_squares,
)
from w2v_core.space.vectors import unit_rows
from w2v_core.text.corpus import Corpus
from w2v_core.text.pairs import default_subsample, keep_probability
from w2v_core.text.pooled import Text, pool
from w2v_core.text.units import units_of_texts

MOST_TEXTS = 20
SPLITS = 10
"""Random halves of each text that the bands are worked out from."""


@dataclass(frozen=True)
class Moved:
    """Which words moved, and when; arrays in the order of ``words``.

    Attributes
    ----------
    words : list of str
    z : float (n, contrasts)
        How far the difference lies beyond that of permuted documents. In ordered texts contrast i is all
        texts up to the i-th against all later ones; in groups, the i-th against the rest. NaN: too rare.
    near : float (n, contrasts)
        In ordered texts the same between the i-th text and the next alone, documents of these two being
        permuted; in groups, as ``z``.
    p, q : float (n,)
        Of each word's largest z, beside the largest z of permutations; and the rate of false discoveries
        at which it would be called. 1 where it is too rare.
    moved : bool (n,)
    when : int (n,)
        The contrast with the largest sum of squares beyond that of permuted documents: in ordered texts the
        word moved between text ``when`` and the next; in groups it is this group that differs. −1 where it
        is too rare.
    """

    words: list[str]
    z: np.ndarray
    near: np.ndarray
    p: np.ndarray
    q: np.ndarray
    moved: np.ndarray
    when: np.ndarray


@dataclass(frozen=True)
class FollowedWords:
    """Words in several texts.

    Attributes
    ----------
    names : list of str
        Of the texts.
    words : list of str
        The words asked about.
    V : float32 (n, texts, d)
        Their center vectors in each text; zeros where it lacks the word.
    halves : float32 (2, splits, n, texts, d)
        The same from both halves of random splits of each text's documents.
    counts : int (texts, n)
    moved : Moved
    model : SkipGram
        Trained on all the texts; its words are those that can be neighbours.
    settings : dict
    """

    names: list[str]
    words: list[str]
    V: np.ndarray
    halves: np.ndarray
    counts: np.ndarray
    moved: Moved
    model: SkipGram
    settings: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def _unit(self) -> np.ndarray:
        return unit_rows(self.model.V)

    def neighbours(self, word: str, text: int, n: int = 10) -> list[tuple[str, float]]:
        """The n words whose vectors in the model of all texts are nearest by cosine to the word's own
        vector in one text, best first; none where the text lacks the word.

        Raises
        ------
        KeyError
            for a word that was not asked about.
        """
        own = self.V[self._row(word), text]
        if not own.any():
            return []
        cosines = self._unit @ (own / np.linalg.norm(own))
        cosines[self.model.vocabulary.index(word)] = -np.inf
        best = np.argsort(-cosines, kind="stable")[:n]
        return [(self.model.words[i], float(cosines[i])) for i in best.tolist()]

    def curve(self, word: str, other: str) -> np.ndarray:
        """How near the word is to another in each text: cosine and both ends of its 90 % band, float
        (texts, 3), NaN where a text lacks the word (see ``space.association.banded``).

        Raises
        ------
        KeyError
            for a word that was not asked about, or another that no text holds.
        """
        row = self._row(word)
        target = self._unit[self.model.vocabulary.index(other)]
        known = self.V[row].any(axis=1)
        cosine = np.where(known, unit_rows(self.V[row]) @ target, np.nan)
        parts = self.halves[:, :, row]  # (2, splits, texts, d)
        length = np.linalg.norm(parts, axis=-1)
        with np.errstate(invalid="ignore", divide="ignore"):
            of_half = np.where(length > 0, parts @ target / length, np.nan)
        return banded(cosine, of_half[0] - of_half[1])

    def _row(self, word: str) -> int:
        at = self.model.vocabulary.index(word)
        try:
            return self.words.index(self.model.words[at])
        except ValueError:
            raise KeyError(f"The word {word!r} was not asked about.") from None


def follow_words(
    texts: Sequence[Text],
    words: Sequence[str],
    *,
    names: Sequence[str] | None = None,
    documents: Sequence[np.ndarray | Sequence[int] | None] | None = None,
    ordered: bool = True,
    everything: bool = False,
    draws: int = 80,
    rate: float = 0.10,
    seed: int = 0,
    window: int = 5,
    callback: Callback | None = None,
) -> FollowedWords:
    """Follow words through several texts: slices of time in their order, or groups.

    Which words moved, and when, is tested by permuting the labels of documents among the texts, as
    ``compare_corpora`` does it for two; the largest of a word's contrasts is set against the largest ones
    of permutations.

    Parameters
    ----------
    texts : sequence of Corpus or lists of sentences
        From 2 to 20.
    words : sequence of str
        Words to follow.
    names : sequence of str, optional
        Of the texts; "1", "2", … when left out.
    documents : sequence, optional
        For each text an int for every sentence, or None.
    ordered : bool
        Whether the texts are slices in their order; False: groups, each of which is set against the rest.
    everything : bool
        Whether ``moved`` is about all words that occur often enough, not only about those asked about.
    draws, rate, seed, window, callback
        As for ``compare_corpora``.

    Raises
    ------
    UnknownWord
        (a KeyError) for a word that no text holds.
    ValueError
        for a bad parameter, and for texts too short.
    InterruptedError
        when the callback stopped it.
    """
    if not 2 <= len(texts) <= MOST_TEXTS:
        raise ValueError(f"texts: give from 2 to {MOST_TEXTS} texts, not {len(texts)}.")
    if isinstance(words, str) or len(words) == 0:
        raise ValueError("words: give a list of at least one word.")
    if not 20 <= draws <= 10_000:
        raise ValueError(f"draws={draws!r}: give a whole number from 20 to 10,000.")
    names = [str(i) for i in range(1, len(texts) + 1)] if names is None else list(names)
    if len(names) != len(texts):
        raise ValueError(f"names: give one for each of the {len(texts)} texts.")

    def tell(share: float, sentence: str) -> None:
        if callback is not None and callback(share, sentence):
            raise InterruptedError("Following the words was stopped.")

    tell(0.0, "Reading the texts")
    pooled = pool(texts, documents, words, [f"the text {name!r}" for name in names])
    corpus = pooled.corpus
    rows = np.array(list(dict.fromkeys(corpus.vocabulary.index(word) for word in words)))
    units, kinds, numbers = units_of_texts(pooled)

    def training(share: float, sentence: str) -> None:
        tell(0.6 * share, "Training one model on all the text")

    model = train_pooled(pooled, window, seed, training)
    of_unit = np.repeat(np.arange(len(texts)), numbers)  # the text of each unit
    keep = keep_probability(corpus, default_subsample(len(corpus.words)))
    tell(0.6, "Fitting the words to each text")
    V, halves = _vectors(
        model,
        context_counts(corpus, keep, units, rows, window),
        rows,
        of_unit,
        np.random.default_rng([seed, 4]),
        lambda share: tell(0.6 + 0.2 * share, "Fitting the words to each text"),
    )
    moved = _moved(
        corpus,
        centered(model.U),
        context_weights(corpus),
        units,
        of_unit,
        pooled.counts,
        None if everything else rows,
        ordered,
        min(CONTEXTS, window),
        draws,
        rate,
        np.random.default_rng([seed, 5]),
        lambda share: tell(0.8 + 0.2 * share, "Permuting the documents"),
    )
    tell(1.0, "Done")
    settings = {
        "draws": draws,
        "rate": rate,
        "seed": seed,
        "window": window,
        "ordered": ordered,
        "units": [f"{n:,} {kind}" for n, kind in zip(numbers, kinds, strict=True)],
    }
    spelled = [corpus.words[row] for row in rows.tolist()]
    return FollowedWords(names, spelled, V, halves, pooled.counts[:, rows], moved, model, settings)


def _vectors(
    model: SkipGram,
    counted: tuple[np.ndarray, np.ndarray, sp.csr_array],
    rows: np.ndarray,
    of_unit: np.ndarray,
    rng: np.random.Generator,
    poll: Callable[[float], object],
) -> tuple[np.ndarray, np.ndarray]:
    """The vectors of the words in each text, and in both halves of random splits of each text's units."""
    row, unit, N = counted
    place = np.searchsorted(np.sort(rows), row)
    of_row = np.argsort(rows, kind="stable")[place]  # which of the words asked about
    texts, n = int(of_unit.max()) + 1, len(rows)

    def fitted(chosen: np.ndarray) -> np.ndarray:
        """Of the groups chosen, summed by word and text: (n, texts, d)."""
        here = np.flatnonzero(chosen)
        cells = of_row[here] * texts + of_unit[unit[here]]
        gather = sp.csr_array(
            (np.ones(len(here), np.float32), (cells, here)), shape=(n * texts, N.shape[0])
        )
        return slice_vectors(model, gather @ N).reshape(n, texts, -1)

    V = fitted(np.ones(len(row), bool))
    halves = np.zeros((2, SPLITS, *V.shape), np.float32)
    for split in range(SPLITS):
        first = np.zeros(len(of_unit), bool)
        for text in range(texts):
            own = rng.permutation(np.flatnonzero(of_unit == text))
            first[own[: len(own) // 2]] = True
        for half, chosen in enumerate((first, ~first)):
            halves[half, split] = fitted(chosen[unit])
        poll((split + 1) / SPLITS)
    return V, halves


def _moved(
    corpus: Corpus,
    vectors: np.ndarray,
    keep: np.ndarray,
    units: np.ndarray,
    of_unit: np.ndarray,
    counts: np.ndarray,
    rows: np.ndarray | None,
    ordered: bool,
    window: int,
    draws: int,
    rate: float,
    rng: np.random.Generator,
    poll: Callable[[float], object],
) -> Moved:
    texts = len(counts)
    contrasts = texts - 1 if ordered else texts
    shuffled = np.array([of_unit, *(rng.permutation(of_unit) for _ in range(draws))])
    if ordered:
        labels = [shuffled <= cut for cut in range(contrasts)]
        before = np.cumsum(counts, axis=0)[:-1]
        near = [_of_two(of_unit, cut, draws, rng) for cut in range(contrasts)]
        least_near = np.minimum(counts[:-1], counts[1:])
    else:
        labels = [shuffled == text for text in range(contrasts)]
        before = counts
    least = np.minimum(before, counts.sum(axis=0) - before)
    # Every word is looked at, since the null is of all words.
    eligible = np.flatnonzero((least >= LEAST).any(axis=0))
    values = np.full((contrasts, len(eligible), draws + 1), np.nan)
    near_values = values.copy()
    with one_thread_a_product():  # the products are small
        for word in context_sums(corpus, vectors, keep, units, eligible, window, poll):
            place = int(np.searchsorted(eligible, word.row))
            for contrast in range(contrasts):
                if least[contrast, word.row] >= LEAST:
                    values[contrast, place] = sum_of_squares(
                        labels[contrast][:, word.parts], word.sums, word.weights
                    )
                if ordered and least_near[contrast, word.row] >= LEAST:
                    inside, of_pair = near[contrast]
                    own = inside[word.parts]
                    near_values[contrast, place] = sum_of_squares(
                        of_pair[:, word.parts[own]], word.sums[own], word.weights[own]
                    )
    frequency = counts.sum(axis=0)[eligible]
    z, null = _z(values, frequency)
    largest, largest_null = _largest(z), _largest(null)
    p_all = pooled_p(largest, largest_null)
    asked = eligible if rows is None else rows
    n = len(asked)
    known = np.isin(asked, eligible)
    at = np.searchsorted(eligible, asked[known])
    z_asked, near_asked = np.full((2, n, contrasts), np.nan)
    p, q = np.ones(n), np.ones(n)
    z_asked[known] = z[at]
    near_asked[known] = _z(near_values, frequency)[0][at] if ordered else z[at]
    p[known] = p_all[at]
    q[known] = benjamini_hochberg(p_all[at])
    when = np.full(n, -1)
    beyond = np.full((n, contrasts), np.nan)
    beyond[known] = _beyond(values)[at]
    some = np.isfinite(beyond).any(axis=1)
    when[some] = np.nanargmax(beyond[some], axis=1)
    return Moved(
        [corpus.words[row] for row in asked.tolist()], z_asked, near_asked, p, q, q <= rate, when
    )


def _beyond(values: np.ndarray) -> np.ndarray:
    """The sum of squares less what permuted documents show on the mean, float (words, contrasts). Where a
    word moves once, it is largest there (least squares); z, which also hangs on how much the permutations
    of one word vary, need not be."""
    drawn = values[:, :, 1:]
    there = np.isfinite(drawn)
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = np.where(there, drawn, 0).sum(axis=2) / there.sum(axis=2)
    return (values[:, :, 0] - expected).T


def _of_two(
    of_unit: np.ndarray, cut: int, draws: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """The units of a text and the next, and labels of the first, true and permuted among the two."""
    inside = (of_unit == cut) | (of_unit == cut + 1)
    labels = np.zeros((draws + 1, len(of_unit)), bool)
    labels[0] = of_unit == cut
    places = np.flatnonzero(inside)
    for draw in range(1, draws + 1):
        labels[draw, places] = rng.permutation(labels[0, places])
    return inside, labels


def _z(values: np.ndarray, frequency: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """z (words, contrasts) and those of permutations (words, contrasts, draws)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.log(values)
    values[~np.isfinite(values)] = np.nan
    found = [standardised(of_contrast, frequency) for of_contrast in values]
    return np.stack([z for z, _ in found], axis=1), np.stack([null for _, null in found], axis=1)


def _largest(values: np.ndarray) -> np.ndarray:
    """The largest of the contrasts, axis 1, that is known; NaN where none is."""
    known = np.isfinite(values)
    largest = np.where(known, values, -np.inf).max(axis=1)
    return np.where(np.isfinite(largest), largest, np.nan)
