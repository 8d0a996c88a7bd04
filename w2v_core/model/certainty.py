"""How sure are neighbours and analogies: does each half of the text, on its own, say the same?

The text is cut at random into two halves that share no document (``text.halves``), the model is trained
on each, and this is done again. An answer's share is that of the splits in which *both* halves give it.

A bootstrap over sentences would ask less: a resample shares most of its sentences with the list that
was chosen on them, and so repeats what is an accident of this text.
``tests/benchmarks/calibration.py`` measures both against other samples of the same language.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from w2v_core.model.skipgram import KINDS, SkipGram
from w2v_core.model.split_trainings import Halves, split_in_halves
from w2v_core.space.analogy import scores, solve
from w2v_core.space.vectors import METRICS, WordVectors, unit_rows
from w2v_core.text.corpus import Corpus
from w2v_core.text.halves import random_halves

MOST_BYTES = 200_000_000
"""What the vectors of all halves may take, V and U at 2 bytes a number: ten splits of 25,000 words at
d = 100. Of a larger vocabulary the most frequent words are kept."""


class Certainty:
    """A model, and the same model trained on both halves of random splits of its text.

    A word without pairs in a half has no neighbours there and is nobody's neighbour: that split counts
    against it and is never left out, since an answer that half of the text cannot even give is not a
    sure one.

    Parameters
    ----------
    model : SkipGram
        Trained on the whole text.
    halves : Halves
        Of the model's most frequent words.

    Attributes
    ----------
    words : list of str
        The words that can be asked for, most frequent first; all lists are of these.
    splits : int
    """

    def __init__(self, model: SkipGram, halves: Halves):
        self.halves = halves
        self.splits = len(halves.V)
        self.words = model.words[: halves.V.shape[2]]
        self._model = model
        self._spaces: dict[str, WordVectors] = {}
        self._unpacked: dict[str, tuple[np.ndarray, np.ndarray]] = {}

    @property
    def note(self) -> str | None:
        """A sentence where some words of the model were left out; None where all are here."""
        if len(self.words) == len(self._model.words):
            return None
        return (
            f"Only the {len(self.words):,} most frequent of {len(self._model.words):,} words were "
            "kept of the halves: the lists are of these."
        )

    def neighbours(
        self, word: str, n: int = 10, which: str = "center", metric: str = "cosine"
    ) -> list[tuple[str, float]]:
        """The model's n nearest other words, best first, each with the share of splits in which it is
        among the n nearest in both halves.

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
        space = self._space(which)
        if metric not in METRICS:
            raise ValueError(f"metric={metric!r}: choose one of {', '.join(map(repr, METRICS))}.")
        shares = self.shares(word, n, which)[metric]
        return [(near, shares[near]) for near, _ in space.most_similar(word, n, metric)]

    def shares(self, word: str, n: int = 10, which: str = "center") -> dict[str, dict[str, float]]:
        """The same for every word and by every metric at once, fast enough for a click.

        Returns
        -------
        dict of metric → dict of word → share
        """
        row = self._space(which).vocabulary.index(word)
        vectors, squares = self._vectors(which)
        dots = np.matmul(vectors, vectors[:, row, :, None])[..., 0]
        lengths = np.sqrt(np.where(squares > 0, squares, 1))
        orders = {"cosine": -dots / lengths, "dot": -dots, "euclidean": squares - 2 * dots}
        found = {}
        for metric, order in orders.items():
            near = self._among_nearest(order, row, n)
            both = near.reshape(self.splits, 2, -1).all(axis=1).mean(axis=0)
            found[metric] = dict(zip(self.words, both.tolist(), strict=True))
        return found

    def analogy(
        self, a: str, b: str, c: str, n: int = 5, which: str = "center", method: str = "add"
    ) -> list[tuple[str, float]]:
        """a is to b as c is to …: the model's n best answers (the given words left out), each with the
        share of splits in which it is the *first* answer of both halves.

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
        best = solve(self._space(which), a, b, c, method=method, n=n).answers
        pairs = self.first_answers(a, b, c, which, method)
        return [
            (word, sum(pair == (word, word) for pair in pairs) / self.splits) for word, _ in best
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

    @property
    def _present(self) -> np.ndarray:
        """bool (2 · splits, words)."""
        return self.halves.present.reshape(2 * self.splits, -1)

    def _space(self, which: str) -> WordVectors:
        if which not in self._spaces:
            whole = self._model.vectors(which)
            kept = whole.matrix[: len(self.words)]
            lowercase = self._model.vocabulary.lowercase
            self._spaces[which] = WordVectors(self.words, kept, lowercase=lowercase)
        return self._spaces[which]

    def _vectors(self, which: str) -> tuple[np.ndarray, np.ndarray]:
        """Vectors of all halves, float32 (2 · splits, words, d), and their squared lengths."""
        if which not in KINDS:
            raise ValueError(f"which={which!r}: choose one of {', '.join(map(repr, KINDS))}.")
        if which not in self._unpacked:
            packed = self.halves.U if which == "output" else self.halves.V
            vectors = packed.astype(np.float32)
            if which == "sum":
                vectors += self.halves.U
            vectors = vectors.reshape(2 * self.splits, *packed.shape[2:])
            self._unpacked = {which: (vectors, np.einsum("hwd,hwd->hw", vectors, vectors))}
        return self._unpacked[which]

    def _among_nearest(self, order: np.ndarray, row: int, n: int) -> np.ndarray:
        """bool (2 · splits, words): which are among the n smallest of each half's row of ``order``."""
        order = np.where(self._present, order, np.inf)
        order[:, row] = np.inf
        n = min(n, order.shape[1] - 1)
        nearest = np.argpartition(order, n, axis=1)[:, :n]
        near = np.zeros(order.shape, bool)
        np.put_along_axis(near, nearest, True, axis=1)
        return near & np.isfinite(order) & self._present[:, row, None]


def how_sure(
    model: SkipGram,
    corpus: Corpus,
    documents: np.ndarray | None = None,
    splits: int = 10,
    seed: int = 0,
    *,
    callback: Callable[[float, str], bool | None] | None = None,
    most_bytes: int = MOST_BYTES,
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
        raise ValueError("This text has another vocabulary than the model: use the model's own.")
    words = max(1, most_bytes // (2 * splits * model.V.shape[1] * 4))
    first = random_halves(corpus, documents, splits, seed)
    halves = split_in_halves(model, corpus, splits, seed, words, callback, first=first)
    return Certainty(model, halves)
