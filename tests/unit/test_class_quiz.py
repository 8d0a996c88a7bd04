"""The quiz of a class: its questions, its sums, and where its answers are kept."""

import sqlite3

import pytest

from w2v_core.lessons.class_quiz import (
    AFTER,
    BEFORE,
    QUESTIONS,
    Sheet,
    columns,
    mean_gain,
    mean_score,
    outcomes,
)
from w2v_core.library import quiz_answers
from w2v_core.library.quiz_answers import QuizAnswers, new_code

RIGHT = tuple(question.right for question in QUESTIONS)
WRONG = tuple((q.right + 1) % len(q.options) for q in QUESTIONS)


def test_there_are_twelve_questions_with_distinct_answers_and_no_favourite_place():
    assert len(QUESTIONS) == 12
    assert len({question.text for question in QUESTIONS}) == 12
    for question in QUESTIONS:
        assert len(set(question.options)) == len(question.options) >= 3
        assert 0 <= question.right < len(question.options)
        assert question.because.endswith(".")
    places = [question.right for question in QUESTIONS]
    assert max(places.count(place) for place in set(places)) <= 6


def test_a_sheet_counts_what_is_right_and_what_is_left_out_is_not():
    assert Sheet("a", BEFORE, RIGHT).score == 12
    assert Sheet("a", BEFORE, WRONG).score == 0
    assert Sheet("a", BEFORE, (None,) * 12).score == 0
    assert Sheet("a", AFTER, (*RIGHT[:5], *WRONG[5:])).right() == (True,) * 5 + (False,) * 7


@pytest.mark.parametrize(
    ("when", "answers"),
    [
        ("during", RIGHT),
        (BEFORE, RIGHT[:-1]),
        (BEFORE, (99, *RIGHT[1:])),
        (AFTER, (-1, *RIGHT[1:])),
    ],
)
def test_a_sheet_that_cannot_be_is_refused(when, answers):
    with pytest.raises(ValueError):
        Sheet("a", when, answers)


def test_a_class_is_summed_up():
    half = (*RIGHT[:6], *WRONG[6:])
    sheets = [
        Sheet("a", BEFORE, half),
        Sheet("a", AFTER, RIGHT),
        Sheet("b", BEFORE, WRONG),
        Sheet("c", AFTER, half),
    ]
    assert mean_score(sheets, BEFORE) == 3
    assert mean_score(sheets, AFTER) == 9
    assert mean_gain(sheets) == (6.0, 1)
    found = outcomes(sheets)
    assert [one.before for one in found] == [0.5] * 6 + [0.0] * 6
    assert [one.after for one in found] == [1.0] * 6 + [0.5] * 6
    table = columns(sheets)
    assert table["person"] == [1, 1, 2, 3] and table["right"] == [6, 12, 0, 6]
    assert table["question 12"] == [0, 1, 0, 0]


def test_without_sheets_nothing_is_claimed():
    assert mean_score([], BEFORE) is None and mean_gain([]) is None
    assert all(one.before is None and one.after is None for one in outcomes([]))


def test_a_class_keeps_sheets_which_only_its_key_opens(tmp_path):
    kept = QuizAnswers(tmp_path)
    id, key = kept.open_class()
    other, other_key = kept.open_class()
    person = new_code()
    kept.hand_in(id, person, BEFORE, WRONG)
    kept.hand_in(id, person, AFTER, (*RIGHT[:-1], None))
    again = QuizAnswers(tmp_path)
    assert again.sheets(key) == [(person, BEFORE, WRONG), (person, AFTER, (*RIGHT[:-1], None))]
    assert again.sheets(other_key) == []
    for nobody in (id, other, "", "x", new_code(), "' OR 1=1 --"):
        with pytest.raises(ValueError, match="not the address of a class"):
            again.sheets(nobody)


def test_the_key_itself_is_not_on_disk(tmp_path):
    kept = QuizAnswers(tmp_path)
    _, key = kept.open_class()
    with sqlite3.connect(tmp_path / "quiz.sqlite") as db:
        assert key not in "".join(db.iterdump())


def test_a_sheet_handed_in_again_takes_the_place_of_the_first(tmp_path):
    kept = QuizAnswers(tmp_path)
    id, key = kept.open_class()
    person = new_code()
    kept.hand_in(id, person, BEFORE, WRONG)
    kept.hand_in(id, person, BEFORE, RIGHT)
    assert kept.sheets(key) == [(person, BEFORE, RIGHT)]


def test_an_unknown_class_and_a_full_one_are_refused_with_a_sentence(tmp_path, monkeypatch):
    kept = QuizAnswers(tmp_path)
    with pytest.raises(ValueError, match="no such class"):
        kept.hand_in(new_code(), new_code(), BEFORE, RIGHT)
    id, _ = kept.open_class()
    monkeypatch.setattr(quiz_answers, "MOST_SHEETS", 2)
    kept.hand_in(id, new_code(), BEFORE, RIGHT)
    kept.hand_in(id, new_code(), BEFORE, RIGHT)
    with pytest.raises(ValueError, match="2 sheets already"):
        kept.hand_in(id, new_code(), BEFORE, RIGHT)
    monkeypatch.setattr(quiz_answers, "MOST_CLASSES", 1)
    with pytest.raises(ValueError, match="as many classes"):
        kept.open_class()
