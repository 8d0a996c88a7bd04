"""A small downstream task: classifying words from a few labelled examples."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from w2v_core.vocabulary import Vocabulary

FEWEST = 3  # the smallest number of words in a class
KINDS = {
    "cities": "berlin paris rome london madrid moscow tokyo vienna athens lisbon warsaw dublin oslo",
    "countries": "germany france italy england spain russia japan austria greece portugal poland "
    "ireland norway china",
    "languages": "german french italian english spanish russian greek japanese polish",
    "food": "wine beer cheese pizza lemons tea scones pretzels potato bread oats olives",
    "animals": "dog cat horse cow deer lion bear bird mouse puppy kitten calf",
    "days": "monday tuesday wednesday thursday friday saturday sunday",
    "numbers": "one two three four five six seven eight nine ten",
    "family": "mother father sister brother son daughter uncle aunt grandmother grandfather",
    "qualities": "big small hot cold old young good bad tall short fast slow",
}
"""Words of one kind, which can replace each other in a sentence."""
COUNTRIES = {
    "German": "berlin germany german beer pretzels spree",
    "French": "paris france french wine cheese seine",
    "Italian": "rome italy italian pizza lemons tiber",
    "English": "london england english tea scones thames",
}
"""Words about one country, which occur near each other."""


@dataclass(frozen=True)
class Score:
    """Accuracy, 0 to 1, on words that were not labelled: the mean over all draws, and the value of each
    draw. ``chance`` is the accuracy of always naming the largest class."""

    mean: float
    draws: np.ndarray
    chance: float


def known_classes(
    vocabulary: Vocabulary, classes: dict[str, str] = KINDS, most: int = 4
) -> dict[str, list[str]]:
    """At most ``most`` classes with at least ``FEWEST`` words in the vocabulary: those with most words."""
    found = {}
    for name, words in classes.items():
        rows = [vocabulary.find(w) for w in words.split()]
        rows = [
            vocabulary.find(w.capitalize()) if row is None else row
            for w, row in zip(words.split(), rows, strict=True)
        ]
        there = [vocabulary.words[row] for row in rows if row is not None]
        if len(there) >= FEWEST:
            found[name] = there
    fullest = sorted(found, key=lambda name: -len(found[name]))[:most]
    return {name: found[name] for name in found if name in fullest}


def parse_classes(text: str, vocabulary: Vocabulary) -> tuple[dict[str, list[int]], list[str]]:
    """Read lines ``class: word word …`` into class → rows of its words, and collect the unknown words.

    Raises
    ------
    ValueError
        If a line names no class, or fewer than two classes have at least ``FEWEST`` known words.
    """
    classes: dict[str, list[int]] = {}
    unknown: list[str] = []
    for line in text.splitlines():
        name, colon, words = line.partition(":")
        if not colon or not name.strip():
            if line.strip():
                raise ValueError(
                    f"{line.strip()[:60]!r} names no class. Write a line such as cities: Paris Rome."
                )
            continue
        rows = [(word, vocabulary.find(word)) for word in words.replace(",", " ").split()]
        unknown += [word for word, row in rows if row is None]
        classes[name.strip()] = list(dict.fromkeys(row for _, row in rows if row is not None))
    enough = {name: rows for name, rows in classes.items() if len(rows) >= FEWEST}
    if len(enough) < 2:
        raise ValueError(
            f"Two classes with at least {FEWEST} words of the text each are needed, but "
            f"{'only one class has' if enough else 'no class has'} that many."
        )
    return enough, unknown


def class_scores(
    matrix: np.ndarray, classes: dict[str, Sequence[int]], labelled: int, draws: int = 5
) -> tuple[Score, Score]:
    """Scores of logistic regression on unseen words: (from one-hot vectors, from dense vectors).

    Each draw labels this many random words of each class and classifies all others. One-hot vectors are
    cut to the words that take part; every other coordinate would always be 0.

    Parameters
    ----------
    matrix : float (|W|, d)
        The dense vectors.
    classes : class → rows
    labelled : int
        Number of training words in each class; at least one word is left for the test.
    draws : int
    """
    rows = np.concatenate([np.array(members) for members in classes.values()])
    y = np.repeat(np.arange(len(classes)), [len(members) for members in classes.values()])
    dense = matrix[rows].astype(np.float64)
    dense /= max(float(np.sqrt((dense**2).sum(axis=1).mean())), 1e-12)
    both = (np.eye(len(rows)), dense)
    rng = np.random.default_rng(0)
    right = np.zeros((2, draws))
    chance = np.zeros(draws)
    for draw in range(draws):
        learned = np.zeros(len(rows), bool)
        for k in range(len(classes)):
            members = np.flatnonzero(y == k)
            learned[rng.permutation(members)[: min(labelled, len(members) - 1)]] = True
        chance[draw] = np.bincount(y[~learned]).max() / (~learned).sum()
        for i, X in enumerate(both):
            model = LogisticRegression(C=10.0, max_iter=200)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ConvergenceWarning)
                model.fit(X[learned], y[learned])
            right[i, draw] = (model.predict(X[~learned]) == y[~learned]).mean()
    one_hot, vectors = (Score(float(r.mean()), r, float(chance.mean())) for r in right)
    return one_hot, vectors
