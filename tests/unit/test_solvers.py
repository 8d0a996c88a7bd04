"""Two ways to the same vectors: the notes' own steps, and Newton's that never climb."""

import itertools
import math
from itertools import pairwise

import numpy as np
import pytest
import scipy.sparse as sp

from w2v_core import Corpus, SkipGram, count_pairs
from w2v_core.model import exact_pass, solvers
from w2v_core.model.exact_pass import Blocks, stream
from w2v_core.model.initialization import random_start
from w2v_core.model.skipgram import SMALL_START
from w2v_core.model.solvers import pair_list
from w2v_core.parameters import PARAMETERS
from w2v_core.text.samples import sample_path

TINY = Corpus.from_text(
    "Berlin is a city in East Germany. Paris is a city in France. A potato is not a city."
)
NOTES = dict(anchored=False, prior=0, window="sentence", weighting="flat", subsample=0)


# The notes' algorithm.


def the_notes_update(V, U, c, o, alpha):
    """One step for the training pair c → o, as the notes write it: a loop over words, a loop over
    numbers, in Python's own floats. Changes the lists V and U."""
    words, numbers = range(len(V)), range(len(V[0]))
    score = [sum(V[c][k] * U[w][k] for k in numbers) for w in words]
    exps = [math.exp(s) for s in score]
    p = [e / sum(exps) for e in exps]
    error = [p[w] - (1 if w == o else 0) for w in words]  # ŷ − y
    by_v_c = [sum(error[w] * U[w][k] for w in words) for k in numbers]
    by_u = [[error[w] * V[c][k] for k in numbers] for w in words]
    for k in numbers:
        V[c][k] -= alpha * by_v_c[k]
        for w in words:
            U[w][k] -= alpha * by_u[w][k]


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("alpha", [0.05, 0.4])
def test_sgd_is_the_notes_update_pair_by_pair(seed, alpha):
    epochs, dim = 3, 4
    model = SkipGram(
        dim,
        solver="sgd",
        batch_size=1,
        decay=False,
        learning_rate=alpha,
        epochs=epochs,
        seed=seed,
        **NOTES,
    )
    curve = [(p.V.copy(), p.U.copy()) for p in _progress(model, TINY)]

    N = count_pairs(TINY, "sentence", "flat", subsample=0)
    rng = np.random.default_rng(seed)
    V, U = (X.tolist() for X in random_start(len(TINY.words), dim, SMALL_START, rng))
    for epoch in range(epochs):
        _close(curve[epoch], (V, U))
        centers, outputs = pair_list(N, rng)
        assert len(centers) == N.sum() == 7 * 6 + 6 * 5 + 6 * 5
        for c, o in zip(centers.tolist(), outputs.tolist(), strict=True):
            the_notes_update(V, U, c, o, alpha)
    _close((model.V, model.U), (V, U))
    assert np.abs(np.array(V) - curve[0][0]).max() > 0.02  # and they did move


def _progress(model, corpus):
    """What the training reports, each with the vectors as they were then."""
    seen = []

    class Seen:
        def __init__(self, progress):
            self.V, self.U = progress.V.copy(), progress.U.copy()

    model.fit(corpus, lambda progress: seen.append(Seen(progress)))
    return seen


def _close(ours, theirs):
    for mine, plain in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine, np.array(plain), atol=3e-6)


def test_sgd_takes_each_pair_as_often_as_it_is_counted_in_new_orders():
    N, rng = count_pairs(TINY, "sentence", "flat", subsample=0), np.random.default_rng(0)
    first, second = pair_list(N, rng), pair_list(N, rng)
    for c, o in (first, second):
        again = sp.coo_array((np.ones(len(c)), (c, o)), shape=N.shape).toarray()
        np.testing.assert_array_equal(again, N.toarray())
    assert not np.array_equal(first, second)


def test_fractional_counts_are_right_in_expectation():
    N, rng = sp.csr_array(np.array([[0, 2.25], [0.5, 0]], np.float32)), np.random.default_rng(0)
    drawn = [len(pair_list(N, rng)[0]) for _ in range(4000)]
    assert np.mean(drawn) == pytest.approx(2.75, abs=0.05)
    assert set(drawn) == {2, 3, 4}


def test_both_solvers_reach_the_same_loss_of_the_same_model():
    corpus = Corpus.from_file(sample_path("notes_example"))
    newton = SkipGram(4, epochs=300, tolerance=0, **NOTES).fit(corpus)
    sgd = SkipGram(4, solver="sgd", epochs=60, learning_rate=0.1, batch_size=64, **NOTES).fit(
        corpus
    )
    assert sgd.loss_curve[-1] == pytest.approx(newton.loss_curve[-1], rel=0.01)
    # Far below what word frequencies alone would reach.
    m = count_pairs(corpus, "sentence", "flat", subsample=0).sum(axis=0)
    unigram = -float(np.sum(m / m.sum() * np.log(m / m.sum())))
    assert newton.loss_curve[-1] < unigram - 0.15


# Newton's steps.


def one_pair(n_words):
    return sp.csr_array((np.ones(1, np.float32), ([0], [1])), shape=(n_words, n_words))


def heavy():
    """Counts over ten orders of magnitude, and words without any."""
    rng = np.random.default_rng(0)
    N = 10.0 ** rng.uniform(-5, 5, (30, 30)) * (rng.random((30, 30)) < 0.4)
    N[-2:] = N[:, -2:] = 0
    return sp.csr_array(N.astype(np.float32))


HOSTILE = {
    "one pair of two words": (one_pair(2), 1),
    "one pair, more numbers than words": (one_pair(3), 60),
    "counts over ten orders of magnitude": (heavy(), 5),
    "one dimension": (count_pairs(TINY), 1),
    "many dimensions": (count_pairs(TINY), 40),
}


def run_newton(N, dim, spread=0.1, anchored=False, epochs=40, prior=0.0, rate=10.0, **more):
    """V, U and loss + prior as they were at each report."""
    V, U = random_start(N.shape[0], dim, spread, np.random.default_rng(1))
    m = N.sum(axis=0, dtype=np.float64) + 1
    log_q = np.log(m / m.sum()).astype(np.float32) if anchored else None
    objectives, blocks = [], Blocks(N)

    def objective(loss):
        return loss + prior / 2 * (np.sum(V.astype(float) ** 2) + np.sum(U.astype(float) ** 2))

    def report(step, losses, freeze):
        objectives.append(objective(losses.loss))

    more = {"poll": lambda share: False, "tolerance": 0.0, **more}
    with np.errstate(over="ignore", invalid="ignore"):
        solvers.newton(
            blocks,
            V,
            U,
            log_q,
            epochs=epochs,
            learning_rate=rate,
            prior=prior,
            report=report,
            **more,
        )
        # What was said last is true of the vectors as they are left.
        last = objective(stream(blocks, V, U, log_q, gradients=False).loss)
    assert objectives[-1] == pytest.approx(last, rel=1e-6)
    return V, U, objectives


def never_rises(objectives):
    # A score has seven digits in float32, and so have the prior and log Σ exp.
    return all(after <= before * (1 + 3e-6) + 1e-6 for before, after in pairwise(objectives))


@pytest.mark.filterwarnings("ignore:overflow encountered in divide")
@pytest.mark.parametrize("case", HOSTILE)
@pytest.mark.parametrize("anchored", [False, True])
@pytest.mark.parametrize("prior", [0.0, 1e6])
@pytest.mark.parametrize("spread", [0.0, 0.1, 0.4])
def test_newton_never_raises_loss_plus_prior_however_hostile(case, anchored, prior, spread):
    N, dim = HOSTILE[case]
    V, U, objectives = run_newton(N, dim, spread, anchored, prior=prior)
    assert np.isfinite(V).all() and np.isfinite(U).all() and np.isfinite(objectives).all()
    assert never_rises(objectives)
    if spread == 0.1:
        assert objectives[-1] < objectives[0]


def test_newton_stays_finite_where_nothing_is_left_to_learn():
    V, U, objectives = run_newton(one_pair(2), 1, spread=30.0, anchored=True)
    assert np.isfinite(V).all() and np.isfinite(U).all()
    assert objectives[-1] == pytest.approx(0, abs=1e-6)


def test_newton_stopped_at_any_moment_has_not_raised_loss_plus_prior(monkeypatch):
    """A stop may fall into a step that is being tried and would have been shortened."""
    monkeypatch.setattr(exact_pass, "available_cores", lambda: 1)
    N = count_pairs(TINY)
    for moment in range(1, 40):
        calls = itertools.count(1)
        *_, objectives = run_newton(
            N,
            4,
            spread=1.0,
            prior=0.1,
            poll=lambda share: next(calls) == moment,  # noqa: B023
        )
        assert never_rises(objectives), moment


def test_newton_ends_at_the_tolerance_and_at_the_hard_limit():
    N = count_pairs(TINY)
    *_, objectives = run_newton(N, 4, prior=1.0, rate=0.5, epochs=500, tolerance=1e-3)
    # The mean gain of three passes, as a share of what they led to.
    gains = [(a - b) / 3 / b for a, b in zip(objectives, objectives[3:], strict=False)]
    assert gains[-1] < 1e-3 <= min(gains[:-1])
    *_, objectives = run_newton(N, 4, prior=1.0, rate=0.5, epochs=7)
    assert len(objectives) == 8


# Whatever a page allows.

# Each parameter's own extremes; long trainings are cut to what shows a divergence.
LONGEST = {"epochs": 25}


def extremes(name):
    parameter = PARAMETERS[name]
    values = [*parameter.choices]
    if parameter.kind is not None:
        high = min(parameter.high, LONGEST.get(name, math.inf))
        values += [parameter.kind(parameter.low), parameter.kind(high)]
    return values


NAMES = [
    name
    for name, parameter in PARAMETERS.items()
    if parameter.part != "text" and name not in ("solver", "anchored")
]
SINGLES = [{name: value} for name in NAMES for value in extremes(name)]
PAIRS = [
    {**first, **second}
    for first, second in itertools.combinations(SINGLES, 2)
    if first.keys() != second.keys()
]
FEW = Corpus.from_text("one two three four five. three two six. seven one five two", min_count=1)


def test_the_grid_covers_every_parameter_of_the_estimator():
    assert set(SkipGram().get_params()) == {*NAMES, "solver", "anchored"}


@pytest.mark.filterwarnings("ignore:overflow encountered in divide")
@pytest.mark.parametrize("solver", ["newton", "sgd"])
@pytest.mark.parametrize("anchored", [True, False])
def test_any_two_settings_at_their_extremes_give_finite_vectors_or_a_sentence(solver, anchored):
    finished = 0
    for options in [*SINGLES, *PAIRS]:
        try:
            model = SkipGram(**{"solver": solver, "anchored": anchored, "epochs": 5, **options})
            model.fit(FEW)
        except ValueError as error:
            message = str(error)
            assert message.endswith(".") and len(message.split()) > 6, (options, message)
            assert "\n" not in message
            continue
        finished += 1
        assert np.isfinite(model.V).all() and np.isfinite(model.U).all(), options
        assert np.isfinite(model.loss_curve).all() and len(model.loss_curve) > 1, options
        assert np.isfinite(model.held_out_curve).all(), options
        assert model.probabilities("two").sum() == pytest.approx(1, abs=1e-4), options
    assert finished > len(PAIRS) / 2


def test_a_start_that_is_not_finite_is_told_before_any_step():
    N = count_pairs(TINY)
    V, U = np.full((2, N.shape[0], 4), np.nan, np.float32)
    told = []

    def report(step, losses, freeze):
        told.append((step, losses.loss))
        return True

    solvers.newton(
        Blocks(N),
        V,
        U,
        None,
        epochs=5,
        learning_rate=1.0,
        prior=0.0,
        tolerance=0.0,
        report=report,
        poll=lambda share: False,
    )
    assert [step for step, _ in told] == [0] and np.isnan(told[0][1])
