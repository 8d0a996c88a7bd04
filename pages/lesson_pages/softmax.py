"""Lesson 4: score, exp, softmax."""

from dataclasses import dataclass

import streamlit as st

from pages.lesson_pages.frame import (
    Source,
    counted,
    expected_beside,
    pick,
    predicted,
    quiz,
    unexpected_beside,
)
from pages.parts.displayed_text import short
from pages.parts.presentation import presenting
from pages.plot import plot
from w2v_core.figures.lessons import equations
from w2v_core.figures.lessons.softmax_bars import softmax_bars
from w2v_core.lessons.pair_table import frequent_beside, pair_share, pairs_of
from w2v_core.lessons.prediction import Prediction

QUESTION = "How does a dot product become a probability?"
RICHER = False
COUNTED = "1 · What the text says: count"
MODELLED = "2 · What the model says: score, exp, divide by the sum"
SHOWN = 12


@dataclass(frozen=True)
class ThreeWords:
    """The center word, an output word and a word to compare it with, and their rows."""

    c: str
    o: str
    other: str
    rows: list[int]


def show(source: Source) -> None:
    words = choose_words(source)
    if presenting():  # one at a time, so that the picture is in sight
        first, second = st.tabs([COUNTED, MODELLED])
        with first:
            show_counts(source, words)
        with second:
            show_prediction(source, words)
    else:
        st.markdown(f"### {COUNTED}")
        show_counts(source, words)
        st.markdown(f"### {MODELLED}")
        show_prediction(source, words)


def show_prediction(source: Source, words: ThreeWords) -> None:
    """What the model predicts, with a score that can be raised."""
    added = st.slider(
        f"Add to the score of {short(words.o)}",
        -4.0,
        4.0,
        0.0,
        0.25,
        key="added",
        bind="query-params",
        persist_state="page",
    )
    now = predicted(source, words.c, words.o, added)
    show_bars(source, words, now, changed=bool(added))
    show_equations(words, now)
    show_log_ratio(words, now)
    ask_about_raising(source, words, added)


def choose_words(source: Source) -> ThreeWords:
    first, second, third = st.columns(3)
    with first:
        c = pick("Center word c", "center", source, "Berlin", "king")
    with second:
        expected = expected_beside(source, c)
        o = pick("Output word o", "output", source, "Germany", "queen", expected, skip=(c,))
    with third:
        unexpected = unexpected_beside(source, c, o)
        other = pick("Compare with", "other", source, "potato", unexpected, skip=(c, o))
    return ThreeWords(c, o, other, [source.row(word) for word in (c, o, other)])


def show_counts(source: Source, words: ThreeWords) -> None:
    """p(o|c) of both output words, computed from the pair counts of the text."""
    N = counted(source)
    if N is None:
        st.info("This model was saved without its text, so there is nothing to count.")
        return
    table, counted_p = st.columns([1, 1], gap="medium", vertical_alignment="center")
    center, *others = words.rows
    shares = [pair_share(N, center, row) for row in others]
    with table:
        beside = [row for row in frequent_beside(N, center, SHOWN) if row not in words.rows][:3]
        st.markdown(count_table(source, N, words.rows, beside))
        st.caption(
            "The table shows how often the text has one word near the other, out of "
            f"{shares[0].total:,.0f} pairs in all"
            + (". Near neighbours have a larger weight." if weighted(source) else ".")
        )
    with counted_p:
        for word, share in zip((words.o, words.other), shares, strict=True):
            st.latex(equations.conditional(words.c, word, share.joint, share.center, share.total))
        st.caption("p(o|c) grows with p(o,c) as long as p(c) stays the same.")


def show_bars(source: Source, words: ThreeWords, now: Prediction, changed: bool) -> None:
    before = predicted(source, words.c)
    outputs = words.rows[1:]
    shown = before.top(SHOWN, tuple(outputs))
    plot(
        softmax_bars(
            [source.model.words[row] for row in shown],
            now.dots[shown],
            None if now.anchors is None else now.anchors[shown],
            now.exps[shown],
            now.p[shown],
            before=before.p[shown] if changed else None,
            marked=[shown.index(row) for row in outputs],
        ),
        key="softmax",
        height=395,
        name="score, exp, probability",
    )


def show_equations(words: ThreeWords, now: Prediction) -> None:
    """Score and probability of both output words, one beside the other."""
    _, row_o, row_other = words.rows
    left, right = st.columns(2, gap="large")
    for place, word, row in ((left, words.o, row_o), (right, words.other, row_other)):
        anchor = None if now.anchors is None else float(now.anchors[row])
        score, p = float(now.scores[row]), float(now.p[row])
        with place:
            st.latex(equations.score(words.c, word, float(now.dots[row]), anchor))
            st.latex(equations.softmax(words.c, word, score, now.total, p))


def show_log_ratio(words: ThreeWords, now: Prediction) -> None:
    _, row_o, row_other = words.rows
    st.markdown(
        "A score is a log probability up to a constant: the logarithm of the sum by which exp is "
        "divided, which is the same for every output word. The difference of two scores does not "
        "contain it:"
    )
    st.latex(
        equations.log_ratio(
            words.o,
            words.other,
            float(now.scores[row_o]),
            float(now.scores[row_other]),
            float(now.p[row_o]),
            float(now.p[row_other]),
        )
    )
    st.caption(
        "A score is therefore an *unnormalised log probability*. Its exponential, divided by the "
        "sum, is p(o|c); the logarithm of p(o|c) is the score minus the logarithm of the sum."
    )


def ask_about_raising(source: Source, words: ThreeWords, added: float) -> None:
    """The closing question: raising one score lowers all other probabilities."""
    row = words.rows[2]
    now = predicted(source, words.c, words.o, added)
    raised = predicted(source, words.c, words.o, added + 1.0)
    quiz(
        f"raise only the score of {short(words.o)} by 1. What happens to the probability of "
        f"{short(words.other)}, whose score stays the same?",
        ("rises", "stays", "falls"),
        "falls" if raised.p[row] < now.p[row] else "stays",
        f"It goes from {now.p[row]:.3g} to {raised.p[row]:.3g}, because the sum in the denominator "
        "grew. Raising one probability lowers all others.",
        "exp makes scores positive, and dividing by their sum makes them add up to 1. To raise "
        "p(o|c), raise the score of o or lower the scores of all other words. Training does "
        "exactly this, as the next lessons show.",
    )


def weighted(source: Source) -> bool:
    """Whether near words had a larger weight than distant ones when the pairs were counted."""
    model = source.model
    weighting = model.chosen.get("weighting", model.weighting)
    return model.window != "sentence" and weighting == "linear"


def count_table(source: Source, N, rows: list[int], beside: list[int]) -> str:
    """The pair counts around the center word as a Markdown table: N(c,o) and the sum of each row."""
    words = source.model.words
    columns = [*rows[1:], *beside]
    head = "".join(f" {short(words[row], 12)} |" for row in columns)
    lines = [f"| c \\\\ o |{head} … | all |", "|---|" + "--:|" * (len(columns) + 2)]
    for row in rows:
        counts = pairs_of(N, row)
        cells = "".join(f" {counts[column]:,.4g} |" for column in columns)
        name = short(words[row], 12)
        name = f"**{name}**" if row == rows[0] else name
        lines.append(f"| {name} |{cells} | {counts.sum():,.0f} |")
    return "\n".join(lines)
