"""Rows of cells as tables: which row names the columns, which column holds the text, and what becomes of
rows that are longer or shorter than the others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from w2v_core.text.account import FileAccount, counted
from w2v_core.text.document_list import FILE, FOLDER
from w2v_core.text.formats.format import Unreadable
from w2v_core.text.gathering import Gathering
from w2v_core.text.single_line import single_line

MOST_COLUMNS = 1_000
LOOKED_AT = 200
"""Rows by which a table is told."""

_USUAL_NAMES = (
    "id nr no number text texts body content contents sentence sentences title name names author date "
    "year file filename file_name path source category label class genre period language lang comment "
    "note notes message tweet review description abstract summary url topic word words token place "
    "country speaker gender age rating score"
)
_TEXT_NAMES = frozenset(("text", "texts", "content", "contents", "body", "sentence", "sentences"))
_KNOWN_NAMES = frozenset(_USUAL_NAMES.split())
_NUMBER = re.compile(r"[-+]?[\d.,:/ -]*\d[\d.,:/ %-]*")
_LONGEST_NAME = 60  # characters of a column's name
_MOST_WORDS = 6  # of one
_TITLES = 5  # rows above the names that are looked through


class Grid:
    """Rows of cells under names.

    Parameters
    ----------
    name : str
        The file's, and the sheet's where it has several.
    rows : iterator of lists of str
        As they stand in the file; empty ones are passed over.
    account : FileAccount
    settings : Gathering
    joined_by : str
        What stood between surplus cells, where the file has such a sign; they are joined with it.
    named : bool or None
        Whether the first row is known to hold names; None: it is to be found out.

    Attributes
    ----------
    columns : list of str
    text_column : int
        The one called text, or else the one with the longest cells that are not all numbers.
    text_is_guessed : bool
        Whether another column could be meant as well.
    """

    def __init__(
        self,
        name: str,
        rows: Iterator[list[str]],
        account: FileAccount,
        settings: Gathering,
        joined_by: str = " ",
        named: bool | None = None,
    ):
        self.name, self._account, self._joined_by = name, account, joined_by
        sheet = name.removeprefix(account.name).removeprefix(", ")
        self._of_sheet = f"{sheet}: " if sheet else ""
        self._n_empty = 0
        self._rows = self._filled(rows)
        self._held = [row for row, _ in zip(self._rows, range(LOOKED_AT), strict=False)]
        if not self._held:
            raise Unreadable(f"{name} has no rows.")
        if named is None and settings.first_row != "text":
            self._pass_titles_over()
        width = _usual_width(self._held)
        if width > MOST_COLUMNS:
            raise Unreadable(f"{name} has more than {MOST_COLUMNS:,} columns.")
        names = self._names(width, settings, named)
        self.columns = _column_names(names) if names else [f"column {i + 1}" for i in range(width)]
        self._numeric = [self._is_numeric(i) for i in range(len(self.columns))]
        self._values = [self._few_values(i) for i in range(len(self.columns))]
        lengths = [self._length(i) for i in range(len(self.columns))]
        self.text_column = lengths.index(max(lengths))
        for i, column in enumerate(self.columns):  # a column of this name need not be the longest
            if column.casefold() in ("text", "texts") and 4 * lengths[i] >= max(lengths):
                self.text_column = i
        words = [i for i, numeric in enumerate(self._numeric) if not numeric]
        self.text_is_guessed = (
            len(words) > 1 and self.columns[self.text_column].casefold() not in _TEXT_NAMES
        )

    def _filled(self, rows: Iterator[list[str]]) -> Iterator[list[str]]:
        """Rows that have something in them; those of empty cells are counted, and blank lines are not."""
        for row in rows:
            if any(cell.strip() for cell in row):
                yield row
            elif len(row) > 1:
                self._n_empty += 1

    def _names(self, width: int, settings: Gathering, named: bool | None) -> list[str] | None:
        """The names of the columns, taken from the rows; None where no row holds them."""
        said = settings.first_row
        first = self._held[0]
        if named is not None:
            taken = named
        elif said is not None:
            taken = said == "names"
        else:
            taken, sure = _looks_like_names(first, self._held[1:], width)
            if not taken:
                self._account.add(
                    "guessed",
                    f"{self._of_sheet}The first row looks like the others, so it was read as one of them.",
                    setting="first_row",
                )
            elif not sure:
                self._account.add(
                    "guessed",
                    f"{self._of_sheet}The first row was read as the names of the columns "
                    f"({single_line(', '.join(first), 80)}).",
                    setting="first_row",
                )
        if not taken:
            return None
        del self._held[0]
        return first + [""] * (width - len(first))

    def _pass_titles_over(self) -> None:
        """Rows of one cell, or of another length, above the names are a title."""
        above = 0
        for number, row in enumerate(self._held[:_TITLES]):
            if sum(bool(cell.strip()) for cell in row) > 1:
                if not above and number == 0 and not _known(row):
                    above = next(
                        (
                            i
                            for i, below in enumerate(self._held[1:_TITLES], 1)
                            if _known(below) > 1 and len(below) != len(row)
                        ),
                        0,
                    )
                break
            above += 1
        else:
            return
        if above and above < len(self._held):
            shown = single_line(" / ".join(" ".join(row) for row in self._held[:above]), 80)
            del self._held[:above]
            self._account.add(
                "left out",
                f"{self._of_sheet}Left out: {counted(above, 'title row')} above the table ({shown}).",
                above,
                "first_row",
            )

    def _length(self, i: int) -> int:
        """Characters of a column, a last one's surplus included; 0 for numbers."""
        if self._numeric[i] and not all(self._numeric):
            return 0
        last = i == len(self.columns) - 1
        return sum(
            sum(map(len, row[i:])) if last else len(row[i]) for row in self._held if i < len(row)
        )

    def _is_numeric(self, i: int) -> bool:
        cells = [row[i] for row in self._held if len(row) == len(self.columns) and row[i].strip()]
        return bool(cells) and sum(bool(_NUMBER.fullmatch(c.strip())) for c in cells) > 0.9 * len(
            cells
        )

    def _few_values(self, i: int) -> frozenset[str]:
        """The values of a column that has few different ones, from rows of the usual length."""
        cells = [row[i].strip() for row in self._held if len(row) == len(self.columns)]
        values = frozenset(cells)
        return values if len(cells) >= 4 and 2 * len(values) <= len(cells) else frozenset()

    def _is_usual(self, i: int, cell: str) -> bool:
        """Whether a cell looks like the others of its column."""
        return bool(self._numeric[i] and _NUMBER.fullmatch(cell)) or cell in self._values[i]

    def rows(self) -> Iterator[list[str]]:
        """Each row once, with as many cells as there are columns."""
        n, longer, shorter, example = len(self.columns), 0, 0, 0
        number = 0
        while True:
            if self._held:
                row = self._held.pop(0)
            elif (following := next(self._rows, None)) is not None:
                row = following
            else:
                break
            number += 1
            if len(row) < n:
                shorter += 1
                row = row + [""] * (n - len(row))
            elif len(row) > n:
                if any(cell.strip() for cell in row[n:]):
                    longer += 1
                    example = example or number
                row = self._fitted(row)
            yield row
        if empty := self._n_empty:
            what = f"{self._of_sheet}Left out: {counted(empty, 'row')} of empty cells."
            self._account.add("left out", what, empty)
        if shorter:
            self._account.add(
                "mended",
                f"{self._of_sheet}{counted(shorter, 'row')} with fewer cells than columns; the "
                "missing cells were read as empty.",
                shorter,
            )
        if longer:
            self._account.add(
                "mended",
                f"{self._of_sheet}{counted(longer, 'row')} with more cells than columns, the first being "
                f"row {example:,}; the surplus was joined back.",
                longer,
            )

    def _fitted(self, row: list[str]) -> list[str]:
        """A row that is too long, its surplus joined back where it most likely came from: to the text when
        numbers and repeated values in the columns after it then fall into place, else to the last one."""
        n = len(self.columns)
        while len(row) > n and not row[-1].strip():
            row = row[:-1]
        surplus, text = len(row) - n, self.text_column
        if surplus <= 0:
            return row
        end = text + surplus + 1
        moved = [*row[:text], self._joined_by.join(row[text:end]), *row[end:]]
        told = [i for i in range(text + 1, n) if self._numeric[i] or self._values[i]]
        if told and all(self._is_usual(i, moved[i].strip()) for i in told):
            return moved
        return [*row[: n - 1], self._joined_by.join(row[n - 1 :])]


def _usual_width(rows: Sequence[Sequence[str]]) -> int:
    """How many columns a table has: as many as its first row of several cells, where most rows have no
    fewer; else as many as most rows have."""
    widths = [len(row) for row in rows]
    several = [width for width in widths[:_TITLES] if width > 1]
    if several:
        first = several[0]
        if sum(width >= first for width in widths) >= 0.5 * len(widths):
            return first
    return max(set(widths), key=lambda width: (widths.count(width), width))


def _known(row: Sequence[str]) -> int:
    """How many cells of a row are usual names of columns."""
    return sum(cell.strip().casefold() in _KNOWN_NAMES for cell in row)


def _looks_like_names(
    first: Sequence[str], others: Sequence[Sequence[str]], width: int
) -> tuple[bool, bool]:
    """Whether a first row names the columns, and whether that is sure."""
    cells = [cell.strip() for cell in first]
    filled = [cell for cell in cells if cell]
    below = [{row[i].strip() for row in others if i < len(row)} for i in range(len(cells))]
    known = sum(
        cell.casefold() in _KNOWN_NAMES and cell not in values
        for cell, values in zip(cells, below, strict=True)
    )
    if known and cells[0].casefold() in _KNOWN_NAMES and cells[0] not in below[0]:
        return True, True
    if not others:
        return bool(known == len(filled) and width > 1), True
    if any(len(c) > _LONGEST_NAME or len(c.split()) > _MOST_WORDS for c in filled):
        return False, False
    if any(_NUMBER.fullmatch(cell) for cell in filled) and known < len(filled) / 2:
        return False, False
    if len({cell.casefold() for cell in filled}) < len(filled):
        return False, False
    if known:
        return True, True
    if any(cell.endswith((".", "!", "?", "。", "…", ";")) for cell in filled):
        return False, False
    numeric, longer = False, False
    for i, cell in enumerate(cells[:width]):
        values = [row[i].strip() for row in others if i < len(row) and row[i].strip()]
        if not values or not cell:
            continue
        numbers = sum(bool(_NUMBER.fullmatch(value)) for value in values)
        numeric = numeric or numbers > 0.8 * len(values)
        longer = longer or sum(map(len, values)) / len(values) > 2 * max(len(cell), 10)
    if numeric:
        return True, True
    if width == 1:
        # Of lines of text, a heading is a single word above whole sentences.
        return longer and len(cells[0].split()) == 1, False
    return True, longer


def _column_names(row: Sequence[str]) -> list[str]:
    """Names of columns, none empty, no two alike."""
    names: list[str] = []
    for number, cell in enumerate(row, 1):
        name = single_line(cell, 80) or f"column {number}"
        while name in names or name in (FILE, FOLDER):
            name += " *"
        names.append(name)
    return names
