"""The page Compare and the choice of many files, driven without a browser."""

import io
import zipfile

import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT
from tests.operators_library import library
from w2v_core.library.choices import Choices
from w2v_core.library.model_documents import model_documents
from w2v_core.queue.queue import Queue
from w2v_core.work import worker

LINES = (
    "Berlin is a city in Germany. Paris is a city in France. A cat and a dog play in the garden.\n"
)


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    import streamlit as st

    monkeypatch.setenv("W2V_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(worker, "ensure_worker", lambda queue: None)
    st.cache_resource.clear()


def packed():
    data = io.BytesIO()
    words = ["river", "tree", "stone", "cloud", "bird", "fish", "wind", "sun"]
    words += ["moon", "star", "hill", "lake", "road", "house", "door"]
    with zipfile.ZipFile(data, "w") as archive:
        for i in range(6):
            name = f"{'old' if i < 3 else 'new'}/{i}.txt"
            text = "".join(
                f"The {words[(j + i) % 15]} and the {words[(j * 3) % 15]} meet a {words[j % 15]}.\n"
                for j in range(60)
            )
            archive.writestr(name, f"Header No. {i}\n" + LINES * 20 + text)
    return data.getvalue()


def well(at):
    assert not at.exception, at.exception
    return at


def sentences(at):
    told = [*at.error, *at.warning, *at.info, *at.success, *at.markdown, *at.caption]
    return " ".join(e.value for e in told).replace("\\", "")


def test_a_zip_is_chosen_from_prepared_and_trained(monkeypatch):
    import pages.parts.live_training

    monkeypatch.setattr(pages.parts.live_training, "ensure_worker", lambda queue: None)
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    at.query_params["source"] = "Upload"
    well(at.run())
    well(at.file_uploader(key="file").set_value(("texts.zip", packed(), "application/zip")).run())
    assert any("6 documents" in e.label for e in at.expander)
    by_folder = next(m for m in at.multiselect if m.label == "Only folder")
    well(by_folder.set_value(["old"]).run())
    assert any("3 go in" in e.label for e in at.expander)
    well(at.toggle(key="_find_lines").set_value(True).run())
    well(at.button(key="all_lines").click().run())
    chosen = library.texts.kept_choices(at.query_params["choices"])
    assert chosen.chosen == {"folder": ("old",)} and "header no. #" in chosen.preparation.drop_lines
    well(at.button(key="start").click().run())
    worker.work(Queue(), idle_seconds=0)
    (entry,) = library.models()
    text = (library.model_folder(entry.id) / "text.txt").read_text()
    assert "Header" not in text and len(model_documents(library.model_folder(entry.id))) == 3


def train(name, folder):
    key = library.texts.keep_files([("texts.zip", [packed()])])
    text = library.texts.prepared(key, Choices(chosen={"folder": folder} if folder else {}))
    id = library.start_training(Queue(), text, name, {}, {"epochs": 6, "dim": 8})
    worker.work(Queue(), idle_seconds=0)
    return id


def compare(**query):
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    for name, value in query.items():
        at.query_params[name] = value
    return well(at.switch_page("pages/compare.py").run())


def test_one_model_alone_is_not_compared():
    assert "Two models are needed" in sentences(compare())


def test_two_models_are_compared_in_every_part():
    a, b = train("Old", ("old",)), train("New", ("new",))
    at = compare(a=a, b=b)
    assert "Not tested yet" in sentences(at) and "nearest words are the same" in sentences(at)
    listed = at.dataframe[0].value
    assert {"word", "distance", "in A", "in B"} <= set(listed) and "q" not in listed
    worker.work(Queue(), idle_seconds=0)  # the page asked for the test when it was opened
    well(at.run())
    assert "is used differently** beyond doubt" in sentences(at)
    assert "not a change of meaning" in sentences(at)
    assert "q" in at.dataframe[0].value
    well(at.text_input(key="sought").set_value("ber").run())
    assert list(at.dataframe[0].value["word"]) == ["berlin"]
    for part, told in (
        ("word", "The test finds no difference in its use"),
        ("keyness", "log-likelihood"),
        ("settings", "Losses can be compared"),
    ):
        at = compare(a=a, b=b, part=part, word="berlin")
        assert told in sentences(at)


def test_two_halves_are_trained_by_metadata():
    train("Whole", ())
    at = compare()
    well(at.selectbox(key="half_by").set_value("folder").run())
    well(at.button(key="train_halves").click().run())
    worker.work(Queue(), idle_seconds=0)
    assert len(library.models()) == 3
    well(at.run())
    assert "shared words" in sentences(at)
