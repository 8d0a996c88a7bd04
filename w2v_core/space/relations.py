"""Diamonds: are the offsets of related pairs of words parallel?

On vectors of length 1, for two pairs a → b and c → d:

    parallelism   cos(b − a, d − c)                               1: the same direction
    closure       ‖a − b − c + d‖ / ½(‖b − a‖ + ‖d − c‖)          0: the diamond closes;
                                                                  √2: unrelated offsets of one length

A list of pairs is measured by the means over its pairs of pairs; ``space.nulls`` computes what chance
would give.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from w2v_core.space.vectors import unit_rows

MOST_PAIRS = 200
"""The largest number of pairs in a list; a thousand drawn lists of this size are measured in seconds."""


@dataclass(frozen=True)
class Diamonds:
    """The measurements of a list of k word pairs.

    Attributes
    ----------
    rows : int (k, 2)
        The words' rows.
    cosines, closures : float (k, k)
        Parallelism and closure of every pair of pairs; the diagonals are 1 and 0.
    parallelism, closure : float
        Their means over the distinct pairs of pairs.
    along : float (k,)
        Each pair's mean parallelism with the others; a negative pair points backwards.
    """

    rows: np.ndarray
    cosines: np.ndarray
    closures: np.ndarray
    parallelism: float
    closure: float
    along: np.ndarray


def check_rows(rows: np.ndarray) -> np.ndarray:
    """The pairs as int (k, 2).

    Raises
    ------
    ValueError
        For fewer than two pairs, or more than ``MOST_PAIRS``.
    """
    rows = np.asarray(rows, np.int64).reshape(-1, 2)
    if len(rows) < 2:
        raise ValueError("A diamond needs two pairs of words. Give at least two pairs.")
    if len(rows) > MOST_PAIRS:
        raise ValueError(f"{len(rows):,} pairs are too many: give at most {MOST_PAIRS}.")
    return rows


def offsets(unit: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """v_b − v_a of every pair: float (…, k, d) from unit vectors (|W|, d) and rows (…, k, 2)."""
    return unit[rows[..., 1]] - unit[rows[..., 0]]


def compare_offsets(offsets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Parallelism and closure of all pairs of offsets, each float (…, k, k) from (…, k, d).

    An offset of length 0 (a word paired with itself) has no direction, so its cosine counts as 0.
    """
    gram = offsets @ np.swapaxes(offsets, -1, -2)
    square = np.einsum("...ii->...i", gram)
    length = np.sqrt(square)
    direction = np.where(length > 1e-6, 1 / np.maximum(length, 1e-6), 0)
    cosines = gram * direction[..., :, None] * direction[..., None, :]
    gap = np.sqrt(np.maximum(square[..., :, None] + square[..., None, :] - 2 * gram, 0))
    mean_length = (length[..., :, None] + length[..., None, :]) / 2
    return cosines, gap / np.maximum(mean_length, 1e-6)


def mean_over_pairs(matrix: np.ndarray) -> np.ndarray:
    """The mean of symmetric matrices (…, k, k) over their entries off the diagonal."""
    k = matrix.shape[-1]
    whole = matrix.sum(axis=(-1, -2), dtype=np.float64)
    return (whole - np.einsum("...ii->...", matrix)) / (k * (k - 1))


def diamonds(unit: np.ndarray, rows: np.ndarray) -> Diamonds:
    """Measure a list of pairs.

    Parameters
    ----------
    unit : float (|W|, d)
        Vectors of length 1 (``WordVectors.unit``).
    rows : int (k, 2)
        The pairs, k from 2 to ``MOST_PAIRS`` (otherwise a ValueError).
    """
    rows = check_rows(rows)
    cosines, closures = compare_offsets(offsets(unit, rows).astype(np.float64))
    others = (cosines.sum(axis=1) - np.diag(cosines)) / (len(rows) - 1)
    np.fill_diagonal(cosines, 1)
    np.fill_diagonal(closures, 0)
    return Diamonds(
        rows,
        cosines,
        closures,
        float(mean_over_pairs(cosines)),
        float(mean_over_pairs(closures)),
        others,
    )


def forming(matrices: Iterable[np.ndarray], rows: np.ndarray) -> np.ndarray:
    """How the diamonds of a list close during training.

    Parameters
    ----------
    matrices : iterable of float (words, d)
        The vectors at each pass, of any length.
    rows : int (k, 2)
        The pairs, as rows of those matrices.

    Returns
    -------
    float (passes, 2)
        Mean parallelism and mean closure at each pass.
    """
    rows = check_rows(rows)
    used, places = np.unique(rows, return_inverse=True)
    places = places.reshape(rows.shape)
    curves = []
    for matrix in matrices:
        unit = unit_rows(np.asarray(matrix[used], np.float64))
        cosines, closures = compare_offsets(offsets(unit, places))
        curves.append((mean_over_pairs(cosines), mean_over_pairs(closures)))
    return np.array(curves, np.float64).reshape(-1, 2)


def read_pairs(lines: str | Iterable[str]) -> list[tuple[str, str]]:
    """Read pasted word pairs: two words per line, separated by a space, comma, semicolon, tab, colon, → or
    ->. Empty lines and lines beginning with # are ignored.

    Raises
    ------
    ValueError
        Naming a line that is not two words.
    """
    pairs = []
    for number, line in enumerate(lines.splitlines() if isinstance(lines, str) else lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        spaced = line.replace("->", " ")
        for separator in "→,;:\t":
            spaced = spaced.replace(separator, " ")
        words = spaced.split()
        if len(words) != 2:
            raise ValueError(f"Line {number}: expected two words, not {line.strip()[:80]!r}.")
        pairs.append((words[0], words[1]))
    return pairs


def read_pair_lists(text: str) -> dict[str, list[tuple[str, str]]]:
    """Read lists of word pairs, each under a ``: name`` line (errors as for ``read_pairs``, with line
    numbers counted within the list)."""
    lists: dict[str, list[str]] = {}
    name = ""
    for line in text.splitlines():
        if line.startswith(":"):
            name = line[1:].strip()
        elif line.strip() and not line.startswith("#"):
            lists.setdefault(name, []).append(line)
    return {name: read_pairs(lines) for name, lines in lists.items()}


def known_pairs(
    vocabulary, pairs: Sequence[tuple[str, str]]
) -> tuple[np.ndarray, list[tuple[str, str]]]:
    """The rows int (k, 2) of the pairs whose words are both known, without repetitions, and the other
    pairs."""
    rows, unknown = [], []
    for a, b in pairs:
        found = (vocabulary.find(a), vocabulary.find(b))
        if None in found:
            unknown.append((a, b))
        elif found not in rows:
            rows.append(found)
    return np.array(rows, np.int64).reshape(-1, 2), unknown
