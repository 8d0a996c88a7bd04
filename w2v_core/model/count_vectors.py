"""Vectors from counting alone: the estimator beside ``SkipGram``, on the same pairs.

It is not an entry of the registry of trainers: it makes one matrix, so it predicts nothing, has no loss
and no passes, and a model of the library is a ``SkipGram``. Within one, ``SkipGram(count_vectors=True)``
makes such vectors from the pairs of a window three times as wide (``model.vector_views``).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.sparse as sp

from w2v_core.model.positive_pmi import pmi_vectors
from w2v_core.model.skipgram import SkipGram
from w2v_core.space.vectors import WordVectors
from w2v_core.text.corpus import Corpus
from w2v_core.text.small_vocabulary import default_weighting


class CountVectors:
    """The singular vectors of the positive PMI of the training pairs (``model.positive_pmi``, with the
    formula and its source): nothing is learned, only counted and decomposed.

    Parameters
    ----------
    dim : int, optional
        d, numbers per word; at most |W|.
    window, subsample, weighting
        Which pairs count, as for ``SkipGram`` and ``count_pairs``.
    seed : int
        Of the randomised decomposition.
    power : float
        How much the singular values weigh: 0, as recommended for neighbours, or up to 1.

    Parameters left at None are chosen by the rules of ``SkipGram`` and reported in ``chosen``.

    Attributes
    ----------
    V : float32 (|W|, d)
        One row per word.
    singular_values : float32 (d,)
        Largest first.
    words, counts : list of str, int64 (|W|,)
        The vocabulary, most frequent first.
    chosen : dict
    seconds : float
        The duration of fit, including counting.
    """

    V: np.ndarray
    singular_values: np.ndarray
    words: list[str]
    counts: np.ndarray
    chosen: dict[str, Any]
    seconds: float

    def __init__(
        self,
        dim: int | None = None,
        window: int | str = 5,
        subsample: float | None = None,
        seed: int = 0,
        *,
        weighting: str | None = None,
        power: float = 0.0,
    ):
        self._like = SkipGram(
            dim, window, subsample=subsample, seed=seed, weighting=weighting
        )  # checks, counts and chooses
        if isinstance(power, bool) or not isinstance(power, int | float) or not 0 <= power <= 1:
            raise ValueError(f"power={power!r}: give a number from 0 to 1.")
        self.power = float(power)

    def get_params(self) -> dict[str, Any]:
        """The parameters as they were given; None means that a value is chosen from the corpus."""
        like = self._like
        names = ("dim", "window", "subsample", "seed", "weighting")
        return {**{name: getattr(like, name) for name in names}, "power": self.power}

    def count(
        self, corpus: Corpus, callback: Callable[[float], bool | None] | None = None
    ) -> sp.csr_array:
        """N: the pairs that a ``SkipGram`` with these parameters counts (arguments as there)."""
        return self._like.count(corpus, callback)[0]

    def fit(self, corpus: Corpus, *, pairs: sp.csr_array | None = None) -> CountVectors:
        """Count the pairs, or take those that were counted, and decompose their positive PMI.

        Parameters
        ----------
        corpus : Corpus
        pairs : sparse (|W|, |W|), optional
            N, if the pairs have been counted already.

        Raises
        ------
        ValueError
            If the text has no pairs of words, or ``dim`` exceeds the vocabulary.
        """
        start = time.perf_counter()
        N = self.count(corpus) if pairs is None else pairs
        total = float(N.sum(dtype=np.float64))
        chosen = self._like.choose(len(corpus.words), total)
        mine: dict[str, Any] = {
            name: chosen[name] for name in ("dim", "subsample") if name in chosen
        }
        if self._like.weighting is None:
            mine["weighting"] = default_weighting(corpus, self._like.window)
        self.chosen = {**corpus.chosen, **mine}
        dim = mine.get("dim", self._like.dim)
        self.V, self.singular_values = pmi_vectors(N, dim, self._like.seed, self.power)
        self.vocabulary = corpus.vocabulary
        self.words, self.counts = corpus.words, corpus.counts
        self.seconds = time.perf_counter() - start
        return self

    def vectors(self, which: str = "center") -> WordVectors:
        """The space of the vectors. There is one matrix, so the "center" vectors and the views
        "analogies" and "related" are all of it.

        Raises
        ------
        ValueError
            For "output" and "sum", which only a ``SkipGram`` has, and for unknown names.
        """
        if which not in ("center", "analogies", "related"):
            raise ValueError(
                f"which={which!r}: count vectors are one matrix; choose 'center', 'analogies' or "
                "'related', which are all the same here."
            )
        return WordVectors(self.words, self.V, lowercase=self.vocabulary.lowercase)
