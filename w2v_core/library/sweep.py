"""What is left over, and goes by itself: temporary files of processes that were killed, deleted models
after their day, texts that nobody uses, trainings cancelled before they had begun, and in sharing mode
models of visitors without an account that nobody has opened for a long time.

The server sweeps when it starts, and now and then while it runs (see ``queue.supervisor``).
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from w2v_core.library import accounted_items
from w2v_core.library.deletion import forget_deleted
from w2v_core.library.texts import forget_old_texts
from w2v_core.queue.queue import Queue
from w2v_core.storage import clock
from w2v_core.storage.files import modified, remove
from w2v_core.storage.home import ROOT, is_id, is_published
from w2v_core.storage.left_over_files import forget_if_left_over, forget_left_over
from w2v_core.storage.limits import keep_days
from w2v_core.text.scratch import PREFIX, is_of_dead
from w2v_core.visitors import quota
from w2v_core.visitors.ownership import is_shared

_OPENED = ".opened"  # in a model's folder: its time is when the model was last opened
_DAY = 24 * 3600.0


def sweep(queue: Queue) -> None:
    """Remove all that is left over."""
    forget_temporary(queue.home)
    forget_deleted(queue.home)
    forget_old_texts(queue.home, accounted_items.in_use(queue))
    for job in queue.jobs("train", "cancelled"):
        if (queue.home / "models" / job.id).is_dir():
            accounted_items.forget_cancelled(queue, job.id)
    forget_unopened(queue)
    quota.freed(queue.home)


def forget_temporary(home: Path) -> None:
    """Remove temporary files and folders that nobody writes any more: in ``W2V_HOME``, in ``static/``,
    and in the system's folder for temporary files."""
    for where in ("models", "texts"):
        forget_left_over(home / where)
    for file in _temporary(home):
        forget_if_left_over(file, modified(file))
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        if is_of_dead(folder.name):  # a server may need its own for longer than a day
            with contextlib.suppress(OSError):
                remove(folder)


def note_opened(home: Path, id: str) -> None:
    """Remember, in sharing mode, that a model was opened; it is written down once a day."""
    if not is_shared():
        return
    folder = home / "models" / id
    with contextlib.suppress(OSError):  # a full disk: it can be looked at all the same
        if is_id(id) and folder.is_dir() and clock.seconds_since(modified(folder / _OPENED)) > _DAY:
            (folder / _OPENED).touch()


def forget_unopened(queue: Queue) -> list[str]:
    """In sharing mode, remove the models and trainings of visitors without an account that nobody has
    opened for ``limits.keep_days``; returns the ids of those that are gone. What is published stays."""
    days = keep_days()
    gone: list[str] = []
    if days is None or not is_shared():
        return gone
    busy = {job.id for job in queue.unfinished()}
    busy |= {str(job.payload.get("model")) for job in queue.unfinished()}
    for folder in quota.folders(queue.home, "models"):
        id = folder.name
        if not is_id(id) or id in busy or is_published(id):
            continue
        times = (modified(folder), *(modified(folder / name) for name in (_OPENED, "model.json")))
        unopened = clock.seconds_since(max(times)) > days * _DAY
        if unopened and quota.model_owner(folder).startswith("browser-"):
            try:
                remove(folder)
            except OSError:  # it is still there: the next sweep tries again
                continue
            queue.forget(id)
            gone.append(id)
    return gone


def _temporary(home: Path) -> Iterator[Path]:
    """Files whose names say that they are not whole yet."""
    for place, folders, names in os.walk(home):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(place, name) for name in names if _is_temporary(name))
    yield from (ROOT / "static").glob(".*.tmp")


def _is_temporary(name: str) -> bool:
    return name.startswith(".") and (
        name.endswith(".tmp") or name.startswith((".secret.", ".owner.key."))
    )
