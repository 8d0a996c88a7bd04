"""What trained vectors carry over to other tasks: guessing a missing word, and a better start."""

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
    """p(w | context) float (|W|,): the distribution of a word of which only neighbours are known.

    The context's center vectors are added up to a hidden vector h; its scores are U h (+ log q), or
    V h (+ log q), and their softmax is the answer. With U and log q it is what Bayes' rule makes of the
    words' own p(w|c) when they are taken to be independent: p(w) Π p(w|c)/p(w).

    Parameters
    ----------
    V, U : (|W|, d)
    context : sequence of int
        Rows of the words around it.
    log_q : (|W|,), optional
    de_embedding : "output" or "center"
        The matrix that takes h to scores: U, or V as the notes say.
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
    """Mean loss (nats per pair) of a few pairs before each step on all of them, and after the last.

    V and U are copied, never changed.
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
