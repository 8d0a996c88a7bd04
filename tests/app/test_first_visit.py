"""A first visit, without a model of one's own: every page shows itself at work on the sample, and a short
tour leads through three of them."""

import json
import shutil

import pytest
import streamlit as st
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest, app_test

from pages.parts import tour
from tests.conftest import ROOT
from tests.operators_library import library, library_of
from tests.visitors import Browser, visited_by
from w2v_core import Corpus, SkipGram, save_model
from w2v_core.library.model_files import write_about
from w2v_core.queue.queue import Queue
from w2v_core.storage.home import new_id
from w2v_core.storage.sample_ids import SAMPLE_IDS
from w2v_core.visitors import ownership
from w2v_core.visitors.ownership import Visitor
from w2v_core.work import worker
from w2v_core.work.sample_models import make_samples

WORLD, ROYALTY = SAMPLE_IDS
TEXT = "Berlin is a city in Germany. Paris is a city in France. Rome is a city in Italy.\n" * 20
ANNA = "a" * 32
PAGES = ("explore", "neighbours", "analogies", "diamonds", "compare", "lessons", "library")
OPEN_STEP, DONE_STEP = ":material/radio_button_unchecked:", ":material/check_circle:"


class ByNavigation(PagesManager):
    """Pages as a server runs them, through app.py; AppTest would run what lies in pages/ alone."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        PagesManager.uses_pages_directory = False


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A home in which the samples were trained."""
    home = tmp_path_factory.mktemp("samples")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("W2V_SAMPLES", "1")
        make_samples(home)
    return home


@pytest.fixture(autouse=True)
def home(made, tmp_path, monkeypatch):
    home = tmp_path / "home"
    shutil.copytree(made / "models", home / "models")
    monkeypatch.setenv("W2V_HOME", str(home))
    monkeypatch.setenv("W2V_SAMPLES", "1")
    for name in ("W2V_PUBLISHED", "W2V_SHARED"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(app_test, "PagesManager", ByNavigation)
    monkeypatch.setattr(worker, "ensure_worker", lambda queue: None)
    st.cache_resource.clear()
    return home


def app(**query):
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    at.query_params.update(query)
    return well(at.run())


def page(at, name, **query):
    at.switch_page(f"pages/{name}.py")
    at.query_params.clear()  # as a link does
    at.query_params.update(query)
    return well(at.run())


def well(at):
    assert not at.exception, at.exception
    return at


def said(at):
    shown = [*at.error, *at.warning, *at.info, *at.caption, *at.markdown, *at.toast]
    return " ".join(e.value for e in shown).replace("\\", "")


def buttons(at):
    return {button.label for button in at.button}


def is_marked(at):
    return any("Sample]" in m.value for m in at.markdown)


def links(at):
    """Label → page link, as the browser gets it."""
    return {link.proto.label: link.proto for link in at.get("page_link")}


def steps(at):
    """The tour's page links, in order; none where it is not shown."""
    return [link for link in links(at).values() if link.icon in (OPEN_STEP, DONE_STEP)]


def done(at):
    return [link.icon == DONE_STEP for link in steps(at)]


def asked(link):
    """What the link of a step fills in."""
    pairs = [pair.split("=") for pair in link.query_string.split("&")]
    return {name: value for name, value in pairs}


def kept(at):
    """What the browser is to keep of the tour; None where nothing is new."""
    found = [
        json.loads(b.proto.json) for b in at.get("bidi_component") if "w2v_tour" in b.proto.json
    ]
    return found[0]["value"] if found else None


def named(at, name):
    """What the address has under a name."""
    value = at.query_params[name]
    return value if isinstance(value, str) else value[-1]


def picker(at):
    return next(field for field in at.sidebar.selectbox if field.label == "Model")


def train_own(owner=""):
    """A model of a person's own."""
    id = new_id()
    folder = save_model(
        SkipGram(epochs=3, dim=4).fit(Corpus.from_text(TEXT)),
        library.model_folder(id),
        name="Mine",
        created=1.0,
    )
    if owner:
        write_about(folder, owner=owner)
    return id


# The first page.


def test_a_first_visit_opens_on_a_picture_a_sentence_and_the_ways_in():
    at = app()
    assert [m.value for m in at.markdown if "reads a text" in m.value]
    drawn = [b for b in at.get("bidi_component") if "map of words" in b.proto.json]
    assert len(drawn) == 1 and is_marked(at)
    assert {"Use a text of your own", "Look at the sample"} <= buttons(at)
    assert picker(at).options == ["A small world · sample", "Kings and queens · sample"]
    assert library.models() == []


def test_the_samples_are_trained_at_the_first_visit_of_all(home):
    shutil.rmtree(home / "models" / ROYALTY)
    shutil.move(home / "models" / WORLD, home / "aside")
    shutil.copytree(home / "aside", home / "models" / WORLD)
    assert len(picker(app()).options) == 2


def test_the_ways_in_lead_to_the_upload_and_to_the_map():
    at = app()
    next(b for b in at.button if b.label == "Use a text of your own").click()
    assert well(at.run()).file_uploader and named(at, "source") == "Upload"
    at = app()
    next(b for b in at.button if b.label == "Look at the sample").click()
    assert [field for field in well(at.run()).segmented_control if field.key == "map"]


def test_a_word_that_is_clicked_on_the_picture_is_found_on_the_map():
    at = app()
    word = library.load(WORLD).words[300]
    at.session_state["_start_word"] = word  # as a click on the picture leaves it
    assert named(well(at.run()), "word") == word


def test_addresses_from_before_there_was_a_start_page_still_lead_to_training():
    assert app(source="Upload").file_uploader
    assert app(source="Sample", epochs="3").session_state["epochs"] == 3
    assert "no training at this address" in said(app(job="0" * 16))


def test_without_samples_a_first_visit_opens_on_training(monkeypatch, home):
    monkeypatch.setenv("W2V_SAMPLES", "0")
    at = app()
    assert "Train" in buttons(at) and not [f for f in at.sidebar.selectbox if f.label == "Model"]


def test_where_nothing_can_be_written_pages_do_without_the_sample(monkeypatch, home):
    shutil.rmtree(home / "models")
    monkeypatch.setenv("W2V_MIN_FREE", "100%")
    assert "Train" in buttons(app())
    assert "no model yet" in said(page(app(), "explore"))


# Every page at work.


@pytest.mark.parametrize("name", PAGES)
def test_every_page_works_on_the_sample_and_says_that_it_is_one(name):
    at = page(app(), name)
    assert "no model yet" not in said(at) and not at.error and not at.warning
    assert is_marked(at)
    assert at.get("bidi_component") or at.dataframe


@pytest.mark.parametrize("part", ["use", "word", "slices", "attitudes", "keyness", "settings"])
def test_compare_sets_the_two_samples_side_by_side(part):
    at = page(app(), "compare", part=part)
    assert {field.value for field in at.selectbox if field.key in ("_a", "_b")} == {WORLD, ROYALTY}
    assert not at.error


@pytest.mark.parametrize("part", ["nearest", "predicts", "text", "why", "several"])
def test_every_part_of_neighbours_works_on_the_sample(part):
    at = page(app(), "neighbours", part=part)
    assert not at.error and "came without" not in said(at)


def test_the_library_shows_the_samples_last_and_lets_nobody_change_them():
    at = page(app(), "library")
    table = at.dataframe[0].value
    assert table["Source"].tolist() == ["sample", "sample"]
    assert "You have no model of your own yet" in said(at) and "2 samples" in said(at)
    assert not {"Rename", "Delete it"} & buttons(at) and "the same for everyone" in said(at)
    train_own()
    at = page(app(), "library")
    assert at.dataframe[0].value["Name"].tolist() == ["Mine", "A small world", "Kings and queens"]
    assert "1 model, " in said(at) and "and 2 samples" in said(at)
    assert {"Rename", "Delete it"} <= buttons(at) and not is_marked(at)


# Beside models of one's own.


def test_a_model_of_ones_own_is_never_hidden_by_a_sample():
    at = page(app(), "explore")
    assert at.session_state["model_id"] == WORLD
    own = train_own()
    at = page(at, "neighbours")
    assert at.session_state["model_id"] == own and not is_marked(at) and not steps(at)
    assert app().session_state["model_id"] == own


def test_a_sample_that_was_chosen_stays_open():
    own = train_own()
    at = page(app(), "neighbours")
    assert picker(at).options[1:] == ["A small world · sample", "Kings and queens · sample"]
    well(picker(at).set_value(ROYALTY).run())
    for name in ("analogies", "library", "explore"):
        at = page(at, name)
        assert at.session_state["model_id"] == ROYALTY and is_marked(at)
    well(picker(at).set_value(own).run())
    assert page(at, "neighbours").session_state["model_id"] == own


def test_an_address_that_names_a_sample_opens_it():
    train_own()
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    at.query_params["model"] = WORLD
    at = well(at.run())
    assert page(at, "neighbours").session_state["model_id"] == WORLD


def test_start_shows_ones_own_map_as_soon_as_there_is_one():
    train_own()
    at = app()
    assert "Mine: " in said(at) and "Explore your map" in buttons(at)
    assert not is_marked(at) and not steps(at)


# The tour.


def test_the_steps_ask_about_words_of_the_open_sample():
    for id in SAMPLE_IDS:
        at = page(app(), "neighbours", model=id)
        words, (find, ask, close) = library.load(id).vocabulary, steps(at)
        assert [link.page for link in (find, ask, close)] == ["explore", "analogies", "diamonds"]
        assert asked(find)["word"] in words
        assert all(asked(ask)[name] in words for name in "abc")
        at = page(at, "diamonds", model=id, **asked(close))
        assert not at.info and at.session_state["list"] == asked(close)["list"]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_step_is_done_by_its_question_and_not_by_opening_its_page(number):
    at = app()
    link = steps(at)[number]
    at = page(at, link.page)
    at = well(at.run())  # nor by what the page asked by itself
    assert done(at) == [False] * 3 and kept(at) is None
    at = page(at, link.page, **asked(link))
    assert done(at) == [i == number for i in range(3)]
    assert kept(at) == tour.STEPS[number] and "step" not in at.query_params
    assert done(page(at, "library"))[number]


def test_to_open_neighbours_is_to_find_nothing():
    at = page(app(), "neighbours")
    assert done(well(at.run())) == [False] * 3  # the word it opened on is now in the address
    assert done(page(at, "neighbours", word="paris")) == [True, False, False]


def test_nor_does_the_word_neighbours_opened_on_count_on_the_map():
    at = page(page(app(), "neighbours"), "explore")
    assert done(well(at.run())) == [False] * 3


def test_a_word_that_was_clicked_counts_as_found():
    at = page(app(), "explore")
    at.session_state["word"] = "paris"  # as a click on the map leaves it
    assert done(well(at.run())) == [True, False, False]


def test_questions_of_ones_own_count_as_well():
    at = page(app(), "analogies")
    well(at.selectbox(key="c").set_value("germany").run())
    assert done(at) == [False, True, False]
    at = page(at, "diamonds")
    lists = at.selectbox(key="list")
    well(lists.set_value(lists.options[1]).run())
    assert done(at) == [False, True, True]


def test_the_tour_ends_when_all_was_done():
    at = app()
    for link in steps(at):
        at = page(at, link.page, **asked(link))
    assert done(at) == [True] * 3 and "Now with a text of your own" in str(list(links(at)))
    assert kept(at) == tour.OVER and "Skip" not in buttons(at)
    at = page(at, "neighbours")
    assert not steps(at) and is_marked(at)


@pytest.mark.parametrize("name", ["start", "explore", "train", "library"])
def test_the_tour_can_be_skipped_anywhere(name):
    at = page(app(), name)
    well(at.button(key="skip_tour").click().run())
    assert not steps(at) and kept(at) == tour.OVER
    assert not steps(page(at, "diamonds"))


@pytest.mark.parametrize(
    "cookie, expected",
    [
        ("over", None),
        ("word.diamond", [True, False, True]),
        ("", [False] * 3),
        ("<script>.analogy.word2", [False, True, False]),
    ],
)
def test_a_browser_that_comes_again_begins_where_it_was(cookie, expected):
    with visited_by(Browser(cookies={tour.COOKIE: cookie})):
        at = app()
        assert done(at) == (expected or [])
        assert kept(at) is None  # there is nothing new


def test_what_was_done_before_is_kept_with_what_is_done_now():
    with visited_by(Browser(cookies={tour.COOKIE: "diamond"})):
        at = page(app(), "explore", word="paris")
        assert kept(at) == "word.diamond"


# Strangers.


def test_a_stranger_sees_the_sample_and_cannot_change_it(monkeypatch):
    monkeypatch.setenv("W2V_SHARED", "1")
    monkeypatch.setenv("W2V_MAX_MODELS", "1")
    anna = Visitor(ownership.owner_name("browser", ANNA))
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    at.session_state["_visitor_token"] = ANNA
    at = well(at.run())
    assert is_marked(at) and len(steps(at)) == 3
    at = page(at, "library")
    assert at.dataframe[0].value["Name"].tolist() == ["A small world", "Kings and queens"]
    assert not {"Rename", "Delete it", "Replace"} & buttons(at)
    assert library_of(anna).models() == []
    with pytest.raises(ValueError, match="This is a sample"):
        library_of(anna).delete(Queue(), WORLD)
    # The one model that they may have is still to come.
    at = page(at, "train", source="Sample")
    assert not next(b for b in at.button if b.label == "Train").disabled
    own = train_own(anna.owner)
    assert page(at, "neighbours").session_state["model_id"] == own
    assert next(b for b in page(at, "train", source="Sample").button if b.label == "Train").disabled
