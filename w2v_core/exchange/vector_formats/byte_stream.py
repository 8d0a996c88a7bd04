"""The bytes of a stranger's file of vectors, given piece by piece and no more than a model may have."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from w2v_core.storage.limits import MOST_DIM, max_model_bytes
from w2v_core.text.tokenizer import MAX_WORD_LENGTH

BLOCK = 1 << 20
"""Bytes that are read at once."""
WORD_BYTES = 4 * MAX_WORD_LENGTH
LINE_BYTES = WORD_BYTES + 40 * MOST_DIM
"""The longest line of a word and its numbers: no number is written longer than 40 characters."""

_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_BLANK = re.compile(rb"\n[\r\n]+")
_WIDE = 1 << 12  # bytes by which UTF-16 without a mark is told


class ByteStream:
    """A source of bytes from its beginning: text as UTF-8 with line feeds, anything else as it is.

    A byte order mark and blank lines at the beginning are passed over. UTF-16 is told by its mark, or by
    its zeros; carriage returns end lines where the beginning has no line feed.

    Parameters
    ----------
    source : binary file

    Attributes
    ----------
    encoding : str
        "UTF-8" or "UTF-16", known once something was read.
    guessed : bool
        Whether UTF-16 was told without a mark.
    """

    def __init__(self, source: BinaryIO):
        self.encoding, self.guessed = "UTF-8", False
        self._source = source
        self._wide = ""  # the codec, where it is UTF-16
        self._decoder: codecs.IncrementalDecoder | None = None
        self._carriage_returns = False
        self._begun = False
        self._given, self._most = 0, max_model_bytes()
        self._held, self._at = b"", 0

    def fill(self) -> bool:
        """Hold another block; False at the end."""
        piece = self._plain()
        self._given += len(piece)
        if self._given > self._most:
            raise ValueError(
                f"This file contains more than {self._most / 1e6:,g} MB when unpacked, which is "
                "the limit: use one with fewer words."
            )
        self._held, self._at = self._held[self._at :] + piece, 0
        return bool(piece)

    def peek(self, n: int) -> bytes:
        """The next n bytes, fewer at the end."""
        while len(self._held) - self._at < n and self.fill():
            pass
        return self._held[self._at : self._at + n]

    def take(self, n: int) -> bytes:
        """The next n bytes, fewer at the end, which are passed."""
        data = self.peek(n)
        self._at += len(data)
        return data

    def take_until(self, end: bytes, most: int, after: int = 0) -> tuple[bytes, bytes] | None:
        """What stands before the next ``end`` byte, and ``after`` bytes that follow it; None where the
        file ends first, or where that byte does not come within ``most`` bytes."""
        seen = 0  # bytes that were looked at
        while True:
            place = self._held.find(end, self._at + seen, self._at + most + 1)
            if place >= 0 and len(self._held) - place - 1 >= after:
                break
            seen = (place if place >= 0 else len(self._held)) - self._at
            if (place < 0 and seen > most) or not self.fill():
                return None
        before = self._held[self._at : place]
        self._at = place + 1 + after
        return before, self._held[place + 1 : self._at]

    def line(self) -> bytes:
        """The next line without its end; empty after the last. Of one that is too long, the beginning."""
        head = self.peek(LINE_BYTES + 1)
        end = head.find(b"\n")
        self._at += len(head) if end < 0 else end + 1
        return head if end < 0 else head[:end]

    def lines(self, blank: bool = False) -> Iterator[list[bytes]]:
        """All lines that are left, without their ends, in lists of about a block; of several blank ones, no
        more than one unless they are asked for. Of a line longer than
        ``LINE_BYTES`` only the beginning is given, one byte more than these."""
        while True:
            end = self._held.rfind(b"\n", self._at)
            if end >= 0:
                block = self._held[self._at : end]
                self._at = end + 1
                if not blank and (b"\n\n" in block or b"\n\r" in block):
                    block = _BLANK.sub(b"\n", block)
                yield block.split(b"\n")
            if (excess := len(self._held) - self._at - LINE_BYTES - 1) > 0:
                self._held = self._held[self._at : len(self._held) - excess]
                self._at = 0
                if not self._skip_line():
                    last, self._held = self._held, b""
                    yield [last]
                    return
                continue
            if not self.fill():
                if self._at < len(self._held):
                    last, self._at = self._held[self._at :], len(self._held)
                    yield [last]
                return

    def is_at_end(self) -> bool:
        """Whether nothing but white space is left."""
        while True:
            if self._held[self._at :].strip():
                return False
            self._at = len(self._held)
            if not self.fill():
                return True

    def _skip_line(self) -> bool:
        """Pass the rest of a line whose beginning is held; False where the file ends with it."""
        kept = self._held
        self._held = b""
        while self.fill():
            if (end := self._held.find(b"\n")) >= 0:
                self._held = kept + self._held[end:]
                return True
            self._held = b""
        self._held = kept
        return False

    def _plain(self) -> bytes:
        while True:
            piece = self._source.read(BLOCK)
            ended = not piece
            if not self._begun:
                piece = self._begin(piece)
            if self._decoder is not None:
                try:
                    piece = self._decoder.decode(piece, final=ended).encode("utf-8")
                except UnicodeError as error:
                    raise ValueError(
                        "This file begins as UTF-16 and continues as something else: save it as "
                        "UTF-8."
                    ) from error
            if self._carriage_returns:
                piece = piece.replace(b"\r", b"\n")
            if not self._begun:
                piece = piece.lstrip(b"\r\n").removeprefix(codecs.BOM_UTF8).lstrip(b"\r\n")
                self._begun = bool(piece) or ended
            if piece or ended:
                return piece

    def _begin(self, piece: bytes) -> bytes:
        for mark, codec in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
            if piece.startswith(mark):
                self._decode_from(codec)
                piece = piece[len(mark) :]
        if not self._wide and (found := _wide_without_a_mark(piece[:_WIDE])):
            self._decode_from(found)
            self.guessed = True
        if self._wide:
            head = piece[: len(piece) // 2 * 2].decode(self._wide, "replace")
            self._carriage_returns = "\r" in head and "\n" not in head
            return piece
        piece = piece.removeprefix(codecs.BOM_UTF8)
        beginning = piece[:LINE_BYTES]
        # Binary vectors hold any byte: only what is text all through is looked at.
        self._carriage_returns = (
            b"\r" in beginning
            and b"\n" not in beginning
            and not _CONTROLS.search(beginning)
            and is_utf8(beginning)
        )
        return piece

    def _decode_from(self, codec: str) -> None:
        self._wide, self.encoding = codec, "UTF-16"
        self._decoder = codecs.getincrementaldecoder(codec)()


def is_utf8(head: bytes) -> bool:
    """Whether bytes are UTF-8, but for a last letter that may be cut."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def _wide_without_a_mark(head: bytes) -> str | None:
    """UTF-16 whose numbers show it: a zero in every other place, and all of it text."""
    head = head[: len(head) // 2 * 2]
    for codec, zeros, others in (
        ("utf-16-le", head[1::2], head[::2]),
        ("utf-16-be", head[::2], head[1::2]),
    ):
        if len(head) >= 8 and zeros.count(0) > 0.4 * len(zeros) and others.count(0) == 0:
            text = codecs.getincrementaldecoder(codec)("replace").decode(head)
            return codec if all(c.isprintable() or c.isspace() for c in text) else None
    return None
