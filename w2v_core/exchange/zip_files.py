"""Zip and gzip files of strangers: declared sizes bound what is read."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from w2v_core.storage.limits import max_model_bytes, max_text_bytes
from w2v_core.text.budget import Counted

GZIP, ZIP = b"\x1f\x8b", b"PK"
_LONGEST_REASON = 200  # characters
_MOST_FILES = 2_000
_MOST_DIRECTORY = 1_000_000  # bytes of a zip's table of contents


def open_zip(file: BinaryIO) -> zipfile.ZipFile:
    """Open a zip file, limiting its table of contents before it is read.

    Raises
    ------
    ValueError
        when it is not a zip file or lists too many files.
    """
    size = file.seek(0, 2)
    file.seek(max(size - 65_557, 0))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        raise ValueError("This is not a complete zip file: it was cut off or is damaged.")
    entries = int.from_bytes(tail[at + 10 : at + 12], "little")
    directory = int.from_bytes(tail[at + 12 : at + 16], "little")
    large = tail[max(at - 20, 0) : at].startswith(b"PK\x06\x07")
    if large or entries > _MOST_FILES or directory > _MOST_DIRECTORY:
        raise ValueError(
            f"This zip file contains more than {_MOST_FILES:,} files, so it is not a model."
        )
    file.seek(0)
    return _Zip(_Forward(file))


def check_entry(info: zipfile.ZipInfo, most: int) -> None:
    """Refuse an entry that is locked, packed in an unusual way, or larger than ``most`` bytes."""
    if info.flag_bits & 1:
        raise ValueError("This zip file is encrypted: pack it without a password.")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError("This zip file is packed in an unusual way: pack it as an ordinary zip.")
    if info.file_size > most:
        raise ValueError(
            f"A part of this file takes {info.file_size / 1e6:,.0f} MB when unpacked; at most "
            f"{most / 1e6:,g} MB are accepted."
        )


@contextmanager
def unpacked(file: BinaryIO, folder: Path) -> Iterator[tuple[BinaryIO, bool]]:
    """A file, and whether it is a zip file; one that was packed with gzip is unpacked in a folder, as far
    as a model may reach. (Other files are unpacked while they are read.)

    Raises
    ------
    ValueError
        with a sentence, for damaged gzip and for more than is taken in.
    """
    file.seek(0)
    head = file.read(2)
    file.seek(0)
    if head != GZIP:
        yield file, head == ZIP
        return
    try:
        packed = gzip.GzipFile(fileobj=file)
        if packed.read(2) != ZIP:
            yield file, False
            return
        whole = folder / "bundle.zip"
        with Counted(open(whole, "w+b")) as out:
            packed.seek(0)
            most = max_model_bytes() + max_text_bytes()
            while piece := packed.read(1 << 20):
                if out.tell() + len(piece) > most:
                    raise ValueError(f"This file takes more than {most / 1e6:,g} MB when unpacked.")
                out.write(piece)
            yield cast(BinaryIO, out), True
            out.truncate(0)
        whole.unlink()
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ValueError(
            f"This gzip file is damaged or was cut off ({error}): pack or download it again."
        ) from error


class _Zip(zipfile.ZipFile):
    """A zip file that says in few words that the name which stands before a part's data is damaged."""

    def open(self, *args: Any, **named: Any) -> IO[bytes]:
        try:
            return super().open(*args, **named)
        except (UnicodeDecodeError, zipfile.BadZipFile) as error:
            if len(str(error)) < _LONGEST_REASON and not isinstance(error, UnicodeDecodeError):
                raise
            raise zipfile.BadZipFile("the name of a part is damaged") from error


class _Forward:
    """A file for ``zipfile``, in which a damaged table of contents leads nowhere before the beginning."""

    def __init__(self, file: BinaryIO):
        self._file = file

    def seek(self, offset: int, whence: int = 0) -> int:
        if whence == 0 and offset < 0:
            raise zipfile.BadZipFile("its table of contents is wrong")
        return self._file.seek(offset, whence)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)
