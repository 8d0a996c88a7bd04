"""The secret by which the operator is known where the connection does not show who they are.

As Jupyter does it: an address with a secret is printed in the server's terminal; who opens it is the
operator from then on, and a cookie remembers that until the browser is closed. The secret is another one
at each start. The cookie is made from ``operator.key`` in ``W2V_HOME``: without that file, no cookie that
was given away before opens anything.

It is asked for

- by everyone for whom the connection does not show that they are on this machine (``visitors.connection``);
- by everyone, as soon as one connection showed that others can reach this server. A proxy that adds no
  header would otherwise make strangers look like the operator between two visits that show it.
  ``behind-a-proxy`` in ``W2V_HOME`` remembers it; remove that file, and start again, to forget it;
- by everyone and always, with ``W2V_ASK_SECRET=1``.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import secrets

from w2v_core.storage.files import random_bytes
from w2v_core.storage.home import home, is_on

_SAID, _KEY = "behind-a-proxy", "operator.key"
_of_this_start = secrets.token_hex(16)
_signs: dict[str, str] = {}  # home folder → what showed that others can reach the server


def of_this_start() -> str:
    """The secret of this process: 128 random bits, as 32 characters."""
    return _of_this_start


def is_right(given: object) -> bool:
    """Whether this is the secret; takes as long for any text of its length."""
    return isinstance(given, str) and _same(given, _of_this_start)


def cookie() -> str:
    """What a browser keeps that has shown the secret."""
    key = random_bytes(home() / _KEY)
    return hmac.new(key, b"operator", hashlib.sha256).hexdigest()


def is_cookie(given: object) -> bool:
    """Whether a browser has shown the secret, of this start or of one before it."""
    if not isinstance(given, str) or not given or not (home() / _KEY).is_file():
        return False
    return _same(given, cookie())


def asks_always() -> bool:
    """Whether the operator wants everyone to be asked: ``W2V_ASK_SECRET``."""
    return is_on("W2V_ASK_SECRET")


def sign_seen() -> str | None:
    """What showed, now or before the last start, that others can reach this server; None for nothing."""
    place = str(home())
    if place not in _signs:
        said = ""
        with contextlib.suppress(OSError, ValueError):
            said = (home() / _SAID).read_text(encoding="utf-8").strip()[:200]
        _signs[place] = said
    return _signs[place] or None


def remember_sign(sign: str) -> None:
    """From now on, everyone is asked: this showed that others can reach the server."""
    if sign_seen() is None:
        _signs[str(home())] = sign
        with contextlib.suppress(
            OSError
        ):  # a disk that is full or read-only: this process knows it
            (home() / _SAID).write_text(f"{sign}\n", encoding="utf-8")


def _same(given: str, kept: str) -> bool:
    return secrets.compare_digest(given.encode("utf-8", "replace"), kept.encode())
