"""Analogies: a is to b as c is to …, drawn, answered and explained."""

from __future__ import annotations

import numpy as np
import streamlit as st

import pages.parts.navigation_guard  # noqa: F401
from pages.parts import address, tour
from pages.parts.background_work import background
from pages.parts.certainty_tools import (
    WHAT_THE_SHARE_IS,
    certainty,
    found_in,
    has_text,
    how_sure,
    note_for_view,
    of_what,
    relied_on,
)
from pages.parts.deferred import deferred
from pages.parts.displayed_text import cut, literal, short, shown_as
from pages.parts.error_messages import sentences_for_errors
from pages.parts.explanations import explanation
from pages.parts.model.current_model import page_model
from pages.parts.model.learned_beyond import notice_of_chance
from pages.parts.model.opened_model import form_vectors, open_model, vectors
from pages.parts.model.vector_choice import choose_vectors, note_of_form
from pages.parts.readable_cache import of_readable
from pages.parts.relation_tools import ROYAL, choose_words, lists, setter, why
from pages.parts.table import show_table
from pages.plot import plot
from w2v_core import WordVectors
from w2v_core.exchange.tables import csv_table
from w2v_core.figures import theme
from w2v_core.figures.analogy import analogy_drawing, answer_bars, expression_drawing
from w2v_core.figures.arithmetic import facts, quotient, weighted_sum
from w2v_core.model.word_model import FORM, KINDS
from w2v_core.space.analogy import METHODS, Analogy, ordinal, solve, target_of
from w2v_core.space.evaluation import Score, not_understood, parse_questions
from w2v_core.space.example_words import opening_question
from w2v_core.space.expression import ExpressionError, evaluate
from w2v_core.space.found_relations import sure_relations
from w2v_core.space.planes import analogy_plane, sum_plane
from w2v_core.text.samples import DATA

KEYS = ("a", "b", "c")
RUNNERS_UP = 7
NUMBERS_A_QUESTION = 3  # a question compares its target with all vectors, and orders what it finds
NUMBERS_A_SECOND = 5e8  # on one slow core
READY = 8  # ready questions offered
NO_QUESTION = (
    "There is no example to begin with: this text has none of the known pairs of words, and none "
    "of the relations found in it is more certain than those found by chance. Choose three words."
)
NOT_RIGHT = (
    "There is no example to begin with: these vectors answer no question from the known pairs of "
    "this text correctly. Choose a ready question or three words."
)
LONGEST_NEW = 200  # characters of three words that the text lacks
LINE = 150  # characters of them, with what is between, that stand in a line
MOST_QUESTIONS = 2_000_000  # characters of a question file


def show(id: str) -> None:
    notice_of_chance(id, "what these answers show")
    model = open_model(id)
    ready, opens = questions(id)
    if len(model.words) < 4:
        st.info("An analogy needs four words; this model has fewer.")
        return
    opening = ready[0][:3] if opens else None
    asked_words = tuple(choose_words(id, KEYS, opening))
    tour.did("analogy", own=None not in asked_words and asked_words != opening)
    ask_place, words_place, how_place = st.columns([2.3, 6, 1.7], vertical_alignment="bottom")
    asked = ask_place.segmented_control(
        "Ask",
        ["a : b :: c : ?", "an expression"],
        default="a : b :: c : ?",
        required=True,
        key="ask",
        bind="query-params",
        help=explanation("ask"),
    )
    with how_place.popover("Method", icon=":material/tune:", width="stretch"):
        method = st.segmented_control(
            "Method",
            list(METHODS),
            default="add",
            required=True,
            format_func=shown_as(METHODS),
            key="method",
            bind="query-params",
            help=explanation("method"),
        )
        which = choose_vectors(id, views=True, relations=True)
    note_of_form(which)
    space = vectors(id, which)
    with words_place:
        if asked == "an expression":
            text = expression_field()
        else:
            pick(space.words, opens)
    if asked == "an expression":
        expression(space, text, which)
    else:
        analogy(id, space, method, which, ready)
    if which == FORM:
        ask_new_words(id)
    st.divider()
    with st.expander("Scorecard: many questions at once", icon=":material/checklist:"):
        scorecard(id, method, which)


def ask_new_words(id: str) -> None:
    """A field for a question with words that the text lacks, and its answers by their parts."""
    typed = st.text_input(
        "A question with words that the text lacks: a, b and c",
        max_chars=LONGEST_NEW,
        placeholder="walk walked climb",
        key="new_words",
        help=explanation("new word"),
    )
    vocabulary = open_model(id).vocabulary
    words = [vocabulary.spelled(word) for word in typed.replace(",", " ").split()]
    if not words:
        return
    if len(words) != 3:
        st.caption("A question needs three words, with spaces between them.")
        return
    a, b, c = words
    answers = form_vectors(id).analogy(a, b, c, RUNNERS_UP)
    if not answers:
        st.caption("One of these words shares no part with the words of the vocabulary.")
        return
    found = ", ".join(f"{short(word)} ({value:.2f})" for word, value in answers)
    lacked = [word for word in words if word not in vocabulary]
    parts = ", ".join(short(word) for word in lacked)
    st.markdown(
        f"**{short(a)} : {short(b)} :: {short(c)} : ?** {found}."
        + (f" Not in the vocabulary, so built from its parts: {parts}." if lacked else "")
    )


def pick(words: list[str], opens: bool) -> None:
    """The fields of the three words; they may be empty where there is no question to open on."""
    row = st.container(key="question_words")
    for place, key, label in zip(
        row.columns(3), KEYS, ("a", "is to b", "as c (is to …)"), strict=True
    ):
        place.selectbox(
            label,
            words,
            index=0 if opens else None,
            key=key,
            filter_mode="prefix",
            bind="query-params",
            placeholder="a word",
        )


@of_readable(max_entries=16, copied=True)
def questions(id: str) -> tuple[list[tuple[str, str, str, str]], bool]:
    """Ready questions, and whether the first is one to open on, as the vectors answer it: from the lists
    that fit this text, else from relations found in it that are sure."""
    known, space = lists(id), vectors(id, "center")
    offered = [(*pairs[0], *pairs[1]) for pairs in known.values()]
    if "genders" in known:
        offered.insert(0, ("king", "queen", "man", "woman"))
    tried = [ROYAL, *known.values()]
    first = opening_question(space, tried) or opening_question(space, tried, near=True)
    if first is None and not known:
        model = open_model(id)
        output = vectors(id, "output") if model.has_output else None
        sure = sure_relations(space, model.counts, output)
        first = opening_question(space, sure)
        asked = [question for pairs in sure if (question := opening_question(space, [pairs]))]
        offered = [(q.a, q.b, q.c, q.d) for q in asked]
    if first is not None:
        offered.insert(0, (first.a, first.b, first.c, first.d))
    return list(dict.fromkeys(offered))[:READY], first is not None


def expected_word(id: str, space: WordVectors, a: str, b: str, c: str, ready) -> str | None:
    """The word that the ready questions or the lists of pairs expect; None if there is none."""
    find = space.vocabulary.find
    rows = tuple(map(find, (a, b, c)))
    expected = [d for *given, d in ready if tuple(map(find, given)) == rows]
    for pairs in lists(id).values():
        known = [tuple(map(find, pair)) for pair in pairs]
        if rows[:2] in known:
            expected += [d for (_, d), pair in zip(pairs, known, strict=True) if pair[0] == rows[2]]
    row = find(expected[0]) if expected else None
    return None if row is None else space.words[row]


def offer(ready, found: bool) -> None:
    """The ready questions, as many as stand in one line."""
    room = LINE
    with st.container(horizontal=True, vertical_alignment="center", key="aside_ready"):
        st.caption(
            "Found in this text" if found else "Ready questions",
            width="content",
            help="Pairs of nearby words with parallel offsets, found by searching the vectors."
            if found
            else None,
        )
        for i, question in enumerate(ready):
            a, b, c = question[:3]
            room -= sum(map(len, (a, b, c))) + 9
            if room < 0:
                break
            st.button(
                f"{short(a)} : {short(b)} :: {short(c)}",
                key=f"ready{i}",
                type="tertiary",
                on_click=deferred(setter(KEYS, question[:3])),
            )


def analogy(id: str, space: WordVectors, method: str, which: str, ready) -> None:
    if ready:
        offer(ready, not lists(id))
    a, b, c = (st.session_state[key] for key in KEYS)
    if None in (a, b, c):
        st.info(NOT_RIGHT if lists(id) else NO_QUESTION)
        return
    solved = solve(space, a, b, c, method=method)
    if solved.answer is None:
        st.info("This vocabulary has no fourth word.")
        return
    index = space.vocabulary.index
    scale = "cosine" if method == "add" else "3CosMul score"
    picture, answers = st.columns([3, 1.45], gap="medium")
    with picture:
        runners = [word for word, _ in solved.answers[1:RUNNERS_UP]]
        A, B, C = (space.unit[index(word)] for word in (a, b, c))
        shown = space.unit[[index(word) for word in (a, b, c, solved.answer, *runners)]]
        plane = analogy_plane(A, B, C, shown)
        places = plane.place(shown)
        arithmetic = " ".join([theme.isolated(b), "−", theme.isolated(a), "+", theme.isolated(c)])
        answered = f"{theme.isolated(solved.answer)}, {scale} {solved.answers[0][1]:.2f}"
        figure = analogy_drawing(
            places[:4],
            (a, b, c, solved.answer),
            plane.place(target_of(A, B, C)[None])[0],
            places[4:],
            runners,
            f"× marks {arithmetic}; nearest word: {answered}; grey: runners-up"
            if method == "add"
            else f"× marks {arithmetic}; answer by 3CosMul: {answered}; grey: runners-up",
        )
        plot(figure, key="analogy", height=640, name="analogy", view=f"{id} {which} {a} {b} {c}")
    with answers:
        if method == "add":
            st.html(weighted_sum([(b, 1), (a, -1), (c, 1)], which, " is nearest to"))
        else:
            st.html(quotient(a, b, c, which, " is largest for <b>x</b> ="))
        rows = [index(word) for word, _ in solved.answers]
        plot(answer_bars(solved.answers, rows, scale), key="answers", height=300, name="answers")
        expected = expected_word(id, space, a, b, c, ready)
        beaten = expected is not None and expected not in (solved.answer, a, b, c)
        icon = ":material/check_circle:" if solved.decided and not beaten else ":material/info:"
        st.markdown(f"{icon} **{literal(solved.verdict)}**")
        if beaten and expected is not None:
            named = [word for word, _ in solved.answers]
            place = (
                f"ranks {ordinal(named.index(expected) + 1)}"
                if expected in named
                else f"is not among the first {len(named)} answers"
            )
            st.caption(f"The expected answer is {short(expected)}, which {place}.")
        st.html(
            facts(
                [
                    (cut(solved.answer, 20), "the answer, without the given words"),
                    (cut(solved.with_inputs, 20), "would come first if they were allowed"),
                    (cut(solved.near_c, 20), f"is nearest to {cut(c)} alone"),
                    (
                        cut(solved.near_sum, 20),
                        f"is nearest to {cut(b)} + {cut(c)}, without {cut(a)}",
                    ),
                ]
            )
        )
        asked_why, asked_sure = st.columns([1, 2], vertical_alignment="center")
        explained = asked_why.toggle(
            "Why?", key="why", bind="query-params", help=explanation("why parallel")
        )
        if which in KINDS:
            with asked_sure:
                how_sure(id)
            sure(id, solved, which)
        elif has_text(id):
            note_for_view()
    if explained:
        others = [word for word, _ in solved.answers]
        wanted = st.session_state.get("explained")
        why(id, (a, b, c, wanted if wanted in others else others[0]), "analogy", others)


def sure(id: str, solved: Analogy, which: str) -> None:
    """In how many splits both halves of the text give the same answer by the same method."""
    found = certainty(id)
    if found is None:
        return
    sure, documents = found
    try:
        answer, *_ = sure.answers(solved.a, solved.b, solved.c, 1, which, solved.method)
    except KeyError:
        st.caption("One of these words is too rare to be kept in the trainings on halves.")
        return
    relied = relied_on(answer)
    st.markdown(
        f"{':material/verified:' if relied else ':material/report:'} {short(answer.word)}: "
        f"{found_in(answer, sure.splits)}{'.' if relied else '; **not reliable**.'}"
    )
    st.caption(
        f"About {answer.share:.0%} of other texts like this one would give it as their first answer.",
        help=f"{WHAT_THE_SHARE_IS} Here the halves consist of {of_what(documents)}.",
    )


def expression_field() -> str:
    a, b, c = (st.session_state[key] for key in KEYS)
    given = address.EXPRESSION.given()
    if "expression" not in st.session_state and not given and None not in (a, b, c):
        st.session_state["expression"] = " ".join((quoted(b), "−", quoted(a), "+", quoted(c)))
    return st.text_input(
        "Expression",
        key="expression",
        bind="query-params",
        help=explanation("expression"),
    )


def expression(space: WordVectors, text: str, which: str) -> None:
    if not text.strip():
        st.info("Type words of this text with + and − between them.")
        return
    try:
        result = evaluate(text, space)
    except ExpressionError as error:
        st.error(literal(str(error)), icon=":material/error:")
        st.code(error.pointed_at(text), language=None)
        return
    index = space.vocabulary.index
    nearest = result.nearest(space)
    picture, answers = st.columns([3, 1.45], gap="medium")
    with picture:
        named = [word for word, _ in nearest[:RUNNERS_UP]]
        unit = space.unit[[index(word) for word in named]]
        path = result.path(space)
        plane = sum_plane(path, unit)
        name_of = theme.VECTOR_NAMES[which]
        named_vectors = name_of if which in KINDS else f"“{name_of}”"
        figure = expression_drawing(
            plane.place(path),
            [word for word, _ in result.weights],
            [weight for _, weight in result.weights],
            plane.place(unit),
            named,
            plane.titles,
            f"vectors {named_vectors} of length 1, laid end to end; × marks their sum, and the "
            "word nearest to it is pink",
        )
        plot(figure, key="sum", height=640, name="expression", view=f"{which} {text}")
    with answers:
        st.html(weighted_sum(result.weights, which, ", each of length 1, is nearest to"))
        rows = [index(word) for word, _ in nearest]
        plot(answer_bars(nearest, rows), key="expression_answers", height=360, name="answers")
        st.caption("The words of the expression are left out of the answers.")


def quoted(word: str) -> str:
    return word if word.isalpha() else f'"{word}"'


def scorecard(id: str, method: str, which: str) -> None:
    uploaded = st.file_uploader(
        "A question file: lines of four words, a b c d, under ': section' lines (Google's format)",
        type=["txt"],
    )
    if uploaded is not None:
        text = uploaded.getvalue().decode("utf-8", "replace")
    else:
        st.caption("Without an upload, the 798 questions of the small world are used.")
        text = (DATA / "small_world_questions.txt").read_text(encoding="utf-8")
    if len(text) > MOST_QUESTIONS:
        st.error("This file is larger than 2 MB: use at most about 60,000 questions.")
        return
    try:
        asked = len(parse_questions(text))
    except ValueError as error:
        st.error(literal(str(error)), icon=":material/error:")
        return
    if others := not_understood(text):
        n = len(others)
        shown = "; ".join(f"line {number:,}: “{short(line, 40)}”" for number, line in others[:5])
        st.caption(
            f":material/info: {n:,} line{'s' if n > 1 else ''} not understood and left out, as "
            f"{'each is' if n > 1 else 'it is'} neither four words nor a ': section': {shown}"
            f"{' …' if n > 5 else ''}"
        )
    parameters = {"which": which, "method": method, "questions": text}
    found = background(
        "scorecard",
        id,
        parameters,
        f"Answer {asked:,} questions",
        "scorecard",
        "Uses the method and the vectors chosen above.",
        seconds=asked * NUMBERS_A_QUESTION * open_model(id).V.size / NUMBERS_A_SECOND,
    )
    if found is None:
        return
    scores = [Score(*row) for row in found.values["sections"]]
    total = Score("all", *np.array([row[1:] for row in found.values["sections"]]).sum(axis=0))
    all_scores = [total, *scores]
    show_table(
        {
            "section": [s.section or "(none)" for s in all_scores],
            "accuracy %": [round(100 * s.accuracy, 1) if s.covered else None for s in all_scores],
            "95 % interval": [
                "{:.0%} to {:.0%}".format(*s.interval) if s.covered else "–" for s in all_scores
            ],
            "right": [int(s.right) for s in all_scores],
            "covered": [int(s.covered) for s in all_scores],
            "asked": [int(s.asked) for s in all_scores],
            "coverage %": [round(100 * s.coverage, 1) for s in all_scores],
        }
    )
    st.caption(
        "A question is covered if all four words are in the vocabulary. Accuracy counts covered "
        "questions only; the intervals are Wilson's."
    )
    names = ("section", "a", "b", "c", "right answer", "answer given", "rank of the right answer")
    misses = found.values["misses"]
    if misses:
        st.markdown(f"**{len(misses):,} miss{'es' * (len(misses) > 1)}**")
        show_table(dict(zip(names, zip(*misses, strict=True), strict=True)), height=260)
    header = ["section", "asked", "covered", "right"]
    rows = [*found.values["sections"], [], names, *misses]
    st.download_button(
        "Download as CSV",
        deferred(lambda: csv_table(header, rows)),
        "scorecard.csv",
        "text/csv",
    )


with sentences_for_errors():
    if (current := page_model()) is not None:
        show(current)
