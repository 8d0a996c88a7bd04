"""The model that knows no contexts: every word is followed by words as they are frequent."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from w2v_core.text.corpus import Corpus

SMOOTHING = 5.0
"""Pairs added to every output word's count in long texts, where it hardly matters."""
TRIED = (1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 15.0, 20.0, 30.0, 50.0, 70.0, 100.0, 150.0, 200.0)
MOST_TOKENS = 300_000  # a text in which each sentence is left out in turn


def unigram(m: np.ndarray, smoothing: float = SMOOTHING) -> np.ndarray:
    """q = (m + α) / Σ(m + α), float64 (|W|,): the distribution of output words.

    Parameters
    ----------
    m : float (|W|,)
        The pairs of each output word, the column sums of N; without a text, the words' counts.
    smoothing : float
        α, pairs.
    """
    smoothed = np.asarray(m, np.float64) + smoothing
    return smoothed / smoothed.sum()


def log_unigram(m: np.ndarray, smoothing: float = SMOOTHING) -> np.ndarray:
    """log q, float32 (|W|,), the anchor of the scores."""
    return np.log(unigram(m, smoothing)).astype(np.float32)


def choose_smoothing(corpus: Corpus, m: np.ndarray) -> float:
    """α by leaving one sentence out: of ``TRIED``, the one with which the pairs of the other sentences
    predict those of each sentence best. About 100 at 500 words, 10 at 5,000, 5 from 20,000 on. Against
    α = 1, sentences kept back of 500 words are predicted better by 0.6 nats a pair.

    Parameters
    ----------
    corpus : Corpus
    m : float (|W|,)
        The pairs of each output word. An occurrence in a sentence counts as the word's mean.
    """
    if len(corpus.ids) > MOST_TOKENS:
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
    the smoothed q that anchors the scores. What a trained model has below it, it has learned from
    contexts.

    Parameters
    ----------
    N : sparse (|W|, |W|)
        Counts of the training pairs, at least one.
    smoothing : float
        α, pairs.
    """
    m = N.sum(axis=0, dtype=np.float64)
    return float(-(m / m.sum()) @ log_unigram(m, smoothing).astype(np.float64))
