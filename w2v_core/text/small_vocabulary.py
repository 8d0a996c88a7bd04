"""Texts of few different words, and how the distance of their words counts."""

from __future__ import annotations

from w2v_core.text.corpus import Corpus
from w2v_core.text.counted_text import CountedText

FEWEST_WORDS, MOST_WORDS, MOST_TOKENS, FEWEST_SENTENCES = 20, 300, 30_000, 10
"""The vocabularies and texts for which more is tried: with up to 300 words a training takes hundredths of
a second, and all trials together a few seconds; fewer than 20 words have no relations to tell apart."""


def has_small_vocabulary(corpus: Corpus | CountedText) -> bool:
    """Whether a text is so small that the dimension it needs is found by trial (``model.dimension``)."""
    return (
        FEWEST_WORDS <= len(corpus.words) <= MOST_WORDS
        and corpus.n_sentences >= FEWEST_SENTENCES
        and corpus.n_tokens <= MOST_TOKENS
    )


def default_weighting(corpus: Corpus | CountedText, window: int | str) -> str:
    """How the weight of a pair depends on its distance when nobody says: "linear", but "flat" where a text
    of a small vocabulary has sentences that, on average, are no longer than the window reaches.

    In such a sentence every word is near every other, and a linear weight would throw away up to four
    fifths of the few pairs there are. Measured on held-out sentences of the little worlds
    (``tests/benchmarks/little_worlds.py``), whose sentences are 4 to 5 words long: a pair tells 1.0 to 1.2
    times as much beyond frequency with "flat" as with "linear". Where two or four of their sentences are
    joined to one, it tells .4 to .9 times as much, and "linear" answers more questions.

    Parameters
    ----------
    corpus : Corpus or CountedText
    window : int or "sentence"
        With "sentence" every pair counts 1, whatever the weighting.
    """
    if window == "sentence":
        return "flat"
    short = corpus.n_tokens <= (int(window) + 1) * corpus.n_sentences
    return "flat" if short and has_small_vocabulary(corpus) else "linear"
