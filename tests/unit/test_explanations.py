"""Fields, numbers and buttons whose names are not plain words explain themselves."""

import ast
from pathlib import Path

import pytest

from pages.parts.explanations import EXPLANATIONS, explanation
from tests.conftest import ROOT

EXPLAINED = {
    "metric",
    "number_input",
    "segmented_control",
    "select_slider",
    "selectbox",
    "slider",
    "toggle",
}
# Labels that say in plain words what they choose; those of variables stand as the code has them.
PLAIN = {
    "Against chance",
    "Angle between them, degrees",
    "Arrows",
    "As",
    "Axes",
    "Column with the text",
    "Dimensions",
    "Encoding of the files",
    "First word",
    "How",
    "Kept selections",
    "Labelled words in each class",
    "Leave out Project Gutenberg's header and licence",
    "Length of u",
    "Length of v",
    "Minimum number of occurrences",
    "Model",
    "Nearest words to add",
    "Of",
    "Pairs",
    "Part",
    "Words about France also occur with Paris",
    "Predict for each word",
    "Ready lists",
    "Sample",
    "Second word",
    "Share of the notes' example used for training, %",
    "Show",
    "Start from vectors",
    "Take the step",
    "Text",
    "Text of",
    "The first row holds",
    "Topic",
    "Where TEI gives two readings, read",
    "Why is this pair",
    "Word",
    "f'Add to the score of {short(words.o)}'",
    "f'Encoding of {literal(cut(names[0], 40))}' + "
    "(f' and {len(names) - 1:,} more' if len(names) > 1 else '')",
    "f'How many of the {len(pairs)} pairs to use'",
    "f'What {literal(cut(next(iter(whole.tables)), 30))} contains'",
    "label",
    "like this one? (or click the end of an arrow)",
    "name",
    "sentences",
    "side(name.upper())",
}
FILES = sorted((ROOT / "pages").rglob("*.py"))


def calls(path: Path, names: set[str]):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in names
            and node.args
        ):
            yield node


def label(call: ast.Call) -> str:
    first = call.args[0]
    return str(first.value) if isinstance(first, ast.Constant) else ast.unparse(first)


def used() -> set[str]:
    found = set()
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for part in ast.walk(node) if isinstance(node, (ast.Call, ast.For)) else ():
                if isinstance(part, ast.Constant) and part.value in EXPLANATIONS:
                    found.add(part.value)
    return found


def test_every_field_and_number_has_a_plain_name_or_an_explanation():
    missing = [
        f"{path.relative_to(ROOT)}:{call.lineno} {label(call)}"
        for path in FILES
        for call in calls(path, EXPLAINED)
        if not any(keyword.arg == "help" for keyword in call.keywords) and label(call) not in PLAIN
    ]
    assert not missing, "Give these help=explanation(…), or list them as plain: " + "; ".join(
        missing
    )


def test_every_plain_name_is_still_on_a_page():
    assert {label(call) for path in FILES for call in calls(path, EXPLAINED)} >= PLAIN


@pytest.mark.parametrize("name", EXPLANATIONS)
def test_an_explanation_is_one_sentence_with_a_lesson_that_exists(name):
    found = EXPLANATIONS[name]
    assert found.sentence.endswith(".") and ". " not in found.sentence.replace("e.g. ", "")
    lessons = ast.parse((ROOT / "pages/lessons.py").read_text(encoding="utf-8"))
    numbers = next(
        [key.value for key in node.value.keys]
        for node in lessons.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "LESSONS"
    )
    assert found.lesson is None or found.lesson in numbers
    assert explanation(name).startswith(found.sentence)
    assert (f"(lessons?lesson={found.lesson})" in explanation(name)) == (found.lesson is not None)


def test_every_explanation_is_shown_somewhere():
    assert used() == set(EXPLANATIONS)
