"""NumPy's .npz with an array of words and a matrix of their vectors; nothing in it is unpickled.

Which array is which is told by their kinds: texts in one dimension, numbers in two, equally many. One
of whole numbers that is called counts is taken for the words' counts.
"""

from __future__ import annotations

import math
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

import numpy as np

from w2v_core.exchange.vector_formats.format import Head, VectorFile, VectorFormat
from w2v_core.exchange.vector_formats.named_columns import COUNT_NAMES
from w2v_core.exchange.vector_formats.text_rows import check_dim
from w2v_core.exchange.zip_files import check_entry
from w2v_core.storage.limits import max_model_bytes
from w2v_core.text.tokenizer import MAX_WORD_LENGTH

_MOST_WORD = 8 * MAX_WORD_LENGTH  # characters that an array reserves for each of its words


@dataclass(frozen=True)
class _Array:
    """What an array's header promises."""

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype
    by_columns: bool


def _is_one(head: Head) -> bool:
    return bool(head.parts) and all(name.endswith(".npy") for name in head.parts)


@contextmanager
def _opened(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[_Array, IO[bytes]]]:
    """An array whose header was read, and its file, at the first of its numbers."""
    info = archive.getinfo(part)
    check_entry(info, max_model_bytes())
    name = part.removesuffix(".npy")
    damaged = f"The array “{name[:40]}” of this .npz file is damaged"
    with archive.open(info) as file:
        try:
            version = np.lib.format.read_magic(file)
            read = (
                np.lib.format.read_array_header_1_0
                if version == (1, 0)
                else np.lib.format.read_array_header_2_0
            )
            shape, by_columns, dtype = read(file)
        except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError) as error:
            raise ValueError(f"{damaged}: it has no header that can be read.") from error
        found = _Array(name, shape, dtype, by_columns and len(shape) > 1)
        if any(n < 0 for n in shape):
            raise ValueError(f"{damaged}: it has a negative size.")
        if not dtype.hasobject and file.tell() + math.prod(shape) * dtype.itemsize > info.file_size:
            raise ValueError(f"{damaged}: its header announces more data than there are.")
        yield found, file


def _parts(file: VectorFile) -> tuple[str, str, str | None, _Array]:
    """The parts that hold words, vectors and perhaps counts, and what the vectors' header promises."""
    archive = file.archive
    assert archive is not None  # as it is one
    arrays: dict[str, _Array] = {}
    for part in file.head.parts:
        with _opened(archive, part) as (array, _):
            arrays[part] = array
    matrices = {p: a for p, a in arrays.items() if len(a.shape) == 2 and a.dtype.kind in "fiu"}
    texts = {p: a for p, a in arrays.items() if len(a.shape) == 1 and a.dtype.kind in "US"}
    pairs = [(t, m) for m in matrices for t in texts if texts[t].shape[0] == matrices[m].shape[0]]
    if not pairs:
        if matrices and any(a.dtype.hasobject for a in arrays.values()):
            raise ValueError(
                "The words of this .npz file are saved as Python objects, which could run any code, so "
                "they are never opened: save them as np.array(words, dtype=str)."
            )
        raise ValueError(
            "This .npz file does not contain one array of words and one matrix with as many "
            "vectors: save it with np.savez(file, words=np.array(words), vectors=matrix)."
        )
    text, matrix = pairs[0]
    spare = [a.name for p, a in arrays.items() if p not in (text, matrix)]
    count = next(
        (
            p
            for p, a in arrays.items()
            if a.name.lower() in COUNT_NAMES
            and a.shape == texts[text].shape
            and a.dtype.kind in "iu"
        ),
        None,
    )
    spare = [name for name in spare if count is None or name != arrays[count].name]
    account = file.rows.account
    if len(pairs) > 1:
        account.add(
            "guessed",
            f"Several arrays could be the words or their vectors: “{texts[text].name[:40]}” and "
            f"“{matrices[matrix].name[:40]}” were used.",
        )
    if spare:
        shown = ", ".join(f"“{name[:30]}”" for name in spare[:5])
        account.add(
            "left out", f"Other arrays of the .npz file were left out: {shown}.", len(spare)
        )
    return text, matrix, count, matrices[matrix]


def _read(file: VectorFile) -> None:
    archive, rows = file.archive, file.rows
    assert archive is not None  # as it is one
    text, matrix, count, about = _parts(file)
    n, dim = about.shape
    if n == 0 or dim == 0:
        raise ValueError("The arrays of this .npz file are empty: there is nothing to read.")
    check_dim(dim)
    rows.in_file, rows.dim = n, dim
    counts = None if count is None else _counts(archive, count)
    with _opened(archive, text) as (words, text_file), _opened(archive, matrix) as (_, number_file):
        if words.dtype.itemsize > 4 * _MOST_WORD:
            raise ValueError(
                f"The array “{words.name[:40]}” of this .npz file has room for words of "
                f"{words.dtype.itemsize // (4 if words.dtype.kind == 'U' else 1):,} characters: "
                "leave the long ones out."
            )
        # Column by column, the first rows come last: then all are held.
        columns = _some(number_file, about, n * dim).reshape(dim, n).T if about.by_columns else None
        while rows.met < n and not rows.is_full:
            at, some = rows.met, min(rows.room, n - rows.met)
            raw = [_bytes(word) for word in _some(text_file, words, some).tolist()]
            if columns is None:
                vectors = _some(number_file, about, some * dim).reshape(some, dim)
            else:
                vectors = columns[at : at + some]
            rows.take(raw, vectors, counts=None if counts is None else counts[at : at + some])
            file.tell(rows.met / n)
    if rows.met < n:
        rows.says_more()


def _counts(archive: zipfile.ZipFile, part: str) -> np.ndarray:
    with _opened(archive, part) as (array, file):
        values = _some(file, array, array.shape[0])
    return np.where(values > 2**62, -1, values).astype(np.int64)


def _some(file: IO[bytes], array: _Array, n: int) -> np.ndarray:
    """The next n numbers or words of an array."""
    wanted = n * array.dtype.itemsize
    data = file.read(wanted)
    if len(data) != wanted:
        raise ValueError(f"The array “{array.name[:40]}” of this .npz file was cut off.")
    return np.frombuffer(data, array.dtype) if wanted else np.zeros(n, array.dtype)


def _bytes(word: str | bytes) -> bytes:
    return word if isinstance(word, bytes) else word.encode("utf-8", "surrogatepass")


NUMPY_ARCHIVE = VectorFormat("NumPy arrays (.npz)", _is_one, _read)
