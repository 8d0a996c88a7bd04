"""A word and its nearest neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from w2v_core.figures import theme

LONGEST = 18  # characters shown of a word beside its bar
LONGEST_HOVER = 60  # characters shown of a word in a hover text


METRIC_AXES = {
    "cosine": "cosine",
    "dot": "dot product",
    "euclidean": "Euclidean distance: longer bar, nearer word",
}


def nearest_bars(
    nearest: Sequence[tuple[str, float]],
    rows: Sequence[int],
    color: str = theme.CENTER,
    metric: str = "cosine",
) -> go.Figure:
    """The nearest words as bars of their cosine or another metric, the nearest at the top. A longer bar is
    always nearer: for distances see ``nearness``.

    Parameters
    ----------
    nearest : sequence of (word, value of the metric)
    rows : sequence of int
        The words' rows, stored as customdata and returned by a click.
    color : str
    metric : "cosine", "dot" or "euclidean"
    """
    words = [theme.text(word) for word, _ in nearest]
    short = [theme.text(word, LONGEST) for word, _ in nearest]
    values = [value for _, value in nearest]
    lengths = np.array(nearness(metric, values))
    if metric == "cosine":
        ends = [-1.25, 1.25] if (lengths < 0).any() else [0, 1]
    else:  # with room for the numbers
        ends = [1.25 * min(lengths.min(initial=0), 0), 1.25 * max(lengths.max(initial=0), 0) or 1]
    said, own = METRIC_AXES[metric].split(":")[0], np.array(rows, np.int32).reshape(-1, 1)
    is_length = metric != "euclidean"
    figure = go.Figure(
        go.Bar(
            x=lengths,
            y=list(range(len(words))),
            orientation="h",
            marker=dict(color=color, opacity=0.75),
            text=[f"{value:.2f}" for value in values],
            textposition="outside",
            constraintext="none",  # as large as the words, however low the bars
            cliponaxis=False,
            customdata=own if is_length else np.column_stack([own, values]),
            hovertext=words,
            hovertemplate=f"<b>%{{hovertext}}</b><br>{said} "
            f"%{{{'x' if is_length else 'customdata[1]'}:.4f}}<extra></extra>",
        )
    )
    figure.update_layout(
        template=theme.TEMPLATE,
        margin=dict(l=8, r=36, t=8, b=40),
        bargap=0.3,
        dragmode=False,
        xaxis=dict(title=METRIC_AXES[metric], range=ends, showticklabels=is_length),
        yaxis=dict(
            tickvals=list(range(len(words))),
            ticktext=short,
            autorange="reversed",
            showgrid=False,
            tickfont=dict(size=14),
        ),
    )
    return figure


_FEWEST_ROWS = 6  # that there is room for; a single bar would fill the figure


@dataclass(frozen=True)
class Support:
    """How far a neighbour is borne out by parts of the text.

    Attributes
    ----------
    shown : str
        Written beside its value, in a few characters.
    told : str
        Of it in the hover, in Plotly's markup.
    relied : bool
        Whether it may be relied on; a bar that may not is striped.
    """

    shown: str
    told: str
    relied: bool


@dataclass(frozen=True)
class Rows:
    """A column of words, each with a value, the first at the top.

    Attributes
    ----------
    title : str
        What the values are.
    words : sequence of str
    values : sequence of float
        The lengths of the bars.
    rows : sequence of int
        The words' rows, returned by a click.
    shown : sequence of str
        The values as text.
    hover : sequence of str
        The hover text of each word. It may contain Plotly's markup, so words in it must be escaped.
    colors : str or sequence of str
    striped : sequence of bool, optional
        Which bars are striped, and fainter, as they are not to be relied on; no bar is where left out.
    marked : int, optional
        Index of the chosen word.
    """

    title: str
    words: Sequence[str]
    values: Sequence[float]
    rows: Sequence[int]
    shown: Sequence[str]
    hover: Sequence[str]
    colors: str | Sequence[str] = theme.CENTER
    striped: Sequence[bool] | None = None
    marked: int | None = None


def word_rows(columns: Sequence[Rows], longest: int = LONGEST) -> go.Figure:
    """Words in large letters over their bars, in columns side by side. A click anywhere in a row counts
    as a click on its word.

    Parameters
    ----------
    columns : sequence of Rows
    longest : int
        The number of characters after which a word is cut.
    """
    figure = go.Figure(layout=dict(template=theme.TEMPLATE))
    most = max((len(column.words) for column in columns), default=0)
    room_for = max(most, _FEWEST_ROWS)
    size = 17 if most <= 12 else 15 if most <= 25 else 13
    gap = 0.045
    width = (1 - gap * (len(columns) - 1)) / max(len(columns), 1)
    layout: dict = {}
    for k, column in enumerate(columns):
        axis = "" if k == 0 else str(k + 1)
        low, high = _bounds(column)
        figure.add_traces(
            [
                trace.update(xaxis=f"x{axis}", yaxis=f"y{axis}")
                for trace in _row_traces(column, low, high, size, longest)
            ]
        )
        start = k * (width + gap)
        layout[f"xaxis{axis}"] = dict(
            domain=[start, start + width],
            range=[low, high],
            anchor=f"y{axis}",
            visible=False,
            fixedrange=True,
        )
        layout[f"yaxis{axis}"] = dict(
            range=[room_for - 0.5, -0.5], anchor=f"x{axis}", visible=False, fixedrange=True
        )
    figure.update_layout(
        **layout,
        barmode="overlay",
        bargap=0.14,
        dragmode=False,
        hovermode="closest",
        margin=dict(l=2, r=2, t=30, b=4),
        annotations=[
            dict(
                text=column.title,
                x=k * (width + gap),
                y=1,
                xref="paper",
                yref="paper",
                xanchor="left",
                yanchor="bottom",
                yshift=4,
                showarrow=False,
                font=dict(size=13),
            )
            for k, column in enumerate(columns)
        ],
    )
    return figure


def _bounds(column: Rows) -> tuple[float, float]:
    """Where a column's axis begins and ends, with room for what is written beside the bars."""
    values = np.array(column.values, float)
    room = 1.22 if column.striped is None else 1.45
    return (
        min(float(values.min(initial=0)), 0.0) * 1.05,
        max(float(values.max(initial=0)), 1e-9) * room,
    )


def _row_traces(
    column: Rows, low: float, high: float, size: int, longest: int
) -> list[go.Bar | go.Scatter]:
    """The bars of a column, what a click in a row hits, the words and their values."""
    places = list(range(len(column.words)))
    bars = go.Bar(
        x=np.array(column.values, float),
        y=places,
        orientation="h",
        marker=dict(
            color=column.colors,
            opacity=0.28
            if column.striped is None
            else [0.2 if striped else 0.42 for striped in column.striped],
            pattern=None
            if column.striped is None
            else dict(
                shape=["/" if striped else "" for striped in column.striped],
                size=9,
                solidity=0.35,
            ),
        ),
        hoverinfo="skip",
    )
    targets = go.Bar(  # invisible, over the whole row
        x=[high - low] * len(places),
        base=low,
        y=places,
        orientation="h",
        marker=dict(
            color="rgba(0,0,0,0)",
            line=dict(color=theme.SELECTED, width=[2 if i == column.marked else 0 for i in places]),
        ),
        customdata=np.array(column.rows, np.int32).reshape(-1, 1),
        hovertext=list(column.hover),
        hovertemplate="%{hovertext}<extra></extra>",
    )
    written = [
        go.Scatter(
            x=[x] * len(places),
            y=places,
            mode="text",
            text=texts,
            textposition=position,
            textfont=dict(size=font),
            hoverinfo="skip",
            cliponaxis=False,
        )
        for x, texts, position, font in (
            (low, [" " + theme.text(word, longest) for word in column.words], "middle right", size),
            (high, [value + " " for value in column.shown], "middle left", 13),
        )
    ]
    return [bars, targets, *written]


METRIC_TITLES = {
    "cosine": "<b>cosine</b>: angle only",
    "dot": "<b>dot product</b>: angle and lengths",
    "euclidean": "<b>Euclidean distance</b>: longer bar, nearer word",
}


def nearness(metric: str, values: Sequence[float]) -> list[float]:
    """Lengths of bars that grow with nearness: the values themselves, but for distances the shortest of
    them divided by each, so that the nearest has 1 and a word twice as far half of it. A distance of 0
    counts as the shortest that is not 0."""
    if metric != "euclidean":
        return list(values)
    shortest = min((value for value in values if value > 0), default=1.0)
    return [shortest / max(value, shortest) for value in values]


def nearest_side_by_side(
    nearest: dict[str, Sequence[tuple[str, float]]],
    rows: dict[str, Sequence[int]],
    color: str = theme.CENTER,
    support: dict[str, dict[str, Support]] | None = None,
) -> go.Figure:
    """The nearest words by each metric, in columns side by side.

    Parameters
    ----------
    nearest : dict of metric → sequence of (word, value)
    rows : dict of metric → sequence of int
        The words' rows.
    color : str
    support : dict of metric → dict of word → Support, optional
        How far each is borne out, where that is known.
    """
    columns = []
    for metric, found in nearest.items():
        known = {} if support is None else support[metric]
        borne_out = [known.get(word) for word, _ in found]
        shown, hover = [], []
        for (word, value), how in zip(found, borne_out, strict=True):
            written, told = (
                f"{value:.2f}",
                f"<b>{theme.text(word, LONGEST_HOVER)}</b><br>{metric} {value:.4f}",
            )
            if how is not None:
                mark = "" if how.relied else "<b>?</b> "
                written = f"{written} · {mark}{how.shown}"
                told += f"<br>{how.told}" + ("" if how.relied else "<br>not reliable")
            shown.append(written)
            hover.append(told)
        columns.append(
            Rows(
                title=METRIC_TITLES[metric],
                words=[word for word, _ in found],
                values=nearness(metric, [value for _, value in found]),
                rows=rows[metric],
                shown=shown,
                hover=hover,
                colors=color,
                striped=None
                if support is None
                else [how is not None and not how.relied for how in borne_out],
            )
        )
    return word_rows(columns)
