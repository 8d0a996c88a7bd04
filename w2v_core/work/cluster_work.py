"""Analyses on a Dask cluster: the files of a model go to its workers, and what they found comes back.

The process that took the job stays with it: it hears how far the work is, says stop, and keeps the result.
Dask is imported only where the operator has named a cluster.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from w2v_core.library.model_files import read_record
from w2v_core.storage.home import model_folder
from w2v_core.storage.named_cluster import VARIABLE, NamedCluster
from w2v_core.work.analysis_kinds import KINDS, ON_CLUSTER
from w2v_core.work.results import Tell, Work

STOPPED = "The analysis was stopped."
OF_VISITORS = "The cluster of this app cannot do this now: try again later, or ask its operator."
_CONNECTING = "Connecting to the cluster"
_MOST_PARTS = 1_000
_TEXT = ("corpus.json", "corpus.npz", "text.txt", "documents.json")


def on_cluster(
    cluster: NamedCluster, kind: str, seconds: float | None = None, owner: str = ""
) -> Work:
    """The function of a kind of ``ON_CLUSTER``, done by a cluster: the same parameters, the same result.

    Parameters
    ----------
    cluster : NamedCluster
    kind : str
    seconds : float, optional
        How long it is expected to take: where tasks of several jobs wait, the shorter job goes first.
    owner : str
        Who asked: visitors are not told the addresses of the cluster.
    """

    def work(folder: Path, parameters: dict[str, Any], tell: Tell) -> dict[str, Any]:
        try:
            from w2v_core.cluster.workers import ClusterError, workers_at
        except ImportError as error:
            raise ValueError(
                f"{VARIABLE} names a cluster, which needs Dask, and Dask is not installed here ({error}): "
                'pip install ".[cluster]".'
            ) from error

        def told(share: float, sentence: str) -> None:
            if tell(share, sentence):
                raise InterruptedError(STOPPED)

        told(0.0, _CONNECTING)
        try:
            connecting = partial(told, 0.0, _CONNECTING)
            with workers_at(cluster.address, cluster.memory, tell=connecting) as workers:
                found = workers.told(
                    kind,
                    _do_there,
                    _files(folder, kind, parameters),
                    [(folder.name, kind, parameters, part) for part in _parts(kind, parameters)],
                    told,
                    priority=-(seconds or 0.0),
                )
        except ClusterError as error:
            raise ValueError(OF_VISITORS if owner else str(error)) from error
        return _joined(found)

    return work


def _parts(kind: str, parameters: dict[str, Any]) -> list[int] | list[None]:
    """The numbers of the parts that a job consists of; of a job that is whole, or that its function will
    refuse, None alone."""
    name = ON_CLUSTER[kind].parts
    number = parameters.get(name, 0) if name else 0
    return list(range(number)) if isinstance(number, int) and 0 < number <= _MOST_PARTS else [None]


def _files(folder: Path, kind: str, parameters: dict[str, Any]) -> dict[str, bytes]:
    """What the function of a kind reads, by its path below the folder of models."""
    found = {}
    folders = [folder]
    if "other" in parameters:
        folders.append(model_folder(folder.parents[1], parameters["other"]))
    for each in folders:
        names = ["model.json", read_record(each).arrays]
        for name in [*names, *(_TEXT if ON_CLUSTER[kind].text else ())]:
            if (each / name).is_file():
                found[f"{each.name}/{name}"] = (each / name).read_bytes()
    return found


def _do_there(
    files: dict[str, bytes],
    model: str,
    kind: str,
    parameters: dict[str, Any],
    part: int | None,
    tell: Tell,
) -> dict[str, Any]:
    """On a worker of the cluster: a part of a job, or all of it."""
    with ExitStack() as until_done:
        try:
            home = until_done.enter_context(tempfile.TemporaryDirectory(prefix="w2v-"))
            for name, data in files.items():
                file = Path(home, "models", name)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)
        except OSError as error:
            raise ValueError(
                f"A worker of the cluster cannot keep the files of this model ({error.strerror}): see that "
                "there is room in its folder for temporary files."
            ) from error
        work: Any = KINDS[kind]
        of_part = {} if part is None else {"only": [part]}
        return work(model_folder(Path(home), model), parameters, tell, **of_part)


def _joined(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """The arrays of all parts one after another, and the values of the first: they are those of all."""
    if len(parts) == 1:
        return parts[0]
    return {
        name: np.concatenate([part[name] for part in parts])
        if isinstance(value, np.ndarray)
        else value
        for name, value in parts[0].items()
    }
