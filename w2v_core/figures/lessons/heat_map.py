"""Matrices as heat maps: blue above zero, orange below, transparent at zero."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from w2v_core.figures import theme

SCALE = [[0, theme.PUSH], [0.5, "rgba(128,136,150,0.06)"], [1, theme.CENTER]]
TINTS = [[0, "rgba(213,94,0,0.6)"], [0.5, "rgba(128,136,150,0.06)"], [1, "rgba(0,114,178,0.6)"]]
"""A paler version, on which numbers can be read in the light and the dark theme."""
_MOST_NUMBERS = 80  # cells show their numbers up to this many cells


def heat_map(
    matrix: np.ndarray,
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    largest: float | None = None,
    column: int | None = None,
    value: str = "value",
    square: bool = False,
    bar: bool = True,
) -> go.Figure:
    """A matrix with its first row at the top.

    Parameters
    ----------
    matrix : float (n, m)
    rows, columns : sequence of str
    largest : float, optional
        The value that has full colour; by default the largest absolute value.
    column : int, optional
        A column to frame.
    value : str
        The name of a cell's value in the hover text.
    square : bool
        Whether cells are square.
        bar : bool
            Whether to draw a colour bar if the cells do not show their numbers.
    """
    matrix = np.asarray(matrix, np.float64)
    top = largest or max(float(np.nanmax(np.abs(matrix), initial=0)), 1e-9)
    few = matrix.size <= _MOST_NUMBERS
    names = [[theme.text(word, 14) for word in side] for side in (rows, columns)]
    figure = go.Figure(
        go.Heatmap(
            z=matrix,
            x=list(range(matrix.shape[1])),
            y=list(range(matrix.shape[0])),
            zmin=-top,
            zmax=top,
            colorscale=TINTS if few else SCALE,
            xgap=1,
            ygap=1,
            customdata=[[f"{r} · {c}" for c in names[1]] for r in names[0]],
            hovertemplate=f"%{{customdata}}<br>{value} %{{z:.4f}}<extra></extra>",
            texttemplate="%{z:.2f}" if few else None,
            textfont=dict(size=11, color=theme.INK),
            colorbar=dict(thickness=10, outlinewidth=0, len=0.9),
            showscale=bar and not few,
        )
    )
    if column is not None:
        figure.add_shape(
            type="rect",
            x0=column - 0.5,
            x1=column + 0.5,
            y0=-0.5,
            y1=len(matrix) - 0.5,
            line=dict(color=theme.ANSWER, width=3),
        )
    figure.update_layout(
        template=theme.TEMPLATE,
        margin=dict(l=8, r=8, t=8, b=8),
        dragmode=False,
        hovermode="closest",
    )
    figure.update_xaxes(
        tickvals=list(range(len(columns))),
        ticktext=names[1],
        showgrid=False,
        zeroline=False,
        side="top",
    )
    figure.update_yaxes(
        tickvals=list(range(len(rows))),
        ticktext=names[0],
        showgrid=False,
        zeroline=False,
        autorange="reversed",
    )
    if square:
        figure.update_yaxes(scaleanchor="x", scaleratio=1, constrain="domain")
        figure.update_xaxes(constrain="domain")
    return figure
