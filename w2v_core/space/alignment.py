"""Two spaces of the same words, one turned onto the other.

Vectors of two trainings lie in unrelated coordinates. Neighbours need no others; for cosines, one space is
turned onto the other by the orthogonal matrix that brings the shared words closest (Schönemann 1966; for
change of meaning Hamilton, Leskovec and Jurafsky 2016).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from w2v_core.space.projection import align
from w2v_core.space.vectors import unit_rows


def shared_words(a: Sequence[str], b: Sequence[str]) -> tuple[list[str], np.ndarray, np.ndarray]:
    """The words both have, and their rows in each; in the order of the larger of both rows, so that
    words frequent in both come first."""
    at = {word: row for row, word in enumerate(b)}
    pairs = [(row, at[word]) for row, word in enumerate(a) if word in at]
    pairs.sort(key=lambda pair: (max(pair), pair))
    rows_a, rows_b = np.array(pairs, np.int64).reshape(-1, 2).T
    return [a[row] for row in rows_a.tolist()], rows_a, rows_b


@dataclass(frozen=True)
class Aligned:
    """Two matrices of shared words in one space.

    Attributes
    ----------
    a, b : float32 (n, d)
        Centered unit vectors, a turned onto b; rows of the same word.
    residual : float
        ‖a − b‖² / (‖a‖² + ‖b‖²): 0 where the two spaces are the same but for a turn, 1 where they have
        nothing to do with each other.
    """

    a: np.ndarray
    b: np.ndarray
    residual: float

    @property
    def cosine(self) -> np.ndarray:
        """float (n,): of each word's two vectors."""
        return np.einsum("ij,ij->i", self.a, self.b)


def centered(matrix: np.ndarray) -> np.ndarray:
    """The vectors at length 1, their mean taken off, at length 1 again; float32 (n, d)."""
    unit = unit_rows(np.asarray(matrix, np.float32))
    return unit_rows(unit - unit.mean(axis=0))


def align_spaces(a: np.ndarray, b: np.ndarray) -> Aligned:
    """Turn one space onto another.

    Parameters
    ----------
    a, b : float (n, d), (n, d′)
        Vectors of the same words. The smaller dimension is filled up with zeros.

    Raises
    ------
    ValueError
        for fewer than two words.
    """
    if len(a) < 2 or len(a) != len(b):
        raise ValueError("Two spaces need at least two shared words to be aligned.")
    a, b = centered(a), centered(b)
    d = max(a.shape[1], b.shape[1])
    a, b = (np.pad(m, ((0, 0), (0, d - m.shape[1]))) for m in (a, b))
    a = align(a, b)
    size = float((a**2).sum() + (b**2).sum())
    return Aligned(a, b, float(((a - b) ** 2).sum()) / size if size else 0.0)
