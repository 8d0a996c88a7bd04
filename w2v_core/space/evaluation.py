"""How good vectors are: analogy questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scipy.stats import spearmanr

from w2v_core.space.vectors import WordVectors


@dataclass(frozen=True)
class Question:
    """a is to b as c is to d; ``section`` is the heading it stood under."""

    section: str
    a: str
    b: str
    c: str
    d: str


def read_questions(path: str | Path) -> list[Question]:
    """Analogy questions in Google's format: ``: section`` lines, and four words a line.

    Raises
    ------
    ValueError
        naming the line that is neither.
    """
    questions, section = [], ""
    for number, line in enumerate(Path(path).read_text(encoding="utf-8").splitlines(), 1):
        words = line.split()
        if line.startswith(":"):
            section = line[1:].strip()
        elif len(words) == 4:
            questions.append(Question(section, *words))
        elif words:
            raise ValueError(
                f"{Path(path).name}, line {number}: expected four words or ': section', "
                f"not {line[:80]!r}."
            )
    return questions


def analogy_accuracy(
    vectors: WordVectors, questions: Sequence[Question]
) -> list[tuple[Question, str, bool]]:
    """(question, answer, whether it is right) for every question whose four words are known.

    The answer is the first of ``WordVectors.analogy``: the given words left out.
    """
    results = []
    for question in questions:
        if all(word in vectors for word in (question.a, question.b, question.c, question.d)):
            answer = vectors.analogy(question.a, question.b, question.c, n=1)[0][0]
            right = vectors.vocabulary.find(question.d) == vectors.vocabulary.find(answer)
            results.append((question, answer, right))
    return results


def read_similarities(path: str | Path) -> list[tuple[str, str, float]]:
    """Word pairs and how similar people found them: word, word, score a line, separated by tabs;
    lines beginning with # are passed over.

    Raises
    ------
    ValueError
        naming the line that does not fit.
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
    known = [(a, b, score) for a, b, score in pairs if a in vectors and b in vectors]
    if len(known) < 3:
        return float("nan")
    cosines = [vectors.similarity(a, b) for a, b, _ in known]
    return float(spearmanr(cosines, [score for *_, score in known]).statistic)
