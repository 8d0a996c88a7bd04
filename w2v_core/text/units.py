"""What a permutation moves as a whole: documents, or blocks of consecutive sentences."""

from __future__ import annotations

import numpy as np

from w2v_core.text.pooled import Pooled

FEWEST_DOCUMENTS = 8
"""Of a text whose documents are permuted; of fewer there are too few permutations, so that they are cut
into blocks."""
BLOCK = 200
"""Sentences of a block: long enough that two blocks speak of different things."""
FEWEST_BLOCKS = 10
"""That a text is cut into; short texts get shorter blocks."""


def units_of_texts(pooled: Pooled) -> tuple[np.ndarray, list[str], list[int]]:
    """The unit of each sentence, numbered through over the texts; and of each text, what its units are
    ("documents" or "blocks of … sentences") and how many there are.

    Raises
    ------
    ValueError
        for a text of fewer than two sentences.
    """
    units = np.empty(len(pooled.text), np.int64)
    kinds, numbers = [], []
    used = 0
    for text in range(len(pooled.counts)):
        rows = np.flatnonzero(pooled.text == text)
        if len(rows) < 2:
            raise ValueError(
                "One of the texts is a single sentence: use longer texts, or let line ends end "
                "sentences."
            )
        documents = pooled.documents[rows]
        if documents[0] >= 0 and len(np.unique(documents)) >= FEWEST_DOCUMENTS:
            found, kind = documents, "documents"
        else:
            size = int(np.clip(len(rows) // FEWEST_BLOCKS, 1, BLOCK))
            # Blocks of about this size, of whole sentences, none over the end of a document.
            begins = np.flatnonzero(np.diff(documents, prepend=documents[0] - 1))
            within = np.arange(len(rows)) - np.repeat(begins, np.diff(np.append(begins, len(rows))))
            lengths = np.repeat(
                np.diff(np.append(begins, len(rows))), np.diff(np.append(begins, len(rows)))
            )
            blocks = np.maximum(lengths // size, 1)
            found = (np.cumsum(np.diff(documents, prepend=documents[0]) != 0) + 1) * (
                len(rows) + 1
            ) + within * blocks // lengths
            kind = f"blocks of {size:,} sentences"
        found = np.unique(found, return_inverse=True)[1]
        units[rows] = used + found
        kinds.append(kind)
        numbers.append(int(found.max()) + 1)
        used += numbers[-1]
    return units, kinds, numbers
