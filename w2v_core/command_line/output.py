"""Files that commands write: never over another file unasked."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_force(parser: argparse.ArgumentParser) -> None:
    """The option --force."""
    parser.add_argument("--force", action="store_true", help="replace what is there")


def refuse_existing(path: Path, force: bool) -> None:
    """ValueError where a file would be overwritten unasked, or has no folder to stand in."""
    if not path.parent.is_dir():
        raise ValueError(f"There is no folder {path.parent}: create it first.")
    if path.is_dir():
        raise ValueError(f"{path} is a folder: give the name of a file.")
    if path.exists() and not force:
        raise ValueError(f"{path} exists already: give another name, or --force to replace it.")
