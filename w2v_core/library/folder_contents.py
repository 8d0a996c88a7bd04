"""What a folder of the library holds: a model, a training, or something damaged.

Functions of folders: they ask nobody's rights.
"""

from __future__ import annotations

import contextlib
import functools
from pathlib import Path

from w2v_core.library.model_files import check_model
from w2v_core.storage import catalog, records
from w2v_core.storage.catalog import Entry, Unfinished
from w2v_core.storage.files import Damaged


def entry_in(folder: Path) -> Entry:
    """The model in a folder (errors as for ``load_model``); its arrays are not read, but their file must
    promise them."""
    return _entry(folder, catalog.stamp(folder))


@functools.lru_cache(1_000)
def _entry(folder: Path, stamp: str) -> Entry:
    record, about = check_model(folder), records.read_about(folder)
    source = about.source
    if source is None:
        with contextlib.suppress(FileNotFoundError):
            source = records.read_settings(folder).name  # a text's own name
    n_words, dim = record.shape
    return Entry(
        folder.name,
        about.name or record.name or folder.name,
        record.created,
        n_words,
        dim,
        record.loss,
        source or "",
        record.n_tokens,
        about.owner,
    )


def found_in(folder: Path) -> Entry | Unfinished:
    """What a folder holds: a model, or a training or something damaged."""
    why = ""
    try:
        if not folder.is_dir():
            raise Damaged("There is a file, or a link that leads nowhere, in place of its folder.")
        return entry_in(folder)
    except FileNotFoundError:
        why = _wrong_training(folder)
    except Damaged as error:
        why = str(error)
    name = ""
    for read in (records.read_about, records.read_settings):
        with contextlib.suppress(OSError, Damaged):
            name = name or read(folder).name or ""
    return Unfinished(folder.name, name, records.read_owner(folder), why)


def _wrong_training(folder: Path) -> str:
    """What is wrong with a folder without a model; empty where a training is to make one."""
    try:
        records.read_settings(folder)
        records.read_about(folder)
    except FileNotFoundError:
        return "It contains neither a model nor the settings of a training: model.json is missing."
    except Damaged as error:
        return str(error)
    return ""


def has_checkpoint(folder: Path) -> bool:
    """Whether a training left a checkpoint to go on from: it was stopped, killed, or failed."""
    return (folder / "checkpoint.npz").is_file() and (folder / "corpus.json").is_file()
