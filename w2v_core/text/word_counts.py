"""How many words each file brings to a text that was gathered."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import BinaryIO

import numpy as np

from w2v_core.text import reading
from w2v_core.text.account import FileAccount
from w2v_core.text.document_list import FILE, Documents
from w2v_core.text.tokenizer import tokenise

_TOGETHER = 1 << 22  # bytes of small documents that are cut into words at once


def words_of_files(text: BinaryIO, documents: Documents, unit: str = "words") -> dict[str, int]:
    """The number of words of each file, by its name.

    Parameters
    ----------
    text : binary file
        The text in which the documents stand.
    documents : Documents
    unit : "words" or "characters"
        What counts as a word.
    """
    counts: defaultdict[str, int] = defaultdict(int)
    files = documents.columns[FILE]
    for rows in _groups(documents):
        first, last = documents.starts[rows[0]], documents.ends[rows[-1]]
        if len(rows) == 1:
            pieces = _pieces(text, first, last)
            counts[files[rows[0]]] += sum(
                len(tokenise(block, unit=unit).words) for block in reading.blocks(pieces)
            )
            continue
        text.seek(first)
        block = tokenise(text.read(last - first), unit=unit)
        starts = np.array([documents.starts[row] - first for row in rows])
        at = np.maximum(np.searchsorted(starts, block.stops, side="left") - 1, 0)
        found = np.bincount(at, weights=block.lengths, minlength=len(rows))
        for row, number in zip(rows, found, strict=True):
            counts[files[row]] += int(number)
    return dict(counts)


def _groups(documents: Documents) -> Iterator[range]:
    """Documents that stand side by side, as many as are read at once."""
    begin = 0
    for row in range(1, len(documents) + 1):
        if (
            row == len(documents)
            or documents.ends[row] - documents.starts[begin] > _TOGETHER
            or documents.starts[row] - documents.ends[row - 1] > 16
        ):
            yield range(begin, row)
            begin = row


def _pieces(text: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    text.seek(start)
    while start < end and (piece := text.read(min(end - start, reading.BLOCK))):
        yield piece
        start += len(piece)


def with_words(accounts: Sequence[FileAccount], counts: dict[str, int]) -> list[FileAccount]:
    """Accounts with the words that reached the text; tables that describe files have none."""
    return [dataclasses.replace(a, words=counts.get(a.name)) for a in accounts]
