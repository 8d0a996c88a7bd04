"""The claim of a process on a folder that no other may work in at the same time."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from w2v_core.storage.files import read_json, write_json
from w2v_core.storage.machine import began

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
    write_json(folder / _CLAIM, {"id": os.getpid(), "began": began(os.getpid())})


def _claimant(folder: Path) -> int | None:
    """The number of the process that has claimed a folder, if it still runs."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        claimed = read_json(folder / _CLAIM)
        since = began(claimed["id"])
        if since is not None and since == claimed["began"]:
            return int(claimed["id"])
    return None
