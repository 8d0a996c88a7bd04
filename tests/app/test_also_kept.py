"""The Library shows all that counts beside the models, and lets go of it; a refused upload is not kept."""

import io
import zipfile

import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT
from tests.operators_library import library_of, queue_of
from w2v_core.exchange import model_import
from w2v_core.library import accounted_items
from w2v_core.library.choices import Choices
from w2v_core.queue.queue import Queue
from w2v_core.storage.home import home
from w2v_core.text.documents import Gathering
from w2v_core.visitors import ownership, quota
from w2v_core.visitors.ownership import Visitor
from w2v_core.work import worker

TOKEN = "d" * 32
TEXT = ("Berlin is a city in Germany. Paris is a city in France. Rome is a city.\n" * 40).encode()
VECTORS = b"berlin 1 2 3\nparis 2 1 3\nrome 0 1 3\n"
HOSTILE = "<b>a</b> *b* $c$ :red[d].txt"


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    import streamlit as st

    monkeypatch.setenv("W2V_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("W2V_SHARED", "1")
    monkeypatch.delenv("W2V_PUBLISHED", raising=False)
    monkeypatch.setattr(worker, "ensure_worker", lambda queue: None)
    import pages.parts.training.live_training

    monkeypatch.setattr(pages.parts.training.live_training, "ensure_worker", lambda queue: None)
    st.cache_resource.clear()


def me():
    return Visitor(ownership.owner_name("browser", TOKEN))


def visit(page="library", **query):
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    at.session_state["_visitor_token"] = TOKEN
    if page != "train":
        at.run()
        at.switch_page(f"pages/{page}.py")
    for name, value in query.items():
        at.query_params[name] = value
    return well(at.run())


def well(at):
    assert not at.exception, at.exception
    return at


def said(at):
    told = [*at.error, *at.warning, *at.info, *at.success, *at.caption, *at.markdown]
    return " ".join(e.value for e in told).replace("\\", "")


def labels(at):
    return [e.label for e in at.expander if e.label.startswith("Also kept")]


def used():
    return quota.used(home(), me().owner)


def kept_texts():
    folder = home() / "texts"
    return sorted(place.name for place in folder.iterdir()) if folder.is_dir() else []


def fill():
    """One of everything that counts."""
    theirs = library_of(me())
    model_import.add_file(theirs, io.BytesIO(VECTORS), "v.txt")
    key = theirs.texts.keep(HOSTILE, TEXT)
    theirs.start_training(queue_of(me()), key, "done", {}, {"epochs": 3, "dim": 4})
    worker.work(Queue(), idle_seconds=0)
    short = theirs.texts.keep("short.txt", b"berlin")
    theirs.start_training(queue_of(me()), short, "failed", {}, {})
    worker.work(Queue(), idle_seconds=0)
    files = theirs.texts.keep_files([("a.txt", [TEXT]), ("b.txt", [b"Rome is a city."])])
    chosen = Choices(left_out=("b.txt",))
    theirs.texts.prepared(files, chosen)
    theirs.texts.keep_choices(chosen)
    whole = theirs.texts.gathered(files, Gathering())
    theirs.start_training(queue_of(me()), whole, "waiting", {}, {})


def test_everything_that_counts_can_be_deleted_until_nothing_is_left():
    fill()
    theirs = library_of(me())
    found = accounted_items.kept(theirs, queue_of(me()))
    models = sum(theirs.size(entry.id) for entry in theirs.models())
    assert found.bytes + models == used().bytes  # what is shown is what counts
    at = visit()
    (label,) = labels(at)
    assert "3 texts, 2 unfinished trainings, 1 set of choices" in label
    assert "<b>a</b> *b* $c$ :red[d].txt" in said(at)
    assert "takes" in said(at) and "90 days is deleted" in said(at)
    assert not any(m.allow_html for m in at.markdown)
    # A text in use stays, with a sentence.
    (family,) = [t for t in found.texts if t.n_files == 2]
    at = well(at.button(key=f"delete-text-{family.ids[0]}").click().run())
    assert (
        "used by a training that is waiting or running" in said(at)
        and family.ids[0] in kept_texts()
    )
    at = well(next(b for b in at.button if b.label == "Stop").click().run())
    for _ in range(20):
        away = [b for b in at.button if b.label == "Delete permanently"]
        if not away:
            break
        at = well(away[0].click().run())
    assert labels(at) == [] and kept_texts() == []
    for _ in range(2):
        at = well(next(b for b in at.button if b.label == "Delete it").click().run())
    gone = [b for b in at.button if b.label == "Undo"]
    assert gone and used().bytes > 0  # what can be brought back counts, and is shown with its size
    at = visit()
    assert any("Recently deleted: 2, " in e.label for e in at.expander)
    for _ in range(2):
        at = well(next(b for b in at.button if b.label == "Delete permanently").click().run())
    assert used() == quota.Used(0, 0)
    assert "takes 0.0 MB of" in said(at)


def test_many_texts_are_deleted_at_once_but_those_in_use():
    theirs = library_of(me())
    keys = [theirs.texts.keep(f"{i}.txt", TEXT) for i in range(30)]
    theirs.start_training(queue_of(me()), keys[3], "waiting", {}, {})
    at = visit()
    assert "and 10 more" in said(at)
    at = well(at.button(key="delete-texts").click().run())
    assert kept_texts() == [keys[3]] and "were not deleted" in said(at)


def test_another_visitor_sees_and_deletes_nothing_of_it():
    fill()
    before = kept_texts()
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    at.session_state["_visitor_token"] = "e" * 32
    at.run()
    at.switch_page("pages/library.py")
    assert labels(well(at.run())) == [] and kept_texts() == before


def upload(at, name, data):
    return well(at.file_uploader[0].set_value((name, data, "text/plain")).run())


def zipped(data):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.txt", b"%PDF-1.4 and so on", "contains a damaged PDF document"),
        ("a.txt", b"", "is empty"),
        ("a.zip", b"PK\x03\x04 cut off", "damaged or was cut off"),
        ("a.zip", zipped(b"\x00\x01\x02" * 50), "None of these files contains text"),
        ("a.zip", zipped(b"berlin is a city\n" * 100_000), "of at most 1.0 MB"),
        ("a.txt", b"word " * 2_000, "at most 1,000 are allowed"),
    ],
)
def test_an_upload_that_is_refused_is_not_kept_and_says_why(monkeypatch, name, data, sentence):
    monkeypatch.setenv("W2V_MAX_OWNER_MB", "1")
    monkeypatch.setenv("W2V_MAX_TOKENS", "1000")
    at = upload(visit("train", source="Upload"), name, data)
    assert sentence in said(at) and kept_texts() == [] and "upload" not in at.query_params
    at = well(at.run())  # the sentence stays as long as the file is in the field
    assert sentence in said(at) and kept_texts() == []
    at = upload(at, "b.txt", TEXT)
    assert sentence not in said(at) and len(kept_texts()) == 1


def test_an_upload_stays_where_another_choice_may_help(monkeypatch):
    at = visit("train", source="Upload", min_count="50")
    at = upload(at, "a.txt", b"Berlin is a city. Paris is another one.")
    assert [e for e in at.error] and len(kept_texts()) == 1


def test_a_training_stopped_before_it_began_leaves_nothing_and_its_address_says_so():
    id = library_of(me()).start_training(queue_of(me()), "sample:small_world", "x", {}, {})
    at = visit("train", job=id)
    at = well(next(b for b in at.button if b.label == "Stop training").click().run())
    assert not (home() / "models" / id).exists() and used() == quota.Used(0, 0)
    assert "Cancelled before it began" in said(visit("train", job=id))


def test_the_field_for_pasting_says_how_much_it_takes(monkeypatch):
    at = visit("train", source="Paste")
    assert "up to 10 MB" in at.text_area(key="pasted").label
    monkeypatch.setenv("W2V_MAX_UPLOAD_MB", "2")
    assert "up to 2 MB" in visit("train", source="Paste").text_area(key="pasted").label


def test_a_long_paste_is_kept_and_leaves_the_field_and_a_short_one_stays(monkeypatch):
    at = visit("train", source="Paste")
    at = well(at.text_area(key="pasted").set_value(TEXT.decode()).run())
    assert at.text_area(key="pasted").value == TEXT.decode() and len(kept_texts()) == 1
    at = well(at.text_area(key="pasted").set_value(TEXT.decode() * 100).run())
    assert at.text_area(key="pasted").value == "" and len(kept_texts()) == 2
    assert "Current text: pasted text, 0.29 MB" in said(at)
    assert not next(b for b in at.button if b.label == "Train").disabled
    monkeypatch.setenv("W2V_MAX_OWNER_MB", "0.4")  # one that is refused stays where it is
    at = well(at.text_area(key="pasted").set_value(TEXT.decode() * 99).run())
    assert "of at most 0.4 MB" in said(at) and len(kept_texts()) == 2
    assert at.text_area(key="pasted").value == TEXT.decode() * 99
