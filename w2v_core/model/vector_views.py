"""Named views of a model: which of its vectors stand side by side, for what purpose.

A view is a list of parts. Of each part the rows are scaled to length 1, multiplied by the part's weight w,
and put side by side, so that the cosine in a view is the mean of the cosines in its parts, weighted by w².

Weights and parts were chosen by three scores (Google's analogies, WordSim-353, SimLex-999) on one half of a
text of 2.8 million words, at 5,000 and 10,000 words; ``docs/benchmarks.md`` has what the other half says.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from w2v_core.space.vectors import unit_rows

VIEWS: dict[str, tuple[tuple[str, float], ...]] = {
    "analogies": (("center", 1.0), ("counts", 0.8)),
    "related": (("sum", 1.0), ("counts", 1.0)),
}
"""View → its parts and their weights. A model without count vectors has the first part alone."""
COUNT_POWER = 0.5
"""The power of the singular values in the count vectors of a ``SkipGram``: beside V or V + U it measured
better than 0, which ``CountVectors`` alone has as its default."""


def side_by_side(parts: Sequence[tuple[np.ndarray, float]]) -> np.ndarray:
    """The rows of matrices (|W|, d), each at length 1 times its weight, as one matrix float32
    (|W|, Σd). Rows of zeros stay zeros."""
    return np.hstack([np.float32(w) * unit_rows(matrix) for matrix, w in parts]).astype(np.float32)
