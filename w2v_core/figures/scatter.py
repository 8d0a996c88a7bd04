"""The map of words in two or three dimensions."""

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
"""From this number of points on WebGL draws them; fewer are drawn as SVG, which saves sharper."""
MOST_LABELS = 150
_MOST_MARKED = 5_000  # at most this many words are marked individually
_TRIED = 3_000  # this many of the most frequent words are tried for a label
_NOMINAL = (900, 560)  # pixels; the page's component places the labels again for the real size
_LINE = 60  # characters of a word on one line of its hover text
_PADDING = 0.04  # of the map's width, around the outermost points


@dataclass(frozen=True, kw_only=True)
class Look:
    """The look of the points.

    ``coloring`` gives each word a number or a group, and adds a legend; ``color`` is used without it.
    ``sizes`` float (n,) are diameters in pixels; ``size_legend`` explains the diameters, smallest first.
    """

    color: str = theme.CENTER
    coloring: Scale | Groups | None = None
    sizes: np.ndarray | None = None
    size_legend: Sequence[tuple[str, float]] = ()


@dataclass(frozen=True, kw_only=True)
class Marked:
    """Rows of the words that are marked.

    ``selected`` has a ring and always a label. ``near`` are marked too, with a line to each if ``lines``.
    ``picked`` is a selection and ``matched`` the result of a search; both are marked and labelled first.
    """

    selected: int | None = None
    near: Sequence[int] = ()
    picked: Sequence[int] = ()
    matched: Sequence[int] = ()
    lines: bool = False


@dataclass(frozen=True, kw_only=True)
class Axes:
    """Axis titles (an empty title also hides the ticks) and fixed ranges ((x0, x1), (y0, y1), …); without
    ranges the axes include every point."""

    titles: Sequence[str] = ("", "")
    ranges: Sequence[tuple[float, float]] | None = None


@dataclass(frozen=True)
class Density:
    """How densely the points lie, on a grid: ``x`` float (columns,) and ``y`` float (rows,) are the middles
    of its cells, ``share`` float (rows, columns) is 1 where it is densest."""

    x: np.ndarray
    y: np.ndarray
    share: np.ndarray


@dataclass(frozen=True, kw_only=True)
class Labels:
    """The largest number of labels. ``placed`` finds their places here, for a nominal size; the page's
    component finds them itself, for the real size. ``regions``: on a flat map the names of the groups
    stand over them (the component places them) instead of in a legend."""

    most: int = MOST_LABELS
    placed: bool = True
    regions: bool = False


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
    density: Density | None = None,
) -> go.Figure:
    """Every word as a point, the most frequent ones with labels.

    Parameters
    ----------
    coordinates : float (n, 2 or 3)
        Two columns make a flat map, three one in space.
    words : sequence of str
        Most frequent first.
    counts : int (n,)
    shown : int, optional
        The rows that are drawn; all by default.
    second : float (n, 2 or 3), optional
        A second position for each word, drawn in another color and shape, such as U beside V. Its rows
        are n to 2n − 1.
    passes : sequence of (int, float (shown, 2 or 3))
        Positions of the drawn words at passes of the training, shown as frames.
    axes, look, marked, labels : optional
    density : Density, optional
        Drawn as contours below the points of a flat map.

    Returns
    -------
    go.Figure
        Trace 0 holds the points, with (row, count) as customdata. ``layout.meta`` tells the page's
        component to fill the trace named "labels", and to fill it again after zooming.
    """
    axes, look, labels = axes or Axes(), look or Look(), labels or Labels()
    cloud = _cloud(coordinates, words, counts, shown, second)
    kept = _only_drawn(marked or Marked(), cloud)
    figure = go.Figure()
    _add_points(figure, cloud, look, kept)
    clouds = len(figure.data)
    if density is not None and cloud.flat:
        figure.add_trace(_contours(density))
    rings = _add_marks(figure, cloud, kept)
    groups = look.coloring if isinstance(look.coloring, Groups) else None
    named = labels.regions and cloud.flat and groups is not None
    _add_legend(figure, cloud, look, named)
    ahead = list(dict.fromkeys([*rings, *kept.picked, *kept.matched]))
    labelled = _labelled_here(cloud, words, ahead, labels)
    figure.add_trace(_labels(cloud.coordinates, cloud.escaped, labelled))
    _lay_out(figure, cloud, look, named)
    if named and groups is not None:
        names, colors = coloring_.regions(groups)
        meta.attach(figure, regions={"names": names, "colors": colors})
    meta.attach(
        figure,
        labels={
            "points": 0,
            "trace": len(figure.data) - 1,
            "first": _positions(ahead, cloud),
        },
        map={"clouds": clouds, "rings": len(rings), "most": labels.most, "lines": kept.lines},
    )
    _axes(figure, axes.titles, _limits(cloud.coordinates[cloud.all_rows], axes.ranges), cloud.flat)
    if passes:
        figure.frames = [
            go.Frame(name=str(number), data=[_moved(places, cloud.flat)], traces=[0])
            for number, places in passes
        ]
    return figure


@dataclass(frozen=True)
class _Cloud:
    """The points of a map.

    ``rows`` int are the drawn words; ``twice``: each has a second place, n rows further on in
    ``coordinates`` float32 (n or 2n, 2 or 3), ``escaped`` and ``counts`` (n or 2n,).
    """

    coordinates: np.ndarray
    escaped: np.ndarray
    counts: np.ndarray
    rows: np.ndarray
    n: int
    twice: bool

    @property
    def flat(self) -> bool:
        return self.coordinates.shape[1] == 2

    @property
    def many(self) -> bool:
        return len(self.rows) >= WEBGL_FROM

    @property
    def all_rows(self) -> np.ndarray:
        """The drawn rows, those of the second places included."""
        return np.concatenate([self.rows, self.rows + self.n]) if self.twice else self.rows


def _cloud(coordinates, words, counts, shown, second) -> _Cloud:
    coordinates = np.asarray(coordinates, np.float32)
    n = len(words)
    rows = np.arange(n) if shown is None else np.asarray(shown)
    escaped = _escaped(words)
    if second is not None:
        coordinates = np.vstack([coordinates, np.asarray(second, np.float32)])
        escaped, counts = np.tile(escaped, 2), np.tile(counts, 2)
    return _Cloud(coordinates, escaped, counts, rows, n, second is not None)


def _only_drawn(marked: Marked, cloud: _Cloud) -> Marked:
    """What of the marked words is drawn, and is not too much to mark one by one."""
    drawn = set(cloud.all_rows.tolist())
    seen = marked.selected is not None and marked.selected in drawn
    return Marked(
        selected=marked.selected if seen else None,
        near=[row for row in marked.near if row in drawn] if seen else [],
        picked=[row for row in marked.picked[:_MOST_MARKED] if row in drawn],
        matched=[row for row in marked.matched[:_MOST_MARKED] if row in drawn],
        lines=marked.lines,
    )


def _add_points(figure: go.Figure, cloud: _Cloud, look: Look, marked: Marked) -> None:
    """The drawn words, and their second places in another color and shape."""
    coloring, rows = look.coloring, cloud.rows
    some = marked.selected is not None or len(marked.picked) > 0 or len(marked.matched) > 0
    small = 1 if cloud.flat else 0
    points: dict[str, Any] = dict(
        size=(3 if cloud.many else 5) + small,
        opacity=_opacity(len(rows), coloring is not None, some),
        color=look.color,
    )
    if look.sizes is not None:
        points["line"] = dict(width=0)  # points of several sizes would have a white one
        points["size"] = np.asarray(look.sizes, np.float32)[rows] * (1 if cloud.flat else 0.8)
    if coloring is not None:
        points.update(coloring_.marker(coloring, rows))
    extra = f"<br>{_hover_name(coloring)}" if coloring is not None else ""
    figure.add_trace(_points(cloud, rows, points, "V" * cloud.twice, extra))
    if cloud.twice:
        other = {**points, "color": _second_color(look), "symbol": "diamond"}
        for name in ("colorscale", "cmin", "cmax", "showscale", "colorbar"):
            other.pop(name, None)
        figure.add_trace(_points(cloud, rows + cloud.n, other, "U", ""))


def _second_color(look: Look) -> str:
    return theme.OUTPUT if look.color != theme.OUTPUT else theme.CENTER


def _contours(density: Density) -> go.Contour:
    """Thin lines around where points lie densely, below all else."""
    return go.Contour(
        x=density.x,
        y=density.y,
        z=np.asarray(density.share, np.float32),
        contours=dict(coloring="none", start=0.1, end=0.9, size=0.2),
        line=dict(color=theme.QUIET, width=1, smoothing=1.1),
        opacity=0.7,
        showscale=False,
        showlegend=False,
        hoverinfo="skip",
        name="density",
    )


def _add_marks(figure: go.Figure, cloud: _Cloud, marked: Marked) -> list[int]:
    """Rings around what was found, selected and is near; returns the rows of the selected word and its
    nearest, in the order of their rings."""
    for part, symbol, hue, size, name in (
        (marked.matched, "square-open", theme.ANSWER, 9, "found"),
        (marked.picked, "circle-open", theme.SELECTED, 10, "selection"),
    ):
        if part:
            ring = dict(symbol=symbol, size=size, color=hue, line=dict(width=2, color=hue))
            figure.add_trace(_marks(cloud, part, ring, name))
    if marked.selected is None:
        return []
    near = list(marked.near)
    if near and marked.lines:
        ends = np.array([[marked.selected, row, -1] for row in near]).ravel()
        figure.add_trace(_lines(cloud.coordinates, ends))
    rings = [marked.selected, *near]
    look = _rings(len(near), cloud.flat)
    figure.add_trace(_marks(cloud, rings, look, "selected and nearest"))
    return rings


def _rings(n: int, flat: bool) -> dict[str, Any]:
    """The marker of a selected word and of its ``n`` nearest."""
    if flat:
        return dict(
            size=[15, *[9] * n],
            color=["rgba(0,0,0,0)", *[theme.NEAR] * n],
            line=dict(width=[3, *[1] * n], color=[theme.SELECTED, *["#FFFFFF"] * n]),
            symbol=["circle", *["diamond"] * n],
            opacity=1,
        )
    return dict(  # in space a ring has no inside, and lines no width of their own
        size=[12, *[6] * n],
        color=[theme.SELECTED, *[theme.NEAR] * n],
        line=dict(width=0),
        symbol=["circle-open", *["diamond"] * n],
        opacity=1,
    )


def _add_legend(figure: go.Figure, cloud: _Cloud, look: Look, named: bool) -> None:
    """``named``: the names of groups stand on the map itself."""
    flat = cloud.flat
    groups = look.coloring if isinstance(look.coloring, Groups) and not named else None
    for name, hue in () if groups is None else coloring_.legend(groups):
        figure.add_trace(_legend_entry(flat, name, hue, "circle"))
    for name, diameter in look.size_legend:
        figure.add_trace(_legend_entry(flat, theme.text(name), theme.QUIET, "circle", diameter))
    if cloud.twice:
        figure.add_trace(_legend_entry(flat, "V, center", look.color, "circle"))
        figure.add_trace(_legend_entry(flat, "U, output", _second_color(look), "diamond"))


def _labelled_here(
    cloud: _Cloud, words: Sequence[str], ahead: list[int], labels: Labels
) -> list[int]:
    """The rows whose labels find a place on a flat map of a nominal size."""
    if not (labels.placed and cloud.flat and labels.most):
        return []
    order = [*ahead, *(i for i in cloud.rows[:_TRIED].tolist() if i not in set(ahead))]
    x, y = cloud.coordinates.T
    width, height = _NOMINAL
    named = [*words, *words] if cloud.twice else words
    return place(x, y, named, order, width, height, labels.most)


def _lay_out(figure: go.Figure, cloud: _Cloud, look: Look, named: bool) -> None:
    scale = isinstance(look.coloring, Scale)
    groups = isinstance(look.coloring, Groups) and not named
    figure.update_layout(
        template=theme.TEMPLATE,
        dragmode="pan" if cloud.flat else "orbit",
        hovermode="closest",
        showlegend=groups or cloud.twice or bool(look.size_legend),
        legend=dict(
            x=1,
            xanchor="right",
            y=0.87 if scale else 1,  # below its scale
            yanchor="top",
            font=dict(size=12),
            itemclick=False,
            itemdoubleclick=False,
            itemsizing="trace",
        ),
    )


def _escaped(words: Sequence[str]) -> np.ndarray:
    """The words for Plotly as object (n,), which it checks and copies much faster than a list."""
    if max(map(len, words), default=0) > _LINE or any(c in "".join(words) for c in "&<>"):
        words = [theme.text(word) if len(word) <= _LINE else _wrapped(word) for word in words]
    escaped = np.empty(len(words), object)
    escaped[:] = words
    return escaped


def _wrapped(word: str) -> str:
    """A very long word over several lines; its label shows the first line."""
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


def _points(cloud: _Cloud, rows: np.ndarray, look: dict, which: str, extra: str) -> go.Scatter:
    kind = go.Scatter3d if not cloud.flat else go.Scattergl if cloud.many else go.Scatter
    whole = len(rows) == len(cloud.escaped)
    return kind(
        **_xyz(cloud.coordinates[rows]),
        mode="markers",
        text=cloud.escaped if whole else cloud.escaped[rows],
        customdata=np.column_stack([rows, np.asarray(cloud.counts)[rows]]).astype(np.int32),
        hovertemplate=_hover(cloud.flat, cloud.counts, (f", {which}" if which else "") + extra),
        marker=look,
        showlegend=False,
        name=which or "words",
    )


def _marks(cloud: _Cloud, marked: Sequence[int], marker: dict, name: str) -> go.Scatter:
    rows = np.array(marked)
    return (go.Scatter if cloud.flat else go.Scatter3d)(
        **_xyz(cloud.coordinates[rows]),
        mode="markers",
        text=cloud.escaped[rows].tolist(),
        customdata=np.column_stack([rows, np.asarray(cloud.counts)[rows]]).astype(np.int32),
        hovertemplate=_hover(cloud.flat, cloud.counts),
        marker=marker,
        showlegend=False,
        name=name,
    )


def _lines(coordinates: np.ndarray, ends: np.ndarray) -> go.Scatter:
    """Lines between rows, broken at −1. The rows are customdata, so that frames can move them."""
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


def _positions(rows: Sequence[int], cloud: _Cloud) -> list[int]:
    """Where the rows stand among the drawn points; those of a second place come after all first."""
    at = {row: i for i, row in enumerate(cloud.all_rows.tolist())}
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
            axis |= dict(ticks="")  # contours would bring theirs
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
