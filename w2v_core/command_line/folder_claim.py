"""The claim of a process on a folder that no other may work in at the same time."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import psutil

from w2v_core.storage.files import read_json, write_json

_CLAIM = "process.json"


def refuse_claimed(folder: Path) -> None:
    """ValueError where another process that still runs has claimed the folder."""
    other = _claimant(folder)
    if other is not None and other != os.getpid():
        raise ValueError(
            f"Another process ({other}) is training in {folder}: wait until it has ended, or stop it."
        )


def claim(folder: Path) -> None:
    """Claim a folder for this process, for as long as it runs (errors as for ``refuse_claimed``)."""
    refuse_claimed(folder)
    write_json(folder / _CLAIM, {"id": os.getpid(), "started": psutil.Process().create_time()})


def _claimant(folder: Path) -> int | None:
    """The number of the process that has claimed a folder, if it still runs."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, OverflowError, psutil.Error):
        claimed = read_json(folder / _CLAIM)
        process = psutil.Process(claimed["id"])
        # The number of a process that has ended can be given to another, which started later.
        if process.create_time() == claimed["started"]:
            return None if process.status() == psutil.STATUS_ZOMBIE else process.pid
    return None
