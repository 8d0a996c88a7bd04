"""The models and texts on this machine, in ``W2V_HOME``.

models/<id>/     one folder a model; it is one as soon as model.json stands in it
texts/<id>/      an uploaded or pasted text, named as the person named it, until it is trained
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from w2v_core.runs.files import read_json, write_json
from w2v_core.runs.formats import read_record
from w2v_core.runs.home import home, is_id, new_id
from w2v_core.runs.queue import Queue
from w2v_core.text.samples import sample_path

TEXTS_KEPT = 7 * 24 * 3600.0
"""Seconds after which an uploaded text goes; trained ones live on in their model's folder."""


@dataclass(frozen=True)
class Entry:
    """A finished model of the library; ``loss`` in nats per pair, ``created`` in seconds since 1970."""

    id: str
    name: str
    created: float
    n_words: int
    dim: int
    loss: float


def model_folder(id: str) -> Path:
    """The folder of a model, finished or in training.

    Raises
    ------
    ValueError
        for what cannot be an id.
    """
    if not is_id(id):
        raise ValueError("This is no model's id: choose a model from the list.")
    return home() / "models" / id


def models() -> list[Entry]:
    """The finished models, the newest first; folders that cannot be read are passed over."""
    entries = []
    for file in (home() / "models").glob("*/model.json"):
        if is_id(file.parent.name):
            try:
                entries.append(entry(file.parent.name))
            except (OSError, ValueError, KeyError, TypeError):
                continue
    return sorted(entries, key=lambda e: e.created, reverse=True)


def entry(id: str) -> Entry:
    """One finished model (errors as for ``load_model``)."""
    record = read_record(model_folder(id))
    n_words, dim = record["shape"]
    return Entry(
        id, record.get("name", id), record.get("created", 0.0), n_words, dim, record["loss"]
    )


def is_finished(id: str) -> bool:
    """Whether the library holds this model."""
    return is_id(id) and (model_folder(id) / "model.json").is_file()


def start_training(
    queue: Queue, text: str, name: str, text_parameters: dict[str, Any], model_parameters: dict
) -> str:
    """Queue a training; returns the id of the model it will make.

    Parameters
    ----------
    queue : Queue
    text : str
        A text's key: "sample:<name>" or the id that ``keep_text`` gave.
    name : str
        What the model is called.
    text_parameters : dict
        For ``Corpus.from_file``.
    model_parameters : dict
        For ``SkipGram``.
    """
    id = new_id()
    folder = model_folder(id)
    folder.mkdir(parents=True)
    write_json(
        folder / "settings.json",
        {
            "schema_version": 1,
            "name": name,
            "created": time.time(),
            "text": text_parameters,
            "model": model_parameters,
        },
    )
    queue.put("train", {"text": text}, id)
    return id


def settings(id: str) -> dict[str, Any]:
    """What a training was started with."""
    return read_json(model_folder(id) / "settings.json")


def keep_text(name: str, data: bytes | Iterable[bytes]) -> str:
    """Keep an uploaded or pasted text; returns its id, the same for the same name and bytes."""
    _forget_old_texts()
    folder = home() / "texts"
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[\x00-\x1f\x7f]", " ", name)[-200:]
    temporary = folder / f".{os.getpid()}-{new_id()}"
    digest = hashlib.sha256(name.encode("utf-8", "replace"))
    with open(temporary, "wb") as file:
        for piece in [data] if isinstance(data, bytes) else data:
            digest.update(piece)
            file.write(piece)
    id = digest.hexdigest()[:16]
    (folder / id).mkdir(exist_ok=True)
    (folder / id / ".name").write_text(name, encoding="utf-8", errors="replace")
    os.replace(temporary, folder / id / safe_name(name))
    os.utime(folder / id)
    return id


def text_file(key: str) -> Path:
    """The file of a text's key.

    Raises
    ------
    ValueError
        when there is none.
    """
    kind, _, name = key.partition(":")
    if kind == "sample" and name:
        return sample_path(name)
    files = list((home() / "texts" / key).glob("[!.]*")) if is_id(key) else []
    if not files:
        raise ValueError("This text is no longer here: choose or upload it again.")
    return files[0]


def text_name(key: str) -> str:
    """What the person called a text (errors as for ``text_file``)."""
    file = text_file(key)
    named = file.with_name(".name")
    return named.read_text(encoding="utf-8") if named.is_file() else file.name


def safe_name(name: str) -> str:
    """A file name that every system takes and that stays in its folder, never empty."""
    name = re.sub(r"[^\w .()-]", " ", name).strip(" .")[-60:].strip(" .")
    return name or "text.txt"


def _forget_old_texts() -> None:
    for folder in (home() / "texts").glob("*"):
        if is_id(folder.name) and time.time() - folder.stat().st_mtime > TEXTS_KEPT:
            shutil.rmtree(folder, ignore_errors=True)
