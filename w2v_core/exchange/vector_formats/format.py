"""What a format of vectors is: how a file of it is told, and what its reader is given."""

from __future__ import annotations

import functools
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from w2v_core.exchange.vector_formats.byte_stream import ByteStream
from w2v_core.exchange.vector_formats.kept_rows import KeptRows

HEAD = 1 << 18
"""Bytes by which a format is told."""


@dataclass(frozen=True)
class Head:
    """What a format is told by: the first ``HEAD`` bytes, as ``ByteStream`` gives them, of a file that is
    no zip file; the names of what is in it, of one that is."""

    data: bytes = b""
    parts: tuple[str, ...] = ()

    @functools.cached_property
    def lines(self) -> list[bytes]:
        """The first lines, those that are there as a whole."""
        lines = self.data.split(b"\n")
        return lines[:-1] if len(self.data) >= HEAD and len(lines) > 1 else lines


@dataclass
class VectorFile:
    """A file that is being read.

    Attributes
    ----------
    head : Head
    stream : ByteStream
        From its beginning. Of a zip file there is nothing in it.
    archive : ZipFile or None
        Of a zip file.
    rows : KeptRows
        Takes the rows, and the notes of what is left out, mended or guessed.
    tell : callable
        To be called with the share that was read of ``archive``, 0 to 1; with None after every few
        thousand rows of ``stream``, whose share is known. What it raises ends the reading.
    """

    head: Head
    stream: ByteStream
    archive: zipfile.ZipFile | None
    rows: KeptRows
    tell: Callable[[float | None], object]


@dataclass(frozen=True)
class VectorFormat:
    """A format of vectors.

    Attributes
    ----------
    name : str
        What it is called in an account: "word2vec binary".
    is_one : callable
        Whether a file is of this format, from its content.
    read : callable or None
        Reads a file (ValueError with a sentence, where it cannot be read).
    refused : str
        Of formats that are never read: why, and what to do, as a sentence. Exactly one of ``read`` and
        ``refused`` is there.
    """

    name: str
    is_one: Callable[[Head], bool]
    read: Callable[[VectorFile], None] | None = None
    refused: str = ""
