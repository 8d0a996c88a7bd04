"""The SQLite file in ``W2V_HOME``, which contains the queue of jobs and the catalog of models.

Reading still works if nothing can be written (a full disk, a folder mounted read-only): the file is then
copied into memory. Writing raises an error with a sentence.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

FILE = "queue.sqlite"
_WAIT = 10.0  # seconds to wait for another process to finish writing
_UNWRITABLE = ("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_FULL", "SQLITE_IOERR")
_MEMORY_FOLDER = Path("/dev/shm")

_Later = dict[str, dict[str, str]]
_schemas: dict[
    Path, dict[str, _Later]
] = {}  # what was asked for of each file, as ``prepare`` takes it
_unprepared: set[Path] = set()  # files whose schema could not be made yet


@contextmanager
def opened(path: Path, write: bool = False) -> Iterator[sqlite3.Connection]:
    """Open a separate connection for each call, which is safe for threads and processes. Changes made in
    the block are saved completely or, after an error, not at all.

    Raises
    ------
    OSError
        With a sentence, if the disk is full or the file cannot be used.
    """
    try:
        db = _connection(path, write)
        try:
            if write:
                db.execute("BEGIN IMMEDIATE")
            yield db
            if write:
                db.execute("COMMIT")
        finally:
            db.close()  # an open transaction is rolled back
    except sqlite3.DatabaseError as error:
        raise OSError(_sentence(error)) from error


def prepare(path: Path, schema: str, later: _Later | None = None) -> None:
    """Create missing parts of a schema; ``later`` are columns that older files lack, by table. If the file
    cannot be written now, this is done later."""
    _schemas.setdefault(path, {})[schema] = later or {}
    try:
        _prepare(path)
    except sqlite3.DatabaseError as error:
        if not _is_unwritable(error):
            raise OSError(_sentence(error)) from error


def _prepare(path: Path) -> None:
    _unprepared.add(path)
    db = _connect(path)
    try:
        db.execute("PRAGMA journal_mode=WAL")
        _make(db, path)
    finally:
        db.close()
    _unprepared.discard(path)


def _make(db: sqlite3.Connection, path: Path) -> None:
    for schema, later in _schemas.get(path, {}).items():
        db.executescript(schema)
        db.execute("BEGIN IMMEDIATE")
        for table, columns in later.items():
            there = {row["name"] for row in db.execute(f"PRAGMA table_info({table})")}
            for name in columns.keys() - there:
                db.execute(f"ALTER TABLE {table} ADD COLUMN {name} {columns[name]}")
        db.execute("COMMIT")


def _connect(path: Path | str, uri: bool = False) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=_WAIT, isolation_level=None, uri=uri)
    db.row_factory = sqlite3.Row
    return db


def _connection(path: Path, write: bool) -> sqlite3.Connection:
    """A connection to the file or, for reading without free disk space, to a copy in memory."""
    db = None
    try:
        if path in _unprepared:
            _prepare(path)
        db = _connect(path)
        if not write:
            db.execute(
                "SELECT 1 FROM sqlite_master LIMIT 1"
            ).fetchone()  # SQLite opens the file only now
        return db
    except sqlite3.DatabaseError as error:
        if db is not None:
            db.close()
        if write or not _is_unwritable(error):
            raise
    return _in_memory(path)


def _in_memory(path: Path) -> sqlite3.Connection:
    """A copy of the file in memory, including its write-ahead log."""
    copy = _connect(":memory:")
    with contextlib.ExitStack() as stack:
        here, ahead = path, path.with_name(f"{path.name}-wal")
        if ahead.is_file() and ahead.stat().st_size > 0:
            with contextlib.suppress(OSError):  # no space at all: without the last few changes
                place = str(_MEMORY_FOLDER) if _MEMORY_FOLDER.is_dir() else None
                folder = stack.enter_context(tempfile.TemporaryDirectory(dir=place))
                here = Path(shutil.copy(path, folder))
                shutil.copy(ahead, folder)
        if here.is_file():
            how = "?immutable=1" if here == path else ""
            source = _connect(f"file:{quote(str(here))}{how}", uri=True)
            try:
                source.backup(copy)
            finally:
                source.close()
    _make(copy, path)
    copy.execute("PRAGMA query_only=ON")
    return copy


def _is_unwritable(error: sqlite3.DatabaseError) -> bool:
    return (getattr(error, "sqlite_errorname", "") or "").startswith(_UNWRITABLE)


def _sentence(error: sqlite3.DatabaseError) -> str:
    code = getattr(error, "sqlite_errorname", "") or ""
    if code.startswith(("SQLITE_FULL", "SQLITE_IOERR")):
        return (
            "The disk is full or cannot be written to. Free some space on the disk of W2V_HOME, then try "
            "again. Everything saved before is unchanged."
        )
    if code.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN")):
        return (
            "Nothing can be changed, because this app is not allowed to write to the folder W2V_HOME. You "
            "can still look at everything in it."
        )
    if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return "Another process is using the list of models and jobs. Try again in a moment."
    return f"{FILE} in W2V_HOME cannot be used ({error}). Make sure that this app may write to it."
