"""Named views of a model: which of its vectors stand side by side, for what purpose.

A view is a list of parts. Of each part the rows are scaled to length 1, multiplied by the part's weight w,
and put side by side, so that the cosine in a view is the mean of the cosines in its parts, weighted by w².

The count vectors beside the trained ones see further: their pairs are up to ``COUNT_REACH`` windows apart.
Words that can replace each other share their nearest neighbours, words of one topic share the wider context
(Levy and Goldberg 2014, Dependency-Based Word Embeddings).

Weights, parts, power and reach were chosen by three scores (Google's analogies, WordSim-353, SimLex-999)
on one half of a text of 2.8 million words, with vocabularies of 3,000 to 10,000 words;
``docs/benchmarks.md`` has what the other half says.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from w2v_core.parameters import PARAMETERS
from w2v_core.space.vectors import unit_rows

VIEWS: dict[str, tuple[tuple[str, float], ...]] = {
    "analogies": (("center", 1.0), ("counts", 0.7)),
    "related": (("sum", 1.0), ("counts", 1.5)),
}
"""View → its parts and their weights. A model without count vectors has the first part alone."""
COUNT_POWER = 0.25
"""The power of the singular values in the count vectors of a ``SkipGram``. Beside V + U, .25 measured
best for relatedness, and beside V, .5 for analogies by a little; ``CountVectors`` alone has 0 as its
default."""
COUNT_REACH = 3
"""How many windows away the pairs of these count vectors may be."""


def count_window(window: int | str) -> int | str:
    """The window of the count vectors beside vectors trained with this window: ``COUNT_REACH`` times as
    wide, or the sentence."""
    if isinstance(window, str):
        return window
    return min(COUNT_REACH * window, int(PARAMETERS["window"].high or window))


def side_by_side(parts: Sequence[tuple[np.ndarray, float]]) -> np.ndarray:
    """The rows of matrices (|W|, d), each at length 1 times its weight, as one matrix float32
    (|W|, Σd). Rows of zeros stay zeros."""
    return np.hstack([np.float32(w) * unit_rows(matrix) for matrix, w in parts]).astype(np.float32)
