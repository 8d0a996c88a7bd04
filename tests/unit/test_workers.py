"""Worker processes: they end with their server, what they did goes on, and why they died is said."""

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import ROOT
from tests.operators_library import library
from w2v_core import Corpus, SkipGram, load_model, save_model
from w2v_core.library import training_history
from w2v_core.library.model_files import save_corpus
from w2v_core.queue import supervisor
from w2v_core.queue.queue import Queue
from w2v_core.storage import limits, machine
from w2v_core.text import scratch
from w2v_core.work import analyses, worker

TEXT = "Berlin is a city in Germany. Paris is a city in France. The König is <b>old</b>. " * 20
SERVER = """
import sys
from w2v_core.queue.queue import Queue
from w2v_core.library.sweep import sweep
from w2v_core.queue.supervisor import supervise
supervise(Queue(), sweep)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("W2V_HOME", str(tmp_path / "home"))


def wait_for(condition, seconds=30):
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)
    return found


def start(queue, epochs=150, text=TEXT, **settings):
    key = library.texts.keep("mine.txt", text.encode())
    settings = {"epochs": epochs, "solver": "sgd", **settings}
    return library.start_training(queue, key, "Mine", {}, settings)


def passes(id):
    return training_history.checkpoint_passes(library.model_folder(id)) or 0


def same_vectors(id):
    model = load_model(library.model_folder(id))
    undisturbed = SkipGram(**library.settings(id)["model"]).fit(Corpus.from_text(TEXT))
    np.testing.assert_array_equal(model.V, undisturbed.V)


def lives(pid):
    return machine.began(pid) is not None


@pytest.fixture
def server():
    """A process that keeps workers as the app's server does; it ends in good order with its input."""
    process = subprocess.Popen([sys.executable, "-c", SERVER], cwd=ROOT, stdin=subprocess.PIPE)
    yield process
    process.stdin.close()
    process.wait(20)


@pytest.fixture
def at_work(server):
    """(queue, id of a training with some passes done, pid of its worker, the server)."""
    queue = Queue()
    id = start(queue)
    wait_for(lambda: passes(id) > 3)
    with sqlite3.connect(Path(os.environ["W2V_HOME"]) / "queue.sqlite") as db:
        of_job = "SELECT pid FROM workers WHERE id = (SELECT worker FROM jobs WHERE id = ?)"
        ((pid,),) = db.execute(of_job, (id,))
    return queue, id, pid, server


def test_a_server_that_ends_leaves_no_worker_and_the_next_goes_on(at_work):
    queue, id, pid, server = at_work
    begin = time.monotonic()
    server.stdin.close()
    server.wait(20)
    assert time.monotonic() - begin < supervisor.END_WITHIN + 5 and not lives(pid)
    assert queue.get(id).state == "queued" and library.models() == []
    before = passes(id)
    assert 3 < before < 150
    worker.work(queue, idle_seconds=0)
    assert queue.get(id).state == "done"
    same_vectors(id)


def row(id):
    """A job as it stands in the file, which nobody has looked at: looking itself notices a death."""
    with contextlib.closing(sqlite3.connect(Path(os.environ["W2V_HOME"]) / "queue.sqlite")) as db:
        db.row_factory = sqlite3.Row
        return db.execute(
            "SELECT jobs.*, pid FROM jobs LEFT JOIN workers ON workers.id = worker WHERE jobs.id = ?",
            (id,),
        ).fetchone()


@pytest.fixture
def resampling(server):
    """(id of a resampling that runs, pid of its worker, the server that keeps it)."""
    corpus = Corpus.from_text((ROOT / "data/small_world.txt").read_text()[:100_000])
    model = SkipGram(epochs=3).fit(corpus)
    folder = library.model_folder("ab" * 16)
    save_model(model, folder, name="m", created=1.0)
    save_corpus(corpus, folder)
    id = analyses.start(library, Queue(), "stability", "ab" * 16, {"resamples": 1_000, "seed": 0})
    pid = wait_for(
        lambda: (found := row(id))["state"] == "running" and found["share"] and found["pid"]
    )
    return id, pid, server


def test_a_job_whose_server_and_worker_were_killed_ends_by_itself_at_the_next_server(resampling):
    id, pid, server = resampling
    server.kill()
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not lives(pid))
    assert row(id)["state"] == "running"
    other = subprocess.Popen([sys.executable, "-c", SERVER], cwd=ROOT, stdin=subprocess.PIPE)
    try:
        lost = wait_for(lambda: (found := row(id))["state"] == "lost" and found, seconds=10)
        assert "was killed" in lost["message"]
        again = analyses.start(
            library, Queue(), "stability", "ab" * 16, {"resamples": 3, "seed": 0}
        )
        wait_for(lambda: row(again)["state"] == "done")
    finally:
        other.stdin.close()
        other.wait(20)


def test_a_job_whose_server_was_killed_goes_on_and_shows_so_at_the_next_server(resampling):
    id, pid, server = resampling
    server.kill()
    server.wait()
    other = subprocess.Popen([sys.executable, "-c", SERVER], cwd=ROOT, stdin=subprocess.PIPE)
    try:
        killed, share = time.time(), row(id)["share"]
        later = wait_for(
            lambda: (f := row(id))["heartbeat"] > killed and f["share"] > share and f, 10
        )
        assert later["state"] == "running" and later["pid"] == pid and lives(pid)
        Queue().request_stop(id)  # and can be stopped
        wait_for(lambda: row(id)["state"] == "cancelled", 10)
        wait_for(lambda: not lives(pid), 10)
    finally:
        other.stdin.close()
        other.wait(20)


IMPORT = """
import sys
from w2v_core.exchange import model_import
from w2v_core.library.library import Library
from w2v_core.storage.home import home
from w2v_core.visitors.ownership import OPERATOR
def tell(share):
    print("reading", flush=True)
    sys.stdin.read()
with open(sys.argv[1], "rb") as file:
    model_import.add_file(Library(home(), OPERATOR), file, "v.txt", tell=tell)
"""


def test_a_killed_import_leaves_no_half_folder_at_the_next_server_start(tmp_path):
    vectors = tmp_path / "v.txt"
    vectors.write_text("3 2\na 1 2\nb 2 1\nc 0 1\n")
    command = [sys.executable, "-c", IMPORT, vectors]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    places = Path(os.environ["W2V_HOME"]) / "models"
    with (
        subprocess.Popen(command, cwd=ROOT, **pipes) as killed,
        subprocess.Popen(command, cwd=ROOT, **pipes) as living,
    ):
        assert killed.stdout.readline() and living.stdout.readline()
        assert len(list(places.iterdir())) == 2
        killed.kill()
        killed.wait()
        assert len(list(places.iterdir())) == 2
        server = subprocess.Popen([sys.executable, "-c", SERVER], cwd=ROOT, stdin=subprocess.PIPE)
        wait_for(lambda: len(list(places.iterdir())) == 1)
        server.stdin.close()
        server.wait(20)
        living.stdin.close()  # whose folder was left alone
        assert living.wait(20) == 0
    assert [f.name for f in places.iterdir()] == [e.id for e in library.models()]
    assert len(library.models()) == 1


def test_a_process_is_known_by_its_name_while_it_lives_and_no_longer():
    assert not scratch.is_of_dead(scratch.new_stamp())
    code = "from w2v_core.text import scratch; print(scratch.new_stamp())"
    name = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert scratch.is_of_dead(f".{name.stdout.strip()}.tmp")
    pid, began, *rest = scratch.new_stamp().split("-")
    assert scratch.is_of_dead(
        "-".join([pid, str(int(began) + 1), *rest])
    )  # another had this number
    elsewhere = "-".join(
        [pid, began, "00000000", rest[-1]]
    )  # a machine that cannot be seen from here
    for unknown in ("", "1-x", elsewhere):
        assert not scratch.is_of_dead(unknown) and not scratch.is_left_over(unknown, 3600.0)
        assert scratch.is_left_over(unknown, scratch.LONGEST + 1)


def test_workers_of_a_killed_server_finish_what_they_do_and_end(at_work):
    queue, id, pid, server = at_work
    waiting = start(queue)
    server.kill()
    wait_for(lambda: queue.get(id).state == "done")
    wait_for(lambda: not lives(pid), seconds=5)
    assert queue.get(waiting).state == "queued"
    same_vectors(id)


def test_a_killed_worker_is_noticed_at_once_with_its_reason_and_others_go_on(at_work):
    queue, id, pid, _ = at_work
    other = start(queue, epochs=2)
    os.kill(pid, signal.SIGKILL)
    lost = wait_for(lambda: (job := queue.get(id)).state == "lost" and job, seconds=5)
    assert "was killed" in lost.message
    wait_for(lambda: queue.get(other).state == "done")  # by another worker
    assert library.continue_training(queue, id)
    wait_for(lambda: queue.get(id).state == "done")
    same_vectors(id)


def test_work_beyond_the_memory_of_a_worker_ends_with_a_sentence(monkeypatch):
    monkeypatch.setenv("W2V_WORKER_MEMORY_MB", "1")
    assert limits.worker_bytes() == 200_000_000
    rng = np.random.default_rng(0)
    words = [f"w{i}" for i in range(3_000)]
    text = ". ".join(" ".join(rng.choice(words, 10)) for _ in range(1_500))
    queue = Queue()
    id = start(queue, epochs=50, text=text, solver="newton", dim=300, tolerance=0)
    supervisor.ensure_worker(queue)
    job = wait_for(lambda: (job := queue.get(id)).ended and job)
    assert job.state == "failed" and library.models() == []
    assert "a worker may use 200 MB: W2V_WORKER_MEMORY_MB): use a smaller vocabulary" in job.message


def test_why_a_silent_worker_is_gone_is_said(monkeypatch):
    queue = Queue()

    def silent(**changes):
        """A job whose worker, with these facts about it, has long been silent."""
        id = queue.put("train", {})
        assert queue.take("w").id == id
        queue.beat("w", id)
        with sqlite3.connect(queue.path) as db:
            db.execute("UPDATE jobs SET heartbeat = heartbeat - 60 WHERE id = ?", (id,))
            for name, value in changes.items():
                db.execute(f"UPDATE workers SET {name} = ?", (value,))
        return queue.get(id).message

    assert "does not respond" in silent()  # this process, which lives
    assert "was killed" in silent(pid=2**22 + 1)
    assert "machine was restarted" in silent(boot="another")
    with monkeypatch.context() as patch:
        patch.setattr(machine, "killed_for_memory", lambda: 3)
        assert "ran out of memory" in silent(boot=machine.boot(), out_of_memory=2)
    assert "crashed (SIGSEGV)" in machine.why_ended(-signal.SIGSEGV)
    assert "exit code 3" in machine.why_ended(3)


def test_by_default_half_the_cores_work_and_share_the_memory(monkeypatch):
    monkeypatch.delenv("W2V_WORKERS", raising=False)
    monkeypatch.delenv("W2V_WORKER_MEMORY_MB", raising=False)
    monkeypatch.setattr(machine, "memory", lambda: 10_000_000_000)
    for cores, workers in ((1, 1), (2, 1), (8, 4), (9, 4)):
        monkeypatch.setattr(os, "cpu_count", lambda cores=cores: cores)
        assert limits.workers() == workers
        assert limits.worker_bytes() == 8_000_000_000 // workers
    monkeypatch.setenv("W2V_WORKERS", "3")
    monkeypatch.setenv("W2V_WORKER_MEMORY_MB", "0")
    assert limits.workers() == 3 and limits.worker_bytes() is None
