"""Analogies, expressions, diamonds, what is found, and why: on hand-made vectors and the small world."""

import itertools
import math

import numpy as np
import pytest

from w2v_core import Corpus, SkipGram, WordVectors, count_pairs
from w2v_core.space import discover, null_verdicts, nulls, planes
from w2v_core.space.analogy import scores, solve
from w2v_core.space.evaluation import (
    Question,
    analogy_accuracy,
    not_understood,
    parse_questions,
    read_questions,
    scorecard,
    wilson,
)
from w2v_core.space.expression import ExpressionError, evaluate
from w2v_core.space.logratios import (
    corpus_log_probabilities,
    log_probabilities,
    log_ratios,
    null_correlations,
    shared_reasons,
    weighted_correlation,
)
from w2v_core.space.null_nearness import near_partners
from w2v_core.space.presets import offered_lists
from w2v_core.space.relations import (
    MOST_PAIRS,
    compare_offsets,
    diamonds,
    forming,
    known_pairs,
    mean_over_pairs,
    offsets,
    read_pair_lists,
    read_pairs,
)
from w2v_core.space.vectors import unit_rows
from w2v_core.text.samples import DATA, sample_path

WORDS = ["man", "woman", "king", "queen", "apple", "new-york", "1984"]
SPACE = WordVectors(
    WORDS,
    np.array(
        [
            [1, 0, 0, 0],
            [1, 1, 0, 0],
            [1, 0, 1, 0],
            [1, 1, 1, 0],
            [-3, 0.5, 0, 0],
            [0, 0, 0, 1],
            [0, 0, 1, 1],
        ],
        np.float32,
    ),
    lowercase=True,
)


@pytest.fixture(scope="module")
def world():
    corpus = Corpus.from_file(sample_path("small_world"))
    history = []
    model = SkipGram().fit(corpus, lambda progress: history.append(progress.V.copy()))
    model.history = history
    return model


@pytest.fixture(scope="module")
def space(world):
    return world.vectors()


@pytest.fixture(scope="module")
def lists():
    return read_pair_lists((DATA / "small_world_pairs.txt").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def capitals(space, lists):
    rows, unknown = known_pairs(space.vocabulary, lists["capitals"])
    assert len(rows) == 22 and unknown == []
    return rows


# --- Analogies -----------------------------------------------------------------------------------


def test_both_methods_score_as_their_formulas_say():
    unit = SPACE.unit
    a, b, c = (np.array([i]) for i in range(3))
    cos = unit @ unit.T
    target = unit[1] - unit[0] + unit[2]
    added = unit @ target / np.linalg.norm(target)
    assert scores(unit, a, b, c, "add")[0] == pytest.approx(added, abs=1e-6)
    shifted = (1 + cos) / 2
    multiplied = shifted[1] * shifted[2] / (shifted[0] + 1e-3)
    assert scores(unit, a, b, c, "mul")[0] == pytest.approx(multiplied, rel=1e-5)


def test_the_additive_answers_are_those_of_word_vectors(space):
    ours = solve(space, "germany", "berlin", "france").answers
    theirs = space.analogy("germany", "berlin", "france")
    assert [word for word, _ in ours] == [word for word, _ in theirs]
    assert ours[0][0] == "paris"


@pytest.mark.parametrize("kind", ["center", "sum"])
@pytest.mark.parametrize("method", ["add", "mul"])
def test_king_queen_man_woman_on_the_small_world(world, kind, method):
    solved = solve(world.vectors(kind), "king", "queen", "man", method=method)
    assert solved.answer == "woman"
    assert len(solved.answers) == 10 and not {"king", "queen", "man"} & dict(solved.answers).keys()
    values = [value for _, value in solved.answers]
    assert values == sorted(values, reverse=True)


def test_an_answer_is_compared_with_the_trivial_ones():
    # queen is nearest to woman + king, so that taking man away changes nothing.
    same = solve(SPACE, "man", "woman", "king")
    assert same.answer == "queen" == same.near_sum and same.rank_near_sum == 1
    assert not same.decided and "changed nothing" in same.verdict
    # Built so that neither c alone nor b + c leads to d: x is nearer to both.
    rotated = WordVectors(
        ["a", "b", "c", "d", "x"],
        np.array([[1, 0, 0.2], [0.6, 1, 0.2], [1, -0.4, 1], [0.3, 0.6, 1], [1, 0.3, 1]]),
    )
    solved = solve(rotated, "a", "b", "c")
    assert solved.answer == "d" and solved.near_c == solved.near_sum == "x"
    assert (
        solved.decided
        and solved.rank_near_c == 2
        and "The offset made the difference" in solved.verdict
    )
    assert "only 2nd nearest to c alone" in solved.verdict


def test_what_would_come_first_with_the_inputs_in_is_told(space):
    solved = solve(space, "germany", "berlin", "france")
    assert solved.with_inputs == space.analogy("germany", "berlin", "france", 1, False)[0][0]
    twice = solve(space, "king", "king", "man")
    assert twice.with_inputs == "man" and "man itself would come first" in twice.inputs_sentence
    assert "no offset" in twice.verdict


def test_an_analogy_in_a_vocabulary_of_three_words_has_no_answer():
    tiny = WordVectors(["a", "b", "c"], np.eye(3))
    solved = solve(tiny, "a", "b", "c")
    assert solved.answer is None and "no fourth word" in solved.verdict
    with pytest.raises(KeyError, match="'quen' is not in the vocabulary"):
        solve(SPACE, "man", "woman", "quen")
    with pytest.raises(ValueError, match="method='angle'"):
        solve(SPACE, "man", "woman", "king", method="angle")


# --- Expressions ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "weights"),
    [
        ("king − man + woman", {"king": 1, "man": -1, "woman": 1}),
        ("king - (man - woman)*2", {"king": 1, "man": -2, "woman": 2}),
        ("0.5*king + queen × 2 – MAN/4", {"king": 0.5, "queen": 2, "man": -0.25}),
        ("new-york - king", {"new-york": 1, "king": -1}),
        ('-"new-york" + (1+1)*"1984"', {"new-york": -1, "1984": 2}),
        ("king + king - man", {"king": 2, "man": -1}),
        ("2 * (king -man)", {"king": 2, "man": -2}),
        ("“queen”", {"queen": 1}),
    ],
)
def test_expressions_mean_what_they_say(text, weights):
    result = evaluate(text, SPACE)
    assert dict(result.weights) == weights
    wanted = sum(weight * SPACE.unit[WORDS.index(word)] for word, weight in weights.items())
    assert result.vector == pytest.approx(wanted, abs=1e-6)


def test_an_expression_is_spelled_out_and_finds_its_nearest():
    result = evaluate("king - man + 0.5 * woman", SPACE)
    assert result.spelled_out == "v_king − v_man + 0.5 v_woman"
    found = result.nearest(SPACE, n=99)
    assert found[0][0] == "queen" and {w for w, _ in found}.isdisjoint({"king", "man", "woman"})


@pytest.mark.parametrize(
    ("text", "position", "sentence"),
    [
        ("king + quen", 8, "'quen' is not in the vocabulary.*'queen'"),
        ("king-man", 1, "spaces around the minus: king - man"),
        ("king man", 6, "expected . − . or / before 'man'"),
        ("king +", 7, "expression ends here"),
        ("", 1, "expression ends here"),
        ("(king - man", 1, "never closed"),
        ("king)", 5, "has no matching"),
        ("king * man", 6, "two words cannot be multiplied"),
        ("2 / king", 3, "only by a number"),
        ("king / (1 - 1)", 6, "divide by 0"),
        ("king + 2", 6, "cannot be added"),
        ("1984", 1, "double quotes"),
        ("king - king", 1, "cancel each other out"),
        ('king + "queen', 8, "never closed"),
        ("king + *", 8, "expected a word or a number, not '\\*'"),
        ("9999999999*king", 1, "larger than 1,000,000"),
        ("king" + "*1000" * 3, 15, "larger than 1,000,000"),
        ("(" * 500 + "king", 41, "nested"),
        ("-" * 900 + "king", 41, "nested"),
        ("king + " * 300 + "king", 1001, "longer than"),
    ],
)
def test_a_mistake_is_named_with_its_place(text, position, sentence):
    with pytest.raises(ExpressionError, match=sentence) as caught:
        evaluate(text, SPACE)
    assert caught.value.position == position
    assert str(caught.value).startswith(f"At character {position}:")
    shown, mark = caught.value.pointed_at(text).split("\n")
    assert shown == text and mark == " " * (position - 1) + "▲"


# --- Diamonds ------------------------------------------------------------------------------------


def test_parallelism_and_closure_are_as_defined():
    rng = np.random.default_rng(0)
    unit = unit_rows(rng.normal(size=(8, 5)))
    rows = np.array([[0, 1], [2, 3], [4, 5], [6, 7]])
    measured = diamonds(unit, rows)
    for i, (a, b) in enumerate(rows):
        for j, (c, d) in enumerate(rows):
            one, other = unit[b] - unit[a], unit[d] - unit[c]
            lengths = np.linalg.norm(one), np.linalg.norm(other)
            assert measured.cosines[i, j] == pytest.approx(one @ other / np.prod(lengths))
            gap = np.linalg.norm(unit[a] - unit[b] - unit[c] + unit[d])
            assert measured.closures[i, j] == pytest.approx(gap / (sum(lengths) / 2), abs=1e-7)
    upper = np.triu_indices(4, 1)
    assert measured.parallelism == pytest.approx(measured.cosines[upper].mean())
    assert measured.closure == pytest.approx(measured.closures[upper].mean())
    assert measured.along[0] == pytest.approx(measured.cosines[0, 1:].mean())


def test_a_perfect_diamond_closes_and_a_word_paired_with_itself_counts_nothing():
    unit = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]])
    perfect = diamonds(unit, [[0, 1], [2, 3]])
    assert perfect.parallelism == pytest.approx(1) and perfect.closure == pytest.approx(0, abs=1e-6)
    still = diamonds(unit, [[0, 1], [2, 2]])
    assert still.parallelism == 0 and still.closure == pytest.approx(2)
    with pytest.raises(ValueError, match="at least two"):
        diamonds(unit, [[0, 1]])
    with pytest.raises(ValueError, match=f"at most {MOST_PAIRS}"):
        diamonds(unit, [[0, 1]] * (MOST_PAIRS + 1))


def test_random_lists_are_of_other_words_of_similar_frequency():
    """What the null draws, seen through vectors that are the words' own ranks."""
    n, rows = 2_000, np.array([[5, 300], [5, 800], [60, 1500]])
    rng = np.random.default_rng(0)
    seen = []

    class Spy(np.ndarray):
        def __getitem__(self, key):
            if isinstance(key, np.ndarray):
                seen.append(np.asarray(key))
            return np.asarray(self)[key]

    unit = unit_rows(rng.normal(size=(n, 8))).view(Spy)
    nulls.random_lists(unit, rows, draws=200)
    second, first = (np.concatenate([d for d in seen[k:-2:2]]) for k in (0, 1))
    assert first.shape == second.shape == (200, 3)
    assert (first[:, 0] == first[:, 1]).all()  # a shared word stays shared
    assert (first[:, 0] != first[:, 2]).all()
    ratio = (second + 10) / (rows[:, 1] + 10)
    assert ratio.min() > 0.4 and ratio.max() < 2.5
    assert 0.9 < np.median(ratio) < 1.1 and len(np.unique(second[:, 0])) > 50


def test_p_counts_the_observed_list_in():
    null = nulls.Null("random", np.array([0.1, 0.3, 0.5]), np.array([1.4, 1.1, 1.0]), 0.3, 1.1, 4)
    assert null.as_extreme() == 2 and null.p == pytest.approx(3 / 4)
    assert null.p_of("closure") == pytest.approx(3 / 4)
    assert "2 of 3 random lists are as parallel (p = .75)" in null_verdicts.sentence(null)
    assert "2 of 3 random lists are as closed" in null_verdicts.sentence(null, "closure")
    assert [null_verdicts.p_text(p) for p in (1 / 1001, 0.04, 0.2, 1)] == [
        ".001",
        ".04",
        ".20",
        "1",
    ]


def test_few_pairs_have_few_orders_and_p_says_so(space, lists):
    rows, _ = known_pairs(space.vocabulary, lists["capitals"][:3])
    null = nulls.shuffled_pairings(space.unit, rows)
    assert null.p == pytest.approx(1 / math.factorial(3), abs=0.04)
    assert "only 6 orders" in null_verdicts.sentence(null)


def test_the_capitals_are_parallel(space, capitals):
    measured = diamonds(space.unit, capitals)
    random = nulls.random_lists(space.unit, capitals)
    shuffled = nulls.shuffled_pairings(space.unit, capitals)
    assert random.observed_parallelism == pytest.approx(measured.parallelism, abs=1e-5)
    assert random.observed_closure == pytest.approx(measured.closure, abs=1e-4)
    assert random.p <= 0.01 and shuffled.p <= 0.01
    assert random.p_of("closure") <= 0.01 and shuffled.p_of("closure") <= 0.01
    nearness = near_partners(space.unit, capitals)
    assert nearness.p <= 0.01
    assert nulls.is_parallel(random, shuffled, nearness)
    assert null_verdicts.verdict(random, shuffled, nearness).startswith("Parallel")
    # Random lists are about as parallel as chance in d dimensions; shuffled ones far more.
    assert abs(random.parallelism.mean()) < 0.02 < shuffled.parallelism.mean()


def test_the_shuffled_pairing_of_two_word_classes_is_not_called_parallel(space, capitals):
    called = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        mixed = np.stack([capitals[:, 0], rng.permutation(capitals[:, 1])], axis=1)
        random = nulls.random_lists(space.unit, mixed, draws=200)
        shuffled = nulls.shuffled_pairings(space.unit, mixed, draws=200)
        assert random.p <= 0.05  # one class beside another: the first null alone would be fooled
        called += nulls.is_parallel(random, shuffled)
        if not nulls.is_parallel(random, shuffled):
            assert "Two groups of words near each other" in null_verdicts.verdict(
                random, shuffled, near_partners(space.unit, mixed, draws=200)
            )
    assert called <= 3  # one in twenty is what p ≤ .05 allows


def test_unrelated_pairs_are_not_called_parallel(space):
    rng = np.random.default_rng(3)
    p = []
    for _ in range(10):
        rows = rng.permutation(len(space))[:16].reshape(-1, 2)
        p.append(nulls.random_lists(space.unit, rows, draws=200, seed=1).p)
    assert np.median(p) > 0.1


def test_forming_follows_the_training(world, capitals):
    curves = forming(world.history, capitals)
    assert curves.shape == (len(world.loss_curve), 2)
    last = diamonds(world.vectors().unit, capitals)
    assert curves[-1] == pytest.approx([last.parallelism, last.closure], abs=1e-4)


def test_diamonds_form_from_a_random_start():
    """The notes' own training: from a small random start the capitals become parallel."""
    corpus = Corpus.from_file(sample_path("notes_example"))
    history = []
    model = SkipGram(dim=10, solver="sgd", epochs=20, batch_size=4).fit(
        corpus, lambda progress: history.append(progress.V.copy())
    )
    pairs = [("france", "paris"), ("germany", "berlin"), ("italy", "rome"), ("england", "london")]
    rows, _ = known_pairs(model.vocabulary, pairs)
    curves = forming(history, rows)
    assert abs(curves[0, 0]) < 0.5 < 0.8 < curves[-1, 0]
    assert curves[-1, 1] < curves[0, 1] - 0.4


def test_pairs_are_read_however_they_are_pasted():
    text = "man woman\n\n# a comment\nking → queen\nboy,girl\nhe;she\nsun\tmoon\nin->out\n"
    assert read_pairs(text) == [
        ("man", "woman"),
        ("king", "queen"),
        ("boy", "girl"),
        ("he", "she"),
        ("sun", "moon"),
        ("in", "out"),
    ]
    with pytest.raises(ValueError, match="Line 2: expected two words, not 'king'"):
        read_pairs("man woman\nking")
    rows, unknown = known_pairs(SPACE.vocabulary, [("Man", "woman"), ("man", "woman"), ("x", "y")])
    assert rows.tolist() == [[0, 1]] and unknown == [("x", "y")]


@pytest.mark.parametrize("sample", ["small_world", "royalty", "notes_example", "python_help"])
def test_every_pair_of_a_samples_lists_is_in_its_text(sample):
    vocabulary = Corpus.from_file(sample_path(sample)).vocabulary
    found = read_pair_lists((DATA / f"{sample}_pairs.txt").read_text(encoding="utf-8"))
    for pairs in found.values():
        rows, unknown = known_pairs(vocabulary, pairs)
        assert len(rows) >= 3 and unknown == []


def test_lists_that_fit_the_text_are_offered(world):
    assert set(offered_lists(world.vocabulary, DATA)) >= {"capitals", "young animals"}
    notes = Corpus.from_file(sample_path("notes_example")).vocabulary
    assert set(offered_lists(notes, DATA)) == {"capitals", "languages"}
    english = "man woman boy girl he she good better bad worse big bigger is was are were do did"
    offered = offered_lists(Corpus.from_text(english, min_count=1).vocabulary, DATA)
    assert offered["good → better"] == [("good", "better"), ("bad", "worse"), ("big", "bigger")]
    assert offered_lists(SPACE.vocabulary, DATA) == {}


# --- Planes --------------------------------------------------------------------------------------


@pytest.mark.parametrize("n_axes", [2, 3])
@pytest.mark.parametrize("kind", list(planes.KINDS))
def test_planes_are_orthonormal_and_show_true_lengths(space, capitals, kind, n_axes):
    plane = planes.plane_of(space.unit, capitals, kind, n_axes)
    assert plane.directions @ plane.directions.T == pytest.approx(np.eye(n_axes), abs=1e-8)
    assert len(plane.titles) == n_axes
    places = plane.place(space.unit[capitals.ravel()]).reshape(22, 2, n_axes)
    drawn = np.linalg.norm(places[:, 1] - places[:, 0], axis=1)
    real = np.linalg.norm(offsets(space.unit, capitals), axis=1)
    assert (drawn <= real + 1e-6).all()


def test_the_mean_offset_points_straight_up(space, capitals):
    for n_axes in (2, 3):
        plane = planes.offset_plane(space.unit, capitals, n_axes)
        places = plane.place(space.unit[capitals.ravel()]).reshape(22, 2, n_axes)
        mean = (places[:, 1] - places[:, 0]).mean(axis=0)
        assert mean[:-1] == pytest.approx(0, abs=1e-6) and mean[-1] > 0.5
        assert (places[:, 1, -1] > places[:, 0, -1]).all()


def test_the_plane_of_an_analogy_holds_its_parallelogram(space):
    A, B, C = (space.unit[space.vocabulary.index(w)] for w in ("germany", "berlin", "france"))
    plane = planes.analogy_plane(A, B, C, space.unit[:5])
    a, b, c, target = plane.place(np.stack([A, B, C, B - A + C]))
    assert b - a == pytest.approx(target - c, abs=1e-6)
    assert np.linalg.norm(b - a) == pytest.approx(np.linalg.norm(B - A), abs=1e-6)
    assert np.linalg.norm(c - a) == pytest.approx(np.linalg.norm(C - A), abs=1e-6)
    assert (b - a)[0] == pytest.approx(0, abs=1e-6) and (b - a)[1] > 0


def test_degenerate_planes_stay_finite():
    same = np.ones((4, 3)) / np.sqrt(3)
    for kind in planes.KINDS:
        plane = planes.plane_of(same, np.array([[0, 1], [2, 3]]), kind, 3)
        assert np.isfinite(plane.place(same)).all()
    flat = unit_rows(np.array([[1.0], [2.0], [-1.0], [3.0]]))  # d = 1
    assert planes.offset_plane(flat, np.array([[0, 1], [2, 3]])).place(flat).shape == (4, 2)
    plane = planes.analogy_plane(same[0], same[0], same[0], same)
    assert np.isfinite(plane.place(same)).all()


@pytest.mark.parametrize("kind", list(planes.KINDS))
def test_moving_pictures_do_not_jump(world, capitals, kind):
    pictures = planes.moving_planes(world.history, capitals, kind)
    assert len(pictures) == len(world.history)
    steps = [np.abs(b - a).max() for a, b in itertools.pairwise(pictures[2:])]
    assert max(steps) < 0.4
    unit = world.vectors().unit
    last = planes.plane_of(unit, capitals, kind, 2).place(unit[capitals.ravel()])
    assert pictures[-1].reshape(-1, 2) == pytest.approx(last, abs=1e-4)


# --- Found ---------------------------------------------------------------------------------------


def test_from_one_capital_most_are_found(space, lists):
    a, b = (space.vocabulary.index(word) for word in ("germany", "berlin"))
    found = discover.pairs_like(space.unit, space.words, a, b, n=25)
    pairs = {(space.words[pair.a], space.words[pair.b]) for pair in found}
    others = set(lists["capitals"]) - {("germany", "berlin")}
    assert len(pairs & others) >= 15
    assert not any("germany" in pair or "berlin" in pair for pair in pairs)
    assert len({pair.a for pair in found}) == len({pair.b for pair in found}) == len(found)
    assert min(p.parallelism for p in found) >= 0.5 * max(p.parallelism for p in found)
    for pair in found[:3]:
        one, offset = space.unit[pair.b] - space.unit[pair.a], space.unit[b] - space.unit[a]
        cosine = one @ offset / np.linalg.norm(one) / np.linalg.norm(offset)
        assert pair.parallelism == pytest.approx(cosine, abs=1e-5)


def test_inflections_can_be_switched_off(space):
    a, b = (space.vocabulary.index(word) for word in ("walk", "walked"))
    all_of_them = discover.pairs_like(space.unit, space.words, a, b)
    names = [(space.words[pair.a], space.words[pair.b]) for pair in all_of_them]
    assert ("dance", "danced") in names
    others = discover.pairs_like(space.unit, space.words, a, b, inflections=False)
    assert others
    assert not any(discover.same_word(space.words[p.a], space.words[p.b]) for p in others)
    with pytest.raises(ValueError, match="no offset"):
        discover.pairs_like(space.unit, space.words, a, a)


def test_found_pairs_chose_each_other_and_rare_words_count_less(space, world):
    a, b = (space.vocabulary.index(word) for word in ("germany", "berlin"))
    unit = space.unit
    offset = (unit[b] - unit[a]) / np.linalg.norm(unit[b] - unit[a])
    cosines = np.clip(unit @ unit.T, 0, 0.9999)
    nearest = np.where(np.eye(len(unit), dtype=bool), -1, unit @ unit.T).max(axis=1)
    weight = 1 / np.sqrt(nearest)
    for counts in (None, world.counts):
        if counts is not None:
            weight = weight * np.sqrt(counts / (counts + 100))
        height = unit @ offset
        score = (height - height[:, None]) / np.sqrt(2 - 2 * cosines) * cosines
        score *= weight * weight[:, None]
        np.fill_diagonal(score, -1)
        found = discover.pairs_like(unit, space.words, a, b, n=25, counts=counts)
        for pair in found:
            assert score[pair.a].argmax() == pair.b
            assert score[:, pair.b].argmax() in (pair.a, a, b)
            assert pair.score == pytest.approx(score[pair.a, pair.b], rel=1e-3)


def test_forms_of_one_word_are_told_from_words():
    for pair in (("walk", "walked"), ("happy", "happier"), ("city", "cities"), ("man", "men")):
        assert discover.same_word(*pair) and discover.same_word(*pair[::-1])
    for pair in ("france french", "spain spanish", "norway norwegian", "portugal portuguese"):
        assert discover.same_word(*pair.split()) and discover.same_word(*pair.split()[::-1])
    for pair in ("mutter mütter", "goose geese", "рабочем рабочего", "γλώσσα γλωσσών"):
        assert discover.same_word(*pair.split()) and discover.same_word(*pair.split()[::-1])
    for pair in ("كتاب الكتاب", "happy unhappy", "gehen begehen", "ספרים הספרים"):  # added in front
        assert discover.same_word(*pair.split()) and discover.same_word(*pair.split()[::-1])
    for pair in (("good", "better"), ("germany", "berlin"), ("cat", "car"), ("king", "kitchen")):
        assert not discover.same_word(*pair)
    for pair in (
        "father mother",
        "mother brother",
        "letter little",
        "sister system",
        "boat better",
    ):
        assert not discover.same_word(*pair.split()) and not discover.same_word(*pair.split()[::-1])
    for pair in ("отец мать", "東京 東北", "brother sister", "man woman", "seven eight"):
        assert not discover.same_word(*pair.split()) and not discover.same_word(*pair.split()[::-1])


def test_from_nothing_the_capitals_are_among_the_proposals(space, lists):
    proposed = discover.propose_relations(space.unit, space.words)
    capitals = set(lists["capitals"]) | {(b, a) for a, b in lists["capitals"]}
    shares = []
    for relation in proposed:
        pairs = [(space.words[a], space.words[b]) for a, b in relation.rows]
        assert len(pairs) >= 3 and len({word for pair in pairs for word in pair}) == 2 * len(pairs)
        along = mean_over_pairs(compare_offsets(offsets(space.unit, relation.rows))[0])
        assert relation.parallelism == pytest.approx(along, abs=1e-3)
        shares.append(len(capitals & set(pairs)) / len(pairs))
    assert max(shares) > 0.8
    scored = [relation.score for relation in proposed]
    assert scored == sorted(scored, reverse=True)


def test_proposals_without_inflections_and_from_tiny_vocabularies(space):
    for relation in discover.propose_relations(space.unit, space.words, inflections=False):
        assert not any(discover.same_word(space.words[a], space.words[b]) for a, b in relation.rows)
    for relation in discover.propose_relations(space.unit, space.words, first=100):
        assert relation.rows.min() >= 100
        along = mean_over_pairs(compare_offsets(offsets(space.unit, relation.rows))[0])
        assert relation.parallelism == pytest.approx(along, abs=1e-3)
    assert discover.propose_relations(space.unit, space.words, first=len(space.words)) == []
    for n in (1, 2, 3, 7):
        unit = unit_rows(np.random.default_rng(0).normal(size=(n, 2)))
        assert discover.propose_relations(unit, list("abcdefg")[:n]) == []


# --- Why -----------------------------------------------------------------------------------------

ANALOGIES = (
    "france paris germany berlin",
    "italy rome spain madrid",
    "king queen man woman",
    "father mother son daughter",
    "big bigger small smaller",
    "walk walked sing sang",
    "cow calf dog puppy",
    "japan japanese china chinese",
)


def rows_of(vocabulary, quadruple):
    return [vocabulary.index(word) for word in quadruple.split()]


def test_log_ratios_are_those_of_the_models_probabilities(world):
    rows = rows_of(world.vocabulary, ANALOGIES[0])
    ratios = log_ratios(log_probabilities(world.V, world.U, world.log_q, rows))
    p = [world.probabilities(world.words[row]).astype(np.float64) for row in rows]
    assert ratios.x == pytest.approx(np.log(p[1] / p[0]), abs=1e-3)
    assert ratios.y == pytest.approx(np.log(p[3] / p[2]), abs=1e-3)
    assert ratios.weight == pytest.approx(sum(p) / 4, rel=1e-3)
    assert ratios.weight.sum() == pytest.approx(1)
    strength = np.sqrt(ratios.weight) * np.minimum(np.abs(ratios.x), np.abs(ratios.y))
    toward = ratios.toward(5)
    assert (ratios.x[toward] > 0).all() and (ratios.y[toward] > 0).all()
    same_side = (ratios.x > 0) & (ratios.y > 0)
    assert toward[0] == np.flatnonzero(same_side)[strength[same_side].argmax()]
    assert (ratios.x[ratios.away(5)] < 0).all() and (ratios.y[ratios.away(5)] < 0).all()


def test_the_weighted_correlation_is_pearsons_where_weights_are_equal():
    x, y = np.random.default_rng(0).normal(size=(2, 50))
    assert weighted_correlation(x, y, np.ones(50)) == pytest.approx(np.corrcoef(x, y)[0, 1])
    doubled = weighted_correlation(x, y, np.r_[2, np.ones(49)])
    again = np.corrcoef(np.r_[x[0], x], np.r_[y[0], y])[0, 1]
    assert doubled == pytest.approx(again)
    assert weighted_correlation(x, np.zeros(50), np.ones(50)) == 0


def test_right_analogies_correlate_beyond_random_pairs(world):
    for quadruple in ANALOGIES:
        rows = rows_of(world.vocabulary, quadruple)
        ratios = log_ratios(log_probabilities(world.V, world.U, world.log_q, rows))
        null = null_correlations(world.V, world.U, world.log_q, rows, draws=200)
        assert ratios.r > np.quantile(null, 0.95)


def test_null_correlations_are_those_of_the_drawn_pairs(world):
    rows = rows_of(world.vocabulary, ANALOGIES[0])
    drawn = null_correlations(world.V, world.U, world.log_q, rows, draws=3, seed=5)
    rng = np.random.default_rng(5)
    columns = [rng.integers(r // 2, min(2 * r + 20, len(world.V) - 1) + 1, 3) for r in rows[2:]]
    for r, c, d in zip(drawn, *columns, strict=True):
        log_p = log_probabilities(world.V, world.U, world.log_q, [*rows[:2], c, d])
        assert r == pytest.approx(log_ratios(log_p).r, abs=1e-6)


def test_reasons_are_told_in_one_sentence(world):
    rows = rows_of(world.vocabulary, "king queen man woman")
    ratios = log_ratios(log_probabilities(world.V, world.U, world.log_q, rows))
    text = shared_reasons(ratios, world.words, "queen", "woman")
    assert text.startswith("woman and queen are both pulled towards")
    toward, away = text.split("away from")
    assert "her" in toward.replace(",", "").split() and "his" in away.replace(",", "").split()
    assert shared_reasons(ratios, world.words, "queen", "woman", null=np.ones(9)).startswith(
        "The two are hardly alike"
    )


def test_model_and_corpus_log_ratios_agree(world):
    """r ≥ .7 over every pair of words that the sample's questions hold, and every context word with 20
    and more encounters with both words of the pair, whatever the smoothing."""
    questions = read_questions(DATA / "small_world_questions.txt")
    index = world.vocabulary.index
    pairs = np.array(
        sorted(
            {
                pair
                for q in questions
                for pair in ((index(q.a), index(q.b)), (index(q.c), index(q.d)))
            }
        )
    )
    assert len(pairs) >= 150
    corpus = world.corpus
    trained_on = count_pairs(corpus, world.window, world.weighting, world.chosen["subsample"])
    plain = count_pairs(corpus, world.window, "flat", 0).tocsr()
    first, second = pairs.T
    often = np.minimum(plain[first].toarray(), plain[second].toarray()) >= 20
    assert often.sum() >= 500

    def of_model(rows):
        return log_probabilities(world.V, world.U, world.log_q, rows)

    model = (of_model(second) - of_model(first))[often]
    for smoothing in (0.1, 1, 10):
        text = corpus_log_probabilities(trained_on, second, smoothing) - (
            corpus_log_probabilities(trained_on, first, smoothing)
        )
        assert np.corrcoef(model, text[often])[0, 1] >= 0.7


def test_smoothed_frequencies_are_probabilities(world):
    N = count_pairs(world.corpus, 5)
    log_p = corpus_log_probabilities(N, [0, 700, 1399])
    assert np.exp(log_p).sum(axis=1) == pytest.approx(1)
    assert np.isfinite(log_p).all()


# --- Scorecard -----------------------------------------------------------------------------------


def test_wilson_intervals():
    low, high = wilson(8, 10)
    assert (low, high) == (pytest.approx(0.4902, abs=1e-4), pytest.approx(0.9433, abs=1e-4))
    assert wilson(0, 10)[0] == 0 and 0.2 < wilson(0, 10)[1] < 0.3
    assert wilson(10, 10)[1] == pytest.approx(1) and wilson(0, 0) == (0, 1)


def test_every_question_of_the_small_world_is_answered_on_it(space):
    questions = read_questions(DATA / "small_world_questions.txt")
    card = scorecard(space, questions)
    assert card.total.covered == 798 and card.total.accuracy > 0.95
    assert card.total.interval == wilson(card.total.right, 798)


def test_a_scorecard_agrees_with_the_questions_asked_one_by_one(space):
    # The vectors answer nearly all: noise as long as they are makes misses to look at.
    noise = unit_rows(np.random.default_rng(0).normal(size=space.unit.shape))
    rough = WordVectors(space.words, space.unit + noise.astype(np.float32), lowercase=True)
    questions = read_questions(DATA / "small_world_questions.txt")
    questions.append(Question("capitals", "france", "paris", "atlantis", "poseidonis"))
    shares = []
    card = scorecard(rough, questions, callback=lambda share: shares.append(share))
    one_by_one = analogy_accuracy(rough, questions)
    assert card.total.asked == 799 and card.total.covered == 798 == len(one_by_one)
    assert card.total.right == sum(right for *_, right in one_by_one)
    assert [s.section for s in card.sections][:2] == ["capitals", "languages"]
    assert sum(s.right for s in card.sections) == card.total.right
    assert card.sections[0].coverage == pytest.approx(100 / 101)
    low, high = card.total.interval
    assert low < card.total.accuracy < high
    assert len(card.misses) == 798 - card.total.right >= 50
    wrong = [(q, answer) for q, answer, right in one_by_one if not right]
    assert [(miss.question, miss.answer) for miss in card.misses] == wrong
    for miss in card.misses[:5]:
        q = miss.question
        order = [word for word, _ in rough.analogy(q.a, q.b, q.c, n=len(rough))]
        assert order.index(q.d) + 1 == miss.rank > 1
    assert shares[-1] == 1 and shares == sorted(shares)


def test_a_scorecard_can_be_stopped_and_needs_questions(space):
    questions = read_questions(DATA / "small_world_questions.txt")
    with pytest.raises(InterruptedError):
        scorecard(space, questions, callback=lambda share: True)
    with pytest.raises(ValueError, match="no questions"):
        scorecard(space, [])
    unknown = scorecard(space, [Question("x", *"pqrs")])
    assert unknown.total.covered == 0 and math.isnan(unknown.total.accuracy)
    with pytest.raises(ValueError, match="pasted, line 2: expected four words"):
        parse_questions(": a\nb c d", "pasted")


def test_lines_that_are_no_questions_are_counted():
    text = ": a\na b c d\nhello there\n\n# note\ne f g h i\n"
    assert len(parse_questions(text)) == 1
    assert not_understood(text) == [(3, "hello there"), (6, "e f g h i")]


def test_questions_are_read_however_their_words_are_kept_apart():
    text = (
        ": capitals\nathens, greece, paris, france\n : family\nman;woman / king\tqueen\n# note\n\n"
    )
    assert parse_questions(text) == [
        Question("capitals", "athens", "greece", "paris", "france"),
        Question("family", "man", "woman", "king", "queen"),
    ]
