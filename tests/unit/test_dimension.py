"""The dimension of small vocabularies: found by trial, kept, and good enough to answer questions."""

import numpy as np
import pytest
from little_worlds_text import little_world

from w2v_core import Corpus, SkipGram, load_model, save_model
from w2v_core.model.defaults import explain
from w2v_core.model.dimension import Trials, _strongest_clear, dimensions_tried
from w2v_core.model.estimate import estimate
from w2v_core.space.closing import closing, closing_by_chance
from w2v_core.space.evaluation import analogy_accuracy

SIDE_BY_SIDE, OF_ITS_OWN = 15, 1  # worlds in which a pair has only its two names in common, and not


def world(seed):
    found = little_world(seed)
    return Corpus.from_text(found.text), found.questions


@pytest.fixture(scope="module")
def trained():
    return {seed: SkipGram().fit(world(seed)[0]) for seed in (SIDE_BY_SIDE, OF_ITS_OWN)}


def right(model, which, questions):
    return np.mean([right for *_, right in analogy_accuracy(model.vectors(which), questions)])


@pytest.mark.parametrize(("seed", "which"), [(SIDE_BY_SIDE, "sum"), (OF_ITS_OWN, "center")])
def test_a_little_world_answers_its_questions_by_the_vectors_recommended(trained, seed, which):
    model, (_, questions) = trained[seed], world(seed)
    assert model.recommended == which
    assert right(model, which, questions) >= 0.95


def test_the_rule_for_large_vocabularies_would_be_too_small(trained):
    corpus, questions = world(SIDE_BY_SIDE)
    by_rule = SkipGram().choose(len(corpus.words), 1.0)["dim"]
    assert by_rule < trained[SIDE_BY_SIDE].V.shape[1]
    small = SkipGram(dim=by_rule).fit(corpus)
    assert small.trials is None and small.recommended == "center"
    assert max(right(small, which, questions) for which in ("center", "sum")) < 0.5


def test_what_was_tried_is_told(trained):
    model = trained[SIDE_BY_SIDE]
    tried = model.trials
    assert [dim for dim, _ in tried.dims] == dimensions_tried(len(model.words))
    assert model.chosen["dim"] == model.V.shape[1] in dict(tried.dims)
    assert model.chosen["prior"] in dict(tried.priors)
    assert min(loss for _, loss in tried.dims) < tried.unigram_loss - 0.1


def test_the_choice_repeats_and_is_kept_with_the_model(trained, tmp_path):
    model = trained[SIDE_BY_SIDE]
    again = SkipGram().fit(world(SIDE_BY_SIDE)[0])
    assert again.trials == model.trials and (again.V == model.V).all()
    assert load_model(save_model(model, tmp_path)).trials == model.trials


def test_what_cannot_be_what_was_tried_is_refused(trained):
    good = trained[SIDE_BY_SIDE].trials.as_json()
    for bad in ({"dims": [[1]]}, {"unigram_loss": float("nan")}, {"closing": {}}, {"priors": 3}):
        with pytest.raises((ValueError, TypeError, KeyError)):
            Trials.from_json({**good, **bad})


def test_no_dimension_is_tried_where_it_is_given_or_the_text_is_large_or_says_nothing():
    corpus, _ = world(SIDE_BY_SIDE)
    assert SkipGram().tries_dimensions(corpus)
    assert not SkipGram(dim=7).tries_dimensions(corpus)
    assert not SkipGram(solver="sgd").tries_dimensions(corpus)
    assert not SkipGram().tries_dimensions(Corpus.from_text(little_world(0).text * 7))
    dice = np.random.default_rng(0)
    words = [f"w{i}" for i in range(40)]
    noise = "\n".join(" ".join(dice.choice(words, 6)) for _ in range(100))
    model = SkipGram().fit(Corpus.from_text(noise))
    assert model.trials is None and model.chosen["dim"] == round(np.sqrt(2 * 40))


@pytest.mark.parametrize(
    ("center", "both", "which"),
    [
        (0.3, 0.35, "center"),
        (0.2, 0.32, "center"),
        (0.3, 0.52, "sum"),
        (0.18, 0.2, "sum"),
        (0.1, 0.12, "sum"),
        (0.12, 0.1, "center"),
    ],
)
def test_v_is_recommended_where_it_is_clear_by_itself(center, both, which):
    tried = Trials([(9, 4.0)], [(1.0, 4.0)], 5.0, {"center": center, "sum": both}, 0.12)
    assert tried.vectors == which


def test_a_stronger_prior_whose_parallelograms_are_about_as_clear_is_taken():
    def chosen(*margins):
        priors = (8.0, 4.0, 2.0, 1.0)
        tried = zip(priors, margins, strict=True)
        return _strongest_clear({λ: {"center": v, "sum": s} for λ, (v, s) in tried}, 0.12)

    assert chosen((0.0, 0.2), (0.0, 0.31), (0.0, 0.36), (0.0, 0.4)) == 4.0
    assert chosen((0.15, 0.13), (0.1, 0.16), (0.1, 0.17), (0.1, 0.15)) == 4.0  # V + U, not V
    assert chosen((0.24, 0.1), (0.3, 0.2), (0.2, 0.55), (0.1, 0.4)) == 2.0
    assert chosen((0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (0.0, 0.0)) == 8.0


def test_no_larger_dimension_is_tried_than_is_allowed():
    assert dimensions_tried(72) == [12, 48] and dimensions_tried(30) == [8, 29]
    assert dimensions_tried(72, 20) == [12, 20] and dimensions_tried(72, 9) == [9]
    model = SkipGram().fit(world(SIDE_BY_SIDE)[0], most_dim=9)
    assert model.V.shape[1] <= 9


def test_trials_are_expected_to_take_their_time_and_are_announced():
    corpus, _ = world(SIDE_BY_SIDE)
    expected, without = (estimate(corpus, SkipGram(dim=dim)) for dim in (None, 30))
    assert expected.seconds > without.seconds and expected.memory >= without.memory
    assert explain("dim", None, "newton")[0] == "dimensions by trial"


def test_parallelograms_close_more_clearly_than_scattered_words():
    dice = np.random.default_rng(0)
    start, offset = dice.normal(size=(12, 30)), 1.5 * dice.normal(size=30)
    grid = np.vstack((start, start + offset))
    assert closing(grid) > 0.15 > closing(dice.normal(size=(24, 30)))
    assert closing(grid[:4]) == 0.0


def test_few_words_close_more_clearly_by_chance_than_many():
    assert closing_by_chance(29, 28) > 1.3 * closing_by_chance(198, 80) > 0
    assert closing_by_chance(29, 28) == closing_by_chance(29, 28)


def test_trials_saved_without_chance_are_read(trained):
    before = trained[SIDE_BY_SIDE].trials.as_json()
    del before["chance"]
    assert Trials.from_json(before).vectors == "sum"
