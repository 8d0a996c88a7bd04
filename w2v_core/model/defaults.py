"""What is chosen when nobody says: one rule for each parameter that was left at None.

The rules for the text stand with it: ``text.corpus.default_min_count`` and
``text.pairs.default_subsample``.
"""

from __future__ import annotations

import math

MOST_DIMENSIONS = 100
FEWEST_SENTENCES = 200  # of which some are kept back


def default_dim(n_words: int) -> int:
    """√(2|W|), at least 2 and at most 100: 12 for 72 words, 32 for 500, 100 from 5,000 on."""
    return min(max(2, round(math.sqrt(2 * n_words))), MOST_DIMENSIONS, n_words)


def default_epochs(solver: str, total_pairs: float) -> int:
    """newton: at most 40 passes; its tolerance ends most trainings earlier. sgd: as many as make
    about two million steps, at least 5 (word2vec's own) and at most 100."""
    if solver == "newton":
        return 40
    return min(max(5, math.ceil(2e6 / max(total_pairs, 1.0))), 100)


def default_learning_rate(solver: str) -> float:
    """newton: 0.8 of the quasi-Newton step, as V and U move at once. sgd: 0.05."""
    return 0.8 if solver == "newton" else 0.05


def default_tolerance(n_words: int) -> float:
    """Up to 3,000 words, whose passes take hundredths of a second, 5e-4 (small world: 0.05 nats a pair
    better on sentences kept back than half as many passes); above, 2.5e-3, which loses nothing there."""
    return 5e-4 if n_words <= 3_000 else 2.5e-3


def default_prior(solver: str, anchored: bool, n_words: int, total_pairs: float) -> float:
    """For the anchored newton 10, the best by held-out loss in natural text of every size that was
    tried (5,000 to 200,000 words; against 3 and 30); with p = ΣN/|W| < 17 pairs per word p²/30, or it
    would hold every vector at zero. Where the vocabulary is small and there are sentences enough, the
    training itself replaces it by what predicts best (``model.prior``). For the notes' model, which
    has no prior, 0."""
    if solver != "newton" or not anchored:
        return 0.0
    return min(10.0, (total_pairs / n_words) ** 2 / 30)


def default_batch_size(n_words: int) -> int:
    """A quarter of the vocabulary, so that few words repeat within a step, from 1 to 256."""
    return min(max(1, n_words // 4), 256)


def default_held_out(n_sentences: int) -> float:
    """The share of the sentences that the app keeps back: a twentieth, or none of fewer than 200,
    where the few kept back would say little and be missed. (``SkipGram`` itself keeps none back.)"""
    return 0.05 if n_sentences >= FEWEST_SENTENCES else 0.0


_WHY_PRIOR = (
    "how strongly vectors are held near zero: in a small vocabulary found by trial, on sentences kept "
    "back; in a large one what was best in natural texts"
)


def explain(name: str, value: float | None, solver: str) -> tuple[str, str]:
    """A value that one of these rules chose, in words, and why it is that. A prior of None is one
    that the training has still to find."""
    newton = solver == "newton"
    if value is None:
        return "prior by trial", _WHY_PRIOR
    what, why = {
        "min_count": (
            "words that occur once are kept"
            if value <= 1
            else f"words that occur at least {value:,} times are kept",
            "1 below 3,000 words of text, one more for every tenfold, at most 5: rarer words have too "
            "little to learn from",
        ),
        "subsample": (
            f"words above {100 * value:.2g} % of the text are thinned",
            "the mean frequency of a vocabulary word, 1/|W|: what is more frequent says less",
        ),
        "dim": (
            f"{value:,} dimensions",
            f"√(2|W|), at most {MOST_DIMENSIONS}: more words need more numbers to be told apart",
        ),
        "prior": (
            f"prior {value:.3g}",
            _WHY_PRIOR if newton and value else "this model has none, as in the notes",
        ),
        "epochs": (
            f"at most {value:,} passes" if newton else f"{value:,} passes",
            "it ends by itself when passes no longer help"
            if newton
            else "about two million steps in all, from 5 to 100 passes",
        ),
        "tolerance": (
            f"stops at {value:g}",
            "when three passes lower the loss by less than this share each; small vocabularies, whose "
            "passes are quick, go on for longer",
        ),
        "learning_rate": (
            f"learning rate {value:g}",
            "half of the Newton step, as V and U move at once"
            if newton
            else "steps that most texts take well",
        ),
        "batch_size": (
            f"{value:,} pairs a step" if value > 1 else "one pair a step",
            "a quarter of the vocabulary, at most 256, so that few words repeat within a step",
        ),
        "smoothing": (
            f"{value:g} pairs added to each word's",
            "scores start from how frequent a word is; so smoothed, one sentence after the other is "
            "best predicted from the rest",
        ),
        "held_out": (
            f"{100 * value:.0f} % of the sentences kept back"
            if value
            else "no sentences kept back",
            f"a twentieth, to test on text that was not read; none of fewer than {FEWEST_SENTENCES}",
        ),
    }[name]
    return what, why
