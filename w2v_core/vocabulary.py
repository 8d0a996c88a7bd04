"""Words and their row numbers, and how a word that somebody types is found among them."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from functools import cached_property

from w2v_core.letters import lower, plain_letters


def normalise(text: str, lowercase: bool, language: str = "none") -> str:
    """The text as words are compared: letters in one form (see ``letters``), in lower case where asked."""
    text = plain_letters(text)
    return lower(text, language) if lowercase else text


def loosely(word: str) -> str:
    """A word without its case: what is left when people do not care how it is written."""
    return plain_letters(lower(plain_letters(word)).casefold()).replace("ı", "i")


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

    A word is looked up in stages: as it was typed; with its letters in one form; without its case, where
    the most frequent of several words is meant. For what is then still unknown there are suggestions.

    Parameters
    ----------
    words : sequence of str
        One per row, most frequent first, in any spelling.
    lowercase : bool
        Whether the words were folded to lower case.
    """

    def __init__(self, words: Sequence[str], lowercase: bool = False):
        self.words = list(words)
        self.lowercase = lowercase
        self._index = {word: row for row, word in enumerate(self.words)}
        if len(self._index) != len(self.words):
            raise ValueError("words: each word may occur in the vocabulary only once")

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: str) -> bool:
        return self.find(word) is not None

    @cached_property
    def _normalised(self) -> dict[str, int]:
        """The rows of words that are not stored as they are compared."""
        found: dict[str, int] = {}
        for row, word in enumerate(self.words):
            if not word.isascii() and (plain := plain_letters(word)) != word:
                found.setdefault(plain, row)
        return found

    @cached_property
    def loose_words(self) -> list[str]:
        """The words as they are searched: each without its case and with its letters in one form."""
        return list(map(loosely, self.words))

    @cached_property
    def _loose(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for row, word in enumerate(self.loose_words):
            found.setdefault(word, row)
        return found

    def find(self, word: str) -> int | None:
        """The word's row, or None."""
        row = self._index.get(word)
        if row is not None:
            return row
        plain = normalise(word, self.lowercase)
        for index in (self._index, self._normalised):
            for spelling in (plain, plain_letters(word)):
                if spelling in index:
                    return index[spelling]
        return self._loose.get(loosely(word))

    def spelled(self, word: str) -> str:
        """The word as the vocabulary spells it, or as it would if it had it."""
        row = self.find(word)
        return normalise(word, self.lowercase) if row is None else self.words[row]

    def index(self, word: str) -> int:
        """The word's row.

        Raises
        ------
        UnknownWord
            (a KeyError) naming the word and the nearest known spellings.
        """
        row = self.find(word)
        if row is None:
            raise UnknownWord(word, self.similar_spellings(word))
        return row

    def similar_spellings(self, word: str, n: int = 3) -> list[str]:
        """The n words whose spelling is nearest to an unknown one, nearest first; case does not count."""
        keys = difflib.get_close_matches(loosely(str(word)), self._loose, n=n, cutoff=0.6)
        return [self.words[self._loose[key]] for key in keys]
