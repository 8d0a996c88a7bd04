"""JSON (.jsonl, .json): each object a row, its fields the columns."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from w2v_core.text import reading
from w2v_core.text.account import counted
from w2v_core.text.formats.format import Format, Head, OpenFile, Unreadable
from w2v_core.text.tables import MOST_COLUMNS, Grid

_NAMES = ("json", "jsonl", "ndjson")
_DEEPEST = 8  # objects within objects that become columns of their own ("user.name")
_LONGEST_LINE = 16_000_000


def _is_one(head: Head) -> bool:
    """Two lines that are JSON objects, or one where there is but one; a list of objects under the name."""
    text = head.text.lstrip("\ufeff")
    if not text.lstrip().startswith(("{", "[")):
        return False
    if head.ending in _NAMES:
        return True
    lines = [line for line in text.splitlines() if line.strip()]
    whole = lines[:2] if len(lines) > 2 or text.endswith(("\n", "\r")) else lines[:1]
    return bool(whole) and all(isinstance(_object(line), dict) for line in whole)


def _object(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


class _Objects:
    """The objects of a file, one after the other, and how many lines were none."""

    def __init__(self, file: OpenFile):
        self.file, self.wrong, self.first_wrong = file, 0, 0
        file.again = True
        found = file.first_encoding() if file.settings.encoding else file.settled_encoding()
        file.account.encoding = found.label
        self._encoding = found
        self._whole: list[Any] | None = None
        file.file.seek(0)
        is_list = Head("", file.file.read(64)).text.lstrip("\ufeff \t\r\n").startswith("[")
        if is_list or not isinstance(_object(self._line_or_nothing()), dict):
            self._whole = self._all_at_once()
        self.lines = self._whole is None

    def _line_or_nothing(self) -> str:
        for line in self._lines():
            if line.strip():
                return line
        return ""

    def _lines(self) -> Iterator[str]:
        self.file.file.seek(0)
        rest = ""
        for block in reading.blocks_in(
            self.file.file, self.file.name, self._encoding, self.file.max_bytes
        ):
            rest += block.decode("utf-8", "replace")
            *lines, rest = rest.split("\n")
            yield from lines
            if len(rest) > _LONGEST_LINE:
                raise Unreadable(f"{self.file.name} has a line of more than 16 million characters.")
        yield rest

    def _all_at_once(self) -> list[Any]:
        name = self.file.name
        self.file.file.seek(0)
        try:
            data = self.file.whole()
            found = json.loads(data.decode(self._encoding.codec, self._encoding.errors))
        except (ValueError, RecursionError, zlib.error) as error:
            if isinstance(error, Unreadable):
                raise
            raise Unreadable(
                f"{name} is not JSON that can be read: check that it is complete."
            ) from error
        if isinstance(found, dict):
            lists = [v for v in found.values() if isinstance(v, list) and v]
            lists = [v for v in lists if any(isinstance(one, dict) for one in v)]
            found = max(lists, key=len) if lists else [found]
        return found if isinstance(found, list) else [found]

    def __iter__(self) -> Iterator[dict[str, str]]:
        self.wrong = self.first_wrong = 0
        if self._whole is not None:
            found: Iterator[Any] = iter(self._whole)
        else:
            found = (_object(line.strip()) for line in self._lines() if line.strip())
        for number, value in enumerate(found, 1):
            if isinstance(value, str) and value.strip():
                yield {"text": value}
            elif isinstance(value, dict):
                yield _flat(value)
            else:
                self.wrong += 1
                self.first_wrong = self.first_wrong or number


def _flat(value: dict[str, Any], before: str = "", depth: int = 0) -> dict[str, str]:
    """Fields of an object as texts; those of objects within it under both names."""
    fields: dict[str, str] = {}
    for key, v in value.items():
        name = f"{before}{key}"
        if isinstance(v, dict) and depth < _DEEPEST:
            fields |= _flat(v, f"{name}.", depth + 1)
        elif isinstance(v, str):
            fields[name] = v
        elif v is None:
            fields[name] = ""
        elif isinstance(v, list) and all(isinstance(one, str) for one in v):
            fields[name] = "\n".join(v)
        else:
            fields[name] = json.dumps(v, ensure_ascii=False)
    return fields


@contextmanager
def _tables(file: OpenFile) -> Iterator[list[Grid]]:
    objects = _Objects(file)
    file.account.format = "JSON lines (.jsonl)" if objects.lines else "JSON"
    columns: dict[str, None] = {}
    for row in objects:
        columns.update(dict.fromkeys(row))
        if len(columns) > MOST_COLUMNS:
            raise Unreadable(f"{file.name} has objects of more than {MOST_COLUMNS:,} fields.")
    if not columns:
        raise Unreadable(f"{file.name} contains no JSON objects with text.")
    if objects.wrong:
        what = ("line", "lines") if objects.lines else ("entry", "entries")
        file.account.add(
            "left out",
            f"Left out: {counted(objects.wrong, *what)} that cannot be read as a JSON object, the first "
            f"being {what[0]} {objects.first_wrong:,}.",
            objects.wrong,
        )
    names = list(columns)
    rows = ([row.get(name, "") for name in names] for row in objects)
    yield [_NamedRows(file, names, rows)]


class _NamedRows(Grid):
    """Rows whose columns are known."""

    def __init__(self, file: OpenFile, names: list[str], rows: Iterator[list[str]]):
        def all_rows() -> Iterator[list[str]]:
            yield names
            yield from rows

        super().__init__(file.name, all_rows(), file.account, file.settings, "\n", named=True)


JSON_ROWS = Format("JSON lines (.jsonl)", _NAMES, _is_one, tables=_tables, told_by_name=True)
