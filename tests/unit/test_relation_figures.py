"""Figures of analogies, diamonds and reasons: what they carry, equal scales, labels apart."""

import itertools

import numpy as np
import pytest

from tests.unit.test_figures import HOSTILE
from w2v_core.figures.analogy import analogy_drawing, answer_bars, expression_drawing
from w2v_core.figures.arithmetic import counts, facts, quotient, weighted_sum
from w2v_core.figures.callouts import SIZE, Frame, add_callouts, along
from w2v_core.figures.diamond import (
    diamonds_2d,
    diamonds_3d,
    forming_film,
    null_histogram,
    pairs_matrix,
)
from w2v_core.figures.labels import text_width
from w2v_core.figures.logratios import why_scatter
from w2v_core.figures.theme import isolated

PAIRS = [("man", "woman"), ("king", "queen"), ("boy", "girl")]
PLACES = np.array([[[0, 0], [0, 1]], [[1, 0], [1.1, 1]], [[2, 1], [2, 0.2]]], float)
TITLES = ("largest remaining spread", "mean offset")


def drawing(words=("man", "woman", "king", "queen"), runners=("lady",)):
    places = np.array([[0, 0], [0, 1], [1, 0.1], [1.1, 1]])
    return analogy_drawing(places, words, np.array([1, 1.1]), [[0.5, 0.5]], runners, "how")


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
    figure = diamonds_2d(PLACES, PAIRS, TITLES, cosines=np.array([0.5, 0.4, -0.3]), title="a → b")
    forward, backwards = named(figure, "along"), named(figure, "backwards")
    assert np.array(forward.x)[:2].tolist() == [0, 0] and np.array(forward.y)[:2].tolist() == [0, 1]
    assert np.isnan(forward.x[2]) and forward.line.dash == "solid"
    assert backwards.line.dash == "dash" and np.array(backwards.y)[:2].tolist() == [1, 0.2]
    assert forward.marker.symbol[:2] == ("circle", "arrow")
    points = named(figure, "words")
    assert np.ravel(points.customdata).tolist() == [0, 0, 1, 1, 2, 2]
    rungs = named(figure, "rungs")
    assert np.isnan(rungs.x).sum() == 4  # two neighbours on each side
    written = [note.text for note in figure.layout.annotations]
    assert written == [word for pair in PAIRS for word in pair]
    assert figure.layout.title.text == "a → b"


def test_in_three_dimensions_every_arrow_has_a_head():
    places = np.concatenate([PLACES, np.random.default_rng(0).normal(size=(3, 2, 1))], axis=2)
    figure = diamonds_3d(places, PAIRS, (*TITLES, "z"), cosines=np.array([1, 1, -1]), reach=3.0)
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
    assert figure.layout.title.subtitle.text == "how"
    assert figure.layout.xaxis.title.text == "from man to king"
    assert figure.layout.yaxis.title.text == "the offset woman − man"


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
    assert figure.layout.title.text == "Why a : b is like c : d"
    assert "r = 0.90; random pairs 0.00 ± 0.20" in figure.layout.title.subtitle.text
    everything = np.concatenate(
        [
            named(figure, name).customdata[:, 0]
            for name in ("context words", "pulled towards", "pushed away")
        ]
    )
    assert sorted(everything.astype(int).tolist()) == list(range(300))
    sizes, weights = [], []
    for name in ("context words", "pulled towards", "pushed away"):
        sizes += list(named(figure, name).marker.size)
        weights += named(figure, name).customdata[:, 3].tolist()
    assert np.corrcoef(np.array(sizes) - 3, np.sqrt(weights))[0, 1] > 0.999
    written = {note.text for note in figure.layout.annotations if note.visible}
    toward = set(named(figure, "pulled towards").text)
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


def test_a_histogram_marks_our_value_and_says_what_it_asks():
    values = np.linspace(-0.1, 0.2, 100)
    said = dict(question="Would others?", answer="None < all (p = .001).", name="random lists")
    figure = null_histogram(values, 0.5, **said)
    assert figure.layout.shapes[0].x0 == 0.5
    assert "0.50" in figure.layout.annotations[0].text
    assert figure.layout.title.text == "<b>Would others?</b><br>None &lt; all (p\xa0=\xa0.001)."
    assert figure.layout.xaxis.range[1] > 0.5
    # Two that share their span share their axis.
    spans = [
        null_histogram(values, observed, span=(-1, 1), **said).layout.xaxis.range
        for observed in (0.5, -0.7)
    ]
    assert spans[0] == spans[1]


def test_a_film_moves_the_words_and_the_marks_on_the_curves():
    pictures = [PLACES * size for size in (0.2, 0.6, 1.0)]
    curves = np.array([[0.1, 1.4], [0.5, 0.9], [0.9, 0.4]])
    for n_axes in (2, 3):
        places = [np.concatenate([p, np.zeros((3, 2, 1))], axis=2)[..., :n_axes] for p in pictures]
        figure = forming_film(
            places,
            PAIRS,
            (*TITLES, "z")[:n_axes],
            [0, 2, 5],
            curves,
            [3.0, 2.8, 2.5, 2.4, 2.3, 2.2],
            cosines=np.array([0.5, 0.5, -0.1]),
        )
        names = [trace.name for trace in figure.data]
        assert list(named(figure, "parallelism").y) == [0.1, 0.5, 0.9]
        assert list(named(figure, "closure").y) == [1.4, 0.9, 0.4]
        assert list(named(figure, "loss").x) == [0, 1, 2, 3, 4, 5]
        assert [frame.name for frame in figure.frames] == ["0", "2", "5"]
        for frame, picture, (parallelism, closure), loss in zip(
            figure.frames, pictures, curves, (3.0, 2.5, 2.2), strict=True
        ):
            moved = dict(zip(frame.traces, frame.data, strict=True))
            # Everything that has a place of its own moves, and is of its own kind.
            assert all(type(figure.data[i]) is type(trace) for i, trace in moved.items())
            words = moved[figure.layout.meta["film"]["words"]]
            assert np.array(words.x) == pytest.approx(picture[..., 0].ravel())
            assert np.array(words.y) == pytest.approx(picture[..., 1].ravel())
            marks = [moved[i].y[-1] for i, name in enumerate(names) if name == "current pass"]
            assert marks == [parallelism, closure, loss]
            for name in ("along", "backwards", "rungs"):
                still = len(named(figure, name).x)
                assert len(moved[names.index(name)].x) == still
        # A click on a curve is no click on a word.
        assert set(np.ravel(named(figure, "loss").customdata).tolist()) == {-1}


def test_the_matrix_holds_every_pair_of_pairs():
    cosines, closures = np.eye(3) + 0.25, np.full((3, 3), 0.7)
    figure = pairs_matrix(cosines, closures, [("man", "woman"), ("a", "<b>"), ("x", "y")])
    cells = figure.data[0]
    assert np.array(cells.z) == pytest.approx(cosines)
    assert np.array(cells.customdata).tolist() == [[0, 1, 2], [3, 4, 5], [6, 7, 8]]
    assert "closure 0.70" in cells.hovertext[0][1] and "&lt;b&gt;" in cells.hovertext[0][1]
    assert figure.layout.yaxis.scaleanchor == "x"


def test_arithmetic_is_written_in_the_notes_symbols_and_escaped():
    shown = weighted_sum([("queen", 1), ("king", -1), ("man", 0.5)])
    text = shown.split("</style>")[1]
    assert text.count("<b>v</b><sub>") == 3 and " − " in text and " + 0.5 " in text
    assert "<b>u</b>" in weighted_sum([("queen", 1)], "output")
    asked = quotient("king", "queen", "man").split("</style>")[1]
    assert asked.index("queen") < asked.index("man") < asked.index("/ cos") < asked.index("king")
    for html in (
        weighted_sum([("<img>", 1)]),
        quotient("<img>", "b", "c"),
        facts([("<img>", "<img>")]),
        counts(["<img>"], [("<img>", [1234])]),
    ):
        assert "<img>" not in html and "&lt;img&gt;" in html
    assert ">1,234<" in counts(["a"], [("b", [1234])])


def test_words_from_right_to_left_turn_no_arrow_round():
    figure = diamonds_2d(PLACES, [("אב", "אם")] * 3, TITLES)
    assert named(figure, "words").text[0] == "\u2068אב\u2069 → \u2068אם\u2069"
    assert diamonds_2d(PLACES, PAIRS, TITLES).data[-1].text[0] == "man → woman"


def test_lines_are_obstacles_along_all_their_length():
    points = along(np.array([[[0, 0], [10, 0]]]))
    gaps = np.diff(np.concatenate([[0], points[:, 0], [10]]))
    assert gaps.max() < 1 and (points[:, 1] == 0).all()
    assert len(along(np.zeros((200, 2, 2)))) <= 1_500


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
    apart = isolated(shown)
    assert drawn.layout.title.text == f"{apart} → {apart} as {apart} → {apart}"
    assert named(reasons, "pulled towards").text[0] == shown == bars.data[0].hovertext[0]
    for figure in (flat, deep, drawn, reasons, bars):
        text = figure.to_json().replace("<br>", "").replace("<extra>", "")
        assert "<img" not in text and "<b>x</b>" not in text
