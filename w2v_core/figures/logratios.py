"""Why a : b is like c : d: every context word placed by its two log-ratios."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from w2v_core.figures import theme
from w2v_core.figures.callouts import Frame, add_callouts

DRAWN = 2_000  # at most this many words, by weight; the others would be one-pixel dots
_SIZE = (520, 520)  # size of the plotting area in pixels, assumed when labels are placed


def why_scatter(
    x: np.ndarray,
    y: np.ndarray,
    weight: np.ndarray,
    words: Sequence[str],
    toward: Sequence[int],
    away: Sequence[int],
    quadruple: tuple[str, str, str, str],
    r: float,
    chance: tuple[float, float] | None = None,
    selected: int | None = None,
) -> go.Figure:
    """Every context word at (log p(w|b)/p(w|a), log p(w|d)/p(w|c)), with an area given by its weight.

    Parameters
    ----------
    x, y : float (n,)
        Nats.
    weight : float (n,)
        Mean probability over the four words.
    words : sequence of str
    toward, away : sequence of int
        The strongest reasons, strongest first; they are labelled and coloured.
    quadruple : a, b, c, d
    r : float
        The weighted correlation.
    chance : (float, float), optional
        Mean and standard deviation of r over random pairs.
    selected : int, optional
        The word that was clicked.

    Returns
    -------
    go.Figure
        Every trace with words has their rows as customdata.
    """
    toward, away = list(toward), list(away)
    reach = _reach(x, y, weight, [*toward, *away])
    drawn = np.argsort(-weight, kind="stable")[:DRAWN]
    quiet = np.setdiff1d(drawn, [*toward, *away])
    size = 3 + 26 * np.sqrt(weight / weight.max())
    points = np.clip(np.column_stack([x, y]), -reach, reach)
    a, b, c, d = (theme.isolated(theme.text(word)) for word in quadruple)
    figure = go.Figure(_diagonal(reach))
    for rows, color, symbol, opacity, name in (
        (quiet, theme.QUIET, "circle", 0.3, "context words"),
        (np.array(toward, int), theme.PULL, "circle", 0.9, "pulled towards"),
        (np.array(away, int), theme.PUSH, "diamond", 0.9, "pushed away"),
    ):
        figure.add_scatter(
            x=points[rows, 0].astype(np.float32),
            y=points[rows, 1].astype(np.float32),
            mode="markers",
            marker=dict(
                size=size[rows].round(1),
                color=color,
                symbol=symbol,
                opacity=opacity,
                line=dict(width=0),
            ),
            text=[theme.text(words[row]) for row in rows],
            customdata=np.column_stack([rows, x[rows], y[rows], 100 * weight[rows]]),
            hovertemplate=(
                "<b>%{text}</b><br>"
                f"log p(w|{b})/p(w|{a}) = %{{customdata[1]:.2f}}<br>"
                f"log p(w|{d})/p(w|{c}) = %{{customdata[2]:.2f}}<br>"
                "mean probability %{customdata[3]:.2f} %<extra></extra>"
            ),
            name=name,
        )
    if selected is not None:
        figure.add_trace(_ring(points[selected], float(size[selected])))
    corners = np.array([[-reach, -reach], [reach, reach]])
    frame = Frame.around(corners, *_SIZE, margin=0)
    turns = _turns(toward, away, selected)
    gaps = size[turns] / 2
    if selected is not None:
        gaps[0] += 7  # its ring
    heavy = quiet[size[quiet] > 9]
    add_callouts(
        figure,
        frame,
        points[turns],
        [words[row] for row in turns],
        away=np.array([[np.sign(x[row]) * 0.6, np.sign(y[row])] for row in turns]).reshape(-1, 2),
        obstacles=points[heavy] if len(heavy) else None,
        gaps=gaps,
        keep_all=False,
    )
    _name_ends(figure, reach, f"more often near {b} and {d}", f"more often near {a} and {c}")
    mean = f"{round(chance[0], 2) + 0.0:.2f}".replace("-", "−") if chance else ""
    random = f"; random pairs {mean} ± {chance[1]:.2f}" if chance else ""
    one, other, third, fourth = (theme.isolated(word) for word in quadruple)
    title = f"Why {one} : {other} is like {third} : {fourth}"
    subtitle = f"each point is a context word w; weighted r = {r:.2f}{random}"
    frame.apply(figure, (f"log p(w | {b}) / p(w | {a})", f"log p(w | {d}) / p(w | {c})"))
    figure.update_yaxes(constrain="domain", constraintoward="top")  # a square
    theme.dress(figure, title, subtitle)
    return figure


def _reach(x: np.ndarray, y: np.ndarray, weight: np.ndarray, reasons: list[int]) -> float:
    """Half the length of both axes. They hold nearly all of the weight, and all reasons; points beyond are
    drawn at the edge."""
    far = np.maximum(np.abs(x), np.abs(y))
    order = np.argsort(far)
    covered = np.cumsum(weight[order])
    reach = float(far[order[min(np.searchsorted(covered, 0.995 * covered[-1]), len(far) - 1)]])
    return 1.22 * max(reach, float(far[reasons].max(initial=0)), 0.1)


def _diagonal(reach: float) -> go.Scatter:
    return go.Scatter(
        x=[-reach, reach],
        y=[-reach, reach],
        mode="lines",
        line=dict(color=theme.QUIET, width=1.5, dash="dot"),
        hoverinfo="skip",
        name="the diagonal: the same change in both",
    )


def _ring(point: np.ndarray, size: float) -> go.Scatter:
    """A ring around the point of the selected word, whose diameter is ``size`` pixels."""
    return go.Scatter(
        x=[float(point[0])],
        y=[float(point[1])],
        mode="markers",
        marker=dict(
            size=size + 10,
            color="rgba(0,0,0,0)",
            line=dict(width=3, color=theme.SELECTED),
        ),
        hoverinfo="skip",
        name="selected",
    )


def _turns(toward: list[int], away: list[int], selected: int | None) -> list[int]:
    """The words in the order in which they get labels: the selected one, then alternating between both
    ends, so that neither side takes all the room."""
    turns = [
        row
        for pair in zip(_padded(toward, away), _padded(away, toward), strict=True)
        for row in pair
        if row is not None
    ]
    return turns if selected is None else [selected, *(row for row in turns if row != selected)]


def _name_ends(figure: go.Figure, reach: float, upper: str, lower: str) -> None:
    """Write what both ends of the diagonal mean."""
    for side, anchor, text in ((1, "right", upper), (-1, "left", lower)):
        figure.add_annotation(
            x=side * reach,
            y=side * reach,
            xanchor=anchor,
            yanchor="top" if side > 0 else "bottom",
            text=f"<i>{text}</i>",
            showarrow=False,
            xshift=-24 * side,  # beside the diagonal
            font=dict(color=theme.as_text(theme.PULL if side > 0 else theme.PUSH), size=13),
        )


def _padded(rows: list[int], other: list[int]) -> list[int | None]:
    return rows + [None] * max(len(other) - len(rows), 0)
