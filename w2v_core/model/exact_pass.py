"""One pass over all pairs: the softmax of every center word, streamed in blocks on every core.

The matrix of scores is never held in memory as a whole. A block of center words costs one matrix product
for its scores, one ``exp``, one gather and one scatter of N's entries, and two matrix products for the
gradients. The blocks of a band of rows are done in order by one thread, which sums that band's gradient of
U, and the bands are added by halves (``model.bands``). So the result is identical, bit for bit, on any
number of cores, and where the workers of a cluster have the bands.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
import scipy.sparse as sp
from threadpoolctl import ThreadpoolController

from w2v_core.model.bands import SumByHalves, blocks_in, bounds_of, by_halves

CHUNK_BYTES = 512_000  # part of a block that is exponentiated and summed within a core's cache
SAFE_SCORE = 60.0  # below it no row maximum is subtracted: exp(60) and its sums are finite


def available_cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@cache
def _libraries() -> ThreadpoolController:
    return ThreadpoolController()


def one_thread_a_product():
    """A context in which matrix products run on the calling thread: the passes have their own threads,
    and the threads of two libraries would wait for each other."""
    return _libraries().limit(limits=1, user_api="blas")


@dataclass(frozen=True)
class _Entries:
    """A sparse matrix's entries in one block of rows."""

    places: np.ndarray  # row in the block · |W| + column, intp
    counts: np.ndarray
    lengths: np.ndarray  # entries of each row
    n: np.ndarray  # row sums, float64


@dataclass(frozen=True)
class _Block:
    first: int
    last: int
    pairs: _Entries
    held_out: _Entries | None


class Blocks:
    """N split into blocks of center words, with the derived arrays that every pass needs.

    Parameters
    ----------
    N : sparse (rows, |W|), canonical CSR
        All rows of the matrix, or some.
    held_out : sparse (rows, |W|), optional
        Pairs that are scored but not used for training.
    rows : int, optional
        Center words in a block, each of which is a band then.
    bounds : int (bands + 1,), optional
        Where each band begins, and the end; by default ``bands.bounds_of`` the rows.

    Attributes
    ----------
    bounds : int (bands + 1,)
    bands : list of lists of blocks
    n : float64 (rows,)
    m : float64 (|W|,)
        Row and column sums of N.
    total, held_out_total : float
        ΣN of the training pairs and of the held-out pairs.
    """

    def __init__(
        self,
        N: sp.csr_array,
        held_out: sp.csr_array | None = None,
        rows: int | None = None,
        bounds: np.ndarray | None = None,
    ):
        n_centers, n_words = N.shape
        if bounds is None:
            bounds = bounds_of(n_centers)
            if rows is not None:
                bounds = np.append(np.arange(0, n_centers, rows), n_centers)
        self.bounds = bounds
        self.n = N.sum(axis=1, dtype=np.float64)
        self.m = column_sums(N, bounds)
        self.total = float(self.n.sum())
        self.held_out_total = 0.0 if held_out is None else total_of(held_out, bounds)
        self.bands = [
            [
                _Block(
                    first,
                    last,
                    _entries(N, first, last),
                    None if held_out is None else _entries(held_out, first, last),
                )
                for first, last in (blocks_in(a, b, n_words) if rows is None else [(a, b)])
            ]
            for a, b in pairwise(bounds.tolist())
        ]

    @property
    def blocks(self) -> list[_Block]:
        return [block for band in self.bands for block in band]


def column_sums(N: sp.csr_array, bounds: np.ndarray) -> np.ndarray:
    """The column sums float64 (|W|,) of a sparse matrix (rows, |W|), band by band."""
    bands = list(pairwise(bounds.tolist()))
    return by_halves([N[a:b].sum(axis=0, dtype=np.float64) for a, b in bands])


def total_of(N: sp.csr_array, bounds: np.ndarray) -> float:
    """The sum of a sparse matrix (rows, |W|), band by band."""
    begins = N.indptr[bounds].tolist()
    return sum(float(N.data[a:b].sum(dtype=np.float64)) for a, b in pairwise(begins))


def _entries(N: sp.csr_array, first: int, last: int) -> _Entries:
    lengths = np.diff(N.indptr[first : last + 1])
    here = slice(N.indptr[first], N.indptr[last])
    rows = np.repeat(np.arange(last - first, dtype=np.intp), lengths)
    counts = N.data[here]
    n = np.bincount(rows, weights=counts, minlength=last - first)
    return _Entries(rows * N.shape[1] + N.indices[here], counts, lengths, n)


@dataclass(frozen=True)
class Pass:
    """The result of a pass: losses in nats, summed over all pairs, and gradients, of the shapes of V and U,
    which are None if they were not requested."""

    loss: float
    held_out_loss: float
    grad_V: np.ndarray | None
    grad_U: np.ndarray | None

    @property
    def gradients(self) -> tuple[np.ndarray, np.ndarray]:
        """Both gradients of a pass for which they were requested."""
        assert self.grad_V is not None and self.grad_U is not None
        return self.grad_V, self.grad_U


class _Stop(Exception):
    pass


def stream(
    pairs: Blocks,
    V: np.ndarray,
    U: np.ndarray,
    log_q: np.ndarray | None = None,
    *,
    gradients: bool = True,
    poll: Callable[[float], bool | None] | None = None,
) -> Pass:
    """Compute the loss and gradients of all pairs for the current vectors.

    With R = diag(n) P − N: ∂L/∂V = R U, ∂L/∂U = Rᵀ V. The anchor is an extra coordinate with v = 1 and
    u = log q, so that the matrix product adds it. The factors n_c / Σ_w exp s(w,c) are applied to the
    small matrices that are multiplied with R, not to the rows of R.

    Parameters
    ----------
    pairs : Blocks
    V : (rows, d)
        Of the center words whose pairs these are.
    U : (|W|, d)
    log_q : (|W|,), optional
    gradients : bool
        If False, only the losses are computed, which is a third of the work.
    poll : callable, optional
        Called in the calling thread after each of its blocks with the share done (0 to 1); returning
        True stops the pass.

    Raises
    ------
    InterruptedError
        If ``poll`` stopped the pass.
    """
    U1, highest = U, 0.0
    if log_q is not None:
        U1 = np.column_stack([U, log_q.astype(U.dtype, copy=False)])
        highest = float(np.abs(log_q).max())
    longest = _longest(U)
    most_rows = max(block.last - block.first for block in pairs.blocks)
    grad_V = np.empty_like(V) if gradients else V[:0]
    by_U = SumByHalves(len(pairs.bands)) if gradients else None
    number = len(pairs.blocks)
    done, stopped, waiting = [0], threading.Event(), iter(range(len(pairs.bands)))
    taking = threading.Lock()
    losses = [(0.0, 0.0)] * len(pairs.bands)
    main = threading.get_ident()

    def work() -> None:
        scores = np.empty((most_rows, len(U)), V.dtype)
        product = np.empty_like(U) if gradients and number > len(pairs.bands) else None
        while True:
            with taking:
                band = next(waiting, None)
            if band is None:
                return
            losses[band] = run(band, scores, product)

    def run(band: int, scores: np.ndarray, product: np.ndarray | None) -> tuple[float, float]:
        loss = held_out_loss = 0.0
        a, b = pairs.bounds[band : band + 2].tolist()
        own, grad_U = V[a:b], None
        # A copy in any case, as the last digits depend on where in memory rows begin.
        V1 = own.copy() if log_q is None else np.column_stack([own, np.ones(len(own), V.dtype)])
        # No score exceeds the longest center vector times the longest output vector (Cauchy–Schwarz).
        safe = _longest(V1[:, : V.shape[1]]) * longest + highest < SAFE_SCORE
        for block in pairs.bands[band]:
            if stopped.is_set():
                raise _Stop
            here, rows = slice(block.first, block.last), slice(block.first - a, block.last - a)
            s = np.matmul(V1[rows], U1.T, out=scores[: block.last - block.first])
            flat = s.reshape(-1)
            observed = flat.take(block.pairs.places)  # s(o,c) of every pair
            loss -= float(np.sum(observed * block.pairs.counts, dtype=np.float64))
            if block.held_out is not None:
                held = flat.take(block.held_out.places)
                held_out_loss -= float(np.sum(held * block.held_out.counts, dtype=np.float64))
            top, z = _exponentiate(s, safe)
            log_z = np.log(z, dtype=np.float64) if top is None else top + np.log(z)
            loss += float(block.pairs.n @ log_z)
            if block.held_out is not None:
                held_out_loss += float(block.held_out.n @ log_z)
            if gradients:
                n = block.pairs.n.astype(V.dtype)
                # R = diag(n/z) (exp s − diag(z/n) N); the term in brackets overwrites the scores.
                per_pair = z / np.where(n > 0, n, 1)  # a word without pairs has nothing to scatter
                if top is not None:
                    observed -= np.repeat(top, block.pairs.lengths)
                np.exp(observed, out=observed)
                observed -= block.pairs.counts * np.repeat(per_pair, block.pairs.lengths)
                flat[block.pairs.places] = observed
                scale = (n / z)[:, None]
                np.matmul(s, U, out=grad_V[here])
                grad_V[here] *= scale
                if grad_U is None:
                    grad_U = np.matmul(s.T, V[here] * scale)
                else:
                    grad_U += np.matmul(s.T, V[here] * scale, out=product)
            done[0] += 1
            share = done[0] / number
            if poll is not None and threading.get_ident() == main and share < 1 and poll(share):
                raise _Stop
        if by_U is not None and grad_U is not None:
            by_U.add(band, grad_U)
        return loss, held_out_loss

    threads = min(available_cores(), len(pairs.bands))
    try:
        with one_thread_a_product(), ThreadPoolExecutor(max(threads - 1, 1)) as pool:
            others = [pool.submit(work) for _ in range(threads - 1)]
            try:
                work()
            except BaseException:
                stopped.set()
                raise
            for other in others:
                other.result()
            if poll is not None and poll(1.0):
                raise _Stop
    except _Stop:
        raise InterruptedError("The pass was stopped.") from None
    loss, held_out_loss = (sum(each) for each in zip(*losses, strict=True))
    if by_U is None:
        return Pass(loss, held_out_loss, None, None)
    return Pass(loss, held_out_loss, grad_V, by_U.total)


def _longest(X: np.ndarray) -> float:
    return float(np.sqrt(np.einsum("ij,ij->i", X, X).max()))


def _exponentiate(s: np.ndarray, safe: bool) -> tuple[np.ndarray | None, np.ndarray]:
    """Exponentiate a block of scores in place and return (row maxima or None, row sums). If scores may be
    large, the maximum of each row is subtracted first."""
    z = np.empty(len(s), s.dtype)
    top = None if safe else np.empty(len(s), s.dtype)
    rows = max(1, CHUNK_BYTES // s[0].nbytes)
    for first in range(0, len(s), rows):
        chunk = s[first : first + rows]
        if top is not None:
            np.max(chunk, axis=1, out=top[first : first + rows])
            chunk -= top[first : first + rows, None]
        np.exp(chunk, out=chunk)
        np.sum(chunk, axis=1, out=z[first : first + rows])
    return top, z
