"""Vectors from elsewhere: word2vec's text and binary formats, GloVe's text, each also as .gz.

Nothing in such a file is believed. Sizes are checked against the header before memory is taken, and
memory is taken only as rows arrive; what is wrong is said in a sentence that names the row.
"""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

import numpy as np

from w2v_core.model.skipgram import SkipGram
from w2v_core.storage.limits import MOST_DIM, max_dim, max_model_bytes, max_words
from w2v_core.text.tokenizer import MAX_WORD_LENGTH

GZIP, ZIP = b"\x1f\x8b", b"PK"
BLOCK = 1 << 20
"""Bytes that are read at once."""
LARGEST = 1e9
"""Magnitude of a number that is taken in: squares of longer vectors leave float32."""
_ROWS = 1_000  # between two reports of progress
_WORD_BYTES = 4 * MAX_WORD_LENGTH
_LINE_BYTES = _WORD_BYTES + 40 * MOST_DIM  # no number is written longer
_PICKLE = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")

_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1f]")

Tell = Callable[[float], object]


@dataclass(frozen=True)
class Vectors:
    """What a file holds: its format's name, its words, and a row for each, float32 (words, d);
    ``in_file`` counts its words, those that were left out too (None where it does not say)."""

    format: str
    words: list[str]
    matrix: np.ndarray
    in_file: int | None

    def model(self) -> SkipGram:
        """These vectors as V of a model that has nothing else."""
        n = len(self.words)
        model = SkipGram.from_arrays(
            parameters={},
            chosen={},
            words=self.words,
            counts=np.zeros(n, np.int64),
            lowercase=all(word == word.lower() for word in self.words),
            V=self.matrix,
            U=None,
            log_q=np.zeros(n, np.float32),
            loss_curve=np.empty(0),
            stopped=False,
            seconds=0.0,
        )
        model.origin = {"versions": None}  # none of ours made it
        return model


def read_vectors(file: BinaryIO, first: int | None = None, tell: Tell | None = None) -> Vectors:
    """Read vectors of any of the formats; which one is told from the content.

    Parameters
    ----------
    file : binary file
        At its beginning; one that can seek.
    first : int, optional
        Keep only so many words, the first ones, and do not read on.
    tell : callable, optional
        Called with the share read so far (0 to 1); what it raises ends the reading.

    Raises
    ------
    ValueError
        with a sentence: which row is wrong, and how.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    packed = file.read(2) == GZIP
    file.seek(0)
    source = cast(BinaryIO, gzip.GzipFile(fileobj=file)) if packed else file
    reader = _Reader(cast(BinaryIO, _Plain(source)), file, size, packed, tell)
    try:
        return _read(reader, first)
    except (OSError, EOFError, zlib.error) as error:
        if not packed:
            raise
        raise ValueError(
            f"This gzip file is damaged or was cut off ({error}): pack or download it again."
        ) from error


def check_word(word: str, where: str) -> str:
    """A word from a file, if it can be one.

    Raises
    ------
    ValueError
        with a sentence that begins with ``where``.
    """
    if not word:
        raise ValueError(f"{where} has no word.")
    if len(word) > MAX_WORD_LENGTH:
        raise ValueError(f"{where} has a word of more than {MAX_WORD_LENGTH:,} characters.")
    if any(ord(c) < 32 or ord(c) == 127 or 0xD800 <= ord(c) < 0xE000 for c in word):
        raise ValueError(f"{where} has a word with characters that no text holds: {word[:40]!r}.")
    return word


def check_words(words: list[str]) -> None:
    """That no word stands twice.

    Raises
    ------
    ValueError
        naming the first that does, and its rows.
    """
    places: dict[str, int] = {}
    for row, word in enumerate(words, 1):
        if places.setdefault(word, row) != row:
            raise ValueError(
                f"The word {word[:40]!r} stands twice, in rows {places[word]:,} and {row:,}: each "
                "word may have one vector only."
            )


def check_numbers(matrix: np.ndarray, words: list[str], row: int = 0) -> None:
    """That all numbers are finite and not enormous; ``row`` counts the rows before these.

    Raises
    ------
    ValueError
        naming the first word with one that is not.
    """
    with np.errstate(invalid="ignore"):
        wrong = np.flatnonzero(~(np.abs(matrix) <= LARGEST).all(axis=1))
    if len(wrong):
        raise ValueError(
            f"The vector of {words[wrong[0]][:40]!r}, row {row + wrong[0] + 1:,}, holds a number that is "
            f"not finite, or larger than {LARGEST:,.0f}."
        )


class _Plain:
    """A file as UTF-8 with line feeds, without a byte order mark and without blank lines at its beginning.

    UTF-16 is told by its byte order mark; carriage returns end lines where the beginning has no line feed.
    """

    def __init__(self, source: BinaryIO):
        self._source = source
        self._decoder: codecs.IncrementalDecoder | None = None
        self._carriage_returns = False
        self._begun = False

    def read(self, n: int) -> bytes:
        """About n bytes; none at the end.

        Raises
        ------
        ValueError
            with a sentence, for damaged UTF-16.
        """
        while True:
            piece = self._source.read(n)
            ended = not piece
            if not self._begun:
                piece = self._begin(piece)
            if self._decoder is not None:
                try:
                    piece = self._decoder.decode(piece, final=ended).encode("utf-8")
                except UnicodeError as error:
                    raise ValueError(
                        "This file begins as UTF-16 and goes on as something else: save it as UTF-8."
                    ) from error
            if self._carriage_returns:
                piece = piece.replace(b"\r", b"\n")
            if not self._begun:
                piece = piece.lstrip(b"\r\n")
                self._begun = bool(piece) or ended
            if piece or ended:
                return piece

    def _begin(self, piece: bytes) -> bytes:
        for mark, codec in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
            if piece.startswith(mark):
                self._decoder = codecs.getincrementaldecoder(codec)()
                return piece[len(mark) :]
        piece = piece.removeprefix(codecs.BOM_UTF8)
        head = piece[:_LINE_BYTES]
        # Binary vectors hold any byte: only what is text all through is looked at.
        self._carriage_returns = (
            b"\r" in head and b"\n" not in head and not _CONTROLS.search(head) and _is_utf8(head)
        )
        return piece


def _is_utf8(head: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


class _Reader:
    """A source of bytes that counts what it gives, and gives no more than a model may have."""

    def __init__(
        self, source: BinaryIO, file: BinaryIO, size: int, packed: bool, tell: Tell | None
    ):
        self._file, self._size, self._tell = file, max(size, 1), tell
        self._source, self.packed, self._given = source, packed, 0
        self._most = max_model_bytes()
        self._held, self._at = b"", 0
        # Deflate packs at most 1,032 : 1.
        self.most_left = size * 1_032 if packed else size

    def fill(self) -> bool:
        """Hold another block; False at the end."""
        piece = self._source.read(BLOCK)
        self._given += len(piece)
        if self._given > self._most:
            raise ValueError(
                f"This file holds more than {self._most / 1e6:,g} MB (unpacked), the most that is "
                "taken in: use one with fewer words."
            )
        self._held, self._at = self._held[self._at :] + piece, 0
        return bool(piece)

    def line(self) -> bytes | None:
        """The next line without its end; None after the last."""
        begin = self._at
        while (end := self._held.find(b"\n", begin)) < 0:
            begin = len(self._held) - self._at
            if begin > _LINE_BYTES:
                break
            if not self.fill():
                line, self._held, self._at = self._held[self._at :], b"", 0
                return line or None
        if end < 0 or end - self._at > _LINE_BYTES:
            raise ValueError(
                f"A line of this file is longer than {_LINE_BYTES:,} bytes, more than a word and "
                f"{MOST_DIM:,} numbers take: it holds no word vectors."
            )
        line = self._held[self._at : end]
        self._at = end + 1
        return line

    def peek(self, n: int) -> bytes:
        """The next n bytes, fewer at the end."""
        while len(self._held) - self._at < n and self.fill():
            pass
        return self._held[self._at : self._at + n]

    def push_back(self, line: bytes) -> None:
        self._held, self._at = line + b"\n" + self._held[self._at :], 0

    def word_and_bytes(self, n: int) -> tuple[bytes, bytes] | None:
        """What stands before the next space, and n bytes after it; None where the file ends first."""
        begin = self._at
        while (space := self._held.find(b" ", begin, self._at + _WORD_BYTES + 2)) < 0 or len(
            self._held
        ) - space - 1 < n:
            if space < 0 and len(self._held) - self._at > _WORD_BYTES:
                raise ValueError(
                    f"A word of this file is longer than {MAX_WORD_LENGTH:,} characters: it holds no "
                    "word vectors, or is damaged."
                )
            if not self.fill():
                return None
            begin = self._at
        word, data = self._held[self._at : space], self._held[space + 1 : space + 1 + n]
        self._at = space + 1 + n
        return word, data

    def rest_is_blank(self) -> bool:
        """Whether nothing but white space is left."""
        while True:
            if self._held[self._at :].strip():
                return False
            self._at = len(self._held)
            if not self.fill():
                return True

    def tell(self) -> None:
        if self._tell is not None:
            self._tell(min(self._file.tell() / self._size, 1.0))


def _read(reader: _Reader, first: int | None) -> Vectors:
    head = reader.peek(4)
    if not head:
        raise ValueError("This file is empty.")
    if head[:2] == GZIP:
        raise ValueError("This file is packed with gzip twice: unpack it once.")
    if head[:2] in _PICKLE:
        raise ValueError(
            "This is a Python pickle, which could run any code, so it is never opened: save the "
            "vectors in word2vec's format (gensim: save_word2vec_format) and import that."
        )
    line = reader.line()
    assert line is not None  # there is a first line, as the head is not empty
    header = _header(line)
    if header is None:
        reader.push_back(line)
        return _text(reader, "GloVe text", None, _width(line), first)
    n, d = header
    _check_size(n, d, first)
    # A row takes at least a letter, a space and d numbers: four bytes each, or a space and a digit.
    second = reader.peek(_WORD_BYTES + 40 * d).partition(b"\n")[0]
    if not second.strip():
        raise ValueError(
            f"The header promises {n:,} words, but no row follows: the file was cut off."
        )
    binary, least = (True, 2 + 4 * d) if not _looks_like_text(second, d) else (False, 2 + 2 * d)
    if (n if first is None else min(first, n)) * least > reader.most_left:
        raise ValueError(
            f"The header promises {n:,} words of {d:,} numbers, more than this file can hold: it was "
            "cut off, or its header is wrong."
        )
    if binary:
        return _binary(reader, n, d, first)
    return _text(reader, "word2vec text", n, d, first)


def _header(line: bytes) -> tuple[int, int] | None:
    """(words, dimensions) of word2vec's first line; None where it is none."""
    parts = line.split()
    if len(parts) == 2 and all(part.isdigit() and len(part) < 16 for part in parts):
        return int(parts[0]), int(parts[1])
    return None


def _check_size(n: int, d: int, first: int | None) -> None:
    if n == 0 or d == 0:
        raise ValueError(
            f"The header promises {n:,} words of {d:,} numbers: there is nothing to read."
        )
    if d > max_dim():
        raise ValueError(
            f"These vectors have {d:,} numbers each; at most {max_dim():,} are taken in."
        )
    if (n if first is None else min(first, n)) > max_words():
        raise ValueError(_too_many(f"{n:,}"))


def _too_many(n: str) -> str:
    return f"This file holds {n} words; at most {max_words():,} are taken in: keep only the first ones."


def _width(line: bytes) -> int:
    """How many numbers stand in the first line of a file without a header."""
    parts = line.split()
    d = 0
    while d + 1 < len(parts) and _number(parts[-1 - d]) is not None:
        d += 1
    if d < 2:  # a line of prose may end with a number
        raise ValueError(
            "This file holds no word vectors: give a model saved here (.zip), or word2vec or GloVe "
            "vectors, each line a word and its numbers."
        )
    d = len(parts) - 1  # what is no number among them is told when the row is read
    if d > max_dim():
        raise ValueError(
            f"These vectors have {d:,} numbers each; at most {max_dim():,} are taken in."
        )
    return d


def _number(field: bytes) -> float | None:
    try:
        return float(field)
    except ValueError:
        return None


def _looks_like_text(line: bytes, d: int) -> bool:
    """Whether the row after the header is written in letters: it is text all through, or at least
    its numbers are."""
    fields = line.split()
    if len(fields) > d and all(_number(field) is not None for field in fields[-d:]):
        return True
    try:
        start = codecs.getincrementaldecoder("utf-8")().decode(line)  # its last letter may be cut
        return all(c.isprintable() or c.isspace() for c in start)
    except UnicodeDecodeError:
        return False


def _text(reader: _Reader, format: str, n: int | None, d: int, first: int | None) -> Vectors:
    words: list[str] = []
    chunks: list[np.ndarray] = []
    most = min(x for x in (n, first, max_words()) if x is not None)
    for rows in _blocks_of_rows(_text_rows(reader, d), most):
        _take(words, chunks, rows)
        reader.tell()
    return _whole(reader, format, words, chunks, n, first)


def _text_rows(reader: _Reader, d: int) -> Iterator[tuple[bytes, np.ndarray]]:
    row = 0
    while (line := reader.line()) is not None:
        row += 1
        fields = line.rstrip().rsplit(None, d) if line[:1] not in (b" ", b"\t") else []
        if not line.strip() and reader.rest_is_blank():
            return
        try:
            if len(fields) != d + 1:
                raise ValueError
            with np.errstate(over="ignore"):
                yield fields[0], np.array([float(field) for field in fields[1:]]).astype(np.float32)
        except ValueError:
            start = line[:40].decode("utf-8", "replace")
            raise ValueError(
                f"Row {row:,} is not a word and {d:,} numbers as the rows before it promise: it begins "
                f"with {start!r}."
            ) from None


def _binary(reader: _Reader, n: int, d: int, first: int | None) -> Vectors:
    def rows() -> Iterator[tuple[bytes, np.ndarray]]:
        while (found := reader.word_and_bytes(4 * d)) is not None:
            yield found[0].lstrip(b"\n"), np.frombuffer(found[1], "<f4")

    words: list[str] = []
    chunks: list[np.ndarray] = []
    most = n if first is None else min(first, n)
    for block in _blocks_of_rows(rows(), most):
        _take(words, chunks, block)
        reader.tell()
    return _whole(reader, "word2vec binary", words, chunks, n, first)


def _blocks_of_rows(rows: Iterator, most: int) -> Iterator[list]:
    block: list = []
    taken = 0
    while taken < most and (row := next(rows, None)) is not None:
        block.append(row)
        taken += 1
        if len(block) == _ROWS:
            yield block
            block = []
    if block:
        yield block


def _take(words: list[str], chunks: list[np.ndarray], rows: list) -> None:
    """Add rows to what was read, each checked."""
    before = len(words)
    for i, (raw, _) in enumerate(rows):
        where = f"Row {before + i + 1:,}"
        try:
            words.append(check_word(raw.decode("utf-8"), where))
        except UnicodeDecodeError as error:
            raise ValueError(f"{where} has a word that is not UTF-8: {raw[:40]!r}.") from error
    chunks.append(np.stack([vector for _, vector in rows]).astype(np.float32))
    check_numbers(chunks[-1], words[before:], before)


def _whole(
    reader: _Reader, format: str, words: list[str], chunks: list, n: int | None, first: int | None
) -> Vectors:
    """All rows together, their number compared with the header's."""
    if n is not None and len(words) < (n if first is None else min(first, n)):
        raise ValueError(
            f"The header promises {n:,} words, but the file ends after {len(words):,}: it was cut off."
        )
    if (first is None or len(words) < first) and not reader.rest_is_blank():
        if n is None:
            raise ValueError(_too_many(f"more than {len(words):,}"))
        raise ValueError(
            f"The file goes on after the {n:,} words that its header promises: one of the two is wrong."
        )
    if not words:
        raise ValueError("This file holds no word vectors.")
    check_words(words)
    return Vectors(format, words, np.concatenate(chunks), n)
