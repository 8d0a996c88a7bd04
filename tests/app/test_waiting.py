"""What a page does while work is done elsewhere: it answers what takes no time, and shows what it has."""

import numpy as np
import pytest

from pages.parts import background_work
from tests.app.test_explore_page import maps
from tests.app.test_pages import app, button, own_home, page, well  # noqa: F401
from tests.operators_library import library
from w2v_core.queue.queue import Queue
from w2v_core.work import analyses, worker


@pytest.fixture
def trained():
    id = library.start_training(Queue(), "sample:royalty", "Kings", {}, {"epochs": 3, "dim": 9})
    worker.work(Queue(), idle_seconds=0)
    return id


def test_a_scorecard_that_takes_no_second_waits_for_no_other_job(trained):
    long = Queue().put("stability", {}, expected=3600.0)  # nobody does it
    at = well(page(app(), "analogies"))
    well(button(at, "Answer 798 questions (under a second)").click().run())
    assert at.dataframe[0].value["section"].tolist()[:2] == ["all", "capitals"]
    assert [job.id for job in Queue().unfinished()] == [long]


def test_a_map_stays_while_another_of_other_settings_is_not_drawn(trained, monkeypatch):
    def draw(folder, parameters, tell):  # t-SNE itself takes long where other work is done
        rng = np.random.default_rng(parameters["seed"])
        return {"coordinates": rng.normal(size=(parameters["words"], 2)).astype(np.float32)}

    monkeypatch.setattr(background_work, "ensure_worker", lambda queue: None)
    monkeypatch.setitem(analyses.KINDS, "tsne", draw)
    at = page(app(), "explore")
    at = well(at.segmented_control(key="map").set_value("tsne").run())
    worker.work(Queue(), idle_seconds=0)
    at = well(at.run())

    def shows_the_one_before():
        return any("Until then, the earlier map" in caption.value for caption in at.caption)

    assert maps(at) and not shows_the_one_before()
    at = well(at.number_input(key="tsne_seed").set_value(5).run())
    assert maps(at) and shows_the_one_before()
    at = well(at.button(key="tsne_start").click().run())
    assert maps(at) and shows_the_one_before()  # while it waits, too
    worker.work(Queue(), idle_seconds=0)
    at = well(at.run())
    assert maps(at) and not shows_the_one_before()
