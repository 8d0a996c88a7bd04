"""Axes named by their ends, such as "man → woman" or "bad, worst → good, best"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from w2v_core.space.map_kind import Drawing, Setting, Tell
from w2v_core.space.vectors import prepared, unit_rows
from w2v_core.vocabulary import Vocabulary

_ARROW = re.compile(r"\s*(?:→|-+>|=+>)\s*")
_WRITTEN = re.compile(r"[,;→\s]|[-=]>")
_MOST_TRIED = 300  # the ends of a suggested axis are among this many of the most frequent words


@dataclass(frozen=True)
class Axis:
    """A direction from some words to others, given by rows; ``start`` and ``end`` name its ends."""

    origins: tuple[int, ...]
    targets: tuple[int, ...]
    start: str
    end: str

    @property
    def title(self) -> str:
        return f"{self.start} → {self.end}"


def read_axis(text: str, vocabulary: Vocabulary) -> Axis:
    """Read "man → woman", "bad, worst → good, best" or "man → woman; king → queen" (also with ->).

    Words are separated by commas or spaces. A word that contains a space must be enclosed by commas.

    Raises
    ------
    ValueError
        If it has no arrow, no words on one side of the arrow, or the same words on both sides.
    UnknownWord
        (a KeyError) Naming a word that the vocabulary does not contain.
    """
    sides: tuple[list[str], list[str]] = ([], [])
    for pair in text.split(";"):
        if pair.strip():
            ends = _ARROW.split(pair.strip())
            if len(ends) != 2 or not all(end.strip(" ,") for end in ends):
                raise ValueError(
                    f"The axis {text.strip()[:60]!r} needs words on both sides of one arrow, "
                    "as in man → woman or bad, worst → good, best. You can also type ->."
                )
            for side, end in zip(sides, ends, strict=True):
                side.extend(_words(end, vocabulary))
    if not sides[0]:
        raise ValueError("An axis needs two ends, as in man → woman. You can also type ->.")
    origins, targets = (tuple(vocabulary.index(word) for word in side) for side in sides)
    if sorted(origins) == sorted(targets):
        raise ValueError(f"The axis {text.strip()[:60]!r} has the same words at both ends.")
    start, end = (", ".join(vocabulary.words[row] for row in side) for side in (origins, targets))
    return Axis(origins, targets, start, end)


def _words(side: str, vocabulary: Vocabulary) -> list[str]:
    parts = [part.strip() for part in side.split(",") if part.strip()]
    return [word for part in parts for word in ([part] if part in vocabulary else part.split())]


def direction(matrix: np.ndarray, axis: Axis) -> np.ndarray:
    """The unit vector (d,) from the mean of the words at the start of the axis to the mean of the words at
    its end, all words scaled to length 1.

    Raises
    ------
    ValueError
        If the two ends coincide.
    """
    origin = unit_rows(matrix[list(axis.origins)]).mean(axis=0)
    target = unit_rows(matrix[list(axis.targets)]).mean(axis=0)
    length = float(np.linalg.norm(target - origin))
    if length < 1e-6:
        raise ValueError(
            f"The two ends of the axis {axis.title[:80]!r} coincide, so it has no direction."
        )
    return (target - origin) / length


def along(matrix: np.ndarray, directions: Sequence[np.ndarray]) -> np.ndarray:
    """The coordinate of each vector (words, d) in each direction; float32 (words, directions)."""
    return (matrix @ np.stack(list(directions), axis=1)).astype(np.float32)


def suggest(coordinates: np.ndarray, words: Sequence[str]) -> list[str]:
    """Suggest an axis along each column of coordinates, between frequent words at its two ends.

    Parameters
    ----------
    coordinates : float (words, k)
    words : sequence of str
        Most frequent first.
    """
    tried = range(min(_MOST_TRIED, len(words)))
    # Words that would be read differently when the written axis is parsed again.
    rows = np.array([i for i in tried if not _WRITTEN.search(words[i])] or list(tried))
    frequent = coordinates[rows]
    ends = zip(rows[frequent.argmin(axis=0)], rows[frequent.argmax(axis=0)], strict=True)
    return [f"{words[low]} → {words[high]}" for low, high in ends]


@dataclass(frozen=True)
class NamedAxesMap:
    """Named axes: the setting ``axes`` contains an ``Axis`` for each dimension."""

    name: str = "axes"
    label: str = "axes"
    background: bool = False
    settings: tuple[Setting, ...] = ()

    def coordinates(
        self, matrix: np.ndarray, settings: Mapping[str, Any], tell: Tell | None = None
    ) -> Drawing:
        centered, unit = bool(settings.get("centered")), bool(settings.get("unit"))
        matrix = prepared(matrix, centered, unit)
        directions = [direction(matrix, axis) for axis in settings["axes"]]

        def place(others: np.ndarray) -> np.ndarray:
            return along(others, directions)

        return Drawing(place(matrix), place=place)

    def seconds(self, words: int, settings: Mapping[str, Any]) -> float:
        return 0.0
