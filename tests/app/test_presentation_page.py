"""Presentation: every page runs, the address keeps it from page to page, and there is a way out."""

import shutil

import pytest
import streamlit as st
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest, app_test

from tests.conftest import ROOT
from w2v_core.work import worker
from w2v_core.work.sample_models import make_samples

PAGES = (
    *("start", "train", "explore", "neighbours", "analogies"),
    *("diamonds", "compare", "lessons", "library"),
)


class ByNavigation(PagesManager):
    """Pages as a server runs them, through app.py."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        PagesManager.uses_pages_directory = False


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    home = tmp_path_factory.mktemp("samples")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("W2V_SAMPLES", "1")
        make_samples(home)
    return home


@pytest.fixture(autouse=True)
def home(made, tmp_path, monkeypatch):
    shutil.copytree(made / "models", tmp_path / "home" / "models")
    monkeypatch.setenv("W2V_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("W2V_SAMPLES", "1")
    monkeypatch.setattr(app_test, "PagesManager", ByNavigation)
    monkeypatch.setattr(worker, "ensure_worker", lambda queue: None)
    st.cache_resource.clear()


def app(**query):
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    at.query_params.update(query)
    return well(at.run())


def well(at):
    assert not at.exception, at.exception
    return at


def pressed(at, label):
    return well(next(b for b in at.button if b.label == label).click().run())


def labels(at):
    return [button.label for button in at.button]


def test_every_page_is_presented_and_the_address_keeps_it():
    at = app(present="true")
    for page in PAGES:
        at.query_params.pop("present", None)  # as a link of the navigation leaves it out
        well(at.switch_page(f"pages/{page}.py").run())
        assert at.query_params["present"] in ("true", ["true"]), page
        assert "Leave presentation" in labels(at), page
        assert len([link for link in at.get("page_link") if link.proto.icon]) >= len(PAGES), page


def test_the_switch_presents_and_the_way_out_leads_back():
    at = app()
    assert "Leave presentation" not in labels(at) and "present" not in at.query_params
    pressed(at, "Present")
    assert at.query_params["present"] in ("true", ["true"])
    pressed(at, "Leave presentation")
    assert "present" not in at.query_params and "Leave presentation" not in labels(at)
    well(at.switch_page("pages/neighbours.py").run())
    assert "present" not in at.query_params


def test_what_is_neither_true_nor_false_presents_nothing():
    at = app(present="perhaps")
    assert "Leave presentation" not in labels(at) and "present" not in at.query_params


def test_plots_are_told_the_least_size_of_type_only_where_they_are_presented(monkeypatch):
    import pages.plot.component as component

    told = []
    monkeypatch.setattr(component, "_component", lambda **given: told.append(given))
    app()
    assert told and {one["data"]["least_type"] for one in told} == {None}
    told.clear()
    app(present="true")
    assert told and {one["data"]["least_type"] for one in told} == {18}
    assert {one["height"] for one in told} == {"content"}  # it fills the window
