"""Training again with some sentences held out, to show overfitting."""

from __future__ import annotations

from w2v_core.model.skipgram import SkipGram
from w2v_core.model.trainers import new_model
from w2v_core.text.corpus import Corpus

AT_ONCE = dict(words=2_500, tokens=300_000)
"""Size of text up to which the exact solver trains within one or two seconds."""


def trains_at_once(model: SkipGram, corpus: Corpus) -> bool:
    """Whether this model can be trained again quickly enough for a person to wait."""
    small = len(model.words) <= AT_ONCE["words"] and corpus.n_tokens <= AT_ONCE["tokens"]
    return small and (model.solver == "newton" or corpus.n_tokens <= AT_ONCE["tokens"] / 30)


def with_held_out(model: SkipGram, corpus: Corpus, share: float = 0.1) -> SkipGram:
    """Train the model again with the same settings and a share of the sentences held out, at least one;
    its ``loss_curve`` and ``held_out_curve`` are the losses of the two parts."""
    share = max(share, 1.0 / max(corpus.n_sentences, 1))
    return new_model({**model.get_params(), "held_out": share, "count_vectors": False}).fit(corpus)
