"""The notes' equations, against finite differences and against each other."""

import numpy as np
import pytest
import scipy.sparse as sp

from w2v_core import Corpus, count_pairs
from w2v_core.model.softmax import (
    batch_gradients,
    cross_entropy,
    grouped_gradients,
    grouped_loss,
    pair_gradients,
    scores,
    softmax,
)

CORPUS = Corpus.from_text(
    "Berlin is a city in East Germany. Paris is a city in France. Berlin is the capital of Germany. "
    "Paris is the capital of France. A potato is not a city."
)


@pytest.fixture(params=[False, True], ids=["notes", "anchored"])
def model(request):
    rng = np.random.default_rng(0)
    n_words, dim = len(CORPUS.words), 4
    V, U = rng.normal(size=(2, n_words, dim))
    log_q = np.log(softmax(rng.normal(size=n_words))) if request.param else None
    return V, U, log_q


def pair_loss(V, U, c, o, log_q):
    return cross_entropy(scores(V[c], U, log_q), o)


def central_differences(f, x, step=1e-6):
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        there = x[index]
        x[index] = there + step
        above = f()
        x[index] = there - step
        gradient[index] = (above - f()) / (2 * step)
        x[index] = there
    return gradient


def relative_error(a, b):
    return np.linalg.norm(a - b) / np.linalg.norm(b)


@pytest.mark.parametrize(("c", "o"), [(0, 3), (5, 5), (7, 1)])
def test_pair_gradients_match_central_differences(model, c, o):
    V, U, log_q = model
    loss, grad_v_c, grad_U = pair_gradients(V, U, c, o, log_q)
    assert loss == pytest.approx(-np.log(softmax(scores(V[c], U, log_q))[o]))
    by_V = central_differences(lambda: pair_loss(V, U, c, o, log_q), V)
    by_U = central_differences(lambda: pair_loss(V, U, c, o, log_q), U)
    assert relative_error(grad_v_c, by_V[c]) < 1e-6
    assert relative_error(grad_U, by_U) < 1e-6
    assert not np.delete(by_V, c, axis=0).any()  # only the center word's own vector is moved


def test_pair_gradients_are_the_notes_elementwise_forms(model):
    V, U, log_q = model
    c, o = 2, 6
    p = softmax(scores(V[c], U, log_q))
    _, grad_v_c, grad_U = pair_gradients(V, U, c, o, log_q)
    others = [w for w in range(len(U)) if w != o]
    np.testing.assert_allclose(grad_v_c, sum(p[w] * U[w] for w in others) + (p[o] - 1) * U[o])
    np.testing.assert_allclose(grad_U[o], (p[o] - 1) * V[c])
    np.testing.assert_allclose(grad_U[others], np.outer(p[others], V[c]))


@pytest.mark.parametrize("block", [1, 4, 512])
@pytest.mark.parametrize("window", [2, "sentence"])
def test_grouped_gradients_are_the_sums_of_the_pairs_own(model, block, window):
    V, U, log_q = model
    N = count_pairs(CORPUS, window, weighting="flat", subsample=0).astype(np.float64)
    total, sum_V, sum_U = 0.0, np.zeros_like(V), np.zeros_like(U)
    for c, o in zip(*N.nonzero(), strict=True):
        for _ in range(round(N[c, o])):  # every pair of the text
            loss, grad_v_c, grad_U = pair_gradients(V, U, c, o, log_q)
            total += loss
            sum_V[c] += grad_v_c
            sum_U += grad_U
    loss, grouped_V, grouped_U = grouped_gradients(N, V, U, log_q, block)
    assert loss == pytest.approx(total, rel=1e-12)
    assert grouped_loss(N, V, U, log_q, block) == pytest.approx(total, rel=1e-12)
    np.testing.assert_allclose(grouped_V, sum_V, atol=1e-10)
    np.testing.assert_allclose(grouped_U, sum_U, atol=1e-10)


def test_a_minibatch_sums_its_pairs(model):
    V, U, log_q = model
    c, o = np.array([0, 3, 3, 7]), np.array([3, 1, 1, 0])
    grad_v, grad_U = batch_gradients(V, U, c, o, log_q)
    pairs = [pair_gradients(V, U, a, b, log_q) for a, b in zip(c, o, strict=True)]
    np.testing.assert_allclose(grad_v, [g for _, g, _ in pairs])
    np.testing.assert_allclose(grad_U, sum(g for _, _, g in pairs))


def test_probabilities_sum_to_one_and_are_positive(model):
    V, U, log_q = model
    P = softmax(scores(V, U, log_q))
    np.testing.assert_allclose(P.sum(axis=1), 1)
    assert (P > 0).all()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_scores_of_a_thousand_neither_overflow_nor_warn(dtype):
    s = np.array([1000, -1000, 0, 999], dtype)
    p = softmax(s)
    assert p.sum() == pytest.approx(1) and p[0] == pytest.approx(1 / (1 + np.exp(-1)), rel=1e-5)
    assert cross_entropy(s, 1) == pytest.approx(2000.3133, rel=1e-6)
    V, U = np.array([[1000], [-1000]], dtype), np.array([[1], [-1]], dtype)
    N = sp.csr_array(np.array([[0, 2], [2, 0]], dtype))
    loss, grad_V, grad_U = grouped_gradients(N, V, U)
    assert loss == pytest.approx(8000) and np.isfinite(grad_V).all() and np.isfinite(grad_U).all()
    assert np.isfinite(batch_gradients(V, U, np.array([0]), np.array([1]))[1]).all()


def test_gradients_keep_the_precision_they_are_given(model):
    V, U, log_q = model
    N = count_pairs(CORPUS, subsample=0)
    anchor = None if log_q is None else log_q.astype(np.float32)
    _, grad_V, grad_U = grouped_gradients(N, V.astype(np.float32), U.astype(np.float32), anchor)
    assert grad_V.dtype == grad_U.dtype == np.float32


def test_a_pass_can_be_stopped(model):
    V, U, log_q = model
    N = count_pairs(CORPUS).astype(np.float64)
    with pytest.raises(InterruptedError):
        grouped_gradients(N, V, U, log_q, block=2, poll=lambda share: share > 0.5)
