"""How clearly parallelograms close among vectors: measured without knowing a single right answer."""

from __future__ import annotations

import numpy as np

from w2v_core.space.vectors import unit_rows

NEAR = 6  # nearest words of a, from which b and c are taken
MOST_CORNERS = 120  # words a: of more, this many are taken, evenly from frequent to rare

DRAWS = 3  # scattered words


def closing(matrix: np.ndarray, near: int = NEAR) -> float:
    """The mean margin of the clearest parallelogram at each word, a cosine from 0 to 2.

    Of a word a, each two of its nearest words b and c ask a question: which word d is nearest to b − a + c?
    Its margin is how much nearer it is than the next word. From d the question is asked back, which word is
    nearest to b − d + c: it should be a, and the smaller of the two margins counts (0 if it is another
    word). Where words stand in parallel relations, two neighbours of many a word (its partner, and another
    word of its kind) have one answer far nearer than any other, both ways; elsewhere all are about
    equally far.

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
    corners = np.unique(np.linspace(0, n_words - 1, min(n_words, MOST_CORNERS)).astype(int))
    clearest = []
    for a in corners:
        b, c = nearest[a][first], nearest[a][second]
        from_a = np.full(len(b), a)
        to = _nearness(cosines, b, from_a, c)
        d = to.argmax(axis=1)
        back = _nearness(cosines, b, d, c)
        margin = np.minimum(_margin(to, d), _margin(back, from_a))
        clearest.append(max(float(margin.max()), 0.0))
    return float(np.mean(clearest))


def closing_by_chance(n_words: int, dim: int) -> float:
    """How clearly parallelograms close among so many words that are scattered at random: the mean of
    ``DRAWS`` draws, the same at every call. It is .16 for 29 words in 28 dimensions, .09 for 198 in 80."""
    dice = np.random.default_rng(0)
    draws = [closing(dice.standard_normal((n_words, dim))) for _ in range(DRAWS)]
    return float(np.mean(draws))


def _nearness(cosines: np.ndarray, b, a, c) -> np.ndarray:
    """The cosines of all words with b − a + c, (questions, |W|); −∞ for the three words themselves."""
    length2 = 3 + 2 * (cosines[b, c] - cosines[a, b] - cosines[a, c])  # ‖b − a + c‖²
    to = (cosines[b] + cosines[c] - cosines[a]) / np.sqrt(np.maximum(length2, 1e-6))[:, None]
    question = np.arange(len(to))
    to[question, b] = to[question, c] = to[question, a] = -np.inf
    return to


def _margin(to: np.ndarray, answer: np.ndarray) -> np.ndarray:
    """How much nearer the answer of each question is than the nearest other word."""
    question = np.arange(len(to))
    its = to[question, answer]
    rest = to.copy()
    rest[question, answer] = -np.inf
    return its - rest.max(axis=1)
