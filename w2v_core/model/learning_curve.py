"""How much text is needed? What nested parts of a text teach, and what more of it would.

A tenth of the text, by whole documents or blocks, is held out. Of the rest, an eighth, a quarter, a half
and all are learned from, each part holding the one before. Each gives the exact loss on what was kept
out, and, trained once more on its halves, how many of the nearest words other texts of its length are
expected to have as well (``model.certainty``). Curves go through these points, and on beyond the last:

- loss(n) = a + b · n^(−c), a power law with a floor (Hestness and others 2017), in the number n of words
- shares of neighbours found again, and of sure words: their log-odds are linear in log n, as the odds that
  two texts agree grow about evenly with their length (``model.recurrence``)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from w2v_core.model.certainty import MOST_BYTES, SURE, Certainty
from w2v_core.model.skipgram import SkipGram
from w2v_core.model.split_trainings import Halves
from w2v_core.model.stability import TOLERANCE
from w2v_core.model.trainers import new_model
from w2v_core.text.corpus import Corpus
from w2v_core.text.halves import deal_halves
from w2v_core.text.pairs import count_pairs

PARTS = (1 / 8, 1 / 4, 1 / 2, 1.0)
RELIABLE = 0.8
"""A word is learned reliably if at least one of its neighbours is expected in more than this "
    "share of texts
like this one."""
ASKED = 1_000  # of the most frequent words
NEAREST = 10
FEWEST_UNITS = 40  # documents; a text of fewer is cut into blocks instead
BLOCKS = 160
KEPT_OUT = 0.1
_SPREAD = 400  # words of all other ranks, to find the frequency from which words are learnt
_FEW = (
    0.1  # a frequency below which fewer words than this share have an answer to rely on is too low
)
_POWERS = np.linspace(0.1, 1.0, 91)
_FIT_NOISE = 0.004  # nats a pair by which trainings differ that learn from equally long parts
_STEEPEST = 2.5  # that odds of sure words may grow with log n
_OWN = 0.25  # chosen on two of the texts of tests/benchmarks/forecast.py
_DRAWS = 400


@dataclass(frozen=True)
class LearningCurve:
    """What nested parts of a text teach.

    Attributes
    ----------
    sizes : int (parts,)
        Words learned from.
    losses : float (parts,)
        Exact loss on the held-out text, nats per pair.
    again : float (parts,)
        The mean share of their ten nearest that the ``asked`` most frequent words are expected to have in
        other texts of this length, 0 to 1.
    sure : int (parts,)
        How many of these words are reliable (``RELIABLE``).
    asked : int
    total : int
        Words of the whole text.
    rarest : int
        Words that occur less often than this cannot be learnt yet (see ``rarest_learnt``).
    documents : bool
        Whether the parts are of whole documents.
    """

    sizes: list[int]
    losses: list[float]
    again: list[float]
    sure: list[int]
    asked: int
    total: int
    rarest: int
    documents: bool


@dataclass(frozen=True)
class Forecast:
    """A value that is expected, and the range that it is expected in."""

    value: float
    low: float
    high: float


def learning_curve(
    model: SkipGram,
    corpus: Corpus,
    documents: np.ndarray | None = None,
    splits: int = 4,
    seed: int = 0,
    callback: Callable[[float, str], bool | None] | None = None,
) -> LearningCurve:
    """Train on nested parts of a text, and on halves of each.

    Parameters
    ----------
    model : SkipGram
        Trained on ``corpus``: its settings, chosen ones included, are used.
    corpus : Corpus
    documents : int (n_sentences,), optional
        Which document each sentence belongs to.
    splits : int
        Of each part into halves.
    seed : int
    callback : callable, optional
        Called several times a second with the share done (0 to 1) and what is being done; True stops.

    Raises
    ------
    ValueError
        when the corpus is not the model's, or is too short to be cut into parts.
    InterruptedError
        when the callback stopped it.
    """
    if corpus.words != model.words:
        raise ValueError(
            "The vocabulary of this text differs from that of the model. Use the text of the model."
        )
    lengths = np.diff(corpus.sentence_starts)
    if len(lengths) < BLOCKS:
        raise ValueError(
            f"This text has {len(lengths):,} sentences. At least {BLOCKS} are needed to draw a "
            "curve."
        )
    if documents is not None and len(np.unique(documents)) < FEWEST_UNITS:
        documents = None
    rng = np.random.default_rng([seed, 5])
    rank = _ranks(lengths, documents, rng)
    out = rank >= 1 - KEPT_OUT
    trainings = len(PARTS) * (1 + 2 * splits)
    done = 0

    def trained(mask: np.ndarray, test: np.ndarray | None, what: str) -> SkipGram:
        nonlocal done

        def told(share: float) -> bool:
            return callback is not None and bool(callback((done + share) / trainings, what))

        again = _trained(model, corpus, mask, test, int(rng.integers(1 << 31)), told)
        done += 1
        return again

    kept_out = _pairs(model, corpus, out)
    n_words, d = model.V.shape
    kept = min(n_words, max(1, MOST_BYTES // (4 * splits * d * 2)))
    sizes, losses, mean, sure = [], [], [], []
    asked = np.arange(min(ASKED, kept))
    for part in PARTS:
        mask = rank < part * (1 - KEPT_OUT)
        what = f"Training on {part:.0%} of the text"
        whole = trained(mask, kept_out, what)
        V, U = np.zeros((2, splits, 2, kept, d), np.float16)
        present = np.zeros((splits, 2, kept), bool)
        inside = np.flatnonzero(mask)
        of_part = None if documents is None else documents[inside]
        for split, first in enumerate(deal_halves(lengths[inside], of_part, splits, seed)):
            for half, chosen in enumerate((inside[first], inside[~first])):
                one = np.zeros(len(lengths), bool)
                one[chosen] = True
                again = trained(one, None, f"{what}: half {2 * split + half + 1} of {2 * splits}")
                V[split, half], U[split, half] = again.V[:kept], again.U[:kept]
                present[split, half] = np.isin(np.arange(kept), corpus.ids[np.repeat(one, lengths)])
        certainty = Certainty(whole, Halves(V, U, present))
        shares = certainty.shares(asked, NEAREST)
        sizes.append(int(lengths[mask].sum()))
        losses.append(float(whole.held_out_curve[-1]))
        mean.append(float(shares.mean()))
        sure.append(int((shares.max(axis=1) > RELIABLE).sum()))
    spread = np.unique(np.linspace(0, kept - 1, min(_SPREAD, kept)).astype(np.int64))
    best = certainty.shares(spread, NEAREST).max(axis=1)
    return LearningCurve(
        sizes,
        losses,
        mean,
        sure,
        len(asked),
        int(lengths.sum()),
        rarest_learnt(corpus.counts[spread], best >= SURE),
        documents is not None,
    )


def _ranks(lengths: np.ndarray, documents: np.ndarray | None, rng) -> np.ndarray:
    """float (n_sentences,), 0 to 1: the share of the text that comes before a sentence's document or block,
    these being taken in random order."""
    if documents is None:
        middles = np.cumsum(lengths) - lengths / 2
        labels = (middles * (BLOCKS / max(int(lengths.sum()), 1))).astype(np.int64)
    else:
        labels = documents
    _, labels = np.unique(labels, return_inverse=True)
    sizes = np.bincount(labels, lengths)
    order = rng.permutation(len(sizes))
    before = np.empty(len(sizes))
    before[order] = np.cumsum(sizes[order]) - sizes[order] / 2
    return (before / sizes.sum())[labels]


def _pairs(model: SkipGram, corpus: Corpus, mask: np.ndarray, poll=None):
    weighting, subsample = (
        model.chosen.get(name, getattr(model, name)) for name in ("weighting", "subsample")
    )
    return count_pairs(
        corpus, model.window, weighting, subsample, sentence_weights=mask, callback=poll
    )


def _trained(model: SkipGram, corpus: Corpus, mask, kept_out, seed: int, told) -> SkipGram:
    used = {**model.get_params(), **model.chosen}
    parameters = {name: used[name] for name in model.get_params()}
    parameters |= {
        "tolerance": max(parameters["tolerance"] or 0.0, TOLERANCE),
        "held_out": 0.0,
        "count_vectors": False,
        "seed": seed,
    }
    N = _pairs(model, corpus, mask, lambda share: told(0.0))
    if not N.nnz or (kept_out is not None and not kept_out.nnz):
        raise ValueError("This text is too short to be cut into parts.")
    again = new_model(parameters).fit(corpus, pairs=(N, kept_out), poll=told)
    if again.stopped:
        raise InterruptedError("The training on parts of the text was stopped.")
    return again


def rarest_learnt(counts: np.ndarray, learnt: np.ndarray) -> int:
    """The frequency below which hardly a word is learnt: the largest of these counts such that fewer than
    a tenth of the words less frequent have an answer that may be relied on; 1 where there is none.

    Parameters
    ----------
    counts : int (words,)
    learnt : bool (words,)
    """
    order = np.argsort(counts, kind="stable")
    below = np.cumsum(learnt[order]) - learnt[order]
    share = below / np.maximum(np.arange(len(order)), 1)
    few = np.flatnonzero((share < _FEW) & (np.arange(len(order)) >= 10))
    return int(counts[order][few[-1]]) if len(few) else 1


def forecast_loss(curve: LearningCurve, size: float) -> Forecast:
    """The loss on held-out text after learning from ``size`` words, nats per pair: a + b n^(−c),
    with a, b ≥ 0 and c from .1 to 1; the range is over all c that fit within the noise of trainings."""
    n, y = np.array(curve.sizes, float), np.array(curve.losses)
    weight = np.array(curve.sizes, float) ** 0.5  # what is nearest to the forecast counts most
    weight /= weight.sum()
    values, misfits = [], []
    for c in _POWERS:
        x = n**-c
        mean_x, mean_y = weight @ x, weight @ y
        b = max(float(weight @ ((x - mean_x) * (y - mean_y)) / (weight @ (x - mean_x) ** 2)), 0.0)
        a = float(mean_y - b * mean_x)
        if a < 0:
            a, b = 0.0, float(weight @ (x * y) / (weight @ x**2))
        values.append(a + b * size**-c)
        misfits.append(float(np.sqrt(weight @ (a + b * x - y) ** 2)))
    best = int(np.argmin(misfits))
    fits = np.array(values)[np.array(misfits) <= misfits[best] + _FIT_NOISE]
    return Forecast(values[best], float(fits.min()), float(fits.max()))


def forecast_again(curve: LearningCurve, size: float) -> Forecast:
    """The mean share of the ten nearest words that other texts as long as ``size`` words are expected to
    have, 0 to 1; the range is over fits that leave out one part each, and over odds that grow by half as
    much, or by half as much again, as the text does.

    Its odds are expected to double with the text (``model.recurrence``); what the parts show beside that
    counts for ``_OWN`` of their growth."""
    n, p = np.log(np.array(curve.sizes, float)), np.array(curve.again)
    weight = np.exp(0.5 * (n - n[-1]))
    at, every = np.log(size), np.arange(len(n))
    value = _logistic(n, p[None], weight[None], at, _OWN)[0]
    left = [
        _logistic(n[every != i], p[None, every != i], weight[None, every != i], at, _OWN)[0]
        for i in every
    ]
    left += [_logistic(n, p[None], weight[None], at, 0.0, slope)[0] for slope in (0.5, 1.5)]
    return Forecast(float(value), float(min(value, *left)), float(max(value, *left)))


def forecast_sure(curve: LearningCurve, size: float) -> Forecast | None:
    """The share of the asked words that will be reliable after learning from ``size`` words, 0 to 1; the
    range holds four fifths of what binomial chance would give. None where fewer than two parts
    have reliable words: then nothing can be said."""
    n, k = np.log(np.array(curve.sizes, float)), np.array(curve.sure, float)
    if (k > 0).sum() < 2:
        return None
    rng = np.random.default_rng(0)
    draws = rng.binomial(curve.asked, np.clip(k / curve.asked, 0, 1), (_DRAWS, len(k)))
    counts = np.concatenate([k[None], draws])
    p = (counts + 0.5) / (curve.asked + 1)
    weight = p * (1 - p) * np.exp(0.5 * (n - n[-1]))
    found = _logistic(n, p, weight, np.log(size))
    low, high = np.quantile(found[1:], [0.1, 0.9])
    value = float(found[0])
    return Forecast(value, float(min(low, value)), float(max(high, value)))


def _logistic(
    n: np.ndarray,
    p: np.ndarray,
    weight: np.ndarray,
    at: float,
    own: float = 1.0,
    usual: float = 1.0,
) -> np.ndarray:
    """Of shares (draws, parts) at log sizes n, the share expected at ``at``, float (draws,). The slope of
    the log-odds is their ``own`` to this share, for the rest the ``usual`` one."""
    weight = weight / weight.sum(axis=1, keepdims=True)
    p = np.clip(p, 1e-4, 1 - 1e-4)
    odds = np.log(p / (1 - p))
    mean_n, mean_odds = (weight * n).sum(axis=1), (weight * odds).sum(axis=1)
    away = n - mean_n[:, None]
    slope = (weight * away * odds).sum(axis=1) / (weight * away**2).sum(axis=1)
    slope = own * np.clip(slope, 0, _STEEPEST) + (1 - own) * usual
    return 1 / (1 + np.exp(-(mean_odds + slope * (at - mean_n))))
