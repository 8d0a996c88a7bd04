"""The catalog of models: a table beside the queue that knows every finished model, and whose it is.

The folders hold the models, and are right where the two differ: a process may be killed between a
folder's change and the catalog's. ``listed`` compares them by the time stamps of the files that tell
(``model.json``, ``about.json``), and takes up what is new or changed, drops what is gone.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from w2v_core.runs.database import FILE, opened, prepare
from w2v_core.runs.files import bytes_in
from w2v_core.runs.home import home, is_id

_SCHEMA = """
CREATE TABLE IF NOT EXISTS models (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, created REAL NOT NULL, n_words INTEGER NOT NULL,
    dim INTEGER NOT NULL, loss REAL, source TEXT NOT NULL, n_tokens INTEGER,
    owner TEXT NOT NULL DEFAULT '', stamp TEXT NOT NULL, bytes INTEGER, bytes_stamp TEXT);
CREATE INDEX IF NOT EXISTS models_by_owner ON models (owner, created);
"""


@dataclass(frozen=True)
class Entry:
    """A finished model of the library; ``loss`` in nats per pair (None where it was not trained, but
    came as vectors alone), ``created`` in seconds since 1970; ``source`` names the text or the file
    it came from, ``n_tokens`` counts the text's words (None where not known); ``owner`` is whose it is
    ("": the one person's at this machine)."""

    id: str
    name: str
    created: float
    n_words: int
    dim: int
    loss: float | None
    source: str = ""
    n_tokens: int | None = None
    owner: str = ""


_COLUMNS = tuple(field.name for field in fields(Entry))
_SELECT = f"SELECT {', '.join(_COLUMNS)}"


def listed(read: Callable[[Path], Entry], owner: str | None = None) -> list[Entry]:
    """The finished models, or an owner's, the newest first.

    Parameters
    ----------
    read : callable
        Reads the entry of a model's folder; what cannot be read is passed over.
    owner : str, optional
    """
    path = _path()
    stamps = _stamps(home() / "models")
    with opened(path) as db:
        known = dict(db.execute("SELECT id, stamp FROM models").fetchall())
    if known != stamps:
        _agree(path, known, stamps, read)
    with opened(path) as db:
        rows = db.execute(
            f"{_SELECT} FROM models WHERE ? IS NULL OR owner = ? ORDER BY created DESC, id",
            (owner, owner),
        ).fetchall()
    return [Entry(*row) for row in rows]


def owner_of(id: str) -> str | None:
    """Whose a model is, as the catalog last knew it; None for one that it does not know."""
    with opened(_path()) as db:
        row = db.execute("SELECT owner FROM models WHERE id = ?", (id,)).fetchone()
    return None if row is None else row[0]


def size(folder: Path) -> int:
    """The bytes that a model's folder takes, its text, history and results included; counted again
    only when something was added there, taken away or put anew."""
    stamp = ":".join(
        str(_changed(place)) for place in (folder, folder / "history", folder / "results")
    )
    path = _path()
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


def _path() -> Path:
    path = home() / FILE
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


def _stamps(models: Path) -> dict[str, str]:
    """Id → when what tells of it was last changed, for every folder that holds a finished model."""
    found = {}
    with contextlib.suppress(FileNotFoundError):
        for folder in os.scandir(models):
            if is_id(folder.name) and (changed := _changed(Path(folder.path, "model.json"))):
                found[folder.name] = f"{changed}:{_changed(Path(folder.path, 'about.json'))}"
    return found


def _agree(
    path: Path, known: dict[str, str], stamps: dict[str, str], read: Callable[[Path], Entry]
) -> None:
    entries = []
    for id, stamp in stamps.items():
        if known.get(id) != stamp:
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                entries.append({**asdict(read(home() / "models" / id)), "stamp": stamp})
    columns = (*_COLUMNS, "stamp")
    values = [tuple(entry[name] for name in columns) for entry in entries]
    gone = [(id,) for id in known if id not in stamps]
    if not values and not gone:
        return  # a damaged one, as before
    with opened(path, write=True) as db:
        db.executemany("DELETE FROM models WHERE id = ?", gone)
        db.executemany(
            f"INSERT INTO models ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))}) "
            f"ON CONFLICT (id) DO UPDATE SET {', '.join(f'{n} = excluded.{n}' for n in columns[1:])}",
            values,
        )
