"""Zip files: what one lists, checked before any of it is unpacked, and its files one by one.

Nothing is unpacked onto the disk under a name from an archive.
"""

from __future__ import annotations

import lzma
import re
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, cast

from w2v_core.text.budget import Counted, NoRoom
from w2v_core.text.file_names import names_in_archive
from w2v_core.text.single_line import single_line

MOST_FILES = 20_000
"""Files of an archive, and files at once."""
ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
    KeyError,
    IndexError,
    OverflowError,
    AttributeError,
)
"""What ``zipfile`` raises for damaged archives."""

_NESTED = re.compile(r"\.(zip|tar|tgz|gz|bz2|xz|7z|rar|zst|jar)$", re.I)
_HIDDEN = re.compile(r"(^|/)(\.[^/]*|__MACOSX|Thumbs\.db|desktop\.ini)(/|$)", re.I)
_OUTSIDE = re.compile(r"^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_MOST_DIRECTORY = 10_000_000  # bytes of an archive's table of contents
_IN_MEMORY = 1 << 24  # bytes of a file of an archive that stays in memory
_END = b"PK\x05\x06"


@dataclass(frozen=True)
class Inner:
    """A file of an archive.

    Attributes
    ----------
    name : str
        Its path in the archive.
    info : ZipInfo
    refused : str
        Why it is not read, as a sentence; "" where it is.
    """

    name: str
    info: zipfile.ZipInfo
    refused: str = ""


@dataclass(frozen=True)
class Contents:
    """What an archive holds.

    Attributes
    ----------
    files : list of Inner
    n_hidden : int
        Files that operating systems add for themselves, which are passed over.
    codec : str or None
        The encoding that was guessed for its names.
    """

    files: list[Inner]
    n_hidden: int
    codec: str | None


def is_zip(data: bytes) -> bool:
    """Whether a file that begins with these bytes is a zip file."""
    return data.startswith((b"PK\x03\x04", _END))


def open_zip(file: IO[bytes], name: str) -> zipfile.ZipFile:
    """A zip file whose table of contents has a bounded size (ValueError with a sentence)."""
    _check_directory(file, name)
    try:
        return zipfile.ZipFile(file)
    except ERRORS as error:
        raise damaged(name) from error


def contents(archive: zipfile.ZipFile, name: str, max_bytes: int | None) -> Contents:
    """What an archive of texts holds, names and sizes checked.

    Raises
    ------
    ValueError
        when the archive holds more than ``max_bytes``.
    """
    infos = archive.infolist()
    if len(infos) > MOST_FILES:
        raise ValueError(f"{name} lists more than {MOST_FILES:,} files: pack fewer at a time.")
    meant, codec = names_in_archive(infos)
    found, hidden = [], 0
    for info in infos:
        inner = meant.get(info.filename, info.filename)
        if info.is_dir():
            continue
        if _OUTSIDE.search(info.filename) or _CONTROL.search(info.filename):
            why = (
                f"{name} contains a file named {single_line(inner, 80)!r}, which points outside "
                "its folder: it was not unpacked."
            )
            found.append(Inner(inner, info, why))
        elif _HIDDEN.search(inner.replace("\\", "/")):
            hidden += 1
        elif _NESTED.search(inner):
            found.append(Inner(inner, info, nested(name, inner)))
        elif info.flag_bits & 0x1:
            why = f"{single_line(inner, 80)} in {name} is locked with a password: pack it without one."
            found.append(Inner(inner, info, why))
        else:
            found.append(Inner(inner, info))
    size = sum(inner.info.file_size for inner in found if not inner.refused)
    if max_bytes is not None and size > max_bytes:
        raise TooLarge(
            f"{name} takes {size / 1e6:,.0f} MB when unpacked, more than the {max_bytes / 1e6:,g} "
            "MB that are read: use a part of it."
        )
    return Contents(found, hidden, codec)


class TooLarge(ValueError):
    """An archive holds more than is read at once."""


def nested(name: str, inner: str) -> str:
    """A sentence about an archive within an archive."""
    return (
        f"{name} contains another archive ({single_line(inner, 80)}): unpack that one first, then "
        "pack the texts themselves."
    )


def unpacked_again(
    path: Path, archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str
) -> BinaryIO:
    """A file of an archive, unpacked; the archive is opened anew where it was closed meanwhile."""
    try:
        if archive.fp is not None:
            return unpacked(archive, info)
        with zipfile.ZipFile(path) as again:
            return unpacked(again, info)
    except NoRoom:
        raise
    except ERRORS as error:
        raise damaged(f"{single_line(info.filename)} in {name}") from error


def unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> BinaryIO:
    """A file of an archive, from its beginning, in a temporary file that has no name."""
    file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY, prefix="w2v-file-")  # noqa: SIM115
    out = Counted(file, aside=True)
    try:
        with archive.open(info) as member:
            # No more than was promised, whatever is packed there.
            left = info.file_size
            while left > 0 and (piece := member.read(min(left, 1 << 20))):
                out.write(piece)
                left -= len(piece)
    except BaseException:
        out.close()
        raise
    out.seek(0)
    # It has all that is used of a BinaryIO, but is declared as none.
    return cast(BinaryIO, out)


def damaged(name: str) -> ValueError:
    """What is said of an archive that cannot be unpacked."""
    return ValueError(f"{name} is damaged or was cut off: save or pack it again.")


def _check_directory(file: IO[bytes], name: str) -> None:
    """The table of contents is bounded before it is read: it says how large it is."""
    size = file.seek(0, 2)
    file.seek(max(size - 65_557, 0))
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < 22:
        raise damaged(name)
    entries = int.from_bytes(tail[at + 10 : at + 12], "little")
    directory = int.from_bytes(tail[at + 12 : at + 16], "little")
    locator = tail[max(at - 20, 0) : at]
    if locator.startswith(b"PK\x06\x07") and len(locator) == 20:
        file.seek(min(int.from_bytes(locator[8:16], "little"), size))
        large = file.read(56)
        if len(large) < 56 or not large.startswith(b"PK\x06\x06"):
            raise damaged(name)
        entries = int.from_bytes(large[32:40], "little")
        directory = int.from_bytes(large[40:48], "little")
    if entries > MOST_FILES or directory > _MOST_DIRECTORY:
        raise ValueError(f"{name} lists more than {MOST_FILES:,} files: pack fewer at a time.")
    file.seek(0)
