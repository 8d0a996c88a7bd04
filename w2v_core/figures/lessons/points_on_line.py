"""Points and the line on which they should lie."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from w2v_core.figures import theme


def on_a_line(
    x: np.ndarray,
    y: np.ndarray,
    names: Sequence[str],
    *,
    line: tuple[Sequence[float], Sequence[float]] | None = None,
    axes: tuple[str, str],
    marked: int | None = None,
    log_x: bool = False,
) -> go.Figure:
    """Named points, a line on which they may lie, and one marked point."""
    figure = go.Figure()
    if line is not None:
        figure.add_scatter(
            x=line[0],
            y=line[1],
            mode="lines",
            line=dict(color=theme.QUIET, width=6),
            opacity=0.4,
            hoverinfo="skip",
        )
    shown = [theme.text(name, 40) for name in names]
    figure.add_scatter(
        x=x,
        y=y,
        mode="markers",
        text=shown,
        marker=dict(size=7, color=theme.CENTER, opacity=0.6),
        hovertemplate="<b>%{text}</b><br>(%{x:.4g}, %{y:.4g})<extra></extra>",
    )
    if marked is not None:
        figure.add_scatter(
            x=[x[marked]],
            y=[y[marked]],
            mode="markers+text",
            text=[shown[marked]],
            textposition="bottom left" if x[marked] > np.median(x) else "top right",
            cliponaxis=False,
            textfont=dict(size=15, color=theme.as_text(theme.SELECTED)),
            marker=dict(size=15, symbol="diamond-open", line=dict(width=3), color=theme.SELECTED),
            hoverinfo="skip",
        )
    figure.update_layout(
        template=theme.TEMPLATE,
        dragmode=False,
        hovermode="closest",
        xaxis=dict(title=axes[0], type="log" if log_x else "linear"),
        yaxis=dict(title=axes[1]),
    )
    return figure
