"""Hierarchical clustering of a list of words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.cluster.hierarchy import dendrogram, linkage
from scipy.spatial.distance import squareform

from w2v_core.space.vectors import WordVectors


@dataclass(frozen=True)
class Tree:
    """A dendrogram, in which similar words are joined at a low height.

    Attributes
    ----------
    order : list of int
        The words from left to right, with similar words side by side.
    across : list of 4 floats for each joint
        The horizontal positions of its corners, in units of ``order`` (0 is the first word).
    height : list of 4 floats for each joint
        The heights of its corners: 1 − mean cosine of the words joined.
    """

    order: list[int]
    across: list[list[float]]
    height: list[list[float]]


def cosines(space: WordVectors, words: Sequence[str]) -> np.ndarray:
    """The cosine of every pair of words, float (n, n); unknown words raise ``UnknownWord``."""
    unit = space.unit[[space.vocabulary.index(word) for word in words]]
    return unit @ unit.T


def tree(alike: np.ndarray) -> Tree:
    """Join words by their mean cosine (average linkage), with the leaves in the order that makes
    neighbours most similar (Bar-Joseph et al. 2001).

    Parameters
    ----------
    alike : float (n, n)
        The cosines of the words.

    Raises
    ------
    ValueError
        For fewer than two words.
    """
    if len(alike) < 2:
        raise ValueError("Give at least two words to compare.")
    distances = np.clip(1 - 0.5 * (alike + alike.T), 0, 2)
    np.fill_diagonal(distances, 0)
    joined = linkage(squareform(distances, checks=False), "average", optimal_ordering=True)
    drawn = dendrogram(joined, no_plot=True)
    # scipy draws the leaves at 5, 15, 25 …
    across = [[(x - 5) / 10 for x in corner] for corner in drawn["icoord"]]
    return Tree(drawn["leaves"], across, drawn["dcoord"])
