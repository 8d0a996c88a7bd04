"""What stands around a sentence in its document: the lines before it and after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

import numpy as np

from w2v_core.text.corpus import Corpus
from w2v_core.text.sentence_documents import documents_of_sentences
from w2v_core.text.tokenizer import as_read

SENTENCES = 3
"""Sentences on each side, at most."""
CHARACTERS = 400
"""Characters on each side, at most: a few lines."""
_BYTES = 4 * CHARACTERS + 4  # no character of UTF-8 is longer, and one may be cut


def surroundings(
    corpus: Corpus,
    sentences: Sequence[int],
    starts: Sequence[int] | np.ndarray = (),
    ends: Sequence[int] | np.ndarray = (),
) -> list[tuple[str, str]]:
    """What stands before and after each of some sentences, white space folded; nothing of another document.

    Parameters
    ----------
    corpus : Corpus
    sentences : sequence of int
        Their numbers in the corpus.
    starts, ends : sequence of int
        Where each document begins and ends in the text's bytes, in order; none where none are known.

    Returns
    -------
    list of (str, str)
        What was cut begins, or ends, with …

    Raises
    ------
    OSError
        where the text cannot be read.
    """
    numbers = np.asarray(sentences, np.int64)
    spans = np.asarray(corpus.sentence_bytes, np.int64)
    if len(numbers) == 0 or len(spans) == 0:
        return []
    own = spans[numbers]
    low = spans[np.maximum(numbers - SENTENCES, 0), 0]
    high = spans[np.minimum(numbers + SENTENCES, len(spans) - 1), 1]
    if len(starts):
        document = documents_of_sentences(own, starts)
        inside = np.maximum(document, 0)
        low = np.where(document >= 0, np.maximum(low, np.asarray(starts)[inside]), low)
        last = np.where(document >= 0, np.asarray(ends)[inside], np.asarray(starts)[0])
        high = np.minimum(high, last)
    with corpus.open_text() as file:
        return [
            (_read(file, first, start, True), _read(file, end, last, False))
            for first, start, end, last in zip(
                low.tolist(), own[:, 0].tolist(), own[:, 1].tolist(), high.tolist(), strict=True
            )
        ]


def _read(file: BinaryIO, start: int, end: int, before: bool) -> str:
    """The text from one byte to another; of a long one what is nearest to the sentence, in whole words."""
    if end <= start:
        return ""
    cut = end - start > _BYTES
    if cut:
        start, end = (end - _BYTES, end) if before else (start, start + _BYTES)
    file.seek(start)
    text = as_read(" ".join(file.read(end - start).decode("utf-8", "ignore").split()))
    if len(text) <= CHARACTERS:
        return text
    text = text[-CHARACTERS:] if before else text[:CHARACTERS]
    if before:
        return f"… {text.partition(' ')[2] or text}"
    return f"{text.rpartition(' ')[0] or text} …"
