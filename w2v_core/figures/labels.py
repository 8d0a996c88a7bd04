"""Choose labels that fit into a figure without overlapping.

This serves figures in a notebook or a saved page, at a nominal size: each label stands above its point
or is left out. In the app the browser chooses the labels (pages/plot/labels.js) for the real size, zoom
and camera, with four possible places for each."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

import numpy as np

FONT_SIZE = 12


def text_width(word: str, size: float = FONT_SIZE) -> float:
    """The approximate width of a drawn word in pixels."""
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
    """The rows whose labels, centered above their points, overlap no label chosen earlier.

    Parameters
    ----------
    x, y : float (n,)
    words : sequence of str
    order : iterable of int
        Rows in the order in which their labels are tried.
    width, height : float
        Size of the plotting area in pixels; the points are assumed to fill it.
    most : int
        The largest number of labels.
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
