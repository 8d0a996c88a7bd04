"""Bands of rows: how the words are split, and how sums over bands are added up.

Both depend on the vocabulary alone. So whoever has the bands, the threads of one machine or the workers of
a cluster, makes the same sums, bit for bit.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

FEWEST_ROWS, MOST_ROWS = 64, 512
FEWEST_BANDS, MOST_BANDS = 8, 128
"""Of large vocabularies, bands have more than ``MOST_ROWS``; and more workers than bands have nothing to
do."""
BLOCK_BYTES = 32_000_000
"""Bytes of a block of rows: enough for matrix products at full speed, but small enough for a shared cache,
and for 200,000 words on a laptop."""


def bounds_of(n_words: int) -> np.ndarray:
    """Where each band of rows begins, and the end: int (bands + 1,)."""
    rows = min(max(FEWEST_ROWS, -(-n_words // FEWEST_BANDS)), MOST_ROWS)
    return _even(0, n_words, min(-(-n_words // rows), MOST_BANDS))


def blocks_in(first: int, last: int, n_words: int) -> list[tuple[int, int]]:
    """A band of rows in blocks of about equal size, each of at most ``BLOCK_BYTES`` as float32 (rows,
    |W|), or of ``FEWEST_ROWS``."""
    rows = max(FEWEST_ROWS, BLOCK_BYTES // (4 * n_words))
    return list(pairwise(_even(first, last, -(-(last - first) // rows)).tolist()))


def _even(first: int, last: int, parts: int) -> np.ndarray:
    return first + np.arange(parts + 1) * (last - first) // max(parts, 1)


def by_halves(parts: Sequence[Any]) -> Any:
    """The sum of arrays, of numbers, or of what can be added: that of the first half and that of the other,
    and each half likewise."""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return by_halves(parts[:middle]) + by_halves(parts[middle:])


class SumByHalves:
    """The same sum of arrays that come one by one, from any thread, in any order.

    Each is added to what it belongs with as soon as that is there, so few are held at a time if they come
    about in order. They are changed in place.

    Attributes
    ----------
    total : array
        Once all of them have come.
    """

    total: np.ndarray

    def __init__(self, number: int):
        self._whole = (0, number)
        self._waiting: dict[tuple[int, int], np.ndarray] = {}
        self._lock = threading.Lock()
        # Of each part of the sum, from band to band: the one that it belongs with, and their sum.
        self._partners: dict[tuple[int, int], tuple[tuple[int, int], tuple[int, int]]] = {}
        self._split(*self._whole)

    def _split(self, first: int, last: int) -> None:
        if last - first > 1:
            middle = first + (last - first) // 2
            left, right, both = (first, middle), (middle, last), (first, last)
            self._partners |= {left: (right, both), right: (left, both)}
            self._split(*left)
            self._split(*right)

    def add(self, number: int, part: np.ndarray) -> None:
        """Take the part of a band."""
        here = (number, number + 1)
        while here != self._whole:
            partner, both = self._partners[here]
            with self._lock:
                other = self._waiting.pop(partner, None)
                if other is None:
                    self._waiting[here] = part
                    return
            part += other
            here = both
        self.total = part
