"""Does a model of a short text predict unread sentences better than the frequencies of words do?

Each fifth of the sentences (in the shortest texts, each twentieth) is held out in turn and a model with
the same settings learns from the rest, so that every sentence is predicted once by a model that has not
read it. Its loss is compared with that of the unigram model (``model.unigram``) of the same rest on the
same pairs. Groups of sentences say how far chance moves the difference: with g of them, the standard
error of a ratio (Cochran 1977, § 6.3) and Student's t with g − 1 degrees of freedom.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import stdtrit

from w2v_core.model.defaults import default_epochs
from w2v_core.model.gain import Gain
from w2v_core.model.skipgram import SkipGram
from w2v_core.model.trainers import new_model
from w2v_core.model.unigram import choose_smoothing, log_unigram
from w2v_core.space.logratios import log_probabilities
from w2v_core.text.corpus import Corpus
from w2v_core.text.pairs import count_pairs

MOST_TOKENS = 15_000
"""Longer texts are not measured: every natural text of 10,000 words taught more than frequency in
``tests/benchmarks/short_texts.py``, and to train on five parts of a longer one takes its time."""
GROUPS, FOLDS = 20, 5
FEW_TOKENS = 1_000  # in texts of fewer words, every group is held out by itself
CONFIDENCE = 0.975


def folds_of(corpus: Corpus, model: SkipGram) -> int:
    """How many trainings ``measure_gain`` takes; 0 where it does not measure."""
    if corpus.n_tokens > MOST_TOKENS or model.solver != "newton":
        return 0
    return GROUPS if corpus.n_tokens < FEW_TOKENS else FOLDS


def measure_gain(
    model: SkipGram,
    corpus: Corpus,
    poll: Callable[[float], bool | None] | None = None,
) -> Gain | None:
    """Train on most of a short text, several times, and compare what is predicted of the rest.

    Parameters
    ----------
    model : SkipGram
        Trained on ``corpus``: its settings, chosen ones included, are used, but at most the usual passes.
    corpus : Corpus
    poll : callable, optional
        Called several times a second with the share done, 0 to 1; returning True stops.

    Returns
    -------
    Gain or None
        None for texts of more than ``MOST_TOKENS`` words, and for sgd, whose trainings take too long.

    Raises
    ------
    InterruptedError
        If ``poll`` stopped it.
    """
    if not (folds := folds_of(corpus, model)):
        return None
    used = {**model.get_params(), **model.chosen}
    parameters = {name: used[name] for name in model.get_params()}
    passes = min(parameters["epochs"], default_epochs("newton", 0.0))
    parameters |= {"held_out": 0.0, "count_vectors": False, "epochs": passes}
    order = np.random.default_rng([0, 7]).permutation(corpus.n_sentences)
    group = order % min(GROUPS, corpus.n_sentences)
    gains, losses, weights = [], [], []

    def pairs_of(sentences: np.ndarray):
        options = (model.window, parameters["weighting"], parameters["subsample"])
        return count_pairs(corpus, *options, sentence_weights=sentences)

    for fold in range(folds):
        inside = group % folds == fold

        def told(share: float, fold: int = fold) -> bool:
            return poll is not None and bool(poll((fold + share) / folds))

        N = pairs_of(~inside)
        if not inside.any() or not N.nnz:
            continue
        again = new_model(parameters).fit(corpus, pairs=N, poll=told)
        if again.stopped:
            raise InterruptedError("The comparison with word frequencies was stopped.")
        m = N.sum(axis=0, dtype=np.float64)
        log_q = log_unigram(m, parameters["smoothing"] or choose_smoothing(corpus, m))
        log_p = log_probabilities(again.V, again.U, again.log_q, np.arange(len(m)))
        for number in np.unique(group[inside]):
            held_out = pairs_of(group == number).tocoo()
            losses.append(-float(held_out.data @ log_q[held_out.col]))
            gains.append(float(held_out.data @ log_p[held_out.row, held_out.col]) + losses[-1])
            weights.append(float(held_out.data.sum()))
    total, g = sum(weights), len(weights)
    if g < 2 or not total:
        return Gain(0.0, 0.0, 0.0, 0)
    gain = sum(gains) / total
    apart = np.array(gains) - gain * np.array(weights)
    error = np.sqrt(g / (g - 1) * (apart**2).sum()) / total
    return Gain(
        gain,
        float(stdtrit(g - 1, CONFIDENCE) * error),
        sum(losses) / total,
        corpus.n_sentences,
    )
