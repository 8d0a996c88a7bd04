"""A test of reasons: the model is trained again without the lines that are given as reasons.

About half of what a neighbour loses when its lines are removed is due to the loss of text alone. For
comparison, the same number of other lines with the same two words is removed at random; only the
difference between the two is due to the reasons.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from w2v_core.model.skipgram import SkipGram
from w2v_core.model.stability import TOLERANCE
from w2v_core.model.trainers import new_model
from w2v_core.space.vectors import unit_rows
from w2v_core.text.corpus import Corpus
from w2v_core.text.pairs import count_pairs


@dataclass(frozen=True)
class Nearness:
    """A word's rank among another word's neighbours (rank 1 is the nearest), and its cosine; means if there
    are several trainings."""

    rank: float
    cosine: float


@dataclass(frozen=True)
class Removal:
    """How near a neighbour remains after lines are removed.

    Attributes
    ----------
    lines : int
        Number of sentences removed, the same each time.
    of : int
        Number of sentences that contain either word.
    whole : Nearness
        In the model itself.
    without_reasons, without_random : list of Nearness
        In each training without the lines of the reasons, and without random lines.
    """

    lines: int
    of: int
    whole: Nearness
    without_reasons: list[Nearness]
    without_random: list[Nearness]

    @property
    def mean_without_reasons(self) -> Nearness:
        return _mean(self.without_reasons)

    @property
    def mean_without_random(self) -> Nearness:
        return _mean(self.without_random)


def sentences_with(
    corpus: Corpus, words: Sequence[int], contexts: Sequence[int], window: int | str
) -> np.ndarray:
    """The sentences in which one of the contexts occurs near one of the words.

    Parameters
    ----------
    corpus : Corpus
    words, contexts : sequence of int
        Rows of the vocabulary.
    window : int or "sentence"
        The meaning of near, as in training.

    Returns
    -------
    int (k,), ascending
    """
    is_context = np.zeros(len(corpus.words), bool)
    is_context[list(contexts)] = True
    places = np.flatnonzero(np.isin(corpus.ids, list(words)))
    number = _sentences(corpus, places)
    if window == "sentence":
        with_context = _sentences(corpus, np.flatnonzero(is_context[corpus.ids]))
        return np.intersect1d(number, with_context)
    begin, end = corpus.sentence_starts[number], corpus.sentence_starts[number + 1]
    found = np.zeros(len(places), bool)
    for distance in range(1, int(window) + 1):
        for near in (places - distance, places + distance):
            inside = (near >= begin) & (near < end)
            found[inside] |= is_context[corpus.ids[near[inside]]]
    return np.unique(number[found])


def without_lines(
    model: SkipGram,
    corpus: Corpus,
    sentences: np.ndarray,
    seed: int,
    poll: Callable[[float], bool | None] | None = None,
) -> SkipGram:
    """Train the same model without some of the sentences.

    Raises
    ------
    InterruptedError
        If ``poll`` stopped it.
    """
    used = {**model.get_params(), **model.chosen}
    parameters = {name: used[name] for name in model.get_params()}
    parameters |= {
        "tolerance": max(parameters["tolerance"] or 0.0, TOLERANCE),
        "held_out": 0.0,
        "count_vectors": False,
        "seed": seed,
    }
    weights = np.ones(corpus.n_sentences)
    weights[sentences] = 0
    pairs = count_pairs(
        corpus,
        model.window,
        parameters["weighting"],
        parameters["subsample"],
        sentence_weights=weights,
        callback=None if poll is None else lambda share: poll(0.0),
    )
    again = new_model(parameters).fit(corpus, pairs=pairs, poll=poll)
    if again.stopped:
        raise InterruptedError("The training without these lines was stopped.")
    return again


def remove_reasons(
    model: SkipGram,
    corpus: Corpus,
    word: str,
    other: str,
    contexts: Sequence[str],
    draws: int = 3,
    seed: int = 0,
    callback: Callable[[float, str], bool | None] | None = None,
) -> Removal:
    """Train without the lines in which the contexts occur near either word, and without as many others.

    Parameters
    ----------
    model : SkipGram
        Trained on ``corpus``.
    corpus : Corpus
    word, other : str
        The word, and its neighbour.
    contexts : sequence of str
        The reasons.
    draws : int
        Number of trainings without the reasons, each from its own random start, and of trainings
        without random lines. These are drawn again each time, with as many lines of ``word``, and of
        ``other`` alone, as the reasons have.
    seed : int
    callback : callable, optional
        Called several times a second with the share done (0 to 1) and a description of the current step;
        returning True stops.

    Raises
    ------
    UnknownWord
        (a KeyError) For a word that the vocabulary does not contain.
    InterruptedError
        If the callback stopped it.
    ValueError
        If the corpus is not the model's, or the contexts never occur near the words.
    """
    if corpus.words != model.words:
        raise ValueError(
            "The vocabulary of this text differs from that of the model. Use the text of the model."
        )
    a, b = (corpus.vocabulary.index(w) for w in (word, other))
    rows = [corpus.vocabulary.index(w) for w in contexts]
    out = sentences_with(corpus, (a, b), rows, model.window)
    if len(out) == 0:
        raise ValueError(f"None of these words occurs near {word!r} or {other!r}.")
    of_word = np.unique(_sentences(corpus, np.flatnonzero(corpus.ids == a)))
    of_other = np.setdiff1d(_sentences(corpus, np.flatnonzero(corpus.ids == b)), of_word)
    from_word = len(np.intersect1d(out, of_word))
    rng = np.random.default_rng([seed, 3])
    found: list[list[Nearness]] = [[], []]
    for draw in range(draws):
        random = np.concatenate(
            [
                rng.choice(of_word, from_word, replace=False),
                rng.choice(of_other, len(out) - from_word, replace=False),
            ]
        )
        start = int(rng.integers(1 << 31))
        for kind, sentences in enumerate((out, random)):
            what = ("the lines of these contexts", "as many random lines")[kind]

            def tell(share: float, done: int = 2 * draw + kind, what: str = what) -> bool:
                sentence = f"Training without {what}, {done // 2 + 1} of {draws}"
                share = (done + share) / (2 * draws)
                return callback is not None and bool(callback(share, sentence))

            again = without_lines(model, corpus, sentences, start, tell)
            found[kind].append(nearness(again.V, a, b))
    return Removal(
        len(out), len(of_word) + len(of_other), nearness(model.V, a, b), found[0], found[1]
    )


def nearness(vectors: np.ndarray, a: int, b: int) -> Nearness:
    """The rank of row b among the neighbours of row a by cosine, and their cosine."""
    unit = unit_rows(np.asarray(vectors, np.float32))
    cosines = unit @ unit[a]
    own = float(cosines[b])
    cosines[[a, b]] = -np.inf
    return Nearness(float(1 + (cosines > own).sum()), own)


def _sentences(corpus: Corpus, places: np.ndarray) -> np.ndarray:
    return np.searchsorted(corpus.sentence_starts, places, side="right") - 1


def _mean(parts: list[Nearness]) -> Nearness:
    return Nearness(
        float(np.mean([part.rank for part in parts])),
        float(np.mean([part.cosine for part in parts])),
    )
