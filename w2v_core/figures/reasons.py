"""Why two words are near each other: the context words that they share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from w2v_core.figures import meta, theme
from w2v_core.figures.labels import FONT_SIZE, place
from w2v_core.figures.neighbours import LONGEST, LONGEST_HOVER, Rows, word_rows

MOST_POINTS = 1_200
"""Only the most likely contexts of either word are drawn; the others would be too faint to see."""
_NOMINAL = (560, 440)  # pixels; the page's component places the labels again for the real size
_QUANTILE = 0.998  # share of the points within the initial axes; reasons always are


def shared_contexts(
    words: Sequence[str],
    x: np.ndarray,
    y: np.ndarray,
    weight: np.ndarray,
    strongest: Sequence[int],
    a: str,
    b: str,
    chosen: int | None = None,
) -> go.Figure:
    """Every context word w as a point: how much more often than in the whole text it is expected near a
    and near b. Words on the diagonal, away from the middle, are contexts that a and b share.

    Parameters
    ----------
    words : sequence of str
    x, y : float (|W|,)
        log p(w|a)/q_w and log p(w|b)/q_w, nats.
    weight : float (|W|,)
        Mean probability near the two words, 0 to 1; it sets the area of a point.
    strongest : sequence of int
        Rows of the strongest reasons, strongest first; coloured, and labelled where there is room.
    a, b : str
    chosen : int, optional
        The row of the chosen word, marked by a ring.

    Returns
    -------
    go.Figure
        customdata holds rows. ``layout.meta`` tells the page's component to fill the trace named
        "labels" again for the real size.
    """
    strongest = [int(row) for row in strongest]
    if chosen is not None and chosen not in strongest:
        strongest.append(chosen)
    rest = np.argsort(-weight, kind="stable")[:MOST_POINTS]
    rest = rest[~np.isin(rest, strongest)]
    size = np.sqrt(weight / max(float(weight.max(initial=0)), 1e-12))

    def trace(rows, **marker):
        return go.Scatter(
            x=x[rows].astype(np.float32),
            y=y[rows].astype(np.float32),
            mode="markers",
            text=[theme.text(words[i], LONGEST) for i in rows],
            customdata=np.array(rows, np.int32).reshape(-1, 1),
            hovertext=[theme.text(words[i], LONGEST_HOVER) for i in rows],
            hovertemplate="<b>%{hovertext}</b><br>near the first: %{x:+.2f} nats<br>"
            "near the second: %{y:+.2f} nats<extra></extra>",
            marker=marker,
        )

    both_more = [x[i] > 0 and y[i] > 0 for i in strongest]
    colors = [theme.PULL if more else theme.PUSH for more in both_more]
    figure = go.Figure(
        [
            trace(rest, size=2.5 + 10 * size[rest], color=theme.QUIET, opacity=0.3),
            trace(
                np.array(strongest, int),
                size=6 + 7 * size[strongest],
                color=colors,
                symbol=["circle" if more else "diamond" for more in both_more],
                opacity=0.95,
                line=dict(
                    width=[3 if row == chosen else 0 for row in strongest], color=theme.SELECTED
                ),
            ),
        ]
    )
    low, high = _frame(x, y, rest, strongest)
    xs, ys = x[strongest], y[strongest]
    order = list(range(len(strongest)))
    if chosen is not None:
        order.sort(key=lambda i: strongest[i] != chosen)
    labelled = place(xs, ys, [words[i] for i in strongest], order, *_NOMINAL) if order else []
    figure.add_scatter(
        x=xs[labelled],
        y=ys[labelled],
        mode="markers+text",
        marker=dict(size=5, color="rgba(0,0,0,0)"),
        text=[theme.text(words[strongest[i]], LONGEST) for i in labelled],
        textposition="top center",
        textfont=dict(size=FONT_SIZE),
        hoverinfo="skip",
        name="labels",
    )
    first = order[:1] if chosen is not None else []
    meta.attach(figure, labels={"points": 1, "trace": 2, "first": first})
    line = dict(color=theme.QUIET, width=1)
    span = dict(type="line", layer="below")
    figure.update_layout(
        template=theme.TEMPLATE,
        dragmode="pan",
        hovermode="closest",
        margin=dict(l=60, r=12, t=12, b=52),
        shapes=[
            dict(**span, x0=low, y0=low, x1=high, y1=high, line=dict(**line, dash="dot")),
            dict(**span, x0=0, x1=0, y0=low, y1=high, line=line),
            dict(**span, x0=low, x1=high, y0=0, y1=0, line=line),
        ],
        xaxis=dict(
            title=f"log p(w|{theme.text(a, LONGEST)}) / q(w), nats",
            range=[low, high],
            zeroline=False,
        ),
        yaxis=dict(
            title=f"log p(w|{theme.text(b, LONGEST)}) / q(w), nats",
            range=[low, high],
            zeroline=False,
        ),
    )
    return figure


def _frame(x, y, rest, strongest) -> tuple[float, float]:
    """One range for both axes, so that the diagonal means the same everywhere."""
    low, high = -1.0, 1.0
    if len(rest):
        values = np.concatenate([x[rest], y[rest]])
        low, high = np.quantile(values, [1 - _QUANTILE, _QUANTILE])
    if len(strongest):
        values = np.concatenate([x[strongest], y[strongest]])
        low, high = min(low, values.min()), max(high, values.max())
    margin = 0.08 * max(high - low, 1e-6)
    return float(low - margin), float(high + margin)


def reason_bars(
    words: Sequence[str],
    strongest: Sequence[int],
    values: np.ndarray,
    x: np.ndarray,
    y: np.ndarray,
    *,
    title: str,
    counts: np.ndarray | None = None,
    chosen: int | None = None,
) -> go.Figure:
    """The strongest reasons as a list, the strongest at the top.

    Parameters
    ----------
    words : sequence of str
    strongest : sequence of int
        Rows.
    values : float (|W|,)
        The strength of each reason; ``title`` names the scale.
    x, y : float (|W|,)
        Log-ratios, as for ``shared_contexts``.
    title : str
    counts : float (2, |W|), optional
        N(w, a) and N(w, b).
    chosen : int, optional
        The row of the chosen word, which is framed.
    """
    rows = [int(row) for row in strongest]
    hover = [
        f"<b>{theme.text(words[i], LONGEST_HOVER)}</b><br>{title} {values[i]:.3f}"
        f"<br>log-ratios {x[i]:+.2f} and {y[i]:+.2f} nats"
        + ("" if counts is None else f"<br>N {counts[0, i]:,.1f} and {counts[1, i]:,.1f}")
        for i in rows
    ]
    return word_rows(
        [
            Rows(
                title=title,
                words=[words[i] for i in rows],
                values=[float(values[i]) for i in rows],
                rows=rows,
                shown=[f"{values[i]:.3f}" for i in rows],
                hover=hover,
                colors=[theme.PULL if x[i] > 0 and y[i] > 0 else theme.PUSH for i in rows],
                marked=rows.index(chosen) if chosen in rows else None,
            )
        ],
        longest=28,
    )
