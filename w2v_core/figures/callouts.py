"""Labels around points, none on another: each tries many places, near ones first, and a thin line
leads to those that stand farther off.

The places are found twice. In the app the browser finds them (pages/plot/callouts.js), because only it
knows the real size, font and zoom; it goes by the numbers that ``layout.meta`` carries. A figure in a
notebook or a saved page has no such browser side, so its places are found here, for a nominal size.
tests/unit/test_javascript.py holds the two searches to the same answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from w2v_core.figures import meta, theme
from w2v_core.figures.labels import text_width

SIZE = 13
LONGEST = 24  # characters of a word in a picture
SEARCH: meta.Search = {
    "reaches": [3, 14, 28, 44, 64, 90, 120],  # pixels between a mark and the edge of its label
    "directions": 16,
    "clear": 3.0,  # pixels between a label and the marks of other points
    "led_from": 28,  # pixels from which a line leads to a label
    "enough": 20,  # what a place may cost beyond its reach and still end the search
    # What a place costs beside its reach:
    "covered": 50,  # a square pixel of another label
    "marks": 40,  # each mark that is covered
    "outside": 30,  # a pixel outside the picture
    "turned": 10,  # a quarter turn from the wished direction
}


@dataclass(frozen=True)
class Frame:
    """How data become pixels in a picture of equal scales: ``center`` (2,) and ``half`` (2,) widths
    in data units, ``scale`` in pixels a unit."""

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
        """Pixels (n, 2), y upward, of points (n, 2)."""
        return (np.asarray(points, float) - self.center) * self.scale

    def apply(self, figure: go.Figure, titles: Sequence[str]) -> None:
        """Fix the figure's first axes to this frame, with equal scales."""
        low, high = self.center - self.half, self.center + self.half
        figure.update_layout(
            xaxis=dict(title=titles[0], range=[low[0], high[0]], constrain="domain"),
            yaxis=dict(title=titles[1], range=[low[1], high[1]], scaleanchor="x", scaleratio=1),
        )


def along(segments: np.ndarray, most: int = 1_500) -> np.ndarray:
    """Points (n, 2) on segments (k, 2, 2), so close that no label lies between two of them."""
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
        Gets one annotation a word, escaped; invisible where it found no place.
    frame : Frame
    points : float (n, 2)
        In data units, the most important first.
    words : sequence of str
    away : float (n, 2), optional
        The direction in which each word would rather stand; upward when left out.
    obstacles : float (m, 2), optional
        Further points that labels should not cover; ``along`` gives those of lines.
    colors, sizes : optional
        Of each word; None is the figure's own text colour.
    gaps : sequence of float, optional
        Pixels to keep from the middle of each point: the radius of its mark.
    longest : int
        Characters after which a word is cut.
    keep_all : bool
        Whether a word that finds no free place is written all the same, where it covers least.

    Returns
    -------
    list of int
        The words that were written.
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
                font=dict(size=fonts[i], color=None if colors is None else colors[i]),
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
    # All at once: one by one, each looks at all those before it.
    figure.update_layout(annotations=[*figure.layout.annotations, *notes])
    return [i for i, place in enumerate(places) if place.visible]


@dataclass(frozen=True)
class _Place:
    """Pixels (2,), y upward, from a point to the middle of its label; whether a line leads there."""

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
    """A place for each label, the first ones first: that which costs least among the near ones, or
    else among those farther off.

    Parameters
    ----------
    pixels : float (n, 2)
    obstacles : float (m, 2)
        In pixels as well.
    halves : float (n, 2)
        Half of each label's width and height.
    away : float (n, 2)
        Wished directions, of any length.
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
    boxes = np.empty((0, 4))  # of the labels that have a place
    places = []
    for pixel, half, wish, gap in zip(pixels, halves, wishes, gaps, strict=True):
        # The label's edge, not its middle, is so far off.
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
                break  # nothing farther off can be better
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
    """What the browser places the next n annotations by."""
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
