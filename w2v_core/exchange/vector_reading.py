"""Vectors from elsewhere, in any of the formats of the registry, each also packed with gzip, or alone in a
zip file.

Nothing in such a file is believed. Memory is taken only as rows arrive. A row that cannot be used is left
out and counted in the account; a file is refused, with a sentence, where little of it is left.
"""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import BinaryIO, cast

import numpy as np

from w2v_core.exchange.vector_formats.byte_stream import ByteStream
from w2v_core.exchange.vector_formats.format import HEAD, Head, VectorFile, VectorFormat
from w2v_core.exchange.vector_formats.kept_rows import KeptRows
from w2v_core.exchange.vector_formats.registry import format_of
from w2v_core.exchange.zip_files import GZIP, ZIP, check_entry, open_zip
from w2v_core.model.skipgram import SkipGram
from w2v_core.storage.limits import max_model_bytes
from w2v_core.text.account import FileAccount

Tell = Callable[[float], object]


@dataclass(frozen=True)
class Vectors:
    """What a file holds.

    Attributes
    ----------
    format : str
        The name of its format.
    words : list of str
    matrix : float32 (words, d)
        A row for each word.
    in_file : int or None
        How many words the file says it has; None where it does not say.
    counts : int64 (words,)
        How often each stands in the text that they were made of; zeros where the file does not say.
    account : FileAccount
        What was left out, mended and guessed.
    """

    format: str
    words: list[str]
    matrix: np.ndarray
    in_file: int | None
    counts: np.ndarray
    account: FileAccount

    def model(self) -> SkipGram:
        """These vectors as V of a model that has nothing else; its origin keeps the account."""
        n = len(self.words)
        model = SkipGram.from_arrays(
            parameters={},
            chosen={},
            words=self.words,
            counts=self.counts,
            lowercase=all(word == word.lower() for word in self.words),
            V=self.matrix,
            U=None,
            log_q=np.zeros(n, np.float32),
            loss_curve=np.empty(0),
            stopped=False,
            seconds=0.0,
        )
        # None of ours made it.
        model.origin = {"versions": None, "vectors": self.account.as_json()}
        return model


def read_vectors(
    file: BinaryIO, first: int | None = None, tell: Tell | None = None, name: str = ""
) -> Vectors:
    """Read vectors of any of the formats; which one is told from the content.

    Parameters
    ----------
    file : binary file
        One that can seek.
    first : int, optional
        Keep only so many words, the first ones, and do not read on.
    tell : callable, optional
        Called with the share read so far (0 to 1); what it raises ends the reading.
    name : str
        Of the file, for its account.

    Raises
    ------
    ValueError
        with a sentence: what is wrong with the file, or why too little of it is left.
    """
    size = max(file.seek(0, io.SEEK_END), 1)
    file.seek(0)
    magic = file.read(2)
    file.seek(0)
    rows = KeptRows(FileAccount(name), first)

    def told(share: float | None) -> None:
        if tell is not None:
            tell(min(file.tell() / size, 1.0) if share is None else share)

    with ExitStack() as opened:
        try:
            if magic == ZIP:
                found = _within_zip(file, opened, rows, told)
            else:
                packed = magic == GZIP
                source = cast(BinaryIO, gzip.GzipFile(fileobj=file)) if packed else file
                found = _stream_of(source, rows, told)
            format = _read(found)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            kind = "zip" if magic == ZIP else "gzip"
            raise ValueError(
                f"This {kind} file is damaged or was cut off ({error}): pack or download it again."
            ) from error
        except (zipfile.BadZipFile, NotImplementedError) as error:
            raise ValueError(
                f"This zip file is damaged or was cut off ({error}): download it again."
            ) from error
    words, matrix, counts = rows.whole()
    return Vectors(format.name, words, matrix, rows.in_file, counts, rows.account)


def holds_vectors(file: BinaryIO) -> bool:
    """Whether a zip file holds vectors that can be read, and no model of this app."""
    try:
        with open_zip(file) as archive:
            names = _names(archive)
            if "model.json" in names:
                return False
            return len(names) == 1 or format_of(Head(parts=names)) is not None
    except (zipfile.BadZipFile, NotImplementedError):
        return False


def _names(archive: zipfile.ZipFile) -> tuple[str, ...]:
    """What is in a zip file, but for folders and what a Mac adds."""
    return tuple(
        name
        for name in archive.namelist()
        if not name.endswith("/")
        and not name.startswith("__MACOSX/")
        and name.rpartition("/")[2] != ".DS_Store"
    )


def _within_zip(file: BinaryIO, opened: ExitStack, rows: KeptRows, tell) -> VectorFile:
    archive = opened.enter_context(open_zip(file))
    head = Head(parts=_names(archive))
    if format_of(head) is None and len(head.parts) == 1:  # a file that was packed alone
        info = archive.getinfo(head.parts[0])
        check_entry(info, max_model_bytes())
        member = opened.enter_context(archive.open(info))

        def told(share: float | None) -> None:
            tell(min(member.tell() / max(info.file_size, 1), 1.0) if share is None else share)

        return _stream_of(cast(BinaryIO, member), rows, told)
    return VectorFile(head, ByteStream(io.BytesIO()), archive, rows, tell)


def _stream_of(source: BinaryIO, rows: KeptRows, tell) -> VectorFile:
    stream = ByteStream(source)
    return VectorFile(Head(stream.peek(HEAD)), stream, None, rows, tell)


def _read(file: VectorFile) -> VectorFormat:
    format = format_of(file.head)
    if format is None:
        raise ValueError(
            "This zip file contains several files that are not vectors: pack only one."
        )
    if format.read is None:
        raise ValueError(format.refused)
    account = file.rows.account
    account.format = format.name
    account.encoding = file.stream.encoding
    if file.stream.guessed:
        account.add("guessed", "The file has no byte order mark and was read as UTF-16.")
    format.read(file)
    return format
