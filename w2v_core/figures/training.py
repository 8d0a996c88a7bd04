"""The word frequencies of a text before training, and the loss during training."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from w2v_core.figures import theme

NAME_HEIGHT = 0.1  # share of the loss plot's height taken by a line's name beside it


def zipf(counts: np.ndarray, words: Sequence[str]) -> go.Figure:
    """Frequency against rank on logarithmic axes: nearly a straight line in natural texts (Zipf 1949).

    Parameters
    ----------
    counts : int (distinct words,)
        Counts of all distinct words, largest first.
    words : sequence of str
        The vocabulary, whose words appear in the hover text; other words are drawn grey.
    """
    n_words = len(words)
    # Ranks spread evenly on the logarithmic axis: no more points than the eye can separate.
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
    # Whole decades if there are several; otherwise Plotly's own ticks.
    dticks = [1 if span > 100 else None for span in (len(counts), counts[0] / max(counts[-1], 1))]
    figure.update_layout(
        template=theme.TEMPLATE,
        showlegend=n_words < len(counts),
        legend=dict(x=0.98, y=0.98, xanchor="right", yanchor="top"),
        xaxis=dict(type="log", title="rank of the word", dtick=dticks[0], tickformat=",~r"),
        yaxis=dict(type="log", title="times in the text", dtick=dticks[1], tickformat=",~r"),
    )
    return figure


def loss_curve(
    losses: Sequence[float],
    held_out: Sequence[float] = (),
    unigram: float | None = None,
) -> go.Figure:
    """Exact loss (nats per pair) before each pass and after the last; each line is named at its end.

    Parameters
    ----------
    losses : sequence of float
        The loss of the training pairs.
    held_out : sequence of float
        The loss of the held-out sentences; empty if there are none.
    unigram : float, optional
        The loss of a model that ignores contexts, for comparison.
    """
    figure = go.Figure()
    last = max(len(losses) - 1, 1)
    ends: list[tuple[float, str, str]] = []
    if unigram is not None and len(losses):
        figure.add_scatter(
            x=[0, last],
            y=[unigram, unigram],
            name="no contexts",
            mode="lines",
            line=dict(color=theme.QUIET, width=1.2, dash=theme.REFERENCE_DASH),
            hovertemplate="a model that ignores contexts<br>%{y:.4f} nats per pair<extra></extra>",
        )
        ends.append((unigram, "no contexts", theme.QUIET))
    for name, curve, color, dash, symbol in (
        ("training", losses, theme.LEARNED, "solid", "circle"),
        ("held out", held_out, theme.HELD_OUT, theme.HELD_OUT_DASH, "diamond"),
    ):
        if name == "training" or len(curve):
            figure.add_scatter(
                x=list(range(len(curve))),
                y=list(curve),
                name=name,
                mode="lines+markers" if len(curve) <= 60 else "lines",
                marker=dict(size=6, symbol=symbol),
                line=dict(color=color, width=2, dash=dash),
                hovertemplate=f"{name}, after pass %{{x}}<br>%{{y:.4f}} nats per pair<extra></extra>",
            )
        if len(curve):
            ends.append((curve[-1], name, color))
    figure.update_layout(
        template=theme.TEMPLATE,
        margin=dict(r=116),
        # Names beside the lines would widen the axis.
        xaxis=dict(title="passes", range=[-0.02 * last, 1.02 * last], tickformat=",d"),
        yaxis=dict(title="loss, nats per pair"),
        hovermode="x",
    )
    if ends:
        every = [*losses, *held_out, *(y for y, *_ in ends)]
        room = 0.06 * max(max(every) - min(every), 1e-3)
        low, high = min(every) - room, max(every) + room
        figure.update_yaxes(range=[low, high])
        ends.sort()
        heights = _apart([y for y, *_ in ends], NAME_HEIGHT * (high - low), high)
        for (y, name, color), height in zip(ends, heights, strict=True):
            figure.add_annotation(
                x=1,
                xref="paper",
                y=height,
                text=f"{name} {y:.3f}",
                showarrow=False,
                font=dict(color=theme.as_text(color), size=12),
                xanchor="left",
                xshift=5,
                yanchor="middle",
            )
    if len(losses) <= 6:
        figure.update_xaxes(dtick=1)  # no half passes
    return figure


def _apart(heights: Sequence[float], gap: float, highest: float) -> list[float]:
    """Move ascending heights, first upward, then downward, no more than leaves ``gap`` between them."""
    placed: list[float] = []
    for height in heights:
        placed.append(max(height, placed[-1] + gap) if placed else height)
    placed[-1] = min(placed[-1], highest)
    for i in range(len(placed) - 2, -1, -1):
        placed[i] = min(placed[i], placed[i + 1] - gap)
    return placed
