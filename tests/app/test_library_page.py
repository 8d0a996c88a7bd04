"""The Library page, and the other pages with models that came from elsewhere; without a browser."""

import gzip
import io
import json

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest, app_test

from pages.parts.model.current_model import model_labels
from tests.app.test_visitors import Kept, downloads
from tests.conftest import ROOT
from tests.operators_library import library
from w2v_core import Corpus, SkipGram, load_model, save_model
from w2v_core.exchange import model_import
from w2v_core.exchange.bundles import write_bundle
from w2v_core.exchange.vector_writing import FORMATS
from w2v_core.queue.queue import Queue
from w2v_core.storage.catalog import Entry
from w2v_core.work import methods_record

TEXT = (
    "Berlin is a city in Germany. Paris is a city in France. Rome is a city in Italy. "
    "The café in Paris is open. A potato grows in the field.\n"
) * 20
VECTORS = (
    b"berlin 1 2 3\nparis 2 1 3\nrome 0 1 3\nking 1 0 1\nqueen 1 1 0\nman 0 1 1\nwoman 0 2 1\n"
)
HOSTILE = "<img src=x onerror=alert(1)> *a* $b$ :material/star: [x](http://y)"


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    import streamlit as st

    monkeypatch.setenv("W2V_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("W2V_PUBLISHED", raising=False)
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.fixture
def model():
    return SkipGram(epochs=4, dim=5).fit(Corpus.from_text(TEXT))


@pytest.fixture
def two(model):
    for id, name, created in (("aa" * 8, "First", 1.0), ("bb" * 8, HOSTILE, 2.0)):
        save_model(model, library.model_folder(id), name=name, created=created)
    return "aa" * 8, "bb" * 8


@pytest.fixture
def vectors_alone():
    return model_import.add_file(library, io.BytesIO(VECTORS), "glove.txt")


def open_page(name="library", **query):
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    at.switch_page(f"pages/{name}.py")
    for key, value in query.items():
        at.query_params[key] = value
    return well(at.run())


def well(at):
    assert not at.exception, at.exception
    return at


def button(at, label):
    return next(b for b in at.button if b.label == label)


def sentences(at):
    said = " ".join(e.value for e in [*at.error, *at.warning, *at.info, *at.success, *at.caption])
    return said.replace("\\", "")


def address(at):
    """The model that the address names."""
    named = at.query_params["model"]
    return named if isinstance(named, str) else named[0]


def listed(at):
    return at.dataframe[0].value


def upload(at, data, name="mine.zip"):
    return well(at.file_uploader[0].set_value((name, data, "application/zip")).run())


def test_without_models_the_ways_to_one_are_shown():
    at = open_page()
    assert "no model yet" in sentences(at) and len(at.file_uploader) == 1
    at = upload(at, VECTORS, "glove.txt")
    assert [e.name for e in library.models()] == ["glove"]
    assert "Added" in sentences(at) and listed(at)["Name"].tolist() == ["glove"]


def test_every_model_is_listed_with_its_numbers_the_newest_first(two, vectors_alone):
    table = listed(open_page())
    assert table["Name"].tolist() == ["glove", HOSTILE, "First"]
    assert table["Words"].tolist() == [7, 16, 16] and table["d"].tolist() == [3, 5, 5]
    assert table["Loss"].isna().tolist() == [True, False, False]
    assert (table["MB"] > 0).all() and table["Source"][0] == "glove.txt (GloVe text)"


def test_the_address_names_the_model_that_is_shown_and_hostile_names_are_text(two):
    at = open_page(model=two[1])
    assert any(m.value.startswith("### \\<img") for m in at.markdown)
    assert not any(m.allow_html for m in at.markdown)
    at = open_page(model="../../etc")
    assert address(at) == two[1]


def test_forty_models_are_listed(model):
    for i in range(40):
        save_model(model, library.model_folder(f"{i:016d}"), name=f"m{i}", created=float(i))
    at = open_page()
    assert len(listed(at)) == 40 and "40 models" in sentences(at)


def test_a_model_is_renamed(two):
    at = open_page(model=two[0])
    well(at.text_input(key=f"name-{two[0]}").set_value(" *Neu* ").run())
    at = well(button(at, "Rename").click().run())
    assert library.entry(two[0]).name == "*Neu*"
    assert any(m.value == "### \\*Neu\\*" for m in at.markdown)
    well(at.text_input(key=f"name-{two[0]}").set_value(" ").run())
    at = well(button(at, "Rename").click().run())
    assert "needs a name" in sentences(at) and library.entry(two[0]).name == "*Neu*"


def test_a_deleted_model_can_be_brought_back(two):
    at = open_page(model=two[0])
    at = well(button(at, "Delete it").click().run())
    assert [e.id for e in library.models()] == [two[1]] and "was deleted" in sentences(at)
    at = well(button(at, "Undo").click().run())
    assert {e.id for e in library.models()} == set(two)
    assert address(at) == two[0]
    for id in two:  # both, one after the other, and another visit
        at = well(button(open_page(model=id), "Delete it").click().run())
    assert "no model yet" in sentences(at)
    at = well(at.button(key=f"back-{two[0]}").click().run())
    assert [e.id for e in library.models()] == [two[0]]
    assert len(well(button(open_page(), "Restore").click().run()).dataframe[0].value) == 2


def test_a_model_in_training_is_not_deleted(two):
    Queue().put("train", {"text": None}, two[0])
    at = well(button(open_page(model=two[0]), "Delete it").click().run())
    assert "being trained" in sentences(at) and len(library.models()) == 2


def test_a_bundle_and_vectors_are_added_and_bad_files_get_a_sentence(two):
    out = io.BytesIO()
    write_bundle(out, library.model_folder(two[0]), methods_record.methods_record(library, two[0]))
    at = upload(open_page(), out.getvalue())
    (new,) = {e.id for e in library.models()} - set(two)
    assert "Added" in sentences(at) and address(at) == new
    assert load_model(library.model_folder(new)).corpus.concordance("berlin", 1)
    assert len(library.models()) == 3 and len(well(at.run()).dataframe[0].value) == 3  # once
    for data, sentence in (
        (out.getvalue()[:500], "not a complete zip"),
        (b"\x80\x04pickle", "never opened"),
        (gzip.compress(VECTORS)[:-9], "gzip"),
        (b"a 1 2\nb nan 1", "not finite"),
        (b"", "empty"),
    ):
        at = upload(open_page(), data, f"{HOSTILE}.zip")
        assert sentence in sentences(at) and "was not added" in sentences(at)
        assert "<img" in sentences(at) and not any(
            "<img" in e.value.replace("\\<img", "") for e in at.error
        )
    assert len(library.models()) == 3


def test_only_the_first_words_of_vectors_are_kept_when_asked():
    at = open_page()
    well(at.number_input(key="first_words").set_value(3).run())
    upload(at, VECTORS, "glove.txt")
    assert library.models()[0].n_words == 3


def test_every_format_can_be_chosen(two):
    at = open_page(model=two[0])
    well(at.segmented_control(key=f"take-which-{two[0]}").set_value("sum").run())
    for format in FORMATS:
        well(at.segmented_control(key=f"take-format-{two[0]}").set_value(format).run())
        assert {b.proto.label for b in at.get("download_button")} == {
            "Model (.zip)",
            "Page (.html)",
            "Vectors",
            "Methods record (.json)",
        }


@pytest.fixture
def kept(monkeypatch):
    monkeypatch.setattr(Kept, "made", [], raising=False)
    monkeypatch.setattr(app_test, "MediaFileManager", Kept)


def page_file():
    """The page that the Library's button gives."""
    ((_, page),) = [(name, file) for name, file in downloads().items() if name.endswith(".html")]
    return page.decode()


def test_a_model_is_taken_away_as_a_page_with_or_without_lines_of_its_text(two, kept):
    at = open_page(model=two[1])
    assert "lines of the text: send it only" in " ".join(c.value for c in at.caption)
    page = page_file()
    assert page.startswith("<!doctype html>") and "berlin" in page
    assert "<img src=x" not in page
    assert "Germany" in page or "France" in page or "Italy" in page  # words are in lower case
    well(at.toggle(key=f"with-lines-{two[1]}").set_value(False).run())
    assert "lines of the text: send it only" not in " ".join(c.value for c in at.caption)
    page = page_file()
    assert "berlin" in page and not any(name in page for name in ("Germany", "France", "Italy"))


def test_vectors_alone_are_taken_away_as_a_page(vectors_alone, kept):
    at = open_page(model=vectors_alone)
    assert not [one for one in at.toggle if one.key == f"with-lines-{vectors_alone}"]
    assert "berlin" in page_file()


def test_how_a_model_was_made_is_shown(two):
    table = open_page(model=two[0]).dataframe[1].value
    rows = {row[0]: tuple(row[1:]) for row in table.itertuples(index=False)}
    assert rows["Dimensions"] == ("5", "given")
    assert rows["Minimum count"] == ("1", "chosen") and rows["Ignore capitals"] == (
        "yes",
        "default",
    )
    assert rows["Window"] == ("5", "default") and rows["Batch size"] == ("–", "not used")
    assert rows["numpy"][0] == np.__version__ and rows["SHA-256 of the text"][0].endswith("…")


def test_the_class_set_is_one_link_and_read_only(two, monkeypatch):
    monkeypatch.setenv("W2V_PUBLISHED", f"{two[1]} {'f' * 16}")
    at = open_page(show="class", model=two[0])
    assert listed(at)["Name"].tolist() == [HOSTILE] and address(at) == two[1]
    assert "but not change it" in sentences(at)
    assert not any(b.label in ("Rename", "Delete it") for b in at.button)
    assert len(listed(open_page())) == 2
    monkeypatch.setenv("W2V_PUBLISHED", "")
    assert "No model is published" in sentences(open_page(show="class"))


@pytest.mark.parametrize("which", ["center", "output"])
def test_every_page_shows_vectors_that_came_alone_and_says_what_is_missing(vectors_alone, which):
    for name in ("explore", "neighbours", "analogies", "diamonds"):
        at = open_page(name, model=vectors_alone, which=which)
        by_form = ["form"] * (name in ("neighbours", "analogies"))
        assert not at.error and at.segmented_control(key="which").options == ["V", *by_form]
    at = open_page("explore", model=vectors_alone, word="king", color="frequency", size="frequency")
    assert "without counts" in sentences(at)
    assert not any("times" in m.value for m in at.markdown)
    for part in ("predicts", "why"):
        at = open_page("neighbours", model=vectors_alone, word="king", part=part)
        assert "without output vectors" in sentences(at) and not at.error
    assert "without its text" in sentences(
        open_page("neighbours", model=vectors_alone, part="text")
    )
    open_page("neighbours", model=vectors_alone, part="several")
    pairs = "man woman;king queen"
    at = open_page("diamonds", model=vectors_alone, pairs=pairs, list="your own list", why="true")
    assert "without output vectors" in sentences(at) and not at.error


def test_a_kind_of_vectors_chosen_for_another_model_is_forgotten(two, vectors_alone):
    at = open_page("explore", model=two[0])
    well(at.segmented_control(key="which").set_value("sum").run())
    at.query_params["model"] = vectors_alone
    assert well(at.run()).segmented_control(key="which").value == "center"


def test_the_record_that_is_downloaded_is_json(two):
    assert (
        json.loads(json.dumps(methods_record.methods_record(library, two[0])))["record_version"]
        == 1
    )


def test_models_of_one_name_and_minute_are_told_apart():
    old, new = (Entry(id, "a text", at, 1400, 53, 4.5) for id, at in (("a", 20), ("b", 30)))
    labels = model_labels([new, old])
    assert len(set(labels.values())) == 2
    assert model_labels([old])["a"] == labels["a"]  # a new model renames none


def test_the_page_says_what_was_left_out_of_a_file_of_vectors(two):
    data = b"4 2\nking 1 2\nqueen nan 1\nman 2 1\nking 0 0\n"
    at = upload(open_page(), data, "some.vec")
    assert "Not everything could be read" in sentences(at)
    inside = " ".join(m.value for e in at.expander for m in e.markdown)
    assert "1 row repeats a word" in inside and "not finite" in inside
