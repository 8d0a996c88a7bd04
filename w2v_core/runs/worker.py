"""The background worker: ``python -m w2v_core.runs.worker`` does queued jobs, one at a time.

It ends by itself when nothing was queued for a while; ``ensure_worker`` starts one when needed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
import traceback

from w2v_core.runs.home import ROOT, home, new_id
from w2v_core.runs.library import model_folder, text_file
from w2v_core.runs.limits import max_text_bytes
from w2v_core.runs.queue import BEAT_EVERY, Job, Queue
from w2v_core.runs.train import train

IDLE_SECONDS = 60.0
_LOOK_EVERY = 0.1
_START_EVERY = 5.0  # seconds a new worker is given to show itself before another is started

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
                env={**os.environ, "W2V_HOME": str(home())},
            )
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
        while True:
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
    stop, over = threading.Event(), threading.Event()

    def beat() -> None:
        while not over.wait(BEAT_EVERY):
            if queue.beat(me, job.id):
                stop.set()

    heart = threading.Thread(target=beat, daemon=True)
    heart.start()
    state, message = "done", None
    try:
        folder = model_folder(job.id)
        train(folder, text_file(job.payload["text"]), stop.is_set, max_text_bytes())
    except InterruptedError as stopped:
        state, message = "cancelled", f"{stopped} There is nothing to keep."
    except (ValueError, OSError) as error:
        state, message = "failed", str(error)
        traceback.print_exc()
    except MemoryError:
        state = "failed"
        message = "There was not enough memory: lower max_vocab or dim, or use a shorter text."
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
    if current is not None and current.worker == me and current.state in ("running", "lost"):
        queue.end(job.id, state, message)


if __name__ == "__main__":
    work(Queue())
