"""Lesson 0: what the lessons will explain."""

import streamlit as st

from pages.lesson_pages.frame import (
    NOTES,
    WORLD,
    Source,
    pick,
    quiz,
    sample_source,
    source_that_knows,
    space_of,
)
from pages.parts.displayed_text import short
from pages.plot import plot
from w2v_core.figures import theme
from w2v_core.figures.lessons import equations
from w2v_core.figures.neighbours import nearest_bars

QUESTION = "How can a list of numbers know that a puppy is a small dog?"
RICHER = True
PROMISES = (
    ("happiness", "joy"),
    ("dog", "puppy"),
    ("one", "two"),
    ("man", "king", "woman", "queen"),
    ("Germany", "Berlin", "France", "Paris"),
)
SHOWN = 4
BARS_HEIGHT = 120  # pixels, so that both rows are seen at once


def show(source: Source) -> None:
    st.markdown(
        "A model has read a text and nothing else: no dictionary and no atlas. These are its results. "
        "After the last lesson you can explain *why* it finds them, and also why it finds **one ≈ two**, "
        "although one and two are different things."
    )
    cells = [*st.columns(3, gap="large"), *st.columns(3, gap="large")]
    for cell, promise in zip(cells, PROMISES, strict=False):
        with cell:
            kept(promise, source)
    with cells[-1]:
        own_word(source)
    space = space_of(source_that_knows(("one", "two"), source) or source)
    cosine = ""
    if "one" in space and "two" in space:
        cosine = f" (Here their cosine is {space.similarity('one', 'two'):.2f}.)"
    quiz(
        "one and two are not the same thing. Why should their vectors be near each other?",
        (
            "someone told the model that both are numbers",
            "both occur near the same words",
            "by chance",
        ),
        "both occur near the same words",
        "If you replace two by one, most sentences still read well. *Near* means nothing more than this; "
        f"keep it in mind for lesson 10.{cosine}",
        "The model never learns what a word means, only near which words it occurs. Words that can "
        "replace each other end up close together. The lessons show how, step by step.",
    )


def kept(words: tuple[str, ...], source: Source) -> None:
    """A promise as an equation, and the words that the model finds nearest."""
    teller = source_that_tells(words, source)
    if teller is None:
        return
    space = space_of(teller)
    known = [space.words[teller.row(word)] for word in words]
    color = theme.CENTER if len(known) == 2 else theme.ANSWER
    if len(known) == 2:
        near = space.most_similar(known[0], SHOWN, "cosine")
        value = space.similarity(*known)
        st.latex(equations.synonyms(known[0], known[1], value))
    else:
        a, b, c = known[:3]
        near = space.analogy(a, b, c, n=SHOWN)
        st.latex(equations.analogy(a, b, c, *near[0]))
    plot(
        nearest_bars(near, [teller.row(w) for w, _ in near], color),
        key=f"promise-{words[0]}-{words[1]}",
        height=BARS_HEIGHT,
        name=" ".join(known),
    )
    if teller is not source:
        *most, last = ["", *(short(word) for word in words if not source.knows(word))]
        missing = f"{', '.join(most[1:])} and {last}" if most[1:] else last
        whose = "Your" if source.id is not None else "This"
        why = f"{whose} text lacks {missing}" if missing else f"{whose} model gives another answer"
        told = st.container(key=f"aside_promise-{words[0]}")
        told.caption(f"{why}, so this result comes from {teller.title}.")


def source_that_tells(words: tuple[str, ...], source: Source) -> Source | None:
    """The source if it knows these words and keeps the promise, else the first sample that does; where
    none keeps it, the first that knows the words."""
    tellers = [source, sample_source(WORLD), sample_source(NOTES)]
    keeps = (teller for teller in tellers if teller.knows(*words) and keeps_promise(words, teller))
    return next(keeps, None) or source_that_knows(words, source)


def keeps_promise(words: tuple[str, ...], source: Source) -> bool:
    """Whether the last word comes first as the answer to a : b :: c, or the second of two is among the
    nearest to the first that are shown."""
    space = space_of(source)
    known = [space.words[source.row(word)] for word in words]
    if len(known) == 2:
        return known[1] in [word for word, _ in space.most_similar(known[0], SHOWN, "cosine")]
    a, b, c, last = known
    return space.analogy(a, b, c, n=1)[0][0] == last


def own_word(source: Source) -> None:
    space = space_of(source)
    word = pick("Word", "center", source, "Paris", "London", "king")
    near = space.most_similar(word, SHOWN, "cosine")
    plot(
        nearest_bars(near, [source.row(w) for w, _ in near]),
        key="promise-own",
        height=BARS_HEIGHT,
        name="nearest words",
    )
    st.caption(f"The nearest words to {short(word)}, which you can change.")
