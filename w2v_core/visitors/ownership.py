"""Whose a model is, and who may do what with it.

On a machine of one's own nobody is asked: everything can be seen and changed. In sharing mode
(``W2V_SHARED=1``) every visitor is a stranger to the others, and a model has two addresses:

to read    its id, 128 random bits. Who has it can look at the model, and take it away.
to own     a key beside the id, 128 other random bits, in the file ``owner.key`` of the model's folder.
           Who opens it may rename, continue and delete the model, as may who made it.

people/<owner>.json holds the keys that a person has opened; ``secret`` makes names of owners and of
texts that nobody can work out. With accounts (the operator's own login) the account owns, and keys open
nothing.

Nobody is the operator by default. Code for which no visitor was declared answers ``NOBODY``, who owns
nothing and can make nothing: a function that a server calls later, in a thread of its own, must never be
taken for the operator. A worker, a command or a script of the operator's says so::

    with ownership.as_operator():
        print(library.models())
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

from w2v_core.storage.files import random_bytes, read_json, write_json
from w2v_core.storage.home import home, is_id, is_on, is_published, refuse_published
from w2v_core.storage.records import held_from_json, read_owner

_KEY = re.compile(r"[0-9a-f]{32}")
_LONG = 32  # characters of an id that cannot be guessed: 128 bits
_MOST_HELD = 1_000  # keys that are kept for one person


@dataclass(frozen=True)
class Visitor:
    """Who asks: ``owner`` is whose what they make will be ("": they can make nothing), ``everything``
    marks the person whose machine it is, ``by_account`` one who is known by a login."""

    owner: str = ""
    everything: bool = False
    by_account: bool = False


OPERATOR = Visitor(everything=True)
NOBODY = Visitor()


def _nobody() -> Visitor:
    return NOBODY


_asked: Callable[[], Visitor] = _nobody
_held_here: dict[str, dict[str, str]] = {}  # keys that were opened and could not be written down
_acting: ContextVar[Visitor | None] = ContextVar("acting", default=None)


def is_shared() -> bool:
    """Whether visitors are strangers to each other: ``W2V_SHARED``."""
    return is_on("W2V_SHARED")


def ask(who: Callable[[], Visitor]) -> None:
    """Let this function say, at any time, who the visitor is that the running code answers."""
    global _asked
    _asked = who


def visitor() -> Visitor:
    """Whom the running code answers; ``NOBODY`` where no visitor was declared."""
    return _acting.get() or _asked()


@contextlib.contextmanager
def acting_for(who: Visitor) -> Iterator[None]:
    """Do what stands in the block for this visitor."""
    token = _acting.set(who)
    try:
        yield
    finally:
        _acting.reset(token)


def as_operator() -> contextlib.AbstractContextManager[None]:
    """Do what stands in the block as the person whose machine this is, who may see and change everything.

    It holds for the thread that enters the block, and for no thread that is started inside it.
    """
    return acting_for(OPERATOR)


# Names that nobody can work out.


def secret() -> bytes:
    """32 random bytes of this ``W2V_HOME``, the same for as long as it lasts."""
    return random_bytes(home() / "secret")


def owner_name(kind: str, token: str) -> str:
    """The name under which a person's models are kept: of a browser's token ("browser") or of an
    account ("account"); the token cannot be found from it."""
    digest = hmac.new(secret(), f"{kind}\n{token}".encode("utf-8", "replace"), hashlib.sha256)
    return f"{kind}-{digest.hexdigest()[:_LONG]}"


def new_token() -> str:
    """128 random bits, as 32 characters."""
    return secrets.token_hex(_LONG // 2)


def is_token(text: object) -> TypeGuard[str]:
    """Whether a text can be a token or an owner's key."""
    return isinstance(text, str) and _KEY.fullmatch(text) is not None


# Rights.


def may_read(id: str) -> bool:
    """Whether the visitor may look at this model, training or text: with its address, if that cannot
    be guessed, or because it is published, or theirs."""
    if not is_id(id):
        return False
    return visitor().everything or len(id) == _LONG or is_published(id) or owns(id)


def refuse_unreadable(key: str) -> None:
    """ValueError, with a sentence, for a model or a text that the visitor may not look at; the samples,
    whose keys hold a colon, are everybody's."""
    if ":" not in key and not may_read(key):
        raise ValueError("This is not here, or not for you to see: choose from the list.")


def owns(id: str) -> bool:
    """Whether this model, or training, is the visitor's."""
    who = visitor()
    if who.everything:
        return True
    if not who.owner or not is_id(id):
        return False
    folder = _folder(id)
    if _owner(folder) == who.owner:
        return True
    if who.by_account:
        return False
    held = _held(who.owner).get(id)
    return held is not None and _same(held, _key(folder))


def may_change(id: str) -> bool:
    """Whether the visitor may rename, continue or delete this model."""
    return owns(id) and not is_published(id)


def refuse_change(id: str) -> None:
    """ValueError, with a sentence, where ``may_change`` is false."""
    refuse_published(id)
    if not owns(id):
        raise ValueError(
            "This model is another person's: it can be looked at and taken away. Only its owner's "
            "address allows to rename, continue or delete it."
        )


def refuse_unknown() -> None:
    """ValueError, with a sentence, for a visitor who can make nothing because nobody knows them."""
    who = visitor()
    if who.everything or who.owner:
        return
    if who.by_account:
        raise ValueError("Log in first (at the left): what you make is then kept as yours.")
    raise ValueError(
        "Nothing is made for a visitor whom nobody knows: load the page anew. (A script of the "
        "operator's says so: with ownership.as_operator().)"
    )


def held() -> list[str]:
    """The ids of the models that the visitor owns by their owner's address alone."""
    who = visitor()
    if who.everything or who.by_account or not who.owner:
        return []
    return [id for id in _held(who.owner) if owns(id)]


# The owner's address.


def owner_key(id: str) -> str:
    """What an owner's address holds beside the id; made when it is first asked for.

    Raises
    ------
    ValueError
        for a visitor whose model it is not.
    """
    if not owns(id):
        refuse_change(id)
    key = _key(_folder(id))
    return new_owner_key(id) if key is None else key


def new_owner_key(id: str) -> str:
    """Another key: owner's addresses that were given away before open nothing any more (errors as for
    ``owner_key``)."""
    if not owns(id):
        refuse_change(id)
    key, who = write_new_key(_folder(id)), visitor()
    if who.owner and _owner(_folder(id)) != who.owner:  # who has it by its address keeps it
        _hold(who.owner, id, key)
    return key


def write_new_key(folder: Path) -> str:
    """Write another key into a model's folder, whole or not at all, and return it; asks nobody's rights
    (see ``new_owner_key`` and ``visitors.owner_keys``)."""
    key, file = new_token(), folder / "owner.key"
    temporary = file.with_name(f".owner.key.{new_token()}")
    try:
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(key)
        os.replace(temporary, file)
    finally:
        temporary.unlink(missing_ok=True)
    return key


def claim(id: object, key: object) -> bool:
    """Open an owner's address: from now on the model is the visitor's too. False, and nothing changed,
    where it is not the owner's address, and for accounts, to which it is none."""
    who = visitor()
    if who.everything or who.by_account or not who.owner or not is_id(id) or not is_token(key):
        return False
    if not _same(key, _key(_folder(id))):
        return False
    if _owner(_folder(id)) != who.owner:
        _hold(who.owner, id, key)
    return True


def _folder(id: str) -> Path:
    """A model's folder, or where it stands for a day after it was deleted."""
    folder = home() / "models" / id
    gone = home() / "deleted" / id
    return gone if not folder.is_dir() and gone.is_dir() else folder


def _owner(folder: Path) -> str | None:
    return read_owner(folder) or None


def _key(folder: Path) -> str | None:
    try:
        key = (folder / "owner.key").read_text().strip()
    except (OSError, ValueError):
        return None
    return key if is_token(key) else None


def _same(given: str, kept: str | None) -> bool:
    return kept is not None and secrets.compare_digest(given, kept)


def _held(owner: str) -> dict[str, str]:
    held = _held_here.get(owner, {})
    with contextlib.suppress(OSError, ValueError):
        held = {**held_from_json(read_json(home() / "people" / f"{owner}.json")), **held}
    return {id: key for id, key in held.items() if is_id(id) and is_token(key)}


def _hold(owner: str, id: str, key: str) -> None:
    """Keep a key; where it cannot be written down, for as long as this process runs."""
    place = home() / "people"
    held = {**_held(owner), id: key}
    try:
        place.mkdir(mode=0o700, exist_ok=True)
        write_json(place / f"{owner}.json", {"held": dict(list(held.items())[-_MOST_HELD:])})
        _held_here.pop(owner, None)
    except OSError:
        _held_here.setdefault(owner, {})[id] = key
