"""Lists of words that a person gives: stop lists and phrases."""

from __future__ import annotations

from typing import Any

from w2v_core.vocabulary import normalise

MOST_LISTED = 20_000
"""Words of a stop list, phrases, repeated lines."""


def word_list(name: str, words: Any, lowercase: bool, language: str = "none") -> list[str]:
    """A list of words as they are compared, each once.

    Raises
    ------
    ValueError
        naming the list, when it is none or too long.
    """
    if isinstance(words, str) or not all(isinstance(word, str) for word in words):
        raise ValueError(f"{name}: give a list of words.")
    found = list(
        dict.fromkeys(" ".join(normalise(word, lowercase, language).split()) for word in words)
    )
    found = [word for word in found if word]
    if len(found) > MOST_LISTED:
        raise ValueError(f"{name}: give at most {MOST_LISTED:,} of them, not {len(found):,}.")
    return found
