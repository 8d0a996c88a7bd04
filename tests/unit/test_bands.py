"""Bands of rows: they depend on the vocabulary alone, and their sums on nothing but the bands."""

import numpy as np
import pytest

from w2v_core.model.banded_matrix import banded
from w2v_core.model.bands import BLOCK_BYTES, SumByHalves, blocks_in, bounds_of, by_halves
from w2v_core.model.initialization import leading_directions


@pytest.mark.parametrize(
    "n_words, bands",
    [(1, 1), (10, 1), (65, 2), (500, 8), (1_400, 8), (10_000, 20), (65_537, 128), (10**6, 128)],
)
def test_a_vocabulary_is_split_evenly(n_words, bands):
    bounds = bounds_of(n_words)
    assert (len(bounds) - 1, bounds[0], bounds[-1]) == (bands, 0, n_words)
    rows = np.diff(bounds)
    assert rows.min() >= 1 and rows.max() - rows.min() <= 1


@pytest.mark.parametrize("n_words", [10, 5_000, 50_000, 200_000])
def test_blocks_of_a_band_fit_into_memory(n_words):
    first, last = bounds_of(n_words)[-2:].tolist()
    blocks = blocks_in(first, last, n_words)
    assert [b for _, b in blocks] == [*(a for a, _ in blocks[1:]), last] and blocks[0][0] == first
    rows = [b - a for a, b in blocks]
    assert max(rows) <= 64 or max(rows) * n_words * 4 <= BLOCK_BYTES
    assert max(rows) - min(rows) <= 1


@pytest.mark.parametrize("number", [1, 2, 3, 8, 20, 127])
def test_sums_by_halves_are_the_same_in_any_order(number):
    rng = np.random.default_rng(number)
    parts = list(rng.standard_normal((number, 5)).astype(np.float32))
    expected = by_halves(parts)
    np.testing.assert_allclose(expected, np.sum(parts, axis=0), rtol=1e-4, atol=1e-5)
    for _ in range(5):
        total = SumByHalves(number)
        for i in rng.permutation(number):
            total.add(int(i), parts[i].copy())
        np.testing.assert_array_equal(total.total, expected)


def test_of_parts_that_come_in_order_few_are_held():
    total, most = SumByHalves(128), 0
    for i in range(128):
        total.add(i, np.ones(1))
        most = max(most, len(total._waiting))
    assert total.total == 128 and most <= 7


def test_directions_of_a_matrix_in_bands_are_those_of_the_whole():
    rng = np.random.default_rng(1)
    T = rng.standard_normal((90, 90)).astype(np.float32)
    T += T.T
    block = rng.standard_normal((90, 10)).astype(np.float32)

    class Whole:
        def times(self, X):
            return T @ X

    class InBands:
        def times(self, X):
            return banded(T @ np.concatenate(X.bands), X.bounds)

    expected, values = leading_directions(Whole(), block, 5)
    found, same = leading_directions(InBands(), banded(block, np.array([0, 20, 55, 90])), 5)
    np.testing.assert_allclose(same, values, rtol=1e-4)
    np.testing.assert_allclose(
        np.abs(np.concatenate(found.bands).T @ expected), np.eye(5), atol=1e-3
    )
