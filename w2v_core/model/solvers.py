"""Two solvers: ``sgd`` as in the notes, and ``newton``, which needs few exact passes.

Both change V and U in place and call ``report(step, losses, freeze)`` before each step and after the
last, with the exact losses (a ``Pass``) of the current vectors. If ``report`` returns True, training ends
with the current vectors. ``freeze()``, called within ``report``, returns everything needed to continue
from this point, as arrays and plain values.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import scipy.sparse as sp

from w2v_core.model.exact_pass import Blocks, Pass, stream
from w2v_core.model.softmax import batch_gradients

Report = Callable[[int, Pass, Callable[[], dict] | None], bool | None]
Poll = Callable[[float], bool | None]
Keep = Callable[[Callable[[], dict]], object]
_Map = Callable[[np.ndarray], np.ndarray]

MEMORY = 4  # number of steps from which a word's curvature is estimated
STRAIGHT = 0.05  # below this cosine of step and gradient change, curvature cannot be estimated
DAMPING = 0.05  # δ: share of the mean curvature added to every direction's own
LONGEST_STEP = 0.5  # Euclidean norm; scores are of order 1, so vectors move well within that
LOOK_BACK = 3  # passes whose mean gain is compared with the tolerance: short steps gain little
SHORTENINGS = 12  # halvings before a step that raises the objective is abandoned


def pair_list(N: sp.csr_array, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """The shuffled list of training pairs, each as often as N counts it.

    A fractional count is rounded up or down at random, so that it is correct in expectation.

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
    pairs: Blocks,
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
    state: dict | None = None,
    keep: Keep | None = None,
) -> None:
    """Stochastic gradient descent, x ← x − α ∂/∂x, over all training pairs, ``epochs`` times.

    Parameters
    ----------
    N : sparse (|W|, |W|)
    pairs : Blocks
        The blocks of N.
        V, U : float32 (|W|, d), changed in place
        log_q : (|W|,) or None
        learning_rate : float
            α. Each pair in a minibatch moves the vectors by α times its own gradient.
    prior : float
        λ of the Gaussian prior λ/2 (‖V‖² + ‖U‖²), spread evenly over an epoch's minibatches.
    batch_size : int
        Pairs per step; 1 is the update of the notes.
    decay : bool
        Lower α linearly to a hundredth of itself over the training, as word2vec does.
    rng : numpy Generator
        Reshuffles the pairs in each epoch.
    state : dict, optional
        A result of ``freeze``, from which to continue.
        keep : callable, optional
        Also called with such a ``freeze`` within an epoch, before each ``poll``.
    """
    done, all_pairs, first_epoch, place = 0, max(epochs * pairs.total, 1.0), 0, 0
    if state is not None:
        V[:], U[:], done, first_epoch = state["V"], state["U"], state["pairs"], int(state["step"])
        place = int(state.get("place", 0))  # pairs of this epoch that are done
        rng.bit_generator.state = json.loads(state["rng"])

    def losses() -> Pass:
        return stream(pairs, V, U, log_q, gradients=False)

    epoch, drawn_from = first_epoch, ""  # what the pairs of this epoch are drawn from

    def freeze() -> dict:
        here = {"step": epoch, "pairs": done, "place": place, "rng": drawn_from}
        return {"V": V.copy(), "U": U.copy(), **here}

    for epoch in range(first_epoch, epochs):
        drawn_from = json.dumps(rng.bit_generator.state)
        if not place and report(epoch, losses(), freeze):
            return
        centers, outputs = pair_list(N, rng)
        for first in range(place, len(centers), batch_size):
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
            place = first + len(c)
            if keep is not None:
                keep(freeze)
            if poll(min(done / all_pairs, 1.0)):
                report(epoch + 1, losses(), None)
                return
        place = 0
    report(epochs, losses(), None)


def newton(
    pairs: Blocks,
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
    state: dict | None = None,
) -> None:
    """Newton-like steps on the exact gradient of all pairs, one per pass.

    Near p(·|c) = q the Hessians of the loss are d × d matrices shared by all words, scaled by a count:

        H(v_c) ≈ n_c (Uᵀ diag(q) U − ū ūᵀ),  ū = Uᵀq        H(u_w) ≈ m_w Vᵀ diag(n/Σn) V

    Each is diagonalised once per pass, H = Q Λ Qᵀ; its inverse divides coordinate k of the rotated
    gradient by count·(Λ_k + δ·mean Λ) + λ. The rest of a word's own curvature is estimated from its last
    ``MEMORY`` steps and gradient changes by limited-memory BFGS (Nocedal 1980), separately for each word,
    starting from the shared Hessian. No word moves further than ``LONGEST_STEP``. Loss + prior never
    rises: a step that would raise it is halved.

    Parameters
    ----------
    pairs : Blocks
        The blocks of N, float32 (|W|, |W|).
    V, U : float32 (|W|, d), changed in place
    log_q : (|W|,) or None
    epochs : int
        The largest number of passes.
    learning_rate : float
        The fraction of the quasi-Newton step that is taken.
    prior : float
        λ of the Gaussian prior λ/2 (‖V‖² + ‖U‖²); it keeps rare words small.
    tolerance : float
        Training ends when the last ``LOOK_BACK`` passes lowered loss + prior by less than this share
        per pass on average.
    state : dict, optional
        A result of ``freeze``, from which to continue.
    """
    n_words = len(V)
    X = np.concatenate([V, U])  # one row per vector, all treated alike
    n, m = pairs.n.astype(X.dtype), pairs.m.astype(X.dtype)
    n_share, q = n / n.sum(), m / m.sum()
    prior_ = X.dtype.type(prior)
    past: list[tuple[np.ndarray, np.ndarray]] = []  # (step, gradient change), oldest first
    step: np.ndarray | None = None
    gradient: np.ndarray | None = None
    objectives: list[float] = []  # of the last passes, oldest first
    first = 0
    if state is not None:
        X = np.concatenate([state["V"], state["U"]])
        past = list(zip(state["steps"].copy(), state["changes"].copy(), strict=True))
        objectives = np.atleast_1d(state["objective"]).tolist()
        first = int(state["step"])
        step = state["last_step"].copy() if state["last_step"].size else None
        gradient = state["gradient"].copy() if state["gradient"].size else None
    shortened = 0
    done = first
    while True:
        last = objectives[-1] if objectives else np.inf
        V[:], U[:] = X[:n_words], X[n_words:]

        def poll_pass(part: float, before: int = done) -> bool | None:
            return poll(min((before + part) / epochs, 1.0))

        try:
            now = stream(pairs, V, U, log_q, poll=poll_pass)
        except InterruptedError:
            now = stream(pairs, V, U, log_q, gradients=False)
            tried = not now.loss + 0.5 * prior * _squares(X) <= last
            if step is not None and tried:  # a step that was still being tried
                X -= step
                V[:], U[:] = X[:n_words], X[n_words:]
                now = stream(pairs, V, U, log_q, gradients=False)
            report(done, now, None)
            return
        objective = now.loss + 0.5 * prior * _squares(X)
        if step is not None and not objective <= last:  # also true for NaN, if a step diverged
            shortened += 1
            step = step * X.dtype.type(0.5)
            X -= step
            if (
                shortened > SHORTENINGS
            ):  # no step helps: the vectors are at the precision of float32
                X -= step
                V[:], U[:] = X[:n_words], X[n_words:]
                report(done, stream(pairs, V, U, log_q, gradients=False), None)
                return
            continue
        shortened = 0
        before = (X, step, gradient, past, objectives)

        def freeze(before=before, done=done) -> dict:
            X, step, gradient, past, objectives = before
            empty = np.empty((0,), np.float32)
            return {
                "V": X[:n_words].copy(),
                "U": X[n_words:].copy(),
                "last_step": empty if step is None else step.copy(),
                "gradient": empty if gradient is None else gradient.copy(),
                "steps": np.array([s for s, _ in past], np.float32),
                "changes": np.array([y for _, y in past], np.float32),
                "objective": list(objectives),
                "step": done,
            }

        stop = report(done, now, freeze)
        objectives = [*objectives, objective][-LOOK_BACK - 1 :]
        gained = (objectives[0] - objective) / LOOK_BACK
        still = len(objectives) > LOOK_BACK and gained < tolerance * abs(objective)
        if stop or done == epochs or still:
            return
        fresh = np.concatenate(now.gradients)
        fresh += prior_ * X
        if gradient is not None and step is not None:
            past = [*past, (step, fresh - gradient)][-MEMORY:]
        gradient = fresh
        u_mean = q @ U
        invert_V = _inverse((U * q[:, None]).T @ U - np.outer(u_mean, u_mean), n, prior_)
        invert_U = _inverse((V * n_share[:, None]).T @ V, m, prior_)

        def invert(G: np.ndarray, of_V: _Map = invert_V, of_U: _Map = invert_U) -> np.ndarray:
            return np.concatenate([of_V(G[:n_words]), of_U(G[n_words:])])

        step = _quasi_newton(gradient, past, invert)
        step *= X.dtype.type(-learning_rate)
        length = np.sqrt(_dots(step, step))
        step *= np.minimum(1, LONGEST_STEP / np.maximum(length, 1e-12))[:, None].astype(X.dtype)
        X = X + step
        done += 1


def _squares(X: np.ndarray) -> float:
    return float(np.dot(X.ravel(), X.ravel()))


def _dots(A: np.ndarray, B: np.ndarray) -> np.ndarray:
    """The dot product of each row of A with the same row of B."""
    return np.einsum("ij,ij->i", A, B)


def _inverse(H: np.ndarray, counts: np.ndarray, prior: np.floating) -> _Map:
    """The map G → (counts H + λ)⁻¹ G, row by row, H damped by ``DAMPING`` of its mean curvature."""
    curvature, Q = np.linalg.eigh(H)
    curvature = np.maximum(curvature, 0) + DAMPING * max(float(curvature.mean()), 1e-12)
    curvature = curvature.astype(H.dtype)
    floor = H.dtype.type(max(float(prior), 1e-6))

    def invert(G: np.ndarray) -> np.ndarray:
        rotated = G @ Q
        rotated /= counts[:, None] * curvature + floor
        return rotated @ Q.T

    return invert


def _quasi_newton(gradient, past, invert) -> np.ndarray:
    """The inverse Hessian times the gradient, word by word: the two loops of L-BFGS with a word's own
    pairs (step, change), starting from ``invert``. A pair along which the word's gradient hardly grew is
    skipped, because other words moved too and it does not reveal the word's curvature."""
    direction = gradient.copy()
    kept = []
    for step, change in reversed(past):
        along = _dots(step, change)
        size = np.sqrt(_dots(step, step) * _dots(change, change))
        tells = (along > STRAIGHT * size) & (along > np.finfo(along.dtype).tiny * 1e6)
        rho = np.where(tells, 1 / np.where(tells, along, 1), 0)
        rho = rho.astype(gradient.dtype)
        alpha = rho * _dots(step, direction)
        direction -= alpha[:, None] * change
        kept.append((step, change, rho, alpha))
    direction = invert(direction)
    for step, change, rho, alpha in reversed(kept):
        beta = rho * _dots(change, direction)
        direction += (alpha - beta)[:, None] * step
    return direction
