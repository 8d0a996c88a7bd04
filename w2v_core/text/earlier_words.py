"""The words of a sentence by the rules of before, so that texts which were read by them find their lines.

Until there were word rules 2, a run of joiners joined (*whale--it*), numbers were cut at their full stops
and commas, ligatures were letters of their own, and emoji and addresses were no words. Rules 2 differ from
the newest in few words (addresses that touch other signs, letters with several marks): their sentences are
cut by the newest, and a word that is not found so is looked for by its letters (``by_letters``).
"""

from __future__ import annotations

import functools
import re
import sys
import unicodedata

from w2v_core.vocabulary import normalise

NEWEST = 3
"""The word rules of ``w2v_core.text.tokenizer``; a corpus that does not name its rules has the first."""

_SOFT_HYPHEN = "\u00ad"


def by_letters(sentence: str, word: str, nth: int = 0) -> tuple[int, int] | None:
    """Where a word of a sentence stands, its letters alone compared: the nth time (from 0), or the last;
    None where they stand nowhere."""
    folded = normalise(sentence, lowercase=True)
    if len(folded) != len(sentence):  # as letters and their marks may become one
        folded = sentence.lower()
    sought, at, found = word.lower(), -1, None
    for _ in range(nth + 1):
        at = folded.find(sought, at + 1)
        if at < 0:
            break
        found = (at, at + len(sought))
    return found


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
