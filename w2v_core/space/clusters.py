"""Clusters of words whose vectors have similar directions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.cluster import KMeans

from w2v_core.space.vectors import unit_rows

NAMED_BY = 3
_NAMED_FROM = 40  # a cluster is named by words among this many of its most frequent ones
_FITTED_ON = 10_000  # the centers are fitted to this many frequent words; the others are assigned


@dataclass(frozen=True)
class Clusters:
    """``labels`` int (words,), the largest cluster first; ``names``: the most typical words of each."""

    labels: np.ndarray
    names: list[list[str]]


def cluster(matrix: np.ndarray, words: Sequence[str], k: int, seed: int = 0) -> Clusters:
    """k-means on the vectors at length 1 (scikit-learn, with a k-means++ start).

    Parameters
    ----------
    matrix : float (words, d)
    words : sequence of str
        Most frequent first.
    k : int
        The number of clusters; fewer if there are fewer distinct vectors.
    seed : int

    Returns
    -------
    Clusters
        The most typical words of a cluster are those nearest to its center (by cosine) among its forty
        most frequent.
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
