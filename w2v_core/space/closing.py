"""How clearly parallelograms close among vectors: measured without knowing a single right answer."""

from __future__ import annotations

import numpy as np

from w2v_core.space.vectors import unit_rows

NEAR = 6  # nearest words of a, from which b and c are taken
MOST_CORNERS = 120  # words a: of more, this many are taken, evenly from frequent to rare


def closing(matrix: np.ndarray, near: int = NEAR) -> float:
    """The mean margin of the clearest parallelogram at each word, a cosine from 0 to 2.

    Of a word a, each two of its nearest words b and c ask a question: which word is nearest to b − a + c?
    The margin of an answer is how much nearer it is than the next word. Where words stand in parallel
    relations, two neighbours of many a word (its partner, and another word of its kind) have one answer
    that is far nearer than any other; elsewhere all are about equally far.

    Parameters
    ----------
    matrix : float (|W|, d)
    near : int
        How many of a word's nearest words are tried as b and as c.
    """
    unit = unit_rows(matrix)
    cosines = unit @ unit.T
    n_words = len(unit)
    near = min(near, n_words - 3)
    if near < 2:
        return 0.0
    others = cosines.copy()
    np.fill_diagonal(others, -np.inf)
    nearest = np.argsort(-others, axis=1, kind="stable")[:, :near]
    first, second = np.triu_indices(near, 1)
    question = np.arange(len(first))
    corners = np.unique(np.linspace(0, n_words - 1, min(n_words, MOST_CORNERS)).astype(int))
    margins = []
    for a in corners:
        b, c = nearest[a][first], nearest[a][second]
        length2 = 3 + 2 * (cosines[b, c] - cosines[a, b] - cosines[a, c])  # ‖b − a + c‖²
        to = (cosines[b] + cosines[c] - cosines[a]) / np.sqrt(np.maximum(length2, 1e-6))[:, None]
        to[question, b] = to[question, c] = to[:, a] = -np.inf
        best = np.partition(to, n_words - 2, axis=1)[:, -2:]
        margins.append(float((best[:, 1] - best[:, 0]).max()))
    return float(np.mean(margins))
