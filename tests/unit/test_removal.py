"""The model trained again without the lines that are given as reasons."""

import numpy as np
import pytest

from w2v_core import Corpus, SkipGram
from w2v_core.model.removal import nearness, remove_reasons, sentences_with, without_lines

LINES = (
    ["dogs chase deer", "wolves chase deer", "dogs eat meat", "wolves eat meat"] * 20
    + ["trees grow tall", "flowers grow small", "trees need rain", "flowers need rain"] * 20
    + ["dogs sleep here", "dogs bark loudly", "wolves howl there", "wolves run fast"] * 15
)


@pytest.fixture(scope="module")
def trained():
    corpus = Corpus.from_text("\n".join(LINES), min_count=1)
    return SkipGram(dim=8, prior=3.0).fit(corpus), corpus


def rows(corpus, *words):
    return [corpus.vocabulary.index(word) for word in words]


@pytest.mark.parametrize("window", [1, 2, "sentence"])
def test_the_lines_of_a_reason_are_those_where_it_stands_near(window):
    corpus = Corpus.from_text(
        "a x c\nx a c\na c x\nx c c c a\nb x x\na a\nx x\nc a\nx b", min_count=1
    )
    found = sentences_with(corpus, rows(corpus, "a", "b"), rows(corpus, "x"), window)
    near = {1: [0, 1, 4, 8], 2: [0, 1, 2, 4, 8], "sentence": [0, 1, 2, 3, 4, 8]}
    assert found.tolist() == near[window]


def test_the_reasons_carry_it_and_other_lines_do_not(trained):
    model, corpus = trained
    found = remove_reasons(model, corpus, "dogs", "wolves", ["chase", "eat"], draws=2)
    assert (found.lines, found.of) == (80, 140)
    assert len(found.without_reasons) == len(found.without_random) == 2
    assert found.whole == nearness(model.V, *rows(corpus, "dogs", "wolves"))
    assert found.whole.rank <= 3
    assert found.mean_without_reasons.rank > found.mean_without_random.rank
    assert found.mean_without_reasons.cosine < found.mean_without_random.cosine - 0.2


def test_what_is_taken_out_is_not_learned_from(trained):
    model, corpus = trained
    (rain,) = rows(corpus, "rain")
    without = without_lines(model, corpus, sentences_with(corpus, [rain], range(len(corpus)), 5), 1)
    assert without.words == model.words
    # a word that is nowhere any more has nothing to say, and its neighbour is far
    assert nearness(without.V, *rows(corpus, "rain", "need")).cosine < 0.5
    assert nearness(model.V, *rows(corpus, "dogs", "wolves")).rank >= 1


def test_it_stops_when_asked_and_says_what_cannot_be(trained):
    model, corpus = trained
    told = []
    remove_reasons(
        model, corpus, "dogs", "wolves", ["eat"], draws=1, callback=lambda *said: told.append(said)
    )
    shares = [share for share, _ in told]
    assert shares == sorted(shares) and shares[0] >= 0 and shares[-1] <= 1
    assert told[-1][1] == "Training without as many random lines, 1 of 1"
    with pytest.raises(InterruptedError, match="stopped"):
        remove_reasons(model, corpus, "dogs", "wolves", ["eat"], callback=lambda *_: True)
    with pytest.raises(ValueError, match="occurs near 'dogs'"):
        remove_reasons(model, corpus, "dogs", "wolves", ["tall"])
    with pytest.raises(KeyError, match="unicorn"):
        remove_reasons(model, corpus, "dogs", "unicorn", ["eat"])
    other = Corpus.from_text("another text", min_count=1)
    with pytest.raises(ValueError, match="vocabulary"):
        remove_reasons(model, other, "dogs", "wolves", ["eat"])


def test_ranks_are_counted_from_one():
    V = np.array([[1, 0], [1, 0.1], [1, 0.3], [0, 1]])
    assert [nearness(V, 0, b).rank for b in (1, 2, 3)] == [1, 2, 3]
