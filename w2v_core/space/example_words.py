"""Words to begin with: the word whose neighbours are clearest, a question that the vectors answer, axes.

Each is chosen by a score of the vectors and counts of the text itself, never by the words' meaning.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from w2v_core.space.analogy import scores
from w2v_core.space.discover import same_word
from w2v_core.space.vectors import WordVectors

_TRIED = 500  # words compared, the most frequent that are no function words
_NEAREST = 5  # neighbours that are to be clear
_ALIKE = 50  # words of nearly the same rank, whose median is what is usual
_FINALISTS = 30  # words of the largest clarity whose neighbours are asked for theirs
_MUTUAL = 10  # a neighbour is mutual if the word is among so many nearest of its own
_FEWEST = 20  # occurrences of a word that is frequent enough, in a text that has such words
_PAIRS = 10  # pairs of a list that are asked about: 90 questions

AXES = (("he", "she"), ("poor", "rich"), ("man", "woman"), ("bad", "good"), ("old", "new"))
"""Axes to begin with, in the order in which they are taken where the text has both ends."""


@dataclass(frozen=True)
class OpeningQuestion:
    """a : b :: c : d, where d is the first answer.

    ``margin`` is how much larger the cosine of d with b − a + c is than that of the second answer;
    ``decided`` whether d is not already the word nearest to b + c.
    """

    a: str
    b: str
    c: str
    d: str
    margin: float
    decided: bool


def _least(counts: np.ndarray) -> float:
    """The fewest occurrences of a word that is frequent enough."""
    return min(_FEWEST, float(np.median(counts))) if len(counts) else 0.0


def content_rows(words: Sequence[str], counts: np.ndarray) -> np.ndarray:
    """The rows worth opening on, int (n,), most frequent first: spelled with at least three letters (in a
    script whose words are shorter, two or one), at most twice as frequent as the mean, which excludes
    function words, and with at least 20 occurrences or among the more frequent half."""
    counts = np.asarray(counts)
    usual = counts <= 2 * counts.mean() if len(counts) else np.zeros(0, bool)
    often = counts >= _least(counts)
    for letters in (3, 2, 1, 0):
        spelled = np.array(
            [not letters or (word.isalpha() and len(word) >= letters) for word in words], bool
        )
        rows = np.flatnonzero(usual & often & spelled)
        if len(rows) > _NEAREST or letters == 0:
            break
    return rows[:_TRIED]


def clarity(unit: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How much nearer all of the five nearest words are than is usual for words of that frequency.

    Parameters
    ----------
    unit : float (|W|, d)
        Vectors of length 1.
    rows : int (n,)
        Most frequent first.

    Returns
    -------
    clarity float (n,), the cosine of a word with its fifth nearest, less the median of the same among the
    50 words around it in ``rows`` (the fifth, as one or two near words may only be the rest of a phrase);
    nearest int (n, 5), the nearest first
    """
    k = min(_NEAREST, len(unit) - 1)
    if not len(rows) or k < 1:
        return np.zeros(len(rows)), np.zeros((len(rows), 0), np.int64)
    cosines = np.asarray(unit[rows] @ unit.T, np.float32)
    cosines[np.arange(len(rows)), rows] = -np.inf
    nearest = np.argpartition(cosines, -k, axis=1)[:, -k:]
    values = np.take_along_axis(cosines, nearest, axis=1)
    order = np.argsort(-values, axis=1, kind="stable")
    nearest = np.take_along_axis(nearest, order, axis=1)
    fifth = values.min(axis=1).astype(np.float64)
    half = _ALIKE // 2
    usual = [
        np.median(fifth[max(0, i - half) : max(i + half, min(_ALIKE, len(fifth)))])
        for i in range(len(fifth))
    ]
    return fifth - np.array(usual), nearest


def opening_word(space: WordVectors, counts: np.ndarray) -> str:
    """The word to open on.

    The score of a word is its ``clarity`` times the square of the share of its five nearest that are
    mutual and other words: the word is among their ten nearest, they are spelled with letters alone, as
    frequent as ``content_rows`` asks, and no other form of the word (``same_word``).
    Of two equal words the more frequent is taken. If no word has clear neighbours, it is the most
    frequent content word.

    Parameters
    ----------
    space : WordVectors
    counts : (|W|,)
        Occurrences in the text, largest first.
    """
    unit, words = space.unit, space.words
    rows = content_rows(words, counts)
    rows = rows[~np.isin(rows, space.zero_rows)]
    if not len(rows):
        return words[0]
    clear, nearest = clarity(unit, rows)
    best, score, least = int(rows[0]), 0.0, _least(counts)
    for i in np.argsort(-clear, kind="stable")[:_FINALISTS].tolist():
        row, near = int(rows[i]), nearest[i]
        if not len(near):
            continue
        back = unit[near] @ unit.T
        back[np.arange(len(near)), near] = -np.inf
        rank = (back > back[:, [row]]).sum(axis=1)
        good = sum(
            mutual
            and words[other].isalpha()
            and counts[other] >= least
            and not same_word(words[row], words[other])
            for mutual, other in zip((rank < _MUTUAL).tolist(), near.tolist(), strict=True)
        )
        if clear[i] * (good / len(near)) ** 2 > score:
            best, score = row, float(clear[i]) * (good / len(near)) ** 2
    return words[best]


def opening_question(
    space: WordVectors, lists: Iterable[Sequence[tuple[str, str]]]
) -> OpeningQuestion | None:
    """The analogy to open on, from lists of related pairs; None if no question is answered well.

    Asked is from every pair of a list about every other pair of it, the first pairs first, at most 90
    questions of a list. A question counts if the expected word comes first when the three words are left
    out and is not the word nearest to c alone, and if it is no form of b or c
    (``same_word``). The first list with
    such a question whose answer is not the nearest to b + c either is taken, and of its questions that
    with the largest margin; where no list has one, the first list with a question that counts.
    """
    undecided = None
    for pairs in lists:
        best = _best_question(space, pairs)
        if best is not None and best.decided:
            return best
        undecided = undecided or best
    return undecided


def _best_question(space: WordVectors, pairs: Sequence[tuple[str, str]]) -> OpeningQuestion | None:
    find, zero = space.vocabulary.find, set(space.zero_rows.tolist())
    found = [(find(a), find(b)) for a, b in pairs]
    rows = [(a, b) for a, b in found if a is not None and b is not None and not {a, b} & zero]
    asked = [
        (*rows[i], *rows[j])
        for last in range(1, min(len(rows), _PAIRS))
        for one in range(last)
        for i, j in ((one, last), (last, one))
        if len({*rows[i], *rows[j]}) == 4
    ]
    if not asked:
        return None
    a, b, c, d = np.array(asked, np.int64).T
    unit, here = space.unit, np.arange(len(a))

    def without_inputs(values: np.ndarray) -> np.ndarray:
        values = np.array(values, np.float32)
        for left_out in (a, b, c):
            values[here, left_out] = -np.inf
        values[:, space.zero_rows] = -np.inf
        return values

    values = without_inputs(scores(unit, a, b, c))
    right = values.argmax(axis=1) == d
    of_d = values[here, d].copy()
    values[here, d] = -np.inf
    margin = of_d - values.max(axis=1)
    alone = without_inputs(unit[c] @ unit.T).argmax(axis=1) == d
    both = without_inputs((unit[b] + unit[c]) @ unit.T).argmax(axis=1) == d
    best: OpeningQuestion | None = None
    for i in np.flatnonzero(right & ~alone).tolist():
        one, two, three, four = (space.words[row] for row in (a[i], b[i], c[i], d[i]))
        if same_word(three, four) or same_word(two, four):
            continue
        question = OpeningQuestion(one, two, three, four, float(margin[i]), not both[i])
        if best is None or (question.decided, question.margin) > (best.decided, best.margin):
            best = question
    return best


def opening_axes(space: WordVectors, n: int = 2) -> list[str]:
    """At most n axes to begin with, written as "he → she": those of ``AXES`` both ends of which the text
    has, with vectors that differ."""
    axes = []
    for low, high in AXES:
        rows = space.vocabulary.find(low), space.vocabulary.find(high)
        if rows[0] is None or rows[1] is None or rows[0] == rows[1]:
            continue
        if np.linalg.norm(space.unit[rows[0]] - space.unit[rows[1]]) > 1e-3:
            axes.append(f"{space.words[rows[0]]} → {space.words[rows[1]]}")
    return axes[:n]
