"""Lesson 4: score, exp, softmax."""

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
from pages.plot import plot
from w2v_core.figures.lessons import equations
from w2v_core.figures.lessons.softmax_bars import softmax_bars
from w2v_core.lessons.pair_table import frequent_beside, pair_share, pairs_of

QUESTION = "How does a dot product become a probability?"
RICHER = False
SHOWN = 12


def show(source: Source) -> None:
    first, second, third = st.columns(3)
    with first:
        c = pick("Center word c", "center", source, "Berlin", "king")
    with second:
        o = pick(
            "Output word o",
            "output",
            source,
            "Germany",
            "queen",
            expected_beside(source, c),
            skip=(c,),
        )
    with third:
        other = pick(
            "Against", "other", source, "potato", unexpected_beside(source, c, o), skip=(c, o)
        )
    rows = [source.row(w) for w in (c, o, other)]
    st.markdown("##### 1 · What the text says: count")
    N = counted(source)
    if N is None:
        st.info("This model was kept without its text: there is nothing to count.")
    else:
        table, counted_p = st.columns([1, 1], gap="medium", vertical_alignment="center")
        shares = [pair_share(N, rows[0], row) for row in rows[1:]]
        with table:
            beside = [row for row in frequent_beside(N, rows[0], SHOWN) if row not in rows][:3]
            st.markdown(count_table(source, N, rows, beside))
            total = f"{shares[0].total:,.0f}"
            st.caption(
                f"How often the text has one beside the other, of {total} pairs in all"
                + (" (nearer ones weigh more)." if weighted(source) else ".")
            )
        with counted_p:
            for word, share in zip((o, other), shares, strict=True):
                st.latex(equations.conditional(c, word, share.joint, share.center, share.total))
            st.caption("p(o|c) grows with p(o,c) as long as p(c) stays.")
    st.markdown("##### 2 · What the model says: score, exp, divide by the sum")
    added = st.slider(
        f"Change one score: add to that of {short(o)}",
        -4.0,
        4.0,
        0.0,
        0.25,
        key="added",
        bind="query-params",
        persist_state="page",
    )
    before = predicted(source, c)
    now = predicted(source, c, o, added)
    shown = before.top(SHOWN, tuple(rows[1:]))
    words = [source.model.words[row] for row in shown]
    plot(
        softmax_bars(
            words,
            now.dots[shown],
            None if now.anchors is None else now.anchors[shown],
            now.exps[shown],
            now.p[shown],
            before=before.p[shown] if added else None,
            marked=[shown.index(row) for row in rows[1:]],
        ),
        key="softmax",
        height=395,
        name="score, exp, probability",
    )
    left, right = st.columns(2, gap="large")
    for place, word, row in ((left, o, rows[1]), (right, other, rows[2])):
        anchor = None if now.anchors is None else float(now.anchors[row])
        with place:
            st.latex(equations.score(c, word, float(now.dots[row]), anchor))
            st.latex(
                equations.softmax(c, word, float(now.scores[row]), now.total, float(now.p[row]))
            )
    st.markdown(
        "A score is a log probability but for one thing: the sum it is divided by, the same for "
        "every output word. In the difference of two scores it falls out:"
    )
    st.latex(
        equations.log_ratio(
            o,
            other,
            float(now.scores[rows[1]]),
            float(now.scores[rows[2]]),
            float(now.p[rows[1]]),
            float(now.p[rows[2]]),
        )
    )
    st.caption(
        "So a score is the *unnormalised log probability*: exp of it, divided by the sum, is "
        "p(o|c); the logarithm of p(o|c) is the score, less the logarithm of that sum."
    )
    raised = predicted(source, c, o, added + 1.0)
    fell = "falls" if raised.p[rows[2]] < now.p[rows[2]] else "stays"
    quiz(
        f"raise the score of {short(o)} alone by 1. What does the probability of "
        f"{short(other)} do, whose score stays?",
        ("rises", "stays", "falls"),
        fell,
        f"From {now.p[rows[2]]:.3g} to {raised.p[rows[2]]:.3g}: the sum in the denominator grew. "
        "To push one word up is to push all others down.",
        "exp makes scores positive, dividing by their sum makes them add up to 1. To raise "
        "p(o|c), raise the score of o or lower those of all other words: that is what "
        "training does next.",
    )


def weighted(source: Source) -> bool:
    """Whether the model counted near words more than far ones."""
    return source.model.window != "sentence" and source.model.weighting == "linear"


def count_table(source: Source, N, rows: list[int], beside: list[int]) -> str:
    """The corpus's own table around the center word, in Markdown: N(c,o) and the sum of the row."""
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
