"""Choosing the dimension of a small vocabulary by trial, with the prior and the vectors to look at.

Held-out loss says which trainings predict about equally well. It cannot say which of these to take: it is
a mean over all pairs, and what sets two similar words apart is a small part of them. So the larger
dimension is taken unless it predicts clearly worse, and among the priors that predict almost as well as
the best, the strongest whose parallelograms close about as clearly as any (``space.closing``), by V or by
V + U; no question and no answer is used for that. How clearly they close is a mean over few words, and the
clearest of all was often a weak prior's, by chance.

Tuned on the little worlds 0 to 19, 40 to 119 and 300 to 339 of ``tests/benchmarks/little_worlds.py``, and
on joined sentences of forty of these. There √(2|W|) is too small, and so is the smallest dimension within
one standard error of the lowest loss: at least .95 of the questions were answered right in 4 and in 11 of
the first twenty worlds at best. Four times √(2|W|) did as well as the dimensions between and above, in the
twenty worlds in which all of these were tried. (What ``docs/benchmarks.md`` reports is of other worlds.)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from w2v_core.model.defaults import MOST_DIMENSIONS, default_dim
from w2v_core.model.exact_pass import Blocks
from w2v_core.model.initialization import spectrum
from w2v_core.model.prior import (
    FEW_TOKENS,
    FOLDS,
    NOTHING,
    losses_of_priors,
    splits_of,
)
from w2v_core.model.solvers import newton
from w2v_core.model.unigram import log_unigram
from w2v_core.space.closing import closing, closing_by_chance
from w2v_core.text.corpus import Corpus
from w2v_core.text.counted_text import CountedText
from w2v_core.text.small_vocabulary import has_small_vocabulary

FACTOR = 4  # from √(2|W|) to the larger dimension that is tried
ADMISSIBLE = 0.2
"""The share of the best gain over the unigram model that a training may give up; in any case it may lose
one standard error of the lowest loss (Breiman et al. 1984), which is more where the text is very short."""
VIEWS_TRIED = ("center", "sum")
ABOUT_AS_CLEAR = 0.75
"""The share of the clearest margin that the parallelograms of a stronger prior must reach."""
TIMES_CHANCE, PREFERENCE = 1.65, 1.7
"""The margin of V is multiplied by the second where it is so many times that of scattered words: where V
shows the relations by itself, it answers more questions than V + U, even if the parallelograms of V + U
close more clearly. Those may be of words and what stands beside them, which V + U brings together."""
CHANCE_BEFORE = 0.25 / TIMES_CHANCE  # where ``chance`` was not saved: from .25 on V was preferred
_OF_A_FOLD, _OF_THE_WHOLE = 50, 75  # passes with each dimension, for the estimate of time
_MOST_TRIED = 100  # values read of a record: ours has 2 dimensions and 7 priors


@dataclass(frozen=True)
class Trials:
    """What was tried before a training, as JSON values can hold it.

    Attributes
    ----------
    dims : list of (d, loss)
        The lowest held-out loss with each dimension tried, nats per pair.
    priors : list of (λ, loss)
        The held-out loss with each prior at the dimension chosen.
    unigram_loss : float
        The same of the model without contexts.
    closing : dict of str → float
        By V ("center") and by V + U ("sum"), how clearly the parallelograms of the training chosen close.
    chance : float
        How clearly they close among as many words scattered at random.
    """

    dims: list[tuple[int, float]]
    priors: list[tuple[float, float]]
    unigram_loss: float
    closing: dict[str, float]
    chance: float

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Trials:
        """What ``as_json`` gave, or what JSON made of it (``ValueError``, ``KeyError`` or ``TypeError``
        for anything else)."""
        found = cls(
            [(int(dim), float(loss)) for dim, loss in value["dims"][:_MOST_TRIED]],
            [(float(prior), float(loss)) for prior, loss in value["priors"][:_MOST_TRIED]],
            float(value["unigram_loss"]),
            {which: float(value["closing"][which]) for which in VIEWS_TRIED},
            float(value.get("chance", CHANCE_BEFORE)),
        )
        numbers = [found.unigram_loss, found.chance, *found.closing.values()]
        if not np.isfinite([*sum(found.dims + found.priors, ()), *numbers]).all():
            raise ValueError("trials with infinite numbers")
        return found

    @property
    def vectors(self) -> str:
        """The vectors to look at first: "center" or "sum"."""
        return max(VIEWS_TRIED, key=lambda which: _preferred(self.closing, self.chance)[which])


def tries_dimensions(corpus: Corpus | CountedText) -> bool:
    """Whether the dimension that a text of this size needs is found by trial."""
    return has_small_vocabulary(corpus)


def dimensions_tried(n_words: int, most: int = MOST_DIMENSIONS) -> list[int]:
    """√(2|W|) and four times as many, at most |W| − 1 and ``most``."""
    largest = min(n_words - 1, MOST_DIMENSIONS, most)
    dim = default_dim(n_words)
    return sorted({min(dim, largest), min(FACTOR * dim, largest)})


def trial_passes(corpus: Corpus) -> int:
    """About how many passes are made with each dimension tried."""
    folds = FOLDS if corpus.n_tokens < FEW_TOKENS else 1
    return folds * _OF_A_FOLD + _OF_THE_WHOLE


def choose_dimension(
    corpus: Corpus | CountedText,
    N: sp.csr_array,
    parameters: dict[str, Any],
    most: int = MOST_DIMENSIONS,
    poll: Callable[[float], bool | None] = lambda share: None,
) -> tuple[int, float, Trials] | None:
    """Choose d and λ for a small vocabulary.

    Parameters
    ----------
    corpus : Corpus or CountedText
    N : sparse (|W|, |W|)
        The pairs that are trained on.
    parameters : dict
        Of the ``SkipGram``; dim and prior are the ones to be chosen.
    most : int
        The largest dimension allowed.
    poll : callable, optional
        As for ``choose_prior``.

    Returns
    -------
    dim : int
    prior : float
    trials : Trials
        Instead of these three, None where no training predicts better than the unigram model.

    Raises
    ------
    InterruptedError
        If ``poll`` stopped it.
    """
    losses: dict[tuple[int, float], list[float]] = {}
    unigram_losses = []
    for learned, rest in splits_of(corpus, parameters):
        for dim in dimensions_tried(len(corpus.words), most):
            of_dim = {**parameters, "dim": dim}
            found = losses_of_priors(learned, rest, of_dim, poll, all_of_them=True)
            unigram = found.pop(np.inf)
            for prior, loss in found.items():
                losses.setdefault((dim, prior), []).append(loss)
        unigram_losses.append(unigram)
    if not losses:
        return None
    unigram, mean = (
        float(np.mean(unigram_losses)),
        {t: float(np.mean(x)) for t, x in losses.items()},
    )
    lowest = min(mean, key=lambda tried: mean[tried])
    gain = unigram - mean[lowest]
    if gain < NOTHING:
        return None
    room = max(ADMISSIBLE * gain, _standard_error(losses[lowest]))
    admissible = [tried for tried in mean if mean[tried] <= mean[lowest] + room]
    dim = max(d for d, _ in admissible)
    margins = _margins(N, dim, [λ for d, λ in admissible if d == dim], parameters, poll)
    chance = closing_by_chance(len(corpus.words), dim)
    prior = _strongest_clear(margins, chance)
    dims = sorted({d for d, _ in mean})
    return (
        dim,
        prior,
        Trials(
            [(d, min(mean[tried] for tried in mean if tried[0] == d)) for d in dims],
            [(λ, mean[d, λ]) for d, λ in mean if d == dim],
            unigram,
            margins[prior],
            chance,
        ),
    )


def _strongest_clear(margins: dict[float, dict[str, float]], chance: float) -> float:
    """The strongest prior whose parallelograms close about as clearly as the clearest of all, by the same
    vectors (V or V + U) and by these more clearly than by the others."""
    preferred = {λ: _preferred(of_prior, chance) for λ, of_prior in margins.items()}
    top, which = max((of_prior[view], view) for of_prior in preferred.values() for view in of_prior)
    return max(
        λ
        for λ, of_prior in preferred.items()
        if of_prior[which] >= max(ABOUT_AS_CLEAR * top, *of_prior.values())
    )


def _preferred(margins: dict[str, float], chance: float) -> dict[str, float]:
    center = margins["center"]
    return {
        **margins,
        "center": center * (PREFERENCE if center >= TIMES_CHANCE * chance else 1),
    }


def _standard_error(losses: list[float]) -> float:
    """The standard error of a mean over folds; 0 of a single one."""
    return float(np.std(losses, ddof=1) / np.sqrt(len(losses))) if len(losses) > 1 else 0.0


def _margins(
    N: sp.csr_array,
    dim: int,
    priors: list[float],
    parameters: dict[str, Any],
    poll: Callable[[float], bool | None],
) -> dict[float, dict[str, float]]:
    """How clearly the parallelograms close after a training with each prior."""
    pairs, margins = Blocks(N), {}
    log_q = log_unigram(pairs.m, parameters["smoothing"])
    start = spectrum(N, dim, np.random.default_rng(parameters["seed"]), poll=lambda: poll(0.0))
    for prior in priors:
        V, U = start.shrunk(prior)
        newton(
            pairs,
            V,
            U,
            log_q,
            epochs=parameters["epochs"],
            learning_rate=parameters["learning_rate"],
            prior=prior,
            tolerance=parameters["tolerance"],
            report=lambda step, now, freeze: False,
            poll=poll,
        )
        margins[prior] = {"center": closing(V), "sum": closing(V + U)}
    return margins
