"""Losses over time as lines."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from w2v_core.figures import theme


def loss_lines(series: Sequence[tuple[str, Sequence[float], str, str]], x_title: str) -> go.Figure:
    """Losses (nats per pair) over time. Each series is (name, values, colour, dash)."""
    figure = go.Figure()
    for name, values, color, dash in series:
        figure.add_scatter(
            x=list(range(len(values))),
            y=list(values),
            mode="lines+markers" if len(values) <= 30 else "lines",
            line=dict(color=color, width=2.5, dash=dash),
            marker=dict(size=6),
            name=name,
            hovertemplate=f"{name}<br>%{{x}}: %{{y:.4f}} nats<extra></extra>",
        )
    figure.update_layout(
        template=theme.TEMPLATE,
        showlegend=len(series) > 1,
        legend=dict(orientation="h", x=0, y=1.0, yanchor="bottom"),
        margin=dict(l=56, r=16, t=28, b=48),
        dragmode=False,
        hovermode="x unified" if len(series) > 1 else "x",
        xaxis=dict(title=x_title, rangemode="tozero"),
        yaxis=dict(title="loss, nats"),
    )
    return figure
