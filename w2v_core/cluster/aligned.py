"""Arrays where NumPy would have put them.

What a worker gets from another one lies anywhere in memory, even between two numbers. NumPy and BLAS add up
such arrays in another order than their own, so that the last digits would depend on which worker made what.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import scipy.sparse as sp

_BYTES = 16  # as malloc aligns what it gives


def aligned(value: Any) -> Any:
    """The same array, sparse matrix, dataclass or tuple of these, with copies in place of arrays that are
    not aligned. Lists stay as they are: their arrays are stacked, or added number by number."""
    if isinstance(value, np.ndarray):
        return value.copy(order="K") if value.ctypes.data % _BYTES else value
    if isinstance(value, tuple):
        each = tuple(map(aligned, value))
        return value if all(a is b for a, b in zip(value, each, strict=True)) else each
    if isinstance(value, sp.csr_array):
        arrays = (value.data, value.indices, value.indptr)
        found = aligned(arrays)
        return value if found is arrays else sp.csr_array(found, shape=value.shape)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: getattr(value, f.name) for f in dataclasses.fields(value) if f.init}
        changed = {name: found for name, v in fields.items() if (found := aligned(v)) is not v}
        return dataclasses.replace(value, **changed) if changed else value
    return value
