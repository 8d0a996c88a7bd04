"""Every setting a person can give: one plain sentence, what is allowed, and the check of both.

The one place that knows the ranges: ``Corpus``, ``count_pairs`` and ``SkipGram`` check against it,
pages build their fields from it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Real
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A setting: its name, the part it belongs to, and what it may be.

    ``low`` and ``high`` bound a number (both included), ``choices`` are named values allowed as
    well or instead, ``optional`` allows None. ``default`` is the one of the signature.
    """

    name: str
    part: str  # "text", "pairs", "model" or "training"
    sentence: str
    default: Any
    kind: type[int] | type[float] | None = None  # None: only the choices
    low: float = -math.inf
    high: float = math.inf
    choices: tuple[str | bool, ...] = ()
    optional: bool = False

    @property
    def allowed(self) -> str:
        """What may be given, in words."""
        parts = []
        if self.kind is int:
            parts.append(f"a whole number from {self.low:,} to {self.high:,}")
        elif self.kind is float:
            parts.append(f"a number from {self.low:,.10g} to {self.high:,.10g}")
        parts += [repr(choice) for choice in self.choices]
        if self.optional:
            parts.append("None")
        return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " or " + parts[-1]

    def check(self, value: Any) -> Any:
        """The value, if it may be given.

        Raises
        ------
        ValueError
            naming the parameter, the value and what is allowed.
        """
        if value is None and self.optional:
            return value
        if isinstance(value, str | bool):
            if any(type(value) is type(choice) and value == choice for choice in self.choices):
                return value
        elif self.kind is not None and isinstance(value, Real):
            number = float(value)
            whole = self.kind is float or number.is_integer()
            if whole and self.low <= number <= self.high:
                return number if self.kind is float else int(number)
        raise ValueError(f"{self.name}={value!r}: give {self.allowed}.")


_ALL = (
    Parameter(
        name="min_count",
        part="text",
        sentence=(
            "Words that occur less often than this are left out; they would have too little to "
            "learn from."
        ),
        default=None,
        kind=int,
        low=1,
        high=1_000_000,
        optional=True,
    ),
    Parameter(
        name="max_vocab",
        part="text",
        sentence=(
            "At most this many words are kept, the most frequent ones; time grows with its square."
        ),
        default=10_000,
        kind=int,
        low=2,
        high=200_000,
        optional=True,
    ),
    Parameter(
        name="lowercase",
        part="text",
        sentence="Whether The and the are one word.",
        default=True,
        choices=(True, False),
    ),
    Parameter(
        name="unit",
        part="text",
        sentence="What a token is: words, or single characters for scripts written without spaces.",
        default="words",
        choices=("words", "characters"),
    ),
    Parameter(
        name="sentence_ends",
        part="text",
        sentence=(
            "Where a sentence ends: at . ! ? and line ends, at the marks alone, at line ends, or "
            "empty lines."
        ),
        default="marks and lines",
        choices=("marks and lines", "marks", "lines", "paragraphs"),
    ),
    Parameter(
        name="numbers",
        part="text",
        sentence="Numbers stay words of their own, become one word, <number>, or are left out.",
        default="keep",
        choices=("keep", "map", "drop"),
    ),
    Parameter(
        name="addresses",
        part="text",
        sentence="Web and e-mail addresses are one word each, or are left out.",
        default="keep",
        choices=("keep", "drop"),
    ),
    Parameter(
        name="emoji",
        part="text",
        sentence="Emoji are words, or are left out.",
        default="keep",
        choices=("keep", "drop"),
    ),
    Parameter(
        name="language",
        part="text",
        sentence=(
            "What is special about the language: Turkish and Azeri write I in lower case as ı; in "
            "French and Italian l' is a word of its own."
        ),
        default="none",
        choices=("none", "turkish", "azeri", "french", "italian"),
    ),
    Parameter(
        name="stop_most",
        part="text",
        sentence="So many of the most frequent words are left out.",
        default=0,
        kind=int,
        low=0,
        high=1_000,
    ),
    Parameter(
        name="window",
        part="pairs",
        sentence=(
            "How many words on each side count as neighbours; 'sentence' takes every other word "
            "of it."
        ),
        default=5,
        kind=int,
        low=1,
        high=1_000,
        choices=("sentence",),
    ),
    Parameter(
        name="weighting",
        part="pairs",
        sentence="Whether nearer neighbours count more (linear) or all count the same (flat).",
        default="linear",
        choices=("linear", "flat"),
    ),
    Parameter(
        name="subsample",
        part="pairs",
        sentence=(
            "Words more frequent than this share of the text are thinned, as they say little; 0 "
            "is off."
        ),
        default=None,
        kind=float,
        low=0,
        high=1,
        optional=True,
    ),
    Parameter(
        name="dim",
        part="model",
        sentence=(
            "How many numbers describe a word: more can tell more words apart, but need more text."
        ),
        default=None,
        kind=int,
        low=1,
        high=1_000,
        optional=True,
    ),
    Parameter(
        name="solver",
        part="training",
        sentence=(
            "How the vectors are found: newton takes few exact passes, sgd goes pair by pair as "
            "in the notes."
        ),
        default="newton",
        choices=("newton", "sgd"),
    ),
    Parameter(
        name="epochs",
        part="training",
        sentence="How many times, at most, training goes through all pairs.",
        default=None,
        kind=int,
        low=1,
        high=10_000,
        optional=True,
    ),
    Parameter(
        name="learning_rate",
        part="training",
        sentence="How far each step goes: α in the notes, a share of the full step for newton.",
        default=None,
        kind=float,
        low=1e-6,
        high=10,
        optional=True,
    ),
    Parameter(
        name="prior",
        part="model",
        sentence=(
            "How strongly vectors are held near zero, so that rare words do not over-fit; 0 is off."
        ),
        default=None,
        kind=float,
        low=0,
        high=1e6,
        optional=True,
    ),
    Parameter(
        name="anchored",
        part="model",
        sentence=(
            "Whether scores start from how frequent each word is, so that vectors learn only the "
            "rest."
        ),
        default=True,
        choices=(True, False),
    ),
    Parameter(
        name="smoothing",
        part="model",
        sentence="How many pairs are added to each word's before its frequency anchors the scores.",
        default=None,
        kind=float,
        low=1e-3,
        high=1e6,
        optional=True,
    ),
    Parameter(
        name="batch_size",
        part="training",
        sentence="How many pairs sgd takes at a step; 1 is the notes' own update, more is faster.",
        default=None,
        kind=int,
        low=1,
        high=100_000,
        optional=True,
    ),
    Parameter(
        name="decay",
        part="training",
        sentence="Whether sgd's learning rate falls to a hundredth over the training.",
        default=True,
        choices=(True, False),
    ),
    Parameter(
        name="tolerance",
        part="training",
        sentence=(
            "newton stops when passes lower the loss by less than this share each; 0 takes every "
            "pass."
        ),
        default=None,
        kind=float,
        low=0,
        high=1,
        optional=True,
    ),
    Parameter(
        name="held_out",
        part="training",
        sentence=(
            "Share of the sentences kept back, to see how well the model predicts text it has "
            "not read."
        ),
        default=0.0,
        kind=float,
        low=0,
        high=0.5,
    ),
    Parameter(
        name="seed",
        part="model",
        sentence="The number that fixes the random start: same seed, same machine, same vectors.",
        default=0,
        kind=int,
        low=0,
        high=2**32 - 1,
    ),
)

PARAMETERS: dict[str, Parameter] = {parameter.name: parameter for parameter in _ALL}


def check(name: str, value: Any) -> Any:
    """The value of the named parameter, if it may be given; ValueError otherwise."""
    return PARAMETERS[name].check(value)
