"""Train a model on texts and write it as a bundle, which the app's Library opens.

With --json: model (the path), name, words, dimensions, tokens, passes, loss, held_out_loss (or null),
seconds, vectors_sha256, files (the account of each file: name, format, encoding, rows, words, notes) and
notes (sentences about the whole text); with --record also same (whether the vectors are the record's)
and differences (reasons why not).

An unfinished training is kept in MODEL.zip.training, a library of its own, which is deleted once the model
is written; ``--continue`` goes on from there. A training is described whole (``_Plan``) before any of it is
done (``_do``), so that another machine could do it.
"""

from __future__ import annotations

import argparse
import dataclasses
import shlex
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from w2v_core.command_line.cluster_training import (
    ClusterPlan,
    add_cluster,
    cluster_of,
    is_trained,
    plan_on_cluster,
    train_on_cluster,
)
from w2v_core.command_line.folder_claim import claim, refuse_claimed
from w2v_core.command_line.output import (
    add_json,
    add_out,
    print_json,
    refuse_existing,
    write_whole,
)
from w2v_core.command_line.own_library import library_in, scratch_library
from w2v_core.command_line.progress import Show, progress_bar
from w2v_core.command_line.settings import (
    add_settings,
    choices_of,
    given_settings,
    parameters_of,
)
from w2v_core.command_line.text_files import TextFiles, find_files
from w2v_core.exchange.bundles import write_bundle
from w2v_core.library.choices import Choices
from w2v_core.library.library import Library, prepare_training
from w2v_core.library.texts import is_plain
from w2v_core.model.defaults import default_held_out
from w2v_core.model.placed_pairs import Unreachable
from w2v_core.storage.files import read_json, write_json
from w2v_core.storage.home import model_folder
from w2v_core.storage.limits import max_text_bytes
from w2v_core.storage.names import clean
from w2v_core.text.account import FileAccount
from w2v_core.text.budget import NoRoom
from w2v_core.text.corpus import Corpus
from w2v_core.text.phrases import find_phrases
from w2v_core.text.repeated_lines import repeated_lines
from w2v_core.text.single_line import single_line
from w2v_core.visitors import quota
from w2v_core.work import methods_record, training

PLAN = "training.json"
_BLOCK = 1 << 20


class Stopped(Exception):
    """Ended by Ctrl-C; the message says what is kept, and where."""


@dataclass(frozen=True)
class _Plan:
    """A training: whose texts, prepared, are in the library of its folder, under the key ``text``."""

    id: str
    text: str
    files: list[dict[str, Any]]
    notes: list[str]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "texts", nargs="*", metavar="TEXT", help="A file, a folder, or a pattern such as '*.txt'."
    )
    add_out(parser, "MODEL.zip")
    parser.add_argument("--name", help="What the model is called (default: as the texts are).")
    parser.add_argument(
        "--without-text", action="store_true", help="Leave the text out of the bundle."
    )
    parser.add_argument(
        "--continue",
        dest="goes_on",
        action="store_true",
        help="Continue the stopped training of this --out, with the texts and settings that it had.",
    )
    parser.add_argument(
        "--record",
        type=Path,
        metavar="RECORD.json",
        help="Make the model of a methods record again, from the file or the folder of its texts.",
    )
    parser.add_argument(
        "--quiet", action="store_true", help="Print only what was left out, and errors."
    )
    add_json(parser)
    add_cluster(parser)
    add_settings(parser)


def run(given: argparse.Namespace) -> None:
    folder = given.out.with_name(f"{given.out.name}.training")
    _refuse_what_does_not_fit(given)
    cluster = cluster_of(given)
    refuse_existing(given.out, given.force)
    if given.record is not None:
        return _make_again(given)
    refuse_claimed(folder)
    kept = _read_plan(folder) if given.goes_on else None
    if isinstance(kept, ClusterPlan):
        return _on_cluster(given, folder, kept.at(cluster) if cluster else kept)
    if kept is not None and given.cluster:
        raise ValueError(f"The training in {folder} is on this machine: leave out --cluster.")
    if kept is None and cluster is not None:
        asked = plan_on_cluster(given, cluster)
        _begin(folder, given.force)
        return _on_cluster(given, folder, asked)
    if kept is None:
        found = find_files(given.texts, given.out)
        _begin(folder, given.force)
    claim(folder)
    with library_in(folder) as library, _interrupts() as interrupted:
        plan = kept or _kept_plan(given, library, found, interrupted)
        if not given.json:
            _tell_of_files(plan, given.quiet)
        try:
            with progress_bar(not (given.json or given.quiet)) as show:
                _do(library, plan, interrupted, show)
            record = _write(given, library, plan.id)
        except (training.Paused, InterruptedError) as error:
            raise Stopped(f"Stopped. {_to_continue(given, folder)}") from error
        except NoRoom:  # it can go on once there is room
            raise
        except ValueError:  # it would fail again
            shutil.rmtree(folder, ignore_errors=True)
            raise
    shutil.rmtree(folder, ignore_errors=True)
    _report(given, record, plan.files, plan.notes)


def _to_continue(given: argparse.Namespace, folder: Path) -> str:
    return (
        f"The training so far is kept in {folder}. To continue: python -m w2v_core train --continue --out "
        f"{shlex.quote(str(given.out))}"
    )


def _refuse_what_does_not_fit(given: argparse.Namespace) -> None:
    settings = given_settings(given)
    other = "--continue" if given.goes_on else "--record"
    if given.goes_on and given.record is not None:
        raise ValueError("--continue and --record exclude each other: give one of them.")
    if (given.goes_on or given.record is not None) and settings:
        raise ValueError(f"{other} brings its own settings: leave out {settings[0]}.")
    if given.goes_on and (given.texts or given.name):
        raise ValueError(
            "--continue uses the texts and the name of the stopped training: leave out TEXT and --name."
        )
    if given.record is not None and len(given.texts) != 1:
        raise ValueError("--record needs one TEXT: the file, or the folder of all its files.")
    if not given.texts and not given.goes_on:
        raise ValueError("There is no TEXT: name a file, a folder or a pattern to train on.")


def _begin(folder: Path, force: bool) -> None:
    """Make the folder of a training (ValueError where another one's may not go)."""
    if folder.exists():
        if not (folder / PLAN).is_file():
            raise ValueError(f"{folder} is in the way: move it, or name another file in --out.")
        if not force:
            raise ValueError(
                f"{folder} holds a training that was stopped: continue it with --continue, or begin anew "
                "with --force."
            )
        shutil.rmtree(folder)
    folder.mkdir(mode=0o700)
    write_json(folder / PLAN, {})  # says whose folder this is


def _read_plan(folder: Path) -> _Plan | ClusterPlan:
    if not (folder / PLAN).is_file():
        raise ValueError(f"There is no training in {folder} to continue: name a TEXT to begin one.")
    try:
        kept = read_json(folder / PLAN)
        plan = ClusterPlan.from_json(kept) if "cluster" in kept else _Plan(**kept)
        model_folder(folder, plan.id)  # refuses what is no id
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise ValueError(
            f"The training in {folder} cannot be continued: begin anew with --force."
        ) from error
    return plan


def _kept_plan(
    given: argparse.Namespace, library: Library, found: TextFiles, interrupted: Callable[[], bool]
) -> _Plan:
    """The plan, kept in its folder, which goes where none can be made."""
    try:
        plan = _plan(given, library, found, interrupted)
        write_json(library.home / PLAN, dataclasses.asdict(plan))
    except BaseException as error:
        shutil.rmtree(library.home, ignore_errors=True)
        if isinstance(error, InterruptedError) and interrupted():
            raise Stopped("Stopped before the training began: nothing was kept.") from error
        raise
    return plan


def _plan(
    given: argparse.Namespace, library: Library, found: TextFiles, interrupted: Callable[[], bool]
) -> _Plan:
    """Keep and prepare the texts as the app does, and write down what is to be trained."""
    texts = library.texts
    text_settings, model_settings = parameters_of(given)
    choices = choices_of(given)

    def ended(share: float) -> bool:
        return interrupted()

    key = _keep(library, found)
    choices = _with_repeated_lines(given, library, key, choices, ended)
    text = texts.prepared(key, choices, ended)
    if hasattr(given, "phrases"):
        phrases = _phrases(given, texts.file(text), text_settings, ended)
        choices = dataclasses.replace(choices, phrases=phrases)
    settings = {**text_settings, **choices.lists}
    documents = texts.documents_of(text)
    accounts = [] if documents is None else list(documents.accounts)
    # Read as the training reads it: it says what is wrong before anything is trained.
    corpus = Corpus.from_file(
        texts.file(text), **settings, max_bytes=max_text_bytes(), callback=ended
    )
    if documents is None:
        accounts = [FileAccount(texts.name_of(key), "Plain text", corpus.encoding)]
        for warning in corpus.warnings:
            accounts[0].add("guessed", warning)
    if model_settings["held_out"] is None:
        model_settings["held_out"] = default_held_out(corpus.n_sentences)
    name = clean(given.name, texts.name_of(key))
    with library.new_folder() as (id, folder):
        prepare_training(folder, "", name, settings, model_settings)
    return _Plan(
        id,
        text,
        [account.as_json() for account in [*accounts, *found.left_out]],
        [note.text for note in texts.preparation_notes(text)],
    )


def _keep(library: Library, found: TextFiles) -> str:
    first = found.sources[0]
    with open(first.path, "rb") as file:
        plain = len(found.sources) == 1 and is_plain(first.name, file)
    if plain:
        return library.texts.keep(first.name, _pieces(first.path))
    return library.texts.keep_files([(one.name, _pieces(one.path)) for one in found.sources])


def _pieces(path: Path) -> Iterator[bytes]:
    with open(path, "rb") as file:
        while piece := file.read(_BLOCK):
            yield piece


def _with_repeated_lines(
    given: argparse.Namespace,
    library: Library,
    key: str,
    choices: Choices,
    ended: Callable[[float], bool],
) -> Choices:
    if not hasattr(given, "repeated_lines"):
        return choices
    whole = library.texts.gathered(key, choices.gathering, ended)
    documents = library.texts.documents_of(whole)
    assert documents is not None  # gathered wrote them
    with open(library.texts.file(whole), "rb") as file:
        lines = repeated_lines(file, documents, given.repeated_lines, callback=ended)
    dropped = tuple(line.folded for line in lines)
    preparation = dataclasses.replace(choices.preparation, drop_lines=dropped)
    return dataclasses.replace(choices, preparation=preparation)


def _phrases(
    given: argparse.Namespace, text: Path, settings: dict[str, Any], ended: Callable[[float], bool]
) -> tuple[str, ...]:
    everything = {**settings, "stop_most": 0, "min_count": 1, "max_vocab": None}
    corpus = Corpus.from_file(text, **everything, max_bytes=max_text_bytes(), callback=ended)
    encoded = (corpus.words, corpus.counts, corpus.ids, corpus.sentence_starts)
    least = int(getattr(given, "phrase_least", 5))
    return tuple(phrase.words for phrase in find_phrases(*encoded, least, given.phrases))


def _do(library: Library, plan: _Plan, interrupted: Callable[[], bool], show: Show) -> None:
    """Train, or go on with it (errors as for ``training.train``)."""
    folder = library.model_folder(plan.id)
    if is_trained(library, plan.id):
        return  # it was killed between training and writing the bundle
    known = (folder / "corpus.json").exists()
    with quota.spending_of(library.rights):
        training.train(
            folder,
            None if known else library.texts.file(plan.text),
            lambda: training.PAUSE if interrupted() else None,
            max_text_bytes(),
            show,
        )


def _write(given: argparse.Namespace, library: Library, id: str) -> dict[str, Any]:
    """Write the bundle; returns the methods record."""
    record = methods_record.methods_record(library, id)
    folder = library.model_folder(id)
    write_whole(given.out, write_bundle, folder, record, not given.without_text)
    return record


def _on_cluster(given: argparse.Namespace, folder: Path, plan: ClusterPlan) -> None:
    given.without_text = True  # no machine has it
    claim(folder)

    def keep(counted: ClusterPlan) -> None:
        nonlocal plan
        write_json(folder / PLAN, counted.as_json)
        plan = counted

    with library_in(folder) as library, _interrupts() as interrupted:
        try:
            with progress_bar(not (given.json or given.quiet)) as show:
                train_on_cluster(plan, library, keep, interrupted, show)
            if not given.json:
                _tell_of_files(_Plan(plan.id, "", plan.accounts, plan.notes), given.quiet)
            record = _write(given, library, plan.id)
        except (training.Paused, InterruptedError) as error:
            if plan.id:
                raise Stopped(f"Stopped. {_to_continue(given, folder)}") from error
            shutil.rmtree(folder, ignore_errors=True)
            raise Stopped("Stopped before the training began: nothing was kept.") from error
        except Unreachable as error:
            if plan.id:
                raise ValueError(f"{error} {_to_continue(given, folder)}") from error
            shutil.rmtree(folder, ignore_errors=True)
            raise
        except BaseException as error:
            fails_again = isinstance(error, ValueError) and not isinstance(error, NoRoom)
            if fails_again or not plan.id:
                shutil.rmtree(folder, ignore_errors=True)
            raise
    shutil.rmtree(folder, ignore_errors=True)
    _report(given, record, plan.accounts, plan.notes)


def _make_again(given: argparse.Namespace) -> None:
    record = methods_record.read_methods_record(given.record)
    with scratch_library() as library, quota.spending_of(library.rights):
        id, differences = methods_record.make_again(
            library, record, Path(given.texts[0]), given.name
        )
        made = _write(given, library, id)
    _report(given, made, [], [], differences)


def _tell_of_files(plan: _Plan, quiet: bool) -> None:
    """Say on stderr what became of the files: what was simply read is counted."""
    accounts = [FileAccount.from_json(file) for file in plan.files]
    read = sum(bool(account.format) for account in accounts)
    for account in accounts:
        for note in account.notes:
            if note.kind == "left out" or not (quiet or note.kind == "read"):
                print(f"{account.name}: {note.text}", file=sys.stderr)
    for note_text in plan.notes:
        print(note_text, file=sys.stderr)
    if not quiet:
        print(f"Read {read:,} of {len(accounts):,} files.", file=sys.stderr)


def _report(
    given: argparse.Namespace,
    record: dict[str, Any],
    files: Sequence[dict[str, Any]],
    notes: Sequence[str],
    differences: list[str] | None = None,
) -> None:
    held_out = record["held_out_losses"]
    found = {
        "model": str(given.out),
        "name": record["name"],
        "words": record["words"],
        "dimensions": record["dimensions"],
        "tokens": record["text"]["tokens"],
        "passes": record["passes"],
        "loss": record["losses"][-1],
        "held_out_loss": held_out[-1] if held_out else None,
        "seconds": record["seconds"],
        "vectors_sha256": record["vectors_sha256"],
        "files": list(files),
        "notes": list(notes),
    }
    if differences is not None:
        found |= {"same": not differences, "differences": differences}
    if given.json:
        print_json(found)
    elif not given.quiet:
        print(
            f"{given.out}: {record['words']:,} words with {record['dimensions']:,} numbers each, "
            f"{record['passes']:,} passes, loss {found['loss']:.4f} nats per pair."
        )
        if differences is not None:
            same = "Its vectors are the same, bit for bit."
            print(" ".join(["Its vectors are different.", *differences]) if differences else same)


@contextmanager
def _interrupts() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl-C was pressed; pressed again, it ends the process at once."""
    pressed = threading.Event()

    def press(number: int, frame: object) -> None:
        pressed.set()
        signal.signal(number, signal.SIG_DFL)
        print(single_line("Stopping; press Ctrl-C again to end at once."), file=sys.stderr)

    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, press) for number in numbers]
    try:
        yield pressed.is_set
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
