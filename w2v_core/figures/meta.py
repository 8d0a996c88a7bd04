"""``layout.meta`` of a figure: what the app's JavaScript needs in addition to the figure itself.

The app's pages/plot/contract.json says what each entry means; a test compares the two.
"""

from typing import NotRequired, TypedDict, Unpack

import plotly.graph_objects as go


class Labels(TypedDict):
    """The points of the figure have labels, as many as fit."""

    points: int
    trace: int
    first: list[int]


class WordMap(TypedDict):
    """How a map marks and labels its words."""

    clouds: NotRequired[int]
    rings: int
    most: int
    lines: NotRequired[bool]


class Regions(TypedDict):
    """Names that stand over groups of neighbouring points."""

    names: list[str]
    colors: list[str]


class Search(TypedDict):
    """The numbers that determine the place of a callout."""

    reaches: list[float]
    directions: int
    clear: float
    led_from: float
    enough: float
    covered: float
    marks: float
    outside: float
    turned: float


class Callouts(TypedDict):
    """Annotations beside points, placed where the figure has room."""

    first: int
    away: list[list[float]]
    gaps: list[float]
    obstacles: list[list[float]]
    keep_all: bool
    search: Search


class Film(TypedDict):
    """The frames move several traces at once."""

    words: int


class Meta(TypedDict, total=False):
    """All possible entries."""

    labels: Labels
    map: WordMap
    callouts: Callouts
    regions: Regions
    film: Film
    captions: list[list[str]]


def attach(figure: go.Figure, **entries: Unpack[Meta]) -> None:
    """Add entries to a figure's meta and keep the entries that it has under other names."""
    figure.update_layout(meta={**(figure.layout.meta or {}), **entries})
