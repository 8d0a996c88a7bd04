"""Damaged files of vectors of every format: words and finite vectors, or one sentence, in little memory."""

import gzip
import io
import struct

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.test_vector_formats import ODD, fasttext, npz, rows, vectors_of, written
from w2v_core.exchange import vector_writing
from w2v_core.exchange.vector_reading import read_vectors

QUICK = settings(
    max_examples=15,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
LONG = settings(QUICK, max_examples=500)

WORDS = [word for word in ODD if len(word) < 100]
MATRIX = vectors_of(WORDS, 3)
COUNTS = np.arange(len(WORDS), 0, -1)
FILES = {
    **{
        name: written(write, WORDS, MATRIX, COUNTS)
        for name, (_, _, write) in vector_writing.FORMATS.items()
    },
    "GloVe text": rows("the 1 2 3", "king 2 3 4", "New York 1 0 1", "queen nan 1 2", "x 1 2"),
    "fastText": fasttext(WORDS, MATRIX, vectors_of(range(50), 3), 2, 4, labels=["__label__a"]),
    "NumPy": npz(words=np.array(WORDS), vectors=MATRIX, counts=COUNTS),
    "named columns": b'word;count;a;b\n"x;y";3;1;2\nz;2;0,5;1\nq;1;2;3\n',
}
NUMBERS = [b"\xff" * 4, struct.pack("<i", 2**31 - 1), struct.pack("<q", 2**62), b"999999999", b"\0"]


@st.composite
def damaged(draw, whole):
    """A file with bytes changed, taken out, put in, or cut off; perhaps packed."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        piece = draw(st.one_of(st.sampled_from(NUMBERS), st.binary(max_size=8)))
        data[at : at + draw(st.integers(0, 2 * len(piece)))] = piece
    if draw(st.booleans()):
        del data[draw(st.integers(0, len(data))) :]
    return gzip.compress(bytes(data), 1) if draw(st.booleans()) else bytes(data)


def is_read_or_refused(data, first):
    try:
        found = read_vectors(io.BytesIO(data), first)
    except ValueError as error:
        assert type(error) is ValueError, repr(error)
        said = str(error)
        assert 10 < len(said) < 600 and said.endswith((".", "'")) and "\n" not in said, said
        return
    assert len(set(found.words)) == len(found.words) == len(found.matrix) >= 2
    assert np.isfinite(found.matrix).all() and found.matrix.nbytes < 10_000_000
    assert len(found.counts) == len(found.words) and (found.counts >= 0).all()
    assert first is None or len(found.words) <= first
    assert all(word and word == word.encode().decode() for word in found.words)


FIRST = st.sampled_from([None, None, 2, 5])


@pytest.mark.parametrize("name", FILES)
@QUICK
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused(name, data):
    is_read_or_refused(data.draw(damaged(FILES[name])), data.draw(FIRST))


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
@LONG
@given(data=st.data())
def test_five_hundred_damaged_files_are_read_or_refused(name, data):
    is_read_or_refused(data.draw(damaged(FILES[name])), data.draw(FIRST))


@pytest.mark.parametrize("name", ["NumPy", "Embedding Projector"])
def test_a_name_that_is_no_text_before_the_data_is_damage(name):
    """Inside a zip file every name stands twice, and the one before the data may be damaged alone."""
    data = bytearray(FILES[name])
    extent = int.from_bytes(data[26:28], "little")
    data[6:8] = (int.from_bytes(data[6:8], "little") | 0x800).to_bytes(2, "little")
    data[30 : 30 + extent] = b"\xff" * extent
    with pytest.raises(ValueError, match="damaged") as told:
        read_vectors(io.BytesIO(bytes(data)))
    assert type(told.value) is ValueError


def test_a_long_name_before_the_data_is_not_repeated():
    data = bytearray(FILES["NumPy"])
    data[26:28] = (4000).to_bytes(2, "little")
    data[30:30] = b"n" * 4000
    with pytest.raises(ValueError, match="damaged") as told:
        read_vectors(io.BytesIO(bytes(data)))
    assert len(str(told.value)) < 600
