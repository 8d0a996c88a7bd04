"""Arrays that are written part by part, and read from where they lie in the file."""

import numpy as np
import pytest

from w2v_core.storage.files import Damaged, mapped_arrays, read_arrays, write_arrays


class InParts:
    def __init__(self, array, sizes):
        self.shape, self.dtype = array.shape, array.dtype
        self._array, self._sizes = array, sizes

    def parts(self):
        first = 0
        for size in self._sizes:
            yield self._array.ravel()[first : first + size]
            first += size


@pytest.fixture
def file(tmp_path):
    return tmp_path / "arrays.npz"


WHOLE = np.random.default_rng(0).standard_normal((7, 5)).astype(np.float32)


def test_parts_make_the_same_file_as_the_whole(file, tmp_path):
    other = tmp_path / "other.npz"
    write_arrays(file, {"a": InParts(WHOLE, [10, 0, 20, 5]), "b": np.array("text")})
    write_arrays(other, {"a": WHOLE, "b": np.array("text")})
    assert read_arrays(file).keys() == {"a", "b"}
    np.testing.assert_array_equal(read_arrays(file)["a"], WHOLE)
    with np.load(other) as there, np.load(file) as here:
        assert there["a"].tobytes() == here["a"].tobytes() and here["b"] == "text"
    assert file.stat().st_size == other.stat().st_size


def test_arrays_are_read_where_they_lie(file):
    arrays = {
        "a": WHOLE,
        "turned": np.asfortranarray(WHOLE),
        "empty": np.empty((0, 3), np.float32),
        "text": np.array("w\u00f6rd"),
        "number": np.array(3),
    }
    write_arrays(file, arrays)
    found = mapped_arrays(file)
    for name, array in arrays.items():
        np.testing.assert_array_equal(found[name], array)
        assert found[name].dtype == array.dtype and found[name].shape == array.shape
    assert isinstance(found["a"], np.memmap) and not found["a"].flags.writeable
    assert mapped_arrays(file, "a").keys() == {"a"}
    write_arrays(file, {"a": np.zeros(3)})  # another file in its place
    np.testing.assert_array_equal(found["a"], WHOLE)


def test_packed_arrays_are_read_too(file):
    np.savez_compressed(file, a=WHOLE)
    np.testing.assert_array_equal(mapped_arrays(file)["a"], WHOLE)


@pytest.mark.parametrize("place", [-300, 200])
def test_a_damaged_file_is_named(file, place):
    write_arrays(file, {"a": WHOLE})
    data = bytearray(file.read_bytes())
    data[place] ^= 255
    file.write_bytes(bytes(data))
    with pytest.raises(Damaged, match=r"^arrays\.npz is damaged"):
        mapped_arrays(file)
    with pytest.raises(FileNotFoundError):
        mapped_arrays(file.with_name("none.npz"))
