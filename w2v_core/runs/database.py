"""The one SQLite file in ``W2V_HOME``: the queue of jobs and the catalog of models stand in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FILE = "queue.sqlite"
_WAIT = 10.0  # seconds for another process to finish its writing


@contextmanager
def opened(path: Path, write: bool = False) -> Iterator[sqlite3.Connection]:
    """A connection of its own for each call: safe from any thread and process. What is written in the
    block is kept whole, or, after an error, not at all.

    Raises
    ------
    OSError
        with a sentence, when the disk is full or the file cannot be used.
    """
    try:
        db = sqlite3.connect(path, timeout=_WAIT, isolation_level=None)
        try:
            db.row_factory = sqlite3.Row
            if write:
                db.execute("BEGIN IMMEDIATE")
            yield db
            if write:
                db.execute("COMMIT")
        finally:
            db.close()  # an open transaction is rolled back
    except sqlite3.DatabaseError as error:
        raise OSError(_sentence(error)) from error


def prepare(path: Path, schema: str, later: dict[str, dict[str, str]] | None = None) -> None:
    """Make what is missing of a schema; ``later`` are columns that older files lack, by table."""
    with opened(path) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.executescript(schema)
    with opened(path, write=True) as db:
        for table, columns in (later or {}).items():
            there = {row["name"] for row in db.execute(f"PRAGMA table_info({table})")}
            for name in columns.keys() - there:
                db.execute(f"ALTER TABLE {table} ADD COLUMN {name} {columns[name]}")


def _sentence(error: sqlite3.DatabaseError) -> str:
    code = getattr(error, "sqlite_errorname", "") or ""
    if code.startswith(("SQLITE_FULL", "SQLITE_IOERR")):
        return (
            "The disk is full, or cannot be written to: free some room where W2V_HOME is, then try "
            "again. What was saved before is as it was."
        )
    if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return "The list of models and jobs is in use by something else: try again in a moment."
    return f"{FILE} in W2V_HOME cannot be used ({error}): see that it can be written to."
