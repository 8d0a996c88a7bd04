"""What is a word, and where does a sentence end?

A **word** is a run of letters, marks and digits of any script. Inside a word, between two of
these, an apostrophe (' or ’), a hyphen, an underscore, a middle dot (Catalan *col·lecció*) or
Hebrew's geresh and gershayim belong to it: *don't*, *well-known*, *new_york*. Outside they do
not: *'quoted'* is *quoted*. Runs of more than 1,000 characters are not words (encoded data, mostly).

With ``unit="characters"`` every letter or digit, with the marks that sit on it, is a token: for
Chinese, Japanese, Thai and other scripts that write no spaces.

A **sentence** ends at a line end, at . ! ? … and at their kin in other scripts (。！？ । ؟ …). A full
stop between two digits (3.14) does not end one.
"""

from __future__ import annotations

import functools
import re
import sys
import unicodedata

from w2v_core.parameters import check
from w2v_core.vocabulary import normalise

MAX_WORD_LENGTH = 1_000
SENTENCE_BREAK = "\n"

LINE_ENDS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
# Full stops and question marks of other scripts: full-width, Arabic, Urdu, Devanagari, Armenian,
# Ethiopic, Burmese, Khmer, Tibetan.
SENTENCE_MARKS = "!?…‼⁇⁈⁉。！？．｡؟۔।॥։።፧၊။។༎"

_JOINERS = "'’\\-‐‑_·\u05f3\u05f4"
# Invisible joiners inside Persian and Indic words.
_ZERO_WIDTH = "\u200c\u200d"

END_OF_SENTENCE = re.compile(
    rf"[{LINE_ENDS}{SENTENCE_MARKS}]+|(?:(?<!\d)\.|\.(?!\d))+[{LINE_ENDS}{SENTENCE_MARKS}.]*"
)

_ASCII_WORD = re.compile(r"\n|[a-zA-Z0-9]+(?:['\-_]+[a-zA-Z0-9]+)*")
_ASCII_CHARACTER = re.compile(r"\n|[a-zA-Z0-9]")


@functools.cache
def _marks() -> str:
    """Every combining mark (Unicode category M), as ranges of a character class."""
    ranges: list[list[int]] = []
    for code in range(0x300, min(sys.maxunicode, 0xE01F0)):
        if unicodedata.category(chr(code))[0] == "M":
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(f"{chr(a)}-{chr(b)}" if a != b else chr(a) for a, b in ranges) + _ZERO_WIDTH


@functools.cache
def _word_pattern() -> re.Pattern[str]:
    letters = rf"[^\W_][^\W_]*(?:[{_marks()}]+[^\W_]*)*"
    return re.compile(rf"\n|{letters}(?:[{_JOINERS}]+{letters})*")


@functools.cache
def _character_pattern() -> re.Pattern[str]:
    return re.compile(rf"\n|[^\W_][{_marks()}]*")


def tokens_of(text: str, *, lowercase: bool = True, unit: str = "words") -> list[str]:
    """The tokens of a text, in order, as they are compared; line ends come as ``"\\n"``.

    Raises
    ------
    ValueError
        when ``unit`` is neither "words" nor "characters".
    """
    check("unit", unit)
    text = normalise(text, lowercase)
    if text.isascii():
        pattern = _ASCII_WORD if unit == "words" else _ASCII_CHARACTER
    else:
        pattern = _word_pattern() if unit == "words" else _character_pattern()
    return pattern.findall(text)


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """(start, end) of every sentence, in characters, ends included in the sentence they close.

    The last span is what follows the last end, and may be empty.
    """
    ends = [match.end() for match in END_OF_SENTENCE.finditer(text)]
    return list(zip([0, *ends], [*ends, len(text)], strict=True))


def is_written_without_spaces(text: str) -> bool:
    """Whether most letters belong to a script that writes no spaces between words
    (Chinese, Japanese, Thai, Lao, Khmer, Burmese, Tibetan), so that characters serve better."""
    letters = [c for c in text if c.isalpha()]
    spaceless = sum(
        "\u2e80" <= c <= "\u312f"  # CJK radicals, kana
        or "\u31a0" <= c <= "\u9fff"  # CJK ideographs (Korean's Hangul lies higher)
        or "\uf900" <= c <= "\ufaff"
        or "\u0e00" <= c <= "\u0fff"  # Thai, Lao, Tibetan
        or "\u1000" <= c <= "\u109f"  # Burmese
        or "\u1780" <= c <= "\u17ff"  # Khmer
        or "\U00020000" <= c <= "\U0003134f"
        for c in letters
    )
    return len(letters) > 0 and spaceless > 0.5 * len(letters)
