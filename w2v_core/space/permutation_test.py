"""Many words tested at once by the same permutations of labels."""

from __future__ import annotations

import warnings

import numpy as np

ALIKE = 201
"""Equally frequent words whose spread a word's own is drawn toward."""
WEIGHT = 10
"""Draws that this common spread counts as much as."""


def labelings(n_first: int, n: int, draws: int, rng: np.random.Generator) -> np.ndarray:
    """bool (draws + 1, n): whether each unit is labelled as one of the first; the first row is the true
    labelling (the first n_first of n), the others are permutations of it."""
    labels = np.zeros((draws + 1, n), bool)
    labels[0, :n_first] = True
    for draw in range(1, draws + 1):
        labels[draw, rng.permutation(n)[:n_first]] = True
    return labels


def sum_of_squares(labels: np.ndarray, sums: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """m_A·m_B/(m_A + m_B)·‖Y_A − Y_B‖² for each labelling, with Y the mean of what is on a side: the sum of
    squares between the two sides. NaN where a side is empty.

    Parameters
    ----------
    labels : bool or 0 and 1 (draws, p)
        Whether each part is on side A.
    sums : float (p, d)
    weights : float (p,)
    """
    on_a = np.asarray(labels, np.float32)
    a = on_a @ sums
    m_a = on_a @ weights
    total, m = sums.sum(axis=0), weights.sum()
    m_b = m - m_a
    with np.errstate(invalid="ignore", divide="ignore"):
        # Y_A − Y_B = (S_A − S·m_A/m)·m/(m_A·m_B)
        apart = a - np.outer(m_a / m, total)
        found = np.einsum("kd,kd->k", apart, apart) * m / (m_a * m_b)
    found[(m_a <= 1e-6 * m) | (m_b <= 1e-6 * m)] = np.nan
    return found


def standardised(
    values: np.ndarray, frequency: np.ndarray, alike: int = ALIKE, weight: float = WEIGHT
) -> tuple[np.ndarray, np.ndarray]:
    """How far each word's true value lies beyond its permutations, in spreads; and the same of each
    permutation beside the others.

    A variance taken from some eighty draws is itself uncertain, so it is shrunk toward the median of
    the words that are about as frequent, which counts ``weight`` draws.

    Parameters
    ----------
    values : float (words, draws + 1)
        The true value first; NaN where there is none.
    frequency : float (words,)

    Returns
    -------
    z float (words,), null float (words, draws)
        NaN where unknown.
    """
    drawn = values[:, 1:]
    known = np.isfinite(drawn)
    number = known.sum(axis=1)
    filled = np.where(known, drawn, 0.0)
    total, squares = filled.sum(axis=1), (filled**2).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total / number
        variance = np.maximum(squares / number - mean**2, 0) * number / (number - 1)
        common = running_median(variance, frequency, alike)
        common = np.maximum(np.nan_to_num(common, nan=1.0), 1e-12)
        degrees = np.maximum(number - 1, 0)
        spread = np.sqrt((degrees * np.nan_to_num(variance) + weight * common) / (degrees + weight))
        z = (values[:, 0] - mean) / (spread * np.sqrt(1 + 1 / number))
        # The same without the draw itself.
        others = (number - 1)[:, None]
        other_mean = (total[:, None] - filled) / others
        other_variance = (squares[:, None] - filled**2) / others - other_mean**2
        other_variance = np.maximum(other_variance, 0) * others / (others - 1)
        left = np.maximum(others - 1, 0)
        other_spread = np.sqrt((left * other_variance + weight * common[:, None]) / (left + weight))
        null = (drawn - other_mean) / (other_spread * np.sqrt(1 + 1 / others))
    null[~known] = np.nan
    few = number < 3
    z[few], null[few] = np.nan, np.nan
    return z, null


def running_median(values: np.ndarray, frequency: np.ndarray, alike: int) -> np.ndarray:
    """For each word the median over the ``alike`` words nearest to it in rank of frequency, float (n,);
    unknown values, NaN, do not count, and a word that has only such ones around it gets NaN."""
    n = len(values)
    if n == 0:
        return np.zeros(0)
    order = np.argsort(frequency, kind="stable")
    width = min(alike, n)
    windows = np.lib.stride_tricks.sliding_window_view(np.asarray(values, float)[order], width)
    if np.isfinite(values).all():
        medians = np.median(windows, axis=1)
    else:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # of a window without any known value
            medians = np.nanmedian(windows, axis=1)
    places = np.clip(np.arange(n) - width // 2, 0, len(medians) - 1)
    found = np.empty(n)
    found[order] = medians[places]
    return found


def pooled_p(z: np.ndarray, null: np.ndarray) -> np.ndarray:
    """p float (words,): (1 + how many null values of all words reach z) / (1 + how many there are);
    1 where z is unknown."""
    values = np.sort(null[np.isfinite(null)])
    reached = len(values) - np.searchsorted(values, z, side="left")
    return np.where(np.isfinite(z), (1 + reached) / (1 + len(values)), 1.0)


def benjamini_hochberg(p: np.ndarray) -> np.ndarray:
    """q float (n,): the smallest share of false discoveries at which each would be called (Benjamini and
    Hochberg 1995)."""
    p = np.asarray(p, np.float64)
    order = np.argsort(p, kind="stable")
    n = len(p)
    q = p[order] * n / np.arange(1, n + 1)
    found = np.empty(n)
    found[order] = np.minimum(np.minimum.accumulate(q[::-1])[::-1], 1.0)
    return found
