"""Vectors as arrows on axes with equal scales, so that lengths and angles are true."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from w2v_core.figures import meta, theme
from w2v_core.figures.callouts import Frame, add_callouts

SIZE = (620.0, 430.0)  # pixels
MOST_NAMES = 48  # the largest number of named vectors in one figure


@dataclass(frozen=True)
class Arrow:
    """From ``start`` to ``end`` (each (2,)), named at its tip; ``faint`` marks an earlier state."""

    end: Sequence[float] | np.ndarray
    name: str = ""
    start: Sequence[float] | np.ndarray = (0.0, 0.0)
    color: str = theme.QUIET
    faint: bool = False
    dash: str = "solid"
    width: float = 3.0
    note: str = ""


def arrows(
    drawn: Sequence[Arrow],
    *,
    outline: Sequence[Sequence[float]] = (),
    axes: tuple[str, str] = ("", ""),
    origin: bool = True,
    half: float | None = None,
    size: tuple[float, float] = SIZE,
) -> go.Figure:
    """Arrows in the plane.

    Parameters
    ----------
    drawn : sequence of Arrow
    outline : sequence of (2,), optional
        Draw a closed dotted line through these points.
    axes : (str, str)
        Axis titles.
    origin : bool
        Mark the point 0.
    half : float, optional
        Half of the range of the shorter axis, around 0; by default large enough for all arrows.
    size : (float, float)
        Approximate width and height of the figure in pixels.
    """
    figure = go.Figure()
    if len(outline):
        closed = np.array([*outline, outline[0]])
        figure.add_scatter(
            x=closed[:, 0],
            y=closed[:, 1],
            mode="lines",
            line=dict(color=theme.QUIET, width=1.5, dash="dot"),
            hoverinfo="skip",
        )
    points = [(0.0, 0.0)] if origin else []
    for arrow in drawn:
        (x0, y0), (x1, y1) = arrow.start, arrow.end
        points += [(x0, y0), (x1, y1)]
        name = theme.text(arrow.name, 24)
        figure.add_scatter(
            x=[x0, x1],
            y=[y0, y1],
            mode="lines+markers",
            line=dict(color=arrow.color, width=arrow.width, dash=arrow.dash),
            marker=dict(
                symbol=["circle", "arrow"],
                size=[0, 9 + 1.6 * arrow.width],
                angleref="previous",
                color=arrow.color,
                opacity=1,
                line=dict(width=0),
            ),
            opacity=0.35 if arrow.faint else 1,
            cliponaxis=False,
            text=[name, name],
            hovertemplate="<b>%{text}</b>"
            + (f"<br>{arrow.note}" if arrow.note else "")
            + "<br>(%{x:.3f}, %{y:.3f})<extra></extra>",
        )
    if origin:
        figure.add_scatter(
            x=[0],
            y=[0],
            mode="markers",
            marker=dict(size=6, color=theme.QUIET),
            hovertemplate="0<extra></extra>",
        )
    spread = np.array(points)
    low, high = spread.min(axis=0), spread.max(axis=0)
    middle, reach = (low + high) / 2, max(float((high - low).max()) / 2 * 1.2, 1e-3)
    if half is not None:
        middle, reach = np.zeros(2), half
    frame = _frame(middle, reach, size)
    named = [arrow for arrow in reversed(drawn) if arrow.name and not arrow.faint]
    if named:  # the arrows drawn last are the most important
        tips, starts = (
            np.array([getattr(arrow, end) for arrow in named], float) for end in ("end", "start")
        )
        add_callouts(
            figure,
            frame,
            tips,
            [arrow.name for arrow in named],
            away=[d if np.any(d) else (0, 1) for d in tips - starts],
            obstacles=_along(drawn),
            colors=[arrow.color for arrow in named],
            sizes=[15] * len(named),
            gaps=[4.0] * len(named),
        )
    _equal_scales(figure, frame, axes)
    figure.update_xaxes(zeroline=origin)
    figure.update_yaxes(zeroline=origin)
    return figure


def _along(drawn: Sequence[Arrow]) -> np.ndarray:
    """Points on all shafts, (m, 2), which names should not cover."""
    t = np.linspace(0.1, 1, 10)[:, None]
    return np.concatenate([(1 - t) * np.array(a.start) + t * np.array(a.end) for a in drawn])


def _frame(middle: np.ndarray, reach: float, size: tuple[float, float]) -> Frame:
    """The frame around ``middle`` that shows at least ``reach`` on all sides."""
    scale = min(size) / (2 * reach)
    return Frame(np.asarray(middle, float), np.array(size) / scale / 2, scale)


def _equal_scales(figure: go.Figure, frame: Frame, axes: tuple[str, str] = ("", "")) -> None:
    """Give both axes the same scale; a larger plot shows a larger range."""
    low, high = frame.center - frame.half, frame.center + frame.half
    figure.update_xaxes(title=axes[0], range=[low[0], high[0]], constrain="range")
    figure.update_yaxes(title=axes[1], range=[low[1], high[1]], constrain="range")
    figure.update_yaxes(scaleanchor="x", scaleratio=1)
    figure.update_layout(
        template=theme.TEMPLATE,
        hovermode="closest",
        dragmode="pan",
        margin=dict(l=8, r=8, t=12, b=8),
    )


def forming(
    passes: Sequence[tuple[int, np.ndarray]],
    words: Sequence[str],
    outline: Sequence[int],
    half: float,
    captions: Sequence[list[str]] = (),
) -> go.Figure:
    """A few words joined by a closed line, at every pass of a training as frames; the last is drawn.

    Parameters
    ----------
    passes : sequence of (pass, (n, 2) coordinates)
    words : sequence of str
    outline : sequence of int
        Rows in the order in which the line connects them.
    half : float
        Half of the range of the axes, around 0.
    captions : sequence of list of str, optional
        For each pass the lines of plain text that the app shows below the plot with it.
    """
    rows = list(range(len(words)))
    last = passes[-1][1]
    shown = [theme.text(word, 16) for word in words]
    closed = [*outline, outline[0]]
    figure = go.Figure()
    # The points come first: the frames move them, and all traces that refer to their rows.
    figure.add_scatter(
        x=last[:, 0],
        y=last[:, 1],
        mode="markers+text",
        marker=dict(color=theme.CENTER, size=11),
        text=shown,
        textposition=[
            "top center" if y >= last[:, 1].mean() else "bottom center" for y in last[:, 1]
        ],
        textfont=dict(size=15, color=theme.CENTER),
        cliponaxis=False,
        customdata=[[row] for row in rows],
        hovertemplate="<b>%{text}</b><br>(%{x:.3f}, %{y:.3f})<extra></extra>",
    )
    figure.add_scatter(
        x=last[closed, 0],
        y=last[closed, 1],
        mode="lines",
        line=dict(color=theme.CENTER, width=2.5),
        customdata=[[row] for row in closed],
        hoverinfo="skip",
    )
    _equal_scales(figure, _frame(np.zeros(2), half, SIZE))
    figure.frames = [
        go.Frame(name=str(number), data=[go.Scatter(x=at[:, 0], y=at[:, 1])], traces=[0])
        for number, at in passes
    ]
    if captions:
        meta.attach(figure, captions=list(captions))
    return figure


def all_vectors(V: np.ndarray, U: np.ndarray, words: Sequence[str]) -> go.Figure:
    """Every center vector (disc) and output vector (diamond) of a small model, drawn from 0 with its name;
    if there are many, only the longest are named.

    Parameters
    ----------
    V, U : float (|W|, 2)
        Coordinates.
    words : sequence of str
    """
    figure = go.Figure()
    for name, X, color, symbol in (
        ("V", V, theme.CENTER, "circle"),
        ("U", U, theme.OUTPUT, "diamond"),
    ):
        line = np.full((3 * len(X), 2), np.nan)
        line[0::3], line[1::3] = 0, X
        figure.add_scatter(
            x=line[:, 0],
            y=line[:, 1],
            mode="lines",
            line=dict(color=color, width=1),
            opacity=0.25,
            hoverinfo="skip",
        )
        figure.add_scatter(
            x=X[:, 0],
            y=X[:, 1],
            mode="markers",
            marker=dict(color=color, symbol=symbol, size=10),
            text=[theme.text(word, 24) for word in words],
            cliponaxis=False,
            hovertemplate=f"<b>%{{text}}</b> in {name}<br>(%{{x:.3f}}, %{{y:.3f}})<extra></extra>",
            name=name,
        )
    everything = np.concatenate([V, U])
    sizes = np.linalg.norm(everything, axis=1)
    frame = _frame(np.zeros(2), 1.2 * max(float(np.abs(everything).max()), 1e-3), SIZE)
    longest = np.argsort(-sizes, kind="stable")[:MOST_NAMES]
    add_callouts(
        figure,
        frame,
        everything[longest],
        [words[row % len(words)] for row in longest],
        away=[x if np.any(x) else (0, 1) for x in everything[longest]],
        obstacles=everything,
        colors=[theme.CENTER if row < len(words) else theme.OUTPUT for row in longest],
        gaps=[6.0] * len(longest),
        longest=16,
        keep_all=False,
    )
    _equal_scales(figure, frame)
    return figure
