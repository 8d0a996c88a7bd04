"""One step of the notes' gradient descent in detail: which vectors move, where to, and why."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from w2v_core.model.initialization import random_start
from w2v_core.model.skipgram import SMALL_START
from w2v_core.model.softmax import cross_entropy, log_sum_exp, pair_gradients, scores, softmax

MOST_DOUBLE = 200_000
"""Size of U, in numbers, up to which steps are taken in float64; for larger models a hundred steps in
float64 would take a second."""
FARTHEST = 1e6  # a vector longer than this has diverged, so no more steps are taken


@dataclass(frozen=True)
class Step:
    """A gradient step for one pair, taken once or several times.

    Attributes
    ----------
    v, v_after : float (d,)
        The center vector.
    U, U_after : float (|W|, d)
    losses : list of float
        −log p(o|c) in nats, before the first step and after each step.
    all_losses : list of float
        The mean loss of all pairs of c in nats at the same times; empty if no pairs were given.
    p, p_after : float (|W|,)
        ŷ = p(·|c).
    pull, push : float (d,)
        The parts of the first step's −∂/∂v_c = u_o − Σ p(w|c) u_w: the attraction u_o and the
        repulsion −Σ p(w|c) u_w.
    """

    v: np.ndarray
    v_after: np.ndarray
    U: np.ndarray
    U_after: np.ndarray
    losses: list[float]
    p: np.ndarray
    p_after: np.ndarray
    pull: np.ndarray
    push: np.ndarray
    all_losses: list[float]

    @property
    def moved(self) -> np.ndarray:
        """float64 (|W|,): how far each output vector moved."""
        return np.linalg.norm(self.U_after - self.U, axis=1)


def one_step(
    V: np.ndarray,
    U: np.ndarray,
    c: int,
    o: int,
    learning_rate: float,
    log_q: np.ndarray | None = None,
    times: int = 1,
    pairs: np.ndarray | None = None,
) -> Step:
    """Take the step x ← x − α ∂/∂x for the pair c → o ``times`` times.

    A negative rate increases the loss. The steps end early if vectors diverge (``FARTHEST``).

    Parameters
    ----------
    V, U : (|W|, d)
    c, o : int
    learning_rate : float
        α.
    log_q : (|W|,), optional
    times : int
    pairs : (|W|,), optional
        How often each output word occurs with c, N(c,·).
    """

    def measure() -> None:
        s = scores(center[0], out, log_q)
        losses.append(cross_entropy(s, o))
        if pairs is not None and pairs.sum() > 0:
            all_losses.append(float(log_sum_exp(s) - pairs @ s / pairs.sum()))

    losses: list[float] = []
    all_losses: list[float] = []
    number: type[np.floating] = np.float64 if U.size <= MOST_DOUBLE else np.float32
    center, out = V[c : c + 1].astype(number), U.astype(number)
    v, U_before = center[0].copy(), U
    if log_q is not None:
        log_q = log_q.astype(number)
    p = softmax(scores(v, out, log_q))
    pull, push = out[o].copy(), -(p @ out)
    measure()
    for _ in range(times):
        _, gradient_v, gradient_U = pair_gradients(center, out, 0, o, log_q)
        gradient_U *= number(learning_rate)
        out -= gradient_U
        center[0] -= number(learning_rate) * gradient_v
        measure()
        if max(np.abs(center).max(), np.abs(out).max()) > FARTHEST:
            break
    after = softmax(scores(center[0], out, log_q))
    return Step(v, center[0], U_before, out, losses, p, after, pull, push, all_losses)


def plane(*directions: np.ndarray) -> np.ndarray:
    """float64 (2, d): two orthogonal directions that span the plane of the first two given directions
    that differ; coordinate axes if there are none."""
    d = len(directions[0])
    basis: list[np.ndarray] = []
    for direction in [*directions, *np.eye(max(d, 2), d)]:
        rest = np.asarray(direction, np.float64)
        length = np.linalg.norm(rest)
        for e in basis:
            rest = rest - (rest @ e) * e
        if np.linalg.norm(rest) > 1e-6 * max(float(length), 1e-9):
            basis.append(rest / np.linalg.norm(rest))
        if len(basis) == 2:
            break
    while len(basis) < 2:
        basis.append(np.zeros(d))
    return np.array(basis)


@dataclass(frozen=True)
class Check:
    """A gradient by its formula and by finite differences, coordinate by coordinate."""

    formula: np.ndarray
    differences: np.ndarray

    @property
    def error(self) -> float:
        """The largest difference between the two, relative to the largest coordinate (or to 1e-3)."""
        size = max(float(np.abs(self.formula).max()), 1e-3)
        return float(np.abs(self.formula - self.differences).max()) / size


def check_gradient(
    V: np.ndarray,
    U: np.ndarray,
    c: int,
    o: int,
    log_q: np.ndarray | None = None,
    coordinates: int = 8,
    h: float = 1e-5,
) -> Check:
    """∂/∂v_c by the formula Uᵀ(ŷ − y) and by central differences (J(v + h) − J(v − h)) / 2h, for the
    first ``coordinates``."""
    center, out = V[c : c + 1].astype(np.float64), U.astype(np.float64)
    formula = pair_gradients(center, out, 0, o, log_q)[1][:coordinates]
    moves = h * np.eye(center.shape[1])[: len(formula)]
    ahead, behind = (scores(center + sign * moves, out, log_q) for sign in (1, -1))
    slopes = [
        (cross_entropy(a, o) - cross_entropy(b, o)) / (2 * h)
        for a, b in zip(ahead, behind, strict=True)
    ]
    return Check(formula, np.array(slopes))


def start(V: np.ndarray, U: np.ndarray, kind: str, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """The vectors from which a step starts: "trained" (V and U as they are), "random" (the notes' small
    random vectors) or "zero"."""
    if kind == "trained":
        return V, U
    if kind == "zero":
        return np.zeros_like(V), np.zeros_like(U)
    n_words, d = V.shape
    return random_start(n_words, d, SMALL_START, np.random.default_rng(seed))
