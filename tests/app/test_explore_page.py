"""Explore, driven without a browser."""

import json
from dataclasses import dataclass

import numpy as np
import pytest

from pages.plot.figure_parts import taken_apart
from tests.app.test_pages import app as start
from tests.app.test_pages import own_home, page, sentences, trained, well  # noqa: F401
from tests.operators_library import library
from tests.unit.test_plot_contract import validator
from w2v_core.figures.scatter import Labels, Marked, word_map
from w2v_core.library import word_sets
from w2v_core.queue.queue import Queue
from w2v_core.space.map_kind import Drawing, Setting
from w2v_core.space.maps import MAPS
from w2v_core.work import analyses, worker


def explore(**query):
    """The page with the map that is there at once, unless the address names another."""
    return page(start(**{"map": "PCA", **query}), "explore")


def maps(at) -> int:
    shown = [one.proto for one in at.get("bidi_component")]
    return sum(one.component_name == "w2v_plot" and "-explore" in one.id for one in shown)


@pytest.mark.parametrize("which", ["center", "output", "sum"])
@pytest.mark.parametrize("dims", [2, 3])
@pytest.mark.parametrize("kind", ["pca", "axes"])
def test_every_map_opens_for_every_kind_of_vectors(trained, which, dims, kind):  # noqa: F811
    at = explore()
    at.segmented_control(key="which").set_value(which)
    at.segmented_control(key="dims").set_value(dims)
    at = well(at.segmented_control(key="map").set_value(kind).run())
    assert maps(at) == 1
    for switch in ("centered", "length_one", "both", "time"):
        if switch != "time" or not at.session_state["both"]:
            at = well(at.toggle(key=switch).set_value(True).run())
    assert maps(at) == 1


@pytest.mark.parametrize(
    "color", ["frequency", "cluster", "distance", "norm", "trust", "category", "one"]
)
@pytest.mark.parametrize("size", ["frequency", "norm", "distance", "even"])
def test_every_color_and_size_draws(trained, color, size):  # noqa: F811
    at = explore()
    at.selectbox(key="size").set_value(size)
    at = well(at.selectbox(key="color").set_value(color).run())
    assert any("Trustworthiness" in c.value for c in at.caption)
    at.query_params["word"] = "paris"
    well(at.run())
    asked = "Upload a table" in sentences(at)
    assert asked == (color == "category")


def test_named_axes_take_a_person_s_words_and_say_what_is_wrong(trained):  # noqa: F811
    at = explore()
    at = well(at.segmented_control(key="map").set_value("axes").run())
    at = well(at.text_input(key="axis_x").set_value("paris -> rome").run())
    assert maps(at)
    for text, sentence in (
        ("paris", "both sides of one arrow"),
        ("paris → rme", "'rome'"),
        ("paris → paris", "same words"),
    ):
        well(at.text_input(key="axis_x").set_value(text).run())
        assert sentence in sentences(at).replace("\\", "")
        assert not maps(at)


def test_a_search_counts_what_it_finds_and_makes_a_selection(trained):  # noqa: F811
    at = explore()
    at = well(at.text_input(key="find").set_value("p, r").run())
    assert any(c.value.startswith("3 words found") for c in at.caption)
    at = well(at.button(key="pick_found").click().run())
    assert sorted(at.query_params["pick"]) == ["paris", "potato", "rome"]
    at = well(at.button(key="extend").click().run())
    assert any("Selection: 13 words" in m.value for m in at.markdown)
    whole = believed(at)
    at = well(at.toggle(key="isolate").set_value(True).run())
    assert believed(at) != whole  # of these words alone
    at = well(at.toggle(key="alone").set_value(True).run())
    well(at.button(key="clear").click().run())
    assert "pick" not in at.query_params


def believed(at) -> str:
    return next(c.value for c in at.caption if c.value.startswith("Trustworthiness"))


def test_v_and_u_together_are_believed_as_one_map(trained):  # noqa: F811
    at = explore()
    alone = believed(at)
    at = well(at.toggle(key="both").set_value(True).run())
    assert believed(at) != alone


def test_the_nearest_are_as_many_and_by_what_metric_a_person_likes(trained):  # noqa: F811
    at = explore(word="paris")
    at.selectbox(key="near").set_value(20)
    for metric in ("dot", "euclidean", "cosine"):
        at = well(at.selectbox(key="metric").set_value(metric).run())
    at = well(at.button(key="pick_near").click().run())
    n = min(21, library.entry(trained).n_words)
    assert n > 11 and any(f"Selection: {n} words" in m.value for m in at.markdown)


def test_the_address_carries_a_selection_of_any_size(trained):  # noqa: F811
    from w2v_core.space import selection

    at = explore()
    n = library.entry(trained).n_words
    at.session_state["_picked"] = (trained, list(range(n)))
    at = well(at.run())
    assert any(f"Selection: {n} words" in m.value for m in at.markdown)
    text = selection.as_text(range(n), n)
    again = well(explore(rows=text))
    assert any(f"Selection: {n} words" in m.value for m in again.markdown)
    at = well(at.button(key="clear").click().run())
    assert not {"rows", "pick", "set"} & set(at.query_params)
    well(explore(rows="no rows at all"))


def test_a_bad_expression_gets_a_sentence_and_the_map_stays(trained):  # noqa: F811
    at = explore()
    at.segmented_control(key="how").set_value("regular expression")
    at = well(at.text_input(key="find").set_value("(").run())
    assert "not a valid regular expression" in sentences(at) and maps(at)


def test_a_selection_is_kept_with_the_model_and_opened_again(trained):  # noqa: F811
    at = explore(pick="paris")
    at = well(at.text_input(key="set_name").set_value("=my *set*").run())
    at = well(at.button(key="keep").click().run())
    assert word_sets.read_sets(library.model_folder(trained)) == {"=my *set*": ["paris"]}
    again = well(explore(set="=my *set*"))
    assert any("Selection: 1 word" in m.value for m in again.markdown)
    well(again.button(key="forget").click().run())
    assert word_sets.read_sets(library.model_folder(trained)) == {}


def test_a_selection_of_words_that_the_model_has_not_is_empty(trained):  # noqa: F811
    at = well(explore(pick="nothing"))
    assert not any("Selection" in m.value for m in at.markdown)
    well(explore(set="no such set"))


def test_categories_stay_with_the_model(trained):  # noqa: F811
    at = explore()
    at = well(at.selectbox(key="color").set_value("category").run())
    table = ("k.csv", b"paris,city\nrome,city\npotato,plant\n", "text/csv")
    at = well(at.file_uploader(key="categories").set_value(table).run())
    assert word_sets.read_word_categories(library.model_folder(trained))[0] == "k.csv"
    bad = ("k.csv", b"x", "text/csv")
    well(at.file_uploader(key="categories").set_value(bad).run())
    assert "Line 1" in sentences(at).replace("\\", "")


def until_then(at):
    return any("Until then" in c.value for c in at.caption)


def test_t_sne_is_started_once_and_shown_when_it_is_there(trained, monkeypatch):  # noqa: F811
    import pages.parts.background_work

    monkeypatch.setattr(pages.parts.background_work, "ensure_worker", lambda queue: None)
    at = explore()
    at = well(at.segmented_control(key="map").set_value("tsne").run())
    (job,) = Queue().jobs()
    assert job.kind == "tsne" and until_then(at)
    worker.work(Queue(), idle_seconds=0)
    assert analyses.has_result(library, "tsne", trained, job.payload["parameters"])
    at = well(at.run())
    assert maps(at) and not until_then(at)
    # Other settings wait for a click.
    at = well(at.number_input(key="tsne_seed").set_value(5).run())
    assert len(Queue().jobs()) == 1 and until_then(at)
    assert at.button(key="tsne_start").label.startswith(
        "Draw this map ("
    )  # as long as the first took
    at = well(at.button(key="tsne_start").click().run())
    well(at.button(key="stop_tsne").click().run())
    assert Queue().jobs()[0].state == "cancelled"


def figure_of(at):
    (shown,) = [
        one.proto
        for one in at.get("bidi_component")
        if one.proto.component_name == "w2v_plot" and "-explore" in one.proto.id
    ]
    return json.loads(json.loads(shown.json)["figure"])


def test_explore_opens_as_a_t_sne_of_named_regions_with_components_until_then(trained):  # noqa: F811
    at = well(page(start(), "explore"))
    assert at.segmented_control(key="map").value == "tsne" and until_then(at)
    assert [job.kind for job in Queue().jobs()] == ["tsne"]
    regions = figure_of(at)["layout"]["meta"]["regions"]
    assert len(regions["names"]) == len(regions["colors"]) == 8
    at.query_params["word"], at.session_state["_picked"] = "paris", (trained, [1, 2])
    worker.work(Queue(), idle_seconds=0)
    at = well(at.run())
    assert not until_then(at) and at.session_state["word"] == "paris"
    assert any("Selection: 2 words" in m.value for m in at.markdown)
    # Another visit finds the map; an address that names a kind of map opens that one.
    assert not until_then(well(page(start(), "explore"))) and len(Queue().jobs()) == 1
    assert explore().segmented_control(key="map").value == "pca"
    assert "regions" not in figure_of(well(explore(color="one colour")))["layout"]["meta"]


def test_a_t_sne_that_takes_long_says_so_and_waits_for_a_click(trained, monkeypatch):  # noqa: F811
    from pages.parts.map import background_maps

    monkeypatch.setattr(background_maps, "AT_ONCE", 1)
    at = well(page(start(), "explore"))
    assert maps(at) and until_then(at) and Queue().jobs() == []
    assert at.button(key="tsne_start").label.startswith("Draw this map (")
    well(at.button(key="tsne_start").click().run())
    assert len(Queue().jobs()) == 1


def test_density_contours_are_drawn_on_demand(trained):  # noqa: F811
    at = explore()
    assert not any(trace["type"] == "contour" for trace in figure_of(at)["data"])
    at = well(at.toggle(key="contours").set_value(True).run())
    kinds = [trace["type"] for trace in figure_of(at)["data"]]
    assert kinds.count("contour") == 1 and kinds[0] != "contour"


@dataclass(frozen=True)
class RandomPlane:
    """A kind of map that Explore has never heard of: a random projection."""

    name: str = "random"
    label: str = "random plane"
    background: bool = False
    settings: tuple = ()

    def coordinates(self, matrix, settings, tell=None):
        directions = np.random.default_rng(0).normal(size=(matrix.shape[1], settings["dims"]))

        def place(others):
            return (others @ directions).astype(np.float32)

        return Drawing(place(matrix), place=place)

    def seconds(self, words, settings):
        return 1.0


@dataclass(frozen=True)
class SlowPlane(RandomPlane):
    """The same, drawn by a worker, with a field of its own."""

    name: str = "slow"
    label: str = "slow plane"
    background: bool = True
    settings: tuple = (
        Setting(name="turns", key="turns", label="Turns", low=1, high=9, default=lambda words: 3),
    )


def test_another_kind_of_map_needs_no_change_of_the_page(trained, monkeypatch):  # noqa: F811
    monkeypatch.setitem(MAPS, "random", RandomPlane())
    at = explore()
    assert "random plane" in at.segmented_control(key="map").options
    at = well(at.segmented_control(key="map").set_value("random").run())
    for switch in ("both", "time"):
        assert maps(at) == 1
        if switch != "time" or not at.session_state["both"]:
            at = well(at.toggle(key=switch).set_value(True).run())


def test_nor_does_one_that_a_worker_draws(trained, monkeypatch):  # noqa: F811
    import pages.parts.background_work

    monkeypatch.setattr(pages.parts.background_work, "ensure_worker", lambda queue: None)
    monkeypatch.setitem(MAPS, "slow", SlowPlane())
    monkeypatch.setitem(analyses.KINDS, "slow", analyses.map_analysis(SlowPlane()))
    at = well(explore().segmented_control(key="map").set_value("slow").run())
    assert at.number_input(key="turns").value == 3 and until_then(at)
    (job,) = Queue().jobs()
    assert job.kind == "slow" and job.payload["parameters"]["turns"] == 3
    worker.work(Queue(), idle_seconds=0)
    at = well(at.run())
    assert maps(at) and not until_then(at)


def test_large_arrays_travel_apart_and_only_the_changed_ones_again():
    rng, words = np.random.default_rng(0), [f"word{i}" for i in range(10_000)]
    coordinates = rng.normal(size=(10_000, 2))
    plain = word_map(coordinates, words, np.ones(10_000), labels=Labels(placed=False))
    marked = word_map(
        coordinates,
        words,
        np.ones(10_000),
        marked=Marked(selected=5, near=[7]),
        labels=Labels(placed=False),
    )
    (spec, parts), (_, again) = taken_apart(plain), taken_apart(marked)
    assert set(parts) == set(again) and set(parts) == {"places"}  # words, x, y, row and count
    assert {name: digest for name, (digest, _) in parts.items()} == {
        name: digest for name, (digest, _) in again.items()
    }
    assert len(json.dumps(spec["data"], default=str)) < 5_000
    assert sum(len(text) for _, text in parts.values()) < 500_000


@pytest.mark.parametrize(
    "query",
    [{}, {"word": "paris"}, {"word": "paris", "time": "true"}, {"dims": "3-D"}, {"both": "true"}],
)
def test_what_the_plots_are_sent_is_what_their_contract_says(trained, query):  # noqa: F811
    at, found = explore(**query), 0
    for proto in (one.proto for one in at.get("bidi_component")):
        kind = {"w2v_plot": "Data", "w2v_part": "Part"}.get(proto.component_name)
        if kind is not None:
            data = json.loads(proto.json)
            validator(kind).validate(data)
            found += 1
        if kind == "Data":
            figure = json.loads(data["figure"])
            validator("Meta").validate(figure["layout"].get("meta", {}))
        elif kind == "Part" and data["slot"] == "nearest":
            validator("Nearest").validate(json.loads(data["value"]))
    assert found


def test_the_words_of_the_map_are_a_table_once_it_is_opened(trained):  # noqa: F811
    at = well(explore(map="pca"))
    assert not at.dataframe
    at.session_state["_map_words"] = True
    table = well(at.run()).dataframe[0].value
    model_words = library.models()[0].n_words
    assert list(table) == ["word", "times in the text", "x", "y"] and len(table) == model_words
    assert table["times in the text"].is_monotonic_decreasing and "paris" in set(table["word"])
