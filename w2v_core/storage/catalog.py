"""The catalog of models: a table beside the queue that lists every finished model and its owner.

The folders contain the models and take precedence if the two differ, because a process may be killed
after it changed a folder and before it changed the catalog. ``listed`` compares them by the stamps of the
relevant files (``model.json``, ``about.json``, ``settings.json`` and the model's arrays), adds what is
new or changed, and removes what is gone. A second table lists the folders without a finished model:
trainings, and damaged folders with a description of the damage, so that nothing is read again until one
of these files changes."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from w2v_core.storage.database import FILE, opened, prepare
from w2v_core.storage.files import bytes_in, sentence
from w2v_core.storage.home import is_id

_SCHEMA = """
CREATE TABLE IF NOT EXISTS models (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, created REAL NOT NULL, n_words INTEGER NOT NULL,
    dim INTEGER NOT NULL, loss REAL, source TEXT NOT NULL, n_tokens INTEGER,
    owner TEXT NOT NULL DEFAULT '', stamp TEXT NOT NULL, bytes INTEGER, bytes_stamp TEXT);
CREATE INDEX IF NOT EXISTS models_by_owner ON models (owner, created);
CREATE TABLE IF NOT EXISTS unfinished (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, owner TEXT NOT NULL, why TEXT NOT NULL,
    stamp TEXT NOT NULL);
"""
_TELLING = ("model.json", "about.json", "settings.json")
_ARRAYS = ("model-", ".npz")


@dataclass(frozen=True)
class Entry:
    """A finished model of the library; ``loss`` in nats per pair (None for imported vectors, which were
    not trained here), ``created`` in seconds since 1970; ``source`` names the text or file from which it
    came, ``n_tokens`` is the number of words in the text (None if unknown); ``owner`` identifies its
    owner ("" for the single user of this machine)."""

    id: str
    name: str
    created: float
    n_words: int
    dim: int
    loss: float | None
    source: str = ""
    n_tokens: int | None = None
    owner: str = ""


@dataclass(frozen=True)
class Unfinished:
    """A folder without a finished model: a training (``why`` is empty), or a damaged folder, for which
    ``why`` is a sentence that says what is wrong. ``name`` and ``owner`` are empty if they cannot be
    read."""

    id: str
    name: str
    owner: str
    why: str


_COLUMNS = tuple(field.name for field in fields(Entry))
_OTHER_COLUMNS = tuple(field.name for field in fields(Unfinished))
_SELECT = f"SELECT {', '.join(_COLUMNS)}"
Read = Callable[[Path], Entry | Unfinished]


def listed(home: Path, read: Read, owner: str | None = None) -> list[Entry]:
    """The finished models in a ``W2V_HOME``, of everyone or of one owner, the newest first.

    Parameters
    ----------
    home : Path
    read : callable
        Reads the content of a folder; an OSError means that it cannot be read at the moment.
    owner : str, optional
    """
    path = _agreed(home, read)
    if path is None:
        found = [
            e
            for e in _from_folders(home, read)
            if isinstance(e, Entry) and owner in (None, e.owner)
        ]
        return sorted(found, key=lambda e: (-e.created, e.id))
    with opened(path) as db:
        rows = db.execute(
            f"{_SELECT} FROM models WHERE ? IS NULL OR owner = ? ORDER BY created DESC, id",
            (owner, owner),
        ).fetchall()
    return [Entry(*row) for row in rows]


def unfinished(home: Path, read: Read) -> list[Unfinished]:
    """The folders without a finished model, ordered by id (parameters as for ``listed``)."""
    path = _agreed(home, read)
    if path is None:
        found = [e for e in _from_folders(home, read) if isinstance(e, Unfinished)]
        return sorted(found, key=lambda e: e.id)
    with opened(path) as db:
        rows = db.execute(
            f"SELECT {', '.join(_OTHER_COLUMNS)} FROM unfinished ORDER BY id"
        ).fetchall()
    return [Unfinished(*row) for row in rows]


def note_damage(folder: Path, why: str) -> None:
    """Record that a finished model turned out to be damaged when it was opened: from now on it is listed
    as damaged, until one of its relevant files changes."""
    found = stamp(folder)
    _noted[folder] = (found, why)
    path = _path(folder.parents[1])
    with contextlib.suppress(OSError), opened(path, write=True) as db:
        row = db.execute("SELECT name, owner FROM models WHERE id = ?", (folder.name,)).fetchone()
        name, owner = row or ("", "")
        db.execute("DELETE FROM models WHERE id = ?", (folder.name,))
        _put(db, "unfinished", (*_OTHER_COLUMNS, "stamp"), [(folder.name, name, owner, why, found)])


def noted_damage(folder: Path) -> str | None:
    """What ``note_damage`` recorded for a folder in this process if nothing has changed since; else
    None."""
    noted = _noted.get(folder)
    return noted[1] if noted is not None and noted[0] == stamp(folder) else None


_noted: dict[
    Path, tuple[str, str]
] = {}  # folder → stamp, why; also used if the catalog cannot be written


def owner_of(home: Path, id: str) -> str | None:
    """The owner of a model according to the catalog; None if the catalog does not list it."""
    with opened(_path(home)) as db:
        row = db.execute("SELECT owner FROM models WHERE id = ?", (id,)).fetchone()
    return None if row is None else row[0]


def size(folder: Path) -> int:
    """The size in bytes of a model's folder, including its text, history and results; counted again only
    after something was added, removed or replaced."""
    stamp = ":".join(
        str(_changed(place)) for place in (folder, folder / "history", folder / "results")
    )
    path = _path(folder.parents[1])
    with opened(path) as db:
        row = db.execute(
            "SELECT bytes, bytes_stamp FROM models WHERE id = ?", (folder.name,)
        ).fetchone()
    if row is not None and row["bytes_stamp"] == stamp:
        return row["bytes"]
    total = bytes_in(folder)
    with contextlib.suppress(OSError), opened(path, write=True) as db:
        db.execute(
            "UPDATE models SET bytes = ?, bytes_stamp = ? WHERE id = ?",
            (total, stamp, folder.name),
        )
    return total


def _path(home: Path) -> Path:
    path = home / FILE
    if path not in _prepared or not path.exists():
        prepare(path, _SCHEMA)
        _prepared.add(path)
    return path


_prepared: set[Path] = set()


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def stamp(folder: Path) -> str:
    """A stamp of the relevant files in a folder: their times of change, sizes and types."""
    found = []
    try:
        with os.scandir(folder) as files:
            for file in files:
                if file.name in _TELLING or (
                    file.name.startswith(_ARRAYS[0]) and file.name.endswith(_ARRAYS[1])
                ):
                    found.append(f"{file.name}:{_state(file)}")
    except OSError as error:  # no folder, or no permission
        found.append(f"{error.errno}:{_changed(folder)}")
    return " ".join(sorted(found))


def _state(file: os.DirEntry[str]) -> str:
    try:
        s = file.stat()
        return f"{s.st_mtime_ns}:{s.st_ctime_ns}:{s.st_size}:{s.st_mode}"
    except OSError as error:  # a dangling link
        return str(error.errno)


def _stamps(models: Path) -> dict[str, str]:
    """Id → stamp of every entry in the folder of models that could be a model."""
    found = {}
    with contextlib.suppress(FileNotFoundError), os.scandir(models) as there:
        for folder in there:
            if is_id(folder.name):
                found[folder.name] = stamp(Path(folder.path))
    return found


def _from_folders(home: Path, read: Read) -> list[Entry | Unfinished]:
    """Read the content of all folders, for use when the catalog cannot be written."""
    found: list[Entry | Unfinished] = []
    for id in _stamps(home / "models"):
        try:
            found.append(read(home / "models" / id))
        except OSError as error:
            found.append(Unfinished(id, "", "", sentence(error)))
    return found


def _agreed(home: Path, read: Read) -> Path | None:
    """Bring the catalog into agreement with the folders and return its file; None if that fails."""
    path = _path(home)
    stamps = _stamps(home / "models")
    with opened(path) as db:
        known = dict(
            db.execute(
                "SELECT id, stamp FROM models UNION ALL SELECT id, stamp FROM unfinished"
            ).fetchall()
        )
    if known != stamps:
        try:
            _agree(home, path, known, stamps, read)
        except OSError:
            return None
    return path


def _agree(
    home: Path, path: Path, known: dict[str, str], stamps: dict[str, str], read: Read
) -> None:
    entries: list[tuple[Any, ...]] = []
    others: list[tuple[Any, ...]] = []
    changed: list[tuple[str]] = []
    for id, stamp in stamps.items():
        if known.get(id) == stamp:
            continue
        try:
            found = read(home / "models" / id)
        except OSError as error:
            if id in known:  # left as it was, because it cannot be read at the moment
                continue
            found, stamp = Unfinished(id, "", "", sentence(error)), "?"  # and read again next time
        place = entries if isinstance(found, Entry) else others
        place.append((*asdict(found).values(), stamp))
        changed.append((id,))
    changed += [(id,) for id in known if id not in stamps]
    if not changed:
        return
    with opened(path, write=True) as db:
        whole = {entry[0] for entry in entries}  # these keep their counted size
        db.executemany(
            "DELETE FROM models WHERE id = ?", [row for row in changed if row[0] not in whole]
        )
        db.executemany("DELETE FROM unfinished WHERE id = ?", changed)
        _put(db, "models", (*_COLUMNS, "stamp"), entries)
        _put(db, "unfinished", (*_OTHER_COLUMNS, "stamp"), others)


def _put(
    db: sqlite3.Connection, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    db.executemany(
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))}) "
        f"ON CONFLICT (id) DO UPDATE SET {', '.join(f'{n} = excluded.{n}' for n in columns[1:])}",
        rows,
    )
