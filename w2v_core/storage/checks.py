"""Checks of one value in a JSON file: each returns the value, or raises a ValueError that says what the
value must be."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeVar

from w2v_core.parameters import PARAMETERS
from w2v_core.text.word_lists import word_list

T = TypeVar("T")
Check = Callable[[Any], T]
LAST_TIME = 2.0**33  # seconds since 1970: the year 2242, which all calendars used here can show
LONGEST_TEXT = 10_000  # the longest name in characters
LARGEST = 1e9  # the largest number in an array; learned values are far below
_MOST = 2**53  # the largest whole number that SQLite, JavaScript and float64 can all store


def text(value: Any, longest: int = LONGEST_TEXT) -> str:
    """A text of limited length that can be sent to a browser."""
    if not isinstance(value, str) or len(value) > longest or not _can_be_sent(value):
        raise ValueError("a text")
    return value


def truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def number(value: Any, low: float = -LARGEST, high: float = LARGEST) -> float:
    """A finite number within bounds."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ValueError(f"a number from {low:,.10g} to {high:,.10g}")
    return value


def whole(value: Any, low: int = 0, high: int = _MOST) -> int:
    """A whole number within bounds."""
    if type(value) is not int or not low <= value <= high:
        raise ValueError(f"a whole number from {low:,}")
    return value


def duration(value: Any) -> float:
    return number(value, 0.0)


def moment(value: Any) -> float:
    """A time in seconds since 1970 that a calendar can show."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < LAST_TIME:
        raise ValueError("a time in seconds since 1970")
    return float(value)


def texts(value: Any) -> list[str]:
    """A list of texts."""
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise ValueError("a list of texts")
    if not _can_be_sent("".join(value)):
        raise ValueError("a list of texts")
    return value


def numbers(value: Any) -> list[float]:
    """A list of finite numbers."""
    if not isinstance(value, list):
        raise ValueError("a list of numbers")
    try:
        return [number(v) for v in value]
    except ValueError:
        raise ValueError("a list of numbers") from None


def words(value: Any) -> list[str]:
    """A vocabulary: at least one word, and no word twice."""
    try:
        found = texts(value)
    except ValueError:
        found = []
    if not found or len(set(found)) != len(found):
        raise ValueError("a list of different words")
    return found


def shape(value: Any) -> tuple[int, int]:
    """Rows and columns of a matrix."""
    try:
        rows, columns = value if isinstance(value, list) else (None, None)
        return whole(rows, 1, 2**31), whole(columns, 1, 2**31)
    except ValueError:
        raise ValueError("two whole numbers from 1") from None


def plain(value: Any) -> Any:
    """Any JSON value whose numbers are finite and whose texts can be sent to a browser."""
    stack = [value]
    while stack:
        v = stack.pop()
        if isinstance(v, dict):
            stack += [*v.keys(), *v.values()]
        elif isinstance(v, list):
            stack += v
        elif isinstance(v, str):
            if not _can_be_sent(v):
                raise ValueError("made of plain texts and numbers")
        elif isinstance(v, float) and not math.isfinite(v):
            raise ValueError("made of plain texts and numbers")
    return value


def table(value: Any) -> dict[str, Any]:
    """A JSON object of plain values."""
    if not isinstance(value, dict):
        raise ValueError("a table of names and values")
    return plain(value)


def found_values(value: Any) -> dict[str, Any]:
    """The results of a job besides arrays, in which numbers need not be finite."""
    if not isinstance(value, dict):
        raise ValueError("a table of names and values")
    for name, check in _FOUND.items():
        if name in value:
            check(value[name])
    plain([v for name, v in value.items() if name not in _FOUND])
    return value


def settings_of(*names: str) -> Check[dict[str, Any]]:
    """A check for a table of parameters with these names, each with an allowed value."""

    def check(value: Any) -> dict[str, Any]:
        given = table(value)
        for name, v in given.items():
            try:
                if name in ("stop_words", "phrases") and name in names:
                    word_list(name, v, False)
                elif name in names:
                    PARAMETERS[name].check(v)
                else:
                    raise ValueError
            except (ValueError, TypeError, OverflowError):
                raise ValueError("a table of settings that this version knows") from None
        return given

    return check


def optional(check: Check[T]) -> Check[T | None]:
    """A check that allows None, or any value that another check accepts."""
    return lambda value: None if value is None else check(value)


def _measure(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("a table of what was found")
    return float(value)


def _rows_of(n_texts: int, n_numbers: int) -> Check[list[list[Any]]]:
    """A check for a list of rows, each with this many texts followed by this many whole numbers."""

    def check(value: Any) -> list[list[Any]]:
        try:
            for row in value if isinstance(value, list) else [None]:
                if not isinstance(row, list) or len(row) != n_texts + n_numbers:
                    raise ValueError
                texts(row[:n_texts])
                for v in row[n_texts:]:
                    optional(whole)(v)
        except ValueError:
            raise ValueError("a table of what was found") from None
        return value

    return check


_FOUND: dict[str, Check[Any]] = {
    **dict.fromkeys(
        ("threshold", "residual", "noise_residual", "error_rate", "kl_divergence"), _measure
    ),
    "sections": _rows_of(1, 3),
    "misses": _rows_of(6, 1),
}
"""The results of jobs besides arrays, by name (see ``work.results``)."""


def _can_be_sent(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:  # half a surrogate pair
        return False
    return True
