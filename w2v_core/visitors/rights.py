"""What a visitor may see and change: every check of a right stands here, and nowhere else.

In sharing mode a model has two addresses:

to read    its id, 128 random bits. Who has it can look at the model, and take it away.
to own     a key beside the id, 128 other random bits, in the file ``owner.key`` of the model's folder.
           Who opens it may rename, continue and delete the model, as may who made it.

With accounts (the operator's own login) the account owns, and keys open nothing. What an operator
publishes (``W2V_PUBLISHED``, ids of models) everyone may look at and nobody may change; the same holds for
the sample models that come with the app (``storage.sample_ids``), which are nobody's.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from w2v_core.queue.queue import Job
from w2v_core.storage.home import is_id, is_published
from w2v_core.storage.sample_ids import is_sample
from w2v_core.visitors import key_files
from w2v_core.visitors.ownership import Visitor, is_token

_LONG = 32  # characters of an id that cannot be guessed: 128 bits


@dataclass(frozen=True)
class Rights:
    """The rights of one visitor to what one ``W2V_HOME`` holds.

    Nothing is remembered: each question is answered by what the disk says when it is asked.

    Parameters
    ----------
    home : Path
        The folder for models, texts and the queue.
    visitor : Visitor
        Who asks.
    """

    home: Path
    visitor: Visitor

    def may_read(self, id: str) -> bool:
        """Whether the visitor may look at this model, training or text: with its address, if that cannot
        be guessed, or because it is published, a sample, or theirs."""
        if not is_id(id):
            return False
        if is_sample(id):
            return True
        return self.visitor.everything or len(id) == _LONG or is_published(id) or self.owns(id)

    def refuse_unreadable(self, key: str) -> None:
        """ValueError, with a sentence, for a model or a text that the visitor may not look at; the
        samples, whose keys hold a colon, are everybody's."""
        if ":" not in key and not self.may_read(key):
            raise ValueError("This is not here, or you may not see it.")

    def owns(self, id: str) -> bool:
        """Whether this model, or training, is the visitor's; a sample model is nobody's."""
        if is_sample(id):
            return False
        if self.visitor.everything:
            return True
        if not self.visitor.owner or not is_id(id):
            return False
        folder = key_files.kept_folder(self.home, id)
        if key_files.owner_of(folder) == self.visitor.owner:
            return True
        if self.visitor.by_account:
            return False
        held = key_files.held_keys(self.home, self.visitor.owner).get(id)
        return held is not None and key_files.is_key(held, folder)

    def keeps(self, owner: str) -> bool:
        """Whether what an owner keeps, texts and choices included, is the visitor's to see."""
        return self.visitor.everything or bool(owner and owner == self.visitor.owner)

    def may_change(self, id: str) -> bool:
        """Whether the visitor may rename, continue or delete this model."""
        return self.owns(id) and not is_published(id)

    def refuse_change(self, id: str) -> None:
        """ValueError, with a sentence, where ``may_change`` is false."""
        if is_sample(id):
            raise ValueError("This is a sample, the same for everyone, so it cannot be changed.")
        if is_published(id):
            raise ValueError("This model is published for everyone, so it cannot be changed here.")
        if not self.owns(id):
            raise ValueError(
                "This model belongs to someone else: you can look at it and download it. To "
                "rename, continue or delete it, open its owner's address."
            )

    def refuse_unknown(self) -> None:
        """ValueError, with a sentence, for a visitor who can make nothing because nobody knows them."""
        if self.visitor.everything or self.visitor.owner:
            return
        if self.visitor.by_account:
            raise ValueError("Log in first. What you make is then kept in your account.")
        raise ValueError(
            "This visitor is not known, so nothing can be created for them: reload the page."
        )

    def refuse_all_but_operator(self, what: str) -> None:
        """ValueError, with a sentence, for everyone but the person whose machine it is; ``what`` is what
        only they do."""
        if not self.visitor.everything:
            raise ValueError(f"Only the operator {what}.")

    # Jobs.

    def may_stop(self, job: Job) -> bool:
        """Whether the visitor may end a job: they asked for it, or its model is theirs."""
        if self.keeps(job.owner):
            return True
        return self.owns(job.id if job.kind == "train" else str(job.payload.get("model")))

    def refuse_stop(self, job: Job) -> None:
        """ValueError, with a sentence, where ``may_stop`` is false."""
        if not self.may_stop(job):
            raise ValueError("Another person started this: only they can stop it.")

    # The owner's address.

    def held(self) -> list[str]:
        """The ids of the models that the visitor owns by their owner's address alone."""
        who = self.visitor
        if who.everything or who.by_account or not who.owner:
            return []
        return [id for id in key_files.held_keys(self.home, who.owner) if self.owns(id)]

    def owner_key(self, id: str) -> str:
        """What an owner's address holds beside the id; made when it is first asked for.

        Raises
        ------
        ValueError
            for a visitor whose model it is not.
        """
        if not self.owns(id):
            self.refuse_change(id)
        key = key_files.read_key(key_files.kept_folder(self.home, id))
        return self.new_owner_key(id) if key is None else key

    def new_owner_key(self, id: str) -> str:
        """Another key: owner's addresses that were given away before open nothing any more (errors as for
        ``owner_key``)."""
        if not self.owns(id):
            self.refuse_change(id)
        folder = key_files.kept_folder(self.home, id)
        key, owner = key_files.write_new_key(folder), self.visitor.owner
        if owner and key_files.owner_of(folder) != owner:  # who has it by its address keeps it
            key_files.hold(self.home, owner, id, key)
        return key

    def claim(self, id: object, key: object) -> bool:
        """Open an owner's address: from now on the model is the visitor's too. False, and nothing changed,
        where it is not the owner's address, and for accounts, to which it is none."""
        who = self.visitor
        if who.everything or who.by_account or not who.owner or not is_id(id) or not is_token(key):
            return False
        folder = key_files.kept_folder(self.home, id)
        if not key_files.is_key(key, folder):
            return False
        if key_files.owner_of(folder) != who.owner:
            key_files.hold(self.home, who.owner, id, key)
        return True
