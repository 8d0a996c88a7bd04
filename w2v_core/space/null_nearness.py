"""The third null of a diamond: are other pairs of words that are just as near also as parallel?

Shuffling partners leaves the sum of the offsets o as it is, and

    Σ_{i≠j} o_i · o_j = ‖Σ o‖² − Σ ‖o_i‖²,

so a shuffled pairing only tests whether partners are *near* each other. The words of one class, each paired
with the nearest word outside the class, pass that test without any relation. Here every a gets another
partner that is as near to it as b, and also as near to the other first words of the list. Without the
second condition, the common direction out of the class would count as a relation (measured by
``tests/benchmarks/nulls.py``: nearness to a alone is deceived by a tenth to a quarter of such lists).
"""

from __future__ import annotations

import numpy as np

from w2v_core.space.nulls import DRAWS, Null, null_of
from w2v_core.space.relations import check_rows

FEWEST_NEAR = 20
_POOL = 2  # how many times as many words are near to a as have the right nearness to the others


def near_partners(unit: np.ndarray, rows: np.ndarray, draws: int = DRAWS, seed: int = 0) -> Null:
    """The null with the same first words and other partners that are just as near.

    Pairs that share their second word also share its substitute.

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
    shared = [np.flatnonzero(rows[:, 1] == b) for b in np.unique(rows[:, 1])]
    shared = [group for group in shared if len(group) > 1]

    def lists(count: int) -> np.ndarray:
        second = near[every, rng.integers(0, sizes, (count, len(rows)))]
        for group in shared:
            second[:, group] = second[np.arange(count), rng.choice(group, count)][:, None]
        return np.stack([np.broadcast_to(rows[:, 0], second.shape), second], axis=-1)

    return null_of("nearness", unit, rows, lists, draws)


def partners_as_near(unit: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The words that may replace each b, including b itself.

    If b is the r-th nearest word of a, the candidates are the max(40, 4r + 1) nearest words of a, without
    the other first words of the list. Of these, the max(20, 2r + 1) around b in the order of their mean
    cosine with the other first words are used.

    Returns
    -------
    int (k, most), int (k,)
        Rows of ``unit``, and the number of valid entries in each line.
    """
    first = rows[:, 0]
    cosines = unit[first] @ unit.T
    total = unit[first].sum(axis=0)
    chosen = []
    for i, (a, b) in enumerate(rows.tolist()):
        if a == b:  # a pair without an offset: no other word is as near
            chosen.append(np.array([b]))
            continue
        order = cosines[i]
        own = order[b]
        order[np.setdiff1d(first, b)] = -np.inf
        order[a] = -np.inf
        rank = int((order > own).sum()) + 1
        order[b] = np.nextafter(own, np.float32(np.inf))  # before words that are exactly as near
        size = max(FEWEST_NEAR, 2 * rank + 1)
        possible = int(np.isfinite(order).sum())
        pool = np.argsort(-order, kind="stable")[: min(_POOL * size, possible)]
        others = unit[pool] @ (total - unit[a])
        by_others = pool[np.argsort(others, kind="stable")]
        place = int(np.flatnonzero(by_others == b)[0])
        begin = max(0, min(place - size // 2, len(by_others) - size))
        chosen.append(by_others[begin : begin + size])
    sizes = np.array([len(words) for words in chosen])
    near = np.zeros((len(rows), int(sizes.max())), np.int64)
    for line, words in zip(near, chosen, strict=True):
        line[: len(words)] = words
    return near, sizes
