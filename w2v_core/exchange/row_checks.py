"""What a word and its vector from a file must be, wherever they come from."""

from __future__ import annotations

import re

import numpy as np

from w2v_core.text.tokenizer import MAX_WORD_LENGTH

LARGEST = 1e9
"""Magnitude of a number that is taken in: squares of longer vectors leave float32."""
_NOT_IN_TEXT = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


def is_text(word: str) -> bool:
    """Whether a word has no control character and no half of a surrogate pair."""
    return _NOT_IN_TEXT.search(word) is None


def good_rows(matrix: np.ndarray) -> np.ndarray:
    """Which rows of a matrix (n, d) hold only finite numbers that are not enormous, bool (n,)."""
    with np.errstate(invalid="ignore"):
        return np.asarray((np.abs(matrix) <= LARGEST).all(axis=1))  # NaN is not, either


def check_word(word: str, where: str) -> str:
    """A word from a file, if it can be one.

    Raises
    ------
    ValueError
        with a sentence that begins with ``where``.
    """
    if not word:
        raise ValueError(f"{where} has no word.")
    if len(word) > MAX_WORD_LENGTH:
        raise ValueError(f"{where} has a word of more than {MAX_WORD_LENGTH:,} characters.")
    if not is_text(word):
        raise ValueError(
            f"{where} has a word with characters that cannot occur in a text: {word[:40]!r}."
        )
    return word


def check_words(words: list[str]) -> None:
    """That no word stands twice.

    Raises
    ------
    ValueError
        naming the first that does, and its rows.
    """
    places: dict[str, int] = {}
    for row, word in enumerate(words, 1):
        if places.setdefault(word, row) != row:
            raise ValueError(
                f"The word {word[:40]!r} occurs twice, in rows {places[word]:,} and {row:,}: each "
                "word may have only one vector."
            )


def check_numbers(matrix: np.ndarray, words: list[str]) -> None:
    """That all numbers are finite and not enormous.

    Raises
    ------
    ValueError
        naming the first word with one that is not.
    """
    wrong = np.flatnonzero(~good_rows(matrix))
    if len(wrong):
        raise ValueError(
            f"The vector of {words[wrong[0]][:40]!r}, row {wrong[0] + 1:,}, contains a number that "
            f"is not finite or is larger than {LARGEST:,.0f}."
        )
