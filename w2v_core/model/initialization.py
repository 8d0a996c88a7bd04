"""Where training starts: small random vectors, as in the notes, or the spectrum of the counts."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import scipy.sparse as sp

from w2v_core.model.softmax import BLOCK

OVERSAMPLING = 10  # directions beyond d that the randomised range finder carries along
SUBSPACE_ITERATIONS = 1
SMOOTHING = 1.0  # pairs added to every word's count, so that words of few pairs start small


def random_start(
    n_words: int, dim: int, spread: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """V and U float32 (|W|, d), normal with standard deviation ``spread``."""
    V = (spread * rng.standard_normal((n_words, dim))).astype(np.float32)
    U = (spread * rng.standard_normal((n_words, dim))).astype(np.float32)
    return V, U


def spectral_start(
    N: sp.csr_array,
    dim: int,
    prior: float,
    rng: np.random.Generator,
    block: int = BLOCK,
    poll: Callable[[], bool | None] | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """V and U that already know what the counts say to second order.

    At p(·|c) = q the loss is, to second order, a least squares problem in the scores v_c · u_o with
    weights E(c,o) = n_c q_o, the counts expected if contexts did not matter; its solution of rank d
    is a truncated singular value decomposition of what N has beyond E. Counts are Poisson-like, so
    the residuals are taken after Freeman and Tukey's transformation, whose variance is the same for
    small and large counts (1950):

        T(c,o) = √N + √(N + 1) − √(4E + 1)  ≈  U_d Σ_d W_dᵀ
        V = diag(n)^−½ U_d Σ_d^½            U = diag(q)^−½ W_d Σ_d^½     (balanced to equal norms)

    and each coordinate shrunk as the prior would have it, v_ck by n_c h_k / (n_c h_k + λ) with h_k its
    curvature (a ridge regression's), so that words of few pairs start small.

    T is streamed in blocks of rows, never held whole; the decomposition is randomised (Halko,
    Martinsson and Tropp 2011), with one subspace iteration: four sweeps, about the time of two passes.

    Parameters
    ----------
    N : sparse float32 (|W|, |W|), canonical CSR
    dim : int
        d.
    prior : float
        λ.
    rng : numpy Generator
    block : int
        Rows of T held at once.
    poll : callable, optional
        Called after each block; True stops.

    Returns
    -------
    V, U : float32 (|W|, d)

    Raises
    ------
    InterruptedError
        when ``poll`` said stop.
    """
    n_words = N.shape[0]
    n = N.sum(axis=1, dtype=np.float64).astype(np.float32)
    m = N.sum(axis=0, dtype=np.float64).astype(np.float32)
    total = float(n.sum(dtype=np.float64))
    lift = sp.csr_array((np.sqrt(N.data) + np.sqrt(N.data + 1) - 1, N.indices, N.indptr), N.shape)
    buffer = np.empty((min(block, n_words), n_words), np.float32)

    def residuals():
        """(first, last, T's rows) for every block."""
        scaled = 4 / np.float32(total) * m
        for first in range(0, n_words, block):
            last = min(first + block, n_words)
            T = np.multiply.outer(n[first:last], scaled, out=buffer[: last - first])
            T += 1
            np.sqrt(T, out=T)
            np.subtract(1, T, out=T)
            rows = np.repeat(np.arange(last - first), np.diff(N.indptr[first : last + 1]))
            entries = slice(N.indptr[first], N.indptr[last])
            T[rows, N.indices[entries]] += lift.data[entries]
            yield first, last, T
            if poll is not None and poll():
                raise InterruptedError("The training was stopped before its first pass.")

    def times(X: np.ndarray) -> np.ndarray:
        result = np.empty((n_words, X.shape[1]), np.float32)
        for first, last, T in residuals():
            np.matmul(T, X, out=result[first:last])
        return result

    def transposed_times(Y: np.ndarray) -> np.ndarray:
        result = np.zeros((n_words, Y.shape[1]), np.float32)
        for first, last, T in residuals():
            result += T.T @ Y[first:last]
        return result

    width = min(dim + OVERSAMPLING, n_words)
    basis = times(rng.standard_normal((n_words, width), dtype=np.float32))
    for _ in range(SUBSPACE_ITERATIONS):
        basis = times(transposed_times(np.linalg.qr(basis)[0]))
    basis = np.linalg.qr(basis)[0]
    right, sigma, left = np.linalg.svd(transposed_times(basis), full_matrices=False)
    root = np.sqrt(sigma[:dim])
    V = (basis @ left[:dim].T) * root / np.sqrt(n + SMOOTHING)[:, None]
    U = right[:, :dim] * root / np.sqrt((m + SMOOTHING) / total)[:, None]
    balance = np.sqrt(np.linalg.norm(U) / max(float(np.linalg.norm(V)), 1e-12))
    V *= balance
    U /= balance
    h, g = (m / total) @ U**2, (n / total) @ V**2  # curvature of a pair's loss by v_ck and u_ok
    V *= n[:, None] * h / (n[:, None] * h + prior + 1e-12)
    U *= m[:, None] * g / (m[:, None] * g + prior + 1e-12)
    return np.ascontiguousarray(V, np.float32), np.ascontiguousarray(U, np.float32)
