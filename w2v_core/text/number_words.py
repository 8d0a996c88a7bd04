"""Which words are numbers."""

from __future__ import annotations

NUMBER = "<number>"
"""The word that all numbers become; no word of a text is written so."""

_JOINERS = str.maketrans("", "", "'’-‐‑_·.,:\u066b\u066c")


def is_number(word: str) -> bool:
    """Whether a word is written in digits alone, of any script; what joins a word may join them."""
    return word.translate(_JOINERS).isdecimal()
