"""The third null of a diamond: are pairs of words that are just as near each other as parallel?

Shuffling partners leaves the sum of the offsets o as it is, and

    Σ_{i≠j} o_i · o_j = ‖Σ o‖² − Σ ‖o_i‖²,

so what a shuffled pairing tests is only whether partners are *near* each other. Words of one class, each
paired with its nearest word of another, pass that test without any relation between partners. Here
every a keeps its place and gets another partner that is as near to it as b is: one of its
max(20, 2·rank + 1) nearest words, where b's own rank is ``rank``.
"""

from __future__ import annotations

import numpy as np

from w2v_core.space.nulls import DRAWS, Null, null_of
from w2v_core.space.relations import check_rows

FEWEST_NEAR = 20


def near_partners(unit: np.ndarray, rows: np.ndarray, draws: int = DRAWS, seed: int = 0) -> Null:
    """The null of the same first words with other partners just as near.

    Parameters
    ----------
    unit : float (|W|, d)
        Vectors of length 1.
    rows : int (k, 2)
    draws, seed : int
    """
    rows = check_rows(rows)
    rng = np.random.default_rng(seed)
    near, sizes = partners_as_near(unit, rows)
    every = np.arange(len(rows))

    def lists(count: int) -> np.ndarray:
        second = near[every, rng.integers(0, sizes, (count, len(rows)))]
        return np.stack([np.broadcast_to(rows[:, 0], second.shape), second], axis=-1)

    return null_of("nearness", unit, rows, lists, draws)


def partners_as_near(unit: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The words that may stand in for each b: int (k, most), the nearest to a first, and how many of a
    row count, int (k,)."""
    first, second = rows.T
    others = len(unit) - 1
    cosines = unit[first] @ unit.T
    own = cosines[np.arange(len(rows)), second]
    cosines[np.arange(len(rows)), first] = -np.inf
    ranks = (cosines > own[:, None]).sum(axis=1) + 1
    sizes = np.minimum(np.maximum(FEWEST_NEAR, 2 * ranks + 1), others)
    near = np.argsort(-cosines, axis=1, kind="stable")[:, : sizes.max()]
    return near, sizes
