"""Arrays of a stranger's .npz: every header is compared with what it must be before memory is taken."""

from __future__ import annotations

import math
import zipfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from w2v_core.exchange.zip_files import check_entry, open_zip
from w2v_core.storage.limits import max_model_bytes

FLOAT32, FLOAT64, FLOAT16 = np.dtype("<f4"), np.dtype("<f8"), np.dtype("<f2")
INT32, INT64 = np.dtype("<i4"), np.dtype("<i8")


def read_foreign_arrays(
    path: Path,
    wanted: dict[str, tuple[np.dtype, tuple[int | None, ...]]],
    optional: Iterable[str] = (),
) -> dict[str, np.ndarray]:
    """Arrays of a stranger's .npz, each header compared before memory is taken; nothing is unpickled.

    Parameters
    ----------
    path : Path
    wanted : dict of name → (data type, shape)
        None in a shape is any length.
    optional : iterable of str
        Those of them that may be missing.

    Raises
    ------
    ValueError
        with a sentence: which array is not what it must be.
    """
    found = {}
    with open(path, "rb") as file, open_zip(file) as archive:
        for name, (dtype, shape) in wanted.items():
            try:
                info = archive.getinfo(f"{name}.npy")
            except KeyError:
                if name in optional:
                    continue
                raise ValueError(f"This model is damaged: its array {name} is missing.") from None
            check_entry(info, max_model_bytes())
            with archive.open(info) as member:
                found[name] = _array(member, info, name, dtype, shape)
    return found


def _array(member, info: zipfile.ZipInfo, name: str, dtype: np.dtype, shape: tuple) -> np.ndarray:
    wrong = f"This model is damaged: its array {name} is not as it should be"
    try:
        version = np.lib.format.read_magic(member)
        read = {(1, 0): np.lib.format.read_array_header_1_0}.get(
            version, np.lib.format.read_array_header_2_0
        )
        found_shape, by_columns, found_dtype = read(member)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError) as error:
        raise ValueError(f"{wrong}: it has no header that can be read.") from error
    if found_dtype.hasobject:
        raise ValueError(f"{wrong}: it contains pickled objects, which could run any code.")
    if found_dtype != dtype or (by_columns and len(found_shape) > 1):
        raise ValueError(f"{wrong}: its numbers are of the wrong kind.")
    fits = len(found_shape) == len(shape) and all(
        n >= 0 and want in (None, n) for n, want in zip(found_shape, shape, strict=True)
    )
    if not fits:
        raise ValueError(f"{wrong}: its size is {found_shape}.")
    n_bytes = math.prod(found_shape) * dtype.itemsize
    if member.tell() + n_bytes != info.file_size:
        raise ValueError(
            f"{wrong}: its header announces {n_bytes:,} bytes, but the data have a different size."
        )
    data = member.read(n_bytes)
    if len(data) != n_bytes:
        raise ValueError(f"{wrong}: it was cut off.")
    return np.frombuffer(data, dtype).reshape(found_shape)
