"""Compare, one word: its neighbours in both models, the contexts that differ, its lines in both texts."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pages.parts import address
from pages.parts.comparison.compare_use import verdict_on, word_that_differs_most
from pages.parts.comparison.compared_models import Pair, go_to, name_of
from pages.parts.displayed_text import literal, short
from pages.parts.model.model_text import OPENS, concordance, quotes
from pages.parts.model.opened_model import open_model
from pages.parts.word_picker import pick_word, send_vocabulary
from pages.plot import plot
from w2v_core import SkipGram
from w2v_core.figures.compare import diverging_bars, two_pictures
from w2v_core.figures.lines import centered_lines
from w2v_core.space.context_ratios import context_ratios
from w2v_core.space.projection import pca

NEIGHBOURS = 10
CONTEXTS = 14
LINES = 12


def show_word(a: str, b: str, which: str, pair: Pair) -> None:
    wanted = address.WORD.get()
    row = pair.a.vocabulary.find(wanted) if wanted else None
    if wanted and row is None:
        st.info(f"**{short(wanted)}** is not in both models, so another word is shown.")
    if row is None:
        row = word_that_differs_most(a, b, pair)
    word = pair.words[row]
    address.WORD.set(word)
    pick, pull = st.columns([2, 3], vertical_alignment="bottom", gap="large")
    with pick:
        pick_word("Word", a, "_pick_compared", go_to, value=word)
    pull.caption(describe_word(a, b, pair, row))
    left, right = st.columns([3, 2], gap="medium")
    with left:
        show_two_pictures(a, b, pair, row)
    with right:
        show_contexts(a, b, pair, row)
    show_lines(a, b, word)
    send_vocabulary(a, open_model(a).words)


def describe_word(a: str, b: str, pair: Pair, row: int) -> str:
    counts = [
        int(open_model(id).counts[rows[row]]) for id, rows in ((a, pair.rows_a), (b, pair.rows_b))
    ]
    said = f"Cosine after alignment {pair.aligned.cosine[row]:.2f}; "
    said += f"{counts[0]:,} times in A, {counts[1]:,} in B."
    return f"{said} {verdict_on(a, b, pair.words[row])}".strip()


def show_two_pictures(a: str, b: str, pair: Pair, row: int) -> None:
    word = pair.words[row]
    near_a = [
        pair.a.vocabulary.index(w) for w, _ in pair.a.most_similar(word, NEIGHBOURS, "cosine")
    ]
    near_b = [
        pair.b.vocabulary.index(w) for w, _ in pair.b.most_similar(word, NEIGHBOURS, "cosine")
    ]
    rows = list(dict.fromkeys([row, *near_a, *near_b]))
    both = np.vstack([pair.aligned.a[rows], pair.aligned.b[rows]])
    flat = pca(both).coordinates
    common = len(set(near_a) & set(near_b))
    st.caption(
        f"Its {NEIGHBOURS} nearest words in each model, in one aligned map; {common} are in both. "
        "Large marks are neighbours in that model, pale ones only in the other. Click one to go to "
        "it."
    )
    plot(
        two_pictures(
            [pair.words[i] for i in rows],
            rows,
            flat[: len(rows)],
            flat[len(rows) :],
            [i in set(near_a) for i in rows],
            [i in set(near_b) for i in rows],
            (name_of(a), name_of(b)),
        ),
        key="pictures",
        height=520,
        name=f"{word[:40]} in two models",
        view=f"{a} {b} {word}",
        on_click=lambda place: go_to(pair.words[place]),
    )


def show_contexts(a: str, b: str, pair: Pair, row: int) -> None:
    model_a, model_b = open_model(a), open_model(b)
    if not (model_a.has_output and model_b.has_output):
        st.info("One of these models came without output vectors, so it predicts no contexts.")
        return
    word = pair.words[row]
    relative = st.toggle(
        "beyond how frequent they are anywhere",
        value=True,
        key="relative",
        bind="query-params",
        help="On: how much more strongly A than B links a context word to this word. Off: how much "
        "more often it occurs there, which is also true of a word that is more frequent "
        "everywhere.",
    )
    p_a = model_a.probabilities(word)[pair.rows_a]
    p_b = model_b.probabilities(word)[pair.rows_b]
    q_a = anywhere(model_a, pair.rows_a) if relative else None
    q_b = anywhere(model_b, pair.rows_b) if relative else None
    found = context_ratios(p_a, p_b, q_a, q_b)
    left, right = [
        [
            (pair.words[i], abs(float(found.log_ratio[i])), int(i))
            for i in found.strongest(CONTEXTS, to_a)
        ]
        for to_a in (True, False)
    ]
    plot(
        diverging_bars(left, right, (name_of(a), name_of(b)), "log-ratio of A against B, nats"),
        key="contexts",
        height=465,
        name=f"contexts of {word[:40]}",
        on_click=lambda place: go_to(pair.words[place]),
    )


def anywhere(model: SkipGram, rows: np.ndarray) -> np.ndarray:
    if model.log_q.any():
        return np.exp(model.log_q[rows].astype(np.float64))
    return model.counts[rows] + 1.0


def show_lines(a: str, b: str, word: str) -> None:
    st.markdown("**Lines of both texts**", help=OPENS)
    for place, id, name in zip(st.columns(2, gap="large"), (a, b), "AB", strict=True):
        with place:
            text = concordance(id)
            if text is None:
                st.info("This model came without its text.")
                continue
            lines = text.lines(word, LINES)
            st.caption(f"{name}: {literal(name_of(id))}")
            st.html(centered_lines(quotes(id, lines)))
