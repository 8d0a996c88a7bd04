"""Selecting words by a search, and assigning words to categories."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import subprocess
import sys
import warnings
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from w2v_core.vocabulary import Vocabulary, loosely

HOW = ("whole words", "begins with", "contains", "regular expression")
LONGEST_PATTERN = 200
PATTERN_SECONDS = 3
_SEARCH = (
    "import json, re, sys; query, flags, words = json.loads(sys.stdin.buffer.read());"
    "found = re.compile(query, flags).search;"
    "print(json.dumps([row for row, word in enumerate(words) if found(word)]))"
)


def search(vocabulary: Vocabulary, query: str, how: str = "begins with") -> list[int]:
    """The rows of the words that a search finds, most frequent first.

    Parameters
    ----------
    vocabulary : Vocabulary
    query : str
        Several words, parted by spaces or commas: what fits any of them is found. A regular
        expression is taken whole, and may match anywhere in a word. In the others neither case
        nor the way a letter is written counts, and a whole word is looked up as everywhere
        (``Vocabulary.find``).
    how : one of ``HOW``

    Raises
    ------
    ValueError
        For an expression that is invalid or takes too long, with the reason.
    """
    if how not in HOW:
        raise ValueError(f"how={how!r}: choose one of {', '.join(map(repr, HOW))}.")
    query = query.strip()
    if not query:
        return []
    if how == "regular expression":
        return _search_apart(query, vocabulary)
    typed = [part for part in re.split(r"[\s,]+", query) if part]
    if how == "whole words":
        rows = {row for part in [query, *typed] if (row := vocabulary.find(part)) is not None}
        return sorted(rows)
    words, parts = vocabulary.loose_words, [part for part in map(loosely, typed) if part]
    if how == "begins with":
        starts = tuple(parts)
        return [row for row, word in enumerate(words) if word.startswith(starts)]
    return [row for row, word in enumerate(words) if any(part in word for part in parts)]


def _search_apart(query: str, vocabulary: Vocabulary) -> list[int]:
    """Search in a separate process that can be ended: an expression such as (a|aa)+$ may practically
    never finish, and would block every page."""
    if len(query) > LONGEST_PATTERN:
        raise ValueError(
            f"The regular expression has {len(query)} characters; at most {LONGEST_PATTERN} are allowed."
        )
    flags = re.IGNORECASE if vocabulary.lowercase else 0
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(query, flags)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"This is not a valid regular expression: {error}.") from error
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", _SEARCH],
            input=json.dumps([query, int(flags), vocabulary.words]),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=PATTERN_SECONDS,
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        raise ValueError(
            f"This regular expression takes more than {PATTERN_SECONDS} seconds. "
            "Write it with fewer repetitions."
        ) from error
    except subprocess.CalledProcessError as error:
        raise ValueError("This regular expression cannot be searched for.") from error
    return json.loads(done.stdout)


@dataclass(frozen=True)
class Categories:
    """``labels`` int (words,): the index of each word's category, −1 for none; ``names`` of the
    categories, the largest first."""

    labels: np.ndarray
    names: list[str]


def read_categories(data: bytes, vocabulary: Vocabulary) -> list[tuple[str, str]]:
    """Read lines of word,category (UTF-8; commas, semicolons or tabs); a header line is ignored.

    Raises
    ------
    ValueError
        If it is not such a table, or contains no word of the vocabulary.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError("The file is not in UTF-8. Save it as CSV in UTF-8.") from error
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise ValueError(f"The file is not a CSV table: {error}.") from error
    pairs = []
    for number, cells in enumerate(lines, 1):
        cells = [cell.strip() for cell in cells]
        if any(cells) and (len(cells) < 2 or not cells[0] or not cells[1]):
            raise ValueError(
                f"Line {number}: expected a word and a category, separated by a comma, "
                f"not {delimiter.join(cells)[:60]!r}."
            )
        if any(cells) and (row := vocabulary.find(_unguarded(cells[0]))) is not None:
            pairs.append((vocabulary.words[row], _unguarded(cells[1])))
    if not pairs:
        raise ValueError("The file contains no word of this model's vocabulary.")
    return pairs


def _unguarded(cell: str) -> str:
    """A cell without the apostrophe that ``csv_table`` puts before formulas."""
    return cell[1:] if len(cell) > 1 and cell[0] == "'" and cell[1] in "=+-@\t\r" else cell


def categories(pairs: Sequence[tuple[str, str]], vocabulary: Vocabulary) -> Categories:
    """The category of each word of the vocabulary; the last one if a word occurs twice."""
    group = {row: name for word, name in pairs if (row := vocabulary.find(word)) is not None}
    names = [name for name, _ in Counter(group.values()).most_common()]
    number = {name: i for i, name in enumerate(names)}
    labels = np.full(len(vocabulary), -1, np.int32)
    for row, name in group.items():
        labels[row] = number[name]
    return Categories(labels, names)


def as_text(rows: Sequence[int], n: int) -> str:
    """Encode rows of n words as text for an address: one bit for each word, compressed."""
    chosen = np.zeros(n, bool)
    chosen[list(rows)] = True
    packed = zlib.compress(np.packbits(chosen).tobytes(), 9)
    return base64.urlsafe_b64encode(packed).decode("ascii").rstrip("=")


def from_text(text: str, n: int) -> list[int]:
    """Decode rows written by ``as_text``, smallest first; empty if the text is not valid."""
    try:
        packed = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        # No more than n words need, however large the unpacked data would be.
        bits = zlib.decompressobj().decompress(packed, (n + 7) // 8)
    except (ValueError, zlib.error):
        return []
    chosen = np.unpackbits(np.frombuffer(bits, np.uint8))[:n]
    return np.flatnonzero(chosen).tolist()
