"""What stands around a line, and the document it comes from."""

import numpy as np
import pytest

from w2v_core import Corpus
from w2v_core.text.document_labels import date_column, document_labels
from w2v_core.text.document_list import FILE, FOLDER, Documents
from w2v_core.text.surroundings import CHARACTERS, SENTENCES, surroundings

TEXT = "".join(f"The line n{i} is here.\n" for i in range(12))


def places(parts):
    """Where each of these pieces of a text begins and ends, in bytes."""
    ends = np.cumsum([len(part.encode()) for part in parts])
    return (ends - [len(part.encode()) for part in parts]).tolist(), ends.tolist()


def test_the_lines_before_and_after_are_those_of_the_text():
    corpus = Corpus.from_text(TEXT, min_count=1)
    first, middle = surroundings(corpus, [0, 6])
    assert first[0] == "" and first[1].startswith("The line n1 is here. The line n2")
    assert middle[0] == " ".join(f"The line n{i} is here." for i in range(6 - SENTENCES, 6))
    assert middle[1] == " ".join(f"The line n{i} is here." for i in range(7, 7 + SENTENCES))
    assert surroundings(corpus, []) == []


def test_sentences_without_a_known_word_are_read_as_well():
    text = "The king sat down.\nXyzzy!\nThe king got up.\nThe king sat.\n"
    corpus = Corpus.from_text(text, min_count=2)
    assert surroundings(corpus, [0])[0][1].startswith("Xyzzy! The king got up.")


def test_nothing_of_another_document_is_shown():
    parts = ["Käse one. Käse two.\n\n", "Öl three. Öl four.\n\n", "Öl five."]
    corpus = Corpus.from_text("".join(parts), min_count=1)
    starts, ends = places(parts)
    found = surroundings(corpus, range(5), starts, ends)
    assert found == [
        *(("", "Käse two."), ("Käse one.", "")),
        *(("", "Öl four."), ("Öl three.", "")),
        ("", ""),
    ]
    # What stands before the first document keeps out of it.
    assert surroundings(corpus, [0], starts[1:], ends[1:]) == [("", "Käse two.")]


@pytest.mark.parametrize("word", ["long", "länger", "長い", "x" * 900])
def test_long_surroundings_are_cut_between_words(word):
    around = " ".join([word] * 900)
    text = f"{around} end. The king sat. {around} end."
    corpus = Corpus.from_text(text, min_count=1, max_vocab=None)
    number = next(i for i in range(corpus.n_sentences) if "king" in corpus.sentence(i))
    before, after = surroundings(corpus, [number])[0]
    for side in (before, after):
        assert 0 < len(side) <= CHARACTERS + 2
    assert before.startswith("… ") and before.endswith("end.")
    assert after.endswith(" …") and "\ufffd" not in before + after
    if len(word) < 20:
        assert set(before.split()) == {"…", word, "end."} and set(after.split()) == {"…", word}


def documents(**columns):
    n = len(next(iter(columns.values())))
    whole = {FILE: ["a.csv"] * n, FOLDER: [""] * n, **columns}
    return Documents([f"row {i}" for i in range(n)], [0] * n, [0] * n, whole)


def test_a_document_is_named_with_its_date_first():
    found = documents(title=["A", "B"], author=["x", "y"], Year=["1850", "1850"])
    assert date_column(found) == "Year"
    assert document_labels(found) == ["1850 · A · row 0", "1850 · B · row 1"]
    assert date_column(documents(title=["A", "B"], printed=["1850-03-01", "1851"])) == "printed"
    plain = documents(title=["A", ""], language=["en", "en"], pages=["12", "x"])
    assert date_column(plain) is None
    assert document_labels(plain) == ["A · 12 · row 0", "x · row 1"]
