"""Every page with a full disk and with a read-only folder: it shows what there is, with one banner."""

import pytest
import streamlit as st
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest, app_test

from tests.conftest import ROOT
from tests.disk import own_disk
from tests.operators_library import library
from w2v_core import Corpus, SkipGram, save_model
from w2v_core.library import training_history
from w2v_core.library.model_files import save_corpus
from w2v_core.queue.queue import Queue
from w2v_core.storage import write_access

TEXT = (
    "Berlin is a city in Germany. Paris is a city in France. Rome is a city in Italy. "
    "The café in Paris is open. A potato grows in the field.\n"
) * 20
PAGES = ("train", "explore", "neighbours", "analogies", "diamonds", "compare", "lessons", "library")
ID = "5a" * 16


class ByNavigation(PagesManager):
    """Pages as a server runs them, through app.py; AppTest would run what lies in pages/ alone."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        PagesManager.uses_pages_directory = False


@pytest.fixture(scope="module")
def furnished(tmp_path_factory):
    """A disk that holds a model with its text and the passes of its training."""
    with (
        own_disk(tmp_path_factory.mktemp("disk") / "home") as disk,
        pytest.MonkeyPatch.context() as m,
    ):
        m.setenv("W2V_HOME", str(disk.place))
        corpus = Corpus.from_text(TEXT)
        folder = library.model_folder(ID)
        folder.mkdir(parents=True)
        recorder = training_history.Recorder(folder, corpus.vocabulary)
        model = SkipGram(epochs=4, dim=5).fit(corpus, lambda p: recorder(p, p.V[:, 0]))
        save_corpus(corpus, folder)
        save_model(model, folder, name="Cities", created=1.0)
        Queue()
        library.models()
        yield disk


@pytest.fixture(params=["full", "read-only"])
def disk(request, furnished, monkeypatch):
    monkeypatch.setenv("W2V_HOME", str(furnished.place))
    monkeypatch.delenv("W2V_SHARED", raising=False)
    monkeypatch.setattr(app_test, "PagesManager", ByNavigation)
    monkeypatch.setattr(write_access, "_answers", {})
    st.cache_resource.clear()
    st.cache_data.clear()
    if request.param == "full":
        furnished.fill()
        yield request.param
        furnished.empty()
    else:
        furnished.mount("ro")
        yield request.param
        furnished.mount("rw")


def visit(page, **query):
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    if page != "train" or not query:  # what asks for training at the first page is led there
        at.run()
        at.switch_page(f"pages/{page}.py")
    for name, value in query.items():
        at.query_params[name] = value
    return at.run()


def banners(at):
    return [w.value for w in at.warning if "disk is full" in w.value or "read-only" in w.value]


# A read-only folder shows itself to a page in one way, so two pages stand for all by default.
WITH_EACH_DISK = [("full", page) for page in PAGES] + [
    pytest.param(
        "read-only", page, marks=[] if page in ("neighbours", "library") else pytest.mark.slow
    )
    for page in PAGES
]


@pytest.mark.parametrize(("disk", "page"), WITH_EACH_DISK, indirect=["disk"])
def test_a_page_that_reads_opens_with_one_banner(disk, page):
    at = visit(page, model=ID, word="paris")
    assert not at.exception, at.exception
    assert len(banners(at)) == 1
    assert not at.error, [e.value for e in at.error]
    if page in ("explore", "neighbours", "diamonds"):
        shown = [part.proto.component_name for part in at.get("bidi_component")]
        assert "w2v_plot" in shown, "no plot"
    if page == "neighbours":
        assert any("in the text" in c.value for c in [*at.caption, *at.markdown])
    if page == "library":
        assert list(at.dataframe[0].value["Name"]) == ["Cities"]


def test_strangers_are_served_too(disk, monkeypatch):
    monkeypatch.setenv("W2V_SHARED", "1")
    at = visit("neighbours", model=ID, word="paris")
    assert not at.exception and not at.error and len(banners(at)) == 1


def test_no_training_is_begun_and_the_page_says_why(disk):
    at = visit("train")
    train = next(b for b in at.button if b.label == "Train")
    if disk == "full":
        assert train.disabled and len(banners(at)) == 1
    else:
        train.click().run()
        assert not at.exception and any("read" in e.value for e in [*at.error, *at.toast])
    assert [e.name for e in library.models()] == ["Cities"]


def test_a_model_is_deleted_and_brought_back_on_a_full_disk(disk):
    at = visit("library", model=ID)
    next(b for b in at.button if b.label == "Delete it").click().run()
    assert not at.exception
    if disk == "read-only":
        assert at.error and [e.name for e in library.models()] == ["Cities"]
        return
    assert not at.error and library.models() == []
    next(b for b in at.button if b.label == "Undo").click().run()
    assert not at.exception and not at.error and [e.name for e in library.models()] == ["Cities"]
