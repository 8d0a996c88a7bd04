"""Lesson 1: one-hot and dense."""

import streamlit as st

from pages.lesson_pages.frame import Source, pick, quiz, sentence_here, space_of
from pages.parts.displayed_text import short
from pages.plot import plot
from w2v_core.figures import theme
from w2v_core.figures.lessons import equations
from w2v_core.figures.lessons.bars import compared_bars
from w2v_core.figures.lessons.heat_map import heat_map
from w2v_core.lessons.one_hot import (
    above_one_hot,
    axis,
    dot_products,
    known_axes,
    one_hots,
    some_words,
)
from w2v_core.lessons.word_classes import (
    COUNTRIES,
    KINDS,
    class_scores,
    known_classes,
    parse_classes,
)

QUESTION = "How do you hand a word to a machine that only knows numbers?"
RICHER = False
SHOWN = 12  # columns of the matrix
FEW = 10  # words whose dot products are shown
MOST_DIMENSIONS = 16


TASKS = {"its kind": KINDS, "its country": COUNTRIES}


@st.cache_data(max_entries=100, show_spinner=False)
def accuracy(key: str, _matrix, classes: dict, labelled: int):
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
            height=325,
            name=which,
        )
    hot, dense, axes = st.columns([3, 3, 4], gap="medium")
    few = slice(0, FEW)
    with hot:
        st.markdown("##### One-hot: all are strangers")
        plot(
            heat_map(
                dot_products(one_hots(len(rows[few]))),
                words[few],
                words[few],
                value="dot product",
                square=True,
                bar=False,
            ),
            key="one-hot-dots",
            height=300,
            name="one-hot dot products",
        )
        st.caption("Dot products: 1 with itself, 0 with every other word.")
    with dense:
        st.markdown("##### Dense: who goes with whom")
        plot(
            heat_map(
                dot_products(matrix[rows[few]]),
                words[few],
                words[few],
                value="dot product",
                square=True,
                bar=False,
            ),
            key="dense-dots",
            height=300,
            name="dense dot products",
        )
        st.caption(f"The same words by {which}, d = {matrix.shape[1]}: blue above 0, orange below.")
    with axes:
        relatedness(source, which)
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


def relatedness(source: Source, which: str) -> None:
    """Axes along which words are related, and whether the vectors have them."""
    st.markdown("##### A good representation has axes")
    space = space_of(source, "center" if which == "V" else "output")
    typed = st.text_input(
        "Two pairs of your own",
        key="axis",
        bind="query-params",
        placeholder="man woman king queen",
        help="Four words of the text: the first is to the second as the third to the fourth.",
    )
    found = known_axes(space)
    with sentence_here():
        if words := typed.split():
            if len(words) != 4:
                raise ValueError(f"Write four words, two pairs; these are {len(words)}.")
            found = [axis(space, "yours", words), *found]
    if not found:
        st.info("Write two pairs of words of your text that are related in the same way.")
        return
    shown = found[:4]
    plot(
        compared_bars(
            ["{}\n{} → {}\n{} → {}".format(one.name, *one.words) for one in shown],
            [
                ("dense", [one.dense for one in shown], theme.CENTER),
                ("one-hot", [one.one_hot for one in shown], theme.QUIET),
            ],
            "cosine of the two differences (one-hot: 0)",
            (min(0.0, *(one.dense for one in shown)) - 0.02, 1),
            longest=22,
            small=True,
        ),
        key="axes",
        height=80 + 46 * len(shown),
        name="axes",
    )
    one = shown[0]
    st.latex(equations.parallel(*one.words, one.dense, which.lower()))


def downstream(source: Source, matrix) -> None:
    st.markdown("##### What is it good for? Tell a word's class from a few examples")
    vocabulary = source.model.vocabulary
    tasks = {
        name: classes
        for name in TASKS
        if len(classes := known_classes(vocabulary, TASKS[name])) > 1
    }
    typed, result = st.columns([2, 3], gap="large")
    with typed:
        task_name = ""
        if len(tasks) > 1:
            names = list(tasks)
            task_name = st.segmented_control(
                "What is to be told of a word",
                names,
                default=names[-1] if source.is_notes else names[0],
                required=True,
                key=f"task {source.key}",
            )
        found = tasks.get(task_name) or next(iter(tasks.values()), {})
        text = st.text_area(
            "Classes, one a line",
            "\n".join(f"{name}: {' '.join(words)}" for name, words in found.items()),
            height=100,
            placeholder="cities: Paris Rome Berlin",
            key=f"classes {source.key} {task_name}",
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
            rows, unknown = parse_classes(text, source.model.vocabulary)
            one_hot_score, dense = accuracy(f"{source.key} {id(matrix)}", matrix, rows, labelled)
            plot(
                compared_bars(
                    ["one-hot", "dense", "largest class"],
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
                height=210,
                name="classes",
            )
            st.caption(
                f"Logistic regression on {labelled} labelled words a class. A one-hot word that was "
                "not labelled looks like no other: nothing carries over."
                + (" Neighbours far away teach topics, near ones kinds." if len(tasks) > 1 else "")
                + (f" Not in this text: {short(' '.join(unknown), 80)}." if unknown else "")
            )
