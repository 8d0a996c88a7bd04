"""Two models in one figure: words that changed, one word in two spaces, contexts, frequencies."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from w2v_core.figures import theme
from w2v_core.figures.callouts import Frame, add_callouts
from w2v_core.figures.labels import place

A_COLOR, B_COLOR = theme.SIDE_A, theme.SIDE_B
_LABEL = 13
_NOMINAL = (480, 440)  # pixels of the area of a figure that is half a page wide


def use_map(
    words: Sequence[str],
    times: np.ndarray,
    distance: np.ndarray,
    different: np.ndarray,
    *,
    selected: int | None = None,
    labelled: Sequence[int] = (),
    tested: bool = True,
) -> go.Figure:
    """Every shared word as a point: how often it occurs in the text that has it less often, and how far
    apart its two vectors are. Rare words lie apart by chance alone, so a word stands out among words that
    are as frequent.

    Parameters
    ----------
    words : sequence of str (n,)
        A click returns the index of its word.
    times : int (n,)
        Occurrences, from 1.
    distance : float (n,)
        1 − cosine; words with NaN are left out.
    different : bool (n,)
        Whether the word was found to be used differently.
    selected : int, optional
        The index of the selected word.
    labelled : sequence of int
        Indices of the words that are named in the figure, as far as their names do not overlap.
    tested : bool
        Whether there was a test; without one no point is called different or not.
    """
    figure = go.Figure(layout=dict(template=theme.TEMPLATE))
    escaped = [theme.text(word, 40) for word in words]
    times = np.maximum(np.asarray(times, float), 1)
    distance, different = np.asarray(distance, float), np.asarray(different, bool)
    for part, color, symbol, name in (
        (~different, theme.QUIET, "circle", "no difference found" if tested else "not tested yet"),
        (different, theme.SELECTED, "diamond", "used differently"),
    ):
        at = np.flatnonzero(part & np.isfinite(distance))
        figure.add_scatter(
            x=times[at],
            y=distance[at],
            mode="markers",
            marker=dict(
                size=9 if symbol == "diamond" else 5,
                color=color,
                symbol=symbol,
                opacity=0.9 if symbol == "diamond" else 0.45,
            ),
            text=[escaped[i] for i in at.tolist()],
            customdata=at.astype(np.int32).reshape(-1, 1),
            hovertemplate="<b>%{text}</b><br>distance %{y:.2f}<br>at least %{x:,} times in each text"
            "<extra></extra>",
            name=f"{name}: {len(at):,}",
        )
    known = [i for i in labelled if np.isfinite(distance[i])]
    for i in place(np.log10(times), np.nan_to_num(distance), words, known, *_NOMINAL):
        figure.add_annotation(
            x=float(np.log10(times[i])),
            y=float(distance[i]),
            text=escaped[i],
            showarrow=False,
            yshift=12,
            font=dict(size=_LABEL),
        )
    if selected is not None and np.isfinite(distance[selected]):
        figure.add_scatter(
            x=[times[selected]],
            y=[distance[selected]],
            mode="markers",
            hoverinfo="skip",
            marker=dict(size=15, color="rgba(0,0,0,0)", line=dict(width=3, color=theme.SELECTED)),
            showlegend=False,
        )
    figure.update_layout(
        hovermode="closest",
        dragmode="pan",
        xaxis=dict(title="lower of the counts in A and B", type="log", dtick=1),
        yaxis=dict(
            title="distance of the word's two vectors (1\u00a0−\u00a0cosine)", rangemode="tozero"
        ),
        showlegend=True,
        legend=dict(orientation="h", x=0, y=1.02, xanchor="left", yanchor="bottom"),
    )
    return figure


def two_pictures(
    words: Sequence[str],
    rows: Sequence[int],
    a: np.ndarray,
    b: np.ndarray,
    in_a: Sequence[bool],
    in_b: Sequence[bool],
    names: tuple[str, str],
) -> go.Figure:
    """A word (the first) and its neighbours in both models, in one aligned plane. Each word has a circle
    at its position in A and a diamond at its position in B, joined by a line.

    Parameters
    ----------
    words : sequence of str (n,)
    rows : sequence of int (n,)
        The words' rows, returned by a click.
    a, b : float (n, 2)
    in_a, in_b : sequence of bool (n,)
        Whether the word is among the nearest in that model; if not, it is drawn pale there.
    names : (str, str)
        The names of the models.
    """
    figure = go.Figure(layout=dict(template=theme.TEMPLATE))
    a, b = np.asarray(a, float), np.asarray(b, float)
    escaped = [theme.text(word, 30) for word in words]
    gap = np.full(len(words), np.nan)
    figure.add_scatter(
        x=np.column_stack([a[:, 0], b[:, 0], gap]).ravel(),
        y=np.column_stack([a[:, 1], b[:, 1], gap]).ravel(),
        mode="lines",
        line=dict(color=theme.QUIET, width=1, dash="dot"),
        hoverinfo="skip",
        showlegend=False,
    )
    both = np.vstack([a, b])
    for at, near, color, symbol, name in (
        (a, in_a, A_COLOR, "circle", f"A: {names[0]}"),
        (b, in_b, B_COLOR, "diamond", f"B: {names[1]}"),
    ):
        is_near = np.array(near, bool)
        is_near[:1] = True  # the word itself
        for part, opacity in ((np.flatnonzero(is_near), 0.95), (np.flatnonzero(~is_near), 0.3)):
            figure.add_scatter(
                x=at[part, 0],
                y=at[part, 1],
                mode="markers",
                hovertext=[escaped[i] for i in part],
                marker=dict(
                    size=np.where(part == 0, 16, np.where(is_near[part], 10, 6)),
                    color=color,
                    symbol=symbol,
                    opacity=opacity,
                ),
                customdata=np.asarray(rows, np.int32)[part].reshape(-1, 1),
                hovertemplate="<b>%{hovertext}</b><extra>" + theme.text(name, 40) + "</extra>",
                name=theme.text(name, 40),
                showlegend=opacity > 0.5,
            )
    # The word itself, then its neighbours, the nearest first: as many as there is room for.
    named = [
        (i, side) for i in range(len(words)) for side in (0, 1) if not i or (in_a, in_b)[side][i]
    ]
    frame = Frame.around(both, *_NOMINAL, margin=40)
    add_callouts(
        figure,
        frame,
        np.array([(a, b)[side][i] for i, side in named]),
        [words[i] for i, _ in named],
        colors=[(A_COLOR, B_COLOR)[side] for _, side in named],
        sizes=[_LABEL if i else 16 for i, _ in named],
        gaps=[5 if i else 8 for i, _ in named],
        longest=30,
        keep_all=False,
    )
    frame.apply(figure, ("", ""))
    figure.update_layout(
        hovermode="closest",
        dragmode="pan",
        xaxis=dict(showticklabels=False),
        yaxis=dict(showticklabels=False),
        showlegend=True,
        legend=dict(orientation="h", x=0, y=1.02, xanchor="left", yanchor="bottom"),
    )
    return figure


def _round(number: float) -> float:
    """The largest of 1, 2, 2.5 and 5 times a power of ten that a number above 0 is not below."""
    power = 10.0 ** np.floor(np.log10(number))
    return float(
        power * max(digit for digit in (1, 2, 2.5, 5) if digit * power <= number * (1 + 1e-9))
    )


def diverging_bars(
    left: Sequence[tuple[str, float, int]],
    right: Sequence[tuple[str, float, int]],
    names: tuple[str, str],
    title: str,
) -> go.Figure:
    """Words with their values as bars, A's to the left and B's to the right, the strongest at the top.

    Parameters
    ----------
    left, right : sequence of (word, value above 0, row)
    names : (str, str)
        The names of A and B.
    title : str
        The axis title.
    """
    figure = go.Figure(layout=dict(template=theme.TEMPLATE))
    most = max(len(left), len(right), 1)
    high = (max([value for _, value, _ in (*left, *right)], default=0.0) or 1.0) * 1.05
    step = _round(high / 2)
    for entries, sign, color, name in (
        (left, -1, A_COLOR, f"A: {names[0]}"),
        (right, 1, B_COLOR, f"B: {names[1]}"),
    ):
        places = list(range(len(entries)))
        figure.add_bar(
            x=[sign * value for _, value, _ in entries],
            y=places,
            orientation="h",
            # Pale under the words, with an edge in the side's own colour.
            marker=dict(color=f"{color}59", line=dict(color=color, width=1)),
            customdata=np.array([row for *_, row in entries], np.int32).reshape(-1, 1),
            hovertext=[
                f"<b>{theme.text(word, 60)}</b><br>{value:.2f}" for word, value, _ in entries
            ],
            hovertemplate="%{hovertext}<extra></extra>",
            name=theme.text(name, 40),
        )
        figure.add_scatter(
            x=[sign * high * 0.012] * len(entries),
            y=places,
            mode="text",
            text=[theme.text(word, 24) for word, *_ in entries],
            textposition="middle right" if sign > 0 else "middle left",
            textfont=dict(size=14),
            hoverinfo="skip",
            showlegend=False,
        )
    figure.update_layout(
        barmode="overlay",
        bargap=0.15,
        dragmode=False,
        hovermode="closest",
        xaxis=dict(
            range=[-high, high],
            title=title,
            zeroline=True,
            fixedrange=True,
            tickvals=[-2 * step, -step, 0, step, 2 * step],
            ticktext=[f"{abs(times) * step:.4g}" for times in (-2, -1, 0, 1, 2)],
        ),
        yaxis=dict(range=[most - 0.5, -0.5], visible=False, fixedrange=True),
        showlegend=True,
        legend=dict(orientation="h", x=0, y=1.02, xanchor="left", yanchor="bottom"),
    )
    return figure
