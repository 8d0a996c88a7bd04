"""What the lessons compute: typed pairs, one step, derivations, what misleads, equations."""

import numpy as np
import pytest

from w2v_core import Corpus, SkipGram
from w2v_core.figures.lessons import equations
from w2v_core.figures.lessons.arrows import Arrow, all_vectors, arrows, forming
from w2v_core.figures.lessons.heat_map import heat_map
from w2v_core.figures.lessons.pair_arcs import pair_arcs
from w2v_core.figures.lessons.softmax_bars import softmax_bars
from w2v_core.lessons import (
    cautions,
    derivations,
    distances,
    held_out,
    one_hot,
    one_step,
    plane,
    transfer,
    typed_pairs,
)
from w2v_core.lessons.pair_table import frequent_beside, pair_share, pairs_of
from w2v_core.lessons.prediction import least_expected, most_raised, predict
from w2v_core.lessons.typed_pairs import PairTraining, closure_over_seeds, parse_pairs
from w2v_core.lessons.word_classes import class_scores, known_classes, parse_classes
from w2v_core.model.softmax import cross_entropy, scores, softmax
from w2v_core.space.vectors import WordVectors
from w2v_core.text.samples import sample_path

ROLES, PLACES, CITIES = typed_pairs.ROLES, typed_pairs.PLACES, typed_pairs.CITIES


@pytest.fixture(scope="module")
def model():
    return SkipGram(epochs=6, dim=8).fit(Corpus.from_file(sample_path("notes_example")))


@pytest.fixture(scope="module")
def world():
    """The small world's center vectors, as everyone gets them."""
    return SkipGram().fit(Corpus.from_file(sample_path("small_world"))).vectors()


@pytest.fixture
def start():
    rng = np.random.default_rng(3)
    return (
        rng.standard_normal((9, 4)),
        rng.standard_normal((9, 4)),
        np.log(rng.dirichlet(np.ones(9))),
    )


# Lesson 7


def test_role_and_place_contexts_close_the_diamond_on_V_over_ten_seeds():
    found = closure_over_seeds(f"{ROLES}, {PLACES}, {CITIES}", 10, 200)
    assert found[:, 0].min() >= 0.95


def test_without_the_place_contexts_it_stays_open():
    found = closure_over_seeds(f"{ROLES}, {CITIES}", 10, 200)
    assert found[:, 0].mean() <= 0.4


def test_the_notes_literal_pairs_do_not_close_on_V():
    pairs = parse_pairs(typed_pairs.LITERAL, both_directions=True)
    rows = [pairs.words.index(word) for word in typed_pairs.DIAMOND]
    sides = []
    for V, U in typed_pairs.train_together(
        [PairTraining(pairs, 8, 0.1, s) for s in range(10)], 1600
    ):
        sides.append([*typed_pairs.closure(V, rows), *typed_pairs.closure(V + U, rows)])
    sides = np.array(sides)
    assert sides[:, :2].max() < 0.5  # neither pair of sides, from any start
    assert sides[:, 3].min() > 0.95  # V + U: city to country is parallel …
    assert sides[:, 2].mean() < 0.5  # … city to city is not


def test_trainings_side_by_side_are_those_one_by_one():
    pairs = parse_pairs(typed_pairs.PRESETS["king and queen"])
    together = typed_pairs.train_together([PairTraining(pairs, 5, 0.2, s) for s in (0, 7)], 150)
    for (V, U), seed in zip(together, (0, 7), strict=True):
        alone = PairTraining(pairs, 5, 0.2, seed).at(150)
        np.testing.assert_allclose(V, alone[0], atol=1e-12)
        np.testing.assert_allclose(U, alone[1], atol=1e-12)


def test_a_parallelogram_is_closed_and_a_crossed_one_is_not():
    X = np.array([[0, 0], [2, 1], [0, 3], [2, 4.0]])
    assert typed_pairs.closure(X, (0, 1, 2, 3)) == pytest.approx((1, 1))
    assert typed_pairs.closure(X, (0, 1, 3, 2))[0] == pytest.approx(-1)


# Typed pairs


def test_typed_pairs_are_read_with_any_words_in_them():
    pairs = parse_pairs("eat|apple, drink|juice\n <b>|_#$% ")
    assert pairs.words == ["eat", "apple", "drink", "juice", "<b>", "_#$%"]
    assert list(zip(pairs.c, pairs.o, strict=True)) == [(0, 1), (2, 3), (4, 5)]


@pytest.mark.parametrize("text", ["", "eat", "eat|", "a|b|c", ", ,"])
def test_what_is_no_pair_is_told_in_a_sentence(text):
    with pytest.raises(ValueError, match="pair"):
        parse_pairs(text)


def test_too_many_words_are_refused():
    with pytest.raises(ValueError, match="at most"):
        parse_pairs(", ".join(f"a{i}|b{i}" for i in range(31)))


def test_training_on_pairs_lowers_their_loss_and_does_not_depend_on_what_was_asked_before():
    training = PairTraining(parse_pairs("a|b, b|c, c|a"), 5, 0.2, 1)
    late = [m.copy() for m in training.at(450)]
    early = training.at(30)
    again = PairTraining(parse_pairs("a|b, b|c, c|a"), 5, 0.2, 1)
    for asked, other in zip(again.at(30), early, strict=True):
        np.testing.assert_array_equal(asked, other)
    for asked, other in zip(again.at(450), late, strict=True):
        np.testing.assert_array_equal(asked, other)
    V, U = late
    assert cross_entropy(scores(V[0], U), 1) < 0.2 < cross_entropy(scores(early[0][0], early[1]), 1)


# Lesson 6


@pytest.mark.parametrize("anchored", [False, True])
def test_a_small_step_lowers_the_loss_and_the_flipped_sign_raises_it(start, anchored):
    V, U, log_q = start
    log_q = log_q if anchored else None
    down = one_step.one_step(V, U, 0, 1, 0.01, log_q)
    up = one_step.one_step(V, U, 0, 1, -0.01, log_q)
    assert down.losses[1] < down.losses[0] == up.losses[0] < up.losses[1]
    # The step of v is what attracts and what repels, times α.
    np.testing.assert_allclose(down.v_after - down.v, 0.01 * (down.pull + down.push))


def test_pull_and_push_are_u_o_and_the_expected_u(start):
    V, U, _ = start
    step = one_step.one_step(V, U, 2, 5, 0.1)
    np.testing.assert_allclose(step.pull, U[5])
    np.testing.assert_allclose(step.push, -softmax(scores(V[2], U)) @ U)
    pushed = [w for w in np.argsort(-step.moved) if w != 5]
    assert list(step.p[pushed]) == sorted(step.p[pushed], reverse=True)  # the likelier, the farther


def test_from_zero_nothing_moves(start):
    V, U = one_step.start(start[0], start[1], "zero")
    step = one_step.one_step(V, U, 0, 1, 5.0, times=100)
    assert not step.moved.any() and not step.v_after.any()
    assert step.losses == [pytest.approx(np.log(9))] * 101


def test_a_too_large_rate_overshoots_the_other_pairs_of_the_center(model):
    c, o = model.vocabulary.index("berlin"), model.vocabulary.index("germany")
    around = pairs_of(model.count(model.corpus)[0], c)
    gentle = one_step.one_step(model.V, model.U, c, o, 0.01, model.log_q, 1, around)
    wild = one_step.one_step(model.V, model.U, c, o, 20.0, model.log_q, 1, around)
    assert gentle.all_losses[1] < gentle.all_losses[0] + 0.2
    assert wild.all_losses[1] > wild.all_losses[0] + 5


def test_vectors_that_run_away_end_the_steps(start):
    step = one_step.one_step(start[0], start[1], 0, 1, -100.0, times=100)
    assert len(step.losses) < 101 and np.isfinite(step.losses[-2])


@pytest.mark.parametrize("anchored", [False, True])
def test_finite_differences_confirm_the_gradient(start, anchored):
    V, U, log_q = start
    check = one_step.check_gradient(V, U, 0, 1, log_q if anchored else None)
    assert len(check.formula) == 4 and check.error < 1e-6


def test_the_plane_of_the_step_holds_the_step(start):
    step = one_step.one_step(start[0], start[1], 0, 1, 0.5)
    basis = one_step.plane(step.v, step.v_after - step.v, step.pull)
    np.testing.assert_allclose(basis @ basis.T, np.eye(2), atol=1e-12)
    for x in (step.v, step.v_after, step.U_after[3] - step.U[3]):
        assert np.linalg.norm(x @ basis.T) == pytest.approx(np.linalg.norm(x))
    assert np.isfinite(one_step.plane(np.zeros(3), np.zeros(3))).all()
    assert one_step.plane(np.ones(1)).shape == (2, 1)


# Lesson 5


@pytest.mark.parametrize("anchored", [False, True])
def test_every_line_of_every_derivation_has_the_same_value(start, anchored):
    V, U, log_q = start
    log_q = log_q if anchored else None
    s = scores(V[0], U, log_q)
    for found in (
        derivations.by_score(s, 1, 1),
        derivations.by_score(s, 1, 4),
        derivations.by_center(V[0], U, 1, 2, log_q),
        derivations.by_output(V[0], U, 1, 1, 2, log_q),
        derivations.by_output(V[0], U, 1, 4, 2, log_q),
    ):
        assert len(found) >= 5 and abs(found[-1].value) > 1e-4
        assert derivations.spread(found) < 1e-7


# Lessons 1, 4, 8, 9, 10


def test_dense_vectors_tell_classes_from_few_words_where_one_hot_ones_cannot(world):
    classes = known_classes(world.vocabulary)
    text = "\n".join(f"{name}: {' '.join(words)}" for name, words in classes.items())
    rows, unknown = parse_classes(text, world.vocabulary)
    one_hot, dense = class_scores(world.matrix, rows, labelled=2)
    assert unknown == [] and dense.mean > 0.8 > 0.5 > one_hot.mean


def test_classes_without_enough_words_are_told():
    vocabulary = WordVectors(["a", "b", "c", "d"], np.eye(4)).vocabulary
    with pytest.raises(ValueError, match="Two classes"):
        parse_classes("one: a b c\ntwo: d", vocabulary)
    with pytest.raises(ValueError, match="names no class"):
        parse_classes("a b c", vocabulary)


def test_counts_give_the_conditional_probability(model):
    N = model.count(model.corpus)[0]
    c, o = model.vocabulary.index("berlin"), model.vocabulary.index("city")
    share = pair_share(N, c, o)
    dense = N.toarray().astype(float)
    assert share.joint == pytest.approx(dense[c, o]) and share.total == pytest.approx(dense.sum())
    assert share.p == pytest.approx(dense[c, o] / dense[c].sum())
    np.testing.assert_allclose(pairs_of(N, c), dense[c])
    first = frequent_beside(N, c, 3)
    assert dense[c][first].tolist() == sorted(dense[c], reverse=True)[:3]


def test_a_raised_score_takes_from_all_others(model):
    before, after = predict(model, 3), predict(model, 3, 7, 1.0)
    np.testing.assert_allclose(before.p, model.probabilities(model.words[3]), rtol=1e-4)
    others = np.arange(len(before.p)) != 7
    assert after.p[7] > before.p[7] and (after.p[others] < before.p[others]).all()
    assert after.p.sum() == pytest.approx(1) and after.total > before.total
    assert before.top(5, (60, 61))[-2:] != [] and {60, 61} <= set(before.top(5, (60, 61)))


def test_a_word_is_expected_and_another_is_not(model):
    c = model.vocabulary.index("berlin")
    now = predict(model, c)
    beside = most_raised(now, c, model.counts)
    assert beside != c and now.p[beside] > 3 * model.counts[beside] / model.counts.sum()
    assert now.p[beside] > np.median(now.p)  # and it is not rare
    other = least_expected(now, [c], model.counts)
    assert now.p[other] < np.median(now.p) and model.counts[other] > np.median(model.counts)
    assert least_expected(now, list(range(1, len(now.p))), model.counts) == 0


def test_relations_are_axes_of_dense_vectors_and_not_of_one_hot_ones(world):
    axes = {one.name: one for one in one_hot.known_axes(world)}
    assert {"instance", "gender", "number"} <= set(axes)
    assert axes["instance"].dense > 0.5 and axes["gender"].dense > 0.5
    assert all(one.one_hot == 0 for one in axes.values())
    shared = one_hot.axis(world, "mine", ["man", "king", "man", "queen"])
    assert shared.one_hot == pytest.approx(0.5)  # a word in both
    with pytest.raises(KeyError, match="nonsuch"):
        one_hot.axis(world, "mine", ["man", "king", "man", "nonsuch"])


def test_squared_distances_of_unit_vectors_lie_on_the_line(model):
    *_, dots, squared = distances.random_pair_distances(model.vectors(), 50, 1, 2)
    np.testing.assert_allclose(squared, 2 - 2 * dots, atol=1e-5)
    ranked = distances.rankings(model.vectors(), 4, 10)
    assert ranked["cosine"][0] == ranked["distance"][0] == ranked["exp"][0]


def test_the_missing_word_is_the_softmax_of_the_hidden_vectors_scores(model):
    rows = [1, 5]
    for which, matrix in (("output", model.U), ("center", model.V)):
        p = transfer.missing_word(model.V, model.U, rows, None, which)
        np.testing.assert_allclose(p, softmax(matrix @ model.V[rows].sum(axis=0)), rtol=1e-3)


def test_the_missing_word_is_what_bayes_rule_makes_of_the_words_one_by_one(model):
    rows = [1, 5]
    log_p = [np.log(predict(model, row).p) for row in rows]
    together = softmax(log_p[0] + log_p[1] - model.log_q)
    p = transfer.missing_word(model.V, model.U, rows, model.log_q)
    np.testing.assert_allclose(p, together, rtol=1e-3)


def test_fine_tuning_begins_ahead_and_leaves_the_model_as_it_was(model):
    V, U = model.V.copy(), model.U.copy()
    c, o = model.vocabulary.index("berlin"), model.vocabulary.index("city")
    pretrained = transfer.fine_tune(model.V, model.U, [(c, o), (o, c)], 0.1, 5, model.log_q)
    zero = transfer.fine_tune(0 * V, 0 * U, [(c, o), (o, c)], 0.1, 5)
    assert pretrained[0] < zero[0] and pretrained[-1] < pretrained[0]
    np.testing.assert_array_equal(model.V, V)


def test_a_model_trained_once_more_keeps_sentences_back(model):
    assert not len(model.held_out_curve)
    again = held_out.with_held_out(model, model.corpus)
    assert len(again.held_out_curve) == len(again.loss_curve) and again.dim == model.dim
    assert again.held_out_curve[-1] > again.loss_curve[-1]
    assert held_out.trains_at_once(model, model.corpus)


def test_warnings_say_what_they_measure():
    space = WordVectors(
        ["hot", "cold", "x", "y"], np.array([[1, 0.2], [1, 0.1], [0, 1], [-1, 0.0]])
    )
    assert cautions.opposites(space) == [("hot", "cold", pytest.approx(0.9952, abs=1e-3), 0)]
    assert cautions.shared(np.array([0.5, 0.5, 0]), np.array([0, 0.5, 0.5])) == pytest.approx(0.5)
    assert cautions.leaning(space, "y", "hot", ["x", "cold"])[-1][0] == "cold"
    norms, correlation = cautions.norm_and_frequency(np.diag([3.0, 2, 1]), np.array([9, 5, 2]))
    assert list(norms) == [3, 2, 1] and correlation == pytest.approx(1)
    words, cosines, mean = cautions.circle(space, "hot", 2)
    assert set(words) == {"cold", "x"} and cosines.shape == (2, 2)
    assert mean == pytest.approx(space.similarity("cold", "x"))
    made = WordVectors(["both", "x", "y"], np.array([[1.0, 1], [0, 1], [1, 0]]))
    friends = cautions.between(space, made, "hot", "cold", "both")
    assert {friend for friend, *_ in friends} == {"x", "y"}
    assert friends[0][1] == pytest.approx(2**-0.5)


def test_a_picture_of_many_words_shows_some_from_first_to_last_and_the_chosen_one():
    rows = cautions.some_rows(10_000, 100, 4_321)
    assert len(rows) == 101 and {0, 4_321, 9_999} <= set(rows.tolist())
    assert cautions.some_rows(5, 100, 3).tolist() == [0, 1, 2, 3, 4]


def test_two_vectors_in_their_plane_keep_lengths_and_angle():
    rng = np.random.default_rng(0)
    x, z = rng.standard_normal((2, 30))
    a, b = plane.in_their_plane(x, z)
    assert (a @ a, b @ b, a @ b) == pytest.approx((x @ x, z @ z, x @ z))
    assert plane.at_angle(2, 90) == pytest.approx([0, 2])
    flat, _ = plane.through_zero(np.array([[3.0, 0, 0], [0, 2, 0]]), np.zeros((1, 3)))
    np.testing.assert_allclose(np.linalg.norm(flat, axis=1), [3, 2])


# Equations and figures


HOSTILE = [
    "_",
    "#",
    "$",
    "%",
    "&",
    "~",
    "^",
    "\\",
    "{",
    "}",
    "a_b",
    "x^2",
    "{}",
    "\\frac",
    "🙂",
    "<b>",
]


@pytest.mark.parametrize("word", HOSTILE)
def test_a_word_in_an_equation_is_text_and_never_latex(word):
    shown = equations.tex(word)
    assert shown.startswith(r"\text{") and shown.endswith("}")
    inside = shown[len(r"\text{") : -1]
    for name in ("textbackslash", "textasciicircum", "textasciitilde", "textdollar", "textless"):
        inside = inside.replace(rf"\{name}{{}}", "")
    inside = inside.replace(r"\textgreater{}", "")
    for escaped in (r"\_", r"\#", r"\%", r"\&", r"\{", r"\}"):
        inside = inside.replace(escaped, "")
    assert not set(inside) & set("\\_#$%&~^{}")


def test_numbers_are_readable_at_every_size():
    assert equations.number(0.98048) == "0.980" and equations.number(0) == "0"
    assert equations.number(7.26e-5) == r"7.26\cdot 10^{-5}"
    assert equations.number(12345.6, 1) == r"12{,}345.6"
    assert equations.number(2e6, 0) == r"2{,}000{,}000"
    assert equations.number(float("inf")) == r"\infty"
    assert equations.signed(-2) == "- 2.000" and equations.signed(2) == "+ 2.000"


def test_braces_of_equations_balance():
    import re

    nasty = "}{\\$"
    for equation in (
        equations.selection("V", "x", nasty, [1, 2, 3, 4, 5], 1000),
        equations.conditional(nasty, nasty, 1, 2, 9),
        equations.objective(nasty, 6, 42),
        equations.synonyms(nasty, nasty, 0.5),
        equations.two_losses(3.1, 3.4),
        equations.score(nasty, nasty, 1.0, -2.0),
        equations.softmax(nasty, nasty, 1.0, 2.0, 0.3),
        equations.log_ratio(nasty, nasty, 1.0, 2.0, 0.3, 0.4),
        equations.loss(nasty, 0.3, 1.2),
        equations.center_step(0.1, 1, 2, 3),
        equations.output_step(nasty, nasty, -0.5, 0.1),
        equations.before_after(0.1, 0.2, 3, 2, (1, 2)),
        equations.parallel(nasty, nasty, nasty, nasty, 1),
        equations.analogy(nasty, nasty, nasty, nasty, 1),
        equations.distance(nasty, nasty, 0.5, 1),
        equations.hidden([nasty] * 6, nasty, 0.1, "U"),
        equations.vector_sum([1, 2], [3, 4]),
        equations.dot_product([1, 2], [3, 4], [1, 2], 0.5, 11),
    ):
        bare = re.sub(r"\\[{}\\]", "", equation)
        depth = np.cumsum([{"{": 1, "}": -1}.get(character, 0) for character in bare])
        assert depth[-1] == 0 and depth.min() >= 0


def test_arrows_have_equal_scales_and_words_stay_text():
    figure = arrows([Arrow((3, 4), "<b>v</b>")])
    assert figure.layout.yaxis.scaleanchor == "x"
    assert figure.layout.annotations[0].text == "&lt;b&gt;v&lt;/b&gt;"
    both = all_vectors(np.eye(2), -np.eye(2), ["<i>", "b"])
    assert both.layout.yaxis.scaleanchor == "x"
    assert [t.name for t in both.data if t.mode == "markers"] == ["V", "U"]
    assert both.data[1].text[0] == "&lt;i&gt;"
    assert sorted(a.text for a in both.layout.annotations) == ["&lt;i&gt;", "&lt;i&gt;", "b", "b"]


def test_the_diamond_has_a_frame_a_pass_and_its_line_follows_its_points():
    start, end = np.zeros((4, 2)), np.array([[-1, 1], [-1, -1], [1, 1], [1, -1.0]])
    figure = forming([(0, start), (5, end)], ["a", "b", "<c>", "d"], (0, 1, 3, 2), 2.0)
    assert [frame.name for frame in figure.frames] == ["0", "5"]
    points, line = figure.data
    # The page moves every trace by the rows in its customdata: each row is a point.
    assert [own[0] for own in points.customdata] == [0, 1, 2, 3]
    assert [own[0] for own in line.customdata] == [0, 1, 3, 2, 0]
    np.testing.assert_allclose(line.x, [-1, -1, 1, 1, -1])
    assert points.text[2] == "&lt;c&gt;" and figure.layout.yaxis.scaleanchor == "x"


def test_every_pass_lies_in_the_plane_of_the_last():
    rng = np.random.default_rng(0)
    corners = (
        np.array([[0, 0], [0, 2], [3, 0], [3, 2.0]]) @ np.linalg.qr(rng.normal(size=(6, 2)))[0].T
    )
    passes = typed_pairs.in_last_plane([(0, 0.1 * corners), (5, corners)])
    assert [number for number, _ in passes] == [0, 5]
    for (_, flat), size in zip(passes, (0.1, 1), strict=True):
        assert np.linalg.norm(flat[1] - flat[0]) == pytest.approx(2 * size)
        assert np.linalg.norm(flat[2] - flat[0]) == pytest.approx(3 * size)


def test_what_is_small_is_drawn_longer_by_a_round_number():
    assert plane.enlarged(1.0, 4.0) == 1 and plane.enlarged(0.0, 4.0) == 1
    assert plane.enlarged(0.41, 4.1) == 2
    times = plane.enlarged(0.003, 4.0)
    assert times == 500 and 0.003 * times >= 4.0 / 5


def test_bars_stack_the_anchor_and_the_dot_product():
    figure = softmax_bars(
        ["a", "b"], np.array([2.0, -1]), np.array([-3.0, -2]), np.ones(2), np.array([0.6, 0.4])
    )
    named = {trace.name: trace for trace in figure.data}
    assert list(named["v · u"].base) == [-3, -2] and list(named["score"].x) == [-1, -3]


def test_a_sentence_has_one_arc_a_pair():
    figure = pair_arcs(["a", "city", "in"], [(1, 0), (1, 2)])
    assert len(figure.data) == 2 and figure.data[1].text == "city → in"
    assert heat_map(np.array([[1.0, np.nan]]), ["r"], ["a", "b"]).data[0].zmax == 1
