"""Workbooks (.xlsx): the rows of each sheet, read by openpyxl one at a time."""

from __future__ import annotations

import datetime
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from w2v_core.text.account import counted
from w2v_core.text.formats.format import Format, Head, OpenFile, Unreadable
from w2v_core.text.formats.packed_parts import MOST_PARTS_TOGETHER, Parts
from w2v_core.text.tables import MOST_COLUMNS, Grid

MOST_CELLS = 20_000_000
_MOST_STRINGS = 64_000_000  # bytes of the list of texts, which is held in memory
_MOST_SHEETS = 500
_TYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)|<\0!\0[DE]\0|\0<\0!\0[DE]", re.I)
_MAIN = "xl/workbook.xml"


def _is_one(head: Head) -> bool:
    return _MAIN in head.parts


def _check(file: OpenFile) -> None:
    """A workbook's parts have bounded sizes, and declare no entities."""
    parts = Parts(file)
    if parts.sizes() > MOST_PARTS_TOGETHER:
        raise Unreadable(
            f"{file.name} unpacks to more than {MOST_PARTS_TOGETHER / 1e6:g} MB: save its sheets as .csv."
        )
    for name in parts.names():
        if name.endswith((".xml", ".rels")):
            most = _MOST_STRINGS if name.endswith("sharedStrings.xml") else MOST_PARTS_TOGETHER
            if _TYPE.search(parts.read(name, most)):
                raise Unreadable(
                    f"{file.name} declares entities of its own, which no workbook does: it was not read."
                )


@contextmanager
def _tables(file: OpenFile) -> Iterator[list[Grid]]:
    import openpyxl  # a workbook is rare, and the import takes a while

    _check(file)
    file.file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # of features that it leaves out; texts are not among them
            book = openpyxl.load_workbook(
                file.file, read_only=True, data_only=True, keep_links=False
            )
            sheets = list(book.worksheets)
    except Exception as error:  # openpyxl raises whatever a damaged file leads to
        raise Unreadable(f"{file.name} is a damaged workbook, so it was left out.") from error
    try:
        if len(sheets) > _MOST_SHEETS:
            raise Unreadable(f"{file.name} has more than {_MOST_SHEETS:,} sheets.")
        cells = _Cells(file.name)
        found = []
        for sheet in sheets:
            name = file.name if len(sheets) == 1 else f"{file.name}, {sheet.title}"
            rows = cells.rows(sheet)
            try:
                found.append(Grid(name, rows, file.account, file.settings, " "))
            except Unreadable:
                if cells.refused is not None:
                    raise
                file.account.add("left out", f"{name} has no rows.")
        if hidden := sum(sheet.sheet_state != "visible" for sheet in sheets):
            what = f"{counted(hidden, 'hidden sheet')}, read like the others."
            file.account.add("read", what, hidden)
        if not found:
            raise Unreadable(f"{file.name} has no rows.")
        yield found
    finally:
        book.close()


class _Cells:
    """Cells as texts, counted."""

    def __init__(self, name: str):
        self.name, self.left = name, MOST_CELLS
        self.refused: Unreadable | None = None

    def rows(self, sheet: Any) -> Iterator[list[str]]:
        try:
            sheet.reset_dimensions()  # what the file says of its size may be wrong
            for row in sheet.iter_rows(values_only=True):
                self.left -= max(len(row), 1)
                if self.left < 0:
                    raise Unreadable(
                        f"{self.name} has more than {MOST_CELLS:,} cells: save its sheets as .csv."
                    )
                cells = ["" if value is None else _text(value) for value in row]
                while cells and not cells[-1]:
                    cells.pop()
                if len(cells) > MOST_COLUMNS:
                    raise Unreadable(f"{self.name} has more than {MOST_COLUMNS:,} columns.")
                yield cells
        except Unreadable as error:
            self.refused = error
            raise
        except Exception as error:  # of a sheet whose XML is damaged
            self.refused = Unreadable(f"{self.name} is a damaged workbook, so it was left out.")
            raise self.refused from error


def _text(value: Any) -> str:
    """A cell's value as a person sees it, or nearly."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return str(value)


WORKBOOK = Format("Workbook (.xlsx)", ("xlsx", "xlsm"), _is_one, tables=_tables)
