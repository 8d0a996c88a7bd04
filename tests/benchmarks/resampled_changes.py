"""Which words differ between two models by more than the noise of resampling?

Two trainings on two samples of *one* text differ as well, rare words most of all. So every distance
between A and B is set against the distances between bootstrap resamples of A, and of B, and what counts
as chance over all words is read from random halves of each (see ``changes``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from w2v_core.space.alignment import centered
from w2v_core.space.distances import distances, nearest

ERROR_RATE = 0.05
"""The chance that two samples of one text show any changed word at all."""
MEASURES = ("near", "wide", "cosine")


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
