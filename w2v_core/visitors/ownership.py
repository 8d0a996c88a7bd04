"""Visitors, and the names under which what they make is kept.

On a machine of one's own nobody is asked: everything can be seen and changed. In sharing mode
(``W2V_SHARED=1``) every visitor is a stranger to the others: ``visitors.rights`` says what each may do.

Who asks is always said: a ``Visitor`` is handed to ``Rights``, to ``Library`` and to ``VisitorQueue``, and
there is none by default. A page makes one of the browser that it answers; a worker, a command or a script
of the operator's names the operator::

    library = Library(home(), OPERATOR)
    print(library.models())
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

from w2v_core.storage.files import random_bytes
from w2v_core.storage.home import home, is_on

_KEY = re.compile(r"[0-9a-f]{32}")
_CHARACTERS = 32  # of what cannot be guessed: 128 bits


@dataclass(frozen=True)
class Visitor:
    """Who asks: ``owner`` is whose what they make will be ("": they can make nothing), ``everything``
    marks the person whose machine it is, ``by_account`` one who is known by a login."""

    owner: str = ""
    everything: bool = False
    by_account: bool = False


OPERATOR = Visitor(everything=True)
NOBODY = Visitor()


def is_shared() -> bool:
    """Whether visitors are strangers to each other: ``W2V_SHARED``."""
    return is_on("W2V_SHARED")


def secret(home: Path) -> bytes:
    """32 random bytes of a ``W2V_HOME``, the same for as long as it lasts."""
    return random_bytes(home / "secret")


def owner_name(kind: str, token: str) -> str:
    """The name under which a person's models are kept: of a browser's token ("browser") or of an
    account ("account"); the token cannot be found from it."""
    digest = hmac.new(secret(home()), f"{kind}\n{token}".encode("utf-8", "replace"), hashlib.sha256)
    return f"{kind}-{digest.hexdigest()[:_CHARACTERS]}"


def new_token() -> str:
    """128 random bits, as 32 characters."""
    return secrets.token_hex(_CHARACTERS // 2)


def is_token(text: object) -> TypeGuard[str]:
    """Whether a text can be a token or an owner's key."""
    return isinstance(text, str) and _KEY.fullmatch(text) is not None
