"""a is to b as c is to …, with the trivial answers for comparison.

The given words are left out of the answers, as is customary, and the answer that would have come first
with them is reported. An answer is meaningful only if it differs from the trivial ones (Linzen 2016,
*Issues in evaluating semantic spaces using word analogies*): the nearest word to c alone, and to
b + c without a.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from w2v_core.space.vectors import WordVectors, unit_rows

METHODS = {"add": "additive: 3CosAdd", "mul": "multiplicative: 3CosMul"}
EPSILON = 1e-3  # keeps 3CosMul's denominator from 0, as in Levy and Goldberg 2014


@dataclass(frozen=True)
class Analogy:
    """a : b :: c : ? with its answers.

    Attributes
    ----------
    a, b, c : str
        In the spelling of the vocabulary.
    method : "add" or "mul"
    answers : tuple of (word, score)
        Best first, without the three given words. The score is the cosine with b − a + c for 3CosAdd, or
        the quotient of 3CosMul.
    with_inputs : str
        The first answer if no word is left out.
    near_c, near_sum : str
        The trivial answers, nearest to c alone and to b + c, without the given words. Empty if the
        vocabulary has no fourth word.
    rank_near_c, rank_near_sum : int
        The rank of the first answer among them (1 is first); 0 without an answer.
    """

    a: str
    b: str
    c: str
    method: str
    answers: tuple[tuple[str, float], ...]
    with_inputs: str
    near_c: str
    near_sum: str
    rank_near_c: int
    rank_near_sum: int

    @property
    def answer(self) -> str | None:
        """The first answer; None if the vocabulary has no fourth word."""
        return self.answers[0][0] if self.answers else None

    @property
    def decided(self) -> bool:
        """Whether the offset mattered: the answer differs from both trivial answers."""
        return self.rank_near_c > 1 and self.rank_near_sum > 1

    @property
    def verdict(self) -> str:
        """A sentence that says whether the offset mattered."""
        if self.answer is None:
            return "The vocabulary has no fourth word."
        if self.a == self.b:
            return "The first two words are the same, so there is no offset."
        if self.rank_near_c == 1:
            text = f"The offset changed nothing: {self.answer} is also the word nearest to {self.c} alone"
            also = f" and to {self.b} + {self.c}" if self.rank_near_sum == 1 else ""
            return f"{text}{also}."
        if self.rank_near_sum == 1:
            return (
                f"Subtracting {self.a} changed nothing: {self.answer} is also the word nearest to "
                f"{self.b} + {self.c}."
            )
        return (
            f"The offset made the difference: {self.answer} is only {ordinal(self.rank_near_c)} nearest "
            f"to {self.c} alone and {ordinal(self.rank_near_sum)} nearest to {self.b} + {self.c}."
        )

    @property
    def inputs_sentence(self) -> str:
        """A sentence that says what changed by leaving out the given words."""
        if self.with_inputs == self.answer:
            return "It comes first even if the three given words are allowed as answers."
        return (
            f"The given words are left out, as is customary; otherwise {self.with_inputs} itself would "
            "come first."
        )


def ordinal(n: int) -> str:
    """1st, 2nd, 3rd, 4th …"""
    ending = "th" if 10 <= n % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n:,}{ending}"


def target_of(A: np.ndarray, B: np.ndarray, C: np.ndarray) -> np.ndarray:
    """v_b − v_a + v_c for vectors of length 1."""
    return B - A + C


def scores(
    unit: np.ndarray, a: np.ndarray, b: np.ndarray, c: np.ndarray, method: str = "add"
) -> np.ndarray:
    """The score of every word as an answer to each of n questions.

    "add" (3CosAdd; Mikolov, Yih and Zweig 2013): cos(x, b − a + c).
    "mul" (3CosMul; Levy and Goldberg 2014): cos(x, b) · cos(x, c) / (cos(x, a) + ε), the cosines
    shifted to 0 … 1 by (1 + cos)/2.

    Parameters
    ----------
    unit : float (|W|, d)
        Vectors of length 1.
    a, b, c : int (n,)
        Rows of the words in the questions.
    method : "add" or "mul"

    Returns
    -------
    float (n, |W|)
    """
    if method == "add":
        return unit_rows(target_of(unit[a], unit[b], unit[c])) @ unit.T
    if method == "mul":
        near_a, near_b, near_c = ((1 + unit[rows] @ unit.T) / 2 for rows in (a, b, c))
        return near_b * near_c / (near_a + EPSILON)
    raise ValueError(f"method={method!r}: choose one of {', '.join(map(repr, METHODS))}.")


def solve(
    vectors: WordVectors, a: str, b: str, c: str, *, method: str = "add", n: int = 10
) -> Analogy:
    """a is to b as c is to …

    Raises
    ------
    UnknownWord
        (a KeyError) for a word that the vocabulary does not hold.
    ValueError
        for another method, and for a word whose vector is all zeros.
    """
    rows = [vectors.vocabulary.index(word) for word in (a, b, c)]
    vectors.refuse_zeros(a, b, c)
    words, unit = vectors.words, vectors.unit
    at_a, at_b, at_c = (np.array([row]) for row in rows)
    values = scores(unit, at_a, at_b, at_c, method)[0]
    free = np.ones(len(words), bool)
    free[rows] = False
    free[vectors.zero_rows] = False
    values[vectors.zero_rows] = -np.inf
    order = np.argsort(-values, kind="stable")
    answers = order[free[order]][:n]
    alone, both = unit @ unit[rows[2]], unit @ (unit[rows[1]] + unit[rows[2]])

    def trivial(by: np.ndarray) -> tuple[str, int]:
        if not len(answers):
            return "", 0
        first = int(np.flatnonzero(free)[by[free].argmax()])
        return words[first], 1 + int((by[free] > by[answers[0]]).sum())

    near_c, rank_c = trivial(alone)
    near_sum, rank_sum = trivial(both)
    known_a, known_b, known_c = (words[row] for row in rows)
    return Analogy(
        known_a,
        known_b,
        known_c,
        method=method,
        answers=tuple((words[i], float(values[i])) for i in answers.tolist()),
        with_inputs=words[order[0]],
        near_c=near_c,
        near_sum=near_sum,
        rank_near_c=rank_c,
        rank_near_sum=rank_sum,
    )
