"""Token ids → pair counts N: how often (or with what weight) each training pair c → o occurs."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import numpy as np
import scipy.sparse as sp

from w2v_core.parameters import check
from w2v_core.text.corpus import Corpus
from w2v_core.text.counted_text import CountedText
from w2v_core.text.small_vocabulary import default_weighting
from w2v_core.text.spool import release

CHUNK = 1 << 17
"""Tokens counted at a time: few enough that the arrays of one distance stay in the cache."""

CELLS = 1 << 26
"""Cells of the table in which pairs of frequent words are summed, at most: 256 MB, the pairs of the
11,584 most frequent words. Short texts get no more cells than they have pairs: looking through them
takes longer than sorting does."""
_RARE = 1 << 22  # pairs of rarer words that are collected before they are sorted and summed


def default_subsample(n_words: int) -> float:
    """The frequency above which words are thinned, when nobody says: 1/|W|, the mean frequency of a
    vocabulary word. It is 1e-4 at 10,000 words, the value measured best there, and grows where a
    small vocabulary makes every word frequent."""
    return 1.0 / max(n_words, 1)


def keep_probability(corpus: Corpus | CountedText, subsample: float) -> np.ndarray:
    """float64 (|W|,): the chance that word2vec's subsampling keeps a word,
    min(1, √(t/f) + t/f) with f its frequency in the text and t the threshold (0: all are kept)."""
    if subsample == 0:
        return np.ones(len(corpus.counts))
    ratio = subsample * corpus.n_tokens / corpus.counts
    return np.minimum(1.0, np.sqrt(ratio) + ratio)


Word = TypeVar("Word")


def sentence_pairs(
    words: Sequence[Word], window: int | str = 5, center: int | None = None
) -> list[tuple[Word, Word]]:
    """The training pairs (center, output) of one sentence, in reading order.

    Parameters
    ----------
    words : sequence
        The words, or whatever stands for them (their places).
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


PairCounts = sp.csr_array
"""N: the weight of each training pair center → output, sparse (|W|, |W|)."""


def count_pairs(
    corpus: Corpus | CountedText,
    window: int | str = 5,
    weighting: str | None = None,
    subsample: float | None = None,
    sentence_weights: np.ndarray | None = None,
    callback: Callable[[float], bool | None] | None = None,
) -> sp.csr_array:
    """N, the weighted counts of the training pairs center → output.

    Parameters
    ----------
    corpus : Corpus or CountedText
    window : int or "sentence"
        Words on each side within the sentence, or every other word of the sentence (the notes).
    weighting : "linear" or "flat", optional
        With a window of k words, a pair at distance δ counts (k − δ + 1)/k, the expectation of
        word2vec's randomly shrunk window, or 1. With window="sentence" every pair counts 1. None
        chooses by ``default_weighting``.
    subsample : float, optional
        Threshold t of word2vec's subsampling, taken in expectation: N(c,o) is multiplied by
        keep(c)·keep(o). 0 is off; None chooses by ``default_subsample``.
    sentence_weights : float (n_sentences,), optional
        How often each sentence counts, for resampling; 1 when left out. (Of a ``CountedText``, whether it
        does.)
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
    return _counted(corpus, window, weighting, subsample, [sentence_weights], callback)[0]


def count_split(
    corpus: Corpus | CountedText,
    held_out: np.ndarray,
    window: int | str = 5,
    weighting: str | None = None,
    subsample: float | None = None,
    callback: Callable[[float], bool | None] | None = None,
) -> tuple[sp.csr_array, sp.csr_array]:
    """N of the sentences that are not held out, and N of those that are.

    Parameters
    ----------
    held_out : bool (n_sentences,)
    corpus, window, weighting, subsample, callback
        As for ``count_pairs``, and so are the errors.
    """
    learned, rest = _counted(corpus, window, weighting, subsample, [~held_out, held_out], callback)
    return learned, rest


def _counted(
    corpus: Corpus | CountedText,
    window: int | str,
    weighting: str | None,
    subsample: float | None,
    weights: Sequence[np.ndarray | None],
    callback: Callable[[float], bool | None] | None,
) -> list[sp.csr_array]:
    """N with each of several weights of the sentences."""
    window = check("window", window)
    weighting = check("weighting", weighting) or default_weighting(corpus, window)
    subsample = check("subsample", subsample)
    for each in weights:
        if each is not None and np.shape(each) != (corpus.n_sentences,):
            raise ValueError(
                f"sentence_weights: expected {corpus.n_sentences:,} numbers, one a sentence, "
                f"not shape {np.shape(each)}"
            )
    keep, unit = scale_of_sums(corpus, window, weighting, subsample)

    def tell(share: float) -> None:
        if callback is not None and callback(share):
            raise InterruptedError("Counting the pairs was stopped.")

    if isinstance(corpus, CountedText):
        sums = corpus.count(
            window,
            weighting,
            [None if each is None else np.asarray(each, bool) for each in weights],
            tell,
        )
    else:
        sums = []
        for each in weights:

            def told(share: float, done: int = len(sums)) -> None:
                tell((done + share) / len(weights))

            sums.append(pair_sums(corpus, window, weighting, each, told))
    scaled = [scaled_sums(each, keep, unit) for each in sums]
    return scaled if window == "sentence" else [half + half.T.tocsr() for half in scaled]


def scale_of_sums(
    corpus: Corpus | CountedText, window: int | str, weighting: str, subsample: float | None
) -> tuple[np.ndarray, float]:
    """What ``scaled_sums`` multiplies the sums by: keep float64 (|W|,), and the unit."""
    threshold = default_subsample(len(corpus.words)) if subsample is None else subsample
    whole = window == "sentence" or weighting != "linear"
    return keep_probability(corpus, threshold), 1.0 if whole else 1 / int(window)


def pair_sums(
    corpus: Corpus,
    window: int | str,
    weighting: str,
    sentence_weights: np.ndarray | None = None,
    tell: Callable[[float], object] = lambda share: None,
) -> sp.csr_array:
    """What N is made of: sums of whole numbers (where the sentences' weights are), which add up over
    parts of a text exactly.

    Of window="sentence" they are the counts. Otherwise only the lower half is there, as N is symmetric,
    and a pair at distance δ counts k − δ + 1 with weighting="linear".
    """
    chosen = sentence_weights is None or np.asarray(sentence_weights).dtype == bool
    if sentence_weights is not None and not (chosen and window != "sentence"):
        sentence_weights = np.asarray(sentence_weights, dtype=np.float64)
    if window == "sentence":
        total = _Sum(len(corpus.words))
        for share, part in _count_sentences(corpus, sentence_weights):
            total.add(part)
            tell(share)
        return total.result()
    # A pair at distance 1, 2, … counts so many units; whole numbers are added exactly.
    window = int(window)
    units = [window - i if weighting == "linear" else 1 for i in range(window)]
    exact = len(corpus.ids) * sum(units) if chosen else None
    half = _Half(len(corpus.words), len(corpus.ids) * window, exact)
    for share in _count_windows(half, corpus, units, sentence_weights):
        tell(share)
    return half.result()


def scaled_sums(
    counts: sp.csr_array, keep: np.ndarray, unit: float, first: int = 0
) -> sp.csr_array:
    """float32: sums, or their rows from row ``first`` on, times the unit and keep(c)·keep(o), zeros left
    out."""
    rows = np.arange(first, first + counts.shape[0], dtype=np.int32)
    rows = np.repeat(rows, np.diff(counts.indptr))
    data = counts.data * unit * keep[rows] * keep[counts.indices]
    counts = sp.csr_array(
        (data.astype(np.float32), counts.indices, counts.indptr), shape=counts.shape
    )
    counts.eliminate_zeros()
    return counts


def _count_windows(
    half: _Half, corpus: Corpus, units: list[int], sentence_weights: np.ndarray | None
) -> Iterator[float]:
    """Pairs of a word and one to its right, chunk by chunk, distance by distance."""
    ids, starts = corpus.ids, corpus.sentence_starts
    for first in range(0, len(ids), CHUNK):
        last = min(first + CHUNK, len(ids))
        reach = ids[first : last + len(units)]
        begin = int(np.searchsorted(starts, first, side="right")) - 1
        end = int(np.searchsorted(starts, last, side="left"))
        bounds = np.clip(starts[begin : end + 1], first, last + len(units))
        lengths = np.diff(np.minimum(bounds, last))
        # How far the sentence goes on, from each word.
        left = (np.repeat(bounds[1:], lengths) - np.arange(first, last)).astype(np.int32)
        weights = None
        if sentence_weights is not None:
            weights = np.repeat(sentence_weights[begin:end], lengths)
            left[weights == 0] = 0
            weights = None if weights.dtype == bool else weights
        longest = max(int(left.max()) - 1, 0)
        for distance, unit in enumerate(units[:longest], start=1):
            within = np.flatnonzero(left > distance)
            half.add(
                reach[within],
                reach[within + distance],
                unit if weights is None else unit * weights[within],
            )
        release(ids)
        release(starts)
        yield last / len(ids)


def _count_sentences(
    corpus: Corpus, sentence_weights: np.ndarray | None
) -> Iterator[tuple[float, sp.csr_array]]:
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


class _Half:
    """One half of a symmetric matrix of sums: entry (h, l) for l ≤ h is the sum for the pair {h, l}.

    Entries are numbered row by row, h(h + 1)/2 + l, so that the rows of frequent words come first.
    These are summed in a table; pairs with a rarer word are collected, sorted and summed.

    Parameters
    ----------
    n_words : int
    n_pairs : int
        About how many pairs will be added.
    most : int, optional
        No sum will be larger, and all weights are whole numbers; left out, they may be any.
    """

    def __init__(self, n_words: int, n_pairs: int, most: int | None):
        cells = min(CELLS, n_pairs)
        self._n_words = n_words
        self._n_frequent = n = min(n_words, math.isqrt(2 * cells))
        number = np.float64 if most is None else np.int32 if most < 1 << 31 else np.int64
        self._table = np.zeros(n * (n + 1) // 2, number)
        self._rare: list[tuple[np.ndarray, np.ndarray]] = []
        self._n_rare = 0
        self._summed: list[tuple[np.ndarray, np.ndarray]] = []

    def add(self, one: np.ndarray, other: np.ndarray, weights: int | np.ndarray) -> None:
        """Add weights (one a pair, or one for all) for pairs of rows."""
        high = np.maximum(one, other).astype(np.int64)
        entries = high * (high + 1)
        entries >>= 1
        entries += np.minimum(one, other)
        weights = np.asarray(weights, self._table.dtype)
        if self._n_frequent < self._n_words:
            rare = high >= self._n_frequent
            of_rare = weights[rare] if weights.ndim else np.full(rare.sum(), weights)
            self._rare.append((entries[rare], of_rare))
            self._n_rare += len(of_rare)
            if self._n_rare > _RARE:
                self._sum_rare()
            entries = entries[~rare]
            weights = weights[~rare] if weights.ndim else weights
        np.add.at(self._table, entries, weights)

    def _sum_rare(self) -> None:
        """Sum what was collected; with the sums so far when it has grown as large as these."""
        part = _summed(self._rare)
        while self._summed and len(self._summed[-1][0]) <= 2 * len(part[0]):
            part = _summed([self._summed.pop(), part])
        self._summed.append(part)
        self._rare, self._n_rare = [], 0

    def result(self) -> sp.csr_array:
        """The half, lower triangular."""
        frequent = np.flatnonzero(self._table)
        entries, sums = _summed([*self._summed, *self._rare])
        entries = np.concatenate((frequent, entries))
        sums = np.concatenate((self._table[frequent], sums))
        words = np.arange(self._n_words + 1)
        row_starts = words * (words + 1) // 2
        bounds = np.searchsorted(entries, row_starts)
        entries -= np.repeat(row_starts[:-1], np.diff(bounds))
        index = np.int32 if 2 * len(entries) < 1 << 31 else np.int64
        return sp.csr_array(
            (sums, entries.astype(index), bounds.astype(index)),
            shape=(self._n_words, self._n_words),
        )


def _summed(parts: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    """Entries, sorted, and for each the sum of its weights."""
    if not parts:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    entries, weights = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    bits = len(entries).bit_length()
    if len(entries) and int(entries.max()).bit_length() + bits < 64:
        # Sorting numbers is three times as fast as sorting by them: each takes its place along.
        entries = np.sort((entries << bits) | np.arange(len(entries)))
        order = entries & ((1 << bits) - 1)
        entries >>= bits
    else:
        order = np.argsort(entries)
        entries = entries[order]
    first = np.flatnonzero(np.diff(entries, prepend=-1))
    if len(first) == 0:
        return entries, weights
    return entries[first], np.add.reduceat(weights[order], first)


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
