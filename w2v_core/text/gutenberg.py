"""Project Gutenberg's header and licence, which stand before and after the text of each of its books."""

from __future__ import annotations

import re
from typing import BinaryIO

NOTE = "Project Gutenberg's header and licence were left out"

HEAD, _TAIL = 1 << 16, 1 << 16
"""Bytes at a document's begin and end that are looked through; the licence takes some 20,000."""
_NAMED = rb"(?:THE |THIS )?PROJECT GUTENBERG(?:'S|\xe2\x80\x99S)? ?(?:E-?BOOKS?|E-?TEXTS?)?"
_BEGIN = rb"(?:\A|(?<=[\r\n]))[ \t]*"  # of a line, whatever ends it
_LINE = rb"[^\r\n]{0,300}"
_BREAK = rb"(?:\r\n|[\r\n])"
_START = re.compile(
    _BEGIN
    + rb"\*\*\* ?START OF "
    + _NAMED
    # A long title takes two lines.
    + rb"(?:[^\r\n]{0,300}\*\*\*|"
    + _LINE
    + _BREAK
    + rb"[^\r\n]{1,300}\*\*\*|"
    + _LINE
    + rb")"
    # The books of before 2001 have only this.
    + rb"|"
    + _BEGIN
    + rb"\*?END\*? ?THE SMALL PRINT!?"
    + _LINE,
    re.I,
)
_END = re.compile(
    _BEGIN + rb"(?:\*\*\* ?END OF |END OF (?=[^\r\n]{0,200}(?:[\r\n]|\Z)))" + _NAMED, re.I
)
_CREDITS = re.compile(
    rb"\s*(?:Produced by|E-?text prepared by|Transcribed from)[^\r\n]{0,300}"
    rb"(?:" + _BREAK + rb"[^\r\n]{1,300}){0,6}",
    re.I,
)


def body_of(text: BinaryIO, start: int, end: int) -> tuple[int, int]:
    """Where the book itself begins and ends, in bytes; the bounds given where it is none of Project
    Gutenberg's.

    Parameters
    ----------
    text : binary file
    start, end : int
        Of the document in it.
    """
    text.seek(start)
    head = text.read(min(HEAD, end - start))
    if b"gutenberg" not in head.lower():
        return start, end
    begin, stop = start, end
    starts = list(_START.finditer(head))
    if starts:  # the last: in older books the small print ends below the first
        line_end = starts[-1].end()
        while line_end < len(head) and head[line_end : line_end + 1] in (b"\r", b"\n"):
            line_end += 1
        begin = start + line_end
        if credits := _CREDITS.match(head, line_end):
            begin = start + credits.end()
    first = max(begin, end - _TAIL)
    text.seek(first)
    tail = text.read(end - first)
    if last := _END.search(tail):
        stop = first + last.start()
    return (begin, stop) if begin < stop else (start, end)


def has_header(head: bytes) -> bool:
    """Whether a text that begins so has Project Gutenberg's header."""
    return b"gutenberg" in head.lower() and _START.search(head) is not None
