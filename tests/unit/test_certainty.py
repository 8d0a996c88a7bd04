"""How sure neighbours and analogies are: what both halves of the text say."""

import numpy as np
import pytest

from w2v_core import Corpus, SkipGram, WordVectors, how_sure
from w2v_core.model.certainty import Certainty, _smallest
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
    found = by_hand.nearest("A", 2, which, metric)
    assert [(answer.word, answer.splits) for answer in found] == [("b", 4), ("c", 2)]
    assert by_hand.neighbours("A", 2, which, metric) == [(a.word, a.share) for a in found]
    assert 1 > found[0].share > found[1].share > 0


def test_a_word_without_pairs_in_a_half_agrees_with_nothing_there(by_hand):
    # all three others are listed: in the last split one half has no list of d's, and d is in nobody's
    assert [answer.splits for answer in by_hand.nearest("d", 3)] == [3] * 3
    assert [answer.splits for answer in by_hand.nearest("a", 3)] == [4, 4, 3]


def test_the_answers_are_the_models_own(by_hand):
    space = by_hand._model.vectors("center")
    found = [(answer.word, answer.value) for answer in by_hand.nearest("b", 3)]
    assert found == space.most_similar("b", 3)
    found = [(answer.word, answer.value) for answer in by_hand.answers("a", "b", "c", 1)]
    assert found == space.analogy("a", "b", "c", 1)


def test_an_analogys_share_counts_first_answers_of_both_halves():
    words = ["a", "b", "c", "x", "y"]
    V = np.array([[1, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1], [-1, 0, 1]], np.float32)
    W = V[[0, 1, 2, 4, 3]]
    present = np.ones((4, 2, 5), bool)
    present[3, 0, 0] = False
    found = Certainty(model_of(words, V), halves_of(V, V, V, W, W, W, V, V, present=present))
    assert found.first_answers("a", "b", "c") == [("x", "x"), ("x", "y"), ("y", "y"), (None, "x")]
    answers = found.answers("a", "b", "c")
    assert [(answer.word, answer.splits) for answer in answers] == [("x", 1), ("y", 1)]
    assert found.analogy("a", "b", "c") == [(answer.word, answer.share) for answer in answers]
    assert answers[0].share > answers[1].share  # five halves against three


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


def test_the_counts_are_those_of_the_lists_of_each_half():
    rng = np.random.default_rng(1)
    words = [f"w{i}" for i in range(40)]
    V = (rng.normal(size=(40, 5)) + 0.4 * rng.normal(size=(6, 40, 5))).astype(np.float16)
    found = Certainty(model_of(words, V[0].astype(np.float32)), halves_of(*V))
    spaces = [WordVectors(words, v.astype(np.float32), lowercase=True) for v in V]
    for metric in METRICS:
        same = []
        for word in words:
            lists = [{w for w, _ in space.most_similar(word, 7, metric)} for space in spaces]
            both = [one & other for one, other in zip(lists[::2], lists[1::2], strict=True)]
            same += [len(shared) / 7 for shared in both]
            for answer in found.nearest(word, 7, metric=metric):
                assert answer.splits == sum(answer.word in shared for shared in both)
        assert found.agreement(metric=metric, n=7) == pytest.approx(np.mean(same))


def test_vectors_in_halves_are_zero_where_a_half_lacks_the_word():
    present = np.ones((1, 2, 2), bool)
    present[0, 1, 0] = False
    V = np.array([[1, 2], [3, 4]], np.float32)
    found = Certainty(
        model_of(["a", "b", "c"], np.eye(3)[:, :2]), halves_of(V, 2 * V, present=present)
    )
    halves = found.in_halves([1, 0, 2])
    assert halves.tolist() == [[[[3, 4], [1, 2], [0, 0]], [[6, 8], [0, 0], [0, 0]]]]
    assert found.in_halves([1], "sum").shape == (1, 2, 1, 2)


def test_lists_as_long_as_the_vocabulary_and_vocabularies_of_one_or_two_words(by_hand):
    assert [answer.splits for answer in by_hand.nearest("a", 10**6)] == [4, 4, 3]
    two = Certainty(model_of(["a", "b"], np.eye(2)), halves_of(*[np.eye(2)] * 4))
    assert [(answer.word, answer.splits) for answer in two.nearest("a")] == [("b", 2)]
    one = Certainty(model_of(["a"], np.eye(1)), halves_of(*[np.eye(1)] * 4))
    assert one.neighbours("a") == []


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
        found = sure.nearest(animal, 2, "sum")
        assert {answer.word for answer in found if answer.splits >= 9} == others
        assert min(answer.share for answer in found) > 0.8


def test_what_one_document_alone_says_is_not():
    """Thirty lines of one document speak of unicorns: sentences shared out singly would be in both
    halves, the document is in one."""
    text = SOLID.replace(". ", ".\n") + "unicorns bark loudly.\n" * 30
    model, corpus = trained(text)
    lines = np.arange(corpus.n_sentences)
    documents = np.minimum(lines // 15, 12)  # the last one holds the unicorns
    by_document = how_sure(model, corpus, documents)
    by_sentence = how_sure(model, corpus, lines)
    assert [answer.splits for answer in by_document.nearest("unicorns", 2, "sum")] == [0, 0]
    assert max(answer.splits for answer in by_sentence.nearest("unicorns", 2, "sum")) > 8
    share = by_document.neighbours("unicorns", 2, "sum")[0][1]
    assert share < by_sentence.neighbours("unicorns", 2, "sum")[0][1]


def test_chance_is_not_sure():
    rng = np.random.default_rng(0)
    noise = " ".join(" ".join(f"w{i}" for i in rng.integers(0, 60, 6)) + "." for _ in range(200))
    sure = how_sure(*trained(noise))
    answers = [answer for word in sure.words for answer in sure.nearest(word, 5)]
    # by chance, two lists of five of 59 words share 5/59, and others are no more alike
    assert sure.agreement(n=5) == pytest.approx(5 / 59, abs=0.04)
    assert np.mean([answer.splits for answer in answers]) < 1.5
    assert np.mean([answer.share for answer in answers]) < 0.2


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
    assert [answer.splits for answer in sure.nearest("dogs", 3)] == [0, 0, 0]
    assert max(answer.share for answer in sure.nearest("dogs", 3)) < 0.05
    assert max(share for _, share in sure.analogy("dogs", "bark", "loudly")) < 0.05


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


def test_the_nearest_are_the_same_however_large_the_vocabulary():
    rng = np.random.default_rng(0)
    for columns in (20, 700, 3_000):
        order = rng.normal(size=(6, columns)).astype(np.float32)
        order[:, 5] = np.inf
        order[1, 12:] = np.inf  # a word of a half with few others
        found = np.take_along_axis(order, _smallest(order, 10), axis=1)
        assert np.array_equal(np.sort(found, axis=1), np.sort(order, axis=1)[:, :10])
