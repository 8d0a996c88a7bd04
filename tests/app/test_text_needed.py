"""How much text is needed, on the page of a finished training."""

from tests.app.test_pages import app, button, own_home, page, sentences, well  # noqa: F401
from tests.operators_library import library
from w2v_core.queue.queue import Queue
from w2v_core.work import worker


def said(at):
    return " ".join(element.value for element in [*at.markdown, *at.caption]).replace("\\", "")


def test_a_finished_training_says_how_much_text_is_needed():
    id = library.start_training(Queue(), "sample:royalty", "Kings", {}, {"epochs": 3, "dim": 4})
    worker.work(Queue(), idle_seconds=0)
    at = well(app(job=id))
    (ask,) = [b for b in at.button if b.label.startswith("How much text is needed? (")]
    assert "second" in ask.label and "in the background" in ask.help
    well(ask.click().run())
    assert [p.proto.text for p in at.get("progress")] == ["Starting …"]
    worker.work(Queue(), idle_seconds=0)
    well(at.run())
    assert "**Twice as much text** would raise this to" in said(at)
    assert "most frequent words have a neighbour that more than 80%" in said(at)
    assert (
        "to be learned from this text" in said(at)
        or "cannot be learned yet" in said(at)
        or ("can be learned reliably yet" in said(at))
    )
    plots = [c.proto.json for c in at.get("bidi_component")]
    assert any("neighbours expected again in other texts" in plot for plot in plots)
