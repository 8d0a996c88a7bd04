"""Two models side by side, and how sure a change is."""

import random

import numpy as np
import pytest
from scipy.stats import ortho_group

from tests.benchmarks.resampled_changes import changes
from w2v_core import Corpus, SkipGram
from w2v_core.figures import theme
from w2v_core.figures.compare import diverging_bars, two_pictures, use_map
from w2v_core.model.split_trainings import split_in_halves
from w2v_core.model.stability import resample
from w2v_core.space.alignment import align_spaces, centered, shared_words
from w2v_core.space.context_ratios import context_ratios
from w2v_core.space.distances import beyond_equally_frequent, overlap
from w2v_core.space.keyness import keyness

TOPICS = 12
WORDS = 8


def sentences(n, seed):
    """Lines about one topic each, with words of any; *alpha* stands among topic 0, *beta* topic 1."""
    rng = random.Random(seed)
    lines = []
    for _ in range(n):
        topic = rng.randrange(TOPICS)
        line = [f"t{topic}w{rng.randrange(WORDS)}" for _ in range(6)]
        line += [f"common{rng.randrange(10)}" for _ in range(3)]
        if topic < 2 and rng.random() < 0.5:
            line.append(("alpha", "beta")[topic])
        rng.shuffle(line)
        lines.append(" ".join(line))
    return lines


def trained(lines, seed, resamples):
    corpus = Corpus.from_text("\n".join(lines), min_count=3)
    model = SkipGram(dim=16, epochs=15, prior=2.0, seed=seed).fit(corpus)
    return (
        model,
        resample(model, corpus, resamples, seed=seed),
        split_in_halves(model, corpus, 10, seed),
    )


def compared(lines_a, lines_b, resamples=10, seed=0):
    (a, of_a, half_a), (b, of_b, half_b) = (
        trained(lines_a, seed, resamples),
        trained(lines_b, seed + 1, resamples),
    )
    words, rows_a, rows_b = shared_words(a.words, b.words)
    found = changes(
        a.V[rows_a],
        b.V[rows_b],
        of_a.V[:, rows_a],
        of_b.V[:, rows_b],
        of_a.present[:, rows_a],
        of_b.present[:, rows_b],
        half_a.V[:, :, rows_a],
        half_b.V[:, :, rows_b],
    )
    return words, found


def halves(seed, n=1_600):
    lines = sentences(n, 99)
    random.Random(seed).shuffle(lines)
    return lines[: n // 2], lines[n // 2 :]


def test_a_turned_space_is_the_same_space():
    rng = np.random.default_rng(0)
    a = rng.normal(size=(60, 10)) + 3
    found = align_spaces(a, a @ ortho_group.rvs(10, random_state=1))
    turned = align_spaces(centered(a), centered(a) @ ortho_group.rvs(10, random_state=2))
    assert turned.residual < 1e-10 and turned.cosine.min() > 1 - 1e-5
    assert found.residual < 1e-10  # the mean turns with it
    other = align_spaces(a, rng.normal(size=(60, 14)))  # of another dimension
    assert other.a.shape == other.b.shape == (60, 14) and 0.3 < other.residual < 1.1
    with pytest.raises(ValueError, match="least two shared words"):
        align_spaces(a[:1], a[:1])


def test_overlap_is_the_share_of_common_neighbours():
    a, b = (
        np.array([[1, 2, 3], [0, 2, 3], [0, 1, 3], [2, 1, 0]]),
        np.array([[1, 3, 2], [3, 2, 0], [0, 1, 3], [2, 1, 0]]),
    )
    assert overlap(a, b, 3).tolist() == [1, 1, 1, 1]
    assert overlap(a, b, 2).tolist() == [0.5, 0.5, 1, 1]
    assert overlap(a, b, 1).tolist() == [1, 0, 1, 1]


def test_shared_words_come_with_their_rows():
    words, a, b = shared_words(["x", "y", "z", "a"], ["a", "z", "q", "y"])
    assert words == ["z", "y", "a"] and a.tolist() == [2, 1, 3] and b.tolist() == [1, 3, 0]


def test_contexts_swapped_in_one_half_are_found_first():
    first, second = halves(0)
    swap = {"alpha": "beta", "beta": "alpha"}
    changed = [" ".join(swap.get(w, w) for w in line.split()) for line in second]
    words, found = compared(first, changed)
    order = np.argsort(-np.nan_to_num(found.score, nan=-np.inf))
    assert {words[i] for i in order[:2]} == {"alpha", "beta"}
    assert {words[i] for i in np.flatnonzero(found.changed)} == {"alpha", "beta"}


def test_a_word_with_anothers_contexts_is_found_alone_and_first():
    first, second = halves(1)
    # In the second half alpha stands where beta stood, and beta nowhere.
    changed = [
        " ".join("alpha" if w == "beta" else w for w in line.split() if w != "alpha")
        for line in second
    ]
    words, found = compared(first, changed)
    assert [words[i] for i in np.flatnonzero(found.changed)] == ["alpha"]
    assert words[int(np.nanargmax(found.score))] == "alpha"


def test_a_text_split_at_random_shows_no_changed_word():
    for seed in (2, 3):
        _, found = compared(*halves(seed), seed=seed)
        assert not found.changed.any()
        assert found.residual < 2 * found.noise_residual


@pytest.mark.slow
def test_twenty_random_splits_stay_within_the_error_rate():
    wrong = sum(compared(*halves(seed), seed=seed)[1].changed.any() for seed in range(20))
    # At 5 %, four or more of twenty come by chance in 1.6 % of cases.
    assert wrong <= 3, wrong


def test_keyness_is_the_log_likelihood_ratio():
    found = keyness({"x": 30, "y": 70}, {"x": 10, "y": 70, "z": 20}, 100, 100)
    at = found.words.index("x")
    expected = 2 * (
        30 * np.log(30 / 20) + 10 * np.log(10 / 20) + 70 * np.log(70 / 80) + 90 * np.log(90 / 80)
    )
    assert found.g2[at] == pytest.approx(expected) and found.log_ratio[at] > 0
    assert found.words[0] == "z" and found.log_ratio[0] < 0 and found.count_a[0] == 0
    y = found.words.index("y")
    assert found.g2[y] == pytest.approx(0, abs=1e-9) and found.p[y] == 1


def test_context_ratios_leave_plain_frequency_aside():
    p_a, p_b = np.array([0.5, 0.3, 0.2]), np.array([0.25, 0.5, 0.25])
    found = context_ratios(p_a, p_b)
    assert found.log_ratio[0] == pytest.approx(np.log(2)) and found.weight.sum() == pytest.approx(1)
    assert found.strongest(3, True).tolist() == [0] and found.strongest(3, False)[0] == 1
    assert np.allclose(context_ratios(p_a, p_b, p_a, p_b).log_ratio, 0)


def test_distances_are_set_against_those_of_equally_frequent_words():
    counts = np.repeat([1000, 10], 50)
    chance = np.where(counts == 10, 0.6, 0.1)  # rare words lie apart by chance alone
    distance = chance + np.tile([0.0, 0.01], 50)
    distance[7] += 0.2
    distance[90] = np.nan
    beyond = beyond_equally_frequent(distance, counts, alike=21)
    assert np.nanargmax(beyond) == 7 and beyond[7] == pytest.approx(0.2, abs=0.02)
    inner = [*range(12, 38), *range(62, 88)]  # whose words of the same frequency are all alike
    assert np.abs(beyond[inner]).max() < 0.02 and np.isnan(beyond[90])


@pytest.mark.parametrize(
    ("longest", "ticks"),
    (
        (41.0, ["40", "20", "0", "20", "40"]),
        (0.5, ["0.5", "0.25", "0", "0.25", "0.5"]),
        (0.0, ["1", "0.5", "0", "0.5", "1"]),
    ),
)
def test_ticks_of_the_bars_are_round_and_stand_where_they_say(longest, ticks):
    axis = diverging_bars([("x", longest, 0)], [], ("A", "B"), "t").layout.xaxis
    assert list(axis.ticktext) == ticks
    assert np.allclose(np.abs(axis.tickvals), [float(tick) for tick in ticks])
    assert max(axis.tickvals) <= max(axis.range)


def test_words_in_the_figures_are_text():
    bad = "<b>x</b>"
    two = np.zeros((2, 2))
    for figure in (
        use_map(
            [bad, "y"],
            np.array([5, 60]),
            np.array([0.4, 0.6]),
            np.array([True, False]),
            selected=0,
            labelled=[0],
        ),
        two_pictures([bad, "y"], [0, 1], two, two + 1, [True, True], [True, False], (bad, "B")),
        diverging_bars([(bad, 1.0, 0)], [("y", 2.0, 1)], (bad, "B"), "t"),
    ):
        assert bad not in figure.to_json().replace("<b>&lt;b&gt;x&lt;/b&gt;</b>", "")


def test_labels_of_two_models_are_placed_by_the_browser_and_a_side_has_one_colour():
    rng = np.random.default_rng(0)
    words, in_a, in_b = ["w", "x", "y", "z"], [False, True, True, False], [False, True, False, True]
    figure = two_pictures(words, [7, 3, 2, 1], *rng.normal(size=(2, 4, 2)), in_a, in_b, ("a", "b"))
    # The word itself on both sides, then each neighbour where it is one.
    assert [note.text for note in figure.layout.annotations] == ["w", "w", "x", "x", "y", "z"]
    assert figure.layout.meta["callouts"]["keep_all"] is False
    points = [trace for trace in figure.data if trace.mode == "markers"]
    assert {trace.marker.color for trace in points} == {theme.SIDE_A, theme.SIDE_B}
    assert [trace.showlegend for trace in points] == [True, False, True, False]
    rows = [row for trace in points for row in trace.customdata.ravel().tolist()]
    assert rows == [7, 3, 2, 1, 7, 3, 1, 2]
    for bars in diverging_bars([("a", 1.0, 0)], [("b", 2.0, 1)], ("a", "b"), "t").data[::2]:
        assert bars.marker.color.startswith(bars.marker.line.color)
