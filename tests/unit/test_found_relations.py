"""Relations that were found are offered as examples only where there is evidence for them."""

from dataclasses import replace

import numpy as np
import pytest

from w2v_core import Corpus, SkipGram, WordVectors
from w2v_core.space.found_relations import Evidence, evidence, share_right, sure_relations
from w2v_core.space.relations import diamonds
from w2v_core.text.samples import sample_path

ENOUGH = Evidence(8, 0.8, 0.4, 0.005, 0.9, 0.7)


@pytest.mark.parametrize(
    "less",
    [
        {"n_pairs": 4},
        {"parallelism": 0.45, "by_chance": 0.1},
        {"by_chance": 0.6},
        {"p": 0.06},
        {"right": 0.4},
        {"right_by_output": 0.4},
    ],
    ids=lambda less: next(iter(less)),
)
def test_each_kind_of_evidence_is_asked_for(less):
    assert ENOUGH.suffices and replace(ENOUGH, right_by_output=None).suffices
    assert not replace(ENOUGH, **less).suffices


@pytest.fixture(scope="module")
def world():
    text = sample_path("small_world").read_text(encoding="utf-8")
    return SkipGram(dim=40, prior=10, epochs=8).fit(Corpus.from_text(text))


def test_relations_that_are_there_are_sure_and_answered(world):
    space, output = world.vectors("center"), world.vectors("output")
    found = sure_relations(space, world.counts, output)
    pairs = {frozenset(pair) for pair in found[0]}
    capitals = {frozenset(pair) for pair in (("paris", "france"), ("rome", "italy"))}
    assert capitals <= pairs or any(capitals <= {frozenset(p) for p in other} for other in found)
    for relation in found:
        rows = np.array([[space.vocabulary.index(word) for word in pair] for pair in relation])
        told = evidence(space.unit, rows, output.unit)
        assert told.suffices and told.parallelism == diamonds(space.unit, rows).parallelism
        assert told.right == share_right(space.unit, rows) >= 0.5


def test_in_words_without_relations_nothing_is_sure():
    rng = np.random.default_rng(0)
    words = [f"w{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(400)]
    groups = np.repeat(rng.normal(size=(40, 20)), 10, axis=0)  # words have near ones, no more
    center, output = (WordVectors(words, groups + rng.normal(size=(400, 20))) for _ in range(2))
    assert sure_relations(center, np.full(400, 50), output) == []


def test_the_share_of_right_answers_leaves_out_the_given_words():
    words = np.array([(1, 0, 0), (1, 1, 0), (0, 0, 1), (0, 1, 1), (-1, 0, 0)], np.float64)
    unit = words / np.linalg.norm(words, axis=1, keepdims=True)
    assert share_right(unit, np.array([[0, 1], [2, 3]])) == 1.0
    # 0 : 1 :: 2 : 4 is answered 3; of 2 : 4 :: 0 : 1 there is nothing nearer left than 1
    assert share_right(unit, np.array([[0, 1], [2, 4]])) == 0.5
