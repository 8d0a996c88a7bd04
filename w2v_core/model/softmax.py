"""The equations of the lecture notes, each beside its gradient.

One row per word: V (|W|, d) holds the center vectors v_c, U (|W|, d) the output vectors u_o.

    score          s(o,c) = v_c · u_o  (+ log q_o where the model is anchored)
    probability    p(o|c) = exp s(o,c) / Σ_w exp s(w,c)
    loss           −log p(o|c), the cross entropy with the one-hot of o, in nats

Slips in the printed notes, set right here: in the elementwise gradient by v_c the term of the
output word is + (p(o|c) − 1) u_o, not minus; the softmax's denominator is Σ_w exp(·) inside the
logarithm too, where "exp" is missing; the softmax approximates the arg max, not the max; and
p(o|c) grows with p(o,c) only while p(c) stays the same. The notes' vector forms are right.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

BLOCK = 512
"""Center words whose scores are held at once: |W| × 512 floats (20 MB at 10,000 words), wide enough
for a matrix product at full speed, small enough to stay far from |W| × |W|."""


def scores(v_c: np.ndarray, U: np.ndarray, log_q: np.ndarray | None = None) -> np.ndarray:
    """s(w,c) = v_c · u_w (+ log q_w) for every word w.

    Parameters
    ----------
    v_c : (d,) or (B, d)
        One center vector, or a batch of them.
    U : (|W|, d)
    log_q : (|W|,), optional
        The anchor; left out, the model is the notes' own.

    Returns
    -------
    (|W|,) or (B, |W|)
    """
    s = v_c @ U.T
    return s if log_q is None else s + log_q


def softmax(s: np.ndarray) -> np.ndarray:
    """exp(s) / Σ exp(s) along the last axis; the largest score is subtracted first, which changes
    nothing and keeps exp from overflowing."""
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def log_sum_exp(s: np.ndarray) -> np.ndarray:
    """log Σ exp(s) along the last axis, without overflow."""
    top = s.max(axis=-1)
    return top + np.log(np.exp(s - top[..., None]).sum(axis=-1))


def cross_entropy(s: np.ndarray, o: int) -> float:
    """−log p(o|c) in nats, from the scores (|W|,) of one center word: log Σ_w exp s(w,c) − s(o,c).

    Its gradient by the scores is ŷ − y: the probabilities less the one-hot of o.
    """
    return float(log_sum_exp(s) - s[o])


def pair_gradients(
    V: np.ndarray, U: np.ndarray, c: int, o: int, log_q: np.ndarray | None = None
) -> tuple[float, np.ndarray, np.ndarray]:
    """Loss and gradients of one training pair c → o.

    With ŷ = p(·|c) and y the one-hot of o:  ∂/∂v_c = Uᵀ(ŷ − y)  and  ∂/∂u_w = (ŷ_w − y_w) v_c.

    Parameters
    ----------
    V, U : (|W|, d)
    c, o : int
        Rows of the center and the output word.
    log_q : (|W|,), optional

    Returns
    -------
    loss : float
        −log p(o|c), nats.
    grad_v_c : (d,)
    grad_U : (|W|, d)
    """
    s = scores(V[c], U, log_q)
    error = softmax(s)
    error[o] -= 1  # ŷ − y
    return cross_entropy(s, o), U.T @ error, np.outer(error, V[c])


def batch_gradients(
    V: np.ndarray, U: np.ndarray, c: np.ndarray, o: np.ndarray, log_q: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """The gradients of a minibatch of pairs: ∂/∂v of each pair's center (B, d), and the sum of
    their ∂/∂U (|W|, d). The same equations as ``pair_gradients``, B rows at a time."""
    error = softmax(scores(V[c], U, log_q))
    error[np.arange(len(o)), o] -= 1
    return error @ U, error.T @ V[c]


@dataclass
class _Block:
    """One block of center words on its way through the softmax."""

    first: int
    last: int
    e: np.ndarray  # exp(scores − row maximum), (B, |W|)
    n: np.ndarray  # row sums of N
    z: np.ndarray  # row sums of e
    rows: np.ndarray  # N's entries in these rows: row in the block,
    columns: np.ndarray  # column,
    counts: np.ndarray  # and value
    loss: float


def _forward(N: sp.csr_array, V: np.ndarray, U: np.ndarray, log_q: np.ndarray | None, block: int):
    """Scores, exp and loss of all pairs, a block of center words at a time."""
    n = N.sum(axis=1, dtype=np.float64)
    buffer = np.empty((min(block, len(V)), len(U)), V.dtype)
    for first in range(0, len(V), block):
        last = min(first + block, len(V))
        s = np.matmul(V[first:last], U.T, out=buffer[: last - first])
        if log_q is not None:
            s += log_q
        rows = np.repeat(np.arange(last - first), np.diff(N.indptr[first : last + 1]))
        entries = slice(N.indptr[first], N.indptr[last])
        columns, counts = N.indices[entries], N.data[entries]
        observed = float(np.dot(counts, s[rows, columns]))  # Σ N(c,o) s(o,c)
        top = s.max(axis=1)
        s -= top[:, None]
        e = np.exp(s, out=s)
        z = e.sum(axis=1)
        loss = float(n[first:last] @ (top + np.log(z))) - observed
        yield _Block(first, last, e, n[first:last], z, rows, columns, counts, loss)


def grouped_loss(
    N: sp.csr_array,
    V: np.ndarray,
    U: np.ndarray,
    log_q: np.ndarray | None = None,
    block: int = BLOCK,
) -> float:
    """−Σ N(c,o) log p(o|c) over all pairs, in nats (divide by ΣN for nats per pair)."""
    return sum(part.loss for part in _forward(N, V, U, log_q, block))


def grouped_gradients(
    N: sp.csr_array,
    V: np.ndarray,
    U: np.ndarray,
    log_q: np.ndarray | None = None,
    block: int = BLOCK,
    poll: Callable[[float], bool | None] | None = None,
) -> tuple[float, np.ndarray, np.ndarray]:
    """Loss and gradients of all training pairs at once: exactly the sums of the pairs' own.

    With P the matrix of p(o|c), n the row sums of N and R = diag(n) P − N:

        ∂L/∂V = R U        ∂L/∂U = Rᵀ V

    The text enters only through N, so a pass costs 6·|W|²·d operations however long the text is.
    R is streamed in blocks of rows and never held whole.

    Parameters
    ----------
    N : sparse (|W|, |W|), canonical CSR
        Row c, column o: the count of the pair c → o, in V's dtype.
    V, U : (|W|, d)
    log_q : (|W|,), optional
    block : int
        Rows of R held at once.
    poll : callable, optional
        Called after each block with the share done (0 to 1); True stops.

    Returns
    -------
    loss : float
        −Σ N(c,o) log p(o|c), nats (divide by ΣN for nats per pair).
    grad_V, grad_U : (|W|, d)

    Raises
    ------
    InterruptedError
        when ``poll`` said stop.
    """
    loss = 0.0
    grad_V, grad_U = np.empty_like(V), np.zeros_like(U)
    for part in _forward(N, V, U, log_q, block):
        loss += part.loss
        R = part.e
        R *= (part.n / part.z).astype(R.dtype)[:, None]  # diag(n) P
        R[part.rows, part.columns] -= part.counts  # − N
        np.matmul(R, U, out=grad_V[part.first : part.last])
        grad_U += R.T @ V[part.first : part.last]
        if poll is not None and poll(part.last / len(V)):
            raise InterruptedError("The pass was stopped.")
    return loss, grad_V, grad_U
