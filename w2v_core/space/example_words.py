"""Words to begin with: the word whose neighbours are clearest, a question that the vectors answer, axes.

Each is chosen by a score of the vectors and counts of the text itself, never by the words' meaning.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from w2v_core.space.analogy import scores
from w2v_core.space.discover import same_word
from w2v_core.space.vectors import WordVectors, unit_rows

_TRIED = 500  # words compared, the most frequent that are no function words
_NEAREST = 8  # neighbours that are to be clear
_ENOUGH = 5  # words of three letters, in a script that has such words
_ALIKE = 50  # words of nearly the same rank, whose median is what is usual
_FINALISTS = 30  # words of the largest clarity whose neighbours are asked for theirs
_MUTUAL = 10  # a neighbour is mutual if the word is among so many nearest of its own
_FEWEST = 20  # occurrences of a word that is frequent enough, in a text that has such words
_EACH_EXPECTED = 50  # one word of a phrase for so many words of the vocabulary, at most ten
_FREQUENT = 100  # a word with this many occurrences has the weight ½
_TOKENS = 500_000  # of a text, from which words to watch are chosen
_WITHIN = 5  # words to either side
_CONTEXTS = 2_000  # context words
_DIMENSIONS = 50
_WORDS_A_DIMENSION = 4
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
        if len(rows) > _ENOUGH or letters == 0:
            break
    return rows[:_TRIED]


def clarity(unit: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How much nearer all of the eight nearest words are than is usual for words of that frequency.

    Parameters
    ----------
    unit : float (|W|, d)
        Vectors of length 1.
    rows : int (n,)
        Most frequent first.

    Returns
    -------
    clarity float (n,), the cosine of a word with its eighth nearest, less the median of the same among the
    50 words around it in ``rows`` (the eighth, as one or two near words may only be the rest of a phrase);
    nearest int (n, 8), the nearest first
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
    last = values.min(axis=1).astype(np.float64)
    half = _ALIKE // 2
    usual = [
        np.median(last[max(0, i - half) : max(i + half, min(_ALIKE, len(last)))])
        for i in range(len(last))
    ]
    return last - np.array(usual), nearest


def clear_words(
    unit: np.ndarray,
    words: Sequence[str],
    counts: np.ndarray,
    rows: np.ndarray,
    n: int = 1,
    beside: Callable[[int], np.ndarray] | None = None,
) -> list[str]:
    """The n words with the clearest neighbours, the clearest first; none is among the ten nearest of
    another.

    The score of a word is its ``clarity`` times the square of the share of its eight nearest that are
    mutual and other words: the word is among their ten nearest, they are spelled with letters alone, as
    frequent as ``content_rows`` asks, no other form of the word (``same_word``), and not among the ten
    words (fewer in a vocabulary of less than 500) that are most expected beside it: those of one phrase
    are near without being alike. Rare words,
    whose vectors are noisy, weigh less: count / (count + 100), the word itself and each of the eight.
    Of two equal words the more frequent comes first. Where too few words have clear neighbours, the
    longest of the most frequent content words follow, as words that only join others are short (Zipf's
    law of abbreviation, 1935).

    Parameters
    ----------
    unit : float (|W|, d)
        Vectors of length 1.
    words : sequence of str
    counts : (|W|,)
        Occurrences in the text, largest first.
    rows : int (m,)
        The words that may be chosen, most frequent first (``content_rows``).
    n : int
    beside : callable, optional
        Of a row, how much each word is expected beside it, more than elsewhere: float (|W|,).
    """
    clear, nearest = clarity(unit, rows)
    least, most = _least(counts), 2 * np.mean(counts)
    weight = np.asarray(counts) / (np.asarray(counts) + _FREQUENT)
    in_phrase = max(1, min(_MUTUAL, len(words) // _EACH_EXPECTED))
    scored: list[tuple[float, int]] = []
    ten = {}
    for i in np.argsort(-clear, kind="stable")[:_FINALISTS].tolist():
        row, near = int(rows[i]), nearest[i]
        if not len(near) or clear[i] <= 0:
            continue
        back = unit[near] @ unit.T
        back[np.arange(len(near)), near] = -np.inf
        rank = (back > back[:, [row]]).sum(axis=1)
        phrase = set() if beside is None else set(np.argsort(-beside(row))[:in_phrase].tolist())
        good = sum(
            float(weight[other])
            for mutual, other in zip((rank < _MUTUAL).tolist(), near.tolist(), strict=True)
            if mutual
            and other not in phrase
            and words[other].isalpha()
            and least <= counts[other] <= most
            and not same_word(words[row], words[other])
        )
        if good:
            score = float(clear[i]) * (good / len(near)) ** 2 * float(weight[row])
            scored.append((score, row))
            own = unit @ unit[row]
            ten[row] = set(np.argsort(-own, kind="stable")[: _MUTUAL + 1].tolist())
    scored.sort(key=lambda found: (-found[0], found[1]))
    chosen: list[int] = []
    for _, row in scored:
        if len(chosen) < n and not any(row in ten[other] for other in chosen):
            chosen.append(row)
    others = [row for row in rows.tolist() if row not in chosen]
    others = sorted(others[: 4 * n], key=lambda row: -len(words[row]))
    return [words[row] for row in [*chosen, *others][:n]]


def opening_word(space: WordVectors, counts: np.ndarray, output: np.ndarray | None = None) -> str:
    """The word to open on: the first of ``clear_words``, by the center vectors of a model.

    Parameters
    ----------
    space : WordVectors
        Center vectors.
    counts : (|W|,)
        Occurrences in the text, largest first.
    output : float (|W|, d), optional
        U, by which words are expected beside one.
    """
    rows = content_rows(space.words, counts)
    rows = rows[~np.isin(rows, space.zero_rows)]
    beside = None if output is None else lambda row: output @ space.matrix[row]
    found = clear_words(space.unit, space.words, counts, rows, 1, beside)
    return found[0] if found else space.words[0]


def words_to_watch(
    words: Sequence[str],
    counts: np.ndarray,
    ids: np.ndarray,
    sentence_starts: np.ndarray,
    n: int = 3,
) -> list[str]:
    """n words to watch during a training, when there is no model yet: ``clear_words`` by the contexts that
    they have in the text.

    Content words are compared by their pairs within five words in the first 500,000 words: by the
    positive logarithms of how much more often each of the 2,000 most frequent words stands there than by
    chance (PPMI, Church and Hanks 1990), reduced to 50 dimensions, or one for four words where these are
    fewer.

    Parameters
    ----------
    words : sequence of str
        The vocabulary.
    counts : (|W|,)
        Occurrences in the text, largest first.
    ids : int (tokens,)
        The text, as rows of the vocabulary.
    sentence_starts : int (sentences + 1,)
        Where in ``ids`` each sentence begins, and the end.
    n : int
        Fewer where the text has fewer words.
    """
    rows = content_rows(words, counts)
    if len(rows) < 2:
        return list(words[:n])
    contexts = min(_CONTEXTS, len(words))
    place = np.full(len(words), -1)
    place[rows] = np.arange(len(rows))
    ids = ids[:_TOKENS]
    sentence = np.searchsorted(sentence_starts, np.arange(len(ids)), side="right")
    pairs = np.zeros((len(rows), contexts))
    for apart in range(1, min(_WITHIN, len(ids) - 1) + 1):
        same = sentence[apart:] == sentence[:-apart]
        for center, near in ((ids[:-apart], ids[apart:]), (ids[apart:], ids[:-apart])):
            kept = same & (place[center] >= 0) & (near < contexts)
            cells = place[center[kept]] * contexts + near[kept]
            pairs += np.bincount(cells, minlength=pairs.size).reshape(pairs.shape)
    expected = np.outer(pairs.sum(axis=1), pairs.sum(axis=0)) / max(pairs.sum(), 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        more = np.where(pairs > 0, np.maximum(np.log(pairs / expected), 0), 0)
    values, axes = np.linalg.eigh(more @ more.T)
    dim = max(2, min(_DIMENSIONS, len(rows) // _WORDS_A_DIMENSION))
    vectors = axes[:, -dim:] * np.maximum(values[-dim:], 0) ** 0.25
    own = [words[row] for row in rows]
    found = clear_words(
        unit_rows(vectors),
        own,
        counts[rows],
        np.arange(len(rows)),
        n,
        lambda row: np.where(rows < contexts, more[row, np.minimum(rows, contexts - 1)], 0),
    )
    others = (word for word in words if word not in found)
    return [*found, *itertools.islice(others, n - len(found))]


def opening_question(
    space: WordVectors, lists: Iterable[Sequence[tuple[str, str]]], near: bool = False
) -> OpeningQuestion | None:
    """The analogy to open on, from lists of related pairs; None if no question is answered well.

    Asked is from every pair of a list about every other pair of it, the first pairs first, at most 90
    questions of a list. A question counts if the expected word comes first when the three words are left
    out and is not the word nearest to c alone (unless ``near`` allows that too), and if it is no form of b
    or c (``same_word``). The first list with
    such a question whose answer is not the nearest to b + c either is taken, and of its questions that
    with the largest margin; where no list has one, the first list with a question that counts.
    """
    undecided = None
    for pairs in lists:
        best = _best_question(space, pairs, near)
        if best is not None and best.decided:
            return best
        undecided = undecided or best
    return undecided


def _best_question(
    space: WordVectors, pairs: Sequence[tuple[str, str]], near: bool
) -> OpeningQuestion | None:
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
    trivial = without_inputs(unit[c] @ unit.T).argmax(axis=1) == d
    if near:
        trivial[:] = False
    both = without_inputs((unit[b] + unit[c]) @ unit.T).argmax(axis=1) == d
    best: OpeningQuestion | None = None
    for i in np.flatnonzero(right & ~trivial).tolist():
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
