"""How sure a model is, worked out in the background and read back."""

import numpy as np
import pytest

from tests.operators_library import library
from w2v_core import Corpus, SkipGram, save_model
from w2v_core.library.choices import NOTHING
from w2v_core.queue.queue import Queue
from w2v_core.storage.files import write_json
from w2v_core.work import analyses, worker

PARAMETERS = {"splits": 3, "seed": 0}
ID = "c" * 32
SOLID = "Dogs bark loudly.\nCats purr softly.\nCows moo low.\n" * 8


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("W2V_HOME", str(tmp_path / "home"))


def work():
    queue = Queue()
    analyses.start(library, queue, "certainty", ID, PARAMETERS)
    worker.work(queue, idle_seconds=0)
    return analyses.status(library, queue, "certainty", ID, PARAMETERS)


@pytest.fixture
def of_documents():
    """A model of nine documents, the last of which alone speaks of unicorns."""
    folder = library.model_folder(ID)
    folder.mkdir(parents=True)
    contents = [SOLID] * 8 + ["Unicorns bark loudly.\n" * 12]
    key = library.texts.keep_files(
        [(f"{i}.txt", [text.encode()]) for i, text in enumerate(contents)]
    )
    text = library.texts.prepared(key, NOTHING)
    model = {"epochs": 8, "dim": 4}
    about = {"schema_version": 1, "name": "Animals", "created": 2.0, "text": {}, "model": model}
    write_json(folder / "settings.json", about)
    Queue().put("train", {"text": text}, ID)
    worker.work(Queue(), idle_seconds=0)
    return folder


def test_the_halves_are_of_the_documents_that_the_text_was_made_of(of_documents):
    assert analyses.load_certainty(library, ID, PARAMETERS) is None
    assert work().state == "done"
    found = analyses.load_certainty(library, ID, PARAMETERS)
    assert found.splits == 3 and len(found.neighbours("dogs", 4)) == 4
    assert analyses.result(library, "certainty", ID, PARAMETERS).values == {"documents": 9}
    row = found.words.index("unicorns")
    assert (found.halves.present[:, :, row].sum(axis=1) == 1).all()  # never in both halves


def test_a_damaged_list_of_documents_is_as_none(of_documents):
    (of_documents / "documents.json").write_text('{"names": 5}')
    assert work().state == "done"
    assert analyses.result(library, "certainty", ID, PARAMETERS).values == {"documents": 0}


def test_a_text_without_documents_is_halved_too_and_old_resamples_stay_what_they_are():
    model = SkipGram(epochs=5).fit(Corpus.from_text(SOLID * 3))
    save_model(model, library.model_folder(ID), name="Animals", created=1.0)
    queue, old = Queue(), {"resamples": 2, "seed": 0}
    analyses.start(library, queue, "stability", ID, old)
    worker.work(queue, idle_seconds=0)
    assert analyses.load_certainty(library, ID, PARAMETERS) is None
    assert work().state == "done"
    assert analyses.load_certainty(library, ID, PARAMETERS).splits == 3
    assert analyses.load_stability(library, ID, old).resamples == 2
    assert analyses.result(library, "certainty", ID, PARAMETERS).values == {"documents": 0}


def test_damaged_results_are_made_again():
    model = SkipGram(epochs=5).fit(Corpus.from_text(SOLID * 3))
    save_model(model, library.model_folder(ID), name="Animals", created=1.0)
    assert work().state == "done"
    (file,) = (library.model_folder(ID) / "results").glob("certainty-*.npz")
    arrays = dict(np.load(file))
    for spoiled in (
        {**arrays, "V": arrays["V"][:, :1]},
        {**arrays, "present": arrays["present"].astype(float)},
        {"V": arrays["V"]},
    ):
        np.savez(file, **spoiled)
        assert analyses.load_certainty(library, ID, PARAMETERS) is None
        assert not analyses.has_result(library, "certainty", ID, PARAMETERS)
        assert work().state == "done"
        assert analyses.load_certainty(library, ID, PARAMETERS) is not None


def test_without_the_text_it_fails_with_a_sentence():
    model = SkipGram(epochs=5).fit(Corpus.from_text(SOLID))
    save_model(model, library.model_folder(ID), name="Animals", created=1.0)
    (library.model_folder(ID) / "corpus.json").unlink()
    assert "text of this model is not here" in work().message
