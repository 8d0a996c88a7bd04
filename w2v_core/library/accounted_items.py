"""What is kept beside the models and counts like them: trainings without a model, texts, choices.

Texts that were made of others (read from files, prepared, a part of a model's text) belong to what they
were made of: they are listed, counted and deleted together.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from w2v_core.library.folder_contents import has_checkpoint
from w2v_core.library.library import Library
from w2v_core.library.texts import CHOICES, FILES, SOURCE
from w2v_core.queue.queue import Queue
from w2v_core.storage.files import modified, read_json, remove
from w2v_core.storage.home import is_id, model_folder
from w2v_core.storage.records import read_settings
from w2v_core.text.scratch import new_stamp
from w2v_core.visitors import quota

IN_USE = (
    "This text is used by a training that is waiting or running. Stop the training first, or wait "
    "until it ends."
)
_TRAINING_ON = "This training is waiting or running: stop it first."


@dataclass(frozen=True)
class Training:
    """A training that has left no model.

    ``state`` is the queue's, "lost" where the queue knows nothing of it; ``can_continue`` says whether
    there is a checkpoint.
    """

    id: str
    name: str
    state: str
    bytes: int
    can_continue: bool

    @property
    def ended(self) -> bool:
        return self.state not in ("queued", "running")


@dataclass(frozen=True)
class Text:
    """A text or an upload, and the texts that were made of it, by their ids.

    ``n_files`` counts the files that were uploaded together (0: none, it is one text); ``used`` is when
    it was last used, in seconds since 1970.
    """

    ids: tuple[str, ...]
    name: str
    n_files: int
    bytes: int
    used: float

    @property
    def n_made(self) -> int:
        return len(self.ids) - 1


@dataclass(frozen=True)
class Kept:
    """Everything that the visitor keeps beside their models: the bytes are those that count.

    ``choices`` holds the ids of the choices that addresses name; ``arriving`` counts the bytes that are
    being written just now.
    """

    trainings: tuple[Training, ...]
    texts: tuple[Text, ...]
    choices: tuple[str, ...]
    choices_bytes: int
    arriving: int

    @property
    def bytes(self) -> int:
        trainings = sum(training.bytes for training in self.trainings)
        texts = sum(text.bytes for text in self.texts)
        return trainings + texts + self.choices_bytes + self.arriving


def kept(library: Library, queue: Queue) -> Kept:
    """What is kept for the library's visitor; everybody's, for the person whose machine it is."""
    texts: list[Path] = []
    choices: list[Path] = []
    for folder in _own(library, "texts"):
        (choices if (folder / CHOICES).is_file() else texts).append(folder)
    arriving = [
        f for where in ("models", "texts") for f in _own(library, where, being_written=True)
    ]
    return Kept(
        _trainings(library, queue),
        _families(texts),
        tuple(folder.name for folder in choices),
        sum(map(quota.size, choices)),
        sum(map(quota.size, arriving)),
    )


def delete_training(library: Library, queue: Queue, id: str) -> None:
    """Delete a training that left no model, for good.

    Raises
    ------
    ValueError
        for one that waits or runs, one that left a model, and another person's.
    """
    library.rights.refuse_change(id)
    folder, job = library.model_folder(id), queue.get(id)
    if (folder / "model.json").exists() or not folder.is_dir():
        raise ValueError("This training is no longer here.")
    if job is not None and not job.ended:
        raise ValueError(_TRAINING_ON)
    remove(folder)
    queue.forget(id)
    quota.freed(library.home)


def stop_training(queue: Queue, id: str) -> None:
    """Ask for a training's end (ValueError for another person's); one that did not begin leaves
    nothing."""
    queue.request_stop(id)
    forget_cancelled(queue, id)


def forget_cancelled(queue: Queue, id: str) -> None:
    """Remove what a training left that was cancelled before its first checkpoint: nothing in it can be
    looked at or continued."""
    job = queue.get(id)
    if job is None or job.kind != "train" or job.state != "cancelled" or not is_id(id):
        return
    folder = model_folder(queue.home, id)
    if not ((folder / "checkpoint.npz").exists() or (folder / "model.json").exists()):
        remove(folder)
        quota.freed(queue.home)


def delete_text(library: Library, queue: Queue, id: str) -> None:
    """Delete a text or an upload, or the choices of an id, and the texts that were made of it, for good.

    Raises
    ------
    ValueError
        for a text that a training which waits or runs was started on, another person's, and one that is
        not here.
    """
    folders = {folder.name: folder for folder in _own(library, "texts")}
    if id not in folders:
        raise ValueError("This text is no longer here.")
    family = [name for name in folders if _root(folders, name) == _root(folders, id)]
    if in_use(queue).intersection(family):
        raise ValueError(IN_USE)
    for name in family:
        spare = folders[name].with_name(f".{new_stamp()}")
        with contextlib.suppress(FileNotFoundError):
            os.replace(folders[name], spare)
            if name in in_use(queue):  # a training was started at this moment
                os.replace(spare, folders[name])
                raise ValueError(IN_USE)
            remove(spare)
    quota.freed(library.home)


def in_use(queue: Queue) -> set[str]:
    """The ids of the texts that trainings read which wait or run."""
    whole = Queue(queue.home)  # everybody's: a text's address may have been given away
    return {str(job.payload.get("text")) for job in whole.unfinished() if job.kind == "train"}


def _trainings(library: Library, queue: Queue) -> tuple[Training, ...]:
    found = []
    damaged = {one.id for one in library.damaged(queue)}  # which have a list of their own
    for folder in quota.folders(library.home, "models"):
        id = folder.name
        if not is_id(id) or (folder / "model.json").exists() or not library.rights.owns(id):
            continue
        if id in damaged:
            continue
        job = queue.get(id)
        found.append(
            Training(
                id,
                _name_of(folder),
                "lost" if job is None else job.state,
                quota.size(folder),
                has_checkpoint(folder),
            )
        )
    return tuple(sorted(found, key=lambda training: (training.ended, training.name)))


def _name_of(folder: Path) -> str:
    try:
        return read_settings(folder).name or "a training"
    except (OSError, ValueError):
        return "a training"


def _families(texts: list[Path]) -> tuple[Text, ...]:
    folders = {folder.name: folder for folder in texts}
    families: dict[str, list[Path]] = {}
    for id, folder in folders.items():
        families.setdefault(_root(folders, id), []).append(folder)
    found = []
    for id, members in families.items():
        members.sort(key=lambda folder: folder.name != id)
        found.append(
            Text(
                tuple(folder.name for folder in members),
                _text_name(folders[id]),
                _n_files(folders[id]),
                sum(map(quota.size, members)),
                max(map(modified, members)),
            )
        )
    return tuple(sorted(found, key=lambda text: text.used, reverse=True))


def _root(folders: dict[str, Path], id: str) -> str:
    """What a text was made of in the first place, as far as it is here."""
    seen = {id}
    while True:
        try:
            source = (folders[id] / SOURCE).read_text(encoding="utf-8")
        except (OSError, ValueError):
            return id
        if source not in folders or source in seen:
            return id
        seen.add(source)
        id = source


def _text_name(folder: Path) -> str:
    with contextlib.suppress(OSError, ValueError):
        if name := (folder / ".name").read_text(encoding="utf-8").strip():
            return name
    return "a text"


def _n_files(folder: Path) -> int:
    with contextlib.suppress(OSError, ValueError, TypeError):
        return len(read_json(folder / FILES))
    return 0


def _own(library: Library, where: str, being_written: bool = False) -> list[Path]:
    """The visitor's folders of models or texts."""
    return [
        folder
        for folder in quota.folders(library.home, where)
        if is_id(folder.name) != being_written and library.rights.keeps(quota.folder_owner(folder))
    ]
