"""Vectors of form: what the spelling of words tells of their vectors.

A word's vector is the sum of vectors of its character n-grams (Bojanowski et al. 2017, Enriching Word
Vectors with Subword Information), v_w = Σ_g z_g, with < and > marking the word's ends. The n-grams'
vectors Z are fitted to trained vectors V by ridge regression: with G the n-grams that each word has, they
minimise Σ_w ‖(GZ)_w − v_w‖² / s_w + ‖Z‖², where s_w = ``STRENGTH``/√(count of w), as the vectors of rare
words are noisier. So Z = Gᵀ(GGᵀ + S)⁻¹V, which conjugate gradients solve with products of the sparse G
alone.

Words that are spelled alike come near, whatever company they keep. A frequent word keeps most of its own
vector, as its longest n-grams are those of no other word; a rare or new one is what its parts make it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import scipy.sparse as sp

from w2v_core.space.vectors import unit_rows

SHORTEST, LONGEST = 3, 6
STRENGTH = 50.0
"""Chosen on every second block of 200 lines of a text of 2.8 million words: 5 loses analogies,
500 relatedness (``docs/benchmarks.md``)."""
MOST_WORDS = 20_000  # of a vocabulary whose vectors of form are fitted while a person waits
MOST_STEPS, TOLERANCE = 200, 1e-3  # of the conjugate gradients; of the residual, relative


def ngrams(word: str) -> list[str]:
    """The n-grams of ``SHORTEST`` to ``LONGEST`` characters of <word>, in order, with repetitions."""
    marked = f"<{word}>"
    return [
        marked[first : first + n]
        for n in range(SHORTEST, LONGEST + 1)
        for first in range(len(marked) - n + 1)
    ]


class FormVectors:
    """n-gram vectors fitted to the vectors of words.

    Parameters
    ----------
    words : sequence of str (|W|,)
    V : float (|W|, d)
        Trained vectors.
    counts : int (|W|,)
        Occurrences in the text; where nobody counted, zeros, which count as 1.

    Attributes
    ----------
    matrix : float32 (|W|, d)
        GZ, the vectors of form of the words.
    """

    def __init__(
        self,
        words: Sequence[str],
        V: np.ndarray,
        counts: np.ndarray,
    ):
        self.words = list(words)
        self._rows: dict[str, int] = {}
        for word in words:
            for gram in ngrams(word):
                self._rows.setdefault(gram, len(self._rows))
        G = self._incidence(words)
        noise = STRENGTH / np.sqrt(np.maximum(counts, 1))
        X = _solved(G, noise.astype(np.float32), np.asarray(V, np.float32))
        self._Z = (G.T @ X).astype(np.float32)
        self.matrix = self._matrix(G)

    def of(self, words: Iterable[str]) -> np.ndarray:
        """Vectors of any words, float32 (words, d), built from those of their n-grams that the vocabulary
        has; zeros where it has none of them."""
        return self._matrix(self._incidence(list(words)))

    def nearest(self, word: str, n: int = 10) -> list[tuple[str, float]]:
        """The n words of the vocabulary whose vectors of form are nearest to that of any word, with the
        cosines, best first; empty where the word shares no n-gram with the vocabulary."""
        return self._nearest(self.of([word])[0], n, ())

    def analogy(self, a: str, b: str, c: str, n: int = 10) -> list[tuple[str, float]]:
        """a is to b as c is to …, for any words: those of the vocabulary nearest to b − a + c, each of
        length 1 (3CosAdd), without the words asked for; as for ``nearest``. Empty where one of the three
        shares no n-gram with the vocabulary."""
        units = unit_rows(self.of([a, b, c]))
        if not units.any(axis=1).all():
            return []
        return self._nearest(units[1] - units[0] + units[2], n, (a, b, c))

    def _nearest(
        self, vector: np.ndarray, n: int, without: Sequence[str]
    ) -> list[tuple[str, float]]:
        if not vector.any():
            return []
        cosines = unit_rows(self.matrix) @ unit_rows(vector[None])[0]
        best = np.argsort(-cosines, kind="stable")[: n + len(without)]
        found = [(self.words[row], float(cosines[row])) for row in best]
        return [(word, value) for word, value in found if word not in without][:n]

    def _matrix(self, G: sp.csr_array) -> np.ndarray:
        return (G @ self._Z).astype(np.float32)

    def _incidence(self, words: Sequence[str]) -> sp.csr_array:
        """G: how often each word has each n-gram of the vocabulary, sparse float32 (words, n-grams)."""
        found = [[self._rows[g] for g in ngrams(word) if g in self._rows] for word in words]
        sizes = np.array([len(each) for each in found])
        columns = np.array([row for each in found for row in each], np.int64)
        rows = np.repeat(np.arange(len(words)), sizes)
        values = np.ones(len(columns), np.float32)
        return sp.csr_array((values, (rows, columns)), shape=(len(words), len(self._rows)))


def _solved(G: sp.csr_array, noise: np.ndarray, V: np.ndarray) -> np.ndarray:
    """X with (GGᵀ + diag(noise)) X = V, by conjugate gradients on all columns at once, preconditioned
    with the diagonal (Golub and Van Loan 2013, § 11.5)."""
    # An n-gram that one word alone has adds to no other number of GGᵀ than to that word's own.
    squares, alone = G.multiply(G), np.bincount(G.indices, minlength=G.shape[1]) == 1
    noise = noise + squares @ alone.astype(np.float32)
    G = G[:, np.flatnonzero(~alone)]
    GT = G.T.tocsr()
    diagonal = (G.multiply(G).sum(axis=1) + noise)[:, None].astype(np.float32)
    X, residual = np.zeros_like(V), V.copy()
    Y = residual / diagonal
    direction, product = Y.copy(), np.sum(residual * Y, axis=0)
    enough = TOLERANCE * np.linalg.norm(V)
    for _ in range(MOST_STEPS):
        if np.linalg.norm(residual) <= enough:
            break
        applied = G @ (GT @ direction) + noise[:, None] * direction
        step = product / np.maximum(np.sum(direction * applied, axis=0), 1e-30)
        X += step * direction
        residual -= step * applied
        Y = residual / diagonal
        product, before = np.sum(residual * Y, axis=0), product
        direction = Y + product / np.maximum(before, 1e-30) * direction
    return X
