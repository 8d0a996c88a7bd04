"""Diamonds: related pairs of words as arrows with rungs between them, their null distributions, and
how they form during training."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from w2v_core.figures import meta, theme
from w2v_core.figures.callouts import LONGEST, Frame, add_callouts, along

_SIZE = (720, 520)  # size of the plotting area in pixels, assumed when labels are placed
_LINE = 48  # characters in a line above a histogram
_BARS = 104  # pixels: the height of its bars, beside which their name fits
_NUMBERS_UP_TO = 14  # the matrix shows its cosines up to this number of pairs
_CURVES = 0.24  # share of the height taken by the curves below a film
_HEAD = 0.08  # share of an arrow's length taken by its head in three dimensions
RUNG = "rgba(138, 148, 166, 0.55)"


def diamonds_2d(
    places: np.ndarray,
    pairs: Sequence[tuple[str, str]],
    titles: Sequence[str],
    *,
    cosines: np.ndarray | None = None,
    title: str = "",
    subtitle: str = "",
    color: str = theme.CENTER,
    frame: np.ndarray | None = None,
    size: tuple[int, int] = _SIZE,
) -> go.Figure:
    """Each pair as an arrow from its first word to its second. Thin rungs join neighbouring pairs, so
    that any two neighbours form a quadrilateral.

    Parameters
    ----------
    places : float (k, 2, 2)
        Positions of the two words of each pair.
        pairs : sequence of (str, str)
        titles : (str, str)
            Axis titles.
        cosines : float (k,), optional
            Each pair's mean parallelism with the others. Pairs below 0 point backwards and are dashed.
        title, subtitle : str
            What the figure shows, and what it measures.
        color : str
            The colour of the arrows.
        frame : float (n, 2), optional
            Points that must stay inside the figure, so that the axes stay fixed while the words move.
        size : (int, int)
            Size of the plotting area in pixels, assumed when labels are placed.

    Returns
    -------
    go.Figure
        The trace named "words" holds the points, with the index of their pair as customdata.
    """
    places = np.asarray(places, float)
    cosines = np.ones(len(pairs)) if cosines is None else np.asarray(cosines)
    held = Frame.around(places.reshape(-1, 2) if frame is None else np.asarray(frame), *size)
    figure = go.Figure()
    figure.add_scatter(mode="lines", line=dict(color=RUNG, width=1), hoverinfo="skip", name="rungs")
    for backwards, name in ((False, "along"), (True, "backwards")):
        chosen = np.flatnonzero((cosines < 0) == backwards)
        if len(chosen):
            drawn = theme.PUSH if backwards else color
            figure.add_scatter(
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
        mode="markers",
        marker=dict(size=14, color="rgba(0,0,0,0)"),
        text=[name for name in _names(pairs) for _ in range(2)],
        customdata=np.repeat(np.arange(len(pairs)), 2).reshape(-1, 1),
        hovertext=[f"{value:.2f}" for value in np.repeat(cosines, 2)],
        hovertemplate="<b>%{text}</b><br>mean cosine with the other offsets %{hovertext}<extra></extra>",
        name="words",
    )
    moved = _coordinates(places, cosines, _from_left(places))
    for trace, lines in zip(figure.data, moved, strict=True):
        trace.update(lines)
    step = places[:, 1] - places[:, 0]
    add_callouts(
        figure,
        held,
        places.reshape(-1, 2),
        [word for pair in pairs for word in pair],
        away=np.stack([-step, step], axis=1).reshape(-1, 2),
        obstacles=along(places),
    )
    held.apply(figure, titles)
    theme.dress(figure, title, subtitle)
    return figure


def diamonds_3d(
    places: np.ndarray,
    pairs: Sequence[tuple[str, str]],
    titles: Sequence[str],
    *,
    cosines: np.ndarray | None = None,
    title: str = "",
    subtitle: str = "",
    color: str = theme.CENTER,
    reach: float | None = None,
) -> go.Figure:
    """The same in three dimensions (places (k, 2, 3)), with the last axis pointing upward. ``reach``
    fixes how far the axes extend on each side of 0."""
    places = np.asarray(places, float)
    cosines = np.ones(len(pairs)) if cosines is None else np.asarray(cosines)
    figure = go.Figure()
    figure.add_scatter3d(
        mode="lines", line=dict(color=theme.QUIET, width=1.5), hoverinfo="skip", name="rungs"
    )
    size = float(np.linalg.norm(places[:, 1] - places[:, 0], axis=1).mean()) * _HEAD
    for backwards, name in ((False, "along"), (True, "backwards")):
        if not ((cosines < 0) == backwards).any():
            continue
        drawn = theme.PUSH if backwards else color
        figure.add_scatter3d(
            mode="lines",
            line=dict(color=drawn, width=5, dash="dash" if backwards else "solid"),
            hoverinfo="skip",
            name=name,
        )
        figure.add_cone(
            anchor="tip",
            sizemode="raw",
            sizeref=max(size, 1e-6),
            colorscale=[[0, drawn], [1, drawn]],
            showscale=False,
            hoverinfo="skip",
            name=f"{name}, heads",
        )
    for trace, lines in zip(
        figure.data, _coordinates(places, cosines, _from_left(places)), strict=False
    ):
        trace.update(lines)
    figure.add_scatter3d(
        x=places[..., 0].ravel(),
        y=places[..., 1].ravel(),
        z=places[..., 2].ravel(),
        mode="markers",
        marker=dict(size=[4, 0.1] * len(pairs), color=color, line=dict(width=0)),
        text=[theme.text(word, LONGEST) for pair in pairs for word in pair],
        customdata=np.repeat(np.arange(len(pairs)), 2).reshape(-1, 1),
        hovertext=[name for name in _names(pairs) for _ in range(2)],
        hovertemplate="<b>%{hovertext}</b><extra></extra>",
        name="words",
    )
    # In the app the page's component places the words as the camera moves; elsewhere these do.
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
        title=theme.title(title, subtitle),
        margin=dict(l=0, r=0, b=0, t=theme.title_room(title, subtitle)),
        scene=dict(aspectmode="data", camera=dict(eye=dict(x=0.7, y=-1.75, z=0.4)), **axes),
    )
    meta.attach(
        figure,
        labels={"points": points, "trace": points + 1, "first": list(range(2 * len(pairs)))},
        map={"rings": 0, "most": 2 * len(pairs)},
    )
    return figure


def null_histogram(
    values: np.ndarray,
    observed: float,
    *,
    question: str,
    answer: str,
    name: str,
    statistic: str = "mean cosine of the offsets",
    span: tuple[float, float] | None = None,
) -> go.Figure:
    """A histogram of a null distribution, with the observed value marked; its height leaves the bars as
    much room below a long title as below a short one.

    Parameters
    ----------
    values : float (draws,)
        The statistic for each of the drawn lists.
    observed : float
        The observed value.
        question, answer : str
            What the comparison asks, and its result; together they form the title.
    name : str
        What was drawn ("random lists").
    statistic : str
        What is measured; the axis title.
    span : (float, float), optional
        The range that the axis must include, so that two histograms can share it.
    """
    low, high = span or (min(values.min(), observed), max(values.max(), observed))
    room = max((high - low) * 0.06, 0.02)
    own = (float(values.min()), float(values.max()))
    width = max((high - low) / 60, 1e-4)
    figure = go.Figure(
        go.Histogram(
            x=values,
            xbins=dict(start=own[0], end=own[1] + 1e-9, size=width),
            marker=dict(color=theme.QUIET, line=dict(width=0)),
            hovertemplate="%{y} " + name + "<br>" + statistic + " %{x}<extra></extra>",
            name=name,
        )
    )
    figure.add_vline(x=observed, line=dict(color=theme.SELECTED, width=3))
    left = observed > (low + high) / 2
    tallest = np.histogram(values, np.arange(own[0], own[1] + width + 1e-9, width))[0].max()
    answer = answer.replace(" = ", "\u00a0=\u00a0")
    lines = [
        *(f"<b>{theme.text(line)}</b>" for line in textwrap.wrap(question, _LINE - 5)),
        *(theme.text(line) for line in textwrap.wrap(answer, _LINE)),
    ]
    figure.add_annotation(
        x=observed,
        y=0.98,
        yref="paper",
        yanchor="top",
        xanchor="right" if left else "left",
        xshift=-6 if left else 6,
        text=f"<b>this list: {observed:.2f}</b>",
        font=dict(color=theme.as_text(theme.SELECTED), size=13),
        showarrow=False,
    )
    above, below = 12 + 16.5 * len(lines), 38
    figure.update_layout(
        template=theme.TEMPLATE,
        height=above + _BARS + below,
        title=dict(
            text="<br>".join(lines),
            x=0,
            xanchor="left",
            yref="container",
            y=1,
            yanchor="top",
            pad=dict(t=14, l=2),
            font=dict(size=12.5),
        ),
        margin=dict(t=above, l=44, r=8, b=below),
        bargap=0.04,
        dragmode=False,
        xaxis=dict(
            title=dict(text=statistic, font=dict(size=12.5)),
            nticks=6,
            range=[low - room, high + room],
        ),
        yaxis=dict(
            title=dict(text=name, font=dict(size=12.5)), nticks=4, range=[0, 1.35 * tallest]
        ),
    )
    return figure


def pairs_matrix(
    cosines: np.ndarray, closures: np.ndarray, pairs: Sequence[tuple[str, str]]
) -> go.Figure:
    """The cosine between every two offsets of a list as a heat map; the hover text adds the closure.

    Parameters
    ----------
    cosines, closures : float (k, k)
    pairs : sequence of (str, str)

    Returns
    -------
    go.Figure
        The customdata of cell (i, j) is i·k + j.
    """
    k = len(pairs)
    names = _names(pairs, 16)
    places = list(range(k))
    figure = go.Figure(
        go.Heatmap(
            z=np.asarray(cosines, np.float32),
            x=places,
            y=places,
            zmin=-1,
            zmax=1,
            colorscale=theme.DIVERGING,
            xgap=2,
            ygap=2,
            customdata=np.arange(k * k).reshape(k, k),
            hovertext=[
                [
                    f"<b>{names[i]}</b><br><b>{names[j]}</b><br>cosine {cosines[i, j]:.2f}<br>"
                    f"closure {closures[i, j]:.2f}"
                    for j in places
                ]
                for i in places
            ],
            hovertemplate="%{hovertext}<extra></extra>",
            text=[[f"{value:.2f}".replace("0.", ".") for value in row] for row in cosines],
            texttemplate="%{text}" if k <= _NUMBERS_UP_TO else None,
            colorbar=dict(title=dict(text="cosine of<br>offsets"), thickness=12),
            name="pairs of pairs",
        )
    )
    ticks = dict(tickvals=places, ticktext=names, showgrid=False, zeroline=False)
    figure.update_layout(
        template=theme.TEMPLATE,
        margin=dict(t=16),
        dragmode=False,
        xaxis=dict(**ticks, tickangle=-40, constrain="domain"),
        yaxis=dict(**ticks, autorange="reversed", scaleanchor="x", constrain="domain"),
    )
    return figure


def forming_film(
    pictures: Sequence[np.ndarray],
    pairs: Sequence[tuple[str, str]],
    titles: Sequence[str],
    steps: Sequence[int],
    curves: np.ndarray,
    losses: Sequence[float],
    *,
    cosines: np.ndarray | None = None,
    title: str = "",
    subtitle: str = "",
    color: str = theme.CENTER,
) -> go.Figure:
    """The diamonds at every pass of a training, as frames of one figure with fixed axes. Curves of
    parallelism, closure and loss are drawn below, with the current pass marked on each.

    Parameters
    ----------
    pictures : sequence of float (k, 2, 2 or 3)
        Positions of each pair's words at each pass.
    pairs, titles, cosines, title, subtitle, color
        As for ``diamonds_2d``.
    steps : sequence of int
        The passes.
    curves : float (steps, 2)
        Mean parallelism and closure.
    losses : sequence of float
        Exact loss at every pass from 0 on, in nats per pair.

    Returns
    -------
    go.Figure
        One frame for each pass, named after it, with the coordinates of the traces that move.
        ``layout.meta`` holds "film": the trace whose labels follow the points.
    """
    pictures = [np.asarray(picture, float) for picture in pictures]
    last = pictures[-1]
    n_axes = last.shape[2]
    whole = np.concatenate(pictures).reshape(-1, n_axes)
    common: dict[str, Any] = dict(cosines=cosines, title=title, subtitle=subtitle, color=color)
    if n_axes == 2:
        size = (_SIZE[0], round(_SIZE[1] * 0.7))
        figure = diamonds_2d(last, pairs, titles, frame=whole, size=size, **common)
        figure.update_layout(yaxis_domain=[_CURVES + 0.16, 1], xaxis_title_standoff=4)
    else:
        reach = 1.05 * float(np.abs(whole).max())
        figure = diamonds_3d(last, pairs, titles, reach=reach, **common)
        figure.update_layout(scene_domain_y=[_CURVES + 0.08, 1], margin=dict(l=56, r=16, b=44))
        figure.update_layout(scene_camera_eye=dict(x=0.6, y=-1.5, z=0.35))
    moving = len(figure.data)
    at = np.ones(len(pairs)) if cosines is None else np.asarray(cosines)
    marks = _add_curves(figure, steps, curves, losses)
    order = _from_left(last)
    frames = []
    for i, (step, picture) in enumerate(zip(steps, pictures, strict=True)):
        moved = _coordinates(picture, at, order)
        if n_axes == 3:
            moved.append(moved[-1])  # the labels follow the words
        frames.append(
            go.Frame(
                name=str(step),
                data=[
                    type(trace)(**lines) for trace, lines in zip(figure.data, moved, strict=False)
                ]
                + [go.Scatter(x=mark[0][i], y=mark[1][i]) for mark in marks],
                traces=[*range(moving), *range(moving + 3, moving + 6)],
            )
        )
    figure.frames = frames
    names = [trace.name for trace in figure.data]
    meta.attach(figure, film={"words": names.index("words")})
    return figure


def _add_curves(figure: go.Figure, steps, curves: np.ndarray, losses):
    """Add three curves below the figure, each with a mark; return each mark's (x, y) at all steps."""
    losses = np.asarray(losses, float)
    kept = losses[np.minimum(np.asarray(steps), len(losses) - 1)]
    passes = np.arange(len(losses))
    panels = (
        (
            steps,
            curves[:, 0],
            curves[:, 0],
            "parallelism",
            theme.CENTER,
            "circle",
            [min(0, float(curves[:, 0].min())) - 0.05, 1.1],
        ),
        (
            steps,
            curves[:, 1],
            curves[:, 1],
            "closure",
            theme.ANSWER,
            "diamond",
            [0, max(1.6, float(curves[:, 1].max()) * 1.1)],
        ),
        (passes, losses, kept, "loss", theme.QUIET, "square", None),
    )
    notes = ("parallelism (1 = parallel)", "closure (0 = closed diamond)", "loss, nats per pair")
    marks = []
    for i, ((x, y, now, name, color, symbol, span), note) in enumerate(
        zip(panels, notes, strict=True), 2
    ):
        left, right = (i - 2) * 0.345, (i - 2) * 0.345 + 0.31
        if span is None:
            room = 0.12 * max(float(y.max() - y.min()), 1e-3)
            span = [float(y.min()) - room, float(y.max()) + room]
        figure.add_scatter(
            x=list(x),
            y=list(y),
            xaxis=f"x{i}",
            yaxis=f"y{i}",
            name=name,
            mode="lines+markers" if len(x) <= 60 else "lines",
            line=dict(color=color, width=2),
            marker=dict(size=5, symbol=symbol),
            hovertemplate="after pass %{x}<br>" + name + " %{y:.3f}<extra></extra>",
            customdata=[-1] * len(x),
        )
        figure.update_layout(
            {
                f"xaxis{i}": dict(
                    domain=[left, right],
                    anchor=f"y{i}",
                    title="passes",
                    tickformat=",d",
                    range=[-0.03 * max(len(losses) - 1, 1), 1.03 * max(len(losses) - 1, 1)],
                    title_standoff=4,
                    fixedrange=True,
                ),
                f"yaxis{i}": dict(
                    domain=[0, _CURVES - 0.04],
                    anchor=f"x{i}",
                    range=span,
                    nticks=4,
                    fixedrange=True,
                ),
            }
        )
        figure.add_annotation(
            text=note,
            x=left,
            xref="paper",
            y=_CURVES - 0.03,
            yref="paper",
            xanchor="left",
            yanchor="bottom",
            showarrow=False,
            font=dict(size=13, color=theme.as_text(color)),
        )
        places = [[step, step, step, None, step] for step in steps]
        marks.append(
            (places, [[span[0], value, span[1], None, value] for value in now.tolist()], i)
        )
    for x, y, i in marks:
        figure.add_scatter(
            x=x[-1],
            y=y[-1],
            xaxis=f"x{i}",
            yaxis=f"y{i}",
            mode="lines+markers",
            hoverinfo="skip",
            line=dict(color=theme.SELECTED, width=1.5, dash="dot"),
            marker=dict(size=[0, 0, 0, 0, 11], color=theme.SELECTED, opacity=1),
            name="current pass",
        )
    return marks


def _names(pairs: Sequence[tuple[str, str]], longest: int | None = None) -> list[str]:
    return [
        " → ".join(theme.isolated(theme.text(word, longest)) for word in pair) for pair in pairs
    ]


def _from_left(places: np.ndarray) -> np.ndarray:
    """Order the pairs from left to right, so that rungs join neighbours."""
    return np.argsort(places[..., 0].mean(axis=1), kind="stable")


def _coordinates(
    places: np.ndarray, cosines: np.ndarray, order: np.ndarray
) -> list[dict[str, np.ndarray]]:
    """Coordinates of the traces that draw pairs at these places (k, 2, axes), in trace order: rungs
    between neighbours, forward arrows (in 3-D also their heads), backward arrows, words."""
    axes = "xyz"[: places.shape[2]]

    def lines(segments: np.ndarray) -> dict[str, np.ndarray]:
        return dict(zip(axes, _lines(segments), strict=True))

    before, after = order[:-1], order[1:]
    moved = [
        lines(
            np.concatenate(
                [np.stack([places[before, side], places[after, side]], axis=1) for side in (0, 1)]
            )
        )
    ]
    for backwards in (False, True):
        chosen = np.flatnonzero((cosines < 0) == backwards)
        if not len(chosen):
            continue
        moved.append(lines(places[chosen]))
        if len(axes) == 3:
            step = places[chosen, 1] - places[chosen, 0]
            way = step / np.maximum(np.linalg.norm(step, axis=1, keepdims=True), 1e-9)
            moved.append(
                dict(zip("xyz", places[chosen, 1].T, strict=True))
                | dict(zip("uvw", way.T, strict=True))
            )
    moved.append({axis: places[..., i].ravel() for i, axis in enumerate(axes)})
    return moved


def _lines(segments: np.ndarray) -> list[np.ndarray]:
    """Segments (n, 2, axes) as one broken line: its coordinates on each axis, NaN between segments."""
    broken = np.full((len(segments), 3, segments.shape[2]), np.nan)
    broken[:, :2] = segments
    return list(broken.reshape(-1, segments.shape[2]).T)
