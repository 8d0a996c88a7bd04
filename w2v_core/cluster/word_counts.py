"""The words of a shard and how often each occurs, and the sum of several shards'."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from w2v_core.text.corpus import Tally


@dataclass(frozen=True)
class WordCounts:
    """The distinct words of a part of a text.

    Attributes
    ----------
    words : pyarrow.StringArray (n,)
        In order of first appearance.
    counts : int64 (n,)
    n_tokens : int
        Running words, those of words that were dropped included.
    tally : Tally
    dropped : int
        No word that is missing here occurs more often; a word that is here may have lost so many.
    undecodable : tuple of str
        The names of files that are not in their encoding; then nothing else counts.
    """

    words: pa.StringArray = field(default_factory=lambda: pa.array([], pa.string()))
    counts: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    n_tokens: int = 0
    tally: Tally = field(default_factory=Tally)
    dropped: int = 0
    undecodable: tuple[str, ...] = ()


def merged(parts: Sequence[WordCounts], most: int) -> WordCounts:
    """The sum of parts that follow one another in the text, with at most so many words.

    Where there are more, the least frequent are dropped: all that occur as often as the first one too many,
    or less (Manku and Motwani 2002, "Approximate frequency counts over data streams").
    """
    words = pa.concat_arrays([part.words for part in parts]).dictionary_encode()
    counts = np.zeros(len(words.dictionary), np.int64)
    np.add.at(counts, words.indices.to_numpy(), np.concatenate([part.counts for part in parts]))
    found, dropped = words.dictionary, sum(part.dropped for part in parts)
    if len(counts) > most:
        least = int(np.partition(counts, len(counts) - most - 1)[len(counts) - most - 1])
        kept = counts > least
        found, counts = found.filter(pa.array(kept)), counts[kept]
        dropped += least
    return WordCounts(
        found,
        counts,
        sum(part.n_tokens for part in parts),
        sum((part.tally for part in parts), Tally()),
        dropped,
        tuple(dict.fromkeys(name for part in parts for name in part.undecodable)),
    )


def only(part: WordCounts, wanted: pa.StringArray) -> WordCounts:
    """The same of some words alone; the others are not dropped but unasked for."""
    kept = pc.is_in(part.words, value_set=wanted).to_numpy(zero_copy_only=False)
    return WordCounts(
        part.words.filter(pa.array(kept)),
        part.counts[kept],
        part.n_tokens,
        part.tally,
        undecodable=part.undecodable,
    )
