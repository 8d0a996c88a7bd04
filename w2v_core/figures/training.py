"""What a text is like before training, and how training goes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from w2v_core.figures import theme


def zipf(counts: np.ndarray, words: Sequence[str]) -> go.Figure:
    """Frequency against rank, both logarithmic: nearly a straight line in natural texts (Zipf 1949).

    Parameters
    ----------
    counts : int (distinct words,)
        Of every distinct word, largest first.
    words : sequence of str
        The vocabulary, whose words are named on hover; the rest is drawn grey.
    """
    n_words = len(words)
    # Ranks evenly spread on the logarithmic axis: no more points than can be told apart.
    rank = np.unique(np.geomspace(1, len(counts), 400).round().astype(int))
    figure = go.Figure()
    for name, part, color in (
        ("in the vocabulary", rank[rank <= n_words], theme.CENTER),
        ("left out", rank[rank > n_words], theme.QUIET),
    ):
        if len(part):
            inside = part[0] <= n_words
            figure.add_scatter(
                x=part,
                y=counts[part - 1],
                mode="markers+lines",
                name=name,
                text=[theme.text(words[r - 1]) if inside else "left out" for r in part],
                hovertemplate="<b>%{text}</b><br>rank %{x:,}<br>%{y:,} times<extra></extra>",
                marker=dict(size=5, color=color, symbol="circle" if inside else "x"),
                line=dict(width=1, color=color),
            )
    # Whole decades where there are several; Plotly's own ticks where there are not.
    dticks = [1 if span > 100 else None for span in (len(counts), counts[0] / max(counts[-1], 1))]
    figure.update_layout(
        template=theme.TEMPLATE,
        showlegend=n_words < len(counts),
        legend=dict(x=0.98, y=0.98, xanchor="right", yanchor="top"),
        xaxis=dict(type="log", title="rank of the word", dtick=dticks[0], tickformat=",~r"),
        yaxis=dict(type="log", title="times in the text", dtick=dticks[1], tickformat=",~r"),
    )
    return figure


def loss_curve(losses: Sequence[float]) -> go.Figure:
    """Exact loss (nats per pair) before each pass, the last after it."""
    losses = list(losses)
    figure = go.Figure(
        go.Scatter(
            x=list(range(len(losses))),
            y=losses,
            mode="lines+markers" if len(losses) <= 60 else "lines",
            marker=dict(size=6),
            line=dict(color=theme.CENTER, width=2),
            hovertemplate="after pass %{x}<br>%{y:.4f} nats per pair<extra></extra>",
        )
    )
    figure.update_layout(
        template=theme.TEMPLATE,
        xaxis=dict(title="passes", rangemode="tozero", tickformat=",d"),
        yaxis=dict(title="loss, nats per pair"),
        hovermode="x",
    )
    if len(losses) <= 6:
        figure.update_xaxes(dtick=1)  # no half passes
    return figure
