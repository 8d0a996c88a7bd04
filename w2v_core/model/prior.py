"""How strong a prior the text asks for: the one that predicts sentences best that were kept back."""

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
from w2v_core.text.pairs import count_pairs

MOST_WORDS = 3_000
"""Vocabulary up to which priors are tried: it costs about as much as the training. Larger ones take
``defaults.default_prior``."""
USUAL = 10.0
STRONGEST, WEAKEST, FACTOR = 16.0, 0.25, 0.5
FEW_TOKENS, FOLDS = (
    6_000,
    5,
)  # below so many words, each fifth of the sentences is kept back in turn
SHARE = 0.1  # of the sentences is kept back in longer texts
FEWEST_SENTENCES = 10
ENOUGH = (
    0.01  # share of the gain over the unigram that a stronger prior, the safer one, may give up
)
NOTHING = 0.005  # nats: a gain so small is none
PASSES, TOLERANCE = 6, 1e-3  # of each training on the way


def choose_prior(
    corpus: Corpus,
    parameters: dict[str, Any],
    kept_back: tuple[sp.csr_array, sp.csr_array] | None = None,
    poll: Callable[[float], bool | None] = lambda share: None,
) -> tuple[float, dict[float, float]]:
    """λ by held-out loss: weaker and weaker priors are tried, from ``STRONGEST`` down by halves, until
    the loss on the sentences kept back rises again. The strongest that is as good as the best, but
    for ``ENOUGH``, is taken.

    Parameters
    ----------
    corpus : Corpus
    parameters : dict
        Of the ``SkipGram``: window, weighting, subsample, dim, learning_rate, smoothing, seed.
    kept_back : (N, N of the sentences kept back), optional
        Where the training keeps sentences back anyhow: those are used.
    poll : callable, optional
        Called with the share of a pass done (0 to 1); True stops.

    Returns
    -------
    prior : float
    losses : dict of float → float
        Prior tried → exact loss on what was kept back, nats per pair; empty where nothing could be.

    Raises
    ------
    InterruptedError
        when ``poll`` said stop.
    """
    splits = [kept_back] if kept_back is not None else _splits(corpus, parameters)
    tried = [_path(N, held_out, parameters, poll) for N, held_out in splits]
    if not tried:
        return USUAL, {}
    unigram = float(np.mean([each.pop(np.inf) for each in tried]))
    common = set.intersection(*(set(losses) for losses in tried))
    losses = {λ: float(np.mean([each[λ] for each in tried])) for λ in sorted(common, reverse=True)}
    best = min(losses.values())
    if unigram - best < NOTHING:  # too little text: as free as it may be without predicting worse
        return min(λ for λ, loss in losses.items() if loss < best + NOTHING), losses
    enough = best + ENOUGH * (unigram - best)
    return max(λ for λ, loss in losses.items() if loss <= enough), losses


def _splits(corpus: Corpus, parameters: dict[str, Any]):
    """(N, N of the sentences kept back), once or for each fifth of the sentences."""
    dice = np.random.default_rng([parameters["seed"], 2])
    folds = FOLDS if corpus.n_tokens < FEW_TOKENS else round(1 / SHARE)
    fold = dice.permutation(corpus.n_sentences) % folds
    options = (parameters["window"], parameters["weighting"], parameters["subsample"])
    for number in range(folds if folds == FOLDS else 1):
        both = tuple(
            count_pairs(corpus, *options, sentence_weights=weights)
            for weights in (fold != number, fold == number)
        )
        if all(N.nnz for N in both):
            yield both


def _path(N, held_out, parameters: dict[str, Any], poll) -> dict[float, float]:
    """Prior → held-out loss; at infinity that of the unigram. Each training begins anew: from vectors
    that a stronger prior holds at zero it would not come away."""
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
        if len(losses) > 3 and stronger - losses[prior] < 0.3 * ENOUGH * gain:
            break
        prior *= FACTOR
    return losses
