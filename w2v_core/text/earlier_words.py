"""The words of a sentence by the rules of before, so that texts which were read by them find their lines.

Until there were word rules 2, a run of joiners joined (*whale--it*), numbers were cut at their full stops
and commas, ligatures were letters of their own, and emoji and addresses were no words.
"""

from __future__ import annotations

import functools
import re
import sys
import unicodedata

NEWEST = 2
"""The word rules of ``w2v_core.text.tokenizer``; a corpus that does not name its rules has the first."""

_SOFT_HYPHEN = "\u00ad"


@functools.cache
def _pattern(unit: str) -> re.Pattern[str]:
    codes = range(sys.maxunicode)
    marks = "".join(chr(code) for code in codes if unicodedata.category(chr(code))[0] == "M")
    marks += "\u200c\u200d"
    if unit == "characters":
        return re.compile(rf"[^\W_][{marks}]*")
    letters = rf"[^\W_](?:[^\W_]|[{marks}])*"
    return re.compile(rf"{letters}(?:['’\-‐‑_·\u05f3\u05f4]+{letters})*")


def words_in(sentence: str, lowercase: bool, unit: str) -> tuple[str, list[tuple[str, int, int]]]:
    """The sentence for reading, and its words with their (start, end) in it."""
    text = unicodedata.normalize("NFC", sentence).replace(_SOFT_HYPHEN, "")
    folded = text.replace("’", "'")
    to_text: list[int] | range = range(len(text))
    if lowercase:
        folded = folded.lower()
        if len(folded) != len(text):  # İ in lower case is two characters
            to_text = [i for i, c in enumerate(text) for _ in c.lower()]
    return text, [
        (match[0], to_text[match.start()], to_text[match.end() - 1] + 1)
        for match in _pattern(unit).finditer(folded)
    ]
