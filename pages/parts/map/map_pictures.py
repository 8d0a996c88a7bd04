"""The pictures of the vocabulary that Explore shows: where each word lies, and how far to believe it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import streamlit as st

from pages.parts import address
from pages.parts.displayed_text import literal
from pages.parts.map import map_data as spaces
from pages.parts.map.background_maps import earlier_map, map_coordinates
from pages.parts.map.map_settings import MapSettings
from pages.parts.model.opened_model import open_model
from w2v_core.figures import theme
from w2v_core.space.axes import read_axis
from w2v_core.space.map_kind import MapKind
from w2v_core.space.maps import MAPS
from w2v_core.space.trust import NEIGHBOURS

HEIGHT = 680  # pixels of the map
FIELDS = 92  # pixels of a row of fields above it
EARLIER = "Until then, the earlier map with its own settings is shown."
CLOSE_UP = 0.4  # of the map's width, around a word that was searched


@dataclass(frozen=True)
class Picture:
    """Where the drawn words lie.

    ``coordinates`` float (|W|, dims), rows that are not ``rows`` meaningless; ``second`` those of U
    beside V; ``place`` takes other vectors of the space to the same picture (None for t-SNE); ``name``
    tells it from every other picture of the space.
    """

    name: str
    coordinates: np.ndarray
    rows: np.ndarray
    axes: list[str]
    second: np.ndarray | None = None
    place: Callable[[np.ndarray], np.ndarray] | None = None


def chosen_picture(settings: MapSettings) -> tuple[Picture | None, int, str]:
    """The map that was asked for, with its own fields drawn above it; the pixels left for its height; and
    a sentence where it only stands in for one that is not there yet, else "". None where those fields hold
    something that cannot be drawn; a sentence then stands in its place."""
    kind, space, dims = settings.kind, settings.space, settings.dims
    if kind.name == "pca":
        return pca_picture(space, settings.components, settings.both), HEIGHT, ""
    if kind.name == "axes":
        return named_picture(space, dims, settings.both), HEIGHT - FIELDS, ""
    if not kind.background:
        return plain_picture(kind, space, dims, settings.both), HEIGHT, ""
    picture = drawn_picture(kind, space, dims, settings.drawing)
    if picture is not None:
        return picture, HEIGHT, ""
    if (earlier := earlier_map(kind, space.id, settings.drawing)) is not None:
        picture = drawn_picture(kind, space, dims, earlier)
        if picture is not None:
            return picture, HEIGHT, EARLIER
    picture = pca_picture(space, list(range(dims)), both=False)
    rows = np.arange(settings.drawing["words"])
    said = f"Until then, the same {len(rows):,} words are shown by their principal components."
    return replace(picture, name=f"{picture.name} {len(rows)}", rows=rows), HEIGHT, said


def passes_on(
    picture: Picture, space: spaces.Space
) -> tuple[np.ndarray, list[tuple[int, np.ndarray]]]:
    """The rows that are drawn, and where they lay at each pass of the training; without passes on record,
    all rows of the picture, and a sentence on the page."""
    found = spaces.passes_of(space)
    if found is None:
        st.info(
            "There are no passes to show: this model was imported or trained in one pass, or its "
            "passes are damaged."
        )
        return picture.rows, []
    if found.problem is not None:
        st.caption(found.problem)
    rows, place = np.intersect1d(found.rows, picture.rows), picture.place
    assert place is not None, "every map that shows the passes can place other vectors"
    return rows, [
        (step, place(matrix[rows]))
        for step, matrix in zip(found.steps, found.matrices, strict=True)
    ]


def pca_picture(space: spaces.Space, chosen: list[int], both: bool) -> Picture:
    found = spaces.joint_components(space) if both else spaces.components(space)
    coordinates = found.coordinates[:, chosen]
    n = len(coordinates) // 2 if both else len(coordinates)
    return Picture(
        f"pca {space} {chosen} {both}",
        coordinates[:n],
        np.arange(n),
        [f"PC {i + 1} ({found.explained[i]:.1%} of the variance)" for i in chosen],
        coordinates[n:] if both else None,
        lambda matrix: found.place(matrix)[:, chosen],
    )


def named_picture(space: spaces.Space, dims: int, both: bool) -> Picture | None:
    """The map on axes that a person names."""
    vectors = spaces.space_vectors(space)
    suggested = spaces.suggested_axes(space)
    texts = [
        field.text_input(
            f"{name} axis",
            key=f"axis_{name}",
            bind="query-params",
            placeholder=suggested[i][:80],
            max_chars=2000,
            help="Words at both ends of an arrow, as in man → woman or bad, worst → good, best. "
            "You can type ->. Several pairs: man → woman; king → queen."
            if i == 0
            else None,
        )
        for i, (name, field) in enumerate(zip("xyz"[:dims], st.columns(dims), strict=True))
    ]
    try:
        named = [
            read_axis(text.strip() or suggested[i], vectors.vocabulary)
            for i, text in enumerate(texts)
        ]
        place = MAPS["axes"].coordinates(vectors.matrix, {"axes": named}).place
    except (ValueError, KeyError) as error:
        st.error(literal(str(error)), icon=":material/error:")
        return None
    assert place is not None, "named axes place any vectors"
    second = None
    if both:
        second = place(spaces.space_vectors(replace(space, which="output")).matrix)
    n = len(vectors.words)
    digest = hashlib.blake2b(
        repr([axis.title for axis in named]).encode("utf-8", "replace"), digest_size=8
    )
    return Picture(
        f"axes {space} {digest.hexdigest()} {both}",
        place(vectors.matrix),
        np.arange(n),
        [theme.text(axis.title, 80) for axis in named],
        second,
        place,
    )


def plain_picture(kind: MapKind, space: spaces.Space, dims: int, both: bool) -> Picture:
    """A map without fields of its own, drawn at once."""
    matrix = spaces.space_vectors(space).matrix
    drawn = kind.coordinates(matrix, {"dims": dims})
    second = None
    if both and drawn.place is not None:
        second = drawn.place(spaces.space_vectors(replace(space, which="output")).matrix)
    return Picture(
        f"{kind.name} {space} {both}",
        drawn.coordinates,
        np.arange(len(matrix)),
        [""] * dims,
        second,
        drawn.place,
    )


def drawn_picture(
    kind: MapKind, space: spaces.Space, dims: int, parameters: dict[str, Any]
) -> Picture | None:
    """A map that a worker draws, once it is there."""
    try:
        found = map_coordinates(kind, space.id, parameters)
    except (ValueError, OSError) as error:
        st.error(literal(str(error)), icon=":material/error:")
        return None
    if found is None:
        return None
    coordinates = np.zeros((len(open_model(space.id).words), dims), np.float32)
    coordinates[: len(found)] = found
    return Picture(
        f"{kind.label} {sorted(parameters.items())}",
        coordinates,
        np.arange(len(found)),
        [""] * dims,
    )


def isolated(settings: MapSettings, picture: Picture, picked: list[int]) -> Picture:
    """The picture of the selection alone, where that was asked for."""
    if not (picked and st.session_state.get("isolate", address.ISOLATE.get())):
        return picture
    rows, dims = np.intersect1d(picked, picture.rows), settings.dims
    if not len(rows):
        return picture
    alone = st.session_state.get("alone", address.ALONE.get())
    name = f"{picture.name} of {hash(rows.tobytes())} {alone}"
    pca = settings.kind.name == "pca" and picture.second is None
    if not (alone and pca and len(rows) > dims):
        return Picture(name, picture.coordinates, rows, picture.axes, picture.second, picture.place)
    found = spaces.own_components(settings.space, tuple(rows.tolist()))
    coordinates = np.zeros((len(picture.coordinates), dims), np.float32)
    coordinates[rows] = found.coordinates[:, :dims]
    titles = [f"PC {i + 1} of these words ({found.explained[i]:.1%})" for i in range(dims)]
    return Picture(
        name, coordinates, rows, titles, None, lambda matrix: found.place(matrix)[:, :dims]
    )


def limits(
    picture: Picture, passes: list[tuple[int, np.ndarray]]
) -> list[tuple[float, float]] | None:
    """Axis ranges that hold every pass; None where the picture's own are right."""
    if not passes:
        return None
    every = np.concatenate([places for _, places in passes])
    pad = 0.04 * np.ptp(every, axis=0)
    pad[pad == 0] = 1
    return list(zip(every.min(axis=0) - pad, every.max(axis=0) + pad, strict=True))


def believe(space: spaces.Space, picture: Picture) -> str:
    """How far the picture can be believed, in a line."""
    n = len(picture.rows)
    if n < 3:
        return "Every point is a word. Words near on the map are not always near in the vectors."
    trust = spaces.trust_overall(
        space, picture.name, picture.rows, picture.coordinates, picture.second
    )
    n *= 1 if picture.second is None else 2
    k = min(NEIGHBOURS, (n - 1) // 2)
    sample = (
        "" if n <= spaces.TRUST_SAMPLE else f", measured on {spaces.TRUST_SAMPLE:,} random points"
    )
    return (
        f"Trustworthiness {trust:.2f} of 1{sample}: how far the {k} nearest words on this map are "
        "also near in all dimensions. Choose the colour *trust per point* to see where."
    )


def focus(which: str, rows: list[int], picture: Picture):
    """Where the map should move for a word that was searched (one that was clicked is in sight):
    the word in the middle, its nearest around it. ``rows``: the word's, then those of its nearest."""
    if not rows:
        return None
    coordinates = picture.coordinates
    spread = np.abs(coordinates[rows] - coordinates[rows[0]]).max(axis=0)
    span = np.maximum(2.3 * spread, CLOSE_UP * np.ptp(coordinates[picture.rows], axis=0))
    return f"{which} {rows[0]}", coordinates[rows[0]], span
