"""Words through slices of time or groups, and words between two poles, each with its band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from w2v_core.figures import theme

# Their names are written in them, so they are colours of text.
COLORS = (
    theme.CENTER,
    *map(theme.as_text, (theme.PUSH, theme.SUM, theme.ANSWER, theme.OUTPUT)),
    theme.VIOLET,
)
SYMBOLS = ("circle", "diamond", "square", "triangle-up", "x", "star")
MOST_CURVES = len(COLORS)
_LABEL = 13
_LABEL_GAP = 0.055  # of the axis, between two labels: a line of text in a figure of 400 pixels
_LONGEST = 16  # characters of a label at the end of a line


def nearness_curves(
    names: Sequence[str],
    words: Sequence[str],
    curves: np.ndarray,
    *,
    ordered: bool,
    moved_after: int | None = None,
) -> go.Figure:
    """How near words are to one word in each slice, with bands: lines with their names at the end where the
    slices have an order, and marks with error bars where they are groups.

    Parameters
    ----------
    names : sequence of str (slices,)
    words : sequence of str (k,)
        At most ``MOST_CURVES``.
    curves : float (k, slices, 3)
        Cosine and both ends of its band; NaN where there is none.
    ordered : bool
    moved_after : int, optional
        The slice after which the word moved, to be marked.
    """
    figure = go.Figure(layout=dict(template=theme.TEMPLATE))
    curves = np.asarray(curves, float)
    at = np.arange(len(names))
    shown = [theme.text(name, 30) for name in names]
    ends: list[tuple[float, str, str]] = []
    for i, word in enumerate(words[:MOST_CURVES]):
        value, low, high = curves[i].T
        color, symbol, name = COLORS[i], SYMBOLS[i], theme.text(word, 40)
        place = at if ordered else at + 0.11 * (i - (min(len(words), MOST_CURVES) - 1) / 2)
        if ordered:
            for run in _runs(np.isfinite(low) & np.isfinite(high)):
                figure.add_scatter(
                    x=np.concatenate([place[run], place[run][::-1]]),
                    y=np.concatenate([high[run], low[run][::-1]]),
                    mode="lines",
                    line=dict(width=0),
                    fill="toself",
                    fillcolor=_pale(color),
                    hoverinfo="skip",
                    showlegend=False,
                )
        half = np.where(np.isfinite(high), high - value, 0)
        figure.add_scatter(
            x=place,
            y=value,
            mode="lines+markers" if ordered else "markers",
            line=dict(color=color, width=2),
            marker=dict(size=8 if ordered else 10, color=color, symbol=symbol),
            error_y=None if ordered else dict(array=half, color=color, thickness=1.5, width=4),
            customdata=np.column_stack([low, high]),
            text=shown,
            hovertemplate=f"<b>{name}</b> in %{{text}}<br>cosine %{{y:.2f}}, between "
            "%{customdata[0]:.2f} and %{customdata[1]:.2f}<extra></extra>",
            name=name,
            showlegend=not ordered,
        )
        known = np.flatnonzero(np.isfinite(value))
        if ordered and len(known):
            ends.append((float(value[known[-1]]), theme.text(word, _LONGEST), color))
    drawn = curves[: min(len(words), MOST_CURVES)]
    finite = drawn[np.isfinite(drawn)]
    low_end, high_end = (finite.min(), finite.max()) if len(finite) else (0.0, 1.0)
    pad = 0.06 * max(high_end - low_end, 0.1)
    span = (float(low_end - pad), float(high_end + pad))
    for y, (_, name, color) in zip(_apart(ends, span), sorted(ends), strict=True):
        figure.add_annotation(
            x=len(names) - 1,
            y=y,
            text=name,
            font=dict(size=_LABEL, color=color),
            showarrow=False,
            xanchor="left",
            xshift=10,
        )
    if moved_after is not None:
        figure.add_vline(x=moved_after + 0.5, line=dict(color=theme.QUIET, width=1.5, dash="dash"))
        figure.add_annotation(
            x=moved_after + 0.5,
            y=1,
            yref="paper",
            yanchor="bottom",
            text="moved here",
            showarrow=False,
            font=dict(size=_LABEL),
        )
    longest = max((len(name) for _, name, _ in ends), default=0)
    figure.update_layout(
        hovermode="closest",
        dragmode="pan",
        margin=dict(t=28, r=24 + 7 * longest if ordered else 16),
        xaxis=dict(
            tickvals=at.tolist(),
            ticktext=[theme.text(name, 16) for name in names],
            range=[-0.3, len(names) - 0.7] if ordered else [-0.5, len(names) - 0.5],
            zeroline=False,
        ),
        yaxis=dict(
            title=f"cosine with the word in each {'slice' if ordered else 'group'}",
            range=list(span),
        ),
        showlegend=not ordered,
        legend=dict(orientation="h", x=0, y=-0.1, xanchor="left", yanchor="top"),
    )
    return figure


@dataclass(frozen=True)
class Projections:
    """Words of one model on its axis: float (words, 3), the value and both ends of its band, NaN where
    the model lacks the word, or its band is not known; ``name`` and ``color`` of the model."""

    name: str
    color: str
    values: np.ndarray


def projections(
    words: Sequence[str],
    first: Sequence[bool],
    models: Sequence[Projections],
    lists: tuple[str, str],
    poles: tuple[str, str],
) -> go.Figure:
    """Words on an axis between two poles: a circle for those of the first list, a diamond for the second.

    Parameters
    ----------
    words : sequence of str (n,)
        The first stands at the top.
    first : sequence of bool (n,)
        Whether the word stands in the first list.
    models : sequence of Projections
        One, or two whose marks stand one above the other.
    lists : (str, str)
        The names of both lists.
    poles : (str, str)
        The names of the left and of the right end.
    """
    figure = go.Figure(layout=dict(template=theme.TEMPLATE))
    rows = -np.arange(len(words), dtype=float)
    in_first = np.asarray(first, bool)
    escaped = [theme.text(word, 24) for word in words]
    for i, model in enumerate(models):
        place = rows + (0 if len(models) == 1 else (0.17 if i == 0 else -0.17))
        for part, symbol, of_list in (
            (in_first, "circle", lists[0]),
            (~in_first, "diamond", lists[1]),
        ):
            value, low, high = model.values[part].T
            known = np.isfinite(high)
            name = of_list if len(models) == 1 else f"{model.name}: {of_list}"
            figure.add_scatter(
                x=value,
                y=place[part],
                mode="markers",
                marker=dict(size=9, symbol=symbol, color=model.color),
                error_x=dict(
                    array=np.where(known, high - value, 0),
                    color=model.color,
                    thickness=1.2,
                    width=0,
                ),
                text=[w for w, own in zip(escaped, part.tolist(), strict=True) if own],
                customdata=[
                    f", between {a:+.2f} and {b:+.2f}" if there else ""
                    for a, b, there in zip(low, high, known, strict=True)
                ],
                hovertemplate="<b>%{text}</b><br>%{x:+.2f}%{customdata}<extra></extra>",
                name=theme.text(name, 40),
            )
    figure.add_vline(x=0, line=dict(color=theme.QUIET, width=1))
    figure.update_layout(
        hovermode="closest",
        dragmode="pan",
        margin=dict(t=36),
        xaxis=dict(
            title=f"← {theme.text(poles[0], 24)}    cosine    {theme.text(poles[1], 24)} →",
            zeroline=False,
        ),
        yaxis=dict(
            tickvals=rows.tolist(),
            ticktext=escaped,
            range=[float(rows.min()) - 0.7, 0.7],
            zeroline=False,
        ),
        showlegend=True,
        legend=dict(orientation="h", x=0, y=1.0, xanchor="left", yanchor="bottom"),
    )
    return figure


def _runs(there: np.ndarray) -> list[slice]:
    """Stretches in which all are there."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], there.astype(int), [0]))))
    return [slice(begin, end) for begin, end in edges.reshape(-1, 2).tolist()]


def _apart(ends: Sequence[tuple[float, str, str]], span: tuple[float, float]) -> list[float]:
    """Places of labels, lowest first, that do not touch: moved up where needed, then down from the top."""
    gap = _LABEL_GAP * (span[1] - span[0])
    places = sorted(end[0] for end in ends)
    for i in range(1, len(places)):
        places[i] = max(places[i], places[i - 1] + gap)
    top = span[1]
    for i in range(len(places) - 1, -1, -1):
        places[i] = min(places[i], top)
        top = places[i] - gap
    return places


def _pale(color: str) -> str:
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, 0.13)"
