"""Where the documents of a text stand in it, and what is known of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, BinaryIO

from w2v_core.text.account import FileAccount
from w2v_core.text.single_line import single_line

MOST_DOCUMENTS = 1_000_000
FILE, FOLDER = "file", "folder"
"""The metadata every document has; the folder is that of a file in an archive, empty elsewhere."""
BETWEEN = b"\n\n"
"""After each document: an empty line ends every sentence, however sentences are told."""

_SHOWN_NOTES = 20


class TooManyDocuments(ValueError):
    """There are more documents than a list may hold."""


def _lines_of(table: dict[str, list[Any]]) -> dict[str, list[str]]:
    return {single_line(k): [single_line(v) for v in values] for k, values in table.items()}


@dataclass
class Documents:
    """Where the documents of a text stand in its UTF-8 bytes, and what is known of them.

    Attributes
    ----------
    names : list of str
    starts, ends : list of int
        Bytes; what stands between two documents belongs to neither.
    columns : dict of str → list of str
        A value for each document; ``FILE`` and ``FOLDER`` always, then the columns of tables and the
        metadata that files bring with them.
    accounts : list of FileAccount
        What became of each file, in the order in which they were read.
    unsure : list of str
        Names of files whose encoding was guessed or damaged.
    tables : dict of str → list of str
        The columns of each table.
    """

    names: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    columns: dict[str, list[str]] = field(default_factory=lambda: {FILE: [], FOLDER: []})
    accounts: list[FileAccount] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)
    tables: dict[str, list[str]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.names)

    @property
    def notes(self) -> list[str]:
        """The first sentences of the accounts, with the files' names; those that say what was left out
        come first."""
        noted = [(account.name, note) for account in self.accounts for note in account.notes]
        noted.sort(key=lambda one: one[1].kind != "left out")
        return [
            note.text if name in note.text else f"{name}: {note.text}"
            for name, note in noted[:_SHOWN_NOTES]
        ]

    def add(self, name: str, start: int, end: int, metadata: Mapping[str, str]) -> None:
        """One more document; columns it lacks are empty for it."""
        if len(self.names) >= MOST_DOCUMENTS:
            raise TooManyDocuments(
                f"There are more than {MOST_DOCUMENTS:,} documents: use a part of them."
            )
        for column in metadata:
            if column not in self.columns:
                self.columns[column] = [""] * len(self.names)
        self.names.append(name)
        self.starts.append(start)
        self.ends.append(end)
        for column, values in self.columns.items():
            values.append(metadata.get(column, ""))

    def rows(self, chosen: Mapping[str, Sequence[str]], left_out: Iterable[str] = ()) -> list[int]:
        """The documents that have one of the chosen values in every column named, and whose name is not
        left out; unknown columns choose nothing."""
        wanted = {column: set(values) for column, values in chosen.items()}
        out = set(left_out)
        return [
            i
            for i, name in enumerate(self.names)
            if name not in out
            and all(
                column in self.columns and self.columns[column][i] in values
                for column, values in wanted.items()
            )
        ]

    def part(self, rows: Sequence[int]) -> Documents:
        """Some of the documents, where they stand."""
        return Documents(
            [self.names[i] for i in rows],
            [self.starts[i] for i in rows],
            [self.ends[i] for i in rows],
            {name: [values[i] for i in rows] for name, values in self.columns.items()},
            list(self.accounts),
            list(self.unsure),
            dict(self.tables),
        )

    def as_json(self) -> dict[str, Any]:
        """Everything as JSON values."""
        return {
            "schema_version": 1,
            "names": self.names,
            "starts": self.starts,
            "ends": self.ends,
            "columns": self.columns,
            "accounts": [account.as_json() for account in self.accounts],
            "unsure": self.unsure,
            "tables": self.tables,
        }

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Documents:
        """What ``as_json`` gave.

        Raises
        ------
        ValueError
            when it is damaged.
        """
        try:
            found = cls(
                [single_line(name) for name in record["names"]],
                [int(n) for n in record["starts"]],
                [int(n) for n in record["ends"]],
                {
                    single_line(k): [single_line(v) for v in values]
                    for k, values in record["columns"].items()
                },
                # Texts that were gathered before there were accounts have none.
                [FileAccount.from_json(account) for account in record.get("accounts", [])],
                [single_line(name, 1_000) for name in record["unsure"]],
                {
                    single_line(k): [single_line(v) for v in values]
                    for k, values in record["tables"].items()
                },
            )
        except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
            raise ValueError("The list of documents is damaged: gather the text again.") from error
        lengths = {len(found.starts), len(found.ends), *map(len, found.columns.values())}
        bounds = [0, *(n for pair in zip(found.starts, found.ends, strict=False) for n in pair)]
        if lengths != {len(found.names)} or any(a > b for a, b in pairwise(bounds)):
            raise ValueError("The list of documents is damaged: gather the text again.")
        return found


def copy_part(text: BinaryIO, documents: Documents, out: BinaryIO) -> Documents:
    """Write some documents of a text (``Documents.part``) into a text of their own."""
    starts, ends, place = [], [], out.tell()
    for start, end in zip(documents.starts, documents.ends, strict=True):
        text.seek(start)
        left = end - start
        starts.append(place)
        while left > 0 and (piece := text.read(min(left, 1 << 22))):
            out.write(piece)
            left -= len(piece)
            place += len(piece)
        ends.append(place)
        out.write(BETWEEN)
        place += len(BETWEEN)
    whole = documents.part(range(len(documents)))
    whole.starts, whole.ends = starts, ends
    return whole
