"""Words followed through the documents of a model, in the background, and slices by their metadata."""

import numpy as np
import pytest

from tests.operators_library import library
from tests.unit.test_compared_use import PLANTED, sentences
from w2v_core import Corpus, SkipGram, save_model
from w2v_core.queue.queue import Queue
from w2v_core.storage.files import write_json
from w2v_core.text.document_list import Documents
from w2v_core.text.slices import part_of_corpus, seem_ordered, slices_of
from w2v_core.text.words_to_follow import words_to_follow
from w2v_core.work import analyses, worker
from w2v_core.work.word_following import first_words

A = "a" * 32
YEARS = ["1850", "1860", "900", "1870"]


def test_numbers_are_sorted_as_numbers_and_text_by_the_numbers_in_it():
    found = slices_of(["1850", "900", "", "1850"], [1, 1, 1, 1], True)
    assert found.names == ["900", "1850"] and found.of_document.tolist() == [1, 0, -1, 1]
    assert slices_of(["part 10", "part 2"], [1, 1], True).names == ["part 2", "part 10"]
    assert slices_of(["b", "a"], [1, 1], False).names == ["a", "b"]


def test_values_seem_ordered_where_they_differ_in_one_number_alone():
    for values in ({"1850", "900"}, {"1850.txt", "1860.txt"}, {"part 2", "part 10"}):
        assert seem_ordered(values)
    for values in ({"old", "new"}, {"1850 a", "1860 b"}, {"1-2", "3-4"}, {"same.txt"}, {""}):
        assert not seem_ordered(values)


def test_words_to_follow_are_bursty_long_and_in_every_slice():
    """Of four slices: "whales" and "ships" come in bursts, "having" is spread evenly and as long, "of" is
    short, "robots" are in the last slice alone, and "1850s" are no letters."""
    rng = np.random.default_rng(0)
    lines, of_slice = [], []
    for part in range(4):
        for chapter in range(4):
            for _ in range(40):
                subject = ("whales", "ships", "1850s", "robots" if part == 3 else "of")[chapter]
                words = ["of", "the", "a", "to", "of", "the", "having", subject, subject]
                lines.append(" ".join(rng.permutation(words)))
                of_slice.append(part)
    corpus = Corpus.from_text("\n".join(lines), sentence_ends="lines", min_count=1)
    of_slice = np.array(of_slice)
    assert set(words_to_follow(corpus, of_slice, n=2)) <= {"having", "whales", "ships"}
    assert words_to_follow(corpus, of_slice, n=1)[0] in {"whales", "ships"}
    assert "robots" not in words_to_follow(corpus, of_slice, n=20)
    assert "robots" in words_to_follow(corpus, np.where(of_slice == 3, 0, -1), n=20)
    assert words_to_follow(corpus, np.full(len(lines), -1)) == []
    assert words_to_follow(corpus, of_slice, least=10**6) == []


def test_many_values_make_twenty_slices_of_about_equal_size():
    years = [str(1800 + i) for i in range(100)]
    found = slices_of(years, np.ones(100), True)
    assert found.names[0] == "1800–1804" and len(found.names) == 20 and found.values == 100
    assert (np.bincount(found.of_document) == 5).all()
    assert slices_of(years, np.ones(100), True, most=2).names == ["1800–1849", "1850–1899"]
    heavy = np.ones(3)
    for place, names in ((0, ["1800", "1801–1802"]), (1, ["1800", "1801–1802"])):
        sizes = heavy.copy()
        sizes[place] = 900
        assert slices_of(years[:3], sizes, True, most=2).names == names


def test_values_that_divide_nothing_are_refused():
    for values, sizes, ordered, says in (
        (["1", "1", ""], [1, 1, 1], True, "share one value"),
        (["1", "2"], [1, 0], True, "share one value"),
        ([str(i) for i in range(21)], [1] * 21, False, "at most 20 groups"),
    ):
        with pytest.raises(ValueError, match=says):
            slices_of(values, sizes, ordered)


def test_a_part_of_a_corpus_has_its_sentences_and_vocabulary():
    corpus = Corpus.from_text("a b\nb c\nc a a", sentence_ends="lines")
    part = part_of_corpus(corpus, np.array([True, False, True]))
    assert part.words == corpus.words and part.n_sentences == 2
    assert [part.words[i] for i in part.ids] == ["a", "b", "c", "a", "a"]
    assert part.sentence_starts.tolist() == [0, 2, 5]


@pytest.fixture
def model(tmp_path, monkeypatch):
    """Four slices, the words of ``PLANTED`` swapped in the last two; one document without a year."""
    monkeypatch.setenv("W2V_HOME", str(tmp_path / "home"))
    text, documents = "", Documents()
    for i, year in enumerate(sorted(YEARS, key=int)):
        lines, of_line = sentences(10 + i, 240, PLANTED if i >= 2 else None)
        for number in range(24):
            own = [" ".join(line) for line, d in zip(lines, of_line, strict=True) if d == number]
            begin = len(text)
            text += "\n".join(own) + "\n"
            documents.add(f"{year}-{number}", begin, len(text), {"year": year})
    documents.add("last", len(text), len(text) + 12, {"year": ""})
    corpus = Corpus.from_text(text + "tool1 tool2\n", sentence_ends="lines")
    save_model(SkipGram(dim=4, epochs=2, prior=1.0).fit(corpus), library.model_folder(A))
    write_json(library.model_folder(A) / "documents.json", documents.as_json())


def asked(**more):
    words = ["plant3", "stone3", "tool1"]
    return {
        **{"column": "year", "ordered": True, "words": words},
        **{"draws": 40, "rate": 0.1, "seed": 0},
        **more,
    }


def work(parameters):
    queue = Queue()
    analyses.start(library, queue, "follow", A, parameters)
    worker.work(queue, idle_seconds=0)
    return analyses.status(library, queue, "follow", A, parameters)


def test_the_words_to_begin_with_stand_in_every_slice(model):
    words = first_words(library.model_folder(A), "year", ordered=True)
    assert len(set(words)) == 5 and work(asked(words=words)).state == "done"
    found = analyses.load_followed(library, A, asked(words=words))
    assert found.words == words and found.counts.min() >= 10
    with pytest.raises(ValueError, match="no column 'place'"):
        first_words(library.model_folder(A), "place", ordered=True)


def test_a_change_is_found_between_its_slices_and_kept_with_curves(model):
    parameters = asked()
    assert analyses.load_followed(library, A, parameters) is None
    assert work(parameters).state == "done"
    found = analyses.load_followed(library, A, parameters)
    assert found.names == ["900", "1850", "1860", "1870"]
    assert found.moved.tolist() == [True, True, False] and found.when[:2].tolist() == [1, 1]
    called = {w for w, m in zip(found.all_words, found.all_moved, strict=True) if m}
    assert called >= {"plant3", "stone3"} and len(found.all_words) == 48
    assert {w[:5] for w, _ in found.nearest[0][0][:5]} == {"plant"}
    assert {w[:5] for w, _ in found.nearest[0][3][:5]} == {"stone"}
    telling = found.telling(0)
    assert [w[:5] for w in telling] == ["stone"] * 3 + ["plant"] * 3
    assert len(found.telling(2)) == 6  # of a word that did not move: before and after the middle
    curve = found.curves[0, found.others[0].index(telling[0])]
    assert (curve[:, 1] <= curve[:, 0]).all() and curve[:2, 2].max() < curve[2:, 1].min()
    assert found.settings["without"] == 1 and found.settings["documents"] == [24] * 4
    assert found.settings["units"][0] == "24 documents"
    files = [*(library.model_folder(A) / "results").iterdir()]
    assert sum(file.stat().st_size for file in files) < 60_000
    # A damaged result is forgotten and can be made again.
    (path,) = (library.model_folder(A) / "results").glob("follow-*.npz")
    arrays = dict(np.load(path))
    np.savez(path, **{**arrays, "when": arrays["when"] + 7})
    assert analyses.load_followed(library, A, parameters) is None
    assert analyses.status(library, Queue(), "follow", A, parameters) is None


def test_groups_are_each_set_against_the_rest(model):
    parameters = asked(ordered=False, words=["plant3"], draws=20)
    assert work(parameters).state == "done"
    found = analyses.load_followed(library, A, parameters)
    assert found.z.shape == (1, 4)
    assert [w[:5] for w in found.telling(0, 4)] == ["plant"] * 2 + [
        "stone"
    ] * 2  # one of each group


def test_fewer_slices_can_be_asked_for(model):
    parameters = asked(slices=2, words=["plant3"], draws=20)
    assert work(parameters).state == "done"
    found = analyses.load_followed(library, A, parameters)
    assert found.names == ["900–1850", "1860–1870"] and found.moved.all()


def test_what_cannot_be_followed_ends_with_a_sentence(model):
    for more, says in (
        ({"words": ["planet3"]}, "planet3"),
        ({"column": "author"}, "author"),
        ({"column": "folder"}, "share one value"),
    ):
        status = work(asked(**more))
        assert status.state == "failed" and says in status.message
    (library.model_folder(A) / "documents.json").unlink()
    status = work(asked(seed=1))
    assert status.state == "failed" and "is not here" in status.message
