"""How a person's files are read: the files as they were given, and the settings that can be chosen."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ENCODINGS = {
    "utf-8": "UTF-8",
    "cp1252": "Windows-1252, Western European",
    "iso8859-15": "ISO 8859-15, Western European with €",
    "mac-roman": "Mac Roman, Western European",
    "cp437": "DOS 437",
    "cp850": "DOS 850, Western European",
    "cp1250": "Windows-1250, Central European",
    "iso8859-2": "ISO 8859-2, Central European",
    "cp852": "DOS 852, Central European",
    "cp1251": "Windows-1251, Cyrillic",
    "koi8-r": "KOI8-R, Russian",
    "cp866": "DOS 866, Cyrillic",
    "iso8859-5": "ISO 8859-5, Cyrillic",
    "cp1253": "Windows-1253, Greek",
    "cp1254": "Windows-1254, Turkish",
    "cp1255": "Windows-1255, Hebrew",
    "cp1256": "Windows-1256, Arabic",
    "cp1257": "Windows-1257, Baltic",
    "utf-16-le": "UTF-16, little-endian",
    "utf-16-be": "UTF-16, big-endian",
    "gb18030": "GB 18030, Chinese",
    "big5": "Big5, Chinese (traditional)",
    "shift-jis": "Shift JIS, Japanese",
    "euc-jp": "EUC-JP, Japanese",
    "euc-kr": "EUC-KR, Korean",
}
"""Codecs that can be chosen by hand, and their names for people."""


@dataclass(frozen=True)
class Source:
    """A file as a person gave it: its name, and where it lies."""

    name: str
    path: Path


@dataclass(frozen=True)
class Gathering:
    """How files are read.

    Attributes
    ----------
    encoding : str or None
        A codec of ``ENCODINGS`` chosen by hand for all files; None: found out for each.
    text_column : str or None
        Of tables, the column that holds the text; None: the one called text, or else the one with the
        longest cells.
    metadata_columns : tuple of str or None
        Of tables, the columns kept for each document; None: all but the text column.
    tables : "texts", "metadata" or None
        Whether rows of tables are documents, or describe the other files (a column names them); None:
        the second where a column names at least half of the files.
    first_row : "names", "text" or None
        Whether the first row of a table names its columns or is a row like the others; None: told by
        what stands in it.
    spelling : "regularised" or "original"
        Which of the two readings that TEI's ``<choice>`` offers is read: the regularised, corrected and
        expanded one, or the one that stands in the source.
    """

    encoding: str | None = None
    text_column: str | None = None
    metadata_columns: tuple[str, ...] | None = None
    tables: str | None = None
    first_row: str | None = None
    spelling: str = "regularised"

    def __post_init__(self) -> None:
        if self.encoding is not None and self.encoding not in ENCODINGS:
            raise ValueError(f"encoding={self.encoding!r}: choose one of {', '.join(ENCODINGS)}.")
        if self.tables not in (None, "texts", "metadata"):
            raise ValueError(f"tables={self.tables!r}: choose 'texts', 'metadata' or None.")
        if self.first_row not in (None, "names", "text"):
            raise ValueError(f"first_row={self.first_row!r}: choose 'names', 'text' or None.")
        if self.spelling not in ("regularised", "original"):
            raise ValueError(f"spelling={self.spelling!r}: choose 'regularised' or 'original'.")
