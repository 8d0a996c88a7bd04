"""Training on a text that a cluster counts; the training is done here, from the counts, or there.

Dask is imported only where a cluster is asked for.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

from w2v_core.command_line.progress import Show
from w2v_core.command_line.settings import choices_of, parameters_of
from w2v_core.command_line.text_files import find_files
from w2v_core.library.library import Library, prepare_training
from w2v_core.model.defaults import default_held_out
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
    """Where a text is counted, the bytes that each worker may take (None: what it has), and whether the
    workers train too."""

    address: str
    memory: int | None
    trains: bool


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
    other = "--continue" if given.goes_on else "--record" if given.record is not None else ""
    if other and given.cluster:
        raise ValueError(f"{other} is done on one machine: leave out --cluster.")
    trains = given.train_on == "cluster"
    if trains and (other or not address):
        why = f"{other} is done on one machine" if other else "no cluster is named in --cluster"
        raise ValueError(f"--train-on cluster: {why}. Leave the option out, or name a cluster.")
    if not address or other:
        return None
    if trains:
        _refuse_to_train(given)
    for name in _NOT_THERE:
        if hasattr(given, name):
            raise ValueError(
                f"--{name.replace('_', '-')} needs the whole text on one machine: leave it out, or train "
                "without a cluster."
            )
    memory = given.cluster_memory
    if memory is None:
        memory = named_memory()
    refuse_memory(memory, "--cluster-memory")
    return Cluster(address, None if memory is None else int(memory * 1e6), trains)


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


def train_on_cluster(
    given: argparse.Namespace,
    cluster: Cluster,
    library: Library,
    interrupted: Callable[[], bool],
    show: Show,
) -> tuple[str, list[dict[str, Any]], list[str]]:
    """Count on the cluster and train here or there; returns the id of the model, the account of each file,
    and sentences about the whole.

    Raises
    ------
    ValueError, OSError
        with a sentence.
    InterruptedError, training.Paused
        when it was interrupted; nothing is kept.
    """
    try:
        from w2v_core.cluster.counting import count_text
        from w2v_core.cluster.workers import workers_at
    except ImportError as error:
        raise ValueError(
            f"A cluster needs Dask and fsspec, which are not installed here ({error}): "
            'pip install ".[cluster]".'
        ) from error
    text_settings, model_settings = parameters_of(given)
    choices = choices_of(given)
    text_settings |= choices.lists
    files, left_out = _files(given)

    def tell(phase: str) -> Callable[[float], None]:
        def told(share: float) -> None:
            show(0.0, phase)
            if interrupted():
                raise InterruptedError("Counting was stopped.")

        return told

    with workers_at(cluster.address, cluster.memory) as workers:
        counted = count_text(
            workers,
            files,
            CorpusSettings(**text_settings),
            encoding=choices.gathering.encoding,
            keep_gutenberg=not choices.preparation.gutenberg,
            whole_to=MOST_TOKENS,
            tell=tell(training.READING),
        )
        if model_settings["held_out"] is None:
            model_settings["held_out"] = default_held_out(counted.text.n_sentences)
        there = cluster.trains and not _is_short(counted.text, model_settings)
        notes = [_SHORT] if cluster.trains and not there else []
        if there and model_settings["count_vectors"]:
            model_settings["count_vectors"] = False
            notes.append(_NO_COUNT_VECTORS)
        name = files[0].name if len(files) == 1 else f"{files[0].name} and {len(files) - 1:,} more"
        with library.new_folder() as (id, folder):
            prepare_training(folder, "", clean(given.name, name), text_settings, model_settings)
        training.train_counted(
            library.model_folder(id),
            counted.text,
            counted.n_bytes,
            lambda: training.PAUSE if interrupted() else None,
            show,
            partial(_placed, workers) if there else None,
        )
    accounts = counted.accounts
    for warning in counted.text.warnings:
        if all(warning != note.text for account in accounts for note in account.notes):
            accounts[0].add("guessed", warning)
    return id, [account.as_json() for account in [*accounts, *left_out]], notes


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
