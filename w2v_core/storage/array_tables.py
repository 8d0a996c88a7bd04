"""The arrays in each .npz of ``W2V_HOME``: their kinds and shapes, checked when they are read."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from w2v_core.storage.checks import LARGEST
from w2v_core.storage.files import Damaged, Header, array_headers, mapped_arrays, read_arrays


@dataclass(frozen=True)
class Array:
    """The requirements for an array: the NumPy kinds of its numbers ("f": floating point, "iu": integers,
    "b": booleans, "U": text), and its shape, in which a name denotes any length, the same for each use of
    that name. ``gaps``: whether numbers may be NaN, meaning unknown; ``least``: the smallest number of
    entries."""

    kinds: str
    shape: tuple[str | int, ...] = ()
    optional: bool = False
    gaps: bool = False
    least: int = 0


MODEL_ARRAYS = {
    "V": Array("f", ("n", "d")),
    "U": Array("f", ("n", "d"), optional=True),
    "C": Array("f", ("n", "d"), optional=True),
    "log_q": Array("f", ("n",)),
    "counts": Array("iu", ("n",)),
    "loss_curve": Array("f", ("passes",)),
    "held_out_curve": Array("f", ("passes or none",), optional=True),
}
CORPUS_ARRAYS = {
    "ids": Array("iu", ("tokens",)),
    "sentence_starts": Array("iu", ("sentences + 1",)),
    "sentence_bytes": Array("iu", ("sentences", 2)),
    "counts": Array("iu", ("n",)),
    "all_counts": Array("iu", ("distinct",)),
}
PASS_ARRAYS = {
    "rows": Array("iu", ("rows",), least=1),
    "V": Array("f", ("rows", "d")),
    "U": Array("f", ("rows", "d")),
}
LIVE_ARRAYS = {"V": Array("f", ("n", "d")), "step": Array("iu")}
CHECKPOINT_ARRAYS = {
    "state.V": Array("f", ("n", "d")),
    "state.U": Array("f", ("n", "d")),
    "scalars": Array("U"),
    "log_q": Array("f", ("n",)),
    "losses": Array("f", ("passes",), least=1),
    "held_out_losses": Array("f", ("passes or none",), optional=True),
    "seconds": Array("f", (2,)),
}
_RESAMPLES = {
    "V": Array("f", ("R", "words", "d")),
    "U": Array("f", ("R", "words", "d")),
    "present": Array("b", ("R", "words")),
}
_HALVES = {
    "V": Array("f", ("splits", 2, "words", "d")),
    "U": Array("f", ("splits", 2, "words", "d")),
    "present": Array("b", ("splits", 2, "words")),
}
MAP_ARRAYS = {"coordinates": Array("f", ("words", "dims"))}
"""The arrays of every kind of map."""

RESULT_ARRAYS: dict[str, dict[str, Array]] = {
    "certainty": _HALVES,
    "stability": _RESAMPLES,
    "random_start": {
        "V": Array("f", ("passes", "words", "d")),
        "U": Array("f", ("passes", "words", "d")),
        "losses": Array("f", ("passes",)),
    },
    "halves": _HALVES,
    "use": {
        "rows_a": Array("iu", ("words",)),
        "rows_b": Array("iu", ("words",)),
        "z": Array("f", ("words",), gaps=True),
        "p": Array("f", ("words",)),
        "q": Array("f", ("words",)),
        "used_differently": Array("b", ("words",)),
        "distance": Array("f", ("words",), gaps=True),
        "beyond": Array("f", ("words",), gaps=True),
        "counts": Array("iu", (2, "words")),
    },
    "follow": {
        "counts": Array("iu", ("slices", "n")),
        "curves": Array("f", ("n", "others", "slices", 3), gaps=True),
        "z": Array("f", ("n", "contrasts"), gaps=True),
        "near": Array("f", ("n", "contrasts"), gaps=True),
        "p": Array("f", ("n",)),
        "q": Array("f", ("n",)),
        "moved": Array("b", ("n",)),
        "when": Array("iu", ("n",)),
        "all_counts": Array("iu", ("words",)),
        "all_z": Array("f", ("words",), gaps=True),
        "all_q": Array("f", ("words",)),
        "all_moved": Array("b", ("words",)),
        "all_when": Array("iu", ("words",)),
    },
    "page": {"page": Array("u", ("bytes",), least=1)},
}
"""The arrays by kind of work; a missing kind saves no arrays that need a certain shape."""


def check_headers(path: Path, wanted: Mapping[str, Array], **sizes: int) -> dict[str, Header]:
    """Check that the headers of an .npz describe the required arrays, without reading their contents.

    Parameters
    ----------
    path : Path
    wanted : mapping of name → Array
    **sizes : int
        Known lengths, by their name in the shapes.

    Raises
    ------
    FileNotFoundError
    Damaged
        With a sentence that names the array that does not match.
    """
    found = array_headers(path)
    for name, array in wanted.items():
        if name not in found:
            if array.optional:
                continue
            raise Damaged(f"{path.name} is damaged: its array {name} is missing.")
        header = found[name]
        fits = header.dtype.kind in array.kinds and len(header.shape) == len(array.shape)
        for length, letter in zip(header.shape, array.shape, strict=False):
            known = letter if isinstance(letter, int) else sizes.setdefault(letter, length)
            fits = fits and length == known
        if not fits or math.prod(header.shape) < array.least:
            raise Damaged(f"{path.name} is damaged: its array {name} has the wrong type or shape.")
    return found


def checked_arrays(
    path: Path, wanted: Mapping[str, Array], *others: str, **sizes: int
) -> dict[str, np.ndarray]:
    """Read the arrays of an .npz and check that each has the required type and shape and contains no
    number that is infinite, NaN or enormous (errors as for ``check_headers``).

    Parameters
    ----------
    path : Path
    wanted : mapping of name → Array
    *others : str
        Prefixes of the names of further arrays to read.
    **sizes : int
        As for ``check_headers``.
    """
    return _checked(read_arrays, path, wanted, others, sizes)


def checked_arrays_in_file(
    path: Path, wanted: Mapping[str, Array], *others: str, **sizes: int
) -> dict[str, np.ndarray]:
    """The same arrays, which stay in the file (see ``files.mapped_arrays``)."""
    return _checked(mapped_arrays, path, wanted, others, sizes)


def _checked(
    read: Callable[..., dict[str, np.ndarray]],
    path: Path,
    wanted: Mapping[str, Array],
    others: tuple[str, ...],
    sizes: dict[str, int],
) -> dict[str, np.ndarray]:
    there = check_headers(path, wanted, **sizes)
    names = [name for name in there if name in wanted or name.startswith(others or ("\0",))]
    arrays = read(path, *names)
    for name, array in arrays.items():
        gaps = name in wanted and wanted[name].gaps
        if array.dtype.kind == "f" and not (gaps or _are_numbers(array)):
            raise Damaged(f"{path.name} is damaged: its array {name} contains impossible numbers.")
    return arrays


def _are_numbers(array: np.ndarray) -> bool:
    """Whether all numbers are finite, and none is enormous."""
    if array.size == 0:
        return True
    with np.errstate(invalid="ignore"):
        return float(array.min()) >= -LARGEST and float(array.max()) <= LARGEST  # false for NaN


def check_sentences(arrays: dict[str, np.ndarray], n_words: int, size: int) -> bool:
    """Whether the indices in the encoded sentences of a text are within bounds.

    Parameters
    ----------
    arrays : dict
        ``CORPUS_ARRAYS``.
    n_words : int
        The size of the vocabulary.
        size : int
            The size of the text in bytes.
    """
    ids, starts, places = arrays["ids"], arrays["sentence_starts"], arrays["sentence_bytes"]
    return bool(
        len(starts) == len(places) + 1
        and len(places) > 0
        and len(arrays["all_counts"]) >= n_words
        and len(arrays["counts"]) == n_words
        and starts[0] == 0
        and starts[-1] == len(ids)
        and (np.diff(starts) >= 0).all()
        and (len(ids) == 0 or (ids.min() >= 0 and ids.max() < n_words))
        and (places[:, 0] >= 0).all()
        and (places[:, 0] <= places[:, 1]).all()
        and (places[:, 1] <= size).all()
        and (arrays["counts"] >= 1).all()
        and (arrays["all_counts"] >= 1).all()
        and arrays["all_counts"].astype(np.float64).sum() < 2**53
        and np.array_equal(np.bincount(ids, minlength=n_words), arrays["counts"])
    )
