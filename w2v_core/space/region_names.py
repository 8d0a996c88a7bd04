"""Names for groups of words: a few words of each that say what the group is about."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

NAMED_BY = 3
_COMMON = 0.5  # the most frequent words that together make up this share of the text …
_COMMON_WEIGHT = 0.5  # … count by this factor: they occur beside everything
_SAME_FROM = 4  # letters from which a word at the beginning of another counts as the same


def naming_scores(
    unit: np.ndarray, labels: np.ndarray, centers: np.ndarray, counts: np.ndarray
) -> np.ndarray:
    """How well each word names its group; float (words,), larger is better.

    score(w) = cos(w, own) · √max(cos(w, own) − cos(w, other), 0) · log(1 + count(w)) · common(w)

    "own" is the center of the word's group and "other" the nearest center of another group. The first
    factor asks for words in the middle of the group, the second for words that belong to no other, the
    third for words that a reader has met. common(w) is ½ for the most frequent words that together make
    up half of the text, which stand beside everything, and otherwise 1. So neither the most frequent
    words win, whose margin is small, nor the rarest, whose logarithm is.

    Parameters
    ----------
    unit : float (words, d)
        Vectors of length 1, or 0.
    labels : int (words,)
        The group of each word, 0 to groups − 1.
    centers : float (groups, d)
        Of length 1.
    counts : int (words,)
        Zeros if nobody counted; then the words' order, most frequent first, stands for their counts
        (count ∝ 1 / rank, Zipf 1935).
    """
    n = len(labels)
    if not n:
        return np.zeros(0)
    counts = np.asarray(counts, np.float64)
    if not counts.any():
        counts = n / np.arange(1, n + 1)
    cosines = unit @ centers.T
    own = cosines[np.arange(n), labels]
    margin = np.ones(n)
    if len(centers) > 1:
        cosines[np.arange(n), labels] = -np.inf
        margin = np.maximum(own - cosines.max(axis=1), 0)
    order = np.argsort(-counts, kind="stable")
    before = np.cumsum(counts[order]) - counts[order]
    common = np.ones(n)
    common[order[before < _COMMON * counts.sum()]] = _COMMON_WEIGHT
    return np.maximum(own, 0) * np.sqrt(margin) * np.log1p(counts) * common


def names_of_groups(
    scores: np.ndarray, labels: np.ndarray, words: Sequence[str], groups: int
) -> list[list[str]]:
    """The ``NAMED_BY`` best words of each group, best first, without words that only repeat a better one
    (australia, australian)."""
    names = []
    for group in range(groups):
        rows = np.flatnonzero(labels == group)
        chosen: list[str] = []
        for row in rows[np.argsort(-scores[rows], kind="stable")]:
            if not any(_same(words[row], word) for word in chosen):
                chosen.append(words[row])
            if len(chosen) == NAMED_BY:
                break
        names.append(chosen)
    return names


def _same(a: str, b: str) -> bool:
    """Whether one word is the beginning of the other."""
    short, long = sorted((a, b), key=len)
    return len(short) >= _SAME_FROM and long.startswith(short)
