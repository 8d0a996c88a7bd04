"""Projections of vectors onto a plane in which they can be drawn."""

from __future__ import annotations

import numpy as np


def in_their_plane(x: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Two vectors (d,) as (2,) in the plane that they span, with x along the first axis. Lengths and the
    angle are kept."""
    length = float(np.linalg.norm(x))
    if length == 0:
        return np.zeros(2), np.array([float(np.linalg.norm(z)), 0.0])
    along = float(x @ z) / length
    across = float(np.sqrt(max(float(z @ z) - along**2, 0.0)))
    return np.array([length, 0.0]), np.array([along, across])


def at_angle(length: float, degrees: float) -> np.ndarray:
    """The vector (2,) with this length, at this angle to the first axis."""
    angle = np.deg2rad(degrees)
    return length * np.array([np.cos(angle), np.sin(angle)])


def lengths(vectors) -> list[float]:
    """The Euclidean length of each vector."""
    return [float(np.linalg.norm(x)) for x in vectors]


def enlarged(length: float, size: float) -> float:
    """The factor by which to enlarge a length to make it visible in a figure of this size: 1, 2, 5, 10, …
    until it takes up a fifth of the figure."""
    if not 0 < length < size / 5:
        return 1.0
    for times in (k * 10.0**power for power in range(4) for k in (1, 2, 5)):
        if times * length >= size / 5:
            return times
    return 1_000.0


def through_zero(*matrices: np.ndarray) -> list[np.ndarray]:
    """Project each matrix (n, d) onto the plane in which all rows together are longest, (n, 2) each. The
    origin is kept, so that lengths and angles can be seen; signs are fixed, so that figures do not flip."""
    directions = np.linalg.svd(np.concatenate(matrices), full_matrices=False)[2][:2]
    largest = np.abs(directions).argmax(axis=1)
    directions = directions * np.sign(directions[np.arange(len(directions)), largest])[:, None]
    return [X @ directions.T for X in matrices]
