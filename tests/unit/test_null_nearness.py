"""The third null: other partners, as near to the first words as their own are."""

import sys
from pathlib import Path

import numpy as np
import pytest

from w2v_core import Corpus, SkipGram
from w2v_core.space import null_verdicts, nulls
from w2v_core.space.null_nearness import FEWEST_NEAR, near_partners, partners_as_near
from w2v_core.space.relations import known_pairs, read_pair_lists
from w2v_core.space.vectors import unit_rows
from w2v_core.text.samples import sample_path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))

import nulls as simulation
from installed_text import docstrings


def circle(n):
    """n words around a circle, a step apart."""
    angles = np.arange(n) * 2 * np.pi / n
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def test_stand_ins_are_as_near_as_the_partner_and_hold_it():
    unit = circle(400)
    rows = np.array(
        [[0, 3], [100, 130], [200, 199]]
    )  # the 5th or 6th, 59th or 60th, 1st or 2nd nearest
    near, sizes = partners_as_near(unit, rows)
    assert sizes[0] == sizes[2] == FEWEST_NEAR and 2 * 59 + 1 <= sizes[1] <= 2 * 60 + 1
    for (a, b), line, size in zip(rows, near, sizes, strict=True):
        stand_ins = line[:size]
        assert b in stand_ins and a not in stand_ins and len(set(stand_ins)) == size
        away = np.minimum((stand_ins - a) % 400, (a - stand_ins) % 400)
        assert away.max() <= size + 1


def test_other_first_words_never_stand_in_unless_they_are_the_partner():
    rng = np.random.default_rng(0)
    unit = unit_rows(rng.normal(size=(60, 3)))
    rows = np.array([[0, 1], [1, 2], [3, 4], [5, 6]])
    near, sizes = partners_as_near(unit, rows)
    for (a, b), line, size in zip(rows, near, sizes, strict=True):
        assert not set(line[:size]) & ({0, 1, 3, 5} - {b}) and a not in line[:size]


def test_a_shared_partner_has_a_shared_stand_in(monkeypatch):
    drawn = []

    def noted(kind, unit, rows, lists, draws):
        drawn.append(lists(draws))

    monkeypatch.setattr("w2v_core.space.null_nearness.null_of", noted)
    unit = unit_rows(np.random.default_rng(0).normal(size=(200, 4)))
    near_partners(unit, np.array([[0, 9], [1, 9], [2, 8], [3, 9]]), draws=50)
    (lists,) = drawn
    assert (lists[..., 0] == [0, 1, 2, 3]).all()
    shared = lists[:, [0, 1, 3], 1]
    assert (shared == shared[:, :1]).all() and len(np.unique(shared)) > 10
    assert (lists[:, 2, 1] != lists[:, 0, 1]).any()


@pytest.mark.parametrize("n", [4, 5, 12])
def test_small_vocabularies_and_pairs_of_one_word(n):
    unit = unit_rows(np.random.default_rng(n).normal(size=(n, 3)))
    null = near_partners(unit, np.array([[0, 1], [2, 3]]), draws=20)
    assert null.kind == "nearness" and null.draws == 20 and 0 < null.p <= 1
    assert near_partners(unit, np.array([[0, 0], [2, 3]]), draws=20).draws == 20


def test_the_null_says_what_it_asks():
    null = near_partners(circle(50), np.array([[0, 3], [20, 23]]), draws=100)
    assert "as parallel with other partners just as near" in null_verdicts.question(null)
    assert "close as well with other partners just as near" in null_verdicts.question(
        null, "closure"
    )
    said = null_verdicts.sentence(null)
    assert "equally near list" in said and "(p = " in said
    # the size stands beside every p
    here, there = map(null_verdicts.signed, (null.observed_parallelism, null.parallelism.mean()))
    assert f"Mean cosine {here} for this list, {there} by chance." in said
    assert "Mean closure" in null_verdicts.sentence(null, "closure")


def test_a_verdict_needs_all_three():
    def null(kind, p):
        drawn = np.where(np.arange(999) < round(p * 1000) - 1, 1.0, 0.0)
        return nulls.Null(kind, drawn, drawn, 0.5, 0.5, 6)

    def verdict(random, shuffled, nearness):
        return null_verdicts.verdict(
            null("random", random), null("shuffled", shuffled), null("nearness", nearness)
        )

    assert verdict(0.01, 0.01, 0.05).startswith("Parallel")
    assert verdict(0.01, 0.01, 0.06).startswith("Near rather than related")
    assert verdict(0.01, 0.06, 0.01).startswith("Two groups of words")
    assert verdict(0.06, 0.01, 0.01).startswith("This pairing is more parallel")
    assert verdict(0.06, 0.06, 0.01).startswith("Not parallel")
    lists = [null(kind, 0.2) for kind in ("random", "shuffled", "nearness")]
    assert null_verdicts.summary(*lists) == (
        "6 pairs; mean cosine of their offsets 0.50 (random lists 0.20, shuffled pairings 0.20, "
        "equally near lists 0.20)"
    )


def test_words_without_vectors_are_all_as_near():
    unit = circle(300)
    unit[100:] = 0  # words that have no pairs
    near, sizes = partners_as_near(unit, np.array([[0, 3], [50, 290]]))
    assert 3 in near[0, : sizes[0]] and 290 in near[1, : sizes[1]]


def test_words_of_one_class_with_the_nearest_outsider_are_no_relation():
    """All pairs lead out of a cluster, and so are parallel, and are nothing else. (In this cloud without
    any relation the third null errs a little; the table in docs/benchmarks.md is of trained vectors.)"""
    rng = np.random.default_rng(4)
    unit = unit_rows(rng.normal(size=(2_000, 40)) + np.eye(40)[0] * 0.3)
    two, three = [], []
    for seed in range(40):
        rows = simulation.class_and_distinct_partners(unit, 10, np.random.default_rng(seed))
        p = [null.p for null in simulation.all_nulls(unit, rows, 100, seed)]
        two.append(max(p[:2]) <= 0.05)
        three.append(max(p) <= 0.05)
    assert np.mean(two) > 0.5  # the first two nulls are fooled
    assert np.mean(three) <= 0.15


@pytest.mark.slow
def test_the_three_nulls_are_fooled_by_nothing_and_find_what_is_there():
    """On vectors trained on a natural text, and on the small world, whose relations are known."""
    documents = docstrings()
    text = "\n".join(sentence for document in documents for sentence in document)
    corpus = Corpus.from_text(text, max_vocab=4_000, sentence_ends="lines")
    unit = SkipGram().fit(corpus).vectors("center").unit
    n = 300
    most = n * 0.05 + 2.6 * np.sqrt(n * 0.05 * 0.95)  # passed once in 200 where the rate is .05
    low = {
        name: simulation.p_values(unit, make, n, 200) <= nulls.LEVEL
        for name, make in simulation.UNRELATED.items()
    }
    # Each null is uniform where it should be …
    assert low["random words"][:, 0].sum() <= most
    assert low["random words"][:, 1].sum() <= most and low["two classes"][:, 1].sum() <= most
    assert low["near words"][:, 2].sum() <= most
    # … the first two are fooled by classes, and all three together by nothing.
    assert low["class, near partners"][:, :2].all(axis=1).sum() > 3 * most
    for name, each in low.items():
        assert each.all(axis=1).sum() <= most, name

    corpus = Corpus.from_file(sample_path("small_world"))
    model = SkipGram().fit(corpus)
    path = sample_path("small_world").with_name("small_world_pairs.txt")
    for name, pairs in read_pair_lists(path.read_text("utf-8")).items():
        rows, _ = known_pairs(model.vocabulary, pairs)
        found = simulation.all_nulls(model.vectors("center").unit, rows, 1_000, 0)
        assert max(null.p for null in found) <= 0.01, name
