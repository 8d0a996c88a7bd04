"""The map of words as training moves them: one steady picture, pass by pass."""

from __future__ import annotations

import numpy as np

from w2v_core.space.projection import aligned_pca

MARGIN = 1.06
_GROWTH = 1.12  # the frame widens by whole steps of this factor, so that it rests between them


class MovingMap:
    """PCA pictures of the same words at successive passes, each laid on the one before.

    Attributes
    ----------
    frames : dict of int → float32 (words, 2)
        Pass → coordinates.
    """

    def __init__(self) -> None:
        self.frames: dict[int, np.ndarray] = {}
        self._last: np.ndarray | None = None
        self._reach: dict[int, float] = {}

    def add(self, step: int, matrix: np.ndarray) -> None:
        """Take in the vectors (words, d) before a step; steps come in order, words stay the same."""
        self._last = aligned_pca(matrix, self._last)
        reach = float(np.abs(self._last).max()) * MARGIN or 1.0
        # Whole powers, and never narrower than before: the frame changes seldom, and only outward.
        wide = _GROWTH ** np.ceil(np.log(reach) / np.log(_GROWTH))
        self._reach[step] = max(wide, *self._reach.values()) if self._reach else wide
        self.frames[step] = self._last

    def half_width(self, step: int) -> float:
        """How far the axes reach on each side of 0 at a pass."""
        return self._reach[step]
