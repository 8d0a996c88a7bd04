"""The Library's download of a model as a page: at one click, or made in the background before."""

import pytest
from streamlit.testing.v1 import app_test

from pages.parts.model import page_download
from tests.app.test_library_page import button, model, open_page, own_home, two, well  # noqa: F401
from tests.app.test_visitors import Kept, downloads
from tests.operators_library import library
from w2v_core.library.word_sets import keep_set
from w2v_core.queue.queue import Queue
from w2v_core.work import worker


@pytest.fixture(autouse=True)
def large(monkeypatch):
    """Every model is one whose page takes long."""
    monkeypatch.setattr(page_download, "IN_THE_PAGE", 0.0)
    monkeypatch.setattr(page_download, "page_seconds", lambda *_: 20.0)
    monkeypatch.setattr("pages.parts.background_work.ensure_worker", lambda queue: None)
    monkeypatch.setattr(Kept, "made", [], raising=False)
    monkeypatch.setattr(app_test, "MediaFileManager", Kept)


def labels(at):
    return [b.proto.label for b in at.get("download_button")]


def files():
    return [file for name, file in downloads().items() if name.endswith(".html")]


def test_the_page_of_a_large_model_is_made_first_and_then_downloaded(two):  # noqa: F811
    at = open_page(model=two[0])
    assert "Page (.html)" not in labels(at) and not files()
    well(button(at, "Make the page (20 seconds)").click().run())
    assert [job.kind for job in Queue().unfinished()] == ["page"]
    assert "Stop" in [b.label for b in at.button]
    worker.work(Queue(), idle_seconds=0)
    at = well(at.run())
    assert "Page (.html)" in labels(at)
    (page,) = files()
    assert page.startswith(b"<!doctype html>") and b"Germany" in page


def test_other_settings_and_a_changed_model_ask_for_another_page(two):  # noqa: F811
    at = open_page(model=two[0])
    well(button(at, "Make the page (20 seconds)").click().run())
    worker.work(Queue(), idle_seconds=0)
    well(at.toggle(key=f"with-lines-{two[0]}").set_value(False).run())
    assert "Page (.html)" not in labels(at)
    well(at.toggle(key=f"with-lines-{two[0]}").set_value(True).run())
    assert "Page (.html)" in labels(at)
    keep_set(library, two[0], "capitals", ["berlin"])
    assert files() == [b""]  # drawn before the set was kept
    well(at.run())
    assert "Page (.html)" not in labels(at) and button(at, "Make the page (20 seconds)")


def test_a_waiting_page_can_be_stopped(two):  # noqa: F811
    at = open_page(model=two[0])
    well(button(at, "Make the page (20 seconds)").click().run())
    well(button(at, "Stop").click().run())
    assert not Queue().unfinished() and button(at, "Make the page (20 seconds)")
