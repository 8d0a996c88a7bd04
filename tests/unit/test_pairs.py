"""Training pairs and their weights."""

import numpy as np
import pytest

from w2v_core import Corpus, count_pairs
from w2v_core.text import pairs as pairs_module
from w2v_core.text.pairs import keep_probability, sentence_pairs

NOTES = "Berlin is a city in East Germany"
TEXT = "a b a c d. b b a\n d c b a a c e f g a b. e. f g"


def by_hand(corpus, window, weighting, sentence_weights=None):
    """The definition, pair by pair."""
    N = np.zeros((len(corpus.words), len(corpus.words)))
    for number, sentence in enumerate(corpus.sentences()):
        times = 1 if sentence_weights is None else sentence_weights[number]
        for i, c in enumerate(sentence):
            for j, o in enumerate(sentence):
                distance = abs(i - j)
                if distance == 0 or (window != "sentence" and distance > window):
                    continue
                linear = weighting == "linear" and window != "sentence"
                weight = (window - distance + 1) / window if linear else 1
                N[corpus.vocabulary.index(c), corpus.vocabulary.index(o)] += times * weight
    return N


def test_the_notes_six_pairs():
    corpus = Corpus.from_text(NOTES)
    N = count_pairs(corpus, window="sentence")
    row = N[[corpus.vocabulary.index("city")]].toarray()[0]
    assert {corpus.words[i] for i in np.flatnonzero(row)} == {
        "berlin",
        "is",
        "a",
        "in",
        "east",
        "germany",
    }
    assert row.sum() == 6
    outputs = [o for _, o in sentence_pairs(NOTES.split(), "sentence", center=3)]
    assert outputs == ["Berlin", "is", "a", "in", "East", "Germany"]


@pytest.mark.parametrize("weighting", ["linear", "flat"])
@pytest.mark.parametrize("window", [1, 2, 5, 50, "sentence"])
@pytest.mark.parametrize("chunk", [1, 3, 1 << 19])
def test_counts_are_the_definition_in_any_chunks(window, weighting, chunk, monkeypatch):
    monkeypatch.setattr(pairs_module, "CHUNK", chunk)
    corpus = Corpus.from_text(TEXT, min_count=1)
    N = count_pairs(corpus, window, weighting, subsample=0)
    assert N.dtype == np.float32 and N.has_canonical_format
    np.testing.assert_allclose(N.toarray(), by_hand(corpus, window, weighting), rtol=1e-6)


@pytest.mark.parametrize("window", [2, "sentence"])
def test_sentences_can_be_weighted(window):
    corpus = Corpus.from_text(TEXT, min_count=1)
    weights = np.array([2.0, 0.0, 1.0, 3.0, 1.5])
    N = count_pairs(corpus, window, subsample=0, sentence_weights=weights)
    np.testing.assert_allclose(N.toarray(), by_hand(corpus, window, "linear", weights), rtol=1e-6)


@pytest.mark.parametrize("cells", [0, 3, 10, 1 << 26])
@pytest.mark.parametrize("weighted", [False, True])
def test_rare_words_are_counted_like_frequent_ones(cells, weighted, monkeypatch):
    monkeypatch.setattr(pairs_module, "CELLS", cells)
    monkeypatch.setattr(pairs_module, "_RARE", 5)
    corpus = Corpus.from_text(TEXT, min_count=1)
    weights = np.array([2.0, 0.0, 1.0, 3.0, 1.5]) if weighted else None
    N = count_pairs(corpus, 3, subsample=0, sentence_weights=weights)
    np.testing.assert_allclose(N.toarray(), by_hand(corpus, 3, "linear", weights), rtol=1e-6)
    assert N.has_canonical_format and (N.data > 0).all()


@pytest.mark.parametrize("top", [10, 1 << 61])
def test_weights_are_summed_by_entry_whatever_their_size(top):
    parts = [(np.array([top, 3, top]), np.array([1, 2, 4])), (np.array([3, 5]), np.array([8, 16]))]
    entries, sums = pairs_module._summed(parts)
    assert entries.tolist() == [3, 5, top] and sums.tolist() == [10, 16, 5]


def test_pairs_never_cross_a_sentence():
    N = count_pairs(Corpus.from_text("a b. c d"), window=5, subsample=0)
    assert N.nnz == 4


def test_subsampling_is_taken_in_expectation():
    corpus = Corpus.from_text("the cat the dog the cow the hen")
    plain, thinned = (count_pairs(corpus, subsample=t).toarray() for t in (0, 0.05))
    keep = keep_probability(corpus, 0.05)
    frequency = corpus.counts / corpus.n_tokens
    np.testing.assert_allclose(keep, np.minimum(1, np.sqrt(0.05 / frequency) + 0.05 / frequency))
    np.testing.assert_allclose(thinned, plain * np.outer(keep, keep), rtol=1e-6)


def test_a_very_long_sentence_counts_whole_without_its_square_in_memory():
    corpus = Corpus.from_text("one two three four " * 50_000)
    N = count_pairs(corpus, window="sentence", subsample=0).toarray()
    assert N[0, 1] == 50_000**2 and N[0, 0] == pytest.approx(50_000 * 49_999)


def test_counting_can_be_stopped():
    with pytest.raises(InterruptedError):
        count_pairs(Corpus.from_text(TEXT), callback=lambda share: True)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"window": 0}, "window=0: give a whole number from 1 to 1,000 or 'sentence'"),
        ({"window": "line"}, "window='line'"),
        ({"weighting": "square"}, "weighting='square': give 'linear', 'flat' or None"),
        ({"subsample": -1}, "subsample=-1"),
        ({"sentence_weights": [1, 2]}, "sentence_weights: expected 5 numbers"),
    ],
)
def test_bad_parameters_name_themselves(options, message):
    with pytest.raises(ValueError, match=message):
        count_pairs(Corpus.from_text(TEXT), **options)


@pytest.mark.parametrize("window", [3, "sentence"])
@pytest.mark.parametrize("weighting", ["linear", "flat"])
def test_sentences_that_are_left_out_are_those_that_count_nothing(window, weighting):
    corpus = Corpus.from_text(TEXT, min_count=1)
    chosen = np.arange(corpus.n_sentences) % 3 > 0
    found = count_pairs(corpus, window, weighting, sentence_weights=chosen)
    expected = count_pairs(corpus, window, weighting, sentence_weights=chosen.astype(float))
    for name in ("data", "indices", "indptr"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))
