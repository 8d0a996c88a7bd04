"""Tables in plain text (.csv, .tsv): cells between delimiters, in quotes or not.

Python's csv module takes a quotation mark at its word: one that never closes swallows the rest of the
file. Here a mark quotes a cell only where it also closes it, before a delimiter or the end of a line.
"""

from __future__ import annotations

import io
import re
import zlib
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from w2v_core.text.account import FileAccount, counted
from w2v_core.text.formats.format import Format, Head, OpenFile, Unreadable
from w2v_core.text.tables import LOOKED_AT, Grid

DELIMITERS = ",;\t|"
_LONGEST_LINE = 64_000_000  # characters of a line
_LONGEST_QUOTED = 16_000_000  # characters of a quoted cell of several lines
_HEAD_LINES = 2_000  # looked through for a delimiter
_SEPARATOR = re.compile(r"\"?sep=(.)\"?[\r\n]*", re.I)
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_ENDS = "\r\n"


class RowReader:
    """Rows of cells from lines.

    Parameters
    ----------
    lines : iterator of str
        With their line ends.
    delimiter : str
        "" where each line is one cell.
    n_columns : int
        Of a row, as far as known; by it, a line within quotes is told from a row of its own.

    Attributes
    ----------
    unclosed : int
        Quotation marks that quoted nothing, and stand in the text as they are.
    mid_cell : int
        Quoted cells that went on after their closing mark.
    """

    def __init__(self, lines: Iterator[str], delimiter: str, n_columns: int = 0):
        self._source, self._waiting = lines, deque[str]()
        self._delimiter, self._n_columns = delimiter, n_columns
        self.unclosed = self.mid_cell = 0
        self._at_end = False

    def _next(self) -> str | None:
        if self._waiting:
            return self._waiting.popleft()
        if self._at_end:
            return None
        line = next(self._source, None)
        self._at_end = line is None
        return line

    def rows(self) -> Iterator[list[str]]:
        """Each row once; the empty ones too, as no cells."""
        while (line := self._next()) is not None:
            if '"' not in line:
                bare = line.rstrip(_ENDS)
                if not bare:
                    yield []
                elif self._delimiter:
                    yield bare.split(self._delimiter)
                else:
                    yield [bare]
            else:
                yield self._quoted(line)

    def _quoted(self, line: str) -> list[str]:
        cells: list[str] = []
        place = 0
        while True:
            start = place
            while start < len(line) and line[start] == " ":
                start += 1
            if line[start : start + 1] == '"':
                line, cell, place = self._quoted_cell(line, start)
            else:
                cell, place = self._plain_cell(line, place)
            cells.append(cell)
            if not self._delimiter or not line.startswith(self._delimiter, place):
                return cells
            place += len(self._delimiter)

    def _plain_cell(self, line: str, start: int) -> tuple[str, int]:
        end = line.find(self._delimiter, start) if self._delimiter else -1
        if end < 0:
            end = len(line.rstrip(_ENDS))
        end = max(end, start)
        return line[start:end], end

    def _quoted_cell(self, line: str, start: int) -> tuple[str, str, int]:
        """The line, longer where the cell goes on in the next; the cell; and where it ends."""
        close = _closing(line, start + 1)
        if close is None:
            if (joined := self._with_more_lines(line, start)) is None:
                self.unclosed += 1
                cell, end = self._plain_cell(line, start)
                return line, cell, end
            line, close = joined
        cell = line[start + 1 : close].replace('""', '"')
        end = close + 1
        rest = line[end:]
        spaces = len(rest) - len(rest.lstrip(" "))
        after = rest[spaces : spaces + 1]
        if not after or after in _ENDS or after == self._delimiter:
            return line, cell, end + spaces
        if not self._delimiter:  # a line of text that begins with a quotation
            return line, line.rstrip(_ENDS), len(line.rstrip(_ENDS))
        self.mid_cell += 1
        more, end = self._plain_cell(line, end)
        return line, cell + more, end

    def _with_more_lines(self, line: str, start: int) -> tuple[str, int] | None:
        """A cell that goes on in the next lines, up to the mark that closes it; None, and these lines
        waiting to be read, where no mark does."""
        parts, size = [line], len(line)
        while size <= _LONGEST_QUOTED and (following := self._next()) is not None:
            parts.append(following)
            size += len(following)
            if '"' not in following:
                continue
            close = _closing(following, 0)
            if close is None:  # pairs of them, which stand for one
                continue
            rest = following[close + 1 :].lstrip(" ")
            closes = not rest or rest[0] in _ENDS or rest[0] == self._delimiter
            if closes and not self._are_rows(parts, start):
                whole = "".join(parts)
                return whole, len(whole) - len(following) + close
            break
        self._waiting.extendleft(reversed(parts[1:]))
        return None

    def _are_rows(self, lines: list[str], start: int) -> bool:
        """Whether lines that quotation marks seem to hold together are rows themselves."""
        n, sign = self._n_columns, self._delimiter
        if n < 2 or lines[0].count(sign) + 1 != n:
            return False
        return all(
            line.count(sign) + 1 == n
            and f"{sign} " not in line
            and len(line.partition(sign)[0].split()) == 1
            and len(line.partition(sign)[0]) <= 40
            for line in lines[1:]
        )


def _closing(line: str, place: int) -> int | None:
    """Where the next mark stands that is not one of a pair."""
    while (found := line.find('"', place)) >= 0:
        if line[found + 1 : found + 2] != '"':
            return found
        place = found + 2
    return None


class _Bytes(io.RawIOBase):
    """A file as TextIOWrapper wants it; closing it leaves the file open."""

    def __init__(self, file: BinaryIO):
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


class DelimitedTable(Grid):
    """The rows of a .csv or .tsv file."""

    def __init__(self, file: OpenFile):
        file.again = True
        found_out = file.settings.encoding is None
        encoding = file.settled_encoding() if found_out else file.first_encoding()
        file.account.encoding = encoding.label
        self._file_name = file.name
        text = io.TextIOWrapper(
            io.BufferedReader(_Bytes(file.file)), encoding.codec, encoding.errors, newline=""
        )
        lines = _lines(text, file.name)
        head: list[str] = []
        separator = None
        for line in lines:
            if not head and (found := _SEPARATOR.fullmatch(line.removeprefix("\ufeff"))):
                separator = found[1]
                continue
            head.append(line.removeprefix("\ufeff") if not head else line)
            if len(head) >= _HEAD_LINES:
                break
        if separator is not None:
            file.account.add("read", f"The file names its delimiter itself ({separator}).")
        ending = Head(file.name, b"").ending
        delimiter = separator or find_delimiter(head, tabs=ending in ("tsv", "tab"))
        self.delimiter = delimiter
        width = _first_width(head, delimiter)
        self._reader = RowReader(_both(head, lines), delimiter, width)
        super().__init__(
            file.name, self._reader.rows(), file.account, file.settings, joined_by=delimiter or " "
        )

    def rows(self) -> Iterator[list[str]]:
        """Each row once, with as many cells as there are columns."""
        yield from super().rows()
        if n := self._reader.unclosed:
            self._account.add(
                "mended",
                f"{counted(n, 'quotation mark')} without a closing mark, read as characters.",
                n,
            )
        if n := self._reader.mid_cell:
            self._account.add(
                "mended",
                f"{counted(n, 'quoted cell')} with more text after the closing mark, which was read too.",
                n,
            )


def _both(head: list[str], lines: Iterator[str]) -> Iterator[str]:
    yield from head
    yield from lines


def _lines(text: io.TextIOWrapper, name: str) -> Iterator[str]:
    try:
        while line := text.readline(_LONGEST_LINE + 1):
            if len(line) > _LONGEST_LINE:
                raise Unreadable(f"{name} has a line of more than 64 million characters.")
            yield line
    except (OSError, EOFError, zlib.error) as error:
        raise Unreadable(f"{name} is damaged or was cut off: pack it again.") from error


def _first_rows(head: list[str], delimiter: str) -> list[list[str]]:
    rows = RowReader(iter(head), delimiter).rows()
    filled = (row for row in rows if any(cell.strip() for cell in row))
    return [row for row, _ in zip(filled, range(LOOKED_AT), strict=False)]


def _first_width(head: list[str], delimiter: str) -> int:
    widths = [len(row) for row in _first_rows(head, delimiter) if len(row) > 1]
    return widths[0] if widths else 1


def find_delimiter(head: list[str], tabs: bool = False) -> str:
    """The sign between cells: the one that parts the first row into most cells and the others likewise.

    A sign that a space follows wherever it stands is punctuation, unless it parts all rows alike.

    Parameters
    ----------
    head : list of str
        The first lines.
    tabs : bool
        Whether the file's name says that it is a tab.

    Returns
    -------
    str
        "" where each line is one cell.
    """
    if tabs and any("\t" in line for line in head):
        return "\t"
    best, most = "", 0.0
    for delimiter in DELIMITERS:
        rows = _first_rows(head, delimiter)
        widths = [len(row) for row in rows]
        several = [width for width in widths[:5] if width > 1]
        if not several:
            continue
        width = several[0]
        fitting = sum(w == width for w in widths) / len(widths)
        longer = sum(w >= width for w in widths) / len(widths)
        titles = next(i for i, w in enumerate(widths) if w > 1)
        if titles and (fitting < 0.6 or len(rows) < titles + 2):
            continue  # lines of text, the first without this sign
        if longer < 0.5:
            continue
        if _is_punctuation(head, delimiter) and (titles or fitting < 1 or not _short(rows[0])):
            continue
        score = longer + fitting + 0.05 * min(width, 10)
        if score > most:
            best, most = delimiter, score
    return best


def _is_punctuation(head: list[str], delimiter: str) -> bool:
    """Whether a sign is followed by a space or by the end of its line, or parts thousands, wherever it
    stands."""
    if delimiter not in ",;":
        return False
    met = spaced = 0
    for line in head[:LOOKED_AT]:
        bare = line.rstrip(_ENDS)
        met += bare.count(delimiter)
        spaced += bare.count(f"{delimiter} ") + bare.endswith(delimiter)
        spaced += len(_THOUSANDS.findall(bare)) if delimiter == "," else 0
    return met > 0 and spaced >= 0.95 * met


def _short(row: list[str]) -> bool:
    return all(len(cell.split()) <= 3 for cell in row)


@contextmanager
def _tables(file: OpenFile) -> Iterator[list[Grid]]:
    table = DelimitedTable(file)
    account: FileAccount = file.account
    account.format = "Table (.tsv)" if table.delimiter == "\t" else "Table (.csv)"
    yield [table]


def _by_name_alone(head: Head) -> bool:
    return False  # that lines are rows shows in nothing but the name


DELIMITED = Format(
    "Table (.csv)", ("csv", "tsv", "tab"), _by_name_alone, tables=_tables, told_by_name=True
)
