"""A ``BandedMatrix`` whose bands lie on the workers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import getitem
from typing import Any, Self

import numpy as np

from w2v_core.cluster import tasks
from w2v_core.cluster.workers import Workers
from w2v_core.model.banded_matrix import BandedMatrix, rows_of_q


class SpreadMatrix(BandedMatrix):
    """The bands are tasks; small arrays are fetched, and all else stays where it is.

    Parameters
    ----------
    bands, shape, bounds
        As of ``BandedMatrix``.
    workers : Workers
    homes : sequence of str
        The worker of each band.
    tell : callable
        Called while something is computed; what it raises ends that.
    """

    def __init__(
        self,
        bands: Sequence[Any],
        shape: tuple[int, int],
        bounds: np.ndarray,
        workers: Workers,
        homes: Sequence[str],
        tell: Callable[[float], object],
    ):
        super().__init__(bands, shape, bounds)
        self.workers, self.homes, self.tell = workers, homes, tell

    def like(self, bands: Sequence[Any], columns: int) -> Self:
        shape, there = (self.shape[0], columns), (self.workers, self.homes, self.tell)
        return type(self)(bands, shape, self.bounds, *there)

    def kept(self) -> Self:
        self.bands = self.workers.keep(self.bands)
        return self

    def each(self, function: Callable, *arguments: Sequence[Any]) -> list[Any]:
        name = function.__name__.strip("_")
        rows = zip(self.homes, self.bands, *arguments, strict=True)
        return [self.workers.task(name, function, *of, home=home) for home, *of in rows]

    def everywhere(self, value: Any) -> list[Any]:
        return super().everywhere(self.workers.shared(value))

    def summed(self, parts: list[Any]) -> np.ndarray:
        (found,) = self.workers.compute(
            [self.workers.halves("add products", tasks.added, parts)], self.tell
        )
        return found

    def orthonormalised(self) -> Self:
        """By one worker, as it is seldom needed."""
        self.kept()
        whole = self.workers.task("qr", rows_of_q, self.bands, self.bounds)
        parts = [self.workers.task("rows", getitem, whole, i) for i in range(len(self.bands))]
        return self.like(parts, self.shape[1]).kept()
