"""How much text is needed: curves through nested parts of a text, carried on."""

import numpy as np
import pytest

from tests.operators_library import library
from w2v_core import Corpus, SkipGram, save_model
from w2v_core.figures.learning_curve import measured_and_forecast
from w2v_core.model.learning_curve import (
    LearningCurve,
    forecast_again,
    forecast_loss,
    forecast_sure,
    learning_curve,
    rarest_learnt,
)
from w2v_core.queue.queue import Queue
from w2v_core.work import analyses, worker
from w2v_core.work.text_needed import curve_of

ID = "e" * 32
SIZES = [1_000, 2_000, 4_000, 8_000]
TEXT = "".join(
    f"{who} {does} {where}.\n"
    for who, does, where in (
        ("Dogs", "bark", "outside"),
        ("Wolves", "bark", "outside"),
        ("Cats", "purr", "inside"),
        ("Kittens", "purr", "inside"),
    )
    * 60
)


def curve(losses=(6.0, 5.0, 4.0, 3.5), again=(0.1, 0.2, 0.3, 0.4), sure=(0, 5, 20, 60)):
    return LearningCurve(SIZES, list(losses), list(again), list(sure), 100, 9_000, 1, False)


def test_a_power_law_is_carried_on():
    true = [5 + 20 * n**-0.4 for n in SIZES]
    found = forecast_loss(curve(losses=true), 16_000)
    assert found.value == pytest.approx(5 + 20 * 16_000**-0.4, abs=1e-3)
    assert found.low <= found.value <= found.high < true[-1]


def test_a_loss_that_does_not_fall_is_not_expected_to():
    found = forecast_loss(curve(losses=[5, 5.1, 5.2, 5.3]), 80_000)
    assert found.value >= 5.1


def test_odds_that_double_with_the_text_go_on_doubling_and_shares_stay_below_one():
    odds = np.array([0.1, 0.2, 0.4, 0.8])
    one = curve(again=(odds / (1 + odds)).tolist())
    assert forecast_again(one, 16_000).value == pytest.approx(1.6 / 2.6, abs=1e-6)
    assert forecast_again(one, 1e9).high <= 1


def test_nothing_is_said_of_reliable_words_where_only_one_part_has_any():
    assert forecast_sure(curve(sure=(0, 0, 0, 7)), 16_000) is None
    found = forecast_sure(curve(), 16_000)
    assert 0.6 < found.value < 1 and found.low <= found.value <= found.high


def test_the_frequency_below_which_hardly_a_word_is_learnt():
    counts = np.arange(1, 101)
    assert rarest_learnt(counts, counts >= 50) in range(50, 57)
    assert rarest_learnt(counts, counts > 0) == 1
    assert rarest_learnt(counts, counts > 100) == 100


def test_parts_are_nested_and_a_text_of_few_sentences_is_refused():
    corpus = Corpus.from_text(TEXT)
    model = SkipGram(epochs=4, dim=3).fit(corpus)
    told = []
    found = learning_curve(model, corpus, splits=2, callback=lambda s, what: told.append((s, what)))
    assert found.sizes == sorted(found.sizes) and found.sizes[-1] < found.total == corpus.n_tokens
    assert len(found.losses) == len(found.again) == len(found.sure) == 4
    assert found.losses[-1] < found.losses[0] and found.asked == len(corpus.words)
    assert max(share for share, _ in told) <= 1 and "half 2 of 4" in str(told)
    with pytest.raises(InterruptedError):
        learning_curve(model, corpus, callback=lambda share, what: share > 0.3)
    few = Corpus.from_text("Dogs bark. Cats purr.", min_count=1)
    with pytest.raises(ValueError, match="2 sentences"):
        learning_curve(SkipGram(dim=1, epochs=1).fit(few), few)


def test_the_curve_is_worked_out_in_the_background_and_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("W2V_HOME", str(tmp_path / "home"))
    model = SkipGram(epochs=3, dim=3).fit(Corpus.from_text(TEXT))
    save_model(model, library.model_folder(ID), name="Animals", created=1.0)
    asked = {"splits": 2, "seed": 0}
    analyses.start(library, Queue(), "learning_curve", ID, asked)
    worker.work(Queue(), idle_seconds=0)
    result = analyses.result(library, "learning_curve", ID, asked)
    assert curve_of(result).sizes[-1] > 0
    del result.values["again"]
    assert curve_of(result) is None


def test_what_was_measured_is_a_line_and_what_is_expected_is_dashed():
    figure = measured_and_forecast(
        SIZES, [6, 5, 4, 3.5], [(16_000, 3.2, 3.1, 3.3), (80_000, 3, 2.5, 3.4)], title="loss"
    )
    measured = next(trace for trace in figure.data if trace.name == "measured")
    expected = next(trace for trace in figure.data if trace.name == "expected")
    assert list(measured.x) == SIZES and list(expected.x) == [8_000, 16_000, 80_000]
    assert expected.line.dash != "solid" and "80 k" in figure.layout.xaxis.ticktext
