"""Files that are either complete or absent, and whose bytes are counted (see ``text.budget``)."""

from __future__ import annotations

import contextlib
import errno
import json
import math
import os
import secrets
import shutil
import stat
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol, cast, runtime_checkable

import numpy as np

from w2v_core.text import budget
from w2v_core.text.budget import Counted
from w2v_core.text.scratch import new_stamp

FULL = (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC))
"""System errors for a disk without free space."""
_CLOSED = (errno.EACCES, errno.EPERM, errno.EISDIR, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG)
"""System errors for a file that will not be readable next time either."""
_UNREADABLE = (  # exceptions that json, zipfile and NumPy raise for damaged bytes
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    EOFError,
    OverflowError,
    RuntimeError,
    SyntaxError,
    tokenize.TokenError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)


class Damaged(ValueError):
    """One of the app's own files or folders cannot be read. The message is a sentence that names the file
    and the problem, and quotes nothing from the file."""


_LENGTHS = 26  # where a local header of a .zip says how long it is (APPNOTE.TXT, 4.3.7)
OWNER = ".owner"
"""The file that names the owner of a folder which has no other record of it; its size is not counted."""


def sentence(error: BaseException) -> str:
    """The sentence to show for an error: its own message or, for a system error, a sentence written
    here."""
    if isinstance(error, KeyError) and error.args:
        return str(error.args[0])  # str(error) would add quotes
    if isinstance(error, OSError) and error.errno is not None:
        if error.errno in FULL:
            return (
                "The disk is full. Free some space on the disk of W2V_HOME, then try again. Everything "
                "saved before is unchanged."
            )
        if error.errno == errno.EROFS:
            return "W2V_HOME is read-only. Nothing can be changed until this app may write to it."
        if isinstance(error, FileNotFoundError):
            name = Path(os.fsdecode(error.filename)).name if error.filename else "A file of it"
            return f"{name} does not exist, or no longer exists. Choose again, or reload the page."
        return (
            f"A file cannot be read or written ({error.strerror}). Make sure that this app may write to "
            "the folder W2V_HOME."
        )
    return str(error) or f"An unexpected error occurred ({type(error).__name__})."


@contextmanager
def whole_file(path: Path, durable: bool = True) -> Iterator[Path]:
    """A temporary path beside ``path`` that replaces it when the block succeeds and is removed when it
    fails. ``durable`` waits for the disk, so that a power cut cannot leave an empty file."""
    temporary = path.with_name(f".{path.name}.{new_stamp()}.tmp")
    try:
        yield temporary
        if durable:
            with open(temporary, "rb+") as file:
                os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        with suppress(OSError):  # a read-only folder: nothing was created there
            temporary.unlink(missing_ok=True)


@contextmanager
def counted_file(path: Path, durable: bool = True) -> Iterator[IO[bytes]]:
    """The same, as an open file whose bytes are counted.

    Raises
    ------
    NoRoom
        If the current budget does not have enough room for what is written.
    """
    before = _size(path)
    with whole_file(path, durable) as temporary:
        try:
            with Counted(open(temporary, "wb")) as file:
                yield cast(IO[bytes], file)
        except BaseException:
            budget.give_back(_size(temporary))
            raise
    budget.give_back(before)


@contextmanager
def scratch_folder(parent: Path, owner: str) -> Iterator[Path]:
    """A new folder for incomplete files, which is removed when the block ends unless it was moved. Its name
    begins with a dot, and the file ``OWNER`` in it says against whose quota it counts."""
    folder = parent / f".{new_stamp()}"
    folder.mkdir(parents=True)
    try:
        if owner:
            (folder / OWNER).write_text(owner, encoding="utf-8")
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def bytes_in(folder: Path) -> int:
    """The bytes of all files in a folder, excluding ``OWNER``."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            if name != OWNER:
                with contextlib.suppress(OSError):  # a temporary file that was just removed
                    total += os.lstat(os.path.join(place, name)).st_size
    return total


def modified(path: Path) -> float:
    """When a file was last modified, in seconds since 1970; 0 if it does not exist."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def write_text(path: Path, text: str) -> None:
    """Write a text in UTF-8, completely or not at all; characters that it cannot encode become "?"."""
    with counted_file(path) as file:
        file.write(text.encode("utf-8", "replace"))


def copy_file(source: Path, target: Path) -> None:
    """Copy a file, completely or not at all."""
    with open(source, "rb") as opened, counted_file(target) as file:
        shutil.copyfileobj(opened, file, 1 << 20)


def write_json(path: Path, content: Any, durable: bool = True) -> None:
    """Write JSON in UTF-8, completely or not at all."""
    with counted_file(path, durable) as file:
        file.write(json.dumps(content, ensure_ascii=False, indent=1).encode())


def read_json(path: Path) -> Any:
    """Read a file written by ``write_json``.

    Raises
    ------
    FileNotFoundError
    Damaged
        when the file is damaged.
    """
    with _whole(path) as file:
        return json.loads(file.read().decode("utf-8"))


@contextmanager
def _whole(path: Path) -> Iterator[Any]:
    """Open a file for reading and turn errors caused by its bytes or by the disk into ``Damaged``."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # opening a pipe would block for ever
            raise Damaged(f"{path.name} is damaged: it is not a file.")
        with open(path, "rb") as file:
            yield file
    except Damaged:
        raise
    except _UNREADABLE as error:
        kind = "JSON" if path.suffix == ".json" else "a .npz archive"
        raise Damaged(f"{path.name} is damaged: it is not {kind}, or it is incomplete.") from error
    except OSError as error:
        if error.errno in _CLOSED:
            raise Damaged(f"{path.name} cannot be read ({error.strerror}).") from error
        if error.errno == errno.EINVAL:  # a damaged archive that points before its beginning
            raise Damaged(f"{path.name} is damaged: it is incomplete.") from error
        raise


def random_bytes(path: Path) -> bytes:
    """The 32 random bytes in a file, which is created if it is missing and readable only by its owner. If
    it cannot be created, on a full or read-only disk, the bytes are valid for this process only."""
    try:
        _make_random(path)
    except OSError:
        return _of_this_process.setdefault(path, secrets.token_bytes(32))
    return path.read_bytes()


_of_this_process: dict[Path, bytes] = {}


def _make_random(path: Path) -> None:
    if path.is_file():
        return
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(secrets.token_bytes(32))
        with suppress(OSError):  # another process was first
            os.link(temporary, path)
        if not path.is_file():  # a file system without links
            os.replace(temporary, path)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


@runtime_checkable
class ArrayInParts(Protocol):
    """An array too large for memory: its numbers come in order of its rows (C order), part by part."""

    shape: tuple[int, ...]
    dtype: np.dtype

    def parts(self) -> Iterable[np.ndarray]: ...


def write_arrays(
    path: Path, arrays: Mapping[str, np.ndarray | ArrayInParts], durable: bool = True
) -> None:
    """Write arrays as one uncompressed .npz, completely or not at all."""
    with counted_file(path, durable) as file, zipfile.ZipFile(file, "w") as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                if isinstance(array, ArrayInParts):
                    _write_parts(member, array)
                else:
                    np.lib.format.write_array(member, np.asanyarray(array), allow_pickle=False)


def _write_parts(member: IO[bytes], array: ArrayInParts) -> None:
    descr = np.lib.format.dtype_to_descr(array.dtype)
    header = {"descr": descr, "fortran_order": False, "shape": array.shape}
    np.lib.format.write_array_header_1_0(member, header)
    for part in array.parts():
        member.write(np.ascontiguousarray(part, array.dtype).data)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


@dataclass(frozen=True)
class Header:
    """The header of an array in an .npz."""

    shape: tuple[int, ...]
    dtype: np.dtype
    fortran: bool = False


def array_headers(path: Path) -> dict[str, Header]:
    """The shapes and types of the arrays in an .npz, without reading their contents (errors as for
    ``read_arrays``)."""
    with _whole(path) as file, zipfile.ZipFile(file) as archive:
        room = os.fstat(file.fileno()).st_size
        return {
            info.filename.removesuffix(".npy"): _header(archive, info, room)
            for info in archive.infolist()
        }


def _header(archive: zipfile.ZipFile, info: zipfile.ZipInfo, room: int) -> Header:
    with archive.open(info) as member:
        version = np.lib.format.read_magic(member)
        read = np.lib.format.read_array_header_1_0
        if version != (1, 0):
            read = np.lib.format.read_array_header_2_0
        shape, fortran, dtype = read(member)
        n_bytes = member.tell() + math.prod(shape) * dtype.itemsize
    stored = info.compress_type == zipfile.ZIP_STORED
    if dtype.hasobject or n_bytes != info.file_size or (stored and n_bytes > room):
        raise ValueError("a header that describes more data than the file contains")
    return Header(shape, dtype, fortran)


def read_arrays(path: Path, *names: str) -> dict[str, np.ndarray]:
    """Read a file written by ``write_arrays``, all arrays or the named ones; nothing is unpickled.

    Raises
    ------
    FileNotFoundError
    Damaged
        when the file is damaged.
    """
    array_headers(path)  # before memory is allocated for what a header describes
    with _whole(path) as file, np.load(file, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in names or arrays.files}


def mapped_arrays(path: Path, *names: str) -> dict[str, np.ndarray]:
    """The same arrays, of which what is used is read from the file then. The file is checked whole before
    that, and may be replaced later, though not on Windows (errors as for ``read_arrays``)."""
    headers, found = array_headers(path), {}
    with _whole(path) as file, zipfile.ZipFile(file) as archive:
        if archive.testzip() is not None:
            raise Damaged(f"{path.name} is damaged: its checksums are wrong.")
        for name in names or headers:
            info, header = archive.getinfo(f"{name}.npy"), headers[name]
            stored = info.compress_type == zipfile.ZIP_STORED
            if not stored or header.fortran or not all(header.shape):
                with archive.open(info) as member:
                    found[name] = np.lib.format.read_array(member, allow_pickle=False)
                continue
            file.seek(info.header_offset + _LENGTHS)
            lengths = struct.unpack("<HH", file.read(4))  # of its name and of what else is said
            end = info.header_offset + _LENGTHS + 4 + sum(lengths) + info.file_size
            begin = end - math.prod(header.shape) * header.dtype.itemsize
            found[name] = np.memmap(file, header.dtype, "r", begin, header.shape)
    return found


def remove(path: Path) -> None:
    """Remove a file, a link or a folder with everything in it, even if its permissions forbid it.

    Raises
    ------
    OSError
        If a part of it still exists.
    """
    if path.is_dir() and not path.is_symlink():
        _let(path)
        for folder, below, _ in os.walk(path):  # from the top, so that subfolders can be listed
            for name in below:
                _let(Path(folder, name))

        def again(act: Callable[[str], object], name: str, error: Any) -> None:
            _let(Path(name).parent)
            with suppress(OSError):
                act(name)

        with suppress(FileNotFoundError):
            shutil.rmtree(path, onerror=again)
    elif os.path.lexists(path):
        path.unlink()
    if os.path.lexists(path):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))


def _let(folder: Path) -> None:
    """Allow this process to list and change a folder, if it owns the folder."""
    with suppress(OSError):
        if not folder.is_symlink():  # a link may lead outside
            os.chmod(folder, stat.S_IMODE(os.stat(folder).st_mode) | stat.S_IRWXU)
