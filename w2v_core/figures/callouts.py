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
_ANGLES = np.linspace(0, 2 * np.pi, SEARCH["directions"], endpoint=False)


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
    away: np.ndarray | None = None,
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
    pixels = frame.pixels(points)
    others = pixels if obstacles is None else np.vstack([pixels, frame.pixels(obstacles)])
    radii = np.full(len(others), SEARCH["clear"])
    if gaps is not None:
        radii[: len(pixels)] = np.maximum(np.asarray(gaps, float), SEARCH["clear"])
    reach_x, reach_y = frame.half * frame.scale
    boxes = np.empty((0, 4))
    written, notes = [], []
    _keep_for_the_browser(figure, away, obstacles, gaps, len(words), keep_all)
    for i, word in enumerate(words):
        shown = word if len(word) <= longest else word[: longest - 1] + "…"
        size = SIZE if sizes is None else sizes[i]
        half = np.array([text_width(shown, size) / 2 + 2, size * 0.62])
        best, least = None, np.inf
        wish = np.array([0.0, 1.0]) if away is None else np.asarray(away[i], float)
        wish = wish / max(np.linalg.norm(wish), 1e-9)
        gap = 3.0 if gaps is None else float(gaps[i])
        for reach in SEARCH["reaches"]:
            for angle in _ANGLES:
                way = np.array([np.cos(angle), np.sin(angle)])
                # The label's edge, not its middle, is so far off.
                edge = 1 / max(*(np.abs(way) / half), 1e-9)
                middle = pixels[i] + way * (gap + reach + edge)
                box = np.concatenate([middle - half, middle + half])
                width = np.minimum(boxes[:, 2], box[2]) - np.maximum(boxes[:, 0], box[0])
                height = np.minimum(boxes[:, 3], box[3]) - np.maximum(boxes[:, 1], box[1])
                covered = (np.maximum(width, 0) * np.maximum(height, 0)).sum()
                dots = (
                    (others[:, 0] > box[0] - radii)
                    & (others[:, 0] < box[2] + radii)
                    & (others[:, 1] > box[1] - radii)
                    & (others[:, 1] < box[3] + radii)
                ).sum()
                outside = max(abs(middle[0]) + half[0] - reach_x, 0) + max(
                    abs(middle[1]) + half[1] - reach_y, 0
                )
                cost = (
                    SEARCH["covered"] * covered
                    + SEARCH["marks"] * dots
                    + SEARCH["outside"] * outside
                    + SEARCH["turned"] * (1 - way @ wish)
                    + reach
                )
                if cost < least:
                    best, least = (middle, box, reach, covered), cost
            if least < reach + SEARCH["enough"]:
                break  # nothing farther off can be better
        middle, box, reach, covered = best
        visible = keep_all or not covered > 0
        if visible:
            boxes = np.vstack([boxes, box])
            written.append(i)
        dx, dy = middle - pixels[i]
        led = reach >= SEARCH["led_from"]
        notes.append(
            dict(
                x=float(points[i][0]),
                y=float(points[i][1]),
                text=theme.text(shown),
                font=dict(size=size, color=None if colors is None else colors[i]),
                xanchor="center",
                yanchor="middle",
                captureevents=False,
                visible=bool(visible),
                **(
                    dict(
                        showarrow=True,
                        ax=float(dx),
                        ay=-float(dy),
                        arrowhead=0,
                        arrowwidth=0.8,
                        arrowcolor=theme.QUIET,
                        standoff=3,
                    )
                    if led
                    else dict(showarrow=False, xshift=float(dx), yshift=float(dy))
                ),
            )
        )
    # All at once: one by one, each looks at all those before it.
    figure.update_layout(annotations=[*figure.layout.annotations, *notes])
    return written


def _keep_for_the_browser(
    figure: go.Figure,
    away: np.ndarray | None,
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
