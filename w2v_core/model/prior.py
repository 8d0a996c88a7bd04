"""Choosing the strength of the prior: the value that predicts held-out sentences best."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.sparse as sp

from w2v_core.model.exact_pass import Blocks
from w2v_core.model.initialization import spectrum
from w2v_core.model.solvers import newton
from w2v_core.model.unigram import log_unigram
from w2v_core.text.corpus import Corpus
from w2v_core.text.counted_text import CountedText
from w2v_core.text.pairs import count_split

MOST_WORDS = 3_000
"""The largest vocabulary for which priors are tried, which costs about as much as the training. Larger
vocabularies use ``defaults.default_prior``."""
USUAL = 10.0
STRONGEST, WEAKEST, FACTOR = 16.0, 0.25, 0.5
FEW_TOKENS, FOLDS = (
    6_000,
    5,
)  # below this many words, each fifth of the sentences is held out in turn
SHARE = 0.1  # share of the sentences held out in longer texts
ENOUGH = (
    0.01  # a stronger prior is safer; it may give up this share of the gain over the unigram model
)
NOTHING = 0.005  # nats: a smaller gain counts as none
PASSES, TOLERANCE = 6, 1e-3  # of each trial training


def choose_prior(
    corpus: Corpus | CountedText,
    parameters: dict[str, Any],
    held_out: tuple[sp.csr_array, sp.csr_array] | None = None,
    poll: Callable[[float], bool | None] = lambda share: None,
) -> tuple[float, dict[float, float]]:
    """Choose λ by held-out loss: starting from ``STRONGEST``, λ is halved until the loss of the held-out
    sentences rises again. The result is the strongest prior that is as good as the best, up to
    ``ENOUGH``.

    Parameters
    ----------
    corpus : Corpus or CountedText
    parameters : dict
        Of the ``SkipGram``: window, weighting, subsample, dim, learning_rate, smoothing, seed.
    held_out : (N, N of the held-out sentences), optional
    The split of the training itself, if it holds out sentences.
    poll : callable, optional
        Called with the share of a pass done (0 to 1); returning True stops.

    Returns
    -------
    prior : float
    losses : dict of float → float
        Prior tried → exact held-out loss in nats per pair; empty if nothing could be held out.

    Raises
    ------
    InterruptedError
        If ``poll`` stopped it.
    """
    splits = [held_out] if held_out is not None else splits_of(corpus, parameters)
    tried = [losses_of_priors(learned, rest, parameters, poll) for learned, rest in splits]
    if not tried:
        return USUAL, {}
    unigram = float(np.mean([each.pop(np.inf) for each in tried]))
    common = set.intersection(*(set(losses) for losses in tried))
    losses = {λ: float(np.mean([each[λ] for each in tried])) for λ in sorted(common, reverse=True)}
    best = min(losses.values())
    if unigram - best < NOTHING:  # too little text: the weakest prior that does not predict worse
        return min(λ for λ, loss in losses.items() if loss < best + NOTHING), losses
    enough = best + ENOUGH * (unigram - best)
    return max(λ for λ, loss in losses.items() if loss <= enough), losses


def splits_of(corpus: Corpus | CountedText, parameters: dict[str, Any]):
    """(N, N of the held-out sentences), once or for each fifth of the sentences."""
    dice = np.random.default_rng([parameters["seed"], 2])
    folds = FOLDS if corpus.n_tokens < FEW_TOKENS else round(1 / SHARE)
    fold = dice.permutation(corpus.n_sentences) % folds
    options = (parameters["window"], parameters["weighting"], parameters["subsample"])
    for number in range(folds if folds == FOLDS else 1):
        both = count_split(corpus, fold == number, *options)
        if all(N.nnz for N in both):
            yield both


def losses_of_priors(
    N, held_out, parameters: dict[str, Any], poll, all_of_them: bool = False
) -> dict[float, float]:
    """Prior → held-out loss; at infinity, the loss of the unigram model. Each training starts again,
    because it could not move away from vectors that a stronger prior has set to zero. Weaker priors are
    left out once they gain nothing, unless ``all_of_them`` are asked for."""
    pairs = Blocks(N, held_out)
    log_q = log_unigram(pairs.m, parameters["smoothing"])
    rng = np.random.default_rng(parameters["seed"])
    start = spectrum(N, parameters["dim"], rng, poll=lambda: poll(0.0))
    losses = {np.inf: -float(held_out.sum(axis=0) @ log_q) / pairs.held_out_total}
    prior = STRONGEST
    while prior >= WEAKEST:

        def report(step, now, freeze, prior=prior) -> None:
            losses[prior] = now.held_out_loss / pairs.held_out_total

        newton(
            pairs,
            *start.shrunk(prior),
            log_q,
            epochs=PASSES,
            learning_rate=parameters["learning_rate"],
            prior=prior,
            tolerance=TOLERANCE,
            report=report,
            poll=poll,
        )
        gain = losses[np.inf] - losses[prior]
        stronger = losses.get(prior / FACTOR, np.inf)
        if not all_of_them and len(losses) > 3 and stronger - losses[prior] < 0.3 * ENOUGH * gain:
            break
        prior *= FACTOR
    return losses
