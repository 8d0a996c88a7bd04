"""Evaluation of vectors: analogy questions, and similarities judged by people."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from w2v_core.space.analogy import scores
from w2v_core.space.vectors import WordVectors

_AT_ONCE = 256  # questions whose |W| scores are in memory at once: 10 MB at 10,000 words


@dataclass(frozen=True)
class Question:
    """a is to b as c is to d; ``section`` is the heading above it."""

    section: str
    a: str
    b: str
    c: str
    d: str


@dataclass(frozen=True)
class Miss:
    """A question answered wrongly, with the ``answer`` given and the rank of the right word (1 is
    first)."""

    question: Question
    answer: str
    rank: int


@dataclass(frozen=True)
class Score:
    """The result of one section: the number of questions ``asked``, the number whose four words are all
    known (``covered``), and the number of these answered ``right``."""

    section: str
    asked: int
    covered: int
    right: int

    @property
    def accuracy(self) -> float:
        """The share of covered questions answered right, 0 to 1; NaN if none is covered."""
        return self.right / self.covered if self.covered else float("nan")

    @property
    def coverage(self) -> float:
        """The share of questions whose four words are known, 0 to 1."""
        return self.covered / self.asked if self.asked else float("nan")

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % Wilson interval of the accuracy."""
        return wilson(self.right, self.covered)


@dataclass(frozen=True)
class Scorecard:
    """The result of a set of questions by section and in total, with every miss."""

    sections: tuple[Score, ...]
    total: Score
    misses: tuple[Miss, ...]


def wilson(right: int, n: int, z: float = 1.959964) -> tuple[float, float]:
    """The confidence interval of a proportion in n trials, 95 % for z = 1.96 (Wilson 1927). Unlike p ± z·s
    it stays within 0 and 1, and is informative at 0 and n too. (0, 1) without trials."""
    if n == 0:
        return 0.0, 1.0
    share, z2 = right / n, z * z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = z * np.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(float(middle - half), 0.0), min(float(middle + half), 1.0)


def read_questions(path: str | Path) -> list[Question]:
    """Read analogy questions in Google's format: ``: section`` lines, and four words per line.

    Spaces, tabs, commas, semicolons or slashes may stand between words. Empty lines and lines that begin
    with # are passed over. Lines that are neither are left out (see ``not_understood``).

    Raises
    ------
    ValueError
        naming the first line that is neither, where no line is a question.
    """
    return parse_questions(Path(path).read_text(encoding="utf-8"), Path(path).name)


def parse_questions(text: str, name: str = "The questions") -> list[Question]:
    """The same, from the text of a file called ``name``."""
    questions, others = _lines_of_questions(text)
    if others and not questions:
        number, line = others[0]
        raise ValueError(
            f"{name}, line {number}: expected four words or ': section', not {line[:80]!r}."
        )
    return questions


def not_understood(text: str) -> list[tuple[int, str]]:
    """The lines of a file of questions that are neither a question nor a section: (number from 1, line)."""
    return _lines_of_questions(text)[1]


def _lines_of_questions(text: str) -> tuple[list[Question], list[tuple[int, str]]]:
    questions: list[Question] = []
    others: list[tuple[int, str]] = []
    section = ""
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        line = line.strip()
        words = [word for word in re.split(r"[\s,;/]+", line) if word]
        if line.startswith("#"):
            continue
        if line.startswith(":"):
            section = line[1:].strip()
        elif len(words) == 4:
            questions.append(Question(section, *words))
        elif words:
            others.append((number, line))
    return questions, others


def scorecard(
    vectors: WordVectors,
    questions: Sequence[Question],
    method: str = "add",
    callback: Callable[[float], bool | None] | None = None,
) -> Scorecard:
    """Answer analogy questions, leaving out the given words as usual.

    Parameters
    ----------
    vectors : WordVectors
    questions : sequence of Question
    method : "add" (3CosAdd) or "mul" (3CosMul)
    callback : callable, optional
        Called with the share done (0 to 1) after every few hundred questions; returning True stops.

    Raises
    ------
    ValueError
        If there are no questions, or for an unknown method.
    InterruptedError
        If the callback stopped it.
    """
    if not questions:
        raise ValueError("There are no questions. Give lines of four words, such as a b c d.")
    find = vectors.vocabulary.find
    known: list[tuple[int, list[int]]] = []
    zero = set(vectors.zero_rows.tolist())
    for number, q in enumerate(questions):
        rows = [row for word in (q.a, q.b, q.c, q.d) if (row := find(word)) is not None]
        if len(rows) == 4 and not zero.intersection(rows):  # zeros answer nothing
            known.append((number, rows))
    answers = np.empty(len(known), np.int64)
    ranks = np.empty(len(known), np.int64)
    for first in range(0, len(known), _AT_ONCE):
        a, b, c, d = np.array([rows for _, rows in known[first : first + _AT_ONCE]]).T
        values = scores(vectors.unit, a, b, c, method)
        here = np.arange(len(d))
        wanted = values[here, d].copy()
        for given in (a, b, c):
            values[here, given] = -np.inf
        values[:, vectors.zero_rows] = -np.inf
        answers[first : first + len(d)] = values.argmax(axis=1)
        ranks[first : first + len(d)] = 1 + (values > wanted[:, None]).sum(axis=1)
        if callback is not None and callback(min(first + _AT_ONCE, len(known)) / len(known)):
            raise InterruptedError("The scorecard was stopped.")
    right = np.array([rows[3] for _, rows in known], np.int64) == answers
    tally: dict[str, list[int]] = {q.section: [0, 0, 0] for q in questions}
    for question in questions:
        tally[question.section][0] += 1
    misses = []
    for (number, _), answer, hit, rank in zip(known, answers, right, ranks, strict=True):
        count = tally[questions[number].section]
        count[1] += 1
        count[2] += bool(hit)
        if not hit:
            misses.append(Miss(questions[number], vectors.words[answer], int(rank)))
    return Scorecard(
        tuple(Score(section, *count) for section, count in tally.items()),
        Score("all", len(questions), len(known), int(right.sum())),
        tuple(misses),
    )


def analogy_accuracy(
    vectors: WordVectors, questions: Sequence[Question]
) -> list[tuple[Question, str, bool]]:
    """(question, answer, whether it is right) for every question whose four words are known.

    The answer is the first one of ``WordVectors.analogy``, which leaves out the given words.
    """
    results = []
    for question in questions:
        four = (question.a, question.b, question.c, question.d)
        if all(word in vectors and vectors.has_direction(word) for word in four):
            answer = vectors.analogy(question.a, question.b, question.c, n=1)[0][0]
            right = vectors.vocabulary.find(question.d) == vectors.vocabulary.find(answer)
            results.append((question, answer, right))
    return results


def read_similarities(path: str | Path) -> list[tuple[str, str, float]]:
    """Read word pairs with similarities judged by people: word, word and score per line, separated by tabs.
    Lines beginning with # are ignored.

    Raises
    ------
    ValueError
        Naming a line that does not fit.
    """
    pairs = []
    for number, line in enumerate(Path(path).read_text(encoding="utf-8").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            try:
                a, b, score = line.split("\t")[:3]
                pairs.append((a, b, float(score)))
            except ValueError as error:
                raise ValueError(
                    f"{Path(path).name}, line {number}: expected two words and a number, "
                    f"separated by tabs, not {line[:80]!r}."
                ) from error
    return pairs


def similarity_correlation(vectors: WordVectors, pairs: Sequence[tuple[str, str, float]]) -> float:
    """Spearman's rank correlation of the cosines with people's scores, over the pairs whose words
    are both known; NaN below three pairs."""
    from scipy.stats import spearmanr  # loads for half a second

    known = [
        (a, b, score)
        for a, b, score in pairs
        if all(word in vectors and vectors.has_direction(word) for word in (a, b))
    ]
    if len(known) < 3:
        return float("nan")
    cosines = [vectors.similarity(a, b) for a, b, _ in known]
    return float(spearmanr(cosines, [score for *_, score in known]).statistic)
