"""The map of words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from w2v_core.figures import theme
from w2v_core.figures.labels import FONT_SIZE, place

WEBGL_FROM = 1_500
"""Points from which WebGL draws them; fewer are drawn as SVG, which is sharper when saved."""
_TRIED = 3_000  # words tried for a label, the most frequent ones
_NOMINAL = (900, 560)  # pixels; the page's component places the labels again for the real size


def word_map(
    coordinates: np.ndarray,
    words: Sequence[str],
    counts: np.ndarray,
    *,
    axes: tuple[str, str] = ("", ""),
    color: str = theme.CENTER,
    selected: int | None = None,
    near: Sequence[int] = (),
    ranges: tuple[tuple[float, float], tuple[float, float]] | None = None,
) -> go.Figure:
    """Every word as a point, the most frequent ones with their label.

    Parameters
    ----------
    coordinates : float (n, 2)
    words : sequence of str
        Most frequent first.
    counts : int (n,)
    axes : (str, str)
        Axis titles; empty titles hide the ticks as well.
    color : str
        Of the points.
    selected : int, optional
        The row of the selected word: marked by a ring, always labelled.
    near : sequence of int
        Rows to mark beside it.
    ranges : ((x0, x1), (y0, y1)), optional
        Fixed axis ranges.

    Returns
    -------
    go.Figure
        Trace 0 holds the points, with (row, count) as customdata; the trace named "labels" is the one
        that ``layout.meta`` tells the page's component to fill anew when a person zooms.
    """
    x, y = (np.ascontiguousarray(column, np.float32) for column in np.asarray(coordinates).T[:2])
    shown = [theme.text(word) for word in words]
    points = go.Scattergl if len(words) >= WEBGL_FROM else go.Scatter
    details = np.column_stack([np.arange(len(words)), counts]).astype(np.int32)
    hover = "<b>%{text}</b><br>%{customdata[1]:,} times<br>(%{x:.3f}, %{y:.3f})<extra></extra>"
    dimmed = selected is not None
    figure = go.Figure(
        points(
            x=x,
            y=y,
            mode="markers",
            text=shown,
            customdata=details,
            hovertemplate=hover,
            marker=dict(
                size=4 if len(words) >= WEBGL_FROM else 6,
                color=color,
                opacity=(0.2 if dimmed else 0.35)
                if len(words) > 4_000
                else (0.35 if dimmed else 0.55),
            ),
            name="words",
        )
    )
    first = [] if selected is None else [selected, *near]
    if first:
        marks = np.array(first)
        figure.add_scatter(
            x=x[marks],
            y=y[marks],
            mode="markers",
            text=[shown[i] for i in first],
            customdata=details[marks],
            hovertemplate=hover,
            marker=dict(
                size=[15, *[9] * len(near)],
                color=["rgba(0,0,0,0)", *[theme.NEAR] * len(near)],
                line=dict(
                    width=[3, *[1] * len(near)], color=[theme.SELECTED, *["#FFFFFF"] * len(near)]
                ),
                symbol=["circle", *["diamond"] * len(near)],
                opacity=1,
            ),
            name="selected and nearest",
        )
    order = [*first, *(i for i in range(min(len(words), _TRIED)) if i not in set(first))]
    labelled = place(x, y, words, order, *_NOMINAL)
    figure.add_scatter(
        x=x[labelled],
        y=y[labelled],
        mode="markers+text",  # a thin ring shows which point a label belongs to
        marker=dict(size=5, color="rgba(0,0,0,0)", line=dict(width=1, color=theme.QUIET)),
        text=[shown[i] for i in labelled],
        textposition="top center",
        textfont=dict(size=FONT_SIZE),
        hoverinfo="skip",
        name="labels",
    )
    figure.update_layout(
        template=theme.TEMPLATE,
        dragmode="pan",
        hovermode="closest",
        meta=dict(labels=dict(points=0, trace=len(figure.data) - 1, first=first)),
    )
    for axis, title, chosen in zip(
        (figure.layout.xaxis, figure.layout.yaxis), axes, ranges or (None, None), strict=True
    ):
        axis.update(title=title, showticklabels=bool(title), range=chosen)
    return figure
