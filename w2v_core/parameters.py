"""Every setting a person can give: one plain sentence, what is allowed, and the check of both.

The one place that knows the ranges: ``Corpus``, ``count_pairs`` and ``SkipGram`` check against it,
pages build their fields from it.
"""

from __future__ import annotations

import math
import numbers
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Parameter:
    """A setting: its name, the part it belongs to, and what it may be.

    ``low`` and ``high`` bound a number (both included), ``choices`` are named values allowed as
    well or instead, ``optional`` allows None. ``default`` is the one of the signature.
    """

    name: str
    part: str  # "text", "pairs", "model" or "training"
    sentence: str
    default: Any
    kind: type | None = None  # int or float; None: only the choices
    low: float = -math.inf
    high: float = math.inf
    choices: tuple = ()
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
        elif self.kind is not None and isinstance(value, numbers.Real):
            whole = self.kind is float or float(value).is_integer()
            if whole and self.low <= value <= self.high:
                return self.kind(value)
        raise ValueError(f"{self.name}={value!r}: give {self.allowed}.")


_ALL = (
    Parameter(
        "min_count",
        "text",
        "Words that occur less often than this are left out; they would have too little to learn from.",
        None,
        int,
        1,
        1_000_000,
        optional=True,
    ),
    Parameter(
        "max_vocab",
        "text",
        "At most this many words are kept, the most frequent ones; time grows with its square.",
        10_000,
        int,
        2,
        200_000,
        optional=True,
    ),
    Parameter(
        "lowercase",
        "text",
        "Whether The and the are one word.",
        True,
        choices=(True, False),
    ),
    Parameter(
        "unit",
        "text",
        "What a token is: words, or single characters for scripts written without spaces.",
        "words",
        choices=("words", "characters"),
    ),
    Parameter(
        "sentence_ends",
        "text",
        "Where a sentence ends: at . ! ? and line ends, at the marks alone, at line ends, or empty lines.",
        "marks and lines",
        choices=("marks and lines", "marks", "lines", "paragraphs"),
    ),
    Parameter(
        "numbers",
        "text",
        "Numbers stay words of their own, become one word, <number>, or are left out.",
        "keep",
        choices=("keep", "map", "drop"),
    ),
    Parameter(
        "stop_most",
        "text",
        "So many of the most frequent words are left out.",
        0,
        int,
        0,
        1_000,
    ),
    Parameter(
        "window",
        "pairs",
        "How many words on each side count as neighbours; 'sentence' takes every other word of it.",
        5,
        int,
        1,
        1_000,
        choices=("sentence",),
    ),
    Parameter(
        "weighting",
        "pairs",
        "Whether nearer neighbours count more (linear) or all count the same (flat).",
        "linear",
        choices=("linear", "flat"),
    ),
    Parameter(
        "subsample",
        "pairs",
        "Words more frequent than this share of the text are thinned, as they say little; 0 is off.",
        None,
        float,
        0,
        1,
        optional=True,
    ),
    Parameter(
        "dim",
        "model",
        "How many numbers describe a word: more can tell more words apart, but need more text.",
        None,
        int,
        1,
        1_000,
        optional=True,
    ),
    Parameter(
        "solver",
        "training",
        "How the vectors are found: newton takes few exact passes, sgd goes pair by pair as in the notes.",
        "newton",
        choices=("newton", "sgd"),
    ),
    Parameter(
        "epochs",
        "training",
        "How many times, at most, training goes through all pairs.",
        None,
        int,
        1,
        10_000,
        optional=True,
    ),
    Parameter(
        "learning_rate",
        "training",
        "How far each step goes: α in the notes, a share of the full step for newton.",
        None,
        float,
        1e-6,
        10,
        optional=True,
    ),
    Parameter(
        "prior",
        "model",
        "How strongly vectors are held near zero, so that rare words do not over-fit; 0 is off.",
        None,
        float,
        0,
        1e6,
        optional=True,
    ),
    Parameter(
        "anchored",
        "model",
        "Whether scores start from how frequent each word is, so that vectors learn only the rest.",
        True,
        choices=(True, False),
    ),
    Parameter(
        "smoothing",
        "model",
        "How many pairs are added to each word's before its frequency anchors the scores.",
        None,
        float,
        1e-3,
        1e6,
        optional=True,
    ),
    Parameter(
        "batch_size",
        "training",
        "How many pairs sgd takes at a step; 1 is the notes' own update, more is faster.",
        None,
        int,
        1,
        100_000,
        optional=True,
    ),
    Parameter(
        "decay",
        "training",
        "Whether sgd's learning rate falls to a hundredth over the training.",
        True,
        choices=(True, False),
    ),
    Parameter(
        "tolerance",
        "training",
        "newton stops when passes lower the loss by less than this share each; 0 takes every pass.",
        None,
        float,
        0,
        1,
        optional=True,
    ),
    Parameter(
        "held_out",
        "training",
        "Share of the sentences kept back, to see how well the model predicts text it has not read.",
        0.0,
        float,
        0,
        0.5,
    ),
    Parameter(
        "seed",
        "model",
        "The number that fixes the random start: same seed, same machine, same vectors.",
        0,
        int,
        0,
        2**32 - 1,
    ),
)

PARAMETERS: dict[str, Parameter] = {parameter.name: parameter for parameter in _ALL}


def check(name: str, value: Any) -> Any:
    """The value of the named parameter, if it may be given; ValueError otherwise."""
    return PARAMETERS[name].check(value)
