"""Whether the lines of a text were wrapped at a column, so that a line end says nothing about sentences."""

from __future__ import annotations

import re
from itertools import pairwise

HEAD = 1 << 18
"""Characters that are enough to tell."""

WRAPPED = "The lines look wrapped at a column: sentences end at marks, not at line ends."
"""What is said of a text in which they were."""

_FEWEST_LINES = 8
_NARROWEST, _WIDEST = 30, 160
"""Characters of a line that was wrapped by a program or a typist."""
_FULL = 0.75
"""Share of the lines that could not have taken the next line's first word."""
_ENDING = 0.4
"""Share of the lines that end with a sentence, from which on it is no chance."""
_LINE_ENDS = re.compile("\r\n|[\n\r\x85\u2028]")
_WITHIN = re.compile(r"[.!?…。！？؟।][\"'”’»)]*\s+(?=\S)|[。！？।](?=\S)")
_AT_END = re.compile(r"[.!?…。！？؟।][\"'”’»)]*\s*\Z")


def looks_wrapped(text: str) -> bool:
    """Whether the lines of a text, or of its beginning, were wrapped at a column.

    They were where nearly every line that another follows is as full as can be, that is where the first
    word of the next would not have fitted on it, and where sentences end within lines more often than at
    their ends, and at few of these. Verse, lists, and texts of one sentence or one message a line do not
    look so.
    """
    lines = _LINE_ENDS.split(text[:HEAD])
    lines = [line.rstrip() for line in lines[:-1] or lines]
    pairs = [(a, b.strip()) for a, b in pairwise(lines) if a.strip() and b.strip()]
    if len(pairs) < _FEWEST_LINES:
        return False
    lengths = sorted(len(a) for a, _ in pairs)
    width = lengths[int(0.95 * (len(lengths) - 1))]
    if not _NARROWEST <= width <= _WIDEST:
        return False
    full = sum(len(a) + 1 + len(b.split(maxsplit=1)[0]) > width for a, b in pairs)
    if full < _FULL * len(pairs):
        return False
    within = sum(len(_WITHIN.findall(a)) for a, _ in pairs)
    at_end = sum(_AT_END.search(a) is not None for a, _ in pairs)
    return within > at_end and within >= 2 and at_end < _ENDING * len(pairs)
