"""The trustworthiness of a map (Venna and Kaski 2001)."""

from __future__ import annotations

import numpy as np
from sklearn.neighbors import NearestNeighbors

NEIGHBOURS = 10
_BLOCK = 256  # words whose distances to all others are held at once: 256 × 50,000 is 50 MB


def point_trust(
    matrix: np.ndarray,
    coordinates: np.ndarray,
    rows: np.ndarray | None = None,
    n_neighbors: int = NEIGHBOURS,
) -> np.ndarray:
    """Each word's part in the trustworthiness of a map, as defined by scikit-learn.

    For word i with its k nearest on the map, N(i), among n words:
    1 − 2 / (k (2n − 3k − 1)) · Σ_{j ∈ N(i)} max(0, r(i, j) − k), where j is the r-th nearest to i by
    Euclidean distance of the vectors. It is 1 if all words that are near on the map are also near in the
    full space. The mean over all words is ``sklearn.manifold.trustworthiness``; over a
    sample it is an unbiased estimate.

    Parameters
    ----------
    matrix : float (n, d)
        The vectors.
    coordinates : float (n, 2 or 3)
        The map.
    rows : int (m,), optional
        The words for which it is computed; all by default.
    n_neighbors : int
        k; reduced if n is too small for it (it must be below n / 2).

    Returns
    -------
    float (m,)

    Raises
    ------
    ValueError
        For fewer than three words.
    """
    n = len(matrix)
    if n < 3:
        raise ValueError("Trustworthiness needs at least three words.")
    k = max(1, min(n_neighbors, (n - 1) // 2))
    rows = np.arange(n) if rows is None else np.asarray(rows)
    near = _nearest_on_picture(coordinates, rows, k)
    matrix = np.ascontiguousarray(matrix, np.float32)
    square = np.einsum("ij,ij->i", matrix, matrix)
    excess = np.empty(len(rows))
    for start in range(0, len(rows), _BLOCK):
        part = slice(start, start + _BLOCK)
        these = rows[part]
        # Squared distances up to a constant of each row, which does not affect the order.
        far = square - 2 * (matrix[these] @ matrix.T)
        far[np.arange(len(these)), these] = np.inf
        theirs = np.take_along_axis(far, near[part], axis=1)
        rank = np.stack([(far < theirs[:, [j]]).sum(axis=1) for j in range(k)], axis=1) + 1
        excess[part] = np.maximum(rank - k, 0).sum(axis=1)
    return 1 - excess * 2 / (k * (2 * n - 3 * k - 1))


def _nearest_on_picture(coordinates: np.ndarray, rows: np.ndarray, k: int) -> np.ndarray:
    """The k nearest other points of each row; int (rows, k)."""
    found = (
        NearestNeighbors(n_neighbors=k + 1)
        .fit(coordinates)
        .kneighbors(coordinates[rows], return_distance=False)
    )
    # The point itself is the nearest, unless others have the same position: then it may come later
    # or be missing.
    itself = found == rows[:, None]
    itself[~itself.any(axis=1), -1] = True
    return found[~itself].reshape(len(rows), k)


def sample_rows(n: int, most: int, seed: int = 0) -> np.ndarray:
    """At most ``most`` of n rows at random, in ascending order."""
    if n <= most:
        return np.arange(n)
    return np.sort(np.random.default_rng(seed).choice(n, most, replace=False))
