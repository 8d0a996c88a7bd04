"""Token ids → pair counts N: how often (or with what weight) each training pair c → o occurs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import scipy.sparse as sp

from w2v_core.parameters import check
from w2v_core.text.corpus import Corpus

CHUNK = 1 << 19
"""Tokens counted at a time; with a window of 5 that is 2.6 million pairs, some 60 MB."""


def default_subsample(n_words: int) -> float:
    """The frequency above which words are thinned, when nobody says: 1/|W|, the mean frequency of a
    vocabulary word. It is 1e-4 at 10,000 words, the value measured best there, and grows where a
    small vocabulary makes every word frequent."""
    return 1.0 / max(n_words, 1)


def keep_probability(corpus: Corpus, subsample: float) -> np.ndarray:
    """float64 (|W|,): the chance that word2vec's subsampling keeps a word,
    min(1, √(t/f) + t/f) with f its frequency in the text and t the threshold (0: all are kept)."""
    if subsample == 0:
        return np.ones(len(corpus.counts))
    ratio = subsample * corpus.n_tokens / corpus.counts
    return np.minimum(1.0, np.sqrt(ratio) + ratio)


def sentence_pairs(
    words: Sequence[str], window: int | str = 5, center: int | None = None
) -> list[tuple[str, str]]:
    """The training pairs (center, output) of one sentence, in reading order.

    Parameters
    ----------
    words : sequence of str
    window : int or "sentence"
        Words on each side, or every other word of the sentence.
    center : int, optional
        Only the pairs of the word at this position.
    """
    reach = len(words) if window == "sentence" else int(window)
    centers = range(len(words)) if center is None else [center]
    return [
        (words[i], words[j])
        for i in centers
        for j in range(max(i - reach, 0), min(i + reach + 1, len(words)))
        if j != i
    ]


def count_pairs(
    corpus: Corpus,
    window: int | str = 5,
    weighting: str = "linear",
    subsample: float | None = None,
    sentence_weights: np.ndarray | None = None,
    callback: Callable[[float], bool | None] | None = None,
) -> sp.csr_array:
    """N, the weighted counts of the training pairs center → output.

    Parameters
    ----------
    corpus : Corpus
    window : int or "sentence"
        Words on each side within the sentence, or every other word of the sentence (the notes).
    weighting : "linear" or "flat"
        With a window of k words, a pair at distance δ counts (k − δ + 1)/k, the expectation of
        word2vec's randomly shrunk window, or 1. With window="sentence" every pair counts 1.
    subsample : float, optional
        Threshold t of word2vec's subsampling, taken in expectation: N(c,o) is multiplied by
        keep(c)·keep(o). 0 is off; None chooses by ``default_subsample``.
    sentence_weights : float (n_sentences,), optional
        How often each sentence counts, for resampling; 1 when left out.
    callback : callable, optional
        Called with the share counted so far (0 to 1); True stops.

    Returns
    -------
    scipy.sparse.csr_array, float32 (|W|, |W|)
        Rows are center words, columns output words; canonical (sorted, no duplicates).

    Raises
    ------
    ValueError
        naming a bad parameter, its value and what is allowed.
    InterruptedError
        when the callback stopped the counting.
    """
    window = check("window", window)
    weighting = check("weighting", weighting)
    subsample = check("subsample", subsample)
    if sentence_weights is not None:
        sentence_weights = np.asarray(sentence_weights, dtype=np.float64)
        if sentence_weights.shape != (corpus.n_sentences,):
            raise ValueError(
                f"sentence_weights: expected {corpus.n_sentences:,} numbers, one a sentence, "
                f"not shape {sentence_weights.shape}"
            )
    count = _count_sentences if window == "sentence" else _count_windows
    total = _Sum(len(corpus.words))
    for share, part in count(corpus, window, weighting, sentence_weights):
        total.add(part)
        if callback is not None and callback(share):
            raise InterruptedError("Counting the pairs was stopped.")
    counts = total.result()
    threshold = default_subsample(len(corpus.words)) if subsample is None else subsample
    keep = keep_probability(corpus, threshold)
    rows = np.repeat(np.arange(len(keep)), np.diff(counts.indptr))
    counts.data *= keep[rows] * keep[counts.indices]
    counts.eliminate_zeros()
    return counts.astype(np.float32)


def _count_windows(corpus, window, weighting, sentence_weights):
    """One half of N chunk by chunk, distance by distance; N is symmetric."""
    ids, starts = corpus.ids, corpus.sentence_starts
    shape = (len(corpus.words), len(corpus.words))
    for first in range(0, len(ids), CHUNK):
        last = min(first + CHUNK, len(ids))
        reach = ids[first : last + window]
        sentence = np.searchsorted(starts, np.arange(first, first + len(reach)), side="right") - 1
        part = sp.csr_array(shape)
        for distance in range(1, min(window, len(reach) - 1) + 1):
            n = min(last - first, len(reach) - distance)
            same = sentence[:n] == sentence[distance : distance + n]
            left, right = reach[:n][same], reach[distance : distance + n][same]
            weight = (window - distance + 1) / window if weighting == "linear" else 1.0
            weights = np.full(len(left), weight)
            if sentence_weights is not None:
                weights *= sentence_weights[sentence[:n][same]]
            part = part + sp.coo_array((weights, (left, right)), shape=shape).tocsr()
        yield last / len(ids), part + part.T.tocsr()


def _count_sentences(corpus, window, weighting, sentence_weights):
    """Every other word: with B the sentence × word counts, N = BᵀB less each word with itself.

    So a sentence of any length costs its distinct words squared, never its tokens squared.
    """
    n_words, starts = len(corpus.words), corpus.sentence_starts
    # Sentence by sentence until a chunk's distinct pairs may fill the memory of one window chunk.
    cost = np.cumsum(np.minimum(np.diff(starts), n_words).astype(np.float64) ** 2)
    first = 0
    while first < corpus.n_sentences:
        done = cost[first - 1] if first else 0.0
        last = max(int(np.searchsorted(cost, done + 8 * CHUNK, side="right")), first + 1)
        ids = corpus.ids[starts[first] : starts[last]]
        lengths = np.diff(starts[first : last + 1])
        rows = np.repeat(np.arange(last - first), lengths)
        ones = np.ones(len(ids))
        bag = sp.coo_array((ones, (rows, ids)), shape=(last - first, n_words)).tocsr()
        weights = (
            np.ones(last - first) if sentence_weights is None else sentence_weights[first:last]
        )
        weighted = sp.diags_array(weights).tocsr() @ bag
        itself = np.asarray(weighted.sum(axis=0)).ravel()
        yield starts[last] / len(corpus.ids), (bag.T @ weighted).tocsr() - sp.diags_array(itself)
        first = last


class _Sum:
    """Adds sparse matrices pairwise, so that none is added to a much larger one again and again."""

    def __init__(self, n_words: int):
        self._parts: list[sp.csr_array] = []
        self._shape = (n_words, n_words)

    def add(self, part: sp.csr_array) -> None:
        while self._parts and self._parts[-1].nnz <= 2 * part.nnz:
            part = part + self._parts.pop()
        self._parts.append(part)

    def result(self) -> sp.csr_array:
        total = sp.csr_array(self._shape)
        while self._parts:
            total = total + self._parts.pop()
        total = sp.csr_array(total)
        total.sum_duplicates()
        total.sort_indices()
        return total
