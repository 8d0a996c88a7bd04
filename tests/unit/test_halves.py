"""The halves of a text share no document and no passage, and are about equally long."""

import numpy as np
import pytest

from w2v_core import Corpus
from w2v_core.text.halves import BLOCKS, random_halves, units_of


def corpus_of(lengths):
    """A text of sentences of these many words."""
    lines = [
        " ".join([["one", "two", "three", "four", "five", "six"][i % 6] for i in range(n)])
        for n in lengths
    ]
    return Corpus.from_text("\n".join(lines), min_count=1)


def shares(corpus, halves):
    """The share of the words that is in the first half of each split."""
    lengths = np.diff(corpus.sentence_starts)
    return halves @ lengths / lengths.sum()


@pytest.mark.parametrize("number", [6, 7, 40, 500])
def test_no_document_is_in_both_halves(number):
    rng = np.random.default_rng(number)
    documents = np.repeat(rng.permutation(number) * 7 - 3, 12)  # any numbers, in any order
    corpus = corpus_of(rng.integers(6, 9, len(documents)))
    halves = random_halves(corpus, documents)
    for document in np.unique(documents):
        inside = halves[:, documents == document]
        assert (inside.all(axis=1) | ~inside.any(axis=1)).all()
    assert abs(shares(corpus, halves) - 0.5).max() < 0.1


@pytest.mark.parametrize(
    "sizes",
    [[400, 10, 10, 10], [300, 300], [100, 100, 100], [1000], [5, 900, 90, 5], [200] + [1] * 200],
)
def test_however_long_a_document_is_the_halves_are_about_equal(sizes):
    documents = np.repeat(np.arange(len(sizes)), sizes)
    corpus = corpus_of(np.full(len(documents), 7))
    halves = random_halves(corpus, documents)
    assert halves.shape == (10, len(documents))
    assert abs(shares(corpus, halves) - 0.5).max() < 0.1
    either = np.concatenate([halves, ~halves])
    assert len(np.unique(either, axis=0)) == 20  # ten different splits
    # What is cut is cut into a few long passages, not into sentences.
    assert (np.diff(halves, axis=1) != 0).sum(axis=1).max() <= len(sizes) + 12


def test_without_documents_passages_stay_together():
    corpus = corpus_of(np.random.default_rng(0).integers(3, 30, 900))
    halves = random_halves(corpus)
    assert ((np.diff(halves, axis=1) != 0).sum(axis=1) < BLOCKS).all()
    assert abs(shares(corpus, halves) - 0.5).max() < 0.05


def test_the_seed_decides():
    corpus = corpus_of([6] * 100)
    one, same, other = (random_halves(corpus, seed=seed) for seed in (1, 1, 2))
    assert (one == same).all() and (one != other).any()


@pytest.mark.parametrize("lengths", [[6, 6], [1000, 6], [6, 1000], [6, 1000, 6]])
def test_a_half_is_never_empty(lengths):
    halves = random_halves(corpus_of(lengths), splits=3)
    assert halves.any(axis=1).all() and (~halves).any(axis=1).all()


def test_what_cannot_be_halved_is_said():
    with pytest.raises(ValueError, match="single sentence"):
        random_halves(corpus_of([50]))
    corpus = corpus_of([6, 6, 6])
    for documents in (np.zeros(2, int), np.zeros((3, 1), int), np.zeros(3), np.array(list("abc"))):
        with pytest.raises(ValueError, match="expected 3 whole numbers"):
            random_halves(corpus, documents)


def test_units_are_numbered_from_zero():
    units = units_of(np.full(90, 5), np.repeat([9, -4, 9], 30))
    assert sorted(np.unique(units)) == list(range(units.max() + 1))
