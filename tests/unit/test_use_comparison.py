"""Words used differently, worked out in the background and read back."""

import numpy as np
import pytest

from tests.operators_library import library
from tests.unit.test_compared_use import PLANTED, sentences
from w2v_core import Corpus, SkipGram, load_model, save_model
from w2v_core.library.model_files import read_record
from w2v_core.queue.queue import Queue
from w2v_core.work import analyses, worker

A, B = "a" * 32, "b" * 32


@pytest.fixture(autouse=True)
def models(tmp_path, monkeypatch):
    monkeypatch.setenv("W2V_HOME", str(tmp_path / "home"))
    for id, lines in ((A, sentences(1)[0]), (B, sentences(2, swap=PLANTED)[0])):
        text = "\n".join(" ".join(line) for line in lines)
        corpus = Corpus.from_text(text, sentence_ends="lines")
        save_model(SkipGram(dim=4, epochs=2, prior=1.0).fit(corpus), library.model_folder(id))


def asked(**more):
    arrays = read_record(library.model_folder(B)).arrays
    return {"other": B, "arrays": arrays, "draws": 40, "rate": 0.1, "seed": 0, **more}


def work(parameters):
    queue = Queue()
    analyses.start(library, queue, "use", A, parameters)
    worker.work(queue, idle_seconds=0)
    return analyses.status(library, queue, "use", A, parameters)


def test_the_result_is_kept_and_names_the_words_in_both_models():
    parameters = asked()
    assert analyses.load_use(library, A, parameters) is None
    assert work(parameters).state == "done"
    rows_a, rows_b, found = analyses.load_use(library, A, parameters)
    swapped = {*PLANTED, *PLANTED.values()}
    assert {w for w, d in zip(found.words, found.used_differently, strict=True) if d} >= swapped
    for id, rows in ((A, rows_a), (B, rows_b)):
        words = load_model(library.model_folder(id)).words
        assert [words[row] for row in rows.tolist()] == found.words
    assert found.settings["draws"] == 40 and found.counts.shape == (2, len(found.words))


def test_named_words_are_another_result():
    parameters = asked(words=["tool5", "plant1"])
    assert work(parameters).state == "done"
    _, _, found = analyses.load_use(library, A, parameters)
    assert found.words == ["tool5", "plant1"] and found.used_differently.tolist() == [True, False]
    assert analyses.load_use(library, A, asked()) is None


def test_a_damaged_result_is_made_again():
    parameters = asked(words=["tool5"])
    work(parameters)
    (path,) = (library.model_folder(A) / "results").glob("use-*.npz")
    arrays = dict(np.load(path))
    np.savez(path, **{**arrays, "rows_a": arrays["rows_a"] + 10_000})
    assert analyses.load_use(library, A, parameters) is None
    assert (
        work(parameters).state == "done" and analyses.load_use(library, A, parameters) is not None
    )


def test_an_unknown_word_ends_the_job_with_a_sentence():
    status = work(asked(words=["planet3"]))
    assert status.state == "failed" and "planet3" in status.message
