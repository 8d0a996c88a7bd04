"""Tables to take away, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell(text: str) -> str:
    """A word as a cell: one that a spreadsheet would take for a formula gets an apostrophe before."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def guarded(word: str) -> str:
    """A word as a cell from which it comes back as it was: as ``cell``, and where an apostrophe stands in
    such a place already, with one more."""
    return f"'{word}" if word.lstrip("'").startswith(_FORMULA) else word


def unguarded(text: str) -> str:
    """The word of a cell that ``guarded`` made."""
    return text[1:] if text[:1] == "'" and text.lstrip("'").startswith(_FORMULA) else text


def csv_table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV file in UTF-8, with the mark that spreadsheets know it by; text is guarded by ``cell``."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([cell(name) for name in header])
    writer.writerows([cell(v) if isinstance(v, str) else v for v in row] for row in rows)
    return out.getvalue().encode("utf-8-sig", "replace")
