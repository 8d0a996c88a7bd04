"""How sure are neighbours and analogies: the model trained again on resamples of its text.

A bootstrap over sentences (Efron 1979; for embeddings Antoniak and Mimno 2018): a resample draws as
many sentences as the text has, with replacement, so that each counts 0, 1, 2, … times. The
vocabulary stays, nothing is tokenised again, the pairs are counted with these weights and the same
model is trained on them. What most resamples repeat is a property of the text; what few repeat hangs
on single sentences, or on the random start.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np

from w2v_core.model.kept_words import KeptWords
from w2v_core.model.skipgram import SkipGram
from w2v_core.model.trainers import new_model
from w2v_core.model.word_model import KINDS
from w2v_core.space.analogy import scores, solve
from w2v_core.space.vectors import DEFAULT_METRIC, METRICS, unit_rows
from w2v_core.text.corpus import Corpus
from w2v_core.text.pairs import count_pairs

MOST_BYTES = 200_000_000
"""What the vectors of all resamples may take, V and U at 2 bytes a number: R = 20 of 25,000 words at
d = 100. Of a larger vocabulary the most frequent words are kept."""

TOLERANCE = 2.5e-3
"""Where a resample's training may end. At 1e-3 it takes a third more passes, and the mean share of the
ten nearest of the 300 most frequent words that resamples repeat is about the same: .267 against .268 on
60,000 words of natural text, .648 against .634 on the small world; less apart than two sets of draws."""


class Stability(KeptWords):
    """A model and its resamples.

    A share is the number of resamples that agree, divided by all of them. A resample in which a word
    of the question has no pairs (its sentences were not drawn) agrees with nothing, and is never
    left out of the count: an answer that some draws cannot even give is not a stable one. Nor is a
    word without pairs anybody's neighbour there.

    Parameters
    ----------
    model : SkipGram
        Trained on the whole text.
    V, U : float16 (R, words, d)
        Of each resample; the rows of the model's most frequent ``words``.
    present : bool (R, words)
        Whether the word has any pairs in the resample.

    Attributes
    ----------
    words : list of str
        The words that can be asked for, most frequent first; all lists are of these.
    resamples : int
        R.
    """

    def __init__(self, model: SkipGram, V: np.ndarray, U: np.ndarray, present: np.ndarray):
        super().__init__(model, V.shape[1], "in the resamples")
        self.V, self.U, self.present = V, U, present
        self.resamples = len(V)

    def neighbours(
        self, word: str, n: int = 10, which: str = "center", metric: str = DEFAULT_METRIC
    ) -> list[tuple[str, float, float]]:
        """The n nearest other words in the model, best first, each with the share of resamples in
        which it is among the n nearest too.

        Parameters
        ----------
        word : str
        n : int
        which : "center", "output" or "sum"
        metric : "cosine", "dot" or "euclidean"
            As in ``WordVectors.most_similar``.

        Returns
        -------
        list of (word, value of the metric in the model, share 0 to 1)

        Raises
        ------
        UnknownWord
            (a KeyError) when ``words`` does not hold the word.
        """
        space = self._space(which)
        nearest = space.most_similar(word, n, metric)
        row = space.vocabulary.index(word)
        seen: Counter[int] = Counter()
        for matrix, present in self._matrices(which):
            if present[row]:
                order = _distances(matrix, row, metric)
                order[~present] = np.inf
                order[row] = np.inf
                seen.update(_first(order, len(nearest)))
        index = space.vocabulary.index
        return [(other, value, seen[index(other)] / self.resamples) for other, value in nearest]

    def agreement(
        self, word: str, n: int = 10, which: str = "center", metric: str = DEFAULT_METRIC
    ) -> float:
        """How much of a word's list of n neighbours the resamples repeat on average, 0 to 1: the
        mean of the shares that ``neighbours`` gives."""
        shares = [share for *_, share in self.neighbours(word, n, which, metric)]
        return float(np.mean(shares)) if shares else float("nan")

    def analogy(
        self,
        a: str,
        b: str,
        c: str,
        n: int = 10,
        which: str = "center",
        method: str = "add",
    ) -> list[tuple[str, float, float]]:
        """a is to b as c is to …: the model's n best answers (the given words left out), each with
        the share of resamples whose *first* answer by the same method it is. The shares of all words
        sum to at most 1; what is missing went to words that are not listed, or to resamples without
        a, b or c.

        Parameters
        ----------
        a, b, c : str
        n : int
        which : "center", "output" or "sum"
        method : "add" or "mul"
            As for ``space.analogy.solve``.

        Returns
        -------
        list of (word, score in the model, share 0 to 1)

        Raises
        ------
        UnknownWord
            (a KeyError) when ``words`` does not hold one of the words.
        """
        best = solve(self._space(which), a, b, c, method=method, n=n).answers
        first = Counter(self.first_answers(a, b, c, which, method))
        return [(word, value, first[word] / self.resamples) for word, value in best]

    def first_answers(
        self, a: str, b: str, c: str, which: str = "center", method: str = "add"
    ) -> list[str | None]:
        """The first answer of every resample; None for one in which a, b or c has no pairs."""
        rows = np.array([self._space(which).vocabulary.index(word) for word in (a, b, c)])
        at_a, at_b, at_c = rows[:, None]
        answers: list[str | None] = []
        for matrix, present in self._matrices(which):
            if not present[rows].all():
                answers.append(None)
                continue
            values = scores(unit_rows(matrix), at_a, at_b, at_c, method)[0]
            values[~present] = -np.inf
            values[rows] = -np.inf
            first = int(values.argmax())
            answers.append(self.words[first] if np.isfinite(values[first]) else None)
        return answers

    def _matrices(self, which: str) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """(vectors float32 (words, d), present) of one resample after the other."""
        if which not in KINDS:
            raise ValueError(f"which={which!r}: choose one of {', '.join(map(repr, KINDS))}.")
        for V, U, present in zip(self.V, self.U, self.present, strict=True):
            if which == "sum":
                yield V.astype(np.float32) + U.astype(np.float32), present
            else:
                yield (V if which == "center" else U).astype(np.float32), present


def resample(
    model: SkipGram,
    corpus: Corpus,
    R: int = 20,
    seed: int = 0,
    callback: Callable[[float, str], bool | None] | None = None,
    most_bytes: int = MOST_BYTES,
) -> Stability:
    """Train the model again on R bootstrap resamples of its sentences.

    Each training has the parameters that the model used, chosen ones included (they are not chosen
    anew), and its own seed and start, drawn from its own counts: from the model's vectors it would
    not find its own way, and agree more than the text warrants. The shares so hold both sources of
    chance, the sample of sentences and the start. newton's passes end at ``TOLERANCE``, or at the
    model's own where that is larger.

    Parameters
    ----------
    model : SkipGram
        Trained on ``corpus``.
    corpus : Corpus
    R : int
        Resamples.
    seed : int
    callback : callable, optional
        Called several times a second with the share done (0 to 1) and what is being done; True
        stops.
    most_bytes : int
        What the kept vectors may take; see ``MOST_BYTES``.

    Raises
    ------
    InterruptedError
        when the callback stopped it.
    ValueError
        when the corpus is not the model's, or R is not from 2 to 1,000.
    """
    if not 2 <= R <= 1_000:
        raise ValueError(f"resamples={R!r}: give a whole number from 2 to 1,000.")
    if corpus.words != model.words:
        raise ValueError("This text has another vocabulary than the model: use the model's own.")
    n_words, dim = model.V.shape
    kept = max(1, min(n_words, most_bytes // (R * dim * 4)))
    used = {**model.get_params(), **model.chosen}
    parameters = {name: used[name] for name in model.get_params()}
    parameters["tolerance"] = max(parameters["tolerance"] or 0.0, TOLERANCE)
    V, U = np.zeros((2, R, kept, dim), np.float16)
    present = np.zeros((R, kept), bool)
    for r, rng in enumerate(np.random.default_rng(seed).spawn(R)):

        def tell(share: float, r: int = r) -> bool:
            sentence = f"Training on resample {r + 1} of {R}"
            return callback is not None and bool(callback((r + share) / R, sentence))

        def counted(share: float, told: Callable[[float], bool] = tell) -> bool:
            return told(0.0)  # counting takes little of the time

        n = corpus.n_sentences
        weights = np.bincount(rng.integers(0, n, n), minlength=n)
        N = count_pairs(
            corpus,
            model.window,
            model.weighting,
            parameters["subsample"],
            sentence_weights=weights,
            callback=counted,
        )
        again = new_model({**parameters, "seed": int(rng.integers(1 << 31))})
        again.fit(corpus, pairs=N, poll=tell)
        if again.stopped:
            raise InterruptedError("The resampling was stopped.")
        present[r] = np.diff(N.indptr)[:kept] > 0  # N is symmetric: rows tell of columns too
        V[r], U[r] = again.V[:kept], again.U[:kept]
    return Stability(model, V, U, present)


def _distances(matrix: np.ndarray, row: int, metric: str) -> np.ndarray:
    """float (words,), smaller is nearer to the word in this row."""
    if metric == "cosine":
        unit = unit_rows(matrix)
        return -(unit @ unit[row])
    if metric == "dot":
        return -(matrix @ matrix[row])
    if metric == "euclidean":
        return np.linalg.norm(matrix - matrix[row], axis=1)
    raise ValueError(f"metric={metric!r}: choose one of {', '.join(map(repr, METRICS))}.")


def _first(order: np.ndarray, n: int) -> list[int]:
    """The rows of the n smallest, what is not finite left out."""
    rows = np.argpartition(order, n)[:n] if n < len(order) else np.arange(len(order))
    return rows[np.isfinite(order[rows])].tolist()
