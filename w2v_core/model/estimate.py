"""Estimates of the time and memory that a training needs, made before it starts."""

from __future__ import annotations

import functools
import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from w2v_core.model.bands import BLOCK_BYTES, FEWEST_BANDS
from w2v_core.model.beyond_frequency import folds_of
from w2v_core.model.dimension import dimensions_tried, trial_passes
from w2v_core.model.exact_pass import available_cores
from w2v_core.model.prior import MOST_WORDS
from w2v_core.model.skipgram import SkipGram
from w2v_core.model.vector_views import count_window
from w2v_core.text.corpus import Corpus
from w2v_core.text.pairs import default_subsample, keep_probability
from w2v_core.text.small_vocabulary import default_weighting

_READ = 25e6  # bytes per second: tokenising and encoding
_COUNT = 50e6  # pairs per second
_EXP = 0.8e-9  # seconds per score: exp and other elementwise work, on two cores
_ENTRY = 14e-9  # seconds per non-zero of N and pass, on two cores
_PASS = 5e-3  # further seconds per pass: the optimiser's step, the history
_USUAL_PASSES = 10  # newton's tolerance of 2.5e-3 ends most trainings after 5 to 15 passes
_LONG_PASSES = 30  # with a smaller tolerance
_START_PASSES = 4  # newton's initial vectors take as long as this many passes
_PRIOR_TRIALS = 2.5  # trying priors takes this many times as long as the training
_TRIAL_PASS = 2e-3  # further seconds per pass of a trial
_DIMENSION_TRIALS = 20  # trying dimensions takes this many times as long as the training
_AGAIN = 0.8  # time of a training without held-out sentences, as a share of one with them
_COUNT_VECTORS = 2e-9  # seconds per non-zero and dimension: the decomposition of positive PMI
_SGD_SHARE = 0.7  # share of one core's matrix product rate that small batches reach
_SGD_BATCH = 50e-6  # further seconds per minibatch
_START = 0.7  # seconds: starting a worker, saving
_BASE = 150e6  # bytes: Python and its libraries
_TOKEN_BYTES = 12  # per token of a text that was read
READING_BYTES = 45  # per token while a text is read
_SUMS = 8  # gradients of U that wait to be added up
_NEWTON_ARRAYS = 14  # arrays of the size of V and U: gradients, steps, curvature
_TYPICAL = 0.75  # share of the non-zeros that N would have if words were independent


@dataclass(frozen=True)
class Estimate:
    """Expected total seconds and peak memory in bytes, correct to about a factor of two."""

    seconds: float
    memory: float


@functools.cache
def matrix_product_rate() -> float:
    """float32 operations per second in matrix products on this machine, measured once, in 0.1 s."""
    rng = np.random.default_rng(0)
    a = rng.random((512, 128), dtype=np.float32)
    b = rng.random((128, 2048), dtype=np.float32)
    out = np.empty((512, 2048), np.float32)
    rates = []
    end = time.perf_counter() + 0.1
    while time.perf_counter() < end:
        start = time.perf_counter()
        np.matmul(a, b, out=out)
        rates.append(2 * 512 * 128 * 2048 / (time.perf_counter() - start))
    return max(rates)  # whatever else the machine does meanwhile only slows it


def pair_weight(corpus: Corpus, model: SkipGram) -> float:
    """ΣN approximately as ``model.count`` will find it: frequent words are subsampled, distant pairs
    weigh less, and sentences are held out."""
    n_words = len(corpus.words)
    threshold = default_subsample(n_words) if model.subsample is None else model.subsample
    kept = float(corpus.counts @ keep_probability(corpus, threshold) / corpus.counts.sum())
    learned = 1 - round(model.held_out * corpus.n_sentences) / max(corpus.n_sentences, 1)
    weighting = model.weighting or default_weighting(corpus, model.window)
    return _pairs(corpus, model.window, weighting) * kept**2 * learned


def _pairs(corpus: Corpus, window: int | str, weighting: str = "flat") -> float:
    """The summed weight of the training pairs of the text."""
    lengths = np.diff(corpus.sentence_starts).astype(np.float64)
    if window == "sentence":
        return float(lengths @ (lengths - 1))
    window = int(window)
    of_length = np.bincount(lengths.astype(np.int64))
    length = np.arange(len(of_length), dtype=np.float64)
    distances = range(1, min(window, len(of_length)) + 1)
    weights = {d: (window - d + 1) / window if weighting == "linear" else 1.0 for d in distances}
    return sum(2 * w * float(of_length @ np.maximum(length - d, 0)) for d, w in weights.items())


def _entries(corpus: Corpus, pairs: float) -> float:
    """The approximate number of non-zeros of N: the number for independent words, with words of similar
    frequency grouped, times the typical share."""
    p = corpus.counts / corpus.counts.sum()
    edges = np.unique(np.geomspace(1, len(p) + 1, 200).astype(int)) - 1
    sizes = np.diff(edges)
    p = np.add.reduceat(p, edges[:-1]) / sizes
    return _TYPICAL * float(sizes @ -np.expm1(-pairs * np.outer(p, p)) @ sizes)


def _counting_work(corpus: Corpus, window: int | str, pairs: float) -> float:
    """The number of steps in counting: every pair or, with whole sentences, every pair of words."""
    if window != "sentence":
        return pairs
    distinct = np.minimum(np.diff(corpus.sentence_starts), len(corpus.words)).astype(np.float64)
    return float(distinct @ distinct)


def estimate(corpus: Corpus, model: SkipGram) -> Estimate:
    """Estimate the cost of training this model on this corpus on this machine.

    Raises
    ------
    ValueError
        If the vocabulary is too small for the model (see ``SkipGram.choose``).
    """
    n_words = len(corpus.words)
    pairs, weight = _pairs(corpus, model.window), pair_weight(corpus, model)
    used: dict[str, Any] = {**model.get_params(), **model.choose(n_words, weight)}
    dim, flops, cores = used["dim"], matrix_product_rate(), available_cores()
    tried = dimensions_tried(n_words) if model.tries_dimensions(corpus) else []
    dim = max([dim, *tried])
    twice = 2 if model.held_out else 1  # held-out sentences are counted separately
    entries = _entries(corpus, pairs)
    scores = float(n_words) ** 2
    by_element = (scores * _EXP + entries * _ENTRY) * 2 / cores
    forward = 2 * scores * dim / flops + by_element / 2
    block = min(BLOCK_BYTES, 4 * scores / FEWEST_BANDS)
    vectors = 4 * n_words * dim  # bytes of V or U
    if model.solver == "newton":
        usual = _USUAL_PASSES if used["tolerance"] >= 2e-3 else _LONG_PASSES
        passes = min(used["epochs"], usual) if used["tolerance"] > 0 else used["epochs"]
        a_pass = 6 * scores * dim / flops + by_element + _PASS
        starting = _START_PASSES if model.anchored else 0
        training = once = (starting + passes + 1) * a_pass
        if tried:
            training += trial_passes(corpus) * sum(
                6 * scores * d / flops + by_element + _TRIAL_PASS for d in tried
            )
        elif model.prior is None and model.tries_priors(corpus):
            training *= _PRIOR_TRIALS
        training += folds_of(corpus, model) * once  # without trials, as their choices are known
        state = (2 * _NEWTON_ARRAYS + _SUMS) * vectors
    else:
        a_pair = 6 * n_words * dim / (_SGD_SHARE * flops / cores) + n_words * 2 * _EXP
        an_epoch = forward + _PASS + weight * (a_pair + _SGD_BATCH / used["batch_size"])
        training = used["epochs"] * an_epoch
        state = 8 * vectors + 4 * 4 * n_words * used["batch_size"] + 32 * weight
    text_bytes = int(corpus.sentence_bytes[-1, 1]) if corpus.n_sentences else 0
    counting = twice * _counting_work(corpus, model.window, pairs) / _COUNT
    seconds = _START + text_bytes / _READ + counting + training
    training_bytes = _TOKEN_BYTES * corpus.n_tokens + 24 * entries + state + 2 * cores * block
    if model.count_vectors:
        reach = count_window(model.window)
        far = _pairs(corpus, reach)
        if reach != model.window:
            seconds += _counting_work(corpus, reach, far) / _COUNT
        far_entries = _entries(corpus, far)
        seconds += far_entries * dim * _COUNT_VECTORS
        # Its pairs and their PMI, there and transposed; the arrays of a training are not there yet.
        training_bytes = max(training_bytes, training_bytes - state + 32 * far_entries)
    memory = _BASE + max(READING_BYTES * corpus.n_tokens, training_bytes)
    return Estimate(seconds, memory)


def seconds_again(model: SkipGram, trainings: int, share: float = 1.0) -> float:
    """Expected seconds until a finished model was trained again so many times, each time on this share
    of its text, with the settings that it has and none to be tried: right to a factor of two or so where
    it was trained on a machine like this one."""
    once = model.seconds
    if model.solver != "newton":
        return _START + trainings * share * once
    if model.trials is not None:
        once /= _DIMENSION_TRIALS
    elif model.prior is None and model.anchored and len(model.words) <= MOST_WORDS:
        once /= _PRIOR_TRIALS
    return _START + trainings * _AGAIN * once
