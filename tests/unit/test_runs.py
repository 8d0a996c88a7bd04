"""Models on disk, the queue, and the job that trains."""

import io
import json
import os
import shutil
import signal
import sqlite3
import time
from pathlib import Path

import numpy as np
import pytest

from tests.operators_library import library
from w2v_core import Corpus, SkipGram, load_model, save_model
from w2v_core.exchange import model_import
from w2v_core.library import training_history
from w2v_core.library.model_files import write_about
from w2v_core.queue import queue as queue_module
from w2v_core.queue import supervisor
from w2v_core.queue.queue import Queue
from w2v_core.storage import catalog
from w2v_core.storage.files import whole_file, write_json
from w2v_core.storage.home import home
from w2v_core.work import analyses, worker
from w2v_core.work.training import Paused, train

TEXT = "Berlin is a city in Germany. Paris is a city in France. The König is <b>old</b>. " * 20


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("W2V_HOME", str(tmp_path / "home"))


@pytest.fixture
def model():
    return SkipGram(epochs=5).fit(Corpus.from_text(TEXT))


def wait_for(condition, seconds=30):
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)
    return found


# Models on disk


def test_a_saved_model_comes_back_the_same(model, tmp_path):
    save_model(model, tmp_path / "m", name="Berlin")
    again = load_model(tmp_path / "m")
    for name in ("V", "U", "log_q", "counts", "loss_curve", "held_out_curve"):
        np.testing.assert_array_equal(getattr(again, name), getattr(model, name))
    assert again.words == model.words and again.chosen == model.chosen
    assert again.get_params() == model.get_params() and again.stopped == model.stopped
    assert again.corpus.concordance("könig", 1) == ["The König is <b>old</b>."]
    assert again.vocabulary.index("BERLIN") == model.vocabulary.index("berlin")
    assert load_model(tmp_path / "m", corpus=False).corpus is None


def test_losses_of_the_sentences_kept_back_are_kept_and_may_be_missing(tmp_path):
    model = SkipGram(epochs=5, held_out=0.2).fit(Corpus.from_text(TEXT))
    folder = save_model(model, tmp_path / "m")
    assert len(model.held_out_curve) == len(model.loss_curve)
    np.testing.assert_array_equal(load_model(folder).held_out_curve, model.held_out_curve)
    file = next(folder.glob("model-*.npz"))  # as earlier versions wrote it
    with np.load(file) as arrays:
        older = {name: arrays[name] for name in arrays if name != "held_out_curve"}
    np.savez(file, **older)
    again = load_model(folder)
    assert len(again.held_out_curve) == 0
    np.testing.assert_array_equal(again.loss_curve, model.loss_curve)


def test_saving_over_a_model_leaves_one_and_a_loaded_one_can_be_saved_in_place(model, tmp_path):
    save_model(model, tmp_path / "m")
    other = SkipGram(epochs=2).fit(Corpus.from_text(TEXT))
    save_model(other, tmp_path / "m")
    np.testing.assert_array_equal(load_model(tmp_path / "m").V, other.V)
    assert len(list((tmp_path / "m").glob("model-*.npz"))) == 1
    save_model(load_model(tmp_path / "m"), tmp_path / "m")
    assert load_model(tmp_path / "m").corpus.concordance("berlin", 1)
    save_model(load_model(tmp_path / "m"), tmp_path / "copy")
    assert load_model(tmp_path / "copy").corpus.n_tokens == model.corpus.n_tokens


def test_nothing_on_disk_is_pickled(model, tmp_path):
    folder = save_model(model, tmp_path / "m")
    for file in folder.glob("*.npz"):
        with np.load(file, allow_pickle=False) as arrays:
            assert all(arrays[name].dtype != object for name in arrays)
    assert json.loads((folder / "model.json").read_text())["schema_version"] == 1


def test_folders_without_a_whole_model_are_told_apart(model, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"model\.json is missing"):
        load_model(tmp_path)
    folder = save_model(model, tmp_path / "m")
    record = json.loads((folder / "model.json").read_text())
    write_json(folder / "model.json", {**record, "schema_version": 99})
    with pytest.raises(ValueError, match="newer version"):
        load_model(folder)
    write_json(folder / "model.json", {**record, "words": record["words"][:-1]})
    with pytest.raises(ValueError, match="damaged"):
        load_model(folder)
    write_json(folder / "model.json", record)
    (folder / record["arrays"]).write_bytes(b"not an archive")
    with pytest.raises(ValueError, match="damaged"):
        load_model(folder)
    (folder / "model.json").write_text("{")
    with pytest.raises(ValueError, match="damaged"):
        load_model(folder)
    with pytest.raises(ValueError, match="fit"):
        save_model(SkipGram(), tmp_path / "untrained")


def test_a_file_that_fails_half_way_leaves_the_old_one(tmp_path):
    path = tmp_path / "file"
    path.write_text("old")
    with pytest.raises(RuntimeError), whole_file(path) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


# The queue


def test_jobs_come_first_come_first_served_and_one_at_a_time(monkeypatch):
    monkeypatch.setenv("W2V_WORKERS", "1")
    queue = Queue()
    first, second = queue.put("train", {"text": "a"}), queue.of("anna").put("train", {"text": "b"})
    assert (queue.place(first), queue.place(second)) == (0, 1)
    assert queue.take("w1").id == first
    assert queue.take("w2") is None
    queue.end(first, "done")
    assert queue.take("w2").id == second


def test_as_many_jobs_run_as_there_may_be_workers_and_one_a_person(monkeypatch):
    monkeypatch.setenv("W2V_WORKERS", "2")
    queue = Queue()
    anna, ben, eve = queue.of("anna"), queue.of("ben"), queue.of("eve")
    a1, a2, b1, e1 = (q.put("train", {}) for q in (anna, anna, ben, eve))
    assert queue.get(a1).owner == "anna" and queue.get(queue.put("train", {})).owner == ""
    assert (queue.take("w1").id, queue.take("w2").id) == (a1, b1)  # anna's second waits
    assert queue.take("w3") is None
    assert [job.id for job in queue.unfinished()][:2] == [a1, b1]
    queue.end(b1, "done")
    assert queue.take("w2").id == e1
    queue.end(a1, "done")
    assert queue.take("w1").id == a2


def test_the_wait_is_told_from_what_runs_before(monkeypatch):
    monkeypatch.setenv("W2V_WORKERS", "1")
    queue = Queue()
    first = queue.put("train", {}, expected=100.0)
    second = queue.of("anna").put("train", {}, expected=50.0)
    third = queue.of("ben").put("tsne", {})
    assert queue.wait(first) == 0 and queue.wait(third) == pytest.approx(150)
    queue.take("w1")
    assert queue.wait(first) is None and queue.wait(second) == pytest.approx(100, abs=1)
    with sqlite3.connect(queue.path) as db:
        db.execute("UPDATE jobs SET started = started - 30, share = 0.75 WHERE id = ?", (first,))
    assert queue.wait(second) == pytest.approx(10, abs=1)
    assert queue.wait(third) == pytest.approx(60, abs=1)
    monkeypatch.setenv("W2V_WORKERS", "2")
    assert queue.wait(second) == 0 and queue.wait(third) == pytest.approx(10, abs=1)
    queue.end(first, "done")  # from now on a training is known to take as long as that one did
    fourth, fifth = queue.of("dora").put("train", {}), queue.of("emil").put("train", {})
    queue.end(second, "done")
    queue.end(third, "done")
    monkeypatch.setenv("W2V_WORKERS", "1")
    assert queue.wait(fifth) == pytest.approx(30, abs=1) and queue.wait(fourth) == 0


def test_a_silent_worker_is_noticed_and_its_job_is_lost(monkeypatch):
    queue = Queue()
    id = queue.put("train", {})
    queue.take("w1")
    assert queue.get(id).state == "running" and not queue.beat("w1", id)
    monkeypatch.setattr(queue_module, "LOST_AFTER", 0.0)
    time.sleep(0.01)
    assert queue.get(id).state == "lost"
    monkeypatch.undo()
    assert not queue.beat("w1", id)  # it lives after all: a machine that slept
    assert queue.get(id).state == "running"
    queue.end(id, "done")
    assert queue.beat("w1", id) == "leave"  # no longer this worker's


def test_stop_cancels_a_queued_job_and_asks_a_running_one():
    queue = Queue()
    running, queued = queue.put("train", {}), queue.put("train", {})
    queue.take("w")
    queue.request_stop(queued)
    queue.request_stop(running)
    assert queue.get(queued).state == "cancelled" and queue.get(running).state == "running"
    assert queue.beat("w", running) == "stop"


def test_two_workers_never_take_the_same_job(monkeypatch):
    from concurrent.futures import ThreadPoolExecutor

    monkeypatch.setenv("W2V_WORKERS", "100")
    queue = Queue()
    ids = {queue.of(f"person {i}").put("train", {}) for i in range(20)}
    with ThreadPoolExecutor(8) as pool:
        taken = [job.id for job in pool.map(lambda i: queue.take(f"w{i}"), range(30)) if job]
    assert sorted(taken) == sorted(ids)


def test_a_job_is_queued_again_only_once_it_has_ended():
    queue = Queue()
    id = queue.put("train", {"text": "a"})
    assert queue.put("train", {"text": "b"}, id) == id and queue.get(id).payload == {"text": "a"}
    assert not queue.put_again(id) and not queue.put_again("unknown")
    queue.take("w1")
    queue.tell("w1", id, 0.5, "half way")
    queue.request_stop(id)
    assert not queue.put_again(id)
    queue.end(id, "failed", "It failed.")
    assert queue.put_again(id)
    job = queue.get(id)
    assert (job.state, job.stop, job.message, job.share) == ("queued", False, None, 0.0)
    assert queue.beat("w1", id) == "leave"  # its former worker should let go
    assert queue.take("w2").id == id


def test_a_queue_of_an_earlier_version_opens(tmp_path):
    with sqlite3.connect(tmp_path / "queue.sqlite") as db:
        db.execute(
            "CREATE TABLE jobs (id TEXT PRIMARY KEY, kind TEXT NOT NULL, state TEXT NOT NULL, "
            "payload TEXT NOT NULL, created REAL NOT NULL, started REAL, finished REAL, "
            "heartbeat REAL, worker TEXT, stop INTEGER NOT NULL DEFAULT 0, message TEXT)"
        )
        db.execute(
            "INSERT INTO jobs (id, kind, state, payload, created) VALUES "
            "('a', 'train', 'done', '{}', 1.0)"
        )
        db.execute(
            "CREATE TABLE workers (id TEXT PRIMARY KEY, pid INTEGER, heartbeat REAL NOT NULL)"
        )
    job = Queue(tmp_path).get("a")
    assert (job.share, job.owner, job.expected) == (0.0, "", None)
    Queue(tmp_path).beat("w")
    assert Queue(tmp_path).worker_pids() == {os.getpid()}
    assert [job.id for job in Queue(tmp_path).jobs("train")] == ["a"]


# The job "train"


def started(text=TEXT, text_parameters=None, **model_parameters):
    queue = Queue()
    key = library.texts.keep("mine.txt", text.encode() if isinstance(text, str) else text)
    return queue, library.start_training(
        queue, key, "Mine", text_parameters or {}, model_parameters
    )


def test_a_worker_trains_and_the_library_holds_the_model():
    queue, id = started(epochs=7, tolerance=0)
    worker.work(queue, idle_seconds=0)
    assert queue.get(id).state == "done"
    (entry,) = library.models()
    assert (entry.id, entry.name, entry.n_words) == (id, "Mine", 12)
    folder = library.model_folder(id)
    model = load_model(folder)
    assert model.corpus.concordance("paris", 1) == ["Paris is a city in France."]
    # V and U of every pass, and the loss that belongs to it
    assert training_history.snapshot_steps(folder) == list(range(8))
    last = training_history.read_snapshot(folder, 7)
    np.testing.assert_allclose(last.V, model.V, atol=2e-3)
    np.testing.assert_allclose(last.U, model.U, atol=2e-3)
    progress = training_history.read_progress(folder)
    assert progress["losses"] == pytest.approx(model.loss_curve.tolist())
    assert progress["share"] == 1.0


def test_watched_words_beyond_the_most_frequent_are_in_the_history(monkeypatch):
    monkeypatch.setattr(training_history, "MOST_FREQUENT", 3)
    queue, id = started(epochs=2)
    folder = library.model_folder(id)
    training_history.write_watched(folder, ["old", "Paris", "unheard"])
    worker.work(queue, idle_seconds=0)
    words = load_model(folder).words
    rows = training_history.read_snapshot(folder, 1).rows
    assert [words[i] for i in rows[3:]] == sorted(["old", "paris"], key=words.index)


def test_a_long_history_is_thinned_and_a_short_one_is_whole(monkeypatch):
    monkeypatch.setattr(training_history, "KEPT_WHOLE", 10)
    queue, id = started(epochs=100, solver="sgd")
    worker.work(queue, idle_seconds=0)
    steps = training_history.snapshot_steps(library.model_folder(id))
    assert steps[:20] == list(range(20)) and 20 < len(steps) < 50


def test_stopping_keeps_the_model_so_far(monkeypatch):
    queue, id = started(epochs=10_000, tolerance=0, prior=0, solver="sgd")

    def stop_at_pass_two(self, progress, *more, keep=training_history.Recorder.__call__, **named):
        keep(self, progress, *more, **named)
        if progress.step == 2:
            queue.request_stop(id)

    monkeypatch.setattr(training_history.Recorder, "__call__", stop_at_pass_two)
    worker.work(queue, idle_seconds=0)
    assert queue.get(id).state == "done"
    model = load_model(library.model_folder(id))
    assert model.stopped and 3 <= len(model.loss_curve) < 5_000


def test_a_job_stopped_while_reading_leaves_no_model(monkeypatch):
    queue, id = started()

    def stop_first(folder, text, should_end, max_bytes, told):
        train(folder, text, lambda: "stop", max_bytes, told)

    monkeypatch.setattr(worker, "train", stop_first)
    worker.work(queue, idle_seconds=0)
    assert queue.get(id).state == "cancelled"
    assert queue.get(id).message == "Reading the text was stopped. There is nothing to keep."
    assert library.models() == []


@pytest.mark.parametrize(
    ("text", "text_parameters", "model_parameters", "sentence"),
    [
        (b" ", {}, {}, "contains no words"),
        (b"", {}, {}, "is empty"),
        (b"word word", {}, {}, "single word"),
        (b"?!.,;", {}, {}, "contains no words"),
        (bytes(range(256)) * 50, {}, {}, "binary data"),
        (b"y" * 10_000_000, {}, {}, "runs of more than 1,000"),
        (TEXT, {}, {"dim": 300}, "dim=300"),
        (TEXT, {"min_count": 1000}, {}, "lower the minimum count"),
        (b"one\ntwo\nthree", {}, {}, "no training pairs"),
    ],
)
def test_bad_input_fails_with_a_sentence_and_leaves_no_model(
    text, text_parameters, model_parameters, sentence
):
    queue, id = started(text, text_parameters, **model_parameters)
    worker.work(queue, idle_seconds=0)
    job = queue.get(id)
    assert job.state == "failed" and sentence in job.message and "Traceback" not in job.message
    assert library.models() == []
    good_queue, good = started()
    worker.work(good_queue, idle_seconds=0)
    assert [entry.id for entry in library.models()] == [good]


def test_a_text_above_the_limit_fails_with_a_sentence(monkeypatch):
    monkeypatch.setenv("W2V_MAX_TEXT_MB", "0.001")
    queue, id = started()
    worker.work(queue, idle_seconds=0)
    assert "more than 0.001 MB of text" in queue.get(id).message


def test_a_killed_worker_process_is_noticed_and_its_checkpoint_kept():
    queue, id = started(epochs=10_000, tolerance=0, solver="sgd", learning_rate=0.01)
    folder = library.model_folder(id)
    wait_for(
        lambda: (
            worker.ensure_worker(queue)
            or ((kept := training_history.read_checkpoint(folder)) and len(kept.loss_curve) > 3)
        )
    )
    assert queue.worker_alive()
    with sqlite3.connect(queue.path) as db:
        (pid,) = db.execute("SELECT pid FROM workers").fetchone()
    os.kill(pid, signal.SIGKILL)
    killed = time.monotonic()
    wait_for(lambda: queue.get(id).state == "lost", seconds=5)
    assert time.monotonic() - killed < 5  # what the page promises
    assert library.models() == []
    assert training_history.keep_checkpoint(folder)
    model = load_model(folder)
    assert model.stopped and np.isfinite(model.V).all() and len(library.models()) == 1
    assert model.loss_curve[-1] < model.loss_curve[0]


# Going on where a training broke off


def same_vectors(id):
    """The finished model of a training is the one that nothing had disturbed."""
    model = load_model(library.model_folder(id))
    settings = library.settings(id)
    undisturbed = SkipGram(**settings["model"]).fit(Corpus.from_text(TEXT, **settings["text"]))
    np.testing.assert_allclose(model.loss_curve, undisturbed.loss_curve, rtol=1e-5)
    np.testing.assert_allclose(model.held_out_curve, undisturbed.held_out_curve, rtol=1e-5)
    for name in ("V", "U"):
        np.testing.assert_allclose(getattr(model, name), getattr(undisturbed, name), atol=1e-4)
    assert model.chosen == undisturbed.chosen and not model.stopped
    progress = training_history.read_progress(library.model_folder(id))
    assert progress["losses"] == pytest.approx(model.loss_curve.tolist())
    assert progress["held_out_losses"] == pytest.approx(model.held_out_curve.tolist())


class Died(BaseException):
    """What ends a training between two passes, as if its process had been killed."""


@pytest.mark.parametrize(
    "died_at, solver",
    [
        *((at, "newton") for at in (0, 1, 6)),
        *(pytest.param(at, "sgd", marks=pytest.mark.slow) for at in (0, 1, 6)),
    ],
)
def test_a_training_that_died_goes_on_to_the_same_vectors(monkeypatch, solver, died_at):
    monkeypatch.setattr(training_history, "CHECKPOINT_EVERY", 0.0)
    monkeypatch.setattr(training_history, "MOST_SHARE", np.inf)
    queue, id = started(epochs=9, tolerance=0, solver=solver, held_out=0.2)
    folder = library.model_folder(id)
    text = library.texts.file(queue.get(id).payload["text"])

    def die(self, progress, *more, keep=training_history.Recorder.__call__, **named):
        keep(self, progress, *more, **named)
        if progress.step == died_at:
            raise Died

    with monkeypatch.context() as patch, pytest.raises(Died):
        patch.setattr(training_history.Recorder, "__call__", die)
        train(folder, text, lambda: None, None)
    assert training_history.checkpoint_passes(folder) == died_at and library.models() == []
    steps = []

    def note(self, progress, *more, keep=training_history.Recorder.__call__, **named):
        steps.append(progress.step)
        keep(self, progress, *more, **named)

    monkeypatch.setattr(training_history.Recorder, "__call__", note)
    train(folder, None, lambda: None, None)  # the text itself is not needed any more
    assert died_at <= steps[0] <= died_at + 1 and steps[-1] == 9
    same_vectors(id)
    assert not library.can_continue(id)


def test_a_stopped_training_can_be_continued(monkeypatch):
    queue, id = started(epochs=150, solver="sgd", held_out=0.2)

    def stop_at_pass_five(self, progress, *more, keep=training_history.Recorder.__call__, **named):
        if progress.step == 5:
            queue.request_stop(id)
        keep(self, progress, *more, **named)

    with monkeypatch.context() as patch:
        patch.setattr(training_history.Recorder, "__call__", stop_at_pass_five)
        patch.setattr(worker, "BEAT_EVERY", 0.05)
        worker.work(queue, idle_seconds=0)
    folder = library.model_folder(id)
    assert load_model(folder).stopped and library.can_continue(id)
    assert library.continue_training(queue, id)
    assert not library.continue_training(queue, id)  # it waits already
    worker.work(queue, idle_seconds=0)
    same_vectors(id)
    assert not library.can_continue(id) and not library.continue_training(queue, id)


@pytest.mark.parametrize("solver", ["newton", "sgd"])
@pytest.mark.parametrize("wish", ["stop", "pause"])
@pytest.mark.parametrize("within", [False, True])
def test_a_training_ended_at_any_moment_goes_on_to_the_same_vectors(
    monkeypatch, solver, wish, within
):
    queue, id = started(epochs=9, tolerance=0, solver=solver)
    folder = library.model_folder(id)
    text = library.texts.file(queue.get(id).payload["text"])
    wishes = []

    def end_at_pass_four(self, progress, *more, keep=training_history.Recorder.__call__, **named):
        if progress.step == 4 and not within:
            wishes.append(wish)
        keep(self, progress, *more, **named)

    def end_within_pass_four(self, V, keep=training_history.Recorder.live):
        if within and len(self.losses) == 5:
            wishes.append(wish)
        keep(self, V)

    with monkeypatch.context() as patch:
        patch.setattr(training_history.Recorder, "__call__", end_at_pass_four)
        patch.setattr(training_history.Recorder, "live", end_within_pass_four)
        if wish == "stop":
            train(folder, text, lambda: wishes[0] if wishes else None, None)
            assert load_model(folder).stopped
        else:
            with pytest.raises(Paused):
                train(folder, text, lambda: wishes[0] if wishes else None, None)
            assert library.models() == []
    assert len(training_history.read_state(folder).losses) <= 5
    train(folder, None, lambda: None, None)
    same_vectors(id)


def worker_pid(queue):
    with sqlite3.connect(queue.path) as db:
        (pid,) = db.execute("SELECT pid FROM workers").fetchone()
    return pid


def in_the_middle(queue):
    """A training in a worker process, some passes done."""
    _, id = started(epochs=150, solver="sgd")

    def has_passes():
        worker.ensure_worker(queue)  # as a page does, again and again
        return (training_history.checkpoint_passes(library.model_folder(id)) or 0) > 3

    wait_for(has_passes)
    return id


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads /proc")
def test_all_of_a_worker_stands_back_behind_the_pages():
    queue = Queue()
    wait_for(lambda: worker.ensure_worker(queue) or queue.worker_alive())
    pid = worker_pid(queue)
    threads = [int(task.name) for task in Path(f"/proc/{pid}/task").iterdir()]
    priorities = {os.getpriority(os.PRIO_PROCESS, thread) for thread in threads}
    niceness = max(supervisor.NICE, os.getpriority(os.PRIO_PROCESS, 0))
    assert priorities == {niceness}  # also those of the matrix products
    session = Path(f"/proc/{pid}/autogroup")
    if session.exists() and (said := session.read_text()):  # "/autogroup-7 nice 10"
        assert int(said.split()[-1]) == supervisor.SESSION_NICE
    os.kill(pid, signal.SIGTERM)
    wait_for(lambda: not queue.worker_alive(), seconds=5)


def test_a_worker_told_to_end_leaves_its_training_to_the_next():
    queue = Queue()
    id = in_the_middle(queue)
    os.kill(worker_pid(queue), signal.SIGTERM)
    wait_for(lambda: not queue.worker_alive(), seconds=5)
    assert queue.get(id).state == "queued" and library.models() == []
    passes = training_history.checkpoint_passes(library.model_folder(id))
    assert 3 < passes < 150
    worker.work(queue, idle_seconds=0)
    assert queue.get(id).state == "done"
    same_vectors(id)


@pytest.mark.parametrize("solver", ["newton", "sgd"])
def test_a_training_that_another_worker_has_writes_nothing_more(monkeypatch, solver):
    queue, id = started(epochs=10, tolerance=0, solver=solver)
    folder = library.model_folder(id)
    text = library.texts.file(queue.get(id).payload["text"])
    left, files = [], {}

    def leave_at_pass_three(
        self, progress, *more, keep=training_history.Recorder.__call__, **named
    ):
        keep(self, progress, *more, **named)
        if progress.step == 3:
            left.append(True)
            files.update({f: f.stat().st_mtime_ns for f in folder.rglob("*") if f.is_file()})

    monkeypatch.setattr(training_history.Recorder, "__call__", leave_at_pass_three)
    with pytest.raises(Paused):
        train(folder, text, lambda: "leave" if left else None, None)
    assert files == {f: f.stat().st_mtime_ns for f in folder.rglob("*") if f.is_file()}
    assert library.models() == []


def test_progress_carries_both_losses_and_that_of_no_contexts():
    queue, id = started(epochs=4, tolerance=0, held_out=0.2)
    worker.work(queue, idle_seconds=0)
    progress = training_history.read_progress(library.model_folder(id))
    model = load_model(library.model_folder(id))
    assert len(progress["held_out_losses"]) == len(progress["losses"]) == 5
    assert progress["held_out_losses"] == pytest.approx(model.held_out_curve.tolist())
    N, _ = model.count(model.corpus)
    q = np.asarray(N.sum(axis=0), float) + model.chosen["smoothing"]
    q /= q.sum()
    expected = -sum(share * np.log(q[o]) for o, share in enumerate(N.sum(axis=0) / N.sum()))
    assert progress["unigram_loss"] == pytest.approx(expected, rel=1e-5)
    assert progress["losses"][-1] < progress["unigram_loss"]


@pytest.mark.slow
def test_a_checkpoint_from_before_losses_were_held_out_is_taken_up(monkeypatch):
    queue, id = started(epochs=6, solver="sgd")
    folder = library.model_folder(id)

    def die(self, progress, *more, keep=training_history.Recorder.__call__, **named):
        keep(self, progress, *more, **named)
        if progress.step == 3:
            raise Died

    monkeypatch.setattr(training_history, "CHECKPOINT_EVERY", 0.0)
    monkeypatch.setattr(training_history, "MOST_SHARE", np.inf)
    text = library.texts.file(queue.get(id).payload["text"])
    with monkeypatch.context() as patch, pytest.raises(Died):
        patch.setattr(training_history.Recorder, "__call__", die)
        train(folder, text, lambda: None, None)
    with np.load(folder / "checkpoint.npz") as arrays:
        older = {name: arrays[name] for name in arrays if name != "held_out_losses"}
    scalars = json.loads(str(older["scalars"]))
    del scalars["held_out_losses"]
    np.savez(folder / "checkpoint.npz", **{**older, "scalars": np.array(json.dumps(scalars))})
    train(folder, None, lambda: None, None)
    same_vectors(id)


def test_a_diverged_training_has_nothing_to_go_on_from(monkeypatch):
    monkeypatch.setattr(training_history, "CHECKPOINT_EVERY", 0.0)
    queue, id = started(solver="sgd", learning_rate=10.0, batch_size=1000, epochs=5)
    worker.work(queue, idle_seconds=0)
    assert queue.get(id).state == "failed" and not library.can_continue(id)


def test_a_damaged_checkpoint_means_to_begin_anew():
    queue, id = started(epochs=10)
    folder = library.model_folder(id)
    (folder / "checkpoint.npz").write_bytes(b"PK\x03\x04 half")
    assert training_history.checkpoint_passes(
        folder
    ) is None and not training_history.keep_checkpoint(folder)
    worker.work(queue, idle_seconds=0)
    same_vectors(id)


# Other work in the background


@pytest.fixture
def model_id(model):
    save_model(model, library.model_folder("0" * 16), name="good", created=1.0)
    return "0" * 16


@pytest.fixture
def runs(monkeypatch):
    """A kind of work that notes each of its runs, and the list of them."""
    seen = []

    def work(folder, parameters, tell):
        seen.append(parameters)
        if tell(0.5, "Half way"):
            raise InterruptedError("It was stopped.")
        if parameters.get("bad"):
            raise ValueError("This cannot be done.")
        return {"squares": np.arange(parameters["n"]) ** 2, "folder": folder.name}

    monkeypatch.setitem(analyses.KINDS, "squares", work)
    return seen


def test_work_is_done_once_and_its_result_is_kept(model_id, runs):
    queue = Queue()
    assert analyses.status(library, queue, "squares", model_id, {"n": 3}) is None
    assert analyses.result(library, "squares", model_id, {"n": 3}) is None
    id = analyses.start(library, queue, "squares", model_id, {"n": 3, "p": 30.0})
    assert analyses.start(library, queue, "squares", model_id, {"p": 30, "n": 3}) == id
    other = analyses.start(library, queue, "squares", model_id, {"n": 4})
    assert analyses.status(library, queue, "squares", model_id, {"n": 4}).place == 1
    worker.work(queue, idle_seconds=0)
    assert analyses.start(library, queue, "squares", model_id, {"n": 3, "p": 30}) == id != other
    worker.work(queue, idle_seconds=0)
    assert len(runs) == 2
    found = analyses.result(library, "squares", model_id, {"n": 3, "p": 30})
    np.testing.assert_array_equal(found.arrays["squares"], [0, 1, 4])
    assert found.values == {"folder": model_id}
    assert analyses.status(library, queue, "squares", model_id, {"n": 4}).state == "done"
    # the training's own row, and the list of trainings, know nothing of it
    assert queue.get(model_id) is None and queue.jobs("train") == []


def test_work_that_failed_says_why_and_can_be_started_again(model_id, runs):
    queue, parameters = Queue(), {"n": 3, "bad": True}
    analyses.start(library, queue, "squares", model_id, parameters)
    worker.work(queue, idle_seconds=0)
    failed = analyses.status(library, queue, "squares", model_id, parameters)
    assert (failed.state, failed.message, failed.share) == ("failed", "This cannot be done.", 0.5)
    analyses.start(library, queue, "squares", model_id, parameters)
    assert analyses.status(library, queue, "squares", model_id, parameters).state == "queued"
    analyses.stop(queue, "squares", model_id, parameters)
    assert analyses.status(library, queue, "squares", model_id, parameters).state == "cancelled"
    with pytest.raises(ValueError, match="choose one of"):
        analyses.start(library, queue, "cubes", model_id, {})
    with pytest.raises(ValueError, match="model"):
        analyses.start(library, queue, "squares", "../x", {})


def test_a_job_of_a_kind_that_is_no_more_ends_with_a_sentence(model_id):
    queue = Queue()
    old = queue.put("compare", {"model": model_id, "parameters": {"other": model_id}})
    worker.work(queue, idle_seconds=0)
    job = queue.get(old)
    assert job.state == "failed" and job.message == (
        "This version of the app has no analysis called 'compare', so nothing was done: start what you "
        "need again from its page."
    )
    assert queue.unfinished() == []


def test_results_of_a_model_that_changed_or_damaged_ones_are_made_again(model_id, runs):
    queue, parameters = Queue(), {"n": 3}
    folder = library.model_folder(model_id)
    results = folder / "results"

    def made():
        analyses.start(library, queue, "squares", model_id, parameters)
        worker.work(queue, idle_seconds=0)
        return analyses.result(library, "squares", model_id, parameters) is not None

    assert made() and made() and len(runs) == 1
    save_model(SkipGram(epochs=2).fit(Corpus.from_text(TEXT)), folder)
    assert analyses.result(library, "squares", model_id, parameters) is None
    assert made() and len(runs) == 2
    next(results.glob("*.npz")).write_bytes(b"PK no archive")
    assert analyses.result(library, "squares", model_id, parameters) is None
    assert made() and len(runs) == 3
    next(results.glob("*.json")).write_text("{")
    assert made() and len(runs) == 4


def test_a_tsne_in_the_background_leaves_its_coordinates(model_id):
    queue = Queue()
    parameters = {
        "which": "sum",
        "words": 10,
        "dims": 3,
        "perplexity": 3.0,
        "iterations": 250,
        "learning_rate": "auto",
        "seed": 1,
        "centered": True,
        "unit": True,
    }
    analyses.start(library, queue, "tsne", model_id, parameters)
    worker.work(queue, idle_seconds=0)
    found = analyses.result(library, "tsne", model_id, parameters)
    assert found.arrays["coordinates"].shape == (10, 3)
    assert np.isfinite(found.arrays["coordinates"]).all() and found.values["kl_divergence"] >= 0


def test_a_tsne_that_the_words_do_not_allow_fails_with_a_sentence(model_id):
    queue, parameters = Queue(), {"which": "center", "words": 10, "perplexity": 30}
    analyses.start(library, queue, "tsne", model_id, parameters)
    worker.work(queue, idle_seconds=0)
    status = analyses.status(library, queue, "tsne", model_id, parameters)
    assert status.state == "failed" and "below 10" in status.message


def test_a_running_tsne_stops_when_asked(model):
    queue, model_id, vectors = Queue(), "1" * 16, np.random.default_rng(0).normal(size=(1000, 10))
    large = SkipGram.from_arrays(
        parameters={},
        chosen={},
        words=[f"w{i}" for i in range(1000)],
        lowercase=True,
        counts=np.ones(1000, np.int64),
        V=vectors,
        U=vectors,
        log_q=np.zeros(1000),
        loss_curve=model.loss_curve,
        stopped=False,
        seconds=1.0,
    )
    save_model(large, library.model_folder(model_id))
    parameters = {"which": "center", "words": 1000, "iterations": 100_000}
    analyses.start(library, queue, "tsne", model_id, parameters)
    wait_for(
        lambda: (
            worker.ensure_worker(queue)
            or analyses.status(library, queue, "tsne", model_id, parameters).share > 0
        )
    )
    analyses.stop(queue, "tsne", model_id, parameters)
    wait_for(lambda: analyses.status(library, queue, "tsne", model_id, parameters).ended, seconds=5)
    ended = analyses.status(library, queue, "tsne", model_id, parameters)
    assert ended.state == "cancelled" and "stopped" in ended.message
    assert analyses.result(library, "tsne", model_id, parameters) is None


def test_a_stability_in_the_background_is_read_back(model_id):
    queue, parameters = Queue(), {"resamples": 3, "seed": 0}
    analyses.start(library, queue, "stability", model_id, parameters)
    assert analyses.load_stability(library, model_id, parameters) is None
    worker.work(queue, idle_seconds=0)
    found = analyses.load_stability(library, model_id, parameters)
    assert found.resamples == 3
    shares = [share * 3 for *_, share in found.neighbours("berlin", 4)]
    assert len(shares) == 4 and shares == [round(share) for share in shares]


def test_a_training_from_a_random_start_in_the_background_keeps_its_passes(model_id, model):
    queue = Queue()
    analyses.start(library, queue, "random_start", model_id, {})
    worker.work(queue, idle_seconds=0)
    found = analyses.result(library, "random_start", model_id, {})
    V, losses = found.arrays["V"], found.arrays["losses"]
    assert V.shape == (len(losses), *model.V.shape) == found.arrays["U"].shape
    # It starts small, where every word is about as likely as any, and ends knowing more.
    assert np.abs(V[0]).max() < 0.5 < np.abs(V[-1]).max()
    assert losses[0] == pytest.approx(np.log(len(model.words)), rel=0.01) and losses[-1] < losses[0]


def test_a_stability_without_the_text_fails_with_a_sentence(model_id):
    queue, parameters = Queue(), {"resamples": 3, "seed": 0}
    (library.model_folder(model_id) / "corpus.json").unlink()
    analyses.start(library, queue, "stability", model_id, parameters)
    worker.work(queue, idle_seconds=0)
    assert (
        "text of this model is missing"
        in analyses.status(library, queue, "stability", model_id, parameters).message
    )


def test_a_worker_told_to_end_leaves_other_work_to_the_next(model_id, runs, monkeypatch):
    queue = Queue()

    def work(folder, parameters, tell):
        worker._ending.set()
        while not tell(0.5, "Half way"):
            time.sleep(0.01)
        raise InterruptedError("It was stopped.")

    with monkeypatch.context() as patch:
        patch.setattr(worker, "_ending", worker.threading.Event())
        patch.setitem(analyses.KINDS, "squares", work)
        analyses.start(library, queue, "squares", model_id, {"n": 3})
        worker.work(queue, idle_seconds=0)
    assert analyses.status(library, queue, "squares", model_id, {"n": 3}).state == "queued"
    worker.work(queue, idle_seconds=0)
    assert analyses.status(library, queue, "squares", model_id, {"n": 3}).state == "done"


# Texts and names


def test_kept_texts_have_safe_names_and_known_ids():
    key = library.texts.keep("../../etc/<b>pass</b>\x00wd.txt", b"some words")
    path = library.texts.file(key)
    assert path.parent.parent == home() / "texts" and path.read_bytes() == b"some words"
    assert library.texts.keep("../../etc/<b>pass</b>\x00wd.txt", b"some words") == key
    for unknown in ("../models", "0" * 16, "", "sample:", "sample:../x", "zz"):
        with pytest.raises(ValueError):
            library.texts.file(unknown)
    with pytest.raises(ValueError):
        library.model_folder("../../x")


def test_old_uploads_are_forgotten():
    key = library.texts.keep("old.txt", b"some words")
    folder = library.texts.file(key).parent
    os.utime(folder, (0, 0))
    library.texts.keep("new.txt", b"other words")
    assert not folder.exists()


def test_a_damaged_model_does_not_hide_the_others(model):
    save_model(model, library.model_folder("0" * 16), name="good", created=1.0)
    (home() / "models" / ("1" * 16)).mkdir()
    (home() / "models" / ("1" * 16) / "model.json").write_text("{")
    assert [entry.name for entry in library.models()] == ["good"]


def test_the_catalog_agrees_with_the_folders_whatever_happened_to_them(model):
    ids = [f"{n:016d}" for n in range(3)]
    for id, owner in zip(ids, ("", "anna", "ben"), strict=True):
        folder = save_model(model, library.model_folder(id), name=id, created=float(id))
        write_about(folder, owner=owner)
    assert [e.id for e in library.models()] == ids[::-1]
    assert [(e.id, e.owner) for e in library.models("anna")] == [(ids[1], "anna")]
    assert library.owner(ids[2]) == "ben" == catalog.owner_of(home(), ids[2])
    shutil.rmtree(
        library.model_folder(ids[0])
    )  # a folder that went, came, and was changed behind its back
    shutil.copytree(library.model_folder(ids[1]), library.model_folder("f" * 16))
    write_about(library.model_folder(ids[2]), name="New", owner="anna")
    assert {e.id for e in library.models()} == {ids[1], ids[2], "f" * 16}
    assert {(e.id, e.name) for e in library.models("anna")} == {
        (ids[1], ids[1]),
        (ids[2], "New"),
        ("f" * 16, ids[1]),
    }
    for file in home().glob("queue.sqlite*"):  # the catalog lost as a whole
        file.unlink()
    assert len(library.models()) == 3 and len(library.models("anna")) == 3


def test_a_models_size_is_counted_again_when_its_folder_changed(model):
    id = "0" * 16
    folder = save_model(model, library.model_folder(id), name="m", created=1.0)
    library.models()

    def counted():
        return sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())

    before = library.size(id)
    assert abs(before - counted()) < 50_000 and library.size(id) == before
    (folder / "results").mkdir()
    (folder / "results" / "x.npz").write_bytes(b"0" * 1_000_000)
    assert library.size(id) - before >= 1_000_000


def test_a_new_model_belongs_to_who_asked_for_it():
    queue = Queue().of("anna")
    key = library.texts.keep("mine.txt", TEXT.encode())
    id = library.start_training(queue, key, "Mine", {}, {"epochs": 2, "dim": 4}, expected=5.0)
    assert library.owner(id) == "anna" and queue.get(id).owner == "anna"
    assert queue.get(id).expected == 5.0
    worker.work(queue, idle_seconds=0)
    assert [e.owner for e in library.models()] == ["anna"] and library.models("ben") == []
    other = model_import.add_file(library, io.BytesIO(b"a 1 2\nb 2 1\n"), "v.txt", owner="ben")
    assert [e.id for e in library.models("ben")] == [other]


def test_jobs_of_a_deleted_model_are_forgotten(model_id, runs):
    queue = Queue()
    analyses.start(library, queue, "squares", model_id, {"n": 3})
    running = analyses.start(library, queue, "squares", model_id, {"n": 4})
    queue.of("b").put("squares", {"model": "1" * 16, "parameters": {}})
    with sqlite3.connect(queue.path) as db:
        db.execute(
            "UPDATE jobs SET state='running', worker='w', heartbeat=? WHERE id=?", (9e9, running)
        )
    library.delete(queue, model_id)
    assert {job.payload["model"] for job in queue.jobs(state="queued")} == {"1" * 16}
    assert queue.beat("w", running) == "stop"
    library.restore(model_id)
    assert [e.id for e in library.models()] == [model_id]
