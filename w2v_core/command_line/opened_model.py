"""A model that a command is about: a bundle of this app, its folder, or vectors of another program."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from w2v_core.exchange.model_import import add_file
from w2v_core.library.library import Library
from w2v_core.model.skipgram import SkipGram
from w2v_core.visitors.ownership import OPERATOR
from w2v_core.work.methods_record import methods_record

VIEWS = ("center", "output", "sum", "counts", "analogies", "related")


@dataclass(frozen=True)
class Opened:
    """A model in a library of its own."""

    library: Library
    id: str

    def model(self) -> SkipGram:
        return self.library.load(self.id)

    def record(self) -> dict[str, Any]:
        return methods_record(self.library, self.id)


def add_model(parser: argparse.ArgumentParser) -> None:
    """The argument MODEL."""
    parser.add_argument(
        "model",
        type=Path,
        metavar="MODEL",
        help="what `train` wrote or the app's Library exported (.zip), a model's folder, or a file of "
        "word vectors (word2vec, GloVe, fastText, …)",
    )


def add_vectors(parser: argparse.ArgumentParser, default: str) -> None:
    """The options --vectors, --top and --json."""
    parser.add_argument(
        "--vectors",
        choices=VIEWS,
        default=default,
        help=f"center: V, output: U, sum: V + U, counts: by counting alone; analogies, related: V or "
        f"V + U beside the counts (default: {default})",
    )
    parser.add_argument(
        "--top", type=_at_least_1, default=10, metavar="N", help="how many words (default: 10)"
    )
    add_json(parser)


def add_json(parser: argparse.ArgumentParser) -> None:
    """The option --json."""
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object, for other programs"
    )


def _at_least_1(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
    return number


@contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """The model of a path, read and checked as the app's Library reads an upload.

    Raises
    ------
    ValueError
        with a sentence: what is wrong with it.
    OSError
        where it cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="w2v-") as home:
        library = Library(Path(home), OPERATOR)
        if path.is_dir():
            if not (path / "model.json").is_file():
                raise ValueError(f"{path} is not the folder of a model: it has no model.json.")
            id = "0" * 32
            shutil.copytree(path, library.home / "models" / id)
        else:
            with open(path, "rb") as file:
                id = add_file(library, file, path.name)
        yield Opened(library, id)
