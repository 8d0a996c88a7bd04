"""Explore: the whole vocabulary in one map; find words, select them, ask how far to believe it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

import pages.parts.navigation_guard  # noqa: F401
from pages.parts import address
from pages.parts import map_data as spaces
from pages.parts import map_tools as parts
from pages.parts.current_model import page_model
from pages.parts.deferred import deferred, fragment
from pages.parts.displayed_text import cut, literal, short, shown_as
from pages.parts.error_messages import sentences_for_errors
from pages.parts.opened_model import in_text, open_model, vector_kinds
from pages.parts.word_picker import pick_word, send_vocabulary
from pages.plot import load_ahead, plot, send_nearest
from w2v_core.figures import theme
from w2v_core.figures.coloring import Groups, Scale, sizes
from w2v_core.figures.neighbours import nearest_bars
from w2v_core.figures.scatter import MOST_LABELS, Axes, Labels, Look, Marked, word_map
from w2v_core.figures.variance import variance_bars
from w2v_core.space.axes import read_axis
from w2v_core.space.map_kind import MapKind
from w2v_core.space.maps import MAPS
from w2v_core.space.selection import Categories
from w2v_core.space.trust import NEIGHBOURS
from w2v_core.space.vectors import DEFAULT_METRIC, unit_rows

NEAREST = (10, 20, 50)
METRIC_NAMES = {"cosine": "cosine", "dot": "dot product", "euclidean": "Euclidean distance"}
CLOSE_UP = 0.4  # of the map's width, around a word that was searched
HEIGHT = 680  # pixels of the map
FIELDS = 92  # pixels of a row of fields above it
WAITING = 112  # and of what is said while a t-SNE is made
COLORS = {
    "one": "one color",
    "frequency": "frequency",
    "cluster": "cluster",
    "distance": "distance to word",
    "norm": "vector length",
    "trust": "trust per point",
    "category": "category (CSV)",
}
SIZES = {
    "even": "even",
    "frequency": "frequency",
    "norm": "length of the vector",
    "distance": "nearness to the word",
}
NO_COUNTS = "This model came without counts, so it is not known how often its words occur."
LABELS = {0: "none", 40: "few", MOST_LABELS: "many", 400: "most"}


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


def show(id: str) -> None:
    model = open_model(id)
    words, vocabulary = model.words, model.vocabulary
    send_vocabulary(id, words)
    picked = parts.picked_rows(id)
    wanted = address.WORD.get() or st.session_state.get("word")
    selected = vocabulary.find(wanted) if wanted else None
    if wanted and selected is None:
        st.info(f"This text has no word {short(wanted)} in its vocabulary.")
    word = None if selected is None else words[selected]
    look_at(word)

    main, side = st.columns([3, 1], gap="medium")
    with side.container(horizontal=True, vertical_alignment="bottom", gap="small", wrap=False):
        pick_word(
            "Find a word",
            id,
            "_pick",
            look_at,
            value=word,
            placeholder=f"one of {len(words):,} words",
            clearable=True,
        )
        with st.popover("", icon=":material/search:", help="Search for many words at once"):
            matched = parts.search_field(id)
    tools = main.container(horizontal=True, vertical_alignment="bottom", gap="small")
    which = tools.segmented_control(
        "Vectors",
        vector_kinds(id),
        default="center",
        required=True,
        format_func=shown_as(theme.VECTOR_NAMES),
        key="which",
        bind="query-params",
    )
    map_kind = tools.segmented_control(
        "Map",
        list(MAPS),
        default="pca",
        required=True,
        format_func=lambda name: MAPS[name].label,
        key="map",
        bind="query-params",
    )
    kind = MAPS[map_kind or "pca"]
    dims = tools.segmented_control(
        "Dimensions",
        [2, 3],
        default=2,
        required=True,
        format_func=lambda n: f"{n}-D",
        key="dims",
        bind="query-params",
    )
    dims = dims or 2  # an address may say "dims=" and nothing
    color = tools.selectbox(
        "Color",
        list(COLORS),
        format_func=shown_as(COLORS),
        key="color",
        width=152,
        bind="query-params",
    )

    with tools.popover("View", icon=":material/tune:"):
        left, right = st.columns(2, gap="medium")
        with left:
            st.markdown("**Vectors**")
            centered = st.toggle(
                "centered",
                key="centered",
                help="The mean of all vectors is subtracted.",
                bind="query-params",
            )
            unit = st.toggle(
                "length 1",
                key="length_one",
                help="Each vector is divided by its length.",
                bind="query-params",
            )
            both = st.toggle(
                "V and U together",
                key="both",
                help="The model's two matrices on one map: V, center vectors, and U, output vectors.",
                disabled=kind.background or not model.has_output,
                bind="query-params",
            )
            both = both and not kind.background and model.has_output
            space = spaces.space_of(id, "center" if both else which, centered, unit)
            if map_kind == "pca":
                chosen = component_fields(space, dims, both)
        with right:
            st.markdown("**Points**")
            size = st.selectbox(
                "Size", list(SIZES), format_func=shown_as(SIZES), key="size", bind="query-params"
            )
            labels = st.select_slider(
                "Labels",
                list(LABELS),
                MOST_LABELS,
                format_func=shown_as(LABELS),
                key="labels",
                bind="query-params",
            )
            k = st.slider("Clusters", 2, 10, 8, key="k", bind="query-params")
            how_many, by = st.columns([2, 3])
            n_near = how_many.selectbox("Nearest", NEAREST, key="near", bind="query-params")
            metric = by.selectbox(
                "by",
                list(METRIC_NAMES),
                list(METRIC_NAMES).index(DEFAULT_METRIC),
                format_func=shown_as(METRIC_NAMES),
                key="metric",
                bind="query-params",
            )
            lines = st.toggle(
                "lines to the nearest",
                value=True,
                key="lines",
                help="From the selected word to its nearest in the vectors. Long lines show where the "
                "map is torn.",
                bind="query-params",
            )
            timed = False
            if not kind.background and not both:
                timed = st.toggle(
                    "passes of the training",
                    key="time",
                    help=f"The {2000:,} most frequent words at every pass, on the final map's axes.",
                    bind="query-params",
                )

    grouping, height = None, HEIGHT
    picture: Picture | None
    with main:
        if color == "category":
            grouping = parts.category_field(id)
        if map_kind == "pca":
            picture = pca_picture(space, dims, chosen, both)
        elif map_kind == "axes":
            picture, height = named_picture(space, dims, both), HEIGHT - FIELDS
        elif not kind.background:
            picture = plain_picture(kind, space, dims, both)
        else:
            picture, height = drawn_picture(kind, space, dims), HEIGHT - FIELDS
            if picture is None:
                height -= WAITING
                picture = pca_picture(space, dims, list(range(dims)), both=False)
                st.caption("Until then, the same words by their principal components:")
    if picture is None:
        return
    picture = isolated(space, picture, picked, map_kind, dims)
    passes: list[tuple[int, np.ndarray]] = []
    rows = picture.rows
    found = spaces.passes_of(space) if timed else None
    if timed and found is None:
        st.info(
            "This model has no passes on record: it was imported, trained in one pass, or its passes are "
            "damaged."
        )
    elif found is not None:
        if found.problem is not None:
            st.caption(found.problem)
        rows = np.intersect1d(found.rows, rows)
        place = picture.place
        assert place is not None, "every map that shows the passes can place other vectors"
        passes = [
            (step, place(matrix[rows]))
            for step, matrix in zip(found.steps, found.matrices, strict=True)
        ]

    vectors = spaces.space_vectors(space)
    nearest = vectors.most_similar(word, n_near, metric) if word is not None else []
    near = [vocabulary.index(w) for w, _ in nearest]
    coloring, problem = coloring_of(color, space, picture, selected, k, grouping, both)
    diameters, size_legend = sizes_of(size, space, selected, dims)

    def click(row: int) -> None:
        row %= len(words)
        look_at(words[row])
        st.session_state["_clicked"] = words[row]
        if st.session_state.get("adding"):
            parts.taken_in(id, [row])

    def add(row: int) -> None:
        parts.pick(id, [*parts.picked_rows(id), row % len(words)])

    def select(rows: list[int]) -> None:
        parts.taken_in(id, [row % len(words) for row in rows])

    def find_row(row: int) -> None:
        look_at(words[row])  # it may be out of sight: the map moves to it

    # By the table that is sent along, the map answers the usual question by itself.
    usual = (n_near, metric) == (NEAREST[0], "cosine") and len(words) <= spaces.MOST_ANSWERED
    answers = (f"nearest {space}", "nearest") if usual else None
    with main:
        clicked = word is not None and st.session_state.get("_clicked") == word
        figure = word_map(
            picture.coordinates,
            words,
            model.counts,
            shown=None if len(rows) == len(words) else rows,
            second=picture.second,
            passes=passes,
            axes=Axes(titles=picture.axes, ranges=limits(picture, passes)),
            look=Look(
                color=theme.VECTORS["center" if both else which],
                coloring=coloring,
                sizes=diameters,
                size_legend=size_legend,
            ),
            marked=Marked(
                selected=selected,
                near=near,
                picked=[] if len(rows) == len(picked) else picked,  # alone, they need no mark
                matched=matched,
                lines=lines,
            ),
            labels=Labels(most=labels, placed=False),
        )
        marked = [] if selected is None else [selected, *near]
        drawn = set(rows.tolist())
        plot(
            figure,
            key="explore",
            height=height,
            name="map of words",
            view=f"{id} {picture.name} {bool(passes)}",
            focus=None
            if clicked or dims == 3 or selected not in drawn
            else focus(which, [i for i in marked if i in drawn], picture),
            on_click=click,
            on_add=add,
            on_select=select,
            on_pass=address.PASS.set,
            start_pass=address.PASS.get(),
            address=address.AT.name,
            answers=answers,
        )
        caption = st.empty()
    with side:
        if problem:
            st.info(problem)
        if word is not None and selected is not None:
            times = in_text(model, selected)
            plot(
                nearest_bars(nearest, near, theme.VECTORS["center" if both else which], metric),
                key="nearest",
                height=330 if n_near == NEAREST[0] else 50 + 22 * n_near,
                name="nearest words",
                on_click=find_row,
                title=("Nearest to ", cut(word), f", which stands {times}" if times else ""),
            )
        else:
            st.markdown(
                "**Click a word** in the map, or find one above, to see its nearest words here."
            )
        if matched:
            examples = ", ".join(short(words[i], 20) for i in matched[:6])
            st.markdown(f"**{len(matched):,} found**: {examples}{' …' if len(matched) > 6 else ''}")
        if word is not None and not picked:
            st.button(
                "Select these words",
                icon=":material/select_all:",
                key="pick_near",
                on_click=deferred(parts.pick),
                args=(id, [selected, *near]),
            )

        def around(n: int) -> list[int]:
            mean = unit_rows(vectors.unit[picked].mean(axis=0, keepdims=True))[0]
            order = np.argsort(-(vectors.unit @ mean), kind="stable")
            return [i for i in order.tolist() if i not in set(picked)][:n]

        parts.selection_panel(id, picked, around, map_kind == "pca" and picture.second is None)
        if not picked and word is None:
            st.caption(
                "Box and lasso, above the map, select many; shift and click adds one. "
                "Turn the wheel to zoom."
            )
        with st.popover("Save as a table", icon=":material/download:"):
            parts.save_fields(id, picture.coordinates, rows, picture.axes, picked, which)
    caption.caption(believe(space, picture))
    if answers is not None:
        send_nearest(answers[0], *spaces.nearest_of_all(space, NEAREST[0]))


def look_at(word: str | None) -> None:
    """Make this the selected word, and say so in the address."""
    st.session_state["word"] = word or None
    address.WORD.set(word or None)


def component_fields(space: spaces.Space, dims: int, both: bool) -> list[int]:
    """Which components are the axes, and how much of the variance each has."""
    found = spaces.joint_components(space) if both else spaces.components(space)
    explained = found.explained
    numbers = list(range(1, len(explained) + 1))
    st.markdown("**Components on the axes**")
    chosen = [
        place.selectbox(
            name,
            numbers,
            index=i,
            key=f"pc_{name}",
            bind="query-params",
        )
        - 1
        for i, (name, place) in enumerate(zip("xyz"[:dims], st.columns(dims), strict=True))
    ]
    st.plotly_chart(
        variance_bars(explained, chosen),
        height=150,
        key="variance",
        config={"displayModeBar": False},
    )
    return chosen


def pca_picture(space: spaces.Space, dims: int, chosen: list[int], both: bool) -> Picture:
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
            help="From some words to others, as in man → woman or bad, worst → good, best; "
            "-> will do. Several pairs: man → woman; king → queen."
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


def drawn_picture(kind: MapKind, space: spaces.Space, dims: int) -> Picture | None:
    """A map that a worker draws, once it is there."""
    parameters = parts.map_fields(kind, space, dims)
    try:
        found = parts.map_coordinates(kind, space.id, parameters)
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


def isolated(
    space: spaces.Space, picture: Picture, picked: list[int], kind: str, dims: int
) -> Picture:
    """The picture of the selection alone, where that was asked for."""
    if not (picked and st.session_state.get("isolate", address.ISOLATE.get())):
        return picture
    rows = np.intersect1d(picked, picture.rows)
    if not len(rows):
        return picture
    alone = st.session_state.get("alone", address.ALONE.get())
    name = f"{picture.name} of {hash(rows.tobytes())} {alone}"
    if not (alone and kind == "pca" and picture.second is None and len(rows) > dims):
        return Picture(name, picture.coordinates, rows, picture.axes, picture.second, picture.place)
    found = spaces.own_components(space, tuple(rows.tolist()))
    coordinates = np.zeros((len(picture.coordinates), dims), np.float32)
    coordinates[rows] = found.coordinates[:, :dims]
    titles = [f"PC {i + 1} of these words ({found.explained[i]:.1%})" for i in range(dims)]
    return Picture(
        name, coordinates, rows, titles, None, lambda matrix: found.place(matrix)[:, :dims]
    )


def coloring_of(
    color: str,
    space: spaces.Space,
    picture: Picture,
    selected: int | None,
    k: int,
    grouping: Categories | None,
    both: bool,
) -> tuple[Scale | Groups | None, str]:
    """The coloring, and a sentence where it needs something more."""
    if color == "one":
        return None, ""
    if both:
        return None, "With V and U together, the color tells V from U."
    vectors = spaces.space_vectors(space)
    if color == "frequency" and not open_model(space.id).has_counts:
        return None, NO_COUNTS
    if color == "frequency":
        return Scale("times in the text", open_model(space.id).counts, logarithmic=True), ""
    if color == "norm":
        return Scale("length of the vector", np.linalg.norm(vectors.matrix, axis=1)), ""
    if color == "cluster":
        found = spaces.clusters_of(space, k)
        names = [", ".join(names) for names in found.names]
        return Groups("cluster", found.labels, names), ""
    if color == "distance":
        if selected is None:
            return None, "Select a word: the points take the color of their distance to it."
        distance = 1 - vectors.unit @ vectors.unit[selected]
        return Scale("cosine distance", distance, reverse=True), ""
    if color == "trust":
        if len(picture.rows) < 3:
            return None, "Trust needs at least three words."
        values = spaces.trust_each(space, picture.name, picture.rows, picture.coordinates)
        return Scale("trust per point", values), ""
    if grouping is None:
        return None, "Upload a table above: the points take the colors of their categories."
    return Groups("category", grouping.labels, grouping.names), ""


def sizes_of(
    size: str, space: spaces.Space, selected: int | None, dims: int
) -> tuple[np.ndarray | None, list[tuple[str, float]]]:
    """Diameters, and what the smallest and the largest mean."""
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
    smallest, largest = 2.5, 14.0
    return sizes(values, smallest, largest), list(zip(ends, (smallest, largest), strict=True))


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
        return "Every point is a word; its nearest on the map are not always its nearest in the vectors."
    trust = spaces.trust_overall(
        space, picture.name, picture.rows, picture.coordinates, picture.second
    )
    n *= 1 if picture.second is None else 2
    k = min(NEIGHBOURS, (n - 1) // 2)
    sample = (
        "" if n <= spaces.TRUST_SAMPLE else f", measured on {spaces.TRUST_SAMPLE:,} random points"
    )
    return (
        f"Trustworthiness {trust:.2f} of 1{sample}: how far the {k} nearest on this map are near "
        "in all the numbers of the vectors as well. Color by *trust per point* shows where."
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


@fragment
def page(id: str) -> None:
    with sentences_for_errors():
        show(id)


load_ahead()
with sentences_for_errors():
    if (current := page_model()) is not None:
        page(current)
