"""Worker processes: started when work is waiting, watched, and stopped with the server that started them.

The server talks to each worker through a pipe. A server that shuts down writes ``END``: its workers save a
checkpoint and exit. When a server is killed, the pipe closes: its workers finish the current job and exit.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from w2v_core.queue.queue import Queue
from w2v_core.storage import limits, machine
from w2v_core.storage.home import ROOT, home
from w2v_core.storage.left_over_files import forget_left_over
from w2v_core.storage.write_access import why_unwritable

END = b"e"
NICE = 10
"""The niceness of a worker (0 to 19), so that pages come first. On two cores, beside a
training of 10,000 words, Explore answers in 69 ms (58 with the training paused; 88 at 5, 169 at 0)."""
SESSION_NICE = 5
"""The same among sessions, where a busy browser is one too: it leaves a worker a quarter of a core."""
END_WITHIN = 4.5
"""Seconds that workers have to write a checkpoint. A slower one is killed; its job returns to its place in
the queue and continues from the previous checkpoint."""
TIDY_EVERY = 300.0
_SHOW_WITHIN = 5.0  # seconds in which a new worker must register before another is started
_LOOK_EVERY = 0.5  # seconds between two checks of the workers


@dataclass(frozen=True)
class _Worker:
    queue: Queue
    process: subprocess.Popen
    since: float = field(default_factory=time.monotonic)
    out_of_memory: int | None = field(default_factory=machine.killed_for_memory)

    @property
    def told_through(self) -> IO[bytes]:
        """The pipe through which the server talks to it."""
        assert self.process.stdin is not None  # as ``_start`` opens one
        return self.process.stdin


_workers: list[_Worker] = []
_lock = threading.Lock()
_supervised: list[Queue] = []  # empty, or the queue of the server in this process
_tidy: list[Callable[[Queue], object]] = []
_begun = threading.Event()
_ended = threading.Event()  # set when this process is about to exit


def ensure_worker(queue: Queue) -> None:
    """Start worker processes: as many as there are unfinished jobs, at least one, and no more than may run
    at once, with one more for each job that gives way. Pages may call this on every refresh. Where the
    queue is supervised, the call returns at once and the supervising thread starts the workers within half
    a second."""
    if any(kept.path == queue.path for kept in _supervised):
        return
    _start_missing(_whole(queue.path.parent))


def _start_missing(queue: Queue) -> None:
    if why_unwritable() is not None:  # a worker could neither take a job nor send heartbeats
        return
    with _lock:
        if _ended.is_set():
            return
        _begin()
        _bury()
        here = {w.process.pid for w in _workers if time.monotonic() - w.since < _SHOW_WITHIN}
        there = queue.unfinished()
        most = limits.workers() + sum(j.gives_way for j in there if j.state == "running")
        wanted = max(1, min(most, len(there)))
        for _ in range(wanted - len(queue.worker_pids() | here)):
            _workers.append(_Worker(queue, _start()))


def supervise(queue: Queue, tidy: Callable[[Queue], object] | None = None) -> None:
    """Keep workers running for the jobs in a queue until this process exits, and remove what killed
    processes left unfinished.

    Parameters
    ----------
    queue : Queue
    tidy : callable, optional
        Called with the queue, once at the start and then every ``TIDY_EVERY`` seconds.
    """
    forget_left_over(home() / "models")
    with _lock:
        _begin()
        _supervised[:] = [queue]
        _tidy[:] = [] if tidy is None else [tidy]


@functools.lru_cache(8)
def _whole(folder: Path) -> Queue:
    """The whole queue; a visitor's own view shows only part of it."""
    return Queue(folder)


def end_workers(for_good: bool = False) -> None:
    """Stop the workers that this process started, at a checkpoint and within ``END_WITHIN`` seconds. With
    ``for_good``, no further workers are started."""
    if for_good:
        _ended.set()
    with _lock:
        _bury()
        until = time.monotonic() + END_WITHIN
        for worker in _workers:
            with contextlib.suppress(OSError):
                os.write(worker.told_through.fileno(), END)
        for worker in _workers:
            try:
                worker.process.wait(max(until - time.monotonic(), 0.0))
            except subprocess.TimeoutExpired:
                worker.process.kill()
                worker.process.wait()
                with contextlib.suppress(OSError):
                    worker.queue.note_death(worker.process.pid, "", again=True)
        _workers.clear()


def _begin() -> None:
    if not _begun.is_set():
        _begun.set()
        atexit.register(end_workers)
        threading.Thread(target=_watch, daemon=True, name="workers").start()


def _watch() -> None:
    tidied = -TIDY_EVERY
    while True:
        time.sleep(_LOOK_EVERY)
        try:
            with _lock:
                _bury()
            for queue in _supervised[:]:
                queue.mark_lost()  # jobs of a server that was killed together with its workers
                if queue.jobs(state="queued"):
                    _start_missing(queue)
            if _supervised and time.monotonic() - tidied >= TIDY_EVERY:
                tidied = time.monotonic()
                for tidy in _tidy:
                    tidy(_supervised[0])
        except OSError:  # a full disk or a deleted folder: try again later
            continue


def _bury() -> None:
    """Record how finished workers exited, and reap them."""
    for worker in _workers[:]:
        code = worker.process.poll()
        if code is not None:
            _workers.remove(worker)
            worker.told_through.close()
            if code != 0 and worker.queue.path.exists():
                worker.queue.note_death(
                    worker.process.pid, machine.why_ended(code, worker.out_of_memory)
                )


def _start() -> subprocess.Popen:
    with open(home() / "worker.log", "ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "w2v_core.work.worker", "--told"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            bufsize=0,
            start_new_session=True,  # Ctrl-C reaches the server only, which then tells its workers
            creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),  # Windows
            env={**os.environ, "W2V_HOME": str(home())},
        )
    if hasattr(os, "setpriority"):  # set now, so that threads started later inherit it
        nice = max(NICE, os.getpriority(os.PRIO_PROCESS, 0))
        with contextlib.suppress(ProcessLookupError):  # it has exited already
            os.setpriority(os.PRIO_PROCESS, process.pid, nice)
        # Where Linux shares the cores among sessions first, niceness counts only within one, and the worker
        # has a session of its own (man 7 sched, "The autogroup feature").
        with contextlib.suppress(OSError):
            Path(f"/proc/{process.pid}/autogroup").write_text(str(SESSION_NICE))
    return process
