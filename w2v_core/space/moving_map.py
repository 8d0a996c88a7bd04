"""The map of words during training, kept steady from pass to pass."""

from __future__ import annotations

import numpy as np

from w2v_core.space.projection import aligned_pca

MARGIN = 1.06
_GROWTH = 1.12  # the frame grows in steps of this factor and stays fixed in between


class MovingMap:
    """PCA maps of the same words during training, each aligned with the previous one.

    Attributes
    ----------
    frames : dict of int → float32 (words, 2)
        Pass → coordinates, for the passes that were added.
    half_width : float
        The range of the axes on each side of 0 that includes every map so far.
    """

    def __init__(self) -> None:
        self.frames: dict[int, np.ndarray] = {}
        self.half_width = 0.0
        self._last: np.ndarray | None = None

    def lay(self, matrix: np.ndarray) -> np.ndarray:
        """The map of these vectors (words, d), aligned with the last one; float32 (words, 2)."""
        self._last = aligned_pca(matrix, self._last)
        reach = float(np.abs(self._last).max()) * MARGIN or 1.0
        if reach > self.half_width:
            # Whole powers, and never narrower than before: the frame changes seldom and only grows.
            self.half_width = float(_GROWTH ** np.ceil(np.log(reach) / np.log(_GROWTH)))
        return self._last

    def add(self, step: int, matrix: np.ndarray) -> None:
        """Store the map of the vectors (words, d) before a step; steps must be added in order."""
        self.frames[step] = self.lay(matrix)
