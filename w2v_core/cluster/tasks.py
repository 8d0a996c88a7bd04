"""What a worker does: pure functions of a shard, each by the functions of one machine.

Nothing is kept on a worker and nothing is added up there over tasks, so that a task may be done twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import scipy.sparse as sp

from w2v_core.cluster.shards import Shard, ShardError, Undecodable, blocks_of
from w2v_core.cluster.word_counts import WordCounts, merged, only
from w2v_core.text import reading
from w2v_core.text.corpus import (
    Corpus,
    CorpusBuilder,
    CorpusSettings,
    EncodedText,
    begins_wrapped,
)
from w2v_core.text.pairs import pair_sums

CHANGED = "A file was changed while it was counted: repeat the command when it is at rest."


@dataclass(frozen=True)
class Encoded:
    """A shard as rows of the vocabulary: ``ids`` and ``sentence_starts`` of a ``Corpus``."""

    ids: np.ndarray
    sentence_starts: np.ndarray

    @property
    def sizes(self) -> tuple[int, int]:
        """The numbers of sentences and of words."""
        return len(self.sentence_starts) - 1, len(self.ids)


def is_wrapped(shards: Sequence[Shard]) -> tuple[bool, tuple[str, ...]]:
    """Whether the lines at the beginning of a text look wrapped at a column; and the names of files that
    are not in their encoding, if that cannot be told for these.

    Parameters
    ----------
    shards : sequence of Shard
        As many as the beginning may need.
    """

    def pieces() -> Iterator[bytes]:
        held = b""
        for shard in shards:
            for block in blocks_of(shard, "marks"):
                held += block
                while len(held) >= reading.BLOCK:
                    yield held[: reading.BLOCK]
                    held = held[reading.BLOCK :]
        yield held

    try:
        return begins_wrapped(next(reading.blocks(pieces()), b"")), ()
    except Undecodable as error:
        return False, (error.name,)


def count_words(
    shard: Shard, settings: CorpusSettings, most: int, wanted: pa.StringArray | None = None
) -> WordCounts:
    """The words of a shard, at most so many; of the wanted ones alone, where these are given."""
    try:
        builder = _read(shard, settings)
    except Undecodable as error:
        return WordCounts(undecodable=(error.name,))
    counts = builder.counts
    found = WordCounts(
        pa.array(list(builder.encoder), pa.string()), counts, int(counts.sum()), builder.tally
    )
    return merged([found], most) if wanted is None else only(found, wanted)


def encode(shard: Shard, words: Sequence[str], settings: CorpusSettings) -> Encoded:
    """A shard as rows of the vocabulary."""
    try:
        builder = _read(shard, settings)
    except Undecodable as error:  # its words could be read before
        raise ShardError(CHANGED) from error
    index = {word: row for row, word in enumerate(words)}
    row = np.full(len(builder.encoder) + 1, -1, np.int32)
    row[:-1] = [index.get(word, -1) for word in builder.encoder]
    ids, starts, _ = builder.within(row)
    return Encoded(np.array(ids), np.array(starts))


def _read(shard: Shard, settings: CorpusSettings) -> CorpusBuilder:
    builder = CorpusBuilder(settings)
    for block in blocks_of(shard, settings.sentence_ends):
        builder.add(block)
    builder.end()
    return builder


def sizes_of(encoded: Encoded) -> tuple[int, int]:
    return encoded.sizes


def count_pairs(
    encoded: Encoded,
    expected: tuple[int, int],
    words: list[str],
    window: int | str,
    weighting: str,
    masks: Sequence[np.ndarray | None],
    bands: np.ndarray,
) -> list[list[sp.csr_array]]:
    """For each mask of the sentences (packed bits, or None for all), what ``pair_sums`` says of them: cut
    into bands of rows, whole numbers.

    Parameters
    ----------
    expected : (int, int)
        The ``sizes`` that it had before.
    bands : int (n_bands + 1,)
        Where each band of rows begins, and the end.
    """
    if encoded.sizes != expected:
        raise ShardError(CHANGED)
    n = expected[0]
    text = EncodedText(
        ids=encoded.ids,
        sentence_starts=encoded.sentence_starts,
        sentence_bytes=np.zeros((n, 2), np.int64),
        counts=np.zeros(len(words), np.int64),
        all_counts=np.array([len(encoded.ids)]),
    )
    corpus = Corpus(words, text, b"", CorpusSettings(min_count=1))
    found = []
    for mask in masks:
        chosen = None if mask is None else np.unpackbits(mask, count=n).astype(bool)
        sums = pair_sums(corpus, window, weighting, chosen)
        sums = sp.csr_array((sums.data.astype(np.int64), sums.indices, sums.indptr), sums.shape)
        sums.eliminate_zeros()
        found.append([sums[a:b] for a, b in pairwise(bands)])
    return found


def band_of(found: list[list[sp.csr_array]], mask: int, band: int) -> sp.csr_array:
    return found[mask][band]


def added(parts: Sequence[Any]) -> Any:
    """The sum of matrices, in order."""
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


def rows_between(X: np.ndarray, first: int, last: int) -> np.ndarray:
    """Some rows, which do not keep the others in memory."""
    return X[first:last].copy()
