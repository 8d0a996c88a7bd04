"""What a format of documents is: how it is told, and what its reader is given."""

from __future__ import annotations

import codecs
import functools
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from w2v_core.text import reading
from w2v_core.text.account import FileAccount
from w2v_core.text.encoding_guess import python_codec
from w2v_core.text.gathering import ENCODINGS, Gathering
from w2v_core.text.reading import Encoding

if TYPE_CHECKING:
    from w2v_core.text.tables import Grid

HEAD = 1 << 14
"""Bytes by which a format is told."""
MOST_MARKUP = 64_000_000
"""Bytes of a file, or of a part of an office file, whose reader holds it whole."""


class Unreadable(ValueError):
    """A file is left out; the message is a sentence that names it and says why."""


@dataclass(frozen=True)
class Head:
    """What a format is told by.

    Attributes
    ----------
    name : str
    data : bytes
        The first ``HEAD`` bytes.
    parts : frozenset of str
        The names of what a zip file holds; empty for other files.
    kind : str
        What a zip file says it is, in the part that OpenDocument and books have for it.
    """

    name: str
    data: bytes
    parts: frozenset[str] = frozenset()
    kind: str = ""

    @property
    def ending(self) -> str:
        """The name's ending in small letters, that of packing with gzip apart."""
        name = self.name.lower().removesuffix(".gz")
        return name.rpartition(".")[2] if "." in name else ""

    @functools.cached_property
    def text(self) -> str:
        """The beginning as text, as far as it can be told without knowing the encoding."""
        data = self.data
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data[: len(data) // 2 * 2].decode("utf-16", "replace")
        if len(data) > 3 and data[1::2].count(0) > 0.3 * len(data[1::2]):
            return data[: len(data) // 2 * 2].decode("utf-16-le", "replace")
        if len(data) > 3 and data[::2].count(0) > 0.3 * len(data[::2]):
            return data[: len(data) // 2 * 2].decode("utf-16-be", "replace")
        return data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")


class Allowance:
    """What all files together may unpack to, office files and books within archives included."""

    def __init__(self, n_bytes: int = 2_000_000_000):
        self._whole = self._left = n_bytes

    def take(self, n_bytes: int, name: str) -> None:
        """Count bytes that are about to be unpacked (``Unreadable`` when there are too many)."""
        if n_bytes > self._left:
            raise Unreadable(
                f"{name} was left out: with it, these files would unpack to more than "
                f"{self._whole / 1e9:g} GB."
            )
        self._left -= n_bytes


@dataclass
class OpenFile:
    """A file that is being read.

    Attributes
    ----------
    name : str
    file : binary file
        From its beginning; can seek.
    settings : Gathering
    account : FileAccount
        Takes the notes of the reader.
    max_bytes : int or None
        Of text that may be read.
    metadata : dict of str → str
        What the file itself says about the document.
    again : bool
        Whether a first attempt met bytes that are not in the encoding assumed.
    before : str or None
        The codec that was suggested for the file before this one.
    alone : bool
        Whether it is the only file: then an encoding chosen by hand holds whatever its bytes are.
    allowance : Allowance
        What it and the files beside it may unpack to.
    guessed : str or None
        The codec that was suggested for this one, or that has damaged places.
    """

    name: str
    file: BinaryIO
    settings: Gathering
    account: FileAccount
    max_bytes: int | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    again: bool = False
    before: str | None = None
    alone: bool = True
    allowance: Allowance = field(default_factory=Allowance)
    guessed: str | None = None

    def whole(self) -> bytes:
        """All bytes, where they are few enough to be held at once."""
        data = reading.read_bytes(self.file, self.name, MOST_MARKUP + 1)
        if len(data) > MOST_MARKUP:
            raise Unreadable(
                f"{self.name} is larger than {MOST_MARKUP / 1e6:g} MB, which its format does not allow "
                "here: save its text as .txt, or cut it into parts."
            )
        return data

    def text(self, declared: str | None = None) -> str:
        """All text, where it can be held at once; a declared encoding is believed when it fits."""
        data = self.whole()
        self.file.seek(0)
        encoding = self.first_encoding()
        try:
            text = data.decode(encoding.codec, encoding.errors)
        except UnicodeDecodeError:
            known = decoded(data, declared) if declared else None
            if known is not None and declared is not None:
                self.account.encoding = f"{declared}, as the file says"
                return known
            self.again = True
            encoding = self.settled_encoding()
            text = data.decode(encoding.codec, encoding.errors)
        self.account.encoding = encoding.label
        return text

    def first_encoding(self) -> Encoding:
        """The encoding chosen by hand, or what the first bytes say; the file is at its beginning after."""
        if (chosen := self.settings.encoding) is not None:
            if self.alone or not self._is_whole_utf8():
                return by_hand(chosen)
            if chosen != "utf-8":
                self.account.add(
                    "read",
                    "The whole file is UTF-8, so the encoding chosen by hand was not used for it.",
                    setting="encoding",
                )
            return Encoding("utf-8-sig", ENCODINGS["utf-8"])
        head = reading.read_bytes(self.file, self.name, reading.HEAD)
        found = reading.guess_from(head, self.name)
        self.file.seek(0)
        return found

    def settled_encoding(self) -> Encoding:
        """The encoding that fits the whole file; a suggestion is noted. The file is at its beginning
        after."""
        self.file.seek(0)
        found = reading.detect_in(self.file, self.name, self.max_bytes, self.before)
        self.file.seek(0)
        if found.guessed:
            self.guessed = found.codec
            self.account.add("guessed", found.warning or "", setting="encoding")
        elif found.warning is not None:
            self.guessed = found.codec
            self.account.add("mended", found.warning or "", setting="encoding")
        return found

    def _is_whole_utf8(self) -> bool:
        """Whether it is UTF-8 and has a letter that only UTF-8 writes so."""
        high = False
        self.file.seek(0)
        try:
            for block in reading.blocks_in(
                self.file, self.name, Encoding("utf-8", "UTF-8"), self.max_bytes
            ):
                high = high or not block.isascii()
        except UnicodeDecodeError:
            high = False
        self.file.seek(0)
        return high


def by_hand(codec: str) -> Encoding:
    """An encoding that a person chose: what does not fit it shows as �."""
    if codec == "utf-8":
        return Encoding("utf-8-sig", ENCODINGS[codec], errors="replace")
    return Encoding(python_codec(codec), ENCODINGS[codec], errors="replace")


def decoded(data: bytes, name: str) -> str | None:
    """Text in an encoding that a file names; None where there is no such encoding, or it does not fit."""
    try:
        found = codecs.lookup(name)
        if not getattr(found, "_is_text_encoding", True):
            return None
        text = data.decode(found.name)
    except (LookupError, UnicodeError, ValueError):
        return None
    return text if isinstance(text, str) else None


@dataclass(frozen=True)
class Format:
    """A format of documents.

    Attributes
    ----------
    label : str
        What it is called in an account: "Word document (.docx)".
    endings : tuple of str
        Of the names of its files, where they are told by name.
    is_one : callable
        Whether a file is of this format, from its content.
    read : callable or None
        Gives the text of a file in pieces, UTF-8 (errors as ``Unreadable``, or any ValueError).
    tables : callable or None
        Of formats of rows: gives the tables of a file. Exactly one of ``read``, ``tables`` and ``left_out``
        is there.
    told_by_name : bool
        Whether the ending of a name is enough; else it only says which names a person may look for.
    left_out : str
        Of formats that are never read: why, as a sentence after the file's name.
    """

    label: str
    endings: tuple[str, ...]
    is_one: Callable[[Head], bool]
    read: Callable[[OpenFile], Iterator[bytes]] | None = None
    tables: Callable[[OpenFile], AbstractContextManager[Iterable[Grid]]] | None = None
    told_by_name: bool = False
    left_out: str = ""
