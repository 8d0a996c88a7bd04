"""What is chosen when nobody says, why, and what it will cost."""

import numpy as np
import pytest

from w2v_core import Corpus, SkipGram
from w2v_core.model.defaults import default_held_out, explain
from w2v_core.model.estimate import estimate, pair_weight
from w2v_core.model.unigram import TRIED, choose_smoothing, log_unigram, unigram_loss
from w2v_core.text.samples import sample_path


@pytest.fixture(scope="module")
def small_world():
    return Corpus.from_file(sample_path("small_world"))


def test_few_sentences_are_all_learned_from():
    assert [default_held_out(n) for n in (1, 199, 200, 10**6)] == [0.0, 0.0, 0.05, 0.05]


@pytest.mark.parametrize("solver", ["newton", "sgd"])
def test_every_choice_is_said_and_explained(solver, small_world):
    chosen = {**small_world.chosen, **SkipGram(solver=solver).choose(1400, 4e5)}
    chosen["held_out"] = 0.05
    told = {name: explain(name, value, solver) for name, value in chosen.items()}
    assert told["dim"][0] == "53 dimensions" and "√(2|W|)" in told["dim"][1]
    assert told["min_count"][0] == "words that occur at least 3 times are kept"
    assert told["subsample"][0] == "words above 0.071 % of the text are subsampled"
    assert all(what and why for what, why in told.values())
    assert explain("prior", None, "newton")[0] == "prior by trial"


@pytest.mark.parametrize(
    "options", [{}, {"held_out": 0.3}, {"window": "sentence"}, {"weighting": "flat", "window": 40}]
)
def test_the_pairs_are_foreseen_before_they_are_counted(options, small_world):
    model = SkipGram(**options)
    N, _ = model.count(small_world)
    assert pair_weight(small_world, model) == pytest.approx(float(N.sum()), rel=0.15)
    exact = SkipGram(**options, subsample=0.0)
    N, _ = exact.count(small_world)
    assert pair_weight(small_world, exact) == pytest.approx(float(N.sum()), rel=0.01)


def test_more_dimensions_passes_and_words_are_expected_to_cost_more(small_world):
    def cost(corpus=small_world, **options):
        expected = estimate(corpus, SkipGram(**{"dim": 50, "prior": 10, **options}))
        return np.array([expected.seconds, expected.memory])

    fewer = Corpus.from_file(sample_path("small_world"), max_vocab=300)
    assert (cost(dim=500) > cost()).all() and (cost() > cost(fewer)).all()
    assert cost(epochs=5)[0] < cost()[0] < cost(prior=None)[0] < cost(solver="sgd")[0]
    assert cost(held_out=0.05)[0] > cost()[0]  # counted by themselves


def test_a_model_without_contexts_has_the_loss_of_word_frequencies():
    corpus = Corpus.from_text("a b c d. b a d c. " * 50, min_count=1)
    N, _ = SkipGram().count(corpus)
    assert unigram_loss(N) == pytest.approx(np.log(4), abs=1e-3)  # four words, equally frequent
    model = SkipGram(solver="sgd", epochs=1, learning_rate=1e-6).fit(corpus)
    assert model.loss_curve[0] == pytest.approx(unigram_loss(N), abs=0.02)  # where it starts


def test_the_smoothing_predicts_held_out_sentences(small_world):
    """Near the best that could have been chosen, in a short text and in a long one; and less of it in
    the longer."""
    short = Corpus.from_text(" ".join(small_world.sentence_text(i) for i in range(60)))
    chosen = []
    for corpus in (short, small_world):
        N, held_out = SkipGram(held_out=0.2).count(corpus)
        m, h = N.sum(axis=0), held_out.sum(axis=0) / held_out.sum()
        chosen.append(choose_smoothing(corpus, m))
        losses = {a: -float(h @ log_unigram(m, a)) for a in (*TRIED, chosen[-1])}
        assert losses[chosen[-1]] < min(losses.values()) + 0.05
    assert chosen[0] > 2 * chosen[1]
