"""Groups of words that lie in the same direction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.cluster import KMeans

from w2v_core.space.vectors import unit_rows

NAMED_BY = 3
_NAMED_FROM = 40  # words of a cluster, the most frequent ones
_FITTED_ON = 10_000  # words, the most frequent ones, that find the centers; the others join them


@dataclass(frozen=True)
class Clusters:
    """``labels`` int (words,), the largest cluster 0; ``names`` its most typical words, each."""

    labels: np.ndarray
    names: list[list[str]]


def cluster(matrix: np.ndarray, words: Sequence[str], k: int, seed: int = 0) -> Clusters:
    """k-means over the vectors at length 1 (scikit-learn's, k-means++ start).

    Parameters
    ----------
    matrix : float (words, d)
    words : sequence of str
        Most frequent first.
    k : int
        Fewer where there are fewer different vectors.
    seed : int

    Returns
    -------
    Clusters
        A cluster's most typical words are those nearest to its center (cosine) among its forty most
        frequent.
    """
    unit = np.ascontiguousarray(unit_rows(matrix), np.float32)
    k = max(1, min(k, len(np.unique(unit[:_FITTED_ON], axis=0))))
    fitted = KMeans(k, n_init=1, random_state=seed).fit(unit[:_FITTED_ON])
    labels = fitted.predict(unit)
    order = np.argsort(-np.bincount(labels, minlength=k), kind="stable")
    rank = np.empty(k, int)
    rank[order] = np.arange(k)
    labels = rank[labels]
    centers = unit_rows(fitted.cluster_centers_[order])
    names = []
    for number in range(k):
        rows = np.flatnonzero(labels == number)
        rows = rows[:_NAMED_FROM]
        best = rows[np.argsort(-(unit[rows] @ centers[number]), kind="stable")[:NAMED_BY]]
        names.append([words[row] for row in best])
    return Clusters(labels.astype(np.int32), names)
