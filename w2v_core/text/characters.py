"""The class of every character: letter, digit, mark, joiner, end of a sentence.

Text is handled as UTF-8 bytes, in arrays: each byte gets the class of its character.
"""

from __future__ import annotations

import functools
import unicodedata

import numpy as np

LINE_ENDS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
# Full stops and question marks of other scripts: full-width, Arabic, Urdu, Devanagari, Armenian,
# Ethiopic, Burmese, Khmer, Tibetan.
SENTENCE_MARKS = "!?…‼⁇⁈⁉。！？．｡؟۔।॥։።፧၊။။༎"

_JOINERS = "'’-‐‑_·\u05f3\u05f4"
# Invisible joiners inside Persian and Indic words.
_ZERO_WIDTH = "\u200c\u200d"
# What stands within numbers, beside the full stop: comma and colon, and the Arabic signs.
_NUMERICS = ",:\u066b\u066c"

LETTER, DIGIT, MARK, NUMERIC, JOINER, END, STOP, PAST = 1, 2, 4, 8, 16, 32, 64, 128
"""Classes, one a byte; a digit is a letter too. Those from ``MARK`` on are looked up one by one, being
rare. ``END`` ends a sentence; ``STOP``, the full stop, may; ``PAST`` stands for one of them where it does
not."""

# Characters of private use, which no word has, stand for whole words while a text is cut: one that
# counts as a letter, and marks on it, the digits of the word's number. One more is ``PAST``.
_FIRST_OWN = 0xF700
STAND_IN = chr(_FIRST_OWN)
STAND_IN_DIGITS = "".join(chr(_FIRST_OWN + 1 + digit) for digit in range(64))
ENDS_NOT = chr(_FIRST_OWN + 65)
OWN = range(_FIRST_OWN, _FIRST_OWN + 66)
"""The code points of these characters."""

_LAST_CLASSIFIED = 0xE01F0
"""Above the last letter and the last mark; private use only."""
_UNASSIGNED = range(0x40000, 0xE0000)  # planes 4 to 13


def _classes_of(chars: str) -> np.ndarray:
    """uint8 (characters,): letters and numbers, marks, and what is named above; 0 is the rest."""
    categories = "".join(map(unicodedata.category, chars)).encode("ascii")
    major, minor = np.frombuffer(categories, "S1").reshape(-1, 2).T
    classes = np.zeros(len(chars), np.uint8)
    classes[(major == b"L") | (major == b"N")] = LETTER
    classes[(major == b"N") & (minor == b"d")] |= DIGIT
    classes[major == b"M"] = MARK
    for members, kind in (
        (_ZERO_WIDTH, MARK),
        (_JOINERS, JOINER),
        (_NUMERICS, NUMERIC),
        (LINE_ENDS + SENTENCE_MARKS, END),
        (".", STOP),
    ):
        for char in members:
            if (place := ord(char) - ord(chars[0])) in range(len(chars)):
                classes[place] = kind
    return classes


_ASCII = _classes_of("".join(map(chr, range(128)))).tobytes() + bytes(128)


@functools.cache
def _all_classes() -> np.ndarray:
    """uint8 (0xE01F1,): the class of every code point; the last stands for all higher ones."""
    classes = np.zeros(_LAST_CLASSIFIED + 1, np.uint8)
    for codes in (range(_UNASSIGNED.start), range(_UNASSIGNED.stop, _LAST_CLASSIFIED)):
        classes[codes.start : codes.stop] = _classes_of("".join(map(chr, codes)))
    return classes


@functools.cache
def _with_own() -> np.ndarray:
    """The same, with the characters that stand for words."""
    classes = _all_classes().copy()
    classes[OWN.start] = LETTER
    classes[OWN.start + 1 : OWN.stop - 1] = MARK
    classes[OWN.stop - 1] = PAST
    return classes


def classify(text: bytes, own: bool = False) -> np.ndarray:
    """uint8 (bytes,): every byte's class; the bytes of one character share theirs.

    Parameters
    ----------
    text : bytes
        UTF-8.
    own : bool
        Whether characters of private use stand for words.
    """
    if text.isascii():
        return np.frombuffer(text.translate(_ASCII), np.uint8)
    classes = np.frombuffer(bytearray(text.translate(_ASCII)), np.uint8)
    data = np.frombuffer(text, np.uint8)
    first = np.flatnonzero(data >= 0xC0)
    lead = data[first].astype(np.int32)
    long, longest = lead >= 0xE0, lead >= 0xF0
    code = ((lead & 0x1F) << 6) | (data[first + 1] & 0x3F)
    third = first[long] + 2
    code[long] = ((code[long] & 0x3FF) << 6) | (data[third] & 0x3F)
    fourth = first[longest] + 3
    code[longest] = ((code[longest] & 0x7FFF) << 6) | (data[fourth] & 0x3F)
    found = (_with_own() if own else _all_classes())[np.minimum(code, _LAST_CLASSIFIED)]
    classes[first] = found
    classes[first + 1] = found
    classes[third] = found[long]
    classes[fourth] = found[longest]
    return classes
