"""The leading directions of a large symmetric matrix, from a few products with it."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

MOST_TIMES = 5  # that a block is made orthogonal to those before it
ORTHOGONAL = 1e-4
"""Cosine up to which directions count as orthogonal. Where the matrix has no more directions, a block is
made of rounding errors, and twice may not be enough for it."""


class Multiplied(Protocol):
    """A symmetric matrix (n, n) that is known by its products alone."""

    def times(self, X: Any) -> Any:
        """The matrix times X (n, width)."""


def krylov_space(matrix: Multiplied, block: Any, sweeps: int) -> tuple[Any, Any]:
    """An orthonormal basis (n, k) that contains the leading directions, and the matrix times it: the block
    Krylov space of a random start (Musco and Musco 2015), which uses every product with the matrix.

    Parameters
    ----------
    matrix : Multiplied
    block : float32 (n, width)
        A random start: an array, or what can be multiplied, subtracted, sliced and stacked like one, such
        as the rows that the workers of a cluster have.
    sweeps : int
        Products with the matrix; k is sweeps times width, or n if that is less.
    """
    size, width = block.shape
    block = orthonormal(block)
    basis, product = block, matrix.times(block)
    for _ in range(sweeps - 1):
        room = min(width, size - basis.shape[1])
        if room == 0:
            break
        block = product[:, -block.shape[1] :][:, :room]
        within = basis.T @ block
        for time in range(MOST_TIMES):
            block = orthonormal(block - basis @ within)
            within = basis.T @ block
            if time >= 1 and np.abs(within).max() <= ORTHOGONAL:  # once is not enough in float32
                break
        basis = np.hstack([basis, block])
        product = np.hstack([product, matrix.times(block)])
    return basis, product


def orthonormal(X: Any) -> Any:
    """An orthonormal basis of the span of the columns, by Cholesky QR: for tall matrices it is much faster
    than Householder QR, and precise enough if done twice (Yamamoto 2015). If the columns are linearly
    dependent up to rounding, Householder QR is used."""
    for _ in range(2):
        products = (X.T @ X).astype(np.float64)
        scale = 1 / np.sqrt(np.maximum(products.diagonal(), 1e-30))
        try:
            factor = np.linalg.cholesky(products * np.outer(scale, scale))
        except np.linalg.LinAlgError:
            return np.linalg.qr(X)[0]
        X = X @ (scale[:, None] * np.linalg.inv(factor).T).astype(X.dtype)
    return X
