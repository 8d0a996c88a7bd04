"""Named attitudes: the association test, and words on an axis with bands."""

import math
import re

import numpy as np
import pytest

from w2v_core import WordVectors
from w2v_core.space.association import (
    association,
    banded_projections,
    on_axis_between,
    unbiased_squared_distance,
)
from w2v_core.space.attitude_lists import READY_LISTS
from w2v_core.space.axes import direction, read_axis
from w2v_core.space.vectors import unit_rows

X, Y = [[f"{name}{i}" for i in range(5)] for name in "xy"]
A, B = [[f"{name}{i}" for i in range(4)] for name in "ab"]


def space(pull, seed=0):
    """X leans toward A and Y toward B, by so much."""
    rng = np.random.default_rng(seed)
    matrix = rng.normal(size=(18, 12)).astype(np.float32)
    side = np.repeat([1, -1, 1, -1], [5, 5, 4, 4])
    matrix[:, 0] += side * np.where(np.arange(18) < 10, pull, 3.0)
    return WordVectors([*X, *Y, *A, *B], matrix)


def test_the_effect_and_p_are_those_of_the_definition():
    vectors = space(0.7)
    found = association(vectors, X, Y, A, B)

    def s(word):
        cosines = [[vectors.similarity(word, other) for other in side] for side in (A, B)]
        return np.mean(cosines[0]) - np.mean(cosines[1])

    values = np.array([s(word) for word in [*X, *Y]])
    apart = values[:5].mean() - values[5:].mean()
    assert found.effect == pytest.approx(apart / values.std(ddof=1), abs=1e-5)
    assert found.s["x2"] == pytest.approx(s("x2"), abs=1e-6)
    from itertools import combinations

    divisions = [
        values[list(rows)].mean() - np.delete(values, rows).mean()
        for rows in map(list, combinations(range(10), 5))
    ]
    assert found.exact and len(divisions) == math.comb(10, 5)
    assert found.p == pytest.approx(np.mean(np.array(divisions) >= apart - 1e-9))
    drawn = association(vectors, X, Y, A, B, draws=200)
    assert not drawn.exact and abs(drawn.p - found.p) < 0.1


def test_a_lean_is_found_its_reverse_is_not_and_no_lean_has_any_p():
    strong = space(3.0)
    assert association(strong, X, Y, A, B).p == pytest.approx(1 / 252)
    reverse = association(strong, Y, X, A, B)
    assert reverse.p > 0.99 and reverse.effect < -1.5
    p = np.array([association(space(0.0, seed), X, Y, A, B).p for seed in range(200)])
    assert 0.02 < (p <= 0.10).mean() < 0.20 and 0.35 < (p <= 0.5).mean() < 0.65


def test_unknown_words_are_named_and_too_few_refused():
    found = association(space(1.0), [*X, "zebra"], Y, A, [*B, "gnu"])
    assert found.unknown == ["zebra", "gnu"] and found.known[0] == X
    with pytest.raises(ValueError, match="List A has 1 words"):
        association(space(1.0), X, Y, ["a1", "zebra"], B)
    with pytest.raises(ValueError, match="only one of the two lists: x1"):
        association(space(1.0), X, [*Y, "x1"], A, B)


def test_words_on_an_axis_lie_within_bands_that_hold_the_truth():
    rng = np.random.default_rng(0)
    truth = rng.normal(size=(30, 6)).astype(np.float32)

    def noisy(scale):
        return truth + scale * rng.normal(size=truth.shape).astype(np.float32)

    rows, origins, targets = np.arange(8, 30), [0, 1], [2, 3]
    exact = banded_projections(truth, np.stack([[truth, truth]]), rows, origins, targets)
    vectors = WordVectors([f"w{i}" for i in range(30)], truth)
    axis = read_axis("w0, w1 → w2, w3", vectors.vocabulary)
    np.testing.assert_allclose(
        exact[:, 0], unit_rows(truth)[rows] @ direction(truth, axis), atol=1e-6
    )
    np.testing.assert_allclose(exact[:, 1], exact[:, 2])
    inside = []
    for _ in range(60):
        # Sixty passages; a half is the mean of thirty of them, and the text that of all.
        passages = np.stack([noisy(1.0) for _ in range(60)])
        halves = []
        for _ in range(10):
            order = rng.permutation(60)
            halves.append([passages[order[:30]].mean(axis=0), passages[order[30:]].mean(axis=0)])
        found = banded_projections(passages.mean(axis=0), np.array(halves), rows, origins, targets)
        inside.append((found[:, 1] <= exact[:, 0]) & (exact[:, 0] <= found[:, 2]))
    assert 0.82 < np.mean(inside) < 0.96
    gone = truth.copy()
    gone[8] = 0
    assert np.isnan(
        banded_projections(gone, np.stack([[gone, gone]]), rows, origins, targets)[0]
    ).all()


def test_target_words_stand_on_the_axis_of_the_attributes_with_bands_where_there_are_halves():
    vectors = space(2.0)
    known = association(vectors, X, Y, A, B).known
    alone = on_axis_between(vectors, known)
    assert alone.shape == (10, 3) and np.isnan(alone[:, 1:]).all()
    assert alone[:5, 0].min() > alone[5:, 0].max()  # X leans toward A

    def in_halves(rows):
        noise = np.random.default_rng(0).normal(size=(4, 2, len(rows), 12))
        return vectors.matrix[rows] + 0.3 * noise

    banded = on_axis_between(vectors, known, in_halves)
    np.testing.assert_array_equal(banded[:, 0], alone[:, 0])
    assert (banded[:, 1] < banded[:, 0]).all() and (banded[:, 0] < banded[:, 2]).all()


def test_the_distance_from_halves_has_no_bias_and_the_plain_one_has():
    rng = np.random.default_rng(0)
    noise = rng.normal(size=(2, 2, 4_000, 10))  # text, half, times, d
    apart = unbiased_squared_distance(noise[0], noise[1] + 0.5)
    assert apart.mean() == pytest.approx(10 * 0.5**2, abs=0.4)
    plain = ((noise[0].mean(axis=0) - noise[1].mean(axis=0) - 0.5) ** 2).sum(axis=-1)
    assert plain.mean() > 11


def test_ready_lists_have_a_source_and_no_word_twice():
    assert {lists.about for lists in READY_LISTS} == {"gender", "class", "nation"}
    for lists in READY_LISTS:
        assert re.search(r"\((19|20)\d\d\)", lists.source)
        targets = [*lists.x, *lists.y]
        assert len(set(targets)) == len(targets) and len(lists.x) == len(lists.y)
        assert not set(lists.a) & set(lists.b) and min(len(lists.a), len(lists.b)) >= 8
