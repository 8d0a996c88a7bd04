"""What a model has learned beyond the frequencies of words, as the sentences kept aside show it."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

LEAST = 0.01  # nats per pair: a smaller gain, a five-hundredth of the loss, counts as none

PIECES = 20
BEYOND_OF_PIECES = {200: 0, 500: 0, 1_000: 0, 2_000: 1, 5_000: 19}
"""Words of a piece of natural text → how many of ``PIECES`` taught a model more than frequency
(``tests/benchmarks/short_texts.py``)."""
_FURTHEST = 1.6  # times as long as the longest pieces measured
_MOST_USES = 8.0  # of a word on average, above that of all these pieces


@dataclass(frozen=True)
class Gain:
    """By how much a model predicts held-out sentences better than frequency does.

    Attributes
    ----------
    gain : float
        Loss of the unigram model less that of the model, nats per pair.
    error : float
        Half of the 95 % confidence interval, nats per pair.
    unigram_loss : float
        Of the held-out sentences, nats per pair.
    sentences : int
        How many were held out in turn; 0 where fewer than two have pairs: nothing was measured then.
    """

    gain: float
    error: float
    unigram_loss: float
    sentences: int

    @property
    def beyond_frequency(self) -> bool:
        """Whether the model has learned more than how frequent words are."""
        return self.sentences > 0 and self.gain > max(self.error, LEAST)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Gain:
        """What ``as_json`` gave, or what JSON made of it (``ValueError``, ``KeyError`` or ``TypeError``
        for anything else)."""
        gain, error, loss = (float(value[name]) for name in ("gain", "error", "unigram_loss"))
        if not np.isfinite([gain, error, loss]).all():
            raise ValueError("a gain with infinite numbers")
        return cls(gain, error, loss, int(value["sentences"]))


def pieces_like(n_tokens: int, n_distinct: int) -> tuple[int, int] | None:
    """What a text usually teaches, before it is trained on: the length of the natural texts measured that
    is nearest to its own, and how many of ``PIECES`` of them taught more than frequency. None for longer
    texts, and for those that repeat few words more often than a natural text of their length."""
    if n_tokens > _MOST_USES * n_distinct:
        return None
    size = min(BEYOND_OF_PIECES, key=lambda size: abs(math.log(size / max(n_tokens, 1))))
    if n_tokens > _FURTHEST * size:
        return None
    return size, BEYOND_OF_PIECES[size]
