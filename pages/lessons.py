"""How it works: from one-hot vectors to closed diamonds, one lesson at a time."""

from __future__ import annotations

import streamlit as st

import pages.parts.navigation_guard  # noqa: F401
from pages.lesson_pages import (
    class_quiz,
    distances,
    illusion,
    loss,
    misleading,
    one_hot,
    pairs,
    playground,
    promise,
    softmax,
    step,
    using,
    vectors,
)
from pages.lesson_pages.frame import choose_source, notation, own_words
from pages.parts import address
from pages.parts.browser_modules import modules
from pages.parts.deferred import deferred, fragment
from pages.parts.error_messages import sentences_for_errors
from pages.parts.presentation import part_settings, presenting
from pages.parts.word_picker import send_vocabulary

LESSONS = {
    "0": ("Promise", promise),
    "1": ("One-hot", one_hot),
    "2": ("Vectors", vectors),
    "3": ("Pairs", pairs),
    "4": ("Softmax", softmax),
    "5": ("Loss", loss),
    "6": ("One step", step),
    "7": ("Illusion", illusion),
    "8": ("Distances", distances),
    "9": ("Using", using),
    "10": ("Misled", misleading),
    "playground": ("Play", playground),
    "quiz": ("Quiz", class_quiz),
}
NUMBERS = list(LESSONS)


def label(number: str, *, short: bool = False) -> str:
    name = LESSONS[number][0]
    if short and number.isdecimal():
        return number
    return f"{number} · {name}" if number.isdecimal() else name


def turn(number: str) -> None:
    st.session_state["lesson"] = number


# As a module, it runs once, however often the page does.
st.html(
    f'<script type="module" src="{modules.address("parts/wide_formulas.js")}"></script>',
    unsafe_allow_javascript=True,
)
# Right-to-left words keep their place in an equation: (o|c), never (c|o). The lessons keep to one row.
st.html(
    "<style>.katex .text {unicode-bidi: isolate}"
    ".st-key-lesson button {padding-left: .5rem; padding-right: .5rem}</style>"
)


@fragment
def show(lesson, source) -> None:
    """The lesson itself. As a fragment it reruns alone when a control in it changes, so it responds at
    once."""
    with sentences_for_errors(), own_words():
        lesson.show(source)


with sentences_for_errors():
    # Not bound to the address, which would contain the long label instead of the number.
    if st.session_state.get("lesson") not in LESSONS:
        st.session_state["lesson"] = address.LESSON.among(LESSONS, address.LESSON.default)
    turns = st.container(horizontal=True, vertical_alignment="center")
    number = turns.pills(
        "Lesson",
        NUMBERS,
        required=True,
        format_func=lambda number: label(number, short=presenting()),
        key="lesson",
        label_visibility="collapsed",
    )
    assert number is not None  # the field is required, and was given a value above
    address.LESSON.set(number)
    lesson = LESSONS[number][1]
    question, numbers_from = (
        (st.container(), None)
        if presenting()
        else st.columns([5, 3], vertical_alignment="bottom", gap="large")
    )
    question.markdown(f"## {lesson.QUESTION}")
    source = None
    if not getattr(lesson, "OWN_NUMBERS", False):
        with part_settings(turns, otherwise=numbers_from):
            source = choose_source(lesson.RICHER)
    show(lesson, source)
    if source is not None:
        send_vocabulary(source.key, source.model.words)
    notation(None if source is None else source.model)
    place = NUMBERS.index(number)
    back, _, on = st.columns([1, 2, 1])
    if place > 0:
        before = NUMBERS[place - 1]
        back.button(f"‹ {label(before)}", on_click=deferred(turn), args=(before,), width="stretch")
    if place + 1 < len(NUMBERS):
        after = NUMBERS[place + 1]
        on.button(
            f"{label(after)} ›",
            on_click=deferred(turn),
            args=(after,),
            width="stretch",
            type="primary",
        )
