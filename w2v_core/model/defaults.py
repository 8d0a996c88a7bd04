"""The default rule for each parameter that was left at None.

The rules for the text are ``text.corpus.default_min_count``, ``text.pairs.default_subsample`` and
``text.small_vocabulary.default_weighting``.
"""

from __future__ import annotations

import math
from typing import Any

MOST_DIMENSIONS = 100
FEWEST_SENTENCES = 200  # in shorter texts, no sentences are held out


def default_dim(n_words: int) -> int:
    """√(2|W|), at least 2 and at most 100: 12 for 72 words, 32 for 500, 100 from 5,000 on."""
    return min(max(2, round(math.sqrt(2 * n_words))), MOST_DIMENSIONS, n_words)


def default_epochs(solver: str, total_pairs: float) -> int:
    """newton: at most 40 passes; the tolerance ends most trainings earlier. sgd: enough passes for about
    two million steps, at least 5 (the default of word2vec) and at most 100."""
    if solver == "newton":
        return 40
    return min(max(5, math.ceil(2e6 / max(total_pairs, 1.0))), 100)


def default_learning_rate(solver: str) -> float:
    """newton: 0.8 of the quasi-Newton step, because V and U move at the same time. sgd: 0.05."""
    return 0.8 if solver == "newton" else 0.05


def default_tolerance(n_words: int) -> float:
    """5e-4 up to 3,000 words, where a pass takes hundredths of a second (small world: 0.05 nats per pair
    better on held-out sentences than half as many passes); above, 2.5e-3, which loses nothing there."""
    return 5e-4 if n_words <= 3_000 else 2.5e-3


def default_prior(solver: str, anchored: bool, n_words: int, total_pairs: float) -> float:
    """For the anchored newton 10, which has the best held-out loss in natural texts of all sizes tried
    (5,000 to 200,000 words; compared with 3 and 30). With p = ΣN/|W| < 17 pairs per word it is p²/30,
    because 10 would keep every vector at zero. If the vocabulary is small and there are enough
    sentences, the training replaces this value by the one that predicts best (``model.prior``). The
    notes' model has no prior: 0."""
    if solver != "newton" or not anchored:
        return 0.0
    return min(10.0, (total_pairs / n_words) ** 2 / 30)


def default_batch_size(n_words: int) -> int:
    """A quarter of the vocabulary, from 1 to 256, so that few words repeat within a step."""
    return min(max(1, n_words // 4), 256)


def default_held_out(n_sentences: int) -> float:
    """The share of sentences that the app holds out: a twentieth, or none if there are fewer than 200,
    because so few would say little and be missed in training. (``SkipGram`` itself holds out none.)"""
    return 0.05 if n_sentences >= FEWEST_SENTENCES else 0.0


_WHY_DIM = (
    f"√(2|W|), at most {MOST_DIMENSIONS}: more words need more numbers to differ; for a vocabulary of "
    "20 to 300 words in a short text, found by trial on held-out sentences"
)
_WHY_PRIOR = (
    "how strongly vectors are kept near zero: for a small vocabulary, found by trial on held-out "
    "sentences; for a large one, the value that was best in natural texts"
)
_WHY_WEIGHTING = (
    "near words usually say more about each other; but in a short text of at most 300 different words "
    "whose sentences fit into the window, and with whole sentences, distance says nothing"
)


def explain(name: str, value: Any, solver: str) -> tuple[str, str]:
    """Describe a value that one of these rules chose, and give the reason. A prior or dimension of None
    means that the training has yet to find it."""
    newton = solver == "newton"
    if name == "weighting":
        return (
            "near and distant neighbours count the same"
            if value == "flat"
            else "near neighbours count more than distant ones",
            _WHY_WEIGHTING,
        )
    if value is None:
        return {"dim": ("dimensions by trial", _WHY_DIM), "prior": ("prior by trial", _WHY_PRIOR)}[
            name
        ]
    what, why = {
        "min_count": (
            "words that occur once are kept"
            if value <= 1
            else f"words that occur at least {value:,} times are kept",
            "1 below 3,000 words of text, one more for every tenfold, at most 5: rarer words occur too "
            "seldom to be learned",
        ),
        "subsample": (
            f"words above {100 * value:.2g} % of the text are subsampled",
            "the mean frequency of a vocabulary word, 1/|W|: more frequent words are less informative",
        ),
        "dim": (
            f"{value:,} dimensions",
            _WHY_DIM,
        ),
        "prior": (
            f"prior {value:.3g}",
            _WHY_PRIOR if newton and value else "this model has none, as in the notes",
        ),
        "epochs": (
            f"at most {value:,} passes" if newton else f"{value:,} passes",
            "training stops earlier when further passes no longer help"
            if newton
            else "about two million steps in all, from 5 to 100 passes",
        ),
        "tolerance": (
            f"stops at {value:g}",
            "when each of three passes lowers the loss by less than this share; training on a small "
            "vocabulary, where passes are quick, continues for longer",
        ),
        "learning_rate": (
            f"learning rate {value:g}",
            "share of the Newton step, below 1 because V and U move at the same time"
            if newton
            else "a step size that works for most texts",
        ),
        "batch_size": (
            f"{value:,} pairs per step" if value > 1 else "one pair per step",
            "a quarter of the vocabulary, at most 256, so that few words repeat within a step",
        ),
        "smoothing": (
            f"{value:g} pairs added to each word's",
            "scores start from the frequency of a word; with this smoothing, each sentence is predicted "
            "best from all others",
        ),
        "held_out": (
            f"{100 * value:.0f} % of the sentences held out" if value else "no sentences held out",
            f"a twentieth, to test on unread text; none if there are fewer than {FEWEST_SENTENCES}",
        ),
    }[name]
    return what, why
