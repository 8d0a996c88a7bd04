"""Planes in which words are drawn, with titles that say what their axes show.

A ``Plane`` is an origin and 2 or 3 orthonormal directions, so that lengths and angles within it are
those of the whole space.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from w2v_core.space.projection import align
from w2v_core.space.relations import offsets
from w2v_core.space.vectors import unit_rows

KINDS = {
    "offset": "mean offset upward",
    "words": "PCA of these words",
    "map": "PCA of the whole map",
}


@dataclass(frozen=True)
class Plane:
    """``origin`` (d,), ``directions`` (2 or 3, d) orthonormal, and a ``titles`` entry for each axis."""

    origin: np.ndarray
    directions: np.ndarray
    titles: tuple[str, ...]

    def place(self, vectors: np.ndarray) -> np.ndarray:
        """The coordinates float64 (n, 2 or 3) of vectors (n, d)."""
        return (np.asarray(vectors, np.float64) - self.origin) @ self.directions.T


def offset_plane(unit: np.ndarray, rows: np.ndarray, n_axes: int = 2) -> Plane:
    """The plane with the mean offset of the pairs upward and the largest remaining spread across.

    Parameters
    ----------
    unit : float (|W|, d)
        Vectors of length 1.
    rows : int (k, 2)
        The pairs.
    n_axes : 2 or 3
        With 3, the last axis is the mean offset.
    """
    words = np.asarray(unit[np.unique(rows)], np.float64)
    up = offsets(np.asarray(unit, np.float64), rows).mean(axis=0)
    across = ["largest remaining spread", "second largest"][: n_axes - 1]
    return _spanned(words, [up], n_axes, (*across, "mean offset"))


def words_plane(unit: np.ndarray, rows: np.ndarray, n_axes: int = 2) -> Plane:
    """The principal components of these words only."""
    words = np.asarray(unit[np.unique(rows)], np.float64)
    plane = _spanned(words, [], n_axes, ())
    return _with_shares(plane, words, "PC {} of these words ({:.0%} of their spread)")


def map_plane(unit: np.ndarray, n_axes: int = 2) -> Plane:
    """The principal components of the whole vocabulary."""
    words = np.asarray(unit, np.float64)
    plane = _spanned(words, [], n_axes, ())
    return _with_shares(plane, words, "PC {} of all words ({:.0%} of the spread)")


def analogy_plane(A: np.ndarray, B: np.ndarray, C: np.ndarray, others: np.ndarray) -> Plane:
    """The plane that contains a, b, c and v_b − v_a + v_c, with the offset b − a upward. Their
    parallelogram has its true lengths; other words are projected onto the plane.

    Parameters
    ----------
    A, B, C : float (d,)
        Vectors of length 1.
    others : float (n, d)
        Words that determine the direction across if a, b and c lie on one line.
    """
    A, B, C = (np.asarray(v, np.float64) for v in (A, B, C))
    words = np.vstack([A, B, C, np.asarray(others, np.float64).reshape(-1, len(A))])
    plane = _spanned(words, [B - A, C - A], 2, ("", ""))
    return Plane(A, plane.directions, ("from a to c", "the offset b − a"))


def sum_plane(path: np.ndarray, others: np.ndarray) -> Plane:
    """A plane through the origin in which a sum of vectors points upward with its true length. The
    direction across has the largest remaining spread of its steps and of other words.

    Parameters
    ----------
    path : float (n, d)
        The partial sum after each step; the last one must not be at the origin.
    others : float (k, d)
    """
    path = np.asarray(path, np.float64)
    origin = np.zeros(path.shape[1])
    around = np.vstack([origin, path, np.asarray(others, np.float64).reshape(-1, len(origin))])
    plane = _spanned(around, [path[-1]], 2, ("largest remaining spread", "along the sum"))
    return Plane(origin, plane.directions, plane.titles)


def _spanned(words: np.ndarray, first: list[np.ndarray], n_axes: int, titles) -> Plane:
    """The axes are the ``first`` directions, orthogonalised (the first of them comes last, upward), and
    the directions of largest remaining spread of the words."""
    origin = words.mean(axis=0)
    rest = words - origin
    fixed: list[np.ndarray] = []
    for vector in first:
        left = vector.astype(np.float64)
        for axis in fixed:
            left = left - (vector @ axis) * axis
        if np.linalg.norm(left) > 1e-6 * max(float(np.linalg.norm(vector)), 1e-12):
            fixed.append(left / np.linalg.norm(left))
    for axis in fixed:
        rest = rest - np.outer(rest @ axis, axis)
    # The covariance is at most d × d, so 10,000 words cost little.
    _, vectors = np.linalg.eigh(rest.T @ rest)
    spread = vectors[:, ::-1].T
    across: list[np.ndarray] = []
    for axis in spread:
        for other in fixed + across:
            axis = axis - (axis @ other) * other
        length = np.linalg.norm(axis)
        if length > 1e-6:
            axis = axis / length
            # The sign is chosen so that the farthest word is on the positive side.
            reach = rest @ axis
            across.append(axis if reach[np.abs(reach).argmax()] >= 0 else -axis)
        if len(across) == n_axes:
            break
    up, sideways = fixed[:1], fixed[1:]
    directions = np.zeros((n_axes, words.shape[1]))
    chosen = [*sideways, *across][: n_axes - len(up)] + up
    directions[: len(chosen)] = chosen  # fewer if d < n_axes: the others stay 0
    return Plane(origin, directions, tuple(titles))


def _with_shares(plane: Plane, words: np.ndarray, title: str) -> Plane:
    total = max(float(((words - plane.origin) ** 2).sum()), 1e-12)
    shares = (plane.place(words) ** 2).sum(axis=0) / total
    titles = tuple(title.format(i + 1, share) for i, share in enumerate(shares))
    return Plane(plane.origin, plane.directions, titles)


def moving_planes(
    matrices: Iterable[np.ndarray], rows: np.ndarray, kind: str = "offset", n_axes: int = 2
) -> list[np.ndarray]:
    """The words of the pairs at every pass of a training. Each picture is rotated and mirrored to match the
    next one; the last one is unchanged.

    Parameters
    ----------
    matrices : iterable of float (words, d)
        The vectors at each pass, of any length.
    rows : int (k, 2)
        The pairs, as rows of those matrices.
    kind : "offset", "words" or "map"
    n_axes : 2 or 3

    Returns
    -------
    list of float64 (k, 2, n_axes)
        For each pass, the positions of the two words of each pair.
    """
    pictures = []
    for matrix in matrices:
        unit = unit_rows(np.asarray(matrix, np.float64))
        pictures.append(plane_of(unit, rows, kind, n_axes).place(unit[rows.ravel()]))
    # With the mean offset upward, only the axes across may be rotated.
    free = n_axes - 1 if kind == "offset" else n_axes
    for i in range(len(pictures) - 2, -1, -1):
        pictures[i][:, :free] = align(pictures[i][:, :free], pictures[i + 1][:, :free])
    return [picture.reshape(*rows.shape, n_axes) for picture in pictures]


def plane_of(unit: np.ndarray, rows: np.ndarray, kind: str, n_axes: int) -> Plane:
    """One of the three kinds of plane.

    Raises
    ------
    ValueError
        For an unknown kind.
    """
    if kind == "offset":
        return offset_plane(unit, rows, n_axes)
    if kind == "words":
        return words_plane(unit, rows, n_axes)
    if kind == "map":
        return map_plane(unit, n_axes)
    raise ValueError(f"kind={kind!r}: choose one of {', '.join(map(repr, KINDS))}.")
