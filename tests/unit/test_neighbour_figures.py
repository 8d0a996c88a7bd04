"""The figures of the Neighbours page carry their data, and words as text."""

import re
from dataclasses import replace

import numpy as np
import pytest

from tests.unit.test_figures import HOSTILE
from w2v_core.figures.heatmap import similarity_map
from w2v_core.figures.lines import (
    Quote,
    centered_lines,
    is_right_to_left,
    reasons_table,
    running_lines,
)
from w2v_core.figures.neighbours import Support, nearest_side_by_side, nearness
from w2v_core.figures.predictions import paired_bars
from w2v_core.figures.reasons import MOST_POINTS, reason_bars, shared_contexts
from w2v_core.space.tree import tree


def texts(figure):
    """Every text in a figure that Plotly reads as markup."""
    found = []

    def walk(node, key=""):
        if isinstance(node, dict):
            for name, value in node.items():
                walk(value, name)
        elif isinstance(node, (list, tuple, np.ndarray)):
            for value in node:
                walk(value, key)
        elif isinstance(node, str) and key in ("text", "hovertext", "ticktext", "name", "title"):
            found.append(node)

    walk(figure.to_plotly_json())
    return found


def test_each_metric_has_a_column_whose_rows_are_clicked_anywhere():
    nearest = {
        "cosine": [("near", 0.9), ("far", -0.2)],
        "dot": [("near", 5.0), ("long", 4.0)],
        "euclidean": [("near", 0.5), ("far", 2.0)],
    }
    rows = {"cosine": [1, 2], "dot": [1, 3], "euclidean": [1, 2]}
    figure = nearest_side_by_side(nearest, rows)
    covers = [
        trace for trace in figure.data if trace.type == "bar" and trace.customdata is not None
    ]
    assert [trace.customdata.ravel().tolist() for trace in covers] == [[1, 2], [1, 3], [1, 2]]
    for trace in covers:
        axis = figure.layout["xaxis" + trace.xaxis[1:]]
        ends = np.array(trace.base) + np.array(trace.x)
        assert trace.base == axis.range[0] and ends == pytest.approx(axis.range[1])
    assert figure.data[0].x.tolist() == [0.9, -0.2]
    assert "0.90 " in texts(figure) and "-0.20 " in texts(figure)


def test_a_bar_of_distance_shrinks_as_the_word_gets_farther_and_its_number_is_the_distance():
    nearest = {"euclidean": [("near", 0.5), ("far", 2.0)]}
    figure = nearest_side_by_side(nearest, {"euclidean": [1, 2]})
    assert figure.data[0].x.tolist() == [1, 0.25]
    assert "0.50 " in texts(figure) and "2.00 " in texts(figure)
    assert nearness("euclidean", [0.0, 0.5, 1.0]) == [1, 1, 0.5]
    assert nearness("euclidean", [0.0, 0.0]) == [1, 1]
    assert nearness("dot", [5.0, -1.0]) == [5, -1]


def test_what_bears_a_neighbour_out_stands_beside_it_and_stripes_mark_what_is_not_relied_on():
    nearest, rows = {"cosine": [("near", 0.9), ("far", 0.1), ("new", 0.05)]}, {"cosine": [1, 2, 3]}
    support = {"near": Support("9/10", "in 9", True), "far": Support("1/10", "in 1", False)}
    figure = nearest_side_by_side(nearest, rows, support={"cosine": support})
    shown = texts(figure)
    assert "0.90 · 9/10 " in shown and "0.10 · <b>?</b> 1/10 " in shown and "0.05 " in shown
    assert list(figure.data[0].marker.pattern.shape) == ["", "/", ""]
    told = next(trace.hovertext for trace in figure.data if trace.customdata is not None)
    assert "in 9" in told[0] and "not reliable" not in told[0]
    assert told[1].endswith("in 1<br>not reliable") and told[2].endswith("cosine 0.0500")


def test_predictions_are_paired_with_the_corpus_in_percent_and_in_doublings():
    model, corpus = np.array([0.4, 0.02]), np.array([0.2, 0.0])
    q = np.array([0.1, 0.04])
    figure = paired_bars(["a", "b"], [5, 6], model, corpus, q, np.array([12.5, 0]))
    assert figure.data[0].x.tolist() == [40, 2] and figure.data[1].x.tolist() == [20, 0]
    assert "N = 12.5" in figure.data[0].hovertext[0] and "4 times" in figure.data[0].hovertext[0]
    ratio = paired_bars(["a", "b"], [5, 6], model, corpus, q, ratio=True)
    assert ratio.data[0].x.tolist() == pytest.approx([2, -1])
    assert ratio.data[1].x[0] == pytest.approx(1) and np.isnan(ratio.data[1].x[1])
    assert "×4" in ratio.layout.xaxis.ticktext
    alone = paired_bars(["a", "b"], [5, 6], model, None, q)
    assert len(alone.data) == 1 and "corpus" not in alone.data[0].hovertext[0]


def some_reasons(n=3000):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, n))
    weight = rng.random(n)
    return [f"w{i}" for i in range(n)], x, y, weight / weight.sum()


def test_reasons_are_marked_where_they_stand_and_hover_names_every_point():
    words, x, y, weight = some_reasons()
    strongest = np.argsort(-x * y)[:20]
    figure = shared_contexts(words, x, y, weight, strongest, "a", "b", chosen=int(strongest[3]))
    rest, marked = figure.data[:2]
    assert MOST_POINTS - 20 <= len(rest.x) <= MOST_POINTS
    assert marked.customdata.ravel().tolist() == strongest.tolist()
    np.testing.assert_allclose(marked.x, x[strongest], rtol=1e-6)
    assert figure.layout.meta["labels"] == {"points": 1, "trace": 2, "first": [3]}
    low, high = figure.layout.xaxis.range
    assert list(figure.layout.yaxis.range) == [low, high]
    assert low < x[strongest].min() and high > x[strongest].max()
    shapes = dict(zip(strongest.tolist(), marked.marker.symbol, strict=True))
    assert all((shapes[i] == "circle") == (x[i] > 0 and y[i] > 0) for i in shapes)
    assert len(figure.to_json()) < 300_000


def test_a_reason_that_is_looked_at_is_shown_even_if_it_is_weak():
    words, x, y, weight = some_reasons(100)
    figure = shared_contexts(words, x, y, weight, [1, 2], "a", "b", chosen=50)
    assert figure.data[1].customdata.ravel().tolist() == [1, 2, 50]
    bars = reason_bars(words, [1, 2], weight, x, y, title="t", counts=np.ones((2, 100)), chosen=2)
    assert list(bars.data[1].marker.line.width) == [0, 2]
    assert "N 1.0 and 1.0" in bars.data[1].hovertext[0]


def test_no_reasons_at_all_is_a_figure_too():
    words, x, y, weight = some_reasons(10)
    assert len(shared_contexts(words, x, y, weight, [], "a", "b").data[1].x) == 0
    assert len(reason_bars(words, [], weight, x, y, title="t").data) > 0


def test_a_heat_map_shows_every_pair_in_the_order_of_its_tree():
    alike = np.array([[1, 0.1, 0.9], [0.1, 1, 0.2], [0.9, 0.2, 1]])
    found = tree(alike)
    figure = similarity_map(["a", "b", "c"], alike, found.order, found.across, found.height, odd=1)
    cells = figure.data[0]
    for i, row in enumerate(found.order):
        for j, column in enumerate(found.order):
            assert cells.z[i][j] == pytest.approx(alike[row, column])
            assert divmod(int(cells.customdata[i][j]), 3) == (row, column)
    assert figure.data[2].customdata.max() == pytest.approx(0.9)
    assert [t.startswith("<b>▸ b") for t in figure.layout.xaxis.ticktext].count(True) == 1


@pytest.mark.parametrize("word", HOSTILE)
def test_words_are_escaped_in_every_figure(word):
    shown = word.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    two, ones = [word, "b"], np.ones(2)
    alike = np.array([[1, 0.5], [0.5, 1]])
    found = tree(alike)
    figures = [
        nearest_side_by_side({"cosine": [(word, 0.5)]}, {"cosine": [0]}),
        paired_bars(two, [0, 1], ones / 2, ones / 2, ones / 2),
        shared_contexts(two, ones, ones, ones / 2, [0], word, word),
        reason_bars(two, [0], ones, ones, ones, title="t"),
        similarity_map(two, alike, found.order, found.across, found.height),
    ]
    for figure in figures:
        plain = [re.sub(r"</?b>|<br>", "", text) for text in texts(figure)]
        assert not any("<" in text for text in plain)
        assert any(shown in text or shown[:12] in text for text in texts(figure))


def test_lines_are_escaped_and_the_words_marked():
    line = Quote("<b>x</b> saw a <img src=x> & b", (15, 26), (2, 3))
    html = running_lines([line])
    assert "<b>&lt;img src=x&gt;</b>" in html and "<u>" in html and "<img" not in html
    centered = centered_lines([line])
    named = centered_lines([replace(line, document='1850 · "<b>.txt')])
    assert 'title="1850 · &quot;&lt;b&gt;.txt"' in named and "<b>.txt" not in named
    assert "<i " not in centered
    assert "&lt;b&gt;x&lt;/b&gt; saw a " in centered and "<img" not in centered
    table = reasons_table(["w", "N", "near"], [("<i>", ["1.0"], [line]), ("z", ["0"], [None])])
    assert "&lt;i&gt;" in table and "never in the text" in table and "<img" not in table


def test_a_line_opens_on_what_stands_around_it_in_its_document():
    line = Quote(
        "The king sat.", (4, 8), None, "1850 · a <b>.txt", "It <i>rained</i>.", "He slept & ate."
    )
    table = reasons_table(["w", "N", "near"], [("w", ["1.0"], [line])])
    for html in (centered_lines([line]), running_lines([line]), table):
        assert html.count("<details") == html.count("<summary") == 1
        opened = html.partition("</summary>")[2]
        assert (
            "It &lt;i&gt;rained&lt;/i&gt;. The <strong>king</strong> sat. He slept &amp; ate."
            in opened
        )
        assert "1850 · a &lt;b&gt;.txt" in opened and "<b>.txt" not in html
        assert html.count("<b>king</b>") == 1
    alone = replace(line, before="", after="")
    for html in (centered_lines([alone]), running_lines([alone])):
        assert "<details" not in html and "1850 · a &lt;b&gt;.txt" in html


def test_long_lines_are_clipped_around_their_words():
    text = "x " * 5000 + "HERE" + " y" * 5000
    html = running_lines([Quote(text, (10_000, 10_004))]).partition("</style>")[2]
    assert "<b>HERE</b>" in html and len(html) < 1000 and html.count("…") == 2
    assert len(centered_lines([Quote(text, (10_000, 10_004))]).partition("</style>")[2]) < 1000


def test_lines_of_right_to_left_scripts_run_so():
    assert is_right_to_left(["המלך גר בטירה"]) and is_right_to_left(["الملك هنا"])
    assert not is_right_to_left(["the king"]) and not is_right_to_left([])
    assert 'dir="rtl"' in centered_lines([Quote("המלך גר בטירה", (0, 4))])


def test_lines_that_scroll_are_a_region_with_a_name_that_the_keyboard_reaches():
    line = Quote("a king here", (2, 6))
    html = running_lines([line], 320, 'near "<b>')
    assert 'tabindex="0"' in html and 'role="region"' in html and "max-height: 320px" in html
    assert 'aria-label="near &quot;&lt;b&gt;"' in html
    assert "tabindex" not in running_lines([line])
