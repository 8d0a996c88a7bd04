"""What ``SkipGram.fit`` asks of pairs whose rows, and whose words' vectors, are not in this process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, runtime_checkable

import numpy as np

from w2v_core.model.solvers import NewtonSteps


class Unreachable(ValueError):
    """What a training needs is out of reach; once it is not, the training can go on from its checkpoint.
    The message is a sentence for the person."""


class PlacedSteps(NewtonSteps, Protocol):
    """Newton's steps on vectors that are not here; ``V[rows]`` and ``U[rows]`` fetch some, float32
    (rows, d)."""

    V: Any
    U: Any

    def fetched(self) -> tuple[np.ndarray, np.ndarray]:
        """V and U float32 (|W|, d), as they are now."""


@runtime_checkable
class PlacedPairs(Protocol):
    """Pairs whose rows lie on the workers of a cluster (``w2v_core.cluster.row_training``).

    Attributes
    ----------
    m : float64 (|W|,)
        The pairs of each output word.
    total, held_out_total : float
        ΣN of the training pairs and of the held-out pairs.
    """

    m: np.ndarray
    total: float
    held_out_total: float

    def random_start(self, dim: int, spread: float, rng: np.random.Generator) -> Any:
        """The vectors of ``initialization.random_start``, for ``steps``."""

    def spectral_start(
        self, dim: int, prior: float, rng: np.random.Generator, poll: Callable[[], bool | None]
    ) -> Any:
        """Those of ``initialization.spectrum``, shrunk by the prior (errors as there)."""

    def steps(
        self, start: Any, log_q: np.ndarray | None, learning_rate: float, prior: float
    ) -> PlacedSteps:
        """Newton's steps from there."""

    def resumed(
        self, state: dict[str, Any], log_q: np.ndarray | None, learning_rate: float, prior: float
    ) -> PlacedSteps:
        """Newton's steps from where they were ``frozen`` (see ``NewtonSteps.freezer``)."""
