"""Words through slices of time, and through groups."""

import functools

import numpy as np
import pytest

from tests.unit.test_compared_use import PLANTED, sentences
from w2v_core.model.followed_words import follow_words
from w2v_core.model.mean_contexts import context_counts
from w2v_core.text.pairs import count_pairs
from w2v_core.text.pooled import pool

YEARS = ["1800", "1850", "1900", "1950"]
WORDS = ["plant3", "stone3", "tool1"]


def slices(change_at):
    return [sentences(10 + i, 240, PLANTED if i >= change_at else None)[0] for i in range(4)]


@functools.cache
def followed():
    labels = [np.arange(240) // 10] * 4
    return follow_words(slices(2), WORDS, names=YEARS, documents=labels)


def test_a_change_is_found_in_its_slice_and_only_there():
    moved = followed().moved
    assert moved.words == WORDS and moved.moved.tolist() == [True, True, False]
    assert moved.when[:2].tolist() == [1, 1]
    assert (moved.near[:2].argmax(axis=1) == 1).all() and moved.z.shape == (3, 3)


def test_neighbours_of_a_word_change_with_it():
    found = followed()
    kinds = [{near[:5] for near, _ in found.neighbours("plant3", i, 6)} for i in range(4)]
    assert kinds[0] == kinds[1] == {"plant"} and kinds[2] == kinds[3] == {"stone"}
    curve = found.curve("plant3", "stone7")
    assert curve.shape == (4, 3) and (curve[:, 1] < curve[:, 0]).all()
    assert curve[:2, 2].max() < curve[2:, 1].min()  # the bands do not touch
    with pytest.raises(KeyError, match="not asked"):
        found.curve("tool2", "tool3")


def test_words_of_all_texts_are_tested_when_asked_for():
    found = follow_words(slices(1), ["tool1"], everything=True, draws=40)
    moved = found.moved
    assert len(moved.words) == 48 and found.words == ["tool1"] and len(found.V) == 1
    called = {w for w, m in zip(moved.words, moved.moved, strict=True) if m}
    assert called >= {*PLANTED, *PLANTED.values()} and len(called) <= 7
    assert all(when == 0 for w, when in zip(moved.words, moved.when, strict=True) if w in PLANTED)


def test_of_groups_the_one_that_differs_is_named():
    groups = [sentences(20 + i, 240, PLANTED if i == 2 else None)[0] for i in range(3)]
    moved = follow_words(groups, WORDS, ordered=False).moved
    assert moved.moved.tolist() == [True, True, False] and moved.when[:2].tolist() == [2, 2]
    np.testing.assert_array_equal(moved.z, moved.near)


def test_a_word_that_a_slice_lacks_has_gaps_there():
    texts = slices(4)[:3]
    texts[1] = [[word for word in line if word != "tool1"] for line in texts[1]]
    found = follow_words(texts, ["tool1"], draws=20)
    assert found.neighbours("tool1", 1) == [] and found.counts[1, 0] == 0
    curve = found.curve("tool1", "tool2")
    assert np.isnan(curve[1]).all() and np.isfinite(curve[[0, 2]]).all()


def test_it_can_be_stopped_and_bad_input_is_told():
    texts = slices(4)[:2]
    for last in ("Reading the texts", "Fitting the words to each text", "Permuting the documents"):
        with pytest.raises(InterruptedError):
            follow_words(texts, WORDS, callback=lambda share, sentence, last=last: sentence == last)
    for given, says in (
        ({"texts": texts[:1]}, "from 2 to 20"),
        ({"words": []}, "words"),
        ({"names": ["one"]}, "names"),
        ({"draws": 1}, "draws=1"),
    ):
        with pytest.raises(ValueError, match=says):
            follow_words(**{"texts": texts, "words": WORDS, **given})


def test_counts_of_parts_add_up_to_those_of_the_text():
    corpus = pool([sentences(1, 40)[0]]).corpus
    keep = np.linspace(0.2, 1, len(corpus.words))
    rows = np.array([7, 3, 20])
    row, part, N = context_counts(corpus, keep, np.arange(40) // 9, rows, 4)
    wanted = count_pairs(corpus, 4, subsample=0).toarray() * keep * keep[:, None]
    assert set(row.tolist()) == {3, 7, 20} and part.max() == 4
    for one in rows:
        np.testing.assert_allclose(N[row == one].sum(axis=0), wanted[one], rtol=1e-4, atol=1e-6)
