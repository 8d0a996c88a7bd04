"""What a person sets about Explore's map: which vectors, which picture of them, how its points look."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.parts.displayed_text import shown_as
from pages.parts.explanations import explanation
from pages.parts.map import map_data as spaces
from pages.parts.map.background_maps import map_fields
from pages.parts.model.learned_beyond import learned_nothing
from pages.parts.model.opened_model import open_model
from pages.parts.model.vector_choice import choose_vectors
from w2v_core.figures import theme
from w2v_core.figures.scatter import MOST_LABELS
from w2v_core.figures.variance import variance_bars
from w2v_core.library.training_history import MOST_FREQUENT
from w2v_core.space.map_kind import MapKind
from w2v_core.space.maps import MAPS
from w2v_core.space.vectors import DEFAULT_METRIC

NEAREST = (10, 20, 50)
METRIC_NAMES = {"cosine": "cosine", "dot": "dot product", "euclidean": "Euclidean distance"}
COLORS = {
    "one": "one colour",
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
# On a narrow screen the settings are one row that scrolls sideways, so that the map is in sight, and the
# field that finds a word stands above it: of what is beside the map on a wide screen it alone moves up.
NARROW = """<style>@media (max-width: 640px) {
.st-key-map_tools {flex-wrap: nowrap; overflow-x: auto; padding-bottom: .3rem}
.st-key-map_tools > * {flex-shrink: 0}
.st-key-map_and_side :is(
[data-testid=stLayoutWrapper]:has(> * > [data-testid=stColumn] .st-key-find_word),
[data-testid=stHorizontalBlock]:has(> [data-testid=stColumn] .st-key-find_word),
[data-testid=stColumn]:has(.st-key-find_word),
[data-testid=stColumn] > :has(.st-key-find_word)) {display: contents}
.st-key-map_and_side [data-testid=stLayoutWrapper]:has(> .st-key-find_word) {order: -1}}</style>"""
OPENS_AS, OPENS_IN = "tsne", "cluster"  # the kind of map and the colour of its points
LABELS = {0: "none", 40: "few", MOST_LABELS: "many", 400: "most"}


@dataclass(frozen=True, kw_only=True)
class MapSettings:
    """Everything that is set about the map.

    ``space`` says which vectors, and how they are prepared; ``kind`` and ``dims`` which picture of them;
    ``components`` the principal components on its axes, counted from 0 (PCA alone); ``drawing`` the
    parameters of a map that a worker draws (empty for others); ``both`` whether U is drawn beside V;
    ``timed`` whether the passes of the training are shown. ``color``, ``size``, ``labels``, ``clusters``,
    ``contours`` and ``lines`` say how the points look, ``n_nearest`` and ``metric`` what is nearest.
    """

    space: spaces.Space
    which: str
    kind: MapKind
    dims: int
    components: list[int] = field(default_factory=list)
    drawing: dict[str, Any] = field(default_factory=dict)
    both: bool
    timed: bool
    color: str
    size: str
    labels: int
    clusters: int
    contours: bool
    n_nearest: int
    metric: str
    lines: bool

    @property
    def point_color(self) -> str:
        """The color of points that nothing else colors: that of the vectors they show."""
        return theme.VECTORS["center" if self.both else self.which]


def map_settings(id: str, place: DeltaGenerator) -> MapSettings:
    """Draw the row of settings, with the popover at its end, and return what is set."""
    place.html(NARROW)
    tools = place.container(
        horizontal=True, vertical_alignment="bottom", gap="small", key="map_tools"
    )
    which = choose_vectors(id, place=tools)
    kind_name = tools.segmented_control(
        "Map",
        list(MAPS),
        default=OPENS_AS,
        required=True,
        format_func=lambda name: MAPS[name].label,
        key="map",
        bind="query-params",
        help=explanation("map"),
    )
    dims = tools.segmented_control(
        "Dimensions",
        [2, 3],
        default=2,
        required=True,
        format_func=lambda n: f"{n}-D",
        key="dims",
        bind="query-params",
    )
    # Clusters and their names would say that what is near by chance belongs together.
    by_chance = learned_nothing(id)
    colors = [name for name in COLORS if not (by_chance and name == OPENS_IN)]
    if st.session_state.get("color", colors[0]) not in colors:
        st.session_state["color"] = colors[0]
    color = tools.selectbox(
        "Colour",
        colors,
        0 if by_chance else colors.index(OPENS_IN),
        format_func=shown_as(COLORS),
        key="color",
        width=152,
        bind="query-params",
        help=explanation("map colour"),
    )
    kind, dims = MAPS[kind_name or OPENS_AS], dims or 2  # an address may say "dims=" and nothing
    with tools.popover("View", icon=":material/tune:"):
        left, right = st.columns(2, gap="medium")
        with left:
            space, both = vector_fields(id, which, kind)
            components = component_fields(space, dims, both) if kind.name == "pca" else []
            drawing = map_fields(kind, space, dims) if kind.background else {}
        with right:
            st.markdown("**Points**")
            size = st.selectbox(
                "Size",
                list(SIZES),
                format_func=shown_as(SIZES),
                key="size",
                bind="query-params",
                help=explanation("map size"),
            )
            labels = st.select_slider(
                "Labels",
                list(LABELS),
                MOST_LABELS,
                format_func=shown_as(LABELS),
                key="labels",
                bind="query-params",
                help=explanation("map labels"),
            )
            clusters = st.slider(
                "Clusters", 2, 10, 8, key="k", bind="query-params", help=explanation("clusters")
            )
            contours = dims == 2 and st.toggle(
                "density contours",
                key="contours",
                help="Draws lines around the parts of the map where many words are close together.",
                bind="query-params",
            )
            n_nearest, metric, lines = nearest_fields()
            timed = not kind.background and not both and time_field()
    return MapSettings(
        space=space,
        which=which,
        kind=kind,
        dims=dims,
        components=components,
        drawing=drawing,
        both=both,
        timed=timed,
        color=color,
        size=size,
        labels=labels,
        clusters=clusters,
        contours=contours,
        n_nearest=n_nearest,
        metric=metric,
        lines=lines,
    )


def vector_fields(id: str, which: str, kind: MapKind) -> tuple[spaces.Space, bool]:
    """How the vectors are prepared, and whether V and U are drawn together."""
    st.markdown("**Vectors**")
    centered = st.toggle(
        "centred",
        key="centered",
        help=explanation("centred"),
        bind="query-params",
    )
    unit = st.toggle(
        "length 1",
        key="length_one",
        help=explanation("length 1"),
        bind="query-params",
    )
    possible = not kind.background and open_model(id).has_output
    both = st.toggle(
        "V and U together",
        key="both",
        help=explanation("both matrices"),
        disabled=not possible,
        bind="query-params",
    )
    both = both and possible
    return spaces.space_of(id, "center" if both else which, centered, unit), both


def nearest_fields() -> tuple[int, str, bool]:
    """How many nearest words, by which metric, and whether lines lead to them."""
    how_many, by = st.columns([2, 3])
    n_nearest = how_many.selectbox(
        "Nearest", NEAREST, key="near", bind="query-params", help=explanation("map nearest")
    )
    metric = by.selectbox(
        "by",
        list(METRIC_NAMES),
        list(METRIC_NAMES).index(DEFAULT_METRIC),
        format_func=shown_as(METRIC_NAMES),
        key="metric",
        bind="query-params",
        help=explanation("metric"),
    )
    lines = st.toggle(
        "lines to the nearest",
        value=True,
        key="lines",
        help="Joins the selected word to the words nearest by their vectors. Long lines show where "
        "the map is distorted.",
        bind="query-params",
    )
    return n_nearest, metric, lines


def time_field() -> bool:
    return st.toggle(
        "passes of the training",
        key="time",
        help=f"Shows the {MOST_FREQUENT:,} most frequent words at every pass, on the axes of the "
        "final map.",
        bind="query-params",
    )


def component_fields(space: spaces.Space, dims: int, both: bool) -> list[int]:
    """Which components are the axes, and how much of the variance each has."""
    found = spaces.joint_components(space) if both else spaces.components(space)
    explained = found.explained
    numbers = list(range(1, len(explained) + 1))
    st.markdown("**Components on the axes**", help=explanation("components"))
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
