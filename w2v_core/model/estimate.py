"""How long a training will take and how much memory it needs, before it starts."""

from __future__ import annotations

import functools
import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from w2v_core.model.skipgram import SkipGram
from w2v_core.model.softmax import BLOCK
from w2v_core.text.corpus import Corpus

_READ = 8e6  # bytes a second: tokenise and encode
_COUNT = 12e6  # pairs a second
_EXP = 4e-9  # seconds a score, exp and what is done to it element by element
_ENTRY = 30e-9  # seconds a non-zero of N and pass
_SGD_SHARE = 0.35  # of the machine's matrix product rate that small batches reach
_SGD_BATCH = 60e-6  # seconds a minibatch costs on top
_START = 1.0  # a worker's start, saving
_BASE = 250e6  # bytes: Python and its libraries
_USUAL_PASSES = 20  # newton's tolerance ends most trainings about here


@dataclass(frozen=True)
class Estimate:
    """Expected seconds in all, and the largest memory in bytes; right to a factor of two or so."""

    seconds: float
    memory: float


@functools.cache
def matrix_product_rate() -> float:
    """float32 operations a second of this machine's matrix product, measured once, in 0.1 s."""
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
    return float(np.median(rates))


def count_weight(corpus: Corpus, window: int | str) -> float:
    """About how many pairs the text has, unweighted."""
    lengths = np.diff(corpus.sentence_starts).astype(np.float64)
    reach = lengths - 1 if window == "sentence" else np.minimum(2.0 * window, lengths - 1)
    return float(lengths @ reach)


def _counting_work(corpus: Corpus, window: int | str, pairs: float) -> float:
    """What counting goes through: every pair, or, sentence by sentence, every pair of words."""
    if window != "sentence":
        return pairs
    distinct = np.minimum(np.diff(corpus.sentence_starts), len(corpus.words)).astype(np.float64)
    return float(distinct @ distinct)


def estimate(corpus: Corpus, model: SkipGram) -> Estimate:
    """What training this model on this corpus will take here.

    Raises
    ------
    ValueError
        when the vocabulary cannot carry the model (see ``SkipGram.choose``).
    """
    n_words = len(corpus.words)
    pairs = count_weight(corpus, model.window)
    used: dict[str, Any] = {**model.get_params(), **model.choose(n_words, pairs)}
    dim, flops = used["dim"], matrix_product_rate()
    work = _counting_work(corpus, model.window, pairs)
    entries = min(float(n_words) ** 2, 0.4 * work)
    forward = 2 * n_words**2 * dim / flops + n_words**2 * _EXP
    if model.solver == "newton":
        passes = min(used["epochs"], _USUAL_PASSES) if model.tolerance > 0 else used["epochs"]
        a_pass = 3 * forward + entries * _ENTRY
    else:
        passes = used["epochs"]
        a_pair = 6 * n_words * dim / (_SGD_SHARE * flops) + n_words * _EXP
        a_pass = forward + pairs * (a_pair + _SGD_BATCH / used["batch_size"])
    text_bytes = int(corpus.sentence_bytes[-1, 1]) if corpus.n_sentences else 0
    seconds = _START + text_bytes / _READ + work / _COUNT + passes * a_pass
    memory = (
        _BASE
        + 12 * corpus.n_tokens
        + 36 * entries
        + 8 * 4 * n_words * dim
        + 3 * 4 * n_words * min(BLOCK, n_words)
        + (16 * pairs if model.solver == "sgd" else 0)
    )
    return Estimate(seconds, memory)
