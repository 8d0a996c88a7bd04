"""How sure neighbours and analogies are: what both halves of the text say."""

import numpy as np
import pytest

from w2v_core import Corpus, SkipGram, WordVectors, how_sure
from w2v_core.model.certainty import Certainty
from w2v_core.model.split_trainings import Halves
from w2v_core.space.analogy import solve
from w2v_core.space.vectors import METRICS


def model_of(words, V, U=None):
    V = np.asarray(V, np.float32)
    return SkipGram.from_arrays(
        parameters={},
        chosen={},
        words=words,
        counts=np.ones(len(words), np.int64),
        lowercase=True,
        V=V,
        U=V if U is None else U,
        log_q=np.zeros(len(words), np.float32),
        loss_curve=np.zeros(1),
        stopped=False,
        seconds=0.0,
    )


def halves_of(*halves, present=None):
    """Halves, two a split, from the vectors of each."""
    V = np.stack(halves).astype(np.float16)
    V = V.reshape(-1, 2, *V.shape[1:])
    present = np.ones(V.shape[:3], bool) if present is None else present
    return Halves(V, 2 * V, present)


@pytest.fixture
def by_hand():
    """Four words on the circle, and four splits: both halves as the model; c and d exchanged in one
    half, in both; and d without pairs in one half."""
    angles = np.array([0.0, 10.0, 30.0, 80.0])
    V = np.stack([np.cos(np.radians(angles)), np.sin(np.radians(angles))], axis=1)
    W = V[[0, 1, 3, 2]]
    present = np.ones((4, 2, 4), bool)
    present[3, 1, 3] = False
    return Certainty(model_of(list("abcd"), V), halves_of(V, V, V, W, W, W, V, V, present=present))


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("which", ["center", "output", "sum"])
def test_a_neighbours_share_counts_the_splits_both_halves_of_which_have_it(by_hand, which, metric):
    assert by_hand.neighbours("A", 2, which, metric) == [("b", 1.0), ("c", 0.5)]


def test_a_word_without_pairs_in_a_half_agrees_with_nothing_there(by_hand):
    # all three others are listed: in the last split one half has no list of d's, and d is in nobody's
    assert [share for _, share in by_hand.neighbours("d", 3)] == [0.75] * 3
    assert [share for _, share in by_hand.neighbours("a", 3)] == [1, 1, 0.75]


def test_the_answers_are_the_models_own(by_hand):
    space = by_hand._model.vectors("center")
    assert [w for w, _ in by_hand.neighbours("b", 3)] == [w for w, _ in space.most_similar("b", 3)]
    assert [w for w, _ in by_hand.analogy("a", "b", "c", 1)] == [
        w for w, _ in space.analogy("a", "b", "c", 1)
    ]


def test_an_analogys_share_counts_first_answers_of_both_halves():
    words = ["a", "b", "c", "x", "y"]
    V = np.array([[1, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1], [-1, 0, 1]], np.float32)
    W = V[[0, 1, 2, 4, 3]]
    present = np.ones((4, 2, 5), bool)
    present[3, 0, 0] = False
    found = Certainty(model_of(words, V), halves_of(V, V, V, W, W, W, V, V, present=present))
    assert found.first_answers("a", "b", "c") == [("x", "x"), ("x", "y"), ("y", "y"), (None, "x")]
    assert found.analogy("a", "b", "c") == [("x", 0.25), ("y", 0.25)]


def test_an_analogys_share_follows_the_method():
    rng = np.random.default_rng(0)
    words = list("abcdefghijklmnop")
    V = rng.normal(size=(6, len(words), 4)).astype(np.float16)
    found = Certainty(model_of(words, V[0].astype(np.float32)), halves_of(*V))
    for method in ("add", "mul"):
        spaces = [WordVectors(words, v.astype(np.float32), lowercase=True) for v in V]
        firsts = [solve(space, "a", "b", "c", method=method).answer for space in spaces]
        pairs = found.first_answers("a", "b", "c", method=method)
        assert [answer for pair in pairs for answer in pair] == firsts


def test_all_metrics_at_once_count_as_the_lists_of_each_half():
    rng = np.random.default_rng(1)
    words = [f"w{i}" for i in range(40)]
    V = (rng.normal(size=(40, 5)) + 0.4 * rng.normal(size=(6, 40, 5))).astype(np.float16)
    found = Certainty(model_of(words, V[0].astype(np.float32)), halves_of(*V))
    spaces = [WordVectors(words, v.astype(np.float32), lowercase=True) for v in V]
    for word in words[:4]:
        shares = found.shares(word, 7)
        for metric in METRICS:
            lists = [{w for w, _ in space.most_similar(word, 7, metric)} for space in spaces]
            both = [one & other for one, other in zip(lists[::2], lists[1::2], strict=True)]
            expected = {w: sum(w in found for found in both) / 3 for w in words}
            assert shares[metric] == pytest.approx(expected)
            assert 0 < sum(shares[metric].values()) < 7


def test_a_list_as_long_as_the_vocabulary(by_hand):
    assert [share for _, share in by_hand.neighbours("a", 10**6)] == [1, 1, 0.75]


def test_unknown_words_and_choices_are_named(by_hand):
    with pytest.raises(KeyError, match="zebra"):
        by_hand.neighbours("zebra")
    with pytest.raises(ValueError, match="'center'"):
        by_hand.neighbours("a", which="middle")
    with pytest.raises(ValueError, match="'cosine'"):
        by_hand.neighbours("a", metric="angle")


# Trainings on halves

SOLID = "dogs bark loudly. cats purr softly. cows moo low. " * 60


def trained(text, **parameters):
    corpus = Corpus.from_text(text, min_count=1)
    return SkipGram(**parameters).fit(corpus), corpus


def test_what_every_sentence_says_is_sure():
    sure = how_sure(*trained(SOLID))
    assert sure.splits == 10 and sure.halves.present.all() and sure.note is None
    for animal, others in (
        ("dogs", {"bark", "loudly"}),
        ("cats", {"purr", "softly"}),
        ("cows", {"moo", "low"}),
    ):
        assert {w for w, share in sure.neighbours(animal, 2, "sum") if share > 0.8} == others


def test_what_one_document_alone_says_is_not():
    """Thirty lines of one document speak of unicorns: sentences shared out singly would be in both
    halves, the document is in one."""
    text = SOLID.replace(". ", ".\n") + "unicorns bark loudly.\n" * 30
    model, corpus = trained(text)
    lines = np.arange(corpus.n_sentences)
    documents = np.minimum(lines // 15, 12)  # the last one holds the unicorns
    by_document = how_sure(model, corpus, documents)
    by_sentence = how_sure(model, corpus, lines)
    assert max(share for _, share in by_document.neighbours("unicorns", 2, "sum")) == 0
    assert max(share for _, share in by_sentence.neighbours("unicorns", 2, "sum")) > 0.8


def test_chance_is_not_sure():
    rng = np.random.default_rng(0)
    noise = " ".join(" ".join(f"w{i}" for i in rng.integers(0, 60, 6)) + "." for _ in range(200))
    sure = how_sure(*trained(noise))
    # five of the 59 others are in both lists by chance in (5/59)² of the splits
    assert np.mean([share for w in sure.words for _, share in sure.neighbours(w, 5)]) < 0.15


def test_the_same_seed_makes_the_same_halves_and_each_has_its_own_start():
    model, corpus = trained(SOLID, dim=4)
    first, second, other = (how_sure(model, corpus, splits=2, seed=s).halves.V for s in (1, 1, 2))
    np.testing.assert_array_equal(first, second)
    assert np.abs(first.astype(float) - other).max() > 0.01
    assert np.abs(first[0, 0].astype(float) - first[0, 1]).max() > 0.01


def test_too_many_words_keep_the_most_frequent_and_say_so():
    model, corpus = trained(SOLID, dim=2)
    sure = how_sure(model, corpus, splits=2, most_bytes=2 * 2 * 2 * 4 * 5)
    assert sure.words == model.words[:5] and "5 most frequent of 9" in sure.note
    assert {w for w, _ in sure.neighbours(sure.words[0])} == set(sure.words[1:])
    with pytest.raises(KeyError):
        sure.neighbours(model.words[5])


def test_a_half_without_pairs_agrees_with_nothing():
    model, corpus = trained("alone\n" * 20 + "dogs bark loudly and often\n")
    sure = how_sure(model, corpus, splits=2)
    assert [share for _, share in sure.neighbours("dogs", 3)] == [0, 0, 0]


def test_it_tells_how_far_it_is_and_stops_when_asked():
    model, corpus = trained(SOLID)
    told = []
    how_sure(model, corpus, splits=2, callback=lambda *said: told.append(said))
    shares = [share for share, _ in told]
    assert shares == sorted(shares) and shares[0] >= 0 and shares[-1] <= 1
    assert told[-1][1] == "Training on half 4 of 4"
    for at in (0.0, 0.5):
        with pytest.raises(InterruptedError, match="stopped"):
            how_sure(model, corpus, splits=2, callback=lambda share, _, at=at: share >= at)


def test_what_cannot_be_done_is_said():
    model, corpus = trained(SOLID)
    with pytest.raises(ValueError, match="vocabulary"):
        how_sure(model, Corpus.from_text(SOLID + "more words", min_count=1))
    with pytest.raises(ValueError, match="splits=1"):
        how_sure(model, corpus, splits=1)
    with pytest.raises(ValueError, match="documents"):
        how_sure(model, corpus, np.zeros(3, int))
