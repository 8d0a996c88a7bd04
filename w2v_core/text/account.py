"""The account of an upload: what became of each of its files.

A reader writes one ``FileAccount`` for each file and adds a ``Note`` for everything that is not simply
"read as it stands". Every row, cell, file or word that does not reach the text has its line here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast, get_args

from w2v_core.text.single_line import single_line

_LONGEST = 1_000  # characters of a sentence
Kind = Literal["left out", "mended", "guessed", "read"]
"""left out: did not reach the text. mended: reached it, changed. guessed: could have been read otherwise
and can be set by hand. read: said for information."""


@dataclass(frozen=True)
class Note:
    """One line of an account.

    Attributes
    ----------
    kind : "left out", "mended", "guessed" or "read"
    text : str
        A whole sentence for the person: what, and why.
    count : int
        How many rows, cells, pages, words … the sentence is about; 1 where it is about the file.
    setting : str
        The name of the setting that changes it; "" where none does.
    """

    kind: Kind
    text: str
    count: int = 1
    setting: str = ""

    def as_json(self) -> dict[str, Any]:
        """The note as JSON values."""
        return {
            "kind": self.kind,
            "text": self.text,
            "count": self.count,
            "setting": self.setting,
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Note:
        """What ``as_json`` gave (ValueError where it is damaged)."""
        kind, text = record.get("kind"), record.get("text")
        count, setting = record.get("count", 1), record.get("setting", "")
        if kind not in get_args(Kind) or not isinstance(text, str) or not isinstance(setting, str):
            raise ValueError("A note of the account is damaged.")
        if not isinstance(count, int) or isinstance(count, bool) or count < 0:
            raise ValueError("A note of the account is damaged.")
        return cls(cast(Kind, kind), single_line(text, _LONGEST), count, single_line(setting))


_ORDER: dict[Kind, int] = {"left out": 0, "guessed": 1, "mended": 2, "read": 3}


def counted(n: int, one: str, many: str = "") -> str:
    """A number and what it counts: “1 note”, “2 notes”; ``many`` where that is not ``one`` with an s."""
    return f"{n:,} {one if n == 1 else many or f'{one}s'}"


@dataclass
class FileAccount:
    """What became of one file.

    Attributes
    ----------
    name : str
        As the person knows it; for a file of an archive, its path inside.
    format : str
        What it was read as ("Word document (.docx)"); "" where it was left out.
    encoding : str
        The codec's name for people; "" where the format has none of its own.
    rows : int or None
        Rows, pages, chapters or subtitles read, where the format has them.
    words : int or None
        Words that reached the text; None until the text was split into words.
    notes : list of Note
    """

    name: str
    format: str = ""
    encoding: str = ""
    rows: int | None = None
    words: int | None = None
    notes: list[Note] = field(default_factory=list)

    def add(self, kind: Kind, text: str, count: int = 1, setting: str = "") -> None:
        """Add a note."""
        self.notes.append(Note(kind, single_line(text, _LONGEST), count, setting))

    @property
    def is_simple(self) -> bool:
        """Whether the file was simply read: nothing left out, guessed or mended."""
        return bool(self.format) and all(note.kind == "read" for note in self.notes)

    def sentences(self) -> list[str]:
        """The notes as sentences, what was left out first."""
        return [note.text for note in sorted(self.notes, key=lambda note: _ORDER[note.kind])]

    def as_json(self) -> dict[str, Any]:
        """The account as JSON values."""
        return {
            "name": self.name,
            "format": self.format,
            "encoding": self.encoding,
            "rows": self.rows,
            "words": self.words,
            "notes": [note.as_json() for note in self.notes],
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> FileAccount:
        """What ``as_json`` gave (ValueError where it is damaged)."""
        texts = [record.get(name, "") for name in ("name", "format", "encoding")]
        counts = [record.get(name) for name in ("rows", "words")]
        if not all(isinstance(text, str) for text in texts) or not all(
            count is None or (isinstance(count, int) and count >= 0) for count in counts
        ):
            raise ValueError("An account of a file is damaged.")
        notes = [Note.from_json(note) for note in record.get("notes", [])]
        name, format, encoding = map(single_line, texts)
        return cls(name, format, encoding, counts[0], counts[1], notes)
