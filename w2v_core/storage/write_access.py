"""Whether anything can be kept in ``W2V_HOME``: a full disk and a read-only folder leave it to be read."""

from __future__ import annotations

import contextlib
import errno
import os
import time
from pathlib import Path

from w2v_core.storage.files import FULL
from w2v_core.storage.home import home, new_id

LEAST = 1 << 16
"""Bytes without which nothing is begun: a database beside its log takes about as many."""
_ASKED_AGAIN = 2.0  # seconds after which the disk is asked anew

_READ_ONLY = (errno.EROFS, errno.EACCES, errno.EPERM)
_answers: dict[Path, tuple[float, str | None]] = {}


def why_unwritable() -> str | None:
    """A sentence on why nothing can be kept, and what works nevertheless; None where it can be. The
    answer is at most two seconds old."""
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
                file.write(b"\0" * (LEAST - written))  # says why there is room for less
    except OSError as error:
        if error.errno in FULL:
            return (
                "The disk is full. What is here can be looked at, taken away and deleted (Library); "
                "nothing new can be trained or kept until there is room where W2V_HOME is."
            )
        if error.errno in _READ_ONLY:
            return (
                "W2V_HOME is read-only. What is here can be looked at and taken away; nothing can be "
                "trained, changed or deleted until this app may write there."
            )
        return (
            f"W2V_HOME cannot be written to ({error.strerror}). What is here can be looked at and "
            "taken away; nothing can be trained or changed."
        )
    finally:
        with contextlib.suppress(OSError):
            probe.unlink(missing_ok=True)
    return None
