"""Lines that repeat across documents: headers, footers and page numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from w2v_core.text import reading
from w2v_core.text.document_blocks import report
from w2v_core.text.documents import Documents

_SHORTEST_LINE, _LONGEST_LINE = 1, 200  # characters of a line that may be a header
_BUCKETS = 1 << 22


@dataclass(frozen=True)
class RepeatedLine:
    """A line that stands in many documents, numbers apart: ``folded`` as it is compared, ``example`` as it
    first stood, ``documents`` in how many, ``times`` how often in all."""

    folded: str
    example: str
    documents: int
    times: int


def folded_line(line: str) -> str:
    """A line as it is compared: white space and case folded, numbers written #; empty where it holds no
    word or is too long to be a header."""
    line = re.sub(r"\d+", "#", " ".join(line.split()).casefold())
    named = any(c.isalpha() or c == "#" for c in line)
    return line if named and _SHORTEST_LINE <= len(line) <= _LONGEST_LINE else ""


def repeated_lines(
    text: BinaryIO,
    documents: Documents,
    share: float = 0.5,
    most: int = 200,
    callback: Callable[[float], bool | None] | None = None,
) -> list[RepeatedLine]:
    """Headers, footers and other lines that many documents have, those in most documents first.

    Parameters
    ----------
    text : binary file
        In which the documents stand.
    documents : Documents
    share : float
        In how many of them a line must stand; at least in three, whatever the share.
    most : int
        Lines given at most.
    callback : callable, optional
        Called with the share done; True stops.
    """
    least = max(3, int(np.ceil(share * len(documents))))
    if len(documents) < least:
        return []
    # Hashes first: a text has far more distinct lines than lines that repeat.
    seen = np.zeros(_BUCKETS, np.uint32)
    for done, lines in _lines_of(text, documents):
        report(callback, done / 2)
        places = {hash(folded) % _BUCKETS for line in lines if (folded := folded_line(line))}
        seen[list(places)] += 1
    possible = seen >= least
    in_documents: Counter[str] = Counter()
    times: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for done, lines in _lines_of(text, documents):
        report(callback, 0.5 + done / 2)
        here = set()
        for line in lines:
            folded = folded_line(line)
            if folded and possible[hash(folded) % _BUCKETS]:
                times[folded] += 1
                here.add(folded)
                examples.setdefault(folded, " ".join(line.split()))
        in_documents.update(here)
    found = [
        RepeatedLine(line, examples[line], number, times[line])
        for line, number in in_documents.items()
        if number >= least
    ]
    return sorted(found, key=lambda r: (-r.documents, -r.times, r.folded))[:most]


def _lines_of(text: BinaryIO, documents: Documents) -> Iterator[tuple[float, list[str]]]:
    """(share done, lines) of each document; only the first block of a very long one."""
    n = len(documents)
    for i, (start, end) in enumerate(zip(documents.starts, documents.ends, strict=True)):
        text.seek(start)
        data = text.read(min(end - start, 8 * reading.BLOCK))
        yield (i + 1) / n, data.decode("utf-8", "replace").splitlines()


def without_lines(block: bytes, dropped: set[str]) -> bytes:
    """A block of text without the lines that ``folded_line`` writes so."""
    if not dropped:
        return block
    text = block.decode("utf-8", "replace")
    return "".join(
        line for line in text.splitlines(keepends=True) if folded_line(line) not in dropped
    ).encode("utf-8")
