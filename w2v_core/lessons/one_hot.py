"""One-hot and dense vectors compared: which relations between words each can express."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from w2v_core.space.vectors import WordVectors, unit_rows

AXES = {
    "instance": "man king woman queen|city Berlin country Germany|city Paris country France",
    "gender": "man woman king queen|he she his her|boy girl brother sister|man woman boy girl",
    "number": "day days country countries|farm farms museum museums|child children woman women|"
    "man men year years|thing things friend friends|one many day days|dog dogs cat cats|"
    "class classes function functions",
    "age": "dog puppy cat kitten|man boy woman girl",
    "capital": "Germany Berlin France Paris|England London Italy Rome",
}
"""Axes along which words are related, each with pairs of pairs a → b and c → d. The first one whose four
words all occur in a text is shown."""


@dataclass(frozen=True)
class ParallelPairs:
    """Two pairs of words a → b, c → d along one axis, and the cosine of b − a with d − c for dense and for
    one-hot vectors."""

    name: str
    words: tuple[str, str, str, str]
    dense: float
    one_hot: float


def axis(space: WordVectors, name: str, words: Sequence[str]) -> ParallelPairs:
    """How parallel two pairs of words a → b and c → d are. A KeyError names an unknown word."""
    rows = a, b, c, d = [space.vocabulary.index(word) for word in words]
    distinct = list(dict.fromkeys(rows))
    hot = one_hots(len(distinct))[[distinct.index(row) for row in rows]]
    return ParallelPairs(
        name,
        (space.words[a], space.words[b], space.words[c], space.words[d]),
        _parallel(space.matrix[rows].astype(np.float64)),
        _parallel(hot),
    )


def known_axes(space: WordVectors) -> list[ParallelPairs]:
    """For each of the ``AXES``, the first pairs whose words all occur in the text."""
    found = []
    for name, candidates in AXES.items():
        for pairs in candidates.split("|"):
            if all(word in space for word in pairs.split()):
                found.append(axis(space, name, pairs.split()))
                break
    return found


def _parallel(four: np.ndarray) -> float:
    a, b, c, d = four
    sizes = float(np.linalg.norm(b - a) * np.linalg.norm(d - c))
    return float((b - a) @ (d - c)) / sizes if sizes > 0 else 0.0


def one_hots(n: int) -> np.ndarray:
    """float64 (n, n): the one-hot vectors of n words, one per row."""
    return np.eye(n)


def above_one_hot(columns: np.ndarray, place: int) -> np.ndarray:
    """Some columns of the notes' V (d, n) and, below an empty row, the one-hot vector that selects one of
    them: (d + 2, n)."""
    n = columns.shape[1]
    return np.vstack([columns, np.full(n, np.nan), one_hots(n)[place]])


def dot_products(X: np.ndarray) -> np.ndarray:
    """float (n, n): the dot product of every two rows of X (n, d)."""
    return X @ X.T


def some_words(matrix: np.ndarray, counts: np.ndarray, row: int, n: int) -> list[int]:
    """n rows to show: the given word, its nearest by cosine, and as many words of medium frequency, which
    are the most informative."""
    unit = unit_rows(matrix)
    near = [r for r in np.argsort(-(unit @ unit[row]), kind="stable").tolist() if r != row]
    telling = np.flatnonzero(counts <= 2 * counts.mean()).tolist()
    return list(dict.fromkeys([row, *near[: n // 2 - 1], *telling, *near]))[:n]
