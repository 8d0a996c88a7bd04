"""Files that are either whole or absent, and whose bytes are counted (see ``text.budget``)."""

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
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import numpy as np

from w2v_core.text import budget
from w2v_core.text.budget import Counted
from w2v_core.text.scratch import new_stamp

FULL = (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC))
"""What the system says where there is no room to write."""
_CLOSED = (errno.EACCES, errno.EPERM, errno.EISDIR, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG)
"""What the system says of a file that will not be readable the next time either."""
_UNREADABLE = (  # what json, zipfile and NumPy raise on damaged bytes
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
    """A file or folder of ours that cannot be read. Its message is a sentence that names the file and
    says what is wrong with it, and holds nothing of what stands in the file."""


OWNER = ".owner"
"""In a folder that names its owner in no other way: the owner. It does not count as taken room."""


def sentence(error: BaseException) -> str:
    """What to tell a person of an error: its own sentence, or, for one of the system's, one of ours."""
    if isinstance(error, KeyError) and error.args:
        return str(error.args[0])  # str(error) would put it between quotes
    if isinstance(error, OSError) and error.errno is not None:
        if error.errno in FULL:
            return (
                "The disk is full: free some room where W2V_HOME is, then try again. What was saved "
                "before is as it was."
            )
        if error.errno == errno.EROFS:
            return "W2V_HOME is read-only: nothing can be changed there until this app may write to it."
        if isinstance(error, FileNotFoundError):
            name = Path(os.fsdecode(error.filename)).name if error.filename else "A file of it"
            return f"{name} is not here, or not any more: choose again, or load the page anew."
        return (
            f"A file cannot be read or written ({error.strerror}): see that W2V_HOME is a folder that "
            "this app may write to."
        )
    return str(error) or f"It did not work ({type(error).__name__})."


@contextmanager
def whole_file(path: Path, durable: bool = True) -> Iterator[Path]:
    """A temporary path beside ``path`` that takes its place when the block ends well, and goes
    when it does not. ``durable`` waits for the disk, so that a power cut cannot leave it empty."""
    temporary = path.with_name(f".{path.name}.{new_stamp()}.tmp")
    try:
        yield temporary
        if durable:
            with open(temporary, "rb+") as file:
                os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        with suppress(OSError):  # a read-only folder: nothing was made there
            temporary.unlink(missing_ok=True)


@contextmanager
def counted_file(path: Path, durable: bool = True) -> Iterator[IO[bytes]]:
    """The same, as an open file whose bytes are counted.

    Raises
    ------
    NoRoom
        when what is written has no room in the budget at hand.
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
    """A new folder for what is not whole yet; it goes when the block ends, unless it was moved away.
    Its name begins with a dot, and the file ``OWNER`` in it says whose room it takes."""
    folder = parent / f".{new_stamp()}"
    folder.mkdir(parents=True)
    try:
        if owner:
            (folder / OWNER).write_text(owner, encoding="utf-8")
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def bytes_in(folder: Path) -> int:
    """The bytes of all files in a folder, ``OWNER`` left out."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            if name != OWNER:
                with contextlib.suppress(OSError):  # a temporary file that has just gone
                    total += os.lstat(os.path.join(place, name)).st_size
    return total


def modified(path: Path) -> float:
    """When a file was last written to, in seconds since 1970; 0 for one that is not there."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def write_text(path: Path, text: str) -> None:
    """Write a text (UTF-8; what it cannot hold becomes "?"), whole or not at all."""
    with counted_file(path) as file:
        file.write(text.encode("utf-8", "replace"))


def copy_file(source: Path, target: Path) -> None:
    """Copy a file, whole or not at all."""
    with open(source, "rb") as opened, counted_file(target) as file:
        shutil.copyfileobj(opened, file, 1 << 20)


def write_json(path: Path, content: Any, durable: bool = True) -> None:
    """Write JSON (UTF-8), whole or not at all."""
    with counted_file(path, durable) as file:
        file.write(json.dumps(content, ensure_ascii=False, indent=1).encode())


def read_json(path: Path) -> Any:
    """What ``write_json`` wrote.

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
    """A file opened for reading; whatever its bytes, or its place on the disk, make fail is ``Damaged``."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # opening a pipe would wait for ever
            raise Damaged(f"{path.name} is damaged: it is not a file.")
        with open(path, "rb") as file:
            yield file
    except Damaged:
        raise
    except _UNREADABLE as error:
        kind = "JSON" if path.suffix == ".json" else "a .npz archive"
        raise Damaged(f"{path.name} is damaged: it is not {kind}, or was cut off.") from error
    except OSError as error:
        if error.errno in _CLOSED:
            raise Damaged(f"{path.name} cannot be read ({error.strerror}).") from error
        if error.errno == errno.EINVAL:  # a damaged archive that points before its beginning
            raise Damaged(f"{path.name} is damaged: it was cut off.") from error
        raise


def random_bytes(path: Path) -> bytes:
    """The 32 random bytes of a file, which is made where it is missing; nobody else may read it. Where it
    cannot be made, on a disk that is full or read-only, they are this process's."""
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


def write_arrays(path: Path, arrays: Mapping[str, np.ndarray], durable: bool = True) -> None:
    """Write arrays as one uncompressed .npz, whole or not at all."""
    with counted_file(path, durable) as file:
        np.savez(cast(Any, file), **cast(Any, dict(arrays)))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


@dataclass(frozen=True)
class Header:
    """What an .npz says of one of its arrays."""

    shape: tuple[int, ...]
    dtype: np.dtype


def array_headers(path: Path) -> dict[str, Header]:
    """The shapes and types of the arrays of an .npz; what is in them is not read (errors as for
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
        shape, _, dtype = read(member)
        n_bytes = member.tell() + math.prod(shape) * dtype.itemsize
    stored = info.compress_type == zipfile.ZIP_STORED
    if dtype.hasobject or n_bytes != info.file_size or (stored and n_bytes > room):
        raise ValueError("a header that promises what is not there")
    return Header(shape, dtype)


def read_arrays(path: Path, *names: str) -> dict[str, np.ndarray]:
    """What ``write_arrays`` wrote, all of it or the arrays named; nothing is unpickled.

    Raises
    ------
    FileNotFoundError
    Damaged
        when the file is damaged.
    """
    array_headers(path)  # before memory is taken for what a header promises
    with _whole(path) as file, np.load(file, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in names or arrays.files}


def remove(path: Path) -> None:
    """Remove a file, a link or a folder with all that is in it, also where its permissions forbid it.

    Raises
    ------
    OSError
        when something of it is still there.
    """
    if path.is_dir() and not path.is_symlink():
        _let(path)
        for folder, below, _ in os.walk(path):  # from the top, so that what is below can be listed
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
    """Let this process list a folder and change what is in it, where it is the folder's owner."""
    with suppress(OSError):
        if not folder.is_symlink():  # which may lead to what is not ours
            os.chmod(folder, stat.S_IMODE(os.stat(folder).st_mode) | stat.S_IRWXU)
