"""Reasons put to the test in the background, and read back."""

import pytest

from tests.operators_library import library
from w2v_core import Corpus, SkipGram, save_model
from w2v_core.queue.queue import Queue
from w2v_core.work import analyses, worker
from w2v_core.work.reason_removal import removal_of

ID = "d" * 32
TEXT = (
    "Dogs bark at night.\nDogs run in parks.\nFoxes bark at night.\nFoxes hide in woods.\n"
    "Cows moo in fields.\nCows sleep in barns.\n"
) * 6
ASKED = {
    **{"word": "dogs", "neighbour": "foxes", "contexts": ["bark", "night"], "draws": 2, "seed": 0}
}


@pytest.fixture
def model(tmp_path, monkeypatch):
    monkeypatch.setenv("W2V_HOME", str(tmp_path / "home"))
    found = SkipGram(epochs=8, dim=4).fit(Corpus.from_text(TEXT))
    save_model(found, library.model_folder(ID), name="Animals", created=1.0)
    return found


def done(parameters):
    analyses.start(library, Queue(), "removal", ID, parameters)
    worker.work(Queue(), idle_seconds=0)
    return analyses.status(library, Queue(), "removal", ID, parameters)


def test_the_lines_of_the_reasons_are_taken_out_and_what_is_left_is_kept_with_the_model(model):
    assert done(ASKED).state == "done"
    removal = removal_of(analyses.result(library, "removal", ID, ASKED))
    assert (removal.lines, removal.of) == (12, 24)  # six lines of each, of twelve
    assert len(removal.without_reasons) == len(removal.without_random) == 2
    assert removal.mean_without_reasons.cosine < removal.whole.cosine


def test_words_and_contexts_that_cannot_be_taken_out_are_refused_with_a_sentence(model):
    assert "'unicorns' is not in the vocabulary" in done({**ASKED, "word": "unicorns"}).message
    assert "None of these words occurs near" in done({**ASKED, "contexts": ["barns"]}).message
    (library.model_folder(ID) / "corpus.json").unlink()
    assert "no lines can be removed" in done({**ASKED, "seed": 1}).message
