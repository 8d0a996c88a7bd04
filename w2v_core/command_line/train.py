"""Train a model on texts and write it to a file that the app's Library imports.

What is not finished stands in a folder beside that file. Ctrl-C leaves a checkpoint there, from which
``--continue`` goes on to the vectors of an undisturbed training.
With --json: {"model", "words", "dimensions", "passes", "loss", "seconds", "files": accounts of the files}.
"""

from __future__ import annotations

import argparse
import glob
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from w2v_core.command_line.opened_model import add_json
from w2v_core.command_line.output import add_force, refuse_existing
from w2v_core.exchange.bundles import write_bundle
from w2v_core.library.choices import Choices
from w2v_core.library.library import Library, prepare_training
from w2v_core.library.texts import is_plain
from w2v_core.model.skipgram import SkipGram
from w2v_core.parameters import PARAMETERS, Parameter
from w2v_core.storage.files import read_json, remove, whole_file, write_json
from w2v_core.storage.limits import max_text_bytes
from w2v_core.text.budget import NoRoom
from w2v_core.text.document_list import Documents
from w2v_core.text.gathering import ENCODINGS, Gathering
from w2v_core.text.preparation import Preparation
from w2v_core.visitors.ownership import OPERATOR
from w2v_core.work.methods_record import methods_record
from w2v_core.work.training import PAUSE, Paused
from w2v_core.work.training import train as train_in

_BEGUN = "begun.json"  # in the folder of an unfinished training: its id, and the key of its text
_BLOCK = 1 << 20
_LISTS = {"stop_words": "leave out", "phrases": "join into one word each"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "texts",
        nargs="*",
        metavar="TEXT",
        help="a file of any format that the app reads, packed with gzip or not, a folder, or a pattern "
        "such as 'novels/**/*.txt'",
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="MODEL.zip", help="the file to write"
    )
    parser.add_argument("--name", help="of the model (default: the name of the file)")
    parser.add_argument(
        "--continue",
        action="store_true",
        dest="goes_on",
        help="go on with the training of this file that was interrupted",
    )
    parser.add_argument(
        "--without-text", action="store_true", help="leave the text out of the file"
    )
    parser.add_argument("--quiet", action="store_true", help="show no progress, print nothing")
    add_force(parser)
    add_json(parser)
    _add_preparation(parser.add_argument_group("reading"))
    known = {"text": "text", "pairs": "pairs", "model": "model", "training": "training"}
    groups = {part: parser.add_argument_group(title) for part, title in known.items()}
    for parameter in PARAMETERS.values():
        _add_parameter(groups[parameter.part], parameter)


def run(given: argparse.Namespace) -> int:
    refuse_existing(given.out, given.force)
    place = given.out.with_name(f"{given.out.name}.training")
    with _pausing() as asked, _progress(given.quiet or given.json) as tell:
        if given.goes_on:
            if given.texts:
                raise ValueError("--continue goes on with the text as it was: name no texts.")
            if not (place / _BEGUN).is_file():
                raise ValueError(f"There is no interrupted training of {given.out} to continue.")
        else:
            if place.exists():
                if not given.force:
                    raise ValueError(
                        f"A training of {given.out} was interrupted: go on with it by --continue, "
                        f"or begin again by --force."
                    )
                remove(place)
            _begin(place, given, asked, tell)
        library = Library(place.resolve(), OPERATOR)
        begun = read_json(place / _BEGUN)
        id, folder = begun["id"], library.home / "models" / begun["id"]
        try:
            train_in(
                folder,
                library.texts.file(begun["text"]),
                lambda: PAUSE if asked() else None,
                max_text_bytes(),
                tell,
            )
        except (Paused, InterruptedError):
            print(
                f"Interrupted. To go on: python -m w2v_core train --continue --out {given.out}",
                file=sys.stderr,
            )
            return 130
        except NoRoom:  # what was saved stays
            raise
        except ValueError:  # there is nothing to go on with
            remove(place)
            raise
    record = methods_record(library, id)
    with whole_file(given.out) as path, open(path, "wb") as out:
        write_bundle(out, folder, record, text=not given.without_text)
    accounts = library.texts.documents_of(begun["text"])
    remove(place)
    _report(given, record, accounts)
    return 0


def _add_parameter(group: Any, parameter: Parameter) -> None:
    """An option for a setting; left out, it has the default of the app."""
    option = "--" + parameter.name.replace("_", "-")
    about = f"{parameter.sentence} (default: "
    about += "chosen from the text)" if parameter.default is None else f"{parameter.default})"
    about = about.replace("%", "%%")
    if parameter.choices == (True, False):
        group.add_argument(option, action=argparse.BooleanOptionalAction, help=about)
        return
    group.add_argument(option, type=_value(parameter), metavar="VALUE", help=about)


def _value(parameter: Parameter) -> Callable[[str], Any]:
    def value(text: str) -> Any:
        found: Any = text
        if text.lower() == "none":
            found = None
        elif text not in parameter.choices:
            with suppress(ValueError):
                found = float(text)
            with suppress(ValueError):
                found = int(text)
        try:
            return parameter.check(found)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return value


def _add_preparation(group: Any) -> None:
    group.add_argument("--encoding", choices=ENCODINGS, help="of all files (default: found out)")
    group.add_argument("--text-column", metavar="NAME", help="the column of tables that is read")
    group.add_argument(
        "--gutenberg",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="leave out Project Gutenberg's header and licence (default)",
    )
    group.add_argument(
        "--join-hyphens", action="store_true", help="join words that the end of a line cut"
    )
    for name, what in _LISTS.items():
        group.add_argument(
            f"--{name.replace('_', '-')}",
            type=Path,
            metavar="FILE",
            help=f"words to {what}, one in a line",
        )


def _begin(
    place: Path,
    given: argparse.Namespace,
    asked: Callable[[], bool],
    tell: Callable[[float, str], object],
) -> None:
    """Read the files into one text, in a new folder, and write down what is to be trained."""
    files = _files(given.texts)
    choices = Choices(
        Gathering(encoding=given.encoding, text_column=given.text_column),
        preparation=Preparation(gutenberg=given.gutenberg, join_hyphens=given.join_hyphens),
    )
    lists = {
        name: path.read_text("utf-8").splitlines()
        for name in _LISTS
        if (path := getattr(given, name)) is not None
    }
    text, model = (_settings(given, of) for of in (("text",), ("pairs", "model", "training")))
    SkipGram(**model)  # refuses what does not go together, before anything is read
    place.mkdir()
    try:
        library = Library(place.resolve(), OPERATOR)

        def reading(share: float) -> bool:
            tell(share, "reading files")
            return asked()

        if len(files) == 1:
            key = library.texts.keep(files[0][0], _pieces(files[0][1]))
        else:
            key = library.texts.keep_files([(name, _pieces(path)) for name, path in files])
        if len(files) > 1 or not _is_plain(*files[0]):
            key = library.texts.gathered(key, choices.gathering, reading)
        key = library.texts.prepared(key, choices, reading)
        name = given.name or given.out.stem
        with library.new_folder() as (id, folder):
            prepare_training(folder, "", name, {**text, **lists}, model)
        write_json(place / _BEGUN, {"id": id, "text": key})
    except BaseException as error:
        remove(place)
        if isinstance(error, InterruptedError):
            raise KeyboardInterrupt from None  # nothing that could be continued
        raise


def _is_plain(name: str, path: Path) -> bool:
    with open(path, "rb") as file:
        return is_plain(name, file)


def _settings(given: argparse.Namespace, parts: tuple[str, ...]) -> dict[str, Any]:
    """The settings of these parts that were given."""
    return {
        name: value
        for name, parameter in PARAMETERS.items()
        if parameter.part in parts and (value := getattr(given, name)) is not None
    }


def _files(texts: list[str]) -> list[tuple[str, Path]]:
    """The files that are meant, each once: (name, path), those of a folder or a pattern by name.

    Raises
    ------
    ValueError
        naming what is not there.
    """
    if not texts:
        raise ValueError("Name at least one text: a file, a folder or a pattern.")
    found: dict[Path, str] = {}
    for text in texts:
        path = Path(text)
        if path.is_dir():
            inside = sorted(p for p in path.rglob("[!.]*") if p.is_file())
            if not inside:
                raise ValueError(f"The folder {text} holds no files.")
            named = [(p, f"{path.name}/{p.relative_to(path)}") for p in inside]
        elif path.exists():
            named = [(path, path.name)]
        else:
            matches = [Path(one) for one in sorted(glob.glob(text, recursive=True))]
            named = [(p, os.fspath(p)) for p in matches if p.is_file()]
            if not named:
                raise ValueError(f"There is no file {text}, and no file matches it as a pattern.")
        for p, name in named:
            found.setdefault(p, name)
    return [(name, path) for path, name in found.items()]


def _pieces(path: Path) -> Iterator[bytes]:
    with open(path, "rb") as file:
        while piece := file.read(_BLOCK):
            yield piece


@contextmanager
def _pausing() -> Iterator[Callable[[], bool]]:
    """Gives whether Ctrl-C was pressed within the block, where the second one ends the program."""
    pressed = False

    def press(number: int, frame: object) -> None:
        nonlocal pressed
        pressed = True
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = signal.signal(signal.SIGINT, press)
    try:
        yield lambda: pressed
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[float, str], object]]:
    """A bar on the standard error for each phase, where that is a terminal."""
    from tqdm import tqdm  # few processes need it

    bar = tqdm(
        total=100,
        disable=quiet or not sys.stderr.isatty(),
        bar_format="{desc:14} {percentage:3.0f}% |{bar}| {elapsed} so far, {remaining} left",
    )
    phase = ""

    def tell(share: float, now: str) -> None:
        nonlocal phase
        if now != phase:
            phase = now
            bar.reset()
            bar.set_description_str(now)
        bar.update(round(100 * share) - bar.n)

    try:
        yield tell
    finally:
        bar.close()


def _report(given: argparse.Namespace, record: dict[str, Any], documents: Documents | None) -> None:
    accounts = [] if documents is None else documents.accounts
    if given.json:
        told = {
            "model": os.fspath(given.out),
            "words": record["words"],
            "dimensions": record["dimensions"],
            "passes": record["passes"],
            "loss": record["losses"][-1],
            "seconds": record["seconds"],
            "files": [account.as_json() for account in accounts],
        }
        print(json.dumps(told, ensure_ascii=False))
    elif not given.quiet:
        for account in accounts:
            if not account.is_simple:
                print(f"{account.name}: {' '.join(account.sentences())}", file=sys.stderr)
        print(
            f"{given.out}: {record['words']:,} words, {record['dimensions']:,} dimensions, "
            f"{record['passes']:,} passes, loss {record['losses'][-1]:.4f} nats per pair"
        )
