"""A model's prediction around one word, step by step from the score to the probability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from w2v_core.model.skipgram import SkipGram
from w2v_core.model.softmax import cross_entropy, log_sum_exp, scores, softmax


@dataclass(frozen=True)
class Prediction:
    """For every output word w, float64 (|W|,): ``dots`` v_c · u_w, ``anchors`` log q_w (None in the
    notes' model), ``scores`` their sum, ``exps`` exp(score), ``p`` = p(w|c); ``total`` is Σ exp."""

    dots: np.ndarray
    anchors: np.ndarray | None
    scores: np.ndarray
    exps: np.ndarray
    total: float
    p: np.ndarray

    def top(self, n: int, include: tuple[int, ...] = ()) -> list[int]:
        """Rows of the n most probable words and of the words to include, most probable first."""
        first = np.argsort(-self.p, kind="stable")
        chosen = list(dict.fromkeys(include))[:n]
        chosen += [row for row in first[: n + len(chosen)].tolist() if row not in chosen]
        return sorted(chosen[:n], key=lambda row: -self.p[row])


def predict(model: SkipGram, c: int, o: int | None = None, added: float = 0.0) -> Prediction:
    """The model's prediction around the word in row c, with the score of o raised by ``added``."""
    v, U = model.V[c].astype(np.float64), model.U.astype(np.float64)
    log_q = model.log_q.astype(np.float64) if model.anchored else None
    dots = scores(v, U)
    if o is not None:
        dots[o] += added
    s = dots if log_q is None else dots + log_q
    exps = np.exp(s)
    return Prediction(dots, log_q, s, exps, float(exps.sum()), softmax(s))


def most_raised(now: Prediction, c: int, counts: np.ndarray) -> int:
    """The row, other than c, about which the center word is most informative: its probability is raised
    above its share q of the text, and it is not rare. It has the largest √p · log p/q, by which reasons
    are ordered too."""
    share = np.log((counts + 1.0) / (counts + 1.0).sum())
    told = np.sqrt(now.p) * (np.log(np.maximum(now.p, 1e-300)) - share)
    told[c] = -np.inf
    return int(told.argmax())


def least_expected(now: Prediction, without: Sequence[int], counts: np.ndarray) -> int:
    """The row with the lowest probability among words of at least mean frequency, excluding ``without``."""
    p = np.where(counts >= min(counts.mean(), np.median(counts) * 4), now.p, np.inf)
    p[list(without)] = np.inf
    best = int(p.argmin())
    if np.isfinite(p[best]):
        return best
    return next((row for row in range(len(p)) if row not in without), 0)


def error_of(s: np.ndarray, o: int) -> np.ndarray:
    """ŷ − y (|W|,), the gradient of the cross entropy by the scores."""
    error = softmax(s)
    error[o] -= 1
    return error


def blind_loss(n_words: int) -> float:
    """The loss in nats of a model that gives every word the same probability, log |W|."""
    return cross_entropy(np.zeros(n_words), 0)


def pair_losses(
    V: np.ndarray, U: np.ndarray, c: np.ndarray, o: np.ndarray, log_q: np.ndarray | None = None
) -> np.ndarray:
    """−log p(o|c) in nats of each pair (pairs,)."""
    s = scores(V[c], U, log_q)
    return log_sum_exp(s) - s[np.arange(len(o)), o]
