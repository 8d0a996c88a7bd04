"""Office files and books are zip files of parts: their parts, each read within bounds."""

from __future__ import annotations

import zipfile

from w2v_core.text import archives
from w2v_core.text.budget import NoRoom
from w2v_core.text.formats.format import MOST_MARKUP, OpenFile, Unreadable

MOST_PARTS_TOGETHER = 200_000_000
"""Bytes of all the parts of a file that are read, unpacked."""


class Parts:
    """The parts of an office file or a book, by their names.

    Parameters
    ----------
    file : OpenFile

    Raises
    ------
    Unreadable
        when the file is damaged, locked, or unpacks to more than is read.
    """

    def __init__(self, file: OpenFile):
        self.name, self._allowance = file.name, file.allowance
        try:
            self._archive = archives.open_zip(file.file, file.name)
        except ValueError as error:
            raise Unreadable(
                f"{file.name} is damaged or was cut off, so it was left out."
            ) from error
        self._infos = {info.filename: info for info in self._archive.infolist()}
        self._left = MOST_PARTS_TOGETHER

    def __contains__(self, part: str) -> bool:
        return part in self._infos

    def names(self) -> list[str]:
        """Of all parts."""
        return list(self._infos)

    def sizes(self) -> int:
        """Bytes of all parts, unpacked."""
        return sum(info.file_size for info in self._infos.values())

    def read(self, part: str, most: int = MOST_MARKUP) -> bytes:
        """One part.

        Raises
        ------
        Unreadable
            when it is missing, damaged, or larger than ``most`` bytes.
        """
        info = self._infos.get(part)
        if info is None:
            raise Unreadable(f"{self.name} is damaged: its part {part} is missing.")
        if info.flag_bits & 0x1:
            raise Unreadable(f"{self.name} is locked with a password: save it without one.")
        if info.file_size > min(most, self._left):
            raise Unreadable(
                f"{self.name} unpacks to more than {most / 1e6:g} MB in one part: cut it into smaller "
                "documents."
            )
        self._left -= info.file_size
        self._allowance.take(info.file_size, self.name)
        try:
            with self._archive.open(info) as file:
                return file.read(info.file_size)
        except NoRoom:
            raise
        except (*archives.ERRORS, zipfile.LargeZipFile) as error:
            raise Unreadable(f"{self.name} is damaged: {part} cannot be unpacked.") from error
