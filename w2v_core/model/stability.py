"""The stability of neighbours and analogies: the model is trained again on resamples of its text.

A bootstrap over sentences (Efron 1979; for embeddings Antoniak and Mimno 2018): a resample draws as
many sentences as the text has, with replacement, so that each counts 0, 1, 2, … times. The vocabulary
stays the same and nothing is tokenised again; the pairs are counted with these weights, and the same
model is trained on them. A result that most resamples repeat is a property of the text; a result that few
repeat depends on single sentences or on the random start.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

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
"""The largest size in bytes of the vectors of all resamples, V and U at 2 bytes per number: R = 20 for
25,000 words with d = 100. For a larger vocabulary only the most frequent words are kept."""

TOLERANCE = 2.5e-3
"""The tolerance in the training of a resample. 1e-3 would take a third more passes, but the mean share of
the ten nearest words that resamples repeat, for the 300 most frequent words, would be about the same: .267
against .268 on 60,000 words of natural text, .648 against .634 on the small world. Two sets of draws differ
by more than this."""


class Stability(KeptWords):
    """A model and its resamples.

    A share is the number of resamples that agree, divided by the number of all resamples. A resample in
    which a word of the question has no pairs (because its sentences were not drawn) counts as not agreeing,
    since an answer that some resamples cannot give at all is not stable. A word without pairs is not a
    neighbour of any word there.

    Parameters
    ----------
    model : SkipGram
        Trained on the whole text.
    V, U : float16 (R, words, d)
        The vectors of each resample, in the rows of the model's most frequent ``words``.
    present : bool (R, words)
        Whether the word has any pairs in the resample.

    Attributes
    ----------
    words : list of str
        The words that queries and lists can contain, most frequent first.
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
        which it is also among the n nearest.

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
            (a KeyError) If ``words`` does not contain the word.
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
        """The share of a word's n neighbours that resamples repeat on average, 0 to 1: the mean of the
        shares that ``neighbours`` returns."""
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
        """a is to b as c is to …: the model's n best answers, excluding the given words, each with the
        share of resamples in which it is the *first* answer by the same method. The shares of all words
        sum to at most 1; the rest belongs to words that are not listed, or to resamples without a, b or
        c.

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
            (a KeyError) If ``words`` does not contain one of the words.
        """
        best = solve(self._space(which), a, b, c, method=method, n=n).answers
        first = Counter(self.first_answers(a, b, c, which, method))
        return [(word, value, first[word] / self.resamples) for word, value in best]

    def first_answers(
        self, a: str, b: str, c: str, which: str = "center", method: str = "add"
    ) -> list[str | None]:
        """The first answer of every resample; None for a resample in which a, b or c has no pairs."""
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
        """Yield (vectors float32 (words, d), present) of each resample."""
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
    only: Sequence[int] | None = None,
) -> Stability:
    """Train the model again on R bootstrap resamples of its sentences.

    Each training has the parameters that the model used, including chosen ones, which are not chosen
    again. It has its own seed and its own start, computed from its own counts: a start from the model's
    vectors would make the results agree more than the text warrants. The shares therefore reflect both
    sources of randomness, the sample of sentences and the start. newton ends at ``TOLERANCE``, or at the
    model's own tolerance if that is larger.

    Parameters
    ----------
    model : SkipGram
        Trained on ``corpus``.
    corpus : Corpus
    R : int
        Number of resamples.
    seed : int
    callback : callable, optional
        Called several times a second with the share done (0 to 1) and a description of the current step;
        returning True stops.
    most_bytes : int
        The largest size of the stored vectors; see ``MOST_BYTES``.
    only : sequence of int, optional
        Which of the resamples are trained on and returned; all by default. Each is what it is among all.

    Raises
    ------
    InterruptedError
        If the callback stopped it.
    ValueError
        If the corpus is not the model's, or R is not from 2 to 1,000.
    """
    if not 2 <= R <= 1_000:
        raise ValueError(f"resamples={R!r}: give a whole number from 2 to 1,000.")
    if corpus.words != model.words:
        raise ValueError(
            "The vocabulary of this text differs from that of the model. Use the text of the model."
        )
    n_words, dim = model.V.shape
    kept = max(1, min(n_words, most_bytes // (R * dim * 4)))
    used = {**model.get_params(), **model.chosen}
    parameters = {name: used[name] for name in model.get_params()}
    parameters["count_vectors"] = False  # nobody looks at them
    parameters["tolerance"] = max(parameters["tolerance"] or 0.0, TOLERANCE)
    wanted = range(R) if only is None else only
    V, U = np.zeros((2, len(wanted), kept, dim), np.float16)
    present = np.zeros((len(wanted), kept), bool)
    generators = np.random.default_rng(seed).spawn(R)
    for place, r in enumerate(wanted):
        rng = generators[r]

        def tell(share: float, place: int = place, r: int = r) -> bool:
            sentence = f"Training on resample {r + 1} of {R}"
            share = (place + share) / len(wanted)
            return callback is not None and bool(callback(share, sentence))

        def counted(share: float, told: Callable[[float], bool] = tell) -> bool:
            return told(0.0)  # counting takes little of the time

        n = corpus.n_sentences
        weights = np.bincount(rng.integers(0, n, n), minlength=n)
        N = count_pairs(
            corpus,
            model.window,
            parameters["weighting"],
            parameters["subsample"],
            sentence_weights=weights,
            callback=counted,
        )
        again = new_model({**parameters, "seed": int(rng.integers(1 << 31))})
        again.fit(corpus, pairs=N, poll=tell)
        if again.stopped:
            raise InterruptedError("The resampling was stopped.")
        present[place] = np.diff(N.indptr)[:kept] > 0  # N is symmetric, so rows suffice
        V[place], U[place] = again.V[:kept], again.U[:kept]
    return Stability(model, V, U, present)


def _distances(matrix: np.ndarray, row: int, metric: str) -> np.ndarray:
    """Distances float (words,) to the word in this row; smaller is nearer."""
    if metric == "cosine":
        unit = unit_rows(matrix)
        return -(unit @ unit[row])
    if metric == "dot":
        return -(matrix @ matrix[row])
    if metric == "euclidean":
        return np.linalg.norm(matrix - matrix[row], axis=1)
    raise ValueError(f"metric={metric!r}: choose one of {', '.join(map(repr, METRICS))}.")


def _first(order: np.ndarray, n: int) -> list[int]:
    """The rows of the n smallest values, excluding values that are not finite."""
    rows = np.argpartition(order, n)[:n] if n < len(order) else np.arange(len(order))
    return rows[np.isfinite(order[rows])].tolist()
