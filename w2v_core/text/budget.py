"""Bytes that are counted while they are written.

Code that writes for somebody else runs ``within`` a budget; whatever it then writes through ``Counted``
is spent before it reaches the disk, and a budget that is used up says so with ``NoRoom``. Code that
runs within no budget writes freely. ``visitors.quota`` knows what a budget is, and how
much of it there is.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import IO, Any, Protocol


class NoRoom(ValueError):
    """There is no room for more bytes; the message says what to delete."""


class Budget(Protocol):
    """Bytes that may still be written.

    ``aside`` marks bytes in temporary files without a name, which nobody finds by looking through
    folders.
    """

    def spend(self, n_bytes: int, aside: bool = False) -> None:
        """Count bytes that are about to be written (``NoRoom`` when there is no room for them)."""

    def give_back(self, n_bytes: int, aside: bool = False) -> None:
        """Count bytes that have left the disk."""


_AHEAD = 1 << 18  # bytes that a long file spends ahead, so that many small writes cost little

_budget: ContextVar[Budget | None] = ContextVar("budget", default=None)


@contextmanager
def within(budget: Budget | None) -> Iterator[None]:
    """Let everything that is written in the block count towards a budget (None: towards none)."""
    token = _budget.set(budget)
    try:
        yield
    finally:
        _budget.reset(token)


def spend(n_bytes: int, aside: bool = False) -> None:
    """``Budget.spend`` of the budget at hand, if there is one."""
    if (budget := _budget.get()) is not None:
        budget.spend(n_bytes, aside)


def give_back(n_bytes: int, aside: bool = False) -> None:
    """``Budget.give_back`` of the budget at hand, if there is one."""
    if (budget := _budget.get()) is not None:
        budget.give_back(n_bytes, aside)


class Counted:
    """A binary file that spends what it grows by, before it grows, and gives back what is cut off.

    Parameters
    ----------
    file : binary file
        At its end, or empty.
    aside : bool
        Whether it is a temporary file without a name. Its bytes are given back when it is closed.
    """

    def __init__(self, file: IO[bytes], aside: bool = False):
        self._file, self._aside = file, aside
        self._budget = _budget.get()
        self._size = file.seek(0, io.SEEK_END)
        self._ahead, self._spent_ahead = _AHEAD, 0

    def write(self, data: Any) -> int:
        """Write bytes (``NoRoom``, and nothing written, when there is no room for them)."""
        n_bytes = memoryview(data).nbytes
        growth = max(self._file.tell() + n_bytes - self._size, 0)
        if growth and self._budget is not None:
            if growth > self._spent_ahead:
                self._spend(self._budget, growth)
            self._spent_ahead -= growth
        self._size += growth
        return self._file.write(data)

    def _spend(self, budget: Budget, growth: int) -> None:
        lacking = growth - self._spent_ahead
        if self._size > _AHEAD and self._ahead:
            try:
                budget.spend(lacking + self._ahead, self._aside)
            except NoRoom:
                self._ahead //= 4  # for what is needed now there may be room
            else:
                self._spent_ahead += lacking + self._ahead
                return
        budget.spend(lacking, self._aside)
        self._spent_ahead += lacking

    def truncate(self, size: int | None = None) -> int:
        """Cut the file off, where it stands by default."""
        size = self._file.tell() if size is None else size
        self._file.truncate(size)
        self._give_back(self._size - size)
        return size

    def close(self) -> None:
        """Close the file."""
        if not self._file.closed and self._budget is not None:
            self._budget.give_back(self._spent_ahead, self._aside)
            self._spent_ahead = 0
            if self._aside:
                self._give_back(self._size)
        self._file.close()

    def _give_back(self, n_bytes: int) -> None:
        if n_bytes > 0 and self._budget is not None:
            self._budget.give_back(n_bytes, self._aside)
        self._size -= n_bytes

    def __enter__(self) -> Counted:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)
