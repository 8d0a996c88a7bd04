"""Settings are named on screen as their fields are, and words of a text stay as they are."""

import pytest

from w2v_core.model.skipgram import SkipGram
from w2v_core.parameters import PARAMETERS, check
from w2v_core.setting_names import SETTING_NAMES, with_screen_names
from w2v_core.space.tsne import Settings
from w2v_core.text.corpus import Corpus

TEXT = "berlin is a city in germany. paris is a city in france. " * 20


def said(act) -> str:
    with pytest.raises(ValueError) as error:
        act()
    return with_screen_names(str(error.value))


def test_every_setting_has_a_name_on_screen():
    assert SETTING_NAMES.keys() == PARAMETERS.keys()


@pytest.mark.parametrize("name", [n for n, p in PARAMETERS.items() if p.kind is not None])
def test_a_setting_that_may_not_be_is_named_as_its_field(name):
    sentence = said(lambda: check(name, -1))
    assert sentence.startswith(f"{SETTING_NAMES[name]} = -1: give a ")
    assert f"{name}=" not in sentence and "None" not in sentence and "'" not in sentence


def test_more_dimensions_than_words_are_named_as_on_screen():
    sentence = said(lambda: SkipGram(dim=300).fit(Corpus.from_text(TEXT, min_count=1)))
    assert sentence.startswith("Dimensions = 300 is too large")
    assert sentence.endswith(", or leave the field empty.")


def test_a_training_that_diverges_names_the_fields_to_lower():
    model = SkipGram(solver="sgd", learning_rate=10.0, batch_size=5000, epochs=50)
    sentence = said(lambda: model.fit(Corpus.from_text(TEXT, min_count=1)))
    assert "with Learning rate = 10 the steps" in sentence
    assert sentence.endswith("Lower “Learning rate” or “Batch size”.")


def test_the_settings_of_a_map_are_named_as_on_screen():
    assert said(lambda: Settings(perplexity=99).check(40)).startswith("Perplexity = 99: give")


@pytest.mark.parametrize("word", ["dim", "batch_size", "learning_rate", "window=5", "seed"])
def test_words_of_a_text_stay_as_they_are(word):
    for sentence in (
        f"The word {word!r} is not in the vocabulary.",
        f"No word occurs 9 times (the most frequent, {word!r}, occurs 3 times): lower it or {word}.",
    ):
        assert with_screen_names(sentence) == sentence
