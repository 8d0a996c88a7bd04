"""The interface of a kind of map, through which pages and workers draw it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

Tell = Callable[[float, str], bool | None]
"""Receives the share done (0 to 1) and a description of the current step; returning True stops."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A number that can be set for a kind of map.

    Attributes
    ----------
    name : str
        Its name in the settings of ``MapKind.coordinates``.
    key : str
        Its name in a page's address.
    label : str
    low, high : int or float
        The allowed range; integers mean that only whole numbers are allowed.
    default : callable
        Maps the number of words drawn to the initial value, None for an empty field.
    step : int or float, optional
    empty : str, optional
        The meaning of an empty field, such as "auto".
    about : str, optional
        One sentence about what it does.
    """

    name: str
    key: str
    label: str
    low: float
    high: float
    default: Callable[[int], float | None]
    step: float | None = None
    empty: str | None = None
    about: str | None = None


@dataclass(frozen=True)
class Drawing:
    """The positions of the words.

    ``coordinates`` float32 (words, dims); ``values``: measures of the quality of the map, by name;
    ``place`` projects other vectors (n, d) of the same space onto this map, None if that is impossible.
    """

    coordinates: np.ndarray
    values: dict[str, float] = field(default_factory=dict)
    place: Callable[[np.ndarray], np.ndarray] | None = None


class MapKind(Protocol):
    """A kind of map.

    Attributes
    ----------
    name : str
        The name in addresses, and the kind of the background job.
        label : str
            The name on screen.
    background : bool
        Whether drawing takes so long that a worker does it. Such a map cannot place other vectors, so it
        shows neither V and U together nor the passes of a training.
    settings : tuple of Setting
        Fields that the page offers. Other settings of a kind have their own part of the page.
    """

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def background(self) -> bool: ...
    @property
    def settings(self) -> tuple[Setting, ...]: ...

    def coordinates(
        self, matrix: np.ndarray, settings: Mapping[str, Any], tell: Tell | None = None
    ) -> Drawing:
        """Draw vectors float (words, d).

        ``settings`` contains ``dims`` (2 or 3), whether the vectors are first ``centered`` and scaled to
        ``unit`` length, and the kind's own settings. A ValueError names a setting that is not possible;
        an InterruptedError means that ``tell`` stopped it.
        """
        ...

    def seconds(self, words: int, settings: Mapping[str, Any]) -> float:
        """About how many seconds this machine takes to draw so many words."""
        ...
