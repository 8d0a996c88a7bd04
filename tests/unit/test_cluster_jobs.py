"""Jobs of the app's queue on a cluster give what they give here: real schedulers and worker processes."""

import os
import signal
import subprocess
import sys
import tempfile
import time

import distributed
import numpy as np
import psutil
import pytest

from tests.conftest import ROOT
from tests.operators_library import library
from tests.unit.test_compared_use import PLANTED, sentences
from w2v_core import Corpus, SkipGram, save_model
from w2v_core.cluster.workers import workers_at
from w2v_core.library.model_files import read_record
from w2v_core.queue import supervisor
from w2v_core.queue.queue import Queue
from w2v_core.storage.files import write_json
from w2v_core.storage.named_cluster import NamedCluster
from w2v_core.text.document_list import Documents
from w2v_core.work import analyses, worker
from w2v_core.work.analysis_kinds import KINDS, ON_CLUSTER
from w2v_core.work.cluster_work import OF_VISITORS, _do_there, on_cluster

pytestmark = pytest.mark.usefixtures("plain_main")
MEMORY = 1_500_000_000
A, B = "a" * 32, "b" * 32
QUESTIONS = ": kinds\nplant1 plant2 stone1 stone2\ntool1 tool2 sound1 sound2\n"
LONG = {"resamples": 1_000, "seed": 0}
PARAMETERS = {
    "tsne": {"which": "sum", "words": 40, "dims": 2, "perplexity": 5.0, "iterations": 250},
    "certainty": {"splits": 5, "seed": 3},
    "stability": {"resamples": 5, "seed": 3},
    "halves": {"splits": 3, "seed": 3},
    "scorecard": {"which": "center", "method": "mul", "questions": QUESTIONS},
    "random_start": {},
    "removal": {
        **{"word": "plant1", "neighbour": "plant2", "contexts": ["plant3"]},
        **{"draws": 2, "seed": 0},
    },
    "learning_curve": {"splits": 2, "seed": 0},
    "use": {"other": B, "draws": 20, "rate": 0.1, "seed": 0},
    "follow": {
        **{"column": "year", "ordered": True, "words": ["plant3"]},
        **{"draws": 20, "rate": 0.1, "seed": 0},
    },
}


@pytest.fixture(scope="module")
def workers(plain_main):
    with workers_at("local", MEMORY, 2) as found:
        yield found


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Two models with their texts; that of the first is made of documents with a year."""
    found = tmp_path_factory.mktemp("home")
    for id, seed, swap in ((A, 1, None), (B, 2, PLANTED)):
        text, documents = "", Documents()
        lines, of_line = sentences(seed, 480, swap)
        for number in np.unique(of_line).tolist():
            own = [" ".join(line) for line, d in zip(lines, of_line, strict=True) if d == number]
            begin = len(text)
            text += "\n".join(own) + "\n"
            documents.add(f"{number}", begin, len(text), {"year": str(1850 + number % 2)})
        corpus = Corpus.from_text(text, sentence_ends="lines")
        folder = found / "models" / id
        save_model(SkipGram(dim=4, epochs=3, prior=1.0).fit(corpus), folder, name=id, created=1.0)
        write_json(folder / "documents.json", documents.as_json())
    return found


@pytest.fixture(autouse=True)
def own_results(home, monkeypatch):
    monkeypatch.setenv("W2V_HOME", str(home))
    yield
    for file in home.glob("models/*/results/*"):
        file.unlink()
    for file in home.glob("queue.sqlite*"):
        file.unlink()


@pytest.fixture
def folder(home):
    return home / "models" / A


def there(workers, kind, folder, parameters, tell=lambda share, sentence: False):
    return on_cluster(NamedCluster(workers.address, None), kind)(folder, parameters, tell)


def here(kind, folder, parameters):
    return KINDS[kind](folder, parameters, lambda share, sentence: False)


def assert_same(found, expected):
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        if isinstance(value, np.ndarray):
            np.testing.assert_array_equal(found[name], value)
            assert found[name].dtype == value.dtype
        elif name == "kl_divergence":  # which threads add up in no fixed order
            assert found[name] == pytest.approx(value, rel=1e-9)
        else:
            assert found[name] == value, name


def test_every_kind_that_goes_to_a_cluster_is_tested_and_only_the_page_stays():
    assert set(PARAMETERS) == set(ON_CLUSTER) == set(KINDS) - {"page"}


@pytest.mark.parametrize("kind", PARAMETERS)
def test_a_cluster_finds_what_one_machine_finds(workers, folder, kind):
    assert_same(
        there(workers, kind, folder, PARAMETERS[kind]), here(kind, folder, PARAMETERS[kind])
    )


def test_progress_arrives_and_grows(workers, folder):
    said = []
    there(workers, "stability", folder, {"resamples": 60, "seed": 0}, lambda *one: said.append(one))
    shares = [share for share, _ in said]
    assert shares == sorted(shares) and shares[-1] == 1 and len(set(shares)) > 3
    assert said[0][1] == "Connecting to the cluster"
    assert any(sentence.startswith("Training on resample") for _, sentence in said)


def executing(workers):
    with distributed.Client(workers.address, set_as_default=False) as client:
        return sum(client.run(lambda dask_worker: dask_worker.state.executing_count).values())


def wait_for(condition, seconds=120):
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)
    return found


@pytest.mark.parametrize("kind, asked", [("stability", LONG), ("learning_curve", {"splits": 99})])
def test_a_job_that_is_stopped_ends_on_the_workers_too(workers, folder, kind, asked):
    begun = []

    def tell(share, sentence):
        if share > 0:
            begun.append(executing(workers))
        return share > 0

    with pytest.raises(InterruptedError):
        there(workers, kind, folder, {"seed": 0, **asked}, tell)
    assert begun[0] > 0
    wait_for(lambda: executing(workers) == 0)


def test_a_worker_that_is_killed_changes_nothing(folder):
    asked = {"resamples": 40, "seed": 1}
    killed = []
    with workers_at("local", MEMORY, 2) as own:
        with distributed.Client(own.address, set_as_default=False) as client:
            pids = list(client.run(os.getpid).values())

        def tell(share, sentence):
            if share > 0.2 and not killed:
                killed.append(share)
                os.kill(pids[0], signal.SIGKILL)
            return False

        found = there(own, "stability", folder, asked, tell)
    assert killed and killed[0] < 0.9
    assert_same(found, here("stability", folder, asked))


def work(kind, parameters):
    """What becomes of a job that a worker process takes from the queue."""
    analyses.start(library, Queue(), kind, A, parameters)
    worker.work(Queue(), idle_seconds=0)
    return analyses.status(library, Queue(), kind, A, parameters)


@pytest.mark.parametrize(
    "kind, asked",
    [
        ("use", {"words": ["planet3"]}),
        ("follow", {"column": "author"}),
        ("removal", {"word": "planet3"}),
        ("tsne", {"perplexity": 1_000.0}),
        ("scorecard", {"questions": "two words\n"}),
        ("certainty", {"splits": 1}),
        ("stability", {"resamples": 0}),
        ("certainty", {"splits": "many"}),  # an error in the program
    ],
)
def test_an_error_is_the_same_sentence(workers, monkeypatch, kind, asked):
    expected = work(kind, PARAMETERS[kind] | asked)
    monkeypatch.setenv("W2V_CLUSTER", workers.address)
    found = work(kind, PARAMETERS[kind] | asked)
    assert found.state == expected.state == "failed" and found.message == expected.message


def test_a_text_that_is_missing_is_missing_there_too(workers, folder, tmp_path):
    alone = tmp_path / "models" / A
    alone.mkdir(parents=True)
    for name in ("model.json", read_record(folder).arrays):
        (alone / name).write_bytes((folder / name).read_bytes())
    with pytest.raises(ValueError, match="The text of this model is missing") as error:
        there(workers, "stability", alone, PARAMETERS["stability"])
    with pytest.raises(ValueError) as expected:
        here("stability", alone, PARAMETERS["stability"])
    assert str(error.value) == str(expected.value)


def test_a_worker_without_room_for_the_model_says_so(folder, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    files = {f"{A}/model.json": b"{}"}
    with pytest.raises(ValueError, match=r"cannot keep the files of this model \(No such file"):
        _do_there(files, A, "stability", LONG, None, lambda share, sentence: False)


@pytest.fixture
def nobody(monkeypatch):
    """The environment names a cluster that does not answer, for which nobody waits long."""
    monkeypatch.setenv("W2V_CLUSTER", "tcp://127.0.0.1:9")
    monkeypatch.setattr("w2v_core.cluster.workers._REACH", 0.5)


def test_a_cluster_that_is_not_there_ends_the_job_with_a_sentence(nobody):
    status = work("scorecard", PARAMETERS["scorecard"])
    assert status.state == "failed"
    assert status.message.startswith("There is no cluster at tcp://127.0.0.1:9: start one")
    assert analyses.result(library, "scorecard", A, PARAMETERS["scorecard"]) is None


def test_a_visitor_is_not_told_where_the_cluster_is(home, nobody):
    asked = {**PARAMETERS["scorecard"], "method": "add"}
    analyses.start(library, Queue(home, "a visitor"), "scorecard", A, asked)
    worker.work(Queue(), idle_seconds=0)
    (job,) = Queue().jobs()
    assert (job.owner, job.state, job.message) == ("a visitor", "failed", OF_VISITORS)


def test_settings_that_cannot_be_and_a_missing_dask_are_sentences(home, monkeypatch):
    monkeypatch.setenv("W2V_CLUSTER", "local")
    monkeypatch.setenv("W2V_CLUSTER_MEMORY_MB", "3")
    status = work("scorecard", PARAMETERS["scorecard"])
    assert status.state == "failed" and "W2V_CLUSTER_MEMORY_MB 3: give at least" in status.message
    monkeypatch.delenv("W2V_CLUSTER_MEMORY_MB")
    asked = {**PARAMETERS["scorecard"], "method": "add"}
    analyses.start(library, Queue(), "scorecard", A, asked)
    code = (
        "import sys\n"
        "from w2v_core.queue.queue import Queue\n"
        "from w2v_core.work import worker\n"
        "assert not {'dask', 'distributed', 'w2v_core.cluster'} & set(sys.modules)\n"
        "sys.modules['dask'] = sys.modules['distributed'] = None\n"
        "worker.work(Queue(), idle_seconds=0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=60, capture_output=True)
    assert done.returncode == 0, done.stderr
    status = analyses.status(library, Queue(), "scorecard", A, asked)
    assert status.state == "failed" and "W2V_CLUSTER names a cluster, which needs Dask" in (
        status.message
    )


@pytest.fixture
def own_workers():
    """Worker processes as the app starts them; they end with the test."""
    yield
    supervisor.end_workers()


def running(kind, parameters):
    status = analyses.status(library, Queue(), kind, A, parameters)
    assert not status.ended, status.message
    return status.state == "running" and status.share > 0 and status


def test_a_worker_process_takes_a_job_to_the_cluster_tells_of_it_and_keeps_its_result(
    workers, folder, own_workers, monkeypatch
):
    monkeypatch.setenv("W2V_CLUSTER", workers.address)
    asked = PARAMETERS["certainty"] | {"splits": 8}
    analyses.start(library, Queue(), "stability", A, LONG)
    analyses.start(library, Queue(), "certainty", A, asked, 1e6)
    supervisor.ensure_worker(Queue())
    status = wait_for(lambda: running("stability", LONG))
    assert status.sentence.startswith("Training on resample") and status.seconds_left != 0
    assert analyses.status(library, Queue(), "certainty", A, asked).place == 1
    analyses.stop(Queue(), "stability", A, LONG)
    wait_for(lambda: analyses.status(library, Queue(), "certainty", A, asked).state == "done")
    assert analyses.status(library, Queue(), "stability", A, LONG).state == "cancelled"
    found = analyses.result(library, "certainty", A, asked)
    assert_same({**found.arrays, **found.values}, here("certainty", folder, asked))


@pytest.mark.slow
def test_a_job_that_gives_way_goes_on_there_and_says_so(workers, own_workers, monkeypatch):
    monkeypatch.setenv("W2V_CLUSTER", workers.address)
    monkeypatch.setenv("W2V_WORKERS", "1")
    asked = PARAMETERS["certainty"] | {"splits": 40}
    analyses.start(library, Queue(), "stability", A, LONG, 1_000.0)
    supervisor.ensure_worker(Queue())
    wait_for(lambda: running("stability", LONG))
    analyses.start(library, Queue(), "certainty", A, asked, 2.0)
    said = set()

    def short_is_done():
        supervisor.ensure_worker(Queue())
        said.add(running("stability", LONG).sentence)
        return analyses.status(library, Queue(), "certainty", A, asked).state == "done"

    wait_for(short_is_done)
    analyses.stop(Queue(), "stability", A, LONG)
    assert worker.BESIDE in said and worker.WAITING not in said


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_workers_of_this_machine_end_with_the_process_that_started_them(
    own_workers, monkeypatch, number
):
    monkeypatch.setenv("W2V_CLUSTER", "local")
    analyses.start(library, Queue(), "stability", A, LONG)
    supervisor.ensure_worker(Queue())
    wait_for(lambda: running("stability", LONG))
    (mine,) = Queue().worker_pids()
    children = psutil.Process(mine).children(recursive=True)
    assert len(children) >= 2
    os.kill(mine, number)
    wait_for(lambda: not any(child.is_running() for child in children))
    expected = "queued" if number == signal.SIGTERM else "lost"
    wait_for(lambda: analyses.status(library, Queue(), "stability", A, LONG).state == expected)


def end_worker(shared, tell):
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.slow
def test_a_job_of_which_every_worker_dies_ends_with_a_sentence():
    with (
        workers_at("local", MEMORY, 1) as own,
        pytest.raises(ValueError, match="had too little memory for this, or were lost") as error,
    ):
        own.told("end", end_worker, b"", [()], lambda share, sentence: None)
    assert "127.0.0.1" not in str(error.value)


def wait(shared, number, tell):
    for step in range(8):
        time.sleep(0.05)
        tell(step / 8, "Waiting")
    return time.time()


@pytest.mark.slow
def test_the_tasks_of_a_shorter_job_go_first():
    from concurrent.futures import ThreadPoolExecutor

    with workers_at("local", MEMORY, 1) as own, ThreadPoolExecutor() as pool:
        begun = []
        with workers_at(own.address) as other:
            tasks = [(i,) for i in range(12)]
            long = pool.submit(
                own.told, "long", wait, b"", tasks, lambda share, _: begun.append(share), -100.0
            )
            wait_for(lambda: begun and begun[-1] > 0)
            short = other.told("short", wait, b"", [(0,)], lambda share, _: None, -1.0)
        assert short[0] < sorted(long.result())[6]
