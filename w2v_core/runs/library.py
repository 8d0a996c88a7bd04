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
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from w2v_core.runs import bundles, catalog, imports, ownership, room
from w2v_core.runs.catalog import Entry
from w2v_core.runs.files import (
    OWNER,
    counted_file,
    forget_left_over,
    read_json,
    scratch_folder,
    write_json,
    write_text,
)
from w2v_core.runs.formats import read_record, save_model
from w2v_core.runs.home import home, is_id, new_id
from w2v_core.runs.limits import refuse_upload
from w2v_core.runs.queue import Job, Queue
from w2v_core.text.samples import sample_path

TEXTS_KEPT = 7 * 24 * 3600.0
"""Seconds after which an uploaded text goes; trained ones live on in their model's folder."""

DELETED_KEPT = 24 * 3600.0
"""Seconds for which a deleted model can be brought back."""
LONGEST_NAME = 100
MOST_LOST = 5  # trainings that broke off, of which the page of trainings tells


@dataclass(frozen=True)
class Deleted:
    """A deleted model that can still be brought back, until ``kept_until`` (seconds since 1970), and the
    bytes that it takes until then."""

    id: str
    name: str
    kept_until: float
    bytes: int


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
    visitor's. Folders that cannot be read are passed over."""
    who = ownership.visitor()
    if who.everything:
        return catalog.listed(entry_in, owner)
    if not who.owner or owner not in (None, who.owner):
        return []
    entries = {e.id: e for e in catalog.listed(entry_in, who.owner)}
    for id in ownership.held():
        if id not in entries and is_finished(id):
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                entries[id] = entry(id)
    return sorted(entries.values(), key=lambda e: e.created, reverse=True)


def entry(id: str) -> Entry:
    """One finished model (errors as for ``load_model``)."""
    return entry_in(model_folder(id))


def entry_in(folder: Path) -> Entry:
    """The model in a folder (errors as for ``load_model``)."""
    about = folder / "about.json"
    changed = about.stat().st_mtime_ns if about.is_file() else 0
    return _entry(folder, (folder / "model.json").stat().st_mtime_ns, changed)


@functools.lru_cache(1_000)
def _entry(folder: Path, changed: int, about_changed: int) -> Entry:
    record, about = read_record(folder), read_about(folder)
    n_words, dim = record["shape"]
    source = about.get("source")
    if source is None and (folder / "settings.json").is_file():
        source = read_json(folder / "settings.json").get("name")  # a text's own name
    return Entry(
        folder.name,
        about.get("name") or record.get("name", folder.name),
        record.get("created") or 0.0,
        n_words,
        dim,
        record["loss"],
        source or "",
        record.get("n_tokens"),
        about.get("owner") or "",
    )


def read_about(folder: Path) -> dict[str, Any]:
    """What may change about a model: its name as it was last called, where it came from, its owner."""
    file = folder / "about.json"
    return read_json(file) if file.is_file() else {}


def write_about(folder: Path, **changes: Any) -> None:
    """Change some of it."""
    write_json(folder / "about.json", {**read_about(folder), **changes})


def owner(id: str) -> str:
    """Whose a model, or a training, is ("": the one person's at this machine, and nobody's)."""
    return read_about(model_folder(id)).get("owner") or ""


def size(id: str) -> int:
    """The bytes that a model takes on disk, its text and history included."""
    return catalog.size(model_folder(id))


@contextlib.contextmanager
def new_folder(owner: str = "") -> Iterator[tuple[str, Path]]:
    """The id of a new model, and a folder to make it in, which becomes the model's when the block ends
    well, and goes when it does not; what it takes meanwhile counts for its owner."""
    id = new_id()
    forget_left_over(home() / "models")
    # Its name is no model's, so nobody sees it before it is whole.
    with scratch_folder(home() / "models", owner) as folder:
        yield id, folder
        (folder / OWNER).unlink(missing_ok=True)
        os.replace(folder, home() / "models" / id)


def add_file(
    file: BinaryIO,
    name: str,
    first: int | None = None,
    tell: Callable[[float], object] | None = None,
    owner: str | None = None,
) -> str:
    """Take in a model from a file: our bundle, word2vec text or binary, GloVe text, or one of these as
    .gz; returns its id. After an error the library is as before.

    Parameters
    ----------
    file : binary file
        One that can seek.
    name : str
        Of the file.
    first : int, optional
        Of vectors, keep only so many words, the first ones.
    tell : callable, optional
        Called with the share done (0 to 1); what it raises ends the reading.
    owner : str, optional
        Whose it is; the visitor's where left out.

    Raises
    ------
    ValueError
        with a sentence: what is wrong with it, or that there is no room for it.
    """
    room.refuse_full()
    owner = ownership.visitor().owner if owner is None else owner
    source = bundles.clean(name, "a file")
    called = (
        re.sub(r"(\.(gz|zip|w2v|bin|txt|vec|tsv))+$", "", source, flags=re.IGNORECASE) or source
    )
    with (
        room.spending(owner),
        new_folder(owner) as (id, folder),
        bundles.unpacked(file, folder) as (inner, is_bundle),
    ):
        if is_bundle:
            bundles.read_bundle(inner, folder, called, tell)
        else:
            found = imports.read_vectors(inner, first, tell)
            source += f" ({found.format})"
            save_model(found.model(), folder, name=called, created=time.time())
        whose = {"owner": owner} if owner else {}
        write_about(folder, source=source, imported=time.time(), **whose)
        room.refuse_full()  # another import may have been faster
    return id


def rename(id: str, name: str) -> str:
    """Call a model something else; returns the name as kept.

    Raises
    ------
    ValueError
        without a name, for a published model, another person's, or one that is not there.
    """
    name = bundles.clean(name)[:LONGEST_NAME]
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
    (home() / "deleted").mkdir(exist_ok=True)
    write_json(folder / "deleted.json", {"at": time.time()})
    os.replace(folder, home() / "deleted" / id)
    queue.forget(id)


def deleted() -> list[Deleted]:
    """The models that can be brought back, the last deleted first; in sharing mode the visitor's."""
    return [gone for gone in _all_deleted() if ownership.owns(gone.id)]


def _all_deleted() -> list[Deleted]:
    found = []
    for folder in (home() / "deleted").glob("*"):
        try:
            until = float(read_json(folder / "deleted.json")["at"]) + DELETED_KEPT
            if is_id(folder.name) and until > time.time():
                name = entry_in(folder).name
                found.append(Deleted(folder.name, name, until, room.size(folder)))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return sorted(found, key=lambda d: d.kept_until, reverse=True)


def restore(id: str) -> None:
    """Bring a deleted model back.

    Raises
    ------
    ValueError
        when its day is over.
    """
    if not any(entry.id == id for entry in deleted()):
        raise ValueError("This model cannot be brought back: it was deleted more than a day ago.")
    os.replace(home() / "deleted" / id, model_folder(id))
    (model_folder(id) / "deleted.json").unlink(missing_ok=True)


def forget(id: str) -> None:
    """Remove a deleted model for good (errors as for ``restore``)."""
    if not any(entry.id == id for entry in deleted()):
        raise ValueError("This model is not here any more.")
    shutil.rmtree(home() / "deleted" / id, ignore_errors=True)
    room.freed()


def forget_deleted() -> None:
    """Remove for good what was deleted more than a day ago."""
    kept = {entry.id for entry in _all_deleted()}
    for folder in (home() / "deleted").glob("*"):
        if folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)


def _changeable(id: str) -> Path:
    ownership.refuse_change(id)
    if not is_finished(id):
        raise ValueError("This model is not here any more.")
    return model_folder(id)


def is_finished(id: str) -> bool:
    """Whether the library holds this model, and the visitor may look at it."""
    return ownership.may_read(id) and (model_folder(id) / "model.json").is_file()


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
    room.refuse_full()
    if ":" not in text and not ownership.may_read(text):
        raise ValueError("This text is no longer here: choose or upload it again.")
    if ":" not in text:
        os.utime(text_file(text).parent)  # its days begin again
    with room.spending(queue.owner), new_folder(queue.owner) as (id, folder):
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
    since = time.time() - TEXTS_KEPT
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


def settings(id: str) -> dict[str, Any]:
    """What a training was started with."""
    return read_json(model_folder(id) / "settings.json")


def keep_text(name: str, data: bytes | Iterable[bytes]) -> str:
    """Keep an uploaded or pasted text; returns its id, the same for the same name, bytes and owner.
    In sharing mode nobody can work it out from the text.

    Raises
    ------
    ValueError
        for more bytes than are taken, or than there is room for; what was kept before is as it was.
    """
    forget_old_texts()
    room.refuse_full(0)
    name = re.sub(r"[\x00-\x1f\x7f]", " ", name)[-200:]
    owner = ownership.visitor().owner
    digest = hmac.new(ownership.secret(), digestmod=hashlib.sha256)
    for part in (owner, name):
        digest.update(hashlib.sha256(part.encode("utf-8", "replace")).digest())
    with room.spending(), scratch_folder(home() / "texts", owner) as folder:
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
    os.utime(place)


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
    files = list((home() / "texts" / key).glob("[!.]*")) if known else []
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


def forget_old_texts(in_use: Collection[str] = ()) -> None:
    """Remove the texts that nobody has used for ``TEXTS_KEPT``; those ``in_use`` stay."""
    for folder in (home() / "texts").glob("*"):
        with contextlib.suppress(FileNotFoundError):  # deleted at this moment
            old = time.time() - folder.stat().st_mtime > TEXTS_KEPT
            if old and is_id(folder.name) and folder.name not in in_use:
                shutil.rmtree(folder, ignore_errors=True)
