"""Why a : b is like c : d: the log-ratios of the context words that carry it change in the same way.

Scores are log probabilities up to a constant, so for every context word w

    x = log p(w|b)/p(w|a) = u_w · (v_b − v_a) − (log Z_b − log Z_a)
    y = log p(w|d)/p(w|c) = u_w · (v_d − v_c) − (log Z_d − log Z_c)

(the anchor log q cancels). For a parallel relation, the points form a cloud along the diagonal, and the
words at its two ends are the reasons. Words are weighted by their mean probability over the four words,
¼ Σ p, so that rare words have little influence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

NULL_DRAWS = 500
SMOOTHING = 1.0
"""Number of pairs added to each row of N, distributed like the output words: p(w|c) of a rare word c is
then close to the unigram distribution."""
_BLOCK = 256  # words whose |W| scores are in memory at once: 10 MB at 10,000 words


@dataclass(frozen=True)
class LogRatios:
    """The context words of a : b :: c : d.

    Attributes
    ----------
    x, y : float64 (|W|,)
        log p(w|b)/p(w|a) and log p(w|d)/p(w|c), nats.
    weight : float64 (|W|,)
        ¼ (p(w|a) + p(w|b) + p(w|c) + p(w|d)), summing to 1.
    r : float
        The weighted correlation of x and y.
    """

    x: np.ndarray
    y: np.ndarray
    weight: np.ndarray
    r: float

    @property
    def strength(self) -> np.ndarray:
        """√w · min(|x|, |y|) if x and y have the same sign, else 0; reasons are ordered by it."""
        together = np.where(self.x * self.y > 0, np.minimum(np.abs(self.x), np.abs(self.y)), 0)
        return np.sqrt(self.weight) * together

    def toward(self, n: int = 10) -> np.ndarray:
        """Rows of the strongest words that both pairs are pulled toward, strongest first."""
        return self._strongest(self.x > 0, n)

    def away(self, n: int = 10) -> np.ndarray:
        """Rows of the strongest words that both pairs are pushed away from, strongest first."""
        return self._strongest(self.x < 0, n)

    def _strongest(self, side: np.ndarray, n: int) -> np.ndarray:
        strength = np.where(side, self.strength, 0)
        order = np.argsort(-strength, kind="stable")[:n]
        return order[strength[order] > 0]


def log_probabilities(V: np.ndarray, U: np.ndarray, log_q: np.ndarray, rows) -> np.ndarray:
    """log p(w|c) for the words in these rows, float64 (rows, |W|), including constants."""
    s = V[rows] @ U.T + log_q
    top = s.max(axis=1, keepdims=True)
    s -= top
    return s.astype(np.float64) - np.log(np.exp(s).sum(axis=1, keepdims=True, dtype=np.float64))


def weighted_correlation(x: np.ndarray, y: np.ndarray, weight: np.ndarray) -> float:
    """Pearson's r with weights; 0 if x or y does not vary."""
    weight = weight / weight.sum()
    x, y = x - weight @ x, y - weight @ y
    spread = float(np.sqrt((weight @ x**2) * (weight @ y**2)))
    return float(weight @ (x * y)) / spread if spread > 1e-12 else 0.0


def log_ratios(log_p: np.ndarray) -> LogRatios:
    """Compute the log-ratios from log p(w|·) of a, b, c and d, float (4, |W|), as returned by
    ``log_probabilities`` or ``corpus_log_probabilities``."""
    a, b, c, d = log_p
    weight = np.exp(log_p).mean(axis=0)
    x, y = b - a, d - c
    return LogRatios(x, y, weight, weighted_correlation(x, y, weight))


def null_correlations(
    V: np.ndarray,
    U: np.ndarray,
    log_q: np.ndarray,
    rows: Sequence[int],
    draws: int = NULL_DRAWS,
    seed: int = 0,
) -> np.ndarray:
    """The null distribution: r of a → b with random pairs, weighted in the same way, float64 (draws,).

    Parameters
    ----------
    V, U : float (|W|, d)
    log_q : float (|W|,)
    rows : four ints
        Rows of a, b, c, d in a vocabulary sorted by frequency. Each random pair has about the frequencies
        of c → d: ranks from half to twice those of c and d.
    draws, seed : int
    """
    n_words = len(V)
    rng = np.random.default_rng(seed)
    ab = log_probabilities(V, U, log_q, list(rows[:2]))
    x, p_ab = ab[1] - ab[0], np.exp(ab).sum(axis=0)
    x2 = x**2
    pairs = np.empty((draws, 2), np.int64)
    for column, row in enumerate(rows[2:]):
        low, high = row // 2, min(2 * row + 20, n_words - 1)
        pairs[:, column] = rng.integers(low, high + 1, draws)
    r = np.empty(draws)
    half = _BLOCK // 2
    for first in range(0, draws, half):
        part = pairs[first : first + half]
        s = V[part.ravel()] @ U.T + log_q
        s -= s.max(axis=1, keepdims=True)
        # The constants of log p do not matter to r, so that one exp of float32 will do.
        y = np.subtract(s[1::2], s[0::2], dtype=np.float64)
        p = np.exp(s, out=s)
        share = 0.25 / p.sum(axis=1, dtype=np.float64)
        weight = p_ab / 4 + p[0::2] * share[0::2, None] + p[1::2] * share[1::2, None]
        # weighted_correlation for all at once
        weight_y = weight * y
        mean_x, mean_y = weight @ x, weight_y.sum(axis=1)
        xy = weight_y @ x - mean_x * mean_y
        xx = weight @ x2 - mean_x**2
        yy = np.einsum("ij,ij->i", weight_y, y) - mean_y**2
        r[first : first + half] = xy / np.sqrt(np.maximum(xx * yy, 1e-24))
    return r


def corpus_log_probabilities(
    N: sp.csr_array, rows: Sequence[int], smoothing: float = SMOOTHING
) -> np.ndarray:
    """The log of the smoothed relative frequencies in the corpus, (N(c,w) + s·q_w) / (n_c + s), float64
    (rows, |W|), with q ∝ m + 1, the frequency of the output words, and s pairs of smoothing."""
    m = N.sum(axis=0, dtype=np.float64) + 1
    counts = N[list(rows)].toarray().astype(np.float64)
    smoothed = counts + smoothing * m / m.sum()
    return np.log(smoothed / smoothed.sum(axis=1, keepdims=True))


def shared_reasons(
    ratios: LogRatios, words: Sequence[str], b: str, d: str, n: int = 6, null=None
) -> str:
    """A sentence that names the contexts toward which, and away from which, both words are pulled.

    Parameters
    ----------
    ratios : LogRatios
    words : sequence of str
        The vocabulary.
    b, d : str
        The second words of the two pairs.
    n : int
        The number of reasons named on each side.
    null : float (draws,), optional
        r of random pairs. If at least a twentieth of them reach the analogy's own r, the sentence says
        so first.
    """
    toward = ", ".join(words[row] for row in ratios.toward(n))
    away = ", ".join(words[row] for row in ratios.away(n))
    parts = [f"towards {toward}"] * bool(toward) + [f"away from {away}"] * bool(away)
    if not parts:
        return (
            f"{d} and {b} have no reason in common: no context word pulls both in the same "
            "direction."
        )
    text = f"{d} and {b} are both pulled {', '.join(parts)}."
    if null is not None and (null >= ratios.r).mean() > 0.05:
        text = f"The two are hardly alike (r = {ratios.r:.2f}, no more than random pairs). {text}"
    return text
