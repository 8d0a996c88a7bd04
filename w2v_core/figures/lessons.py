"""The lessons' own figures: bars of scores and probabilities, pairs as arcs, losses, scatters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from w2v_core.figures import theme

_WORD = dict(size=14)


def _word_axis(words: Sequence[str], marked: Sequence[int] = (), longest: int = 16) -> dict:
    shown = [
        "<br>".join(theme.text(line, longest) for line in word.split("\n", 2)) for word in words
    ]
    for row in marked:
        shown[row] = f"<b>{shown[row]}</b>"
    return dict(
        tickvals=list(range(len(words))),
        ticktext=shown,
        autorange="reversed",
        showgrid=False,
        zeroline=False,
        tickfont=_WORD,
    )


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
    """Three aligned bar plots, a row a word: score, exp, probability.

    Parameters
    ----------
    words : sequence of str
    dots, anchors : (n,)
        v_c · u_w, and log q_w where the model is anchored: stacked as two segments.
    exps, probabilities : (n,)
    before : (n,), optional
        Probabilities before a score was changed: drawn as ticks.
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
        # One above the other: the anchor from 0, the dot product from the anchor's end.
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
        yaxis=_word_axis(words, marked),
    )
    return figure


def signed_bars(
    words: Sequence[str], values: np.ndarray, title: str, marked: Sequence[int] = ()
) -> go.Figure:
    """Bars to both sides: what is below zero pulls (green), what is above pushes (vermilion)."""
    values = np.asarray(values, np.float64)
    reach = 1.25 * max(float(np.abs(values).max(initial=0)), 1e-9)
    figure = go.Figure(
        go.Bar(
            x=values,
            y=list(range(len(words))),
            orientation="h",
            marker=dict(color=[theme.PULL if v < 0 else theme.PUSH for v in values]),
            text=[f"{v:+.3f}" for v in values],
            textposition="outside",
            cliponaxis=False,
            customdata=[theme.text(word) for word in words],
            hovertemplate="<b>%{customdata}</b><br>%{x:.5f}<extra></extra>",
        )
    )
    low = -reach if (values < 0).any() else -0.02 * reach
    high = reach if (values > 0).any() else 0.02 * reach
    figure.update_layout(
        template=theme.TEMPLATE,
        bargap=0.3,
        dragmode=False,
        margin=dict(l=8, r=20, t=8, b=48),
        xaxis=dict(title=title, range=[low, high], zeroline=True),
        yaxis=_word_axis(words, marked),
    )
    return figure


def compared_bars(
    words: Sequence[str],
    series: Sequence[tuple[str, np.ndarray, str]],
    title: str,
    limits: tuple[float, float] | None = None,
    longest: int = 16,
    small: bool = False,
) -> go.Figure:
    """Bars side by side: a row a word, a colour a series (name, values, colour). A word is cut at
    ``longest`` characters; its lines stand one below the other, ``small`` where they are many."""
    figure = go.Figure()
    for name, values, color in series:
        figure.add_bar(
            x=values,
            y=list(range(len(words))),
            orientation="h",
            marker=dict(color=color),
            name=name,
            customdata=[theme.text(word.replace("\n", ", ")) for word in words],
            hovertemplate=f"<b>%{{customdata}}</b><br>{name} %{{x:.4g}}<extra></extra>",
        )
    figure.update_layout(
        template=theme.TEMPLATE,
        barmode="group",
        bargap=0.25,
        dragmode=False,
        margin=dict(l=8, r=20, t=28, b=48),
        showlegend=len(series) > 1,
        legend=dict(orientation="h", x=0, y=1.0, yanchor="bottom"),
        xaxis=dict(title=title, range=limits, zeroline=True),
        yaxis=_word_axis(words, longest=longest),
    )
    if small:
        figure.update_yaxes(tickfont=dict(size=12))
    return figure


def pair_arcs(words: Sequence[str], pairs: Sequence[tuple[int, int]]) -> go.Figure:
    """A sentence, and an arc from each center word to each of its output words.

    Parameters
    ----------
    words : sequence of str
    pairs : sequence of (center place, output place)
    """
    # A word takes room by its length, so that none lies on the next.
    widths = np.array([max(len(word), 2) + 2.0 for word in words])
    x = np.cumsum(widths) - widths / 2
    figure = go.Figure()
    t = np.linspace(0, np.pi, 40)
    for i, (center, output) in enumerate(pairs):
        a, b = x[center], x[output]
        curve_x = (a + b) / 2 - (b - a) / 2 * np.cos(t)
        curve_y = 0.35 + np.abs(b - a) / 2 * np.sin(t) ** 0.8
        figure.add_scatter(
            x=curve_x,
            y=curve_y,
            mode="lines+markers",
            line=dict(color=theme.CENTER, width=2),
            marker=dict(
                symbol="arrow", angleref="previous", size=[0] * (len(t) - 1) + [11], opacity=1
            ),
            opacity=0.75,
            text=f"{theme.text(words[center])} → {theme.text(words[output])}",
            hovertemplate="%{text}<extra></extra>",
            name=f"pair {i}",
        )
    centers = {center for center, _ in pairs}
    outputs = {output for _, output in pairs}
    for place, word in enumerate(words):
        color = (
            theme.CENTER
            if place in centers and len(centers) == 1
            else theme.OUTPUT
            if place in outputs
            else theme.QUIET
        )
        figure.add_annotation(
            x=x[place],
            y=-0.2,
            yanchor="top",
            text=f"<b>{theme.text(word, 20)}</b>",
            showarrow=False,
            font=dict(size=17, color=color),
        )
    high = max((abs(x[a] - x[b]) / 2 for a, b in pairs), default=1.0)
    figure.update_layout(
        template=theme.TEMPLATE,
        dragmode=False,
        margin=dict(l=8, r=8, t=8, b=8),
        hovermode="closest",
    )
    figure.update_xaxes(visible=False, range=[0, float(widths.sum())])
    figure.update_yaxes(visible=False, range=[-0.18 * (high + 1), 1.12 * high + 0.6])
    return figure


def loss_lines(series: Sequence[tuple[str, Sequence[float], str, str]], x_title: str) -> go.Figure:
    """Losses (nats per pair) over time: (name, values, colour, dash) each."""
    figure = go.Figure()
    for name, values, color, dash in series:
        figure.add_scatter(
            x=list(range(len(values))),
            y=list(values),
            mode="lines+markers" if len(values) <= 30 else "lines",
            line=dict(color=color, width=2.5, dash=dash),
            marker=dict(size=6),
            name=name,
            hovertemplate=f"{name}<br>%{{x}}: %{{y:.4f}} nats<extra></extra>",
        )
    figure.update_layout(
        template=theme.TEMPLATE,
        showlegend=len(series) > 1,
        legend=dict(orientation="h", x=0, y=1.0, yanchor="bottom"),
        margin=dict(l=56, r=16, t=28, b=48),
        dragmode=False,
        hovermode="x unified" if len(series) > 1 else "x",
        xaxis=dict(title=x_title, rangemode="tozero"),
        yaxis=dict(title="loss, nats"),
    )
    return figure


def on_a_line(
    x: np.ndarray,
    y: np.ndarray,
    names: Sequence[str],
    *,
    line: tuple[Sequence[float], Sequence[float]] | None = None,
    axes: tuple[str, str],
    marked: int | None = None,
    log_x: bool = False,
) -> go.Figure:
    """Points with a name each, a line they may lie on, and one of them marked."""
    figure = go.Figure()
    if line is not None:
        figure.add_scatter(
            x=line[0],
            y=line[1],
            mode="lines",
            line=dict(color=theme.QUIET, width=6),
            opacity=0.4,
            hoverinfo="skip",
        )
    shown = [theme.text(name, 40) for name in names]
    figure.add_scatter(
        x=x,
        y=y,
        mode="markers",
        text=shown,
        marker=dict(size=7, color=theme.CENTER, opacity=0.6),
        hovertemplate="<b>%{text}</b><br>(%{x:.4g}, %{y:.4g})<extra></extra>",
    )
    if marked is not None:
        figure.add_scatter(
            x=[x[marked]],
            y=[y[marked]],
            mode="markers+text",
            text=[shown[marked]],
            textposition="bottom left" if x[marked] > np.median(x) else "top right",
            cliponaxis=False,
            textfont=dict(size=15, color=theme.SELECTED),
            marker=dict(size=15, symbol="diamond-open", line=dict(width=3), color=theme.SELECTED),
            hoverinfo="skip",
        )
    figure.update_layout(
        template=theme.TEMPLATE,
        dragmode=False,
        hovermode="closest",
        xaxis=dict(title=axes[0], type="log" if log_x else "linear"),
        yaxis=dict(title=axes[1]),
    )
    return figure
