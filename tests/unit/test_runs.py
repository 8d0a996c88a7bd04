"""Models on disk, the queue, and the job that trains."""

import json
import os
import signal
import sqlite3
import time

import numpy as np
import pytest

from w2v_core import Corpus, SkipGram, load_model, save_model
from w2v_core.runs import history, library, worker
from w2v_core.runs import queue as queue_module
from w2v_core.runs.files import whole_file, write_json
from w2v_core.runs.queue import Queue
from w2v_core.runs.train import train

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
    for name in ("V", "U", "log_q", "counts", "loss_curve"):
        np.testing.assert_array_equal(getattr(again, name), getattr(model, name))
    assert again.words == model.words and again.chosen == model.chosen
    assert again.get_params() == model.get_params() and again.stopped == model.stopped
    assert again.corpus.concordance("könig", 1) == ["The König is <b>old</b>."]
    assert again.vocabulary.index("BERLIN") == model.vocabulary.index("berlin")
    assert load_model(tmp_path / "m", corpus=False).corpus is None


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


def test_jobs_come_first_come_first_served_and_one_at_a_time():
    queue = Queue()
    first, second = queue.put("train", {"text": "a"}), queue.put("train", {"text": "b"})
    assert (queue.place(first), queue.place(second)) == (0, 1)
    assert queue.take("w1").id == first
    assert queue.take("w2") is None
    queue.end(first, "done")
    assert queue.take("w2").id == second


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
    assert queue.beat("w1", id)  # no longer this worker's: it should stop


def test_stop_cancels_a_queued_job_and_asks_a_running_one():
    queue = Queue()
    running, queued = queue.put("train", {}), queue.put("train", {})
    queue.take("w")
    queue.request_stop(queued)
    queue.request_stop(running)
    assert queue.get(queued).state == "cancelled" and queue.get(running).state == "running"
    assert queue.beat("w", running)


def test_two_workers_never_take_the_same_job(monkeypatch):
    from concurrent.futures import ThreadPoolExecutor

    monkeypatch.setattr(queue_module, "RUNNING_AT_ONCE", 100)
    queue = Queue()
    ids = {queue.put("train", {}) for _ in range(20)}
    with ThreadPoolExecutor(8) as pool:
        taken = [job.id for job in pool.map(lambda i: queue.take(f"w{i}"), range(30)) if job]
    assert sorted(taken) == sorted(ids)


# The job "train"


def started(text=TEXT, text_parameters=None, **model_parameters):
    queue = Queue()
    key = library.keep_text("mine.txt", text.encode() if isinstance(text, str) else text)
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
    assert history.snapshot_steps(folder) == list(range(8))
    last = history.read_snapshot(folder, 7)
    np.testing.assert_allclose(last.V, model.V, atol=2e-3)
    np.testing.assert_allclose(last.U, model.U, atol=2e-3)
    progress = history.read_progress(folder)
    assert progress["losses"] == pytest.approx(model.loss_curve.tolist())
    assert progress["share"] == 1.0


def test_watched_words_beyond_the_most_frequent_are_in_the_history(monkeypatch):
    monkeypatch.setattr(history, "MOST_FREQUENT", 3)
    queue, id = started(epochs=2)
    folder = library.model_folder(id)
    history.write_watched(folder, ["old", "Paris", "unheard"])
    worker.work(queue, idle_seconds=0)
    words = load_model(folder).words
    rows = history.read_snapshot(folder, 1).rows
    assert [words[i] for i in rows[3:]] == sorted(["old", "paris"], key=words.index)


def test_a_long_history_is_thinned_and_a_short_one_is_whole(monkeypatch):
    monkeypatch.setattr(history, "KEPT_WHOLE", 10)
    queue, id = started(epochs=100, solver="sgd")
    worker.work(queue, idle_seconds=0)
    steps = history.snapshot_steps(library.model_folder(id))
    assert steps[:20] == list(range(20)) and 20 < len(steps) < 50


def test_stopping_keeps_the_model_so_far(monkeypatch):
    queue, id = started(epochs=10_000, tolerance=0, prior=0, solver="sgd")

    def stop_at_pass_two(self, progress, log_q, keep=history.Recorder.__call__):
        keep(self, progress, log_q)
        if progress.step == 2:
            queue.request_stop(id)

    monkeypatch.setattr(history.Recorder, "__call__", stop_at_pass_two)
    worker.work(queue, idle_seconds=0)
    assert queue.get(id).state == "done"
    model = load_model(library.model_folder(id))
    assert model.stopped and 3 <= len(model.loss_curve) < 5_000


def test_a_job_stopped_while_reading_leaves_no_model(monkeypatch):
    queue, id = started()

    def stop_first(folder, text, should_stop, max_bytes):
        train(folder, text, lambda: True, max_bytes)

    monkeypatch.setattr(worker, "train", stop_first)
    worker.work(queue, idle_seconds=0)
    assert queue.get(id).state == "cancelled"
    assert queue.get(id).message == "Reading the text was stopped. There is nothing to keep."
    assert library.models() == []


@pytest.mark.parametrize(
    ("text", "text_parameters", "model_parameters", "sentence"),
    [
        (b" ", {}, {}, "holds no words"),
        (b"", {}, {}, "is empty"),
        (b"word word", {}, {}, "single word"),
        (b"?!.,;", {}, {}, "holds no words"),
        (bytes(range(256)) * 50, {}, {}, "binary data"),
        (b"y" * 10_000_000, {}, {}, "runs of more than 1,000"),
        (TEXT, {}, {"dim": 300}, "dim=300"),
        (TEXT, {"min_count": 1000}, {}, "lower min_count"),
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
    worker.ensure_worker(queue)
    wait_for(lambda: (kept := history.read_checkpoint(folder)) and len(kept.loss_curve) > 3)
    assert queue.worker_alive()
    with sqlite3.connect(queue.path) as db:
        (pid,) = db.execute("SELECT pid FROM workers").fetchone()
    os.kill(pid, signal.SIGKILL)
    killed = time.monotonic()
    wait_for(lambda: queue.get(id).state == "lost", seconds=5)
    assert time.monotonic() - killed < 5  # what the page promises
    assert library.models() == []
    assert history.keep_checkpoint(folder)
    model = load_model(folder)
    assert model.stopped and np.isfinite(model.V).all() and len(library.models()) == 1
    assert model.loss_curve[-1] < model.loss_curve[0]


# Texts and names


def test_kept_texts_have_safe_names_and_known_ids():
    key = library.keep_text("../../etc/<b>pass</b>\x00wd.txt", b"some words")
    path = library.text_file(key)
    assert path.parent.parent == library.home() / "texts" and path.read_bytes() == b"some words"
    assert library.keep_text("../../etc/<b>pass</b>\x00wd.txt", b"some words") == key
    for unknown in ("../models", "0" * 16, "", "sample:", "sample:../x", "zz"):
        with pytest.raises(ValueError):
            library.text_file(unknown)
    with pytest.raises(ValueError):
        library.model_folder("../../x")


def test_old_uploads_are_forgotten():
    key = library.keep_text("old.txt", b"some words")
    folder = library.text_file(key).parent
    os.utime(folder, (0, 0))
    library.keep_text("new.txt", b"other words")
    assert not folder.exists()


def test_a_damaged_model_does_not_hide_the_others(model):
    save_model(model, library.model_folder("0" * 16), name="good", created=1.0)
    (library.home() / "models" / ("1" * 16)).mkdir()
    (library.home() / "models" / ("1" * 16) / "model.json").write_text("{")
    assert [entry.name for entry in library.models()] == ["good"]
