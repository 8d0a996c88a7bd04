"""A library of the command's own, so that nothing is written to ``W2V_HOME``."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from w2v_core.library.library import Library
from w2v_core.text.scratch import PREFIX, new_stamp
from w2v_core.visitors.ownership import OPERATOR


@contextmanager
def library_in(folder: Path) -> Iterator[Library]:
    """The library of a folder, which is this process's ``W2V_HOME`` until the block ends."""
    before = os.environ.get("W2V_HOME")
    os.environ["W2V_HOME"] = str(folder.resolve())
    try:
        yield Library(folder.resolve(), OPERATOR)
    finally:
        if before is None:
            del os.environ["W2V_HOME"]
        else:
            os.environ["W2V_HOME"] = before


@contextmanager
def scratch_library() -> Iterator[Library]:
    """An empty library that goes when the block ends."""
    with (
        tempfile.TemporaryDirectory(prefix=f"{PREFIX}command-{new_stamp()}-") as folder,
        library_in(Path(folder)) as library,
    ):
        yield library
