"""Is a diamond real? What chance would give, asked in three ways.

``random``     Whole lists of other words: each word of the list is exchanged for one of about the
               same frequency, the same word always for the same. Are *these* pairs more parallel
               than any words as frequent?
``shuffled``   The same words, their second members dealt out anew by a random permutation (any one:
               some words may meet their own partner again). Does it matter *which word is paired
               with which*, or do two classes of words lie beside each other?
``nearness``   The same first words, with other partners just as near (``space.null_nearness``). Are
               *these* partners more than near ones?

p = (1 + #{null ≥ observed}) / (1 + draws), the permutation test that counts the observed list in.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from w2v_core.space.relations import check_rows, compare_offsets, mean_over_pairs, offsets

DRAWS = 1_000
LEVEL = 0.05  # p from which chance is not ruled out
_NUMBERS_AT_ONCE = 4_000_000  # float32: 16 MB of offsets, drawn lists × pairs × d
_NEIGHBOURHOOD = 0.4  # of log(rank + 10): a word's stand-in has 2/3 to 3/2 of its rank, or so
_TIE = 1e-6  # a shuffle that deals the same list again must count, whatever the rounding

STATISTICS = ("parallelism", "closure")


@dataclass(frozen=True)
class Null:
    """What chance gives for a list of pairs, and what the list itself has.

    Attributes
    ----------
    kind : "random", "shuffled" or "nearness" (``space.null_nearness``)
    parallelism, closure : float (draws,)
        The mean over each drawn list.
    observed_parallelism, observed_closure : float
    n_pairs : int
    """

    kind: str
    parallelism: np.ndarray
    closure: np.ndarray
    observed_parallelism: float
    observed_closure: float
    n_pairs: int

    @property
    def draws(self) -> int:
        return len(self.parallelism)

    def drawn(self, statistic: str = "parallelism") -> np.ndarray:
        """One of the ``STATISTICS`` of the drawn lists, float (draws,)."""
        return {"parallelism": self.parallelism, "closure": self.closure}[statistic]

    def observed(self, statistic: str = "parallelism") -> float:
        """The same of the list itself."""
        return {"parallelism": self.observed_parallelism, "closure": self.observed_closure}[
            statistic
        ]

    def as_extreme(self, statistic: str = "parallelism") -> int:
        """How many of the drawn lists are at least as parallel, or close at least as well."""
        better = self.drawn(statistic) - self.observed(statistic)
        return int(((better if statistic == "parallelism" else -better) >= -_TIE).sum())

    def p_of(self, statistic: str) -> float:
        """(1 + #{at least as extreme}) / (1 + draws)."""
        return (1 + self.as_extreme(statistic)) / (1 + self.draws)

    @property
    def p(self) -> float:
        """That of the parallelism."""
        return self.p_of("parallelism")


def random_lists(unit: np.ndarray, rows: np.ndarray, draws: int = DRAWS, seed: int = 0) -> Null:
    """The null of frequency-matched random lists.

    The vocabulary, most frequent first, is shuffled locally: every word gets the key
    log(rank + 10) + noise of ±0.4, and the word that then comes r-th stands in for the word of
    rank r. So ranks change by about half, words stay distinct, and a word that two pairs share is
    shared again.

    Parameters
    ----------
    unit : float (|W|, d)
        Vectors of length 1, most frequent word first.
    rows : int (k, 2)
    draws, seed : int
    """
    rows = check_rows(rows)
    rng = np.random.default_rng(seed)
    # Words far rarer than the rarest of the list never stand in for one.
    n = min(len(unit), int((rows.max() + 11) * math.exp(2 * _NEIGHBOURHOOD)))
    ranks = np.log(np.arange(n, dtype=np.float32) + 10)

    def lists(count: int) -> np.ndarray:
        noise = rng.random((count, n), np.float32)
        noise -= 0.5
        noise *= 2 * _NEIGHBOURHOOD
        noise += ranks
        return np.argsort(noise, axis=1)[:, rows]

    return null_of("random", unit, rows, lists, draws)


def shuffled_pairings(
    unit: np.ndarray, rows: np.ndarray, draws: int = DRAWS, seed: int = 0
) -> Null:
    """The null of the same words in shuffled pairs (parameters as for ``random_lists``)."""
    rows = check_rows(rows)
    rng = np.random.default_rng(seed)

    def lists(count: int) -> np.ndarray:
        second = rng.permuted(np.tile(rows[:, 1], (count, 1)), axis=1)
        return np.stack([np.broadcast_to(rows[:, 0], second.shape), second], axis=-1)

    return null_of("shuffled", unit, rows, lists, draws)


def null_of(kind: str, unit: np.ndarray, rows: np.ndarray, lists, draws: int) -> Null:
    """The null of the lists of pairs that ``lists(count)`` draws, int (count, k, 2)."""
    measured = [
        np.stack([mean_over_pairs(part) for part in compare_offsets(offsets(unit, drawn))])
        for drawn in _portions(lists, draws, rows.size // 2 * max(unit.shape[1], len(rows)))
    ]
    parallelism, closure = np.concatenate(measured, axis=1)
    # Measured as the draws are, so that the same list gives the same number.
    own = compare_offsets(offsets(unit, rows))
    return Null(
        kind,
        parallelism,
        closure,
        float(mean_over_pairs(own[0])),
        float(mean_over_pairs(own[1])),
        len(rows),
    )


def _portions(lists, draws: int, size: int) -> Iterator[np.ndarray]:
    at_once = int(np.clip(_NUMBERS_AT_ONCE // size, 1, 100))
    for first in range(0, draws, at_once):
        yield lists(min(at_once, draws - first))


def is_parallel(*lists: Null) -> bool:
    """Whether chance is ruled out by every one of the nulls (p ≤ .05); a verdict needs all three."""
    return all(null.p <= LEVEL for null in lists)
