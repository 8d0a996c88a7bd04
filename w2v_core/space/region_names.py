"""Names for groups of words: a few words of each that say what the group is about."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

NAMED_BY = 3
NEAR = 10  # nearest words of its own group that say how central a word is
MOST_NAMING = 1_000  # of each group, the most frequent, from which names are taken
_COMMON = 0.5  # the most frequent words that together make up this share of the text …
_COMMON_WEIGHT = 0.5  # … count by this factor: they occur beside everything
_SAME_FROM = 4  # letters from which a word at the beginning of another counts as the same


def naming_scores(
    unit: np.ndarray, labels: np.ndarray, centers: np.ndarray, counts: np.ndarray
) -> np.ndarray:
    """How well each word names its group; float (words,), larger is better.

    score(w) = near(w) · √max(cos(w, own) − cos(w, other), 0) · log(1 + count(w)) · common(w)

    near(w) is the mean cosine of the word with its ``NEAR`` nearest of the group: it asks for words among
    words like themselves, where the center of a large group can lie between them all (the people of a
    text and what they wear). "own" is the center of the word's group and "other" the nearest center of
    another group: this factor asks for words that belong to no other group, the third for words that a
    reader has met. common(w) is ½ for the most frequent words that together make up half of the text,
    which stand beside everything, and otherwise 1. So neither the most frequent words win, whose margin
    is small, nor the rarest, whose logarithm is.

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
    near = np.zeros(n)
    for group in np.unique(labels):
        rows = np.flatnonzero(labels == group)
        rows = rows[np.argsort(-counts[rows], kind="stable")][:MOST_NAMING]
        near[rows] = _nearness(unit[rows])
    return near * np.sqrt(margin) * np.log1p(counts) * common


def _nearness(unit: np.ndarray) -> np.ndarray:
    """The mean cosine of each word of a group with its ``NEAR`` nearest; 1 of a word by itself."""
    number = min(NEAR, len(unit) - 1)
    if not number:
        return np.ones(1)
    cosines = unit @ unit.T
    np.fill_diagonal(cosines, -np.inf)
    return np.maximum(np.partition(cosines, -number, axis=1)[:, -number:].mean(axis=1), 0)


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
