"""The background worker: ``python -m w2v_core.runs.worker`` does queued jobs, one at a time.

It ends by itself when nothing was queued for a while; ``ensure_worker`` starts one when needed. Told
to end (SIGTERM, SIGINT), it leaves what it does to the next worker: a training at its checkpoint.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from w2v_core.runs import jobs
from w2v_core.runs.home import ROOT, home, new_id
from w2v_core.runs.library import model_folder, text_file
from w2v_core.runs.limits import max_text_bytes
from w2v_core.runs.queue import BEAT_EVERY, Job, Queue
from w2v_core.runs.record import make_again as make_recorded
from w2v_core.runs.record import read_methods_record
from w2v_core.runs.train import LEAVE, PAUSE, Paused, train

IDLE_SECONDS = 60.0
NICE = 10
"""How far a worker stands back behind the pages (a process's niceness, 0 to 19). On two cores, beside a
training of 10,000 words, Explore answers in 69 ms (58 with the training paused; 88 at 5, 169 at 0)."""
_LOOK_EVERY = 0.1
_TELL_EVERY = 0.2  # seconds between two reports of a job to the queue
_START_EVERY = 5.0  # seconds a new worker is given to show itself before another is started

_ending = threading.Event()  # set when this process was told to end
_started: list[tuple[float, subprocess.Popen]] = []
_starting = threading.Lock()


def ensure_worker(queue: Queue) -> None:
    """Start a worker in a process of its own, unless one lives. It outlives this process."""
    with _starting:
        for _, process in _started:
            process.poll()  # lets the system forget children that ended
        recent = _started and time.monotonic() - _started[-1][0] < _START_EVERY
        if queue.worker_alive() or (recent and _started[-1][1].returncode is None):
            return
        with open(home() / "worker.log", "ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "w2v_core.runs.worker"],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),  # Windows
                env={**os.environ, "W2V_HOME": str(home())},
            )
            if hasattr(os, "setpriority"):  # here, before it has threads: those inherit it
                nice = max(NICE, os.getpriority(os.PRIO_PROCESS, 0))
                os.setpriority(os.PRIO_PROCESS, process.pid, nice)
        _started[:] = [
            *(s for s in _started if s[1].returncode is None),
            (time.monotonic(), process),
        ]


def work(queue: Queue, idle_seconds: float = IDLE_SECONDS) -> None:
    """Do jobs until none came for ``idle_seconds``."""
    me = new_id()
    idle_since = last_beat = time.monotonic()
    queue.beat(me)
    try:
        while not _ending.is_set():
            job = queue.take(me)
            if job is not None:
                _do(queue, me, job)
                idle_since = time.monotonic()
            elif time.monotonic() - idle_since >= idle_seconds:
                return
            elif time.monotonic() - last_beat >= BEAT_EVERY:
                last_beat = time.monotonic()
                queue.beat(me)
            else:
                time.sleep(_LOOK_EVERY)
    finally:
        queue.leave(me)


def _do(queue: Queue, me: str, job: Job) -> None:
    """One job, with a heartbeat beside it; however it ends, the queue says so."""
    wish: list[str] = []  # the last that the queue wished: to stop, or to leave it
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT_EVERY):
            if (found := queue.beat(me, job.id)) is not None:
                wish[:] = [found]

    def should_end() -> str | None:
        return wish[0] if wish else PAUSE if _ending.is_set() else None

    heart = threading.Thread(target=beat, daemon=True)
    heart.start()
    state, message = "done", None
    try:
        if job.kind == "train":
            folder = model_folder(job.id)
            known = (folder / "corpus.json").exists()
            text = None if known else text_file(job.payload["text"])
            train(folder, text, should_end, max_text_bytes())
        else:
            jobs.do(job, _teller(queue, me, job, should_end))
    except Paused:
        state = None
    except InterruptedError as stopped:
        state, message = "cancelled", str(stopped)
        if should_end() in (PAUSE, LEAVE):
            state = None
    except (ValueError, OSError) as error:
        state, message = "failed", str(error)
        traceback.print_exc()
    except MemoryError:
        state = "failed"
        message = "There was not enough memory: " + (
            "lower max_vocab or dim, or use a shorter text."
            if job.kind == "train"
            else "choose fewer words."
        )
        traceback.print_exc()
    except Exception as error:  # a fault of ours: say so, and keep what the log needs
        state = "failed"
        message = (
            f"Something went wrong inside ({type(error).__name__}); worker.log has the details."
        )
        traceback.print_exc()
    finally:
        over.set()
        heart.join()
    current = queue.get(job.id)
    if current is None or current.worker != me or current.state not in ("running", "lost"):
        return  # another worker has it now
    if state is None:
        queue.put_back(me, job.id)
    else:
        queue.end(job.id, state, message)


def _teller(queue: Queue, me: str, job: Job, should_end: Callable[[], str | None]) -> jobs.Tell:
    """What a job reports to: writes to the queue, seldom, and says whether to stop."""
    last: dict[str, float] = {"at": 0.0}

    def tell(share: float, sentence: str) -> bool:
        now = time.monotonic()
        if now - last["at"] >= _TELL_EVERY:
            last["at"] = now
            queue.tell(me, job.id, min(max(float(share), 0.0), 1.0), sentence)
        return should_end() is not None

    return tell


def make_again(record: Path, text: Path) -> int:
    """Make the model of a methods record again, and say how it went; the process's exit code."""
    try:
        id, differences = make_recorded(read_methods_record(record), text)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"The model is in {model_folder(id)}.")
    print(" ".join(["Its vectors are others.", *differences] if differences else
                   ["Its vectors are the same, bit by bit."]))  # fmt: skip
    return 0


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(prog="python -m w2v_core.runs.worker", description=__doc__)
    arguments.add_argument(
        "--record",
        nargs=2,
        type=Path,
        metavar=("FILE", "TEXT"),
        help="make the model of a methods record again from its text, and end",
    )
    if (given := arguments.parse_args().record) is not None:
        sys.exit(make_again(*given))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: _ending.set())
    work(Queue())
