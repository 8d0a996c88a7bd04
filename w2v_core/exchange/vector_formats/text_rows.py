"""Rows of text: a word and its numbers in each line. How they are parted is told by the first lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from w2v_core.exchange.vector_formats.byte_stream import LINE_BYTES
from w2v_core.exchange.vector_formats.format import VectorFile
from w2v_core.storage.limits import max_dim

_SAMPLE = 200  # lines by which a layout is told
_IN_NUMBERS = b"0123456789+-.eE "
_NAMES = {b"\t": "tabs", b";": "semicolons", b",": "commas"}


@dataclass(frozen=True)
class Layout:
    """How a line is parted: ``dim`` numbers stand at its end, behind a word; ``sign`` stands between them
    (None: spaces), and ``decimal_commas`` within them."""

    dim: int
    sign: bytes | None
    decimal_commas: bool = False


def layout_of(lines: Sequence[bytes], least: int = 2) -> Layout | None:
    """The layout that most of the first lines have; None where fewer than half have any.

    Parameters
    ----------
    lines : sequence of bytes
        Whole lines from the beginning, without a header.
    least : int
        Numbers that a line must end with: a line of prose may end with one.
    """
    lines = [line for line in lines[:_SAMPLE] if line.strip()]
    best, most = Layout(0, None), 0
    for decimal_commas in (False, True):
        for sign in (b"\t", None, b";", b","):
            if decimal_commas and sign == b",":
                continue
            runs = Counter(
                run for line in lines if (run := _run(line, sign, decimal_commas)) >= least
            )
            dim, n = runs.most_common(1)[0] if runs else (0, 0)
            # Where all lines are parted by tabs, a number before the first of them is of the word.
            if n > most or (n == most and dim > best.dim and best.sign != b"\t"):
                best, most = Layout(dim, sign, decimal_commas), n
    return best if 2 * most >= len(lines) and most else None


def check_dim(dim: int) -> None:
    """ValueError, with a sentence, for more numbers than a vector may have."""
    if dim > max_dim():
        raise ValueError(
            f"These vectors have {dim:,} numbers each; at most {max_dim():,} are accepted."
        )


def is_number(field: bytes) -> bool:
    """Whether a field is written as a number (also one that is not finite)."""
    try:
        float(field)
    except ValueError:
        return False
    return True


def read_text_rows(file: VectorFile, layout: Layout) -> None:
    """Read all lines that are left."""
    check_dim(layout.dim)
    rows = file.rows
    rows.dim = layout.dim
    _note_layout(file, layout)
    for block in file.stream.lines():
        at = 0
        while at < len(block) and not rows.is_full:
            lines = block[at : at + rows.room]
            at += len(lines)
            _read(file, layout, lines)
            file.tell(None)
        if rows.is_full:
            if any(line.strip() for line in block[at:]) or not file.stream.is_at_end():
                rows.says_more()
            return


def _note_layout(file: VectorFile, layout: Layout) -> None:
    if layout.sign is not None:
        named = _NAMES[layout.sign]
        file.rows.account.add("read", f"{named.capitalize()} separate the numbers of a row.")
    if layout.decimal_commas:
        file.rows.account.add("guessed", "The commas within numbers were read as decimal points.")


def _read(file: VectorFile, layout: Layout, lines: list[bytes]) -> None:
    """Take in some lines, in their order."""
    rows = file.rows
    words, numbers, matrix = _plain_rows(layout, lines)
    if len(words) == len(lines):
        rows.take(words, matrix)
        return
    plain = dict(zip(numbers, range(len(words)), strict=True))
    kept_words: list[bytes] = []
    kept_rows: list[int] = []
    vectors: list[np.ndarray] = []
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        rows.met += 1
        if (i := plain.get(number)) is not None:
            found: tuple[bytes, np.ndarray] | None = (words[i], matrix[i])
        else:
            found = _row(layout, line)
        if found is None:
            rows.leave_out("row", line[:200].strip(), rows.met)
        else:
            kept_words.append(found[0])
            vectors.append(found[1])
            kept_rows.append(rows.met)
    if kept_words:
        rows.take(kept_words, np.stack(vectors), kept_rows)


def _plain_rows(layout: Layout, lines: list[bytes]) -> tuple[list[bytes], list[int], np.ndarray]:
    """The lines that are parted just so, and read all at once: words, places among the lines, vectors.

    Where each line has a word, dim − 1 signs, no two of them side by side, and nothing but what numbers
    are written with, as many numbers as are wanted can only be dim for each.
    """
    none: tuple[list[bytes], list[int], np.ndarray] = (
        [],
        [],
        np.empty((0, layout.dim), np.float32),
    )
    if layout.decimal_commas:
        return none
    sign = layout.sign or b" "
    words, numbers, rests = [], [], []
    for number, line in enumerate(lines):
        word, _, rest = line.rstrip().partition(sign)
        if word and rest.count(sign) == layout.dim - 1 and len(line) <= LINE_BYTES:
            words.append(unquoted(word) if layout.sign else word)
            numbers.append(number)
            rests.append(rest)
    joined = sign.join(rests)
    if not rests:
        return none
    if layout.sign:
        if b" " in joined:
            return none
        joined = joined.replace(layout.sign, b" ")
    if b"  " in joined or joined[:1] == b" " or joined.translate(None, _IN_NUMBERS):
        return none
    try:
        values = np.fromstring(joined, np.float32, sep=" ")
    except ValueError:
        return none
    if len(values) != len(rests) * layout.dim:
        return none
    return words, numbers, values.reshape(len(rests), layout.dim)


def _row(layout: Layout, line: bytes) -> tuple[bytes, np.ndarray] | None:
    """The word and the vector of a line; None where it is no row."""
    if len(line) > LINE_BYTES:
        return None
    fields = _fields(line, layout.sign, layout.dim)
    if len(fields) != layout.dim + 1:
        return None
    word, *texts = fields
    if layout.decimal_commas:
        texts = [text.replace(b",", b".") for text in texts]
    # “king 1 2 3” is a row too long by one number; “bank 1 0.5 0.25” a word of two parts.
    last = word.rsplit(layout.sign, 1)[-1]
    if last != word and is_number(last) and (b"." in last or not any(b"." in t for t in texts)):
        return None
    try:
        with np.errstate(over="ignore"):
            return word, np.array([float(text) for text in texts]).astype(np.float32)
    except ValueError:
        return None


def _fields(line: bytes, sign: bytes | None, most: int = -1) -> list[bytes]:
    """A line's word and its numbers from the right."""
    line = line.strip(b"\r\n") if sign else line.strip()
    if sign is None:
        return line.rsplit(None, most)
    fields = line.rstrip(b" \r\n" + sign).rsplit(sign, most)
    return [unquoted(fields[0].strip(b" ")), *fields[1:]]


def unquoted(word: bytes) -> bytes:
    """A cell without the quotation marks around it."""
    if len(word) > 1 and word[:1] == word[-1:] == b'"':
        return word[1:-1].replace(b'""', b'"')
    return word


def _run(line: bytes, sign: bytes | None, decimal_commas: bool) -> int:
    """How many numbers stand at the end of a line, its first field left out."""
    fields = _fields(line, sign)
    run = 0
    while run + 1 < len(fields):
        field = fields[-1 - run]
        if decimal_commas:
            field = field.replace(b",", b".")
        if not is_number(field):
            break
        run += 1
    return run
