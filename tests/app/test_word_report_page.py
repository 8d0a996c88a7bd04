"""The button of a word report, and what the file says of a real model; driven without a browser."""

import re

import pytest
import streamlit as st
from streamlit.testing.v1 import app_test

from tests.app.test_neighbours_page import TEXT, neighbours, well
from tests.app.test_visitors import Kept, downloads
from tests.conftest import ROOT
from tests.operators_library import library
from tests.unit.test_word_report import Reader
from w2v_core import Corpus, SkipGram, save_model
from w2v_core.library import word_sets
from w2v_core.library.choices import Choices
from w2v_core.queue.queue import Queue
from w2v_core.work import analyses, worker


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("W2V_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(app_test, "MediaFileManager", Kept)
    monkeypatch.setattr(worker, "ensure_worker", lambda queue: None)
    Kept.made = []
    st.cache_resource.clear()
    st.cache_data.clear()


def trained(text=TEXT, id="ab" * 8, name="Cities", with_text=True):
    model = SkipGram(epochs=5).fit(Corpus.from_text(text))
    if not with_text:
        model.corpus = None
    return save_model(model, library.model_folder(id), name=name, created=1.0).name


def report(word, **query):
    well(neighbours(word=word, **query))
    return downloads()[f"{word}.html"]


def test_the_report_says_what_the_pages_show():
    id = trained()
    word_sets.keep_set(library, id, "Capitals", ["berlin", "paris"])
    page = Reader(report("paris", model=id)).said
    assert "40 times in the text" in page and "per million words" in page
    assert "has not been measured: use the button How sure? on Neighbours" in page
    (near, _), *_ = library.load(id).vectors("center").most_similar("paris", 1)
    assert f"1{near}" in page
    assert "10 of its 40 lines" in page and "Paris is a city in France." in page
    assert "kept selections: Capitals" in page and "In the text" in page
    assert re.search(
        r"“Cities”, word vectors \(\d+ words, \d+ dimensions\), trained 1970-01-01", page
    )
    assert "SHA-256 of vectors" in page and "Window: 5" in page


def test_how_sure_the_nearest_are_is_said_once_it_is_measured():
    files = [(f"{year}.txt", [TEXT.encode()]) for year in range(1850, 1890, 10)]
    text = library.texts.prepared(library.texts.keep_files(files), Choices())
    id = library.start_training(Queue(), text, "Years", {}, {"epochs": 3, "dim": 8})
    worker.work(Queue(), idle_seconds=0)
    analyses.start(library, Queue(), "certainty", id, {"splits": 10, "seed": 0})
    worker.work(Queue(), idle_seconds=0)
    page = Reader(report("paris", model=id)).said
    assert "in both halves, of 10 splits" in page and "of 4 whole documents" in page
    assert "has not been measured" not in page
    assert "Paris is a city in France. 1870.txt" in page


def test_a_model_without_its_text_says_what_is_missing():
    page = Reader(report("paris", model=trained(with_text=False))).said
    assert "this needs the text" in page
    assert "This model came without its text" in page.partition("In the text")[2]
    assert "N/n:" in page and "Specific to it" in page  # it still predicts


def test_words_of_another_script_and_hostile_ones_are_text():
    text = "המלך גר בטירה <b>x</b>. המלכה גרה בטירה & ליד הים. הנסיך רוכב על סוס.\n" * 30
    page = report("המלך", model=trained(text, name="<img src=x onerror=alert(1)>"))
    found = Reader(page)
    assert "המלך גר בטירה <b>x</b>" in found.said and "img" not in found.tags
    assert '<h1 dir="auto" lang="">המלך</h1>' in page.decode()
    assert "none of the ready lists" in found.said


def test_it_is_offered_on_explore_where_a_word_is_selected():
    id = trained()
    at = app_test.AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    at.switch_page("pages/explore.py")
    at.query_params["model"] = id
    well(at.run())
    assert "paris.html" not in downloads()
    at.query_params["word"] = "paris"
    well(at.run())
    assert b'lang="">paris</h1>' in downloads()["paris.html"]
