"""What the commands print and write: lines for people, one JSON object for programs, whole files."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, BinaryIO, cast

from w2v_core.storage.files import whole_file
from w2v_core.text.single_line import single_line


def add_json(parser: argparse.ArgumentParser) -> None:
    """The option --json."""
    parser.add_argument("--json", action="store_true", help="Print one JSON object, for programs.")


def add_out(parser: argparse.ArgumentParser, metavar: str) -> None:
    """The options --out and --force."""
    parser.add_argument(
        "--out", type=Path, metavar=metavar, required=True, help="The file to write."
    )
    parser.add_argument("--force", action="store_true", help="Replace --out if it exists.")


def refuse_existing(out: Path, force: bool) -> None:
    """ValueError, with a sentence, where a file cannot be written, or may not be replaced."""
    if not out.absolute().parent.is_dir():
        raise ValueError(f"The folder {out.absolute().parent} does not exist: make it first.")
    if out.is_dir():
        raise ValueError(f"{out} is a folder: name a file in --out.")
    if out.exists() and not force:
        raise ValueError(f"{out} exists: name another file in --out, or replace it with --force.")


def write_whole(out: Path, write: Callable[..., None], *arguments: object) -> None:
    """Write a file, whole or not at all, with a function that takes the opened file first."""
    with whole_file(out) as temporary, open(temporary, "wb") as file:
        write(cast(BinaryIO, file), *arguments)


def print_json(found: dict[str, Any]) -> None:
    print(json.dumps(found, ensure_ascii=False))


def print_table(rows: Iterable[Sequence[str]]) -> None:
    """Rows of texts in columns, the first to the left."""
    shown = [[single_line(cell) for cell in row] for row in rows]
    width = max((len(row[0]) for row in shown), default=0)
    for first, *others in shown:
        print(first.ljust(width), *others, sep="  ")


def count(text: str) -> int:
    """The type of options that count something."""
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 upwards")
    return int(text)
