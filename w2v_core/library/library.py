"""The models and texts on this machine, in ``W2V_HOME``.

models/<id>/     one folder a model; it is one as soon as model.json stands in it; about.json holds
                 what may change about it: its name, where it came from
deleted/<id>/    a deleted model, for a day; deleted.json says since when
texts/<id>/      an uploaded or pasted text, named as the person named it, until it is trained

What an operator publishes (``W2V_PUBLISHED``, ids of models) is read-only for everyone.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import hmac
import os
import re
import shutil
import time
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from w2v_core.library.model_files import check_model, load_model
from w2v_core.library.model_files import read_record as read_record
from w2v_core.model.skipgram import SkipGram
from w2v_core.queue.queue import Job, Queue
from w2v_core.storage import catalog, clock, records
from w2v_core.storage.catalog import Entry, Unfinished
from w2v_core.storage.files import (
    OWNER,
    Damaged,
    counted_file,
    read_json,
    remove,
    scratch_folder,
    sentence,
    write_json,
    write_text,
)
from w2v_core.storage.home import home, is_id, new_id
from w2v_core.storage.left_over_files import forget_left_over
from w2v_core.storage.limits import refuse_upload
from w2v_core.storage.names import clean, safe_name
from w2v_core.text.samples import sample_path
from w2v_core.visitors import ownership, quota

TEXTS_KEPT = 7 * 24 * 3600.0
"""Seconds after which an uploaded text goes; trained ones live on in their model's folder."""

DELETED_KEPT = 24 * 3600.0
"""Seconds for which a deleted model can be brought back."""
LONGEST_NAME = 100
MOST_LOST = 5  # trainings that broke off, of which the page of trainings tells


@dataclass(frozen=True)
class Deleted:
    """A deleted model that can still be brought back, until ``kept_until`` (as ``clock.now`` tells it), and
    the bytes that it takes until then; ``why`` says what is wrong with one that is damaged, and can only be
    removed for good."""

    id: str
    name: str
    kept_until: float
    bytes: int
    why: str = ""


def model_folder(id: str) -> Path:
    """The folder of a model, finished or in training.

    Raises
    ------
    ValueError
        for what cannot be an id, and for a model that the visitor may not look at.
    """
    if not ownership.may_read(id):
        raise ValueError("This is no model's id: choose a model from the list.")
    return home() / "models" / id


def models(owner: str | None = None) -> list[Entry]:
    """The finished models, or an owner's, the newest first; in sharing mode only those that are the
    visitor's. Folders that cannot be read are among the ``damaged``."""
    who = ownership.visitor()
    if who.everything:
        return catalog.listed(_found_in, owner)
    if not who.owner or owner not in (None, who.owner):
        return []
    entries = {e.id: e for e in catalog.listed(_found_in, who.owner)}
    for id in ownership.held():
        if id not in entries and is_finished(id):
            with contextlib.suppress(OSError, ValueError):
                entries[id] = entry(id)
    return sorted(entries.values(), key=lambda e: e.created, reverse=True)


def entry(id: str) -> Entry:
    """One finished model (errors as for ``load_model``)."""
    folder = model_folder(id)
    if (why := catalog.noted_damage(folder)) is not None:
        raise Damaged(why)
    return entry_in(folder)


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


def load(id: str) -> SkipGram:
    """A finished model without its text (errors as for ``load_model``). One that turns out to be damaged
    is listed as such from now on."""
    folder = model_folder(id)
    while True:
        before = catalog.stamp(folder)
        try:
            return load_model(folder, corpus=False)
        except Damaged as error:
            if catalog.stamp(folder) == before:  # and not put anew while it was read
                catalog.note_damage(folder, str(error))
                raise


# What is damaged.


def _found_in(folder: Path) -> Entry | Unfinished:
    """What a folder of the library holds: a model, a training, or something damaged."""
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
        return "It holds neither a model nor the settings of a training: model.json is missing."
    except Damaged as error:
        return str(error)
    return ""


def damaged(queue: Queue) -> list[Unfinished]:
    """The folders that cannot be read, each with a sentence that says why; in sharing mode the visitor's,
    and where their owner cannot be read either, the operator's alone."""
    found = []
    for one in catalog.unfinished(_found_in):
        if not ownership.owns(one.id):
            continue
        job = queue.get(one.id)
        if one.why:
            if job is None or job.ended or (model_folder(one.id) / "model.json").exists():
                found.append(one)
        elif job is None or job.state == "done":  # no list of trainings shows it
            why = "Its training has ended, but model.json, which the model stands in, is missing."
            if can_continue(one.id):
                why += " Its last checkpoint is here: the training can go on from there."
            found.append(Unfinished(one.id, one.name, one.owner, why))
    return found


def damage(id: str) -> str | None:
    """What is wrong with a folder, in a sentence; None for a whole model, a training, what is not here
    and what the visitor may not look at."""
    if not ownership.may_read(id) or not os.path.lexists(home() / "models" / id):
        return None
    try:
        noted = catalog.noted_damage(home() / "models" / id)
        found = _found_in(home() / "models" / id)
    except OSError as error:
        return sentence(error)
    return noted or (found.why if isinstance(found, Unfinished) else None) or None


def delete_damaged(queue: Queue, id: str) -> None:
    """Remove a damaged folder, for good and at once.

    Raises
    ------
    ValueError
        for a published model, another person's, one in training, or a folder that can be read again.
    OSError
        when the system does not let it go.
    """
    ownership.refuse_change(id)
    job = queue.get(id)
    if job is not None and not job.ended:
        raise ValueError("This model is being trained: stop its training before deleting it.")
    if not any(one.id == id for one in damaged(queue)):
        raise ValueError("This folder is not here any more, or can be read again: see the list.")
    remove(model_folder(id))
    queue.forget(id)


def read_about(folder: Path) -> records.About:
    """What may change about a model: its name as it was last called, where it came from, its owner
    (``Damaged`` where that cannot be read)."""
    return records.read_about(folder)


def write_about(folder: Path, **changes: Any) -> None:
    """Change some of it."""
    write_json(folder / "about.json", {**read_about(folder).as_json(), **changes})


def owner(id: str) -> str:
    """Whose a model, or a training, is ("": the one person's at this machine, and nobody's)."""
    return records.read_owner(model_folder(id))


def size(id: str) -> int:
    """The bytes that a model takes on disk, its text and history included."""
    return catalog.size(model_folder(id))


@contextlib.contextmanager
def new_folder(owner: str = "") -> Iterator[tuple[str, Path]]:
    """The id of a new model, and a folder to make it in, which becomes the model's when the block ends
    well, and goes when it does not; what it takes meanwhile counts for its owner (ValueError for a visitor
    who can make nothing)."""
    ownership.refuse_unknown()
    id = new_id()
    forget_left_over(home() / "models")
    # Its name is no model's, so nobody sees it before it is whole.
    with scratch_folder(home() / "models", owner) as folder:
        yield id, folder
        (folder / OWNER).unlink(missing_ok=True)
        os.replace(folder, home() / "models" / id)


def rename(id: str, name: str) -> str:
    """Call a model something else; returns the name as kept.

    Raises
    ------
    ValueError
        without a name, for a published model, another person's, or one that is not there.
    """
    name = clean(name)[:LONGEST_NAME]
    if not name:
        raise ValueError("A model needs a name.")
    write_about(_changeable(id), name=name)
    return name


def delete(queue: Queue, id: str) -> None:
    """Delete a model; for a day it can be brought back by ``restore``.

    Raises
    ------
    ValueError
        for a published model, another person's, one in training, or one that is not there.
    """
    folder = _changeable(id)
    job = queue.get(id)
    if job is not None and not job.ended:
        raise ValueError("This model is being trained: stop its training before deleting it.")
    forget_deleted()
    make_places()
    if (folder / "deleted.json").is_dir():
        remove(folder / "deleted.json")
    with contextlib.suppress(OSError):  # a full disk: then the folder's own time says since when
        write_json(folder / "deleted.json", {"at": clock.now()})
    os.utime(folder)
    os.replace(folder, home() / "deleted" / id)
    with contextlib.suppress(OSError):  # its jobs know no model any more
        queue.forget(id)


def make_places() -> None:
    """The folders that deleting needs; they are made early, as a full disk has no room even for them."""
    (home() / "deleted").mkdir(exist_ok=True)


def deleted() -> list[Deleted]:
    """The models that can be brought back, the last deleted first; in sharing mode the visitor's."""
    return [gone for gone in _all_deleted() if ownership.owns(gone.id)]


def _all_deleted() -> list[Deleted]:
    found = []
    for folder in (home() / "deleted").glob("*"):
        if not is_id(folder.name):
            continue
        try:
            until = _kept_until(folder)
            here = _found_in(folder)
        except OSError:
            continue
        if until > clock.now():
            why = here.why if isinstance(here, Unfinished) else ""
            name = here.name or folder.name
            found.append(Deleted(folder.name, name, until, quota.size(folder), why))
    return sorted(found, key=lambda d: d.kept_until, reverse=True)


def _kept_until(folder: Path) -> float:
    try:
        at = records.DeletedRecord.from_json(read_json(folder / "deleted.json")).at
    except (Damaged, FileNotFoundError):
        at = folder.lstat().st_mtime
    return at + DELETED_KEPT


def restore(id: str) -> None:
    """Bring a deleted model back.

    Raises
    ------
    ValueError
        when its day is over.
    """
    gone = next((entry for entry in deleted() if entry.id == id), None)
    if gone is None:
        raise ValueError("This model cannot be brought back: it was deleted more than a day ago.")
    if gone.why:
        raise Damaged(f"This model cannot be brought back. {gone.why}")
    os.replace(home() / "deleted" / id, model_folder(id))
    (model_folder(id) / "deleted.json").unlink(missing_ok=True)


def forget(id: str) -> None:
    """Remove a deleted model for good (errors as for ``restore``)."""
    if not any(entry.id == id for entry in deleted()):
        raise ValueError("This model is not here any more.")
    remove(home() / "deleted" / id)
    quota.freed()


def forget_deleted() -> None:
    """Remove for good what was deleted more than a day ago. Each folder is judged by itself: one that
    comes at this moment, from another tab, is not taken for an old one, nor one that cannot be read."""
    for folder in (home() / "deleted").glob("*"):
        with contextlib.suppress(OSError):
            if not is_id(folder.name) or _kept_until(folder) <= clock.now():
                remove(folder)


def _changeable(id: str) -> Path:
    ownership.refuse_change(id)
    if not is_finished(id):
        raise ValueError("This model is not here any more.")
    return model_folder(id)


def is_finished(id: str) -> bool:
    """Whether the library holds this model, and the visitor may look at it."""
    try:
        return ownership.may_read(id) and (model_folder(id) / "model.json").is_file()
    except OSError:  # a folder that may not be looked into
        return False


def start_training(
    queue: Queue,
    text: str,
    name: str,
    text_parameters: dict[str, Any],
    model_parameters: dict,
    expected: float | None = None,
) -> str:
    """Queue a training; returns the id of the model it will make, which is the queue's owner's.

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
    expected : float, optional
        The seconds it will take, where somebody knows.

    Raises
    ------
    ValueError
        where there is no room for another model, or in the queue.
    """
    quota.refuse_full()
    if ":" not in text and not ownership.may_read(text):
        raise ValueError("This text is no longer here: choose or upload it again.")
    if ":" not in text:
        os.utime(text_file(text).parent, (clock.now(),) * 2)  # its days begin again
    with quota.spending(queue.owner), new_folder(queue.owner) as (id, folder):
        _prepare_training(folder, queue.owner, name, text_parameters, model_parameters)
    try:
        queue.put("train", {"text": text}, id, expected)
        text_file(text)  # it may have been deleted at this moment
    except Exception:
        queue.forget(id)
        shutil.rmtree(home() / "models" / id, ignore_errors=True)
        raise
    return id


def _prepare_training(
    folder: Path, owner: str, name: str, text_parameters: dict[str, Any], model_parameters: dict
) -> None:
    if owner:
        write_about(folder, owner=owner)
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


def unfinished_trainings(queue: Queue, owner: str | None = None) -> list[Job]:
    """The trainings that run, that wait, and that broke off in the last days, or an owner's."""
    since = clock.now() - TEXTS_KEPT
    lost = [job for job in queue.jobs("train", "lost") if (job.finished or job.created) > since]
    found = [job for job in queue.unfinished() if job.kind == "train"] + lost[:MOST_LOST]
    return [job for job in found if owner in (None, job.owner)]


def can_continue(id: str) -> bool:
    """Whether a training left a checkpoint to go on from: it was stopped, killed, or failed."""
    if not ownership.may_read(id):
        return False
    folder = model_folder(id)
    return (folder / "checkpoint.npz").is_file() and (folder / "corpus.json").is_file()


def continue_training(queue: Queue, id: str) -> bool:
    """Queue a training again that has ended: it goes on from its last checkpoint, or begins anew
    where there is none. A worker does it: see ``worker.ensure_worker``.

    Returns
    -------
    bool
        False when it waits or runs already, is unknown, or has nothing left to do.
    """
    ownership.refuse_change(id)
    job = queue.get(id)
    if job is None and can_continue(id):  # a folder that came from another machine's queue
        queue.put("train", {"text": None}, id)
        return True
    if job is None or (job.state == "done" and not can_continue(id)):
        return False
    if not (model_folder(id) / "settings.json").is_file():  # cancelled before it had begun
        return False
    return queue.put_again(id)


def settings(id: str) -> records.Settings:
    """What a training was started with (FileNotFoundError, Damaged)."""
    return records.read_settings(model_folder(id))


def keep_text(name: str, data: bytes | Iterable[bytes]) -> str:
    """Keep an uploaded or pasted text; returns its id, the same for the same name, bytes and owner.
    In sharing mode nobody can work it out from the text.

    Raises
    ------
    ValueError
        for more bytes than are taken, or than there is room for; what was kept before is as it was.
    """
    forget_old_texts()
    quota.refuse_full(0)
    name = re.sub(r"[\x00-\x1f\x7f]", " ", name)[-200:]
    owner = ownership.visitor().owner
    digest = hmac.new(ownership.secret(), digestmod=hashlib.sha256)
    for part in (owner, name):
        digest.update(hashlib.sha256(part.encode("utf-8", "replace")).digest())
    with quota.spending(), scratch_folder(home() / "texts", owner) as folder:
        with counted_file(folder / safe_name(name)) as file:
            size = 0
            for piece in [data] if isinstance(data, bytes) else data:
                size += len(piece)
                refuse_upload(size, "This text")
                digest.update(piece)
                file.write(piece)
        write_text(folder / ".name", name)
        id = digest.hexdigest()[:32]
        put_text(folder, id)
    return id


def put_text(folder: Path, id: str) -> None:
    """Let a folder become the text of an id; one that is whole and there already stays, as what is
    kept of it is the same."""
    place = home() / "texts" / id
    if place.is_dir() and not ((place / ".files.json").is_file() or list(place.glob("[!.]*"))):
        shutil.rmtree(place, ignore_errors=True)  # a process was killed while it made it
    if not place.is_dir():
        try:
            os.replace(folder, place)
        except OSError:
            if not place.is_dir():  # another visitor's page was faster
                raise
    os.utime(place, (clock.now(),) * 2)


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
    known = ownership.may_read(key)
    found = (home() / "texts" / key).glob("[!.]*") if known else ()
    files = [file for file in found if file.is_file()]
    if not files:
        raise ValueError("This text is no longer here: choose or upload it again.")
    return files[0]


def text_name(key: str) -> str:
    """What the person called a text (errors as for ``text_file``)."""
    file = text_file(key)
    try:
        return records.text_in(".name", file.with_name(".name").read_text(encoding="utf-8"))
    except (OSError, ValueError):  # names on the disk may be of any bytes
        return file.name.encode("utf-8", "replace").decode("utf-8")


def forget_old_texts(in_use: Collection[str] = ()) -> None:
    """Remove the texts that nobody has used for ``TEXTS_KEPT``; those ``in_use`` stay."""
    for folder in (home() / "texts").glob("*"):
        with contextlib.suppress(OSError):  # deleted at this moment
            old = clock.now() - folder.lstat().st_mtime > TEXTS_KEPT
            if old and is_id(folder.name) and folder.name not in in_use:
                remove(folder)
