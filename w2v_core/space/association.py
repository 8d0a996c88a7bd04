"""Named attitudes: are some words nearer to one list of words than to another?

The Word Embedding Association Test asks it of two lists of target words (Caliskan, Bryson and Narayanan
2017); the projection onto an axis asks it of each word. What a text associates is a fact about the text,
and one text is one sample: the bands, from random halves of it, say how far another might differ.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.special import stdtrit

from w2v_core.space.vectors import WordVectors, unit_rows

DRAWS = 20_000
"""Divisions of two lists of eight words are 12,870: they are all tried."""
WITHIN = 0.9
"""The chance that a band is to hold the true value."""
FEWEST = 2  # words that a list must have in the vocabulary
ENOUGH = 4
"""Words a list should have: with three on each side there are 20 divisions, so that no p is below .05."""


@dataclass(frozen=True)
class Association:
    """The result of a test.

    Attributes
    ----------
    effect : float
        How many standard deviations of s the means of X and Y lie apart, −2 to 2: positive where X is
        nearer to A, and Y to B.
    p : float
        The share of divisions of the same target words into lists of these sizes whose difference is as
        large or larger (one-sided).
    exact : bool
        Whether all divisions were tried, and not some at random.
    s : dict of str → float
        Of each target word: its mean cosine with A less that with B.
    known : tuple of four lists of str
        X, Y, A and B, as far as the vocabulary holds them; ``unknown`` the others.
    """

    effect: float
    p: float
    exact: bool
    s: dict[str, float]
    known: tuple[list[str], list[str], list[str], list[str]]
    unknown: list[str]


def association(
    vectors: WordVectors,
    x: Sequence[str],
    y: Sequence[str],
    a: Sequence[str],
    b: Sequence[str],
    draws: int = DRAWS,
    seed: int = 0,
) -> Association:
    """The Word Embedding Association Test,

        s(w) = mean cos(w, A) − mean cos(w, B)
        effect = (mean s(X) − mean s(Y)) / standard deviation of s over X and Y

    The standard deviation is that of a sample (n − 1). Where there are at most ``draws`` divisions of the
    target words, all are tried.

    Parameters
    ----------
    vectors : WordVectors
    x, y : sequence of str
        Target words. Those that the vocabulary lacks are left out; a word that stands twice counts once.
    a, b : sequence of str
        Attribute words.
    draws : int
    seed : int

    Raises
    ------
    ValueError
        where a list has fewer than two words that the vocabulary holds, or X and Y share a word.
    """
    unknown: list[str] = []
    rows = []
    for name, words in (("X", x), ("Y", y), ("A", a), ("B", b)):
        found = {word: vectors.vocabulary.find(word) for word in words}
        unknown += [word for word, row in found.items() if row is None]
        of_list = list(dict.fromkeys(row for row in found.values() if row is not None))
        if len(of_list) < FEWEST:
            raise ValueError(
                f"List {name} has {len(of_list)} words in the vocabulary and needs at least "
                f"{FEWEST}: give more words."
            )
        rows.append(of_list)
    shared = set(rows[0]) & set(rows[1])
    if shared:
        named = ", ".join(sorted(vectors.words[row] for row in shared))
        raise ValueError(f"A target word may be in only one of the two lists: {named}.")
    targets = np.array([*rows[0], *rows[1]])
    s = _s(vectors.unit, targets, rows[2], rows[3])
    first = len(rows[0])
    observed = s[:first].mean() - s[first:].mean()
    spread = float(s.std(ddof=1))
    p, exact = _p(s, first, observed, draws, seed)
    return Association(
        effect=float(observed / spread) if spread > 0 else 0.0,
        p=p,
        exact=exact,
        s={
            vectors.words[row]: float(value) for row, value in zip(targets.tolist(), s, strict=True)
        },
        known=tuple([vectors.words[row] for row in of_list] for of_list in rows),  # type: ignore[arg-type]
        unknown=unknown,
    )


def _s(unit: np.ndarray, targets: np.ndarray, a: list[int], b: list[int]) -> np.ndarray:
    words = unit[targets].astype(np.float64)
    return words @ (unit[a].mean(axis=0) - unit[b].mean(axis=0))


def _p(s: np.ndarray, first: int, observed: float, draws: int, seed: int) -> tuple[float, bool]:
    n, total = len(s), s.sum()
    # The mean of X less that of Y grows with the sum over X.
    reached = s[:first].sum() - 1e-9 * max(float(np.abs(s).max()), 1e-300)
    if math.comb(n, first) <= draws:
        sums = np.array([s[list(rows)].sum() for rows in combinations(range(n), first)])
        return float((sums >= reached).mean()), True
    rng = np.random.default_rng(seed)
    order = rng.random((draws, n)).argpartition(first - 1, axis=1)[:, :first]
    assert np.isfinite(total) and np.isfinite(observed)
    return float((1 + (s[order].sum(axis=1) >= reached).sum()) / (1 + draws)), False


def on_axis_between(
    vectors: WordVectors,
    known: tuple[list[str], list[str], list[str], list[str]],
    in_halves: Callable[[np.ndarray], np.ndarray] | None = None,
) -> np.ndarray:
    """The target words of a test on the axis that goes from its list B to its list A.

    Parameters
    ----------
    vectors : WordVectors
    known : tuple of four lists of str
        As in ``Association``.
    in_halves : callable, optional
        Gives the vectors of rows of the vocabulary in random halves of the text, float (splits, 2, rows,
        d); zeros are unknown (see ``model.certainty.Certainty.in_halves``). Without it there are no bands.

    Returns
    -------
    float (words of X and of Y, 3)
        As ``banded_projections``.
    """
    x, y, a, b = ([vectors.vocabulary.index(word) for word in of_list] for of_list in known)
    rows = np.array([*x, *y, *a, *b])
    places = np.arange(len(rows))
    targets, attributes = len(x) + len(y), len(a)
    return banded_projections(
        vectors.matrix[rows],
        np.zeros((0, 2, len(rows), 1)) if in_halves is None else in_halves(rows),
        places[:targets],
        places[targets + attributes :].tolist(),
        places[targets : targets + attributes].tolist(),
    )


def banded_projections(
    matrix: np.ndarray,
    halves: np.ndarray,
    rows: Sequence[int] | np.ndarray,
    origins: Sequence[int],
    targets: Sequence[int],
) -> np.ndarray:
    """Words on an axis, and how sure that is: float (rows, 3), the cosine with the axis from −1 to 1 and
    both ends of its 90 % band; NaN for a word or an axis that no split of the text shows in both halves.

    The axis goes from the mean of the ``origins`` to that of the ``targets``, all words at length 1, as in
    ``space.axes``. Each half of the text has its own axis (see ``banded``).

    Parameters
    ----------
    matrix : float (|W|, d)
        Of the whole text.
    halves : float (splits, 2, words, d)
        Of random halves of it, as ``model.split_trainings.Halves`` keeps them; rows of zeros are unknown.
        Without any split there are no bands.
    rows, origins, targets : sequence of int
        Rows of the matrix, and of each half.
    """
    rows = np.asarray(rows)
    apart = [
        _on_axis(one, rows, origins, targets) - _on_axis(other, rows, origins, targets)
        for one, other in halves
    ]
    return banded(
        _on_axis(matrix, rows, origins, targets), np.array(apart).reshape(len(halves), len(rows))
    )


def banded(value: np.ndarray, apart: np.ndarray) -> np.ndarray:
    """A value that was worked out from a whole text, and both ends of its band: float (…, 3).

    The two halves of a split are independent, and each is twice as uncertain as the whole: half the root
    mean square of what they differ by is the standard error of the whole, with about one degree of
    freedom a split (hence Student's t).

    Parameters
    ----------
    value : float (…,)
    apart : float (splits, …)
        By how much the value differs between both halves of each split; NaN where one has none.
    """
    there = np.isfinite(apart)
    number = there.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.sqrt(np.where(there, apart**2, 0).sum(axis=0) / number) / 2
        width = stdtrit(number, (1 + WITHIN) / 2) * error
    return np.stack((value, value - width, value + width), axis=-1)


def _on_axis(
    matrix: np.ndarray, rows: np.ndarray, origins: Sequence[int], targets: Sequence[int]
) -> np.ndarray:
    """Cosine of each word with the axis; NaN where a vector or the whole axis is missing."""
    matrix = np.asarray(matrix, np.float32)

    def mean(of: Sequence[int]) -> np.ndarray:
        vectors = matrix[list(of)]
        vectors = vectors[vectors.any(axis=1)]
        return unit_rows(vectors).mean(axis=0) if len(vectors) else np.full(matrix.shape[1], np.nan)

    axis = mean(targets) - mean(origins)
    length = float(np.linalg.norm(axis))
    words = matrix[rows]
    with np.errstate(invalid="ignore", divide="ignore"):
        cosine = unit_rows(words) @ (axis / length)
    return np.where(words.any(axis=1) & (length > 0), cosine, np.nan)


def unbiased_squared_distance(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The squared distance of two means, without the bias that their noise adds.

    ‖â − b̂‖² is too large by the variance of both, most of all for rare words (Green et al. 2025). Of two
    independent halves of each text the product (a₁ − b₁)·(a₂ − b₂) has no such term. It may be negative
    where the true distance is about 0.

    Parameters
    ----------
    a, b : float (2, …, d)
        The mean in each half of the one text, and of the other; all in one space.

    Returns
    -------
    float (…,)
    """
    apart = np.asarray(a, np.float64) - np.asarray(b, np.float64)
    return np.einsum("...d,...d->...", apart[0], apart[1])
