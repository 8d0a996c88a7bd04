"""Words that a hyphen at a line end cut in two."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from w2v_core.text.tokenizer import tokenise

SIGNS = "‐‑\u00ad¬⸗=-"
"""What stands at a line end where a word is cut: hyphens, the soft one, the not sign (OCR), and the double
hyphen of older German prints (also written =)."""
_ALWAYS_CUT = "\u00ad¬"
"""Those of them that no word is written with."""

_LINE_END = "(?:\r\n|[\n\r\x85\u2028])"
_LAST_MARK = 0x20000  # above it there are only selectors of variants
_AT_END = re.compile(rf"[{SIGNS}]\s{{0,40}}\Z")


@functools.cache
def _cut_words() -> re.Pattern[str]:
    """A cut word: its first part, sign, line end, second part, and what follows without space."""
    codes = [c for c in range(_LAST_MARK) if unicodedata.category(chr(c))[0] == "M"]
    marks = "".join(map(chr, codes)) + "\u200c\u200d"
    letter = rf"[\w{marks}]"
    # Bounded, and begun at a word's begin: a run of a million letters costs no more than its length.
    return re.compile(
        rf"(?<!{letter})({letter}{{1,60}})([{SIGNS}])[ \t]{{0,20}}({_LINE_END})"
        rf"[ \t]{{0,200}}({letter}{{1,60}})(\S{{0,60}})[ \t]{{0,20}}(?:{_LINE_END})?"
    )


def _is_cut(match: re.Match[str]) -> bool:
    """Whether the parts are of one word: the second goes on in lower case, or in a script that has none."""
    before, after = match[1][-1], match[4][0]
    if before == "_" or before.isnumeric():
        return False
    return after.islower() or unicodedata.category(after) in ("Lo", "Mn", "Mc")


def hyphenated(text: str) -> list[tuple[str, str]]:
    """The words that a line end cut, as their two parts."""
    return [(m[1], m[4]) for m in _cut_words().finditer(text) if _is_cut(m)]


def hyphens_kept(texts: Iterable[bytes]) -> set[str]:
    """Of the cut words of a text, in lower case, those that keep their hyphen when joined: the text
    elsewhere writes them with one (*well-known*) more often than without.

    Parameters
    ----------
    texts : iterable of bytes
        The text in blocks, UTF-8; it is gone through once.
    """
    cut: set[tuple[str, str]] = set()
    counts: Counter[str] = Counter()
    for block in texts:
        cut.update((a.lower(), b.lower()) for a, b in hyphenated(block.decode("utf-8", "replace")))
        encoded = tokenise(block).words.value_counts()
        for word, number in zip(
            encoded.field("values").to_pylist(), encoded.field("counts").to_pylist(), strict=True
        ):
            counts[word] += number
    return {f"{a}-{b}" for a, b in cut if counts[f"{a}-{b}"] > counts[a + b]}


def join_hyphens(text: str, kept: set[str]) -> str:
    """The text with the cut words whole, each in the line where it began.

    Parameters
    ----------
    text : str
    kept : set of str
        The words that keep their hyphen (see ``hyphens_kept``).
    """

    def whole(match: re.Match[str]) -> str:
        a, sign, line_end, b, tail = match.groups()
        if not _is_cut(match):
            return match[0]
        hyphen = "-" if sign not in _ALWAYS_CUT and f"{a}-{b}".lower() in kept else ""
        return f"{a}{hyphen}{b}{tail}{line_end}"

    return _cut_words().sub(whole, text)


def cut_at_end(text: str) -> bool:
    """Whether a word that is cut may go on after the end of the text."""
    return _AT_END.search(text[-50:]) is not None
