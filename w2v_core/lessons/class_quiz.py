"""Twelve questions that a class answers before and after the lessons, and what its answers add up to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

BEFORE, AFTER = "before", "after"
SHEETS = (BEFORE, AFTER)


@dataclass(frozen=True)
class Question:
    """A question with one right answer.

    Attributes
    ----------
    text : str
    options : tuple of str
        The answers in the order in which they are offered.
    right : int
        Index of the right one.
    because : str
        One sentence why it is right.
    lesson : str
        The number of the lesson about it.
    """

    text: str
    options: tuple[str, ...]
    right: int
    because: str
    lesson: str


QUESTIONS = (
    Question(
        "How does word2vec come to know anything about a word?",
        (
            "From a dictionary of meanings",
            "From the words that occur near it in the text",
            "From the letters it is spelt with",
            "From grammar rules that were programmed",
        ),
        1,
        "The training pairs, a word and a word near it, are all that the model ever sees.",
        "0",
    ),
    Question(
        "What is the dot product of the one-hot vectors of two different words?",
        ("0", "1", "It depends on their meanings", "It depends on how often they occur"),
        0,
        "Their only 1s are in different places, so one-hot vectors say nothing about similarity.",
        "1",
    ),
    Question(
        "A one-hot vector is multiplied by the matrix V. What comes out?",
        (
            "A probability for each word",
            "The mean of all vectors",
            "That word's own vector, picked from V",
            "The number of times the word occurs",
        ),
        2,
        "All other rows are multiplied by 0, so the product is a table look-up.",
        "1",
    ),
    Question(
        "Two vectors point in the same direction, and one is twice as long. What is their cosine?",
        ("0", "½", "1", "2"),
        2,
        "The cosine depends on the angle alone, and the angle is 0.",
        "8",
    ),
    Question(
        "With a window of 1, which pairs (center, output) does “the cat sleeps” give for “cat”?",
        (
            "(cat, the) and (cat, sleeps)",
            "(cat, cat)",
            "(the, sleeps)",
            "(cat, the) alone, as only earlier words count",
        ),
        0,
        "The window reaches one word to each side of the center word.",
        "3",
    ),
    Question(
        "What does the softmax turn the scores of a center word into?",
        (
            "The distances between words on the map",
            "Probabilities over all words of the vocabulary, with sum 1",
            "The single most similar word",
            "A corrected spelling",
        ),
        1,
        "It makes every score positive and divides by the sum over the whole vocabulary.",
        "4",
    ),
    Question(
        "The model gave the observed word the probability p. What is the loss of this pair?",
        ("1 − p", "p²", "−log p", "It is 0 if p is the largest probability, else 1"),
        2,
        "The cross entropy with a one-hot target leaves one term, −log of that probability.",
        "5",
    ),
    Question(
        "One training step on a pair (center, output): what happens to the vectors?",
        (
            "Only the rarest words move",
            "The two words swap their vectors",
            "The center word's vector turns towards the observed word's and away from those that were "
            "expected too often",
            "All vectors become shorter",
        ),
        2,
        "The gradient is the expected output vector minus the observed one, and a step goes against it.",
        "6",
    ),
    Question(
        "Why do two words such as “Monday” and “Tuesday” end up with similar vectors?",
        (
            "Because they begin with the same letters or end alike",
            "Because they occur equally often",
            "Because they are trained as a pair",
            "Because they have to predict nearly the same neighbours",
        ),
        3,
        "Words that predict the same contexts are pulled in the same directions.",
        "7",
    ),
    Question(
        "When are the offsets Paris − France and Berlin − Germany parallel?",
        (
            "When the contexts change in the same way from the country to the city in both pairs",
            "When all four words are equally frequent",
            "Always, because both are capitals",
            "When the four words have the same length",
        ),
        0,
        "Offsets add up log-ratios of context probabilities; where these agree the diamond closes.",
        "7",
    ),
    Question(
        "“good” and “bad” are near neighbours in a model. What does that say?",
        (
            "The model is broken",
            "The text says that good things are bad",
            "They occur in similar contexts: near means interchangeable, not synonymous",
            "Both words are rare",
        ),
        2,
        "Opposites are used in the same kinds of sentences, and contexts are all that the model "
        "knows.",
        "10",
    ),
    Question(
        "A neighbour is found by a model of one half of the text, and not by a model of the other. "
        "What should you conclude?",
        (
            "It depends on a few passages, so do not rely on it",
            "It is a discovery",
            "Both halves were read wrongly",
            "The word has two meanings",
        ),
        0,
        "What the text as a whole supports is found again in any large part of it.",
        "10",
    ),
)


@dataclass(frozen=True)
class Sheet:
    """One person's answers, without a name.

    Attributes
    ----------
    person : str
        A random code, the same for both sheets of one visit.
    when : str
        BEFORE or AFTER.
    answers : tuple of (int or None)
        The option chosen for each question; None where it was left out.
    """

    person: str
    when: str
    answers: tuple[int | None, ...]

    def __post_init__(self) -> None:
        if self.when not in SHEETS:
            raise ValueError(f"A sheet is from {BEFORE} or {AFTER} the lesson, not {self.when!r}.")
        if len(self.answers) != len(QUESTIONS):
            raise ValueError(
                f"A sheet has {len(QUESTIONS)} answers, and this has {len(self.answers)}."
            )
        for question, answer in zip(QUESTIONS, self.answers, strict=True):
            if answer is not None and not 0 <= answer < len(question.options):
                raise ValueError(f"Answer {answer} is not offered for “{question.text}”")

    def right(self) -> tuple[bool, ...]:
        """Which answers are right; one left out is not."""
        return tuple(a == q.right for q, a in zip(QUESTIONS, self.answers, strict=True))

    @property
    def score(self) -> int:
        """The number of right answers."""
        return sum(self.right())


@dataclass(frozen=True)
class Outcome:
    """How a class answered one question.

    Attributes
    ----------
    before, after : float or None
        The share of sheets with the right answer; None without sheets.
    """

    question: Question
    before: float | None
    after: float | None


def outcomes(sheets: Sequence[Sheet]) -> list[Outcome]:
    """The share of right answers to each question, before and after."""

    def share(when: str, k: int) -> float | None:
        right = [sheet.right()[k] for sheet in sheets if sheet.when == when]
        return sum(right) / len(right) if right else None

    return [Outcome(q, share(BEFORE, k), share(AFTER, k)) for k, q in enumerate(QUESTIONS)]


def mean_score(sheets: Sequence[Sheet], when: str) -> float | None:
    """The mean number of right answers before or after; None without sheets."""
    scores = [sheet.score for sheet in sheets if sheet.when == when]
    return sum(scores) / len(scores) if scores else None


def mean_gain(sheets: Sequence[Sheet]) -> tuple[float, int] | None:
    """The mean gain in right answers of those who filled in both sheets, and their number; None where
    nobody did. A person's last sheet of each kind counts."""
    last = {(sheet.person, sheet.when): sheet.score for sheet in sheets}
    gains = [
        score - last[person, BEFORE]
        for (person, when), score in last.items()
        if when == AFTER and (person, BEFORE) in last
    ]
    return (sum(gains) / len(gains), len(gains)) if gains else None


def columns(sheets: Sequence[Sheet]) -> dict[str, list]:
    """The sheets as a table: a row for each, with a person's number instead of the code, the score and 1
    for every right answer."""
    numbers = {code: i + 1 for i, code in enumerate(dict.fromkeys(s.person for s in sheets))}
    found: dict[str, list] = {
        "person": [numbers[sheet.person] for sheet in sheets],
        "sheet": [sheet.when for sheet in sheets],
        "right": [sheet.score for sheet in sheets],
    }
    for k in range(len(QUESTIONS)):
        found[f"question {k + 1}"] = [int(sheet.right()[k]) for sheet in sheets]
    return found
