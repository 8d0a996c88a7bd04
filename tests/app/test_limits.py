"""Every limit that an operator sets: a sentence when it is reached, and what was there stays."""

import io

import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT
from tests.operators_library import library, library_of, queue_of
from w2v_core import Corpus, SkipGram, save_model
from w2v_core.exchange import model_import
from w2v_core.queue.queue import Queue
from w2v_core.storage import limits
from w2v_core.storage.home import home, new_id
from w2v_core.visitors import ownership, quota
from w2v_core.visitors.ownership import Visitor
from w2v_core.work import worker

VECTORS = b"berlin 1 2 3\nparis 2 1 3\nrome 0 1 3\n"
TOKEN = "d" * 32


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    import streamlit as st

    monkeypatch.setenv("W2V_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(worker, "ensure_worker", lambda queue: None)
    import pages.parts.training.live_training

    monkeypatch.setattr(pages.parts.training.live_training, "ensure_worker", lambda queue: None)
    st.cache_resource.clear()


def browser(token):
    return Visitor(ownership.owner_name("browser", token))


@pytest.fixture
def dora(monkeypatch):
    monkeypatch.setenv("W2V_SHARED", "1")
    return library_of(browser(TOKEN))


def train_page(**query):
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    at.session_state["_visitor_token"] = TOKEN
    for name, value in query.items():
        at.query_params[name] = value
    at.run()
    at.switch_page("pages/train.py").run()
    assert not at.exception
    return at


def problem(at):
    said = " ".join(e.value for e in at.error).replace("\\", "")
    start = [b for b in at.button if b.label == "Train"]
    assert not start or start[0].disabled
    return said


@pytest.mark.parametrize(
    ("name", "value", "query", "sentence"),
    [
        ("W2V_MAX_TOKENS", "1000", {}, "at most 1,000 are allowed. Use a shorter text"),
        (
            "W2V_MAX_WORDS",
            "100",
            {},
            "at most 100 are allowed. Lower the maximum vocabulary",
        ),
        ("W2V_MAX_DIM", "10", {"dim": "11"}, "at most 10 dimensions are allowed"),
        ("W2V_MAX_QUEUE", "0", {}, "0 jobs are already waiting"),
    ],
)
def test_a_training_above_a_limit_gets_a_sentence(monkeypatch, name, value, query, sentence):
    monkeypatch.setenv(name, value)
    assert sentence in problem(train_page(**query))


def test_the_worker_holds_to_the_limits_too(monkeypatch):
    for name, value in (
        ("W2V_MAX_TOKENS", "1000"),
        ("W2V_MAX_WORDS", "100"),
        ("W2V_MAX_DIM", "10"),
    ):
        with monkeypatch.context() as patch:
            id = library.start_training(Queue(), "sample:small_world", "x", {}, {"dim": 12})
            patch.setenv(name, value)
            worker.work(Queue(), idle_seconds=0)
            job = Queue().get(id)
            assert job.state == "failed" and f"at most {int(value):,}" in job.message


def test_a_text_that_is_too_large_is_not_kept(monkeypatch):
    monkeypatch.setenv("W2V_MAX_UPLOAD_MB", "0.001")
    with pytest.raises(ValueError, match="at most 0.001 MB are accepted"):
        library.texts.keep("a.txt", iter([b"a " * 400, b"b " * 400]))
    assert list((home() / "texts").iterdir()) == []
    at = train_page(source="Paste")
    at.text_area(key="pasted").set_value("Berlin is a city. " * 100).run()
    assert "at most 0.001 MB" in problem(at)


def test_imports_hold_to_words_and_dimensions(monkeypatch):
    for name, value, sentence in (
        ("W2V_MAX_WORDS", "2", "at most 2 are accepted"),
        ("W2V_MAX_DIM", "2", "at most 2 are accepted"),
    ):
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            with pytest.raises(ValueError, match=sentence):
                model_import.add_file(library, io.BytesIO(VECTORS), "v.txt")
    assert library.models() == []


def test_an_owner_has_so_many_models_and_so_many_bytes(dora, monkeypatch):
    first = model_import.add_file(dora, io.BytesIO(VECTORS), "v.txt")
    monkeypatch.setenv("W2V_MAX_MODELS", "1")
    for more in (
        lambda: model_import.add_file(dora, io.BytesIO(VECTORS), "w.txt"),
        lambda: dora.start_training(queue_of(dora.visitor), "sample:small_world", "x", {}, {}),
    ):
        with pytest.raises(ValueError, match="You have 1 models, of at most 1"):
            more()
    assert "You have 1 models, of at most 1: delete one" in problem(train_page())
    monkeypatch.setenv("W2V_MAX_MODELS", "9")
    full = (
        quota.used(home(), dora.visitor.owner).bytes + 12
    )  # a time may be written a little longer
    monkeypatch.setenv("W2V_MAX_OWNER_MB", str(full / 1e6))
    with pytest.raises(ValueError, match="delete models in the Library"):
        model_import.add_file(dora, io.BytesIO(VECTORS), "w.txt")
    with pytest.raises(ValueError, match="delete models in the Library"):
        dora.texts.keep("a.txt", b"Berlin is a city.")
    assert [e.id for e in dora.models()] == [first]
    assert [f.name for f in (home() / "models").iterdir()] == [first]  # nothing half made
    dora.delete(queue_of(dora.visitor), first)  # what can be brought back takes room too
    with pytest.raises(ValueError, match="permanently"):
        model_import.add_file(dora, io.BytesIO(VECTORS), "w.txt")
    dora.forget(first)
    model_import.add_file(dora, io.BytesIO(VECTORS), "w.txt")


def test_another_owner_has_room_of_their_own(dora, monkeypatch):
    monkeypatch.setenv("W2V_MAX_MODELS", "1")
    model_import.add_file(dora, io.BytesIO(VECTORS), "v.txt")
    other = library_of(browser("e" * 32))
    model_import.add_file(other, io.BytesIO(VECTORS), "v.txt")
    assert quota.used(home(), other.visitor.owner).models == 1
    assert quota.used(home(), dora.visitor.owner).models == 1


def test_a_person_waits_with_so_many_jobs(dora, monkeypatch):
    monkeypatch.setenv("W2V_MAX_OWNER_QUEUE", "2")
    model = model_import.add_file(dora, io.BytesIO(VECTORS), "v.txt")
    queue = queue_of(dora.visitor)
    for seed in range(2):
        queue.put("tsne", {"model": model, "parameters": {"seed": seed}})
    with pytest.raises(ValueError, match="2 jobs of yours are already waiting"):
        queue.put("tsne", {"model": model, "parameters": {}})
    assert "2 jobs of yours are already waiting" in problem(train_page())
    queue_of(browser("e" * 32)).put("tsne", {"model": model, "parameters": {}})
    monkeypatch.setenv("W2V_MAX_QUEUE", "3")
    other = browser("f" * 32)
    with pytest.raises(ValueError, match="3 jobs are already waiting"):
        library_of(other).start_training(queue_of(other), "sample:small_world", "x", {}, {})
    assert len(list((home() / "models").iterdir())) == 1  # no folder is left behind


def test_a_machine_of_ones_own_has_no_owners_limits(monkeypatch):
    monkeypatch.delenv("W2V_SHARED", raising=False)
    for name in ("W2V_MAX_MODELS", "W2V_MAX_OWNER_MB", "W2V_MAX_OWNER_QUEUE"):
        monkeypatch.setenv(name, "0")
    model_import.add_file(library, io.BytesIO(VECTORS), "v.txt")
    library.start_training(Queue(), "sample:small_world", "x", {}, {})
    assert len(library.models()) == 1


def test_a_bundle_above_the_dimension_is_refused(monkeypatch):
    from w2v_core.exchange.bundles import write_bundle
    from w2v_core.work.methods_record import methods_record

    model = SkipGram(epochs=2, dim=3).fit(Corpus.from_text("a b c. b c a. c a b. " * 20))
    id = new_id()
    save_model(model, library.model_folder(id), name="x", created=1.0)
    out = io.BytesIO()
    write_bundle(out, library.model_folder(id), methods_record(library, id))
    monkeypatch.setenv("W2V_MAX_DIM", "2")
    with pytest.raises(ValueError, match="3 dimensions; at most 2"):
        model_import.add_file(library, out, "x.zip")


def test_limits_that_are_no_numbers_are_the_defaults(monkeypatch):
    monkeypatch.setenv("W2V_MAX_MODELS", "many")
    assert limits.max_models() == 50
