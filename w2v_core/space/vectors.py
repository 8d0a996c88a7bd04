"""Word vectors: nearest words and vector arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from w2v_core.vocabulary import Vocabulary

METRICS = ("cosine", "dot", "euclidean")
DEFAULT_METRIC = "cosine"
"""The default metric of neighbours. Code that explains cosines requests "cosine" explicitly."""
_BLOCK = 256  # words whose cosines with all others are in memory at once: 256 × 20,000 is 20 MB
_GROUP = 64  # columns in a group, whose maximum is examined first


def unit_rows(matrix: np.ndarray) -> np.ndarray:
    """Each row divided by its length; rows of zeros stay unchanged."""
    length = np.linalg.norm(matrix, axis=1, keepdims=True)
    return matrix / np.where(length > 0, length, 1)


def prepared(matrix: np.ndarray, centered: bool, unit: bool) -> np.ndarray:
    """The vectors float32 (words, d), with their mean subtracted and then scaled to length 1 as asked."""
    matrix = np.asarray(matrix, np.float32)
    if centered:
        matrix = matrix - matrix.mean(axis=0)
    return unit_rows(matrix) if unit else matrix


class WordVectors:
    """Words and one vector each.

    Parameters
    ----------
    words : sequence of str
        Distinct, most frequent first.
    matrix : float (|W|, d)
        One row per word.
    lowercase : bool
        Whether the words were lowercased, so that look-ups lowercase too.

    Unknown words raise ``UnknownWord``, a KeyError that names the nearest known spellings.
    """

    def __init__(self, words: Sequence[str], matrix: np.ndarray, *, lowercase: bool = False):
        self.vocabulary = Vocabulary(words, lowercase)
        self.words = self.vocabulary.words
        self.matrix = np.asarray(matrix)
        if self.matrix.ndim != 2 or len(self.matrix) != len(self.words):
            raise ValueError(
                f"matrix: expected one row for each of the {len(self.words):,} words, "
                f"not shape {self.matrix.shape}."
            )

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: str) -> bool:
        return word in self.vocabulary

    def __getitem__(self, word: str) -> np.ndarray:
        """The word's vector, (d,)."""
        return self.matrix[self.vocabulary.index(word)]

    @cached_property
    def unit(self) -> np.ndarray:
        """The vectors at length 1, (|W|, d)."""
        return unit_rows(self.matrix)

    @cached_property
    def zero_rows(self) -> np.ndarray:
        """The rows of vectors that are all zeros, int (n,): these have no direction and are nobody's
        neighbours."""
        return np.flatnonzero(~self.matrix.any(axis=1))

    def has_direction(self, word: str) -> bool:
        """Whether a word's vector is not all zeros (UnknownWord for one that is not there)."""
        return bool(self[word].any())

    def refuse_zeros(self, *words: str) -> None:
        """ValueError, with a sentence, for the first word whose vector is all zeros."""
        for word in words:
            if not self.has_direction(word):
                known = self.words[self.vocabulary.index(word)]
                raise ValueError(
                    f"The vector of {known!r} is all zeros, so it has no direction and no neighbours: "
                    "choose another word."
                )

    def similarity(self, a: str, b: str) -> float:
        """Cosine of the angle between two words' vectors, −1 to 1 (ValueError for one of zeros)."""
        self.refuse_zeros(a, b)
        return float(self.unit[self.vocabulary.index(a)] @ self.unit[self.vocabulary.index(b)])

    def most_similar(
        self, word: str, n: int = 10, metric: str = DEFAULT_METRIC
    ) -> list[tuple[str, float]]:
        """The n nearest other words, best first.

        Parameters
        ----------
        word : str
        n : int
        metric : "cosine", "dot" or "euclidean"
            For cosine and dot product, larger is nearer. For the Euclidean distance, smaller is nearer.

        Returns
        -------
        list of (word, value of the metric)
            Vectors of zeros are left out.

        Raises
        ------
        ValueError
            for a word whose vector is all zeros.
        """
        row = self.vocabulary.index(word)
        self.refuse_zeros(word)
        if metric == "cosine":
            values = self.unit @ self.unit[row]
        elif metric == "dot":
            values = self.matrix @ self.matrix[row]
        elif metric == "euclidean":
            values = np.linalg.norm(self.matrix - self.matrix[row], axis=1)
        else:
            raise ValueError(f"metric={metric!r}: choose one of {', '.join(map(repr, METRICS))}.")
        order = values if metric == "euclidean" else -values
        return self._best(order, values, n, {row, *self.zero_rows.tolist()})

    def nearest_of_all(self, n: int = 10) -> tuple[np.ndarray, np.ndarray]:
        """The n nearest other words of every word by cosine, best first, like ``most_similar`` for all
        words at once.

        Returns
        -------
        rows int (|W|, n), cosines float32 (|W|, n); n is smaller if there are fewer other words.
        """
        n = max(min(int(n), len(self) - 1), 0)
        rows = np.empty((len(self), n), np.int64)
        cosines = np.empty((len(self), n), np.float32)
        unit = np.ascontiguousarray(self.unit, np.float32)
        starts = np.arange(0, len(self), _GROUP)
        # Vectors of zeros are left out, as long as there are enough others.
        zero = self.zero_rows if n < len(self) - len(self.zero_rows) else self.zero_rows[:0]
        for first in range(0, len(self) if n else 0, _BLOCK):
            values = unit[first : first + _BLOCK] @ unit.T
            here = np.arange(len(values))
            values[here, first + here] = -np.inf
            values[:, zero] = -np.inf
            # The n-th largest of the groups' maxima is a bound that at least n words reach, and few
            # more: only these are sorted.
            most = np.maximum.reduceat(values, starts, axis=1)
            if len(starts) > n:
                bound = np.partition(most, -n, axis=1)[:, -n]
            else:
                bound = np.partition(values, -n, axis=1)[:, -n]
            row, other = np.nonzero(values >= bound[:, None])
            found = values[row, other]
            order = np.lexsort((other, -found, row))
            best = np.searchsorted(row, here)[:, None] + np.arange(n)
            rows[first + here] = other[order][best]
            cosines[first + here] = found[order][best]
        return rows, cosines

    def analogy(
        self, a: str, b: str, c: str, n: int = 10, exclude_inputs: bool = True
    ) -> list[tuple[str, float]]:
        """a is to b as c is to …: the words nearest to b − a + c by cosine, all at length 1
        (3CosAdd; Mikolov, Yih and Zweig 2013).

        Parameters
        ----------
        a, b, c : str
        n : int
        exclude_inputs : bool
            Leave the three given words out of the answers, as is customary.

        Returns
        -------
        list of (word, cosine with b − a + c), best first
        """
        rows = [self.vocabulary.index(word) for word in (a, b, c)]
        self.refuse_zeros(a, b, c)
        A, B, C = self.unit[rows]
        target = B - A + C
        values = self.unit @ (target / max(float(np.linalg.norm(target)), 1e-12))
        left_out = {*self.zero_rows.tolist(), *(rows if exclude_inputs else ())}
        return self._best(-values, values, n, left_out)

    def nearest_to_rows(self, rows: Sequence[int], n: int = 10) -> list[int]:
        """The rows of the ``n`` words nearest to the mean direction of some words, nearest first, without
        these words themselves."""
        mean = unit_rows(self.unit[list(rows)].mean(axis=0, keepdims=True))[0]
        order, taken = np.argsort(-(self.unit @ mean), kind="stable"), set(rows)
        return [row for row in order.tolist() if row not in taken][:n]

    def doesnt_match(self, words: Sequence[str]) -> list[tuple[str, float]]:
        """The odd one out: the words with their cosine with the mean of all, the least similar first.

        Raises
        ------
        ValueError
            For fewer than two words.
        """
        rows = [self.vocabulary.index(word) for word in words]
        if len(rows) < 2:
            raise ValueError("Give at least two words to find the odd one out.")
        mean = self.unit[rows].mean(axis=0)
        values = self.unit[rows] @ (mean / max(float(np.linalg.norm(mean)), 1e-12))
        return [(self.words[rows[i]], float(values[i])) for i in np.argsort(values, kind="stable")]

    def _best(self, order, values, n: int, leave_out: set[int]) -> list[tuple[str, float]]:
        """The n words with the smallest ``order`` and their values; ties go to the more frequent word."""
        n = max(int(n), 0)
        wanted = min(n + len(leave_out), len(order))
        if wanted == 0:
            return []
        border = np.partition(order, wanted - 1)[wanted - 1]
        rows = np.flatnonzero(order <= border)
        rows = rows[np.argsort(order[rows], kind="stable")]
        return [(self.words[i], float(values[i])) for i in rows.tolist() if i not in leave_out][:n]
