"""Owner's keys on the disk: one beside each model, and those that a person has opened.

models/<id>/owner.key   128 random bits: who opens the owner's address, which holds them, owns the model
people/<owner>.json     the keys that a person has opened

Functions of folders: they ask nobody's rights (see ``visitors.rights``).
"""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from w2v_core.storage.files import read_json, write_json
from w2v_core.storage.home import is_id
from w2v_core.storage.records import held_from_json, read_owner
from w2v_core.visitors.ownership import is_token, new_token

_MOST_HELD = 1_000  # keys that are kept for one person
_unwritten: dict[Path, dict[str, str]] = {}  # keys that could not be written down, by their file


def kept_folder(home: Path, id: str) -> Path:
    """A model's folder, or where it stands for a day after it was deleted."""
    folder = home / "models" / id
    gone = home / "deleted" / id
    return gone if not folder.is_dir() and gone.is_dir() else folder


def owner_of(folder: Path) -> str | None:
    """Whose a model's folder is; None where it is nobody's, or cannot be read."""
    return read_owner(folder) or None


def read_key(folder: Path) -> str | None:
    """The owner's key of a model's folder; None where there is none yet."""
    try:
        key = (folder / "owner.key").read_text().strip()
    except (OSError, ValueError):
        return None
    return key if is_token(key) else None


def write_new_key(folder: Path) -> str:
    """Write another key into a model's folder, whole or not at all, and return it."""
    key, file = new_token(), folder / "owner.key"
    temporary = file.with_name(f".owner.key.{new_token()}")
    try:
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(key)
        os.replace(temporary, file)
    finally:
        temporary.unlink(missing_ok=True)
    return key


def is_key(given: str, folder: Path) -> bool:
    """Whether this is the owner's key of a model's folder; takes as long for any key."""
    kept = read_key(folder)
    return kept is not None and secrets.compare_digest(given, kept)


def held_keys(home: Path, owner: str) -> dict[str, str]:
    """Id → key, of the models whose owner's addresses a person has opened."""
    file = home / "people" / f"{owner}.json"
    held = _unwritten.get(file, {})
    with contextlib.suppress(OSError, ValueError):
        held = {**held_from_json(read_json(file)), **held}
    return {id: key for id, key in held.items() if is_id(id) and is_token(key)}


def hold(home: Path, owner: str, id: str, key: str) -> None:
    """Keep a key for a person; where it cannot be written down, for as long as this process runs."""
    file = home / "people" / f"{owner}.json"
    held = {**held_keys(home, owner), id: key}
    try:
        file.parent.mkdir(mode=0o700, exist_ok=True)
        write_json(file, {"held": dict(list(held.items())[-_MOST_HELD:])})
        _unwritten.pop(file, None)
    except OSError:
        _unwritten.setdefault(file, {})[id] = key
