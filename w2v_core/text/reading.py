"""Bytes → text: which encoding a file is in, and its text in blocks of bounded size."""

from __future__ import annotations

import codecs
import gzip
import re
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO, cast

from w2v_core.text.characters import LINE_ENDS, SENTENCE_MARKS
from w2v_core.text.encoding_guess import (
    SAMPLE,
    best_codec,
    likelihood,
    python_codec,
    sample_of,
    wide_codec,
)
from w2v_core.text.gathering import ENCODINGS

BLOCK = 1 << 22
"""Bytes that are read at once: large enough that what is done once a block (each distinct word is
looked up) costs little, small enough that a block and its tokens take some tens of megabytes."""
HEAD = 1 << 20
"""Bytes from which an encoding is guessed."""

_BOMS = (  # the longer first: a UTF-32 mark begins with UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 with a byte order mark"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_BINARY_SIGNATURES = (
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a zip archive or an office document"),
    (b"\xd0\xcf\x11\xe0", "an office document of the old kind (.doc, .xls, .ppt)"),
    (b"{\\rtf", "a rich text document"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x7fELF", "a program"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"SQLite format 3", "a database"),
)
_UNKNOWN = "binary data"
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r\x0b\x0c\x1a\x1b\x00")) + b"\x7f"
_ENDS = LINE_ENDS + SENTENCE_MARKS + "."
_AFTER_MARK = re.compile(rf"[{_ENDS}](?=[^\W\d_])")
_MARGIN = 1 << 12
_TRIES = 1000  # line ends looked at: a text may be nothing else
_LONGEST = 4  # bytes of a character
_INDENTED = 200  # bytes of a line in which its first character is looked for


class TooMuchText(ValueError):
    """Files hold more text than is read at once."""


@dataclass(frozen=True)
class Encoding:
    """How a file's bytes are read: the codec's name, a name for people, what to warn of, how damaged
    places are read, and whether it was guessed from the letters that it makes of the bytes."""

    codec: str
    label: str
    warning: str | None = None
    errors: str = "strict"
    guessed: bool = False


def open_bytes(path: str | Path) -> BinaryIO:
    """The file's bytes; unpacked where they are gzip (told by its first bytes, not its name)."""
    file = open(path, "rb")  # noqa: SIM115 - the caller closes it
    packed = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    # A GzipFile has all that is used of a BinaryIO, but is declared as none.
    return cast(BinaryIO, gzip.GzipFile(fileobj=file)) if packed else file


def guess_encoding(path: str | Path) -> Encoding:
    """How a text file is encoded, from its first bytes: UTF-8 where they say nothing else.

    Raises
    ------
    ValueError
        for empty and binary files, and damaged gzip files.
    """
    name = Path(path).name
    with open_bytes(path) as file:
        head = read_bytes(file, name, HEAD)
    return _by_head(head, name) or Encoding("utf-8", "UTF-8")


def detect_encoding(path: str | Path, max_bytes: int | None = None) -> Encoding:
    """Find out how a text file is encoded.

    A byte order mark decides; then UTF-16 shows by its zero bytes; then UTF-8 is tried on the whole
    file. What is left is read as UTF-8 with damaged places (where most of its non-ASCII bytes are
    valid UTF-8) or else in the older encoding that it fits best; both carry a warning.

    Raises
    ------
    ValueError
        for binary files, damaged gzip files, and files of more than ``max_bytes`` (unpacked).
    """
    with open_bytes(path) as file:
        return detect_in(file, Path(path).name, max_bytes)


def detect_in(
    file: BinaryIO, name: str, max_bytes: int | None = None, before: str | None = None
) -> Encoding:
    """The same for an open file, from where it stands (errors as for ``detect_encoding``).

    ``before`` is the codec that was guessed for a file beside it; it is tried first.
    """
    pieces = _pieces(file, name, max_bytes)
    first = next(pieces, b"")
    return _by_trial(chain([first], pieces), _by_head(first[:HEAD], name), before)


def guess_from(head: bytes, name: str) -> Encoding:
    """The same as ``guess_encoding``, from the first bytes of a file."""
    return _by_head(head[:HEAD], name) or Encoding("utf-8", "UTF-8")


def _by_head(head: bytes, name: str) -> Encoding | None:
    if not head:
        raise ValueError(f"{name} is empty: choose a file that contains text.")
    found = _by_mark(head) or _by_zero_bytes(head)
    if found is None and (what := _binary(head)) is not None:
        found = _by_letters(head) if what == _UNKNOWN else None
        if found is None:
            raise ValueError(
                f"{name} contains {what}, not plain text: save its text as .txt (UTF-8) and use "
                "that."
            )
    return found


def read_bytes(file: BinaryIO, name: str, size: int) -> bytes:
    """Some bytes of a file (ValueError with a sentence where it is damaged gzip)."""
    try:
        return file.read(size)
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(
            f"{name} is a damaged gzip file and cannot be unpacked: pack it again, or upload the "
            "plain text."
        ) from error


def _by_mark(head: bytes) -> Encoding | None:
    for mark, codec, label in _BOMS:
        if head.startswith(mark):
            return Encoding(codec, label)
    return None


def _by_zero_bytes(head: bytes) -> Encoding | None:
    """UTF-16 without a mark: in most texts every second byte is zero, and few of the others are."""
    pairs = len(head) // 2
    if pairs == 0:
        return None
    even, odd = head[: 2 * pairs : 2].count(0) / pairs, head[1 : 2 * pairs : 2].count(0) / pairs
    if odd > 0.3 and even < 0.02:
        return Encoding("utf-16-le", "UTF-16 (little-endian)")
    if even > 0.3 and odd < 0.02:
        return Encoding("utf-16-be", "UTF-16 (big-endian)")
    return None


def _by_letters(head: bytes) -> Encoding | None:
    """UTF-16 of other scripts without a mark: zero bytes, if any, at one side only, and nothing but
    letters, digits, spaces and punctuation when read so."""
    found: list[Encoding] = []
    for codec, label, side in (
        ("utf-16-le", "UTF-16 (little-endian)", 0),
        ("utf-16-be", "UTF-16 (big-endian)", 1),
    ):
        text = head[: len(head) // 2 * 2].decode(codec, "replace")
        wrong = sum(unicodedata.category(c)[0] == "C" and c not in "\t\n\r" for c in text)
        high = {c >> 8 for c in map(ord, text)}
        if head[side::2].count(0) == 0 and wrong <= 0.01 * len(text) and len(high) < 120:
            found.append(Encoding(codec, label))
    if len(found) == 2:  # few characters may be letters either way
        even = head[: min(len(head), SAMPLE) // 2 * 2]
        return max(found, key=lambda encoding: likelihood(even, encoding.codec) or 0.0)
    return found[0] if found else None


def _binary(head: bytes) -> str | None:
    """What a file holds that is not text."""
    for mark, what in _BINARY_SIGNATURES:
        if head.startswith(mark):
            return what
    control = len(head) - len(head.translate(None, _CONTROL))
    if control > 0.02 * len(head) or head.count(0) > 0.1 * len(head):
        return _UNKNOWN
    return None


def _by_trial(
    pieces: Iterator[bytes], found: Encoding | None, before: str | None = None
) -> Encoding:
    """Decode all of it once, counting what does not fit."""
    codec = found.codec if found else "utf-8"
    damaged = good = 0
    genuine, tail = "\ufffd".encode(codec), b""  # the text may hold the replacement sign itself
    sample = head = b""
    decoder = codecs.getincrementaldecoder(codec)("replace")
    for block in pieces:
        head = head or block[:SAMPLE]
        text = decoder.decode(block)
        damaged += text.count("\ufffd") - (tail + block).count(genuine)
        tail = block[-2:]
        if not text.isascii():
            good += len(text) - len(text.encode("ascii", "ignore"))
        if len(sample) < SAMPLE and not block.isascii():
            sample += sample_of(block)
    damaged += decoder.decode(b"", final=True).count("\ufffd")
    good -= damaged
    label = found.label if found else "UTF-8"
    if damaged and (found or good > damaged):
        warning = f"{damaged:,} damaged places were found in this {label} text."
        return Encoding(codec, label, warning, "replace")
    if damaged:
        if (wide := wide_codec(head)) is not None:
            return Encoding(wide, ENCODINGS[wide].replace(", ", " (") + ")", errors="replace")
        return suggested(sample, before)
    return Encoding(codec, label)


_ENOUGH = 0.8  # likelihood from which the encoding of the file before is taken without a search


def suggested(sample: bytes, before: str | None = None) -> Encoding:
    """The older encoding that a sample of a text fits best, with a warning that shows some of it.

    Parameters
    ----------
    sample : bytes
        What ``encoding_guess.sample_of`` gave.
    before : str, optional
        The codec that was guessed for a file beside this one.
    """
    codec = None
    if before is not None and before in ENCODINGS:
        likely = likelihood(sample, before)
        codec = before if likely is not None and likely >= _ENOUGH else None
    if codec is None:
        codec = best_codec(sample)
    label = ENCODINGS[codec].partition(",")[0]
    warning = (
        f"The file is not UTF-8; it was read as {label}, which its letters suggest: "
        f"“{_shown(sample, codec)}”. If this looks wrong, choose the encoding by hand."
    )
    return Encoding(python_codec(codec), label, warning, "replace", guessed=True)


def _shown(sample: bytes, codec: str) -> str:
    """A few words of a sample, around the first letter that is not ASCII."""
    text = sample.decode(python_codec(codec), "replace")
    at = next((i for i, c in enumerate(text) if ord(c) > 127), 0)
    shown = "".join(c if c.isprintable() else " " for c in text[max(at - 30, 0) : at + 50])
    return " ".join(shown.split())


def text_blocks(
    path: str | Path, encoding: Encoding, max_bytes: int | None = None
) -> Iterator[bytes]:
    """The file's text in UTF-8, in ``blocks``.

    Raises
    ------
    UnicodeDecodeError
        where the file is not in that encoding.
    ValueError
        for damaged gzip files, and files of more than ``max_bytes`` (unpacked).
    """
    with open_bytes(path) as file:
        yield from blocks_in(file, Path(path).name, encoding, max_bytes)


def blocks_in(
    file: BinaryIO, name: str, encoding: Encoding, max_bytes: int | None = None
) -> Iterator[bytes]:
    """The same for an open file, from where it stands (errors as for ``text_blocks``)."""
    pieces = _pieces(file, name, max_bytes)
    if encoding.codec == "utf-8" and encoding.errors == "strict":
        for block in blocks(pieces):
            if not block.isascii():
                block.decode("utf-8")  # raises where it is not
            yield block
    else:
        yield from blocks(recoded(pieces, encoding))


def _pieces(file: BinaryIO, name: str, max_bytes: int | None) -> Iterator[bytes]:
    size = 0
    while piece := read_bytes(file, name, BLOCK):
        size += len(piece)
        if max_bytes is not None and size > max_bytes:
            raise TooMuchText(
                f"{name} contains more than {max_bytes / 1e6:,g} MB of text: use a smaller part of "
                "it."
            )
        yield piece


def recoded(pieces: Iterator[bytes], encoding: Encoding) -> Iterator[bytes]:
    """Pieces of a file in UTF-8 (UnicodeDecodeError where they are not in that encoding)."""
    decoder = codecs.getincrementaldecoder(encoding.codec)(encoding.errors)
    for piece in pieces:
        yield decoder.decode(piece).encode("utf-8")
    yield decoder.decode(b"", final=True).encode("utf-8")


def blocks(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Pieces of UTF-8 text regrouped into blocks of about ``BLOCK`` bytes.

    A block ends with a line end that no other end of sentence, nor an empty line, follows. Where none
    comes within a block, it is cut after a space or a sentence mark or, failing that, between any two
    characters: then its last sentence goes on in the next.
    """
    rest = b""
    for piece in pieces:
        rest += piece
        if cut := _line_end(rest):
            yield rest[:cut]
            rest = rest[cut:]
        while len(rest) >= BLOCK + _LONGEST:
            cut = _any_cut(rest)
            yield rest[:cut]
            rest = rest[cut:]
    if rest:
        yield rest


def _line_end(text: bytes) -> int:
    """Where the last line begins, 0 where there is no such place."""
    cut = len(text)
    for _ in range(_TRIES):
        cut = text.rfind(b"\n", 0, cut)
        if cut < 0:
            break
        line = text[cut + 1 : cut + 1 + _INDENTED].lstrip(b" \t")
        following = line[:_LONGEST].decode("utf-8", "ignore")[:1]
        if following and following not in _ENDS:
            return cut + 1
    return 0


def _any_cut(text: bytes) -> int:
    """Where to cut text that holds no line end: at most ``_MARGIN`` bytes before ``BLOCK``."""
    start = max(BLOCK - _MARGIN, 0)
    space = max(text.rfind(b" ", start, BLOCK), text.rfind(b"\t", start, BLOCK))
    if space >= 0:
        return space + 1
    end = BLOCK
    while end > 1 and text[end] & 0xC0 == 0x80:
        end -= 1
    tail = text[start:end].decode("utf-8", "ignore")
    if marks := list(_AFTER_MARK.finditer(tail)):
        return end - len(tail[marks[-1].end() :].encode("utf-8"))
    return end
