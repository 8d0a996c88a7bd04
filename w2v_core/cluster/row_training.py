"""Training where the rows of N lie: V and U of a band of words are on the worker that has their pairs, U
travels to all workers once a pass, and its gradient is added up as a tree.

A worker runs the functions of one machine (``model.exact_pass``, ``model.newton_rows``,
``model.initialization``) on its rows. Bands and sums are those of one machine, whatever the number of
workers, and so are the vectors, bit for bit.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from operator import getitem
from typing import Any

import numpy as np
import scipy.sparse as sp
from dask.sizeof import sizeof

from w2v_core.cluster import tasks
from w2v_core.cluster.pair_rows import PairRows
from w2v_core.cluster.spread_matrix import SpreadMatrix
from w2v_core.model.exact_pass import Blocks, Pass, one_thread_a_product, stream
from w2v_core.model.initialization import (
    Residuals,
    Spectrum,
    balanced,
    block_width,
    facts_of,
    leading_directions,
    unbalanced,
)
from w2v_core.model.newton_rows import (
    CountsAndShares,
    NewtonRows,
    counts_and_shares,
    curvature,
    thawed,
)

Vectors = list[Any]
"""For each band of words a task that gives its V and its U."""
_FETCHED = 4  # bands that are fetched at once


class RowTraining:
    """Pairs in bands of rows, for ``SkipGram.fit`` (see ``model.placed_pairs.PlacedPairs``)."""

    def __init__(self, pairs: PairRows):
        self.pairs, self.m = pairs, pairs.m
        self.total, self.held_out_total = float(pairs.n.sum()), pairs.held_out_total

    def random_start(self, dim: int, spread: float, rng: np.random.Generator) -> Vectors:
        workers, pairs = self.pairs.workers, self.pairs
        bounds = np.concatenate([pairs.bounds, pairs.bounds[-1] + pairs.bounds[1:]])
        drawn = workers.task("draw", _drawn, rng, bounds, dim, np.float64, spread)
        n = len(pairs.N)
        return workers.keep(
            [
                workers.task("start", _both, drawn, i, n + i, home=home)
                for i, home in enumerate(pairs.homes)
            ]
        )

    def spectral_start(
        self, dim: int, prior: float, rng: np.random.Generator, poll: Callable[[], bool | None]
    ) -> Vectors:
        workers, pairs, total = self.pairs.workers, self.pairs, self.total
        n_words = len(pairs.n)

        def tell(share: float) -> None:
            if poll():
                raise InterruptedError("The training was stopped before its first pass.")

        width = block_width(n_words, dim)
        drawn = workers.task("draw", _drawn, rng, pairs.bounds, width, np.float32, 1)
        block = SpreadMatrix(
            [workers.task("start", getitem, drawn, i) for i in range(len(pairs.N))],
            (n_words, width),
            pairs.bounds,
            workers,
            pairs.homes,
            tell,
        ).kept()
        X, values = leading_directions(_SpreadResiduals(pairs, total), block, dim)
        n, m = pairs.n.astype(np.float32), pairs.m.astype(np.float32)
        counts = [(n[a:b], m[a:b], total) for a, b in pairs.ranges]
        raw = [
            workers.task("unbalanced", unbalanced, rows, values, *of, home=home)
            for rows, of, home in zip(X.bands, counts, pairs.homes, strict=True)
        ]
        raw = workers.keep(raw)
        facts = [
            workers.task("facts", _facts, each, *of) for each, of in zip(raw, counts, strict=True)
        ]
        balance, h, g = balanced(workers.compute(facts, tell))
        return workers.keep(
            [
                workers.task("start", _shrunk, each, *of[:2], h, g, balance, prior, home=home)
                for each, of, home in zip(raw, counts, pairs.homes, strict=True)
            ]
        )

    def steps(
        self, start: Vectors, log_q: np.ndarray | None, learning_rate: float, prior: float
    ) -> RowSteps:
        workers, pairs = self.pairs.workers, self.pairs
        counts = counts_and_shares(pairs.n, pairs.m)
        bands = [
            workers.task("rows", _begun, vectors, tuple(c[a:b] for c in counts), home=home)
            for vectors, (a, b), home in zip(start, pairs.ranges, pairs.homes, strict=True)
        ]
        return RowSteps(pairs, bands, False, log_q, learning_rate, prior)

    def resumed(
        self, state: dict[str, Any], log_q: np.ndarray | None, learning_rate: float, prior: float
    ) -> RowSteps:
        workers, pairs, bands = self.pairs.workers, self.pairs, []
        counts, empty = counts_and_shares(pairs.n, pairs.m), np.empty((0, 0), np.float32)
        for (a, b), home in zip(pairs.ranges, pairs.homes, strict=True):
            n, m, n_share, q = (each[a:b] for each in counts)
            blank = NewtonRows(empty, n, m, n_share, q)
            rows = workers.task("rows", _same, workers.shared(thawed(blank, state, a)), home=home)
            bands += workers.keep([rows])
            workers.compute([workers.task("there", _nothing, bands[-1], home=home)])
        moved = state["last_step"].size > 0
        return RowSteps(pairs, bands, moved, log_q, learning_rate, prior)


class _SpreadResiduals:
    """The matrix T of ``initialization.Residuals``, by bands of rows."""

    def __init__(self, pairs: PairRows, total: float):
        self._pairs, self._total = pairs, total
        mean = ((pairs.n + pairs.m) / 2).astype(np.float32)
        (self._mean,) = pairs.workers.keep([pairs.workers.shared(mean)])

    def times(self, X: SpreadMatrix) -> SpreadMatrix:
        pairs, bands = self._pairs, X.kept().bands
        products = pairs.workers.tasks(
            "residuals",
            _residuals_times,
            [
                (N, bands, self._mean, self._total, a)
                for N, (a, _) in zip(pairs.N, pairs.ranges, strict=True)
            ],
            pairs.homes,
        )
        return X.like(products, X.shape[1]).kept()


class RowSteps:
    """Newton's steps on vectors that lie on the workers (see ``model.placed_pairs.PlacedSteps``)."""

    def __init__(
        self,
        pairs: PairRows,
        bands: list[Any],
        moved: bool,
        log_q: np.ndarray | None,
        learning_rate: float,
        prior: float,
    ):
        self._pairs, self._learning_rate, self._prior = pairs, learning_rate, prior
        self._log_q = (
            None if log_q is None else pairs.workers.keep([pairs.workers.shared(log_q)])[0]
        )
        self.moved = moved
        self._move_to(bands)
        self._with_gradient: list[Any] | None = None
        self.V, self.U = _RowsElsewhere(self, 0), _RowsElsewhere(self, 1)

    def losses(
        self, gradients: bool = True, poll: Callable[[float], bool | None] | None = None
    ) -> tuple[Pass, float]:
        workers, pairs, homes = self._pairs.workers, self._pairs, self._pairs.homes
        passes = workers.tasks(
            "pass",
            _pass,
            [
                (N, held, rows, self._outputs, self._log_q, gradients)
                for N, held, rows in zip(pairs.N, pairs.held_out, self._rows, strict=True)
            ],
            homes,
        )

        def part(of: int) -> list[Any]:
            return [
                workers.task("part", getitem, each, of, home=home)
                for each, home in zip(passes, homes, strict=True)
            ]

        losses = part(0)
        if gradients:
            by_U = workers.halves("add gradients", tasks.added, part(2))
            cut = [workers.task("by U", tasks.rows_between, by_U, a, b) for a, b in pairs.ranges]
            each = zip(self._rows, part(1), cut, homes, strict=True)
            with_gradient = [
                workers.task("by X", NewtonRows.with_gradient, rows, [V, U], self._prior, home=home)
                for rows, V, U, home in each
            ]
            kept = workers.keep([*losses, *with_gradient])
            losses, self._with_gradient = kept[: len(losses)], kept[len(losses) :]

        def tell(share: float) -> None:
            if poll is not None and poll(share):
                raise InterruptedError("The pass was stopped.")

        found = workers.compute(losses, tell, passes)
        loss, held_out_loss, squares = (sum(each) for each in zip(*found, strict=True))
        return Pass(loss, held_out_loss, None, None), squares

    def step(self) -> None:
        assert self._with_gradient is not None
        workers, rows = self._pairs.workers, self._with_gradient
        moments = [workers.task("moments", NewtonRows.moments, each) for each in rows]
        shared = workers.task(
            "curvature", curvature, workers.halves("add moments", tasks.added, moments)
        )
        self.moved, self._with_gradient = True, None
        self._move(rows, NewtonRows.stepped, shared, self._learning_rate, self._prior)

    def halve(self) -> None:
        self._move(self._rows, NewtonRows.halved)

    def go_back(self) -> None:
        self._move(self._rows, NewtonRows.gone_back)

    def freezer(self) -> Callable[[], dict[str, Any]]:
        rows = self._rows  # as they are now

        def frozen() -> dict[str, Any]:
            workers, n_words = self._pairs.workers, len(self._pairs.n)
            ((dim, begun, past),) = workers.compute([workers.task("kept", _kept_of, rows[0])])

            def array(which: Sequence[tuple[str, int]], shape: tuple[int, ...]) -> ArrayThere:
                return ArrayThere(self._pairs, rows, which, shape)

            once = (2 * n_words, dim) if begun else (0,)
            each = (past, *once) if past else (0,)
            return {
                "V": array([("X", 0)], (n_words, dim)),
                "U": array([("X", 1)], (n_words, dim)),
                "last_step": array([("step", 0), ("step", 1)], once),
                "gradient": array([("gradient", 0), ("gradient", 1)], once),
                "steps": array([(f"step {i}", of) for i in range(past) for of in (0, 1)], each),
                "changes": array([(f"change {i}", of) for i in range(past) for of in (0, 1)], each),
            }

        return frozen

    def fetched(self) -> tuple[np.ndarray, np.ndarray]:
        """V and U float32 (|W|, d), band by band."""
        workers, ranges, found = self._pairs.workers, self._pairs.ranges, None
        for i in range(0, len(ranges), _FETCHED):
            here = slice(i, i + _FETCHED)
            bands = workers.compute(
                [workers.task("vectors", _vectors, r) for r in self._rows[here]]
            )
            if found is None:
                found = np.empty((2, ranges[-1][1], bands[0][0].shape[1]), np.float32)
            for (a, b), (V, U) in zip(ranges[here], bands, strict=True):
                found[0, a:b], found[1, a:b] = V, U
        assert found is not None
        return found[0], found[1]

    def rows_of(self, part: int, rows: np.ndarray) -> np.ndarray:
        """Rows of V (part 0) or of U (1)."""
        number = np.searchsorted(self._pairs.bounds, rows, side="right") - 1
        there = np.unique(number).tolist()
        workers, bounds = self._pairs.workers, self._pairs.bounds
        found = workers.compute(
            [
                workers.task("some", _some, self._rows[i], part, rows[number == i] - bounds[i])
                for i in there
            ]
        )
        result = np.empty((len(rows), found[0].shape[1]), np.float32)
        for i, each in zip(there, found, strict=True):
            result[number == i] = each
        return result

    def _move(self, rows: Sequence[Any], function: Callable, *arguments: Any) -> None:
        workers = self._pairs.workers
        name = function.__name__
        self._move_to(
            [
                workers.task(name, function, each, *arguments, home=home)
                for each, home in zip(rows, self._pairs.homes, strict=True)
            ]
        )

    def _move_to(self, rows: list[Any]) -> None:
        workers = self._pairs.workers
        outputs = [
            workers.task("outputs", _outputs, each, home=home)
            for each, home in zip(rows, self._pairs.homes, strict=True)
        ]
        kept = workers.keep([*rows, *outputs])
        self._rows, self._outputs = kept[: len(rows)], kept[len(rows) :]


class ArrayThere:
    """An array of a ``NewtonRows`` of all bands, of which a few are fetched at a time.

    Parameters
    ----------
    which : sequence of (str, int)
        Names of arrays, and whether their rows of V (0) or of U (1) are meant, in order.
    """

    dtype = np.dtype(np.float32)

    def __init__(
        self,
        pairs: PairRows,
        rows: Sequence[Any],
        which: Sequence[tuple[str, int]],
        shape: tuple[int, ...],
    ):
        self._pairs, self._rows, self._which, self.shape = pairs, rows, which, shape

    def parts(self) -> Iterator[np.ndarray]:
        workers = self._pairs.workers
        for name, part in self._which if 0 not in self.shape else []:
            for i in range(0, len(self._rows), _FETCHED):
                some = self._rows[i : i + _FETCHED]
                yield from workers.compute(
                    [workers.task("part", _part_of, rows, name, part) for rows in some]
                )


class _RowsElsewhere:
    def __init__(self, steps: RowSteps, part: int):
        self._steps, self._part = steps, part

    def __getitem__(self, rows: np.ndarray) -> np.ndarray:
        return self._steps.rows_of(self._part, np.asarray(rows))


# What a worker does.


@sizeof.register(NewtonRows)
def _bytes_of(rows: NewtonRows) -> int:
    arrays = [rows.X, rows.step, rows.gradient, *(a for pair in rows.past for a in pair)]
    return sum(array.nbytes for array in arrays if array is not None)


def _drawn(
    rng: np.random.Generator, bounds: np.ndarray, columns: int, dtype: type, spread: float
) -> list[np.ndarray]:
    """Bands of a random normal matrix: the numbers that one machine draws at once."""
    rng = copy.deepcopy(rng)  # the task may be done again
    return [
        (spread * rng.standard_normal((rows, columns), dtype=dtype)).astype(np.float32)
        for rows in np.diff(bounds).tolist()
    ]


def _both(bands: list[np.ndarray], i: int, j: int) -> tuple[np.ndarray, np.ndarray]:
    return bands[i], bands[j]


def _residuals_times(
    N: sp.csr_array, X: list[np.ndarray], n: np.ndarray, total: float, first: int
) -> np.ndarray:
    return Residuals(N, n, total, first=first, threads=1).times(np.concatenate(X))


def _facts(vectors: tuple[np.ndarray, np.ndarray], *counts: Any) -> tuple[np.ndarray, ...]:
    return facts_of(*vectors, *counts)


def _shrunk(
    vectors: tuple[np.ndarray, np.ndarray],
    n: np.ndarray,
    m: np.ndarray,
    h: np.ndarray,
    g: np.ndarray,
    balance: np.float32,
    prior: float,
) -> tuple[np.ndarray, np.ndarray]:
    V, U = vectors
    return Spectrum(V * balance, U / balance, n, m, h, g).shrunk(prior)


def _begun(vectors: tuple[np.ndarray, np.ndarray], counts: CountsAndShares) -> NewtonRows:
    return NewtonRows(np.concatenate(vectors), *counts)


def _kept_of(rows: NewtonRows) -> tuple[int, bool, int]:
    """d, whether there was a step, and how many pairs of steps and changes are kept."""
    return rows.X.shape[1], rows.step is not None, len(rows.past)


def _part_of(rows: NewtonRows, name: str, part: int) -> np.ndarray:
    """The rows of V (part 0) or of U (1) of an array: X, step, gradient, or "step 0", "change 0" and so on
    of what is past."""
    of, _, number = name.partition(" ")
    X = rows.past[int(number)][of == "change"] if number else getattr(rows, of)
    words = len(rows.n)
    return X[words:] if part else X[:words]


def _same(rows: NewtonRows) -> NewtonRows:
    return rows


def _nothing(rows: NewtonRows) -> None:
    """Its result tells that the rows are there."""


def _outputs(rows: NewtonRows) -> np.ndarray:
    return rows.U


def _vectors(rows: NewtonRows) -> tuple[np.ndarray, np.ndarray]:
    return rows.V, rows.U


def _some(rows: NewtonRows, part: int, which: np.ndarray) -> np.ndarray:
    return (rows.V, rows.U)[part][which]


def _pass(
    N: sp.csr_array,
    held_out: sp.csr_array | None,
    rows: NewtonRows,
    outputs: list[np.ndarray],
    log_q: np.ndarray | None,
    gradients: bool,
) -> tuple[tuple[float, float, float], np.ndarray | None, np.ndarray | None]:
    """The losses of these rows' pairs and the sum of squares of their vectors; both gradients."""
    pairs, U = Blocks(N, held_out, bounds=np.array([0, N.shape[0]])), np.concatenate(outputs)
    with one_thread_a_product(), np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        now = stream(pairs, rows.V, U, log_q, gradients=gradients)
    return (now.loss, now.held_out_loss, rows.squares()), now.grad_V, now.grad_U
