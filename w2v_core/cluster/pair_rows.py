"""N in bands of rows that lie on the workers: the same numbers as on one machine, never in one place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import getitem
from typing import Any

import numpy as np
import scipy.sparse as sp

from w2v_core.cluster import tasks
from w2v_core.cluster.counting import PairSums
from w2v_core.cluster.workers import Workers
from w2v_core.model.bands import bounds_of
from w2v_core.model.exact_pass import total_of
from w2v_core.text.counted_text import CountedText
from w2v_core.text.pairs import scale_of_sums, scaled_sums
from w2v_core.text.small_vocabulary import default_weighting


@dataclass(frozen=True)
class PairRows:
    """The pairs of a text in bands of rows.

    Attributes
    ----------
    workers : Workers
    bounds : int (bands + 1,)
        Where each band begins, and the end.
    homes : list of str
        The worker of each band, as long as that lives.
    N, held_out : list of tasks
        float32 sparse (rows, |W|) for each band; the second is a list of None if nothing is held out.
    n, m : float64 (|W|,)
        Row and column sums of N.
    held_out_total : float
    """

    workers: Workers
    bounds: np.ndarray
    homes: list[str]
    N: list[Any]
    held_out: list[Any]
    n: np.ndarray
    m: np.ndarray
    held_out_total: float

    @property
    def ranges(self) -> list[tuple[int, int]]:
        """The first word of each band, and the end of it."""
        return list(pairwise(self.bounds.tolist()))


def pair_rows(
    workers: Workers,
    bounds: np.ndarray,
    homes: list[str],
    N: Sequence[Any],
    held_out: Sequence[Any] | None = None,
    tell: Callable[[float], object] = lambda share: None,
    counted: Sequence[Any] = (),
) -> PairRows:
    """Compute and keep bands of N, and add them up (parameters as of ``PairRows`` and ``compute``)."""
    kept = workers.keep([*N, *(held_out or [])])
    N, held = kept[: len(N)], kept[len(N) :]
    n = [workers.task("row sums", _sums, band, 1) for band in N]
    m = workers.halves("add column sums", tasks.added, [workers.task("m", _sums, b, 0) for b in N])
    held_out_sums = [workers.task("held out", _sum, band) for band in held]
    column_sums, *rest = workers.compute([m, *n, *held_out_sums], tell, counted)
    return PairRows(
        workers,
        bounds,
        homes,
        N,
        held or [None] * len(N),
        np.concatenate(rest[: len(N)]),
        column_sums,
        sum(rest[len(N) :]),
    )


def count_rows(
    workers: Workers,
    text: CountedText,
    window: int | str,
    weighting: str | None,
    subsample: float | None,
    held_out: np.ndarray | None,
    tell: Callable[[float], object],
    bounds: np.ndarray | None = None,
) -> PairRows:
    """Count the pairs of a text that ``count_text`` counted; each band stays on a worker.

    Parameters
    ----------
    window, weighting, subsample
        As for ``pairs.count_pairs``.
    held_out : bool (n_sentences,) or None
        The sentences whose pairs are held out.
    tell : callable
        Called with the share done; what it raises ends the work.
    bounds : int (bands + 1,), optional
        By default ``bounds_of`` the vocabulary.
    """
    assert isinstance(text.count, PairSums)
    weighting = weighting or default_weighting(text, window)
    bounds = bounds_of(len(text.words)) if bounds is None else bounds
    ranges, homes = list(pairwise(bounds.tolist())), workers.homes(len(bounds) - 1)
    scale = workers.shared(scale_of_sums(text, window, weighting, subsample))
    masks = [None] if held_out is None else [~held_out, held_out]
    begins, sums, counted = text.count.in_bands(window, weighting, masks)
    matrices = []
    for found in sums:
        rows = []
        for (a, b), home in zip(ranges, homes, strict=True):
            there = np.flatnonzero((begins[:-1] < b) & (begins[1:] > a))
            parts = [found[i] for i in there]
            first = int(begins[there[0]])
            rows.append(workers.task("rows", _scaled_rows, parts, first, a, b, scale, home=home))
        matrices.append(rows if window == "sentence" else _symmetric(workers, rows, bounds, homes))
    held = matrices[1] if held_out is not None else None
    return pair_rows(workers, bounds, homes, matrices[0], held, tell, counted)


def _symmetric(
    workers: Workers, halves: list[Any], bounds: np.ndarray, homes: list[str]
) -> list[Any]:
    """The bands of half + halfᵀ, the half being lower triangular."""
    cut = [
        workers.task("turn", _turned, half, bounds[: i + 2], home=home)
        for i, (half, home) in enumerate(zip(halves, homes, strict=True))
    ]
    found = []
    for i, home in enumerate(homes):
        above = [workers.task("turned", getitem, turned, i) for turned in cut[i:]]
        found.append(workers.task("N", _with_turned, halves[i], above, int(bounds[i]), home=home))
    return found


def _scaled_rows(
    parts: list[sp.csr_array], first: int, a: int, b: int, scale: tuple[np.ndarray, float]
) -> sp.csr_array:
    """Rows a to b, scaled, of sums whose parts begin at row ``first``."""
    rows = sp.csr_array(sp.vstack(parts, format="csr"))[a - first : b - first]
    return scaled_sums(rows, *scale, first=a)


def _turned(half: sp.csr_array, bounds: np.ndarray) -> list[sp.csr_array]:
    """The transpose of a band of the half, in bands of its own rows."""
    turned = half.T.tocsr()
    return [turned[a:b] for a, b in pairwise(bounds)]


def _with_turned(half: sp.csr_array, above: list[sp.csr_array], before: int) -> sp.csr_array:
    """The band of half + halfᵀ; ``above`` are the columns of halfᵀ from column ``before`` on."""
    empty = sp.csr_array((half.shape[0], before), dtype=half.dtype)
    return half + sp.csr_array(sp.hstack([empty, *above], format="csr"))


def _sums(N: sp.csr_array, axis: int) -> np.ndarray:
    return N.sum(axis=axis, dtype=np.float64)


def _sum(N: sp.csr_array) -> float:
    return total_of(N, np.array([0, N.shape[0]]))
