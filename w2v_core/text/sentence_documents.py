"""Which document each sentence of a text stands in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def documents_of_sentences(
    sentence_bytes: np.ndarray, starts: Sequence[int] | np.ndarray
) -> np.ndarray:
    """The number of the document in which each sentence begins.

    Parameters
    ----------
    sentence_bytes : int (n_sentences, 2)
        Where each sentence begins and ends, as in ``Corpus``.
    starts : sequence of int
        Where each document begins in the same bytes, in order; what stands between two documents
        counts as the first of them.

    Returns
    -------
    int (n_sentences,)
        −1 for a sentence before the first document.
    """
    return np.searchsorted(np.asarray(starts, np.int64), sentence_bytes[:, 0], side="right") - 1
