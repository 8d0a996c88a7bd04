"""An array that grows at its end, and lives in a temporary file once it is large.

What a text leaves behind (token ids, places of sentences) grows with the text; kept so, the memory
it takes does not.
"""

from __future__ import annotations

import mmap
import tempfile

import numpy as np

from w2v_core.text.budget import Counted

LIMIT = 1 << 24
"""Bytes that are held in memory before the file is begun."""


class Spool:
    """Rows of numbers, collected piece by piece.

    Parameters
    ----------
    dtype : numpy data type
    width : int
        Numbers in a row; 0 for plain numbers, giving a one-dimensional array.
    """

    def __init__(self, dtype: type, width: int = 0):
        self._dtype = np.dtype(dtype)
        self._shape = (-1, width) if width else (-1,)
        self._pieces: list[np.ndarray] = []
        self._held = 0
        self._file: Counted | None = None

    def append(self, piece: np.ndarray) -> None:
        piece = np.ascontiguousarray(piece, self._dtype)
        self._pieces.append(piece)
        self._held += piece.nbytes
        if self._held > LIMIT:
            if self._file is None:
                self._file = Counted(tempfile.TemporaryFile(prefix="w2v-spool-"), aside=True)  # noqa: SIM115
            self._write(self._file)

    def _write(self, file: Counted) -> None:
        for piece in self._pieces:
            file.write(piece.data)
        self._pieces, self._held = [], 0

    def array(self) -> np.ndarray:
        """All rows: in memory, or mapped from the file, read-only; it goes when the array goes."""
        if self._file is None:
            pieces = [piece.reshape(self._shape) for piece in self._pieces]
            return np.concatenate(pieces or [np.zeros(0, self._dtype).reshape(self._shape)])
        self._write(self._file)
        self._file.flush()
        mapped = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
        return np.frombuffer(mapped, self._dtype).reshape(self._shape)


def release(array: np.ndarray) -> None:
    """Give back the memory in which a mapped array's file was read; it is read again when needed.

    Nothing happens to arrays that live in memory, or where the system cannot do it.
    """
    base: object = array
    while isinstance(base, (np.ndarray, memoryview)):
        base = base.obj if isinstance(base, memoryview) else base.base
    if isinstance(base, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        base.madvise(mmap.MADV_DONTNEED)
