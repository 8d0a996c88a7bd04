"""What a kind of map must offer, so that pages and workers can draw it without knowing it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

Tell = Callable[[float, str], bool | None]
"""Told the share done (0 to 1) and what is being done; True stops."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A number that a person can choose for a kind of map.

    Attributes
    ----------
    name : str
        As ``MapKind.coordinates`` finds it in its settings.
    key : str
        Its name in a page's address.
    label : str
    low, high : int or float
        What is allowed; their type says whether whole numbers are asked for.
    default : callable
        The number of words drawn → the value to begin with, None for an empty field.
    step : int or float, optional
    empty : str, optional
        What an empty field stands for, such as "auto".
    """

    name: str
    key: str
    label: str
    low: float
    high: float
    default: Callable[[int], float | None]
    step: float | None = None
    empty: str | None = None


@dataclass(frozen=True)
class Drawing:
    """Where the words lie.

    ``coordinates`` float32 (words, dims); ``values`` numbers that say how good the map is, by name;
    ``place`` takes other vectors (n, d) of the same space to this map, None where it cannot.
    """

    coordinates: np.ndarray
    values: dict[str, float] = field(default_factory=dict)
    place: Callable[[np.ndarray], np.ndarray] | None = None


class MapKind(Protocol):
    """A kind of map.

    Attributes
    ----------
    name : str
        In addresses, and as the kind of a background job.
    label : str
        On screen.
    background : bool
        Whether it takes so long that a worker draws it. Such a map cannot place other vectors, so it
        shows neither V and U together nor the passes of a training.
    settings : tuple of Setting
        Fields that the page offers; what else a kind needs, its own part of the page asks for.
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

        ``settings`` holds ``dims`` (2 or 3), whether the vectors are to be ``centered`` and brought to
        ``unit`` length first, and the kind's own. ValueError names one that cannot be; InterruptedError
        says that ``tell`` stopped it.
        """
        ...
