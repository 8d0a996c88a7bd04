"""Two models side by side: on their shared words, aligned, and against the noise of resampling.

Vectors of two trainings lie in unrelated coordinates. Neighbours need none; for cosines one space is turned
onto the other by the orthogonal matrix that brings the shared words closest (Schönemann 1966; for
change of meaning Hamilton, Leskovec and Jurafsky 2016).

Whether a word changed is a question of noise: two trainings on two samples of *one* text differ as well,
rare words most of all. So every distance between A and B is set against the distances between
bootstrap resamples of A, and of B, and what counts as chance over all words is read from random halves
of each (see ``changes``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.stats import chi2

from w2v_core.space.projection import align
from w2v_core.space.vectors import WordVectors, unit_rows

NEAR, WIDE = 10, 25
"""Neighbours whose overlap is looked at."""
ERROR_RATE = 0.05
"""The chance that two samples of one text show any changed word at all."""
MEASURES = ("near", "wide", "cosine")


def shared_words(a: Sequence[str], b: Sequence[str]) -> tuple[list[str], np.ndarray, np.ndarray]:
    """The words both have, and their rows in each; in the order of the larger of both rows, so that
    words frequent in both come first."""
    at = {word: row for row, word in enumerate(b)}
    pairs = [(row, at[word]) for row, word in enumerate(a) if word in at]
    pairs.sort(key=lambda pair: (max(pair), pair))
    rows_a, rows_b = np.array(pairs, np.int64).reshape(-1, 2).T
    return [a[row] for row in rows_a.tolist()], rows_a, rows_b


@dataclass(frozen=True)
class Aligned:
    """Two matrices of shared words in one space.

    Attributes
    ----------
    a, b : float32 (n, d)
        Centered unit vectors, a turned onto b; rows of the same word.
    residual : float
        ‖a − b‖² / (‖a‖² + ‖b‖²): 0 where the two spaces are the same but for a turn, 1 where they have
        nothing to do with each other.
    """

    a: np.ndarray
    b: np.ndarray
    residual: float

    @property
    def cosine(self) -> np.ndarray:
        """float (n,): of each word's two vectors."""
        return np.einsum("ij,ij->i", self.a, self.b)


def centered(matrix: np.ndarray) -> np.ndarray:
    """The vectors at length 1, their mean taken off, at length 1 again; float32 (n, d)."""
    unit = unit_rows(np.asarray(matrix, np.float32))
    return unit_rows(unit - unit.mean(axis=0))


def align_spaces(a: np.ndarray, b: np.ndarray) -> Aligned:
    """Turn one space onto another.

    Parameters
    ----------
    a, b : float (n, d), (n, d′)
        Vectors of the same words. The smaller dimension is filled up with zeros.

    Raises
    ------
    ValueError
        for fewer than two words.
    """
    if len(a) < 2 or len(a) != len(b):
        raise ValueError("Two spaces need at least two shared words to be aligned.")
    a, b = centered(a), centered(b)
    d = max(a.shape[1], b.shape[1])
    a, b = (np.pad(m, ((0, 0), (0, d - m.shape[1]))) for m in (a, b))
    a = align(a, b)
    size = float((a**2).sum() + (b**2).sum())
    return Aligned(a, b, float(((a - b) ** 2).sum()) / size if size else 0.0)


def nearest(matrix: np.ndarray, n: int = WIDE) -> np.ndarray:
    """int (words, n): each word's nearest others by cosine, best first."""
    return WordVectors([str(i) for i in range(len(matrix))], matrix).nearest_of_all(n)[0]


def overlap(near_a: np.ndarray, near_b: np.ndarray, n: int) -> np.ndarray:
    """float (words,): the share of the n nearest that both lists have."""
    n = min(n, near_a.shape[1])
    words = len(near_a)
    starts = np.arange(0, words * n + 1, n) if n else np.zeros(words + 1, int)

    def members(near: np.ndarray) -> sp.csr_array:
        return sp.csr_array(
            (np.ones(words * n, np.int8), near[:, :n].ravel(), starts), shape=(words, words)
        )

    both = members(near_a).multiply(members(near_b)).sum(axis=1)
    return np.asarray(both, np.float64).ravel() / max(n, 1)


@dataclass(frozen=True)
class Distances:
    """How far the same words are apart in two spaces; each float (n,), 0 to 2, NaN where unknown:
    ``near`` 1 − overlap of the 10 nearest, ``wide`` of the 25 nearest, ``cosine`` 1 − cosine aligned."""

    near: np.ndarray
    wide: np.ndarray
    cosine: np.ndarray
    residual: float


def distances(
    a: np.ndarray, b: np.ndarray, near_a: np.ndarray | None = None, near_b: np.ndarray | None = None
) -> Distances:
    """Distances of the same words in two spaces; their nearest may be given, where they are known."""
    near_a = nearest(a) if near_a is None else near_a
    near_b = nearest(b) if near_b is None else near_b
    both = align_spaces(a, b)
    return Distances(
        1 - overlap(near_a, near_b, NEAR),
        1 - overlap(near_a, near_b, WIDE),
        1 - both.cosine,
        both.residual,
    )


@dataclass(frozen=True)
class Changes:
    """Every shared word, compared.

    Attributes
    ----------
    near, wide, cosine : float (n,)
        Overlap of the 10 and 25 nearest, 0 to 1, and cosine after alignment.
    noise_near, noise_wide, noise_cosine : float (n,)
        The same between resamples of one text, on the mean: of A or of B, the smaller.
    score : float (n,)
        How many standard deviations of that noise A and B are apart beyond it, the mean of the three
        measures; NaN for words too rare for the resamples.
    threshold : float
        The largest score that any word has between random halves of one text, or in ``1 − error_rate``
        of the pairs of its resamples, whichever is larger.
    changed : bool (n,)
        score > threshold.
    residual, noise_residual : float
        Of the alignment of A and B; and of two resamples, on the mean.
    error_rate : float
    """

    near: np.ndarray
    wide: np.ndarray
    cosine: np.ndarray
    noise_near: np.ndarray
    noise_wide: np.ndarray
    noise_cosine: np.ndarray
    score: np.ndarray
    threshold: float
    changed: np.ndarray
    residual: float
    noise_residual: float
    error_rate: float = ERROR_RATE


def changes(
    a: np.ndarray,
    b: np.ndarray,
    resamples_a: np.ndarray,
    resamples_b: np.ndarray,
    present_a: np.ndarray,
    present_b: np.ndarray,
    halves_a: np.ndarray,
    halves_b: np.ndarray,
    error_rate: float = ERROR_RATE,
    callback: Callable[[float, str], bool | None] | None = None,
) -> Changes:
    """Which words differ more between A and B than between resamples of one.

    A and B, two samples, differ by the noise of both; so do two bootstrap resamples of one of them.
    For each word the three distances of every pair of resamples give a mean and a spread; the score is
    how far A and B lie beyond that mean, in spreads (the median spread of all words is added to each, so
    that no word wins by a spread near 0), the larger noise of the two texts counting. What is chance
    over *all* words is read from the largest score that any word has (Westfall and Young 1993): in the
    pairs of resamples, of which the (1 − error_rate) quantile counts, and between the random halves of
    each text, all of which must be exceeded. Resamples alone promise too much: they share sentences, and
    half of the comparisons of two random halves showed a changed word. With 10 splits of each text, 20
    comparisons of samples of one text, two samples of one text exceed all of them in one case of 21; in
    fewer, since halves are shorter, and so noisier, than what is compared.

    Parameters
    ----------
    a, b : float (n, d), (n, d′)
        Vectors of the shared words.
    resamples_a, resamples_b : float (R, n, d), (R, n, d′)
    present_a, present_b : bool (R, n)
        Whether the word has pairs in the resample.
    halves_a, halves_b : float (splits, 2, n, d), (splits, 2, n, d′)
        Vectors of both halves of random splits of each text; rows of zeros are unknown.
    error_rate : float
    callback : callable, optional
        Called with the share done and what is being done; True stops.

    Raises
    ------
    InterruptedError
        when the callback stopped it.
    """

    def tell(share: float, sentence: str) -> None:
        if callback is not None and callback(share, sentence):
            raise InterruptedError("The comparison was stopped.")

    between = distances(a, b)
    found = []
    for which, (vectors, present) in enumerate(
        ((resamples_a, present_a), (resamples_b, present_b))
    ):

        def within(share: float, begin: float = which / 2) -> None:
            tell(begin + share / 2, "Comparing the resamples")

        found.append(_within(vectors, present, within))
    expected, spread = {}, {}
    for name in MEASURES:
        means, spreads = zip(
            *((noise.mean[name], noise.spread[name]) for noise in found), strict=True
        )
        expected[name], spread[name] = np.fmax(*means), np.fmax(*spreads)
    score = np.mean(
        [(getattr(between, name) - expected[name]) / spread[name] for name in MEASURES], axis=0
    )
    known = np.logical_and.reduce([np.isfinite(noise.mean["cosine"]) for noise in found])
    score[~known] = np.nan
    largest = np.concatenate([noise.largest for noise in found])
    threshold = float(np.quantile(largest, 1 - error_rate, method="higher"))
    for halves, noise in zip((halves_a, halves_b), found, strict=True):
        threshold = max(threshold, *(_largest(first, second, noise) for first, second in halves))
    return Changes(
        near=1 - between.near,
        wide=1 - between.wide,
        cosine=1 - between.cosine,
        noise_near=1 - expected["near"],
        noise_wide=1 - expected["wide"],
        noise_cosine=1 - expected["cosine"],
        score=score,
        threshold=threshold,
        changed=np.nan_to_num(score, nan=-np.inf) > threshold,
        residual=between.residual,
        noise_residual=float(np.mean([noise.residual for noise in found])),
        error_rate=error_rate,
    )


@dataclass(frozen=True)
class _Noise:
    """Of the pairs of resamples of one text: mean and spread of each word's distances, the largest
    score of each pair, the mean residual."""

    mean: dict[str, np.ndarray]
    spread: dict[str, np.ndarray]
    largest: np.ndarray
    residual: float


def _largest(first: np.ndarray, second: np.ndarray, noise: _Noise) -> float:
    """The largest score of any word between two halves of one text."""
    first, second = (np.asarray(half, np.float32) for half in (first, second))
    apart = distances(first, second)
    score = np.mean(
        [(getattr(apart, name) - noise.mean[name]) / noise.spread[name] for name in MEASURES],
        axis=0,
    )
    score[~(first.any(axis=1) & second.any(axis=1))] = np.nan
    return float(np.nanmax(score)) if np.isfinite(score).any() else -np.inf


def _within(vectors: np.ndarray, present: np.ndarray, tell: Callable[[float], None]) -> _Noise:
    R = len(vectors)
    unpacked, near = [], []
    for r, (matrix, there) in enumerate(zip(vectors, present, strict=True)):
        matrix = np.asarray(matrix, np.float32).copy()
        matrix[~there] = 0
        unpacked.append(matrix)
        near.append(nearest(centered(matrix)))
        tell(0.5 * (r + 1) / R)
    pairs = [(r, s) for r in range(R) for s in range(r)]
    values: dict[str, list[np.ndarray]] = {name: [] for name in MEASURES}
    residuals = []
    for number, (r, s) in enumerate(pairs):
        found = distances(unpacked[r], unpacked[s], near[r], near[s])
        both = present[r] & present[s]
        for name in MEASURES:
            values[name].append(np.where(both, getattr(found, name), np.nan).astype(np.float32))
        residuals.append(found.residual)
        tell(0.5 + 0.5 * (number + 1) / len(pairs))
    mean, spread = {}, {}
    scores = np.zeros((len(pairs), vectors.shape[1]))
    for name in MEASURES:
        table = np.stack(values[name])  # (pairs, n)
        mean[name], spread[name], outside = _standardised(table, pairs, R)
        scores += outside / len(MEASURES)
    largest = np.max(np.where(np.isfinite(scores), scores, -np.inf), axis=1)
    return _Noise(mean, spread, largest, float(np.mean(residuals)))


def _standardised(
    table: np.ndarray, pairs: Sequence[tuple[int, int]], R: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean and spread of each word's distances (n,), and each pair's distances in spreads beyond the mean
    (pairs, n), both taken from the pairs that share no resample with it: as A and B share none with
    theirs."""
    known = np.isfinite(table)
    enough = known.sum(axis=0) >= len(pairs) // 2
    known &= enough
    table = np.where(known, table, 0.0).astype(np.float64)

    def moments(number, total, squares) -> tuple[np.ndarray, np.ndarray]:
        number = np.maximum(number, 1)
        m = total / number
        deviation = np.sqrt(np.maximum(squares / number - m**2, 0))
        usual = np.median(deviation[..., enough], axis=-1, keepdims=True) if enough.any() else 1.0
        return m, deviation + np.maximum(usual, 1e-6)

    sums = [known.astype(np.float64), table, table**2]
    of_all = [part.sum(axis=0) for part in sums]
    mean, spread = moments(*of_all)
    mean[~enough] = np.nan
    with_resample = [np.zeros((R, table.shape[1])) for _ in sums]
    for number, pair in enumerate(pairs):
        for r in pair:
            for part, one in zip(with_resample, sums, strict=True):
                part[r] += one[number]
    outside = np.full(table.shape, np.nan)
    for number, (r, s) in enumerate(pairs):
        others = [
            whole - part[r] - part[s] + one[number]
            for whole, part, one in zip(of_all, with_resample, sums, strict=True)
        ]
        m, deviation = moments(*others)
        outside[number] = np.where(known[number], (table[number] - m) / deviation, np.nan)
    return mean, spread, outside


# Frequencies


@dataclass(frozen=True)
class Keyness:
    """Words by how differently frequent they are in two texts.

    ``words``; ``count_a``, ``count_b`` int (n,); ``g2`` the log-likelihood ratio (Dunning 1993), larger
    than 3.84 in one word of twenty by chance; ``log_ratio`` log₂ of the relative frequencies, positive
    where A has more; ``p`` the chance of such a G², times the number of words (Bonferroni), at most 1.
    """

    words: list[str]
    count_a: np.ndarray
    count_b: np.ndarray
    g2: np.ndarray
    log_ratio: np.ndarray
    p: np.ndarray


def keyness(
    counts_a: dict[str, int], counts_b: dict[str, int], total_a: int, total_b: int
) -> Keyness:
    """Compare how often words stand in two texts,

        G² = 2 Σ O log(O / E),   E_A = total_A · (O_A + O_B) / (total_A + total_B)

    over the cells *this word* and *any other word* of both texts; the most different first.

    Parameters
    ----------
    counts_a, counts_b : dict of str → int
        A word that one lacks counts 0 there.
    total_a, total_b : int
        Running words of each text.
    """
    words = list(dict.fromkeys([*counts_a, *counts_b]))
    a = np.array([counts_a.get(word, 0) for word in words], np.float64)
    b = np.array([counts_b.get(word, 0) for word in words], np.float64)
    total_a, total_b = max(total_a, 1), max(total_b, 1)
    share = (a + b) / (total_a + total_b)

    def term(observed: np.ndarray, expected: np.ndarray) -> np.ndarray:
        ratio = np.divide(observed, expected, out=np.ones_like(observed), where=expected > 0)
        return observed * np.log(np.where(observed > 0, ratio, 1.0))

    g2 = 2 * (
        term(a, total_a * share)
        + term(b, total_b * share)
        + term(total_a - a, total_a * (1 - share))
        + term(total_b - b, total_b * (1 - share))
    )
    g2 = np.maximum(g2, 0.0)
    ratio = np.log2(((a + 0.5) / (total_a + 0.5)) / ((b + 0.5) / (total_b + 0.5)))
    p = np.minimum(chi2.sf(g2, 1) * max(len(words), 1), 1.0)
    order = np.argsort(-g2, kind="stable")
    return Keyness(
        [words[i] for i in order.tolist()],
        a[order].astype(np.int64),
        b[order].astype(np.int64),
        g2[order],
        ratio[order],
        p[order],
    )


# Contexts of one word


@dataclass(frozen=True)
class ContextRatios:
    """What the two models expect around one word, over the shared words.

    ``log_ratio`` float (n,): log p_A(w|c) − log p_B(w|c), nats, positive where A expects it more;
    ``weight`` ½ (p_A + p_B), summing to 1.
    """

    log_ratio: np.ndarray
    weight: np.ndarray

    def strongest(self, n: int, toward_a: bool) -> np.ndarray:
        """Rows of the n strongest toward one side, by √weight · |log-ratio|, so that no rare word wins by
        its ratio alone."""
        strength = np.sqrt(self.weight) * np.where(
            (self.log_ratio > 0) == toward_a, np.abs(self.log_ratio), 0
        )
        rows = np.argsort(-strength, kind="stable")[:n]
        return rows[strength[rows] > 0]


def context_ratios(
    p_a: np.ndarray,
    p_b: np.ndarray,
    q_a: np.ndarray | None = None,
    q_b: np.ndarray | None = None,
) -> ContextRatios:
    """Log-ratios of the contexts of a word in A against B.

    Parameters
    ----------
    p_a, p_b : float (n,)
        p(w|c) of the shared words in each; scaled to sum to 1 over them.
    q_a, q_b : float (n,), optional
        How frequent these words are anywhere in each: then the ratios are of p/q, so that a word which
        is more frequent everywhere in A does not count as a context that drew c there.
    """
    p_a, p_b = (np.maximum(np.asarray(p, np.float64), 1e-12) for p in (p_a, p_b))
    p_a, p_b = p_a / p_a.sum(), p_b / p_b.sum()
    ratio = np.log(p_a / p_b)
    if q_a is not None and q_b is not None:
        q_a, q_b = (np.maximum(np.asarray(q, np.float64), 1e-12) for q in (q_a, q_b))
        ratio = ratio - np.log((q_a / q_a.sum()) / (q_b / q_b.sum()))
    return ContextRatios(ratio, 0.5 * (p_a + p_b))


def mean_overlap(a: np.ndarray, b: np.ndarray) -> tuple[float, float, float, float]:
    """Of two spaces of the same words: mean overlap of the 10 and of the 25 nearest, mean cosine after
    alignment, residual."""
    found = distances(a, b)
    return (
        float(1 - found.near.mean()),
        float(1 - found.wide.mean()),
        float(1 - found.cosine.mean()),
        found.residual,
    )
