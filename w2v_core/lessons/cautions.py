"""Numbers behind the cautions: where nearness does not mean similarity, and where a vector reflects the
sample rather than the word."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from w2v_core.space.context import log_ratio
from w2v_core.space.vectors import WordVectors

OPPOSITES = (
    "hot cold|big small|good bad|old young|long short|east west|north south|up down|rich poor|"
    "fast slow|happy sad|black white|open close|man woman|king queen|boy girl|day night|true false|"
    "first last|left right|high low|more less|always never|before after"
)
PEOPLE = (
    "king queen prince princess teacher doctor nurse farmer waiter student friend child soldier sailor "
    "cook maid captain servant gentleman lady emperor empress"
)


def opposites(space: WordVectors, most: int = 12) -> list[tuple[str, str, float, int]]:
    """(word, its opposite, their cosine, number of words nearer than the opposite), for known pairs."""
    found = []
    for pair in OPPOSITES.split("|"):
        a, b = pair.split()
        if a in space and b in space:
            cosines = space.unit @ space.unit[space.vocabulary.index(a)]
            value = float(cosines[space.vocabulary.index(b)])
            nearer = int((cosines > value).sum()) - 1  # without the word itself
            found.append((a, b, value, max(nearer, 0)))
    return found[:most]


def shared(p: np.ndarray, q: np.ndarray) -> float:
    """Σ min(p, q), the overlap of two distributions, 0 to 1."""
    return float(np.minimum(p, q).sum())


def circle(space: WordVectors, word: str, n: int = 8) -> tuple[list[str], np.ndarray, float]:
    """A word's n nearest, the cosines (n, n) among them, and the mean cosine. The mean is low if the
    nearest words are not near each other, which is common for a word with several senses.

    The nearest are ordered so that words near each other are adjacent.
    """
    words = [w for w, _ in space.most_similar(word, n, "cosine")]
    unit = space.unit[[space.vocabulary.index(w) for w in words]]
    cosines = unit @ unit.T
    centered = cosines - cosines.mean()
    order = (
        np.argsort(np.linalg.eigh(centered)[1][:, -1]) if len(words) > 1 else np.arange(len(words))
    )
    off = ~np.eye(len(words), dtype=bool)
    mean = float(cosines[off].mean()) if off.any() else float("nan")
    return [words[i] for i in order], cosines[np.ix_(order, order)], mean


def norm_and_frequency(matrix: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, float]:
    """The vectors' lengths (|W|,), and Spearman's rank correlation with the words' counts."""
    from scipy.stats import spearmanr  # loads for half a second

    norms = np.linalg.norm(matrix, axis=1)
    return norms, float(spearmanr(norms, counts).statistic)


def some_rows(n_words: int, most: int, *always: int) -> np.ndarray:
    """At most ``most`` rows of a vocabulary, evenly spaced from the first to the last, plus the given
    rows; a figure of all words shows only these."""
    evenly = np.linspace(0, n_words - 1, min(most, n_words)).astype(int)
    return np.unique([*evenly, *always])


def leaning(space: WordVectors, a: str, b: str, words: Sequence[str]) -> list[tuple[str, float]]:
    """Each word's cosine with b − a (all of length 1), sorted: positive toward b, negative toward a."""
    unit, index = space.unit, space.vocabulary.index
    axis = unit[index(b)] - unit[index(a)]
    axis = axis / max(float(np.linalg.norm(axis)), 1e-12)
    return sorted(((w, float(unit[index(w)] @ axis)) for w in words), key=lambda item: item[1])


def between(
    apart: WordVectors, together: WordVectors, one: str, other: str, both: str, n: int = 5
) -> list[tuple[str, float, float, float]]:
    """Compare the neighbours of two words with the word into which both were merged.

    Parameters
    ----------
    apart, together : WordVectors
        The space with the two words, and the space with ``both`` in their place.
        n : int
            Number of nearest neighbours taken from each word.

    Returns
    -------
    list of (neighbour, cosine with ``both`` in ``together``, with ``one`` and ``other`` in ``apart``)
    """
    friends = [w for word in (one, other) for w, _ in apart.most_similar(word, n + 1, "cosine")]
    friends = [w for w in dict.fromkeys(friends) if w not in (one, other) and w in together]
    return [
        (
            w,
            together.similarity(both, w),
            apart.similarity(one, w),
            apart.similarity(other, w),
        )
        for w in friends
    ]


def preference(p: np.ndarray, a: int, b: int) -> float:
    """log p(b)/p(a) of a distribution in nats: positive if it prefers b, negative if it prefers a."""
    return float(log_ratio(p[b], p[a]))
