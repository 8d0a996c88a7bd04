"""MODEL of the commands: a bundle, a model's folder, or vectors of any format that the app imports."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from w2v_core.command_line.own_library import scratch_library
from w2v_core.exchange.model_import import add_file
from w2v_core.library.library import Library
from w2v_core.library.model_files import load_model
from w2v_core.model.skipgram import SkipGram
from w2v_core.model.vector_views import VIEWS
from w2v_core.model.word_model import FORM, KINDS
from w2v_core.storage.home import new_id
from w2v_core.work.methods_record import methods_record

VECTORS = KINDS[0]
"""Which of a model's vectors are meant where nothing is said."""
FROM_PARTS = "Not in the text, so built from its parts: {}."


def add_model(parser: argparse.ArgumentParser) -> None:
    """The argument MODEL."""
    parser.add_argument(
        "model",
        type=Path,
        metavar="MODEL",
        help="A bundle (.zip), the folder of a model, or a file of vectors that the app imports.",
    )


def add_vectors(parser: argparse.ArgumentParser) -> None:
    """The option --vectors."""
    parser.add_argument(
        "--vectors",
        choices=(*KINDS, "counts", *VIEWS, FORM),
        default=VECTORS,
        help=f"Which of the model's vectors (default: {VECTORS}). {FORM}: those that the spelling of "
        "words gives.",
    )


def read_model(path: Path) -> SkipGram:
    """The model of a path, without its text (ValueError or OSError, with a sentence)."""
    if is_folder(path):
        return load_model(path, corpus=False)
    with _imported(path) as (library, id):
        return library.load(id)


def read_methods(path: Path) -> dict[str, Any]:
    """How the model of a path was made (errors as for ``read_model``)."""
    with model_in_library(path) as (library, id):
        return methods_record(library, id)


@contextmanager
def model_in_library(path: Path) -> Iterator[tuple[Library, str]]:
    """The model of a path, its text and results included, in a library that goes with the block, and its
    id there (errors as for ``read_model``)."""
    if not is_folder(path):
        with _imported(path) as found:
            yield found
        return
    with scratch_library() as library:
        id = new_id()
        shutil.copytree(path, library.home / "models" / id)
        yield library, id


def is_folder(path: Path) -> bool:
    """Whether a path is the folder of a model; ValueError for another folder."""
    if path.is_dir() and not (path / "model.json").is_file():
        raise ValueError(f"The folder {path} holds no model: there is no model.json in it.")
    return path.is_dir()


@contextmanager
def _imported(path: Path) -> Iterator[tuple[Library, str]]:
    if path.exists() and not path.is_file():
        raise ValueError(f"{path} is not a file: name a bundle, vectors or the folder of a model.")
    with open(path, "rb") as file, scratch_library() as library:
        try:
            id = add_file(library, file, path.name)
        except ValueError as error:
            raise ValueError(f"{path.name} cannot be opened as a model. {error}") from error
        yield library, id
