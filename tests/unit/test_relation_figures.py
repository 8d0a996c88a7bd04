"""Figures of analogies, diamonds and reasons: what they carry, equal scales, labels apart."""

import itertools

import numpy as np
import pytest

from tests.unit.test_figures import HOSTILE
from w2v_core.figures.analogy import analogy_drawing, answer_bars, expression_drawing
from w2v_core.figures.callouts import SIZE, Frame, add_callouts
from w2v_core.figures.diamond import diamonds_2d, diamonds_3d, forming_curves, null_histogram
from w2v_core.figures.labels import text_width
from w2v_core.figures.logratios import why_scatter

PAIRS = [("man", "woman"), ("king", "queen"), ("boy", "girl")]
PLACES = np.array([[[0, 0], [0, 1]], [[1, 0], [1.1, 1]], [[2, 1], [2, 0.2]]], float)
TITLES = ("largest remaining spread", "mean offset")


def drawing(words=("man", "woman", "king", "queen"), runners=("lady",)):
    places = np.array([[0, 0], [0, 1], [1, 0.1], [1.1, 1]])
    return analogy_drawing(places, words, np.array([1, 1.1]), [[0.5, 0.5]], runners, TITLES)


def why(words=None, **options):
    rng = np.random.default_rng(0)
    n = 300
    x = rng.normal(size=n)
    y = x + 0.3 * rng.normal(size=n)
    words = words or [f"word{i}" for i in range(n)]
    order = np.argsort(x)
    weight = rng.dirichlet(np.ones(n))
    return why_scatter(
        x, y, weight, words, order[-12:][::-1], order[:12], ("a", "b", "c", "d"), 0.9, **options
    )


def named(figure, name):
    return next(trace for trace in figure.data if trace.name == name)


def test_parallel_lines_look_parallel():
    for figure in (diamonds_2d(PLACES, PAIRS, TITLES), drawing(), why()):
        assert figure.layout.yaxis.scaleanchor == "x" and figure.layout.yaxis.scaleratio == 1
    places = np.concatenate([PLACES, np.zeros((3, 2, 1))], axis=2)
    figure = diamonds_3d(places, PAIRS, (*TITLES, "z"))
    assert figure.layout.scene.aspectmode == "data"


def test_arrows_lead_from_first_to_second_words_and_backward_ones_are_dashed():
    figure = diamonds_2d(PLACES, PAIRS, TITLES, along=np.array([0.5, 0.4, -0.3]), title="a → b")
    along, backwards = named(figure, "along"), named(figure, "backwards")
    assert np.array(along.x)[:2].tolist() == [0, 0] and np.array(along.y)[:2].tolist() == [0, 1]
    assert np.isnan(along.x[2]) and along.line.dash == "solid"
    assert backwards.line.dash == "dash" and np.array(backwards.y)[:2].tolist() == [1, 0.2]
    assert along.marker.symbol[:2] == ("circle", "arrow")
    points = named(figure, "words")
    assert np.ravel(points.customdata).tolist() == [0, 0, 1, 1, 2, 2]
    rungs = named(figure, "rungs")
    assert np.isnan(rungs.x).sum() == 4  # two neighbours on each side
    written = [note.text for note in figure.layout.annotations]
    assert written == [word for pair in PAIRS for word in pair]
    assert figure.layout.title.text == "a → b"


def test_in_three_dimensions_every_arrow_has_a_head():
    places = np.concatenate([PLACES, np.random.default_rng(0).normal(size=(3, 2, 1))], axis=2)
    figure = diamonds_3d(places, PAIRS, (*TITLES, "z"), along=np.array([1, 1, -1]), reach=3.0)
    heads = [trace for trace in figure.data if trace.type == "cone"]
    assert sum(len(trace.x) for trace in heads) == 3
    assert figure.layout.scene.xaxis.range == (-3.0, 3.0)


def test_the_frame_can_rest_while_words_move():
    still = np.array([[-2.0, -2], [3, 3]])
    one = diamonds_2d(PLACES, PAIRS, TITLES, frame=still)
    other = diamonds_2d(0.5 * PLACES, PAIRS, TITLES, frame=still)
    assert one.layout.xaxis.range == other.layout.xaxis.range


def test_an_analogy_is_drawn_with_its_arrows_and_its_point():
    figure = drawing()
    c_to_answer = named(figure, "c → answer")
    assert list(c_to_answer.x) == [1, 1.1] and c_to_answer.marker.symbol[1] == "arrow"
    assert list(named(figure, "the point").x) == [1]
    written = [note.text for note in figure.layout.annotations]
    assert written[:5] == ["man", "woman", "king", "queen", "woman − man + king"]
    assert figure.layout.title.text == "man → woman as king → queen"


def test_an_expression_is_drawn_as_arrows_end_to_end():
    path = np.array([[0, 1], [0.5, 0.2], [0.6, 1.3]])
    figure = expression_drawing(
        path,
        ["king", "man", "woman"],
        [1, -0.5, 2],
        [[0.5, 1.2], [0, 0.4]],
        ["queen", "lady"],
        TITLES,
    )
    steps = [trace for trace in figure.data if trace.name == "step"]
    assert [list(step.x) for step in steps] == [[0, 0], [0, 0.5], [0.5, 0.6]]
    assert [step.line.dash for step in steps] == ["solid", "dash", "solid"]
    assert figure.layout.title.text == "king − 0.5 man + 2 woman"
    written = [note.text for note in figure.layout.annotations]
    assert written == ["queen", "the sum", "king", "− 0.5 man", "+ 2 woman", "lady"]
    assert figure.layout.yaxis.scaleanchor == "x"
    alone = expression_drawing(path[:1], ["<b>"], [1], np.empty((0, 2)), [], TITLES)
    assert alone.layout.title.text == "&lt;b&gt;"


def test_why_is_sized_by_weight_and_labels_both_ends():
    figure = why(chance=(0.0, 0.2), selected=7)
    assert "r = 0.90" in figure.layout.title.text and "0.00 ± 0.20" in figure.layout.title.text
    everything = np.concatenate(
        [
            named(figure, name).customdata[:, 0]
            for name in ("context words", "pulled toward", "pushed away")
        ]
    )
    assert sorted(everything.astype(int).tolist()) == list(range(300))
    sizes, weights = [], []
    for name in ("context words", "pulled toward", "pushed away"):
        sizes += list(named(figure, name).marker.size)
        weights += named(figure, name).customdata[:, 3].tolist()
    assert np.corrcoef(np.array(sizes) - 3, np.sqrt(weights))[0, 1] > 0.999
    written = {note.text for note in figure.layout.annotations if note.visible}
    toward = set(named(figure, "pulled toward").text)
    away = set(named(figure, "pushed away").text)
    assert len(written & toward) >= 8 and len(written & away) >= 8
    assert "word7" in written  # the one that was clicked
    assert figure.layout.xaxis.title.text == "log p(w | b) / p(w | a)"


def test_callouts_never_lie_on_one_another():
    import plotly.graph_objects as go

    rng = np.random.default_rng(0)
    points = rng.normal(size=(40, 2)) * 0.3
    words = [f"w{'o' * (i % 8)}rd{i}" for i in range(40)]
    frame = Frame.around(points, 900, 560)
    for keep_all in (True, False):
        figure = go.Figure()
        written = add_callouts(figure, frame, points, words, keep_all=keep_all)
        assert len(written) == 40 or not keep_all
        boxes = []
        notes = figure.layout.annotations
        assert len(notes) == len(figure.layout.meta["callouts"]["gaps"]) == 40
        for i, note in zip(written, (note for note in notes if note.visible), strict=True):
            assert note.text == words[i]
            dx, dy = (note.ax, -note.ay) if note.showarrow else (note.xshift, note.yshift)
            middle = frame.pixels(points[i]) + np.array([dx, dy])
            boxes.append((middle, text_width(words[i], SIZE) / 2))
        for (one, w1), (other, w2) in itertools.combinations(boxes, 2):
            apart = np.abs(one - other)
            assert apart[0] >= w1 + w2 or apart[1] >= SIZE


def test_a_histogram_marks_our_value_and_the_curves_follow_the_passes():
    figure = null_histogram(np.linspace(-0.1, 0.2, 100), 0.5, "None < all", "random lists")
    assert figure.layout.shapes[0].x0 == 0.5
    assert "0.50" in figure.layout.annotations[0].text
    assert figure.layout.title.text == "None &lt; all"
    assert figure.layout.xaxis.range[1] > 0.5
    curves = forming_curves([0, 2], np.array([[0.1, 1.4], [0.9, 0.4]]), [3.0, 2.5, 2.2], now=2)
    parallelism, closure, loss = curves.data
    assert list(parallelism.y) == [0.1, 0.9] and list(closure.y) == [1.4, 0.4]
    assert list(loss.x) == [0, 1, 2] and curves.layout.shapes[0].x0 == 2


def test_answers_carry_their_rows_and_scores_beyond_one_are_seen():
    figure = answer_bars([("queen", 1.3), ("lady", 0.9)], [7, 3], "3CosMul score")
    assert figure.data[0].customdata.ravel().tolist() == [7, 3]
    assert figure.layout.xaxis.range[1] > 1.3 and figure.layout.xaxis.title.text == "3CosMul score"
    assert answer_bars([("a", 0.5), ("b", -0.2)], [0, 1]).layout.xaxis.range[0] < -0.2
    assert len(answer_bars([], []).data[0].x) == 0


@pytest.mark.parametrize("word", HOSTILE)
def test_hostile_words_are_escaped_everywhere(word):
    shown = word.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    flat = diamonds_2d(PLACES, [(word, word)] * 3, TITLES, title=word)
    deep = diamonds_3d(np.zeros((3, 2, 3)), [(word, word)] * 3, (*TITLES, "z"), title=word)
    drawn = drawing((word,) * 4, (word,))
    reasons = why([word] * 300)
    bars = answer_bars([(word, 0.5)], [0])
    assert flat.layout.annotations[0].text.rstrip("…") in shown
    assert flat.layout.title.text == deep.layout.title.text == shown
    assert drawn.layout.title.text == f"{shown} → {shown} as {shown} → {shown}"
    assert named(reasons, "pulled toward").text[0] == shown == bars.data[0].hovertext[0]
    for figure in (flat, deep, drawn, reasons, bars):
        text = figure.to_json().replace("<br>", "").replace("<extra>", "")
        assert "<img" not in text and "<b>x</b>" not in text
