"""Two solvers: ``sgd`` as in the notes, and ``newton``, which needs few exact passes.

Both change V and U in place and call ``report(step, losses, freeze)`` before each step and after the
last, with the exact losses (a ``Pass``) of the current vectors. If ``report`` returns True, training ends
with the current vectors. ``freeze()``, called within ``report``, returns everything needed to continue
from this point, as arrays and plain values.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
import scipy.sparse as sp

from w2v_core.model.bands import by_halves
from w2v_core.model.exact_pass import (
    Blocks,
    Pass,
    available_cores,
    one_thread_a_product,
    stream,
)
from w2v_core.model.newton_rows import NewtonRows, counts_and_shares, curvature, frozen, thawed
from w2v_core.model.softmax import batch_gradients

Report = Callable[[int, Pass, Callable[[], dict] | None], bool | None]
Poll = Callable[[float], bool | None]
Keep = Callable[[Callable[[], dict]], object]

LOOK_BACK = 3  # passes whose mean gain is compared with the tolerance: short steps gain little
_MANY = 500_000  # numbers in V whose steps are made by several threads
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
    """Newton-like steps (``model.newton_rows``) on the exact gradient of all pairs, one per pass.

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
    steps = _StepsHere(pairs, V, U, log_q, learning_rate, prior, state)
    descend(
        steps,
        epochs=epochs,
        prior=prior,
        tolerance=tolerance,
        report=report,
        poll=poll,
        state=state,
    )


class NewtonSteps(Protocol):
    """Vectors that ``descend`` moves, wherever they are kept."""

    @property
    def moved(self) -> bool:
        """Whether there was a step before these vectors, which can be halved or taken back."""

    def losses(
        self, gradients: bool = True, poll: Callable[[float], bool | None] | None = None
    ) -> tuple[Pass, float]:
        """The exact losses of the current vectors, and ‖V‖² + ‖U‖² (arguments and errors as of
        ``stream``)."""

    def step(self) -> None:
        """Move along the gradient of the last losses."""

    def halve(self) -> None:
        """Go half of the last step back; it is half as long from now on."""

    def go_back(self) -> None:
        """Take the last step back."""

    def freezer(self) -> Callable[[], dict[str, Any]]:
        """A function that copies all that is needed to continue from here (``newton_rows.frozen``): arrays,
        or what has their shape and gives them in ``parts``."""


def descend(
    steps: NewtonSteps,
    *,
    epochs: int,
    prior: float,
    tolerance: float,
    report: Report,
    poll: Poll,
    state: dict | None = None,
) -> None:
    """Step after step until the tolerance or the last pass. Loss + prior never rises: a step that would
    raise it is halved.

    Parameters
    ----------
    steps : NewtonSteps
    epochs, prior, tolerance
        As for ``newton``.
    state : dict, optional
        That from which the steps go on.
    """
    shortened = done = 0
    objectives: list[float] = []  # loss + prior of the last passes, oldest first
    if state is not None:
        objectives, done = np.atleast_1d(state["objective"]).tolist(), int(state["step"])
    while True:
        last = objectives[-1] if objectives else np.inf

        def poll_pass(part: float, before: int = done) -> bool | None:
            return poll(min((before + part) / epochs, 1.0))

        try:
            now, squares = steps.losses(poll=poll_pass)
        except InterruptedError:
            now, squares = steps.losses(gradients=False)
            # A step may still be being tried.
            if steps.moved and not now.loss + 0.5 * prior * squares <= last:
                steps.go_back()
                now, _ = steps.losses(gradients=False)
            report(done, now, None)
            return
        objective = now.loss + 0.5 * prior * squares
        if steps.moved and not objective <= last:  # also true for NaN, if a step diverged
            shortened += 1
            steps.halve()
            if (
                shortened > SHORTENINGS
            ):  # no step helps: the vectors are at the precision of float32
                steps.go_back()
                report(done, steps.losses(gradients=False)[0], None)
                return
            continue
        shortened = 0
        freezer = steps.freezer()

        def freeze(freezer=freezer, objectives=objectives, done=done) -> dict:
            return {**freezer(), "objective": list(objectives), "step": done}

        stop = report(done, now, freeze)
        objectives = [*objectives, objective][-LOOK_BACK - 1 :]
        gained = (objectives[0] - objective) / LOOK_BACK
        still = len(objectives) > LOOK_BACK and gained < tolerance * abs(objective)
        if stop or done == epochs or still:
            return
        steps.step()
        done += 1


class _StepsHere:
    """Newton's steps in this process, on V and U in place, band by band."""

    def __init__(self, pairs, V, U, log_q, learning_rate, prior, state):
        self._pairs, self._V, self._U, self._log_q = pairs, V, U, log_q
        self._learning_rate, self._prior = learning_rate, prior
        self._gradients: tuple[np.ndarray, np.ndarray] | None = None
        self._ranges = list(pairwise(pairs.bounds.tolist()))
        n, m, n_share, q = counts_and_shares(pairs.n, pairs.m)
        bands = []
        for a, b in self._ranges:
            own = n[a:b].copy(), m[a:b].copy(), n_share[a:b].copy(), q[a:b].copy()
            rows = NewtonRows(np.concatenate([V[a:b], U[a:b]]), *own)
            bands.append(rows if state is None else thawed(rows, state, a))
        self._bands = bands

    @property
    def moved(self) -> bool:
        return self._bands[0].step is not None

    def losses(self, gradients=True, poll=None) -> tuple[Pass, float]:
        V, U = self._V, self._U
        for rows, (a, b) in zip(self._bands, self._ranges, strict=True):
            V[a:b], U[a:b] = rows.V, rows.U
        now = stream(self._pairs, V, U, self._log_q, gradients=gradients, poll=poll)
        self._gradients = now.gradients if gradients else None
        return now, sum(rows.squares() for rows in self._bands)

    def step(self) -> None:
        assert self._gradients is not None
        by_V, by_U = self._gradients
        with one_thread_a_product(), _threads(self._V.size >= _MANY) as each:

            def with_gradient(rows: NewtonRows, words: tuple[int, int]) -> NewtonRows:
                a, b = words
                return rows.with_gradient([by_V[a:b], by_U[a:b]], self._prior)

            bands = list(each(with_gradient, self._bands, self._ranges))
            shared = curvature(by_halves(list(each(NewtonRows.moments, bands))))
            options = shared, self._learning_rate, self._prior
            self._bands = list(each(lambda rows: rows.stepped(*options), bands))

    def halve(self) -> None:
        self._bands = [rows.halved() for rows in self._bands]

    def go_back(self) -> None:
        self._bands = [rows.gone_back() for rows in self._bands]

    def freezer(self) -> Callable[[], dict[str, Any]]:
        bands = self._bands  # as they are now
        return lambda: frozen(bands)


@contextmanager
def _threads(many: bool) -> Iterator[Callable[..., Iterable]]:
    """A ``map`` by several threads, or the usual one where these would cost more than they save."""
    if not many:
        yield map
        return
    same = partial(np.seterr, **np.geterr())  # threads do not take over what is ignored here
    with ThreadPoolExecutor(available_cores(), initializer=same) as pool:
        yield pool.map
