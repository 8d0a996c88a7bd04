"""The text of documents, block by block, and how far the going through it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO

from w2v_core.text import reading

Callback = Callable[[float], bool | None]
"""Called with the share done, 0 to 1; True stops."""


def report(callback: Callback | None, share: float) -> None:
    """Tell a callback the share that is done.

    Raises
    ------
    InterruptedError
        where it asks to stop.
    """
    if callback is not None and callback(share):
        raise InterruptedError("Looking through the text was stopped.")


def pieces(text: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    """The bytes of a text from ``start`` to ``end``, some megabytes at a time."""
    while start < end:
        text.seek(start)
        piece = text.read(min(end - start, reading.BLOCK))
        if not piece:
            return
        start += len(piece)
        yield piece
