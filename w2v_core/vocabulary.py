"""Words and their row numbers, and the one way a word is written everywhere."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Sequence

_SOFT_HYPHEN = "\u00ad"


def normalise(text: str, lowercase: bool) -> str:
    """The text as words are compared: composed (Unicode NFC), ’ written as ', no soft hyphens,
    and in lower case where asked."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).replace("’", "'").replace(_SOFT_HYPHEN, "")
    return text.lower() if lowercase else text


class UnknownWord(KeyError):
    """A word that the vocabulary does not hold; the message names it and the nearest spellings."""

    def __init__(self, word: str, nearest: Sequence[str]):
        self.word = word
        self.nearest = list(nearest)
        hint = ""
        if self.nearest:
            hint = " Nearest known spellings: " + ", ".join(repr(w) for w in self.nearest) + "."
        super().__init__(f"The word {word!r} is not in the vocabulary.{hint}")

    def __str__(self) -> str:  # KeyError would show the repr of its message
        return self.args[0]


class Vocabulary:
    """An ordered list of distinct words.

    Parameters
    ----------
    words : sequence of str
        One per row, most frequent first.
    lowercase : bool
        Whether the words were folded to lower case; look-ups then fold as well.
    """

    def __init__(self, words: Sequence[str], lowercase: bool = False):
        self.words = list(words)
        self.lowercase = lowercase
        self._index = {word: row for row, word in enumerate(self.words)}
        if len(self._index) != len(self.words):
            raise ValueError("words: each word may stand in the vocabulary only once")

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: str) -> bool:
        return self.find(word) is not None

    def find(self, word: str) -> int | None:
        """The word's row, or None."""
        row = self._index.get(word)
        return self._index.get(normalise(word, self.lowercase)) if row is None else row

    def index(self, word: str) -> int:
        """The word's row.

        Raises
        ------
        UnknownWord
            (a KeyError) naming the word and the nearest known spellings.
        """
        row = self.find(word)
        if row is None:
            wanted = normalise(str(word), self.lowercase)
            raise UnknownWord(word, difflib.get_close_matches(wanted, self.words, n=3, cutoff=0.6))
        return row
