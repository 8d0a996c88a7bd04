"""Lesson 3: training pairs."""

from collections.abc import Sequence

import streamlit as st

from pages.lesson_pages.frame import Source, predicted, quiz
from pages.parts.displayed_text import literal, short
from pages.parts.explanations import explanation
from pages.plot import plot
from w2v_core.figures.lessons import equations
from w2v_core.figures.lessons.pair_arcs import pair_arcs
from w2v_core.text.pairs import sentence_pairs
from w2v_core.text.tokenizer import tokens_of

QUESTION = "What does the model actually see of a text?"
RICHER = False
SENTENCE = "Berlin is a city in East Germany"
MOST = 40  # words of a sentence


def show(source: Source) -> None:
    left, right = st.columns([3, 2])
    text = left.text_input(
        "A sentence", SENTENCE, key="sentence", bind="query-params", max_chars=400
    )
    words = tokens_of(text, lowercase=False)[:MOST]
    if len(words) < 2:
        st.info("Write at least two words, because a single word has no neighbours.")
        return
    with left:
        start = len(words) // 2
        place = st.pills(
            "Center word",
            list(range(len(words))),
            default=start,
            required=True,
            format_func=lambda i: literal(words[i]),
            key=f"place {text}",
        )
    with right:
        whole = st.toggle(
            "Use the whole sentence as context",
            value=True,
            key="whole",
            bind="query-params",
            help=explanation("whole sentence"),
        )
        reach = st.slider(
            "Window: words on each side",
            1,
            8,
            2,
            disabled=whole,
            key="reach",
            bind="query-params",
            help=explanation("window"),
        )
    window = "sentence" if whole else reach
    pairs = sentence_pairs(words, window, place)
    # The same pairs as positions, for the arcs.
    places = sentence_pairs(range(len(words)), window, place)
    plot(pair_arcs(words, places), key="arcs", height=240, name="pairs", view=f"{text} {place}")
    known = source.knows(words[place])
    show_pairs(source, words[place], pairs)
    everywhere = sentence_pairs(words, window)
    st.latex(equations.objective(words[place], len(pairs), len(everywhere)))
    st.caption(
        "The model sees nothing else: no grammar, no word order and no meaning, only which words occur "
        "near each other. Words such as *is* and *a* occur near everything, so they say little about "
        "any other word. "
        + (
            f"Grey: p(o|c) according to {literal(source.title)}. Training raises it, pair by pair."
            if known
            else f"{short(words[place])} does not occur in {literal(source.title)}, so there is no p(o|c)."
        )
    )
    others = sentence_pairs(words, 1, place)
    quiz(
        f"with a window of one word on each side, how many pairs would {short(words[place])} have?",
        [str(n) for n in (0, 1, 2, len(words) - 1)][: 4 if len(words) > 3 else 3],
        str(len(others)),
        "It has one pair for each neighbour: " + ", ".join(short(o) for _, o in others) + ".",
        "The model is trained on pairs, center word → output word, where the output word occurred near "
        "the center word in the text. It learns to give such output words a high probability.",
    )


def show_pairs(source: Source, center: str, pairs: Sequence[tuple[str, str]]) -> None:
    """The pairs in four columns, each with p(o|c) if the model knows both words."""
    columns = st.columns(4)
    p = predicted(source, center).p if source.knows(center) else None
    for i, (_, output) in enumerate(pairs):
        now = ""
        if p is not None and source.knows(output):
            now = f" &nbsp; :gray[p = {p[source.row(output)]:.2g}]"
        columns[i % 4].markdown(f"{short(center)} → **{short(output)}**{now}")
