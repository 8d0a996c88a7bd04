"""Every lesson, driven without a browser: the numbers in its equations are the library's."""

import json
import re

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pages.lesson_pages import frame, promise
from tests.conftest import ROOT
from tests.operators_library import library
from w2v_core import Corpus, SkipGram, save_model
from w2v_core.figures.lessons import equations
from w2v_core.lessons import (
    cautions,
    counting,
    derivations,
    distances,
    held_out,
    one_hot,
    one_step,
    plane,
    transfer,
    typed_pairs,
)
from w2v_core.lessons.pair_table import pair_share, pairs_of
from w2v_core.lessons.prediction import pair_losses, predict
from w2v_core.lessons.typed_pairs import PairTraining, closure, closure_over_seeds, parse_pairs
from w2v_core.model.softmax import cross_entropy
from w2v_core.text.pairs import sentence_pairs
from w2v_core.text.samples import sample_path

LESSONS = [*map(str, range(11)), "playground"]
NUMBERS = [*LESSONS, "quiz"]  # the quiz has no lesson of its own
HOSTILE = "a_b $x$ :red[hot] <b>bold</b> x^2 50% R&D {brace} \\frac 🙂 `code` #tag ~tilde"


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("W2V_HOME", str(tmp_path / "home"))


@pytest.fixture(scope="module")
def trained():
    """An anchored model, as the app trains it."""
    return SkipGram(epochs=6).fit(Corpus.from_file(sample_path("notes_example")))


@pytest.fixture
def opened(trained):
    save_model(trained, library.model_folder("cd" * 8), name="Berlin", created=1.0)
    return trained


def lesson(number, **query):
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    at.query_params["lesson"] = number
    for name, value in query.items():
        at.query_params[name] = value
    at.run()
    at.switch_page("pages/lessons.py").run()
    return well(at)


def well(at):
    assert not at.exception, at.exception
    assert not at.error, [e.value for e in at.error]
    return at


def film(at) -> dict:
    """The figure of lesson 7."""
    sent = [json.loads(b.proto.json) for b in at.get("bidi_component")]
    return json.loads(next(data["figure"] for data in sent if data.get("key") == "diamond"))


def shown(at):
    """All equations of the lesson, in one string."""
    return "\n".join(e.value.replace("$$", "") for e in at.latex)


def rows(model, *words):
    return [model.vocabulary.index(word) for word in words]


@pytest.mark.parametrize("number", LESSONS)
def test_every_lesson_asks_shows_an_equation_and_answers_after_the_quiz(number):
    at = lesson(number)
    assert any(m.value.startswith("## ") and m.value.endswith("?") for m in at.markdown)
    assert at.latex
    assert any(e.label == "The notation" for e in at.expander)
    assert not any("In short" in m.value for m in at.markdown)
    quiz = next(r for r in at.radio if r.key.startswith("quiz"))
    assert quiz.value is None
    well(quiz.set_value(raw(quiz.options[0])).run())
    assert any("In short" in m.value for m in at.markdown)


def raw(label):
    """An option as the page gave it: its label is escaped for Markdown."""
    return re.sub(r"\\(.)", r"\1", label)


def test_lesson_0_every_promise_is_kept_by_the_model_or_a_sample(opened):
    at = lesson("0")
    space = opened.vectors()
    answer = space.analogy("germany", "berlin", "france")[0]
    assert equations.analogy("germany", "berlin", "france", *answer) in shown(at)
    near = space.similarity("happiness", "joy")
    assert equations.synonyms("happiness", "joy", near) in shown(at)
    # What this text lacks, the small world has.
    world = frame.world_model().vectors()
    for pair in (("dog", "puppy"), ("one", "two")):
        assert equations.synonyms(*pair, world.similarity(*pair)) in shown(at)
    queen = world.analogy("man", "king", "woman")[0]
    assert queen[0] == "queen"
    assert equations.analogy("man", "king", "woman", *queen) in shown(at)
    assert sum("Your text lacks" in c.value for c in at.caption) == 3


def test_lesson_0_takes_the_small_world_where_the_text_answers_otherwise():
    text = (
        "man sees angel. king sees angel. woman sees angel. queen cuts wood. wood burns queen. "
        * 40
    )
    model = SkipGram(dim=8, prior=10, epochs=3).fit(Corpus.from_text(text))
    own = frame.Source("own", "own", model, "own")
    words = ("man", "king", "woman", "queen")
    assert own.knows(*words) and model.vectors().analogy("man", "king", "woman")[0][0] != "queen"
    assert promise.source_that_tells(words, own).key == frame.WORLD
    world = frame.sample_source(frame.WORLD)
    assert promise.source_that_tells(words, world) is world


def test_lesson_1_selects_the_words_vector(opened):
    at = lesson("1")
    vector = opened.V[rows(opened, "berlin")[0]]
    expected = equations.selection("V", "x", "berlin", vector, len(opened.words))
    assert expected in shown(at) and f"{vector[0]:.2f}" in expected
    well(at.segmented_control(key="matrix").set_value("U").run())
    assert equations.vector(opened.U[rows(opened, "berlin")[0]], 3) in shown(at)
    well(at.slider(key="labelled").set_value(1).run())
    box = next(t for t in at.text_area if t.label.startswith("Classes"))
    box.set_value("only: berlin paris rome").run()
    assert "Two classes" in at.error[0].value


def test_lesson_1_relatedness_has_axes_and_one_may_type_ones_own(opened):
    at = lesson("1")
    four = ("city", "berlin", "country", "germany")
    known = one_hot.axis(opened.vectors(), "instance", four).dense
    assert equations.parallel(*four, known) in shown(at)
    well(at.text_input(key="axis").set_value("paris france rome italy").run())
    own = ("paris", "france", "rome", "italy")
    value = one_hot.axis(opened.vectors(), "", own).dense
    assert equations.parallel(*own, value) in shown(at)
    at.text_input(key="axis").set_value("paris france").run()
    assert "four words" in at.error[0].value
    at.text_input(key="axis").set_value("paris france rome nonsuch").run()
    assert "nonsuch" in at.error[0].value


def test_lesson_2_the_dot_product_follows_the_angle(opened):
    at = lesson("2")
    for name, dot in (("orthogonal", 0), ("opposite", -3), ("same direction", 3)):
        well(next(b for b in at.button if b.label == name).click().run())
        assert f"v_1 u_1 + v_2 u_2 = {equations.number(round(dot, 9))}" in shown(at).replace(
            equations.number(2 * 1.5 * np.cos(np.pi / 2)), "0"
        )
    well(at.segmented_control(key="arrows").set_value("two words").run())
    c, o = rows(opened, "berlin", "germany")
    true = float(opened.V[c].astype(float) @ opened.U[o].astype(float))
    assert equations.number(true) in shown(at)


def test_lesson_3_shows_the_pairs_of_the_sentence():
    at = lesson("3")
    words = ["Berlin", "is", "a", "city", "in", "East", "Germany"]
    expected = sentence_pairs(words, "sentence", 3)
    text = " ".join(m.value for m in at.markdown)
    assert len(expected) == 6 and all(f"{c} → **{o}**" in text for c, o in expected)
    assert equations.objective("city", 6, 42) in shown(at)
    model = _notes()  # each pair's probability, where the model knows both words
    p = model.probabilities("city")
    for word in ("Berlin", "is", "Germany"):
        assert f"city → **{word}** &nbsp; :gray[p = {p[rows(model, word)[0]]:.2g}]" in text
    well(at.toggle(key="whole").set_value(False).run())
    well(at.slider(key="reach").set_value(1).run())
    assert equations.objective("city", 2, 12) in shown(at)
    well(at.text_input(key="sentence").set_value("alone").run())
    assert "at least two words" in at.info[0].value


@pytest.mark.parametrize("source", ["open", "notes"])
def test_lesson_4_counts_scores_and_probabilities_are_the_librarys(opened, source):
    at = lesson("4", **{"from": source})
    model, names = (
        (opened, ("berlin", "germany", "potato"))
        if source == "open"
        else (_notes(), ("Berlin", "Germany", "potato"))
    )
    c, o, other = rows(model, *names)
    now = predict(model, c)
    share = pair_share(model.count(model.corpus)[0], c, o)
    counted = equations.conditional(*names[:2], share.joint, share.center, share.total)
    assert counted in shown(at) and equations.number(share.p, 4) in counted
    table = next(m.value for m in at.markdown if m.value.startswith("| c"))
    assert f"| {share.joint:,.4g} |" in table and f"| {share.center:,.0f} |" in table
    anchor = float(now.anchors[o]) if model.anchored else None
    assert model.anchored == (source == "open")
    assert equations.score(names[0], names[1], float(now.dots[o]), anchor) in shown(at)
    for row, name in ((o, names[1]), (other, names[2])):
        p = model.probabilities(names[0])[row]
        expected = equations.softmax(names[0], name, float(now.scores[row]), now.total, p)
        assert expected in shown(at)
    # Change one score, and the other's probability falls.
    well(at.slider(key="added").set_value(2.0).run())
    raised = predict(model, c, o, 2.0)
    assert equations.number(raised.p[other], 4) in shown(at) and raised.p[other] < now.p[other]


def _notes():
    return frame.notes_model()


def test_lesson_5_the_loss_and_every_line_of_the_derivations(opened):
    at = lesson("5")
    c, o = rows(opened, "berlin", "germany")
    now = predict(opened, c)
    loss = cross_entropy(now.scores, o)
    assert equations.loss("germany", float(now.p[o]), loss) in shown(at)
    j = int(abs(opened.V[c]).argmax())
    for found in (
        derivations.by_score(now.scores, o, o),
        derivations.by_score(now.scores, o, int(now.p.argmax())),
        derivations.by_center(opened.V[c], opened.U, o, j, opened.log_q),
        derivations.by_output(opened.V[c], opened.U, o, o, j, opened.log_q),
    ):
        for line in found:
            assert line.latex in shown(at) and equations.number(line.value, 6) in shown(at)
    assert any("arg max" in m.value for m in at.markdown)


def test_lesson_6_before_and_after_are_the_steps(opened):
    at = lesson("6")
    c, o = rows(opened, "berlin", "germany")
    around = pairs_of(opened.count(opened.corpus)[0], c)

    def expected(rate, times):
        step = one_step.one_step(opened.V, opened.U, c, o, rate, opened.log_q, times, around)
        parts = plane.lengths([step.pull, step.push, step.v_after - step.v])
        return (
            equations.center_step(rate, *parts),
            equations.before_after(
                float(step.p[o]),
                float(step.p_after[o]),
                step.losses[0],
                step.losses[-1],
                (step.all_losses[0], step.all_losses[-1]),
            ),
        )

    assert all(equation in shown(at) for equation in expected(0.1, 1))
    well(at.segmented_control(key="times").set_value(10).run())
    assert all(equation in shown(at) for equation in expected(0.1, 10))
    well(at.toggle(key="climb").set_value(True).run())
    assert "increases the loss" in at.warning[0].value
    well(at.segmented_control(key="begin").set_value("zero").run())
    assert "Nothing moves" in at.info[0].value
    well(at.segmented_control(key="begin").set_value("trained").run())
    well(at.toggle(key="climb").set_value(False).run())
    well(at.select_slider(key="rate").set_value(20.0).run())
    assert "overshoots" in at.warning[0].value


def test_lesson_6_the_quiz_names_the_word_that_is_pushed_more(opened):
    at = lesson("6")
    quiz = next(r for r in at.radio if r.key.startswith("quiz"))
    c, o = rows(opened, "berlin", "germany")
    moved = one_step.one_step(opened.V, opened.U, c, o, 0.1, opened.log_q).moved
    right = max(quiz.options, key=lambda word: moved[rows(opened, word)[0]])
    well(quiz.set_value(right).run())
    assert at.success[0].value.startswith(f"Yes: **{right}**")


def test_lesson_7_the_cosines_are_the_trainings():
    at = lesson("7")
    text = ", ".join((typed_pairs.ROLES, typed_pairs.PLACES, typed_pairs.CITIES))
    pairs = parse_pairs(text, both_directions=True)
    training = PairTraining(pairs, 8, 0.1, 0)
    V, early = (training.at(n * len(pairs.c))[0] for n in (200, 5))
    four = tuple(pairs.words.index(w) for w in typed_pairs.DIAMOND)
    captions = film(at)["layout"]["meta"]["captions"]  # what the browser says below each frame
    *numbers, state = captions[-1]
    for value, said in zip(closure(V, four), numbers, strict=True):
        assert value >= 0.95 and said.endswith(f" = {value:.3f}")
    assert "is closed" in state and len(captions) == len(film(at)["frames"])
    for value, said in zip(closure(early, four), captions[1], strict=False):
        assert said.endswith(f" = {value:.3f}")
    assert "is open" in captions[0][-1]
    well(at.toggle(key="places").set_value(False).run())
    assert "open on V" in at.warning[0].value
    without = ", ".join((typed_pairs.ROLES, typed_pairs.CITIES))
    mean = closure_over_seeds(without, 10, 200)[:, 0].mean()
    assert equations.number(mean) in shown(at)
    control = at.segmented_control(key="illusion")
    well(control.set_value("the notes' literal pairs").run())
    assert "V does not close" in at.warning[0].value
    at.session_state["rounds"] = 0  # as the slider under the picture does
    well(at.run())
    literal = PairTraining(parse_pairs(typed_pairs.LITERAL, both_directions=True), 8, 0.1, 0)
    four = tuple(literal.pairs.words.index(w) for w in typed_pairs.DIAMOND)
    first = film(at)["layout"]["meta"]["captions"][0]
    for value, said in zip(closure(literal.at(0)[0], four), first, strict=False):
        assert said.endswith(f" = {value:.3f}")
    assert at.query_params["rounds"] in ("0", ["0"])


def test_lesson_8_the_distance_is_two_less_twice_the_dot_product(opened):
    at = lesson("8")
    x, z = rows(opened, "berlin", "paris")
    *_, dot, squared = distances.random_pair_distances(opened.vectors(), 3, x, z)
    assert float(dot[0]) == pytest.approx(opened.vectors().similarity("berlin", "paris"), abs=1e-6)
    assert equations.distance("berlin", "paris", float(dot[0]), float(squared[0])) in shown(at)


def test_lesson_9_every_use_has_the_librarys_numbers(opened):
    at = lesson("9")
    row = rows(opened, "berlin")[0]
    assert equations.vector(opened.V[row] + opened.U[row]) in shown(at)
    topics = at.segmented_control(key="use")
    well(topics.set_value("the missing word").run())
    box = next(t for t in at.text_input if t.label == "Words around a gap")
    well(box.set_value("germany city").run())
    context = rows(opened, "germany", "city")
    for matrix, which in (("U", "output"), ("V", "center")):
        well(at.segmented_control(key="de_embedding").set_value(matrix).run())
        p = transfer.missing_word(opened.V, opened.U, context, opened.log_q, which)
        word = opened.words[int(p.argmax())]
        expected = equations.hidden(["germany", "city"], word, float(p.max()), matrix, True)
        assert expected in shown(at)
    well(at.segmented_control(key="use").set_value("fine-tuning").run())
    assert "batch_gradients" in at.code[0].value and "nats per pair" in shown(at)
    well(at.segmented_control(key="use").set_value("overfitting").run())
    again = held_out.with_held_out(opened, opened.corpus)
    assert [m.value for m in at.metric] == [
        f"{again.loss_curve[-1]:.3f} nats",
        f"{again.held_out_curve[-1]:.3f} nats",
    ]
    assert any("trained again" in c.value for c in at.caption) and "held out" in shown(at)
    well(at.segmented_control(key="use").set_value("export").run())


def test_lesson_9_sets_the_model_beside_counting(opened):
    at = lesson("9")
    well(at.segmented_control(key="use").set_value("counting does it too").run())
    found = counting.beside_counting(opened, opened.count(opened.corpus)[0], "berlin")
    assert equations.counting("berlin", found.r) in shown(at)
    first = opened.words[found.rows[found.parting(1)[0]]]
    assert any(f"| {first} |" in m.value.replace("\\", "") for m in at.markdown)
    assert f"{found.unseen:,} of {len(opened.words):,} words never occur near" in " ".join(
        c.value for c in at.caption
    )


def test_lesson_9_shows_both_losses_of_a_model_that_kept_sentences_back():
    corpus = Corpus.from_file(sample_path("notes_example"))
    model = SkipGram(epochs=4, held_out=0.2).fit(corpus)
    save_model(model, library.model_folder("ef" * 8), name="Kept", created=2.0)
    at = lesson("9")
    well(at.segmented_control(key="use").set_value("overfitting").run())
    assert [m.value for m in at.metric] == [
        f"{model.loss_curve[-1]:.3f} nats",
        f"{model.held_out_curve[-1]:.3f} nats",
    ]


def test_lesson_10_every_warning_has_its_number(opened):
    at = lesson("10", **{"from": "open"})
    space = opened.vectors()
    found = cautions.opposites(space)[0]
    p, q = (opened.probabilities(word) for word in found[:2])
    assert equations.number(cautions.shared(p, q)) in shown(at)
    # The last answer goes back to the first promise.
    world = frame.world_model()
    share = cautions.shared(world.probabilities("one"), world.probabilities("two"))
    quiz = next(r for r in at.radio if r.key.startswith("quiz"))
    well(quiz.set_value("one and two").run())
    assert at.success and f"it expects {share:.0%} also near *two*" in at.success[0].value
    well(at.segmented_control(key="caution").set_value("two senses").run())
    at.query_params["center"] = "berlin"
    well(at.run())
    assert equations.number(cautions.circle(space, "berlin")[2]) in shown(at)
    well(at.segmented_control(key="caution").set_value("frequency").run())
    _, correlation = cautions.norm_and_frequency(opened.V, opened.counts)
    assert f"{correlation:+.2f}" in [m.value for m in at.metric]
    well(at.segmented_control(key="caution").set_value("prejudice").run())
    assert r"\log\frac" in shown(at)
    well(at.segmented_control(key="caution").set_value("little text").run())
    agreement = float(at.metric[0].value.rstrip("%")) / 100
    assert 0 <= agreement <= 1 and "found in both halves" in shown(at)


def test_the_playground_trains_step_by_step_and_begins_anew():
    at = lesson("playground")

    def expected(text, steps):
        training = PairTraining(parse_pairs(text), 5, 0.2, 0)
        losses = pair_losses(*training.at(steps), training.pairs.c, training.pairs.o)
        return rf"\text{{step }} {steps}:\quad", equations.number(losses.mean())

    def press(label):
        well(next(b for b in at.button if b.label == label).click().run())

    text = typed_pairs.PRESETS["eat and drink"]
    for label, steps in (("step 1", 1), ("step 20", 21), ("step 100", 121), ("step 500", 621)):
        press(label)
        assert all(part in shown(at) for part in expected(text, steps))
    press("reset")
    assert all(part in shown(at) for part in expected(text, 0))
    press("king and queen")
    press("step 100")
    assert all(part in shown(at) for part in expected(typed_pairs.PRESETS["king and queen"], 100))
    at.text_area(key="pairs").set_value("eat|apple, drink").run()
    assert "is not a pair" in at.error[0].value.replace("\\", "")
    well(at.text_area(key="pairs").set_value("_|$, #|{\\frac}, <b>|&amp;").run())


def test_the_address_brings_back_the_playground_and_the_arrows():
    at = lesson("playground", pairs="a|b, b|a", steps="40", play_seed="3")
    training = PairTraining(parse_pairs("a|b, b|a"), 5, 0.2, 3)
    losses = pair_losses(*training.at(40), training.pairs.c, training.pairs.o)
    assert equations.number(losses.mean()) in shown(at)
    assert lesson("playground", steps="-5").query_params["steps"] in ("0", ["0"])
    assert lesson("2", angle="90").slider(key="angle").value == 90
    assert lesson("2", angle="no").slider(key="angle").value == 50


def test_a_model_without_output_vectors_leaves_the_lessons_to_a_sample(trained):
    alone = SkipGram.from_arrays(
        parameters=SkipGram(dim=trained.V.shape[1]).get_params(),
        chosen={},
        words=trained.words,
        counts=trained.counts,
        lowercase=True,
        V=trained.V,
        U=None,
        log_q=np.zeros(len(trained.words), np.float32),
        loss_curve=np.empty(0),
        stopped=False,
        seconds=0.0,
    )
    save_model(alone, library.model_folder("dd" * 8), name="V alone", created=5.0)
    for number in ("0", "4", "6", "9"):
        at = lesson(number)
        assert any("no output vectors" in c.value for c in at.caption)


@pytest.mark.parametrize("number", NUMBERS)
def test_words_of_any_kind_stay_text(number):
    text = "\n".join([HOSTILE, "Пёс и кот идут", "שלום עולם טוב", "犬 と 猫 が 好き"] * 12)
    model = SkipGram(epochs=2, dim=4).fit(Corpus.from_text(text, min_count=1))
    save_model(model, library.model_folder("aa" * 8), name="$x$ <b>", created=3.0)
    at = lesson(number)
    if number in ("9", "10"):
        key = "use" if number == "9" else "caution"
        for topic in at.segmented_control(key=key).options:
            well(at.segmented_control(key=key).set_value(topic).run())


def test_a_model_without_its_text_and_one_of_one_dimension_have_every_lesson(trained):
    bare = SkipGram(epochs=1, dim=1).fit(Corpus.from_text("a b. b c. c a. " * 9, min_count=1))
    bare.corpus = None
    save_model(bare, library.model_folder("bb" * 8), name="bare", created=4.0)
    for number in NUMBERS:
        at = lesson(number)
        if number == "4":
            assert "without its text" in at.info[0].value


def test_the_address_holds_the_lesson_and_the_buttons_turn_pages():
    at = lesson("3")
    assert any("Berlin" in t.value for t in at.text_input)
    well(next(b for b in at.button if b.label.startswith("4 ·")).click().run())
    assert at.query_params["lesson"] in ("4", ["4"])
    well(next(b for b in at.button if b.label.startswith("‹ 3 ·")).click().run())
    assert at.query_params["lesson"] in ("3", ["3"])
    assert lesson("no such").query_params["lesson"] in ("0", ["0"])


def test_a_word_the_text_lacks_is_said_and_words_of_other_lessons_leave_the_address():
    at = lesson("5", **{"from": "notes", "center": "nonsuch", "output": "Paris"})
    assert any("nonsuch" in i.value for i in at.info)
    assert "Paris" in shown(at)
    assert at.query_params["center"] in ("Berlin", ["Berlin"])
    well(at.pills(key="lesson").set_value("7").run())
    assert "center" not in at.query_params and "output" not in at.query_params
