"""Figures carry the data they are given, words as text, labels apart."""

import numpy as np
import pytest

from w2v_core.figures.labels import FONT_SIZE, place, text_width
from w2v_core.figures.neighbours import nearest_bars
from w2v_core.figures.scatter import WEBGL_FROM, word_map
from w2v_core.figures.training import loss_curve, zipf

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


def some_map(n, **options):
    rng = np.random.default_rng(0)
    words = [f"word{i}" for i in range(n)]
    return word_map(rng.normal(size=(n, 2)), words, np.arange(n, 0, -1), **options)


def test_a_map_shows_every_word_with_its_count_and_place():
    figure = some_map(100, axes=("PC 1", "PC 2"))
    points = figure.data[0]
    assert len(points.x) == 100 and points.text[3] == "word3"
    assert points.customdata.tolist()[3] == [3, 97]
    assert points.x.dtype == np.float32
    assert figure.layout.xaxis.title.text == "PC 1"


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
    figure = word_map(np.zeros((2, 2)), [word, "b"], np.array([2, 1]), selected=0)
    assert figure.data[0].text[0] == figure.data[1].text[0] == figure.data[2].text[0] == shown
    bars = nearest_bars([(word, 0.5)], [0])
    assert bars.data[0].hovertext[0] == shown and "<" not in bars.layout.yaxis.ticktext[0]
    assert zipf(np.array([2, 1]), [word, "b"]).data[0].text[0] == shown


def test_bars_name_the_nearest_and_carry_their_rows():
    figure = nearest_bars([("near", 0.9), ("y" * 500, -0.2)], [7, 3])
    assert figure.data[0].customdata.ravel().tolist() == [7, 3]
    assert figure.data[0].x.tolist() == [0.9, -0.2]
    assert len(figure.layout.yaxis.ticktext[1]) < 20


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
