"""Every page opens beside a damaged model, with its address and with another's; without a browser."""

import json
import shutil

import numpy as np
import pytest
import streamlit as st
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest, app_test

from tests import damage
from tests.conftest import ROOT
from tests.damage import DAMAGED, WHOLE
from tests.operators_library import library
from w2v_core.queue.queue import Queue
from w2v_core.storage.files import read_json, write_json
from w2v_core.storage.home import home
from w2v_core.work import worker

PAGES = (
    ("train", {}),
    ("train", {"job": DAMAGED}),
    ("explore", {"set": "cities", "color": "category"}),
    ("explore", {"map": "t-SNE"}),
    ("neighbours", {"word": "berlin"}),
    ("neighbours", {"word": "berlin", "part": "text"}),
    ("analogies", {"a": "germany", "b": "berlin", "c": "france"}),
    ("diamonds", {}),
    ("compare", {"a": DAMAGED, "b": WHOLE[0]}),
    ("compare", {"a": WHOLE[1], "b": DAMAGED, "part": "settings"}),
    ("lessons", {"lesson": "5"}),
    ("library", {}),
)
EACH = tuple({name: (name, query) for name, query in PAGES[::-1]}.values())


class ByNavigation(PagesManager):
    """Pages as a server runs them, through app.py; AppTest would run what lies in pages/ alone."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        PagesManager.uses_pages_directory = False


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("W2V_HOME", str(tmp_path_factory.mktemp("damaged") / "home"))
        patch.delenv("W2V_PUBLISHED", raising=False)
        st.cache_resource.clear()
        st.cache_data.clear()
        damage.make_home()
        yield damage.Home()
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.fixture
def folder(made, monkeypatch):
    import pages.parts.background_work
    import pages.parts.training.live_training

    monkeypatch.setattr(app_test, "PagesManager", ByNavigation)
    for module in (worker, pages.parts.training.live_training, pages.parts.background_work):
        monkeypatch.setattr(module, "ensure_worker", lambda queue: None)
    queue = Queue()
    if queue.get(DAMAGED) is None:
        queue.put("train", {"text": None}, DAMAGED)
        queue.end(DAMAGED, "done")
    return made.whole()


def visit():
    return well(AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run())


def go(at, page, **query):
    """A page in a session that may have been on others, opened by its address."""
    for name in list(at.query_params):
        del at.query_params[name]
    for name in ("model_id", "_picked"):
        if name in at.session_state:
            del at.session_state[name]
    at.switch_page(f"pages/{page}.py")
    for name, value in query.items():
        at.query_params[name] = value
    return well(at.run())


def well(at):
    assert not at.exception, at.exception
    return at


def sentences(at):
    said = " ".join(e.value for e in [*at.error, *at.warning, *at.info, *at.caption, *at.markdown])
    return said.replace("\\", "")


def button(at, label):
    return next(b for b in at.button if b.label == label)


def spoil(folder, file, **fields):
    content = {**json.loads((folder / file).read_text()), **fields}
    (folder / file).write_text(json.dumps(content))


@pytest.mark.parametrize("page", [page for page, _ in EACH])
def test_the_address_of_a_damaged_model_gets_a_sentence_and_another_is_shown(folder, page):
    spoil(folder, "about.json", name=["x"])
    at = go(visit(), page, **({"job": DAMAGED} if page == "train" else {"model": DAMAGED}))
    if page not in ("compare", "lessons"):
        assert "damaged" in sentences(at) and "“name”" in sentences(at)
        assert "It can be deleted in the Library." in sentences(at)
    assert at.sidebar.selectbox[0].value in WHOLE
    assert len(at.sidebar.selectbox[0].options) == 2


def test_two_models_are_compared_beside_a_damaged_one_and_it_is_said(folder):
    spoil(folder, "model.json", loss=[1])
    at = go(visit(), "compare", a=DAMAGED, b=WHOLE[0])
    assert "“loss”" in sentences(at) and at.selectbox(key="_a").value in WHOLE


def test_the_library_says_what_is_wrong_and_deletes_it(folder):
    spoil(folder, "model.json", created="noon")
    at = go(visit(), "library")
    assert "Damaged: 1 folder" in next(e.label for e in at.expander)
    assert "Third" in sentences(at) and "“created” is not a time" in sentences(at)
    assert len(at.dataframe[0].value) == 2
    at = well(button(at, "Delete permanently").click().run())
    assert not folder.exists() and not at.error
    assert not any(e.label.startswith("Damaged") for e in at.expander)


def test_a_damaged_folder_alone_can_be_deleted_too(folder):
    kept = [(home() / "models" / id, home() / id) for id in WHOLE]
    for place, aside in kept:
        place.rename(aside)
    try:
        (folder / "model.json").write_text("{")
        for page in ("explore", "lessons", "compare", "train"):
            go(visit(), page, model=DAMAGED)
        at = go(visit(), "library", model=DAMAGED)
        assert "no model yet" in sentences(at)
        well(button(at, "Delete permanently").click().run())
        assert not folder.exists()
    finally:
        for place, aside in kept:
            aside.rename(place)


def test_vectors_that_turn_out_to_be_damaged_when_opened_are_listed_so(folder):
    file = next(folder.glob("model-*.npz"))
    with np.load(file) as found:
        content = {name: found[name].copy() for name in found}
    content["V"][1, 1] = np.nan
    np.savez(file, **content)
    spoil(folder, "model.json")
    at = go(visit(), "explore", model=DAMAGED)
    assert "impossible numbers" in sentences(at)
    assert "impossible numbers" in sentences(go(at, "explore", model=DAMAGED))
    assert at.sidebar.selectbox[0].value in WHOLE
    at = go(visit(), "library", model=DAMAGED)
    assert len(at.dataframe[0].value) == 2
    well(button(at, "Delete permanently").click().run())
    assert not folder.exists()


def test_a_model_with_a_damaged_text_is_shown_renamed_and_deleted(folder):
    (folder / "text.txt").write_bytes(b"")
    record = read_json(folder / "model.json")
    record["origin"].pop("text")  # as of a model saved before texts were described
    write_json(folder / "model.json", record)
    at = go(visit(), "library", model=DAMAGED)
    assert "Part of this model is damaged" in sentences(at)
    well(button(at, "Delete it").click().run())
    assert not folder.exists()
    library.forget(DAMAGED)


@pytest.mark.parametrize(
    "name",
    ["history", "results", "corpus.npz", "corpus.json", "text.txt", "sets.json", "documents.json"],
)
@pytest.mark.parametrize("how", ["gone", "rubbish"])
def test_what_is_damaged_after_a_page_showed_it_gets_a_sentence_there(folder, name, how):
    at = visit()
    shown = {
        "history": [("diamonds", {}), ("train", {"job": DAMAGED})],
        "results": [("explore", {"map": "t-SNE"}), ("neighbours", {"word": "berlin"})],
        "documents.json": [("compare", {"a": DAMAGED})],
        "sets.json": [("explore", {"set": "cities"})],
    }.get(name, [("neighbours", {"word": "berlin", "part": "text"}), ("train", {"job": DAMAGED})])
    for page, query in shown:
        go(at, page, model=DAMAGED, **query)
    place = folder / name
    files = list(place.iterdir()) if place.is_dir() else [place]
    if how == "gone":
        shutil.rmtree(place) if place.is_dir() else place.unlink()
    else:
        for file in files:
            file.write_bytes(b"rubbish")
    for page, query in shown:
        go(at, page, model=DAMAGED, **query)
    if (name, how) == ("sets.json", "rubbish"):
        assert "kept selections cannot be read" in sentences(at)


def _open_everything(made, seeds, pages):
    opened = 0
    for seed in seeds:
        queue = Queue()
        if queue.get(DAMAGED) is None:
            queue.put("train", {"text": None}, DAMAGED)
            queue.end(DAMAGED, "done")
        told = damage.damage(made.whole(), seed)
        at = visit()
        try:
            for id in (DAMAGED, WHOLE[0]):
                for page, query in pages:
                    where = f"{page} {query} of {id[0]}"
                    go(at, page, **{**query, "model": id})
                    opened += 1
                    for problem in at.error:
                        assert problem.value.endswith(".") and " " in problem.value, problem.value
            where = "the way to delete it"
            at = go(at, "library", model=DAMAGED)
            damaged = {one.id for one in library.damaged(queue)}
            label = "Delete permanently" if DAMAGED in damaged else "Delete it"
            well(button(at, label).click().run())
        except Exception as error:
            raise AssertionError(f"damage {told}, {where}: {error}") from error
        assert not (home() / "models" / DAMAGED).exists(), told
        if library.deleted():
            library.forget(DAMAGED)
    print(f"{len(seeds)} damages: {opened:,} pages opened")


@pytest.mark.slow
def test_every_page_opens_beside_damage_by_dice(made, folder):
    _open_everything(made, range(5000, 5006), EACH)


@pytest.mark.slow
def test_every_part_of_every_page_opens_beside_damage_by_dice(made, folder):
    _open_everything(made, range(5100, 5160), PAGES)
