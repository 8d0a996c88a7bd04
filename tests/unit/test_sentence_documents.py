"""Which document a sentence stands in."""

import io

import numpy as np

from w2v_core import Corpus
from w2v_core.text.documents import Source, gather
from w2v_core.text.sentence_documents import documents_of_sentences


def test_every_sentence_is_in_the_document_that_it_was_read_from(tmp_path):
    sources, said = [], []
    for number in range(7):
        path = tmp_path / f"{number}.txt"
        lines = [f"Wörter von Nummer{number} Satz {i}." for i in range(number + 1)]
        path.write_text("\n".join(lines), "utf-8")
        sources.append(Source(path.name, path))
        said += [number] * len(lines)
    out = io.BytesIO()
    documents = gather(sources, out)
    corpus = Corpus.from_text(out.getvalue().decode(), min_count=1)
    found = documents_of_sentences(corpus.sentence_bytes, documents.starts)
    assert found.tolist() == said
    for sentence, document in zip(corpus.sentences(), found.tolist(), strict=True):
        assert f"nummer{document}" in sentence


def test_what_stands_outside_of_documents_goes_with_the_one_before():
    spans = np.array([[0, 5], [10, 15], [20, 30], [31, 40]])
    assert documents_of_sentences(spans, [8, 25]).tolist() == [-1, 0, 0, 1]
