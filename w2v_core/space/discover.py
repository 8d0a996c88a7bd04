"""Relations found in the vectors: pairs similar to a given pair, and entirely new relations.

The best of millions of pairs look parallel because they were selected for it. Results of this module
therefore have no p-value, and none may be computed for them (``space.nulls`` is for given lists).
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from w2v_core.space.relations import compare_offsets, mean_over_pairs
from w2v_core.space.vectors import unit_rows

_BLOCK = (
    128  # words compared with all others at once: 5 MB at 10,000 words, which fits into a cache
)

_HALF_AS = 0.5  # the least parallelism of a pair, relative to the most parallel one
_FREQUENT = 100  # a word with this many occurrences has the weight √½

# Constants for proposing relations, tuned on the samples and on 2.8 million words of English.
_WORDS = 3_000  # only this many frequent words are used; rarer ones have noisy offsets
_NEAR = (12, 45)  # range of the number of neighbours per word, fewer in a large vocabulary
_OFFSETS = 60_000  # approximate number of offsets examined
_ROUND = 5  # an offset needs parallels among this many neighbours of both words
_CLUSTERED = 1_500  # this many offsets with the most parallels are clustered
_CLUSTER = 0.35  # clusters are joined up to this mean of 1 − |cos|
_ALIKE = (
    0.45  # the least cosine of a pair with its relation; in few dimensions, where random cosines
)
# are about 1/√d, three times that
_OF_THE_BEST = 2 / 3  # and at least this share of the fifth best cosine
_BEGINNING = 3  # the fewest letters at the beginning of two words that are taken for a stem
_ENDING = 3  # the most letters that are taken for an ending, or for a prefix
_VOWELS = re.compile("[aeiouæøœıαεηιουωаеиоуыэюяіє]+")
_SAME = 0.5  # relations whose mean offsets have a larger cosine are the same
_LARGEST = 30  # the largest number of pairs in a relation


@dataclass(frozen=True)
class Found:
    """A pair ``a`` → ``b`` (rows) that was found, with its ``parallelism`` with the relation's offset, the
    ``closeness`` cos(a, b) of its words, and the ``score`` by which it was ordered."""

    a: int
    b: int
    parallelism: float
    closeness: float
    score: float


@dataclass(frozen=True)
class Relation:
    """A relation that was found, with its pairs int (k, 2) as rows, the most parallel first, their mean
    ``parallelism``, and the ``score`` parallelism · log k by which relations are ordered."""

    rows: np.ndarray
    parallelism: float
    score: float


def same_word(a: str, b: str) -> bool:
    """Whether two spellings look like forms of one word: *walk, walked*; *city, cities*; *man, men*;
    *france, french*; and, where what is added stands before the word, *happy, unhappy*.

    They do in any of these cases:

    - they share a beginning of at least three letters and half of the longer word, followed by at most
      three letters in each;
    - the same, with every run of vowels as good as any other (ablaut and umlaut), if the beginning has
      then at least five letters, or is the whole of the shorter word and has four;
    - they have three to five letters and differ in one middle letter;
    - one is the other, of at least four letters, with at most three letters before it.

    So *prince, princess* count as one word; *good, better* and *father, mother* do not. Nothing is known of
    the language: *master, mister* count as one as well.
    """
    short, long = sorted((a.casefold(), b.casefold()), key=len)
    shared = _common_beginning(short, long)
    if shared >= _BEGINNING and _is_stem(shared, long):
        return True
    plain_short, plain_long = sorted((_with_vowels_alike(short), _with_vowels_alike(long)), key=len)
    shared = _common_beginning(plain_short, plain_long)
    whole = shared == len(plain_short) >= _BEGINNING + 1
    if (whole or shared >= _BEGINNING + 2) and _is_stem(shared, plain_long):
        return True
    if len(short) > _BEGINNING and len(long) - len(short) <= _ENDING and long.endswith(short):
        return True
    if len(a) == len(b) and 3 <= len(a) <= 5 and short[0] == long[0] and short[-1] == long[-1]:
        return sum(x != y for x, y in zip(short, long, strict=True)) == 1
    return False


def _common_beginning(short: str, long: str) -> int:
    """How many letters both begin with."""
    shared = 0
    while shared < len(short) and short[shared] == long[shared]:
        shared += 1
    return shared


def _is_stem(shared: int, long: str) -> bool:
    """Whether so many letters are so much of the longer word that the rest can be an ending."""
    return 2 * shared >= len(long) and len(long) - shared <= _ENDING


@functools.lru_cache(20_000)
def _with_vowels_alike(word: str) -> str:
    """A word without accents, each run of its vowels written as one *a*."""
    letters = (c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    return _VOWELS.sub("a", "".join(letters))


def pairs_like(
    unit: np.ndarray,
    words: Sequence[str],
    a: int,
    b: int,
    n: int = 20,
    *,
    inflections: bool = True,
    counts: np.ndarray | None = None,
) -> list[Found]:
    """The pairs of the vocabulary most parallel to a → b.

    Every word x gets the partner y for which

        cos(y − x, b − a) · cos(x, y) / √(r_x r_y)

    is largest, where r is a word's cosine with its nearest word. Such pairs are parallel, and as near to
    each other as words in their neighbourhood can be; without the second factor, unrelated words that
    happen to be parallel would be found. Only mutual pairs are kept, in which x is also the best start for
    y. If counts are given, rare words, whose offsets are noisy, weigh less: √(count / (count + 100)). Each
    word can be the start of one pair and the end of one pair. Pairs with a or b are left out because
    they share half of the offset, and so are pairs less than half as parallel as the most parallel one.

    Parameters
    ----------
    unit : float (|W|, d)
        Vectors of length 1.
    words : sequence of str
    a, b : int
        Rows of the pair.
    n : int
    inflections : bool
        Whether the answer may contain pairs of forms of one word (``same_word``).
    counts : int (|W|,), optional
        The number of occurrences of each word in the text.

    Raises
    ------
    ValueError
        If a and b are the same word or have the same vector.
    """
    offset = unit[b] - unit[a]
    length = float(np.linalg.norm(offset))
    if length < 1e-6:
        raise ValueError("The two words of the pair are the same, so there is no offset.")
    height = unit @ (offset / length)
    weight = 1 / np.sqrt(np.maximum(_nearest_cosine(unit), 1e-3))
    if counts is not None:
        weight = weight * np.sqrt(counts / (counts + _FREQUENT))
    weight = weight.astype(np.float32)
    partners = 1 if inflections else 4  # if the best partner is a form of x, the next is used
    found = []
    beginning = np.zeros(len(unit), np.int64)  # the best start for every word
    highest = np.full(len(unit), -np.inf, np.float32)
    for first in range(0, len(unit), _BLOCK):
        last = min(first + _BLOCK, len(unit))
        cosines = unit[first:last] @ unit.T
        rows = np.arange(last - first)
        np.clip(cosines, 0, 0.9999, out=cosines)
        # cos(y − x, b − a) = (h_y − h_x)/‖y − x‖ and ‖y − x‖² = 2 − 2 cos(x, y)
        score = height - height[first:last, None]
        score *= cosines
        np.subtract(1, cosines, out=cosines)
        cosines *= 2
        np.sqrt(cosines, out=cosines)
        score /= cosines
        score *= weight
        score *= weight[first:last, None]
        score[rows, rows + first] = -1
        top = score.max(axis=0)
        better = np.flatnonzero(top > highest)
        beginning[better] = first + score[:, better].argmax(axis=0)
        highest[better] = top[better]
        for _ in range(partners):
            best = score.argmax(axis=1)
            found.append(np.stack([rows + first, best, score[rows, best]]))
            score[rows, best] = -1
    x, y, score = np.concatenate(found, axis=1)
    chosen: list[Found] = []
    begun, ended = {a, b}, {a, b}
    for i in np.argsort(-score, kind="stable").tolist():
        row, partner = int(x[i]), int(y[i])
        if score[i] <= 0 or len(chosen) >= n:
            break
        if row in begun or partner in ended or partner in (a, b) or row in (a, b):
            continue
        if not inflections and same_word(words[row], words[partner]):
            continue
        other = int(beginning[partner])
        if other not in (row, a, b) and (
            inflections or not same_word(words[other], words[partner])
        ):
            continue
        difference = unit[partner] - unit[row]
        parallelism = float(difference @ offset) / length / float(np.linalg.norm(difference))
        closeness = float(unit[row] @ unit[partner])
        chosen.append(Found(row, partner, parallelism, closeness, float(score[i])))
        begun.add(row)
        ended.add(partner)
    # Near words that are hardly parallel do not belong to this relation.
    least = _HALF_AS * max((pair.parallelism for pair in chosen), default=0)
    return [pair for pair in chosen if pair.parallelism >= least]


def _nearest_cosine(unit: np.ndarray) -> np.ndarray:
    """The cosine of every word with its nearest word, float (|W|,)."""
    nearest = np.empty(len(unit), np.float32)
    for first in range(0, len(unit), _BLOCK):
        last = min(first + _BLOCK, len(unit))
        cosines = unit[first:last] @ unit.T
        cosines[np.arange(last - first), np.arange(first, last)] = -1
        nearest[first:last] = cosines.max(axis=1)
    return nearest


def propose_relations(
    unit: np.ndarray,
    words: Sequence[str],
    n: int = 12,
    *,
    inflections: bool = True,
    first: int = 0,
    alike: float = _ALIKE,
) -> list[Relation]:
    """Find relations in the text without any example.

    The candidates are offsets between near words: each of the 3,000 most frequent words with its 12 to 45
    nearest. An offset x → y is promising if there are parallel offsets from neighbours of x to neighbours
    of y, because then a whole class of words maps to another. The 1,500 most promising offsets are
    clustered by direction (average linkage of scikit-learn on 1 − |cos|). For the mean of each cluster,
    all offsets with a cosine of at least .45 are collected (at least 3/√d if that is larger, and at least
    two thirds of the fifth best), with each word in one pair only, and the mean is computed again, three
    times. A relation is scored by the mean parallelism of its pairs times the logarithm of their number. If
    two relations have similar mean offsets, only the better one is kept.

    (Clustering all offsets by k-means would miss small classes: 22 capitals are lost among 50,000
    offsets.)

    Parameters
    ----------
    unit : float (|W|, d)
        Vectors of length 1, most frequent word first.
    words : sequence of str
    n : int
        The largest number of relations.
    inflections : bool
        Whether pairs of forms of one word (``same_word``) are allowed.
    first : int
        Words before this rank are ignored: the 200 most frequent words of an English text include the
        function words, whose relations are the strongest.
    alike : float
        The least cosine of a pair with its relation. Where only strong relations are wanted, the search
        with a higher one takes less time.

    Returns
    -------
    list of Relation
        Best first, each with at least three pairs; fewer than n if the text has fewer.
    """
    space = np.asarray(unit[first : first + _WORDS], np.float32)
    words = words[first:]
    cosines = space @ space.T
    starts, ends = _near_pairs(cosines)
    if not inflections:
        different = [not same_word(words[i], words[j]) for i, j in zip(starts, ends, strict=True)]
        starts, ends = starts[different], ends[different]
    apart = cosines[starts, ends] < 0.999
    starts, ends = starts[apart], ends[apart]
    if len(starts) < 3:
        return []
    directions = unit_rows(space[ends] - space[starts])
    alike_from = max(alike, 3 / np.sqrt(space.shape[1]))
    middles = _middles(directions, _promise(cosines, starts, ends))
    for _ in range(3):
        cosines_with = middles @ directions.T
        gathered = [_gather(row, starts, ends, alike_from) for row in cosines_with]
        gathered = [found for found in gathered if len(found[0]) >= 3]
        if not gathered:
            return []
        middles = unit_rows(
            np.stack([(directions[i] * sign[:, None]).mean(axis=0) for i, sign in gathered])
        )
    relations = [
        (_relation(directions, starts, ends, *found), middle)
        for found, middle in zip(gathered, middles, strict=True)
    ]
    relations.sort(key=lambda found: -found[0].score)
    chosen: list[tuple[Relation, np.ndarray]] = []
    for relation, middle in relations:
        if all(abs(float(middle @ other)) < _SAME for _, other in chosen):
            chosen.append((relation, middle))
    return [replace(relation, rows=relation.rows + first) for relation, _ in chosen[:n]]


def _near_pairs(cosines: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each word with its nearest words, every pair once: two int arrays of rows, the more frequent word
    first."""
    n = len(cosines)
    near = min(int(np.clip(_OFFSETS // max(n, 1), *_NEAR)), n - 1)
    if near < 1:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    nearest = _nearest(cosines, near)
    codes = np.repeat(np.arange(n), near), nearest.ravel()
    unique = np.unique(np.minimum(*codes) * n + np.maximum(*codes))
    return unique // n, unique % n


def _nearest(cosines: np.ndarray, k: int) -> np.ndarray:
    """Rows of the k words nearest to each word, without the word itself, unordered: int (n, k)."""
    others = -cosines
    np.fill_diagonal(others, 2)
    return np.argpartition(others, k - 1, axis=1)[:, :k]


def _promise(cosines: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """For each offset x → y the mean, over the neighbours x' of x, of the largest cos(y' − x', y − x)
    with a neighbour y' of y; from the words' cosines alone, as (y' − x')·(y − x) is
    y'·y − y'·x − x'·y + x'·x."""
    n_round = min(_ROUND, len(cosines) - 1)
    near = _nearest(cosines, n_round)
    promise = np.empty(len(starts), np.float32)
    for first in range(0, len(starts), 8192):
        x, y = (rows[first : first + 8192, None, None] for rows in (starts, ends))
        beside_x, beside_y = near[x[:, 0, 0]][:, :, None], near[y[:, 0, 0]][:, None, :]
        product = (cosines[beside_y, y] - cosines[beside_y, x]) - (
            cosines[beside_x, y] - cosines[beside_x, x]
        )
        other = cosines[beside_x, beside_y]
        lengths = np.sqrt(np.maximum((2 - 2 * other) * (2 - 2 * cosines[x, y]), 1e-6))
        alike = product / lengths
        alike[(beside_x == beside_y) | (beside_x == y) | (beside_y == x)] = -1
        promise[first : first + 8192] = alike.max(axis=2).mean(axis=1)
    return promise


def _middles(directions: np.ndarray, promise: np.ndarray) -> np.ndarray:
    """The mean directions of the clusters of the most promising offsets, float (clusters, d)."""
    best = directions[np.argsort(-promise, kind="stable")[:_CLUSTERED]]
    cosines = best @ best.T
    from sklearn.cluster import AgglomerativeClustering  # takes 60 MB, which few need

    labels = AgglomerativeClustering(
        n_clusters=None, metric="precomputed", linkage="average", distance_threshold=_CLUSTER
    ).fit_predict(1 - np.abs(np.clip(cosines, -1, 1)))
    middles = []
    for label in range(labels.max() + 1):
        members = np.flatnonzero(labels == label)
        # All point the same way as the first of the cluster.
        signs = np.where(cosines[members[0], members] < 0, -1, 1).astype(best.dtype)
        middles.append((best[members] * signs[:, None]).mean(axis=0))
    return unit_rows(np.stack(middles))


def _gather(
    alike: np.ndarray, starts: np.ndarray, ends: np.ndarray, alike_from: float
) -> tuple[np.ndarray, np.ndarray]:
    """The pairs that point along (sign 1) or against (−1) a direction, the most parallel first, with each
    word in one pair only."""
    size = np.abs(alike)
    candidates = np.flatnonzero(size > alike_from)
    candidates = candidates[np.argsort(-size[candidates], kind="stable")][: 10 * _LARGEST]
    if len(candidates) >= 5:
        # If the best pairs agree closely, pairs that agree half as well belong to another relation.
        candidates = candidates[size[candidates] > size[candidates[4]] * _OF_THE_BEST]
    used: set[int] = set()
    chosen = []
    for i in candidates.tolist():
        start, end = int(starts[i]), int(ends[i])
        if start not in used and end not in used:
            chosen.append(i)
            used.update((start, end))
            if len(chosen) == _LARGEST:
                break
    rows = np.array(chosen, np.int64)
    return rows, np.sign(alike[rows]).astype(np.float32)


def _relation(
    directions: np.ndarray,
    starts: np.ndarray,
    ends: np.ndarray,
    pairs: np.ndarray,
    signs: np.ndarray,
) -> Relation:
    cosines, _ = compare_offsets(directions[pairs] * signs[:, None])
    parallelism = float(mean_over_pairs(cosines))
    rows = np.stack([starts[pairs], ends[pairs]], axis=1)
    rows[signs < 0] = rows[signs < 0, ::-1]
    # Oriented from the more frequent words to the rarer ones.
    if np.median(rows[:, 0]) > np.median(rows[:, 1]):
        rows = rows[:, ::-1]
    return Relation(rows, parallelism, parallelism * float(np.log(len(rows))))
