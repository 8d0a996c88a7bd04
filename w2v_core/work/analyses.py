"""Analyses of a finished model as background jobs: start one, follow it, stop it, read its result.

A job is identified by its kind (see ``analysis_kinds``), its model and its parameters; its result is kept
in the model's folder (see ``results``). A page calls ``start`` and ``worker.ensure_worker``, shows
``status`` in a fragment, then ``result``.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from w2v_core.library.library import Library
from w2v_core.queue.queue import Job, Queue
from w2v_core.storage.files import Damaged
from w2v_core.storage.home import model_folder
from w2v_core.storage.named_cluster import named_address, named_cluster
from w2v_core.storage.records import Payload
from w2v_core.visitors import quota
from w2v_core.work.analysis_kinds import FORMING_WORDS as FORMING_WORDS
from w2v_core.work.analysis_kinds import KINDS, ON_CLUSTER
from w2v_core.work.analysis_kinds import map_analysis as map_analysis
from w2v_core.work.certainty import load_certainty as load_certainty
from w2v_core.work.cluster_work import on_cluster
from w2v_core.work.resampling import load_stability as load_stability
from w2v_core.work.results import Result as Result
from w2v_core.work.results import Tell, canonical, has_result, make
from w2v_core.work.results import result as result
from w2v_core.work.use_comparison import load_use as load_use
from w2v_core.work.word_following import Followed as Followed
from w2v_core.work.word_following import load_followed as load_followed


@dataclass(frozen=True)
class Status:
    """The state and progress of a job.

    ``state`` as in ``queue.queue``; ``share`` 0 to 1; ``sentence`` what is being done; ``seconds`` since
    it began; ``seconds_left`` expected, None while nothing can be said; ``place`` how many jobs come
    before it, and ``wait`` the seconds until it begins, where it is queued; ``stopping`` once it was
    asked to end; ``message`` why it ended, where it did not end well.
    """

    state: str
    share: float = 0.0
    sentence: str = ""
    seconds: float = 0.0
    seconds_left: float | None = None
    place: int = 0
    wait: float | None = None
    stopping: bool = False
    message: str | None = None

    @property
    def ended(self) -> bool:
        return self.state not in ("queued", "running")


def start(
    library: Library,
    queue: Queue,
    kind: str,
    model_id: str,
    parameters: dict[str, Any],
    expected: float | None = None,
) -> str:
    """Queue a job unless it is queued, running or has a result; one that failed, was cancelled or was lost
    is queued again. A worker runs it: see ``worker.ensure_worker``.

    Parameters
    ----------
    library : Library
        Of the visitor who asks for it.
    queue : Queue
    kind : str
        One of ``KINDS``.
    model_id : str
        Of a finished model.
    parameters : dict
        JSON values, as this kind's function takes them.
    expected : float, optional
        How long it will take, in seconds.

    Returns
    -------
    str
        The job's id.

    Raises
    ------
    ValueError
        for an unknown kind, an invalid model id, or a model that the visitor may not read.
    """
    _refuse(library, kind, model_id, parameters)
    id = job_id(kind, model_id, parameters)
    payload = {"model": model_id, "parameters": parameters}
    job = queue.get(id)
    if job is None:
        queue.put(kind, payload, id, expected)
    elif job.ended and not (
        job.state == "done" and has_result(library, kind, model_id, parameters)
    ):
        queue.put_again(id)
    return id


def _refuse(library: Library, kind: str, model_id: str, parameters: dict[str, Any]) -> None:
    if kind not in KINDS:
        raise ValueError(f"kind={kind!r}: choose one of {', '.join(map(repr, KINDS))}.")
    for read in (model_id, parameters.get("other", model_id)):  # the worker checks no rights
        library.model_folder(read)


def do_here(library: Library, kind: str, model_id: str, parameters: dict[str, Any]) -> None:
    """Do an analysis that takes less than a second in this process, without the queue, and keep its
    result (errors as for ``start`` and ``do``)."""
    _refuse(library, kind, model_id, parameters)
    folder = library.model_folder(model_id)
    with quota.spending_of(library.rights):
        make(folder, kind, parameters, KINDS[kind], lambda share, sentence: False)


def stop(queue: Queue, kind: str, model_id: str, parameters: dict[str, Any]) -> None:
    """Ask for a job to be stopped."""
    queue.request_stop(job_id(kind, model_id, parameters))


def status(
    library: Library, queue: Queue, kind: str, model_id: str, parameters: dict[str, Any]
) -> Status | None:
    """The status of a job; None if it was never started, or its result was deleted with its model."""
    job = queue.get(job_id(kind, model_id, parameters))
    if job is None or job.state == "done":
        there = has_result(library, kind, model_id, parameters)
        return Status("done", share=1.0) if there else None
    left = None
    if job.state == "running" and job.share > 0.02:
        left = job.spent * (1 - job.share) / job.share
    return Status(
        state=job.state,
        share=job.share,
        sentence=job.sentence or "",
        seconds=job.spent,
        seconds_left=left,
        place=queue.place(job.id) if job.state == "queued" else 0,
        wait=queue.wait(job.id) if job.state == "queued" else None,
        stopping=job.stop,
        message=job.message,
    )


def do(home: Path, job: Job, tell: Tell) -> None:
    """Run a job on a model of a ``W2V_HOME``, or have the operator's cluster run it, and keep its result;
    called by the worker, which asks for no rights: they were asked for at ``start``.

    Raises
    ------
    InterruptedError
        when ``tell`` said stop.
    ValueError, OSError
        with a sentence for the person.
    """
    if job.kind not in KINDS:
        raise ValueError(
            f"This version of the app has no analysis called {job.kind!r}, so nothing was done: start what "
            "you need again from its page."
        )
    asked = Payload.from_json(job.payload)
    if asked.model is None:
        raise Damaged("The request for this analysis can no longer be read: start it again.")
    folder = model_folder(home, asked.model)
    work = KINDS[job.kind]
    if goes_to_cluster(job.kind) and (cluster := named_cluster()) is not None:
        work = on_cluster(cluster, job.kind, job.expected, job.owner)
    make(folder, job.kind, asked.parameters, work, tell)


def goes_to_cluster(kind: str) -> bool:
    """Whether a job of this kind is done by a cluster that the operator named, and not in this process."""
    return kind in ON_CLUSTER and named_address() != ""


def job_id(kind: str, model_id: str, parameters: dict[str, Any]) -> str:
    """The id of the job with these parameters: the same for the same, whatever their order."""
    key = f"{kind}\n{model_id}\n{canonical(parameters)}"
    return hashlib.sha256(key.encode()).hexdigest()[:16]
