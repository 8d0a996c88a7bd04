"""Every setting that a person can choose: a sentence that explains it, and the values allowed.

Ranges are defined only here: ``Corpus``, ``count_pairs`` and ``SkipGram`` check against them, and the
pages build their fields from them.
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
    def range(self) -> str:
        """The numbers that may be given, in words; empty where there are only choices."""
        if self.kind is None:
            return ""
        if self.kind is int:
            return f"a whole number from {self.low:,} to {self.high:,}"
        return f"a number from {self.low:,.10g} to {self.high:,.10g}"

    @property
    def allowed(self) -> str:
        """What may be given, in words."""
        parts = [self.range] if self.kind is not None else []
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
            "Words that occur less often than this are left out, because they give the model too "
            "little to learn from."
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
            "Keep at most this many words, the most frequent first; training time grows with the "
            "square of this number."
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
        sentence="Whether to treat The and the as the same word.",
        default=True,
        choices=(True, False),
    ),
    Parameter(
        name="unit",
        part="text",
        sentence="What counts as a word: words, or single characters for scripts written without "
        "spaces.",
        default="words",
        choices=("words", "characters"),
    ),
    Parameter(
        name="sentence_ends",
        part="text",
        sentence=(
            "Where a sentence ends: at . ! ? and line ends, at those marks only, at line ends only, "
            "or at empty lines. Automatic: marks and lines, or marks only where lines look wrapped."
        ),
        default="automatic",
        choices=("automatic", "marks and lines", "marks", "lines", "paragraphs"),
    ),
    Parameter(
        name="numbers",
        part="text",
        sentence=(
            "Whether numbers are kept as words, replaced by the single word <number>, or left out."
        ),
        default="keep",
        choices=("keep", "map", "drop"),
    ),
    Parameter(
        name="addresses",
        part="text",
        sentence="Whether each web or e-mail address is kept as one word or left out.",
        default="keep",
        choices=("keep", "drop"),
    ),
    Parameter(
        name="emoji",
        part="text",
        sentence="Whether emoji are kept as words or left out.",
        default="keep",
        choices=("keep", "drop"),
    ),
    Parameter(
        name="language",
        part="text",
        sentence=(
            "Rules for one language: in Turkish and Azeri, I becomes ı in lower case; in French "
            "and Italian, l' is a separate word."
        ),
        default="none",
        choices=("none", "turkish", "azeri", "french", "italian"),
    ),
    Parameter(
        name="stop_most",
        part="text",
        sentence="How many of the most frequent words to leave out.",
        default=0,
        kind=int,
        low=0,
        high=1_000,
    ),
    Parameter(
        name="window",
        part="pairs",
        sentence=(
            "How many words on each side count as neighbours, or all other words of the sentence."
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
        sentence=(
            "Whether nearer neighbours count more (linear) or all neighbours count the same (flat)."
        ),
        default=None,
        choices=("linear", "flat"),
        optional=True,
    ),
    Parameter(
        name="subsample",
        part="pairs",
        sentence=(
            "Words that make up more than this share of the text count less, because they say "
            "little about their neighbours; 0 turns this off."
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
            "How many numbers describe each word; more numbers can tell more words apart but "
            "need more text."
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
            "How the vectors are found: newton makes a few exact passes; sgd takes one pair at a "
            "time, as in the notes."
        ),
        default="newton",
        choices=("newton", "sgd"),
    ),
    Parameter(
        name="epochs",
        part="training",
        sentence="The maximum number of passes over all pairs.",
        default=None,
        kind=int,
        low=1,
        high=10_000,
        optional=True,
    ),
    Parameter(
        name="learning_rate",
        part="training",
        sentence="The size of each step: α in the notes, or a share of the full step for newton.",
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
            "How strongly vectors are pulled towards zero, so that rare words do not overfit; 0 "
            "turns this off."
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
            "Whether scores start from each word's frequency, so that the vectors learn only "
            "what it does not explain."
        ),
        default=True,
        choices=(True, False),
    ),
    Parameter(
        name="smoothing",
        part="model",
        sentence="How many pairs are added to each word's count before log q is computed.",
        default=None,
        kind=float,
        low=1e-3,
        high=1e6,
        optional=True,
    ),
    Parameter(
        name="count_vectors",
        part="model",
        sentence=(
            "Whether vectors are also made by counting alone, in a window three times as wide; together "
            "with the trained vectors they improve neighbours and analogies."
        ),
        default=False,
        choices=(True, False),
    ),
    Parameter(
        name="batch_size",
        part="training",
        sentence=(
            "How many pairs sgd uses for each step; 1 is the update in the notes, and larger "
            "batches are faster."
        ),
        default=None,
        kind=int,
        low=1,
        high=100_000,
        optional=True,
    ),
    Parameter(
        name="decay",
        part="training",
        sentence="Whether sgd's learning rate falls to a hundredth of its value during training.",
        default=True,
        choices=(True, False),
    ),
    Parameter(
        name="tolerance",
        part="training",
        sentence=(
            "newton stops when each pass lowers the loss by less than this share; 0 runs every "
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
            "Share of the sentences held out, to measure how well the model predicts unseen text."
        ),
        default=0.0,
        kind=float,
        low=0,
        high=0.5,
    ),
    Parameter(
        name="seed",
        part="model",
        sentence=(
            "The number that fixes the random start: the same seed on the same machine gives the "
            "same vectors."
        ),
        default=0,
        kind=int,
        low=0,
        high=2**32 - 1,
    ),
)

PARAMETERS: dict[str, Parameter] = {parameter.name: parameter for parameter in _ALL}

CHOSEN_HERE: dict[str, Any] = {"held_out": None, "count_vectors": True}
"""Where the app and the command line start from another value than the library: left open, or asked for."""


def check(name: str, value: Any) -> Any:
    """The value of the named parameter, if it may be given; ValueError otherwise."""
    return PARAMETERS[name].check(value)
