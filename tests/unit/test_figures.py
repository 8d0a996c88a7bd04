"""Figures carry the data they are given, words as text, labels apart."""

from dataclasses import fields

import numpy as np
import pytest

from w2v_core.figures import theme
from w2v_core.figures.coloring import GROUPS, Groups, Scale, legend, marker, sizes
from w2v_core.figures.labels import FONT_SIZE, place, text_width
from w2v_core.figures.neighbours import nearest_bars
from w2v_core.figures.scatter import WEBGL_FROM, Axes, Density, Labels, Look, Marked, word_map
from w2v_core.figures.training import NAME_HEIGHT, loss_curve, zipf
from w2v_core.figures.variance import variance_bars

HOSTILE = [
    "<b>x</b>",
    "<img src=x onerror=alert(1)>",
    "$a$",
    "*star*",
    "=cmd()",
    "a&lt;b",
    "שלום",
    "é" * 3,
]


GROUPED = {"axes": Axes, "look": Look, "marked": Marked, "labels": Labels}


def some_map(n, **options):
    """A map of n words; the fields of Axes, Look, Marked and Labels are given by their names."""
    for part, kind in GROUPED.items():
        names = [field.name for field in fields(kind) if field.name in options]
        options[part] = kind(**{name: options.pop(name) for name in names})
    rng = np.random.default_rng(0)
    words = [f"word{i}" for i in range(n)]
    return word_map(rng.normal(size=(n, 2)), words, np.arange(n, 0, -1), **options)


def test_a_map_shows_every_word_with_its_count_and_place():
    figure = some_map(100, titles=("PC 1", "PC 2"))
    points = figure.data[0]
    assert len(points.x) == 100 and points.text[3] == "word3"
    assert points.customdata.tolist()[3] == [3, 97]
    assert points.x.dtype == np.float32
    assert figure.layout.xaxis.title.text == "PC 1"


def test_contours_lie_below_flat_points_alone_and_regions_stand_on_flat_maps_alone():
    density = Density(np.arange(3), np.arange(2), np.eye(2, 3))
    groups = Groups("cluster", np.arange(30) % 2, ["a", "b"])
    flat = some_map(30, density=density, coloring=groups, regions=True)
    assert [t.name for t in flat.data].count("density") == 1 and flat.data[0].name == "words"
    assert not flat.layout.showlegend
    rng = np.random.default_rng(0)
    deep = word_map(
        rng.normal(size=(30, 3)),
        [f"w{i}" for i in range(30)],
        np.ones(30, int),
        look=Look(coloring=groups),
        labels=Labels(regions=True),
        density=density,
    )
    assert "density" not in [t.name for t in deep.data] and "regions" not in deep.layout.meta
    assert deep.layout.showlegend


def test_many_words_are_drawn_by_webgl_and_travel_light():
    assert some_map(WEBGL_FROM - 1).data[0].type == "scatter"
    figure = some_map(10_000)
    assert figure.data[0].type == "scattergl"
    assert len(figure.to_json()) < 1_500_000


def test_labels_do_not_overlap_and_the_frequent_come_first():
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(2, 500))
    words = [f"w{'o' * (i % 9)}rd{i}" for i in range(500)]
    width, height = 900, 560
    chosen = place(x, y, words, range(500), width, height)
    assert chosen[0] == 0 and 30 < len(chosen) <= 150
    px, py = (x - x.min()) / np.ptp(x) * width, (y - y.min()) / np.ptp(y) * height
    for n, i in enumerate(chosen):
        for j in chosen[:n]:
            beside = abs(px[i] - px[j]) >= (text_width(words[i]) + text_width(words[j])) / 2
            assert beside or abs(py[i] - py[j]) >= FONT_SIZE


def test_the_selected_word_and_its_nearest_are_marked_and_always_labelled():
    figure = some_map(3000, selected=2999, near=[5, 2998])
    marked, labels = figure.data[1], figure.data[2]
    assert [row for row, _ in marked.customdata] == [2999, 5, 2998]
    assert labels.text[0] == "word2999"
    assert figure.layout.meta["labels"] == {"points": 0, "trace": 2, "first": [2999, 5, 2998]}


@pytest.mark.parametrize("word", HOSTILE)
def test_words_are_escaped_wherever_plotly_reads_markup(word):
    shown = word.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    figure = word_map(np.zeros((2, 2)), [word, "b"], np.array([2, 1]), marked=Marked(selected=0))
    assert figure.data[0].text[0] == figure.data[1].text[0] == figure.data[2].text[0] == shown
    bars = nearest_bars([(word, 0.5)], [0])
    assert bars.data[0].hovertext[0] == shown and "<" not in bars.layout.yaxis.ticktext[0]
    assert zipf(np.array([2, 1]), [word, "b"]).data[0].text[0] == shown


def test_bars_name_the_nearest_and_carry_their_rows():
    figure = nearest_bars([("near", 0.9), ("y" * 500, -0.2)], [7, 3])
    assert figure.data[0].customdata.ravel().tolist() == [7, 3]
    assert figure.data[0].x.tolist() == [0.9, -0.2]
    assert len(figure.layout.yaxis.ticktext[1]) < 20


@pytest.mark.parametrize("metric", ["cosine", "dot", "euclidean"])
@pytest.mark.parametrize("values", [(0.9, 0.5), (0.5, -0.9), (0.0, 0.0)])
def test_bars_of_every_metric_lie_within_their_axis(metric, values):
    figure = nearest_bars(list(zip("ab", values, strict=True)), [3, 4], metric=metric)
    low, high = figure.layout.xaxis.range
    bars = figure.data[0].x
    assert low <= min(bars) and low < high
    assert max(bars) <= high
    assert figure.layout.xaxis.title.text.split(":")[0] in figure.data[0].hovertemplate


def test_a_longer_bar_is_nearer_by_every_metric_and_a_distance_is_told_as_it_is():
    for metric, values in (("cosine", (0.9, 0.3)), ("dot", (5.0, 2.0)), ("euclidean", (0.5, 1.0))):
        bars = nearest_bars(list(zip("ab", values, strict=True)), [3, 4], metric=metric).data[0]
        assert bars.x[0] > bars.x[1] > 0, metric
        assert list(bars.text) == [f"{value:.2f}" for value in values]
        assert [int(own[0]) for own in bars.customdata] == [3, 4]
    assert list(bars.x) == [1, 0.5] and bars.customdata[:, 1].tolist() == [0.5, 1.0]
    assert "%{customdata[1]:.4f}" in bars.hovertemplate


def test_zipf_tells_the_vocabulary_from_what_is_too_rare():
    counts = np.array([100, 50, 20, 5, 1, 1, 1])
    figure = zipf(counts, ["a", "b", "c", "d"])
    inside, outside = figure.data
    assert list(inside.x) == [1, 2, 3, 4] and list(inside.y) == [100, 50, 20, 5]
    assert list(outside.x) == [5, 6, 7]
    assert len(zipf(counts, list("abcdefg")).data) == 1


def test_a_loss_curve_shows_every_pass():
    figure = loss_curve([3.0, 2.0, 1.5])
    assert list(figure.data[0].x) == [0, 1, 2] and list(figure.data[0].y) == [3.0, 2.0, 1.5]
    assert len(loss_curve([]).data[0].x) == 0


def test_losses_are_told_apart_by_colour_dash_and_name():
    figure = loss_curve([3.0, 2.0, 1.5], [3.1, 2.4, 2.0], unigram=4.0)
    lines = {trace.name: trace for trace in figure.data if trace.name}
    assert list(lines["held out"].y) == [3.1, 2.4, 2.0]
    assert lines["training"].line.dash != lines["held out"].line.dash
    assert lines["training"].line.color != lines["held out"].line.color
    names = {note.text: note for note in figure.layout.annotations}
    assert set(names) == {"training 1.500", "held out 2.000", "no contexts 4.000"}
    assert names["training 1.500"].y == 1.5  # beside the line's end, where there is room


@pytest.mark.parametrize(
    ("losses", "held_out", "unigram"),
    [([2.0], [2.0], 2.0), ([3.0, 2.0], [3.0, 2.001], 1.999), ([2.0, 4.0], [3.0, 4.0], 4.0)],
)
def test_names_beside_the_losses_never_meet(losses, held_out, unigram):
    layout = loss_curve(losses, held_out, unigram).layout
    low, high = layout.yaxis.range
    heights = sorted(note.y for note in layout.annotations)
    assert np.diff(heights).min() >= NAME_HEIGHT * (high - low) * 0.999
    assert len(heights) == 3 and low <= heights[0] and heights[-1] <= high


def named(figure):
    return {trace.name: trace for trace in figure.data if trace.name}


def test_a_map_in_space_shows_and_marks_in_three_dimensions():
    rng = np.random.default_rng(0)
    words = [f"w{i}" for i in range(50)]
    figure = word_map(
        rng.normal(size=(50, 3)),
        words,
        np.ones(50),
        marked=Marked(selected=3, near=[4], lines=True),
    )
    assert {trace.type for trace in figure.data} == {"scatter3d"}
    traces = named(figure)
    assert len(traces["words"].z) == 50
    assert traces["selected and nearest"].customdata[:, 0].tolist() == [3, 4]
    assert traces["lines to the nearest"].x[:2].tolist() == traces["words"].x[[3, 4]].tolist()


def test_lines_go_from_the_selected_word_to_each_of_its_nearest():
    figure = some_map(100, selected=9, near=[1, 2], lines=True)
    line, points = named(figure)["lines to the nearest"], figure.data[0]
    assert line.customdata[:, 0].tolist() == [9, 1, -1, 9, 2, -1]
    assert line.x[[0, 1, 4]].tolist() == points.x[[9, 1, 2]].tolist()
    assert np.isnan(line.x[[2, 5]]).all()
    assert "lines to the nearest" not in named(some_map(100, selected=9, near=[1]))


def test_some_words_alone_are_drawn_and_marked_by_their_rows():
    shown = np.array([2, 5, 7])
    figure = some_map(10, shown=shown, selected=5, near=[1, 7], picked=[2, 3], matched=[7])
    traces = named(figure)
    assert figure.data[0].customdata[:, 0].tolist() == [2, 5, 7]
    assert list(figure.data[0].text) == ["word2", "word5", "word7"]
    assert traces["selected and nearest"].customdata[:, 0].tolist() == [5, 7]
    assert traces["selection"].customdata[:, 0].tolist() == [2]
    assert traces["found"].customdata[:, 0].tolist() == [7]
    assert figure.layout.meta["labels"]["first"] == [1, 2, 0]
    assert "selected and nearest" not in named(some_map(10, shown=shown, selected=0))


def test_a_scale_colors_by_number_and_greys_what_has_none():
    values = np.array([1.0, np.nan, 3.0])
    look = marker(Scale("trust", values))
    assert look["cmin"] < look["color"][0] == 1 and look["cmax"] == 3
    assert (
        look["color"][1] == pytest.approx(look["cmin"]) and look["colorscale"][0][1] == theme.QUIET
    )
    assert look["colorbar"]["title"]["text"] == "trust"
    logarithmic = marker(Scale("times", np.array([1, 100, 10_000]), logarithmic=True))
    assert logarithmic["color"].tolist() == [0, 2, 4]
    assert logarithmic["colorbar"]["ticktext"] == ["1", "10", "100", "1,000", "10,000"]
    assert np.isfinite(marker(Scale("none", np.full(3, np.nan)))["color"]).all()


def color_at(look, value):
    """The color of a stepwise scale at a value."""
    share = (value - look["cmin"]) / (look["cmax"] - look["cmin"])
    return [color for at, color in look["colorscale"] if at <= share][-1]


def test_groups_have_a_color_and_a_legend_each():
    groups = Groups("category", np.array([0, 1, -1, 1]), ["<b>", "second"])
    look, entries = marker(groups), legend(groups)
    assert entries[0][0] == "1 · &lt;b&gt;" and entries[2] == ("none", theme.QUIET)
    for label, (_, color) in zip((0, 1, -1), entries, strict=True):
        assert color_at(look, label) == color
    on_dark = [theme.ON_DARK.get(color, color) for color in GROUPS]
    assert len(set(on_dark)) == len(GROUPS)
    many = Groups("category", np.arange(14), [f"g{i}" for i in range(14)])
    assert legend(many)[-1][0] == "10 · 5 other groups" and marker(many)["color"].max() == 9
    figure = some_map(4, coloring=groups)
    shown = [trace.name for trace in figure.data if trace.showlegend]
    assert shown == [name for name, _ in entries] and figure.layout.showlegend


def test_sizes_grow_with_the_numbers_between_two_diameters():
    found = sizes(np.array([1.0, 2, 3, np.nan]), 2, 10)
    assert found[0] == 2 and found[2] == 10 and 2 < found[1] < 10 and found[3] == 2
    assert sizes(np.ones(3), 2, 10).tolist() == [2, 2, 2]
    figure = some_map(4, sizes=found, size_legend=[("1 time", 2), ("3 times", 10)])
    assert figure.data[0].marker.size.tolist() == found.tolist()
    assert [t.name for t in figure.data if t.showlegend] == ["1 time", "3 times"]


def test_v_and_u_together_are_told_apart_by_color_and_shape():
    rng = np.random.default_rng(0)
    second = rng.normal(size=(30, 2)).astype(np.float32)
    figure = some_map(30, second=second)
    v, u = figure.data[:2]
    assert (
        u.customdata[:, 0].tolist() == list(range(30, 60)) and u.x.tolist() == second[:, 0].tolist()
    )
    assert (
        list(v.text) == list(u.text)
        and v.marker.color != u.marker.color
        and u.marker.symbol == "diamond"
    )
    assert figure.layout.meta["map"]["clouds"] == 2
    assert [t.name for t in figure.data if t.showlegend] == ["V, center", "U, output"]


def test_passes_of_a_training_are_frames_and_the_axes_stay():
    rng = np.random.default_rng(0)
    passes = [(step, rng.normal(size=(20, 2))) for step in (0, 3)]
    figure = some_map(20, passes=passes, ranges=((-9, 9), (-8, 8)))
    assert [frame.name for frame in figure.frames] == ["0", "3"]
    assert figure.frames[1].data[0].x == pytest.approx(passes[1][1][:, 0])
    assert figure.layout.xaxis.range == (-9, 9) and figure.layout.yaxis.range == (-8, 8)


def test_every_point_lies_within_the_axes():
    figure = some_map(500)
    for axis, values in (
        (figure.layout.xaxis, figure.data[0].x),
        (figure.layout.yaxis, figure.data[0].y),
    ):
        assert axis.range[0] < values.min() and values.max() < axis.range[1]


def test_a_very_long_word_is_shown_over_several_lines():
    figure = word_map(np.zeros((2, 2)), ["<" * 130, "b"], np.array([2, 1]))
    lines = figure.data[0].text[0].split("<br>")
    assert len(lines) == 3 and "".join(lines) == "&lt;" * 130


def test_variance_bars_mark_the_components_on_the_axes():
    figure = variance_bars(np.array([0.5, 0.3, 0.2]), [0, 2])
    (bars,) = figure.data
    assert list(bars.x) == [1, 2, 3] and list(bars.y) == [50, 30, 20]
    assert bars.marker.color == (theme.CENTER, theme.QUIET, theme.CENTER)
    assert len(variance_bars(np.full(50, 0.02), [30]).data[0].x) == 31
