"""Diamonds: related pairs of words as arrows, the rungs between them, what chance would give, and how
they form."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from w2v_core.figures import theme
from w2v_core.figures.callouts import LONGEST, Frame, add_callouts

_SIZE = (900, 560)  # pixels of the plotting area for which labels are placed
_LINE = 64  # characters of a title's line
RUNG = "rgba(138, 148, 166, 0.55)"


def diamonds_2d(
    places: np.ndarray,
    pairs: Sequence[tuple[str, str]],
    titles: Sequence[str],
    *,
    along: np.ndarray | None = None,
    title: str = "",
    color: str = theme.CENTER,
    frame: np.ndarray | None = None,
) -> go.Figure:
    """Each pair as an arrow from its first word to its second; thin rungs join neighbouring pairs, so
    that every two of them make a quadrilateral.

    Parameters
    ----------
    places : float (k, 2, 2)
        Where each pair's two words stand.
    pairs : sequence of (str, str)
    titles : (str, str)
        Of the axes.
    along : float (k,), optional
        Each pair's mean parallelism with the others: pairs below 0 run backwards, and are dashed.
    title : str
    color : str
        Of the arrows.
    frame : float (n, 2), optional
        Points that must be in the picture, so that the axes rest while the words move.

    Returns
    -------
    go.Figure
        The trace named "words" holds the points, with their pair's number as customdata.
    """
    places = np.asarray(places, float)
    along = np.ones(len(pairs)) if along is None else np.asarray(along)
    frame = Frame.around(places.reshape(-1, 2) if frame is None else np.asarray(frame), *_SIZE)
    figure = go.Figure()
    _add_rungs(figure, places, go.Scatter)
    for backwards, name in ((False, "along"), (True, "backwards")):
        chosen = np.flatnonzero((along < 0) == backwards)
        if len(chosen):
            drawn = theme.PUSH if backwards else color
            x, y = _lines(places[chosen])
            figure.add_scatter(
                x=x,
                y=y,
                mode="lines+markers",
                name=name,
                line=dict(color=drawn, width=2, dash="dash" if backwards else "solid"),
                marker=dict(
                    symbol=["circle", "arrow", "circle"] * len(chosen),
                    size=[6, 14, 1] * len(chosen),
                    angleref="previous",
                    color=drawn,
                    opacity=1,
                ),
                hoverinfo="skip",
            )
    figure.add_scatter(
        x=places[..., 0].ravel(),
        y=places[..., 1].ravel(),
        mode="markers",
        marker=dict(size=14, color="rgba(0,0,0,0)"),
        text=[f"{theme.text(a)} → {theme.text(b)}" for a, b in pairs for _ in range(2)],
        customdata=np.repeat(np.arange(len(pairs)), 2).reshape(-1, 1),
        hovertext=[f"{value:.2f}" for value in np.repeat(along, 2)],
        hovertemplate="<b>%{text}</b><br>cosine with the other offsets %{hovertext}<extra></extra>",
        name="words",
    )
    step = places[:, 1] - places[:, 0]
    middles = np.linspace(0.06, 0.94, 12)
    on_arrows = (places[:, :1] + middles[None, :, None] * step[:, None]).reshape(-1, 2)
    add_callouts(
        figure,
        frame,
        places.reshape(-1, 2),
        [word for pair in pairs for word in pair],
        away=np.stack([-step, step], axis=1).reshape(-1, 2),
        obstacles=on_arrows,
    )
    frame.apply(figure, titles)
    figure.update_layout(
        template=theme.TEMPLATE,
        title=_title(title),
        margin=dict(t=64 if title else 24),
        dragmode="pan",
        hovermode="closest",
    )
    return figure


def diamonds_3d(
    places: np.ndarray,
    pairs: Sequence[tuple[str, str]],
    titles: Sequence[str],
    *,
    along: np.ndarray | None = None,
    title: str = "",
    color: str = theme.CENTER,
    reach: float | None = None,
) -> go.Figure:
    """The same in three dimensions (places (k, 2, 3)), the last axis upward; ``reach`` fixes how far
    the axes go on each side of 0."""
    places = np.asarray(places, float)
    along = np.ones(len(pairs)) if along is None else np.asarray(along)
    figure = go.Figure()
    _add_rungs(figure, places, go.Scatter3d)
    size = float(np.linalg.norm(places[:, 1] - places[:, 0], axis=1).mean()) * 0.12
    for backwards, name in ((False, "along"), (True, "backwards")):
        chosen = np.flatnonzero((along < 0) == backwards)
        if len(chosen):
            drawn = theme.PUSH if backwards else color
            x, y, z = _lines(places[chosen])
            figure.add_scatter3d(
                x=x,
                y=y,
                z=z,
                mode="lines",
                line=dict(color=drawn, width=5, dash="dash" if backwards else "solid"),
                hoverinfo="skip",
                name=name,
            )
            step = places[chosen, 1] - places[chosen, 0]
            length = np.maximum(np.linalg.norm(step, axis=1, keepdims=True), 1e-9)
            end, way = places[chosen, 1], step / length
            figure.add_cone(
                **{axis: end[:, i] for i, axis in enumerate("xyz")},
                **{axis: way[:, i] for i, axis in enumerate("uvw")},
                anchor="tip",
                sizemode="absolute",
                sizeref=max(size, 1e-6),
                colorscale=[[0, drawn], [1, drawn]],
                showscale=False,
                hoverinfo="skip",
                name=f"{name}, heads",
            )
    figure.add_scatter3d(
        x=places[..., 0].ravel(),
        y=places[..., 1].ravel(),
        z=places[..., 2].ravel(),
        mode="markers",
        marker=dict(size=4, color=color),
        text=[theme.text(word, LONGEST) for pair in pairs for word in pair],
        customdata=np.repeat(np.arange(len(pairs)), 2).reshape(-1, 1),
        hovertext=[f"{theme.text(a)} → {theme.text(b)}" for a, b in pairs for _ in range(2)],
        hovertemplate="<b>%{hovertext}</b><extra></extra>",
        name="words",
    )
    # The page's component writes the words in free places, as the camera goes; elsewhere these do.
    points = len(figure.data) - 1
    figure.add_scatter3d(
        **{axis: places[..., i].ravel() for i, axis in enumerate("xyz")},
        mode="text",
        text=figure.data[points].text,
        textposition=["bottom center", "top center"] * len(pairs),
        textfont=dict(size=13),
        hoverinfo="skip",
        name="labels",
    )
    axes = {
        f"{axis}axis": dict(
            title=titles[i],
            showticklabels=False,
            gridcolor="rgba(128, 136, 150, 0.3)",
            backgroundcolor="rgba(0,0,0,0)",
            range=None if reach is None else [-reach, reach],
        )
        for i, axis in enumerate("xyz")
    }
    figure.update_layout(
        template=theme.TEMPLATE,
        title=_title(title),
        margin=dict(l=0, r=0, b=0, t=56 if title else 0),
        meta=dict(
            labels=dict(points=points, trace=points + 1, first=list(range(2 * len(pairs)))),
            map=dict(rings=0, most=2 * len(pairs)),
        ),
        scene=dict(aspectmode="data", camera=dict(eye=dict(x=0.9, y=-2.2, z=0.5)), **axes),
    )
    return figure


def null_histogram(values: np.ndarray, observed: float, sentence: str, name: str) -> go.Figure:
    """What chance gives, as a histogram, and our own value marked.

    Parameters
    ----------
    values : float (draws,)
        Mean parallelism of the drawn lists.
    observed : float
        Ours.
    sentence : str
        What the comparison says; the title.
    name : str
        What was drawn ("random lists").
    """
    low, high = min(values.min(), observed), max(values.max(), observed)
    room = max((high - low) * 0.08, 0.02)
    figure = go.Figure(
        go.Histogram(
            x=values,
            xbins=dict(start=low, end=high + 1e-9, size=max((high - low) / 50, 1e-4)),
            marker=dict(color=theme.QUIET, line=dict(width=0)),
            hovertemplate="%{y} " + name + "<br>mean cosine %{x}<extra></extra>",
            name=name,
        )
    )
    figure.add_vline(x=observed, line=dict(color=theme.SELECTED, width=3))
    left = observed > (low + high) / 2
    title = "<br>".join(theme.text(line) for line in textwrap.wrap(sentence, _LINE))
    figure.add_annotation(
        x=observed,
        y=0.98,
        yref="paper",
        yanchor="top",
        xanchor="right" if left else "left",
        xshift=-6 if left else 6,
        text=f"<b>your list: {observed:.2f}</b>",
        font=dict(color=theme.SELECTED, size=14),
        showarrow=False,
    )
    figure.update_layout(
        template=theme.TEMPLATE,
        title=dict(_title(""), text=title, font=dict(size=14)),
        margin=dict(t=34 + 18 * (1 + title.count("<br>")), l=48, b=44),
        bargap=0.04,
        dragmode=False,
        xaxis=dict(title="mean cosine of the offsets", range=[low - room, high + room]),
        yaxis=dict(title=name),
    )
    return figure


def forming_curves(
    steps: Sequence[int],
    curves: np.ndarray,
    losses: Sequence[float],
    now: int | None = None,
) -> go.Figure:
    """Parallelism, closure and the loss at every pass.

    Parameters
    ----------
    steps : sequence of int
        The passes of which the vectors were kept.
    curves : float (steps, 2)
        Mean parallelism and closure.
    losses : sequence of float
        Exact loss at every pass from 0, nats per pair.
    now : int, optional
        The pass that is shown, marked by a line.
    """
    figure = make_subplots(rows=1, cols=3, horizontal_spacing=0.09)
    panels = (
        (steps, curves[:, 0], "parallelism (1: parallel)", theme.CENTER, "circle"),
        (steps, curves[:, 1], "closure (0: closes)", theme.ANSWER, "diamond"),
        (list(range(len(losses))), losses, "loss, nats per pair", theme.QUIET, "square"),
    )
    for column, (x, y, name, color, symbol) in enumerate(panels, 1):
        figure.add_scatter(
            x=list(x),
            y=list(y),
            mode="lines+markers" if len(x) <= 60 else "lines",
            line=dict(color=color, width=2),
            marker=dict(size=6, symbol=symbol),
            hovertemplate="after pass %{x}<br>%{y:.3f}<extra></extra>",
            name=name,
            row=1,
            col=column,
        )
        figure.update_yaxes(title=name, row=1, col=column)
        figure.update_xaxes(title="passes", rangemode="tozero", tickformat=",d", row=1, col=column)
        if now is not None:
            figure.add_vline(
                x=now, line=dict(color=theme.SELECTED, width=2, dash="dot"), row=1, col=column
            )
    figure.update_yaxes(range=[min(0, float(curves[:, 0].min())) - 0.05, 1.05], row=1, col=1)
    figure.update_yaxes(range=[0, max(1.6, float(curves[:, 1].max()) * 1.05)], row=1, col=2)
    figure.update_layout(template=theme.TEMPLATE, margin=dict(t=16, b=44), dragmode=False)
    return figure


def _title(text: str, size: int = 17) -> dict:
    return dict(text=theme.text(text), x=0.01, xanchor="left", y=0.97, yanchor="top",
                font=dict(size=size))  # fmt: skip


def _add_rungs(figure: go.Figure, places: np.ndarray, scatter) -> None:
    """Thin lines between neighbouring pairs, taken from left to right: first words joined, and second
    words joined."""
    order = np.argsort(places[..., 0].mean(axis=1))
    before, after = order[:-1], order[1:]
    rungs = np.concatenate(
        [np.stack([places[before, side], places[after, side]], axis=1) for side in (0, 1)]
    )
    figure.add_trace(
        scatter(
            **dict(zip("xyz", _lines(rungs), strict=False)),
            mode="lines",
            line=dict(color=RUNG, width=1 if scatter is go.Scatter else 2),
            hoverinfo="skip",
            name="rungs",
        )
    )


def _lines(segments: np.ndarray) -> list[np.ndarray]:
    """Segments (n, 2, axes) as one broken line: for each axis its coordinates, NaN between two."""
    broken = np.full((len(segments), 3, segments.shape[2]), np.nan)
    broken[:, :2] = segments
    return list(broken.reshape(-1, segments.shape[2]).T)
