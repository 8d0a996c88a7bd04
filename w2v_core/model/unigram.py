"""The unigram model, which ignores contexts: it predicts words by their frequency alone."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from w2v_core.text.corpus import Corpus
from w2v_core.text.counted_text import CountedText

SMOOTHING = 5.0
"""Number of pairs added to every output word in long texts, where it hardly matters."""
TRIED = (1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 15.0, 20.0, 30.0, 50.0, 70.0, 100.0, 150.0, 200.0)
MOST_TOKENS = 300_000  # a text in which each sentence is left out in turn


def unigram(m: np.ndarray, smoothing: float = SMOOTHING) -> np.ndarray:
    """q = (m + α) / Σ(m + α), float64 (|W|,): the distribution of output words.

    Parameters
    ----------
    m : float (|W|,)
        The pairs of each output word, which are the column sums of N; without a text, the word counts.
    smoothing : float
        α, pairs.
    """
    smoothed = np.asarray(m, np.float64) + smoothing
    return smoothed / smoothed.sum()


def log_unigram(m: np.ndarray, smoothing: float = SMOOTHING) -> np.ndarray:
    """log q, float32 (|W|,), the anchor of the scores."""
    return np.log(unigram(m, smoothing)).astype(np.float32)


def choose_smoothing(corpus: Corpus | CountedText, m: np.ndarray) -> float:
    """Choose α by leaving out one sentence at a time: the value in ``TRIED`` with which the pairs of the
    other sentences predict the pairs of each sentence best. It is about 100 at 500 words, 10 at 5,000, and
    5 from 20,000 on. Compared with α = 1, held-out sentences of a text of 500 words are predicted better by
    0.6 nats per pair.

    Parameters
    ----------
    corpus : Corpus or CountedText
        The second is of a text that is longer than ``MOST_TOKENS``.
    m : float (|W|,)
        The pairs of each output word. Each occurrence counts with the word's mean number of pairs.
    """
    if isinstance(corpus, CountedText) or len(corpus.ids) > MOST_TOKENS:
        return SMOOTHING
    m = np.asarray(m, np.float64)
    shape = (corpus.n_sentences, len(corpus.words))
    ones = np.ones(len(corpus.ids))
    here = sp.csr_array((ones, corpus.ids, corpus.sentence_starts), shape=shape, copy=True)
    here.sum_duplicates()
    pairs = here.data * (m / corpus.counts)[here.indices]
    rows = np.repeat(np.arange(shape[0]), np.diff(here.indptr))
    elsewhere = np.maximum(m[here.indices] - pairs, 0)
    total = m.sum() - np.bincount(rows, pairs, shape[0])[rows]

    def loss(smoothing: float) -> float:
        q = (elsewhere + smoothing) / (total + smoothing * shape[1])
        return -float(pairs @ np.log(q))

    return min(TRIED, key=loss)


def unigram_loss(N: sp.csr_array, smoothing: float = SMOOTHING) -> float:
    """−Σ_o (m_o / Σm) log q_o, nats per pair: the loss of p(o|c) = q_o for every center word c, with
    the smoothed q that anchors the scores. The difference between it and the loss of a trained model is
    what that model has learned from contexts.

    Parameters
    ----------
    N : sparse (|W|, |W|)
        Counts of the training pairs, at least one.
    smoothing : float
        α, pairs.
    """
    return unigram_loss_of(N.sum(axis=0, dtype=np.float64), smoothing)


def unigram_loss_of(m: np.ndarray, smoothing: float = SMOOTHING) -> float:
    """The same from the pairs of each output word, float64 (|W|,)."""
    return float(-(m / m.sum()) @ log_unigram(m, smoothing).astype(np.float64))
