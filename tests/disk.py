"""A small file system of a test's own, that can be made full or read-only."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest


class Disk:
    """A file system in memory, mounted at ``place``."""

    def __init__(self, place: Path):
        self.place = place

    def fill(self) -> None:
        """Leave no byte free."""
        with contextlib.suppress(OSError), open(self.place / "filler", "wb", buffering=0) as file:
            while file.write(b"\0" * 4096):
                pass

    def empty(self) -> None:
        """Take back what ``fill`` did."""
        (self.place / "filler").unlink()

    def mount(self, how: str) -> None:
        """Mount it anew: "ro" or "rw"."""
        subprocess.run(["mount", "-o", f"remount,{how}", self.place], check=True)


@contextlib.contextmanager
def own_disk(place: Path, megabytes: int = 16) -> Iterator[Disk]:
    """Such a file system; the test is skipped where the system allows none (it takes root, on Linux)."""
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "w2v-test", str(place)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("no file system of its own can be mounted here (that takes root, on Linux)")
    try:
        yield Disk(place)
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)
