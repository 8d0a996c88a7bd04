"""Trained vectors used for other tasks: predicting a missing word, and a better starting point."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from w2v_core.lessons.prediction import pair_losses
from w2v_core.model.softmax import batch_gradients, scores, softmax


def missing_word(
    V: np.ndarray,
    U: np.ndarray,
    context: Sequence[int],
    log_q: np.ndarray | None = None,
    de_embedding: str = "output",
) -> np.ndarray:
    """p(w | context) float (|W|,): the distribution of a missing word, given the words around it.

    The context's center vectors are added up to a hidden vector h. Its scores are U h (+ log q) or
    V h (+ log q), and their softmax is the answer. With U and log q this is Bayes' rule applied to the
    context words' own p(w|c), assuming independence: p(w) Π p(w|c)/p(w).

    Parameters
    ----------
    V, U : (|W|, d)
    context : sequence of int
        Rows of the words around it.
    log_q : (|W|,), optional
    de_embedding : "output" or "center"
        The matrix that maps h to scores: U, or V as in the notes.
    """
    h = V[list(context)].sum(axis=0)
    return softmax(scores(h, U if de_embedding == "output" else V, log_q))


def fine_tune(
    V: np.ndarray,
    U: np.ndarray,
    pairs: Sequence[tuple[int, int]],
    learning_rate: float,
    epochs: int,
    log_q: np.ndarray | None = None,
) -> list[float]:
    """Mean loss (nats per pair) of a few pairs before each full-batch step, and after the last.

    V and U are copied and never changed.
    """
    V, U = V.copy(), U.copy()
    c, o = np.array(pairs).T
    losses = [float(pair_losses(V, U, c, o, log_q).mean())]
    for _ in range(epochs):
        gradient_v, gradient_U = batch_gradients(V, U, c, o, log_q)
        np.subtract.at(V, c, V.dtype.type(learning_rate) * gradient_v)
        U -= V.dtype.type(learning_rate) * gradient_U
        losses.append(float(pair_losses(V, U, c, o, log_q).mean()))
    return losses
