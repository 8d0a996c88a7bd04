"""Small vectors to look at: one-hot ones, two in their plane, lengths and products."""

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
"""Axes along which words are related, and pairs that lie along each: a → b and c → d. The first that a
text knows is shown."""


@dataclass(frozen=True)
class Axis:
    """Two pairs of words a → b, c → d along one axis, and the cosine of b − a with d − c: of dense
    vectors, and of one-hot ones."""

    name: str
    words: tuple[str, str, str, str]
    dense: float
    one_hot: float


def axis(space: WordVectors, name: str, words: Sequence[str]) -> Axis:
    """How parallel two pairs of words are, a → b and c → d; KeyError names a word that is unknown."""
    rows = [space.vocabulary.index(word) for word in words]
    distinct = list(dict.fromkeys(rows))
    hot = one_hots(len(distinct))[[distinct.index(row) for row in rows]]
    return Axis(
        name,
        tuple(space.words[row] for row in rows),
        _parallel(space.matrix[rows].astype(np.float64)),
        _parallel(hot),
    )


def known_axes(space: WordVectors) -> list[Axis]:
    """Of each of the ``AXES`` the first pairs that the text knows."""
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
    """float64 (n, n): the one-hot vectors of n words, a row each."""
    return np.eye(n)


def above_one_hot(columns: np.ndarray, place: int) -> np.ndarray:
    """Some columns of the notes' V (d, n), and below them, after an empty row, the one-hot vector that
    picks one of them: (d + 2, n)."""
    n = columns.shape[1]
    return np.vstack([columns, np.full(n, np.nan), one_hots(n)[place]])


def dot_products(X: np.ndarray) -> np.ndarray:
    """float (n, n): the dot product of every two rows of X (n, d)."""
    return X @ X.T


def some_words(matrix: np.ndarray, counts: np.ndarray, row: int, n: int) -> list[int]:
    """n rows to show: the given word, its nearest by cosine, and as many words of middling frequency,
    which say most."""
    unit = unit_rows(matrix)
    near = [r for r in np.argsort(-(unit @ unit[row]), kind="stable").tolist() if r != row]
    telling = np.flatnonzero(counts <= 2 * counts.mean()).tolist()
    return list(dict.fromkeys([row, *near[: n // 2 - 1], *telling, *near]))[:n]


def in_their_plane(x: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Two vectors (d,) as (2,) each, in the plane they span: x along the first axis, lengths and
    angle as they are."""
    length = float(np.linalg.norm(x))
    if length == 0:
        return np.zeros(2), np.array([float(np.linalg.norm(z)), 0.0])
    along = float(x @ z) / length
    across = float(np.sqrt(max(float(z @ z) - along**2, 0.0)))
    return np.array([length, 0.0]), np.array([along, across])


def at_angle(length: float, degrees: float) -> np.ndarray:
    """The vector (2,) of this length at this angle to the first axis."""
    angle = np.deg2rad(degrees)
    return length * np.array([np.cos(angle), np.sin(angle)])


def lengths(vectors) -> list[float]:
    """The Euclidean length of each vector."""
    return [float(np.linalg.norm(x)) for x in vectors]


def enlarged(length: float, size: float) -> float:
    """How many times as long to draw something so that it can be seen in a picture of this size: 1, 2, 5,
    10, … until it takes a fifth of it."""
    if not 0 < length < size / 5:
        return 1.0
    for times in (k * 10.0**power for power in range(4) for k in (1, 2, 5)):
        if times * length >= size / 5:
            return times
    return 1_000.0


def through_zero(*matrices: np.ndarray) -> list[np.ndarray]:
    """Each matrix (n, d) in the plane in which all rows together are longest, (n, 2) each; 0 stays
    where it is, so that lengths and angles can be seen. The sign is fixed: pictures do not flip."""
    directions = np.linalg.svd(np.concatenate(matrices), full_matrices=False)[2][:2]
    largest = np.abs(directions).argmax(axis=1)
    directions = directions * np.sign(directions[np.arange(len(directions)), largest])[:, None]
    return [X @ directions.T for X in matrices]
