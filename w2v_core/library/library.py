"""The models and texts on this machine, in ``W2V_HOME``, as one visitor may use them.

models/<id>/     one folder a model; it is one as soon as model.json stands in it; about.json holds
                 what may change about it: its name, where it came from
deleted/<id>/    a deleted model, for a day
texts/<id>/      an uploaded or pasted text, named as the person named it, until it is trained

What an operator publishes (``W2V_PUBLISHED``, ids of models) is read-only for everyone.
"""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from w2v_core.library import deletion, training_history
from w2v_core.library.deletion import Deleted
from w2v_core.library.folder_contents import entry_in, found_in, has_checkpoint
from w2v_core.library.model_files import load_model, write_about
from w2v_core.library.texts import TEXTS_KEPT, Texts
from w2v_core.model.skipgram import SkipGram
from w2v_core.queue.queue import Job, Queue
from w2v_core.storage import catalog, clock, records
from w2v_core.storage.catalog import Entry, Unfinished
from w2v_core.storage.files import OWNER, Damaged, remove, scratch_folder, sentence, write_json
from w2v_core.storage.home import model_folder, new_id
from w2v_core.storage.left_over_files import forget_left_over
from w2v_core.storage.names import clean
from w2v_core.storage.sample_ids import SAMPLE_IDS, are_samples_offered, is_sample
from w2v_core.visitors import quota
from w2v_core.visitors.ownership import Visitor
from w2v_core.visitors.rights import Rights

LONGEST_NAME = 100
MOST_LOST = 5  # trainings that broke off, of which the page of trainings tells


@dataclass(frozen=True)
class Library:
    """What one visitor may see and change of a ``W2V_HOME``.

    It holds no files open and remembers nothing, so it costs nothing to make: a page makes one for each
    answer, a worker or a script of the operator's makes ``Library(home(), OPERATOR)``.

    Parameters
    ----------
    home : Path
        The folder for models, texts and the queue.
    visitor : Visitor
        Who asks.
    """

    home: Path
    visitor: Visitor

    @functools.cached_property
    def rights(self) -> Rights:
        """What the visitor may see and change."""
        return Rights(self.home, self.visitor)

    @functools.cached_property
    def texts(self) -> Texts:
        """The texts that the visitor may read, or keeps."""
        return Texts(self.rights)

    def model_folder(self, id: str) -> Path:
        """The folder of a model, finished or in training.

        Raises
        ------
        ValueError
            for what cannot be an id, and for a model that the visitor may not look at.
        """
        folder = model_folder(self.home, id)
        self.rights.refuse_unreadable(id)
        return folder

    # Finished models.

    def models(self, owner: str | None = None) -> list[Entry]:
        """The finished models, or an owner's, the newest first; in sharing mode only those that are the
        visitor's. Folders that cannot be read are among the ``damaged``, and the models that come with the
        app among the ``samples``."""
        who = self.visitor
        if who.everything:
            found = catalog.listed(self.home, found_in, owner)
            return [entry for entry in found if not is_sample(entry.id)]
        if not who.owner or owner not in (None, who.owner):
            return []
        entries = {e.id: e for e in catalog.listed(self.home, found_in, who.owner)}
        for id in self.rights.held():
            if id not in entries and self.is_finished(id):
                with contextlib.suppress(OSError, ValueError):
                    entries[id] = self.entry(id)
        return sorted(entries.values(), key=lambda e: e.created, reverse=True)

    def samples(self) -> list[Entry]:
        """The sample models that are here, in their own order; none where the operator wants none."""
        found = []
        for id in SAMPLE_IDS if are_samples_offered() else ():
            with contextlib.suppress(OSError, ValueError):
                found.append(self.entry(id))
        return found

    def entry(self, id: str) -> Entry:
        """One finished model (errors as for ``load_model``)."""
        folder = self.model_folder(id)
        if (why := catalog.noted_damage(folder)) is not None:
            raise Damaged(why)
        return entry_in(folder)

    def load(self, id: str) -> SkipGram:
        """A finished model without its text (errors as for ``load_model``). One that turns out to be
        damaged is listed as such from now on."""
        folder = self.model_folder(id)
        while True:
            before = catalog.stamp(folder)
            try:
                return load_model(folder, corpus=False)
            except Damaged as error:
                if catalog.stamp(folder) == before:  # and not put anew while it was read
                    catalog.note_damage(folder, str(error))
                    raise

    def is_finished(self, id: str) -> bool:
        """Whether the library holds this model, and the visitor may look at it."""
        try:
            return self.rights.may_read(id) and (self.model_folder(id) / "model.json").is_file()
        except OSError:  # a folder that may not be looked into
            return False

    def owner(self, id: str) -> str:
        """Whose a model, or a training, is ("": the one person's at this machine, and nobody's)."""
        return records.read_owner(self.model_folder(id))

    def size(self, id: str) -> int:
        """The bytes that a model takes on disk, its text and history included."""
        return catalog.size(self.model_folder(id))

    @contextlib.contextmanager
    def new_folder(self, owner: str | None = None) -> Iterator[tuple[str, Path]]:
        """The id of a new model, and a folder to make it in, which becomes the model's when the block ends
        well, and goes when it does not; what it takes meanwhile counts for its owner, the visitor where
        none is named (ValueError for a visitor who can make nothing)."""
        self.rights.refuse_unknown()
        id, place = new_id(), self.home / "models"
        forget_left_over(place)
        # Its name is no model's, so nobody sees it before it is whole.
        with scratch_folder(place, self.visitor.owner if owner is None else owner) as folder:
            yield id, folder
            (folder / OWNER).unlink(missing_ok=True)
            os.replace(folder, place / id)

    def rename(self, id: str, name: str) -> str:
        """Call a model something else; returns the name as kept.

        Raises
        ------
        ValueError
            without a name, for a published model, another person's, or one that is not there.
        """
        name = clean(name)[:LONGEST_NAME]
        if not name:
            raise ValueError("A model needs a name.")
        write_about(self._changeable(id), name=name)
        return name

    def _changeable(self, id: str) -> Path:
        self.rights.refuse_change(id)
        if not self.is_finished(id):
            raise ValueError("This model is no longer here.")
        return self.model_folder(id)

    # Deleted models.

    def delete(self, queue: Queue, id: str) -> None:
        """Delete a model; for a day it can be brought back by ``restore``.

        Raises
        ------
        ValueError
            for a published model, another person's, one in training, or one that is not there.
        """
        folder = self._changeable(id)
        _refuse_in_training(queue, id)
        deletion.put_aside(self.home, folder)
        with contextlib.suppress(OSError):  # its jobs know no model any more
            queue.forget(id)

    def deleted(self) -> list[Deleted]:
        """The models that can be brought back, the last deleted first; in sharing mode the visitor's."""
        return [gone for gone in deletion.all_deleted(self.home) if self.rights.owns(gone.id)]

    def restore(self, id: str) -> None:
        """Bring a deleted model back.

        Raises
        ------
        ValueError
            when its day is over.
        """
        gone = next((entry for entry in self.deleted() if entry.id == id), None)
        if gone is None:
            raise ValueError("This model cannot be restored: it was deleted more than a day ago.")
        if gone.why:
            raise Damaged(f"This model cannot be restored. {gone.why}")
        deletion.bring_back(self.home, id)

    def forget(self, id: str) -> None:
        """Remove a deleted model for good (errors as for ``restore``)."""
        if not any(entry.id == id for entry in self.deleted()):
            raise ValueError("This model is no longer here.")
        remove(self.home / "deleted" / id)
        quota.freed(self.home)

    # Damaged folders.

    def damaged(self, queue: Queue) -> list[Unfinished]:
        """The folders that cannot be read, each with a sentence that says why; in sharing mode the
        visitor's, and where their owner cannot be read either, the operator's alone."""
        found = []
        for one in catalog.unfinished(self.home, found_in):
            if not self.rights.owns(one.id):
                continue
            job, folder = queue.get(one.id), self.model_folder(one.id)
            if one.why:
                if job is None or job.ended or (folder / "model.json").exists():
                    found.append(one)
            elif job is None or job.state == "done":  # no list of trainings shows it
                why = "Its training has ended, but its file model.json is missing."
                if has_checkpoint(folder):
                    why += " Its last checkpoint is here: the training can be continued from there."
                found.append(Unfinished(one.id, one.name, one.owner, why))
        return found

    def damage(self, id: str) -> str | None:
        """What is wrong with a folder, in a sentence; None for a whole model, a training, what is not here
        and what the visitor may not look at."""
        folder = self.home / "models" / id
        if not self.rights.may_read(id) or not os.path.lexists(folder):
            return None
        try:
            noted = catalog.noted_damage(folder)
            found = found_in(folder)
        except OSError as error:
            return sentence(error)
        return noted or (found.why if isinstance(found, Unfinished) else None) or None

    def delete_damaged(self, queue: Queue, id: str) -> None:
        """Remove a damaged folder, for good and at once.

        Raises
        ------
        ValueError
            for a published model, another person's, one in training, or a folder that can be read again.
        OSError
            when the system does not let it go.
        """
        self.rights.refuse_change(id)
        _refuse_in_training(queue, id)
        if not any(one.id == id for one in self.damaged(queue)):
            raise ValueError("This folder is no longer here, or can be read again: see the list.")
        remove(self.model_folder(id))
        queue.forget(id)

    # Trainings.

    def start_training(
        self,
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
            A text's key: "sample:<name>" or the id that ``Texts.keep`` gave.
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
        quota.refuse_full(self.rights)
        if ":" not in text:
            # Its days begin again.
            os.utime(self.texts.file(text).parent, (clock.now(),) * 2)
        with (
            quota.spending(self.home, queue.owner),
            self.new_folder(queue.owner) as (id, folder),
        ):
            prepare_training(folder, queue.owner, name, text_parameters, model_parameters)
        try:
            queue.put("train", {"text": text}, id, expected)
            self.texts.file(text)  # it may have been deleted at this moment
        except Exception:
            queue.forget(id)
            shutil.rmtree(self.home / "models" / id, ignore_errors=True)
            raise
        return id

    def settings(self, id: str) -> records.Settings:
        """What a training was started with (FileNotFoundError, Damaged)."""
        return records.read_settings(self.model_folder(id))

    def can_continue(self, id: str) -> bool:
        """Whether a training left a checkpoint to go on from: it was stopped, killed, or failed."""
        return self.rights.may_read(id) and has_checkpoint(self.model_folder(id))

    def watch_words(self, id: str, words: Sequence[str]) -> None:
        """Follow these words in a training, from its next pass on; at most
        ``training_history.MOST_WATCHED`` (ValueError where it is not the visitor's)."""
        self.rights.refuse_change(id)
        training_history.write_watched(self.model_folder(id), list(words))

    def keep_checkpoint(self, queue: Queue, id: str) -> None:
        """Make a model of what a training that broke off had saved last.

        Raises
        ------
        ValueError
            where it is not the visitor's to change, or had saved nothing.
        Damaged
            where what it saved cannot be read.
        """
        self.rights.refuse_change(id)
        if not training_history.keep_checkpoint(self.model_folder(id)):
            raise ValueError("This training had not saved anything that could be kept.")
        queue.end(id, "done", "Kept from the last checkpoint.")

    def continue_training(self, queue: Queue, id: str) -> bool:
        """Queue a training again that has ended: it goes on from its last checkpoint, or begins anew
        where there is none. A worker does it: see ``worker.ensure_worker``.

        Returns
        -------
        bool
            False when it waits or runs already, is unknown, or has nothing left to do.
        """
        self.rights.refuse_change(id)
        job = queue.get(id)
        if job is None and self.can_continue(id):  # a folder that came from another machine's queue
            queue.put("train", {"text": None}, id)
            return True
        if job is None or (job.state == "done" and not self.can_continue(id)):
            return False
        if not (self.model_folder(id) / "settings.json").is_file():  # cancelled before it had begun
            return False
        return queue.put_again(id)


def unfinished_trainings(queue: Queue) -> list[Job]:
    """The trainings of a queue that run, that wait, and that broke off in the last days."""
    since = clock.now() - TEXTS_KEPT
    lost = [job for job in queue.jobs("train", "lost") if (job.finished or job.created) > since]
    return [job for job in queue.unfinished() if job.kind == "train"] + lost[:MOST_LOST]


def prepare_training(
    folder: Path, owner: str, name: str, text_parameters: dict[str, Any], model_parameters: dict
) -> None:
    """Write into a new model's folder what its training is to be (parameters as for
    ``Library.start_training``)."""
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


def _refuse_in_training(queue: Queue, id: str) -> None:
    job = queue.get(id)
    if job is not None and not job.ended:
        raise ValueError("This model is being trained: stop its training before deleting it.")
