"""The Embedding Projector's pair of tables in one zip file: numbers alone in one, words in the other.

A table of words with one column has no row of names; one with several has.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import BinaryIO, cast

import numpy as np

from w2v_core.exchange.vector_formats.byte_stream import LINE_BYTES, ByteStream
from w2v_core.exchange.vector_formats.format import HEAD, Head, VectorFile, VectorFormat
from w2v_core.exchange.vector_formats.kept_rows import too_many
from w2v_core.exchange.vector_formats.named_columns import (
    COUNT_NAMES,
    WORD_NAMES,
    whole_number,
)
from w2v_core.exchange.vector_formats.text_rows import check_dim, is_number
from w2v_core.exchange.zip_files import check_entry
from w2v_core.storage.limits import max_model_bytes, max_words


def _is_one(head: Head) -> bool:
    return len(head.parts) == 2 and all(
        name.lower().endswith((".tsv", ".txt")) for name in head.parts
    )


def _open(archive: zipfile.ZipFile, name: str) -> tuple[ByteStream, int]:
    info = archive.getinfo(name)
    check_entry(info, max_model_bytes())
    return ByteStream(cast(BinaryIO, archive.open(info))), info.file_size


def _are_numbers(stream: ByteStream) -> int:
    """How many numbers stand in the first line, where nothing else does; else 0."""
    fields = stream.peek(HEAD)[:LINE_BYTES].partition(b"\n")[0].split()
    return len(fields) if all(map(is_number, fields)) else 0


def _lines(stream: ByteStream) -> Iterator[bytes]:
    """Line after line, but for blank ones at the end."""
    blank = 0
    for block in stream.lines(blank=True):
        for line in block:
            line = line.removesuffix(b"\r")
            if not line:
                blank += 1
                if blank > max_words():
                    raise ValueError(too_many(f"more than {max_words():,}"))
                continue
            for _ in range(blank):
                yield b""
            blank = 0
            yield line


def _read(file: VectorFile) -> None:
    archive = file.archive
    assert archive is not None  # as it is one
    opened = sorted(
        (_open(archive, name) for name in file.head.parts), key=lambda one: -_are_numbers(one[0])
    )
    (vectors, size), (table, _) = opened
    dim = _are_numbers(vectors)
    if dim == 0 or _are_numbers(table) > 1:
        raise ValueError(
            "This zip file contains two tables, but not one of numbers alone and one of words, "
            "which the Embedding Projector's format requires."
        )
    check_dim(dim)
    rows = file.rows
    rows.dim = dim
    words = _lines(table)
    word, count = 0, None
    first = table.peek(HEAD).partition(b"\n")[0].removesuffix(b"\r")
    if b"\t" in first:
        names = [name.decode("utf-8", "replace").strip().lower() for name in first.split(b"\t")]
        word = next((i for i, name in enumerate(names) if name and name in WORD_NAMES), 0)
        count = next((i for i, name in enumerate(names) if name in COUNT_NAMES), None)
        next(words)
        spare = [name[:30] for i, name in enumerate(names) if i not in (word, count)]
        if spare:
            shown = ", ".join(f"“{name}”" for name in spare[:5])
            rows.account.add(
                "left out", f"Columns of the table of words were left out: {shown}.", len(spare)
            )
    numbers = _lines(vectors)
    at = 0
    ended = False
    while not ended and not rows.is_full:
        pairs: list[tuple[bytes, bytes]] = []
        for _ in range(rows.room):
            line, named = next(numbers, None), next(words, None)
            if line is None or named is None:
                if line is not None or named is not None:
                    raise ValueError(
                        "This zip file contains a table of vectors and one of words, and one of "
                        f"the two ends after {rows.met + len(pairs):,} rows: which vector belongs "
                        "to which word is not known, so make both again."
                    )
                ended = True
                break
            pairs.append((line, named))
            at += len(line) + 1
        _take(file, pairs, dim, word, count)
        file.tell(min(at / max(size, 1), 1.0))
    if not ended and next(numbers, None) is not None:
        rows.says_more()


def _take(
    file: VectorFile, pairs: list[tuple[bytes, bytes]], dim: int, word: int, count: int | None
) -> None:
    rows = file.rows
    words, places, vectors, counts = [], [], [], []
    for line, named in pairs:
        rows.met += 1
        cells = named.split(b"\t")
        fields = line.split()
        try:
            if len(fields) != dim or len(line) > LINE_BYTES:
                raise ValueError
            with np.errstate(over="ignore"):
                vector = np.array([float(field) for field in fields]).astype(np.float32)
        except ValueError:
            rows.leave_out("row", named[:200], rows.met)
            continue
        words.append(cells[word] if word < len(cells) else b"")
        vectors.append(vector)
        places.append(rows.met)
        known = count is not None and count < len(cells)
        counts.append(whole_number(cells[count].decode("ascii", "replace")) if known else 0)  # type: ignore[index]
    if words:
        rows.take(words, np.stack(vectors), places, np.array(counts, np.int64))


PROJECTOR = VectorFormat("Embedding Projector's tables", _is_one, _read)
