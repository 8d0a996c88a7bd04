"""A small task downstream of the vectors: of which class is a word? From few labelled words."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from w2v_core.vocabulary import Vocabulary

FEWEST = 3  # words that a class needs
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
"""Words of a kind, which can stand in for each other."""
COUNTRIES = {
    "German": "berlin germany german beer pretzels spree",
    "French": "paris france french wine cheese seine",
    "Italian": "rome italy italian pizza lemons tiber",
    "English": "london england english tea scones thames",
}
"""Words of a country, which stand beside each other."""


@dataclass(frozen=True)
class Score:
    """Accuracy, 0 to 1, on words that were not labelled: the mean of all draws, and each draw's;
    ``chance`` is that of always naming the largest class."""

    mean: float
    draws: np.ndarray
    chance: float


def known_classes(
    vocabulary: Vocabulary, classes: dict[str, str] = KINDS, most: int = 4
) -> dict[str, list[str]]:
    """The classes of which the vocabulary has enough words: the fullest ones."""
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
    """Lines ``class: word word …`` → class → rows of its words, and the words that are unknown.

    Raises
    ------
    ValueError
        when fewer than two classes have at least ``FEWEST`` known words.
    """
    classes: dict[str, list[int]] = {}
    unknown: list[str] = []
    for line in text.splitlines():
        name, colon, words = line.partition(":")
        if not colon or not name.strip():
            if line.strip():
                raise ValueError(
                    f"{line.strip()[:60]!r} names no class: write a line such as cities: Paris Rome."
                )
            continue
        rows = [(word, vocabulary.find(word)) for word in words.replace(",", " ").split()]
        unknown += [word for word, row in rows if row is None]
        classes[name.strip()] = list(dict.fromkeys(row for _, row in rows if row is not None))
    enough = {name: rows for name, rows in classes.items() if len(rows) >= FEWEST}
    if len(enough) < 2:
        raise ValueError(
            f"Two classes with at least {FEWEST} words of this text each are needed; "
            f"{len(enough)} of them has that many."
        )
    return enough, unknown


def class_scores(
    matrix: np.ndarray, classes: dict[str, Sequence[int]], labelled: int, draws: int = 5
) -> tuple[Score, Score]:
    """How well logistic regression tells classes of unseen words, (from one-hot, from dense vectors).

    Each draw labels so many random words of each class; all others are to be classified. One-hot
    vectors are cut to the words in play: every other coordinate is always 0.

    Parameters
    ----------
    matrix : float (|W|, d)
        The dense vectors.
    classes : class → rows
    labelled : int
        Words of each class that are learned from; at least one is left to test.
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
