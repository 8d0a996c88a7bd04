"""Figures of words through slices, and of words between two poles."""

import numpy as np

from w2v_core.figures.followed import Projections, nearness_curves, projections

NAMES = ["1850", "1860", "1870", "<b>1880</b>"]


def curves(*values):
    value = np.array(values, float)
    return np.stack([value, value - 0.1, value + 0.1], axis=-1)


def test_lines_end_in_names_that_do_not_touch():
    words = ["one", "two", "<i>three</i>"]
    figure = nearness_curves(
        NAMES, words, curves([0, 0, 0, 0.5], [0, 0, 0, 0.5], [0.9, 0, 0, 0.49]), ordered=True
    )
    labels = {note.text: note for note in figure.layout.annotations}
    assert set(labels) == {"one", "two", "&lt;i&gt;three&lt;/i&gt;"}
    low, high = figure.layout.yaxis.range
    places = sorted(note.y for note in labels.values())
    assert (np.diff(places) > 0.05 * (high - low)).all() and low <= places[0] and places[-1] <= high
    lines = [trace for trace in figure.data if trace.mode == "lines+markers"]
    assert [labels[trace.name].font.color for trace in lines] == [t.line.color for t in lines]
    assert figure.layout.xaxis.ticktext[3] == "&lt;b&gt;1880&lt;/b&gt;"


def test_a_band_has_a_gap_where_the_slice_lacks_the_word():
    found = curves([0.1, np.nan, 0.3, 0.4])
    found[0, 3, 1:] = np.nan  # a value without a band
    figure = nearness_curves(NAMES, ["one"], found, ordered=True, moved_after=1)
    bands = [trace for trace in figure.data if trace.fill == "toself"]
    assert [list(band.x) for band in bands] == [[0, 0], [2, 2]]
    assert figure.layout.shapes[0].x0 == 1.5
    assert "moved here" in [note.text for note in figure.layout.annotations]


def test_groups_have_marks_with_bars_and_a_legend_but_no_lines():
    figure = nearness_curves(
        NAMES, ["one", "two"], curves([0, 1, 0, 1], [1, 0, 1, 0]), ordered=False
    )
    assert all(trace.mode == "markers" for trace in figure.data) and figure.layout.showlegend
    np.testing.assert_allclose(figure.data[0].error_y.array, 0.1)
    assert (figure.data[0].x < figure.data[1].x).all()  # side by side
    empty = nearness_curves(NAMES, ["one"], curves([np.nan] * 4), ordered=True)
    assert len(empty.layout.annotations) == 0


def test_words_stand_between_the_poles_once_for_each_model():
    values = np.array([[0.5, 0.4, 0.6], [-0.5, np.nan, np.nan]])
    models = [Projections("A", "#0072B2", values), Projections("B", "#B35900", -values)]
    figure = projections(["<u>rich", "poor"], [True, False], models, ("X", "Y"), ("bad", "good"))
    assert [trace.name for trace in figure.data] == ["A: X", "A: Y", "B: X", "B: Y"]
    assert figure.data[0].error_x.array[0] == np.float64(0.6) - 0.5
    assert figure.data[1].error_x.array[0] == 0 and figure.data[1].customdata[0] == ""
    assert "between +0.40 and +0.60" in figure.data[0].customdata[0]
    assert list(figure.layout.yaxis.ticktext) == ["&lt;u&gt;rich", "poor"]
    assert figure.layout.xaxis.title.text.startswith("← bad")
    one = projections(["rich", "poor"], [True, False], models[:1], ("X", "Y"), ("bad", "good"))
    assert [trace.name for trace in one.data] == ["X", "Y"]
