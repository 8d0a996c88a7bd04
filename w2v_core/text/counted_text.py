"""A text known by its counts alone: its words, and a way to count its pairs wherever it lies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse as sp

from w2v_core.text.corpus import CorpusSettings
from w2v_core.vocabulary import Vocabulary

CountSums = Callable[
    [int | str, str, Sequence[np.ndarray | None], Callable[[float], object]], list[sp.csr_array]
]
"""(window, weighting, masks, tell) → for each mask, bool (n_sentences,) or None for all sentences, what
``pairs.pair_sums`` of these sentences is; ``tell`` is called with the share done."""


@dataclass(frozen=True, kw_only=True)
class CountedText:
    """What a training needs of a text that is too long for one machine.

    Attributes
    ----------
    words, counts, n_tokens, n_distinct, n_sentences, settings, encoding, warnings, chosen
        As of a ``Corpus``.
    count : callable
        Counts its pairs (see ``CountSums``).
    """

    words: list[str]
    counts: np.ndarray
    n_tokens: int
    n_distinct: int
    n_sentences: int
    settings: CorpusSettings
    count: CountSums
    encoding: str = "UTF-8"
    warnings: list[str] = field(default_factory=list)
    chosen: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary(self.words, self.settings.lowercase)
