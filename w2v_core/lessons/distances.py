"""Cosine and Euclidean distance of unit vectors, side by side."""

from __future__ import annotations

import numpy as np

from w2v_core.space.vectors import WordVectors, unit_rows


def pair_distances(
    matrix: np.ndarray, rows: np.ndarray, others: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """xᵀz and d² = ‖x − z‖² of pairs of unit vectors. d² is computed from the difference, so that
    d² = 2 − 2 xᵀz is a result, not a definition."""
    X, Z = unit_rows(matrix[rows]), unit_rows(matrix[others])
    return (X * Z).sum(axis=1), ((X - Z) ** 2).sum(axis=1)


def random_pair_distances(
    space: WordVectors, n: int, x: int, z: int, seed: int = 0
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(rows, other rows, xᵀz, d²) of the pair x, z and of n random pairs of different words."""
    words = len(space.words)
    dice = np.random.default_rng(seed)
    one = np.append(x, dice.integers(0, words, n))
    other = np.append(z, (one[1:] + dice.integers(1, max(words, 2), n)) % words)
    return one, other, *pair_distances(space.matrix, one, other)


def rankings(space: WordVectors, row: int, n: int) -> dict[str, tuple[list[int], np.ndarray]]:
    """A word's n nearest by "cosine", "distance" and "exp" (exp(−d²)) of unit vectors: for each measure,
    rows and values in the order of that measure."""
    everyone = np.arange(len(space.words))
    cosines, squared = pair_distances(space.matrix, np.full(len(everyone), row), everyone)
    values = {"cosine": cosines, "distance": np.sqrt(squared), "exp": np.exp(-squared)}
    found = {}
    for name, of in values.items():
        order = np.argsort(of if name == "distance" else -of, kind="stable")
        rows = order[order != row][:n]
        found[name] = rows.tolist(), of[rows]
    return found
