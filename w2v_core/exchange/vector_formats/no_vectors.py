"""Files that are sometimes taken for vectors and never read: each with what to do instead."""

from __future__ import annotations

from w2v_core.exchange.vector_formats.format import Head, VectorFormat

_PICKLES = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")


def _begins(*starts: bytes):
    def is_one(head: Head) -> bool:
        return head.data.startswith(starts)

    return is_one


EMPTY = VectorFormat(
    "nothing", lambda head: not head.data and not head.parts, refused="This file is empty."
)
PACKED_TWICE = VectorFormat(
    "gzip within gzip",
    _begins(b"\x1f\x8b"),
    refused="This file is packed with gzip twice: unpack it once.",
)
PICKLE = VectorFormat(
    "Python pickle",
    _begins(*_PICKLES),
    refused="This is a Python pickle, which could run any code, so it is never opened: save the vectors in "
    "word2vec's format (gensim: save_word2vec_format) and import that.",
)
NUMPY_ARRAY = VectorFormat(
    "NumPy array (.npy)",
    _begins(b"\x93NUMPY"),
    refused="This .npy file contains numbers without their words: save both in one file with "
    "np.savez(file, words=np.array(words), vectors=matrix).",
)
HDF5 = VectorFormat(
    "HDF5",
    _begins(b"\x89HDF\r\n\x1a\n"),
    refused="HDF5 files cannot be read: save the vectors in word2vec's format, or as .npz.",
)
