"""What this machine says of itself: its memory, since when it runs, why a process fell silent.

psutil answers what it can. Three things are read from the system's files, because psutil does not
offer them: the identity of a boot (its boot time moves when the clock is set), a container's
memory limit, and how many processes were killed for want of memory.
"""

from __future__ import annotations

import contextlib
import functools
import signal
from pathlib import Path

import psutil

_KILLED = (
    "Its process was killed, by hand or by the system, which does that when memory runs out (then lower "
    "max_vocab or dim)."
)

TOO_MUCH_MEMORY = 77
"""The exit code of a worker that took more memory than it may use."""
_OUT_OF_MEMORY = (
    "The machine ran out of memory, and the system ended its process: lower max_vocab or dim, or let "
    "fewer workers run at once (W2V_WORKERS)."
)


@functools.cache
def boot() -> str | None:
    """What is the same until the machine is started anew; None where the system does not say."""
    with contextlib.suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return None


def memory() -> int:
    """Bytes of memory that this process may use: the machine's, or its container's if that is less."""
    found = [psutil.virtual_memory().total]
    for file in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        with contextlib.suppress(OSError, ValueError):  # "max" is no number
            found.append(int(Path(file).read_text()))
    return min(found)


def used_memory() -> int:
    """Bytes of memory that this process has in use."""
    return psutil.Process().memory_info().rss


def killed_for_memory() -> int | None:
    """How many processes the system has killed to get memory back; None where it does not say."""
    counts = []
    for file, name in (("/proc/vmstat", "oom_kill"), ("/sys/fs/cgroup/memory.events", "oom_kill")):
        with contextlib.suppress(OSError, ValueError):
            for line in Path(file).read_text().splitlines():
                if line.split()[0] == name:
                    counts.append(int(line.split()[1]))
    return sum(counts) if counts else None


def why_ended(code: int, out_of_memory: int | None = None) -> str:
    """A sentence for how a worker's process ended, by its exit code (minus a signal's number);
    ``out_of_memory`` as ``killed_for_memory`` said when it began."""
    if code == TOO_MUCH_MEMORY:
        return "It took more memory than a worker may use: lower max_vocab or dim."
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
    """A sentence for why a worker is not heard of any more; ``booted`` and ``out_of_memory`` as
    ``boot`` and ``killed_for_memory`` said when it began."""
    if booted is not None and booted != boot():
        return "The machine was restarted while it ran."
    if _memory_ran_out(out_of_memory):
        return _OUT_OF_MEMORY
    if pid is not None and _lives(pid):
        return "Its process does not answer: it was halted, or the machine slept."
    return _KILLED


def _memory_ran_out(before: int | None) -> bool:
    now = killed_for_memory()
    return before is not None and now is not None and now > before


def _lives(pid: int) -> bool:
    with contextlib.suppress(psutil.Error, ValueError, OverflowError):
        # A dead child that nobody asked for is a zombie.
        return psutil.Process(pid).status() not in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
    return False
