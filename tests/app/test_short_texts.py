"""What the pages say of a model that was trained on a short text."""

import pytest

from tests.app.test_pages import app, button, own_home, page, plots, train_here, well  # noqa: F401
from tests.operators_library import library
from tests.unit.test_beyond_frequency import NOTES, in_random_order
from w2v_core import Corpus, SkipGram, save_model
from w2v_core.model.gain import Gain

CHANCE = "cannot be told from chance"


def said(at):
    return " ".join(element.value for element in [*at.markdown, *at.caption])


@pytest.fixture
def saved():
    """A model whose comparison with the frequencies of words turned out so."""

    def save(gain):
        model = SkipGram(dim=4, prior=4.0).fit(Corpus.from_text(NOTES))
        model.gain = gain
        return save_model(model, library.model_folder("ab" * 8), name="Notes", created=1.0).name

    return save


@pytest.mark.parametrize("name", ["neighbours", "analogies", "diamonds", "explore"])
@pytest.mark.parametrize(
    ("gain", "chance"),
    [
        (Gain(0.001, 0.02, 5.0, 30), True),
        (Gain(0.0, 0.0, 0.0, 0), True),
        (Gain(0.5, 0.1, 5.0, 30), False),
        (None, False),
    ],
)
def test_every_page_says_where_nothing_was_learned(saved, name, gain, chance):
    saved(gain)
    at = well(page(app(map="PCA"), name))
    assert (CHANCE in said(at)) == chance
    assert ("too few sentences" in said(at)) == (gain is not None and not gain.sentences)


def test_a_map_of_chance_is_drawn_on_request_and_without_clusters(saved):
    saved(Gain(0.001, 0.02, 5.0, 30))
    at = well(page(app(map="PCA", color="cluster"), "explore"))
    assert not plots(at)
    at = well(button(at, "Show the map all the same").click().run())
    assert plots(at) and CHANCE in said(at)
    assert "cluster" not in at.selectbox(key="color").options
    assert at.selectbox(key="color").value == "one"


def test_start_draws_no_map_of_chance(saved):
    saved(Gain(0.001, 0.02, 5.0, 30))
    at = well(page(app(), "start"))
    assert not plots(at) and CHANCE in said(at)
    saved(None)
    assert plots(well(page(app(), "start")))


def trained_on(text):
    at = app(source="Upload", dim="4", prior="4")
    well(at.file_uploader[0].set_value(("mine.txt", text.encode(), "text/plain")).run())
    return train_here(at)


def test_a_training_on_words_in_random_order_says_that_nothing_was_learned():
    at = trained_on(in_random_order(NOTES))
    assert CHANCE in said(at) and button(at, "Show the map all the same")


def test_a_training_on_a_small_world_says_by_how_much_it_beats_frequency():
    at = trained_on(NOTES)
    assert "predicts better than word frequency alone: by +0." in said(at)
    assert not any(b.label.startswith("Show the map") for b in at.button)


def test_before_training_a_short_text_hears_what_such_texts_usually_teach():
    words = " ".join(f"word{number}" for number in range(200))
    at = app(source="Upload")
    at = well(at.file_uploader[0].set_value(("mine.txt", words.encode(), "text/plain")).run())
    assert "Of 20 natural texts of about 200 words, none taught" in said(at)
