"""Files at addresses → shards: parts of a text that workers read, each from the end of a sentence to that
of another.

A file is cut at byte numbers that anybody can work out, and a part goes from the first place after its
number at which a text may be cut to the first one after the next number. So no shard depends on another,
and together they are the text. Packed files and UTF-16 are not cut.
"""

from __future__ import annotations

import codecs
import gzip
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO, cast

import fsspec

from w2v_core.model.placed_pairs import Unreachable
from w2v_core.text import gutenberg, reading
from w2v_core.text.account import FileAccount
from w2v_core.text.characters import LINE_ENDS, SENTENCE_MARKS
from w2v_core.text.document_list import BETWEEN
from w2v_core.text.documents import head_of
from w2v_core.text.encoding_guess import python_codec
from w2v_core.text.formats.format import OpenFile
from w2v_core.text.formats.plain import PLAIN
from w2v_core.text.formats.registry import ARCHIVE, format_of
from w2v_core.text.gathering import ENCODINGS, Gathering
from w2v_core.text.reading import Encoding

_PIECE = 1 << 20
_NEAR = 1 << 16  # bytes that are read at a time to find a place to cut
_FOLLOWING = 64  # bytes after a line end that are looked at
_ENDS = (
    LINE_ENDS + SENTENCE_MARKS + ".\u200e\xad\ufeff\u061c"
)  # what may go on with an end of sentence
_OF_LINE = re.compile(rb"\n(?=[^ \t\r\n])")
_OF_PARAGRAPH = re.compile(rb"\n[ \t\r]*\n(?=[^ \t\r\n])")
_CODECS = {python_codec(codec): codec for codec in ENCODINGS}


class ShardError(Unreachable):
    """A file, or a part of one, cannot be read; the message names it."""


class Undecodable(Exception):
    """A file is not in the encoding that its beginning promised."""

    def __init__(self, name: str):
        super().__init__(name)
        self.name = name


@dataclass(frozen=True)
class RemoteFile:
    """A file that workers read.

    Attributes
    ----------
    name : str
        As it is called in messages.
    address : str
        What fsspec opens: a path, or s3://…, gs://…, hdfs://…
    size : int
        Bytes.
    encoding : Encoding
        Known once it was looked at.
    packed : bool
        Whether it is gzip.
    left_out : str
        Why nothing of it is read here or anywhere, as a sentence; empty where it is read.
    refused : str
        Why it cannot be counted here, though one machine could; empty where it can.
    """

    name: str
    address: str
    size: int = 0
    encoding: Encoding = field(default_factory=lambda: Encoding("utf-8", "UTF-8"))
    packed: bool = False
    left_out: str = ""
    refused: str = ""

    @property
    def begin(self) -> int:
        """Where its text begins."""
        return len(codecs.BOM_UTF8) if self._has_mark else 0

    @property
    def codec(self) -> str:
        """That reads a part of it."""
        return "utf-8" if self._has_mark else self.encoding.codec

    @property
    def _has_mark(self) -> bool:
        return self.encoding.codec == "utf-8-sig" and self.encoding.errors == "strict"

    @property
    def may_be_cut(self) -> bool:
        """Whether its bytes can be read from anywhere: a line end is then the same byte everywhere."""
        return not self.packed and not self.codec.startswith(("utf-16", "utf-32"))


@dataclass(frozen=True)
class Part:
    """A part of a file, from the first place to cut at or after ``start`` to that after ``stop``; to its
    end where ``stop`` is None."""

    file: RemoteFile
    start: int
    stop: int | None


Shard = tuple[Part, ...]
"""Parts that are read by one task, one after the other."""


class _Source:
    """An open file whose every error names it."""

    def __init__(self, file: RemoteFile):
        self._of = file
        self._file: Any = self._tried(lambda: fsspec.open(file.address, "rb").open())

    def _tried(self, action: Any) -> Any:
        try:
            return action()
        except (EOFError, KeyError, ValueError, OSError, RuntimeError, ImportError) as error:
            raise unreadable(self._of, error) from error

    def read(self, size: int = -1) -> bytes:
        return self._tried(lambda: self._file.read(size))

    def seek(self, place: int, whence: int = 0) -> int:
        return self._tried(lambda: self._file.seek(place, whence))

    def tell(self) -> int:
        return self._file.tell()

    def size(self) -> int:
        here = self.tell()
        size = self.seek(0, 2)
        self.seek(here)
        return size

    def __enter__(self) -> _Source:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()


def unreadable(file: RemoteFile, error: BaseException) -> ShardError:
    """What is said of a file that a worker cannot read."""
    if isinstance(error, FileNotFoundError):
        why = "there is no such file where the worker runs"
    elif isinstance(error, ImportError):
        why = f"a package is missing where the worker runs: {error}"
    else:
        why = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return ShardError(f"{file.name} cannot be read by a worker ({why}).")


def look(file: RemoteFile, encoding: str | None, alone: bool, keep_gutenberg: bool) -> RemoteFile:
    """What there is to know of a file before it is cut: its size and encoding, or why it is refused.

    Parameters
    ----------
    file : RemoteFile
    encoding : str or None
        The codec of ``ENCODINGS`` chosen by hand.
    alone : bool
        Whether it is the only one.
    keep_gutenberg : bool
        Whether what Project Gutenberg puts around a book stays.

    Raises
    ------
    ShardError
        when it cannot be read.
    """
    with _Source(file) as source:
        packed = source.read(2) == b"\x1f\x8b"
        size = source.size()
        with _unpacked(source, packed) as opened:
            try:
                format = format_of(head_of(opened, file.name))
                if format.left_out and format is not ARCHIVE:
                    return replace(file, left_out=f"{file.name} {format.left_out}.")
                if format is not PLAIN:
                    refused = (
                        f"{file.name} is not plain text ({format.label}), which alone a cluster counts: "
                        "leave it out, or convert it to .txt."
                    )
                    return replace(file, refused=refused)
                opened.seek(0)
                settings = Gathering(encoding=encoding)
                reader = OpenFile(file.name, opened, settings, FileAccount(file.name), alone=alone)
                found = reader.first_encoding()
                head = opened.read(gutenberg.HEAD).decode(found.codec, "replace").encode()
            except ShardError:
                raise
            except ValueError as error:
                return replace(file, left_out=str(error))
    refused = ""
    if not keep_gutenberg and gutenberg.has_header(head):
        refused = (
            f"{file.name} is a book of Project Gutenberg's, whose licence a cluster does not take out: "
            "give --keep-gutenberg to count it too, or leave the book out."
        )
    return replace(file, size=size, packed=packed, encoding=found, refused=refused)


def settle(files: Sequence[RemoteFile]) -> list[RemoteFile]:
    """Files whose beginning promised another encoding, with the one that fits them whole; each is a hint
    for the next, as where files are gathered on one machine (errors as for ``look``)."""
    found: list[RemoteFile] = []
    before: str | None = None
    for file in files:
        with _Source(file) as source, _unpacked(source, file.packed) as opened:
            try:
                encoding = reading.detect_in(opened, file.name, before=before)
            except ShardError:
                raise
            except ValueError as error:
                raise ShardError(str(error)) from error
        if encoding.warning is not None:
            before = _CODECS.get(encoding.codec)
        found.append(replace(file, encoding=encoding))
    return found


def _unpacked(source: _Source, packed: bool) -> BinaryIO:
    source.seek(0)
    return cast(BinaryIO, gzip.GzipFile(fileobj=cast(Any, source)) if packed else source)


def cut(files: Sequence[RemoteFile], size: int) -> list[Shard]:
    """Shards of about so many bytes: a long file gives several, short ones share one."""
    shards: list[Shard] = []
    together: list[Part] = []
    held = 0
    for file in files:
        if held and held + file.size > size:
            shards.append(tuple(together))
            together, held = [], 0
        if file.may_be_cut and file.size > size:
            starts = list(range(file.begin, file.size, size))
            stops = [*starts[1:], None]
            shards += [(Part(file, a, b),) for a, b in zip(starts, stops, strict=True)]
        else:
            together.append(Part(file, file.begin if file.may_be_cut else 0, None))
            held += file.size
    return [*shards, tuple(together)] if together else shards


def blocks_of(shard: Shard, sentence_ends: str) -> Iterator[bytes]:
    """The text of a shard, UTF-8, in blocks as ``reading.blocks`` makes them.

    Parameters
    ----------
    shard : Shard
    sentence_ends : str
        What ends a sentence: where lines do not, the text is cut at empty lines.

    Raises
    ------
    ShardError
        for a file that cannot be read.
    Undecodable
        for one that is not in its encoding.
    """
    return reading.blocks(_pieces(shard, sentence_ends))


def _pieces(shard: Shard, sentence_ends: str) -> Iterator[bytes]:
    for part in shard:
        try:
            if part.file.may_be_cut:
                codec = "utf-8" if part.start and "utf-8" in part.file.codec else part.file.codec
                decode = Encoding(codec, "", errors=part.file.encoding.errors)
                yield from reading.recoded(_range(part, sentence_ends), decode)
            else:
                yield from _whole(part.file)
        except UnicodeDecodeError as error:
            raise Undecodable(part.file.name) from error
        yield BETWEEN if part.stop is None else b""


def _whole(file: RemoteFile) -> Iterator[bytes]:
    with _Source(file) as source, _unpacked(source, file.packed) as opened:
        try:
            yield from reading.blocks_in(opened, file.name, file.encoding)
        except UnicodeDecodeError:
            raise
        except ValueError as error:
            raise error if isinstance(error, ShardError) else ShardError(str(error)) from error


def _range(part: Part, sentence_ends: str) -> Iterator[bytes]:
    """The bytes of a part."""
    by_line = sentence_ends in ("lines", "marks and lines")
    with _Source(part.file) as source:
        first = part.file.begin
        start = part.start if part.start == first else _cut_after(source, part, part.start, by_line)
        stop = None if part.stop is None else _cut_after(source, part, part.stop, by_line)
        left = (part.file.size if stop is None else stop) - start
        source.seek(start)
        while left > 0 and (piece := source.read(min(left, _PIECE))):
            left -= len(piece)
            yield piece
        if left > 0:
            raise ShardError(f"{part.file.name} became shorter while it was read.")


def _cut_after(source: _Source, part: Part, place: int, by_line: bool) -> int:
    """The first place from here at which the text may be cut: a line begins, after an empty one unless
    every line end is an end of a sentence, and not with a further end; the file's end where none does."""
    pattern, codec = (_OF_LINE if by_line else _OF_PARAGRAPH), part.file.codec
    at = max(place - 1, 0)
    source.seek(at)
    data = b""
    while True:
        piece = source.read(_NEAR)
        data += piece
        for found in pattern.finditer(data):
            begin = found.end()
            if piece and begin + _FOLLOWING > len(data):
                break  # more has to be read to tell what follows
            first = data[begin : begin + _FOLLOWING].decode(codec, "ignore")[:1]
            if first and first not in _ENDS:
                return at + begin
        if not piece:
            return part.file.size
        # What was looked through is not looked through again; an empty line may begin near its end.
        keep = max(len(data) - 2 * _FOLLOWING, 0)
        if (blank := data.rfind(b"\n", 0, keep)) >= 0 and not data[blank:keep].strip():
            keep = blank
        data, at = data[keep:], at + keep
