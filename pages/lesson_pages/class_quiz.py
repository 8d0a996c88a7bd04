"""The quiz: twelve questions before and after the lessons, for a class or for oneself."""

from functools import partial

import streamlit as st

from pages.parts import address
from pages.parts.csv_download import csv_of_columns
from pages.parts.deferred import deferred
from pages.parts.displayed_text import literal
from pages.parts.error_messages import toast_for_errors
from pages.parts.explanations import explanation
from pages.parts.model.model_addresses import whole_address
from pages.parts.table import show_table
from pages.parts.visitor import the_library
from w2v_core.lessons.class_quiz import (
    AFTER,
    BEFORE,
    QUESTIONS,
    SHEETS,
    Question,
    Sheet,
    columns,
    mean_gain,
    mean_score,
    outcomes,
)
from w2v_core.library.quiz_answers import QuizAnswers, new_code
from w2v_core.storage.home import home

QUESTION = "What have the lessons taught you?"
RICHER = False
OWN_NUMBERS = True
NAMES = {BEFORE: "before the lessons", AFTER: "after the lessons"}
_SHEETS, _PERSON, _CLASS, _WHEN = "_quiz_sheets", "_quiz_person", "_quiz_class", "_quiz_when"


def show(_source) -> None:
    kept = QuizAnswers(home())
    key = address.RESULTS.get()
    if key is not None:
        show_results(kept, key)
        return
    id = address.CLASS.get()
    if id is not None and not kept.has(id):
        st.error(
            "There is no class at this address. Ask your teacher for it again; until then you can "
            "answer for yourself.",
            icon=":material/error:",
        )
        id = None
    sheets: dict[str, Sheet] = st.session_state.setdefault(_SHEETS, {})
    if _WHEN not in st.session_state:
        st.session_state[_WHEN] = AFTER if BEFORE in sheets else BEFORE
    when = st.segmented_control(
        "Answered",
        SHEETS,
        required=True,
        key=_WHEN,
        format_func=NAMES.__getitem__,
        help=explanation("quiz"),
    )
    assert when is not None  # the field is required, and was given a value above
    if when in sheets:
        show_own(sheets, when)
    else:
        fill_in(kept, id, when)
    if id is None:
        offer_class(kept)


def fill_in(kept: QuizAnswers, id: str | None, when: str) -> None:
    """The twelve questions as one form."""
    if id is not None:
        st.caption(
            "Your teacher sees your answers without a name, as one of the sheets of the class."
        )
    with st.form(f"quiz {when}", border=False):
        for k, question in enumerate(QUESTIONS):
            st.radio(
                f"{k + 1}. {question.text}",
                range(len(question.options)),
                index=None,
                format_func=partial(_option, question),
                key=_answer_key(when, k),
            )
        handed_in = st.form_submit_button("Hand in", type="primary")
    if not handed_in:
        return
    answers = [st.session_state.get(_answer_key(when, k)) for k in range(len(QUESTIONS))]
    if not any(answer is not None for answer in answers):
        st.info("Answer at least one question before you hand in; leave out what you do not know.")
        return
    person = st.session_state.setdefault(_PERSON, new_code())
    sheet = Sheet(person, when, tuple(answers))
    with toast_for_errors():
        if id is not None:
            kept.hand_in(id, person, when, sheet.answers)
        st.session_state[_SHEETS][when] = sheet
        st.rerun()


def _option(question: Question, k: int) -> str:
    return literal(question.options[k])


def _answer_key(when: str, k: int) -> str:
    return f"_quiz {when} {k}"


def show_own(sheets: dict[str, Sheet], when: str) -> None:
    """What was handed in. The right answers are shown once the sheet for after the lessons is in."""
    if AFTER not in sheets:
        st.success(
            "Handed in. Once you have been through the lessons, answer the same questions again "
            "under *after the lessons*: then you will see both results, and why each answer is "
            "right.",
            icon=":material/check_circle:",
        )
        st.button("Answer again", on_click=deferred(_again), args=(when,))
        return
    scores = [
        f"**{sheets[w].score} of {len(QUESTIONS)}** right {NAMES[w]}" for w in SHEETS if w in sheets
    ]
    st.markdown(", ".join(scores) + ".")
    sheet = sheets[when] if when in sheets else sheets[AFTER]
    for k, (question, answer, right) in enumerate(
        zip(QUESTIONS, sheet.answers, sheet.right(), strict=True)
    ):
        st.markdown(f"**{k + 1}. {question.text}**")
        said = "left out" if answer is None else literal(question.options[answer])
        if not right:
            st.markdown(f"Your answer: {said}")
        st.markdown(
            f"{'Right' if right else 'The right answer'}: {literal(question.options[question.right])}"
        )
        st.caption(
            f"{question.because} [Lesson {question.lesson}](lessons?lesson={question.lesson})"
        )
    st.button("Answer again", on_click=deferred(_again), args=(when,))


def _again(when: str) -> None:
    st.session_state[_SHEETS].pop(when, None)
    for k in range(len(QUESTIONS)):
        st.session_state.pop(_answer_key(when, k), None)


def offer_class(kept: QuizAnswers) -> None:
    """Open a class, and show its two addresses."""
    with st.expander("For teachers: give this quiz to a class", icon=":material/school:"):
        st.markdown(
            "A class has two addresses: one for your pupils, who answer before and after the lessons, and "
            "one for you, where you see how many were right and download all answers. No names are asked "
            "for or kept."
        )

        def open_class() -> None:
            with toast_for_errors():
                the_library().rights.refuse_unknown()
                st.session_state[_CLASS] = kept.open_class()

        st.button("Open a class", on_click=deferred(open_class))
        if _CLASS in st.session_state:
            id, key = st.session_state[_CLASS]
            st.markdown("**For your pupils**")
            st.code(
                whole_address("lessons", lesson="quiz", **{"class": id}),
                language=None,
                wrap_lines=True,
            )
            st.markdown("**For you** (keep it: nothing else opens the results)")
            st.code(
                whole_address("lessons", lesson="quiz", results=key),
                language=None,
                wrap_lines=True,
            )


def show_results(kept: QuizAnswers, key: str) -> None:
    """What a class answered: for each question how many were right, before and after."""
    try:
        sheets = [Sheet(*row) for row in kept.sheets(key)]
    except ValueError as error:
        st.error(literal(str(error)), icon=":material/error:")
        return
    id = kept.class_of(key) or ""
    counts = {when: sum(sheet.when == when for sheet in sheets) for when in SHEETS}
    st.markdown("**For your pupils**")
    st.code(
        whole_address("lessons", lesson="quiz", **{"class": id}), language=None, wrap_lines=True
    )
    numbers = st.columns(3)
    for place, when in zip(numbers, SHEETS, strict=False):
        mean = mean_score(sheets, when)
        place.metric(
            f"right {NAMES[when]}",
            "none yet" if mean is None else f"{mean:.1f} of {len(QUESTIONS)}",
            f"{counts[when]:,} {'sheet' if counts[when] == 1 else 'sheets'}",
            delta_color="off",
            delta_arrow="off",
            help=explanation("quiz score"),
        )
    gain = mean_gain(sheets)
    numbers[2].metric(
        "gain of those who filled in both",
        "none yet" if gain is None else f"{gain[0]:+.1f}",
        None if gain is None else f"{gain[1]:,} {'person' if gain[1] == 1 else 'people'}",
        delta_color="off",
        delta_arrow="off",
        help=explanation("quiz gain"),
    )
    found = outcomes(sheets)
    share = st.column_config.ProgressColumn
    show_table(
        {
            "question": [f"{k + 1}. {one.question.text}" for k, one in enumerate(found)],
            "before": [one.before for one in found],
            "after": [one.after for one in found],
        },
        file="right answers.csv",
        column_config={
            "before": share(format="percent", min_value=0, max_value=1),
            "after": share(format="percent", min_value=0, max_value=1),
        },
    )
    st.button("Read the answers again")
    if sheets:
        st.caption("All sheets, one per row, with a number instead of each name:")
        csv_of_columns(st.container(), columns(sheets), "quiz answers.csv")
