"""What is chosen when nobody says: one rule for each parameter that was left at None.

The rules for the text stand with it: ``text.corpus.default_min_count`` and
``text.pairs.default_subsample``.
"""

from __future__ import annotations

import math

MOST_DIMENSIONS = 100


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
    """newton: half of the Newton step, as V and U move at once. sgd: 0.05."""
    return 0.5 if solver == "newton" else 0.05


def default_prior(solver: str, anchored: bool, n_words: int, total_pairs: float) -> float:
    """For the anchored newton min(10, p²/30), with p = ΣN/|W| the pairs per word: 10 is right by
    held-out loss from a few thousand words of text on; in shorter ones it would hold every vector
    at zero. For the notes' model, which has no prior, 0."""
    if solver != "newton" or not anchored:
        return 0.0
    return min(10.0, (total_pairs / n_words) ** 2 / 30)


def default_batch_size(n_words: int) -> int:
    """A quarter of the vocabulary, so that few words repeat within a step, from 1 to 256."""
    return min(max(1, n_words // 4), 256)
