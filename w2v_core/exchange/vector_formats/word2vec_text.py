"""word2vec's text format, which fastText's .vec is too: a line “words dimensions”, then a word and its
numbers in each line. The header is not believed: the rows are what counts."""

from __future__ import annotations

import re

from w2v_core.exchange.vector_formats.byte_stream import LINE_BYTES, is_utf8
from w2v_core.exchange.vector_formats.format import Head, VectorFile, VectorFormat
from w2v_core.exchange.vector_formats.text_rows import (
    check_dim,
    is_number,
    layout_of,
    read_text_rows,
)


def header(head: Head) -> tuple[int, int] | None:
    """(words, dimensions) of word2vec's first line; None where it is none."""
    line = head.data[:LINE_BYTES].partition(b"\n")[0]
    parts = re.split(rb"[,;\s]\s*", line.strip())
    if len(parts) == 2 and all(part.isdigit() and len(part) < 16 for part in parts):
        return int(parts[0]), int(parts[1])
    return None


def is_text(head: Head) -> bool:
    """Whether the row after word2vec's header is written in letters: it is text all through, or at
    least its numbers are."""
    found = header(head)
    if found is None:
        return False
    row = head.data.partition(b"\n")[2][:LINE_BYTES].partition(b"\n")[0]
    fields = row.split()
    if len(fields) > found[1] > 0 and all(is_number(field) for field in fields[-found[1] :]):
        return True
    text = row.decode("utf-8", "ignore")
    return is_utf8(row) and all(c.isprintable() or c.isspace() for c in text)


def check_header(n: int, dim: int) -> None:
    """ValueError, with a sentence, for a header that leaves nothing to read."""
    if n == 0 or dim == 0:
        raise ValueError(
            f"The header announces {n:,} words of {dim:,} numbers: there is nothing to read."
        )
    check_dim(dim)


def _read(file: VectorFile) -> None:
    promised = header(file.head)
    assert promised is not None  # as it is one
    n, dim = promised
    file.stream.line()
    check_header(n, dim)
    lines = file.head.lines[1:]
    if not any(line.strip() for line in lines):
        raise ValueError(
            f"The header announces {n:,} words, but no row follows: the file was cut off."
        )
    layout = layout_of(lines, 1)
    if layout is None:
        raise ValueError(
            f"The header announces words of {dim:,} numbers, but the rows after it are not words "
            "and numbers."
        )
    file.rows.in_file = n
    if layout.dim != dim:
        file.rows.account.add(
            "guessed",
            f"The header announces {dim:,} numbers in a row, but most rows have {layout.dim:,}: "
            "these rows were read.",
        )
    read_text_rows(file, layout)


WORD2VEC_TEXT = VectorFormat("word2vec text", is_text, _read)
