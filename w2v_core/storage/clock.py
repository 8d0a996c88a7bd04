"""The clock by which ages are told: how old a heartbeat is, how long a deleted model is still kept.

The machine's wall clock can be put forward or back at any moment: by hand, by a time server, by a
virtual machine that wakes. This one only ever goes forward, a second a second. It is set once, by the
wall clock, when the machine has started; from then on it counts with the machine's own counter of the
seconds since then, sleep included, which nobody can set. Every process of a ``W2V_HOME`` finds how it
was set in ``clock.json``, so all of them agree.

After a restart the wall clock is asked again, as only it knows how long the machine was off; where it
says less than this clock last did, it is not believed. So whatever happens to the wall clock, a thing
may be kept for longer than was said, never for less.

Where the system does not say when it was started (``machine.boot``), this is the wall clock.
"""

from __future__ import annotations

import contextlib
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from w2v_core.storage import machine
from w2v_core.storage.files import read_json, write_json
from w2v_core.storage.home import home

FILE = "clock.json"
_NOTE_EVERY = 3600.0
"""Seconds between two notes of the time. What is not noted cannot be known after a restart."""


@dataclass
class _Setting:
    """How the clock was set: what it said (``at``, seconds since 1970) when the counter stood at
    ``ticks``, after the start of the machine that ``boot`` names; ``noted`` is the counter when that was
    last written down, None where it never was."""

    boot: str
    ticks: float
    at: float
    noted: float | None = None


_settings: dict[Path, _Setting] = {}
_lock = threading.Lock()


def now() -> float:
    """Seconds since 1970, on a clock that nobody can set."""
    boot = machine.boot()
    if boot is None:
        return time.time()
    place, ticks = home(), _ticks()
    with _lock:
        setting = _settings.get(place)
        if setting is None or setting.boot != boot:
            setting = _settings[place] = _set(place, boot, ticks)
        at = setting.at + ticks - setting.ticks
        if setting.noted is None or ticks - setting.noted >= _NOTE_EVERY:
            setting.noted = ticks
            with contextlib.suppress(OSError):  # a full disk: this process keeps it to itself
                write_json(place / FILE, {"boot": boot, "ticks": ticks, "at": at})
        return at


def age(path: Path) -> float:
    """Seconds since a file or folder was last written to, by whichever clock says less: the system
    dates files by the wall clock, which may have been put since."""
    return seconds_since(path.stat().st_mtime)


def seconds_since(dated: float) -> float:
    """Seconds since a time that the system noted for a file, by whichever clock says less."""
    return min(now(), time.time()) - dated


def _set(place: Path, boot: str, ticks: float) -> _Setting:
    """As another process has set it since the machine was started; else by the wall clock."""
    wall = time.time()
    try:
        noted = read_json(place / FILE)
        noted_boot, at, then = str(noted["boot"]), float(noted["at"]), float(noted["ticks"])
    except (OSError, ValueError, KeyError, TypeError):
        return _Setting(boot, ticks, wall)
    if noted_boot == boot and then <= ticks:
        return _Setting(boot, then, at, noted=then)
    return _Setting(boot, ticks, max(wall, at))


def _ticks() -> float:
    """Seconds since the machine was started, its sleep included where the system counts that."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()
