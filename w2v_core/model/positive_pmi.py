"""Positive pointwise mutual information of the training pairs, and its singular vectors.

    PMI(c,o)  = log N(c,o) / (n_c q̃_o),    q̃_o = m_o^¾ / Σ_w m_w^¾
    PPMI      = max(PMI, 0) ≈ A Σ Bᵀ
    C         = A Σ^power

n and m are the row and column sums of N. The power ¾ lifts the frequency of rare context words, whose
PMI would otherwise be the largest of all (Levy, Goldberg and Dagan 2015, Improving Distributional
Similarity with Lessons Learned from Word Embeddings). What a pair that never occurs would have, −∞, is 0,
so the matrix is as sparse as N.
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import scipy.sparse as sp

from w2v_core.model.block_krylov import krylov_space
from w2v_core.model.exact_pass import available_cores, one_thread_a_product

CONTEXT_SMOOTHING = 0.75
WIDTH = 0.4  # directions of a block of the decomposition, as a share of d, and at least ...
NARROWEST = 10
SWEEPS = 7  # blocks
_BLOCKS = 32
EXACT_TO = 500  # words, up to which the whole matrix is decomposed
_LEADING = 0.99  # share of the largest entry from which an entry decides about the sign
_SMALLEST = 1e-6  # singular values below this share of the first are rounding errors


def pmi(N: sp.csr_array, context_smoothing: float = CONTEXT_SMOOTHING) -> sp.csr_array:
    """PMI of the pairs that occur, in nats: sparse float32 (|W|, |W|), with an entry where N has one.

    Parameters
    ----------
    N : sparse CSR (|W|, |W|)
        Pair counts as of ``count_pairs``.
    context_smoothing : float
        The power of m in q̃; 1 is the plain PMI.
    """
    n = np.asarray(N.sum(axis=1, dtype=np.float64))
    m = np.asarray(N.sum(axis=0, dtype=np.float64)) ** context_smoothing
    # Words without pairs have no entries, or entries of 0.
    with np.errstate(divide="ignore", invalid="ignore"):
        log_n, log_q = np.log(n).astype(np.float32), np.log(m / m.sum()).astype(np.float32)
        values = np.log(N.data).astype(np.float32)
        values -= np.repeat(log_n, np.diff(N.indptr))
        values -= log_q[N.indices]
    return sp.csr_array((values, N.indices, N.indptr), shape=N.shape)


def positive_pmi(N: sp.csr_array, context_smoothing: float = CONTEXT_SMOOTHING) -> sp.csr_array:
    """max(PMI, 0), sparse float32 (|W|, |W|), without the zeros (parameters as for ``pmi``)."""
    found = pmi(N, context_smoothing)
    above = found.data > 0
    before = np.concatenate([[0], np.cumsum(above)])[found.indptr]
    return sp.csr_array(
        (found.data[above], found.indices[above], before.astype(found.indptr.dtype)), shape=N.shape
    )


def pmi_vectors(
    N: sp.csr_array, dim: int, seed: int = 0, power: float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """C = A Σ^power of the positive PMI, and its singular values.

    Parameters
    ----------
    N : sparse (|W|, |W|)
    dim : int
        d, at most |W|.
    seed : int
        Of the random start of the decomposition. Signs are fixed: in each column, the first entry of nearly
        the largest size is positive.
    power : float
        0 weighs all directions alike; 1 keeps the lengths of the rows of PPMI.

    Returns
    -------
    C float32 (|W|, d), values float32 (d,), largest first
        Directions whose singular value is 0 are columns of zeros.
    """
    matrix = positive_pmi(N)
    if matrix.nnz == 0:
        return np.zeros((N.shape[0], dim), np.float32), np.zeros(dim, np.float32)
    with one_thread_a_product():  # the same sums in the same order on any number of cores
        if N.shape[0] <= EXACT_TO:
            A, values, _ = np.linalg.svd(matrix.toarray(), full_matrices=False)
            A, values = A[:, :dim], values[:dim]
        else:
            A, values = _leading(matrix, dim, seed)
    # Two entries may be of one size up to rounding, with opposite signs.
    leading = (np.abs(A) > _LEADING * np.abs(A).max(axis=0)).argmax(axis=0)
    A = A * np.where(A[leading, np.arange(dim)] < 0, -1.0, 1.0)
    real = values > _SMALLEST * values[0]
    scale = np.where(real, np.where(real, values, 1.0) ** power, 0.0)
    return (A * scale).astype(np.float32), (values * real).astype(np.float32)


class _Squared:
    """P Pᵀ of a sparse P, by its products. ``images`` has Pᵀ X of every X that it was multiplied with."""

    def __init__(self, P: sp.csr_array):
        self.P, self.PT = _in_blocks(P), _in_blocks(P.T.tocsr())
        self.images: list[np.ndarray] = []

    def times(self, X: np.ndarray) -> np.ndarray:
        self.images.append(_product(self.PT, X))
        return _product(self.P, self.images[-1])


def _in_blocks(P: sp.csr_array) -> list[sp.csr_array]:
    """Blocks of rows with about as many entries each."""
    most = -(-P.nnz // _BLOCKS)
    bounds = np.unique(np.searchsorted(P.indptr, np.arange(_BLOCKS + 1) * most))
    bounds[0], bounds[-1] = 0, P.shape[0]
    return [P[a:b] for a, b in pairwise(bounds.tolist())]


def _product(P: list[sp.csr_array], X: np.ndarray) -> np.ndarray:
    """P X of blocks of rows, on all cores."""
    with ThreadPoolExecutor(available_cores()) as pool:
        return np.concatenate(list(pool.map(lambda rows: rows @ X, P)))


def _leading(P: sp.csr_array, dim: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A (|W|, d) and Σ (d,) of P ≈ A Σ Bᵀ, from the block Krylov space of P Pᵀ. (Of the leading 100 of
    5,000 and 10,000 words, nearer to the exact ones than four power iterations of the randomised
    decomposition of Halko, Martinsson and Tropp 2011, in half the time.)"""
    width = min(max(NARROWEST, math.ceil(WIDTH * dim)), P.shape[0])
    start = np.random.default_rng(seed).standard_normal((P.shape[0], width), dtype=np.float32)
    squared = _Squared(P)
    krylov_space(squared, start, max(SWEEPS, math.ceil(dim / width)))
    images = np.hstack(squared.images)
    squares, turns = np.linalg.eigh(images.T.astype(np.float64) @ images)
    largest = np.argsort(-squares, kind="stable")[:dim]
    values = np.sqrt(np.maximum(squares[largest], 1e-30))
    # A = P B Σ⁻¹, and not the Krylov directions themselves: words without entries have rows of zeros.
    B = images @ (turns[:, largest] / values).astype(np.float32)
    return _product(squared.P, B) / values.astype(np.float32), values
