"""The page of a model, made by a worker: kept, found while it is up to date, and nobody else's."""

import numpy as np
import pytest

from tests.operators_library import library, library_of, queue_of
from w2v_core import Corpus, SkipGram, load_model, save_model
from w2v_core.library.model_files import write_about
from w2v_core.library.word_sets import keep_set
from w2v_core.queue.queue import Queue
from w2v_core.visitors import quota
from w2v_core.visitors.ownership import NOBODY, Visitor
from w2v_core.work import analyses, methods_record, results, worker
from w2v_core.work.model_page import KIND, load_page, make_page, page_parameters, page_seconds

ID = "c" * 32
TEXT = (
    "Berlin is a city in Germany. Paris is a city in France. Rome is a city in Italy. "
    "The café in Paris is open. A potato grows in the field.\n"
) * 20
HALVES = {"splits": 2, "seed": 0}


@pytest.fixture(autouse=True)
def model(tmp_path, monkeypatch):
    monkeypatch.setenv("W2V_HOME", str(tmp_path / "home"))
    fitted = SkipGram(epochs=4, dim=5).fit(Corpus.from_text(TEXT))
    save_model(fitted, library.model_folder(ID), name="Cities", created=1e9)
    return fitted


def asked(quotes=True):
    record = methods_record.methods_record(library, ID)
    facts = [("words", str(record["words"]), "")]
    return page_parameters(library.model_folder(ID), record, facts, HALVES, quotes)


def work(parameters, kind=KIND):
    queue = Queue()
    analyses.start(library, queue, kind, ID, parameters)
    worker.work(queue, idle_seconds=0)
    return analyses.status(library, queue, kind, ID, parameters)


def pages():
    return sorted(file.suffix for file in (library.model_folder(ID) / "results").glob("page-*"))


def test_a_worker_makes_the_page_and_it_counts_with_the_model():
    parameters = asked()
    before = quota.size(library.model_folder(ID))
    assert not analyses.has_result(library, KIND, ID, parameters)
    assert work(parameters).state == "done"
    page = load_page(library, ID, parameters)
    assert page.startswith(b"<!doctype html>") and page.rstrip().endswith(b"</html>")
    assert b"Cities" in page and b"Germany" in page
    assert quota.size(library.model_folder(ID)) >= before + len(page)


def test_a_page_without_lines_takes_the_place_of_the_one_with_them():
    with_lines, without = asked(), asked(quotes=False)
    work(with_lines)
    assert work(without).state == "done" and pages() == [".json", ".npz"]
    assert not analyses.has_result(library, KIND, ID, with_lines)
    page = load_page(library, ID, without)
    assert b"berlin" in page and not any(name in page for name in (b"Germany", b"France", b"Italy"))


def rename():
    library.rename(ID, "Towns")


def keep():
    keep_set(library, ID, "capitals", ["berlin", "paris"])


def measure_certainty():
    assert work(HALVES, "certainty").state == "done"


def draw_a_map():
    parameters = {"which": "center", "words": 12, "dims": 2}
    drawn = {"coordinates": np.zeros((12, 2), np.float32)}
    results.make(library.model_folder(ID), "tsne", parameters, lambda *_: drawn, lambda *_: False)


def train_further():
    again = SkipGram(epochs=2, dim=5, seed=3).fit(Corpus.from_text(TEXT))
    save_model(again, library.model_folder(ID), name="Cities", created=1e9)


@pytest.mark.parametrize("change", [rename, keep, measure_certainty, draw_a_map, train_further])
def test_nobody_gets_a_page_that_is_out_of_date(change):
    old = asked()
    assert work(old).state == "done"
    change()
    new = asked()
    assert not analyses.has_result(library, KIND, ID, new)
    with pytest.raises(ValueError, match="out of date"):
        load_page(library, ID, old)
    assert work(new).state == "done" and pages() == [".json", ".npz"]
    page = load_page(library, ID, new)
    if change is rename:
        assert b"Towns" in page and b"Cities" not in page
    if change is keep:
        assert b'"capitals"' in page
    if change is measure_certainty:
        assert b'"certainty":{"splits":2' in page
    if change is draw_a_map:
        assert b"t-SNE of the 12" in page


def test_a_page_that_was_asked_for_before_a_change_is_not_made():
    parameters = asked()
    rename()
    status = work(parameters)
    assert status.state == "failed" and "out of date" in status.message and pages() == []


def test_a_damaged_page_is_made_again():
    parameters = asked()
    work(parameters)
    (file,) = (library.model_folder(ID) / "results").glob("page-*.npz")
    whole = file.read_bytes()
    middle = len(whole) // 2
    spoiled = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
    words = np.load(file)["page"].astype(np.uint16)
    for write in (lambda: file.write_bytes(spoiled), lambda: np.savez(file, page=words)):
        write()
        with pytest.raises(ValueError, match="make it again"):
            load_page(library, ID, parameters)
        assert not analyses.has_result(library, KIND, ID, parameters)
        assert work(parameters).state == "done"
        assert load_page(library, ID, parameters).startswith(b"<!doctype html>")


def test_it_reports_how_far_it_is_and_stops_when_told():
    told = []
    folder, parameters = library.model_folder(ID), asked()
    make_page(folder, parameters, lambda share, sentence: told.append((share, sentence)))
    shares = [share for share, _ in told]
    assert shares == sorted(shares) and shares[0] >= 0 and shares[-1] <= 1
    assert {"Measuring the diamonds", "Answering analogies"} <= {said for _, said in told}
    for moment in range(0, len(told), 2):
        left = iter(range(moment))
        with pytest.raises(InterruptedError, match="stopped"):
            make_page(folder, parameters, lambda *_, left=left: next(left, None) is None)
    assert pages() == []


def test_without_the_text_it_fails_with_a_sentence():
    (library.model_folder(ID) / "text.txt").unlink()
    (library.model_folder(ID) / "corpus.npz").unlink()
    assert work(asked()).state == "failed"
    assert work(asked(quotes=False)).state == "done"


def test_it_says_beforehand_how_long_it_takes():
    few, many = page_seconds(30, 5, 0), page_seconds(10_000, 100, 0)
    assert 0 < few < 1 < many < page_seconds(10_000, 100, 10)
    assert page_seconds(200_000, 100, 0) == page_seconds(20_000, 100, 0)  # which a page holds


def test_strangers_get_the_page_of_a_model_whose_address_they_have_and_of_no_other(monkeypatch):
    monkeypatch.setenv("W2V_SHARED", "1")
    write_about(library.model_folder(ID), owner="anna")
    parameters = asked()
    stranger = Visitor(owner="ben")
    with pytest.raises(ValueError, match="not known"):
        analyses.start(library_of(NOBODY), queue_of(NOBODY), KIND, ID, parameters)
    for wrong in ("..", "../" + ID):
        with pytest.raises(ValueError):
            load_page(library_of(stranger), wrong, parameters)
    analyses.start(library_of(stranger), queue_of(stranger), KIND, ID, parameters)
    worker.work(Queue(), idle_seconds=0)
    assert load_page(library_of(stranger), ID, parameters) == load_page(library, ID, parameters)
    library.delete(Queue(), ID)
    with pytest.raises((ValueError, OSError)):
        load_page(library_of(stranger), ID, parameters)


def test_the_page_is_the_one_that_the_app_would_write_of_the_open_model(model):
    parameters = asked(quotes=False)
    work(parameters)
    page = load_page(library, ID, parameters).decode()
    opened = load_model(library.model_folder(ID), corpus=False)
    assert all(f'"{word}"' in page for word in opened.words) and opened.words == model.words
