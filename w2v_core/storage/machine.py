"""Facts about this machine: its memory, its boot, and why a process ended or stopped responding.

psutil is used where possible. Three facts are read from system files, because psutil does not provide
them: the identity of a boot (the boot time changes when the clock is set), the memory limit of a container,
and the number of processes killed because memory ran out.
"""

from __future__ import annotations

import contextlib
import functools
import signal
from pathlib import Path

import psutil

_KILLED = (
    "Its process was killed by a person, or by the system because memory ran out. In the latter "
    "case, use a smaller vocabulary or fewer dimensions."
)

TOO_MUCH_MEMORY = 77
"""The exit code of a worker that exceeded its memory limit."""
_OUT_OF_MEMORY = (
    "The machine ran out of memory, and the system ended its process. Use a smaller vocabulary or "
    "fewer dimensions, or let fewer workers run at once (W2V_WORKERS)."
)


@functools.cache
def boot() -> str | None:
    """An identifier that stays the same until the machine is restarted; None if the system has none."""
    with contextlib.suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return None


def memory() -> int:
    """Bytes of memory available to this process: those of the machine, or of its container if fewer."""
    found = [psutil.virtual_memory().total]
    for file in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        with contextlib.suppress(OSError, ValueError):  # "max" is not a number
            found.append(int(Path(file).read_text()))
    return min(found)


def used_memory() -> int:
    """Bytes of memory that this process uses."""
    return psutil.Process().memory_info().rss


def killed_for_memory() -> int | None:
    """The number of processes that the system has killed to free memory; None if unknown."""
    counts = []
    for file, name in (("/proc/vmstat", "oom_kill"), ("/sys/fs/cgroup/memory.events", "oom_kill")):
        with contextlib.suppress(OSError, ValueError):
            for line in Path(file).read_text().splitlines():
                if line.split()[0] == name:
                    counts.append(int(line.split()[1]))
    return sum(counts) if counts else None


def why_ended(code: int, out_of_memory: int | None = None) -> str:
    """A sentence on why a worker's process ended, from its exit code (or minus the signal number);
    ``out_of_memory`` is the value of ``killed_for_memory`` when it began."""
    if code == TOO_MUCH_MEMORY:
        return (
            "It needed more memory than a worker may use. Use a smaller vocabulary or fewer "
            "dimensions."
        )
    if _memory_ran_out(out_of_memory):
        return _OUT_OF_MEMORY
    if code == -signal.SIGTERM:
        return "Its process was ended by the system."
    if code == -getattr(signal, "SIGKILL", 9):
        return _KILLED
    if code < 0:
        with contextlib.suppress(ValueError):
            return f"Its process crashed ({signal.Signals(-code).name}); worker.log may say more."
    return f"Its process ended by itself (exit code {code}); worker.log may say more."


def why_silent(pid: int | None, booted: str | None, out_of_memory: int | None) -> str:
    """A sentence on why a worker no longer responds; ``booted`` and ``out_of_memory`` are the values of
    ``boot`` and ``killed_for_memory`` when it began."""
    if booted is not None and booted != boot():
        return "The machine was restarted while the job was running."
    if _memory_ran_out(out_of_memory):
        return _OUT_OF_MEMORY
    if pid is not None and began(pid) is not None:
        return "Its process does not respond. It was suspended, or the machine was asleep."
    return _KILLED


def _memory_ran_out(before: int | None) -> bool:
    now = killed_for_memory()
    return before is not None and now is not None and now > before


def began(pid: int) -> float | None:
    """When a process began, in seconds since 1970; None where it does not live. A number that a process
    had before can be given to another, which began later."""
    with contextlib.suppress(psutil.Error, ValueError, OverflowError):
        process = psutil.Process(pid)
        # A dead child that was not reaped is a zombie.
        if process.status() not in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD):
            return process.create_time()
    return None
