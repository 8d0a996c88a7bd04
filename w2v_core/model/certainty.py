"""How sure are neighbours and analogies: would another text of the same kind give the same answer?

The text is cut at random into two halves that share no document (``text.halves``), the model is trained
on each, and this is done again. What both halves say on their own is not an accident of a few passages.
``model.recurrence`` turns the count of such splits into the share of texts like this one, and as long,
that would say it too.

A bootstrap over sentences would ask less: a resample shares most of its sentences with the list that
was chosen on them, and so repeats what is an accident of this text.
``tests/benchmarks/calibration.py`` measures both against other samples of the same language.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from w2v_core.model import recurrence
from w2v_core.model.kept_words import KeptWords
from w2v_core.model.skipgram import SkipGram
from w2v_core.model.split_trainings import Halves, split_in_halves
from w2v_core.model.word_model import KINDS, WordModel
from w2v_core.space.analogy import scores, solve
from w2v_core.space.vectors import DEFAULT_METRIC, METRICS, unit_rows
from w2v_core.text.corpus import Corpus
from w2v_core.text.halves import random_halves

MOST_BYTES = 200_000_000
"""What the vectors of all halves may take, V and U at 2 bytes a number: ten splits of 25,000 words at
d = 100. Of a larger vocabulary the most frequent words are kept."""
SURE = 0.5
"""The share from which an answer may be relied on: below it, more texts of the kind would say something
else than would say the same."""
_ROWS = 64  # words at a time: what is worked out of them stays in the cache
_GROUP = 64  # words in a group, the nearest of which is looked at first
_WORDS_ASKED = 150  # of all ranks, to learn how far the halves of a text agree


@dataclass(frozen=True)
class Answer:
    """An answer of the model, its ``value`` there, the number of ``splits`` both halves of which give it,
    and the ``share`` of texts like this one that are expected to give it (0 to 1)."""

    word: str
    value: float
    splits: int
    share: float


class Certainty(KeptWords):
    """A model, and the same model trained on both halves of random splits of its text.

    A word without pairs in a half has no neighbours there and is nobody's neighbour: that split counts
    against it and is never left out, since an answer that half of the text cannot even give is not a
    sure one.

    Parameters
    ----------
    model : WordModel
        Trained on the whole text.
    halves : Halves
        Of the model's most frequent words.

    Attributes
    ----------
    words : list of str
        The words that can be asked for, most frequent first; all lists are of these.
    splits : int
    """

    def __init__(self, model: WordModel, halves: Halves):
        super().__init__(model, halves.V.shape[2], "of the halves")
        self.halves = halves
        self.splits = len(halves.V)
        self._unpacked: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        self._texts: dict[tuple[str, str, int], tuple[float, float]] = {}

    def neighbours(
        self, word: str, n: int = 10, which: str = "center", metric: str = DEFAULT_METRIC
    ) -> list[tuple[str, float]]:
        """The model's n nearest other words, best first, each with the share of texts like this one in
        which it is expected to be among the n nearest too.

        Parameters
        ----------
        word : str
        n : int
        which : "center", "output" or "sum"
        metric : "cosine", "dot" or "euclidean"
            As in ``WordVectors.most_similar``.

        Returns
        -------
        list of (word, share 0 to 1)

        Raises
        ------
        UnknownWord
            (a KeyError) when ``words`` does not hold the word.
        ValueError
            for unknown vectors or an unknown metric.
        """
        return [(answer.word, answer.share) for answer in self.nearest(word, n, which, metric)]

    def nearest(
        self, word: str, n: int = 10, which: str = "center", metric: str = DEFAULT_METRIC
    ) -> list[Answer]:
        """The same with the values in the model, and the splits that were counted (parameters and errors
        as for ``neighbours``)."""
        space = self._space(which)
        best = space.most_similar(word, n, metric)
        if not best:
            return []
        row = space.vocabulary.index(word)
        listed = np.array([[space.vocabulary.index(near) for near, _ in best]])
        near = self._nearest(np.array([row]), len(best), which, metric)
        both, halves, agreement = self._counted(listed, near)
        text, level = self._text(which, metric, len(best))
        evidence = recurrence.neighbour_evidence(
            both, halves, agreement[:, None], text, self.splits
        )
        shares = recurrence.share(evidence + level)[0].tolist()
        return [
            Answer(other, value, splits, share)
            for (other, value), splits, share in zip(best, both[0].tolist(), shares, strict=True)
        ]

    def shares(
        self, rows: np.ndarray, n: int = 10, which: str = "center", metric: str = DEFAULT_METRIC
    ) -> np.ndarray:
        """The shares of ``nearest`` for many words at once, float (rows, n), best neighbour first; 0 where
        there are fewer neighbours.

        Parameters
        ----------
        rows : int (k,)
            Of ``words``; the others as for ``neighbours``.
        """
        n = min(n, len(self.words) - 1)
        text, level = self._text(which, metric, n)
        found = np.zeros((len(rows), n))
        for begin in range(0, len(rows), _ROWS):
            part = np.asarray(rows[begin : begin + _ROWS])
            listed = self._listed(part, n, which, metric)
            both, halves, agreement = self._counted(listed, self._nearest(part, n, which, metric))
            evidence = recurrence.neighbour_evidence(
                both, halves, agreement[:, None], text, self.splits
            )
            found[begin : begin + _ROWS] = np.where(
                listed >= 0, recurrence.share(evidence + level), 0
            )
        return found

    def of_lists(
        self,
        listed: np.ndarray,
        most: int | None = None,
        which: str = "center",
        metric: str = DEFAULT_METRIC,
        tell: Callable[[float], object] | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """How sure the nearest words of all words are, for lists that are there already.

        Parameters
        ----------
        listed : int (words, n)
            Rows of the n nearest of the model's most frequent words, as ``WordVectors.nearest_of_all``
            finds them; −1 for none.
        most : int, optional
            Of how many of these words it is found out; of all by default.
        which, metric : as for ``neighbours``
        tell : callable, optional
            Called many times a second with the share that is done, 0 to 1; what it raises ends the work.

        Returns
        -------
        splits int (words, n), those both halves of which have the neighbour, and shares float
        (words, n), as in ``nearest``; −1 and 0 where one of the two words is not in ``words``, the first
        is none of the ``most``, or there is no neighbour.
        """
        kept, n = len(self.words), listed.shape[1]
        splits, found = np.full(listed.shape, -1), np.zeros(listed.shape)
        n_nearest = min(n, kept - 1)
        if not n_nearest:
            return splits, found
        text, level = self._text(which, metric, n_nearest)
        asked = min(kept, len(listed), kept if most is None else most)
        for begin in range(0, asked, _ROWS):
            if tell is not None:
                tell(begin / asked)
            rows = np.arange(begin, min(begin + _ROWS, asked))
            own = np.where((listed[rows] < kept) & (listed[rows] >= 0), listed[rows], -2)
            near = self._nearest(rows, n_nearest, which, metric)
            both, halves, agreement = self._counted(own, near)
            evidence = recurrence.neighbour_evidence(
                both, halves, agreement[:, None], text, self.splits
            )
            splits[rows] = np.where(own >= 0, both, -1)
            found[rows] = np.where(own >= 0, recurrence.share(evidence + level), 0)
        return splits, found

    def _listed(self, rows: np.ndarray, n: int, which: str, metric: str) -> np.ndarray:
        """int (rows, n): the n nearest of each in the model itself; −2 for what is not there."""
        space = self._space(which)
        listed = np.full((len(rows), n), -2)
        for line, row in zip(listed, rows.tolist(), strict=True):
            if not space.has_direction(self.words[row]):
                continue  # a word without pairs has no neighbours
            best = space.most_similar(self.words[row], n, metric)
            line[: len(best)] = [space.vocabulary.index(near) for near, _ in best]
        return listed

    def agreement(self, which: str = "center", metric: str = DEFAULT_METRIC, n: int = 10) -> float:
        """The share of their n nearest words in which the two halves of a split agree, on the mean over
        words of all frequencies: a measure of the text, not of one answer."""
        return self._text(which, metric, min(n, len(self.words) - 1))[0]

    def analogy(
        self, a: str, b: str, c: str, n: int = 5, which: str = "center", method: str = "add"
    ) -> list[tuple[str, float]]:
        """a is to b as c is to …: the model's n best answers (the given words left out), each with the
        share of texts like this one whose *first* answer it is expected to be.

        Parameters
        ----------
        a, b, c : str
        n : int
        which : "center", "output" or "sum"
        method : "add" or "mul"
            As for ``space.analogy.solve``.

        Returns
        -------
        list of (word, share 0 to 1)

        Raises
        ------
        UnknownWord
            (a KeyError) when ``words`` does not hold one of the words.
        """
        return [(answer.word, answer.share) for answer in self.answers(a, b, c, n, which, method)]

    def answers(
        self, a: str, b: str, c: str, n: int = 5, which: str = "center", method: str = "add"
    ) -> list[Answer]:
        """The same with the scores in the model, and the splits that were counted (parameters and errors
        as for ``analogy``)."""
        best = solve(self._space(which), a, b, c, method=method, n=n).answers
        pairs = self.first_answers(a, b, c, which, method)
        both = np.array([sum(pair == (word, word) for pair in pairs) for word, _ in best])
        halves = np.array([sum(pair.count(word) for pair in pairs) for word, _ in best])
        evidence = recurrence.analogy_evidence(both, halves, self.agreement(which), self.splits)
        shares = recurrence.share(evidence).tolist()
        return [
            Answer(word, value, splits, share)
            for (word, value), splits, share in zip(best, both.tolist(), shares, strict=True)
        ]

    def first_answers(
        self, a: str, b: str, c: str, which: str = "center", method: str = "add"
    ) -> list[tuple[str | None, str | None]]:
        """The first answers of the two halves of every split; None for a half in which a, b or c has
        no pairs."""
        rows = np.array([self._space(which).vocabulary.index(word) for word in (a, b, c)])
        at_a, at_b, at_c = rows[:, None]
        answers: list[str | None] = []
        matrices = self._vectors(which)[0]
        for matrix, present in zip(matrices, self._present, strict=True):
            values = scores(unit_rows(matrix), at_a, at_b, at_c, method)[0]
            values[~present] = -np.inf
            values[rows] = -np.inf
            first = int(values.argmax())
            possible = present[rows].all() and np.isfinite(values[first])
            answers.append(self.words[first] if possible else None)
        return list(zip(answers[::2], answers[1::2], strict=True))

    def in_halves(self, rows: Sequence[int] | np.ndarray, which: str = "center") -> np.ndarray:
        """Vectors of some words in both halves of each split.

        Parameters
        ----------
        rows : int (n,)
            Of the model's words.
        which : "center", "output" or "sum"

        Returns
        -------
        float32 (splits, 2, n, d)
            Zeros for a word that a half lacks, and for one that is not in ``words``.
        """
        rows = np.asarray(rows, np.int64)
        vectors = self._vectors(which)[0]
        kept = rows < len(self.words)
        found = np.zeros((len(vectors), len(rows), vectors.shape[2]), np.float32)
        found[:, kept] = vectors[:, rows[kept]] * self._present[:, rows[kept], None]
        return found.reshape(self.splits, 2, *found.shape[1:])

    @property
    def _present(self) -> np.ndarray:
        """bool (2 · splits, words)."""
        return self.halves.present.reshape(2 * self.splits, -1)

    def _vectors(self, which: str) -> tuple[np.ndarray, np.ndarray]:
        """Vectors of all halves, float32 (2 · splits, words, d), and their squared lengths."""
        if which not in KINDS:
            raise ValueError(f"which={which!r}: choose one of {', '.join(map(repr, KINDS))}.")
        unpacked = self._unpacked.get(which)
        if unpacked is None:
            packed = self.halves.U if which == "output" else self.halves.V
            vectors = packed.astype(np.float32)
            if which == "sum":
                vectors += self.halves.U
            vectors = vectors.reshape(2 * self.splits, *packed.shape[2:])
            unpacked = vectors, np.einsum("hwd,hwd->hw", vectors, vectors)
            self._unpacked = {which: unpacked}  # another thread may put its own in their place
        return unpacked

    def _nearest(self, rows: np.ndarray, n: int, which: str, metric: str) -> np.ndarray:
        """int (2 · splits, rows, n): the n nearest words of each row in each half; −1 for what is not
        there."""
        if metric not in METRICS:
            raise ValueError(f"metric={metric!r}: choose one of {', '.join(map(repr, METRICS))}.")
        vectors, squares = self._vectors(which)
        found = np.empty((len(vectors), len(rows), n), np.int64)
        for half, (matrix, square, present) in enumerate(
            zip(vectors, squares, self._present, strict=True)
        ):
            order = matrix[rows] @ matrix.T
            if metric == "cosine":
                order /= -np.sqrt(np.where(square > 0, square, 1))
            elif metric == "dot":
                np.negative(order, out=order)
            else:
                order *= -2
                order += square
            order[:, np.flatnonzero(~present)] = np.inf
            order[np.arange(len(rows)), rows] = np.inf
            nearest = _smallest(order, n)
            there = np.isfinite(np.take_along_axis(order, nearest, axis=1))
            found[half] = np.where(there & present[rows, None], nearest, -1)
        return found

    def _counted(
        self, listed: np.ndarray, near: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Of listed words (rows, n) beside what is near in each half: the splits both halves of which
        have them, the halves that have them, both int (rows, n); and the mean share of their lists in
        which the halves of a split agree, float (rows,)."""
        have = (listed[None, :, :, None] == near[:, :, None, :]).any(axis=3)
        one, other = near[0::2], near[1::2]
        same = (one[..., :, None] == other[..., None, :]) & (one[..., :, None] >= 0)
        agreement = same.any(axis=3).mean(axis=(0, 2))
        return (have[0::2] & have[1::2]).sum(axis=0), have.sum(axis=0), agreement

    def _text(self, which: str, metric: str, n: int) -> tuple[float, float]:
        """How far the halves agree on the n nearest of words of all ranks, and the constant that the
        evidence for a neighbour is to be raised by."""
        key = (which, metric, n)
        if key not in self._texts:
            places = np.linspace(0, len(self.words) - 1, min(_WORDS_ASKED, len(self.words)))
            rows = places.astype(np.int64)
            listed = self._listed(rows, n, which, metric)
            both, halves, agreement = self._counted(listed, self._nearest(rows, n, which, metric))
            text = float(agreement.mean())
            evidence = recurrence.neighbour_evidence(
                both, halves, agreement[:, None], text, self.splits
            )
            self._texts[key] = text, recurrence.level(evidence, text)
        return self._texts[key]


def _smallest(order: np.ndarray, n: int) -> np.ndarray:
    """The columns of the n smallest values of each row, int (rows, n)."""
    groups = order.shape[1] // _GROUP
    if groups <= n:
        return np.argpartition(order, n - 1, axis=1)[:, :n]
    # Of each group (every ``groups``-th column) the least. At least n values are not above the n-th
    # smallest of these, and few more: only they are sorted, and only such groups hold any.
    least = order[:, : groups * _GROUP].reshape(len(order), _GROUP, groups).min(axis=1)
    bound = np.partition(least, n - 1, axis=1)[:, n - 1]
    row, group = np.nonzero(least <= bound[:, None])
    column = group[:, None] + groups * np.arange(_GROUP)
    near = order[row[:, None], column] <= bound[row, None]
    rest = np.arange(groups * _GROUP, order.shape[1])
    row_of_rest, place = np.nonzero(order[:, rest] <= bound[:, None])
    row = np.concatenate([np.broadcast_to(row[:, None], near.shape)[near], row_of_rest])
    column = np.concatenate([column[near], rest[place]])
    sorted_by_row = np.lexsort((column, order[row, column], row))
    first = np.searchsorted(row[sorted_by_row], np.arange(len(order)))[:, None]
    return column[sorted_by_row][first + np.arange(n)]


def how_sure(
    model: SkipGram,
    corpus: Corpus,
    documents: np.ndarray | None = None,
    splits: int = 10,
    seed: int = 0,
    *,
    callback: Callable[[float, str], bool | None] | None = None,
    most_bytes: int = MOST_BYTES,
    only: Sequence[int] | None = None,
) -> Certainty:
    """Train the model on both halves of random splits of its text.

    Each training has the parameters that the model used, chosen ones included, and a random start of
    its own, so that the shares hold both sources of chance: the sample of text, and the start.

    Parameters
    ----------
    model : SkipGram
        Trained on ``corpus``.
    corpus : Corpus
    documents : int (n_sentences,), optional
        Which document each sentence belongs to: no document is then in both halves, unless it is so
        long that it must be. Without it, the halves are of blocks of consecutive sentences.
    splits : int
        From 2 to 500; two trainings each.
    seed : int
    callback : callable, optional
        Called several times a second with the share done (0 to 1) and what is being done; True stops.
    most_bytes : int
        What the kept vectors may take; see ``MOST_BYTES``.
    only : sequence of int, optional
        Which of the splits are trained on and returned; all by default. Each is what it is among all.

    Raises
    ------
    InterruptedError
        when the callback stopped it.
    ValueError
        when the corpus is not the model's, ``splits`` is not from 2 to 500, ``documents`` is not one
        number for each sentence, or the text is a single sentence.
    """
    if not 2 <= splits <= 500:
        raise ValueError(f"splits={splits!r}: give a whole number from 2 to 500.")
    if corpus.words != model.words:
        raise ValueError(
            "The vocabulary of this text differs from that of the model. Use the text of the model."
        )
    words = max(1, most_bytes // (2 * splits * model.V.shape[1] * 4))
    first = random_halves(corpus, documents, splits, seed)
    halves = split_in_halves(model, corpus, splits, seed, words, callback, first=first, only=only)
    return Certainty(model, halves)
