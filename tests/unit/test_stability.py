"""How sure neighbours and analogies are."""

import numpy as np
import pytest

from w2v_core import Corpus, SkipGram, WordVectors
from w2v_core.model.stability import Stability, resample
from w2v_core.model.trainers import DEFAULT_TRAINER, TRAINERS
from w2v_core.space.analogy import solve


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


@pytest.fixture
def by_hand():
    """Four words on the circle, and three resamples: as the model; with c and d exchanged; as the
    model, but d has no pairs."""
    angles = np.array([0.0, 10.0, 30.0, 80.0])
    V = np.stack([np.cos(np.radians(angles)), np.sin(np.radians(angles))], axis=1)
    resampled = np.stack([V, V[[0, 1, 3, 2]], V]).astype(np.float16)
    present = np.ones((3, 4), bool)
    present[2, 3] = False
    return Stability(model_of(list("abcd"), V), resampled, 2 * resampled, present)


@pytest.mark.parametrize("metric", ["cosine", "dot", "euclidean"])
@pytest.mark.parametrize("which", ["center", "output", "sum"])
def test_a_neighbours_share_counts_the_resamples_that_have_it(by_hand, which, metric):
    assert [(w, s) for w, _, s in by_hand.neighbours("A", 2, which, metric)] == [
        ("b", 1.0),
        ("c", pytest.approx(2 / 3)),
    ]
    assert by_hand.agreement("a", 2, which, metric) == pytest.approx(5 / 6)


def test_a_word_without_pairs_in_a_resample_agrees_with_nothing_there(by_hand):
    # all three others are listed: in the third resample d has no list, and is in nobody's
    assert [s for *_, s in by_hand.neighbours("d", 3)] == pytest.approx([2 / 3] * 3)
    assert [s for *_, s in by_hand.neighbours("a", 3)] == pytest.approx([1, 1, 2 / 3])


def test_the_values_are_the_models_own(by_hand):
    space = by_hand._model.vectors("center")
    assert [pair[:2] for pair in by_hand.neighbours("b", 3)] == space.most_similar("b", 3)
    assert [pair[:2] for pair in by_hand.analogy("a", "b", "c", 1)] == space.analogy(
        "a", "b", "c", 1
    )


def test_an_analogys_share_counts_first_answers(by_hand):
    words = ["a", "b", "c", "x", "y"]
    V = np.array([[1, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1], [-1, 0, 1]], np.float32)
    other = V[[0, 1, 2, 4, 3]]
    present = np.ones((4, 5), bool)
    present[3, 0] = False
    found = Stability(
        model_of(words, V), *[np.stack([V, V, other, V]).astype(np.float16)] * 2, present
    )
    assert found.first_answers("a", "b", "c") == ["x", "x", "y", None]
    assert [(w, s) for w, _, s in found.analogy("a", "b", "c")] == [("x", 0.5), ("y", 0.25)]


def test_an_analogys_share_follows_the_method():
    rng = np.random.default_rng(0)
    words = list("abcdefghijklmnop")
    V = rng.normal(size=(6, len(words), 4)).astype(np.float16)
    found = Stability(
        model_of(words, V[0].astype(np.float32)), V, V, np.ones((6, len(words)), bool)
    )
    answers = {m: found.first_answers("a", "b", "c", method=m) for m in ("add", "mul")}
    assert answers["add"] != answers["mul"]
    for method, of_each in answers.items():
        spaces = [WordVectors(words, v.astype(np.float32), lowercase=True) for v in V]
        assert of_each == [solve(s, "a", "b", "c", method=method).answer for s in spaces]
        best, _, share = found.analogy("a", "b", "c", 1, method=method)[0]
        assert best == of_each[0] and share == of_each.count(best) / 6


def test_unknown_words_and_choices_are_named(by_hand):
    with pytest.raises(KeyError, match="zebra"):
        by_hand.neighbours("zebra")
    with pytest.raises(ValueError, match="'center'"):
        by_hand.neighbours("a", which="middle")
    with pytest.raises(ValueError, match="'cosine'"):
        by_hand.neighbours("a", metric="angle")


# Resampling

SOLID = "dogs bark loudly. cats purr softly. cows moo low. " * 60


def trained(text, **parameters):
    corpus = Corpus.from_text(text, min_count=1)
    return SkipGram(**parameters).fit(corpus), corpus


def test_what_every_sentence_says_is_stable():
    model, corpus = trained(SOLID)
    found = resample(model, corpus, R=10)
    assert found.resamples == 10 and found.present.all() and found.note is None
    for animal, others in (
        ("dogs", {"bark", "loudly"}),
        ("cats", {"purr", "softly"}),
        ("cows", {"moo", "low"}),
    ):
        assert {w for w, _, share in found.neighbours(animal, 2, "sum") if share > 0.8} == others
        assert found.agreement(animal, 2) > 0.8


def test_chance_is_not_stable():
    rng = np.random.default_rng(0)
    noise = " ".join(" ".join(f"w{i}" for i in rng.integers(0, 60, 6)) + "." for _ in range(200))
    model, corpus = trained(noise)
    found = resample(model, corpus, R=10)
    shares = [found.agreement(word, 5) for word in model.words]
    assert np.mean(shares) < 0.6
    solid_model, solid_corpus = trained(SOLID)
    solid = resample(solid_model, solid_corpus, R=10)
    assert np.mean([solid.agreement(w, 2) for w in solid.words]) > np.mean(shares) + 0.2


def test_a_word_of_one_sentence_is_as_stable_as_that_sentence_is_drawn():
    model, corpus = trained(SOLID + "unicorns bark loudly.")
    found = resample(model, corpus, R=40)
    row = found.words.index("unicorns")
    drawn = found.present[:, row].mean()
    assert 0.4 < drawn < 0.85  # 1 − 1/e
    assert max(share for *_, share in found.neighbours("unicorns", 10)) <= drawn


def test_the_same_seed_draws_the_same_resamples_and_each_has_its_own_start():
    model, corpus = trained(SOLID, dim=4)
    first, second, other = (resample(model, corpus, R=3, seed=s) for s in (1, 1, 2))
    np.testing.assert_array_equal(first.V, second.V)
    assert np.abs(first.V.astype(float) - other.V).max() > 0.01
    assert np.abs(first.V[0].astype(float) - first.V[1]).max() > 0.01


def test_the_models_own_choices_are_used(monkeypatch):
    made = []

    class Noted(SkipGram):
        def __init__(self, **parameters):
            made.append(parameters)
            super().__init__(**parameters)

    model, corpus = trained(SOLID, window=2, prior=3.0)
    monkeypatch.setitem(TRAINERS, DEFAULT_TRAINER, Noted)
    resample(model, corpus, R=2)
    assert [(p["dim"], p["window"], p["prior"]) for p in made] == [(model.V.shape[1], 2, 3.0)] * 2
    assert None not in (made[0]["epochs"], made[0]["subsample"], made[0]["learning_rate"])
    assert made[0]["seed"] != made[1]["seed"]


def test_sgd_models_are_resampled_too():
    model, corpus = trained(SOLID, solver="sgd", epochs=3)
    assert resample(model, corpus, R=2).V.shape == (2, *model.V.shape)


def test_too_many_words_keep_the_most_frequent_and_say_so():
    model, corpus = trained(SOLID, dim=2)
    found = resample(model, corpus, R=2, most_bytes=2 * 2 * 4 * 5)
    assert found.words == model.words[:5] and "5 most frequent of 9" in found.note
    assert {w for w, *_ in found.neighbours(found.words[0])} == set(found.words[1:])
    with pytest.raises(KeyError):
        found.neighbours(model.words[5])


def test_it_tells_how_far_it_is_and_stops_when_asked():
    model, corpus = trained(SOLID)
    told = []
    resample(model, corpus, R=3, callback=lambda share, sentence: told.append((share, sentence)))
    shares = [share for share, _ in told]
    assert shares == sorted(shares) and shares[0] >= 0 and shares[-1] <= 1
    assert told[-1][1] == "Training on resample 3 of 3"
    for at in (0.0, 0.5):
        with pytest.raises(InterruptedError, match="stopped"):
            resample(model, corpus, R=3, callback=lambda share, _, at=at: share >= at)


def test_what_cannot_be_resampled_is_said():
    model, corpus = trained(SOLID)
    with pytest.raises(ValueError, match="vocabulary"):
        resample(model, Corpus.from_text(SOLID + "more words", min_count=1))
    with pytest.raises(ValueError, match="resamples=1"):
        resample(model, corpus, R=1)
