"""word2vec's binary format: a line “words dimensions”, then for each word its letters, a space, its
numbers as little-endian float32, and perhaps a line feed."""

from __future__ import annotations

import numpy as np

from w2v_core.exchange.vector_formats.byte_stream import WORD_BYTES
from w2v_core.exchange.vector_formats.format import Head, VectorFile, VectorFormat
from w2v_core.exchange.vector_formats.word2vec_text import check_header, header, is_text


def _is_one(head: Head) -> bool:
    return header(head) is not None and not is_text(head)


def _read(file: VectorFile) -> None:
    promised = header(file.head)
    assert promised is not None  # as it is one
    n, dim = promised
    file.stream.line()
    check_header(n, dim)
    rows = file.rows
    rows.in_file, rows.dim = n, dim
    ended = False
    while not ended and not rows.is_full:
        words, vectors = [], []
        for _ in range(rows.room):
            found = file.stream.take_until(b" ", WORD_BYTES, after=4 * dim)
            if found is None:
                ended = True
                break
            words.append(found[0].lstrip(b"\n"))
            vectors.append(found[1])
        if words:
            matrix = np.frombuffer(b"".join(vectors), "<f4").reshape(len(words), dim)
            rows.take(words, matrix)
        file.tell(None)
    if file.stream.is_at_end():
        return
    if ended:
        rows.leave_out("cut off")
    else:
        rows.says_more()


WORD2VEC_BINARY = VectorFormat("word2vec binary", _is_one, _read)
