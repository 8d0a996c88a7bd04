"""The memory that a worker may use: told before a training would take more, guarded while it works."""

from __future__ import annotations

import contextlib
import os
import threading
import time

from w2v_core.model.estimate import READING_BYTES, Estimate
from w2v_core.queue.queue import Job, Queue
from w2v_core.storage import machine
from w2v_core.storage.limits import worker_bytes
from w2v_core.text.corpus import Corpus

_TEXT_SHARE = 0.5  # of the memory: where reading takes more, the text is what must be shorter
_BESIDE = 1 / 8  # of the memory of a worker: what a job that gives way may hold meanwhile
_LOOK_EVERY = 0.05  # seconds between two measurements


def too_much(expected: Estimate, corpus: Corpus, dim: int) -> str | None:
    """What to reduce if a training would take more memory than a worker may use; None if it fits."""
    most = worker_bytes()
    if most is None or expected.memory <= most:
        return None
    if READING_BYTES * corpus.n_tokens > _TEXT_SHARE * expected.memory:
        advice = f"use a shorter text ({corpus.n_tokens:,} words now)"
    else:
        advice = (
            f"use a smaller vocabulary ({len(corpus.words):,} words now) or fewer dimensions "
            f"({dim:,} now)"
        )
    return (
        f"This training would take about {_amount(expected.memory)} of memory, and a worker may use "
        f"{_amount(most)}: {advice}."
    )


def _amount(size: float) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:,.0f} MB"


def not_enough_memory(kind: str) -> str:
    """The message for a job that ran out of memory."""
    most = worker_bytes()
    told = f" (a worker may use {most / 1e6:,.0f} MB: W2V_WORKER_MEMORY_MB)" if most else ""
    advice = (
        "use a smaller vocabulary, fewer dimensions or a shorter text"
        if kind == "train"
        else "choose fewer words, or train a smaller model"
    )
    return f"There was not enough memory{told}: {advice}."


def has_room_beside() -> bool:
    """Whether this process holds so little that another worker may work beside it while it waits: an
    eighth of what a worker may use, by default 10 % of the machine's memory among all workers."""
    most, now = worker_bytes(), machine.used_memory()
    return most is None or now is None or now <= _BESIDE * most


def limit_memory(queue: Queue, doing: list[tuple[str, Job]]) -> None:
    """Exit, and mark the current job as failed, when this process uses more memory than a worker may.
    (A limit set on the process would count reserved memory, which is several times what is used.)"""
    most = worker_bytes()
    if most is None or machine.used_memory() is None:
        return

    def guard() -> None:
        while machine.used_memory() <= most:
            time.sleep(_LOOK_EVERY)
        with contextlib.suppress(OSError):
            for me, job in doing:
                queue.end(job.id, "failed", not_enough_memory(job.kind))
                queue.leave(me)
        os._exit(machine.TOO_MUCH_MEMORY if doing else 0)

    threading.Thread(target=guard, daemon=True).start()
