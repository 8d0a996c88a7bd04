"""Colors with a meaning: a scale for numbers, one color for each group, and their legends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from w2v_core.figures import theme

# None of them may equal what another one becomes on a dark background (theme.ON_DARK).
GROUPS = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#CC79A7",
    "#B8B000",
    "#D55E00",
    "#7A5195",
    "#17BECF",
    "#8C6D31",
    "#5B7F95",
)
"""One color for each group; words without a group have ``theme.QUIET``."""
# Dark to light, without the ends of viridis, which vanish on a dark or a light background.
_SCALE = ("#4B4FA0", "#2F7FA3", "#1FA187", "#6FBF4B", "#E0B41E")
_NAME_LENGTH = 30


@dataclass(frozen=True)
class Scale:
    """A number for each word; NaN for a word without one.

    ``logarithmic`` numbers are positive and are shown by their logarithm. With ``reverse``, small
    numbers have the light colors.
    """

    title: str
    values: np.ndarray
    logarithmic: bool = False
    reverse: bool = False


@dataclass(frozen=True)
class Groups:
    """A group for each word: its index in ``names``, or −1 for none."""

    title: str
    labels: np.ndarray
    names: Sequence[str]


def marker(coloring: Scale | Groups, rows: np.ndarray | None = None) -> dict:
    """Marker attributes for all points, or for the given rows."""
    if isinstance(coloring, Groups):
        labels, names = _few(coloring)
        hues = [theme.QUIET, *GROUPS[: max(len(names), 1)]]
        scale = []
        for i, color in enumerate(hues):
            scale += [[i / len(hues), color], [(i + 1) / len(hues), color]]
        return dict(
            color=_of(labels, rows).astype(np.float32),
            colorscale=scale,
            cmin=-1.5,
            cmax=len(hues) - 1.5,
        )
    values = np.asarray(coloring.values, np.float64)
    shown = np.log10(np.maximum(values, 1e-30)) if coloring.logarithmic else values
    known = shown[np.isfinite(shown)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    high = high if high > low else low + 1.0
    colors = _SCALE[::-1] if coloring.reverse else _SCALE
    steps = [(i / (len(colors) - 1), color) for i, color in enumerate(colors)]
    below = low
    if len(known) < len(shown):  # a thin grey band below the scale, for words without a number
        below = low - 0.02 * (high - low)
        grey = [(0.0, theme.QUIET), (0.015, theme.QUIET)]
        steps = grey + [(0.015 + 0.985 * at, color) for at, color in steps]
        shown = np.where(np.isfinite(shown), shown, below)
    return dict(
        color=_of(shown, rows).astype(np.float32),
        colorscale=[list(step) for step in steps],
        cmin=below,
        cmax=high,
        showscale=True,
        colorbar=_colorbar(coloring, low, high),
    )


def legend(coloring: Groups) -> list[tuple[str, str]]:
    """(name, color) for each group, and for words without one."""
    labels, names = _few(coloring)
    entries = [
        (f"{i + 1} · {theme.text(name, _NAME_LENGTH)}", GROUPS[i]) for i, name in enumerate(names)
    ]
    return entries + ([("none", theme.QUIET)] if (labels < 0).any() else [])


def regions(coloring: Groups) -> tuple[list[str], list[str]]:
    """The names and the colors of the groups, for names that stand on the map itself."""
    _, names = _few(coloring)
    return [theme.text(name, _NAME_LENGTH) for name in names], list(GROUPS[: len(names)])


def _of(values: np.ndarray, rows: np.ndarray | None) -> np.ndarray:
    return values if rows is None else values[rows]


def _few(coloring: Groups) -> tuple[np.ndarray, list[str]]:
    """Limit the groups to the number of colors; the last color stands for all other groups."""
    names = list(coloring.names)
    if len(names) <= len(GROUPS):
        return coloring.labels, names
    last = len(GROUPS) - 1
    others = f"{len(names) - last} other groups"
    return np.minimum(coloring.labels, last), [*names[:last], others]


def _colorbar(scale: Scale, low: float, high: float) -> dict:
    ticks = {}
    if scale.logarithmic:
        decades = np.arange(np.ceil(low - 1e-6), np.floor(high + 1e-6) + 1)
        if len(decades) > 5:
            decades = decades[:: -(-len(decades) // 5)]
        if len(decades) < 2:
            decades = np.array([low, high])
        ticks = dict(tickvals=decades.tolist(), ticktext=[f"{10**v:,.0f}" for v in decades])
    return dict(
        title=dict(text=scale.title, side="top", font=dict(size=12)),
        orientation="h",
        thickness=9,
        len=0.28,
        x=1,
        xanchor="right",
        y=1,
        yanchor="top",
        ypad=4,
        xpad=12,
        outlinewidth=0,
        tickfont=dict(size=11),
        nticks=4,
        **ticks,
    )


def sizes(values: np.ndarray, smallest: float, largest: float) -> np.ndarray:
    """Diameters in pixels, float32, whose areas grow linearly with the rank of the values.

    Values that are not finite get the smallest diameter.
    """
    values = np.asarray(values, np.float64)
    known = np.isfinite(values)
    low, high = (values[known].min(), values[known].max()) if known.any() else (0.0, 0.0)
    share = np.where(known, (values - low) / (high - low), 0.0) if high > low else 0 * values
    return np.sqrt(smallest**2 + share * (largest**2 - smallest**2)).astype(np.float32)
