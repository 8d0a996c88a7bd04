"""The queue of heavy work: one SQLite file in ``W2V_HOME``, shared by pages and workers.

A job is **queued**, then **running**, and ends **done**, **failed**, **cancelled** or **lost** (its
worker was killed); one that ended can be queued again under the same id. Workers show that they live
by a heartbeat; one that is older than ``LOST_AFTER`` seconds means the worker is gone.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from w2v_core.runs.home import home, new_id

BEAT_EVERY = 0.5
LOST_AFTER = 3.0
RUNNING_AT_ONCE = 1
ENDED = ("done", "failed", "cancelled", "lost")

_SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, state TEXT NOT NULL, payload TEXT NOT NULL,
    created REAL NOT NULL, started REAL, finished REAL, heartbeat REAL, worker TEXT,
    stop INTEGER NOT NULL DEFAULT 0, message TEXT,
    share REAL NOT NULL DEFAULT 0, sentence TEXT);
CREATE INDEX IF NOT EXISTS jobs_by_state ON jobs (state, created);
CREATE TABLE IF NOT EXISTS workers (id TEXT PRIMARY KEY, pid INTEGER, heartbeat REAL NOT NULL);
"""
_LATER_COLUMNS = {"share": "REAL NOT NULL DEFAULT 0", "sentence": "TEXT"}  # older files lack them


@dataclass(frozen=True)
class Job:
    """One row of the queue; times in seconds since 1970.

    ``share`` (0 to 1) and ``sentence`` say how far it is and what is being done, for the kinds that
    do not tell by files in the model's folder as "train" does.
    """

    id: str
    kind: str
    state: str
    payload: dict
    created: float
    started: float | None
    finished: float | None
    heartbeat: float | None
    worker: str | None
    stop: bool
    message: str | None
    share: float
    sentence: str | None

    @property
    def ended(self) -> bool:
        return self.state in ENDED


class Queue:
    """The queue in a folder; made where it is missing."""

    def __init__(self, folder: Path | None = None):
        self.path = (folder or home()) / "queue.sqlite"
        with self._open() as db:
            db.execute("PRAGMA journal_mode=WAL")
            db.executescript(_SCHEMA)
        with self._open(write=True) as db:
            there = {row["name"] for row in db.execute("PRAGMA table_info(jobs)")}
            for name in _LATER_COLUMNS.keys() - there:
                db.execute(f"ALTER TABLE jobs ADD COLUMN {name} {_LATER_COLUMNS[name]}")

    @contextmanager
    def _open(self, write: bool = False) -> Iterator[sqlite3.Connection]:
        """A connection of its own for each call: safe from any thread and process."""
        db = sqlite3.connect(self.path, timeout=10, isolation_level=None)
        db.row_factory = sqlite3.Row
        try:
            if write:
                db.execute("BEGIN IMMEDIATE")
            yield db
            if write:
                db.execute("COMMIT")
        finally:
            db.close()  # an open transaction is rolled back

    def put(self, kind: str, payload: dict, id: str | None = None) -> str:
        """Queue a job; returns its id. A job of this id that is there already is left as it is."""
        id = id or new_id()
        with self._open(write=True) as db:
            db.execute(
                "INSERT INTO jobs (id, kind, state, payload, created) VALUES (?, ?, 'queued', ?, ?) "
                "ON CONFLICT (id) DO NOTHING",
                (id, kind, json.dumps(payload), time.time()),
            )
        return id

    def put_again(self, id: str) -> bool:
        """Queue a job again that has ended; False (and nothing changed) for one that has not, and
        for an unknown id."""
        self._mark_lost()
        with self._open(write=True) as db:
            changed = db.execute(
                "UPDATE jobs SET state = 'queued', created = ?, started = NULL, finished = NULL, "
                "heartbeat = NULL, worker = NULL, stop = 0, message = NULL, share = 0, "
                f"sentence = NULL WHERE id = ? AND state IN {ENDED}",
                (time.time(), id),
            )
            return changed.rowcount == 1

    def get(self, id: str) -> Job | None:
        """The job as it stands now, its worker's death noticed; None for an unknown id."""
        with self._open() as db:
            row = db.execute("SELECT * FROM jobs WHERE id = ?", (id,)).fetchone()
        if row is None:
            return None
        job = _job(row)
        if job.state == "running" and _stale(job.heartbeat):
            self._mark_lost()
            return self.get(id)
        return job

    def jobs(self, kind: str | None = None) -> list[Job]:
        """All jobs, or those of one kind, the newest first."""
        with self._open() as db:
            rows = db.execute(
                "SELECT * FROM jobs WHERE ? IN (kind, '') ORDER BY created DESC", (kind or "",)
            ).fetchall()
        return [_job(row) for row in rows]

    def place(self, id: str) -> int:
        """How many jobs come before this queued one, the running ones included."""
        with self._open() as db:
            row = db.execute(
                "SELECT COUNT(*) FROM jobs WHERE state = 'running' OR (state = 'queued' AND "
                "created < (SELECT created FROM jobs WHERE id = ?))",
                (id,),
            ).fetchone()
        return row[0]

    def request_stop(self, id: str) -> None:
        """Ask for a job's end: a queued one is cancelled at once, a running one stops soon."""
        with self._open(write=True) as db:
            db.execute(
                "UPDATE jobs SET state = 'cancelled', finished = ?, message = ? "
                "WHERE id = ? AND state = 'queued'",
                (time.time(), "Cancelled before it began.", id),
            )
            db.execute("UPDATE jobs SET stop = 1 WHERE id = ? AND state = 'running'", (id,))

    def end(self, id: str, state: str, message: str | None = None) -> None:
        """Record how a job ended."""
        with self._open(write=True) as db:
            db.execute(
                "UPDATE jobs SET state = ?, finished = ?, message = ? WHERE id = ?",
                (state, time.time(), message, id),
            )

    # What workers call.

    def take(self, worker: str) -> Job | None:
        """The oldest queued job, now this worker's; None while ``RUNNING_AT_ONCE`` are running."""
        self._mark_lost()
        with self._open(write=True) as db:
            running = db.execute("SELECT COUNT(*) FROM jobs WHERE state = 'running'").fetchone()[0]
            row = None
            if running < RUNNING_AT_ONCE:
                row = db.execute(
                    "SELECT id FROM jobs WHERE state = 'queued' ORDER BY created, rowid LIMIT 1"
                ).fetchone()
            if row is None:
                return None
            now = time.time()
            db.execute(
                "UPDATE jobs SET state = 'running', started = ?, heartbeat = ?, worker = ? "
                "WHERE id = ?",
                (now, now, worker, row["id"]),
            )
        return self.get(row["id"])

    def put_back(self, worker: str, id: str) -> None:
        """Queue this worker's job again, in its old place, because the worker must end."""
        with self._open(write=True) as db:
            db.execute(
                "UPDATE jobs SET state = 'queued', started = NULL, finished = NULL, "
                "heartbeat = NULL, worker = NULL, message = NULL "
                "WHERE id = ? AND worker = ? AND state IN ('running', 'lost')",
                (id, worker),
            )

    def beat(self, worker: str, id: str | None = None) -> str | None:
        """Show that a worker, and the job it does, live.

        Returns
        -------
        "stop", "leave" or None
            Whether the job should end: because somebody asked, or because it is no longer this
            worker's, whose further results nobody wants.
        """
        now = time.time()
        with self._open(write=True) as db:
            db.execute("REPLACE INTO workers VALUES (?, ?, ?)", (worker, os.getpid(), now))
            if id is None:
                return None
            mine = "id = ? AND worker = ? AND state IN ('running', 'lost')"
            db.execute(
                f"UPDATE jobs SET heartbeat = ?, state = 'running', message = NULL WHERE {mine}",
                (now, id, worker),
            )
            row = db.execute(f"SELECT stop FROM jobs WHERE {mine}", (id, worker)).fetchone()
        return "leave" if row is None else "stop" if row["stop"] else None

    def tell(self, worker: str, id: str, share: float, sentence: str) -> None:
        """Record how far this worker's job is (0 to 1) and what is being done."""
        with self._open(write=True) as db:
            db.execute(
                "UPDATE jobs SET share = ?, sentence = ? WHERE id = ? AND worker = ?",
                (share, sentence, id, worker),
            )

    def leave(self, worker: str) -> None:
        """A worker ends."""
        with self._open(write=True) as db:
            db.execute("DELETE FROM workers WHERE id = ?", (worker,))

    def worker_alive(self) -> bool:
        """Whether any worker has shown itself lately."""
        with self._open() as db:
            row = db.execute("SELECT MAX(heartbeat) FROM workers").fetchone()
        return not _stale(row[0])

    def _mark_lost(self) -> None:
        with self._open(write=True) as db:
            db.execute(
                "UPDATE jobs SET state = 'lost', finished = heartbeat, message = ? "
                "WHERE state = 'running' AND heartbeat < ?",
                ("The process that did it ended without a word.", time.time() - LOST_AFTER),
            )
            db.execute("DELETE FROM workers WHERE heartbeat < ?", (time.time() - 60,))


def _stale(heartbeat: float | None) -> bool:
    return heartbeat is None or time.time() - heartbeat > LOST_AFTER


def _job(row: sqlite3.Row) -> Job:
    values = dict(row)
    return Job(**{**values, "payload": json.loads(values["payload"]), "stop": bool(values["stop"])})
