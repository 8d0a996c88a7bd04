"""Two ways to the vectors: ``sgd`` as in the notes, ``newton`` in few exact passes.

Both change V and U in place and call ``report(step, loss)`` before each step, with the exact loss
(nats per pair) of the vectors as they are then, and once more after the last. A report that returns
True ends the training with the vectors as they are.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import scipy.sparse as sp

from w2v_core.model.softmax import batch_gradients, grouped_gradients, grouped_loss

Report = Callable[[int, float], bool | None]
Poll = Callable[[float], bool | None]

MOMENTUM = 0.3
DAMPING = 0.05  # δ: share of the mean curvature added to every direction's own
LONGEST_STEP = 0.5  # Euclidean norm; scores are of order 1, so vectors move well within that
SHORTENINGS = 12  # halvings before a step that raises the objective is given up


def pair_list(N: sp.csr_array, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """The training pairs one by one, shuffled: each as often as N counts it.

    A fractional count is rounded up or down at random so that it is right in expectation.

    Returns
    -------
    c, o : int32 (pairs,)
    """
    whole = np.floor(N.data + rng.random(len(N.data), dtype=np.float32)).astype(np.int64)
    exact = N.data == np.floor(N.data)
    whole[exact] = N.data[exact].astype(np.int64)
    rows = np.repeat(np.arange(N.shape[0], dtype=np.int32), np.diff(N.indptr))
    c, o = np.repeat(rows, whole), np.repeat(N.indices.astype(np.int32), whole)
    order = rng.permutation(len(c))
    return c[order], o[order]


def sgd(
    N: sp.csr_array,
    V: np.ndarray,
    U: np.ndarray,
    log_q: np.ndarray | None,
    *,
    epochs: int,
    learning_rate: float,
    prior: float,
    batch_size: int,
    decay: bool,
    rng: np.random.Generator,
    report: Report,
    poll: Poll,
) -> None:
    """Stochastic gradient descent, x ← x − α ∂/∂x, over all training pairs, ``epochs`` times.

    Parameters
    ----------
    N : sparse (|W|, |W|)
    V, U : float32 (|W|, d), changed in place
    log_q : (|W|,) or None
    learning_rate : float
        α. Each pair of a minibatch moves the vectors by α times its own gradient.
    prior : float
        λ of the Gaussian prior λ/2 (‖V‖² + ‖U‖²), spread evenly over an epoch's minibatches.
    batch_size : int
        Pairs a step; 1 is the notes' own update.
    decay : bool
        Lower α linearly to a hundredth of itself over the training, as word2vec does.
    rng : numpy Generator
        Shuffles the pairs anew each epoch.
    """
    total = float(N.sum(dtype=np.float64))
    done, all_pairs = 0, max(epochs * total, 1.0)
    for step in range(epochs):
        if report(step, grouped_loss(N, V, U, log_q) / total):
            return
        centers, outputs = pair_list(N, rng)
        for first in range(0, len(centers), batch_size):
            c, o = centers[first : first + batch_size], outputs[first : first + batch_size]
            alpha = learning_rate * (max(1 - done / all_pairs, 0.01) if decay else 1.0)
            grad_v, grad_U = batch_gradients(V, U, c, o, log_q)
            if prior:
                shrink = 1 - alpha * prior * len(c) / len(centers)
                V *= V.dtype.type(max(shrink, 0))
                U *= U.dtype.type(max(shrink, 0))
            np.subtract.at(V, c, V.dtype.type(alpha) * grad_v)
            U -= U.dtype.type(alpha) * grad_U
            done += len(c)
            if poll(min(done / all_pairs, 1.0)):
                report(step + 1, grouped_loss(N, V, U, log_q) / total)
                return
    report(epochs, grouped_loss(N, V, U, log_q) / total)


def newton(
    N: sp.csr_array,
    V: np.ndarray,
    U: np.ndarray,
    log_q: np.ndarray | None,
    *,
    epochs: int,
    learning_rate: float,
    prior: float,
    tolerance: float,
    report: Report,
    poll: Poll,
) -> None:
    """Newton-like steps on the exact gradient of all pairs, one a pass.

    Near p(·|c) = q the Hessians of the loss are d × d matrices shared by all words, scaled by a count:

        H(v_c) ≈ n_c (Uᵀ diag(q) U − ū ūᵀ),  ū = Uᵀq        H(u_w) ≈ m_w Vᵀ diag(n/Σn) V

    Each is diagonalised once a pass, H = Q Λ Qᵀ; the gradient is rotated by Q, its coordinate k
    divided by count·(Λ_k + δ·mean Λ) + λ, and rotated back. Loss + prior never rises: a step that
    raised it is taken back and halved.

    Parameters
    ----------
    N : sparse float32 (|W|, |W|)
    V, U : float32 (|W|, d), changed in place
    log_q : (|W|,) or None
    epochs : int
        Steps at most.
    learning_rate : float
        Share of the Newton step that is taken.
    prior : float
        λ of the Gaussian prior λ/2 (‖V‖² + ‖U‖²); it keeps rare words small.
    tolerance : float
        Training ends when a step lowers loss + prior by less than this share of the loss.
    """
    n, m = N.sum(axis=1, dtype=np.float64), N.sum(axis=0, dtype=np.float64)
    total = float(n.sum())
    n32, m32 = n.astype(V.dtype), m.astype(V.dtype)
    n_share, q = (n / total).astype(V.dtype), (m / total).astype(V.dtype)
    step_V, step_U = np.zeros_like(V), np.zeros_like(U)
    rate, last = learning_rate, np.inf
    for step in range(epochs + 1):
        share = step / max(epochs, 1)
        for _ in range(SHORTENINGS):
            try:
                loss, grad_V, grad_U = grouped_gradients(
                    N, V, U, log_q, poll=lambda part, s=share: poll(min(s + part / epochs, 1.0))
                )
            except InterruptedError:
                report(step, grouped_loss(N, V, U, log_q) / total)
                return
            objective = loss + 0.5 * prior * (_squares(V) + _squares(U))
            if objective <= last:
                break
            step_V *= 0.5
            step_U *= 0.5
            V -= step_V
            U -= step_U
            rate *= 0.7
        else:  # no shorter step helped: the vectors are as good as float32 makes them
            V -= step_V
            U -= step_U
            report(step, grouped_loss(N, V, U, log_q) / total)
            return
        if report(step, loss / total) or step == epochs:
            return
        if last - objective < tolerance * abs(loss):
            return
        last = objective
        u_mean = q @ U
        H_V = (U * q[:, None]).T @ U - np.outer(u_mean, u_mean)
        H_U = (V * n_share[:, None]).T @ V
        step_V = _newton_step(grad_V, V, H_V, n32, prior, rate, step_V)
        step_U = _newton_step(grad_U, U, H_U, m32, prior, rate, step_U)
        V += step_V
        U += step_U


def _squares(X: np.ndarray) -> float:
    return float(np.dot(X.ravel(), X.ravel()))


def _newton_step(grad, X, H, counts, prior, rate, previous):
    """−rate · (counts H + δ + λ)⁻¹ (grad + λ X), plus momentum, no longer than LONGEST_STEP."""
    curvature, Q = np.linalg.eigh(H)
    curvature = np.maximum(curvature, 0) + DAMPING * max(float(curvature.mean()), 1e-12)
    grad += X.dtype.type(prior) * X
    direction = grad @ Q
    direction /= counts[:, None] * curvature.astype(X.dtype) + X.dtype.type(max(prior, 1e-6))
    step = direction @ Q.T
    step *= X.dtype.type(-rate)
    step += X.dtype.type(MOMENTUM) * previous
    length = np.sqrt(np.einsum("ij,ij->i", step, step))
    step *= np.minimum(1, LONGEST_STEP / np.maximum(length, 1e-12))[:, None].astype(X.dtype)
    return step
