"""An analogy: its answers as bars, and the parallelogram that its words form."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from w2v_core.figures import theme
from w2v_core.figures.callouts import Frame, add_callouts, along

LONGEST = 18  # characters shown of a word beside its bar
_SIZE = (640, 520)  # size of the plotting area in pixels, assumed when labels are placed


def answer_bars(
    answers: Sequence[tuple[str, float]], rows: Sequence[int], scale: str = "cosine"
) -> go.Figure:
    """The answers as bars, the best one at the top and in a colour of its own.

    Parameters
    ----------
    answers : sequence of (word, score)
    rows : sequence of int
        The words' rows, stored as customdata and returned by a click.
    scale : str
        The name of the score, used as the axis title.
    """
    values = np.array([value for _, value in answers], float)
    short = [theme.text(word, LONGEST) for word, _ in answers]
    top = float(values.max(initial=0))
    figure = go.Figure(
        go.Bar(
            x=values,
            y=list(range(len(answers))),
            orientation="h",
            marker=dict(
                color=[theme.ANSWER] + [theme.QUIET] * (len(answers) - 1),
                opacity=0.85,
            ),
            text=[f"{value:.2f}" for value in values],
            textposition="outside",
            cliponaxis=False,
            customdata=np.array(rows, np.int32).reshape(-1, 1),
            hovertext=[theme.text(word) for word, _ in answers],
            hovertemplate=f"<b>%{{hovertext}}</b><br>{scale} %{{x:.4f}}<extra></extra>",
        )
    )
    low = float(values.min(initial=0))
    figure.update_layout(
        template=theme.TEMPLATE,
        margin=dict(l=8, r=36, t=8, b=40),
        bargap=0.3,
        dragmode=False,
        xaxis=dict(title=scale, range=[1.2 * low, 1 if 0 < top <= 0.9 else 1.15 * max(top, 0.1)]),
        yaxis=dict(
            tickvals=list(range(len(answers))),
            ticktext=[f"<b>{word}</b>" if i == 0 else word for i, word in enumerate(short)],
            autorange="reversed",
            showgrid=False,
            tickfont=dict(size=14),
            ticks="outside",
            ticklen=5,
            tickcolor="rgba(0,0,0,0)",
        ),
    )
    return figure


def analogy_drawing(
    places: np.ndarray,
    words: Sequence[str],
    target: np.ndarray,
    runners_up: np.ndarray,
    runner_words: Sequence[str],
    subtitle: str = "",
) -> go.Figure:
    """Draw the four words, the arrows a → b and c → answer, and the point v_b − v_a + v_c.

    Parameters
    ----------
    places : float (4, 2)
        Positions of a, b, c and the answer.
    words : four str
    target : float (2,)
        Position of v_b − v_a + v_c.
    runners_up : float (n, 2)
    runner_words : sequence of str
    subtitle : str
        How the answer was found; shown below the title.
    """
    places, target = np.asarray(places, float), np.asarray(target, float)
    runners_up = np.asarray(runners_up, float).reshape(-1, 2)
    a, b, c, answer = places
    everything = np.vstack([places, target, runners_up])
    frame = Frame.around(everything, *_SIZE)
    names = [theme.text(word) for word in words]
    figure = go.Figure()
    for first, last, color, dash, name in (
        (a, b, theme.CENTER, "solid", "a → b"),
        (c, answer, theme.ANSWER, "solid", "c → answer"),
        (c, target, theme.CENTER, "dot", "the same offset from c"),
        (a, c, theme.QUIET, "dot", "from a to c"),
        (b, target, theme.QUIET, "dot", "from b to the point"),
    ):
        arrow = dash == "solid"
        figure.add_scatter(
            x=[first[0], last[0]],
            y=[first[1], last[1]],
            mode="lines+markers" if arrow else "lines",
            line=dict(color=color, width=3 if arrow else 1.5, dash=dash),
            marker=dict(
                symbol=["circle", "arrow"],
                size=[8, 17],
                angleref="previous",
                color=color,
                opacity=1,
            ),
            hoverinfo="skip",
            name=name,
        )
    figure.add_scatter(
        x=runners_up[:, 0],
        y=runners_up[:, 1],
        mode="markers",
        marker=dict(size=7, color=theme.QUIET, opacity=0.6),
        text=[theme.text(word) for word in runner_words],
        hovertemplate="<b>%{text}</b><extra>runner-up</extra>",
        name="runners-up",
    )
    one, other, third = (theme.isolated(word) for word in words[:3])
    sum_text = f"{other} − {one} + {third}"
    figure.add_scatter(
        x=[target[0]],
        y=[target[1]],
        mode="markers",
        marker=dict(size=15, symbol="x-thin", line=dict(width=3, color=theme.CENTER)),
        text=[theme.text(sum_text)],
        hovertemplate="<b>%{text}</b><extra></extra>",
        name="the point",
    )
    figure.add_scatter(
        x=places[:, 0],
        y=places[:, 1],
        mode="markers",
        marker=dict(size=16, color="rgba(0,0,0,0)"),
        text=names,
        hovertemplate="<b>%{text}</b><extra></extra>",
        name="words",
    )
    inner = along(np.array([(a, b), (c, answer), (c, target), (a, c), (b, target)]), 200)
    points = np.vstack([places, target[None], runners_up])
    add_callouts(
        figure,
        frame,
        points,
        [*words, sum_text, *runner_words],
        away=np.vstack([a - b, b - a, c - answer, answer - c, [0, 1], np.zeros_like(runners_up)]),
        obstacles=inner,
        colors=[None, None, None, theme.ANSWER, theme.CENTER, *[theme.QUIET] * len(runner_words)],
        gaps=[6, 6, 6, 6, 10, *[5] * len(runner_words)],
        longest=64,
        sizes=[16, 16, 16, 17, 13, *[12] * len(runner_words)],
    )
    shown = [theme.isolated(theme.text(word, LONGEST)) for word in words]
    frame.apply(figure, (f"from {shown[0]} to {shown[2]}", f"the offset {shown[1]} − {shown[0]}"))
    title = f"{theme.isolated(words[0])} → {theme.isolated(words[1])} as "
    title += f"{theme.isolated(words[2])} → {theme.isolated(words[3])}"
    theme.dress(figure, title, subtitle)
    return figure


def expression_drawing(
    path: np.ndarray,
    terms: Sequence[str],
    weights: Sequence[float],
    nearest: np.ndarray,
    nearest_words: Sequence[str],
    titles: Sequence[str],
    subtitle: str = "",
) -> go.Figure:
    """Draw a sum of words as arrows placed end to end, with the sum and the words nearest to it.

    Parameters
    ----------
    path : float (n, 2)
        Position of the partial sum after each step, starting at the origin.
    terms : sequence of str
        The word added in each step.
    weights : sequence of float
        The factors of the words. Negative ones are drawn dashed and in another colour.
    nearest : float (k, 2)
        Positions of the nearest words, the answer first.
    nearest_words : sequence of str
    titles : (str, str)
        Axis titles.
    subtitle : str
        Shown below the title.
    """
    path, nearest = np.asarray(path, float), np.asarray(nearest, float).reshape(-1, 2)
    starts = np.vstack([[0.0, 0.0], path[:-1]])
    frame = Frame.around(np.vstack([[0.0, 0.0], path, nearest]), *_SIZE)
    figure = go.Figure()
    labels = []
    for i, (first, last, word, weight) in enumerate(zip(starts, path, terms, weights, strict=True)):
        sign = "−" if weight < 0 else "+" if i else ""
        size = "" if abs(weight) == 1 else f"{abs(weight):.4g} "
        labels.append(f"{sign} {size}{theme.isolated(word)}".strip())
        color = theme.PUSH if weight < 0 else theme.CENTER
        figure.add_scatter(
            x=[first[0], last[0]],
            y=[first[1], last[1]],
            mode="lines+markers",
            line=dict(color=color, width=3, dash="dash" if weight < 0 else "solid"),
            marker=dict(
                symbol=["circle", "arrow"],
                size=[6, 16],
                angleref="previous",
                color=color,
                opacity=1,
            ),
            hoverinfo="skip",
            name="step",
        )
    figure.add_scatter(
        x=[0, path[-1, 0]],
        y=[0, path[-1, 1]],
        mode="lines",
        line=dict(color=theme.QUIET, width=1.5, dash="dot"),
        hoverinfo="skip",
        name="the sum",
    )
    figure.add_scatter(
        x=[path[-1, 0]],
        y=[path[-1, 1]],
        mode="markers",
        marker=dict(size=15, symbol="x-thin", line=dict(width=3, color=theme.CENTER)),
        text=["the sum"],
        hovertemplate="<b>%{text}</b><extra></extra>",
        name="the point",
    )
    answer, others = min(len(nearest), 1), max(len(nearest) - 1, 0)
    figure.add_scatter(
        x=nearest[:, 0],
        y=nearest[:, 1],
        mode="markers",
        marker=dict(
            size=[11] * answer + [7] * others,
            color=[theme.ANSWER] * answer + [theme.QUIET] * others,
        ),
        text=[theme.text(word) for word in nearest_words],
        hovertemplate="<b>%{text}</b><extra></extra>",
        name="nearest",
    )
    inner = along(np.stack([starts, path], axis=1), 300)
    step = path - starts
    title = " ".join(labels)
    title = title if len(title) <= 120 else title[:119] + "…"
    add_callouts(
        figure,
        frame,
        np.vstack([nearest[:1], path[-1:], (starts + path) / 2, nearest[1:]]),
        [*nearest_words[:1], "the sum", *labels, *nearest_words[1:]],
        away=np.vstack(
            [
                *[[1, 0]] * answer,
                [0, 1],
                np.column_stack([step[:, 1], -step[:, 0]]),
                np.zeros((others, 2)),
            ]
        ),
        obstacles=inner,
        colors=[
            *[theme.ANSWER] * answer,
            theme.CENTER,
            *[None] * len(labels),
            *[theme.QUIET] * others,
        ],
        gaps=[*[6] * answer, 10, *[4] * len(labels), *[3] * others],
        sizes=[*[17] * answer, 13, *[15] * len(labels), *[12] * others],
    )
    frame.apply(figure, titles)
    theme.dress(figure, title, subtitle)
    return figure
