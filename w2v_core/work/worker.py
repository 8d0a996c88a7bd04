"""The background worker: ``python -m w2v_core.work.worker`` runs queued jobs, one at a time.

It exits when nothing has been queued for a while; ``ensure_worker`` starts one when needed. When told to
stop (by SIGTERM, SIGINT or its server), it saves a checkpoint of a training and leaves the job to the next
worker. When its server is killed, it finishes the current job and exits (see ``queue.supervisor``).
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from w2v_core.library import accounted_items
from w2v_core.library.library import Library
from w2v_core.queue.queue import BEAT_EVERY, Job, Queue
from w2v_core.queue.supervisor import END
from w2v_core.queue.supervisor import ensure_worker as ensure_worker
from w2v_core.storage.files import sentence
from w2v_core.storage.home import model_folder, new_id
from w2v_core.storage.limits import max_text_bytes
from w2v_core.storage.records import Payload
from w2v_core.visitors import quota
from w2v_core.visitors.ownership import OPERATOR
from w2v_core.work import analyses
from w2v_core.work.memory import has_room_beside, limit_memory, not_enough_memory
from w2v_core.work.training import GIVE_WAY, LEAVE, PAUSE, TRAINING, Paused, train

IDLE_SECONDS = 60.0
_LOOK_EVERY = 0.1
_TELL_EVERY = 0.2  # seconds between two reports of a job to the queue
_WAIT_FOR_WORKER = 10.0  # seconds in which another worker must take the job that one gives way to
_WAIT_AGAIN = 60.0  # seconds until a job gives way again after nobody came
WAITING = "Paused while a shorter job of yours runs"
BESIDE = "A shorter job of yours runs beside this one"  # which a cluster goes on with meanwhile

_ending = threading.Event()  # set when this process was told to stop
_doing: list[tuple[str, Job]] = []  # the worker's id and its current job, if any
_orphaned = threading.Event()  # set when the server that started this process is gone


def work(queue: Queue, idle_seconds: float = IDLE_SECONDS) -> None:
    """Run jobs until none has been queued for ``idle_seconds``."""
    me = new_id()
    idle_since, last_beat = time.monotonic(), -BEAT_EVERY
    try:
        while not (_ending.is_set() or _orphaned.is_set()):
            try:
                if time.monotonic() - last_beat >= BEAT_EVERY:
                    last_beat = time.monotonic()
                    queue.beat(me)
                job = queue.take(me)
            except OSError:  # a full disk: there may be room again soon
                _log()
                job = None
                time.sleep(BEAT_EVERY)
            if job is not None:
                _doing[:] = [(me, job)]
                _do(queue, me, job)
                _doing.clear()
                idle_since = time.monotonic()
            elif time.monotonic() - idle_since >= idle_seconds:
                return
            else:
                time.sleep(_LOOK_EVERY)
    finally:
        with contextlib.suppress(OSError):
            queue.leave(me)


def _do(queue: Queue, me: str, job: Job) -> None:
    """Run one job while sending heartbeats, and record in the queue how it ended."""
    wish: list[str] = []  # the queue's latest request: to stop the job, or to leave it
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT_EVERY):
            with contextlib.suppress(OSError):  # a full disk: the next heartbeat may succeed
                if (found := queue.beat(me, job.id)) is not None:
                    wish[:] = [found]

    def should_end() -> str | None:
        return wish[0] if wish else PAUSE if _ending.is_set() else None

    heart = threading.Thread(target=beat, daemon=True)
    heart.start()
    state: str | None = "done"
    message: str | None = None
    try:
        with quota.spending(queue.home, job.owner):  # what it writes is theirs who asked
            if job.kind == "train":
                folder = model_folder(queue.home, job.id)
                known = (folder / "corpus.json").exists()
                # Rights were asked for when the job was queued.
                texts = Library(queue.home, OPERATOR).texts
                key = Payload.from_json(job.payload).text
                if key is None and not known:
                    raise ValueError("The text of this training is no longer here: train again.")
                text = None if known or key is None else texts.file(key)
                _train(queue, me, job, folder, text, should_end)
            else:
                tell = _giving_way(queue, me, job, should_end)
                analyses.do(queue.home, job, tell)
    except Paused:
        state = None
    except InterruptedError as stopped:
        state, message = "cancelled", str(stopped)
        if should_end() in (PAUSE, LEAVE):
            state = None
    except (ValueError, OSError) as error:
        state, message = "failed", sentence(error)
        _log()
    except MemoryError:
        state = "failed"
        message = not_enough_memory(job.kind)
        _log()
    except Exception as error:  # a bug: say so, and log the details
        state = "failed"
        message = (
            f"This is an error in the program ({type(error).__name__}); worker.log has the details."
        )
        _log()
    finally:
        over.set()
        heart.join()
    while True:
        try:
            current = queue.get(job.id)
            if current is None or current.worker != me or current.state not in ("running", "lost"):
                return  # another worker has taken it
            if state is None:
                queue.put_back(me, job.id)
            else:
                queue.end(job.id, state, message)
                accounted_items.forget_cancelled(queue, job.id)
            return
        except OSError:  # a full disk: the result is kept and the queue is updated later
            if _ending.wait(BEAT_EVERY):
                return


def _train(
    queue: Queue,
    me: str,
    job: Job,
    folder: Path,
    text: Path | None,
    should_end: Callable[[], str | None],
) -> None:
    """Train, and give way to much shorter jobs of the same owner: waiting in the middle where this process
    holds little memory, else by ending at a pass's checkpoint and going on from there afterwards."""
    tell = _giving_way(queue, me, job, should_end)
    next_look = 0.0
    makes_room = False

    def told(share: float, phase: str) -> None:
        nonlocal next_look, makes_room
        tell(share, phase)
        if phase == TRAINING and not makes_room and time.monotonic() >= next_look:
            next_look = time.monotonic() + _TELL_EVERY
            with contextlib.suppress(OSError):  # a full disk: without giving way
                makes_room = not has_room_beside() and queue.is_shorter_waiting(me, job.id)

    def wish() -> str | None:
        return should_end() or (GIVE_WAY if makes_room else None)

    while True:
        try:
            return train(folder, text, wish, max_text_bytes(), told)
        except Paused:
            if should_end() in (PAUSE, LEAVE) or not makes_room:
                raise
        gc.collect()  # the short one wants what it held
        with contextlib.suppress(OSError):  # a full disk: on with the long one
            if should_end() is None and queue.give_way(me, job.id):
                _let_pass(queue, me, job, should_end)
        next_look, makes_room = time.monotonic() + _WAIT_AGAIN, False


def _log() -> None:
    """Write the current error with its traceback to worker.log, unless the disk is full."""
    with contextlib.suppress(OSError):
        traceback.print_exc()


def _teller(queue: Queue, me: str, job: Job, should_end: Callable[[], str | None]) -> analyses.Tell:
    """A function that reports a job's progress to the queue, at intervals, and says whether to stop."""
    last: dict[str, float] = {"at": 0.0}

    def tell(share: float, sentence: str) -> bool:
        now = time.monotonic()
        if now - last["at"] >= _TELL_EVERY:
            last["at"] = now
            with contextlib.suppress(OSError):  # a full disk: the job itself reports it
                queue.tell(me, job.id, min(max(float(share), 0.0), 1.0), sentence)
        return should_end() is not None

    return tell


def _giving_way(
    queue: Queue, me: str, job: Job, should_end: Callable[[], str | None]
) -> analyses.Tell:
    """As ``_teller``; the call lasts while a much shorter job of the same owner waits or runs."""
    report = _teller(queue, me, job, should_end)
    waiting = BESIDE if analyses.goes_to_cluster(job.kind) else WAITING
    next_look = 0.0

    def tell(share: float, sentence: str) -> bool:
        nonlocal next_look
        if report(share, sentence):
            return True
        if time.monotonic() >= next_look:
            next_look = time.monotonic() + _TELL_EVERY
            with contextlib.suppress(OSError):  # a full disk: without giving way
                if has_room_beside() and queue.give_way(me, job.id):
                    queue.tell(
                        me,
                        job.id,
                        min(max(float(share), 0.0), 1.0),
                        waiting,
                    )
                    came = _let_pass(queue, me, job, should_end)
                    next_look = time.monotonic() + (_TELL_EVERY if came else _WAIT_AGAIN)
        return should_end() is not None

    return tell


def _let_pass(queue: Queue, me: str, job: Job, should_end: Callable[[], str | None]) -> bool:
    """Wait until a job that gives way may go on, or is to end; returns False if no worker came to do the
    short one, for which it does not wait long."""
    begin = last = time.monotonic()  # when the short one was last seen to run
    while should_end() is None:
        now = time.monotonic()
        nobody_comes = now - last > _WAIT_FOR_WORKER
        with contextlib.suppress(OSError):  # a full disk: there may be room again soon
            if queue.go_on(me, job.id, now - begin, nobody_comes):
                return not nobody_comes
            if queue.short_runs(job):
                last = now
        time.sleep(_LOOK_EVERY)
    return True


def listen() -> None:
    """Wait on standard input for the server that started this process to say stop, or to die."""

    def hear() -> None:
        (_ending if os.read(sys.stdin.fileno(), 1) == END else _orphaned).set()

    threading.Thread(target=hear, daemon=True).start()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(prog="python -m w2v_core.work.worker", description=__doc__)
    arguments.add_argument("--told", action="store_true", help="stop when standard input closes")
    given = arguments.parse_args()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: _ending.set())
    if given.told:
        listen()
    queue = Queue()
    limit_memory(queue, _doing)
    work(queue)
