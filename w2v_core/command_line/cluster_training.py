"""Training on a text that a cluster counts; the training is done here, from the counts, or there.

Dask is imported only where a cluster is asked for.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from w2v_core.command_line.progress import Show
from w2v_core.command_line.settings import choices_of, parameters_of
from w2v_core.command_line.text_files import find_files
from w2v_core.library.library import Library, prepare_training
from w2v_core.model.defaults import default_held_out
from w2v_core.model.placed_pairs import Unreachable
from w2v_core.model.skipgram import SkipGram
from w2v_core.model.trainers import new_model
from w2v_core.model.unigram import MOST_TOKENS
from w2v_core.storage.named_cluster import (
    MEMORY_VARIABLE,
    VARIABLE,
    named_address,
    named_memory,
    refuse_memory,
)
from w2v_core.storage.names import clean
from w2v_core.text.account import FileAccount
from w2v_core.text.corpus import Corpus, CorpusSettings
from w2v_core.text.counted_text import CountedText
from w2v_core.text.file_names import Numbered
from w2v_core.work import training

if TYPE_CHECKING:
    from w2v_core.cluster.counting import ClusterText
    from w2v_core.cluster.row_training import RowTraining
    from w2v_core.cluster.shards import RemoteFile
    from w2v_core.cluster.workers import Workers

_NOT_THERE = (  # what needs all documents of a text side by side
    *("phrases", "phrase_least", "repeated_lines", "join_hyphens", "pipeline", "part_of_speech"),
    *("only", "leave_out", "text_column", "metadata_column", "tables", "first_row", "spelling"),
)


_SHORT = "This text is short, so it was trained on this machine, where choices are made by trial."
_NO_COUNT_VECTORS = (
    "The model has no count vectors: they are made on one machine, without --train-on."
)


@dataclass(frozen=True)
class Cluster:
    """Where a text is counted ("" where a continued training says so itself), the bytes that each worker
    may take (None: what it has), and whether the workers train too."""

    address: str
    memory: int | None
    trains: bool


@dataclass(frozen=True)
class ClusterPlan:
    """A training on a cluster: all that is needed to do it, or to go on with it.

    Attributes
    ----------
    files : list of (str, str)
        Names and addresses.
    accounts : list of dict
        What became of each file; before the text was counted, of those that were left out.
    text, model : dict
        The parameters of ``Corpus`` and of ``SkipGram``.
    encoding : str or None
    keep_gutenberg : bool
    name : str
        Of the model.
    cluster : Cluster
    id : str
        Of the model, once the text was counted.
    text_sha256 : str
        Of its words and their counts, then.
    notes : list of str
        Sentences about the whole.
    """

    files: list[tuple[str, str]]
    accounts: list[dict[str, Any]]
    text: dict[str, Any]
    model: dict[str, Any]
    encoding: str | None
    keep_gutenberg: bool
    name: str
    cluster: Cluster
    id: str = ""
    text_sha256: str = ""
    notes: list[str] = field(default_factory=list)

    @property
    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> ClusterPlan:
        """What ``as_json`` was (errors of many kinds for what is none)."""
        lists = {k: tuple(v) if isinstance(v, list) else v for k, v in kept["text"].items()}
        files = [(name, address) for name, address in kept["files"]]
        return cls(**{**kept, "files": files, "text": lists, "cluster": Cluster(**kept["cluster"])})

    def at(self, cluster: Cluster) -> ClusterPlan:
        """With the address and the memory that were given, where they were."""
        address = cluster.address or self.cluster.address
        memory = self.cluster.memory if cluster.memory is None else cluster.memory
        return replace(self, cluster=replace(self.cluster, address=address, memory=memory))


def add_cluster(parser: argparse.ArgumentParser) -> None:
    """The options of a cluster."""
    group = parser.add_argument_group("where the text is counted")
    group.add_argument(
        "--cluster",
        metavar="ADDRESS",
        help="A Dask scheduler, such as tcp://host:8786, or local for processes of this machine "
        f"(default: {VARIABLE}, or this process alone). TEXT may then be at s3://, gs://, hdfs://…",
    )
    group.add_argument(
        "--cluster-memory",
        type=float,
        metavar="MB",
        help=f"Megabytes that each worker may take (default: {MEMORY_VARIABLE}, or what it has).",
    )
    group.add_argument(
        "--train-on",
        choices=("here", "cluster"),
        help="Where a text that a cluster counts is trained on: here, which is faster while pairs and "
        "vectors fit into this machine (the default), or on the workers, which keep them.",
    )


def cluster_of(given: argparse.Namespace) -> Cluster | None:
    """The cluster that was asked for; None for this process alone.

    Raises
    ------
    ValueError
        with a sentence, for what a cluster does not do.
    """
    address = given.cluster or named_address()
    trains = given.train_on == "cluster"
    if given.record is not None and (given.cluster or trains):
        option = "--cluster" if given.cluster else "--train-on"
        raise ValueError(f"--record is done on one machine: leave out {option}.")
    if given.goes_on and given.train_on is not None:
        raise ValueError("--continue goes on where the training was: leave out --train-on.")
    if trains and not address:
        raise ValueError(
            "--train-on cluster: no cluster is named in --cluster. Leave the option out, or name a cluster."
        )
    if given.record is not None or not (address or given.goes_on):
        return None
    if trains:
        _refuse_to_train(given)
    for name in _NOT_THERE if not given.goes_on else ():
        if hasattr(given, name):
            raise ValueError(
                f"--{name.replace('_', '-')} needs the whole text on one machine: leave it out, or train "
                "without a cluster."
            )
    memory = given.cluster_memory
    if memory is None:
        memory = named_memory()
    refuse_memory(memory, "--cluster-memory")
    return Cluster(address or "", None if memory is None else int(memory * 1e6), trains)


def _refuse_to_train(given: argparse.Namespace) -> None:
    """Refuse what the workers of a cluster do not train."""
    if getattr(given, "solver", "newton") != "newton":
        raise ValueError(
            "--train-on cluster: sgd runs on one machine. Leave out --solver or --train-on."
        )
    if getattr(given, "count_vectors", False):
        raise ValueError(
            "--train-on cluster: count vectors are made on one machine. Leave out --count-vectors or "
            "--train-on."
        )


def plan_on_cluster(given: argparse.Namespace, cluster: Cluster) -> ClusterPlan:
    """What was asked for.

    Raises
    ------
    ValueError, OSError
        with a sentence.
    """
    _import_cluster()
    text_settings, model_settings = parameters_of(given)
    choices = choices_of(given)
    files, left_out = _files(given)
    name = files[0].name if len(files) == 1 else f"{files[0].name} and {len(files) - 1:,} more"
    return ClusterPlan(
        files=[(file.name, file.address) for file in files],
        accounts=[account.as_json() for account in left_out],
        text=text_settings | choices.lists,
        model=model_settings,
        encoding=choices.gathering.encoding,
        keep_gutenberg=not choices.preparation.gutenberg,
        name=clean(given.name, name),
        cluster=cluster,
    )


def train_on_cluster(
    plan: ClusterPlan,
    library: Library,
    keep: Callable[[ClusterPlan], object],
    interrupted: Callable[[], bool],
    show: Show,
) -> ClusterPlan:
    """Count on the cluster and train here or there, or go on with it.

    Parameters
    ----------
    plan : ClusterPlan
    library : Library
        That has the model, or gets it.
    keep : callable
        Called with the plan once the text was counted: from there on the training can go on.
    interrupted : callable
    show : Show

    Returns
    -------
    plan : ClusterPlan
        With the id of the model, which is trained.

    Raises
    ------
    Unreachable
        with a sentence: it can go on later.
    ValueError, OSError
        with a sentence.
    InterruptedError, training.Paused
        when it was interrupted.
    """
    if plan.id and is_trained(library, plan.id):
        return plan  # it was killed between training and writing the bundle
    _import_cluster()
    from w2v_core.cluster.counting import count_text
    from w2v_core.cluster.shards import RemoteFile
    from w2v_core.cluster.workers import workers_at

    def tell(share: float) -> None:
        show(0.0, training.READING)
        if interrupted():
            raise InterruptedError("Counting was stopped.")

    address, memory = plan.cluster.address, plan.cluster.memory
    with workers_at(address, memory, tell=partial(tell, 0.0)) as workers:
        counted = count_text(
            workers,
            [RemoteFile(name, address) for name, address in plan.files],
            CorpusSettings(**plan.text),
            encoding=plan.encoding,
            keep_gutenberg=plan.keep_gutenberg,
            whole_to=MOST_TOKENS,
            tell=tell,
        )
        if not plan.id:
            plan = _counted(plan, counted, library)
            keep(plan)
        elif plan.text_sha256 != _sha256(counted.text):
            raise Unreachable(
                "The text is not what it was when this training began: put it back, or begin anew with "
                "--force."
            )
        there = plan.cluster.trains and not _is_short(counted.text, plan.model)
        training.train_counted(
            library.model_folder(plan.id),
            counted.text,
            counted.n_bytes,
            lambda: training.PAUSE if interrupted() else None,
            show,
            partial(_placed, workers) if there else None,
        )
    return plan


def is_trained(library: Library, id: str) -> bool:
    """Whether a training has nothing left to do."""
    made = (library.model_folder(id) / "model.json").is_file()
    return made and not library.can_continue(id)


def _import_cluster() -> None:
    try:
        import w2v_core.cluster.workers  # noqa: F401
    except ImportError as error:
        raise ValueError(
            f"A cluster needs Dask and fsspec, which are not installed here ({error}): "
            'pip install ".[cluster]".'
        ) from error


def _counted(plan: ClusterPlan, counted: ClusterText, library: Library) -> ClusterPlan:
    """The plan once the text was counted: the model's folder is made, and what is open was settled."""
    text, model, notes = counted.text, dict(plan.model), []
    if model["held_out"] is None:
        model["held_out"] = default_held_out(text.n_sentences)
    if plan.cluster.trains and _is_short(text, model):
        notes.append(_SHORT)
    elif plan.cluster.trains and model["count_vectors"]:
        model["count_vectors"] = False
        notes.append(_NO_COUNT_VECTORS)
    accounts = counted.accounts
    for warning in text.warnings:
        if all(warning != note.text for account in accounts for note in account.notes):
            accounts[0].add("guessed", warning)
    with library.new_folder() as (id, folder):
        prepare_training(folder, "", plan.name, plan.text, model)
    return replace(
        plan,
        accounts=[*(account.as_json() for account in accounts), *plan.accounts],
        model=model,
        id=id,
        text_sha256=_sha256(text),
        notes=notes,
    )


def _sha256(text: Corpus | CountedText) -> str:
    digest = hashlib.sha256("\0".join(text.words).encode("utf-8", "surrogatepass"))
    digest.update(text.counts.astype(np.int64).tobytes())
    digest.update(f"{text.n_tokens} {text.n_sentences}".encode())
    return digest.hexdigest()


def _is_short(text: Corpus | CountedText, settings: dict[str, Any]) -> bool:
    """Whether a text is trained on here in any case, as something is chosen for it by trial."""
    by_trial = settings["prior"] is None and new_model(settings).tries_priors(text)
    return isinstance(text, Corpus) or by_trial


def _placed(
    workers: Workers,
    model: SkipGram,
    text: Corpus | CountedText,
    callback: Callable[[float], bool],
) -> RowTraining:
    """The pairs of a text, counted and kept by the workers."""
    from w2v_core.cluster.pair_rows import count_rows
    from w2v_core.cluster.row_training import RowTraining

    def tell(share: float) -> None:
        if callback(share):
            raise InterruptedError("Counting the pairs was stopped.")

    assert isinstance(text, CountedText)
    held_out = model.drawn_to_hold_out(text.n_sentences)
    options = (model.window, model.weighting, model.subsample)
    return RowTraining(count_rows(workers, text, *options, held_out, tell))


def _files(given: argparse.Namespace) -> tuple[list[RemoteFile], list[FileAccount]]:
    """The files of TEXT…, each once, and an account of each that is left out before it is read."""
    from w2v_core.cluster.addresses import files_at, is_address
    from w2v_core.cluster.shards import RemoteFile

    found: dict[str, RemoteFile] = {}
    left_out: list[FileAccount] = []
    for remote, texts in groupby(given.texts, is_address):
        if remote:
            for text in texts:
                files, hidden = files_at(text)
                found |= {file.address: file for file in files}
                for name in hidden:
                    left_out.append(FileAccount(name))
                    why = (
                        f"{name} was left out: it is hidden. Give it another name to have it read."
                    )
                    left_out[-1].add("left out", why)
        else:
            here = find_files(list(texts), given.out)
            left_out += here.left_out
            for source in here.sources:
                address = str(source.path.resolve())
                found.setdefault(address, RemoteFile(source.name, address))
    if not found:
        raise ValueError("There is no TEXT that can be read: all files are hidden.")
    numbered = Numbered()
    return [replace(file, name=numbered(file.name)) for file in found.values()], left_out
