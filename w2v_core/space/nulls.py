"""Null distributions for diamonds: is a diamond more than chance, in three senses?

``random``     Lists of other words: each word of the list is replaced by one of about the same
               frequency, and repeated words by the same one. Are *these* pairs more parallel than
               other words with the same frequencies?
``shuffled``   The same words, with the second words reassigned by a random permutation (any one, so
               some words may keep their partner). Does it matter *which word is paired with which*,
               or are there just two classes of words near each other?
``nearness``   The same first words, with other partners just as near (``space.null_nearness``). Are
               *these* partners more than just near?

p = (1 + #{null ≥ observed}) / (1 + draws), as in a permutation test that includes the observed list.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from w2v_core.space.relations import check_rows, compare_offsets, mean_over_pairs, offsets

DRAWS = 1_000
LEVEL = 0.05  # significance level for p
_NUMBERS_AT_ONCE = 4_000_000  # float32: 16 MB of offsets, drawn lists × pairs × d
_NEIGHBOURHOOD = 0.4  # in log(rank + 10): a substitute has about 2/3 to 3/2 of a word's rank
_TIE = 1e-6  # a shuffle that returns the same list must count, despite rounding

STATISTICS = ("parallelism", "closure")


@dataclass(frozen=True)
class Null:
    """The null distribution for a list of pairs, and the observed values of the list.

    Attributes
    ----------
    kind : "random", "shuffled" or "nearness" (``space.null_nearness``)
    parallelism, closure : float (draws,)
        The mean of each drawn list.
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
        """One of the ``STATISTICS`` for the drawn lists, float (draws,)."""
        return {"parallelism": self.parallelism, "closure": self.closure}[statistic]

    def observed(self, statistic: str = "parallelism") -> float:
        """The same for the list itself."""
        return {"parallelism": self.observed_parallelism, "closure": self.observed_closure}[
            statistic
        ]

    def as_extreme(self, statistic: str = "parallelism") -> int:
        """The number of drawn lists that are at least as parallel, or close at least as well."""
        better = self.drawn(statistic) - self.observed(statistic)
        return int(((better if statistic == "parallelism" else -better) >= -_TIE).sum())

    def p_of(self, statistic: str) -> float:
        """(1 + #{at least as extreme}) / (1 + draws)."""
        return (1 + self.as_extreme(statistic)) / (1 + self.draws)

    @property
    def p(self) -> float:
        """p of the parallelism."""
        return self.p_of("parallelism")


def random_lists(unit: np.ndarray, rows: np.ndarray, draws: int = DRAWS, seed: int = 0) -> Null:
    """The null of frequency-matched random lists.

    The vocabulary, most frequent first, is shuffled locally: every word gets the key
    log(rank + 10) + noise of ±0.4, and the r-th word in the new order replaces the word with rank r.
    Ranks thus change by about half, words stay distinct, and a word shared by two pairs has a shared
    substitute.

    Parameters
    ----------
    unit : float (|W|, d)
        Vectors of length 1, most frequent word first.
    rows : int (k, 2)
    draws, seed : int
    """
    rows = check_rows(rows)
    rng = np.random.default_rng(seed)
    # Words far rarer than the rarest word of the list are never substitutes.
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
    """The null with the same words in shuffled pairs (parameters as for ``random_lists``)."""
    rows = check_rows(rows)
    rng = np.random.default_rng(seed)

    def lists(count: int) -> np.ndarray:
        second = rng.permuted(np.tile(rows[:, 1], (count, 1)), axis=1)
        return np.stack([np.broadcast_to(rows[:, 0], second.shape), second], axis=-1)

    return null_of("shuffled", unit, rows, lists, draws)


def null_of(kind: str, unit: np.ndarray, rows: np.ndarray, lists, draws: int) -> Null:
    """The null of lists of pairs drawn by ``lists(count)``, int (count, k, 2)."""
    measured = [
        np.stack([mean_over_pairs(part) for part in compare_offsets(offsets(unit, drawn))])
        for drawn in _portions(lists, draws, rows.size // 2 * max(unit.shape[1], len(rows)))
    ]
    parallelism, closure = np.concatenate(measured, axis=1)
    # Measured in the same way as the draws, so that the same list gives the same number.
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
    """Whether every null is rejected (p ≤ .05); a verdict needs all three."""
    return all(null.p <= LEVEL for null in lists)
