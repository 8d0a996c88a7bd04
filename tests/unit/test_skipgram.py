"""The estimator: it learns, reports, stops, and says what is wrong."""

from itertools import pairwise

import numpy as np
import pytest

from w2v_core import Corpus, SkipGram, count_pairs
from w2v_core.model import bands
from w2v_core.model.initialization import random_start, spectrum
from w2v_core.model.softmax import grouped_loss
from w2v_core.space.evaluation import analogy_accuracy, read_questions
from w2v_core.text.samples import sample_path

TEXT = (
    "Berlin is a city in Germany. Paris is a city in France. Rome is a city in Italy. "
    "Germany and France are countries. Italy and Germany are countries. A potato grows in a field. "
    "A carrot grows in a garden. "
) * 5


@pytest.fixture(scope="module")
def corpus():
    return Corpus.from_text(TEXT)


NEWTON = {}
NOTES = dict(solver="sgd", anchored=False, window="sentence", subsample=0)


@pytest.mark.parametrize("options", [NEWTON, NOTES, dict(anchored=False), dict(solver="sgd")])
def test_training_lowers_the_exact_loss(corpus, options):
    model = SkipGram(**options).fit(corpus)
    N = count_pairs(corpus, model.window, subsample=model.subsample)
    exact = grouped_loss(N, model.V, model.U, model.log_q) / N.sum()
    assert model.loss_curve[-1] == pytest.approx(exact, rel=1e-5)
    assert model.loss_curve[-1] < model.loss_curve[0]
    # What knows only how frequent words are loses more.
    zero = np.zeros_like(model.V)
    m = N.sum(axis=0)
    unigram = grouped_loss(N, zero, zero, np.log((m + 1e-9) / m.sum()).astype(np.float32)) / N.sum()
    assert model.loss_curve[-1] < 0.9 * unigram
    n_words, dim = len(corpus.words), model.chosen["dim"]
    for matrix in (model.V, model.U):
        assert matrix.shape == (n_words, dim) and matrix.dtype == np.float32
    assert model.log_q.dtype == np.float32


@pytest.mark.parametrize("options", [NEWTON, NOTES])
def test_same_seed_same_vectors_bit_for_bit(corpus, options):
    first, second, other = (SkipGram(**options, seed=s).fit(corpus) for s in (3, 3, 4))
    assert first.V.tobytes() == second.V.tobytes() and first.U.tobytes() == second.U.tobytes()
    assert not np.array_equal(first.V, other.V)


def test_newton_never_raises_loss_plus_prior(corpus):
    model = SkipGram(learning_rate=1.5, epochs=60, tolerance=0, prior=3)
    total = count_pairs(corpus).sum()
    objectives = []

    def keep(progress):
        squares = (progress.V**2).sum() + (progress.U**2).sum()
        objectives.append(progress.loss * total + 1.5 * squares)

    model.fit(corpus, keep)
    assert len(objectives) > 10
    assert all(b <= a * (1 + 1e-5) for a, b in pairwise(objectives))


@pytest.mark.parametrize("options", [NEWTON, NOTES])
def test_every_pass_reports_and_the_curve_has_one_more_entry(corpus, options):
    seen = []
    model = SkipGram(epochs=6, tolerance=0, **options).fit(corpus, seen.append)
    assert [p.step for p in seen] == list(range(7))
    assert [p.loss for p in seen] == model.loss_curve.tolist()
    assert all(p.epochs == 6 for p in seen)
    assert [p.seconds for p in seen] == sorted(p.seconds for p in seen)
    assert not model.stopped


@pytest.mark.parametrize("options", [NEWTON, NOTES])
def test_a_callback_stops_the_training_and_keeps_what_there_is(corpus, options):
    kept = {}

    def stop_at_three(progress):
        if progress.step == 3:
            kept.update(V=progress.V.copy(), loss=progress.loss)
            return True
        return False

    model = SkipGram(epochs=9, tolerance=0, **options).fit(corpus, stop_at_three)
    assert model.stopped and len(model.loss_curve) == 4
    np.testing.assert_array_equal(model.V, kept["V"])
    assert model.loss_curve[-1] == kept["loss"]


@pytest.mark.parametrize("options", [NEWTON, NOTES])
def test_a_poll_stops_within_a_pass(corpus, options):
    model = SkipGram(epochs=1000, tolerance=0, **options)
    model.fit(corpus, poll=lambda share: share > 0.01)
    assert model.stopped and 2 <= len(model.loss_curve) < 100
    N = count_pairs(corpus, model.window, subsample=model.subsample)
    exact = grouped_loss(N, model.V, model.U, model.log_q) / N.sum()
    assert model.loss_curve[-1] == pytest.approx(exact, rel=1e-5)


def test_the_spectral_start_is_far_ahead_of_a_random_one(corpus, monkeypatch):
    N = count_pairs(corpus)
    log_q = SkipGram(epochs=1).fit(corpus).log_q
    starts = [spectrum(N, 5, np.random.default_rng(0)).shrunk(1.0)]
    monkeypatch.setattr(bands, "FEWEST_ROWS", 4)
    starts.append(spectrum(N, 5, np.random.default_rng(0)).shrunk(1.0))
    starts.append(random_start(len(corpus.words), 5, 0.1, np.random.default_rng(0)))
    whole, blocks, random = (grouped_loss(N, V, U, log_q) / N.sum() for V, U in starts)
    assert whole == pytest.approx(blocks, rel=1e-4)
    assert whole < random - 0.3
    for V, U in starts:
        assert V.shape == U.shape == (len(corpus.words), 5) and V.dtype == U.dtype == np.float32


def test_a_poll_before_the_first_pass_says_that_nothing_is_kept(corpus):
    with pytest.raises(InterruptedError, match="before its first pass"):
        SkipGram().fit(corpus, poll=lambda share: True)


def test_newton_ends_by_itself_when_the_loss_stands_still(corpus):
    model = SkipGram(epochs=1000, tolerance=1e-3).fit(corpus)
    assert len(model.loss_curve) < 100


@pytest.mark.parametrize("options", [{}, {"solver": "sgd"}, {"anchored": False}])
@pytest.mark.parametrize("from_step", [0, 1, 4])
def test_a_training_continues_as_if_it_had_never_ended(corpus, options, from_step):
    states = {}

    def keep(progress):
        if progress.state is not None:
            states[progress.step] = progress.state()

    options = {"epochs": 8, "tolerance": 0, "held_out": 0.2, **options}
    whole = SkipGram(**options).fit(corpus, keep)
    again = SkipGram(**options).fit(corpus, resume=states[from_step])
    np.testing.assert_allclose(again.V, whole.V, atol=1e-5)
    np.testing.assert_allclose(again.U, whole.U, atol=1e-5)
    np.testing.assert_allclose(again.loss_curve, whole.loss_curve, rtol=1e-6)
    np.testing.assert_allclose(again.held_out_curve, whole.held_out_curve, rtol=1e-6)


def test_a_pass_of_sgd_continues_from_within(corpus):
    options = dict(solver="sgd", epochs=3, batch_size=4, held_out=0.2)
    states = []
    whole = SkipGram(**options).fit(corpus, keep=lambda freeze: states.append(freeze()))
    within = [state for state in states if state["step"] == 1]
    for state in (within[0], within[len(within) // 2], within[-1]):
        assert state["place"] > 0
        again = SkipGram(**options).fit(corpus, resume=state)
        np.testing.assert_array_equal(again.V, whole.V)
        np.testing.assert_array_equal(again.U, whole.U)
        np.testing.assert_array_equal(again.loss_curve, whole.loss_curve)
        np.testing.assert_array_equal(again.held_out_curve, whole.held_out_curve)


def test_held_out_sentences_are_scored_and_not_learned_from(corpus):
    model = SkipGram(held_out=0.3).fit(corpus)
    learned, kept_back = model.count(corpus)
    assert kept_back.sum() > 0
    np.testing.assert_allclose(
        (learned + kept_back).toarray(), count_pairs(corpus).toarray(), rtol=1e-5
    )
    for N, curve in ((learned, model.loss_curve), (kept_back, model.held_out_curve)):
        exact = grouped_loss(N, model.V, model.U, model.log_q) / N.sum()
        assert curve[-1] == pytest.approx(exact, rel=1e-5)
    assert len(model.held_out_curve) == len(model.loss_curve)
    assert len(SkipGram().fit(corpus).held_out_curve) == 0


def test_probabilities_are_the_softmax_of_the_scores(corpus):
    model = SkipGram().fit(corpus)
    p, s = model.probabilities("Berlin"), model.scores("berlin")
    assert p.sum() == pytest.approx(1, abs=1e-5)
    np.testing.assert_allclose(p, np.exp(s) / np.exp(s).sum(), rtol=1e-4)
    expected = model.V[model.words.index("berlin")] @ model.U.T + model.log_q
    np.testing.assert_allclose(s, expected, rtol=1e-5)


def test_the_anchor_is_the_smoothed_unigram_distribution(corpus):
    anchored, plain = SkipGram().fit(corpus), SkipGram(anchored=False).fit(corpus)
    m = count_pairs(corpus).sum(axis=0) + anchored.chosen["smoothing"]
    np.testing.assert_allclose(np.exp(anchored.log_q), m / m.sum(), rtol=1e-5)
    assert not plain.log_q.any()


def test_what_is_left_open_is_chosen_and_said(corpus):
    model = SkipGram().fit(corpus)
    assert {"dim", "epochs", "learning_rate", "prior", "subsample", "min_count"} <= set(
        model.chosen
    )
    assert model.V.shape[1] == model.chosen["dim"]
    given = SkipGram(dim=7, prior=2.0, epochs=3).fit(corpus)
    assert given.V.shape[1] == 7 and not {"dim", "prior", "epochs"} & set(given.chosen)
    assert given.get_params()["dim"] == 7


def test_defaults_work_down_to_a_single_sentence():
    for text in ("Berlin is a city in East Germany", "a b", "one two three. " * 160):
        model = SkipGram().fit(Corpus.from_text(text))
        assert np.isfinite(model.V).all() and np.isfinite(model.loss_curve).all()


def test_vectors_come_as_center_output_or_sum(corpus):
    model = SkipGram().fit(corpus)
    np.testing.assert_array_equal(model.vectors("center").matrix, model.V)
    np.testing.assert_array_equal(model.vectors("output").matrix, model.U)
    np.testing.assert_array_equal(model.vectors("sum").matrix, model.V + model.U)
    with pytest.raises(ValueError, match="which='both'"):
        model.vectors("both")


@pytest.mark.parametrize("seed", range(5))
def test_the_notes_example_solves_its_analogy(seed):
    model = SkipGram(seed=seed).fit(Corpus.from_file(sample_path("notes_example")))
    best = {
        which: model.vectors(which).analogy("germany", "berlin", "france")[0][0]
        for which in ("center", "sum")
    }
    assert best["center"] == "paris", best


@pytest.mark.parametrize("seed", range(5))
def test_the_small_world_solves_its_own_questions(seed):
    world = sample_path("small_world")
    questions = read_questions(world.with_name("small_world_questions.txt"))
    assert len(questions) >= 300
    model = SkipGram(seed=seed).fit(Corpus.from_file(world))
    shares = {}
    for which in ("center", "sum"):
        results = analogy_accuracy(model.vectors(which), questions)
        assert len(results) == len(questions)  # every word of theirs is in the vocabulary
        shares[which] = np.mean([right for *_, right in results])
    assert max(shares.values()) >= 0.95, shares


# Bad input gets a sentence.


@pytest.mark.parametrize("text", ["word", "word word word"])
def test_one_word_is_too_little(text):
    with pytest.raises(ValueError, match="single word"):
        SkipGram().fit(Corpus.from_text(text))


def test_a_text_without_pairs_is_refused():
    with pytest.raises(ValueError, match="no training pairs"):
        SkipGram().fit(Corpus.from_text("one\ntwo\nthree"))


def test_more_dimensions_than_words_are_refused(corpus):
    with pytest.raises(ValueError, match=rf"dim=300 .* only {len(corpus.words)} words"):
        SkipGram(dim=300).fit(corpus)


def test_a_diverging_training_says_so_and_warns_of_nothing_else(recwarn):
    corpus = Corpus.from_text("one two three four five six seven. " * 500)
    with pytest.raises(ValueError, match="diverged .* learning_rate=10"):
        SkipGram(solver="sgd", learning_rate=10.0, batch_size=5000, epochs=50).fit(corpus)
    assert not recwarn.list


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"dim": 0}, "dim=0: give a whole number from 1 to 1,000 or None"),
        ({"window": "all"}, "window='all'"),
        ({"solver": "adam"}, "solver='adam': give 'newton' or 'sgd'"),
        ({"epochs": -1}, "epochs=-1"),
        ({"learning_rate": 0}, "learning_rate=0"),
        ({"prior": float("nan")}, "prior=nan"),
        ({"anchored": 2}, "anchored=2"),
        ({"seed": 1.5}, "seed=1.5"),
        ({"batch_size": 0}, "batch_size=0"),
    ],
)
def test_bad_parameters_name_themselves_and_what_is_allowed(options, message):
    with pytest.raises(ValueError, match=message):
        SkipGram(**options)


def test_an_unknown_word_is_named_with_the_nearest_spellings(corpus):
    model = SkipGram().fit(corpus)
    with pytest.raises(KeyError) as caught:
        model.scores("berlim")
    assert "'berlim'" in str(caught.value) and "'berlin'" in str(caught.value)
