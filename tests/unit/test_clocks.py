"""A clock that is put forward or back while jobs run: nothing is lost, nothing goes early."""

import os
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from tests.conftest import ROOT
from tests.operators_library import library
from w2v_core.exchange import model_import
from w2v_core.library.deletion import forget_deleted
from w2v_core.queue.queue import LOST_AFTER, Queue
from w2v_core.storage import clock, machine
from w2v_core.storage.files import write_json
from w2v_core.storage.home import home, new_id
from w2v_core.work import analyses

HOUR, DAY = 3600.0, 86400.0
JUMPS = [HOUR, -HOUR, 2 * DAY, -2 * DAY, 400 * DAY]
TEXT = "Berlin is a city in Germany. Paris is a city in France. The König is <b>old</b>. " * 20

# A worker as the app starts it, whose wall clock differs from this process's by so many seconds.
WORKER = """
import runpy, sys, time
true = time.time
time.time = lambda: true() + {offset}
sys.argv = ["worker"]
runpy.run_module("w2v_core.work.worker", run_name="__main__")
"""


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("W2V_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()


@pytest.fixture
def put_clock(monkeypatch):
    """Puts this process's wall clock forward (or back) by seconds; twice adds up."""
    true, offset = time.time, [0.0]
    monkeypatch.setattr(time, "time", lambda: true() + offset[0])

    def put(seconds):
        offset[0] += seconds

    return put


@pytest.fixture
def queue(tmp_path):
    return Queue(tmp_path / "home")


def running(queue):
    """A job that a worker does."""
    id = queue.put("train", {})
    assert queue.take("w").id == id
    queue.beat("w", id)
    return id


def as_of(queue, seconds_ago, column="heartbeat", table="jobs"):
    with sqlite3.connect(queue.path) as db:
        db.execute(f"UPDATE {table} SET {column} = {column} - ?", (seconds_ago,))


@pytest.mark.parametrize("jump", JUMPS)
def test_a_running_job_lives_on(queue, put_clock, jump):
    id = running(queue)
    put_clock(jump)
    assert queue.get(id).state == "running" and queue.worker_pids() == {os.getpid()}
    assert queue.take("other") is None and queue.get(id).state == "running"
    assert queue.beat("w", id) is None


@pytest.mark.parametrize("jump", JUMPS)
def test_a_dead_workers_job_is_found_as_quickly(queue, put_clock, jump):
    id = running(queue)
    put_clock(jump)
    as_of(queue, LOST_AFTER + 1)
    as_of(queue, LOST_AFTER + 1, table="workers")
    assert queue.get(id).state == "lost" and not queue.worker_alive()


@pytest.mark.slow
@pytest.mark.parametrize("offset", [2 * DAY, -2 * DAY])
def test_a_worker_begun_after_the_jump_agrees_with_those_before(queue, offset):
    key = library.texts.keep("mine.txt", TEXT.encode())
    id = library.start_training(queue, key, "Mine", {}, {"solver": "sgd", "epochs": 10_000})
    process = subprocess.Popen([sys.executable, "-c", WORKER.format(offset=offset)], cwd=ROOT)
    try:
        end = time.monotonic() + 30
        while not (job := queue.get(id)).sentence:
            assert job.state in ("queued", "running"), job
            assert time.monotonic() < end
            time.sleep(0.02)
        assert queue.worker_pids() == {process.pid}
        assert 0 <= job.spent < 30 and abs(job.heartbeat - clock.now()) < LOST_AFTER
        os.kill(process.pid, signal.SIGKILL)
        process.wait(10)
        end = time.monotonic() + 10
        while queue.get(id).state != "lost":
            assert time.monotonic() < end
            time.sleep(0.02)
    finally:
        process.kill()
        process.wait(10)


@pytest.mark.parametrize("jump", JUMPS)
def test_first_come_is_first_served_whatever_the_clock_says(queue, put_clock, jump):
    first = queue.put("tsne", {})
    put_clock(jump)
    second = queue.of("anna").put("tsne", {})
    put_clock(-jump / 2)
    third = queue.of("ben").put("tsne", {})
    assert [queue.place(id) for id in (first, second, third)] == [0, 1, 2]
    assert [job.id for job in queue.unfinished()] == [first, second, third]
    assert queue.take("w").id == first


@pytest.mark.parametrize("jump", JUMPS)
def test_the_expected_wait_does_not_jump(queue, put_clock, jump, monkeypatch):
    monkeypatch.setenv("W2V_WORKERS", "1")
    done = queue.put("tsne", {})
    queue.take("w")
    as_of(queue, 10.0, "started")
    put_clock(jump)
    queue.end(done, "done")  # ten seconds, on a clock that was put meanwhile
    running, waiting = queue.put("tsne", {}), queue.of("anna").put("tsne", {})
    queue.take("w")
    assert queue.wait(waiting) == pytest.approx(10.0, abs=1.0)
    queue.tell("w", running, 0.5, "half way")
    as_of(queue, 4.0, "started")
    put_clock(-jump)
    assert queue.wait(waiting) == pytest.approx(4.0, abs=1.0)


@pytest.mark.parametrize("jump", JUMPS)
def test_a_jobs_time_and_time_left_do_not_jump(queue, put_clock, jump):
    analyses.KINDS["nothing"] = lambda folder, parameters, tell: {}
    try:
        model = new_id()
        analyses.start(library, queue, "nothing", model, {})
        job = queue.take("w")
        as_of(queue, 20.0, "started")
        queue.tell("w", job.id, 0.5, "half way")
        put_clock(jump)
        found = analyses.status(library, queue, "nothing", model, {})
        assert found.seconds == pytest.approx(20, abs=1)
        assert found.seconds_left == pytest.approx(20, abs=1)
    finally:
        del analyses.KINDS["nothing"]


def model():
    from io import BytesIO

    return model_import.add_file(library, BytesIO(b"a 1 2\nb 2 1\n"), "v.txt")


@pytest.mark.parametrize("jump", JUMPS)
def test_a_deleted_model_is_kept_its_day(queue, put_clock, jump):
    first, second = model(), model()
    library.delete(queue, first)
    put_clock(jump)
    library.delete(queue, second)  # which also forgets what was deleted a day ago
    assert {gone.id for gone in library.deleted()} == {first, second}
    for gone in library.deleted():
        assert 0.99 * DAY < gone.kept_until - clock.now() <= DAY
    library.restore(first)
    put_clock(-jump)
    forget_deleted(home())
    assert [gone.id for gone in library.deleted()] == [second]
    write_json(home() / "deleted" / second / "deleted.json", {"at": clock.now() - DAY - 1})
    forget_deleted(home())
    assert library.deleted() == [] and not (home() / "deleted" / second).exists()


@pytest.mark.parametrize("jump", JUMPS)
def test_an_uploaded_text_is_kept_its_week(put_clock, jump):
    week = 8 * DAY
    before = library.texts.keep("a.txt", b"before the jump")
    put_clock(jump * 8)
    after = library.texts.keep("b.txt", b"after it")
    put_clock(-jump * 8)
    again = library.texts.keep("c.txt", b"when it was put right")
    for key in (before, after, again):
        assert library.texts.file(key).is_file()
    folder = library.texts.file(before).parent
    os.utime(folder, (clock.now() - week, clock.now() - week))
    library.texts.keep("d.txt", b"another")
    assert not folder.exists() and library.texts.file(after).is_file()


def test_what_is_half_made_is_swept_after_a_day_and_not_by_a_jump(put_clock):
    left = home() / "models" / f".{new_id()}"
    left.mkdir(parents=True)
    model()
    for jump in (30 * DAY, -60 * DAY):
        put_clock(jump)
        model()
        assert left.exists()
        os.utime(left, (time.time(),) * 2)  # it is still written to: the system dates it
        model()
        assert left.exists()
    put_clock(30 * DAY)
    os.utime(left, (clock.now() - 2 * DAY,) * 2)
    model()
    assert not left.exists()


# The clock itself.


def test_it_goes_as_the_wall_clock_does_where_nobody_puts_that(put_clock):
    begin = clock.now()
    assert begin == pytest.approx(time.time(), abs=1.0)
    put_clock(5 * DAY)
    assert begin <= clock.now() < begin + 1.0


def test_each_home_has_its_own_and_all_its_processes_the_same(put_clock, tmp_path, monkeypatch):
    before = clock.now()
    put_clock(DAY)
    code = (
        "import time; true = time.time; time.time = lambda: true() - 9e6\n"
        "from w2v_core.storage import clock; print(clock.now())"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert before < float(said.stdout) <= clock.now() < before + 60
    monkeypatch.setenv("W2V_HOME", str(tmp_path / "another"))
    assert clock.now() == pytest.approx(before + DAY, abs=60)  # nothing there was on another clock


@pytest.mark.parametrize("jump", [-30 * DAY, 30 * DAY])
def test_after_a_restart_it_takes_the_wall_clocks_word_but_never_goes_back(
    put_clock, monkeypatch, jump
):
    before = clock.now()
    monkeypatch.setattr(machine, "boot", lambda: "another boot")
    put_clock(jump)
    assert clock.now() == pytest.approx(before + max(jump, 0.0), abs=1.0)


def test_a_job_of_before_a_restart_is_lost_though_the_clock_went_back(
    queue, put_clock, monkeypatch
):
    id = running(queue)
    as_of(queue, -1800.0)  # the last that was noted of the time before is older than its last sign
    as_of(queue, -1800.0, table="workers")
    monkeypatch.setattr(machine, "boot", lambda: "another boot")
    put_clock(-30 * DAY)
    job = queue.get(id)
    assert job.state == "lost" and "restarted" in job.message and not queue.worker_alive()


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"boot": 1}', '{"boot": null, "at": "x"}'])
def test_a_damaged_note_of_it_is_written_anew(content):
    home()
    (home() / clock.FILE).write_text(content)
    assert clock.now() == pytest.approx(time.time(), abs=1.0)


def test_where_the_system_names_no_boot_it_is_the_wall_clock(put_clock, monkeypatch):
    monkeypatch.setattr(machine, "boot", lambda: None)
    put_clock(DAY)
    assert clock.now() == pytest.approx(time.time(), abs=0.1)
