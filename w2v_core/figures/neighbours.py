"""One word and what is near it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from w2v_core.figures import theme

LONGEST = 18  # characters of a word beside its bar


def nearest_bars(
    nearest: Sequence[tuple[str, float]], rows: Sequence[int], color: str = theme.CENTER
) -> go.Figure:
    """The nearest words as bars of their cosine, the nearest on top.

    Parameters
    ----------
    nearest : sequence of (word, cosine)
    rows : sequence of int
        The words' rows, as customdata: what a click gives back.
    color : str
    """
    words = [theme.text(word) for word, _ in nearest]
    short = [theme.text(word, LONGEST) for word, _ in nearest]
    values = np.array([value for _, value in nearest])
    figure = go.Figure(
        go.Bar(
            x=values,
            y=list(range(len(words))),
            orientation="h",
            marker=dict(color=color, opacity=0.75),
            text=[f"{value:.2f}" for value in values],
            textposition="outside",
            cliponaxis=False,
            customdata=np.array(rows, np.int32).reshape(-1, 1),
            hovertext=words,
            hovertemplate="<b>%{hovertext}</b><br>cosine %{x:.4f}<extra></extra>",
        )
    )
    figure.update_layout(
        template=theme.TEMPLATE,
        margin=dict(l=8, r=36, t=8, b=40),
        bargap=0.3,
        dragmode=False,
        xaxis=dict(title="cosine", range=[-1.25, 1.25] if (values < 0).any() else [0, 1]),
        yaxis=dict(
            tickvals=list(range(len(words))),
            ticktext=short,
            autorange="reversed",
            showgrid=False,
            tickfont=dict(size=14),
        ),
    )
    return figure
