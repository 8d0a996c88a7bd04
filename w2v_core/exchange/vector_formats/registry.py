"""The formats of vectors. A new one is one module and one line here."""

from __future__ import annotations

from w2v_core.exchange.vector_formats.fasttext_model import FASTTEXT_MODEL
from w2v_core.exchange.vector_formats.format import Head, VectorFormat
from w2v_core.exchange.vector_formats.glove_text import GLOVE_TEXT
from w2v_core.exchange.vector_formats.named_columns import NAMED_COLUMNS
from w2v_core.exchange.vector_formats.no_vectors import (
    EMPTY,
    HDF5,
    NUMPY_ARRAY,
    PACKED_TWICE,
    PICKLE,
)
from w2v_core.exchange.vector_formats.numpy_archive import NUMPY_ARCHIVE
from w2v_core.exchange.vector_formats.projector import PROJECTOR
from w2v_core.exchange.vector_formats.word2vec_binary import WORD2VEC_BINARY
from w2v_core.exchange.vector_formats.word2vec_text import WORD2VEC_TEXT

FORMATS: tuple[VectorFormat, ...] = (
    EMPTY,
    PACKED_TWICE,
    PICKLE,
    NUMPY_ARRAY,
    HDF5,
    NUMPY_ARCHIVE,
    PROJECTOR,
    FASTTEXT_MODEL,
    WORD2VEC_TEXT,
    WORD2VEC_BINARY,
    NAMED_COLUMNS,
    GLOVE_TEXT,
)
"""In the order in which a file is held against them: the first that says it is one reads it."""

READ_FORMATS = tuple(format.name for format in FORMATS if not format.refused)
"""The names of those that are read."""


def format_of(head: Head) -> VectorFormat | None:
    """What a file is read as, by its content; None where it is none of the formats."""
    return next((format for format in FORMATS if format.is_one(head)), None)
