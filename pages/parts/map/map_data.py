"""What Explore looks at: vectors as they were asked for, their pictures, colors and trust, kept in
memory while they are looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from pages.parts.model.opened_model import open_model
from pages.parts.readable_cache import of_readable
from pages.parts.visitor import the_library
from w2v_core import WordVectors
from w2v_core.library import training_history
from w2v_core.space import axes, clusters, trust
from w2v_core.space.density import density
from w2v_core.space.example_words import opening_axes
from w2v_core.space.projection import Projection, pca
from w2v_core.space.vectors import prepared
from w2v_core.vocabulary import Vocabulary

TRUST_SAMPLE = 1_000  # words whose trust is measured for the whole picture
TRUST_EACH = 10_000  # words at most whose trust is measured one by one
MOST_PASSES = 60  # of a training, that the time slider holds
MOST_ANSWERED = 20_000  # words up to which the nearest of all are found beforehand
COMPONENTS = 50  # principal components that can be chosen for an axis


@dataclass(frozen=True)
class Space:
    """Which vectors of which model: its id, when it last changed, and how they are prepared."""

    id: str
    changed: float
    which: str
    centered: bool
    unit: bool


def space_of(id: str, which: str, centered: bool, unit: bool) -> Space:
    changed = (the_library().model_folder(id) / "model.json").stat().st_mtime
    return Space(id, changed, which, centered, unit)


@of_readable(max_entries=8)
def space_vectors(space: Space) -> WordVectors:
    """The prepared vectors, their unit rows computed."""
    model = open_model(space.id)
    matrix = model.vectors(space.which).matrix
    found = WordVectors(
        model.words,
        prepared(matrix, space.centered, space.unit),
        lowercase=model.vocabulary.lowercase,
    )
    found.matrix.flags.writeable = False
    return found


@of_readable(max_entries=8)
def components(space: Space) -> Projection:
    """Every principal component that can be an axis."""
    matrix = space_vectors(space).matrix
    return pca(matrix, max(3, min(COMPONENTS, *matrix.shape)))


@of_readable(max_entries=4)
def joint_components(space: Space) -> Projection:
    """Principal components of V and U together: the first half of the rows are V's."""
    both = [space_vectors(replace(space, which=which)).matrix for which in ("center", "output")]
    matrix = np.vstack(both)
    return pca(matrix, max(3, min(COMPONENTS, *matrix.shape)))


@of_readable(max_entries=8)
def own_components(space: Space, rows: tuple[int, ...]) -> Projection:
    """Principal components of some words alone."""
    matrix = space_vectors(space).matrix[list(rows)]
    return pca(matrix, max(3, min(COMPONENTS, *matrix.shape)))


@of_readable(max_entries=8)
def suggested_axes(space: Space) -> list[str]:
    """Three axes to begin with: well-known ones, such as he → she, where the text has their ends, then
    those between the words at the ends of the first components."""
    found = components(space).coordinates[:, :3]
    known = opening_axes(space_vectors(space))
    return [*known, *axes.suggest(found, space_vectors(space).words)][:3]


@of_readable(max_entries=8, show_spinner="Finding the clusters …")
def clusters_of(space: Space, k: int) -> clusters.Clusters:
    found = space_vectors(space)
    return clusters.cluster(found.matrix, found.words, k, counts=open_model(space.id).counts)


@of_readable(max_entries=8)
def density_of(
    space: Space, picture: str, _rows: np.ndarray, _coordinates: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """How densely the points of a flat picture lie, on a grid; ``picture`` names it."""
    return density(_coordinates[_rows])


@of_readable(max_entries=16)
def trust_overall(
    space: Space,
    picture: str,
    _rows: np.ndarray,
    _coordinates: np.ndarray,
    _second: np.ndarray | None = None,
) -> float:
    """Trustworthiness of a picture of some rows, or of V and U together; ``picture`` names it."""
    matrix, places = space_vectors(space).matrix[_rows], _coordinates[_rows]
    if _second is not None:
        output = space_vectors(replace(space, which="output")).matrix[_rows]
        matrix, places = np.vstack([matrix, output]), np.vstack([places, _second[_rows]])
    sample = trust.sample_rows(len(matrix), TRUST_SAMPLE)
    return float(trust.point_trust(matrix, places, sample).mean())


@of_readable(max_entries=8, show_spinner="Measuring how far each point can be trusted …")
def trust_each(
    space: Space, picture: str, _rows: np.ndarray, _coordinates: np.ndarray
) -> np.ndarray:
    """Trust of each point, NaN for what is not shown and beyond the most frequent ``TRUST_EACH``."""
    matrix = space_vectors(space).matrix
    values = np.full(len(matrix), np.nan)
    asked = np.arange(min(len(_rows), TRUST_EACH))
    values[_rows[asked]] = trust.point_trust(matrix[_rows], _coordinates[_rows], asked)
    return values


@of_readable(max_entries=4)
def nearest_of_all(space: Space, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Each word's nearest by cosine: rows int (|W|, n), cosines float32 (|W|, n)."""
    return space_vectors(space).nearest_of_all(n)


@dataclass(frozen=True)
class Passes:
    """Prepared vectors at passes of a training: ``rows`` int (words,), ``matrices`` per pass
    float32 (words, d)."""

    steps: list[int]
    rows: np.ndarray
    matrices: list[np.ndarray]
    problem: str | None = None  # a sentence on passes that are damaged, and were left out


@of_readable(max_entries=2, show_spinner="Reading the passes of the training …")
def passes_of(space: Space) -> Passes | None:
    """The passes that were kept, thinned to ``MOST_PASSES``; None where there are fewer than two.

    Vectors are centered as those of the finished model are, so that words move and the view does not.
    """
    folder = the_library().model_folder(space.id)
    steps = training_history.snapshot_steps(folder)
    if len(steps) < 2:
        return None
    if len(steps) > MOST_PASSES:
        steps = [
            steps[i]
            for i in np.unique(np.linspace(0, len(steps) - 1, MOST_PASSES).round().astype(int))
        ]
    model = open_model(space.id)
    mean = model.vectors(space.which).matrix.mean(axis=0) if space.centered else 0
    found, problem = training_history.read_snapshots(folder, steps, *model.V.shape)
    if len(found) < 2:
        return None
    first = found[0].rows
    rows = first[first < min(training_history.MOST_FREQUENT, len(model.words))]
    steps, matrices = [], []
    for snapshot in found:
        if not np.array_equal(snapshot.rows[: len(rows)], rows):
            continue
        steps.append(snapshot.step)
        parts = {"center": snapshot.V, "output": snapshot.U, "sum": snapshot.V + snapshot.U}
        matrices.append(prepared(parts[space.which][: len(rows)] - mean, False, space.unit))
    return Passes(steps, rows, matrices, problem)


def words_in(words, vocabulary: Vocabulary) -> list[int]:
    """The rows of those words that the vocabulary holds, each once."""
    rows = (vocabulary.find(word) for word in words)
    return list(dict.fromkeys(row for row in rows if row is not None))
