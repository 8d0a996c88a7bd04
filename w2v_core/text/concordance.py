"""The lines in which a word stands, and those in which two words stand together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp

from w2v_core.text.corpus import Corpus, CorpusSettings
from w2v_core.text.earlier_words import by_letters, words_in
from w2v_core.text.phrases import Phrases, as_corpus_words
from w2v_core.text.tokenizer import Tokeniser, as_read

MOST_LINES = 1_000
"""Lines read from the text at a time: some 0.1 s, and more than anybody reads."""
ORDERS = ("text", "left", "right")

_KEY_WORDS = 8  # context words that decide the order of two lines


@dataclass(frozen=True)
class Line:
    """A sentence as it stands in the text, white space folded.

    ``word`` and ``other`` are (start, end) in ``text``: where the word stands, and where the word
    it was sought with does. ``before`` and ``after`` are the context words, the nearest first;
    ``sentence`` is its number in the corpus.
    """

    text: str
    word: tuple[int, int]
    other: tuple[int, int] | None = None
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    sentence: int = -1


class Concordance:
    """Finds words in a corpus at once, however frequent.

    Parameters
    ----------
    corpus : Corpus

    Unknown words raise ``UnknownWord``, a KeyError that names the nearest known spellings.
    """

    def __init__(self, corpus: Corpus):
        self.corpus = corpus

    @cached_property
    def _index(self) -> sp.csc_array:
        """Token × word: each column holds the places of its word in ``corpus.ids``, in order."""
        n, ids = len(self.corpus.ids), self.corpus.ids
        shape = (n, len(self.corpus.words))
        return sp.csr_array((np.ones(n, bool), ids, np.arange(n + 1)), shape=shape).tocsc()

    @cached_property
    def _phrases(self) -> Phrases | None:
        return Phrases(self.corpus.phrases) if self.corpus.phrases else None

    def places(self, word: str) -> np.ndarray:
        """Where a word stands in ``corpus.ids``, in the order of the text."""
        row = self.corpus.vocabulary.index(word)
        return self._index.indices[self._index.indptr[row] : self._index.indptr[row + 1]]

    def lines(self, word: str, n: int = 100, order: str = "text") -> list[Line]:
        """Lines in which a word stands.

        Parameters
        ----------
        word : str
        n : int
            Lines at most, ``MOST_LINES`` in all; where the word stands more often, they are evenly
            spread over the text.
        order : "text", "left" or "right"
            As they come in the text, or by the words before or after, the nearest word first.

        Raises
        ------
        ValueError
            for an unknown order.
        """
        if order not in ORDERS:
            raise ValueError(f"order={order!r}: choose one of {', '.join(map(repr, ORDERS))}.")
        places = self.places(word)
        n = min(max(int(n), 0), MOST_LINES)
        if len(places) > n:
            places = places[(np.arange(n) * (len(places) / max(n, 1))).astype(np.int64)]
        lines = list(self._read(places))
        if order != "text":
            lines.sort(key=lambda line: line.before if order == "left" else line.after)
        return lines

    def together(self, word: str, other: str, window: int | str) -> tuple[np.ndarray, np.ndarray]:
        """Where two words stand together: within ``window`` words, in one sentence.

        Returns
        -------
        (int (n,), int (n,))
            For every place of ``word`` that has ``other`` near it: the place, and the other's that
            is nearest to it, both in ``corpus.ids``.
        """
        a, b = self.places(word), self.places(other)
        if len(a) == 0 or len(b) == 0:
            return a[:0], b[:0]
        reach = len(self.corpus.ids) if window == "sentence" else int(window)
        # The nearest other before and the nearest after; a word with itself is not its own.
        before = np.searchsorted(b, a, side="left") - 1
        after = np.searchsorted(b, a, side="right")
        sentence_of = self._sentence_of
        best = np.full(len(a), -1, np.int64)
        distance = np.full(len(a), reach + 1, np.int64)
        for near in (after, before):
            there = (near >= 0) & (near < len(b))
            candidate = b[np.clip(near, 0, len(b) - 1)]
            apart = np.abs(candidate - a)
            better = there & (apart < distance) & (sentence_of(candidate) == sentence_of(a))
            best[better], distance[better] = candidate[better], apart[better]
        found = best >= 0
        return a[found], best[found]

    def encounters(self, word: str, other: str, window: int | str) -> int:
        """How many pairs of places two words have within the window, each direction alike: what
        training counts as pairs, unweighted.

        Words outside the vocabulary take no room in the window, as in training.
        """
        a, b = self.places(word), self.places(other)
        starts = self.corpus.sentence_starts
        sentence = self._sentence_of(a)
        low, high = starts[sentence], starts[sentence + 1] - 1
        if window != "sentence":
            low, high = np.maximum(low, a - int(window)), np.minimum(high, a + int(window))
        near = np.searchsorted(b, high, side="right") - np.searchsorted(b, low, side="left")
        same = self.corpus.vocabulary.index(word) == self.corpus.vocabulary.index(other)
        return int(near.sum()) - (len(a) if same else 0)  # a word is not near itself

    def lines_together(
        self, word: str, other: str, window: int | str, n: int = 20
    ) -> tuple[list[Line], int]:
        """Lines in which two words stand together, the closest first, and how many there are."""
        places, others = self.together(word, other, window)
        order = np.argsort(np.abs(places - others), kind="stable")[: max(int(n), 0)]
        return list(self._read(places[order], others[order])), len(places)

    def _sentence_of(self, places: np.ndarray) -> np.ndarray:
        return np.searchsorted(self.corpus.sentence_starts, places, side="right") - 1

    def _read(self, places: Iterable[int], others: Iterable[int] | None = None) -> Iterator[Line]:
        corpus = self.corpus
        at_words = np.asarray(places, np.int64)
        at_others = np.full(len(at_words), -1) if others is None else np.asarray(others, np.int64)
        numbers = self._sentence_of(at_words)
        last, text = -1, ""
        spans: list[tuple[str, int, int]] = []
        with corpus.open_text() as file:
            for place, other, number in zip(
                at_words.tolist(), at_others.tolist(), numbers.tolist(), strict=True
            ):
                if number != last:
                    start, end = corpus.sentence_bytes[number].tolist()
                    file.seek(start)
                    data = file.read(end - start).decode("utf-8", "replace")
                    text, spans = _words_in(data, corpus.settings)
                    spans = as_corpus_words(spans, corpus.numbers, self._phrases)
                    last = number
                at = self._nth(spans, place, number)
                if at is None:
                    if corpus.settings.word_rules == 2 and (
                        found := by_letters(text, corpus.words[corpus.ids[place]], 0)
                    ):
                        yield Line(text, found, sentence=number)
                    continue
                with_other = None if other < 0 else self._nth(spans, other, number)
                yield Line(
                    text=text,
                    word=spans[at][1:],
                    other=None if with_other is None else spans[with_other][1:],
                    before=tuple(w for w, _, _ in spans[max(at - _KEY_WORDS, 0) : at][::-1]),
                    after=tuple(w for w, _, _ in spans[at + 1 : at + 1 + _KEY_WORDS]),
                    sentence=number,
                )

    def _nth(self, spans: list[tuple[str, int, int]], place: int, number: int) -> int | None:
        """Which of a sentence's words stands at a place: the same word may stand there twice."""
        ids, start = self.corpus.ids, self.corpus.sentence_starts[number]
        nth = int((ids[start:place] == ids[place]).sum())
        word = self.corpus.words[ids[place]]
        same = [i for i, (w, _, _) in enumerate(spans) if w == word]
        return same[nth] if nth < len(same) else None


def _words_in(sentence: str, settings: CorpusSettings) -> tuple[str, list[tuple[str, int, int]]]:
    """The sentence for reading, and its words with their (start, end) in it."""
    whole = " ".join(sentence.split())
    if settings.word_rules == 1:
        return words_in(whole, settings.lowercase, settings.unit)
    text = as_read(whole)
    return text, Tokeniser({}, **settings.of_tokens).words_in(text)
