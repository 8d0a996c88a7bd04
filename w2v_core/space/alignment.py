"""Alignment of two vector spaces with the same words.

The coordinates of two trainings are unrelated. Comparing neighbours does not require common coordinates;
for cosines, one space is rotated onto the other by the orthogonal matrix that brings the shared words
closest (Schönemann 1966; for changes of meaning Hamilton, Leskovec and Jurafsky 2016).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from w2v_core.space.projection import align
from w2v_core.space.vectors import unit_rows

LEAST_SHARED = 30
"""Words that two models must share to be compared."""


def shared_words(a: Sequence[str], b: Sequence[str]) -> tuple[list[str], np.ndarray, np.ndarray]:
    """The shared words and their rows in each vocabulary, ordered by the larger of both rows, so that
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
        Centered unit vectors, with a rotated onto b; equal rows belong to the same word.
    residual : float
        ‖a − b‖² / (‖a‖² + ‖b‖²): 0 if the two spaces differ only by a rotation, 1 if they are
        unrelated.
    """

    a: np.ndarray
    b: np.ndarray
    residual: float

    @property
    def cosine(self) -> np.ndarray:
        """The cosine of the two vectors of each word, float (n,)."""
        return np.einsum("ij,ij->i", self.a, self.b)


def centered(matrix: np.ndarray) -> np.ndarray:
    """The vectors scaled to length 1, centred and scaled to length 1 again; float32 (n, d)."""
    unit = unit_rows(np.asarray(matrix, np.float32))
    return unit_rows(unit - unit.mean(axis=0))


def align_spaces(a: np.ndarray, b: np.ndarray) -> Aligned:
    """Rotate one space onto another.

    Parameters
    ----------
    a, b : float (n, d), (n, d′)
        Vectors of the same words. The space with fewer dimensions is padded with zeros.

    Raises
    ------
    ValueError
        If there are fewer than two words.
    """
    if len(a) < 2 or len(a) != len(b):
        raise ValueError("At least two shared words are needed to align two spaces.")
    a, b = centered(a), centered(b)
    d = max(a.shape[1], b.shape[1])
    a, b = (np.pad(m, ((0, 0), (0, d - m.shape[1]))) for m in (a, b))
    a = align(a, b)
    size = float((a**2).sum() + (b**2).sum())
    return Aligned(a, b, float(((a - b) ** 2).sum()) / size if size else 0.0)
