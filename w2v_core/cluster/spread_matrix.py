"""A tall matrix whose bands of rows lie on the workers: as much of NumPy as the spectral start needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from w2v_core.cluster import tasks
from w2v_core.cluster.workers import Workers


class SpreadMatrix:
    """A float32 matrix (rows, columns) in bands of rows.

    ``X.T @ Y`` of two of them is a small array, which is fetched; all else stays where it is:
    ``X @ small``, ``X - Y``, ``X[:, slice]``, ``np.hstack`` and ``np.linalg.qr``.

    Parameters
    ----------
    workers : Workers
    bands : sequence of tasks
    shape : (int, int)
    bounds : int (bands + 1,)
        The first row of each band, and the end.
    homes : sequence of str
        The worker of each band.
    tell : callable
        Called while something is computed; what it raises ends that.
    """

    dtype = np.dtype(np.float32)

    def __init__(
        self,
        workers: Workers,
        bands: Sequence[Any],
        shape: tuple[int, int],
        bounds: np.ndarray,
        homes: Sequence[str],
        tell: Callable[[float], object],
    ):
        self.workers, self.bands, self.shape = workers, list(bands), shape
        self.bounds, self.homes, self.tell = bounds, homes, tell

    def like(self, bands: Sequence[Any], columns: int) -> SpreadMatrix:
        """Another one, of the same words."""
        shape = (self.shape[0], columns)
        return SpreadMatrix(self.workers, bands, shape, self.bounds, self.homes, self.tell)

    def kept(self) -> SpreadMatrix:
        """The same; its bands are computed once, and stay."""
        self.bands = self.workers.keep(self.bands)
        return self

    def _each(self, columns: int, function: Callable, *arguments: Sequence[Any]) -> SpreadMatrix:
        """A function of each band and of what belongs to it."""
        rows = zip(self.homes, self.bands, *arguments, strict=True)
        name = function.__name__.strip("_")
        return self.like([self.workers.task(name, function, *r, home=h) for h, *r in rows], columns)

    @property
    def T(self) -> _Transposed:
        return _Transposed(self)

    def __matmul__(self, small: np.ndarray) -> SpreadMatrix:
        shared = self.workers.shared(small)
        return self._each(small.shape[1], _product, [shared] * len(self.bands))

    def __sub__(self, other: SpreadMatrix) -> SpreadMatrix:
        return self._each(self.shape[1], _difference, other.bands)

    def __getitem__(self, key: tuple[slice, slice]) -> SpreadMatrix:
        columns = len(range(self.shape[1])[key[1]])
        return self._each(columns, _columns, [key[1]] * len(self.bands))

    def __array_function__(self, function, types, arguments, options):
        if function is np.hstack:
            (parts,) = arguments
            bands = [part.bands for part in parts]
            columns = sum(part.shape[1] for part in parts)
            return self._each(columns, _beside, *bands[1:])
        if function is np.linalg.qr:
            return _orthonormalised(self), None
        return NotImplemented


class _Transposed:
    def __init__(self, X: SpreadMatrix):
        self._X = X

    def __matmul__(self, Y: SpreadMatrix) -> np.ndarray:
        X, workers = self._X.kept(), self._X.workers
        # NumPy multiplies a matrix with itself in another way: it has to be the same one everywhere.
        others = [] if Y is X else [Y.kept().bands]
        products = X._each(0, _gram, *others).bands
        (found,) = workers.compute([workers.tree("add products", tasks.added, products)], X.tell)
        return found.astype(np.float32)


def _orthonormalised(X: SpreadMatrix) -> SpreadMatrix:
    """Q of a QR decomposition, which one worker makes, as it is seldom needed."""
    whole = X.workers.task("qr", _q_of, X.kept().bands)
    bounds = list(pairwise(X.bounds.tolist()))
    parts = [X.workers.task("rows", tasks.rows_between, whole, a, b) for a, b in bounds]
    return X.like(parts, X.shape[1]).kept()


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


def _q_of(bands: list[np.ndarray]) -> np.ndarray:
    return np.linalg.qr(np.concatenate(bands))[0]
