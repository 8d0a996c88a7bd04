"""A text before it is trained on: its size, its frequencies, its first pairs."""

from __future__ import annotations

import streamlit as st

from pages.parts.displayed_text import literal, short
from pages.parts.explanations import explanation
from pages.plot import plot
from w2v_core import Corpus
from w2v_core.figures.training import zipf
from w2v_core.model.gain import PIECES, pieces_like
from w2v_core.text.pairs import sentence_pairs

MOST_PAIRS = 10


def show_shape(corpus: Corpus, window: int | str) -> None:
    """The text before training: its size, its frequencies, its first pairs."""
    for warning in corpus.warnings:
        st.warning(literal(warning), icon=":material/warning:")
    metrics = st.columns(4)
    metrics[0].metric("words", f"{corpus.n_tokens:,}", help=explanation("words of the text"))
    metrics[1].metric(
        "distinct words",
        f"{corpus.n_distinct:,}",
        f"{len(corpus.words):,} in the vocabulary",
        delta_color="off",
        delta_arrow="off",
        help=explanation("distinct words"),
    )
    metrics[2].metric("sentences", f"{corpus.n_sentences:,}")
    metrics[3].metric(
        "text covered by the vocabulary",
        f"{corpus.coverage:.1%}",
        help=explanation("coverage"),
    )
    if corpus.unit == "words":
        say_what_is_usual(corpus)
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.markdown("**How often each word occurs**")
        plot(zipf(corpus.all_counts, corpus.words), key="zipf", height=340, name="frequencies")
    with right:
        show_first_pairs(corpus, window)


def say_what_is_usual(corpus: Corpus) -> None:
    """What natural texts as short as this one taught, where they were measured."""
    found = pieces_like(corpus.n_tokens, corpus.n_distinct)
    if found is not None:
        size, beyond = found
        st.markdown(
            f":material/info: Of {PIECES} natural texts of about {size:,} words, "
            f"{beyond or 'none'} taught a model more than how frequent words are. More text "
            "teaches more, and so does a text that uses few words in many sentences.",
            help=explanation("beyond frequency"),
        )


def show_first_pairs(corpus: Corpus, window: int | str) -> None:
    st.markdown("**The first training pairs**, center → output")
    numbers = range(min(corpus.n_sentences, 200))
    long_enough = (i for i in numbers if 5 <= len(corpus.sentence(i)) <= 40)
    number = next(long_enough, 0)
    words = corpus.sentence(number)
    center = len(words) // 2
    st.text(corpus.sentence_text(number)[:300])
    pairs = sentence_pairs(words, window, center)
    st.markdown(
        "  \n".join(f"**{short(c)}** → {short(o)}" for c, o in pairs[:MOST_PAIRS])
        or "This sentence has no pairs."
    )
    if len(pairs) > MOST_PAIRS:
        st.caption(f"and {len(pairs) - MOST_PAIRS} more pairs of this center word")
