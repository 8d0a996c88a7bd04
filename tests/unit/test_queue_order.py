"""The order of the queue: short jobs before long ones of one person, and others lose nothing by it."""

import contextlib
import sqlite3
import threading
import time

import numpy as np
import pytest

from tests.operators_library import library, queue_of
from w2v_core import SkipGram, load_model
from w2v_core.library import training_history
from w2v_core.queue import queue as queue_module
from w2v_core.queue.queue import PATIENCE, Queue
from w2v_core.visitors.ownership import Visitor
from w2v_core.work import training, worker


@pytest.fixture
def queue(tmp_path, monkeypatch):
    monkeypatch.setenv("W2V_HOME", str(tmp_path))
    monkeypatch.setenv("W2V_WORKERS", "1")
    return Queue()


def older(queue, id, seconds):
    with contextlib.closing(sqlite3.connect(queue.path)) as db, db:
        db.execute("UPDATE jobs SET created = created - ? WHERE id = ?", (seconds, id))


def taken(queue):
    """The ids of the jobs as a worker takes them, each ended at once."""
    ids = []
    while (job := queue.take("w")) is not None:
        ids.append(job.id)
        queue.end(job.id, "done")
    return ids


def test_a_short_job_goes_before_a_long_one_of_the_same_person(queue):
    long = queue.put("stability", {}, expected=300.0)
    short = queue.put("train", {}, expected=7.0)
    assert (queue.place(short), queue.place(long)) == (0, 1)
    assert queue.wait(short) == 0 and queue.wait(long) == pytest.approx(7.0)
    assert [job.id for job in queue.unfinished()] == taken(queue) == [short, long]


def test_jobs_of_the_same_length_keep_the_order_in_which_they_came(queue):
    ids = [queue.put("train", {}, expected=20.0) for _ in range(4)]
    assert taken(queue) == ids


def test_where_nothing_is_expected_the_usual_duration_of_the_kind_counts(queue):
    done = queue.put("train", {})
    queue.take("w")
    with contextlib.closing(sqlite3.connect(queue.path)) as db, db:
        db.execute("UPDATE jobs SET started = started - 5")
    queue.end(done, "done")
    unknown, known = queue.put("stability", {}), queue.put("train", {})
    assert taken(queue) == [known, unknown]


def test_a_long_job_is_overtaken_only_for_a_while(queue):
    long = queue.put("stability", {}, expected=100.0)
    older(queue, long, PATIENCE * 100.0 + 1)
    short = queue.put("train", {}, expected=0.1)
    assert taken(queue) == [long, short]


def test_a_long_job_has_its_turn_though_short_ones_come_without_end(queue):
    long = queue.put("stability", {}, expected=100.0)
    before = 0
    while True:
        short = queue.put("train", {}, expected=10.0)
        job = queue.take("w")
        queue.end(job.id, "done")
        if job.id == long:
            break
        assert job.id == short
        before += 1
        older(queue, long, 50.0)  # as if so much time had passed
        assert before < 20
    assert before == (PATIENCE * 90) // 50 + 1


def test_a_job_that_overtakes_takes_no_turn_from_others(queue):
    long = queue.of("anna").put("stability", {}, expected=300.0)
    bens = [queue.of("ben").put("train", {}, expected=100.0) for _ in range(2)]
    short = queue.of("anna").put("train", {}, expected=7.0)
    another = queue.of("anna").put("train", {}, expected=7.0)
    order = [short, *bens, another, long]
    assert [job.id for job in queue.unfinished()] == order
    assert [queue.place(id) for id in order] == [0, 1, 2, 3, 4]
    assert taken(queue) == order


def test_a_job_put_back_keeps_the_turn_that_it_had(queue):
    long = queue.of("anna").put("stability", {}, expected=300.0)
    ben = queue.of("ben").put("train", {}, expected=100.0)
    short = queue.of("anna").put("train", {}, expected=7.0)
    assert queue.take("w").id == short
    queue.put_back("w", short)
    assert taken(queue) == [short, ben, long]


def test_a_queue_written_before_there_were_turns_opens_as_before(tmp_path, monkeypatch):
    monkeypatch.setenv("W2V_HOME", str(tmp_path))
    with contextlib.closing(sqlite3.connect(tmp_path / "queue.sqlite")) as db, db:
        db.execute(
            "CREATE TABLE jobs (id TEXT PRIMARY KEY, kind TEXT NOT NULL, state TEXT NOT NULL, "
            "payload TEXT NOT NULL, created REAL NOT NULL, started REAL, finished REAL, heartbeat REAL, "
            "worker TEXT, stop INTEGER NOT NULL DEFAULT 0, message TEXT, share REAL NOT NULL DEFAULT 0, "
            "sentence TEXT, owner TEXT NOT NULL DEFAULT '', expected REAL)"
        )
        for id, seconds in (("long", 300.0), ("short", 7.0)):
            db.execute(
                "INSERT INTO jobs (id, kind, state, payload, created, expected) "
                "VALUES (?, 'train', 'queued', '{}', 1.0, ?)",
                (id, seconds),
            )
    assert taken(Queue()) == ["short", "long"]


def test_the_job_that_blocks_is_the_owners_own_before_anybody_elses(queue, monkeypatch):
    monkeypatch.setenv("W2V_WORKERS", "2")
    ben = queue.of("ben").put("train", {}, expected=5.0)
    long = queue.of("anna").put("stability", {}, expected=300.0)
    assert queue.blocker(ben) is None and queue.blocker("unknown") is None
    assert {queue.take("w1").id, queue.take("w2").id} == {ben, long}
    short = queue.of("anna").put("train", {}, expected=7.0)
    eve = queue.of("eve").put("train", {}, expected=7.0)
    assert queue.blocker(short).id == long and queue.blocker(eve).id == ben
    assert queue.blocker(long) is None  # it does not wait


def test_another_persons_job_that_blocks_stays_unnamed(queue, monkeypatch):
    monkeypatch.setenv("W2V_SHARED", "1")
    anna, ben = Visitor("anna"), Visitor("ben")
    first = queue_of(anna).put("train", {})
    second, third = queue_of(ben).put("train", {}), queue_of(anna).put("train", {})
    assert queue.take("w").id == first
    assert queue_of(ben).place(second) == 1 and queue_of(ben).blocker(second) is None
    assert queue_of(anna).blocker(third).id == first


def test_what_is_usual_for_a_kind_is_known_once_one_was_done(queue):
    id = queue.put("tsne", {})
    assert queue.usual("tsne") is None
    queue.take("w")
    with contextlib.closing(sqlite3.connect(queue.path)) as db, db:
        db.execute("UPDATE jobs SET started = started - 12")
    queue.end(id, "done")
    assert queue.usual("tsne") == pytest.approx(12.0, abs=1.0) and queue.usual("train") is None


# Giving way


@pytest.fixture
def long(queue):
    """A long job of anna's that runs."""
    id = queue.of("anna").put("stability", {}, expected=300.0)
    assert queue.take("w1").id == id
    return id


def test_a_long_job_gives_way_to_a_much_shorter_one_of_its_owner_alone(queue, long):
    assert not queue.give_way("w1", long)  # nobody waits
    bens = queue.of("ben").put("train", {}, expected=7.0)
    queue.of("anna").put("train", {}, expected=100.0)  # not much shorter
    assert not queue.give_way("w1", long) and queue.take("w2") is None
    short = queue.of("anna").put("train", {}, expected=7.0)
    assert queue.take("w2") is None  # until the long one has come to a place where it can wait
    assert queue.give_way("w1", long) and queue.wait(short) == 0
    assert not queue.go_on("w1", long, 0.0)
    assert queue.take("w2").id == short
    assert queue.take("w3") is None and queue.get(bens).state == "queued"
    assert not queue.give_way("w1", long) and not queue.go_on("w1", long, 0.0, at_once=True)
    queue.end(short, "done")
    assert queue.take("w2") is None  # the place is the long one's still
    assert queue.go_on("w1", long, 0.0) and not queue.get(long).gives_way


def test_a_job_of_another_owner_runs_beside_one_that_gives_way_where_there_are_workers(
    queue, long, monkeypatch
):
    monkeypatch.setenv("W2V_WORKERS", "2")
    short = queue.of("anna").put("train", {}, expected=7.0)
    assert queue.give_way("w1", long) and queue.take("w2").id == short
    bens, eves = (queue.of(who).put("train", {}, expected=7.0) for who in ("ben", "eve"))
    assert queue.take("w3").id == bens and queue.take("w4") is None
    assert queue.get(eves).state == "queued"


@pytest.mark.parametrize("end", ["cancelled while it waits", "cancelled", "lost", "dead", "nobody"])
def test_a_long_job_goes_on_however_the_short_one_ends(queue, long, end):
    short = queue.of("anna").put("train", {}, expected=7.0)
    assert queue.give_way("w1", long)
    if end == "cancelled while it waits":
        queue.request_stop(short)
    elif end == "nobody":  # no worker takes it
        assert not queue.go_on("w1", long, 0.0)
        assert queue.go_on("w1", long, 0.0, at_once=True)
        assert queue.take("w2") is None
        return
    else:
        assert queue.take("w2").id == short and not queue.go_on("w1", long, 0.0)
        if end == "dead":
            with contextlib.closing(sqlite3.connect(queue.path)) as db, db:
                db.execute("UPDATE jobs SET heartbeat = heartbeat - 60 WHERE id = ?", (short,))
        else:
            queue.end(short, end)
    assert queue.go_on("w1", long, 0.0)


def test_the_time_in_which_a_job_gave_way_is_not_counted_as_spent(queue, long):
    short = queue.of("anna").put("train", {}, expected=7.0)
    older_start = queue.get(long).started
    assert queue.give_way("w1", long)
    queue.request_stop(short)
    assert queue.go_on("w1", long, 5.0)
    assert queue.get(long).started == pytest.approx(older_start + 5.0)


def test_a_long_job_does_not_give_way_without_end(queue, long):
    older(queue, long, PATIENCE * 300.0 + 1)
    queue.of("anna").put("train", {}, expected=0.1)
    assert not queue.give_way("w1", long)


@pytest.mark.parametrize(
    "stop",
    [
        pytest.param("the short one", marks=pytest.mark.slow),
        "the long one",
        pytest.param("nobody", marks=pytest.mark.slow),
    ],
)
def test_two_workers_do_the_short_job_in_the_middle_of_the_long_one(queue, monkeypatch, stop):
    told, began, finish = [], threading.Event(), threading.Event()

    def do(home, job, tell):
        told.append(f"{job.payload['name']} begins")
        if job.payload["name"] == "long":
            while not finish.is_set():
                began.set()
                if tell(0.01, "Resampling"):
                    raise InterruptedError("Stopped.")
                time.sleep(0.01)
        else:
            until(lambda: queue.get(long).gives_way)
            if stop != "nobody":
                queue.request_stop({"the short one": job.id, "the long one": long}[stop])
            if stop == "the long one":  # it need not wait for the short one to end
                until(lambda: queue.get(long).ended)
            while stop == "the short one":
                if tell(0.5, "Drawing"):
                    raise InterruptedError("Stopped.")
                time.sleep(0.01)
        told.append(f"{job.payload['name']} ends")

    monkeypatch.setattr(worker.analyses, "do", do)
    monkeypatch.setattr(worker, "has_room_beside", lambda: True)
    long = queue.put("stability", {"name": "long"}, expected=300.0)
    threads = [threading.Thread(target=worker.work, args=(queue, 3.0)) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        assert began.wait(30)
        short = queue.put("tsne", {"name": "short"}, expected=5.0)
        until(lambda: queue.get(short).ended)
        until(lambda: not queue.get(long).gives_way or queue.get(long).ended)
    finally:
        finish.set()
        for thread in threads:
            thread.join(60)
    ended = {id: queue.get(id).state for id in (long, short)}
    if stop == "nobody":
        assert told == ["long begins", "short begins", "short ends", "long ends"]
    assert ended[short] == ("cancelled" if stop == "the short one" else "done")
    assert ended[long] == ("cancelled" if stop == "the long one" else "done")


def until(condition):
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.01)


TEXT = "Berlin is a city in Germany. Paris is a city in France. The old king is there. " * 20


def two_workers_do(queue, ids, monkeypatch):
    """Both workers end when these jobs have ended."""
    over = threading.Event()
    monkeypatch.setattr(worker, "_orphaned", over)
    threads = [threading.Thread(target=worker.work, args=(queue,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        until(lambda: all((job := queue.get(id)) is not None and job.ended for id in ids))
    finally:
        over.set()
        for thread in threads:
            thread.join(60)


@pytest.mark.parametrize("solver", ["newton", "sgd"])
@pytest.mark.parametrize("room", [True, False], ids=["waits in its process", "ends at a pass"])
def test_a_training_gives_way_and_goes_on_to_the_same_vectors(queue, monkeypatch, solver, room):
    done, steps = [], []

    def do(home, job, tell):
        long_job = queue.get(long)
        done.append((job.id, long_job.state, long_job.gives_way, max(steps)))

    def ask_at_pass_four(self, progress, *more, keep=training_history.Recorder.__call__, **named):
        if progress.step == 4 and not steps.count(4):
            queue.put("tsne", {}, "short", expected=5.0)
        steps.append(progress.step)
        keep(self, progress, *more, **named)

    monkeypatch.setattr(worker.analyses, "do", do)
    monkeypatch.setattr(worker, "has_room_beside", lambda: room)
    monkeypatch.setattr(worker, "_TELL_EVERY", 0.0)
    monkeypatch.setattr(queue_module, "_left", lambda job, usual: 300.0)  # though it is soon done
    monkeypatch.setattr(training_history.Recorder, "__call__", ask_at_pass_four)
    text = library.texts.keep("a.txt", TEXT.encode())
    settings = {"epochs": 9, "tolerance": 0, "held_out": 0.2, "dim": 6}
    settings |= {"solver": solver, "batch_size": 2_000}
    long = library.start_training(queue, text, "Long", {}, settings, 300.0)
    two_workers_do(queue, [long, "short"], monkeypatch)
    assert done == [("short", "running", True, 4)]
    assert queue.get("short").state == queue.get(long).state == "done"
    assert steps == ([*range(10)] if room else [*range(5), *range(4, 10)])
    model = load_model(library.model_folder(long))
    alone = SkipGram(**settings).fit(model.corpus)
    np.testing.assert_array_equal(model.V, alone.V)
    np.testing.assert_array_equal(model.U, alone.U)
    np.testing.assert_array_equal(model.loss_curve, alone.loss_curve)


def test_a_training_that_makes_room_can_be_stopped_meanwhile(queue, monkeypatch):
    def do(home, job, tell):
        until(lambda: queue.get(long).gives_way)
        queue.request_stop(long)
        until(lambda: queue.get(long).ended)

    def ask(self, progress, *more, keep=training_history.Recorder.__call__, **named):
        if progress.step == 4:
            queue.put("tsne", {}, "short", expected=5.0)
        keep(self, progress, *more, **named)

    monkeypatch.setattr(worker.analyses, "do", do)
    monkeypatch.setattr(worker, "has_room_beside", lambda: False)
    monkeypatch.setattr(worker, "_TELL_EVERY", 0.0)
    monkeypatch.setattr(queue_module, "_left", lambda job, usual: 300.0)
    monkeypatch.setattr(training_history.Recorder, "__call__", ask)
    text = library.texts.keep("a.txt", TEXT.encode())
    settings = {"epochs": 9, "tolerance": 0, "dim": 6}
    long = library.start_training(queue, text, "Long", {}, settings, 300.0)
    two_workers_do(queue, [long, "short"], monkeypatch)
    assert queue.get("short").state == "done" and queue.get(long).ended
    model = load_model(library.model_folder(long))  # what it had is kept
    assert model.stopped and len(model.loss_curve) == 5 and library.can_continue(long)


def test_time_in_which_a_training_waits_is_not_its_own(queue, monkeypatch):
    clock = {"now": 0.0}
    monkeypatch.setattr(training.time, "perf_counter", lambda: clock["now"])

    def told(share, phase):
        clock["now"] += 1000.0  # a shorter job is done meanwhile

    text = library.texts.keep("a.txt", TEXT.encode())
    id = library.start_training(queue, text, "Long", {}, {"epochs": 3, "tolerance": 0, "dim": 6})
    folder = library.model_folder(id)
    training.train(folder, library.texts.file(text), lambda: None, None, told)
    assert load_model(folder).seconds == 0.0
    assert training_history.read_progress(folder).phase_seconds == 0.0
