"""Newton's steps for some words, row by row: what one machine does for all words, and each worker of a
cluster for its own.

Near p(·|c) = q the Hessians of the loss are d × d matrices shared by all words, scaled by a count:

    H(v_c) ≈ n_c (Uᵀ diag(q) U − ū ūᵀ),  ū = Uᵀq        H(u_w) ≈ m_w Vᵀ diag(n/Σn) V

Each is diagonalised once per pass, H = Q Λ Qᵀ; its inverse divides coordinate k of the rotated
gradient by count·(Λ_k + δ·mean Λ) + λ. The rest of a word's own curvature is estimated from its last
``MEMORY`` steps and gradient changes by limited-memory BFGS (Nocedal 1980), separately for each word,
starting from the shared Hessian. No word moves further than ``LONGEST_STEP``.

So all that words have to know of each other is three sums over them, the ``Moments``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

MEMORY = 4  # number of steps from which a word's curvature is estimated
STRAIGHT = 0.05  # below this cosine of step and gradient change, curvature cannot be estimated
DAMPING = 0.05  # δ: share of the mean curvature added to every direction's own
LONGEST_STEP = 0.5  # Euclidean norm; scores are of order 1, so vectors move well within that

CountsAndShares = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
_Map = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Moments:
    """Sums over words: Uᵀ diag(q) U (d, d), Uᵀq (d,), Vᵀ diag(n/Σn) V (d, d)."""

    UqU: np.ndarray
    qU: np.ndarray
    VnV: np.ndarray

    def __add__(self, other: Moments) -> Moments:
        return Moments(self.UqU + other.UqU, self.qU + other.qU, self.VnV + other.VnV)


@dataclass(frozen=True)
class Curvature:
    """A Hessian shared by all words, diagonalised: the damped Λ (d,) and Q (d, d)."""

    values: np.ndarray
    Q: np.ndarray


def curvature(moments: Moments) -> tuple[Curvature, Curvature]:
    """That of all center words, from the moments of all words, and that of all output words."""
    of_V = moments.UqU - np.outer(moments.qU, moments.qU)
    return _diagonalised(of_V), _diagonalised(moments.VnV)


def _diagonalised(H: np.ndarray) -> Curvature:
    """H damped by ``DAMPING`` of its mean curvature."""
    values, Q = np.linalg.eigh(H)
    values = np.maximum(values, 0) + DAMPING * max(float(values.mean()), 1e-12)
    return Curvature(values.astype(H.dtype), Q)


def counts_and_shares(n: np.ndarray, m: np.ndarray) -> CountsAndShares:
    """n, m, n/Σn and q = m/Σm, float32 (|W|,), from the float64 pairs of all words."""
    n, m = n.astype(np.float32), m.astype(np.float32)
    return n, m, n / n.sum(), m / m.sum()


@dataclass(frozen=True)
class NewtonRows:
    """The vectors of some words while they are trained.

    Attributes
    ----------
    X : float32 (2 words, d)
        V of the words, then U of them: one row per vector, all treated alike.
    n, m : float32 (words,)
        Pairs of each word as center and as output word.
    n_share, q : float32 (words,)
        As shares of all pairs.
    step, gradient : float32 (2 words, d) or None
        The step that led here, and the gradient before it.
    past : tuple of such pairs
        (step, gradient change), oldest first.
    """

    X: np.ndarray
    n: np.ndarray
    m: np.ndarray
    n_share: np.ndarray
    q: np.ndarray
    step: np.ndarray | None = None
    gradient: np.ndarray | None = None
    past: tuple[tuple[np.ndarray, np.ndarray], ...] = ()

    @property
    def V(self) -> np.ndarray:
        return self.X[: len(self.n)]

    @property
    def U(self) -> np.ndarray:
        return self.X[len(self.n) :]

    def squares(self) -> float:
        """‖X‖²."""
        return float(np.dot(self.X.ravel(), self.X.ravel()))

    def moments(self) -> Moments:
        V, U, q = self.V, self.U, self.q
        return Moments((U * q[:, None]).T @ U, q @ U, (V * self.n_share[:, None]).T @ V)

    def with_gradient(self, gradients: Sequence[np.ndarray], prior: float) -> NewtonRows:
        """With the gradient of loss + prior here, from those of the loss by V and by U."""
        fresh = np.concatenate(gradients)
        fresh += self.X.dtype.type(prior) * self.X
        past = self.past
        if self.gradient is not None and self.step is not None:
            past = (*past, (self.step, fresh - self.gradient))[-MEMORY:]
        return replace(self, gradient=fresh, past=past)

    def stepped(
        self, shared: tuple[Curvature, Curvature], learning_rate: float, prior: float
    ) -> NewtonRows:
        """After the quasi-Newton step along ``gradient``, of which ``learning_rate`` is the part taken."""
        assert self.gradient is not None
        X, words = self.X, len(self.n)
        of_V = _inverse(shared[0], self.n, X.dtype.type(prior))
        of_U = _inverse(shared[1], self.m, X.dtype.type(prior))

        def invert(G: np.ndarray) -> np.ndarray:
            return np.concatenate([of_V(G[:words]), of_U(G[words:])])

        step = _quasi_newton(self.gradient, self.past, invert)
        step *= X.dtype.type(-learning_rate)
        length = np.sqrt(_dots(step, step))
        step *= np.minimum(1, LONGEST_STEP / np.maximum(length, 1e-12))[:, None].astype(X.dtype)
        return replace(self, X=X + step, step=step)

    def halved(self) -> NewtonRows:
        """With half of the last step."""
        assert self.step is not None
        step = self.step * self.X.dtype.type(0.5)
        return replace(self, X=self.X - step, step=step)

    def gone_back(self) -> NewtonRows:
        """Without the last step."""
        assert self.step is not None
        return replace(self, X=self.X - self.step)


def frozen(bands: Sequence[NewtonRows]) -> dict[str, Any]:
    """Copies of all that is needed to continue: V, U (|W|, d), and the last step, the gradient and what is
    past, each (2 |W|, d), of V and then of U."""

    def whole(arrays: Sequence[np.ndarray | None]) -> np.ndarray:
        if arrays[0] is None:
            return np.empty((0,), np.float32)
        words = [(X, len(rows.n)) for X, rows in zip(arrays, bands, strict=True) if X is not None]
        return np.concatenate([*(X[:n] for X, n in words), *(X[n:] for X, n in words)])

    past = range(len(bands[0].past))
    return {
        "V": np.concatenate([rows.V for rows in bands]),
        "U": np.concatenate([rows.U for rows in bands]),
        "last_step": whole([rows.step for rows in bands]),
        "gradient": whole([rows.gradient for rows in bands]),
        "steps": np.array([whole([rows.past[i][0] for rows in bands]) for i in past], np.float32),
        "changes": np.array([whole([rows.past[i][1] for rows in bands]) for i in past], np.float32),
    }


def thawed(rows: NewtonRows, state: dict[str, Any], first: int) -> NewtonRows:
    """A band as ``frozen`` left it; its first word is word ``first`` of all."""
    n_words, last = len(state["V"]), first + len(rows.n)

    def own(X: np.ndarray) -> np.ndarray:
        return np.concatenate([X[first:last], X[n_words + first : n_words + last]])

    past = zip(state["steps"], state["changes"], strict=True)
    return replace(
        rows,
        X=np.concatenate([state["V"][first:last], state["U"][first:last]]),
        step=own(state["last_step"]) if state["last_step"].size else None,
        gradient=own(state["gradient"]) if state["gradient"].size else None,
        past=tuple((own(step), own(change)) for step, change in past),
    )


def _dots(A: np.ndarray, B: np.ndarray) -> np.ndarray:
    """The dot product of each row of A with the same row of B."""
    return np.einsum("ij,ij->i", A, B)


def _inverse(shared: Curvature, counts: np.ndarray, prior: np.floating) -> _Map:
    """The map G → (counts H + λ)⁻¹ G, row by row."""
    floor = prior.dtype.type(max(float(prior), 1e-6))

    def invert(G: np.ndarray) -> np.ndarray:
        rotated = G @ shared.Q
        rotated /= counts[:, None] * shared.values + floor
        return rotated @ shared.Q.T

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
