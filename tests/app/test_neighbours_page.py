"""The Neighbours page, driven without a browser."""

import json
import re

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pages.parts import background_work
from tests.conftest import ROOT
from tests.operators_library import library
from w2v_core import Corpus, SkipGram, save_model
from w2v_core.library.choices import Choices
from w2v_core.queue.queue import Queue
from w2v_core.work import analyses, worker

TEXT = (
    "Berlin is a city in Germany. Paris is a city in France. Rome is a city in Italy. "
    "The café in Paris is open. A potato grows in the field.\n"
) * 20
HOSTILE = [
    *("<b>x</b>", "<img src=x onerror=alert(1)>", "$math$ $b$", "*star*", "=cmd()", "שלום"),
    *("a&lt;b", ":material/star:", "[a](http://b)", "éé", "👩‍👩‍👧", "w" * 1000, "a, b"),
]
PARTS = ("nearest", "predicts", "text", "why", "several")


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    import streamlit as st

    monkeypatch.setenv("W2V_HOME", str(tmp_path / "home"))
    # The page starts a worker process; here the test does the worker's part, when it wants to.
    monkeypatch.setattr(worker, "ensure_worker", lambda queue: None)
    import pages.parts.background_work

    monkeypatch.setattr(pages.parts.background_work, "ensure_worker", lambda queue: None)
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.fixture
def trained():
    model = SkipGram(epochs=5).fit(Corpus.from_text(TEXT))
    return save_model(model, library.model_folder("ab" * 8), name="Cities", created=1.0).name


@pytest.fixture
def without_text():
    model = SkipGram(epochs=5).fit(Corpus.from_text(TEXT))
    model.corpus = None
    return save_model(model, library.model_folder("cd" * 8), name="No text", created=1.0).name


@pytest.fixture
def hostile():
    rng = np.random.default_rng(0)
    words = [*HOSTILE, *(f"w{i}" for i in range(20))]
    n = len(words)
    model = SkipGram.from_arrays(
        parameters={},
        chosen={},
        words=words,
        counts=np.arange(n, 0, -1),
        lowercase=False,
        V=rng.normal(size=(n, 6)).astype(np.float32),
        U=rng.normal(size=(n, 6)).astype(np.float32),
        log_q=np.full(n, -np.log(n), np.float32),
        loss_curve=np.array([1.0]),
        stopped=False,
        seconds=0.0,
    )
    return save_model(model, library.model_folder("ef" * 8), name="Hostile", created=1.0).name


def neighbours(**query):
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    at.switch_page("pages/neighbours.py")
    for name, value in query.items():
        at.query_params[name] = value
    return well(at.run())


def well(at):
    assert not at.exception, at.exception
    return at


def said(at):
    elements = [*at.error, *at.warning, *at.info, *at.markdown, *at.caption]
    return " ".join(e.value for e in elements).replace("\\", "")


def html(at):
    return " ".join(e.proto.body for e in at.get("html"))


def test_without_a_model_the_page_points_to_train():
    assert "no model yet" in said(neighbours())


def test_a_word_is_shown_before_one_is_chosen(trained):
    at = neighbours()
    assert at.session_state["word"] in Corpus.from_text(TEXT).words
    assert "times in the text" in said(at) and at.session_state["part"] == "nearest"


def test_the_address_holds_the_word_and_every_choice(trained):
    at = neighbours(word="Paris", part="why", other="rome", by="shared", because="city")
    assert at.session_state["word"] == "paris"
    assert "Cosine of **paris** and **rome**" in said(at)
    assert "**city** near **paris**: 20 times" in said(at)
    query = dict(at.query_params.items())
    assert query["word"] == "paris" and query["part"] == "why" and query["by"] == "shared"
    assert query["other"] == "rome" and query["because"] == "city"
    again = neighbours(**query)
    assert said(again) == said(at)


def test_an_unknown_word_gets_the_nearest_spellings(trained):
    at = neighbours(word="pariss")
    assert "'pariss' is not in the vocabulary" in said(at) and "'paris'" in said(at)


@pytest.mark.parametrize("nonsense", [{"part": "x"}, {"n": "-1"}, {"lines": "<b>"}, {"which": "W"}])
def test_nonsense_in_the_address_is_ignored(trained, nonsense):
    well(neighbours(word="paris", **nonsense))


def test_its_lines_stand_with_the_word_in_the_middle_and_are_counted(trained):
    at = neighbours(word="paris", part="text")
    assert "All its 40 lines" in said(at)
    assert html(at).count("<b>Paris</b>") == 40
    well(at.segmented_control(key="lines").set_value("right").run())
    assert html(at).index("is a city in France") < html(at).index("is open")


@pytest.fixture
def of_three_documents(tmp_path):
    files = [(f"{year}.txt", [TEXT.encode()]) for year in (1850, 1860, 1870)]
    text = library.texts.prepared(library.texts.keep_files(files), Choices())
    id = library.start_training(Queue(), text, "Years", {}, {"epochs": 3, "dim": 8})
    worker.work(Queue(), idle_seconds=0)
    return id


def test_a_line_names_its_document_and_opens_on_what_stands_around_it(trained, of_three_documents):
    one = html(neighbours(model=trained, word="rome", part="text"))
    assert "Click a line to read" in said(neighbours(model=trained, word="rome", part="text"))
    around = "Paris is a city in France. <strong>Rome</strong> is a city in Italy. The café"
    assert around in one and "<cite>" not in one
    several = html(neighbours(model=of_three_documents, word="rome", part="text", most="200"))
    assert several.count('title="1850.txt"') == several.count('title="1870.txt"') == 20
    assert "<cite><bdi>1860.txt</bdi></cite>" in several and around in several
    first = several.partition('title="1860.txt"')[2].partition("</details>")[0]
    assert "A potato grows" not in first.partition("<strong>")[0]  # it ends the document before
    why = html(neighbours(model=of_three_documents, word="rome", other="paris", part="why"))
    assert "w2v-reasons" in why and why.count("<cite><bdi>1850.txt</bdi></cite>") > 10


def test_predictions_are_counted_again_from_the_text(trained):
    at = neighbours(word="paris", part="predicts")
    assert "both probable and specific" in said(at)


def test_reasons_come_with_counts_and_lines_near_both(trained):
    at = neighbours(word="paris", part="why", other="rome")
    assert "near paris" in html(at) and "N near rome" in html(at)
    assert "<b>Paris</b>" in html(at) and "<b>Rome</b>" in html(at) and "<u>" in html(at)


def test_a_list_of_words_is_kept_in_the_address_and_the_odd_one_is_named(trained):
    at = neighbours(word="paris", part="several", list=["paris", "rome", "berlin", "potato", "zzz"])
    assert "odd one out is **potato**" in said(at)
    assert at.multiselect[0].value == ["paris", "rome", "berlin", "potato"]
    well(at.multiselect[0].set_value(["paris", "rome", "berlin"]).run())
    assert at.query_params["list"] == ["paris", "rome", "berlin"]
    well(at.multiselect[0].set_value(["rome"]).run())
    assert "at least two" in said(at)
    well(next(b for b in at.button if b.label == "Use nearest").click().run())
    assert len(at.multiselect[0].value) > 4 and "list" not in at.query_params


@pytest.mark.parametrize("part", PARTS)
def test_a_model_without_its_text_says_what_is_missing(without_text, part):
    at = neighbours(word="paris", part=part)
    missing = "came without its text" in said(at)
    assert missing == (part in ("predicts", "text", "why"))
    assert not [b for b in at.button if b.label.startswith("How sure?")]


@pytest.mark.parametrize(
    ("word", "part"),
    [
        # Each word in one part, and each part with several words; the other pairs are among the slow tests.
        pytest.param(word, part, marks=[] if i % len(PARTS) == j else pytest.mark.slow)
        for i, word in enumerate(HOSTILE)
        for j, part in enumerate(PARTS)
    ],
)
def test_hostile_words_are_shown_as_themselves(hostile, part, word):
    at = neighbours(word=word, part=part, list=HOSTILE)
    assert at.session_state["word"] == word
    assert not any(m.allow_html for m in at.markdown)
    assert "<img" not in html(at).replace("<style>", "")
    raw = " ".join(e.value for e in [*at.markdown, *at.caption, *at.info])
    for markup in ("<b>x", "<img", "$math", "*star", "[a](", ":material/star"):
        assert not re.search(rf"(?<!\\){re.escape(markup)}", raw), markup


def test_how_sure_is_asked_stopped_and_answered(trained):
    at = neighbours(word="paris")

    def ask(at):
        return next(b for b in at.button if b.label.startswith("How sure? ("))

    assert re.search(r"\(.* seconds?\)", ask(at).label) and "resamples" not in ask(at).help
    well(ask(at).click().run())
    assert [p.proto.text for p in at.get("progress")] == ["Starting …"]
    well(next(b for b in at.button if b.label == "Stop").click().run())
    assert Queue().jobs()[0].state == "cancelled"
    well(ask(at.run()).click().run())
    worker.work(Queue(), idle_seconds=0)
    assert analyses.has_result(library, "certainty", trained, {"splits": 10, "seed": 0})
    well(at.run())
    assert "found in both halves of the text in 8 of 10 splits" in said(at)
    assert not at.get("progress")
    (told,) = [c.help for c in at.caption if "both halves" in c.value]
    assert "The halves consist of blocks of consecutive sentences" in told
    figures = [str(c.proto) for c in at.get("bidi_component")]
    assert any("found in both halves of the text in" in figure for figure in figures)
    for which in ("output", "sum"):
        well(at.segmented_control(key="which").set_value(which).run())


def test_resamples_of_an_earlier_version_are_not_shown_and_the_button_says_why(trained):
    old = {"resamples": 20, "seed": 0}
    analyses.start(library, Queue(), "stability", trained, old)
    worker.work(Queue(), idle_seconds=0)
    assert analyses.has_result(library, "stability", trained, old)
    at = neighbours(word="paris")
    (button,) = [b for b in at.button if b.label.startswith("How sure? (")]
    assert "An earlier version drew 20 resamples" in button.help and "both halves" not in said(at)


def test_the_contexts_that_carry_a_neighbour_are_proved_in_the_background(trained, monkeypatch):
    monkeypatch.setattr(background_work, "IN_THE_PAGE", 0.0)  # this small text would not wait
    at = neighbours(word="paris", part="why", other="rome")
    assert at.session_state["by"] == "evidence" and "These contexts contribute most" in said(at)
    (ask,) = [b for b in at.button if b.label.startswith("Prove it (")]
    well(ask.click().run())
    assert [p.proto.text for p in at.get("progress")] == ["Starting …"]
    worker.work(Queue(), idle_seconds=0)
    well(at.run())
    table = at.dataframe[0].value
    assert table["trained on the text"][0] == "this model" and len(table) == 3
    assert (table["rank among the nearest"] >= 1).all() and (table["cosine"].abs() <= 1).all()
    assert "Means of 3 trainings" in said(at) and "lines with either word were removed" in said(at)
    again = neighbours(word="paris", part="why", other="rome")  # kept with the model
    assert "Means of 3 trainings" in said(again)


def test_without_the_text_reasons_are_ordered_by_what_the_model_knows(trained, without_text):
    at = neighbours(word="paris", part="why", model=without_text, by="evidence")
    assert at.session_state["by"] == "cosine"
    assert not [b for b in at.button if b.label.startswith("Prove it")]


def test_characters_and_a_tiny_vocabulary_work():
    corpus = Corpus.from_text("猫在沙发上睡觉。狗在院子里睡觉。" * 30, unit="characters")
    model = SkipGram(epochs=3).fit(corpus)
    save_model(model, library.model_folder("12" * 8), name="字", created=1.0)
    for part in PARTS:
        neighbours(word="猫", part=part, n="50")
    assert "<b>猫</b>" in html(neighbours(word="猫", part="text"))


def test_two_words_are_enough():
    model = SkipGram(dim=1, epochs=2).fit(Corpus.from_text("a b. b a.\n" * 9, min_count=1))
    save_model(model, library.model_folder("34" * 8), name="two", created=1.0)
    for part in PARTS:
        neighbours(word="a", part=part)


def test_long_words_that_begin_alike_can_be_told_apart():
    rng = np.random.default_rng(0)
    words = [f"{'long' * 8}{i}" for i in range(12)]
    model = SkipGram.from_arrays(
        parameters={},
        chosen={},
        words=words,
        counts=np.arange(12, 0, -1),
        lowercase=False,
        V=rng.normal(size=(12, 3)).astype(np.float32),
        U=rng.normal(size=(12, 3)).astype(np.float32),
        log_q=np.full(12, -np.log(12), np.float32),
        loss_curve=np.array([1.0]),
        stopped=False,
        seconds=0.0,
    )
    save_model(model, library.model_folder("56" * 8), name="long", created=1.0)
    at = neighbours(word=words[0], part="why")
    pills = next(group for group in at.button_group if group.key == "_near")
    assert len(set(pills.options)) == 10
    assert all(label.startswith("longlong") for label in pills.options)
    well(pills.set_value(pills.options[3]).run())
    fourth, _ = model.vectors("center").most_similar(words[0], 10)[3]
    assert at.query_params["other"] in (fourth, [fourth])


@pytest.fixture
def counted():
    model = SkipGram(epochs=5, count_vectors=True).fit(Corpus.from_text(TEXT))
    return save_model(model, library.model_folder("ee" * 8), name="Counted", created=1.0).name


def choice(at):
    return next(c for c in at.segmented_control if c.key == "which")


def test_views_are_offered_where_they_differ_and_the_page_opens_on_v(counted, trained):
    at = neighbours(model=counted, word="paris")
    assert choice(at).options == ["V", "U", "V + U", "analogies", "related", "form"]
    assert choice(at).value == "center" and "counting alone" in choice(at).help
    assert any(b.label.startswith("How sure?") for b in at.button)
    at = neighbours(model=trained, word="paris")
    assert choice(at).options == ["V", "U", "V + U", "form"]
    assert choice(neighbours(model=trained, word="paris", which="related")).value == "center"


def test_a_view_shows_its_own_neighbours_and_says_where_certainty_is(counted):
    at = neighbours(model=counted, word="paris", which="related")
    assert choice(at).value == "related"
    found = library.load(counted).vectors("related").most_similar("paris", 3)
    (figure,) = (
        json.loads(json.loads(b.proto.json)["figure"])
        for b in at.get("bidi_component")
        if b.proto.id.endswith("-nearest")
    )
    shown = json.dumps(figure, ensure_ascii=False)
    assert all(word in shown and f"{cosine:.2f}" in shown for word, cosine in found)
    assert not any(b.label.startswith("How sure?") for b in at.button)
    assert any("Choose V, U or V + U to see how sure" in c.value for c in at.caption)


def test_by_form_a_word_that_the_text_lacks_is_built_from_its_parts(trained):
    at = well(neighbours(model=trained, word="paris", which="form"))
    assert "Built from letters" in said(at)
    assert not any(b.label.startswith("How sure?") for b in at.button)
    (field,) = [f for f in at.text_input if f.key == "new_word"]
    at = well(field.set_value("Germanys").run())
    assert "**germanys**, which is not in the vocabulary, built from its parts" in said(at)
    assert "cosine: germany (" in said(at)
    at = well(at.text_input(key="new_word").set_value("PARIS").run())
    assert "**paris** is in the vocabulary" in said(at)
    at = well(at.text_input(key="new_word").set_value("qqq*zzz").run())
    assert "No word of the vocabulary shares a part with **qqq*zzz**" in said(at)
