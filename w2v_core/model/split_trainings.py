"""Repeated trainings on two random halves of the sentences of a text.

The two trainings of a split share no sentence, just as two different texts share none. Bootstrap resamples
of one text do share sentences, so they are more similar than two samples of one language would be: none of
them contains anything that the text lacks. The difference between two halves is noise, too. Each half is
half as long as the text and therefore noisier, so a limit derived from halves errs on the safe side.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from w2v_core.model.skipgram import SkipGram
from w2v_core.model.stability import TOLERANCE
from w2v_core.model.trainers import new_model
from w2v_core.text.corpus import Corpus
from w2v_core.text.pairs import count_pairs


@dataclass(frozen=True)
class Halves:
    """Vectors of both halves of each split, float16 (splits, 2, words, d), for the model's first words;
    ``present`` bool (splits, 2, words): whether a word has pairs in that half."""

    V: np.ndarray
    U: np.ndarray
    present: np.ndarray


def split_in_halves(
    model: SkipGram,
    corpus: Corpus,
    splits: int = 10,
    seed: int = 0,
    words: int | None = None,
    callback: Callable[[float, str], bool | None] | None = None,
    *,
    first: np.ndarray | None = None,
    only: Sequence[int] | None = None,
) -> Halves:
    """Train the model on both halves of random splits of its sentences.

    Parameters
    ----------
    model : SkipGram
        Trained on ``corpus``. Its parameters, including chosen ones, are used; each training has its own
        random start.
    corpus : Corpus
    splits : int
    seed : int
    words : int, optional
        The number of most frequent words whose vectors are kept; all by default.
    callback : callable, optional
        Called several times a second with the share done and a description of the current step;
        returning True stops.
    first : bool (splits, n_sentences), optional
        Which sentences are in the first half of each split; the others are in the second. By default half
        of the sentences, drawn at random. In a half without any pairs no word is present.
    only : sequence of int, optional
        Which of the splits are trained on and returned; all by default. Each is what it is among all.

    Raises
    ------
    InterruptedError
        If the callback stopped it.
    """
    used = {**model.get_params(), **model.chosen}
    parameters = {name: used[name] for name in model.get_params()}
    parameters |= {"tolerance": max(parameters["tolerance"], TOLERANCE), "held_out": 0.0}
    parameters["count_vectors"] = False  # nobody looks at them
    n_words, d = model.V.shape
    kept = n_words if words is None else min(words, n_words)
    wanted = range(splits) if only is None else only
    V, U = np.zeros((2, len(wanted), 2, kept, d), np.float16)
    present = np.zeros((len(wanted), 2, kept), bool)
    generators = np.random.default_rng([seed, 2]).spawn(splits)
    for place, split in enumerate(wanted):
        rng = generators[split]
        if first is None:
            chosen = np.zeros(corpus.n_sentences, bool)
            chosen[rng.permutation(corpus.n_sentences)[: corpus.n_sentences // 2]] = True
        else:
            chosen = first[split]
        for half, mask in enumerate((chosen, ~chosen)):

            def tell(
                share: float, done: int = 2 * place + half, number: int = 2 * split + half
            ) -> bool:
                sentence = f"Training on half {number + 1} of {2 * splits}"
                share = (done + share) / (2 * len(wanted))
                return callback is not None and bool(callback(share, sentence))

            def counted(share: float, told: Callable[[float], bool] = tell) -> bool:
                return told(0.0)  # counting takes little of the time

            N = count_pairs(
                corpus,
                model.window,
                parameters["weighting"],
                parameters["subsample"],
                sentence_weights=mask,
                callback=counted,
            )
            if not N.nnz:
                continue
            again = new_model({**parameters, "seed": int(rng.integers(1 << 31))})
            again.fit(corpus, pairs=N, poll=tell)
            if again.stopped:
                raise InterruptedError("The training on halves was stopped.")
            present[place, half] = np.diff(N.indptr)[:kept] > 0
            V[place, half], U[place, half] = again.V[:kept], again.U[:kept]
    return Halves(V, U, present)
