"""Horizontal bars, one row for each word: signed values, or several series side by side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from w2v_core.figures import theme

_WORD = dict(size=14)


def word_axis(words: Sequence[str], marked: Sequence[int] = (), longest: int = 16) -> dict:
    shown = [
        "<br>".join(theme.text(line, longest) for line in word.split("\n", 2)) for word in words
    ]
    for row in marked:
        shown[row] = f"<b>{shown[row]}</b>"
    return dict(
        tickvals=list(range(len(words))),
        ticktext=shown,
        autorange="reversed",
        showgrid=False,
        zeroline=False,
        tickfont=_WORD,
    )


def signed_bars(
    words: Sequence[str], values: np.ndarray, title: str, marked: Sequence[int] = ()
) -> go.Figure:
    """Bars to both sides of zero: negative values attract (green), positive ones repel (vermilion)."""
    values = np.asarray(values, np.float64)
    reach = 1.25 * max(float(np.abs(values).max(initial=0)), 1e-9)
    figure = go.Figure(
        go.Bar(
            x=values,
            y=list(range(len(words))),
            orientation="h",
            marker=dict(color=[theme.PULL if v < 0 else theme.PUSH for v in values]),
            text=[f"{v:+.3f}" for v in values],
            textposition="outside",
            cliponaxis=False,
            customdata=[theme.text(word) for word in words],
            hovertemplate="<b>%{customdata}</b><br>%{x:.5f}<extra></extra>",
        )
    )
    low = -reach if (values < 0).any() else -0.02 * reach
    high = reach if (values > 0).any() else 0.02 * reach
    figure.update_layout(
        template=theme.TEMPLATE,
        bargap=0.3,
        dragmode=False,
        margin=dict(l=8, r=20, t=8, b=48),
        xaxis=dict(title=title, range=[low, high], zeroline=True),
        yaxis=word_axis(words, marked),
    )
    return figure


def compared_bars(
    words: Sequence[str],
    series: Sequence[tuple[str, Sequence[float] | np.ndarray, str | Sequence[str]]],
    title: str,
    limits: tuple[float, float] | None = None,
    longest: int = 16,
    small: bool = False,
) -> go.Figure:
    """Bars side by side, one row for each word. Each series is (name, values, colour or a colour for each
    bar). Words are cut at ``longest`` characters and may have several lines; ``small`` is for many rows."""
    figure = go.Figure()
    for name, values, color in series:
        figure.add_bar(
            x=values,
            y=list(range(len(words))),
            orientation="h",
            marker=dict(color=color),
            name=name,
            customdata=[theme.text(word.replace("\n", ", ")) for word in words],
            hovertemplate=f"<b>%{{customdata}}</b><br>{name} %{{x:.4g}}<extra></extra>",
        )
    figure.update_layout(
        template=theme.TEMPLATE,
        barmode="group",
        bargap=0.25,
        dragmode=False,
        margin=dict(l=8, r=20, t=28, b=48),
        showlegend=len(series) > 1,
        legend=dict(orientation="h", x=0, y=1.0, yanchor="bottom"),
        xaxis=dict(title=title, range=limits, zeroline=True),
        yaxis=word_axis(words, longest=longest),
    )
    if small:
        figure.update_yaxes(tickfont=dict(size=12))
    return figure
