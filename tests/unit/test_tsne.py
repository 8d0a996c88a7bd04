"""t-SNE: what it draws, what it tells, how it is stopped."""

import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import psutil
import pytest

from w2v_core.space.tsne import Settings, tsne
from w2v_core.space.vectors import prepared

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def groups():
    """Three far groups of twenty points in ten dimensions."""
    rng = np.random.default_rng(0)
    return np.repeat(10 * np.eye(3, 10), 20, axis=0) + rng.normal(size=(60, 10))


def test_groups_stay_together_and_progress_is_told(groups):
    told = []
    settings = Settings(perplexity=10, iterations=300, unit=False)
    found = tsne(groups, settings, lambda share, sentence: told.append((share, sentence)))
    assert found.coordinates.shape == (60, 2) and found.coordinates.dtype == np.float32
    apart = np.linalg.norm(found.coordinates[:, None] - found.coordinates, axis=2)
    np.fill_diagonal(apart, np.inf)
    np.testing.assert_array_equal(apart.argmin(axis=1) // 20, np.arange(60) // 20)
    assert 0 < found.kl_divergence < 1
    assert [s for s, _ in told] == sorted(s for s, _ in told) and told[-1][0] > 0.5
    assert any(sentence.startswith("Iteration 2") for _, sentence in told)


def test_the_same_seed_gives_the_same_picture(groups):
    settings = Settings(perplexity=5, iterations=250, seed=3)
    first, second = (tsne(groups, settings).coordinates for _ in range(2))
    np.testing.assert_allclose(first, second, atol=1e-3)


def test_it_stops_when_asked(groups):
    told = []

    def stop_at_the_first_iteration(share, _):
        told.append(share)
        return share > 0

    with pytest.raises(InterruptedError, match="stopped"):
        tsne(groups, Settings(iterations=100_000), stop_at_the_first_iteration)
    assert 0 < told[-1] < 0.5 and set(told[:-1]) == {0}


@pytest.mark.parametrize(
    ("settings", "words", "sentence"),
    [
        (Settings(perplexity=60), 60, "below 60"),
        (Settings(), 3, "at least 4"),
        (Settings(dims=4), 60, "choose 2 or 3"),
        (Settings(iterations=10), 60, "from 250"),
        (Settings(learning_rate=-1.0), 60, "positive"),
    ],
)
def test_settings_that_do_not_fit_are_named(groups, settings, words, sentence):
    with pytest.raises(ValueError, match=sentence):
        tsne(groups[:words], settings)


def test_vectors_that_are_not_numbers_or_all_alike():
    settings = Settings(perplexity=2, iterations=250)
    with pytest.raises(ValueError, match="not finite"):
        tsne(np.full((5, 3), np.nan), settings)
    assert np.isfinite(tsne(np.zeros((5, 3)), settings).coordinates).all()
    assert tsne(np.eye(5, 2), Settings(dims=3, perplexity=2, iterations=250)).coordinates.shape == (
        5,
        3,
    )


def test_prepared_takes_the_mean_away_before_the_length():
    matrix = np.array([[3.0, 1.0], [5.0, 1.0], [4.0, 4.0]])
    np.testing.assert_allclose(prepared(matrix, True, False).mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(prepared(matrix, True, True), axis=1), 1, rtol=1e-6)
    np.testing.assert_array_equal(prepared(matrix, False, False), matrix)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_it_runs_in_the_process_that_asked_and_none_is_left_when_that_is_killed():
    script = (
        "import numpy as np\n"
        "from w2v_core.space.tsne import Settings, tsne\n"
        "matrix = np.random.default_rng(0).normal(size=(1000, 10))\n"
        "tsne(matrix, Settings(iterations=100_000), lambda share, _: print(share, flush=True))\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        while float(parent.stdout.readline()) < 0.05:  # the neighbours
            pass
        assert psutil.Process(parent.pid).children(recursive=True) == []
    finally:
        parent.kill()
        parent.wait()


def test_it_stops_while_neighbours_are_sought():
    told = []

    def stop_after_the_second_block(share, sentence):
        told.append((share, sentence))
        return share > 0

    matrix = np.random.default_rng(0).normal(size=(1_500, 5))
    with pytest.raises(InterruptedError, match="stopped"):
        tsne(matrix, Settings(), stop_after_the_second_block)
    assert len(told) == 2 and told[1][0] < 0.05
    assert told[1][1] == "Finding each word's neighbours"


def test_a_perplexity_above_a_third_of_the_words_is_taken_as_asked(groups):
    third, most = (
        tsne(groups, Settings(perplexity=perplexity, unit=False, iterations=300)).kl_divergence
        for perplexity in (20, 55)
    )
    assert most < 0.5 * third  # the more alike all words are to each other, the easier the picture


def test_words_at_the_same_place_are_neighbours_of_each_other_and_not_of_themselves():
    matrix = np.repeat(np.random.default_rng(0).normal(size=(10, 4)), 8, axis=0)
    found = tsne(matrix, Settings(perplexity=4, iterations=500)).coordinates.reshape(10, 8, 2)
    within = np.linalg.norm(found - found.mean(axis=1, keepdims=True), axis=2).max()
    middles = found.mean(axis=1)
    between = np.linalg.norm(middles[:, None] - middles, axis=2)[~np.eye(10, dtype=bool)].min()
    assert within < between


def test_where_the_library_is_missing_a_sentence_says_so(groups, monkeypatch):
    monkeypatch.setitem(sys.modules, "openTSNE", None)
    with pytest.raises(ValueError, match="needs the package openTSNE"):
        tsne(groups)
