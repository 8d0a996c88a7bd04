"""Training pairs typed by hand, and the notes' way of training on them: one pair at a time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from w2v_core.model.initialization import random_start
from w2v_core.model.skipgram import SMALL_START
from w2v_core.model.softmax import batch_gradients
from w2v_core.parameters import check
from w2v_core.vocabulary import Vocabulary

MOST_PAIRS = 400
MOST_WORDS = 60
KEPT_EVERY = 200  # steps between two stored states

ROLES = (
    "Paris|capitol, Paris|city, Berlin|capitol, Berlin|city, "
    "France|country, France|border, Germany|country, Germany|border"
)
PLACES = (
    "Paris|French, Paris|wine, France|French, France|wine, "
    "Berlin|German, Berlin|beer, Germany|German, Germany|beer"
)
CITIES = "Paris|France, Berlin|Germany"
LITERAL = "Paris|capitol, Berlin|capitol, Paris|Berlin, France|Germany"
DIAMOND = ("Paris", "Berlin", "France", "Germany")
"""The four words of lesson 7: a : b as c : d, related by city and by country."""

PRESETS = {
    "eat and drink": "eat|apple, eat|orange, eat|rice, drink|juice, drink|milk, drink|water, "
    "orange|juice, apple|juice, rice|milk, milk|drink, water|drink, juice|drink",
    "a loop": "a|b, b|c, c|d, d|e, e|f, f|g, g|h, h|a",
    "two loops": "a|b, b|c, c|d, d|a, p|q, q|r, r|s, s|p",
    "king and queen": "king|crown, king|he, king|palace, queen|crown, queen|she, queen|palace, "
    "man|he, man|beard, woman|she, woman|dress, king|beard, queen|dress, man|street, woman|street",
}


@dataclass(frozen=True)
class TypedPairs:
    """``words`` in order of appearance, and the rows ``c`` and ``o``, int (pairs,), of each pair."""

    words: list[str]
    c: np.ndarray
    o: np.ndarray

    @property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary(self.words)


def parse_pairs(text: str, both_directions: bool = False) -> TypedPairs:
    """Read pairs typed as ``center|output``, separated by commas or line breaks.

    Parameters
    ----------
    text : str
    both_directions : bool
        Whether to add o → c for each pair c → o.

    Raises
    ------
    ValueError
        If a piece is not a pair (the message quotes it), or there are no pairs or too many.
    """
    typed = []
    for piece in re.split(r"[,\n;]", text):
        if not piece.strip():
            continue
        parts = [part.strip() for part in piece.split("|")]
        if len(parts) != 2 or not all(parts):
            raise ValueError(
                f"{piece.strip()[:60]!r} is not a pair. Write center|output, such as eat|apple, with "
                "commas between pairs."
            )
        typed.append(parts)
    if not typed:
        raise ValueError("There are no pairs yet. Write some, such as eat|apple, drink|juice.")
    words = list(dict.fromkeys(word for pair in typed for word in pair))
    if len(typed) > MOST_PAIRS or len(words) > MOST_WORDS:
        raise ValueError(
            f"These are {len(typed):,} pairs of {len(words):,} words; at most {MOST_PAIRS} pairs of "
            f"{MOST_WORDS} words can be trained while you watch. For more, train on a text."
        )
    rows = {word: row for row, word in enumerate(words)}
    c = np.array([rows[center] for center, _ in typed])
    o = np.array([rows[output] for _, output in typed])
    if both_directions:
        c, o = np.append(c, o), np.append(o, c)
    return TypedPairs(words, c, o)


class PairTraining:
    """Stochastic gradient descent on a few pairs, as in the notes: without the anchor log q, from small
    random vectors, one pair per step, with the pairs reshuffled in each epoch.

    Parameters
    ----------
    pairs : TypedPairs
    dim : int
        d.
    learning_rate : float
        α.
    seed : int
        Determines the random start and the order of the pairs.
    """

    def __init__(self, pairs: TypedPairs, dim: int = 8, learning_rate: float = 0.1, seed: int = 0):
        self.pairs = pairs
        self.dim = check("dim", dim)
        self.learning_rate = check("learning_rate", learning_rate)
        rng = np.random.default_rng(check("seed", seed))
        V, U = random_start(len(pairs.words), dim, SMALL_START, rng)
        self._seed = int(rng.integers(1 << 31))
        self._order = (-1, np.empty(0, np.int64))  # an epoch, and the order of its pairs
        self._kept = {0: (V.astype(np.float64), U.astype(np.float64))}

    def pair(self, step: int) -> tuple[int, int]:
        """The rows (c, o) of the pair trained in this step."""
        time_round, place = divmod(step, len(self.pairs.c))
        drawn, order = self._order
        if drawn != time_round:
            dice = np.random.default_rng([self._seed, time_round])
            order = dice.permutation(len(self.pairs.c))
            self._order = (
                time_round,
                order,
            )  # at once: several people may be served by one training
        pair = order[place]
        return int(self.pairs.c[pair]), int(self.pairs.o[pair])

    def at(self, step: int) -> tuple[np.ndarray, np.ndarray]:
        """V and U float64 (|W|, d) after this many steps; earlier calls do not affect the result."""
        last = max(kept for kept in list(self._kept) if kept <= step)
        V, U = (matrix.copy() for matrix in self._kept[last])
        for t in range(last, step):
            c, o = (np.array([row]) for row in self.pair(t))
            gradient_v, gradient_U = batch_gradients(V, U, c, o)
            V[c] -= self.learning_rate * gradient_v
            U -= self.learning_rate * gradient_U
            if (t + 1) % KEPT_EVERY == 0:
                self._kept[t + 1] = (V.copy(), U.copy())
        return V, U


def train_together(
    trainings: Sequence[PairTraining], step: int
) -> list[tuple[np.ndarray, np.ndarray]]:
    """(V, U) of several trainings of the same pairs after this many steps. The results equal those of
    ``at``, in a fraction of the time.

    The vocabularies are stacked. In each training the words of the others have log q = −∞, so that their
    probability is 0.
    """
    n_words, rate = len(trainings[0].pairs.words), trainings[0].learning_rate
    V, U = (np.concatenate(parts) for parts in zip(*(t.at(0) for t in trainings), strict=True))
    first = n_words * np.arange(len(trainings))
    own = np.arange(len(V)) // n_words == np.arange(len(trainings))[:, None]
    others_never = np.where(own, 0.0, -np.inf)
    for t in range(step):
        c, o = np.array([training.pair(t) for training in trainings]).T + first
        gradient_v, gradient_U = batch_gradients(V, U, c, o, others_never)
        V[c] -= rate * gradient_v
        U -= rate * gradient_U
    return [(V[i : i + n_words], U[i : i + n_words]) for i in first]


def closure(X: np.ndarray, rows: tuple[int, int, int, int]) -> tuple[float, float]:
    """The cosines of opposite sides of the quadrilateral a, b, c, d: of b − a with d − c, and of c − a
    with d − b. Both are 1 for a parallelogram."""
    a, b, c, d = (X[row] for row in rows)
    return cosine(b - a, d - c), cosine(c - a, d - b)


def cosine(x: np.ndarray, z: np.ndarray) -> float:
    """The cosine of the angle between two vectors; 0 if one of them is zero."""
    lengths = float(np.linalg.norm(x) * np.linalg.norm(z))
    return float(x @ z) / lengths if lengths > 0 else 0.0


def closure_over_seeds(
    text: str, seeds: int, rounds: int, dim: int = 8, learning_rate: float = 0.1
) -> np.ndarray:
    """float64 (seeds, 2): the smaller side cosine of the quadrilateral ``DIAMOND``, on V and on V + U,
    after this many epochs over the pairs (both directions), for each random start."""
    pairs = parse_pairs(text, both_directions=True)
    a, b, c, d = (pairs.words.index(word) for word in DIAMOND)
    rows = (a, b, c, d)
    trainings = [PairTraining(pairs, dim, learning_rate, seed) for seed in range(seeds)]
    trained = train_together(trainings, rounds * len(pairs.c))
    return np.array([(min(closure(V, rows)), min(closure(V + U, rows))) for V, U in trained])


def in_last_plane(passes: Sequence[tuple[int, np.ndarray]]) -> list[tuple[int, np.ndarray]]:
    """(pass, (n, d)) → (pass, (n, 2)): each centred on its own mean and projected onto the plane of
    largest variance of the last."""
    axes = plane_of_four(passes[-1][1])
    return [(number, (X - X.mean(axis=0)) @ axes.T) for number, X in passes]


def plane_of_four(X: np.ndarray) -> np.ndarray:
    """float64 (2, d): the directions of largest variance among a few vectors (n, d)."""
    return np.linalg.svd(X - X.mean(axis=0))[2][:2]
