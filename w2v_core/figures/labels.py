"""Which labels fit into a picture without one lying on another.

Only for a figure in a notebook or a saved page, and of a nominal size: each label stands above its
point or is left out. In the app the browser chooses labels (pages/plot/labels.js), by the real size,
zoom and camera and with four places for each."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

import numpy as np

FONT_SIZE = 12


def text_width(word: str, size: float = FONT_SIZE) -> float:
    """About how wide a word is drawn, in pixels."""
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in word)
    marks = sum(unicodedata.combining(c) > 0 for c in word)
    return size * (0.56 * (len(word) - wide - marks) + wide)


def place(
    x: np.ndarray,
    y: np.ndarray,
    words: Sequence[str],
    order: Iterable[int],
    width: float,
    height: float,
    most: int = 150,
) -> list[int]:
    """The rows whose labels, centered above their points, overlap no label taken before.

    Parameters
    ----------
    x, y : float (n,)
    words : sequence of str
    order : iterable of int
        Rows in the order in which they may choose their place.
    width, height : float
        Pixels of the plotting area; the points are taken to fill it.
    most : int
        Labels at most.
    """
    scale_x = width / max(float(np.ptp(x)), 1e-9)
    scale_y = height / max(float(np.ptp(y)), 1e-9)
    px, py = (x - x.min()) * scale_x, (y - y.min()) * scale_y
    boxes = np.empty((0, 4))
    chosen: list[int] = []
    for row in order:
        half = text_width(words[row]) / 2 + 3
        box = np.array([px[row] - half, py[row] + 4, px[row] + half, py[row] + FONT_SIZE + 8])
        apart = (
            (boxes[:, 2] < box[0])
            | (boxes[:, 0] > box[2])
            | (boxes[:, 3] < box[1])
            | (boxes[:, 1] > box[3])
        )
        if apart.all():
            chosen.append(row)
            boxes = np.vstack([boxes, box])
        if len(chosen) >= most:
            break
    return chosen
