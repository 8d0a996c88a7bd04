"""What the model says of a pair beside what counting says: log p(o|c)/q(o) and PMI.

With as many dimensions as words and no prior, the loss is smallest where p(o|c) = N(c,o)/n_c, so that
the two are equal; fewer dimensions and the prior keep them apart. (For negative sampling with k noise
words, v_c · u_o = PMI − log k: Levy and Goldberg 2014, Neural Word Embedding as Implicit Matrix
Factorization.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from w2v_core.model.positive_pmi import pmi_vectors
from w2v_core.model.word_model import WordModel
from w2v_core.space.vectors import WordVectors


@dataclass(frozen=True, eq=False)
class Beside:
    """The contexts o that stand near one word c in the text, with q(o) = m_o/ΣN.

    ``rows`` int (n,); ``counted`` PMI(c,o) = log N(c,o)/(n_c q(o)), and ``model`` log p(o|c)/q(o), float64
    (n,), nats; ``pairs`` N(c,o), float64 (n,). ``r``: the correlation of the two, weighted by pairs.
    ``unseen``: the number of words that never stand near c, whose PMI is −∞, and ``unseen_share`` the
    probability that the model gives them in all.
    """

    rows: np.ndarray
    counted: np.ndarray
    model: np.ndarray
    pairs: np.ndarray
    r: float
    unseen: int
    unseen_share: float

    def parting(self, n: int) -> np.ndarray:
        """Places in the arrays of the n contexts where the two part the most: by √N(c,o) times their
        difference, so that not only pairs seen once come first."""
        strength = np.sqrt(self.pairs) * np.abs(self.model - self.counted)
        return np.argsort(-strength, kind="stable")[:n]


def beside_counting(model: WordModel, N: sp.csr_array, word: str) -> Beside:
    """Both for every context of a word.

    Parameters
    ----------
    model : WordModel
        With output vectors.
    N : sparse CSR (|W|, |W|)
        The pairs that it was trained on.
    word : str

    Raises
    ------
    UnknownWord
        (a KeyError) If the vocabulary does not contain the word.
    ValueError
        If no pairs of this word were counted.
    """
    c = model.vocabulary.index(word)
    row = sp.csr_array(N[[c], :])
    there = row.data > 0
    rows, pairs = row.indices[there], row.data[there].astype(np.float64)
    if len(rows) == 0:
        raise ValueError(f"No pairs of {word!r} were counted in this text: choose another word.")
    m = np.asarray(N.sum(axis=0, dtype=np.float64))
    p = model.probabilities(word).astype(np.float64)
    log_q = np.log(m[rows] / m.sum())
    counted = np.log(pairs / pairs.sum()) - log_q
    said = np.log(np.maximum(p[rows], 1e-300)) - log_q
    unseen = np.ones(len(p), bool)
    unseen[rows] = False
    return Beside(
        rows,
        counted,
        said,
        pairs,
        _correlation(counted, said, pairs / pairs.sum()),
        int(unseen.sum()),
        float(p[unseen].sum()),
    )


def _correlation(x: np.ndarray, y: np.ndarray, weight: np.ndarray) -> float:
    """Pearson's r with weights that sum to 1; 0 where one of the two does not vary."""
    x, y = x - weight @ x, y - weight @ y
    size = float(np.sqrt((weight @ x**2) * (weight @ y**2)))
    return float(weight @ (x * y)) / size if size > 1e-12 else 0.0


def space_of_counts(model: WordModel, N: sp.csr_array) -> WordVectors:
    """The vectors that counting alone makes from a model's pairs, of its own dimension."""
    C, _ = pmi_vectors(N, model.V.shape[1])
    return WordVectors(model.words, C, lowercase=model.vocabulary.lowercase)
