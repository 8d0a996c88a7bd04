"""A full disk and a read-only folder: all is read, deleting needs no room, writing says why not."""

import contextlib
import io
import os
import sqlite3
import time

import pytest

from tests.disk import own_disk
from tests.operators_library import library, library_of
from w2v_core import Corpus, SkipGram, load_model, save_model
from w2v_core.exchange import model_import
from w2v_core.library.model_files import write_about
from w2v_core.queue import supervisor
from w2v_core.queue.queue import Queue
from w2v_core.storage import database, write_access
from w2v_core.storage.files import sentence
from w2v_core.storage.home import home
from w2v_core.text.budget import NoRoom
from w2v_core.visitors import ownership
from w2v_core.visitors.ownership import Visitor

TEXT = "Berlin is a city in Germany. Paris is a city in France. The König is <b>old</b>. " * 20
ANNA, BEN = Visitor("browser-anna"), Visitor("browser-ben")


@pytest.fixture
def disk(tmp_path, monkeypatch):
    """A disk whose home holds two models, a deleted one, and a job of a worker that is gone."""
    with own_disk(tmp_path / "disk") as disk:
        monkeypatch.setenv("W2V_HOME", str(disk.place))
        monkeypatch.setattr(write_access, "_answers", {})
        model = SkipGram(epochs=2, dim=4).fit(Corpus.from_text(TEXT))
        for number in range(3):
            save_model(
                model, library.model_folder(f"{number}" * 32), name=f"m{number}", created=number
            )
            write_about(library.model_folder(f"{number}" * 32), owner=ANNA.owner)
        queue = Queue()
        library.models()
        library.delete(queue, "2" * 32)
        queue.put("train", {"text": "sample:royalty"}, "a" * 32)
        assert queue.take("w").id == "a" * 32
        with contextlib.closing(sqlite3.connect(queue.path)) as db, db:
            db.execute("UPDATE jobs SET heartbeat = heartbeat - 60")
        yield disk


def make_full(disk):
    disk.fill()


def make_read_only(disk):
    disk.mount("ro")


WAYS = pytest.mark.parametrize("make", [make_full, make_read_only])


@WAYS
def test_everything_is_read(disk, make):
    make(disk)
    assert write_access.why_unwritable() is not None
    assert [e.name for e in library.models()] == ["m1", "m0"]
    assert [e.name for e in library.deleted()] == ["m2"]
    assert load_model(library.model_folder("1" * 32)).V.shape[1] == 4
    assert library.size("1" * 32) > 0
    queue = Queue()
    assert queue.get("a" * 32).state == "lost" and queue.unfinished() != []
    assert [job.id for job in queue.jobs("train")] == ["a" * 32]
    assert len(ownership.secret(home())) == 32 and ownership.secret(home()) == ownership.secret(
        home()
    )


@WAYS
def test_what_would_write_ends_with_one_sentence_and_changes_nothing(disk, make, monkeypatch):
    monkeypatch.setattr(supervisor, "_workers", [])  # those of other tests may still be ending
    key = library.rights.owner_key("0" * 32)
    make(disk)
    queue = Queue()
    for act in (
        lambda: queue.put("train", {}),
        lambda: library.texts.keep("a.txt", TEXT.encode()),
        lambda: model_import.add_file(library, io.BytesIO(b"3 2\na 1 2\nb 2 1\nc 0 1\n"), "v.txt"),
        lambda: library.rename("0" * 32, "another"),
    ):
        with pytest.raises((OSError, NoRoom)) as error:
            act()
        assert (
            "full" in sentence(error.value)
            or "read-only" in sentence(error.value)
            or ("not allowed to write" in sentence(error.value))
        ), sentence(error.value)
    assert library.entry("0" * 32).name == "m0"
    # an owner's address is opened, though it cannot be written down
    theirs = library_of(BEN)
    assert not theirs.rights.owns("0" * 32)
    assert theirs.rights.claim("0" * 32, key) and theirs.rights.owns("0" * 32)
    assert supervisor._workers == []
    supervisor.ensure_worker(queue)  # none could say that it lives, so another would follow it
    assert supervisor._workers == []


def test_a_full_disk_lets_delete_undo_and_remove_for_good(disk):
    disk.fill()
    queue = Queue()
    library.delete(queue, "0" * 32)
    assert {e.name for e in library.deleted()} == {"m0", "m2"}
    assert all(gone.kept_until > time.time() + 86_000 for gone in library.deleted())
    assert [e.name for e in library.models()] == ["m1"]
    library.restore("0" * 32)
    assert [e.name for e in library.models()] == ["m1", "m0"]
    library.delete(queue, "0" * 32)
    for gone in library.deleted():
        library.forget(gone.id)
    assert library.deleted() == [] and not list((disk.place / "deleted").iterdir())


def test_all_is_well_again_when_there_is_room(disk, monkeypatch):
    disk.fill()
    library.delete(Queue(), "0" * 32)
    disk.empty()
    monkeypatch.setattr(write_access, "_answers", {})
    assert write_access.why_unwritable() is None
    assert [e.name for e in library.models()] == ["m1"]
    assert Queue().get("a" * 32).state == "lost"
    assert Queue().put("train", {}) is not None


def test_a_folder_that_was_never_used_is_read_too(tmp_path, monkeypatch):
    with own_disk(tmp_path / "new") as disk:
        monkeypatch.setenv("W2V_HOME", str(disk.place))
        disk.mount("ro")
        assert library.models() == [] and Queue().jobs() == []
        disk.mount("rw")
        assert Queue().put("train", {}) is not None


def test_changes_that_stand_beside_the_database_are_read(tmp_path, monkeypatch):
    """A server that was killed leaves them there; the disk is read-only then."""
    with own_disk(tmp_path / "disk") as disk:
        monkeypatch.setenv("W2V_HOME", str(disk.place))
        queue = Queue()
        held = sqlite3.connect(queue.path)
        held.execute("SELECT * FROM jobs").fetchall()  # so the last to leave does not tidy up
        queue.put("train", {}, "a" * 32)
        whole = {f.name: f.read_bytes() for f in disk.place.glob(f"{database.FILE}*")}
        held.close()
        assert whole[f"{database.FILE}-wal"]
        for name, data in whole.items():
            if not name.endswith("-shm"):
                (disk.place / name).write_bytes(data)
        disk.mount("ro")
        assert queue.get("a" * 32).state == "queued"
        assert not os.path.exists(disk.place / f"{database.FILE}-shm")
