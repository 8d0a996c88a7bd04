"""Words and their vectors: what a training leaves behind, and what an import brings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import numpy as np

from w2v_core.model.softmax import scores, softmax
from w2v_core.space.vectors import WordVectors
from w2v_core.text.corpus import Corpus
from w2v_core.vocabulary import Vocabulary

KINDS = ("center", "output", "sum")


def without_trainer(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as the class that "trainer" names takes them."""
    return {name: value for name, value in parameters.items() if name != "trainer"}


class WordModel:
    """A vocabulary, its vectors and where they came from. A trainer is a subclass with a ``fit``.

    Attributes
    ----------
    V, U : float32 (|W|, d)
        Center and output vectors.
    log_q : float32 (|W|,)
        The anchor, log((m + α) / Σ(m + α)) with α the ``smoothing``; zeros when unanchored.
    loss_curve : float64 (passes + 1,)
        Exact loss in nats per pair: entry k before step k, the last after the last step.
    held_out_curve : float64 (passes + 1,)
        The same for the sentences kept back; empty where there are none.
    words, counts : list of str, int64 (|W|,)
        The vocabulary, most frequent first.
    chosen : dict
        Parameter → the value that was chosen for it.
    prior_losses : dict of float → float
        Where the prior was chosen by it: prior tried → held-out loss, nats per pair.
    stopped : bool
        Whether a callback ended the training early.
    seconds : float
        What fit took, counting included.
    corpus : Corpus or None
        The text trained on.
    origin : dict
        Of a model that was opened: what was saved of its text and of the versions that made it.

    Vectors that came from elsewhere may be V alone (``has_output`` is False and U is None), with counts
    that nobody knows (``has_counts`` is False and they are zeros) and an empty loss curve.
    """

    V: np.ndarray
    U: Any
    log_q: np.ndarray
    loss_curve: np.ndarray
    held_out_curve: np.ndarray
    words: list[str]
    counts: np.ndarray
    vocabulary: Vocabulary
    chosen: dict[str, Any]
    prior_losses: dict[float, float]
    stopped: bool
    seconds: float
    corpus: Corpus | None
    origin: dict[str, Any] = {}  # noqa: RUF012 - replaced, never changed

    @classmethod
    def from_arrays(
        cls,
        *,
        parameters: dict[str, Any],
        chosen: dict[str, Any],
        words: list[str],
        counts: np.ndarray,
        lowercase: bool,
        V: np.ndarray,
        U: np.ndarray | None,
        log_q: np.ndarray,
        loss_curve: np.ndarray,
        stopped: bool,
        seconds: float,
        corpus: Corpus | None = None,
        held_out_curve: np.ndarray | None = None,
    ) -> Self:
        """A trained model put together again from what was saved of it."""
        model = cls(**without_trainer(parameters))
        model.chosen, model.stopped, model.seconds = dict(chosen), stopped, seconds
        model.vocabulary = Vocabulary(words, lowercase)
        model.words, model.counts = model.vocabulary.words, counts
        model.V, model.U, model.log_q, model.loss_curve = V, U, log_q, loss_curve
        model.prior_losses = {}
        model.held_out_curve = np.empty(0) if held_out_curve is None else held_out_curve
        model.corpus = corpus
        return model

    @property
    def has_output(self) -> bool:
        """Whether there are output vectors U, so that it predicts."""
        return self.U is not None

    @property
    def has_counts(self) -> bool:
        """Whether it is known how often each word stands in the text."""
        return bool(self.counts.any())

    def scores(self, center: str) -> np.ndarray:
        """v_c · u_o + log q_o for every output word o, float32 (|W|,).

        Raises
        ------
        UnknownWord
            (a KeyError) when the vocabulary does not hold the word.
        """
        return scores(self.V[self.vocabulary.index(center)], self._output(), self.log_q)

    def probabilities(self, center: str) -> np.ndarray:
        """p(o|c) for every output word o, float32 (|W|,), summing to 1: the softmax of the scores."""
        return softmax(self.scores(center))

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of vectors it has: "center" alone where it came from elsewhere without U."""
        return KINDS if self.has_output else KINDS[:1]

    def _output(self) -> np.ndarray:
        if self.U is None:
            raise ValueError(
                "This model came with one matrix of vectors: without output vectors U it predicts "
                "nothing, and there is no V + U."
            )
        return self.U

    def vectors(self, which: str = "center") -> WordVectors:
        """The vectors as a space to look around in: "center" V, "output" U, or "sum" V + U."""
        if which not in KINDS:
            raise ValueError(f"which={which!r}: choose one of {', '.join(map(repr, KINDS))}.")
        matrix = self.V if which == "center" else self._output()
        if which == "sum":
            matrix = self.V + matrix
        return WordVectors(self.words, matrix, lowercase=self.vocabulary.lowercase)
