"""Distances of the same words in two spaces, by their neighbours and by their aligned vectors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from w2v_core.space.alignment import align_spaces
from w2v_core.space.permutation_test import ALIKE, running_median
from w2v_core.space.vectors import WordVectors

NEAR, WIDE = 10, 25
"""The number of neighbours in the wider overlap."""


def nearest(matrix: np.ndarray, n: int = WIDE) -> np.ndarray:
    """int (words, n): the nearest other words of each word by cosine, best first."""
    return WordVectors([str(i) for i in range(len(matrix))], matrix).nearest_of_all(n)[0]


def overlap(near_a: np.ndarray, near_b: np.ndarray, n: int) -> np.ndarray:
    """float (words,): the share of the n nearest that both lists contain."""
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
    """Distances of the same words in two spaces, each float (n,), 0 to 2, NaN if unknown: ``near`` is
    1 − overlap of the 10 nearest, ``wide`` of the 25 nearest, ``cosine`` is 1 − cosine after alignment."""

    near: np.ndarray
    wide: np.ndarray
    cosine: np.ndarray
    residual: float


def distances(
    a: np.ndarray, b: np.ndarray, near_a: np.ndarray | None = None, near_b: np.ndarray | None = None
) -> Distances:
    """Distances of the same words in two spaces; their nearest words can be given if they are known."""
    near_a = nearest(a) if near_a is None else near_a
    near_b = nearest(b) if near_b is None else near_b
    both = align_spaces(a, b)
    return Distances(
        1 - overlap(near_a, near_b, NEAR),
        1 - overlap(near_a, near_b, WIDE),
        1 - both.cosine,
        both.residual,
    )


def mean_overlap(a: np.ndarray, b: np.ndarray) -> tuple[float, float, float, float]:
    """For two spaces with the same words: mean overlap of the 10 and of the 25 nearest, mean cosine after
    alignment, and residual."""
    found = distances(a, b)
    return (
        float(1 - found.near.mean()),
        float(1 - found.wide.mean()),
        float(1 - found.cosine.mean()),
        found.residual,
    )


def beyond_equally_frequent(
    distance: np.ndarray, counts: np.ndarray, alike: int = ALIKE
) -> np.ndarray:
    """Each word's distance less the median of words that are as frequent: two vectors of a rare word lie
    far apart by chance alone, so that distances of rare and of frequent words cannot be compared.

    Parameters
    ----------
    distance : float (n,)
        NaN where it is not known.
    counts : int (n,)
        Occurrences in the text that has fewer of them.
    alike : int
        How many words nearest in frequency make the median.

    Returns
    -------
    float (n,)
    """
    return distance - running_median(distance, counts, alike)
