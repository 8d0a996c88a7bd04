"""GloVe's text format: word2vec's without its header. Whatever is none of the other formats is held
against this one."""

from __future__ import annotations

from w2v_core.exchange.vector_formats.format import Head, VectorFile, VectorFormat
from w2v_core.exchange.vector_formats.text_rows import is_number, layout_of, read_text_rows

NOTHING = (
    "This file contains no word vectors: use a model saved here (.zip), or vectors in a format "
    "that can be read, such as word2vec's, GloVe's or fastText's."
)


def _is_one(head: Head) -> bool:
    return not head.parts


def _read(file: VectorFile) -> None:
    lines = file.head.lines
    layout = layout_of(lines)
    if layout is None:
        raise ValueError(NOTHING)
    starts = [line.split(layout.sign, 1)[0] for line in lines if line.strip()]
    if len(starts) > 2 and all(b"." in start and is_number(start) for start in starts):
        raise ValueError(
            "This file contains numbers without their words: put it into one .zip file with the "
            "table of its words, as the Embedding Projector's vectors.tsv and metadata.tsv."
        )
    read_text_rows(file, layout)


GLOVE_TEXT = VectorFormat("GloVe text", _is_one, _read)
