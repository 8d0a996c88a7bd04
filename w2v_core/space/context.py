"""The contexts of a word: the model's prediction compared with the corpus, and why words are near."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from w2v_core.space.vectors import unit_rows


@dataclass(frozen=True)
class Prediction:
    """Some output words of a center word c, in an order.

    Attributes
    ----------
    rows : int (k,)
    model : float (k,)
        p(o|c).
    corpus : float (k,) or None
        N(c,o) / n_c, the relative frequency in the corpus; None without a text.
    unigram : float (k,)
        q_o, the frequency of the output word in the whole text.
    counts : float (k,) or None
        N(c,o).
    """

    rows: np.ndarray
    model: np.ndarray
    corpus: np.ndarray | None
    unigram: np.ndarray
    counts: np.ndarray | None


def predict(
    p: np.ndarray,
    q: np.ndarray,
    pairs: np.ndarray | None = None,
    n: int = 20,
    order: str = "probable",
) -> Prediction:
    """A model's prediction around a word, compared with the corpus.

    Parameters
    ----------
    p : float (|W|,)
        p(o|c), from ``SkipGram.probabilities``.
    q : float (|W|,)
        The unigram distribution.
    pairs : float (|W|,), optional
        N(c,·), the row of the counts that trained the model.
    n : int
    order : "probable" or "specific"
        By p(o|c), or by p(o|c) · log(p(o|c) / q_o), the word's share in the Kullback–Leibler
        divergence of p(·|c) from q. The latter is high if the word is both probable and more probable
        than in the whole text, so that no rare word comes first by its ratio alone.

    Raises
    ------
    ValueError
        For an unknown order.
    """
    if order not in ("probable", "specific"):
        raise ValueError(f"order={order!r}: choose 'probable' or 'specific'.")
    p = np.asarray(p, np.float64)
    value = p if order == "probable" else p * log_ratio(p, q)
    rows = np.argsort(-value, kind="stable")[: max(int(n), 0)]
    observed = None
    if pairs is not None:
        pairs = np.asarray(pairs, np.float64)
        observed = pairs / max(float(pairs.sum()), 1e-300)
    return Prediction(
        rows=rows,
        model=p[rows],
        corpus=None if observed is None else observed[rows],
        unigram=q[rows],
        counts=None if pairs is None else pairs[rows],
    )


def log_ratio(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    """log p/q in nats, float64. Probabilities are at least 1e-12."""
    return np.log(np.maximum(np.asarray(p, np.float64), 1e-12)) - np.log(q)


@dataclass(frozen=True)
class Reasons:
    """Every context word w, and its part in two words a and b being near.

    Attributes
    ----------
    x, y : float (|W|,)
        log p(w|a)/q_w and log p(w|b)/q_w, nats: how much more often than in the whole text w is
        expected near a and near b.
    weight : float (|W|,)
        ½ (p(w|a) + p(w|b)).
    contribution : float (|W|,)
        The contributions to the cosine of v_a and v_b, which is their sum.
    cosine : float
    evidence : float (|W|,) or None
        The share of w in the contexts that are specific to both a and b (``evidence``); None without a
        text.
    """

    x: np.ndarray
    y: np.ndarray
    weight: np.ndarray
    contribution: np.ndarray
    cosine: float
    evidence: np.ndarray | None = None

    def strongest(self, n: int, order: str = "cosine") -> np.ndarray:
        """Rows of the n strongest reasons.

        Parameters
        ----------
        n : int
        order : "cosine", "shared" or "evidence"
            By the contribution to the cosine; or, among words whose log-ratios have the same sign, by
            √weight · min(|x|, |y|), which favours shared contexts that are not rare; or by the lines of
            the text. Only the last order finds contexts without whose lines the two words are no longer
            near (``tests/benchmarks/removal.py``).

        Raises
        ------
        ValueError
            For an unknown order, or for "evidence" without a text.
        """
        value = self.strengths(order)
        rows = np.argsort(-value, kind="stable")[: max(int(n), 0)]
        return rows[value[rows] > 0]

    def strengths(self, order: str) -> np.ndarray:
        """How strong every reason is in one of these orders, float (|W|,); errors as for ``strongest``."""
        if order not in ("cosine", "shared", "evidence"):
            raise ValueError(f"order={order!r}: choose 'cosine', 'shared' or 'evidence'.")
        if order == "evidence":
            if self.evidence is None:
                raise ValueError("order='evidence' needs the counts of the text.")
            return self.evidence
        return self.contribution if order == "cosine" else self.shared

    @property
    def shared(self) -> np.ndarray:
        """√weight · min(|x|, |y|) if x and y have the same sign, else 0; float (|W|,)."""
        least = np.minimum(np.abs(self.x), np.abs(self.y))
        return np.where(self.x * self.y > 0, np.sqrt(self.weight) * least, 0.0)


def whitened(U: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """The output vectors, rescaled so that on average they cover every direction equally:
    ũ_w = G^(−½) u_w with G = Σ_w weight_w u_w u_wᵀ, so that Σ_w weight_w ũ_w ũ_wᵀ is the identity.

    Parameters
    ----------
    U : float (|W|, d)
    weight : float (|W|,)

    Returns
    -------
    float64 (|W|, d)
    """
    U = np.asarray(U, np.float64)
    values, Q = np.linalg.eigh(U.T @ (U * weight[:, None]))
    # Directions that do not occur in U contribute nothing.
    scale = np.where(values > 1e-12 * values.max(initial=0), values, np.inf) ** -0.5
    return (U @ (Q * scale)) @ Q.T


def reasons(
    v_a: np.ndarray,
    v_b: np.ndarray,
    p_a: np.ndarray,
    p_b: np.ndarray,
    q: np.ndarray,
    U: np.ndarray,
    counts: np.ndarray | None = None,
) -> Reasons:
    """Why two center vectors are near, context word by context word.

    The model uses a vector only through its scores u_w · v. With π_w the mean probability of w near the
    two words, and ũ from ``whitened`` with these weights,

        v_a · v_b = Σ_w π_w (ũ_w · v_a)(ũ_w · v_b)

    holds exactly if U has full rank. Each term, divided by ‖v_a‖ ‖v_b‖, is therefore the contribution of
    the context word to the cosine. It is large if both vectors point along u_w, in a direction that few
    other likely context words share.

    Parameters
    ----------
    v_a, v_b : float (d,)
    p_a, p_b : float (|W|,)
        p(·|a) and p(·|b).
    q : float (|W|,)
        The unigram distribution.
    U : float (|W|, d)
        The output vectors.
    counts : float (2, |W|), optional
        N(a,·) and N(b,·), the rows of the counts that trained the model.
    """
    weight = 0.5 * (np.asarray(p_a, np.float64) + np.asarray(p_b, np.float64))
    unit = unit_rows(np.asarray([v_a, v_b], np.float64))
    along = whitened(U, weight) @ unit.T
    return Reasons(
        x=log_ratio(p_a, q),
        y=log_ratio(p_b, q),
        weight=weight,
        contribution=weight * along[:, 0] * along[:, 1],
        cosine=float(unit[0] @ unit[1]),
        evidence=None if counts is None else evidence(counts, q),
    )


def evidence(counts: np.ndarray, q: np.ndarray) -> np.ndarray:
    """The share of each context word in the contexts that are specific to two words.

    With p̂(w|a) the share of w among the words near a, p̂ · log(p̂ / q) is the part of w in the
    Kullback–Leibler divergence of the contexts of a from those of the whole text. It is large for words
    that are both frequent near a and more frequent there than elsewhere, so that neither function words
    nor chance contexts come first. The evidence is the geometric mean of the parts for a and for b, and 0
    unless both are positive.

    Parameters
    ----------
    counts : float (2, |W|)
        N(a,·) and N(b,·).
    q : float (|W|,)
        The unigram distribution.

    Returns
    -------
    float (|W|,), nats
    """
    counts = np.asarray(counts, np.float64)
    smoothed = (counts + 0.5) / (counts.sum(axis=1, keepdims=True) + 0.5 * len(q))
    parts = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1e-300) * log_ratio(smoothed, q)
    return np.sqrt(np.maximum(parts[0], 0) * np.maximum(parts[1], 0))
