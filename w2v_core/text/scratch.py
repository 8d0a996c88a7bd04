"""Names for temporary files that say which process writes them, so that what a killed process left
behind can be told from what a living one is still writing."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import re
import secrets
from pathlib import Path

LONGEST = 24 * 3600.0
"""Seconds after which a temporary file is left over, where nobody knows whether its writer lives."""
PREFIX = "w2v-"
"""What names in the system's folder for temporary files begin with."""

_STAMP = re.compile(r"p(\d+)-(\d+)-([0-9a-f]{8})-[0-9a-f]{8}(?:[._-]|$)")


def new_stamp() -> str:
    """A part of a name that no other temporary file has, and that says which process made it."""
    return f"p{os.getpid()}-{_began(os.getpid()) or 0}-{_place()}-{secrets.token_hex(4)}"


def is_left_over(name: str, age: float) -> bool:
    """Whether nobody is writing a temporary file or folder any more.

    Parameters
    ----------
    name : str
        Its name; the stamp may stand anywhere in it.
    age : float
        Seconds since it was last written to.
    """
    lives = _writer_lives(name)
    return age > LONGEST if lives is None else not lives


def is_of_dead(name: str) -> bool:
    """Whether the process that made a temporary file or folder is known to live no more."""
    return _writer_lives(name) is False


def _writer_lives(name: str) -> bool | None:
    """Whether the process in a name lives; None where that cannot be seen from here."""
    stamp = _STAMP.search(name)
    if stamp is None or stamp[3] != _place() or stamp[2] == "0":
        return None
    return _began(int(stamp[1])) == int(stamp[2])


@functools.cache
def _place() -> str:
    """What processes that can see each other share: the boot, and the container."""
    parts = []
    with contextlib.suppress(OSError):
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text())
    with contextlib.suppress(OSError):
        parts.append(os.readlink("/proc/self/ns/pid"))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:8]


def _began(pid: int) -> int | None:
    """When a process began, in the system's ticks since it was started; None where it does not live,
    or the system does not say."""
    with contextlib.suppress(OSError, IndexError, ValueError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        if fields[0] not in "ZX":  # a dead child that nobody asked for is a zombie
            return int(fields[19])
    return None
