"""Pictures of the space, and how one follows another."""

import numpy as np
import pytest

from w2v_core.space.moving_map import MovingMap
from w2v_core.space.projection import align, pca


def test_pca_finds_the_directions_of_largest_variance():
    rng = np.random.default_rng(0)
    data = rng.normal(size=(500, 5)) * [9, 4, 1, 0.1, 0.1] + 7
    found = pca(data)
    assert found.explained == pytest.approx([81 / 98, 16 / 98], abs=0.03)
    assert abs(np.corrcoef(found.coordinates[:, 0], data[:, 0])[0, 1]) > 0.99
    assert found.coordinates.dtype == np.float32


@pytest.mark.parametrize("shape", [(1, 5), (2, 1), (3, 3), (10, 1)])
def test_pca_of_few_words_or_dimensions_fills_up_with_zeros(shape):
    found = pca(np.random.default_rng(0).normal(size=shape))
    assert found.coordinates.shape == (shape[0], 2) and np.isfinite(found.coordinates).all()
    assert np.isfinite(pca(np.ones(shape)).coordinates).all()


def test_alignment_undoes_turns_and_mirrors_and_never_stretches():
    rng = np.random.default_rng(1)
    picture = rng.normal(size=(30, 2))
    mirrored = picture @ np.array([[0.6, 0.8], [0.8, -0.6]])
    np.testing.assert_allclose(align(mirrored, picture), picture, atol=1e-12)
    np.testing.assert_allclose(
        np.linalg.norm(align(3 * mirrored, picture), axis=1), 3 * np.linalg.norm(picture, axis=1)
    )


def test_a_moving_map_does_not_jump_where_the_vectors_move_little():
    rng = np.random.default_rng(2)
    # Two directions of nearly the same variance: plain PCA swaps and mirrors them at will.
    vectors = rng.normal(size=(200, 6)) * [1, 1, 0.3, 0.3, 0.3, 0.3]
    movie, jumps, widths = MovingMap(), [], []
    for step in range(20):
        movie.add(step, vectors + 0.02 * rng.normal(size=vectors.shape))
        widths.append(movie.half_width)
        if step:
            jumps.append(np.abs(movie.frames[step] - movie.frames[step - 1]).max())
    assert max(jumps) < 0.3
    assert widths == sorted(widths) and len(set(widths)) <= 3
    assert all(np.abs(movie.frames[s]).max() <= widths[s] for s in range(20))
