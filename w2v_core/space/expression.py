"""Free arithmetic with words: "king − man + woman", "0.5*paris + rome", "king - (man - woman)*2".

    expression   term  { (+ | −) term }
    term         factor { (* | × | · | /) factor }
    factor       number | word | "word" | ( expression ) | (+ | −) factor

A word denotes its vector at length 1. At most one of two factors may contain words, and only a number may
be a divisor. Hyphens, apostrophes, underscores and middle dots between two letters belong to a word, as in
a text: *new-york* is one word, and *king - man* is a difference. The minus sign − (U+2212) and dashes
always subtract. A word that is a number or contains other signs must be put in double quotes: "1984".
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass

import numpy as np

from w2v_core.space.vectors import WordVectors
from w2v_core.vocabulary import UnknownWord

MOST_CHARACTERS = 1_000
DEEPEST = 40  # the deepest nesting of brackets
LARGEST = 1e6  # a larger number is taken to be a typing error

_QUOTES = {'"': '"', "“": "”", "„": "“”", "”": "”", "«": "»"}
_SIGNS = {"+": "+", "-": "-", "−": "-", "–": "-", "—": "-", "*": "*", "×": "*", "·": "*", "∙": "*"}
_SIGNS |= {"/": "/", "÷": "/", "(": "(", ")": ")"}
_NUMBER = re.compile(r"(?:\d+(?:\.\d*)?|\.\d+)(?![^\W_])")
_WORD_END = re.compile(r"[\s+−–—*×∙/÷()\"“”„«»]")
_JOINERS = "-·"


class ExpressionError(ValueError):
    """An error in an expression; ``position`` is its place, counting characters from 1."""

    def __init__(self, position: int, what: str):
        self.position = position
        super().__init__(f"At character {position}: {what}")

    def pointed_at(self, text: str) -> str:
        """The expression, with a mark below it at the position of the error."""
        shown = text.replace("\n", " ").replace("\t", " ")
        ahead = shown[: self.position - 1]
        wide = sum(unicodedata.east_asian_width(c) in "WF" for c in ahead)
        return f"{shown}\n{' ' * (len(ahead) + wide)}▲"


@dataclass(frozen=True)
class Expression:
    """The value of an expression: ``weights``, each word (in the spelling of the vocabulary) with its
    factor in order of appearance, and ``vector`` (d,), the weighted sum of unit vectors."""

    text: str
    weights: tuple[tuple[str, float], ...]
    vector: np.ndarray

    @property
    def spelled_out(self) -> str:
        """The sum as it was parsed, such as v_king − v_man + 0.5 v_woman."""
        parts: list[str] = []
        for word, weight in self.weights:
            size = "" if abs(weight) == 1 else f"{abs(weight):.4g} "
            sign = ("−" if weight < 0 else "") if not parts else (" − " if weight < 0 else " + ")
            parts.append(f"{sign}{size}v_{word}")
        return "".join(parts)

    def path(self, vectors: WordVectors) -> np.ndarray:
        """The partial sum after each word, float64 (words, d)."""
        rows = [vectors.vocabulary.index(word) for word, _ in self.weights]
        weights = np.array([weight for _, weight in self.weights])
        return np.cumsum(weights[:, None] * vectors.unit[rows].astype(np.float64), axis=0)

    def nearest(self, vectors: WordVectors, n: int = 10) -> list[tuple[str, float]]:
        """The n nearest words by cosine, without those of the expression."""
        used = [vectors.vocabulary.index(word) for word, _ in self.weights]
        values = vectors.unit @ (self.vector / np.linalg.norm(self.vector))
        free = np.ones(len(values), bool)
        free[used] = False
        order = np.argsort(-values, kind="stable")
        return [(vectors.words[i], float(values[i])) for i in order[free[order]][:n].tolist()]


def evaluate(text: str, vectors: WordVectors) -> Expression:
    """Evaluate an expression.

    Raises
    ------
    ExpressionError
        (a ValueError) Naming the position of the error and, for an unknown word, the nearest known
        spellings.
    """
    if len(text) > MOST_CHARACTERS:
        raise ExpressionError(
            MOST_CHARACTERS + 1, f"the expression is longer than {MOST_CHARACTERS:,} characters."
        )
    result = _Parser(text, vectors).whole()
    weights = {row: weight for row, weight in result.words.items() if abs(weight) > 1e-12}
    if not result.words:
        raise ExpressionError(
            1,
            "the expression contains only numbers and no word. Put a number that is meant as a word in "
            'double quotes: "1984".',
        )
    vector = np.zeros(vectors.unit.shape[1])
    for row, weight in weights.items():
        vector += weight * vectors.unit[row].astype(np.float64)
    if np.linalg.norm(vector) < 1e-9:
        raise ExpressionError(
            1, "the words cancel each other out, so the result is the zero vector."
        )
    named = tuple((vectors.words[row], weight) for row, weight in weights.items())
    return Expression(text, named, vector)


@dataclass(frozen=True)
class _Value:
    """Either a number (no words), or a weighted sum of words' rows."""

    number: float
    words: dict[int, float]

    def times(self, factor: float) -> _Value:
        scaled = {row: weight * factor for row, weight in self.words.items()}
        return _Value(self.number * factor, scaled)


@dataclass(frozen=True)
class _Token:
    kind: str  # "number", "word", "end", or the sign itself
    text: str
    position: int


class _Parser:
    """A recursive descent parser, with one method for each rule of the grammar above."""

    def __init__(self, text: str, vectors: WordVectors):
        self.tokens = _tokens(text)
        self.at = 0
        self.depth = 0
        self.vocabulary = vectors.vocabulary

    @property
    def next(self) -> _Token:
        return self.tokens[self.at]

    def take(self) -> _Token:
        token = self.next
        self.at += token.kind != "end"
        return token

    def whole(self) -> _Value:
        value = self.expression()
        if self.next.kind == ")":
            raise ExpressionError(self.next.position, "this ) has no matching (.")
        if self.next.kind != "end":
            raise ExpressionError(
                self.next.position,
                f"expected + − * or / before {self.next.text!r}.",
            )
        return value

    def expression(self) -> _Value:
        value = self.term()
        while self.next.kind in ("+", "-"):
            sign = self.take()
            other = self.term().times(-1 if sign.kind == "-" else 1)
            if bool(value.words) != bool(other.words):
                raise ExpressionError(
                    sign.position,
                    "a number and a word cannot be added. Use * to multiply a word by a number.",
                )
            words = dict(value.words)
            for row, weight in other.words.items():
                words[row] = words.get(row, 0.0) + weight
            value = _Value(value.number + other.number, words)
        return value

    def term(self) -> _Value:
        value = self.factor()
        while self.next.kind in ("*", "/"):
            sign = self.take()
            other = self.factor()
            if sign.kind == "/":
                if other.words:
                    raise ExpressionError(
                        sign.position, "it is not possible to divide by a word, only by a number."
                    )
                if other.number == 0:
                    raise ExpressionError(sign.position, "it is not possible to divide by 0.")
                value = value.times(1 / other.number)
            elif value.words and other.words:
                raise ExpressionError(sign.position, "two words cannot be multiplied.")
            else:
                value = value.times(other.number) if not other.words else other.times(value.number)
            if not all(abs(w) <= LARGEST for w in (value.number, *value.words.values())):
                raise ExpressionError(sign.position, f"the factor is larger than {LARGEST:,.0f}.")
        return value

    def factor(self) -> _Value:
        token = self.take()
        self.depth += 1
        if self.depth > DEEPEST:
            raise ExpressionError(
                token.position, f"more than {DEEPEST} brackets or signs are nested."
            )
        try:
            if token.kind in ("+", "-"):
                return self.factor().times(-1 if token.kind == "-" else 1)
            if token.kind == "(":
                value = self.expression()
                if self.take().kind != ")":
                    raise ExpressionError(token.position, "this ( is never closed.")
                return value
            if token.kind == "number":
                return _Value(_number(token), {})
            if token.kind == "word":
                return _Value(0.0, {self.row(token): 1.0})
        finally:
            self.depth -= 1
        if token.kind == "end":
            raise ExpressionError(
                token.position, "expected a word or a number, but the expression ends here."
            )
        raise ExpressionError(token.position, f"expected a word or a number, not {token.text!r}.")

    def row(self, token: _Token) -> int:
        try:
            return self.vocabulary.index(token.text)
        except UnknownWord as error:
            parts = [part for part in token.text.split("-") if part]
            hint = ""
            if len(parts) > 1 and all(part in self.vocabulary for part in parts):
                hint = f" For a difference, put spaces around the minus: {' - '.join(parts)}."
            raise ExpressionError(
                token.position, error.args[0][:1].lower() + error.args[0][1:] + hint
            ) from error


def _number(token: _Token) -> float:
    number = float(token.text)
    if not math.isfinite(number) or number > LARGEST:
        raise ExpressionError(token.position, f"the number is larger than {LARGEST:,.0f}.")
    return number


def _tokens(text: str) -> list[_Token]:
    tokens, i = [], 0
    while i < len(text):
        character = text[i]
        if character.isspace():
            i += 1
        elif character in _QUOTES:
            ends = [j for j in range(i + 1, len(text)) if text[j] in _QUOTES[character]]
            if not ends:
                raise ExpressionError(i + 1, f"the quote {character} is never closed.")
            if not text[i + 1 : ends[0]].strip():
                raise ExpressionError(i + 1, "there is no word between the quotes.")
            tokens.append(_Token("word", text[i + 1 : ends[0]].strip(), i + 1))
            i = ends[0] + 1
        elif character in _SIGNS:
            tokens.append(_Token(_SIGNS[character], character, i + 1))
            i += 1
        elif number := _NUMBER.match(text, i):
            tokens.append(_Token("number", number.group(), i + 1))
            i = number.end()
        else:
            end = _word_end(text, i)
            tokens.append(_Token("word", text[i:end], i + 1))
            i = end
    return [*tokens, _Token("end", "", len(text) + 1)]


def _word_end(text: str, start: int) -> int:
    """The end of the word that starts here. A joining sign belongs to it between two letters."""
    i = start + 1
    while i < len(text):
        if text[i] in _JOINERS:
            if not (i + 1 < len(text) and text[i + 1].isalnum() and text[i - 1].isalnum()):
                break
        elif _WORD_END.match(text[i]):
            break
        i += 1
    return i
