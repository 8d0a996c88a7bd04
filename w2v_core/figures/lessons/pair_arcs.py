"""The training pairs of a sentence as arcs between its words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from w2v_core.figures import theme


def pair_arcs(words: Sequence[str], pairs: Sequence[tuple[int, int]]) -> go.Figure:
    """A sentence, and an arc from each center word to each of its output words.

    Parameters
    ----------
    words : sequence of str
    pairs : sequence of (center place, output place)
    """
    # Each word takes space according to its length, so that words do not overlap.
    widths = np.array([max(len(word), 2) + 2.0 for word in words])
    x = np.cumsum(widths) - widths / 2
    figure = go.Figure()
    t = np.linspace(0, np.pi, 40)
    for i, (center, output) in enumerate(pairs):
        a, b = x[center], x[output]
        curve_x = (a + b) / 2 - (b - a) / 2 * np.cos(t)
        curve_y = 0.35 + np.abs(b - a) / 2 * np.sin(t) ** 0.8
        figure.add_scatter(
            x=curve_x,
            y=curve_y,
            mode="lines+markers",
            line=dict(color=theme.CENTER, width=2),
            marker=dict(
                symbol="arrow", angleref="previous", size=[0] * (len(t) - 1) + [11], opacity=1
            ),
            opacity=0.75,
            text=f"{theme.text(words[center])} → {theme.text(words[output])}",
            hovertemplate="%{text}<extra></extra>",
            name=f"pair {i}",
        )
    centers = {center for center, _ in pairs}
    outputs = {output for _, output in pairs}
    for place, word in enumerate(words):
        color = (
            theme.CENTER
            if place in centers and len(centers) == 1
            else theme.OUTPUT
            if place in outputs
            else theme.QUIET
        )
        figure.add_annotation(
            x=x[place],
            y=-0.2,
            yanchor="top",
            text=f"<b>{theme.text(word, 20)}</b>",
            showarrow=False,
            font=dict(size=17, color=theme.as_text(color)),
        )
    high = max((abs(x[a] - x[b]) / 2 for a, b in pairs), default=1.0)
    figure.update_layout(
        template=theme.TEMPLATE,
        dragmode=False,
        margin=dict(l=8, r=8, t=8, b=8),
        hovermode="closest",
    )
    figure.update_xaxes(visible=False, range=[0, float(widths.sum())])
    figure.update_yaxes(visible=False, range=[-0.18 * (high + 1), 1.12 * high + 0.6])
    return figure
