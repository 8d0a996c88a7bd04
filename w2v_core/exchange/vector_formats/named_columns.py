"""A table with a row of names (CSV, or with semicolons or tabs): a column of words, perhaps one of counts,
and the others numbers. What the app exports as CSV is one."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from w2v_core.exchange.tables import unguarded
from w2v_core.exchange.vector_formats.byte_stream import LINE_BYTES
from w2v_core.exchange.vector_formats.format import Head, VectorFile, VectorFormat
from w2v_core.exchange.vector_formats.text_rows import check_dim, is_number

WORD_NAMES = frozenset(("", "word", "words", "token", "tokens", "term", "terms", "label", "name"))
COUNT_NAMES = frozenset(("count", "counts", "freq", "frequency", "occurrences"))
_SIGNS = (",", ";", "\t")
_SAMPLE = 50  # rows by which columns of numbers are told
_OURS = re.compile(r"word,count,x1(,x\d+)*")


@dataclass(frozen=True)
class _Columns:
    """Where what stands in a row; ``ours`` says that this app wrote the table."""

    sign: str
    n: int
    word: int
    count: int | None
    numbers: tuple[int, ...]
    left_out: tuple[str, ...]
    ours: bool


def _cells(line: bytes, sign: str) -> list[str]:
    """The cells of a line; bytes that are not UTF-8 are kept as Python keeps them."""
    text = line.rstrip(b"\r\n").decode("utf-8", "surrogateescape")
    try:
        return next(csv.reader([text], delimiter=sign), [])
    except csv.Error:
        return []


def _columns(head: Head) -> _Columns | None:
    lines = [line for line in head.lines if line.strip()]
    if len(lines) < 2 or max(map(len, lines[:_SAMPLE])) > LINE_BYTES:
        return None
    for sign in _SIGNS:
        names = _cells(lines[0], sign)
        rows = [row for line in lines[1:_SAMPLE] if len(row := _cells(line, sign)) == len(names)]
        if len(names) < 2 or not rows or not _are_names(names):
            continue
        texts = [i for i in range(len(names)) if not _holds_numbers(rows, i)]
        plain = [name.strip().lower() for name in names]
        word = next((i for i, name in enumerate(plain) if name in WORD_NAMES), None)
        if word is None:
            if not texts:
                continue
            word = texts[0]
        count = next((i for i, name in enumerate(plain) if name in COUNT_NAMES), None)
        numbers = tuple(i for i in range(len(names)) if i not in (word, count, *texts))
        if numbers:
            left_out = tuple(names[i] for i in texts if i not in (word, count))
            ours = sign == "," and _OURS.fullmatch(",".join(names)) is not None
            return _Columns(sign, len(names), word, count, numbers, left_out, ours)
    return None


def _are_names(cells: Sequence[str]) -> bool:
    """Whether a first row names columns: none of its cells is a number, or all but the first count them."""
    if not any(is_number(cell.encode("utf-8", "replace")) for cell in cells):
        return True
    if cells[0].strip().lower() not in WORD_NAMES or not all(c.isdecimal() for c in cells[1:]):
        return False
    counted = [int(cell) for cell in cells[1:] if len(cell) < 9]
    return counted in (list(range(len(cells) - 1)), list(range(1, len(cells))))


def _holds_numbers(rows: Sequence[Sequence[str]], column: int) -> bool:
    """Whether most of a column's cells are numbers."""
    n = sum(is_number(row[column].encode("utf-8", "replace")) for row in rows)
    return 2 * n > len(rows)


def _is_one(head: Head) -> bool:
    return _columns(head) is not None


def _read(file: VectorFile) -> None:
    columns = _columns(file.head)
    assert columns is not None  # as it is one
    check_dim(len(columns.numbers))
    rows = file.rows
    rows.dim = len(columns.numbers)
    if columns.left_out:
        names = ", ".join(f"“{name[:30]}”" for name in columns.left_out[:5])
        rows.account.add(
            "left out",
            f"{len(columns.left_out):,} columns contain no numbers and were left out: {names}.",
            len(columns.left_out),
        )
    named = False
    for block in file.stream.lines():
        lines = [line for line in block if line.strip()]
        if not named and lines:
            lines, named = lines[1:], True
        at = 0
        while at < len(lines) and not rows.is_full:
            some = lines[at : at + rows.room]
            at += len(some)
            _take(file, columns, some)
            file.tell(None)
        if rows.is_full:
            if at < len(lines) or not file.stream.is_at_end():
                rows.says_more()
            return


def _take(file: VectorFile, columns: _Columns, lines: list[bytes]) -> None:
    rows = file.rows
    words: list[bytes] = []
    places: list[int] = []
    vectors: list[np.ndarray] = []
    counts: list[int] = []
    for line in lines:
        rows.met += 1
        cells = _cells(line, columns.sign) if len(line) <= LINE_BYTES else []
        if len(cells) > columns.n and columns.word == 0:  # signs within a word that nobody quoted
            more = len(cells) - columns.n + 1
            cells = [columns.sign.join(cells[:more]), *cells[more:]]
        try:
            if len(cells) != columns.n:
                raise ValueError
            with np.errstate(over="ignore"):
                vector = np.array([float(cells[i]) for i in columns.numbers]).astype(np.float32)
        except ValueError:
            rows.leave_out("row", line[:200].strip(), rows.met)
            continue
        word = unguarded(cells[columns.word]) if columns.ours else cells[columns.word]
        words.append(word.encode("utf-8", "surrogateescape"))
        vectors.append(vector)
        places.append(rows.met)
        counts.append(0 if columns.count is None else whole_number(cells[columns.count]))
    if words:
        rows.take(words, np.stack(vectors), places, np.array(counts, np.int64))


def whole_number(cell: str) -> int:
    """A count that a cell holds; 0 where it holds none, −1 where it cannot be one."""
    cell = cell.strip()
    if not cell:
        return 0
    return int(cell) if cell.isdecimal() and len(cell) < 16 else -1


NAMED_COLUMNS = VectorFormat("table with named columns (.csv, .tsv)", _is_one, _read)
