"""Finding and removing incomplete files that killed processes left behind."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from w2v_core.storage import clock
from w2v_core.storage.files import modified, remove
from w2v_core.text.scratch import is_left_over


def forget_left_over(parent: Path) -> None:
    """Remove incomplete files of killed processes from a folder, which have names that begin with a dot.
    Files that cannot be removed stay."""
    for place in parent.glob(".*"):
        forget_if_left_over(place, _last_modified(place))


def forget_if_left_over(place: Path, last_modified: float) -> None:
    """Remove a temporary file or folder that no process writes any more."""
    if is_left_over(place.name, clock.seconds_since(last_modified)):
        with contextlib.suppress(OSError):
            remove(place)


def _last_modified(place: Path) -> float:
    """When a file, or anything in a folder, was last modified, in seconds since 1970."""
    times = [modified(place)]
    for inner, folders, names in os.walk(place):
        times += (modified(Path(inner, name)) for name in (*folders, *names))
    return max(times)
