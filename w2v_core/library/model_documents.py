"""Where the documents of a text stand in it, kept beside the text and in the folder of its model.

texts/<id>/.documents.json    beside a text made of several: where each stands in it, and how it was made
models/<id>/documents.json    the same, of the text that a model was trained on

Functions of files: they ask nobody's rights.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from w2v_core.library.choices import Choices
from w2v_core.storage.files import copy_file, read_json, write_json
from w2v_core.storage.limits import max_text_bytes
from w2v_core.text.documents import Documents, Source, gather
from w2v_core.text.preparation import STEPS, prepare

DOCUMENTS = ".documents.json"


def read_documents(file: Path) -> Documents | None:
    """Where documents stand, as a file says; None where there is none."""
    return Documents.from_json(read_json(file)) if file.is_file() else None


def model_documents(folder: Path) -> Documents | None:
    """Where the documents of a model's text stand in it; None where they are not known."""
    return read_documents(folder / "documents.json")


def keep_documents(text: Path, folder: Path) -> None:
    """Keep what is known of a text's documents in the folder of its model."""
    if (record := text.with_name(DOCUMENTS)).is_file():
        copy_file(record, folder / "documents.json")


def make_again(files: Path, preparation: dict[str, Any], out: Path) -> None:
    """Write the text that a methods record describes from the files it was made of.

    Parameters
    ----------
    files : Path
        The one file, or a folder that holds all of them.
    preparation : dict
        What ``formats.text_facts`` says of it.
    out : Path
        The text.

    Raises
    ------
    ValueError, OSError
        with a sentence.
    """
    given = [Source(files.name, files)]
    if files.is_dir():
        order = [str(line).split(" · ")[0] for line in preparation.get("sources") or []]
        there = {file.name: file for file in sorted(files.iterdir()) if file.is_file()}
        names = [name for name in order if name in there] or list(there)
        given = [Source(name, there[name]) for name in names]
    choices = Choices.from_json(
        {
            "gathering": preparation.get("gathering") or {},
            "chosen": preparation.get("chosen") or {},
            "left_out": preparation.get("left_out") or [],
            "preparation": {name: preparation[name] for name in STEPS if name in preparation},
            "stop_words": [],
            "phrases": [],
        }
    )
    with open(out, "w+b") as whole:
        documents = gather(given, whole, choices.gathering, max_text_bytes())
    steps = choices.preparation
    if choices.chosen or choices.left_out or steps or steps.gutenberg:
        rows = documents.rows(choices.chosen, choices.left_out)
        first = out.with_name(f"{out.name}.whole")
        os.replace(out, first)
        try:
            with open(first, "rb") as text, open(out, "wb") as target:
                part = documents.part(rows)
                documents = prepare(text, part, target, steps).documents
        finally:
            first.unlink()
    write_json(out.with_name(DOCUMENTS), {**documents.as_json(), "preparation": preparation})
