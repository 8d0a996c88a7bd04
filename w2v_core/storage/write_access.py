"""Whether anything can be saved in ``W2V_HOME``; a full disk or a read-only folder only allows reading."""

from __future__ import annotations

import contextlib
import errno
import os
import time
from pathlib import Path

from w2v_core.storage.files import FULL
from w2v_core.storage.home import home, new_id

LEAST = 1 << 16
"""The free bytes needed to start anything: about the size of a database with its log."""
_ASKED_AGAIN = 2.0  # seconds after which the disk is tried again

_READ_ONLY = (errno.EROFS, errno.EACCES, errno.EPERM)
_answers: dict[Path, tuple[float, str | None]] = {}


def why_unwritable() -> str | None:
    """A sentence that says why nothing can be saved and what still works; None if saving works. The answer
    is at most two seconds old."""
    folder = home()
    asked, answer = _answers.get(folder, (0.0, None))
    if not asked or time.monotonic() - asked > _ASKED_AGAIN:
        answer = _try(folder)
        _answers[folder] = (time.monotonic(), answer)
    return answer


def _try(folder: Path) -> str | None:
    probe = folder / f".probe-{os.getpid()}-{new_id()[:8]}"
    try:
        with open(probe, "wb", buffering=0) as file:
            written = file.write(b"\0" * LEAST)
            if written < LEAST:
                file.write(b"\0" * (LEAST - written))  # raises the reason if less was written
    except OSError as error:
        if error.errno in FULL:
            return (
                "The disk is full. You can still look at, download and delete what is here (Library), but "
                "nothing new can be trained or saved until there is space on the disk of W2V_HOME."
            )
        if error.errno in _READ_ONLY:
            return (
                "W2V_HOME is read-only. You can still look at and download what is here, but nothing can "
                "be trained, changed or deleted until this app may write to it."
            )
        return (
            f"W2V_HOME cannot be written to ({error.strerror}). You can still look at and download what "
            "is here, but nothing can be trained or changed."
        )
    finally:
        with contextlib.suppress(OSError):
            probe.unlink(missing_ok=True)
    return None
