"""Which words are more frequent in one text than in another (Dunning 1993)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc


@dataclass(frozen=True)
class Keyness:
    """Words with the difference between their frequencies in two texts.

    ``words``; ``count_a``, ``count_b`` int (n,); ``g2`` the log-likelihood ratio (Dunning 1993), which
    exceeds 3.84 for one word in twenty by chance; ``log_ratio`` log₂ of the ratio of relative frequencies,
    positive if the word is more frequent in A; ``p`` the p-value of G² times the number of words
    (Bonferroni), at most 1.
    """

    words: list[str]
    count_a: np.ndarray
    count_b: np.ndarray
    g2: np.ndarray
    log_ratio: np.ndarray
    p: np.ndarray


def keyness(
    counts_a: dict[str, int], counts_b: dict[str, int], total_a: int, total_b: int
) -> Keyness:
    """Compare the frequencies of words in two texts,

        G² = 2 Σ O log(O / E),   E_A = total_A · (O_A + O_B) / (total_A + total_B)

    over the cells *this word* and *any other word* of both texts; the most different first.

    Parameters
    ----------
    counts_a, counts_b : dict of str → int
        A missing word counts as 0.
    total_a, total_b : int
        The number of running words in each text.
    """
    words = list(dict.fromkeys([*counts_a, *counts_b]))
    a = np.array([counts_a.get(word, 0) for word in words], np.float64)
    b = np.array([counts_b.get(word, 0) for word in words], np.float64)
    total_a, total_b = max(total_a, 1), max(total_b, 1)
    share = (a + b) / (total_a + total_b)

    def term(observed: np.ndarray, expected: np.ndarray) -> np.ndarray:
        ratio = np.divide(observed, expected, out=np.ones_like(observed), where=expected > 0)
        return observed * np.log(np.where(observed > 0, ratio, 1.0))

    g2 = 2 * (
        term(a, total_a * share)
        + term(b, total_b * share)
        + term(total_a - a, total_a * (1 - share))
        + term(total_b - b, total_b * (1 - share))
    )
    g2 = np.maximum(g2, 0.0)
    ratio = np.log2(((a + 0.5) / (total_a + 0.5)) / ((b + 0.5) / (total_b + 0.5)))
    p = np.minimum(chdtrc(1, g2) * max(len(words), 1), 1.0)
    order = np.argsort(-g2, kind="stable")
    return Keyness(
        [words[i] for i in order.tolist()],
        a[order].astype(np.int64),
        b[order].astype(np.int64),
        g2[order],
        ratio[order],
        p[order],
    )
