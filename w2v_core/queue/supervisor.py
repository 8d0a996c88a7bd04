"""Worker processes: started where work waits, watched, and ended with the server that started them.

A worker is told through a pipe. A server that ends in good order writes ``END``: its workers leave what
they do at a checkpoint, and go. A server that is killed just lets go of the pipe: its workers finish
what they do, and go.
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
"""How far a worker stands back behind the pages (a process's niceness, 0 to 19). On two cores, beside a
training of 10,000 words, Explore answers in 69 ms (58 with the training paused; 88 at 5, 169 at 0)."""
END_WITHIN = 4.5
"""Seconds that workers are given to write a checkpoint; one that needs longer is killed, and its job
waits in its old place, to go on from the checkpoint before."""
TIDY_EVERY = 300.0
_SHOW_WITHIN = 5.0  # seconds a new worker is given to show itself before another is started
_LOOK_EVERY = 0.5  # seconds between two looks after the workers


@dataclass(frozen=True)
class _Worker:
    queue: Queue
    process: subprocess.Popen
    since: float = field(default_factory=time.monotonic)
    out_of_memory: int | None = field(default_factory=machine.killed_for_memory)

    @property
    def told_through(self) -> IO[bytes]:
        """The pipe by which the server speaks to it."""
        assert self.process.stdin is not None  # as ``_start`` opens one
        return self.process.stdin


_workers: list[_Worker] = []
_lock = threading.Lock()
_supervised: list[Queue] = []  # none, or the queue of the server that runs here
_tidy: list[Callable[[Queue], object]] = []
_begun = threading.Event()
_ended = threading.Event()  # set when this process is about to end


def ensure_worker(queue: Queue) -> None:
    """Start workers in processes of their own: as many as there is work for, at most as many as may
    run at once, and one at least. Pages may call it at every look; where this queue is supervised, its
    own thread sees to it within half a second, and nobody waits."""
    if any(kept.path == queue.path for kept in _supervised):
        return
    _start_missing(_whole(queue.path.parent))


def _start_missing(queue: Queue) -> None:
    if why_unwritable() is not None:  # a worker could not take a job, or show that it lives
        return
    with _lock:
        if _ended.is_set():
            return
        _begin()
        _bury()
        here = {w.process.pid for w in _workers if time.monotonic() - w.since < _SHOW_WITHIN}
        wanted = max(1, min(limits.workers(), len(queue.unfinished())))
        for _ in range(wanted - len(queue.worker_pids() | here)):
            _workers.append(_Worker(queue, _start()))


def supervise(queue: Queue, tidy: Callable[[Queue], object] | None = None) -> None:
    """From now on, and as long as this process runs, keep workers for what waits in a queue; what killed
    processes left half made goes.

    Parameters
    ----------
    queue : Queue
    tidy : callable, optional
        Called with the queue, at first and then every ``TIDY_EVERY`` seconds.
    """
    forget_left_over(home() / "models")
    with _lock:
        _begin()
        _supervised[:] = [queue]
        _tidy[:] = [] if tidy is None else [tidy]


@functools.lru_cache(8)
def _whole(folder: Path) -> Queue:
    """Everybody's queue: a visitor's own shows them a part."""
    return Queue(folder)


def end_workers(for_good: bool = False) -> None:
    """End the workers that this process started: at a checkpoint, and within ``END_WITHIN``; ``for_good``:
    it starts no others."""
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
                queue.mark_lost()  # what a server left running that was killed with its workers
                if queue.jobs(state="queued"):
                    _start_missing(queue)
            if _supervised and time.monotonic() - tidied >= TIDY_EVERY:
                tidied = time.monotonic()
                for tidy in _tidy:
                    tidy(_supervised[0])
        except OSError:  # a full disk, a folder that went: look again later
            continue


def _bury() -> None:
    """Say of what became of workers that ended; asking also lets the system forget them."""
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
            start_new_session=True,  # Ctrl-C is for the server, which tells its workers
            creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),  # Windows
            env={**os.environ, "W2V_HOME": str(home())},
        )
    if hasattr(os, "setpriority"):  # here, before it has threads: those inherit it
        nice = max(NICE, os.getpriority(os.PRIO_PROCESS, 0))
        with contextlib.suppress(ProcessLookupError):  # it ended at once
            os.setpriority(os.PRIO_PROCESS, process.pid, nice)
    return process
