"""What a model predicts around a word, compared with what the corpus contains."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from w2v_core.figures import theme
from w2v_core.figures.neighbours import LONGEST, LONGEST_HOVER

_LEAST_RATIO = 2.0**-4  # bars for smaller ratios end here


def paired_bars(
    words: Sequence[str],
    rows: Sequence[int],
    model: np.ndarray,
    corpus: np.ndarray | None,
    unigram: np.ndarray,
    counts: np.ndarray | None = None,
    *,
    ratio: bool = False,
) -> go.Figure:
    """A pair of bars for each output word, the model's above that of the corpus.

    Parameters
    ----------
    words : sequence of str
    rows : sequence of int
        The words' rows, returned by a click.
    model, corpus : float (n,)
        p(o|c) and N(c,o) / n_c, 0 to 1; corpus is None without a text.
    unigram : float (n,)
        q_o.
    counts : float (n,), optional
        N(c,o).
    ratio : bool
        Draw both as multiples of the unigram, on a scale of doublings, instead of as percentages.
    """
    places = np.arange(len(words))
    names = [theme.text(word, LONGEST_HOVER) for word in words]
    seen = [
        "" if counts is None else f", N = {n:,.1f}"
        for n in (counts if counts is not None else places)
    ]
    hover = [
        f"<b>{name}</b><br>model {p:.2%}<br>"
        + ("" if corpus is None else f"corpus {corpus[i]:.2%}{seen[i]}<br>")
        + f"whole text {u:.3%}<br>{p / u:,.3g} times as likely as in the whole text"
        for i, (name, p, u) in enumerate(zip(names, model, unigram, strict=True))
    ]

    def drawn(share: np.ndarray) -> np.ndarray:
        if not ratio:
            return 100 * share
        return np.log2(np.maximum(share / unigram, _LEAST_RATIO))

    series = [("the model, p(o|c)", model, theme.CENTER, "")]
    if corpus is not None:
        series.append(("the corpus, N(c,o) / n(c)", corpus, theme.OUTPUT, "/"))
    figure = go.Figure(layout=dict(template=theme.TEMPLATE))
    for k, (name, share, color, pattern) in enumerate(series):
        length = drawn(share)
        if ratio and k == 1:
            length = np.where(share > 0, length, np.nan)  # a word never seen has no bar
        figure.add_bar(
            x=length,
            y=places,
            orientation="h",
            name=name,
            marker=dict(
                color=color,
                opacity=0.8,
                pattern=dict(shape=pattern, size=5, solidity=0.35, fillmode="replace"),
                line=dict(width=1, color=color),
            ),
            customdata=np.array(rows, np.int32).reshape(-1, 1),
            hovertext=hover,
            hovertemplate="%{hovertext}<extra></extra>",
        )
    xaxis: dict[str, Any] = dict(title="probability, %", rangemode="tozero")
    if ratio:
        most = max(
            float(np.nanmax(bar.x, initial=1.0)) if len(bar.x) else 1.0 for bar in figure.data
        )
        step = 1 if most <= 7 else 2
        ticks = list(range(-4, int(np.ceil(most)) + 1, step))
        xaxis = dict(
            title="times as likely as in the whole text",
            tickvals=ticks,
            ticktext=[f"×{2**t:,}" if t >= 0 else f"÷{2**-t}" for t in ticks],
        )
    figure.update_layout(
        barmode="group",
        bargap=0.28,
        bargroupgap=0.06,
        dragmode=False,
        hovermode="closest",
        showlegend=True,
        legend=dict(
            orientation="h", x=0, y=1, yanchor="bottom", traceorder="normal", font=dict(size=13)
        ),
        margin=dict(l=8, r=12, t=32, b=44),
        xaxis=xaxis,
        yaxis=dict(
            tickvals=places,
            ticktext=[theme.text(word, LONGEST) for word in words],
            autorange="reversed",
            showgrid=False,
            tickfont=dict(size=14),
        ),
    )
    return figure
