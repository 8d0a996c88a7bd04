"""A tall matrix in bands of rows: as much of NumPy as the spectral start needs.

Products are made band by band and added by halves, so that they are the same numbers wherever the bands
are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, Self

import numpy as np

from w2v_core.model.bands import by_halves


class BandedMatrix:
    """A float32 matrix (rows, columns) in bands of rows.

    ``X.T @ Y`` of two of them is a small array. What else there is makes another one: ``X @ small``,
    ``X - Y``, ``X[:, slice]``, ``np.hstack`` and ``np.linalg.qr``.

    Parameters
    ----------
    bands : sequence of arrays
    shape : (int, int)
    bounds : int (bands + 1,)
        The first row of each band, and the end.
    """

    dtype = np.dtype(np.float32)

    def __init__(self, bands: Sequence[Any], shape: tuple[int, int], bounds: np.ndarray):
        self.bands, self.shape, self.bounds = list(bands), shape, bounds

    def like(self, bands: Sequence[Any], columns: int) -> Self:
        """Another one, of the same rows."""
        return type(self)(bands, (self.shape[0], columns), self.bounds)

    def kept(self) -> Self:
        """The same, once its bands are there."""
        return self

    def each(self, function: Callable, *arguments: Sequence[Any]) -> list[Any]:
        """A function of each band and of what belongs to it."""
        return [function(*rows) for rows in zip(self.bands, *arguments, strict=True)]

    def everywhere(self, value: Any) -> list[Any]:
        """The same argument of all bands."""
        return [value] * len(self.bands)

    def summed(self, parts: list[Any]) -> np.ndarray:
        """The sum of an array of each band, by halves."""
        return by_halves(parts)

    def orthonormalised(self) -> Self:
        """Q of a QR decomposition."""
        return self.like(rows_of_q(self.bands, self.bounds), self.shape[1])

    @property
    def T(self) -> _Transposed:
        return _Transposed(self)

    def __matmul__(self, small: np.ndarray) -> Self:
        return self.like(self.each(_product, self.everywhere(small)), small.shape[1])

    def __sub__(self, other: BandedMatrix) -> Self:
        return self.like(self.each(_difference, other.bands), self.shape[1])

    def __getitem__(self, key: tuple[slice, slice]) -> Self:
        columns = len(range(self.shape[1])[key[1]])
        return self.like(self.each(_columns, self.everywhere(key[1])), columns)

    def __array_function__(self, function, types, arguments, options):
        if function is np.hstack:
            (parts,) = arguments
            bands = [part.bands for part in parts]
            return self.like(self.each(_beside, *bands[1:]), sum(part.shape[1] for part in parts))
        if function is np.linalg.qr:
            return self.orthonormalised(), None
        return NotImplemented


class _Transposed:
    def __init__(self, X: BandedMatrix):
        self._X = X

    def __matmul__(self, Y: BandedMatrix) -> np.ndarray:
        X = self._X.kept()
        # NumPy multiplies a matrix with itself in another way: it has to be the same one everywhere.
        others = [] if Y is X else [Y.kept().bands]
        return X.summed(X.each(_gram, *others)).astype(np.float32)


def banded(X: np.ndarray, bounds: np.ndarray) -> BandedMatrix:
    """An array in bands, which are copies: the last digits of products depend on where in memory rows
    begin."""
    bands = [X[a:b].copy() for a, b in pairwise(bounds.tolist())]
    return BandedMatrix(bands, (X.shape[0], X.shape[1]), bounds)


def rows_of_q(bands: list[np.ndarray], bounds: np.ndarray) -> list[np.ndarray]:
    """Q of a QR decomposition, in bands."""
    Q = np.linalg.qr(np.concatenate(bands))[0]
    return [Q[a:b].copy() for a, b in pairwise(bounds.tolist())]


def _product(X: np.ndarray, small: np.ndarray) -> np.ndarray:
    return X @ small


def _difference(X: np.ndarray, Y: np.ndarray) -> np.ndarray:
    return X - Y


def _columns(X: np.ndarray, which: slice) -> np.ndarray:
    return np.ascontiguousarray(X[:, which])


def _beside(*parts: np.ndarray) -> np.ndarray:
    return np.hstack(parts)


def _gram(X: np.ndarray, Y: np.ndarray | None = None) -> np.ndarray:
    return (X.T @ (X if Y is None else Y)).astype(np.float64)
