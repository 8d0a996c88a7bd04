"""Files that are either whole or absent, and whose bytes are counted (see ``text.budget``)."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

import numpy as np

from w2v_core.text import budget
from w2v_core.text.budget import Counted
from w2v_core.text.scratch import is_left_over, new_stamp

OWNER = ".owner"
"""In a folder that names its owner in no other way: the owner. It does not count as taken room."""

_FULL = (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC))


def sentence(error: BaseException) -> str:
    """What to tell a person of an error: its own sentence, or, for one of the system's, one of ours."""
    if isinstance(error, KeyError) and error.args:
        return str(error.args[0])  # str(error) would put it between quotes
    if isinstance(error, OSError) and error.errno is not None:
        if error.errno in _FULL:
            return (
                "The disk is full: free some room where W2V_HOME is, then try again. What was saved "
                "before is as it was."
            )
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


def forget_left_over(parent: Path) -> None:
    """Remove what a process that was killed left half made in a folder: what has a name that begins
    with a dot."""
    for place in parent.glob(".*"):
        if is_left_over(place.name, _modified(place)):
            remove(place)


def remove(place: Path) -> None:
    """Remove a file or a folder; what cannot be removed stays."""
    if place.is_dir():
        shutil.rmtree(place, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            place.unlink()


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


def _modified(place: Path) -> float:
    """When a file, or anything in a folder, was last written to."""
    times = [modified(place)]
    for inner, folders, names in os.walk(place):
        times += (modified(Path(inner, name)) for name in (*folders, *names))
    return max(times)


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
    ValueError
        with a sentence, when the file is damaged.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path.name} is damaged: it is not JSON. Make it again.") from error


def write_arrays(path: Path, durable: bool = True, **arrays: np.ndarray) -> None:
    """Write arrays as one uncompressed .npz, whole or not at all."""
    with counted_file(path, durable) as file:
        np.savez(cast(Any, file), **cast(Any, arrays))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def read_arrays(path: Path, *names: str) -> dict[str, np.ndarray]:
    """What ``write_arrays`` wrote, all of it or the arrays named; nothing is unpickled.

    Raises
    ------
    FileNotFoundError
    ValueError
        with a sentence, when the file is damaged.
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in names or arrays.files}
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(f"{path.name} is damaged: {error}. Make it again.") from error
