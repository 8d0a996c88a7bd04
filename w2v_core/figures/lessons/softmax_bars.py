"""The softmax as bars: scores, their exponentials, and the probabilities."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from w2v_core.figures import theme
from w2v_core.figures.lessons.bars import word_axis


def softmax_bars(
    words: Sequence[str],
    dots: np.ndarray,
    anchors: np.ndarray | None,
    exps: np.ndarray,
    probabilities: np.ndarray,
    *,
    before: np.ndarray | None = None,
    marked: Sequence[int] = (),
) -> go.Figure:
    """Three aligned bar plots with one row for each word: score, exp, probability.

    Parameters
    ----------
    words : sequence of str
    dots, anchors : (n,)
        v_c · u_w, and log q_w if the model is anchored; stacked as two segments.
    exps, probabilities : (n,)
    before : (n,), optional
        Probabilities before a score was changed, drawn as ticks.
    marked : sequence of int
        Rows of the chosen words.
    """
    rows = list(range(len(words)))
    names = [theme.text(word) for word in words]
    opacity = [1.0 if row in set(marked) else 0.55 for row in rows]
    figure = go.Figure()

    def bars(values, axis, color, what, base=None, width=0.7):
        figure.add_bar(
            x=values,
            y=rows,
            base=base,
            orientation="h",
            xaxis=axis,
            width=width,
            marker=dict(color=color, opacity=opacity),
            customdata=names,
            hovertemplate=f"<b>%{{customdata}}</b><br>{what} %{{x:.4g}}<extra></extra>",
            name=what,
        )

    thin = 0.7 if anchors is None else 0.34
    if anchors is None:
        bars(dots, "x", theme.CENTER, "v · u")
    else:
        # One above the other: the anchor starts at 0, the dot product at the end of the anchor.
        bars(anchors, "x", theme.QUIET, "log q", width=thin)
        figure.data[-1].update(offset=-0.36)
        figure.add_bar(
            x=dots,
            y=rows,
            base=anchors,
            orientation="h",
            xaxis="x",
            width=thin,
            offset=0.0,
            marker=dict(color=theme.CENTER, opacity=opacity),
            customdata=np.column_stack([names, [f"{d:.4g}" for d in dots]]),
            hovertemplate="<b>%{customdata[0]}</b><br>v · u %{customdata[1]}<extra></extra>",
            name="v · u",
        )
        figure.add_scatter(
            x=np.asarray(dots) + np.asarray(anchors),
            y=rows,
            xaxis="x",
            mode="markers",
            marker=dict(symbol="line-ns", size=17, line=dict(width=3, color=theme.SELECTED)),
            customdata=names,
            hovertemplate="<b>%{customdata}</b><br>score %{x:.4g}<extra></extra>",
            name="score",
        )
    bars(exps, "x2", theme.OUTPUT, "exp")
    bars(probabilities, "x3", theme.SUM, "p")
    if before is not None:
        figure.add_scatter(
            x=before,
            y=rows,
            xaxis="x3",
            mode="markers",
            marker=dict(symbol="line-ns", size=16, line=dict(width=3, color=theme.SELECTED)),
            customdata=names,
            hovertemplate="<b>%{customdata}</b><br>before %{x:.4g}<extra></extra>",
            name="before",
        )
    score_title = "score v·u" if anchors is None else "score (red) = log q (grey) + v·u (blue)"
    grid = dict(zeroline=True, nticks=4)
    figure.update_layout(
        template=theme.TEMPLATE,
        barmode="overlay",
        bargap=0.25,
        dragmode=False,
        margin=dict(l=8, r=20, t=8, b=48),
        xaxis=dict(domain=[0, 0.32], title=score_title, **grid),
        xaxis2=dict(domain=[0.36, 0.65], title="exp(score)", anchor="y", tickformat="~g", **grid),
        xaxis3=dict(domain=[0.69, 1], title="p(w|c)", anchor="y", rangemode="tozero", **grid),
        yaxis=word_axis(words, marked),
    )
    return figure
