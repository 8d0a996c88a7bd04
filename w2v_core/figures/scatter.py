"""The map of words, flat or in space."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from w2v_core.figures import coloring as coloring_
from w2v_core.figures import meta, theme
from w2v_core.figures.coloring import Groups, Scale
from w2v_core.figures.labels import FONT_SIZE, place

WEBGL_FROM = 1_500
"""Points from which WebGL draws them; fewer are drawn as SVG, which is sharper when saved."""
MOST_LABELS = 150
_MOST_MARKED = 5_000  # words that are marked one by one
_TRIED = 3_000  # words tried for a label, the most frequent ones
_NOMINAL = (900, 560)  # pixels; the page's component places the labels again for the real size
_LINE = 60  # characters of a word in one line of its hover text
_PADDING = 0.04  # of the map's width, around the outermost points


@dataclass(frozen=True, kw_only=True)
class Look:
    """How the points look.

    ``color`` is used where ``coloring`` says nothing else; ``coloring`` gives each word a number or a
    group, and brings its legend; ``sizes`` float (n,) are diameters in pixels; ``size_legend`` says what
    a diameter means, smallest first.
    """

    color: str = theme.CENTER
    coloring: Scale | Groups | None = None
    sizes: np.ndarray | None = None
    size_legend: Sequence[tuple[str, float]] = ()


@dataclass(frozen=True, kw_only=True)
class Marked:
    """Rows of the words that stand out.

    ``selected`` has a ring and always a label; ``near`` are marked beside it, with a line to each where
    ``lines``; ``picked`` is a selection and ``matched`` what a search found: marked, and labelled first.
    """

    selected: int | None = None
    near: Sequence[int] = ()
    picked: Sequence[int] = ()
    matched: Sequence[int] = ()
    lines: bool = False


@dataclass(frozen=True, kw_only=True)
class Axes:
    """Titles of the axes (empty ones hide the ticks as well), and fixed ranges ((x0, x1), (y0, y1), …);
    without them the axes hold every point."""

    titles: Sequence[str] = ("", "")
    ranges: Sequence[tuple[float, float]] | None = None


@dataclass(frozen=True, kw_only=True)
class Labels:
    """At most so many labels; ``placed`` finds their places here, for a nominal size. The page's
    component does so itself, for the real one."""

    most: int = MOST_LABELS
    placed: bool = True


def word_map(
    coordinates: np.ndarray,
    words: Sequence[str],
    counts: np.ndarray,
    *,
    shown: np.ndarray | None = None,
    second: np.ndarray | None = None,
    passes: Sequence[tuple[int, np.ndarray]] = (),
    axes: Axes | None = None,
    look: Look | None = None,
    marked: Marked | None = None,
    labels: Labels | None = None,
) -> go.Figure:
    """Every word as a point, the most frequent ones with their label.

    Parameters
    ----------
    coordinates : float (n, 2 or 3)
        Two columns make a flat map, three one in space.
    words : sequence of str
        Most frequent first.
    counts : int (n,)
    shown : int, optional
        The rows that are drawn; all where left out.
    second : float (n, 2 or 3), optional
        A second place for each word, drawn in another color and shape: U beside V. Its rows are n to
        2n − 1.
    passes : sequence of (int, float (shown, 2 or 3))
        Where the drawn words lay at passes of the training, as frames.
    axes, look, marked, labels : optional

    Returns
    -------
    go.Figure
        Trace 0 holds the points, with (row, count) as customdata; the trace named "labels" is the one
        whose place ``layout.meta`` gives the page's component to fill, and to fill anew when a person
        zooms.
    """
    axes, look, labels = axes or Axes(), look or Look(), labels or Labels()
    marked = marked or Marked()
    coloring = look.coloring
    coordinates = np.asarray(coordinates, np.float32)
    n, flat = len(words), coordinates.shape[1] == 2
    rows = np.arange(n) if shown is None else np.asarray(shown)
    many = len(rows) >= WEBGL_FROM
    escaped = _escaped(words)
    if second is not None:
        coordinates = np.vstack([coordinates, np.asarray(second, np.float32)])
        escaped, counts = np.tile(escaped, 2), np.tile(counts, 2)
    some = marked.selected is not None or len(marked.picked) > 0 or len(marked.matched) > 0
    points: dict[str, Any] = dict(
        size=(3 if not flat else 4) if many else (5 if not flat else 6),
        opacity=_opacity(len(rows), coloring is not None, some),
        color=look.color,
    )
    if look.sizes is not None:
        points["line"] = dict(width=0)  # points of several sizes would have a white one
        points["size"] = np.asarray(look.sizes, np.float32)[rows] * (1 if flat else 0.8)
    if coloring is not None:
        points.update(coloring_.marker(coloring, None if shown is None else rows))
    figure = go.Figure()
    extra = f"<br>{_hover_name(coloring)}" if coloring is not None else ""
    figure.add_trace(
        _points(coordinates, escaped, counts, rows, many, points, "V" * (second is not None), extra)
    )
    if second is not None:
        other_color = theme.OUTPUT if look.color != theme.OUTPUT else theme.CENTER
        other = {**points, "color": other_color, "symbol": "diamond"}
        for name in ("colorscale", "cmin", "cmax", "showscale", "colorbar"):
            other.pop(name, None)
        figure.add_trace(_points(coordinates, escaped, counts, rows + n, many, other, "U", ""))
    clouds = len(figure.data)
    drawn = set(rows.tolist()) | (set((rows + n).tolist()) if second is not None else set())
    near, picked, matched = (
        [row for row in part if row in drawn]
        for part in (marked.near, marked.picked[:_MOST_MARKED], marked.matched[:_MOST_MARKED])
    )
    selected = marked.selected
    if selected is not None and selected not in drawn:
        selected, near = None, []
    for part, symbol, hue, size, name in (
        (matched, "square-open", theme.ANSWER, 9, "found"),
        (picked, "circle-open", theme.SELECTED, 10, "selection"),
    ):
        if part:
            ring = dict(symbol=symbol, size=size, color=hue, line=dict(width=2, color=hue))
            figure.add_trace(_marks(coordinates, escaped, counts, part, ring, name))
    if selected is not None and near and marked.lines:
        ends = np.array([[selected, row, -1] for row in near]).ravel()
        figure.add_trace(_lines(coordinates, ends))
    first = [] if selected is None else [selected, *near]
    if first:
        ring = dict(
            size=[15, *[9] * len(near)],
            color=["rgba(0,0,0,0)", *[theme.NEAR] * len(near)],
            line=dict(
                width=[3, *[1] * len(near)], color=[theme.SELECTED, *["#FFFFFF"] * len(near)]
            ),
            symbol=["circle", *["diamond"] * len(near)],
            opacity=1,
        )
        if not flat:  # in space a ring has no inside, and lines no width of their own
            ring.update(
                size=[12, *[6] * len(near)], symbol=["circle-open", *["diamond"] * len(near)]
            )
            ring.update(color=[theme.SELECTED, *[theme.NEAR] * len(near)], line=dict(width=0))
        figure.add_trace(_marks(coordinates, escaped, counts, first, ring, "selected and nearest"))
    for name, hue in coloring_.legend(coloring) if isinstance(coloring, Groups) else ():
        figure.add_trace(_legend_entry(flat, name, hue, "circle"))
    for name, diameter in look.size_legend:
        figure.add_trace(_legend_entry(flat, theme.text(name), theme.QUIET, "circle", diameter))
    if second is not None:
        figure.add_trace(_legend_entry(flat, "V, center", look.color, "circle"))
        figure.add_trace(_legend_entry(flat, "U, output", other_color, "diamond"))
    ahead = list(dict.fromkeys([*first, *picked, *matched]))
    limits = _limits(coordinates[rows if second is None else [*rows, *(rows + n)]], axes.ranges)
    labelled: list[int] = []
    if labels.placed and flat and labels.most:
        order = [*ahead, *(i for i in rows[:_TRIED].tolist() if i not in set(ahead))]
        x, y = coordinates.T
        width, height = _NOMINAL
        named = words if second is None else [*words, *words]
        labelled = place(x, y, named, order, width, height, labels.most)
    figure.add_trace(_labels(coordinates, escaped, labelled))
    figure.update_layout(
        template=theme.TEMPLATE,
        dragmode="pan" if flat else "orbit",
        hovermode="closest",
        showlegend=isinstance(coloring, Groups) or second is not None or bool(look.size_legend),
        legend=dict(
            x=1,
            xanchor="right",
            y=0.87 if isinstance(coloring, Scale) else 1,  # below its scale
            yanchor="top",
            font=dict(size=12),
            itemclick=False,
            itemdoubleclick=False,
            itemsizing="trace",
        ),
    )
    meta.attach(
        figure,
        labels={
            "points": 0,
            "trace": len(figure.data) - 1,
            "first": _positions(ahead, rows, n, second is not None),
        },
        map={"clouds": clouds, "rings": len(first), "most": labels.most, "lines": marked.lines},
    )
    _axes(figure, axes.titles, limits, flat)
    if passes:
        figure.frames = [
            go.Frame(name=str(number), data=[_moved(places, flat)], traces=[0])
            for number, places in passes
        ]
    return figure


def _escaped(words: Sequence[str]) -> np.ndarray:
    """The words for Plotly; object (n,), which it checks and copies much faster than a list."""
    if max(map(len, words), default=0) > _LINE or any(c in "".join(words) for c in "&<>"):
        words = [theme.text(word) if len(word) <= _LINE else _wrapped(word) for word in words]
    escaped = np.empty(len(words), object)
    escaped[:] = words
    return escaped


def _wrapped(word: str) -> str:
    """A very long word over several lines; its label shows the first."""
    return "<br>".join(theme.text(word[i : i + _LINE]) for i in range(0, len(word), _LINE))


def _opacity(n: int, colored: bool, marked: bool) -> float:
    if colored:
        return 0.35 if marked else (0.6 if n > 4_000 else 0.8)
    if n > 4_000:
        return 0.2 if marked else 0.35
    return 0.35 if marked else 0.55


def _hover_name(coloring: Scale | Groups) -> str:
    if isinstance(coloring, Groups):
        return theme.text(coloring.title)
    value = "" if coloring.logarithmic else ": %{marker.color:.3f}"
    return theme.text(coloring.title) + value if value else ""


def _xyz(coordinates: np.ndarray) -> dict[str, np.ndarray]:
    return {
        name: np.ascontiguousarray(column)
        for name, column in zip("xyz", coordinates.T, strict=False)
    }


def _hover(flat: bool, counts: np.ndarray, extra: str = "") -> str:
    times = "<br>%{customdata[1]:,} times" if np.any(counts) else ""  # zeros: nobody counted
    place = "%{x:.3f}, %{y:.3f}" + ("" if flat else ", %{z:.3f}")
    return "<b>%{text}</b>" + times + extra + f"<br>({place})<extra></extra>"


def _points(coordinates, escaped, counts, rows, many, look, which, extra) -> go.Scatter:
    flat = coordinates.shape[1] == 2
    kind = go.Scatter3d if not flat else go.Scattergl if many else go.Scatter
    whole = len(rows) == len(escaped)
    return kind(
        **_xyz(coordinates[rows]),
        mode="markers",
        text=escaped if whole else escaped[rows],
        customdata=np.column_stack([rows, np.asarray(counts)[rows]]).astype(np.int32),
        hovertemplate=_hover(flat, counts, (f", {which}" if which else "") + extra),
        marker=look,
        showlegend=False,
        name=which or "words",
    )


def _marks(coordinates, escaped, counts, rows, marker, name) -> go.Scatter:
    flat = coordinates.shape[1] == 2
    rows = np.array(rows)
    return (go.Scatter if flat else go.Scatter3d)(
        **_xyz(coordinates[rows]),
        mode="markers",
        text=escaped[rows].tolist(),
        customdata=np.column_stack([rows, np.asarray(counts)[rows]]).astype(np.int32),
        hovertemplate=_hover(flat, counts),
        marker=marker,
        showlegend=False,
        name=name,
    )


def _lines(coordinates: np.ndarray, ends: np.ndarray) -> go.Scatter:
    """Lines between rows; −1 lifts the pen. The rows are customdata, so that frames can move them."""
    flat = coordinates.shape[1] == 2
    places = coordinates[ends].astype(np.float64)
    places[ends < 0] = np.nan
    return (go.Scatter if flat else go.Scatter3d)(
        **_xyz(places),
        mode="lines",
        customdata=np.column_stack([ends, ends]).astype(np.int32),
        line=dict(color=theme.NEAR, width=1.2 if flat else 3),
        opacity=0.8,
        hoverinfo="skip",
        showlegend=False,
        name="lines to the nearest",
    )


def _legend_entry(flat: bool, name: str, color: str, symbol: str, size: float = 9) -> go.Scatter:
    nowhere = dict(x=[None], y=[None]) if flat else dict(x=[None], y=[None], z=[None])
    return (go.Scatter if flat else go.Scatter3d)(
        **nowhere,
        mode="markers",
        marker=dict(size=size, color=color, symbol=symbol),
        name=name,
        showlegend=True,
        hoverinfo="skip",
    )


def _labels(coordinates: np.ndarray, escaped: np.ndarray, rows: Sequence[int]) -> go.Scatter:
    flat = coordinates.shape[1] == 2
    return (go.Scatter if flat else go.Scatter3d)(
        **_xyz(coordinates[list(rows)]),
        mode="markers+text",  # a thin ring shows which point a label belongs to
        marker=dict(size=5, color="rgba(0,0,0,0)", line=dict(width=1, color=theme.QUIET)),
        text=[escaped[i] for i in rows],
        textposition="top center",
        textfont=dict(size=FONT_SIZE),
        hoverinfo="skip",
        showlegend=False,
        name="labels",
    )


def _positions(rows: Sequence[int], drawn: np.ndarray, n: int, twice: bool) -> list[int]:
    """Where the rows stand among the drawn points; those of a second place come after all first."""
    at = {row: i for i, row in enumerate(drawn.tolist())}
    if twice:
        at |= {row + n: i + len(drawn) for i, row in enumerate(drawn.tolist())}
    return [at[row] for row in rows]


def _limits(coordinates: np.ndarray, ranges) -> list[tuple[float, float]]:
    if ranges is not None:
        return [(float(low), float(high)) for low, high in ranges]
    limits = []
    for column in coordinates.T:
        column = column[np.isfinite(column)]
        low, high = (float(column.min()), float(column.max())) if len(column) else (0.0, 0.0)
        pad = _PADDING * (high - low) or 1.0
        limits.append((low - pad, high + pad))
    return limits


def _axes(figure: go.Figure, titles: Sequence[str], limits, flat: bool) -> None:
    titles = [*titles, *[""] * (len(limits) - len(titles))]
    for name, title, limit in zip("xyz", titles, limits, strict=False):
        axis = dict(title=title, showticklabels=bool(title), range=limit)
        if flat:
            figure.layout[f"{name}axis"].update(axis)
        else:
            grid = "rgba(128, 136, 150, 0.45)"
            axis |= dict(
                showbackground=False,
                gridcolor=grid,
                zerolinecolor=grid,
                showspikes=False,
                title=dict(text=title, font=dict(size=12)),
                tickfont=dict(size=10),
                nticks=5,
            )
            figure.layout.scene[f"{name}axis"].update(axis)
    if not flat:
        figure.update_layout(
            margin=dict(l=0, r=0, t=30, b=0),
            scene=dict(
                aspectmode="cube",
                camera=dict(eye=dict(x=1.25, y=1.25, z=0.65), center=dict(z=-0.12)),
            ),
        )


def _moved(places: np.ndarray, flat: bool):
    return (go.Scatter if flat else go.Scatter3d)(**_xyz(np.asarray(places, np.float32)))
