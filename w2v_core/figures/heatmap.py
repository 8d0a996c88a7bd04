"""Similarity within a list of words: every pair, and the tree that joins them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from w2v_core.figures import theme
from w2v_core.figures.neighbours import LONGEST, LONGEST_HOVER

_NUMBERS_UP_TO = 18  # with more words, the cells are too small for numbers
_CUT = 14  # characters shown of a word at the axes


def similarity_map(
    words: Sequence[str],
    cosines: np.ndarray,
    order: Sequence[int],
    across: Sequence[Sequence[float]],
    height: Sequence[Sequence[float]],
    odd: int | None = None,
) -> go.Figure:
    """The cosine of every pair of words as a heat map, in the order of the tree drawn above it.

    Parameters
    ----------
    words : sequence of str
    cosines : float (n, n)
    order, across, height
        The tree, as ``space.clustering.tree`` gives it.
    odd : int, optional
        Index of the word that does not belong; it is marked.

    Returns
    -------
    go.Figure
        The customdata of cell (i, j) is i·n + j.
    """
    n = len(words)
    order = list(order)
    names = [theme.text(words[i], LONGEST_HOVER) for i in order]
    ticks = [theme.text(words[i], min(_CUT, LONGEST)) for i in order]
    if odd is not None:
        at = order.index(odd)
        ticks[at] = f"<b>▸ {ticks[at]}</b>"
    values = np.asarray(cosines, np.float32)[np.ix_(order, order)]
    pairs = np.array(order)[:, None] * n + np.array(order)[None, :]
    places = list(range(n))
    cells = go.Heatmap(
        z=values,
        x=places,
        y=places,
        zmin=-1,
        zmax=1,
        colorscale=theme.DIVERGING,
        xgap=2,
        ygap=2,
        customdata=pairs,
        hovertext=[[f"<b>{a}</b> and <b>{b}</b>" for b in names] for a in names],
        hovertemplate="%{hovertext}<br>cosine %{z:.3f}<extra></extra>",
        colorbar=dict(title="cosine", thickness=10, len=0.5, y=0.4, outlinewidth=0),
    )
    if n <= _NUMBERS_UP_TO:
        cells.update(text=values, texttemplate="%{text:.2f}", textfont=dict(size=12))
    figure = go.Figure([cells], layout=dict(template=theme.TEMPLATE))
    tops = np.array([max(h) for h in height])
    gap = np.full(1, np.nan)
    figure.add_scatter(
        x=np.concatenate([np.r_[corner, gap] for corner in across]),
        y=np.concatenate([np.r_[corner, gap] for corner in height]),
        mode="lines",
        line=dict(color=theme.QUIET, width=1.5),
        hoverinfo="skip",
        yaxis="y2",
    )
    figure.add_scatter(
        x=[(c[1] + c[2]) / 2 for c in across],
        y=tops,
        mode="markers",
        marker=dict(size=7, color=theme.QUIET),
        hovertemplate="joined at cosine %{customdata:.2f}<extra></extra>",
        customdata=1 - tops,
        yaxis="y2",
        name="joints",
    )
    edges = [-0.5, n - 0.5]
    figure.update_layout(
        dragmode=False,
        margin=dict(l=8, r=8, t=8, b=8),
        xaxis=dict(
            tickvals=places,
            ticktext=ticks,
            range=edges,
            showgrid=False,
            zeroline=False,
            anchor="y",
            tickangle=-40,
            tickfont=dict(size=14),
        ),
        yaxis=dict(
            tickvals=places,
            ticktext=ticks,
            range=edges[::-1],
            domain=[0, 0.8],
            showgrid=False,
            zeroline=False,
            tickfont=dict(size=14),
        ),
        yaxis2=dict(domain=[0.82, 1], visible=False, range=[0, float(tops.max()) * 1.08 or 1]),
    )
    return figure
