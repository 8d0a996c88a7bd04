"""How the distance of words counts when nobody says: by how long the sentences of a short text are."""

import numpy as np
import pytest
from little_worlds_text import little_world

from w2v_core import Corpus, SkipGram, count_pairs
from w2v_core.model.count_vectors import CountVectors
from w2v_core.model.defaults import explain
from w2v_core.text.small_vocabulary import default_weighting, has_small_vocabulary

TEXT = little_world(3).text  # sentences of at most six words
LINES = TEXT.replace(".", "").splitlines()
JOINED = "".join(" ".join(LINES[i : i + 4]) + ".\n" for i in range(0, len(LINES), 4))


@pytest.mark.parametrize(
    ("text", "window", "weighting"),
    [
        (TEXT, 5, "flat"),
        (TEXT, 3, "linear"),
        (JOINED, 5, "linear"),
        (JOINED, 30, "flat"),
        (JOINED, "sentence", "flat"),
        (TEXT * 40, 5, "linear"),
        ("a b c.\n" * 20, 5, "linear"),
    ],
)
def test_all_words_of_a_short_sentence_count_the_same(text, window, weighting):
    assert default_weighting(Corpus.from_text(text), window) == weighting


def test_the_longest_text_of_a_small_vocabulary_is_bounded():
    assert has_small_vocabulary(Corpus.from_text(TEXT))
    assert not has_small_vocabulary(Corpus.from_text(TEXT * 40))


@pytest.mark.parametrize("text", [TEXT, JOINED])
def test_what_nobody_says_is_counted_as_it_is_reported(text):
    corpus = Corpus.from_text(text)
    model = SkipGram(dim=4, prior=1.0).fit(corpus)
    said = model.chosen["weighting"]
    assert said == CountVectors(dim=4).fit(corpus).chosen["weighting"]
    told = count_pairs(corpus, 5, said)
    for N in (count_pairs(corpus), model.count(corpus)[0]):
        np.testing.assert_array_equal(N.toarray(), told.toarray())
    again = SkipGram(dim=4, prior=1.0, weighting=said).fit(corpus)
    assert "weighting" not in again.chosen and (again.V == model.V).all()


def test_the_weighting_is_explained():
    said = [explain("weighting", value, "newton") for value in ("flat", "linear")]
    assert said[0][0] != said[1][0] and said[0][1] == said[1][1]
