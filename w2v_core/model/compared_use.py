"""Which words two texts use differently: a test of every word, and a ranking.

The two are separate questions. A test asks whether a difference is more than the chance of which documents
fell into which text; with many lines it finds small differences, too. A ranking asks how large they are.
Neither says that a word changed its *meaning*: that is for a reader of its lines to judge.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from w2v_core.model.defaults import default_dim
from w2v_core.model.exact_pass import one_thread_a_product
from w2v_core.model.mean_contexts import context_sums
from w2v_core.model.skipgram import SkipGram
from w2v_core.model.slice_vectors import slice_vectors
from w2v_core.space.alignment import centered
from w2v_core.space.permutation_test import (
    benjamini_hochberg,
    labelings,
    pooled_p,
    standardised,
    sum_of_squares,
)
from w2v_core.space.vectors import unit_rows
from w2v_core.text.corpus import Corpus
from w2v_core.text.pairs import count_pairs, default_subsample, keep_probability
from w2v_core.text.pooled import Pooled, Text, pool
from w2v_core.text.units import units_of_texts

LEAST = 10
"""Occurrences in each text from which a word is tested."""
CONTEXTS = 3
"""Words on each side that use is compared by: the nearer ones say more of it than of the subject. More
planted swaps are found with three than with five or eight, and words that changed are ranked better."""
THINNING = 10
"""Frequent words are thinned in the contexts only above ten times the frequency from which the training
thins them: they tell little of the subject, but much of the use. Two planted swaps more of 30 are found."""
CHANCE = 0.75
"""The part of the rate that is left to chance. The rest is for collocates of words that are used
differently and were missed: their contexts do differ, and no permutation knows of it. In planted texts they
add up to a quarter to the false discoveries (see docs/benchmarks.md)."""
Callback = Callable[[float, str], bool | None]


@dataclass(frozen=True)
class ComparedUse:
    """Words of two texts, compared; all arrays are in the order of ``words``.

    Attributes
    ----------
    words : list of str
        Those asked for; else all that occur often enough in each text, most frequent first.
    z : float (n,)
        How far the word's difference lies beyond those of permuted documents, in spreads; the smaller
        of the two passes. NaN where the word is too rare to be tested.
    p, q : float (n,)
        The chance of such a z; and the smallest rate of false discoveries at which the word would be called
        used differently. Both the larger of the two passes; 1 where it is too rare to be tested.
    used_differently : bool (n,)
        q ≤ rate.
    distance : float (n,)
        1 − cosine of the word's two vectors, 0 to 2, for ranking; NaN where a text lacks the word.
    beyond : float (n,)
        ‖Y_A − Y_B‖², less what permuted documents show on the mean. Two samples of a rare word lie apart by
        their noise alone (Green et al. 2025), in this size as in the distance; here it is taken off, so
        that a word without any difference has 0 on the mean, however rare it is. NaN where untested.
    counts : int (2, n)
        How often the word stands in each text.
    settings : dict
        What was asked and chosen: draws, rate, seed, window, what was permuted ("unit_a", "unit_b":
        "documents" or "blocks of … sentences", and "units_a", "units_b", how many), how many words were
        tested, and the words "taken_out" of the contexts in the second pass.
    """

    words: list[str]
    z: np.ndarray
    p: np.ndarray
    q: np.ndarray
    used_differently: np.ndarray
    distance: np.ndarray
    beyond: np.ndarray
    counts: np.ndarray
    settings: dict[str, Any]


def compare_corpora(
    a: Text,
    b: Text,
    *,
    documents_a: np.ndarray | Sequence[int] | None = None,
    documents_b: np.ndarray | Sequence[int] | None = None,
    words: Sequence[str] | None = None,
    draws: int = 80,
    rate: float = 0.10,
    seed: int = 0,
    window: int = 5,
    callback: Callback | None = None,
) -> ComparedUse:
    """Which words do two texts use differently?

    One model is trained on both texts together. With û the centered unit output vectors and Y_A, Y_B the
    means of û over the contexts of a word in each text, the statistic is the sum of squares between the
    texts, n_A·n_B/(n_A + n_B)·‖Y_A − Y_B‖². It is set against the same with the labels of *documents*
    permuted between the texts: sentences of one document speak of the same things, and permuting them
    one by one would find hundreds of words that differ by nothing but that. Where there are no documents,
    or too few, blocks of consecutive sentences take their place (see ``text.units``).

    The logarithm of the statistic is standardised word by word, its variance shrunk toward that of equally
    frequent words; p is taken from the permutations of all words together, and Benjamini and Hochberg's
    rule controls the share of false discoveries. A word that is used differently drags its collocates
    along: their contexts differ because *it* does. So there is a second pass, in which the words that the
    first one found are taken out of the contexts; a word must be found in both. Collocates of words that
    were missed remain, so that a quarter of the rate is set aside for them: q is Benjamini and Hochberg's
    divided by three quarters.

    The distance compares two vectors of each word that were fitted to its contexts in A and in B with the
    output vectors shared (see ``model.slice_vectors``).

    Parameters
    ----------
    a, b : Corpus, or list of sentences
        Sentences are lists of words, or strings of words separated by spaces.
    documents_a, documents_b : int (n_sentences,), optional
        Which document each sentence belongs to; any whole numbers will do.
    words : sequence of str, optional
        Words named beforehand: the rate is controlled over these alone.
    draws : int
        Permutations, from 20 to 10,000.
    rate : float
        The share of false discoveries that is accepted, between 0 and 1.
    seed : int
    window : int
        Words on each side that the model learns from; use is compared by the nearest three of them.
    callback : callable, optional
        Called several times a second with the share done (0 to 1) and what is being done; True stops.

    Raises
    ------
    UnknownWord
        (a KeyError) for a named word that neither text holds.
    ValueError
        for a bad parameter, and for texts too short to be compared.
    InterruptedError
        when the callback stopped it.
    """
    _check(draws, rate, window, words)

    def tell(share: float, sentence: str) -> None:
        if callback is not None and callback(share, sentence):
            raise InterruptedError("The comparison was stopped.")

    tell(0.0, "Reading both texts")
    pooled = pool(
        (a, b), (documents_a, documents_b), words or (), ("the first text", "the second text")
    )
    corpus = pooled.corpus
    units, kinds, numbers = units_of_texts(pooled)
    eligible = np.flatnonzero((pooled.counts >= LEAST).all(axis=0))
    if words is None:
        if len(eligible) == 0:
            raise ValueError(
                f"No word occurs {LEAST} times or more in both texts: compare longer texts, or name the "
                "words to compare."
            )
        rows = eligible
    else:
        rows = np.array(list(dict.fromkeys(corpus.vocabulary.index(word) for word in words)))

    def training(share: float, sentence: str) -> None:
        tell(0.5 * share, sentence)

    model = train_pooled(pooled, window, seed, training)

    test = _Test(pooled, model, units, numbers, draws, seed)
    tested = np.isin(rows, eligible)
    n = len(rows)
    z, p, q, beyond = np.full(n, np.nan), np.ones(n), np.ones(n), np.full(n, np.nan)
    taken_out = np.zeros(0, np.int64)
    if tested.any():
        at = np.searchsorted(eligible, rows[tested])
        z_first, p_first, beyond_all = test.of(
            eligible, taken_out, lambda share: tell(0.5 + 0.2 * share, "Permuting the documents")
        )
        z[tested], p[tested], beyond[tested] = z_first[at], p_first[at], beyond_all[at]
        q[tested] = _q(p_first[at])
        called = eligible[_q(p_first) <= rate]
        taken_out = np.union1d(called, rows[q <= rate])
    if len(taken_out):
        z_second, p_second, _ = test.of(
            eligible,
            taken_out,
            lambda share: tell(0.7 + 0.2 * share, "Testing again without these words"),
        )
        z[tested] = np.fmin(z[tested], z_second[at])
        p[tested] = np.maximum(p[tested], p_second[at])
        q[tested] = np.maximum(q[tested], _q(p_second[at]))
    distance = use_distance(
        pooled, model, rows, lambda share: tell(0.9 + 0.1 * share, "Measuring distances")
    )
    tell(1.0, "Done")
    return ComparedUse(
        words=[corpus.words[row] for row in rows.tolist()],
        z=z,
        p=p,
        q=q,
        used_differently=q <= rate,
        distance=distance,
        beyond=beyond,
        counts=pooled.counts[:, rows],
        settings={
            "draws": draws,
            "rate": rate,
            "seed": seed,
            "window": window,
            "least": LEAST,
            "tested": int(tested.sum()),
            "unit_a": kinds[0],
            "unit_b": kinds[1],
            "units_a": numbers[0],
            "units_b": numbers[1],
            "taken_out": [corpus.words[row] for row in taken_out.tolist()],
            "contexts": min(CONTEXTS, window),
        },
    )


def _check(draws: int, rate: float, window: int, words: Sequence[str] | None) -> None:
    if not 20 <= draws <= 10_000 or int(draws) != draws:
        raise ValueError(f"draws={draws!r}: give a whole number from 20 to 10,000.")
    if not 0 < rate < 1:
        raise ValueError(f"rate={rate!r}: give a number between 0 and 1.")
    if isinstance(window, str) or not 1 <= window <= 1_000:
        raise ValueError(f"window={window!r}: give a whole number from 1 to 1,000.")
    if words is not None and (isinstance(words, str) or len(words) == 0):
        raise ValueError("words: give a list of at least one word, or None for all words.")


def _q(p: np.ndarray) -> np.ndarray:
    return np.minimum(benjamini_hochberg(p) / CHANCE, 1.0)


def context_weights(corpus: Corpus) -> np.ndarray:
    """What each word counts as a context, float (|W|,)."""
    return keep_probability(corpus, min(THINNING * default_subsample(len(corpus.words)), 1.0))


def train_pooled(pooled: Pooled, window: int, seed: int, tell: Callback) -> SkipGram:
    """One model of all the texts together.

    Raises
    ------
    ValueError
        where there is too little to learn from.
    InterruptedError
        when ``tell``, called with the share done and a sentence, raised it or returned True.
    """
    # The dimension by the size of the vocabulary, with which the distances were measured.
    dim = default_dim(len(pooled.corpus.words))
    model = SkipGram(dim=dim, window=window, seed=seed)

    def counting(share: float) -> bool | None:
        return tell(0.1 * share, "Counting pairs")

    pairs = model.count(pooled.corpus, callback=counting)
    model.fit(
        pooled.corpus,
        pairs=pairs,
        poll=lambda share: tell(0.1 + 0.9 * share, "Training one model on both texts"),
    )
    if model.stopped:
        raise InterruptedError("The comparison was stopped.")
    return model


class _Test:
    """The permutation test of a pooled text, for any words taken out of the contexts."""

    def __init__(
        self,
        pooled: Pooled,
        model: SkipGram,
        units: np.ndarray,
        numbers: Sequence[int],
        draws: int,
        seed: int,
    ):
        self.pooled, self.units = pooled, units
        self.window = min(CONTEXTS, int(model.window))
        self.vectors = centered(model.U)
        self.keep = context_weights(pooled.corpus)
        rng = np.random.default_rng([seed, 3])
        labels = labelings(numbers[0], sum(numbers), draws, rng).astype(np.float32)
        self.labels = np.ascontiguousarray(labels.T)  # (units, draws + 1)

    def of(
        self, rows: np.ndarray, taken_out: np.ndarray, poll: Callable[[float], object]
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """z and p of the words in ``rows`` (sorted), and their ``beyond``."""
        keep = self.keep.copy()
        keep[taken_out] = 0
        values = np.full((len(rows), self.labels.shape[1]), np.nan)
        share = np.full(len(rows), np.nan)  # n_A·n_B/(n_A + n_B)
        contexts = context_sums(
            self.pooled.corpus, self.vectors, keep, self.units, rows, self.window, poll
        )
        with one_thread_a_product():  # the products are small
            for word in contexts:
                at = int(np.searchsorted(rows, word.row))
                labels = self.labels[word.parts].T
                values[at] = sum_of_squares(labels, word.sums, word.weights)
                n_a, n = float(labels[0] @ word.weights), float(word.weights.sum())
                share[at] = n_a * (n - n_a) / n if n else np.nan
        with np.errstate(divide="ignore", invalid="ignore"):
            known = np.isfinite(values[:, 1:])
            expected = np.where(known, values[:, 1:], 0).sum(axis=1) / known.sum(axis=1)
            beyond = (values[:, 0] - expected) / share
            values = np.log(values)
        values[~np.isfinite(values)] = np.nan
        z, null = standardised(values, self.pooled.counts.sum(axis=0)[rows])
        return z, pooled_p(z, null), beyond


def use_distance(
    pooled: Pooled,
    model: SkipGram,
    rows: np.ndarray,
    poll: Callable[[float], object] | None = None,
) -> np.ndarray:
    """1 − cosine of each word's vectors in the first two texts, float (rows,), NaN where one lacks it."""
    window = min(CONTEXTS, int(model.window))
    sides = []
    for text in (0, 1):
        pairs = count_pairs(pooled.corpus, window, "linear", sentence_weights=pooled.text == text)
        sides.append(unit_rows(slice_vectors(model, pairs[rows])))
        if poll is not None:
            poll((text + 1) / 2)
    one, other = sides
    known = one.any(axis=1) & other.any(axis=1)
    return np.where(known, 1 - np.einsum("ij,ij->i", one, other), np.nan)
