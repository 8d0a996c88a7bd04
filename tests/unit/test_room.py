"""Room is bounded: bytes count while they are written, whoever writes them, and nothing stays for ever."""

import gzip
import io
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.operators_library import library, library_of, queue_of
from w2v_core import load_model
from w2v_core.exchange import model_import
from w2v_core.library import accounted_items, sweep, training_history, word_sets
from w2v_core.library.choices import Choices
from w2v_core.library.sweep import note_opened
from w2v_core.queue.queue import Queue
from w2v_core.storage.files import bytes_in
from w2v_core.storage.home import home
from w2v_core.text import budget
from w2v_core.text.budget import Counted, NoRoom
from w2v_core.text.documents import Gathering, Source, gather
from w2v_core.text.preparation import Preparation
from w2v_core.text.scratch import PREFIX
from w2v_core.visitors import ownership, quota
from w2v_core.visitors.ownership import Visitor
from w2v_core.work import analyses, worker

VECTORS = b"berlin 1 2 3\nparis 2 1 3\nrome 0 1 3\n"
TEXT = (
    "Berlin is a city in Germany. Paris is a city in France. Rome is a city in Italy. "
    "The café in Paris is open. A potato grows in the field.\n"
) * 20
MB = 1_000_000


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("W2V_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("W2V_SHARED", "1")
    for name in ("W2V_PUBLISHED", "W2V_MAX_HOME_MB", "W2V_KEEP_DAYS"):
        monkeypatch.delenv(name, raising=False)
    home()


def browser(token="d" * 32):
    return Visitor(ownership.owner_name("browser", token))


@pytest.fixture
def dora():
    """The library as Dora's browser has it."""
    return library_of(browser())


def used(library):
    return quota.used(library.home, library.visitor.owner)


def names(where):
    folder = home() / where
    return sorted(place.name for place in folder.iterdir()) if folder.is_dir() else []


class Peak:
    """The most bytes that were seen in a folder while a block ran."""

    def __init__(self, folder: Path):
        self.folder, self.bytes, self._over = folder, 0, threading.Event()

    def _look(self):
        while not self._over.is_set():
            self.bytes = max(self.bytes, bytes_in(self.folder))

    def __enter__(self):
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()
        self.bytes = max(self.bytes, bytes_in(self.folder))


def bomb(megabytes):
    """A text of so many megabytes, packed to a thousandth."""
    return gzip.compress(b"berlin is a city in germany.\n" * (megabytes * MB // 29), 6)


# Files that count.


def test_what_a_counted_file_spends_is_what_it_takes():
    class Tally:
        spent = 0

        def spend(self, n_bytes, aside=False):
            self.spent += n_bytes

        def give_back(self, n_bytes, aside=False):
            self.spent -= n_bytes

    choose = random.Random(0)
    for _ in range(50):
        tally = Tally()
        file = tempfile.TemporaryFile()  # noqa: SIM115
        with budget.within(tally), Counted(file) as out:
            for _ in range(200):
                size = out.seek(0, io.SEEK_END)
                out.seek(choose.randint(0, size))
                if choose.random() < 0.1:
                    out.truncate()
                else:
                    out.write(b"x" * choose.choice([0, 1, 100, 50_000]))
                assert tally.spent >= out.seek(0, io.SEEK_END)
            size = out.seek(0, io.SEEK_END)
        assert tally.spent == size


def test_a_file_that_takes_anothers_place_gives_its_room_back(dora, monkeypatch):
    folder = home() / "models"
    monkeypatch.setenv("W2V_MAX_OWNER_MB", "0.05")
    with quota.spending_of(dora.rights) as own:
        for _ in range(20):  # 20 × 20 kB, one at a time
            word_sets.write_json(folder.parent / "a.json", "x" * 20_000)
        with pytest.raises(NoRoom):
            word_sets.write_json(folder.parent / "a.json", "x" * 60_000)
        own.check(0)


# A packed text under a small quota.


@pytest.mark.parametrize("name", ["long.csv.gz", "long.txt.gz", "long.zip"])
def test_a_packed_text_cannot_outgrow_its_owners_room(dora, monkeypatch, name):
    data = b"text\n" + gzip.decompress(bomb(15)) if "csv" in name else gzip.decompress(bomb(60))
    if name.endswith(".zip"):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("long.txt", data)
        packed = out.getvalue()
    else:
        packed = gzip.compress(data, 6)
    monkeypatch.setenv("W2V_MAX_OWNER_MB", "5")
    with Peak(home()) as peak:
        key = dora.texts.keep_files([(name, [packed]), ("b.txt", [b"Berlin."])])
        with pytest.raises(NoRoom, match=r"of at most 5\.0 MB"):
            dora.texts.gathered(key, Gathering())
    assert peak.bytes < 5.5 * MB  # the file of jobs and models included
    assert names("texts") == [key]  # nothing half made
    assert len(packed) < used(dora).bytes < 1 * MB


def test_a_training_on_a_packed_text_ends_with_a_sentence(dora, monkeypatch):
    monkeypatch.setenv("W2V_MAX_OWNER_MB", "5")
    key = dora.texts.keep("long.txt.gz", bomb(60))
    with (
        pytest.raises(NoRoom),
        quota.spending_of(dora.rights),
    ):  # as the page reads it, for its shape
        library_corpus(key)
    id = dora.start_training(queue_of(dora.visitor), key, "long", {}, {"epochs": 2, "dim": 4})
    with Peak(home()) as peak:
        worker.work(Queue(), idle_seconds=0)
    job = Queue().get(id)
    assert job.state == "failed" and "of at most 5.0 MB" in job.message
    assert peak.bytes < 5.5 * MB and used(dora).bytes < 5 * MB


def library_corpus(key):
    from w2v_core import Corpus

    return Corpus.from_file(library.texts.file(key))


def test_a_bundle_cannot_outgrow_its_owners_room(dora, monkeypatch):
    from w2v_core.exchange.bundles import write_bundle
    from w2v_core.work.methods_record import methods_record

    theirs = library_of(Visitor(everything=True))
    id = theirs.start_training(
        Queue(), theirs.texts.keep("a.txt", TEXT.encode() * 100), "a", {}, {"epochs": 2, "dim": 4}
    )
    worker.work(Queue(), idle_seconds=0)
    out = io.BytesIO()
    write_bundle(out, theirs.model_folder(id), methods_record(theirs, id))
    before = names("models")
    monkeypatch.setenv("W2V_MAX_OWNER_MB", "0.2")
    for data in (out.getvalue(), gzip.compress(out.getvalue())):
        with pytest.raises(NoRoom):
            model_import.add_file(dora, io.BytesIO(data), "m.zip")
        assert names("models") == before and used(dora) == quota.Used(0, 0)
    monkeypatch.setenv("W2V_MAX_OWNER_MB", "20")
    for data in (out.getvalue(), gzip.compress(out.getvalue())):
        load_model(dora.model_folder(model_import.add_file(dora, io.BytesIO(data), "m.zip")))


# Jobs in the background.


def trained(library, name="cities", **parameters):
    key = library.texts.keep("cities.txt", TEXT.encode())
    id = library.start_training(
        queue_of(library.visitor), key, name, {}, {"epochs": 4, **parameters}
    )
    worker.work(Queue(), idle_seconds=0)
    return id


def test_a_training_that_runs_over_keeps_its_checkpoint_and_goes_on_when_there_is_room(
    dora, monkeypatch
):
    first = trained(dora, epochs=150, dim=10, solver="sgd")
    whole = used(dora).bytes
    dora.delete(queue_of(dora.visitor), first)
    dora.forget(first)
    rest = used(dora).bytes
    monkeypatch.setenv("W2V_MAX_OWNER_MB", str((rest + 0.7 * (whole - rest)) / MB))
    id = trained(dora, epochs=150, dim=10, solver="sgd")
    job = Queue().get(id)
    assert job.state == "failed" and "delete models in the Library" in job.message
    assert used(dora).bytes <= whole
    assert dora.can_continue(id) and training_history.checkpoint_passes(dora.model_folder(id)) > 0
    monkeypatch.setenv("W2V_MAX_OWNER_MB", "50")
    assert dora.continue_training(queue_of(dora.visitor), id)
    worker.work(Queue(), idle_seconds=0)
    assert Queue().get(id).state == "done" and len(load_model(dora.model_folder(id)).V) > 10


def test_a_job_on_a_model_counts_for_who_asked_for_it(dora, monkeypatch):
    id = trained(dora)
    parameters = {"resamples": 20, "seed": 0}
    monkeypatch.setenv("W2V_MAX_OWNER_MB", str((used(dora).bytes + 2_000) / MB))
    queue = queue_of(dora.visitor)
    analyses.start(dora, queue, "stability", id, parameters)
    worker.work(Queue(), idle_seconds=0)
    job = queue.get(analyses.job_id("stability", id, parameters))
    assert job.state == "failed" and "delete models in the Library" in job.message
    assert not list(dora.model_folder(id).rglob("*.tmp"))
    assert analyses.result(dora, "stability", id, parameters) is None
    load_model(dora.model_folder(id))


def test_sets_choices_and_categories_count_too(dora, monkeypatch):
    id = model_import.add_file(dora, io.BytesIO(VECTORS), "v.txt")
    folder = dora.model_folder(id)
    monkeypatch.setenv("W2V_MAX_OWNER_MB", str(used(dora).bytes / MB))
    for write in (
        lambda: word_sets.keep_set(dora, folder.name, "mine", ["berlin"]),
        lambda: word_sets.keep_word_categories(dora, folder.name, "a.csv", [("berlin", "city")]),
        lambda: dora.texts.keep_choices(Choices(preparation=Preparation(drop_lines=("a",)))),
    ):
        with pytest.raises(NoRoom):
            write()
    dora.rename(id, "a name of another length, as long as it may be")  # asks for no room


# All together, and the disk.


def test_thirty_new_browsers_keep_no_more_than_the_total(monkeypatch):
    monkeypatch.setenv("W2V_MAX_HOME_MB", "20")
    refused = 0
    for number in range(30):
        try:
            library_of(browser(f"{number:032x}")).texts.keep(
                "a.txt", [os.urandom(1) + b" berlin" * 200_000]
            )
        except ValueError as error:
            refused += 1
            assert "may take 20 MB in all" in str(error)
    assert refused == 30 - 14 and 19 * MB < bytes_in(home()) < 20 * MB
    with pytest.raises(ValueError, match="in all"):
        library_of(Visitor(everything=True)).texts.keep(
            "b.txt", b"berlin " * 200_000
        )  # the operator's too
    # what is deleted makes room at once
    theirs = library_of(browser(f"{0:032x}"))
    (text,) = accounted_items.kept(theirs, queue_of(browser(f"{0:032x}"))).texts
    accounted_items.delete_text(theirs, queue_of(browser(f"{0:032x}")), text.ids[0])
    theirs.texts.keep("b.txt", b"berlin " * 150_000)


@pytest.mark.parametrize("reserve", ["100%", "1e9"])
def test_a_disk_that_is_nearly_full_is_read_and_emptied_and_takes_nothing_more(
    dora, monkeypatch, reserve
):
    id, text = trained(dora), dora.texts.keep("b.txt", b"Berlin is a city.")
    monkeypatch.setenv("W2V_MIN_FREE", reserve)
    for who in (dora.visitor, Visitor(everything=True)):
        theirs = library_of(who)
        for write in (
            lambda to=theirs: to.texts.keep("c.txt", b"Rome is a city."),
            lambda to=theirs: model_import.add_file(to, io.BytesIO(VECTORS), "v.txt"),
            lambda to=theirs: to.start_training(
                queue_of(to.visitor), "sample:small_world", "x", {}, {}
            ),
        ):
            with pytest.raises(ValueError, match="The disk is nearly full"):
                write()
    assert load_model(dora.model_folder(id)).corpus.concordance("berlin", 1)
    dora.rename(id, "Städte")
    accounted_items.delete_text(dora, queue_of(dora.visitor), text)
    dora.delete(queue_of(dora.visitor), id)
    dora.forget(id)
    monkeypatch.setenv("W2V_MIN_FREE", "0")
    dora.texts.keep("c.txt", b"Rome is a city.")


def test_the_reserve_is_a_share_of_the_disk_or_megabytes(monkeypatch):
    from w2v_core.storage.limits import min_free_bytes

    disk = 1_000_000 * MB
    for given, bytes in (
        ("5%", 50_000 * MB),
        ("2000", 2_000 * MB),
        ("0", 0),
        ("", 100_000 * MB),
        ("much", 100_000 * MB),
        ("-3", 100_000 * MB),
        ("nan%", 100_000 * MB),
    ):
        monkeypatch.setenv("W2V_MIN_FREE", given)
        assert min_free_bytes(disk, shared=True) == bytes
    assert min_free_bytes(disk, shared=False) == 1_000 * MB  # a machine of one's own is often full
    assert min_free_bytes(1_000 * MB, shared=False) == 100 * MB


# What is kept beside the models.


def test_what_was_made_of_an_upload_goes_with_it(dora):
    key = dora.texts.keep_files([("a.txt", [TEXT.encode()]), ("b.txt", [b"Rome is a city."])])
    chosen = Choices(left_out=("b.txt",))
    made = dora.texts.prepared(key, chosen)
    dora.texts.keep_choices(chosen)
    found = accounted_items.kept(dora, queue_of(dora.visitor))
    (text,) = found.texts
    assert text.ids[0] == key and made in text.ids and text.n_files == 2 and text.n_made == 2
    assert len(found.choices) == 1 and found.bytes == used(dora).bytes
    # another person sees none of it
    theirs = library_of(browser("e" * 32))
    assert accounted_items.kept(theirs, queue_of(browser("e" * 32))).bytes == 0
    with pytest.raises(ValueError, match="no longer here"):
        accounted_items.delete_text(theirs, queue_of(browser("e" * 32)), key)
    accounted_items.delete_text(dora, queue_of(dora.visitor), key)
    accounted_items.delete_text(dora, queue_of(dora.visitor), found.choices[0])
    assert names("texts") == [] and used(dora) == quota.Used(0, 0)


def test_a_text_that_a_training_reads_is_not_deleted_under_it(dora):
    key = dora.texts.keep_files([("a.txt", [TEXT.encode()]), ("b.txt", [b"Rome is a city."])])
    text = dora.texts.gathered(key, Gathering())
    id = dora.start_training(queue_of(dora.visitor), text, "x", {}, {"epochs": 2, "dim": 4})
    for one in (key, text):
        with pytest.raises(ValueError, match="used by a training that is waiting or running"):
            accounted_items.delete_text(dora, queue_of(dora.visitor), one)
    os.utime(home() / "texts" / text, (0, 0))
    sweep.sweep(Queue())
    assert sorted(names("texts")) == sorted([key, text])
    worker.work(Queue(), idle_seconds=0)
    assert Queue().get(id).state == "done"
    accounted_items.delete_text(dora, queue_of(dora.visitor), key)
    assert names("texts") == []
    with pytest.raises(ValueError, match="no longer here"):
        dora.start_training(queue_of(dora.visitor), text, "x", {}, {})
    assert names("models") == [id]


def test_a_failed_training_is_listed_and_deleted(dora):
    key = dora.texts.keep("one.txt", b"berlin")
    id = dora.start_training(queue_of(dora.visitor), key, "x", {}, {})
    queue = queue_of(dora.visitor)
    (training,) = accounted_items.kept(dora, queue).trainings
    assert training.state == "queued" and training.bytes > 0
    with pytest.raises(ValueError, match="stop it first"):
        accounted_items.delete_training(dora, queue, id)
    worker.work(Queue(), idle_seconds=0)
    assert [t.state for t in accounted_items.kept(dora, queue).trainings] == ["failed"]
    with pytest.raises(ValueError, match="belongs to someone else"):
        accounted_items.delete_training(
            library_of(browser("e" * 32)), queue_of(browser("e" * 32)), id
        )
    accounted_items.delete_training(dora, queue, id)
    accounted_items.delete_text(dora, queue, key)
    assert used(dora) == quota.Used(0, 0) and queue.get(id) is None


def test_a_training_that_is_cancelled_before_it_begins_leaves_nothing(dora):
    id = dora.start_training(queue_of(dora.visitor), "sample:small_world", "x", {}, {})
    accounted_items.stop_training(queue_of(dora.visitor), id)
    assert Queue().get(id).state == "cancelled" and names("models") == []
    assert not library_of(Visitor(everything=True)).continue_training(Queue(), id)


def test_a_training_that_a_worker_cancels_before_its_first_pass_leaves_nothing(dora, monkeypatch):
    id = dora.start_training(queue_of(dora.visitor), "sample:small_world", "x", {}, {})
    real = worker.train

    def train(folder, text, should_end, max_bytes, told):
        Queue().request_stop(id)
        real(folder, text, lambda: "stop", max_bytes, told)

    monkeypatch.setattr(worker, "train", train)
    worker.work(Queue(), idle_seconds=0)
    assert Queue().get(id).state == "cancelled" and names("models") == []


def test_an_upload_that_is_refused_leaves_nothing(dora, monkeypatch):
    monkeypatch.setenv("W2V_MAX_UPLOAD_MB", "0.01")
    for refuse in (
        lambda: dora.texts.keep("a.txt", iter([b"a " * 4_000, b"b " * 4_000])),
        lambda: dora.texts.keep_files([("a.txt", [b"a " * 4_000]), ("b.txt", [b"b " * 4_000])]),
    ):
        with pytest.raises(ValueError, match="at most"):
            refuse()
    assert names("texts") == []
    key = dora.texts.keep_files([("a.pdf", [b"%PDF-1.4"]), ("b.bin", [b"\x00\x01\x02" * 9])])
    with pytest.raises(ValueError, match="None of these files contains text"):
        dora.texts.gathered(key, Gathering())
    assert names("texts") == [key]


# What is left over.

WRITE = """
import io, os, sys
from w2v_core.exchange import model_import
from w2v_core.library.library import Library
from w2v_core.storage.home import home
from w2v_core.visitors.ownership import OPERATOR
from w2v_core.text.samples import sample_path

library = Library(home(), OPERATOR)

def pieces():
    yield b"a " * 40_000
    print("writing", flush=True)
    sys.stdin.read()

class File(io.BytesIO):
    def read(self, *args):
        if self.tell() > 100_000:
            print("writing", flush=True)
            sys.stdin.read()
        return super().read(*args)

what = sys.argv[1]
if what == "text":
    library.texts.keep("a.txt", pieces())
elif what == "files":
    library.texts.keep_files([("a.txt", pieces())])
elif what == "model":
    model_import.add_file(library, File(b"berlin 1 2 3\\n" * 2_000_000), "v.txt")
else:
    sample_path("python_help")
    print("writing", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("what", ["text", "files", "model", "sample"])
def test_what_a_killed_process_was_writing_is_swept_and_a_living_ones_stays(tmp_path, what):
    spare = tmp_path / "spare"
    spare.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-c", WRITE, what],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(spare), "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout.readline() == b"writing\n"

    def left():
        found = [p for p in (*home().rglob(".*"), *spare.glob(f"{PREFIX}*"))]
        return {p for p in found if p.exists()}

    before, tempfile.tempdir = tempfile.tempdir, str(spare)
    try:
        written = left()
        assert written
        sweep.sweep(Queue())
        assert left() == written  # it is still being written
        process.send_signal(signal.SIGKILL)
        process.communicate()
        sweep.sweep(Queue())
        assert left() == set()
    finally:
        tempfile.tempdir = before


def test_what_nobody_wrote_to_for_a_day_is_swept_whoever_left_it():
    place, day = home(), time.time() - 25 * 3600
    secret = ownership.secret(place)
    places = [
        place / "texts" / ".123-abc",  # as earlier versions named them
        place / "models" / f".{'a' * 32}",
        place / ".secret.77.abcd",
        place / "people" / ".x.json.1234.tmp",
    ]
    for one in places:
        one.parent.mkdir(exist_ok=True)
        one.write_bytes(b"x")
    sweep.sweep(Queue())
    assert all(one.exists() for one in places)
    for one in places:
        os.utime(one, (day, day))
    sweep.sweep(Queue())
    assert not any(one.exists() for one in places)
    assert ownership.secret(place) == secret


def test_models_that_nobody_opens_go_after_a_time_in_sharing_mode_alone(monkeypatch):
    mine = browser().owner
    owners = {
        "old": mine,
        "opened": mine,
        "published": mine,
        "busy": mine,
        "account": ownership.owner_name("account", "x"),
        "operator": "",
    }
    theirs = library_of(Visitor(everything=True))
    ids = {
        name: model_import.add_file(theirs, io.BytesIO(VECTORS), "v.txt", owner=o)
        for name, o in owners.items()
    }
    monkeypatch.setenv("W2V_PUBLISHED", ids["published"])
    queue = Queue()
    queue.put("tsne", {"model": ids["busy"], "parameters": {}})
    note_opened(home(), ids["opened"])
    long_ago = time.time() - 91 * 24 * 3600

    def age(id):
        folder = home() / "models" / id
        for place in (*folder.glob("[!.]*"), folder):
            os.utime(place, (long_ago, long_ago))

    for id in ids.values():
        age(id)
    monkeypatch.setenv("W2V_SHARED", "0")
    assert sweep.forget_unopened(queue) == []
    monkeypatch.setenv("W2V_SHARED", "1")
    monkeypatch.setenv("W2V_KEEP_DAYS", "0")
    assert sweep.forget_unopened(queue) == []
    monkeypatch.setenv("W2V_KEEP_DAYS", "92")
    assert sweep.forget_unopened(queue) == []
    monkeypatch.delenv("W2V_KEEP_DAYS")
    assert sweep.forget_unopened(queue) == [ids["old"]]
    assert sorted(e.id for e in theirs.models()) == sorted(set(ids.values()) - {ids["old"]})


def test_that_a_model_was_opened_is_written_down_once_a_day(dora):
    id = model_import.add_file(dora, io.BytesIO(VECTORS), "v.txt")
    note = home() / "models" / id / ".opened"
    note_opened(home(), id)
    os.utime(note, (1, time.time() - 3600))
    before = note.stat().st_mtime_ns
    note_opened(home(), id)
    assert note.stat().st_mtime_ns == before
    os.utime(note, (1, time.time() - 25 * 3600))
    note_opened(home(), id)
    assert note.stat().st_mtime_ns > before
    note_opened(home(), "../../etc")


def test_the_room_for_temporary_files_is_bounded_too(dora, monkeypatch, tmp_path):
    """A file of an archive is unpacked beside the text before it is read."""
    out = tmp_path / "a.zip"
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.html", b"<p>berlin</p>" * 3_000_000)
    monkeypatch.setenv("W2V_MAX_OWNER_MB", "20")
    with quota.spending_of(dora.rights), pytest.raises(NoRoom):
        gather([Source("a.zip", out)], io.BytesIO())
    shutil.rmtree(home() / "texts", ignore_errors=True)
