"""What a training in the background costs and leaves: the time its files take, the pages' answers.

    .venv/bin/python tests/benchmarks/background.py TEXT [--words 10000]

Files: a training in this process as the worker does it, with the seconds spent on checkpoints, on
live vectors and on the kept passes, each as a share of the training's.

Pages: seconds of a rerun of the Explore and Neighbours pages on a finished model (another word each
time), when nothing runs, and while a training of TEXT runs in a worker. Nothing is asserted.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from pages.parts.visitor import answering  # noqa: E402
from tests.operators_library import library  # noqa: E402
from tests.visitors import Browser, visited_by  # noqa: E402
from w2v_core import load_model  # noqa: E402
from w2v_core.library import training_history  # noqa: E402
from w2v_core.queue.queue import Queue  # noqa: E402
from w2v_core.visitors.ownership import OPERATOR  # noqa: E402
from w2v_core.work import worker  # noqa: E402

RERUNS = 15


def train_here(queue: Queue, text: str, words: int) -> tuple[str, dict[str, float]]:
    """The model's id, and the seconds that each kind of file took."""
    spent: dict[str, float] = {}
    seldom, snapshot = (
        training_history.Recorder._write_seldom,
        training_history.Recorder._write_snapshot,
    )

    def timed(write, name_of):
        def call(self, *given, **named):
            start = time.perf_counter()
            write(self, *given, **named)
            name = name_of(given)
            spent[name] = spent.get(name, 0.0) + time.perf_counter() - start

        return call

    training_history.Recorder._write_seldom = timed(seldom, lambda given: given[0])
    training_history.Recorder._write_snapshot = timed(snapshot, lambda given: "history/")
    try:
        id = library.start_training(queue, text, "benchmark", {"max_vocab": words}, {})
        worker.work(queue, idle_seconds=0)
    finally:
        training_history.Recorder._write_seldom, training_history.Recorder._write_snapshot = (
            seldom,
            snapshot,
        )
    return id, spent


def reruns(page, words: list[str]) -> list[float]:
    seconds = []
    for word in words:
        page.query_params["word"] = word
        start = time.perf_counter()
        page.run(timeout=60)
        seconds.append(time.perf_counter() - start)
        assert not page.exception, page.exception
    return seconds


def pages(queue: Queue, id: str, text: str, words: int) -> None:
    from streamlit.testing.v1 import AppTest

    vocabulary = load_model(library.model_folder(id), corpus=False).words
    asked = [vocabulary[i] for i in np.linspace(50, len(vocabulary) - 1, RERUNS + 1).astype(int)]
    opened = {}
    for name in ("explore", "neighbours"):
        page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
        page.query_params["model"] = id
        opened[name] = page.switch_page(f"pages/{name}.py").run()
        reruns(page, asked[:1])
    alone = {name: reruns(page, asked[1:]) for name, page in opened.items()}
    options = {"epochs": 1000, "tolerance": 0.0, "prior": 10.0}
    job = library.start_training(queue, text, "running", {"max_vocab": words}, options)
    worker.ensure_worker(queue)
    while not training_history.read_progress(library.model_folder(job)).get("losses"):
        time.sleep(0.1)
    beside = {name: reruns(page, asked[1:]) for name, page in opened.items()}
    queue.request_stop(job)
    for name in opened:
        a, b = np.median(alone[name]), np.median(beside[name])
        print(
            f"  {name:12} median of {RERUNS}: {a:.3f} s alone, {b:.3f} s while a training runs "
            f"(slowest {max(beside[name]):.3f} s)"
        )
    while not queue.get(job).ended:
        time.sleep(0.1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text", type=Path)
    parser.add_argument("--words", type=int, default=10_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        os.environ["W2V_HOME"] = home
        queue = Queue()
        with open(given.text, "rb") as file:
            text = library.texts.keep(given.text.name, iter(lambda: file.read(1 << 20), b""))
        id, spent = train_here(queue, text, given.words)
        model = load_model(library.model_folder(id), corpus=False)
        print(
            f"{given.text.name}; {os.cpu_count()} cores; |W| = {len(model.words):,}, "
            f"{len(model.loss_curve) - 1} passes, {model.seconds:.2f} s"
        )
        for name, seconds in spent.items():
            print(f"  {name:16}{seconds:8.3f} s {seconds / model.seconds:7.1%}")
        pages(queue, id, text, given.words)


if __name__ == "__main__":
    with answering(OPERATOR), visited_by(Browser()):
        main()
