"""The clock for ages, such as the age of a heartbeat or of a deleted model.

The machine's wall clock can be set forward or back at any moment: by hand, by a time server, or when a
virtual machine resumes. This clock only goes forward, at a constant rate. It is set once by the wall clock
after the machine has started, and then follows the machine's counter of seconds since boot, including
sleep, which cannot be set. All processes of a ``W2V_HOME`` read the setting from ``clock.json``, so they
agree.

After a restart the wall clock is read again, because only it knows how long the machine was off. If it is
behind the last time of this clock, it is ignored. Whatever happens to the wall clock, something may
therefore be kept for longer than promised, but never for less.

If the system does not say when it was started (``machine.boot``), this is the wall clock.
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
"""Seconds between two records of the time; time that was not recorded is lost after a restart."""


@dataclass
class _Setting:
    """The setting of the clock: its time ``at`` (seconds since 1970) when the counter was at ``ticks``, in
    the boot of the machine identified by ``boot``; ``noted`` is the counter at the last record, None if
    there is none."""

    boot: str
    ticks: float
    at: float
    noted: float | None = None


_settings: dict[Path, _Setting] = {}
_lock = threading.Lock()


def now() -> float:
    """Seconds since 1970, on a clock that cannot be set."""
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
            with contextlib.suppress(OSError):  # a full disk: only this process knows the setting
                write_json(place / FILE, {"boot": boot, "ticks": ticks, "at": at})
        return at


def age(path: Path) -> float:
    """Seconds since a file or folder was last modified, by the clock that gives the smaller value: the
    system dates files by the wall clock, which may have been set since."""
    return seconds_since(path.stat().st_mtime)


def seconds_since(dated: float) -> float:
    """Seconds since a file time of the system, by the clock that gives the smaller value."""
    return min(now(), time.time()) - dated


def _set(place: Path, boot: str, ticks: float) -> _Setting:
    """The setting made by another process since boot, or else one from the wall clock."""
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
    """Seconds since boot, including sleep if the system counts it."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()
