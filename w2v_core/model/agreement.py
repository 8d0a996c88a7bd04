"""The stability of one word's neighbours by all metrics at once, fast enough to answer a click."""

from __future__ import annotations

import numpy as np

from w2v_core.model.stability import Stability
from w2v_core.model.word_model import KINDS
from w2v_core.vocabulary import Vocabulary


class Agreement:
    """The vectors of all resamples, unpacked once, so that each word costs one matrix product.

    Parameters
    ----------
    stability : Stability
    which : "center", "output" or "sum"

    Raises
    ------
    ValueError
        For an unknown kind of vectors.
    """

    def __init__(self, stability: Stability, which: str = "center"):
        if which not in KINDS:
            raise ValueError(f"which={which!r}: choose one of {', '.join(map(repr, KINDS))}.")
        packed = stability.U if which == "output" else stability.V
        self._vectors = packed.astype(np.float32)  # (R, words, d)
        if which == "sum":
            self._vectors += stability.U
        self._squares = np.einsum("rwd,rwd->rw", self._vectors, self._vectors)
        self._lengths = np.sqrt(np.where(self._squares > 0, self._squares, 1))
        self._present = stability.present
        self._vocabulary = Vocabulary(stability.words)

    def shares(self, word: str, n: int) -> dict[str, dict[str, float]]:
        """How often other words are among a word's n nearest.

        Returns
        -------
        dict of metric → dict of word → share
            The share of all resamples, 0 to 1, as in ``Stability.neighbours``; words that are never
            among the n nearest have 0.

        Raises
        ------
        UnknownWord
            (a KeyError) If the resamples do not contain the word.
        """
        row = self._vocabulary.index(word)
        dots = np.matmul(self._vectors, self._vectors[:, row, :, None])[..., 0]
        orders = {
            "cosine": -dots / self._lengths,
            "dot": -dots,
            "euclidean": self._squares - 2 * dots,
        }
        return {metric: self._among_nearest(order, row, n) for metric, order in orders.items()}

    def _among_nearest(self, order: np.ndarray, row: int, n: int) -> dict[str, float]:
        order = np.where(self._present, order, np.inf)
        order[:, row] = np.inf
        n = min(n, order.shape[1] - 1)
        rows = np.argpartition(order, n, axis=1)[:, :n]
        possible = np.isfinite(np.take_along_axis(order, rows, axis=1))
        possible &= self._present[:, row, None]
        counted = np.bincount(rows[possible], minlength=order.shape[1]) / len(order)
        return dict(zip(self._vocabulary.words, counted.tolist(), strict=True))
