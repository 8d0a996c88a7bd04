"""Lesson 1: one-hot and dense."""

import streamlit as st

from pages._lessons._frame import Source, pick, quiz, sentence_here
from pages._plot import plot
from pages._shared import short
from w2v_core.figures import equations, theme
from w2v_core.figures.heat import heat_map
from w2v_core.figures.lessons import compared_bars
from w2v_core.space.teaching import above_one_hot, dot_products, one_hots, some_words
from w2v_core.space.word_classes import class_scores, known_classes, parse_classes

QUESTION = "How do you hand a word to a machine that only knows numbers?"
RICHER = False
SHOWN = 12  # columns of the matrix
MOST_DIMENSIONS = 16


@st.cache_data(max_entries=100, show_spinner=False)
def task(key: str, _matrix, classes: dict, labelled: int):
    return class_scores(_matrix, classes, labelled)


def show(source: Source) -> None:
    model = source.model
    controls, picture = st.columns([2, 3], gap="large")
    with controls:
        word = pick("Word", "center", source, "Berlin", "king")
        which = st.segmented_control(
            "Matrix",
            ["V", "U"],
            default="V",
            required=True,
            key="matrix",
            bind="query-params",
            help="V embeds center words (x), U output words (y).",
        )
        matrix = model.V if which == "V" else model.U
        row = source.row(word)
        st.markdown(
            "One-hot: as many numbers as there are words, a single 1. Multiplying by it adds up "
            "all vectors times 0, and one times 1: a look-up, dressed as a product."
        )
        st.latex(
            equations.selection(
                which, "x" if which == "V" else "y", word, matrix[row], len(model.words)
            )
        )
    rows = some_words(matrix, model.counts, row, SHOWN)
    words = [model.words[r] for r in rows]
    with picture:
        place = rows.index(row)
        st.caption(
            f"{len(rows)} of the {len(model.words):,} columns of {which}, and below them the one-hot"
        )
        coordinates = [f"{i + 1}" for i in range(min(MOST_DIMENSIONS, matrix.shape[1]))]
        plot(
            heat_map(
                above_one_hot(matrix[rows][:, :MOST_DIMENSIONS].T, place),
                [*coordinates, "", "x" if which == "V" else "y"],
                words,
                column=place,
                value=which,
            ),
            key="one-hot-matrix",
            height=400,
            name=which,
        )
    st.markdown("##### Who is related to whom? Dot products of every pair")
    left, right = st.columns(2, gap="large")
    with left:
        st.caption("one-hot: any two different words have dot product 0, all are strangers")
        plot(
            heat_map(
                dot_products(one_hots(len(rows))), words, words, value="dot product", square=True
            ),
            key="one-hot-dots",
            height=400,
            name="one-hot dot products",
        )
    with right:
        st.caption(f"dense ({which}, d = {matrix.shape[1]}): words differ in how near they are")
        plot(
            heat_map(dot_products(matrix[rows]), words, words, value="dot product", square=True),
            key="dense-dots",
            height=400,
            name="dense dot products",
        )
    downstream(source, matrix)
    quiz(
        f"what is the dot product of the one-hot vectors of {short(words[0])} and "
        f"{short(words[1])}?",
        ("0", "1", "it depends on the words"),
        "0",
        "Their ones stand at different places: every product in the sum has a 0 in it.",
        "An embedding is a vector of few numbers for each word, kept in a matrix and looked up. "
        "A good one carries what is known of the words (what is an instance of what, gender, "
        "number, …) so that a task built on it need not learn that again.",
    )


def downstream(source: Source, matrix) -> None:
    st.markdown("##### What is it good for? Tell a word's class from a few examples")
    found = known_classes(source.model.vocabulary)
    typed, result = st.columns([2, 3], gap="large")
    with typed:
        text = st.text_area(
            "Classes, one a line",
            "\n".join(f"{name}: {' '.join(words)}" for name, words in found.items()),
            height=150,
            key=f"classes {source.key}",
            help="A name, a colon, at least three words of the text.",
        )
        labelled = st.slider(
            "Labelled words of each class", 1, 6, 2, key="labelled", bind="query-params"
        )
    with result:
        if not text.strip():
            st.info("Write two classes of words of your text, such as `cities: Paris Rome Berlin`.")
            return
        with sentence_here():
            classes, unknown = parse_classes(text, source.model.vocabulary)
            one_hot_score, dense = task(f"{source.key} {id(matrix)}", matrix, classes, labelled)
            plot(
                compared_bars(
                    ["one-hot", "dense", "always the largest"],
                    [
                        (
                            "accuracy",
                            [one_hot_score.mean, dense.mean, dense.chance],
                            [theme.QUIET, theme.CENTER, "rgba(128,136,150,0.35)"],
                        )
                    ],
                    "share of the unlabelled words put into their class (mean of 5 draws)",
                    (0, 1),
                ),
                key="classes",
                height=230,
                name="classes",
            )
            st.caption(
                f"Logistic regression on {labelled} labelled words a class. A one-hot word that was "
                "not labelled looks like no other: nothing carries over. "
                + (f"Not in this text: {short(' '.join(unknown), 80)}." if unknown else "")
            )
