"""Uploads in the server's memory: refused before they are read where there is no room, and let go of as
soon as they are saved."""

import gzip

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.benchmarks.uploads import attack, put, running, session
from tests.conftest import ROOT
from tests.operators_library import library

pytest.importorskip("websockets", reason="pip install -r tests/requirements.txt")

TEXT = b"Berlin is a city in Germany. Paris is a city in France. Rome is a city in Italy.\n" * 50


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("W2V_HOME", str(tmp_path / "home"))
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    limits = {"W2V_MAX_UPLOAD_MB": "40", "W2V_MAX_HELD_UPLOADS_MB": "120", "W2V_SHARED": "1"}
    with running("serve.py", tmp_path_factory.mktemp("server"), **limits) as server:
        with session(server.port) as id:  # what a first page and a first upload import
            put(server.port, id, "first", 1_000)
        yield server


def test_raw_uploads_without_a_field_are_bounded(server):
    before, after, statuses = attack(server, puts=9, size=38_000_000)
    assert statuses == {204: 2, 413: 7}
    assert after - before < 120
    before, after, statuses = attack(server, puts=3, size=38_000_000, sessions=4)
    assert statuses[503] > 0 and statuses[204] <= 3
    assert after - before < 160


def test_what_is_too_large_or_says_no_length_is_not_read(server):
    with session(server.port) as id:
        assert put(server.port, id, "a", 42_000_000) == 413
        assert put(server.port, id, "b", 1_000, told=None) == 411
        assert put(server.port, id, "c", 1_000) == 204
        assert put(server.port, "f0b1a5c2-no-session", "d", 1_000) == 400


def page(name, **query):
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for parameter, value in query.items():
        at.query_params[parameter] = value
    at.run()
    return at if name == "train" else at.switch_page(f"pages/{name}.py").run()


def named(at):
    value = at.query_params["upload"]
    return value[0] if isinstance(value, list) else value


def well(at):
    assert not at.exception, at.exception
    return at


def test_a_text_is_let_go_of_when_it_is_saved_and_others_can_be_added():
    at = page("train", source="Upload")
    first = ("a.txt", TEXT, "text/plain")
    well(at.file_uploader[0].set_value([first]).run())
    key = named(at)
    assert library.texts.file(key).read_bytes() == TEXT
    well(at.file_uploader[0].set_value([first, ("b.txt", TEXT * 2, "text/plain")]).run())
    both = named(at)
    assert [(s.name, s.path.stat().st_size) for s in library.texts.sources(both)] == [
        ("a.txt", len(TEXT)),
        ("b.txt", 2 * len(TEXT)),
    ]


def test_a_refused_text_is_let_go_of_too_and_its_sentence_stays(monkeypatch):
    monkeypatch.setenv("W2V_MAX_UPLOAD_MB", "0.001")
    at = page("train", source="Upload")
    at.file_uploader[0].set_value([("a.txt", TEXT, "text/plain")]).run()
    for _ in range(2):
        assert any("MB are accepted" in e.value for e in well(at).error)
        at.run()


def test_a_model_is_let_go_of_when_it_is_taken_in():
    at = page("library")
    vectors = gzip.compress(b"3 2\na 1 2\nb 2 1\nc 0 1\n")
    well(at.file_uploader[0].set_value(("v.txt.gz", vectors, "application/gzip")).run())
    assert len(library.models()) == 1
    assert any("Added" in said.value for said in at.success)
    well(at.run())
    assert any("Added" in said.value for said in at.success) and len(library.models()) == 1
