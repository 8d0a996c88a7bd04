"""The share of the variance explained by each principal component."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from w2v_core.figures import theme


def variance_bars(explained: np.ndarray, shown: Sequence[int] = (), most: int = 20) -> go.Figure:
    """Explained variance per component as bars; components on the map's axes are coloured.

    Parameters
    ----------
    explained : float (components,)
        Shares, 0 to 1.
    shown : sequence of int
        The components, counted from 0, that are the map's axes.
    most : int
        The largest number of components, always including those shown.
    """
    n = min(len(explained), max(most, *(number + 1 for number in shown), 0))
    figure = go.Figure(
        go.Bar(
            x=list(range(1, n + 1)),
            y=100 * np.asarray(explained[:n]),
            marker=dict(color=[theme.CENTER if i in shown else theme.QUIET for i in range(n)]),
            hovertemplate="PC %{x}: %{y:.2f} % of the variance<extra></extra>",
        )
    )
    figure.update_layout(
        template=theme.TEMPLATE,
        margin=dict(l=44, r=8, t=8, b=36),
        bargap=0.2,
        dragmode=False,
        xaxis=dict(title="component", tickformat="d", dtick=1 if n <= 8 else 5),
        yaxis=dict(title="% of variance", rangemode="tozero", nticks=4),
    )
    return figure
