"""Relative frequencies computed from N, the pair counts of the corpus."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp


@dataclass(frozen=True)
class PairShare:
    """``joint`` N(c,o), ``center`` n_c = Σ_o N(c,o), ``total`` ΣN, and ``p`` = N(c,o)/n_c, or 0 if the
    center word has no pairs."""

    joint: float
    center: float
    total: float
    p: float


def pair_share(N: sp.csr_array, c: int, o: int) -> PairShare:
    """The share of c → o among the pairs of c: p(o|c) = p(o,c)/p(c) by counting."""
    begin, end = N.indptr[c : c + 2]
    values, columns = N.data[begin:end], N.indices[begin:end]
    joint = float(values[columns == o].sum(dtype="f8"))
    center = float(values.sum(dtype="f8"))
    total = float(N.data.sum(dtype="f8"))
    return PairShare(joint, center, total, joint / center if center > 0 else 0.0)


def pairs_of(N: sp.csr_array, c: int) -> np.ndarray:
    """N(c,·), float64 (|W|,)."""
    row = np.zeros(N.shape[1])
    begin, end = N.indptr[c : c + 2]
    row[N.indices[begin:end]] = N.data[begin:end]
    return row


def frequent_beside(N: sp.csr_array, c: int, n: int) -> list[int]:
    """The rows of the n words that occur with c most often, the most frequent first."""
    begin, end = N.indptr[c : c + 2]
    order = np.argsort(-N.data[begin:end], kind="stable")[:n]
    return N.indices[begin:end][order].tolist()
