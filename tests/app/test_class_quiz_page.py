"""The quiz on its page: for oneself, for a class, and its results."""

from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT
from w2v_core.lessons.class_quiz import QUESTIONS
from w2v_core.library.quiz_answers import QuizAnswers
from w2v_core.storage.home import home


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("W2V_HOME", str(tmp_path / "home"))


def quiz(**query):
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    at.query_params["lesson"] = "quiz"
    for name, value in query.items():
        at.query_params[name] = value
    at.run()
    at.switch_page("pages/lessons.py").run()
    assert not at.exception
    return at


def questions(at):
    return [field for field in at.radio if field.label[0].isdigit()]


def hand_in(at, right):
    """Answer every question, the first ``right`` of them rightly."""
    for k, question in enumerate(QUESTIONS):
        choice = question.right if k < right else (question.right + 1) % len(question.options)
        questions(at)[k].set_value(choice)
    next(button for button in at.button if button.label == "Hand in").click()
    at.run()
    assert not at.exception
    return at


def said(at):
    return " ".join(one.value for one in [*at.markdown, *at.caption, *at.success, *at.error])


def test_by_oneself_the_answers_are_shown_after_the_second_sheet():
    at = hand_in(quiz(), 3)
    assert QUESTIONS[0].because not in said(at)
    next(f for f in at.get("button_group") if f.label == "Answered").set_value("after").run()
    at = hand_in(at, 10)
    assert "3 of 12" in said(at) and "10 of 12" in said(at)
    assert all(question.because in said(at) for question in QUESTIONS)


def test_an_empty_sheet_is_not_handed_in():
    at = quiz()
    next(button for button in at.button if button.label == "Hand in").click()
    at.run()
    assert "at least one" in at.info[0].value and len(questions(at)) == 12


def test_a_teacher_opens_a_class_whose_pupils_answer_without_a_name():
    at = quiz()
    next(button for button in at.button if button.label == "Open a class").click().run()
    pupils, teacher = (parse_qs(urlsplit(code.value).query) for code in at.code)
    assert pupils.keys() == {"lesson", "class"} and teacher.keys() == {"lesson", "results"}
    pupil = hand_in(quiz(**{"class": pupils["class"][0]}), 4)
    assert "Handed in" in pupil.success[0].value
    found = quiz(results=teacher["results"][0])
    assert [metric.value for metric in found.metric] == ["4.0 of 12", "none yet", "none yet"]
    (sheet,) = QuizAnswers(home()).sheets(teacher["results"][0])
    assert sheet[1] == "before" and len(sheet[2]) == 12
    table = found.dataframe[0].value
    assert list(table["before"])[:4] == [1.0] * 4 and list(table["before"])[4:] == [0.0] * 8


@pytest.mark.parametrize("name", ["class", "results"])
def test_an_address_of_no_class_is_a_sentence(name):
    at = quiz(**{name: "f" * 32})
    assert len(at.error) == 1
    assert "address" in at.error[0].value
