"""What short texts teach beyond the frequencies of words."""

import random

import pytest

from tests.conftest import ROOT
from tests.little_worlds_text import little_world
from w2v_core import Corpus, SkipGram, load_model, save_model
from w2v_core.exchange.bundles import read_bundle, write_bundle
from w2v_core.model.beyond_frequency import MOST_TOKENS, measure_gain
from w2v_core.model.gain import Gain, pieces_like
from w2v_core.storage.files import read_json, write_json

NOTES = (ROOT / "data" / "notes_example.txt").read_text("utf-8")
SETTINGS = dict(dim=8, prior=4.0)  # so that nothing has to be tried


def gain_of(text, **settings):
    corpus = Corpus.from_text(text)
    return measure_gain(SkipGram(**(SETTINGS | settings)).fit(corpus), corpus)


def in_random_order(text, seed=0):
    words = text.split()
    random.Random(seed).shuffle(words)
    lines = [words[first : first + 9] for first in range(0, len(words), 9)]
    return ".\n".join(" ".join(line).replace(".", "") for line in lines)


@pytest.mark.parametrize("text", [NOTES, little_world(20).text, little_world(23).text])
def test_small_worlds_teach_more_than_frequency(text):
    found = gain_of(text)
    assert found.beyond_frequency and found.gain > 0.1
    assert found.sentences == Corpus.from_text(text).n_sentences


@pytest.mark.parametrize("seed", range(3))
def test_words_in_random_order_teach_nothing_but_frequency(seed):
    assert not gain_of(in_random_order(NOTES, seed)).beyond_frequency


def test_the_notes_own_model_is_compared_with_frequencies_too():
    found = gain_of(NOTES, anchored=False, prior=None, epochs=10)
    assert found.beyond_frequency
    assert found.unigram_loss == pytest.approx(gain_of(NOTES).unigram_loss, rel=1e-3)


def test_a_text_of_one_sentence_cannot_be_measured():
    found = gain_of("the cat sat on the mat and the dog sat on the rug", dim=2)
    assert found.sentences == 0 and not found.beyond_frequency


def test_long_texts_are_not_measured():
    corpus = Corpus.from_text("a b c d e f g h i j.\n" * (MOST_TOKENS // 10 + 1))
    assert measure_gain(SkipGram(dim=2, epochs=1).fit(corpus), corpus) is None


def test_trainings_pair_by_pair_are_not_measured():
    corpus = Corpus.from_text("a b c d.\n" * 20)
    assert measure_gain(SkipGram(dim=2, solver="sgd", epochs=1).fit(corpus), corpus) is None


def test_the_measurement_can_be_stopped():
    corpus = Corpus.from_text(NOTES)
    model = SkipGram(**SETTINGS).fit(corpus)
    with pytest.raises(InterruptedError):
        measure_gain(model, corpus, poll=lambda share: True)


def test_a_gain_is_read_as_it_was_written():
    found = Gain(0.25, 0.1, 5.5, 40)
    assert Gain.from_json(found.as_json()) == found
    with pytest.raises(ValueError, match="infinite"):
        Gain.from_json({**found.as_json(), "error": float("inf")})


@pytest.mark.parametrize(
    ("gain", "error", "sentences", "beyond"),
    [(0.1, 0.05, 50, True), (0.1, 0.2, 50, False), (0.009, 0.001, 50, False), (0.1, 0.0, 0, False)],
)
def test_a_gain_counts_where_chance_does_not_explain_it(gain, error, sentences, beyond):
    assert Gain(gain, error, 5.0, sentences).beyond_frequency == beyond


def test_a_saved_model_and_its_bundle_keep_the_gain(tmp_path):
    folder = saved(tmp_path)
    assert load_model(folder).gain == FOUND
    assert load_model(taken(folder, tmp_path)).gain == FOUND


def test_a_damaged_gain_is_left_out(tmp_path):
    folder = saved(tmp_path)
    about = read_json(folder / "model.json")
    about["origin"]["gain"] = {"gain": "much"}
    write_json(folder / "model.json", about)
    assert load_model(folder).gain is None
    assert load_model(taken(folder, tmp_path)).gain is None


FOUND = Gain(0.25, 0.1, 5.5, 40)


def saved(tmp_path):
    model = SkipGram(dim=2, prior=4.0).fit(Corpus.from_text("a b c d.\n" * 5))
    model.gain = FOUND
    return save_model(model, tmp_path / "model", name="Letters")


def taken(folder, tmp_path):
    """The model as another library has it."""
    (tmp_path / "taken").mkdir()
    with open(tmp_path / "model.zip", "w+b") as file:
        write_bundle(file, folder, {"name": "model", "certainty": None, "stability": None})
        read_bundle(file, tmp_path / "taken", "taken")
    return tmp_path / "taken"


def test_short_natural_texts_usually_teach_nothing_and_longer_ones_more():
    told = [pieces_like(size, size // 2) for size in (200, 500, 5_000)]
    assert [size for size, _ in told] == [200, 500, 5_000]
    assert told[0][1] == 0 < told[2][1]
    assert pieces_like(20, 18)[0] == 200


def test_nothing_is_said_before_training_of_long_texts_and_of_small_worlds():
    assert pieces_like(20_000, 5_000) is None
    corpus = Corpus.from_text(NOTES)
    assert pieces_like(corpus.n_tokens, corpus.n_distinct) is None
