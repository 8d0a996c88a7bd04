"""A damaged folder harms nobody: the others are listed, it says what is wrong, and it can be deleted."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tests import damage
from tests.conftest import ROOT
from tests.damage import DAMAGED, WHOLE
from tests.operators_library import library, library_of
from w2v_core import load_model
from w2v_core.library import folder_contents, training_history, word_sets
from w2v_core.library import library as library_module
from w2v_core.library.choices import NOTHING, Choices
from w2v_core.library.deletion import forget_deleted
from w2v_core.library.library import unfinished_trainings
from w2v_core.library.model_documents import model_documents
from w2v_core.library.model_files import write_about
from w2v_core.queue.queue import Queue
from w2v_core.storage import array_tables, catalog
from w2v_core.storage.files import Damaged, read_arrays, read_json, remove, write_json
from w2v_core.storage.home import home
from w2v_core.visitors.ownership import Visitor
from w2v_core.work import analyses, worker

NAN = float("nan")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A home with two whole models and one that each test damages."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("W2V_HOME", str(tmp_path_factory.mktemp("damaged") / "home"))
        patch.delenv("W2V_PUBLISHED", raising=False)
        damage.make_home()
        yield damage.Home()


@pytest.fixture
def folder(made):
    """The third model's folder, whole."""
    queue = Queue()
    if queue.get(DAMAGED) is None:
        queue.put("train", {"text": None}, DAMAGED)
        queue.end(DAMAGED, "done")
    return made.whole()


def changed(folder, file, **fields):
    """Other values of fields in a file of JSON."""
    content = {**json.loads((folder / file).read_text()), **fields}
    (folder / file).write_text(json.dumps(content))


def repacked(file, **arrays):
    with np.load(file) as found:
        content = {**{name: found[name] for name in found}, **arrays}
    np.savez(file, **{name: array for name, array in content.items() if array is not None})


def vectors(folder):
    return next(folder.glob("model-*.npz"))


def exchanged(path, how):
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    how(path)


# What took every page down, or hid a model: (what is damaged, what its sentence names).

EXAMPLES = {
    "about is a list": (lambda f: write_json(f / "about.json", []), "about.json"),
    "about is cut": (lambda f: (f / "about.json").write_text('{"name": "Th'), "about.json"),
    "a name is a list": (lambda f: changed(f, "about.json", name=["x"]), "“name”"),
    "a name is half a surrogate": (lambda f: changed(f, "about.json", name="\ud800"), "“name”"),
    "a name without end": (lambda f: changed(f, "about.json", name="x" * 10**6), "“name”"),
    "an owner is a number": (lambda f: changed(f, "about.json", owner=5), "“owner”"),
    "a source is a table": (lambda f: changed(f, "about.json", source={}), "“source”"),
    "a loss is a list": (lambda f: changed(f, "model.json", loss=[1.0]), "“loss”"),
    "a loss is NaN": (lambda f: changed(f, "model.json", loss=NAN), "“loss”"),
    "a loss is true": (lambda f: changed(f, "model.json", loss=True), "“loss”"),
    "created is a text": (lambda f: changed(f, "model.json", created="noon"), "“created”"),
    "created is 1e300": (lambda f: changed(f, "model.json", created=1e300), "“created”"),
    "created is infinite": (lambda f: changed(f, "model.json", created=1e999), "“created”"),
    "created before 1970": (lambda f: changed(f, "model.json", created=-1), "“created”"),
    "a shape of texts": (lambda f: changed(f, "model.json", shape=["x", "y"]), "“shape”"),
    "a shape of one": (lambda f: changed(f, "model.json", shape=[3]), "“shape”"),
    "a shape below zero": (lambda f: changed(f, "model.json", shape=[-3, 5]), "“shape”"),
    "an enormous shape": (lambda f: changed(f, "model.json", shape=[10**40, 5]), "“shape”"),
    "enormous words of text": (lambda f: changed(f, "model.json", n_tokens=10**40), "“n_tokens”"),
    "words are numbers": (lambda f: changed(f, "model.json", words=[1, 2]), "“words”"),
    "words are a text": (lambda f: changed(f, "model.json", words="abc"), "“words”"),
    "a word twice": (
        lambda f: changed(f, "model.json", words=["a"] * read_json(f / "model.json")["shape"][0]),
        "“words”",
    ),
    "too few words": (
        lambda f: changed(f, "model.json", words=["a"]),
        "numbers of its words and vectors differ",
    ),
    "parameters are a list": (lambda f: changed(f, "model.json", parameters=[]), "“parameters”"),
    "an unknown setting": (
        lambda f: changed(f, "model.json", parameters={"colour": "red"}),
        "“parameters”",
    ),
    "a setting that may not be": (
        lambda f: changed(f, "model.json", parameters={"dim": 10**400}),
        "“parameters”",
    ),
    "seconds below zero": (lambda f: changed(f, "model.json", seconds=-5), "“seconds”"),
    "a version that is a text": (
        lambda f: changed(f, "model.json", schema_version="1"),
        "schema version",
    ),
    "a newer version": (lambda f: changed(f, "model.json", schema_version=99), "newer version"),
    "arrays elsewhere": (
        lambda f: changed(f, "model.json", arrays="../../../etc/passwd"),
        "“arrays”",
    ),
    "another's arrays": (
        lambda f: changed(f, "model.json", arrays=f"../{WHOLE[0]}/model-{'0' * 16}.npz"),
        "“arrays”",
    ),
    "model.json is cut": (
        lambda f: (f / "model.json").write_text((f / "model.json").read_text()[:100]),
        "model.json",
    ),
    "model.json is empty": (lambda f: (f / "model.json").write_bytes(b""), "model.json"),
    "model.json is nested without end": (
        lambda f: (f / "model.json").write_text("[" * 100_000),
        "model.json",
    ),
    "model.json is no UTF-8": (
        lambda f: (f / "model.json").write_bytes(b'{"name": "\xff"}'),
        "model.json",
    ),
    "model.json is missing": (lambda f: (f / "model.json").unlink(), "model.json"),
    "model.json is a folder": (
        lambda f: exchanged(f / "model.json", lambda path: path.mkdir()),
        "model.json",
    ),
    "model.json is a pipe": (lambda f: exchanged(f / "model.json", os.mkfifo), "model.json"),
    "model.json leads to itself": (
        lambda f: exchanged(f / "model.json", lambda path: path.symlink_to("model.json")),
        "model.json",
    ),
    "model.json leads to a device": (
        lambda f: exchanged(f / "model.json", lambda path: path.symlink_to("/dev/zero")),
        "model.json",
    ),
    "the vectors are missing": (lambda f: vectors(f).unlink(), "missing"),
    "the vectors are cut": (
        lambda f: vectors(f).write_bytes(vectors(f).read_bytes()[:-30]),
        "model-",
    ),
    "the vectors are a folder": (
        lambda f: exchanged(vectors(f), lambda path: path.mkdir()),
        "model-",
    ),
    "V of objects": (lambda f: repacked(vectors(f), V=np.full((3, 3), None, object)), "model-"),
    "V of texts": (lambda f: repacked(vectors(f), V=np.full((3, 3), "x")), "array V"),
    "V of another shape": (lambda f: repacked(vectors(f), V=np.zeros((3, 5), "f4")), "array V"),
    "V is flat": (lambda f: repacked(vectors(f), V=np.zeros(3, "f4")), "array V"),
    "U is missing": (lambda f: repacked(vectors(f), U=None), "array U"),
    "counts with a point": (
        lambda f: repacked(vectors(f), counts=np.zeros(len(library.load(DAMAGED).words))),
        "array counts",
    ),
    "no loss": (lambda f: repacked(vectors(f), loss_curve=np.zeros(0)), "array loss_curve"),
    "the folder is a file": (
        lambda f: exchanged(f, lambda path: path.write_text("a file")),
        "file",
    ),
    "the folder leads nowhere": (
        lambda f: exchanged(f, lambda path: path.symlink_to("nowhere")),
        "leads nowhere",
    ),
    "the folder is empty": (lambda f: exchanged(f, lambda path: path.mkdir()), "neither a model"),
    "settings are damaged": (
        lambda f: ((f / "model.json").unlink(), (f / "settings.json").write_text("[]")),
        "settings.json",
    ),
    "settings are a setting's name": (
        lambda f: ((f / "model.json").unlink(), changed(f, "settings.json", model={"dim": [1]})),
        "“model”",
    ),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_damaged_folder_is_listed_with_why_and_can_be_deleted(folder, name):
    spoil, said = EXAMPLES[name]
    spoil(folder)
    outcome = damage.check()
    assert outcome.why is not None and said in outcome.why


def test_numbers_that_cannot_be_are_found_when_the_model_is_opened_and_listed_from_then_on(folder):
    V = load_model(folder, corpus=False).V.copy()
    for value in (np.nan, np.inf, 3e38):
        V[2, 1] = value
        repacked(vectors(folder), V=V)
        assert library.damage(DAMAGED) is None  # it promises all that it must
        with pytest.raises(Damaged, match="impossible numbers"):
            library.load(DAMAGED)
        assert "impossible numbers" in library.damage(DAMAGED)
        assert [one.id for one in library.damaged(Queue())] == [DAMAGED]
        assert {entry.id for entry in library.models()} == set(WHOLE)
        with pytest.raises(Damaged):
            library.entry(DAMAGED)
    V[2, 1] = 0.5  # mended by hand: whole again
    repacked(vectors(folder), V=V)
    assert library.load(DAMAGED).V[2, 1] == 0.5
    assert not library.damaged(Queue()) and DAMAGED in {entry.id for entry in library.models()}


def test_a_flipped_bit_in_the_vectors_is_found(folder):
    with zipfile.ZipFile(vectors(folder)) as archive:
        at = archive.getinfo("V.npy").header_offset + 400
    data = bytearray(vectors(folder).read_bytes())
    data[at] ^= 4
    vectors(folder).write_bytes(data)
    assert damage.check().why is not None


def test_a_model_that_is_put_anew_while_it_is_read_is_not_taken_for_a_damaged_one(
    folder, monkeypatch
):
    model, old = load_model(folder, corpus=False), vectors(folder)
    model.V = model.V + 1

    def read(path, corpus):
        monkeypatch.undo()
        monkeypatch.setenv("W2V_HOME", str(home()))
        old.unlink()
        shutil.copy(made_anew, folder / made_anew.name)
        changed(folder, "model.json", arrays=made_anew.name)
        raise Damaged("Its arrays went.")

    made_anew = folder.parent / f"model-{'0' * 16}.npz"
    shutil.copy(old, made_anew)
    repacked(made_anew, V=model.V)
    monkeypatch.setattr(library_module, "load_model", read)
    np.testing.assert_array_equal(library.load(DAMAGED).V, model.V)
    assert library.damage(DAMAGED) is None
    made_anew.unlink()


# Parts without which a model can still be used: each says a sentence, or is made again.


@pytest.mark.parametrize("name", ["corpus.json", "corpus.npz", "text.txt"])
@pytest.mark.parametrize("how", ["cut", "missing", "folder"])
def test_a_model_with_a_damaged_text_opens_and_its_text_says_why(folder, name, how):
    file = folder / name
    if how == "cut":
        file.write_bytes(file.read_bytes()[:20])
    else:
        exchanged(file, (lambda path: None) if how == "missing" else (lambda path: path.mkdir()))
    assert len(library.load(DAMAGED).words) > 10
    outcome = damage.check()
    assert outcome.why is None
    if (name, how) == ("corpus.json", "missing"):  # that of a model that came without its text
        assert "text" not in outcome.parts
    else:
        assert "text" in outcome.parts


def test_sentences_that_point_outside_the_text_are_damaged(folder):
    repacked(folder / "corpus.npz", ids=np.full(3, 10**6, np.int32))
    assert "do not fit" in damage.check().parts["text"]


def test_a_damaged_pass_is_left_out_and_named(folder):
    steps = training_history.snapshot_steps(folder)
    n_words, dim = load_model(folder, corpus=False).V.shape
    file = folder / "history" / f"{steps[1]:05d}.npz"
    whole = file.read_bytes()
    for spoil in (
        lambda: file.write_bytes(file.read_bytes()[:100]),
        lambda: repacked(file, V=np.zeros((2, 9), np.float16)),
        lambda: repacked(file, rows=np.load(file)["rows"][::-1]),
        lambda: repacked(file, rows=np.load(file)["rows"] + n_words),
        lambda: file.unlink(),
    ):
        file.write_bytes(whole)
        spoil()
        found, problem = training_history.read_snapshots(folder, steps, n_words, dim)
        assert [s.step for s in found] == [s for s in steps if s != steps[1]]
        assert f"left out: {steps[1]}." in problem
    (folder / "history" / "00001 copy.npz").write_bytes(b"")
    assert steps[1] not in training_history.snapshot_steps(folder)


@pytest.mark.parametrize("content", ["[]", '{"x": "ab"}', '{"x": [1]}', "{", '{"\\ud800": []}'])
def test_damaged_sets_say_so_and_are_put_aside_when_a_set_is_kept(folder, content):
    (folder / "sets.json").write_text(content)
    with pytest.raises(Damaged, match=r"sets\.json"):
        word_sets.read_sets(folder)
    assert word_sets.keep_set(library, folder.name, "mine", ["berlin"]) == "mine"
    assert word_sets.read_sets(folder) == {"mine": ["berlin"]}
    assert (folder / "sets.damaged.json").read_text() == content  # nothing that was kept is lost


def test_damaged_results_are_made_again(folder):
    for spoil in (
        lambda f: next(f.glob("results/stability-*.npz")).write_bytes(b"PK"),
        lambda f: next(f.glob("results/stability-*.npz")).unlink(),
        lambda f: repacked(next(f.glob("results/stability-*.npz")), V=np.zeros((2, 9, 3))),
        lambda f: repacked(next(f.glob("results/stability-*.npz")), present=None),
        lambda f: next(f.glob("results/stability-*.json")).write_text("[]"),
        lambda f: changed(f, next(f.glob("results/stability-*.json")), model=["x"]),
        lambda f: changed(f, next(f.glob("results/stability-*.json")), values=5),
    ):
        if not analyses.has_result(library, "stability", DAMAGED, damage.RESAMPLES):
            shutil.rmtree(folder / "results")
            shutil.copytree(home() / "good" / "results", folder / "results")
        assert analyses.load_stability(library, DAMAGED, damage.RESAMPLES) is not None
        spoil(folder)
        assert analyses.load_stability(library, DAMAGED, damage.RESAMPLES) is None
        assert not analyses.has_result(library, "stability", DAMAGED, damage.RESAMPLES)


def test_progress_live_vectors_and_watched_words_that_are_damaged_are_as_if_not_there(folder):
    for name in ("progress.json", "live.npz", "watched.json"):
        (folder / name).write_bytes(b"[1, NaN]")
    assert training_history.read_progress(folder)["losses"] == []
    assert (
        training_history.read_live(folder) is None and training_history.read_watched(folder) == []
    )
    write_json(folder / "progress.json", {"phase": "training", "share": "half"})
    assert training_history.read_progress(folder).share == 0.0


def test_a_training_goes_on_beside_damaged_progress_and_begins_anew_after_a_damaged_checkpoint(
    folder,
):
    undisturbed = load_model(folder, corpus=False)
    for name in ("model.json", "progress.json", "watched.json"):
        (folder / name).unlink()
    vectors(folder).unlink()
    (folder / "progress.json").write_text('{"phase": 5}')
    (folder / "watched.json").write_text("{}")
    repacked(folder / "checkpoint.npz", scalars=np.array("{}"))
    queue = Queue()
    assert queue.put_again(DAMAGED)
    worker.work(queue, idle_seconds=0)
    assert queue.get(DAMAGED).state == "failed" and "damaged" in queue.get(DAMAGED).message
    assert library.continue_training(queue, DAMAGED)
    worker.work(queue, idle_seconds=0)
    assert queue.get(DAMAGED).state == "done", queue.get(DAMAGED).message
    np.testing.assert_array_equal(load_model(folder, corpus=False).V, undisturbed.V)


def test_a_damaged_list_of_documents_says_so(folder):
    for damaged in ([], {"names": 5}, {**read_json(folder / "documents.json"), "starts": [1e999]}):
        write_json(folder / "documents.json", damaged)
        with pytest.raises(ValueError, match="damaged"):
            model_documents(folder)


# Deleted ones, trainings, texts, owners, the queue.


@pytest.mark.parametrize("content", [None, "[]", '{"at": "noon"}', '{"at": 1e300}', '{"at": NaN}'])
def test_a_deleted_model_whose_date_is_damaged_is_kept_its_day(folder, content):
    queue = Queue()
    library.delete(queue, DAMAGED)
    gone = home() / "deleted" / DAMAGED
    (gone / "deleted.json").unlink() if content is None else (
        (gone / "deleted.json").write_text(content)
    )
    forget_deleted(home())
    assert [entry.id for entry in library.deleted()] == [DAMAGED]
    library.restore(DAMAGED)
    assert DAMAGED in {entry.id for entry in library.models()}


def test_a_deleted_model_that_is_damaged_can_be_removed_and_not_brought_back(folder):
    library.delete(Queue(), DAMAGED)
    (home() / "deleted" / DAMAGED / "model.json").write_text("{")
    (gone,) = library.deleted()
    assert "model.json" in gone.why
    with pytest.raises(Damaged, match=r"model\.json"):
        library.restore(DAMAGED)
    library.forget(DAMAGED)
    assert not library.deleted() and not (home() / "deleted" / DAMAGED).exists()


def test_a_file_where_a_deleted_models_folder_should_be_is_swept(folder):
    place = home() / "deleted"
    place.mkdir(exist_ok=True)
    (place / ("e" * 32)).write_text("a file")
    os.utime(place / ("e" * 32), (0, 0))
    (place / ("f" * 32)).symlink_to(home() / "nowhere")
    os.utime(place / ("f" * 32), (0, 0), follow_symlinks=False)
    forget_deleted(home())
    assert not list(place.iterdir())


def test_a_model_in_training_is_not_called_damaged_nor_deleted(folder):
    queue = Queue()
    (folder / "model.json").unlink()
    assert [one.id for one in library.damaged(queue)] == [DAMAGED]
    assert queue.put_again(DAMAGED)
    assert not library.damaged(queue)
    with pytest.raises(ValueError, match="being trained"):
        library.delete_damaged(queue, DAMAGED)
    queue.end(DAMAGED, "done")
    with pytest.raises(ValueError, match="can be read again"):
        library.delete_damaged(queue, WHOLE[0])
    assert library.is_finished(WHOLE[0])


def test_a_damaged_text_is_no_text_and_its_name_can_be_shown(folder):
    key = library.texts.keep("città.txt", b"some words")
    place = library.texts.file(key).parent
    (place / ".name").write_bytes(b"\xff\xfe")
    os.rename(library.texts.file(key), os.fsencode(place) + b"/\xff.txt")
    assert (
        library.texts.name_of(key).encode()
        and library.texts.file(key).read_bytes() == b"some words"
    )
    exchanged(library.texts.file(key), lambda path: path.mkdir())
    with pytest.raises(ValueError, match="no longer here"):
        library.texts.file(key)
    os.utime(place, (0, 0))
    (place.parent / ("e" * 32)).symlink_to("nowhere")
    library.texts.keep("another.txt", b"other words")
    assert not place.exists()
    (place.parent / ("e" * 32)).unlink()
    files = library.texts.keep_files([("a.txt", [b"a b"]), ("b.txt", [b"c d"])])
    (home() / "texts" / files / ".files.json").write_text('[1, "b.txt"]')
    (home() / "texts" / files / ".name").unlink()
    assert library.texts.name_of(files)
    with pytest.raises(Damaged, match=r"\.files\.json"):
        library.texts.sources(files)


@pytest.mark.parametrize(
    "content", ["[]", "{", '{"gathering": 5}', '{"gathering": {"text_column": [1]}}']
)
def test_damaged_choices_choose_nothing(folder, content):
    id = library.texts.keep_choices(Choices(left_out=("a",)))
    file = home() / "texts" / id / ".choices.json"
    whole = read_json(file)
    for damaged in (content, json.dumps({**whole, "left_out": 5})):
        file.write_text(damaged)
        assert library.texts.kept_choices(id) == NOTHING


def test_only_its_owner_sees_a_damaged_folder_and_the_operator_those_of_nobody(folder, monkeypatch):
    monkeypatch.setenv("W2V_SHARED", "1")
    write_about(folder, owner="browser-anna")
    (folder / "model.json").write_text("{")
    queue = Queue()
    anna, ben = Visitor("browser-anna"), Visitor("browser-ben")
    theirs = library_of(ben)
    assert not theirs.damaged(queue)
    with pytest.raises(ValueError, match="belongs to someone else"):
        theirs.delete_damaged(queue, DAMAGED)
    assert [one.id for one in library_of(anna).damaged(queue)] == [DAMAGED]
    changed(folder, "about.json", name=["x"])  # her name in it can still be read
    assert [one.id for one in library_of(anna).damaged(queue)] == [DAMAGED]
    (folder / "about.json").write_text("[")
    assert not library_of(anna).damaged(queue)
    assert [one.id for one in library.damaged(queue)] == [DAMAGED]
    library.delete_damaged(queue, DAMAGED)
    assert not folder.exists()


@pytest.mark.parametrize("content", [b"[]", b"{", b'{"held": []}', b'{"held": {"x": 5}}', b"\xff"])
def test_damaged_keys_of_a_person_open_nothing(folder, content):
    place = home() / "people"
    place.mkdir(exist_ok=True)
    (place / "browser-anna.json").write_bytes(content)
    theirs = library_of(Visitor("browser-anna"))
    assert theirs.rights.held() == [] and not theirs.rights.owns(DAMAGED)
    exchanged(place / "browser-anna.json", lambda path: path.mkdir())
    assert library_of(Visitor("browser-anna")).rights.held() == []
    remove(place)
    (folder / "owner.key").mkdir()
    assert not library_of(Visitor("browser-anna")).rights.claim(DAMAGED, "a" * 32)


@pytest.mark.parametrize(
    "row",
    [
        {"payload": "{"},
        {"payload": "[]"},
        {"payload": "[" * 10_000},
        {"payload": '{"model": 5, "parameters": []}'},
        {"created": "noon", "started": "x", "heartbeat": "y", "expected": "z"},
        {"share": "half", "sentence": 5, "message": b"\xff"},
        {"created": 1e300, "started": -1e300, "heartbeat": 1e300},
        {"kind": 5, "owner": b"\xff\xfe"},
    ],
    ids=lambda row: "-".join(row),
)
@pytest.mark.parametrize("state", ["queued", "running", "lost", "done"])
def test_a_damaged_row_of_the_queue_stops_nobody(folder, row, state):
    queue = Queue()
    bad = queue.put("tsne", {"model": DAMAGED, "parameters": {}}, "c" * 32)
    values = {"state": state, **row}
    with sqlite3.connect(queue.path) as db:
        assignments = ", ".join(f"{name} = ?" for name in values)
        db.execute(f"UPDATE jobs SET {assignments} WHERE id = ?", (*values.values(), bad))
    db.close()
    try:
        job = queue.get(bad)
        assert isinstance(job.payload, dict) and job.share <= 1
        assert job.state == ("lost" if state == "running" else state)
        assert bad in {j.id for j in queue.jobs()}
        queue.unfinished()
        queue.place(bad)
        queue.wait(bad)
        unfinished_trainings(queue)
        worker.work(queue, idle_seconds=0)
        assert queue.get(bad).ended
        assert library.start_training(
            queue, "sample:notes_example", "x", {}, {"epochs": 1, "dim": 4}
        )
        worker.work(queue, idle_seconds=0)
    finally:
        with sqlite3.connect(queue.path) as db:
            db.execute("DELETE FROM jobs WHERE id != ?", (DAMAGED,))
        db.close()
        for entry in library.models():
            if entry.id not in (*WHOLE, DAMAGED):
                shutil.rmtree(library.model_folder(entry.id))


def test_a_folder_that_may_not_be_read_is_listed_and_can_be_deleted(folder):
    """As a user for whom permissions hold; for root they do not."""
    script = """
import os, sys
from tests import damage
from tests.operators_library import library
from w2v_core.queue.queue import Queue
library.models()
library.load(damage.DAMAGED)  # what Python imports for that is closed to the other user
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
folder = library.model_folder(damage.DAMAGED)
for closed, mode in (("model.json", 0), (".", 0)):
    (folder / closed).chmod(mode)
    (why,) = [one.why for one in library.damaged(Queue())]
    assert "cannot be read" in why or "file cannot" in why, why
    assert {entry.id for entry in library.models()} == set(damage.WHOLE)
    assert library.damage(damage.DAMAGED) and library.is_finished(damage.DAMAGED) in (True, False)
    (folder / closed).chmod(0o700)
    assert not library.damaged(Queue())
(folder / "model.json").write_text("{")
(folder / "history").chmod(0o500)  # nothing can be taken out of it
(folder / "results").chmod(0)
folder.chmod(0o500)
library.delete_damaged(Queue(), damage.DAMAGED)
assert not os.path.lexists(folder)
"""
    with tempfile.TemporaryDirectory(prefix="w2v-closed-") as place:
        shutil.copytree(home(), f"{place}/home")
        if os.geteuid() == 0:
            for path in (Path(place), *Path(place).rglob("*")):
                os.chown(path, 65534, 65534, follow_symlinks=False)
        done = subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "W2V_HOME": f"{place}/home"},
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
    assert done.returncode == 0, done.stderr


# The layer that checks.


def test_a_record_reads_like_its_json_object(folder):
    settings = library.settings(DAMAGED)
    assert settings["name"] == settings.name == "Third"
    assert {**settings}["model"] == settings.model and settings.get("colour") is None
    with pytest.raises(KeyError):
        settings["colour"]


def test_what_only_another_version_knows_about_a_model_is_kept(folder):
    changed(folder, "about.json", stars=5)
    library.rename(DAMAGED, "Fourth")
    about = read_json(folder / "about.json")
    assert about["stars"] == 5 and about["name"] == "Fourth" and about["source"] == "cities"


def test_models_of_earlier_versions_open_as_before(folder):
    record = read_json(folder / "model.json")
    for name in ("held_out_loss", "n_tokens", "origin", "name", "created"):
        record.pop(name)
    write_json(folder / "model.json", record)
    (folder / "about.json").unlink()
    (folder / "settings.json").unlink()
    repacked(vectors(folder), held_out_curve=None)
    corpus = read_json(folder / "corpus.json")
    for name in ("sentence_ends", "numbers", "stop_most", "stop_words", "phrases"):
        corpus.pop(name)
    write_json(folder / "corpus.json", corpus)
    entry = library.entry(DAMAGED)
    assert (entry.name, entry.created, entry.owner, entry.n_tokens) == (DAMAGED, 0.0, "", None)
    assert load_model(folder).corpus.numbers == "keep"


def test_a_facts_table_of_a_model_that_cannot_be_read_is_left_out(folder):
    record = read_json(folder / "model.json")
    origin = {
        **record["origin"],
        "text": {"tokens": "many"},
        "stability": [],
        "certainty": {"splits": 1},
    }
    changed(folder, "model.json", origin=origin)
    found = library.load(DAMAGED).origin
    assert found["text"] is None and found["stability"] is None and found["versions"]
    assert found["certainty"] is None


def test_an_archive_that_promises_more_than_it_holds_takes_no_memory(tmp_path):
    file = tmp_path / "x.npz"
    np.savez(file, V=np.zeros((3, 3), np.float32))
    data = file.read_bytes()
    header = data.index(b"(3, 3)")
    file.write_bytes(data[:header] + b"(3, 9**9)"[:6] + data[header + 6 :])
    with pytest.raises(Damaged, match=r"x\.npz"):
        read_arrays(file)
    with pytest.raises(Damaged, match="array V"):
        np.savez(file, V=np.zeros((3, 3), np.float32))
        array_tables.check_headers(file, {"V": array_tables.Array("f", ("n", "d"))}, d=4)


def test_a_damaged_folder_is_read_once_and_not_at_every_look(folder, monkeypatch):
    (folder / "model.json").write_text("{")
    assert library.damaged(Queue())
    seen = []
    monkeypatch.setattr(folder_contents, "entry_in", lambda place: seen.append(place))
    library.models()
    library.damaged(Queue())
    assert not seen


def test_noted_damage_outlasts_the_process(folder):
    catalog.note_damage(folder, "Its vectors contain impossible numbers.")
    found = subprocess.run(
        [
            sys.executable,
            "-c",
            "from tests.operators_library import library\n"
            "from w2v_core.queue.queue import Queue\n"
            "print([one.why for one in library.damaged(Queue())], len(library.models()))",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "impossible numbers" in found and found.strip().endswith(" 2")


# Whatever happens to a folder.


def _damage_again_and_again(made, seeds):
    listed = parts = 0
    for seed in seeds:
        queue = Queue()
        if queue.get(DAMAGED) is None:
            queue.put("train", {"text": None}, DAMAGED)
            queue.end(DAMAGED, "done")
        told = damage.damage(made.whole(), seed)
        try:
            outcome = damage.check()
        except Exception as error:
            raise AssertionError(f"damage {told}: {error!r}") from error
        listed += outcome.why is not None
        parts += outcome.why is None and bool(outcome.parts)
    print(f"{len(seeds):,} damages: {listed:,} listed as damaged, {parts:,} whole but for a part")
    return listed, parts


def test_75_damages_by_dice_harm_nobody(made):
    listed, parts = _damage_again_and_again(made, range(75))
    assert listed > 10 and parts > 10  # the dice do reach what matters


@pytest.mark.slow
def test_2000_damages_by_dice_harm_nobody(made):
    listed, parts = _damage_again_and_again(made, range(75, 2075))
    assert listed > 200 and parts > 200
