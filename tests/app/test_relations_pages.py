"""The pages of analogies and diamonds, driven without a browser."""

import re

import pytest

from tests.app.test_pages import app, button, own_home, page, sentences, well  # noqa: F401
from tests.operators_library import library
from w2v_core import load_model
from w2v_core.queue.queue import Queue
from w2v_core.space.analogy import solve
from w2v_core.space.presets import offered_lists
from w2v_core.text.samples import DATA
from w2v_core.work import worker


@pytest.fixture
def trained():
    """A model in the library: the royalty sample, trained as the app does."""
    id = library.start_training(Queue(), "sample:royalty", "Kings", {}, {"epochs": 6, "dim": 21})
    worker.work(Queue(), idle_seconds=0)
    assert library.is_finished(id)
    return id


def markdown(at):
    return " ".join(m.value for m in [*at.markdown, *at.caption])


def html(at):
    return " ".join(element.proto.body for element in at.get("html"))


def toggle(at, label):
    return next(t for t in at.toggle if t.label == label)


def choice(at, label):
    return next(s for s in at.selectbox if s.label == label)


def test_an_analogy_is_answered_honestly(trained):
    at = well(page(app(), "analogies"))
    assert [choice(at, label).value for label in ("a", "is to b", "as c (is to …)")] == [
        "prince",
        "princess",
        "father",
    ]
    text = html(at)
    assert "is nearest to father alone" in text and "without the given words" in text
    assert "<b>v</b><sub><bdi>princess</bdi></sub> − " in text
    assert ":material/check_circle:" in markdown(at) and "The expected answer" not in sentences(at)
    well(at.segmented_control(key="method").set_value("mul").run())
    assert "cos(<b>x</b>" in html(at) and "<sub><bdi>princess</bdi></sub> − " not in html(at)
    well(toggle(at, "Why?").set_value(True).run())
    assert "are both pulled towards" in markdown(at)
    assert "within 5 words of" in html(at)


def test_an_answer_that_beat_the_expected_word_is_not_ticked():
    options = {"epochs": 1, "dim": 8}  # too little to be right everywhere
    id = library.start_training(Queue(), "sample:small_world", "Hasty", {}, options)
    worker.work(Queue(), idle_seconds=0)
    model = load_model(library.model_folder(id))
    space = model.vectors()
    beaten = [
        (a, b, c, d)
        for pairs in offered_lists(model.vocabulary, DATA).values()
        for a, b in pairs
        for c, d in pairs
        if len({a, b, c, d}) == 4
        and (solved := solve(space, a, b, c)).decided
        and solved.answer != d
    ]
    a, b, c, d = beaten[0]
    at = well(page(app(a=a, b=b, c=c), "analogies"))
    assert "The offset made the difference" in markdown(at)
    assert ":material/check_circle:" not in markdown(at)
    assert any(f"The expected answer is {d}, which" in caption.value for caption in at.caption)


def test_a_text_without_sure_relations_opens_on_no_question():
    text = "Anna reads a long book. Ben eats the red apple. Eve sings one old song. " * 20
    key = library.texts.keep("plain.txt", text.encode())
    id = library.start_training(Queue(), key, "Plain", {}, {"epochs": 3, "dim": 9})
    worker.work(Queue(), idle_seconds=0)
    assert library.is_finished(id)
    at = well(page(app(model=id), "analogies"))
    assert any("There is no example to begin with" in note.value for note in at.info)
    assert [choice(at, label).value for label in ("a", "is to b", "as c (is to …)")] == [None] * 3
    at = well(choice(at, "a").set_value("anna").run())
    assert choice(at, "a").value == "anna"  # the words are chosen one by one
    well(choice(at, "is to b").set_value("book").run())
    well(choice(at, "as c (is to …)").set_value("ben").run())
    assert "is nearest to ben alone" in html(at) and not at.info
    well(page(app(model=id, ask="an expression"), "analogies"))


def test_the_address_holds_the_question_and_unknown_words_do_no_harm(trained):
    at = app(a="boy", b="girl", c="king")
    well(page(at, "analogies"))
    assert choice(at, "a").value == "boy"
    at = app(a="<b>nobody</b>", b="girl", c="king")
    well(page(at, "analogies"))
    assert choice(at, "a").value == "prince"


def test_a_mistake_in_an_expression_is_told_with_its_place(trained):
    at = well(page(app(ask="an expression"), "analogies"))
    assert "is nearest to" in html(at)
    well(at.text_input[0].set_value("king - man + womann").run())
    assert "At character 14" in sentences(at).replace("\\", "")
    assert at.code[0].value.splitlines()[1].index("▲") == 13
    well(at.text_input[0].set_value("(king").run())
    assert "never closed" in sentences(at)


def test_how_sure_and_the_scorecard_run_in_the_background(trained):
    at = well(page(app(), "analogies"))
    (ask,) = [b for b in at.button if b.label.startswith("How sure? (")]
    well(ask.click().run())
    worker.work(Queue(), idle_seconds=0)
    well(at.run())
    said = r"mother\W*: found in both halves of the text in \d+ of 10 splits"
    assert re.search(said, markdown(at).replace("\\", ""))
    assert "of other texts like this one would give it as their first answer" in markdown(at)
    well(at.segmented_control(key="method").set_value("mul").run())
    assert "found in both halves of the text" in markdown(at)
    well(button(at, "Answer 798 questions").click().run())
    worker.work(Queue(), idle_seconds=0)
    well(at.run())
    table = at.dataframe[0].value
    assert table["section"].tolist()[:2] == ["all", "capitals"]
    assert int(table["asked"][0]) == 798 and 0 < int(table["covered"][0]) < 798


def test_diamonds_are_drawn_measured_and_explained(trained):
    at = well(page(app(), "diamonds"))
    assert choice(at, "Pairs").value == "genders"
    assert [m.label for m in at.metric] == ["parallelism", "closure"]
    assert float(at.metric[0].value) > 0.5
    assert "more so than other words with the same frequencies" in markdown(at)
    well(at.segmented_control(key="measure").set_value("closure").run())
    well(toggle(at, "Why?").set_value(True).run())
    assert "are both pulled towards" in markdown(at)
    well(toggle(at, "Watch it form").set_value(True).run())
    well(at.segmented_control(key="from").set_value("own").run())


@pytest.mark.parametrize("plane", ["offset", "words", "map"])
@pytest.mark.parametrize("axes", ["2-D", "3-D"])
def test_every_plane_is_drawn(trained, plane, axes):
    at = page(app(axes=axes, forming="true"), "diamonds")
    at = well(at.segmented_control(key="plane").set_value(plane).run())
    assert at.segmented_control(key="plane").value == plane
    assert at.segmented_control(key="axes").value == axes


def test_a_diamond_forms_from_a_random_start(trained):
    at = page(app(forming="true"), "diamonds")
    well(at.segmented_control(key="from").set_value("random_start").run())
    well(button(at, "Train from a random start").click().run())
    worker.work(Queue(), idle_seconds=0)
    well(at.run())
    assert not any(b.label == "Train from a random start" for b in at.button)
    well(page(app(forming="true", **{"pass": "0"}), "diamonds"))


def test_a_list_of_ones_own_and_a_found_relation(trained):
    at = well(
        page(app(pairs="man woman;king queen;nobody noone", list="your own list"), "diamonds")
    )
    assert "nobody" in sentences(at) and at.metric[0].label == "parallelism"
    assert "p-value" not in markdown(at).split("Found for you")[0]
    # What was searched for has no p-value, wherever it is drawn.
    for found in ("Draw the first twelve", "draw0"):
        well(next(b for b in at.button if found in (b.label, b.key)).click().run())
        assert choice(at, "Pairs").value == "found in this text"
        assert "so it has no p-value" in markdown(at) and "thanks to" not in markdown(at)
    address = {k: v if isinstance(v, str) else v[0] for k, v in at.query_params.items()}
    again = well(page(app(**address), "diamonds"))
    assert "so it has no p-value" in markdown(again)
    well(choice(at, "Pairs").set_value("your own list").run())
    assert "so it has no p-value" not in markdown(at)
    at = well(page(app(pairs="one;two", list="your own list"), "diamonds"))
    assert "expected two words" in sentences(at)


def test_a_found_relation_that_is_no_clearer_than_chance_is_said_to_be_so(trained):
    own = "found in this text"
    for pairs, said in (
        ("man woman;king queen;prince princess;father mother;son daughter", False),
        ("man princess;king the;prince of;father queen;son mother", True),
    ):
        at = well(page(app(pairs=pairs, list=own), "diamonds"))
        sentence = "Nothing shows that it is more than what such a search finds by chance."
        assert (sentence in markdown(at)) is said


def test_a_text_that_knows_no_list_is_asked_what_was_found_in_it():
    text = "α β γ δ. β γ ε ζ η. α θ ι κ. γ δ ε λ μ ν. " * 30
    id = library.texts.keep("greek.txt", text.encode())
    library.start_training(Queue(), id, "Greek", {}, {"epochs": 3, "dim": 9})
    worker.work(Queue(), idle_seconds=0)
    well(page(app(), "analogies"))
    well(page(app(), "diamonds"))


def test_without_a_model_both_pages_lead_to_training():
    for name in ("analogies", "diamonds"):
        at = well(page(app(), name))
        assert "There is no model yet" in sentences(at)


def test_an_analogy_may_be_asked_of_a_view_which_has_no_certainty_of_its_own():
    options = {"epochs": 6, "dim": 21, "count_vectors": True}
    id = library.start_training(Queue(), "sample:royalty", "Counted kings", {}, options)
    worker.work(Queue(), idle_seconds=0)
    at = well(page(app(a="prince", b="princess", c="father"), "analogies"))
    which = at.segmented_control(key="which")
    assert which.value == "center" and "analogies" in which.options
    assert any(b.label.startswith("How sure?") for b in at.button)
    well(which.set_value("analogies").run())
    answer = load_model(library.model_folder(id)).vectors("analogies")
    first = answer.analogy("prince", "princess", "father", n=1)[0][0]
    assert first in html(at)
    assert "[<b>v</b>, <b>c</b>]<sub><bdi>princess</bdi></sub>" in html(at)
    assert not any(b.label.startswith("How sure?") for b in at.button)
    assert "Choose V, U or V + U to see how sure" in markdown(at)


def test_by_form_a_question_may_have_words_that_the_text_lacks(trained):
    at = well(page(app(which="form"), "analogies"))
    assert "Built from letters" in markdown(at)
    ask = at.text_input(key="new_words")
    at = well(ask.set_value("prince princess fatherly").run())
    assert "**prince : princess :: fatherly : ?**" in markdown(at)
    assert "built from its parts: fatherly." in markdown(at)
    at = well(at.text_input(key="new_words").set_value("prince princess").run())
    assert "A question needs three words" in markdown(at)
    at = well(at.text_input(key="new_words").set_value("prince princess qqq").run())
    assert "shares no part" in markdown(at)
