"""The map of words as training moves them: one steady picture, pass by pass."""

from __future__ import annotations

import numpy as np

from w2v_core.space.projection import aligned_pca

MARGIN = 1.06
_GROWTH = 1.12  # the frame widens by whole steps of this factor, so that it rests between them


class MovingMap:
    """PCA pictures of the same words as training goes on, each laid on the one before.

    Attributes
    ----------
    frames : dict of int → float32 (words, 2)
        Pass → coordinates, for the passes that were added.
    half_width : float
        How far the axes must reach on each side of 0 to hold every picture so far.
    """

    def __init__(self) -> None:
        self.frames: dict[int, np.ndarray] = {}
        self.half_width = 0.0
        self._last: np.ndarray | None = None

    def lay(self, matrix: np.ndarray) -> np.ndarray:
        """The picture of these vectors (words, d), laid on the last one; float32 (words, 2)."""
        self._last = aligned_pca(matrix, self._last)
        reach = float(np.abs(self._last).max()) * MARGIN or 1.0
        if reach > self.half_width:
            # Whole powers, and never narrower than before: the frame changes seldom, only outward.
            self.half_width = float(_GROWTH ** np.ceil(np.log(reach) / np.log(_GROWTH)))
        return self._last

    def add(self, step: int, matrix: np.ndarray) -> None:
        """Keep the picture of the vectors (words, d) before a step; steps come in order."""
        self.frames[step] = self.lay(matrix)
