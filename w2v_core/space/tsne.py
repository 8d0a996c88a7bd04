"""t-SNE (van der Maaten and Hinton 2008) by openTSNE (Poličar et al. 2024).

openTSNE calls back every few iterations and can be stopped then, in two and in three dimensions. The
neighbours are found here, block by block, so that this step can be stopped too.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from w2v_core.space.map_kind import Drawing, Setting, Tell
from w2v_core.space.vectors import prepared

FEWEST_ITERATIONS = 250
"""The number of iterations of early exaggeration, in which clusters form."""
_EXAGGERATION = 12.0  # factor of attraction meanwhile, openTSNE's default
_TOLD_EVERY = 5  # iterations between callbacks: several a second with tens of thousands of words
_READY = 0.05  # share of the time spent on finding the neighbours
_BLOCK = 500  # words whose neighbours are found at a time
# Seconds of one core, measured with 2,000 and 10,000 words of 60 dimensions; 3-D takes as long as 2-D.
_STARTING = 3.0  # a worker and its libraries
_PAIR = 2e-8  # two words whose distance is measured
_STEP = 3e-7  # a Barnes-Hut iteration of n words takes n log₂ n steps


@dataclass(frozen=True)
class Settings:
    """The settings of a t-SNE map, with the names and defaults of scikit-learn where it has them.

    ``dims`` is 2 or 3; ``perplexity`` is roughly the number of neighbours that matter for each word;
    ``learning_rate`` is "auto" or a number. With ``centered`` the mean of the words is subtracted first;
    with ``unit`` each vector is then scaled to length 1, so that distances correspond to cosines.
    """

    dims: int = 2
    perplexity: float = 30.0
    iterations: int = 1000
    learning_rate: float | str = "auto"
    seed: int = 0
    centered: bool = False
    unit: bool = True

    def check(self, words: int) -> None:
        """Raise a ValueError that names a setting which is not possible with this many words."""
        if words < 4:
            raise ValueError(f"t-SNE needs at least 4 words, not {words}.")
        if self.dims not in (2, 3):
            raise ValueError(f"dims={self.dims!r}: choose 2 or 3.")
        if not 1 <= self.perplexity < words:
            raise ValueError(
                f"perplexity={self.perplexity:g}: give a number from 1 to below {words:,}, the "
                "number of words."
            )
        if not FEWEST_ITERATIONS <= self.iterations <= 100_000:
            raise ValueError(
                f"iterations={self.iterations!r}: give a whole number from {FEWEST_ITERATIONS} to "
                "100,000."
            )
        if self.learning_rate != "auto" and not 0 < float(self.learning_rate) < float("inf"):
            raise ValueError(
                f'learning_rate={self.learning_rate!r}: give a positive number, or "auto".'
            )


@dataclass(frozen=True)
class Embedding:
    """``coordinates`` float32 (words, dims), and the remaining Kullback-Leibler divergence (nats) between
    the neighbourhoods of the vectors and those of the map; smaller is better."""

    coordinates: np.ndarray
    kl_divergence: float


def tsne(
    matrix: np.ndarray, settings: Settings | None = None, callback: Tell | None = None
) -> Embedding:
    """A t-SNE map of vectors (Barnes-Hut; initialised with the principal components).

    The same seed on the same machine gives the same map.

    Parameters
    ----------
    matrix : float (words, d)
    settings : Settings, optional
    callback : callable, optional
        Called several times a second with the share done (0 to 1) and a description of the current
        step; returning True stops.

    Raises
    ------
    ValueError
        Naming a setting that is not possible with these words.
    InterruptedError
        If the callback stopped it.
    """
    settings = settings or Settings()
    settings.check(len(matrix))
    matrix = prepared(matrix, settings.centered, settings.unit)
    if not np.isfinite(matrix).all():
        raise ValueError("Some of these vectors are not finite, so they cannot be drawn.")
    _load()
    from openTSNE import TSNEEmbedding
    from openTSNE.affinity import PrecomputedAffinities, joint_probabilities_nn

    def tell(share: float, sentence: str) -> None:
        if callback is not None and callback(share, sentence):
            raise InterruptedError("The t-SNE was stopped.")

    neighbours, distances = _neighbours(matrix, settings.perplexity, tell)
    threads = os.cpu_count() or 1
    done = 0

    def told(iteration: int, _error: float, _embedding: np.ndarray) -> bool:
        now = done + iteration
        share = _READY + (1 - _READY) * now / settings.iterations
        tell(share, f"Iteration {now:,} of {settings.iterations:,}")
        return False

    embedding = TSNEEmbedding(
        _start(matrix, settings),
        PrecomputedAffinities(
            joint_probabilities_nn(neighbours, distances, [settings.perplexity], n_jobs=threads),
            normalize=False,
        ),
        negative_gradient_method="bh",
        # In 3-D coarser sums take half the time and hardly increase the divergence (2,000 words).
        theta=0.5 if settings.dims == 2 else 1.0,
        learning_rate=settings.learning_rate,
        random_state=settings.seed,
        n_jobs=threads,
        callbacks=[told],
        callbacks_every_iters=_TOLD_EVERY,
    )
    for iterations, exaggeration in (
        (FEWEST_ITERATIONS, _EXAGGERATION),
        (settings.iterations - FEWEST_ITERATIONS, 1.0),
    ):
        embedding.optimize(iterations, True, exaggeration=exaggeration)
        done += iterations
    return Embedding(np.asarray(embedding, np.float32), float(embedding.kl_divergence))


def _load() -> None:
    """Import openTSNE so that its threads sleep while they wait, unless the environment says otherwise.

    Spinning threads slow each other down by a factor of three on busy cores. The policy is read once,
    when the library is loaded.
    """
    given = os.environ.get("OMP_WAIT_POLICY")
    os.environ["OMP_WAIT_POLICY"] = given or "PASSIVE"
    try:
        import openTSNE  # noqa: F401
    except ImportError as error:
        raise ValueError(
            "t-SNE needs the package openTSNE, which is not installed. On Linux on ARM it has to be "
            "built: install a C compiler, then run pip install openTSNE."
        ) from error
    finally:
        if given is None:
            del os.environ["OMP_WAIT_POLICY"]


def _neighbours(
    matrix: np.ndarray, perplexity: float, tell: Callable[[float, str], None]
) -> tuple[np.ndarray, np.ndarray]:
    """Each word's nearest words, three times the perplexity: rows int (words, k) and Euclidean distances
    float (words, k), without the word itself."""
    from sklearn.neighbors import NearestNeighbors

    words = len(matrix)
    k = min(words - 1, int(3 * perplexity))
    search = NearestNeighbors(n_neighbors=k + 1, algorithm="brute").fit(matrix)
    rows, distances = np.empty((words, k), np.int64), np.empty((words, k))
    for first in range(0, words, _BLOCK):
        tell(_READY * first / words, "Finding each word's neighbours")
        block = slice(first, min(first + _BLOCK, words))
        far, near = search.kneighbors(matrix[block])
        # A word is among its own nearest, but not always first: others may have the same position.
        others = near != np.arange(block.start, block.stop)[:, None]
        others[others.all(axis=1), -1] = False
        rows[block], distances[block] = near[others].reshape(-1, k), far[others].reshape(-1, k)
    return rows, distances


def _start(matrix: np.ndarray, settings: Settings) -> np.ndarray:
    """Initial coordinates float64 (words, dims): close together, by principal components."""
    from openTSNE import initialization

    # Missing coordinates and identical vectors would give no start.
    if settings.dims <= min(matrix.shape) and np.ptp(matrix, 0).any():
        return initialization.pca(
            matrix.astype(np.float64), settings.dims, random_state=settings.seed
        )
    return initialization.random(len(matrix), settings.dims, random_state=settings.seed)


@dataclass(frozen=True)
class TSNEMap:
    """t-SNE, drawn by a worker with the settings of ``Settings``."""

    name: str = "tsne"
    label: str = "t-SNE"
    background: bool = True
    settings: tuple[Setting, ...] = (
        Setting(
            name="perplexity",
            key="perplexity",
            label="Perplexity",
            low=1.0,
            high=500.0,
            default=lambda words: min(Settings.perplexity, max(1.0, float((words - 1) // 3))),
            about="About how many neighbours each point tries to keep near; higher values show "
            "larger structures.",
        ),
        Setting(
            name="iterations",
            key="iterations",
            label="Iterations",
            low=FEWEST_ITERATIONS,
            high=20_000,
            default=lambda words: Settings.iterations,
            step=250,
            about="How many steps the points take; more steps let them settle.",
        ),
        Setting(
            name="learning_rate",
            key="tsne_rate",
            label="Learning rate",
            low=0.001,
            high=1e6,
            default=lambda words: None,
            empty="auto",
            about="How long each step is; if left empty, it is chosen from the number of words.",
        ),
        Setting(
            name="seed",
            key="tsne_seed",
            label="Seed",
            low=0,
            high=2**31 - 1,
            default=lambda words: Settings.seed,
            about="The number that fixes the random start; the same seed gives the same map.",
        ),
    )

    def coordinates(
        self, matrix: np.ndarray, settings: Mapping[str, Any], tell: Tell | None = None
    ) -> Drawing:
        found = tsne(matrix, Settings(**settings), tell)
        return Drawing(found.coordinates, {"kl_divergence": found.kl_divergence})

    def seconds(self, words: int, settings: Mapping[str, Any]) -> float:
        iterations = int(settings.get("iterations", Settings.iterations))
        steps = iterations * words * math.log2(max(words, 2))
        return _STARTING + (_PAIR * words**2 + _STEP * steps) / (os.cpu_count() or 1)
