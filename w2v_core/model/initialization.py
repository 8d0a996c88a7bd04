"""Initial vectors: small random vectors, as in the notes, or the spectrum of the counts."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import scipy.sparse as sp

from w2v_core.model.banded_matrix import BandedMatrix, banded
from w2v_core.model.bands import blocks_in, bounds_of, by_halves
from w2v_core.model.block_krylov import krylov_space
from w2v_core.model.exact_pass import (
    CHUNK_BYTES,
    available_cores,
    column_sums,
    one_thread_a_product,
)

WIDTH = 0.7  # directions of a block of the decomposition, as a share of d, and at least ...
NARROWEST = 10
SWEEPS = (
    7  # blocks, and products with the residuals: so many widths hold the d directions with room
)
OPPOSED = 0.3  # share of the directions, at least, in which V and U point against each other
SMOOTHING = 1.0  # pairs added to every word's count, so that words of few pairs start small


def random_start(
    n_words: int, dim: int, spread: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """V and U float32 (|W|, d), normal with standard deviation ``spread``."""
    V = (spread * rng.standard_normal((n_words, dim))).astype(np.float32)
    U = (spread * rng.standard_normal((n_words, dim))).astype(np.float32)
    return V, U


@dataclass(frozen=True)
class Spectrum:
    """The second-order solution without a prior: V and U float32 (|W|, d), the pairs n and m of each word,
    and the curvature h and g (d,) of a pair's loss with respect to v_ck and u_ok."""

    V: np.ndarray
    U: np.ndarray
    n: np.ndarray
    m: np.ndarray
    h: np.ndarray
    g: np.ndarray

    def shrunk(self, prior: float) -> tuple[np.ndarray, np.ndarray]:
        """V and U shrunk by the prior λ: v_ck is multiplied by n_c h_k / (n_c h_k + λ), as in ridge
        regression, so that words with few pairs start small."""
        V = self.V * (self.n[:, None] * self.h / (self.n[:, None] * self.h + prior + 1e-12))
        U = self.U * (self.m[:, None] * self.g / (self.m[:, None] * self.g + prior + 1e-12))
        return np.ascontiguousarray(V, np.float32), np.ascontiguousarray(U, np.float32)


def spectrum(
    N: sp.csr_array,
    dim: int,
    rng: np.random.Generator,
    poll: Callable[[], bool | None] | None = None,
) -> Spectrum:
    """Initial vectors that solve the problem to second order.

    At p(·|c) = q the loss is, to second order, a least squares problem in the scores v_c · u_o with
    weights E(c,o) = n_c q_o, the counts expected if contexts did not matter; its solution of rank d
    is a spectral decomposition of the excess of N over E. Counts are Poisson-like, so the residuals are
    taken after Freeman and Tukey's transformation, whose variance is the same for small and large
    counts (1950). They are symmetric, as N is (a neighbour's neighbour is the word itself):

        T(c,o) = √N + √(N + 1) − √(4E + 1)  ≈  X Λ Xᵀ
        V = diag(n)^−½ X |Λ|^½            U = diag(q)^−½ X sign(Λ) |Λ|^½     (balanced to equal norms)

    If λ > 0, words on the same side of the direction attract each other, and V and U point the same way.
    If λ < 0, they repel each other, as words do that can replace each other, and V and U point opposite
    ways. The d directions are those with the largest |λ|, but a share of at least ``OPPOSED`` is of the
    second kind, which carries parallels between words (measured: analogies .31 → .33, SimLex .325 → .333).

    T is streamed ``SWEEPS`` times in blocks of rows and never held in memory as a whole.

    Parameters
    ----------
    N : sparse float32 (|W|, |W|), canonical CSR
        If N is not symmetric, its symmetric part is used.
    dim : int
        d.
    rng : numpy Generator
    poll : callable, optional
        Called after blocks; returning True stops.

    Raises
    ------
    InterruptedError
        If ``poll`` stopped it.
    """
    n_words = N.shape[0]
    bounds = bounds_of(n_words)
    n, m = N.sum(axis=1, dtype=np.float64), column_sums(N, bounds)
    if not np.allclose(n, m, rtol=1e-4):
        N = sp.csr_array((N + N.T) / 2)
        N.sort_indices()
    total = float(n.sum())
    residuals = Residuals(N, ((n + m) / 2).astype(np.float32), total, poll, bounds)
    block = rng.standard_normal((n_words, block_width(n_words, dim)), dtype=np.float32)
    X, values = leading_directions(_Times(residuals), banded(block, bounds), dim)
    n, m = n.astype(np.float32), m.astype(np.float32)
    ranges = list(pairwise(bounds.tolist()))
    counts = [(n[a:b].copy(), m[a:b].copy()) for a, b in ranges]
    bands = [unbalanced(rows, values, *of, total) for rows, of in zip(X.bands, counts, strict=True)]
    facts = [facts_of(*each, *of, total) for each, of in zip(bands, counts, strict=True)]
    balance, h, g = balanced(facts)
    V, U = (np.concatenate(each) for each in zip(*bands, strict=True))
    return Spectrum(V * balance, U / balance, n, m, h, g)


def block_width(n_words: int, dim: int) -> int:
    """The number of columns of a block of the decomposition."""
    return min(max(NARROWEST, math.ceil(WIDTH * dim)), n_words)


def unbalanced(
    X: np.ndarray, values: np.ndarray, n: np.ndarray, m: np.ndarray, total: float
) -> tuple[np.ndarray, np.ndarray]:
    """V and U of some words before their norms are balanced, from rows of X and all λ."""
    root, q = np.sqrt(np.abs(values)), m / np.float32(total)
    V = X * root / np.sqrt(n + SMOOTHING)[:, None]
    U = X * (np.sign(values) * root) / np.sqrt(q + SMOOTHING / total)[:, None]
    return V, U


def facts_of(
    V: np.ndarray, U: np.ndarray, n: np.ndarray, m: np.ndarray, total: float
) -> tuple[np.ndarray, ...]:
    """What some words add to the sums of squares of V and of U, and to h and g of a ``Spectrum``."""
    squares = np.array([np.sum(X**2, dtype=np.float64) for X in (V, U)])
    return squares, (m / np.float32(total)) @ U**2, (n / total) @ V**2


def balanced(
    facts: Sequence[tuple[np.ndarray, ...]],
) -> tuple[np.float32, np.ndarray, np.ndarray]:
    """By how much V is to be multiplied and U divided, and h and g after that, from the ``facts_of`` all
    bands."""
    squares, h, g = (by_halves(each) for each in zip(*facts, strict=True))
    of_V, of_U = np.sqrt(squares)
    balance = np.float32(np.sqrt(of_U / max(float(of_V), 1e-12)))
    return balance, h / balance**2, g * balance**2


def leading_directions(residuals: Any, block: Any, dim: int) -> tuple[Any, np.ndarray]:
    """X (|W|, d) and the λ of T ≈ X Λ Xᵀ (d,).

    Parameters
    ----------
    residuals
        Has ``times``: T times a matrix like ``block``.
    block : float32 (|W|, width)
        A random start, as for ``krylov_space``: a ``BandedMatrix``, or an array.
    dim : int
    """
    basis, product = krylov_space(residuals, block, SWEEPS)
    inner = basis.T @ product
    values, turns = np.linalg.eigh((inner + inner.T) / 2)
    chosen = _directions(values, dim)
    return basis @ turns[:, chosen], values[chosen]


def _directions(values: np.ndarray, dim: int) -> np.ndarray:
    """Select the d largest eigenvalues, with a share of at least ``OPPOSED`` negative if possible."""
    order = np.argsort(-np.abs(values), kind="stable")
    negative = order[values[order] < 0]
    largest = order[:dim]
    missing = round(OPPOSED * dim) - int((values[largest] < 0).sum())
    if missing <= 0:
        return largest
    opposed = negative[: round(OPPOSED * dim)]
    return np.concatenate([order[values[order] >= 0][: dim - len(opposed)], opposed])


class _Times:
    """T times a matrix in bands."""

    def __init__(self, residuals: Residuals):
        self._residuals = residuals

    def times(self, X: BandedMatrix) -> BandedMatrix:
        product = self._residuals.times(np.concatenate(X.bands))
        return banded(product, X.bounds)


class Residuals:
    """The symmetric matrix T, or some of its rows, computed one block of rows at a time.

    Parameters
    ----------
    N : sparse (rows, |W|)
    n : float32 (|W|,)
        Pairs of each word.
    total : float
        ΣN of all rows.
    poll : callable, optional
    bounds : int (bands + 1,), optional
        Where each band of these rows begins, and the end; by default they are one band.
    first : int
        The word of the first row.
    threads : int, optional
        By default one for each core.
    """

    def __init__(
        self,
        N: sp.csr_array,
        n: np.ndarray,
        total: float,
        poll: Callable[[], bool | None] | None = None,
        bounds: np.ndarray | None = None,
        first: int = 0,
        threads: int | None = None,
    ):
        self.N, self.poll, self.here = N, poll, n[first : first + N.shape[0]]
        self.threads = threads or available_cores()
        self.lift = np.sqrt(N.data) + np.sqrt(N.data + 1) - 1
        self.n, self.scaled = n, (4 / total * n).astype(np.float32)
        bands = pairwise((0, N.shape[0]) if bounds is None else bounds.tolist())
        self.blocks = [block for a, b in bands for block in blocks_in(a, b, len(n))]

    def times(self, X: np.ndarray) -> np.ndarray:
        """The rows of T X, float32 (rows, width). T = 1 + lift − √(4E + 1): the ones are a sum over X."""
        result = np.empty((len(self.here), X.shape[1]), np.float32)
        ones = X.sum(axis=0)
        most_rows = max(last - first for first, last in self.blocks)
        blocks = iter(self.blocks)
        taking, stopped, main = threading.Lock(), threading.Event(), threading.get_ident()

        def work() -> None:
            buffer = np.empty((most_rows, len(self.n)), np.float32)
            while not stopped.is_set():
                with taking:
                    bounds = next(blocks, None)
                if bounds is None:
                    return
                first, last = bounds
                block = self._block(first, last, buffer)
                np.matmul(block, X, out=result[first:last])
                np.subtract(ones, result[first:last], out=result[first:last])
                if self.poll is not None and threading.get_ident() == main and self.poll():
                    stopped.set()

        threads = min(self.threads, len(self.blocks))
        with one_thread_a_product(), ThreadPoolExecutor(max(threads - 1, 1)) as pool:
            others = [pool.submit(work) for _ in range(threads - 1)]
            work()
            for other in others:
                other.result()
        if stopped.is_set():
            raise InterruptedError("The training was stopped before its first pass.")
        return result

    def _block(self, first: int, last: int, buffer: np.ndarray) -> np.ndarray:
        """√(4E + 1) − lift of some rows."""
        block = buffer[: last - first]
        rows = max(1, CHUNK_BYTES // block[0].nbytes)
        for start in range(0, len(block), rows):
            chunk = block[start : start + rows]
            here = self.here[first + start : first + start + len(chunk), None]
            np.multiply(here, self.scaled, out=chunk)
            chunk += 1
            np.sqrt(chunk, out=chunk)
        entries = slice(self.N.indptr[first], self.N.indptr[last])
        lengths = np.diff(self.N.indptr[first : last + 1])
        places = np.repeat(np.arange(last - first, dtype=np.intp) * len(self.n), lengths)
        places += self.N.indices[entries]
        block.reshape(-1)[places] -= self.lift[entries]
        return block
