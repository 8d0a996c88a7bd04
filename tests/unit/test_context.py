"""Predictions stand beside what was counted; reasons sum to what they explain."""

import numpy as np
import pytest

from w2v_core import Corpus, SkipGram, count_pairs
from w2v_core.model.unigram import unigram
from w2v_core.space.context import evidence, predict, reasons, whitened
from w2v_core.space.tree import cosines, tree
from w2v_core.text.samples import sample_path


@pytest.fixture(scope="module")
def small_world():
    corpus = Corpus.from_file(sample_path("small_world"))
    N = count_pairs(corpus)
    model = SkipGram().fit(corpus, pairs=N)
    return model, N, unigram(N.sum(axis=0), model.chosen["smoothing"])


def why(world, a, b):
    model, _, q = world
    i, j = (model.vocabulary.index(word) for word in (a, b))
    p = [model.probabilities(word) for word in (a, b)]
    return reasons(model.V[i], model.V[j], *p, q, model.U)


def test_the_unigram_is_the_models_own_anchor(small_world):
    model, _, q = small_world
    assert q.sum() == pytest.approx(1)
    np.testing.assert_allclose(np.log(q), model.log_q, atol=1e-5)


def test_a_prediction_stands_beside_the_corpus_own_frequency(small_world):
    model, N, q = small_world
    row = model.vocabulary.index("berlin")
    counts = N[[row], :].toarray().ravel()
    found = predict(model.probabilities("berlin"), q, counts, 20)
    assert list(found.model) == sorted(found.model, reverse=True)
    np.testing.assert_allclose(found.corpus, counts[found.rows] / counts.sum())
    np.testing.assert_allclose(found.counts, counts[found.rows])
    # A model that learned: nearer to the corpus than the unigram is.
    p = model.probabilities("berlin")
    assert np.abs(p - counts / counts.sum()).sum() < 0.6 * np.abs(q - counts / counts.sum()).sum()


def test_specific_words_are_probable_and_more_so_than_anywhere(small_world):
    model, _, q = small_world
    found = predict(model.probabilities("berlin"), q, None, 8, "specific")
    words = {model.words[row] for row in found.rows}
    assert {"germany", "streets"} <= words and not words & {"the", "and", "a"}
    assert (found.model > 2 * found.unigram).all() and found.corpus is None
    with pytest.raises(ValueError, match="order='rare'"):
        predict(q, q, order="rare")


def test_no_rare_word_wins_by_its_ratio_alone():
    q = np.array([0.5, 0.499999, 1e-6])
    p = np.array([0.6, 0.399995, 5e-6])  # the last is five times as likely as anywhere
    assert predict(p, q, n=1, order="specific").rows.tolist() == [0]


@pytest.mark.parametrize(("a", "b"), [("berlin", "paris"), ("king", "queen"), ("the", "puppy")])
def test_contributions_sum_to_the_cosine(small_world, a, b):
    found = why(small_world, a, b)
    assert found.cosine == pytest.approx(small_world[0].vectors().similarity(a, b), abs=1e-5)
    assert found.contribution.sum() == pytest.approx(found.cosine, abs=1e-6)


def test_whitened_output_vectors_measure_every_direction_alike():
    rng = np.random.default_rng(0)
    U, weight = rng.normal(size=(50, 4)) * [1, 5, 0.1, 2], rng.random(50)
    seen = whitened(U, weight)
    np.testing.assert_allclose(seen.T @ (seen * weight[:, None]), np.eye(4), atol=1e-9)
    flat = whitened(np.c_[U, np.zeros(50)], weight)
    assert np.isfinite(flat).all() and not flat[:, 4].any()


def test_the_reasons_are_words_that_stand_near_both(small_world):
    model, N, _ = small_world
    found = why(small_world, "king", "queen")
    a, b = (model.vocabulary.index(word) for word in ("king", "queen"))
    for order in ("cosine", "shared"):
        strongest = found.strongest(10, order)
        assert "throne" in {model.words[row] for row in found.strongest(20, order)}
        near_both = (N[[a], :].toarray()[0, strongest] > 0) & (
            N[[b], :].toarray()[0, strongest] > 0
        )
        assert near_both.mean() >= 0.8
    shared = found.strongest(50, "shared")
    assert (found.x[shared] * found.y[shared] > 0).all()
    with pytest.raises(ValueError, match="order='size'"):
        found.strongest(5, "size")


def test_reasons_of_a_model_as_in_the_notes_sum_as_well():
    corpus = Corpus.from_file(sample_path("notes_example"))
    N = count_pairs(corpus, window="sentence", subsample=0)
    options = dict(solver="sgd", anchored=False, window="sentence", subsample=0, prior=0.0)
    model = SkipGram(dim=5, epochs=5, **options).fit(corpus, pairs=N)
    found = why((model, N, unigram(N.sum(axis=0))), "berlin", "paris")
    assert found.contribution.sum() == pytest.approx(found.cosine, abs=1e-6)
    assert np.isfinite(found.x).all() and found.weight.sum() == pytest.approx(1, abs=1e-5)


def test_a_tree_joins_what_is_alike_first(small_world):
    space = small_world[0].vectors()
    words = ["berlin", "queen", "paris", "king"]
    alike = cosines(space, words)
    assert alike[0, 2] == pytest.approx(space.similarity("berlin", "paris"), abs=1e-6)
    found = tree(alike)
    side_by_side = [words[i] for i in found.order]
    assert abs(side_by_side.index("berlin") - side_by_side.index("paris")) == 1
    assert abs(side_by_side.index("queen") - side_by_side.index("king")) == 1
    lowest = min(max(corner) for corner in found.height)
    assert lowest == pytest.approx(1 - max(alike[0, 2], alike[1, 3]), abs=1e-6)
    assert min(x for corner in found.across for x in corner) == 0
    with pytest.raises(ValueError, match="at least two"):
        tree(np.ones((1, 1)))


def test_the_evidence_is_what_is_special_to_both_in_their_lines():
    q = np.array([0.4, 0.1, 0.1, 0.1, 0.3])
    counts = np.array([[40.0, 20, 30, 0, 10], [40.0, 20, 0, 30, 10]])
    found = evidence(counts, q)
    # as frequent as anywhere, special to both, to a alone, to b alone, rarer than anywhere
    assert found[1] > 0 and found[[0, 2, 3, 4]] == pytest.approx([0, 0, 0, 0], abs=0.005)
    assert found[1] == pytest.approx(0.2 * np.log(0.2 / 0.1), rel=0.05)
    assert evidence(np.zeros((2, 5)), q).tolist() == [0] * 5


def test_reasons_by_the_lines_of_the_text(small_world):
    model, N, _ = small_world
    q = np.asarray(N.sum(axis=0)).ravel() / N.sum()
    a, b = (model.vocabulary.index(word) for word in ("king", "queen"))
    args = (model.V[a], model.V[b], *map(model.probabilities, ("king", "queen")), q, model.U)
    counts = N[[a, b], :].toarray()
    found = reasons(*args, counts)
    strongest = found.strongest(10, "evidence")
    assert (counts[:, strongest] > 0).all()
    assert "throne" in {model.words[row] for row in strongest}
    np.testing.assert_array_equal(found.contribution, reasons(*args).contribution)
    with pytest.raises(ValueError, match="counts of the text"):
        reasons(*args).strongest(10, "evidence")
