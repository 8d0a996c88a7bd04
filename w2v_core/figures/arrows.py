"""Vectors as arrows, on axes of one scale, so that lengths and angles are what they seem."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from w2v_core.figures import theme


@dataclass(frozen=True)
class Arrow:
    """From ``start`` to ``end`` (each (2,)), named at its tip; ``faint`` for what was before."""

    end: Sequence[float]
    name: str = ""
    start: Sequence[float] = (0.0, 0.0)
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
) -> go.Figure:
    """Arrows in the plane.

    Parameters
    ----------
    drawn : sequence of Arrow
    outline : sequence of (2,), optional
        A closed dotted line through these points.
    axes : (str, str)
        Titles.
    origin : bool
        Mark the point 0.
    half : float, optional
        Half of the axes' range, around 0; left out, whatever holds all arrows.
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
    middle, reach = (low + high) / 2, max(float((high - low).max()) / 2 * 1.25, 1e-3)
    if half is not None:
        middle, reach = np.zeros(2), half
    taken: list[np.ndarray] = []
    for arrow in reversed(drawn):  # the last drawn are the ones that matter
        tip = np.asarray(arrow.end, np.float64)
        crowded = any((np.abs(tip - t) < (0.25 * reach, 0.1 * reach)).all() for t in taken)
        if arrow.name and not arrow.faint and not crowded:
            taken.append(tip)
            along = tip - np.asarray(arrow.start, np.float64)
            length = float(np.linalg.norm(along))
            side, up = along / length if length > 0 else (0.0, 1.0)
            figure.add_annotation(
                x=tip[0],
                y=tip[1],
                text=theme.text(arrow.name, 24),
                showarrow=False,
                xanchor="left" if side > 0.3 else "right" if side < -0.3 else "center",
                yanchor="bottom" if up > 0.3 else "top" if up < -0.3 else "middle",
                xshift=10 * side,
                yshift=8 * up,
                font=dict(size=15, color=arrow.color),
            )
    for axis, title, m in zip(
        (figure.layout.xaxis, figure.layout.yaxis), axes, middle, strict=True
    ):
        axis.update(title=title, range=[m - reach, m + reach], zeroline=origin)
    figure.update_layout(template=theme.TEMPLATE, hovermode="closest", dragmode="pan")
    figure.update_yaxes(scaleanchor="x", scaleratio=1, constrain="domain")
    figure.update_xaxes(constrain="domain")
    return figure


def all_vectors(
    V: np.ndarray,
    U: np.ndarray,
    words: Sequence[str],
    *,
    outline: Sequence[int] = (),
    axes: tuple[str, str] = ("", ""),
    half: float | None = None,
    rays: bool = True,
) -> go.Figure:
    """Every center vector (disc) and output vector (diamond) of a small model, each with its name.

    Parameters
    ----------
    V, U : float (|W|, 2)
        Coordinates; U may be empty.
    words : sequence of str
    outline : sequence of int
        Rows that a closed line goes through.
    half : float, optional
        Half of the axes' range, around 0.
    rays : bool
        A line from 0 to each.
    """
    figure = go.Figure()
    shown = [theme.text(word, 16) for word in words]
    if len(outline):
        closed = V[[*outline, outline[0]]]
        figure.add_scatter(
            x=closed[:, 0],
            y=closed[:, 1],
            mode="lines",
            line=dict(color=theme.CENTER, width=2.5),
            hoverinfo="skip",
        )
    for name, X, color, symbol, place in (
        ("V", V, theme.CENTER, "circle", "top center"),
        ("U", U, theme.OUTPUT, "diamond", "bottom center"),
    ):
        if not len(X):
            continue
        line = np.full((3 * len(X) if rays else 0, 2), np.nan)
        line[0::3], line[1::3] = 0, X if rays else X[:0]
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
            mode="markers+text",
            marker=dict(color=color, symbol=symbol, size=10),
            text=shown,
            # Outside of the outline, where there is one.
            textposition=place
            if rays
            else ["top center" if y >= X[:, 1].mean() else "bottom center" for y in X[:, 1]],
            textfont=dict(size=14, color=color),
            cliponaxis=False,
            hovertemplate=f"<b>%{{text}}</b> in {name}<br>(%{{x:.3f}}, %{{y:.3f}})<extra></extra>",
            name=name,
        )
    reach = (
        half
        if half is not None
        else 1.2 * max(float(np.abs(V).max()), float(np.abs(U).max()) if len(U) else 0.0, 1e-3)
    )
    figure.update_layout(template=theme.TEMPLATE, hovermode="closest", dragmode="pan")
    figure.update_xaxes(range=[-reach, reach], title=axes[0])
    figure.update_yaxes(range=[-reach, reach], title=axes[1], scaleanchor="x", scaleratio=1)
    figure.update_yaxes(constrain="domain")
    figure.update_xaxes(constrain="domain")
    return figure
