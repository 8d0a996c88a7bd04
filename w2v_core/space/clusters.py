"""Clusters of words whose vectors have similar directions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.cluster import KMeans

from w2v_core.space.region_names import names_of_groups, naming_scores
from w2v_core.space.vectors import unit_rows

_FITTED_ON = 10_000  # the centers are fitted to this many frequent words; the others are assigned


@dataclass(frozen=True)
class Clusters:
    """``labels`` int (words,), the largest cluster first; ``names``: a few words of each that say what it
    is about, best first (see ``region_names``)."""

    labels: np.ndarray
    names: list[list[str]]


def cluster(
    matrix: np.ndarray,
    words: Sequence[str],
    k: int,
    seed: int = 0,
    counts: np.ndarray | None = None,
) -> Clusters:
    """k-means on the vectors at length 1 (scikit-learn, with a k-means++ start).

    Parameters
    ----------
    matrix : float (words, d)
    words : sequence of str
        Most frequent first.
    k : int
        The number of clusters; fewer if there are fewer distinct vectors.
    seed : int
    counts : int (words,), optional
        How often each word stands in the text; without it, the order of the words tells.
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
    frequency = np.zeros(len(unit)) if counts is None else counts
    scores = naming_scores(unit, labels, centers, frequency)
    return Clusters(labels.astype(np.int32), names_of_groups(scores, labels, words, k))
