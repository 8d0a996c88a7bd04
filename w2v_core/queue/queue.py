"""The queue of heavy work: one SQLite file in ``W2V_HOME``, shared by pages and workers.

A job is **queued**, then **running**, and ends as **done**, **failed**, **cancelled** or **lost** (its
worker died). A job that has ended can be queued again under the same id. Up to ``limits.workers`` jobs run
at once, but only one at a time for each **owner**, the person who asked for it.

Between owners it is first come, first served: every job brings its owner one turn. Which of their own jobs
uses an owner's next turn is another question: the one with the least ``created + PATIENCE * expected``. A
short job thus goes before a long one, and the long one cannot starve, as it gives way only to jobs that
came at most ``PATIENCE`` times its own duration after it.

A long job that runs can **give way** to a much shorter one of its owner that would have gone before it: it
keeps its place among those that run and waits in its own process, while another worker does the short one.
Trainings do so too (see ``work.worker``).

Workers send heartbeats; when the last one is more than ``LOST_AFTER`` seconds old, the worker is dead.
"""

from __future__ import annotations

import copy
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from w2v_core.storage import clock, machine
from w2v_core.storage.database import FILE, opened, prepare
from w2v_core.storage.home import home, new_id
from w2v_core.storage.limits import workers

BEAT_EVERY = 0.5
LOST_AFTER = 3.0
ENDED = ("done", "failed", "cancelled", "lost")
_LARGEST = 2.0**40  # the largest number accepted from a row
MUCH_SHORTER = 4.0  # how many times longer a running job must still take, to give way to another
PATIENCE = 4.0  # how many times its own duration a job lets shorter, later ones go first
USUAL_SECONDS = 30.0  # assumed for a kind of job that has never run here

_SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, state TEXT NOT NULL, payload TEXT NOT NULL,
    created REAL NOT NULL, started REAL, finished REAL, heartbeat REAL, worker TEXT,
    stop INTEGER NOT NULL DEFAULT 0, message TEXT,
    share REAL NOT NULL DEFAULT 0, sentence TEXT,
    owner TEXT NOT NULL DEFAULT '', expected REAL, turn REAL,
    gives_way INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS jobs_by_state ON jobs (state, created);
CREATE TABLE IF NOT EXISTS workers (
    id TEXT PRIMARY KEY, pid INTEGER, heartbeat REAL NOT NULL,
    boot TEXT, out_of_memory INTEGER, died TEXT);
"""
_LATER_COLUMNS = {  # older files lack them
    "jobs": {
        "share": "REAL NOT NULL DEFAULT 0",
        "sentence": "TEXT",
        "owner": "TEXT NOT NULL DEFAULT ''",
        "expected": "REAL",
        "turn": "REAL",
        "gives_way": "INTEGER NOT NULL DEFAULT 0",
    },
    "workers": {"boot": "TEXT", "out_of_memory": "INTEGER", "died": "TEXT"},
}


# No heartbeat since then; a damaged row without a time counts as silent too.
_SILENT = (
    "(jobs.heartbeat < ? OR typeof(jobs.heartbeat) NOT IN ('real', 'integer') "
    "OR jobs.heartbeat > 1e11)"
)


@dataclass(frozen=True)
class Job:
    """One row of the queue. Times are in seconds since 1970, by the monotonic clock of ``storage.clock``.

    ``share`` (0 to 1) and ``sentence`` describe its progress, ``owner`` is the person who asked for it
    ("" for the only user of this machine), and ``expected`` its estimated duration in seconds. ``turn`` is
    the time whose place in the queue it has: that of ``created``, unless a job of its owner went before it.
    ``gives_way`` while it runs and waits for a shorter one.
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
    owner: str
    expected: float | None
    turn: float
    gives_way: bool

    @property
    def ended(self) -> bool:
        return self.state in ENDED

    @property
    def spent(self) -> float:
        """The seconds it has run so far, or ran in total."""
        return max((self.finished or clock.now()) - self.started, 0.0) if self.started else 0.0


class Queue:
    """The queue in a folder, created if missing. New jobs belong to ``owner``."""

    def __init__(self, folder: Path | None = None, owner: str = ""):
        self.path = (folder or home()) / FILE
        self.owner = owner
        prepare(self.path, _SCHEMA, _LATER_COLUMNS)

    @property
    def home(self) -> Path:
        """The folder that it stands in."""
        return self.path.parent

    def of(self, owner: str) -> Self:
        """The same queue, adding jobs for another owner."""
        other = copy.copy(self)
        other.owner = owner
        return other

    @contextmanager
    def _open(self, write: bool = False) -> Iterator[sqlite3.Connection]:
        with opened(self.path, write) as db:
            yield db

    def put(
        self, kind: str, payload: dict, id: str | None = None, expected: float | None = None
    ) -> str:
        """Queue a job for ``owner`` and return its id. An existing job with this id is left unchanged.
        ``expected`` is its estimated duration in seconds, if known."""
        id = id or new_id()
        with self._open(write=True) as db:
            self._refuse_full(db)
            db.execute(
                "INSERT INTO jobs (id, kind, state, payload, created, owner, expected) "
                "VALUES (?, ?, 'queued', ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
                (id, kind, json.dumps(payload), clock.now(), self.owner, expected),
            )
        return id

    def put_again(self, id: str) -> bool:
        """Queue a job that has ended again. Returns False, and changes nothing, if the job has not ended or
        the id is unknown."""
        self.mark_lost()
        with self._open(write=True) as db:
            self._refuse_full(db)
            changed = db.execute(
                "UPDATE jobs SET state = 'queued', created = ?, started = NULL, finished = NULL, "
                "heartbeat = NULL, worker = NULL, stop = 0, message = NULL, share = 0, turn = NULL, "
                f"sentence = NULL, owner = ? WHERE id = ? AND state IN {ENDED}",
                (clock.now(), self.owner, id),
            )
            return changed.rowcount == 1

    def _refuse_full(self, db: sqlite3.Connection) -> None:
        """ValueError where no more may be put in, counted in the transaction that would put it in, so
        that two who come at once do not both get the last place. This queue takes everything."""

    def get(self, id: str) -> Job | None:
        """The job as it stands now, its worker's death noticed; None for an unknown id."""
        job = self._read(id)
        if job is not None and job.state == "running" and not _fresh(job.heartbeat):
            try:
                self.mark_lost()
            except OSError:  # it cannot be written down, and is true all the same
                return replace(job, state="lost", finished=job.heartbeat)
            job = self._read(id)
        return job

    def _read(self, id: str) -> Job | None:
        with self._open() as db:
            row = db.execute("SELECT * FROM jobs WHERE id = ?", (id,)).fetchone()
        return None if row is None else _job(row)

    def jobs(self, kind: str | None = None, state: str | None = None) -> list[Job]:
        """All jobs, or those of one kind, or in one state, the newest first."""
        with self._open() as db:
            rows = db.execute(
                "SELECT * FROM jobs WHERE ? IN (kind, '') AND ? IN (state, '') ORDER BY created DESC",
                (kind or "", state or ""),
            ).fetchall()
        return [_job(row) for row in rows]

    def unfinished(self) -> list[Job]:
        """The jobs that run, then those that wait, each in its order."""
        with self._open() as db:
            return self._in_order(db)

    def place(self, id: str) -> int:
        """How many jobs come before this queued one, the running ones included."""
        return len(self._before(id))

    def blocker(self, id: str) -> Job | None:
        """The job that this queued one waits for: one of the same owner where there is one, else one that
        runs, else the one just before it; None where it waits for none."""
        before = self._before(id)
        job = self._read(id)
        if job is None or job.state != "queued" or not before:
            return None
        running = [other for other in before if other.state == "running"]
        of_same = [other for other in running or before if other.owner == job.owner]
        return (of_same or running or before[-1:])[0]

    def _before(self, id: str) -> list[Job]:
        with self._open() as db:
            there = self._in_order(db)
        running = [job for job in there if job.state == "running"]
        ids = [job.id for job in there]
        return there[: ids.index(id)] if id in ids[len(running) :] else running

    def _in_order(self, db: sqlite3.Connection) -> list[Job]:
        """The jobs of everybody that run, then those that wait, in the order in which they get a turn."""
        rows = db.execute(
            "SELECT * FROM jobs WHERE state IN ('queued', 'running') ORDER BY created, rowid"
        ).fetchall()
        jobs = [_job(row) for row in rows]
        usual = {kind: self._usual(kind, db) for kind in {job.kind for job in jobs}}
        queued = [job for job in jobs if job.state == "queued"]
        own: dict[str, list[Job]] = {}
        for job in sorted(queued, key=lambda job: _rank(job, usual)):
            own.setdefault(job.owner, []).append(job)
        turns = sorted(queued, key=lambda job: job.turn)
        running = [job for job in jobs if job.state == "running"]
        return running + [own[turn.owner].pop(0) for turn in turns]

    def wait(self, id: str) -> float | None:
        """Seconds until this queued job will begin, as far as one can tell: by what was expected of
        those before it, by how far the running ones are, else by what their kind usually takes. None
        for a job that does not wait."""
        with self._open() as db:
            there = self._in_order(db)
            usual = {kind: self._usual(kind, db) for kind in {job.kind for job in there}}
        if not any(job.id == id and job.state == "queued" for job in there):
            return None
        if any(
            long.gives_way
            and (short := _shorter(there, long, usual)) is not None
            and short.id == id
            for long in there
        ):
            return 0.0
        most, now = workers(), 0.0
        running = [
            (_left(job, usual[job.kind]), job.owner) for job in there if job.state == "running"
        ]
        waiting = [job for job in there if job.state == "queued"]
        while True:
            busy = {owner for _, owner in running}
            job = next((job for job in waiting if job.owner not in busy), None)
            if job is not None and len(busy) < most:
                if job.id == id:
                    return now
                waiting.remove(job)
                running.append((now + (job.expected or usual[job.kind]), job.owner))
                continue
            ended = min(running)
            running.remove(ended)
            now = max(now, ended[0])

    def usual(self, kind: str) -> float | None:
        """How many seconds a job of this kind takes here, as a rule; None where none was done yet."""
        with self._open() as db:
            done = db.execute(
                "SELECT 1 FROM jobs WHERE kind = ? AND state = 'done' AND finished > started LIMIT 1",
                (kind,),
            ).fetchone()
            return None if done is None else self._usual(kind, db)

    @staticmethod
    def _usual(kind: str, db: sqlite3.Connection) -> float:
        rows = db.execute(
            "SELECT finished - started AS seconds FROM jobs WHERE kind = ? AND state = 'done' "
            "AND finished > started ORDER BY finished DESC LIMIT 20",
            (kind,),
        ).fetchall()
        seconds = sorted(row["seconds"] for row in rows)
        return seconds[len(seconds) // 2] if seconds else USUAL_SECONDS

    def request_stop(self, id: str) -> None:
        """Ask for a job's end: a queued one is cancelled at once, a running one stops soon."""
        with self._open(write=True) as db:
            db.execute(
                "UPDATE jobs SET state = 'cancelled', finished = ?, message = ? "
                "WHERE id = ? AND state = 'queued'",
                (clock.now(), "Cancelled before it began.", id),
            )
            db.execute("UPDATE jobs SET stop = 1 WHERE id = ? AND state = 'running'", (id,))

    def end(self, id: str, state: str, message: str | None = None) -> None:
        """Record how a job ended."""
        with self._open(write=True) as db:
            db.execute(
                "UPDATE jobs SET state = ?, finished = ?, message = ? WHERE id = ?",
                (state, clock.now(), message, id),
            )

    def forget(self, model: str) -> None:
        """A model goes: its ended jobs are forgotten, and what is still done on it is asked to end."""
        of_model = "(id = ? OR (json_valid(payload) AND json_extract(payload, '$.model') = ?))"
        with self._open(write=True) as db:
            db.execute(
                f"DELETE FROM jobs WHERE state != 'running' AND {of_model}",
                (model, model),
            )
            db.execute(
                f"UPDATE jobs SET stop = 1 WHERE state = 'running' AND {of_model}", (model, model)
            )

    # What workers call.

    def take(self, worker: str) -> Job | None:
        """The first queued job whose owner has none running, or else one that a job of its owner gives way
        to, now this worker's; None where there is none, or while as many run as may."""
        self.mark_lost()
        with self._open() as db:
            if db.execute("SELECT 1 FROM jobs WHERE state = 'queued' LIMIT 1").fetchone() is None:
                return None
        with self._open(write=True) as db:
            there = self._in_order(db)
            running = [job for job in there if job.state == "running"]
            busy = {job.owner for job in running}
            queued = [job for job in there if job.state == "queued" and job.owner not in busy]
            if queued and len(busy) < workers():
                job = queued[0]
                self._use_turn(db, job, queued)
            else:
                usual = {kind: self._usual(kind, db) for kind in {job.kind for job in there}}
                found = (_shorter(there, long, usual) for long in running if long.gives_way)
                short = [job for job in found if job is not None]
                if not short:
                    return None
                job = short[0]
            self._begin(db, worker, job.id)
        return self.get(job.id)

    def _use_turn(self, db: sqlite3.Connection, job: Job, queued: list[Job]) -> None:
        """This job uses its owner's first turn; whichever had that one gets the job's own turn, so that
        other owners lose nothing by it."""
        first = min((other for other in queued if other.owner == job.owner), key=lambda o: o.turn)
        if first.turn < job.turn:
            for other, turn in ((job, first.turn), (first, job.turn)):
                db.execute("UPDATE jobs SET turn = ? WHERE id = ?", (turn, other.id))

    def _begin(self, db: sqlite3.Connection, worker: str, id: str) -> None:
        now = clock.now()
        db.execute(
            "UPDATE jobs SET state = 'running', started = ?, heartbeat = ?, worker = ?, gives_way = 0 "
            "WHERE id = ?",
            (now, now, worker, id),
        )

    def is_shorter_waiting(self, worker: str, id: str) -> bool:
        """Whether a job waits for which this worker's would ``give_way``."""
        with self._open() as db:
            if db.execute("SELECT 1 FROM jobs WHERE state = 'queued' LIMIT 1").fetchone() is None:
                return False
            return self._waits_for(db, worker, id) is not None

    def give_way(self, worker: str, id: str) -> bool:
        """Let this worker's job give way if a much shorter one of its owner waits; returns whether it
        does. It must then ask ``go_on`` until that is allowed."""
        with self._open() as db:
            if db.execute("SELECT 1 FROM jobs WHERE state = 'queued' LIMIT 1").fetchone() is None:
                return False
        with self._open(write=True) as db:
            if self._waits_for(db, worker, id) is None:
                return False
            db.execute("UPDATE jobs SET gives_way = 1 WHERE id = ?", (id,))
        return True

    def go_on(self, worker: str, id: str, waited: float, at_once: bool = False) -> bool:
        """Whether this worker's job, which has given way for ``waited`` seconds, may go on: the short one
        has ended or its worker is dead, and no other waits that it gives way to; with ``at_once``, whatever
        waits. The time it waited does not count as spent."""
        with self._open(write=True) as db:
            there = self._in_order(db)
            me = next((job for job in there if job.id == id and job.worker == worker), None)
            if me is not None and me.state == "running":
                if _beside(there, me) or not (at_once or self._waits_for(db, worker, id) is None):
                    return False
                db.execute(
                    "UPDATE jobs SET gives_way = 0, started = started + ? WHERE id = ?",
                    (waited, id),
                )
        return True

    def short_runs(self, long: Job) -> bool:
        """Whether a job runs beside one that gives way."""
        with self._open() as db:
            return bool(_beside(self._in_order(db), long))

    def _waits_for(self, db: sqlite3.Connection, worker: str, id: str) -> Job | None:
        """The queued job that this worker's would give way to."""
        there = self._in_order(db)
        me = next((job for job in there if job.id == id and job.worker == worker), None)
        if me is None or me.state != "running":
            return None
        usual = {kind: self._usual(kind, db) for kind in {job.kind for job in there}}
        return _shorter(there, me, usual)

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
        now = clock.now()
        with self._open(write=True) as db:
            db.execute(
                "INSERT INTO workers (id, pid, heartbeat, boot, out_of_memory) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (id) DO UPDATE SET heartbeat = excluded.heartbeat",
                (worker, os.getpid(), now, machine.boot(), machine.killed_for_memory()),
            )
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
        return bool(self.worker_pids())

    def worker_pids(self) -> set[int]:
        """The processes of the workers that have shown themselves lately."""
        with self._open() as db:
            rows = db.execute(
                "SELECT pid FROM workers WHERE heartbeat >= ? AND died IS NULL "
                "AND (boot IS NULL OR boot IS ?)",
                (clock.now() - LOST_AFTER, machine.boot()),
            ).fetchall()
        return {row["pid"] for row in rows}

    def note_death(self, pid: int, how: str, again: bool = False) -> None:
        """A worker of this machine has ended, and ``how`` says why: what it did is lost (or, ``again``,
        queued in its old place), without waiting for its heartbeat to grow old."""
        with self._open(write=True) as db:
            rows = db.execute(
                "SELECT id FROM workers WHERE pid = ? AND boot IS ?", (pid, machine.boot())
            ).fetchall()
            for (worker,) in rows:
                if again:
                    db.execute(
                        "UPDATE jobs SET state = 'queued', started = NULL, heartbeat = NULL, "
                        "worker = NULL WHERE worker = ? AND state = 'running'",
                        (worker,),
                    )
                else:
                    db.execute(
                        "UPDATE jobs SET state = 'lost', finished = ?, message = ? "
                        "WHERE worker = ? AND state IN ('running', 'lost')",
                        (clock.now(), how, worker),
                    )
                db.execute("UPDATE workers SET died = ? WHERE id = ?", (how, worker))

    def mark_lost(self) -> None:
        """Say of running jobs whose workers are gone that they are lost, and why."""
        now = clock.now()
        with self._open() as db:
            rows = db.execute(
                "SELECT jobs.id, jobs.worker, jobs.heartbeat, pid, boot, out_of_memory, died FROM jobs "
                "LEFT JOIN workers ON workers.id = jobs.worker "
                # A sign from ahead is from before a restart at which the clock went back.
                f"WHERE state = 'running' AND ({_SILENT} OR "
                "(jobs.heartbeat > ? AND boot IS NOT NULL AND boot IS NOT ?))",
                (now - LOST_AFTER, now, machine.boot()),
            ).fetchall()
            gone = db.execute("SELECT 1 FROM workers WHERE heartbeat < ?", (now - 60,)).fetchone()
        if not rows and gone is None:
            return
        with self._open(write=True) as db:
            for row in rows:
                how = row["died"] or machine.why_silent(
                    row["pid"], row["boot"], row["out_of_memory"]
                )
                db.execute(
                    "UPDATE jobs SET state = 'lost', finished = heartbeat, message = ? "
                    "WHERE id = ? AND worker IS ? AND state = 'running' AND heartbeat IS ?",
                    (how, row["id"], row["worker"], row["heartbeat"]),
                )
            db.execute("DELETE FROM workers WHERE heartbeat < ?", (now - 60,))


def _rank(job: Job, usual: dict[str, float]) -> float:
    """Among the jobs of one owner the one with the least goes first."""
    return job.created + PATIENCE * (job.expected or usual[job.kind])


def _beside(there: list[Job], job: Job) -> list[Job]:
    """The other jobs of its owner that run, and whose workers live."""
    return [
        other
        for other in there
        if other.state == "running"
        and other.owner == job.owner
        and other.id != job.id
        and _fresh(other.heartbeat)
    ]


def _shorter(there: list[Job], long: Job, usual: dict[str, float]) -> Job | None:
    """The queued job that a running one gives way to; None while another of its owner runs beside it."""
    if _beside(there, long):
        return None
    most = _left(long, usual[long.kind]) / MUCH_SHORTER
    for job in there:
        if (
            job.state == "queued"
            and job.owner == long.owner
            and (job.expected or usual[job.kind]) <= most
            and _rank(job, usual) < _rank(long, usual)
        ):
            return job
    return None


def _left(job: Job, usual: float) -> float:
    """Seconds that a running job will still take."""
    if job.share > 0.02:
        return job.spent * (1 - job.share) / job.share
    return max((job.expected or usual) - job.spent, 1.0)


def _fresh(heartbeat: float | None) -> bool:
    return heartbeat is not None and 0 <= clock.now() - heartbeat <= LOST_AFTER


def _job(row: sqlite3.Row) -> Job:
    """A row, whatever stands in it: SQLite keeps any value in any column."""
    values = dict(row)
    try:
        payload = json.loads(values["payload"])
    except (ValueError, TypeError, RecursionError):
        payload = None
    return Job(
        id=str(values["id"]),
        kind=str(values["kind"]),
        state=str(values["state"]),
        payload=payload if isinstance(payload, dict) else {},
        created=_time(values["created"]) or 0.0,
        started=_time(values["started"]),
        finished=_time(values["finished"]),
        heartbeat=_time(values["heartbeat"]),
        worker=_told(values["worker"]),
        stop=bool(values["stop"]),
        message=_told(values["message"]),
        share=min(max(_time(values["share"]) or 0.0, 0.0), 1.0),
        sentence=_told(values["sentence"]),
        owner=_told(values["owner"]) or "",
        expected=_time(values["expected"]),
        turn=_time(values.get("turn")) or _time(values["created"]) or 0.0,
        gives_way=bool(values.get("gives_way")),
    )


def _time(value: object) -> float | None:
    """A number; None for anything else."""
    if isinstance(value, int | float) and -_LARGEST <= value <= _LARGEST:
        return float(value)
    return None


def _told(value: object) -> str | None:
    """A text that can be sent to a browser; None for anything else."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else None
