"""Deleted models, which can be brought back for a day.

deleted/<id>/    a deleted model, for a day; deleted.json says since when

Functions of folders: they ask nobody's rights.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from w2v_core.library.folder_contents import found_in
from w2v_core.storage import clock, records
from w2v_core.storage.catalog import Unfinished
from w2v_core.storage.files import Damaged, read_json, remove, write_json
from w2v_core.storage.home import is_id
from w2v_core.visitors import quota

DELETED_KEPT = 24 * 3600.0
"""Seconds for which a deleted model can be brought back."""


@dataclass(frozen=True)
class Deleted:
    """A deleted model that can still be brought back, until ``kept_until`` (as ``clock.now`` tells it), and
    the bytes that it takes until then; ``why`` says what is wrong with one that is damaged, and can only be
    removed for good."""

    id: str
    name: str
    kept_until: float
    bytes: int
    why: str = ""


def make_places(home: Path) -> None:
    """The folders that deleting needs; they are made early, as a full disk has no room even for them."""
    (home / "deleted").mkdir(exist_ok=True)


def put_aside(home: Path, folder: Path) -> None:
    """Move a model's folder to the deleted ones."""
    forget_deleted(home)
    make_places(home)
    if (folder / "deleted.json").is_dir():
        remove(folder / "deleted.json")
    with contextlib.suppress(OSError):  # a full disk: then the folder's own time says since when
        write_json(folder / "deleted.json", {"at": clock.now()})
    os.utime(folder)
    os.replace(folder, home / "deleted" / folder.name)


def all_deleted(home: Path) -> list[Deleted]:
    """The models that can be brought back, the last deleted first."""
    found = []
    for folder in (home / "deleted").glob("*"):
        if not is_id(folder.name):
            continue
        try:
            until = _kept_until(folder)
            here = found_in(folder)
        except OSError:
            continue
        if until > clock.now():
            why = here.why if isinstance(here, Unfinished) else ""
            name = here.name or folder.name
            found.append(Deleted(folder.name, name, until, quota.size(folder), why))
    return sorted(found, key=lambda d: d.kept_until, reverse=True)


def _kept_until(folder: Path) -> float:
    try:
        at = records.DeletedRecord.from_json(read_json(folder / "deleted.json")).at
    except (Damaged, FileNotFoundError):
        at = folder.lstat().st_mtime
    return at + DELETED_KEPT


def bring_back(home: Path, id: str) -> None:
    """Move a deleted model's folder back to the models."""
    os.replace(home / "deleted" / id, home / "models" / id)
    (home / "models" / id / "deleted.json").unlink(missing_ok=True)


def forget_deleted(home: Path) -> None:
    """Remove for good what was deleted more than a day ago. Each folder is judged by itself: one that
    comes at this moment, from another tab, is not taken for an old one, nor one that cannot be read."""
    for folder in (home / "deleted").glob("*"):
        with contextlib.suppress(OSError):
            if not is_id(folder.name) or _kept_until(folder) <= clock.now():
                remove(folder)
