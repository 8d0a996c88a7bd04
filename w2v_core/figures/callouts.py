"""Labels around points that do not overlap: each label tries many places, near ones first, and a thin
line leads from the point to a label that stands farther away.

The search is written twice. In the app the browser runs it (pages/plot/callouts.js), because only the
browser knows the real size, font and zoom; it uses the numbers in ``layout.meta``. A figure in a
notebook or a saved page has no such code, so its labels are placed here, for a nominal size.
tests/unit/test_javascript.py checks that both searches give the same answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from w2v_core.figures import meta, theme
from w2v_core.figures.labels import text_width

SIZE = 13
LONGEST = 24  # characters shown of a word in a figure
SEARCH: meta.Search = {
    "reaches": [3, 14, 28, 44, 64, 90, 120],  # pixels between a mark and the edge of its label
    "directions": 16,
    "clear": 3.0,  # pixels between a label and the marks of other points
    "led_from": 28,  # distance in pixels from which on a label gets a line
    "enough": 20,  # a place that costs no more than this beyond its reach ends the search
    # The costs of a place, in addition to its reach:
    "covered": 50,  # for each square pixel of another label that it covers
    "marks": 40,  # for each mark that it covers
    "outside": 30,  # for each pixel outside the figure
    "turned": 10,  # for each quarter turn away from the preferred direction
}


@dataclass(frozen=True)
class Frame:
    """How data are mapped to pixels in a figure with equal scales: ``center`` (2,) and half widths
    ``half`` (2,) in data units, ``scale`` in pixels per unit."""

    center: np.ndarray
    half: np.ndarray
    scale: float

    @classmethod
    def around(cls, points: np.ndarray, width: float, height: float, margin: float = 70) -> Frame:
        """The frame in which points (n, 2) fill width × height pixels, less a margin for labels."""
        low, high = points.min(axis=0), points.max(axis=0)
        room = np.array([width, height]) - 2 * np.array([margin, 0.6 * margin])
        scale = float((room / np.maximum(high - low, 1e-6)).min())
        return cls((low + high) / 2, np.array([width, height]) / scale / 2, scale)

    def pixels(self, points: np.ndarray) -> np.ndarray:
        """Pixel positions (n, 2) of points (n, 2), with y pointing upward."""
        return (np.asarray(points, float) - self.center) * self.scale

    def apply(self, figure: go.Figure, titles: Sequence[str]) -> None:
        """Fix the figure's first axes to this frame, with equal scales."""
        low, high = self.center - self.half, self.center + self.half
        figure.update_layout(
            xaxis=dict(title=titles[0], range=[low[0], high[0]], constrain="domain"),
            yaxis=dict(title=titles[1], range=[low[1], high[1]], scaleanchor="x", scaleratio=1),
        )


def along(segments: np.ndarray, most: int = 1_500) -> np.ndarray:
    """Points (n, 2) on segments (k, 2, 2), spaced so densely that no label fits between two."""
    segments = np.asarray(segments, float)
    each = int(np.clip(most // max(len(segments), 1), 5, 40))
    shares = np.linspace(0.06, 0.94, each)[None, :, None]
    return (segments[:, :1] + shares * (segments[:, 1:] - segments[:, :1])).reshape(-1, 2)


def add_callouts(
    figure: go.Figure,
    frame: Frame,
    points: np.ndarray,
    words: Sequence[str],
    *,
    away: np.ndarray | Sequence[Sequence[float]] | None = None,
    obstacles: np.ndarray | None = None,
    colors: Sequence[str | None] | None = None,
    sizes: Sequence[int] | None = None,
    gaps: Sequence[float] | None = None,
    longest: int = LONGEST,
    keep_all: bool = True,
) -> list[int]:
    """Write words beside their points.

    Parameters
    ----------
    figure : go.Figure
        Receives one annotation for each word, escaped. A word without a place is invisible.
    frame : Frame
    points : float (n, 2)
        In data units, the most important first.
    words : sequence of str
    away : float (n, 2), optional
        The preferred direction of each label; upward by default.
    obstacles : float (m, 2), optional
        More points that labels should not cover; ``along`` gives the points of lines.
    colors, sizes : optional
        One for each word; None means the figure's own text colour.
    gaps : sequence of float, optional
        Pixels to keep free around the middle of each point, usually the radius of its mark.
    longest : int
        The number of characters after which a word is cut.
    keep_all : bool
        Whether a word without a free place is written anyway, where it covers the least.

    Returns
    -------
    list of int
        Indices of the words that were written.
    """
    shown = [word if len(word) <= longest else word[: longest - 1] + "…" for word in words]
    fonts = [SIZE] * len(words) if sizes is None else list(sizes)
    _keep_for_the_browser(figure, away, obstacles, gaps, len(words), keep_all)
    places = _search(
        frame,
        frame.pixels(points),
        np.empty((0, 2)) if obstacles is None else frame.pixels(obstacles),
        np.array(
            [
                [text_width(word, size) / 2 + 2, size * 0.62]
                for word, size in zip(shown, fonts, strict=True)
            ]
        ),
        np.tile([0.0, 1.0], (len(words), 1)) if away is None else np.asarray(away, float),
        np.full(len(words), 3.0) if gaps is None else np.asarray(gaps, float),
        keep_all,
    )
    notes = []
    for i, place in enumerate(places):
        dx, dy = map(float, place.offset)
        notes.append(
            dict(
                x=float(points[i][0]),
                y=float(points[i][1]),
                text=theme.text(shown[i]),
                font=dict(size=fonts[i], color=_of_text(colors, i)),
                xanchor="center",
                yanchor="middle",
                captureevents=False,
                visible=place.visible,
                **(
                    dict(
                        showarrow=True,
                        ax=dx,
                        ay=-dy,
                        arrowhead=0,
                        arrowwidth=0.8,
                        arrowcolor=theme.QUIET,
                        standoff=3,
                    )
                    if place.led
                    else dict(showarrow=False, xshift=dx, yshift=dy)
                ),
            )
        )
    # All at once: added one by one, each annotation is checked against all earlier ones.
    figure.update_layout(annotations=[*figure.layout.annotations, *notes])
    return [i for i, place in enumerate(places) if place.visible]


@dataclass(frozen=True)
class _Place:
    """Offset in pixels (2,), y upward, from a point to the middle of its label, and whether a line
    connects them."""

    offset: np.ndarray
    led: bool
    visible: bool


def _search(
    frame: Frame,
    pixels: np.ndarray,
    obstacles: np.ndarray,
    halves: np.ndarray,
    away: np.ndarray,
    gaps: np.ndarray,
    keep_all: bool,
) -> list[_Place]:
    """Find a place for each label in turn: the cheapest of the near places, or else the cheapest of
    those farther away.

    Parameters
    ----------
    pixels : float (n, 2)
    obstacles : float (m, 2)
        Also in pixels.
    halves : float (n, 2)
        Half of each label's width and height.
    away : float (n, 2)
        Preferred directions, of any length.
    gaps : float (n,)
    keep_all : bool
    """
    turns = np.linspace(0, 2 * np.pi, SEARCH["directions"], endpoint=False)
    ways = np.column_stack([np.cos(turns), np.sin(turns)])
    marks = np.vstack([pixels, obstacles])
    radii = np.full((len(marks), 1), SEARCH["clear"])
    radii[: len(pixels), 0] = np.maximum(gaps, SEARCH["clear"])
    wishes = away / np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-9)
    edge_of_picture = frame.half * frame.scale
    boxes = np.empty((0, 4))  # of the labels placed so far
    places = []
    for pixel, half, wish, gap in zip(pixels, halves, wishes, gaps, strict=True):
        # The reach is measured to the label's edge, not to its middle.
        edges = 1 / np.maximum((np.abs(ways) / half).max(axis=1), 1e-9)
        turned = SEARCH["turned"] * (1 - ways @ wish)
        least = np.inf
        for reach in SEARCH["reaches"]:
            offsets = ways * (gap + reach + edges)[:, None]
            middles = pixel + offsets
            low, high = middles - half, middles + half
            overlap = np.minimum(high[:, None], boxes[:, 2:]) - np.maximum(
                low[:, None], boxes[:, :2]
            )
            covered = np.maximum(overlap, 0).prod(axis=-1).sum(axis=-1)
            near = (marks > low[:, None] - radii) & (marks < high[:, None] + radii)
            outside = np.maximum(np.abs(middles) + half - edge_of_picture, 0).sum(axis=-1)
            cost = (
                SEARCH["covered"] * covered
                + SEARCH["marks"] * (near[..., 0] & near[..., 1]).sum(axis=-1)
                + SEARCH["outside"] * outside
                + turned
                + reach
            )
            best = int(np.argmin(cost))
            if cost[best] < least:
                least = cost[best]
                visible = bool(keep_all or not covered[best] > 0)
                place = _Place(offsets[best], reach >= SEARCH["led_from"], visible)
                box = np.concatenate([low[best], high[best]])
            if least < reach + SEARCH["enough"]:
                break  # no place farther away can be better
        places.append(place)
        if place.visible:
            boxes = np.vstack([boxes, box])
    return places


def _keep_for_the_browser(
    figure: go.Figure,
    away: np.ndarray | Sequence[Sequence[float]] | None,
    obstacles: np.ndarray | None,
    gaps: Sequence[float] | None,
    n: int,
    keep_all: bool,
) -> None:
    """Store the numbers by which the browser places the next n annotations."""
    meta.attach(
        figure,
        callouts={
            "first": len(figure.layout.annotations),
            "away": [[0.0, 1.0]] * n if away is None else np.asarray(away, float).round(6).tolist(),
            "gaps": [3.0] * n if gaps is None else [float(gap) for gap in gaps],
            "obstacles": []
            if obstacles is None
            else np.asarray(obstacles, float).round(6).tolist(),
            "keep_all": keep_all,
            "search": SEARCH,
        },
    )


def _of_text(colors: Sequence[str | None] | None, i: int) -> str | None:
    color = None if colors is None else colors[i]
    return None if color is None else theme.as_text(color)
