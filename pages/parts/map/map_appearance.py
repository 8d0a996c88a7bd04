"""How the points of Explore's map look: their colors, their sizes, and what those mean."""

from __future__ import annotations

import numpy as np

from pages.parts.map import map_data as spaces
from pages.parts.map.map_pictures import Picture
from pages.parts.map.map_settings import MapSettings
from pages.parts.model.opened_model import open_model
from w2v_core.figures.coloring import Groups, Scale, sizes
from w2v_core.space.selection import Categories

NO_COUNTS = "This model came without counts, so how often its words occur is not known."
SMALLEST, LARGEST = 2.5, 14.0  # diameters in pixels


def coloring_of(
    settings: MapSettings, picture: Picture, selected: int | None, grouping: Categories | None
) -> tuple[Scale | Groups | None, str]:
    """The coloring, and a sentence where it needs something more.

    ``selected`` is the row of the selected word, ``grouping`` the person's own categories.
    """
    color, space = settings.color, settings.space
    if color == "one":
        return None, ""
    if settings.both:
        return None, "With V and U together, the colour distinguishes V from U."
    vectors = spaces.space_vectors(space)
    if color == "frequency" and not open_model(space.id).has_counts:
        return None, NO_COUNTS
    if color == "frequency":
        return Scale("times in the text", open_model(space.id).counts, logarithmic=True), ""
    if color == "norm":
        return Scale("length of the vector", np.linalg.norm(vectors.matrix, axis=1)), ""
    if color == "cluster":
        found = spaces.clusters_of(space, settings.clusters)
        names = [", ".join(names) for names in found.names]
        return Groups("cluster", found.labels, names), ""
    if color == "distance":
        if selected is None:
            return None, "Select a word to colour the points by their distance to it."
        distance = 1 - vectors.unit @ vectors.unit[selected]
        return Scale("cosine distance", distance, reverse=True), ""
    if color == "trust":
        if len(picture.rows) < 3:
            return None, "Trust needs at least three words."
        values = spaces.trust_each(space, picture.name, picture.rows, picture.coordinates)
        return Scale("trust per point", values), ""
    if grouping is None:
        return None, "Upload a table above to colour the points by category."
    return Groups("category", grouping.labels, grouping.names), ""


def sizes_of(
    settings: MapSettings, selected: int | None
) -> tuple[np.ndarray | None, list[tuple[str, float]]]:
    """Diameters, and what the smallest and the largest mean."""
    size, space = settings.size, settings.space
    counts = open_model(space.id).counts
    vectors = spaces.space_vectors(space)
    if size == "frequency" and open_model(space.id).has_counts:
        values = np.log(np.maximum(counts, 1))
        ends = [f"{counts.min():,} times", f"{counts.max():,} times"]
    elif size == "norm":
        values = np.linalg.norm(vectors.matrix, axis=1)
        ends = [f"length {values.min():.2f}", f"length {values.max():.2f}"]
    elif size == "distance" and selected is not None:
        values = vectors.unit @ vectors.unit[selected]
        ends = [f"cosine {values.min():.2f}", "cosine 1.00"]
    else:
        return None, []
    return sizes(values, SMALLEST, LARGEST), list(zip(ends, (SMALLEST, LARGEST), strict=True))
