"""Words and their vectors, the common result of trainings and imports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import numpy as np

from w2v_core.model.dimension import Trials
from w2v_core.model.gain import Gain
from w2v_core.model.softmax import scores, softmax
from w2v_core.model.subwords import MOST_WORDS, FormVectors
from w2v_core.model.vector_views import VIEWS, side_by_side
from w2v_core.space.vectors import WordVectors
from w2v_core.text.corpus import Corpus
from w2v_core.vocabulary import Vocabulary

KINDS = ("center", "output", "sum")
FORM = "form"
NO_COUNT_VECTORS = (
    "This model has no count vectors: train it with count_vectors=True, or choose the center "
    "vectors."
)


def without_trainer(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters without "trainer", as the constructor of the trainer's class takes them."""
    return {name: value for name, value in parameters.items() if name != "trainer"}


class WordModel:
    """A vocabulary, its vectors and their origin. A trainer is a subclass with a ``fit``.

    Attributes
    ----------
    V, U : float32 (|W|, d)
        Center and output vectors.
    C : float32 (|W|, d), or None
        Count vectors, if they were asked for (``model.positive_pmi``).
    log_q : float32 (|W|,)
        The anchor, log((m + α) / Σ(m + α)) with α the ``smoothing``; zeros when unanchored.
    loss_curve : float64 (passes + 1,)
        Exact loss in nats per pair: entry k before step k, the last after the last step.
    held_out_curve : float64 (passes + 1,)
        The same for the held-out sentences; empty if there are none.
    words, counts : list of str, int64 (|W|,)
        The vocabulary, most frequent first.
    chosen : dict
        Parameter → the value that was chosen for it.
    prior_losses : dict of float → float
        If the prior was chosen by held-out loss: prior tried → loss in nats per pair.
    trials : Trials or None
        If the dimension was chosen by trial: what was tried (see ``model.dimension``).
    gain : Gain or None
        Of a short text, if it was measured: what was learned beyond frequency (``model.beyond_frequency``).
    stopped : bool
        Whether a callback ended the training early.
    seconds : float
        The duration of fit, including counting.
    corpus : Corpus or None
        The training text.
    origin : dict
        For an opened model: the saved facts about its text and about the versions that made it.

    Imported vectors may be V alone (``has_output`` is False and U is None), with unknown counts
    (``has_counts`` is False and they are zeros) and an empty loss curve.
    """

    V: np.ndarray
    U: Any
    C: np.ndarray | None = None
    log_q: np.ndarray
    loss_curve: np.ndarray
    held_out_curve: np.ndarray
    words: list[str]
    counts: np.ndarray
    vocabulary: Vocabulary
    chosen: dict[str, Any]
    prior_losses: dict[float, float]
    trials: Trials | None = None
    gain: Gain | None = None
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
        C: np.ndarray | None = None,
    ) -> Self:
        """Restore a trained model from its saved arrays and values."""
        model = cls(**without_trainer(parameters))
        model.chosen, model.stopped, model.seconds = dict(chosen), stopped, seconds
        model.vocabulary = Vocabulary(words, lowercase)
        model.words, model.counts = model.vocabulary.words, counts
        model.V, model.U, model.log_q, model.loss_curve = V, U, log_q, loss_curve
        model.C = C
        model.prior_losses = {}
        model.held_out_curve = np.empty(0) if held_out_curve is None else held_out_curve
        model.corpus = corpus
        return model

    @property
    def has_output(self) -> bool:
        """Whether there are output vectors U, which predictions need."""
        return self.U is not None

    @property
    def has_counts(self) -> bool:
        """Whether the frequencies of the words in the text are known."""
        return bool(self.counts.any())

    def scores(self, center: str) -> np.ndarray:
        """v_c · u_o + log q_o for every output word o, float32 (|W|,).

        Raises
        ------
        UnknownWord
            (a KeyError) If the vocabulary does not contain the word.
        """
        return scores(self.V[self.vocabulary.index(center)], self._output(), self.log_q)

    def probabilities(self, center: str) -> np.ndarray:
        """p(o|c) for every output word o, float32 (|W|,), summing to 1: the softmax of the scores."""
        return softmax(self.scores(center))

    @property
    def has_count_vectors(self) -> bool:
        """Whether there are count vectors C, which the views are better with."""
        return self.C is not None

    @property
    def kinds(self) -> tuple[str, ...]:
        """The available kinds of vectors: only "center" for a model imported without U."""
        return KINDS if self.has_output else KINDS[:1]

    @property
    def views(self) -> tuple[str, ...]:
        """The named views that differ from the kinds: those of a model with count vectors."""
        return tuple(VIEWS) if self.has_count_vectors and self.has_output else ()

    @property
    def has_form(self) -> bool:
        """Whether the vocabulary is small enough for vectors of form to be fitted while a person waits."""
        return len(self.words) <= MOST_WORDS

    def form_vectors(self) -> FormVectors:
        """Vectors by spelling, fitted to V (``model.subwords``): 1.5 s for 10,000 words, 5 s for 20,000."""
        return FormVectors(self.words, self.V, self.counts)

    @property
    def recommended(self) -> str:
        """The kind of vectors to look at first: "sum" where trials found that parallelograms close more
        clearly by V + U (``model.dimension``), else "center"."""
        return self.trials.vectors if self.trials and self.has_output else KINDS[0]

    def _output(self) -> np.ndarray:
        if self.U is None:
            raise ValueError(
                "This model has only one matrix of vectors. Without output vectors U it cannot predict "
                "anything, and there is no V + U."
            )
        return self.U

    def vectors(self, which: str = "center") -> WordVectors:
        """The space of some of the model's vectors.

        Parameters
        ----------
        which : str
            "center": V. "output": U. "sum": V + U. "counts": C, the count vectors.
            "analogies": V and 0.7 C side by side, rows of length 1 each (|W|, 2d): best for
            relations between words. "related": V + U and 1.5 C in the same way: best for words of one
            topic. Without count vectors these two views are V and V + U alone, and without output
            vectors V. "form": the vectors that the spelling of the words gives (``form_vectors``).

        Raises
        ------
        ValueError
            For vectors that the model does not have, and for unknown names.
        """
        return WordVectors(self.words, self._matrix(which), lowercase=self.vocabulary.lowercase)

    def _matrix(self, which: str) -> np.ndarray:
        if which in VIEWS:
            parts = VIEWS[which]
            if self.C is None or not self.has_output:
                first = parts[0][0] if self.has_output else "center"
                return self._matrix(first)
            return side_by_side([(self._matrix(part), weight) for part, weight in parts])
        if which == "center":
            return self.V
        if which == "output":
            return self._output()
        if which == "sum":
            return self.V + self._output()
        if which == "counts":
            if self.C is None:
                raise ValueError(NO_COUNT_VECTORS)
            return self.C
        if which == FORM:
            return self.form_vectors().matrix
        names = ", ".join(map(repr, (*KINDS, "counts", *VIEWS, FORM)))
        raise ValueError(f"which={which!r}: choose one of {names}.")
