"""The equations of the lecture notes, each beside its gradient.

One row per word: V (|W|, d) holds the center vectors v_c, U (|W|, d) the output vectors u_o.

    score          s(o,c) = v_c · u_o  (+ log q_o if the model is anchored)
    probability    p(o|c) = exp s(o,c) / Σ_w exp s(w,c)
    loss           −log p(o|c), the cross entropy with the one-hot of o, in nats

Errata in the printed notes, corrected here: in the elementwise gradient with respect to v_c, the term of
the output word is + (p(o|c) − 1) u_o, not minus; the denominator of the softmax is Σ_w exp(·), also inside
the logarithm, where "exp" is missing; the softmax approximates the arg max, not the max; and p(o|c) grows
with p(o,c) only while p(c) stays the same. The vector forms in the notes are correct.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import scipy.sparse as sp

from w2v_core.model.exact_pass import Blocks, stream


def scores(v_c: np.ndarray, U: np.ndarray, log_q: np.ndarray | None = None) -> np.ndarray:
    """s(w,c) = v_c · u_w (+ log q_w) for every word w.

    Parameters
    ----------
    v_c : (d,) or (B, d)
        One center vector, or a batch of them.
    U : (|W|, d)
    log_q : (|W|,), optional
        The anchor; without it, the model is that of the notes.

    Returns
    -------
    (|W|,) or (B, |W|)
    """
    s = v_c @ U.T
    return s if log_q is None else s + log_q


def softmax(s: np.ndarray) -> np.ndarray:
    """exp(s) / Σ exp(s) along the last axis. The largest score is subtracted first, which does not change
    the result and prevents exp from overflowing."""
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def log_sum_exp(s: np.ndarray) -> np.ndarray:
    """log Σ exp(s) along the last axis, without overflow."""
    top = s.max(axis=-1)
    return top + np.log(np.exp(s - top[..., None]).sum(axis=-1))


def cross_entropy(s: np.ndarray, o: int) -> float:
    """−log p(o|c) in nats, from the scores (|W|,) of one center word: log Σ_w exp s(w,c) − s(o,c).

    Its gradient with respect to the scores is ŷ − y, the probabilities minus the one-hot vector of o.
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


def grouped_loss(
    N: sp.csr_array | Blocks,
    V: np.ndarray,
    U: np.ndarray,
    log_q: np.ndarray | None = None,
    block: int | None = None,
) -> float:
    """−Σ N(c,o) log p(o|c) over all pairs, in nats (divide by ΣN for nats per pair)."""
    pairs = N if isinstance(N, Blocks) else Blocks(N, rows=block)
    return stream(pairs, V, U, log_q, gradients=False).loss


def grouped_gradients(
    N: sp.csr_array | Blocks,
    V: np.ndarray,
    U: np.ndarray,
    log_q: np.ndarray | None = None,
    block: int | None = None,
    poll: Callable[[float], bool | None] | None = None,
) -> tuple[float, np.ndarray, np.ndarray]:
    """Loss and gradients of all training pairs at once, equal to the sums over the single pairs.

    With P the matrix of p(o|c), n the row sums of N and R = diag(n) P − N:

        ∂L/∂V = R U        ∂L/∂U = Rᵀ V

    The text enters only through N, so a pass costs 6·|W|²·d operations regardless of its length. R is
    streamed in blocks of rows and never held in memory as a whole (``exact_pass.stream``).

    Parameters
    ----------
    N : sparse (|W|, |W|), canonical CSR, or Blocks of it
        Row c, column o: the count of the pair c → o, in V's dtype.
    V, U : (|W|, d)
    log_q : (|W|,), optional
    block : int, optional
        Rows of R held at once.
    poll : callable, optional
        Called repeatedly with the share done (0 to 1); returning True stops.

    Returns
    -------
    loss : float
        −Σ N(c,o) log p(o|c), nats (divide by ΣN for nats per pair).
    grad_V, grad_U : (|W|, d)

    Raises
    ------
    InterruptedError
        If ``poll`` stopped it.
    """
    pairs = N if isinstance(N, Blocks) else Blocks(N, rows=block)
    done = stream(pairs, V, U, log_q, poll=poll)
    grad_V, grad_U = done.gradients
    return done.loss, grad_V, grad_U
