"""Files that are either whole or absent."""

from __future__ import annotations

import errno
import json
import os
import secrets
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np

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
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield temporary
        if durable:
            with open(temporary, "rb+") as file:
                os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_json(path: Path, content: Any, durable: bool = True) -> None:
    """Write JSON (UTF-8), whole or not at all."""
    with whole_file(path, durable) as temporary:
        temporary.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


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


def random_bytes(path: Path) -> bytes:
    """The 32 random bytes of a file, which is made where it is missing; nobody else may read it."""
    if not path.is_file():
        temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(secrets.token_bytes(32))
        with suppress(OSError):  # another process was first
            os.link(temporary, path)
        if not path.is_file():  # a file system without links
            os.replace(temporary, path)
        temporary.unlink(missing_ok=True)
    return path.read_bytes()


def write_arrays(path: Path, durable: bool = True, **arrays: np.ndarray) -> None:
    """Write arrays as one uncompressed .npz, whole or not at all."""
    with whole_file(path, durable) as temporary, open(temporary, "wb") as file:
        np.savez(file, **arrays)


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
