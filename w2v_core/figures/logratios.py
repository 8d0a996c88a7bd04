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
    reasons = [*toward, *away]
    # The axes hold nearly all of the weight; points beyond are drawn at the edge.
    far = np.maximum(np.abs(x), np.abs(y))
    order = np.argsort(far)
    covered = np.cumsum(weight[order])
    reach = float(far[order[min(np.searchsorted(covered, 0.995 * covered[-1]), len(far) - 1)]])
    reach = 1.22 * max(reach, float(far[reasons].max(initial=0)), 0.1)
    drawn = np.argsort(-weight, kind="stable")[:DRAWN]
    quiet = np.setdiff1d(drawn, reasons)
    size = 3 + 26 * np.sqrt(weight / weight.max())
    a, b, c, d = (theme.isolated(theme.text(word)) for word in quadruple)
    figure = go.Figure(
        go.Scatter(
            x=[-reach, reach],
            y=[-reach, reach],
            mode="lines",
            line=dict(color=theme.QUIET, width=1.5, dash="dot"),
            hoverinfo="skip",
            name="the diagonal: the same change in both",
        )
    )
    for rows, color, symbol, opacity, name in (
        (quiet, theme.QUIET, "circle", 0.3, "context words"),
        (np.array(toward, int), theme.PULL, "circle", 0.9, "pulled toward"),
        (np.array(away, int), theme.PUSH, "diamond", 0.9, "pushed away"),
    ):
        figure.add_scatter(
            x=np.clip(x[rows], -reach, reach).astype(np.float32),
            y=np.clip(y[rows], -reach, reach).astype(np.float32),
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
        figure.add_scatter(
            x=[float(np.clip(x[selected], -reach, reach))],
            y=[float(np.clip(y[selected], -reach, reach))],
            mode="markers",
            marker=dict(
                size=float(size[selected]) + 10,
                color="rgba(0,0,0,0)",
                line=dict(width=3, color=theme.SELECTED),
            ),
            hoverinfo="skip",
            name="selected",
        )
    corners = np.array([[-reach, -reach], [reach, reach]])
    frame = Frame.around(corners, *_SIZE, margin=0)
    points = np.clip(np.column_stack([x, y]), -reach, reach)
    # Alternating between both ends, so that neither side takes all the room.
    turns = [
        row
        for pair in zip(_padded(toward, away), _padded(away, toward), strict=True)
        for row in pair
        if row is not None
    ]
    if selected is not None:
        turns = [selected, *(row for row in turns if row != selected)]
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
    for side, anchor, text in (
        (1, "right", f"more often near {b} and {d}"),
        (-1, "left", f"more often near {a} and {c}"),
    ):
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
    mean = f"{round(chance[0], 2) + 0.0:.2f}".replace("-", "−") if chance else ""
    random = f"; random pairs {mean} ± {chance[1]:.2f}" if chance else ""
    one, other, third, fourth = (theme.isolated(word) for word in quadruple)
    title = f"Why {one} : {other} is like {third} : {fourth}"
    subtitle = f"each point is a context word w; weighted r = {r:.2f}{random}"
    frame.apply(figure, (f"log p(w | {b}) / p(w | {a})", f"log p(w | {d}) / p(w | {c})"))
    figure.update_yaxes(constrain="domain", constraintoward="top")  # a square
    theme.dress(figure, title, subtitle)
    return figure


def _padded(rows: list[int], other: list[int]) -> list[int | None]:
    return rows + [None] * max(len(other) - len(rows), 0)
