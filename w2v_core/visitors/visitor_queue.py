"""The queue as one visitor may use it: what they put in is theirs, and they stop only what is theirs.

Looking on (how far a job is, what comes before it) is for whoever can read the job's model.
"""

from __future__ import annotations

import sqlite3

from w2v_core.queue.queue import Job, Queue
from w2v_core.storage.limits import max_owner_queue, max_queue
from w2v_core.visitors.rights import Rights


class VisitorQueue(Queue):
    """One visitor's view of a queue.

    Parameters
    ----------
    queue : Queue
        The whole queue, as workers and the operator have it.
    rights : Rights
        Of the visitor.
    """

    def __init__(self, queue: Queue, rights: Rights):
        vars(self).update(vars(queue.of(rights.visitor.owner)))  # its file is prepared already
        self.rights = rights
        self._whole = queue

    def put(
        self, kind: str, payload: dict, id: str | None = None, expected: float | None = None
    ) -> str:
        """As ``Queue.put``.

        Raises
        ------
        ValueError
            when the queue, or the visitor's share of it, is full; for a visitor whom nobody knows.
        """
        return super().put(kind, payload, id, expected)

    def put_again(self, id: str) -> bool:
        """As ``Queue.put_again`` (errors as for ``put``; ValueError for another person's training)."""
        job = self.get(id)
        if job is not None and job.kind == "train":
            self.rights.refuse_change(id)
        return super().put_again(id)

    def jobs(self, kind: str | None = None, state: str | None = None) -> list[Job]:
        """As ``Queue.jobs``, the visitor's own."""
        return [job for job in super().jobs(kind, state) if self.rights.may_stop(job)]

    def unfinished(self) -> list[Job]:
        """As ``Queue.unfinished``, the visitor's own."""
        return [job for job in self._whole.unfinished() if self.rights.may_stop(job)]

    def wait(self, id: str) -> float | None:
        """As ``Queue.wait``: what others put in before counts."""
        return self._whole.wait(id)

    def blocker(self, id: str) -> Job | None:
        """As ``Queue.blocker``; None where that is another person's, which stays unnamed."""
        job = super().blocker(id)
        return job if job is not None and self.rights.may_stop(job) else None

    def request_stop(self, id: str) -> None:
        """As ``Queue.request_stop`` (ValueError for another person's job)."""
        self._refuse_other(id)
        super().request_stop(id)

    def end(self, id: str, state: str, message: str | None = None) -> None:
        """As ``Queue.end`` (ValueError for another person's job)."""
        self._refuse_other(id)
        super().end(id, state, message)

    def refuse_full(self) -> None:
        """ValueError, with a sentence, where no more can be put in."""
        with self._open() as db:
            self._refuse_full(db)

    def _refuse_full(self, db: sqlite3.Connection) -> None:
        self.rights.refuse_unknown()
        waiting, mine = db.execute(
            "SELECT COUNT(*), COUNT(CASE WHEN owner = ? THEN 1 END) FROM jobs WHERE state = 'queued'",
            (self.owner,),
        ).fetchone()
        if waiting >= max_queue():
            raise ValueError(
                f"{waiting:,} jobs are already waiting, which is the limit: try again in a few "
                "minutes."
            )
        if self.owner and mine >= max_owner_queue():
            raise ValueError(
                f"{mine:,} jobs of yours are already waiting, which is the limit: stop one of "
                "them, or wait."
            )

    def _refuse_other(self, id: str) -> None:
        job = self.get(id)
        if job is not None:
            self.rights.refuse_stop(job)
