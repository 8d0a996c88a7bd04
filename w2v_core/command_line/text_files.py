"""The files of TEXT…: files, folders with all that is below them, and patterns such as ``*.txt``."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from w2v_core.text.account import FileAccount
from w2v_core.text.gathering import Source


@dataclass
class TextFiles:
    """The files to read, in order, and an account of each that is left out before it is read."""

    sources: list[Source] = field(default_factory=list)
    left_out: list[FileAccount] = field(default_factory=list)


def find_files(given: Sequence[str], but_not: Path) -> TextFiles:
    """The files of what was typed, each once; in folders in the order of their names.

    Parameters
    ----------
    given : sequence of str
    but_not : Path
        The file that is to be written, which is no text.

    Raises
    ------
    ValueError, OSError
        with a sentence, for what is not there or cannot be read, where it was named itself.
    """
    found, seen = TextFiles(), {but_not.resolve()}
    for text in given:
        path = Path(text)
        if path.exists() or not glob.has_magic(text):
            files = _files_of(path)
            if not files:
                raise ValueError(f"The folder {path} holds no files: name one with texts.")
        else:
            files = [
                one for p in sorted(glob.glob(text, recursive=True)) for one in _files_of(Path(p))
            ]
            if not files:
                raise ValueError(f"No file matches {text}: check the pattern.")
        for file, name in files:
            why = _why_not(file, name, seen)
            seen.add(file.resolve())
            if not why:
                found.sources.append(Source(name, file))
                continue
            if file == path and not file.is_file():
                raise ValueError(why)
            if file == path:
                file.open("rb").close()  # raises what the system says
            found.left_out.append(_account(name, why))
    if not found.sources:
        raise ValueError(f"None of these files can be read. {found.left_out[0].sentences()[0]}")
    return found


def _files_of(path: Path) -> list[tuple[Path, str]]:
    """The files of a path with their names: of a folder, all below it, named from it."""
    if not path.is_dir():
        if not path.exists():
            raise FileNotFoundError(2, os.strerror(2), str(path))
        return [(path, path.name)]
    return [(file, file.relative_to(path).as_posix()) for file in _below(path)]


def _below(folder: Path) -> Iterator[Path]:
    for entry in sorted(folder.iterdir()):
        if entry.is_dir() and not entry.is_symlink():
            yield from _below(entry)
        else:
            yield entry


def _why_not(file: Path, name: str, seen: set[Path]) -> str:
    """Why a file is not read; empty where it is."""
    if file.resolve() in seen:
        return f"{name} was left out: it is among the files already, or is the one to be written."
    if file.name.startswith("."):
        return f"{name} was left out: it is hidden. Give it another name to have it read."
    if not file.is_file():
        return f"{name} was left out: it is not a file."
    try:
        file.open("rb").close()
    except OSError as error:
        return f"{name} was left out: it cannot be read ({error.strerror})."
    return ""


def _account(name: str, why: str) -> FileAccount:
    account = FileAccount(name)
    account.add("left out", why)
    return account
