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
    controls, picture = st.columns([2, 3], gap="large")
    with controls:
        word, which = choose_column(source)
    matrix = source.model.V if which == "V" else source.model.U
    row = source.row(word)
    with controls:
        show_lookup(source, word, which, matrix[row])
    rows = some_words(matrix, source.model.counts, row, SHOWN)
    words = [source.model.words[r] for r in rows]
    with picture:
        show_columns(source, which, matrix, rows, row)
    hot, dense, axes = st.columns([3, 3, 4], gap="medium")
    with hot:
        st.markdown("### One-hot: no word is related to another")
        show_dot_products(one_hots(len(rows[:FEW])), words[:FEW], "one-hot")
        st.caption(
            "The dot product is 1 for a word with itself, and 0 for any two different words."
        )
    with dense:
        st.markdown("### Dense: some words are related")
        show_dot_products(matrix[rows[:FEW]], words[:FEW], "dense")
        st.caption(
            f"The same words with their vectors in {which}, d = {matrix.shape[1]}: positive dot "
            "products are blue, negative ones orange."
        )
    with axes:
        show_axes(source, which)
    show_classification(source, matrix)
    quiz(
        f"what is the dot product of the one-hot vectors of {short(words[0])} and "
        f"{short(words[1])}?",
        ("0", "1", "it depends on the words"),
        "0",
        "Their ones are at different positions, so every product in the sum contains a 0.",
        "An embedding is a short vector for each word, stored in a matrix and looked up there. A "
        "good embedding contains what is known about the words (what is an instance of what, "
        "gender, number, …), so that a task that uses it need not learn this again.",
    )


def choose_column(source: Source) -> tuple[str, str]:
    """The word, and the matrix "V" or "U" in which it is looked up."""
    word = pick("Word", "center", source, "Berlin", "king")
    which = st.segmented_control(
        "Matrix",
        ["V", "U"],
        default="V",
        required=True,
        key="matrix",
        bind="query-params",
        help="V holds the vectors of center words (x), U those of output words (y).",
    )
    return word, which


def show_lookup(source: Source, word: str, which: str, vector) -> None:
    st.markdown(
        "A one-hot vector has as many numbers as there are words: a single 1, and 0 everywhere "
        "else. Multiplying the matrix by it adds up all vectors times 0 and one vector times 1. "
        "The product is therefore just a look-up."
    )
    one_hot = "x" if which == "V" else "y"
    st.latex(equations.selection(which, one_hot, word, vector, len(source.model.words)))


def show_columns(source: Source, which: str, matrix, rows: list[int], row: int) -> None:
    """Some columns of the notes' matrix, and the one-hot vector that selects one of them."""
    place = rows.index(row)
    st.caption(
        f"{len(rows)} of the {len(source.model.words):,} columns of {which}, with the one-hot "
        "vector below them"
    )
    coordinates = [f"{i + 1}" for i in range(min(MOST_DIMENSIONS, matrix.shape[1]))]
    plot(
        heat_map(
            above_one_hot(matrix[rows][:, :MOST_DIMENSIONS].T, place),
            [*coordinates, "", "x" if which == "V" else "y"],
            [source.model.words[r] for r in rows],
            column=place,
            value=which,
        ),
        key="one-hot-matrix",
        height=325,
        name=which,
    )


def show_dot_products(vectors, words: list[str], kind: str) -> None:
    plot(
        heat_map(dot_products(vectors), words, words, value="dot product", square=True, bar=False),
        key=f"{kind}-dots",
        height=300,
        name=f"{kind} dot products",
    )


def show_axes(source: Source, which: str) -> None:
    """Axes along which words are related, and how well the vectors follow them."""
    st.markdown("### Directions that express a relation")
    space = space_of(source, "center" if which == "V" else "output")
    typed = st.text_input(
        "Two word pairs of your own",
        key="axis",
        bind="query-params",
        placeholder="man woman king queen",
        help="Four words of the text, such that the first is to the second as the third is to the "
        "fourth.",
    )
    found = known_axes(space)
    with sentence_here():
        if words := typed.split():
            if len(words) != 4:
                raise ValueError(f"Write four words, which make two pairs; you wrote {len(words)}.")
            found = [axis(space, "yours", words), *found]
    if not found:
        st.info("Write two pairs of words from your text that are related in the same way.")
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


def show_classification(source: Source, matrix) -> None:
    """The small downstream task: the class of a word, learned from a few labelled words."""
    st.markdown("### What is it good for? Classifying words from a few examples")
    vocabulary = source.model.vocabulary
    tasks = {
        name: classes
        for name in TASKS
        if len(classes := known_classes(vocabulary, TASKS[name])) > 1
    }
    typed, result = st.columns([2, 3], gap="large")
    with typed:
        text, labelled = choose_classes(source, tasks)
    with result:
        if not text.strip():
            st.info(
                "Write two classes of words from your text, such as `cities: Paris Rome Berlin`."
            )
            return
        with sentence_here():
            unknown = show_accuracy(source, matrix, text, labelled)
            st.caption(
                f"Logistic regression learned from {labelled} labelled "
                f"{'word' if labelled == 1 else 'words'} in each class. The one-hot vector of an "
                "unlabelled word resembles no other, so nothing learned applies to it."
                + (
                    " A wide context window favours topics, a narrow one favours kinds."
                    if len(tasks) > 1
                    else ""
                )
                + (f" Not in this text: {short(' '.join(unknown), 80)}." if unknown else "")
            )


def choose_classes(source: Source, tasks: dict[str, dict[str, list[str]]]) -> tuple[str, int]:
    """The classes as text, and the number of labelled words in each."""
    task_name = ""
    if len(tasks) > 1:
        names = list(tasks)
        task_name = st.segmented_control(
            "Predict for each word",
            names,
            default=names[-1] if source.is_notes else names[0],
            required=True,
            key=f"task {source.key}",
        )
    found = tasks.get(task_name) or next(iter(tasks.values()), {})
    text = st.text_area(
        "Classes, one per line",
        "\n".join(f"{name}: {' '.join(words)}" for name, words in found.items()),
        height=100,
        placeholder="cities: Paris Rome Berlin",
        key=f"classes {source.key} {task_name}",
        help="A name, a colon, and at least three words of the text.",
    )
    labelled = st.slider(
        "Labelled words in each class", 1, 6, 2, key="labelled", bind="query-params"
    )
    return text, labelled


def show_accuracy(source: Source, matrix, text: str, labelled: int) -> list[str]:
    """Draw the accuracy from one-hot and dense vectors; return the unknown words of the text."""
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
            "share of unlabelled words classified correctly (mean of 5 draws)",
            (0, 1),
        ),
        key="classes",
        height=210,
        name="classes",
    )
    return unknown
