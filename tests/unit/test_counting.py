"""Counting beside the model, point for point."""

import math

import numpy as np
import pytest

from w2v_core import Corpus, SkipGram
from w2v_core.lessons.counting import beside_counting, space_of_counts
from w2v_core.model.positive_pmi import pmi_vectors

CORPUS = Corpus.from_text(
    "Berlin is a city in Germany. Paris is a city in France. A potato grows in a field.",
    min_count=1,
)


@pytest.fixture(scope="module")
def trained():
    model = SkipGram(dim=10, window="sentence", subsample=0, prior=0, tolerance=0, epochs=300)
    N = model.count(CORPUS)[0]
    return model.fit(CORPUS, pairs=N), N


def test_the_numbers_are_those_of_the_text_and_of_the_model(trained):
    model, N = trained
    found = beside_counting(model, N, "Berlin")
    counts, p = N.toarray(), model.probabilities("berlin")
    c = model.vocabulary.index("berlin")
    assert set(found.rows) == set(np.flatnonzero(counts[c]))
    for row, counted, said in zip(found.rows, found.counted, found.model, strict=True):
        q = counts[:, row].sum() / counts.sum()
        assert counted == pytest.approx(math.log(counts[c, row] / counts[c].sum() / q), abs=1e-5)
        assert said == pytest.approx(math.log(p[row] / q), abs=1e-4)
    unseen = np.flatnonzero(counts[c] == 0)
    assert found.unseen == len(unseen)
    assert found.unseen_share == pytest.approx(float(p[unseen].sum()), abs=1e-6)


def test_with_enough_numbers_and_no_prior_the_two_agree_better(trained):
    full, N = trained
    few = SkipGram(dim=1, window="sentence", subsample=0, prior=0, tolerance=0, epochs=300)
    few.fit(CORPUS, pairs=N)
    rich, poor = (beside_counting(model, N, "Berlin") for model in (full, few))
    gap = [np.average(abs(b.model - b.counted), weights=b.pairs) for b in (rich, poor)]
    assert gap[0] < gap[1] and rich.r > poor.r and rich.r > 0.9


def test_they_part_first_where_many_pairs_differ_much(trained):
    found = beside_counting(*trained, "city")
    strength = np.sqrt(found.pairs) * abs(found.model - found.counted)
    assert strength[found.parting(3)].tolist() == sorted(strength, reverse=True)[:3]


def test_a_word_without_pairs_is_refused_in_a_sentence(trained):
    model, N = trained
    none = N.copy()
    none.data[:] = 0
    with pytest.raises(ValueError, match="No pairs of 'berlin' were counted"):
        beside_counting(model, none, "berlin")


def test_the_space_of_counts_has_the_models_size(trained):
    model, N = trained
    space = space_of_counts(model, N)
    assert space.words == model.words and "BERLIN" in space
    np.testing.assert_array_equal(space.matrix, pmi_vectors(N, 10)[0])
