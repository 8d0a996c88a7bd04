"""A comparison of the contexts that two models expect around one word."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class ContextRatios:
    """The contexts that two models expect around one word, over the shared words.

    ``log_ratio`` float (n,): log p_A(w|c) − log p_B(w|c), nats, positive if A expects w more;
    ``weight`` ½ (p_A + p_B), summing to 1.
    """

    log_ratio: np.ndarray
    weight: np.ndarray

    def strongest(self, n: int, toward_a: bool) -> np.ndarray:
        """Rows of the n strongest toward one side, by √weight · |log-ratio|, so that no rare word comes
        first by its ratio alone."""
        strength = np.sqrt(self.weight) * np.where(
            (self.log_ratio > 0) == toward_a, np.abs(self.log_ratio), 0
        )
        rows = np.argsort(-strength, kind="stable")[:n]
        return rows[strength[rows] > 0]


def context_ratios(
    p_a: np.ndarray,
    p_b: np.ndarray,
    q_a: np.ndarray | None = None,
    q_b: np.ndarray | None = None,
) -> ContextRatios:
    """Log-ratios of the contexts of a word in A compared with B.

    Parameters
    ----------
    p_a, p_b : float (n,)
        p(w|c) of the shared words in each; scaled to sum to 1 over them.
    q_a, q_b : float (n,), optional
        Overall frequencies of these words in each. The ratios are then those of p/q, so that a word that
        is more frequent everywhere in A does not count as a context specific to c in A.
    """
    p_a, p_b = (np.maximum(np.asarray(p, np.float64), 1e-12) for p in (p_a, p_b))
    p_a, p_b = p_a / p_a.sum(), p_b / p_b.sum()
    ratio = np.log(p_a / p_b)
    if q_a is not None and q_b is not None:
        q_a, q_b = (np.maximum(np.asarray(q, np.float64), 1e-12) for q in (q_a, q_b))
        ratio = ratio - np.log((q_a / q_a.sum()) / (q_b / q_b.sum()))
    return ContextRatios(ratio, 0.5 * (p_a + p_b))
