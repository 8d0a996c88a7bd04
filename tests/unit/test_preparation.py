"""What a text becomes before it is learned from."""

import io
import random

import numpy as np
import pytest

from tests.operators_library import library
from w2v_core import Corpus
from w2v_core.figures.before_after import before_after
from w2v_core.library.choices import Choices
from w2v_core.library.model_documents import model_documents
from w2v_core.library.model_files import read_record
from w2v_core.text import preview
from w2v_core.text.concordance import Concordance
from w2v_core.text.documents import Documents, Gathering
from w2v_core.text.hyphens import hyphens_kept, join_hyphens
from w2v_core.text.phrases import Phrases, as_corpus_words, find_phrases
from w2v_core.text.preparation import Preparation, prepare
from w2v_core.text.repeated_lines import repeated_lines

TEXT = "We saw New York in 1984. New York, new people!\nThe York of 12 people\n\nIt ends."


def corpus(text=TEXT, **options):
    return Corpus.from_text(text, **{"min_count": 1, **options})


def test_numbers_are_kept_mapped_or_dropped():
    assert {"1984", "12"} <= set(corpus().words)
    mapped = corpus(numbers="map")
    assert mapped.counts[mapped.vocabulary.index("<number>")] == 2 and "12" not in mapped.words
    dropped = corpus(numbers="drop")
    assert not {"1984", "12", "<number>"} & set(dropped.words)
    assert dropped.n_tokens == corpus().n_tokens and dropped.coverage < 1


def test_stop_words_go_by_frequency_and_by_list():
    assert corpus().words[:2] == ["new", "york"]
    assert corpus(stop_most=2).words[0] == "people" and "new" not in corpus(stop_most=2).words
    kept = corpus(stop_words=["The", "of", "absent"])
    assert not {"the", "of"} & set(kept.words)
    assert kept.coverage == pytest.approx(15 / 17)
    with pytest.raises(ValueError, match="Every word of the text is left out"):
        corpus("one two", stop_words=["one", "two"])


@pytest.mark.parametrize(
    ("ends", "first"),
    [
        ("marks and lines", ["we", "saw", "new", "york", "in", "1984"]),
        ("marks", ["we", "saw", "new", "york", "in", "1984"]),
        ("lines", ["we", "saw", "new", "york", "in", "1984", "new", "york", "new", "people"]),
        (
            "paragraphs",
            [
                "we",
                "saw",
                "new",
                "york",
                "in",
                "1984",
                "new",
                "york",
                "new",
                "people",
                "the",
                "york",
                "of",
                "12",
                "people",
            ],
        ),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_sentences_end_where_they_are_told_to(ends, first, line_end):
    for last in ("It", "Ét"):  # not ASCII: another way through the tokeniser
        text = TEXT.replace("It", last).replace("\n", line_end)
        found = list(corpus(text, sentence_ends=ends).sentences())
        assert found[0] == first
        assert len(found) == {"marks and lines": 4, "marks": 4, "lines": 3, "paragraphs": 2}[ends]


def test_phrases_are_joined_wherever_they_stand():
    found = corpus(phrases=["new york"])
    assert found.sentence(0) == ["we", "saw", "new_york", "in", "1984"]
    assert found.counts[found.vocabulary.index("new_york")] == 2
    assert found.counts[found.vocabulary.index("york")] == 1
    lines = Concordance(found).lines("new_york")
    assert [line.text[slice(*line.word)] for line in lines] == ["New York", "New York"]


def test_joining_in_arrays_is_joining_word_by_word():
    rng = random.Random(0)
    joined = Phrases(["a b", "b c", "c c", "b a"])
    for _ in range(50):
        sentences = [[rng.choice("abcd") for _ in range(rng.randrange(7))] for _ in range(5)]
        encoder = {word: i for i, word in enumerate("abcd")}

        class Growing(dict):
            def __missing__(self, word):
                self[word] = number = len(self)
                return number

        encoder = Growing(encoder)
        numbers = np.array([encoder[w] for s in sentences for w in s], np.int32)
        got, lengths = joined.join(numbers, np.array([len(s) for s in sentences]), encoder)
        names = list(encoder)
        expected = [
            [w for w, *_ in as_corpus_words([(w, 0, 0) for w in s], "keep", joined)]
            for s in sentences
        ]
        assert [names[i] for i in got] == [w for s in expected for w in s]
        assert lengths.tolist() == [len(s) for s in expected]


def test_phrases_are_found_by_mutual_information():
    rng = random.Random(1)
    words = [f"w{i}" for i in range(40)]
    lines = []
    for _ in range(600):
        line = rng.choices(words, k=8)
        if rng.random() < 0.3:
            line[3:3] = ["san", "marino"]
        lines.append(" ".join(line))
    c = corpus("\n".join(lines), max_vocab=None)
    (best, *others) = find_phrases(c.words, c.counts, c.ids, c.sentence_starts, threshold=0.3)
    assert best.words == "san marino" and best.npmi > 0.95 and not others
    p_a = best.count / c.n_tokens
    p = best.count / (c.n_tokens - c.n_sentences)
    assert best.npmi == pytest.approx(min(np.log(p / p_a**2) / -np.log(p), 1), abs=1e-9)


def gathered(texts):
    out, found = io.BytesIO(), Documents()
    for name, text in texts.items():
        start = out.tell()
        out.write(text.encode())
        found.add(name, start, out.tell(), {"file": name})
        out.write(b"\n\n")
    return out, found


def test_lines_that_repeat_are_found_and_left_out():
    text, found = gathered(
        {
            f"{i}.txt": f"The Daily No. {i}\nOnly here {'x' * i}.\nYes.\nPage {i} of 9"
            for i in range(6)
        }
        | {"other.txt": "Nothing repeats."}
    )
    lines = repeated_lines(text, found, share=0.5)
    assert {line.folded for line in lines} == {"the daily no. #", "page # of #", "yes."}
    assert all(line.documents == 6 for line in lines)
    out = io.BytesIO()
    kept = prepare(
        text, found, out, Preparation(drop_lines=("the daily no. #", "page # of #"))
    ).documents
    parts = [out.getvalue()[a:b].decode() for a, b in zip(kept.starts, kept.ends, strict=True)]
    assert parts[1].split() == ["Only", "here", "x.", "Yes."] and parts[-1] == "Nothing repeats."


def test_words_cut_at_line_ends_are_joined_and_keep_a_hyphen_that_is_theirs():
    text = "We re-\nmember, a well-\nknown thing, well-known to New-\nYork.\nIt re-\nmains\nso."
    kept = hyphens_kept([text.encode()])
    assert kept == {"well-known"}
    assert join_hyphens(text, kept) == (
        "We remember,\na well-known\nthing, well-known to New-\nYork.\nIt remains\nso."
    )
    assert join_hyphens("a" * 1_000_000, kept) == "a" * 1_000_000  # at once


def test_previews_show_the_same_steps_before_and_after():
    assert preview.lowercase_examples(TEXT)[0][1].startswith("we saw new york")
    assert "<number>" in preview.number_examples(TEXT, "map", True)[0][1]
    assert "1984" not in preview.number_examples(TEXT, "drop", True)[0][1]
    assert "new_york" in preview.phrase_examples(TEXT, ["new york"], True)[0][1]
    assert preview.stop_examples(TEXT, ["new"], True)[0][1].startswith("we saw york")
    assert preview.sentence_examples(TEXT, "lines")[1] == "The York of 12 people"
    table = preview.coverage_table(corpus().all_counts, (1, 2, 99))
    assert table[0][1:] == (corpus().n_distinct, 1.0) and table[-1][0] == 2
    assert "<script>" not in before_after([("<script> a", "<script> b")])


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("W2V_HOME", str(tmp_path / "home"))


def upload():
    files = {
        f"{k}/{i}.txt": f"Head {i}\nThe {k} text, num-\nber {i}." for k in "ab" for i in range(3)
    }
    return library.texts.keep_files([(name, [text.encode()]) for name, text in files.items()])


def test_choices_are_kept_and_make_the_same_text_again(home):
    key = upload()
    chosen = Choices(
        gathering=Gathering(encoding="utf-8"),
        left_out=("b/2.txt",),
        preparation=Preparation(drop_lines=("head #",), join_hyphens=True),
        stop_words=("the",),
        phrases=("a text",),
    )
    assert library.texts.kept_choices(library.texts.keep_choices(chosen)) == chosen
    assert (
        library.texts.keep_choices(Choices()) is None
        and library.texts.kept_choices("x") == Choices()
    )
    text = library.texts.prepared(key, chosen)
    assert (
        library.texts.prepared(key, chosen) == text != library.texts.gathered(key, chosen.gathering)
    )
    read = library.texts.file(text).read_text()
    assert "Head" not in read and "number" in read and len(library.texts.documents_of(text)) == 5
    with pytest.raises(ValueError, match="No document is left"):
        library.texts.prepared(key, Choices(chosen={"file": ("none",)}))


def test_a_plain_text_is_not_copied(home):

    key = library.texts.keep("a.txt", b"Some words, re-\nmembered.")
    assert library.texts.prepared(key, Choices()) == key
    joined = library.texts.prepared(key, Choices(preparation=Preparation(join_hyphens=True)))
    assert "remembered" in library.texts.file(joined).read_text()


def test_a_model_of_prepared_files_is_made_again_from_its_record(home, tmp_path):

    from w2v_core.queue.queue import Queue
    from w2v_core.work import worker
    from w2v_core.work.methods_record import make_again, methods_record

    folder = tmp_path / "mine"
    folder.mkdir()
    for i in range(4):
        words = f"Head {i}\nBerlin is a city in Germany. Paris is a city in Fran-\nce in 19{i}0.\n"
        (folder / f"{i}.txt").write_text(words * 9)
    key = library.texts.keep_files([(f.name, [f.read_bytes()]) for f in sorted(folder.iterdir())])
    chosen = Choices(
        left_out=("3.txt",),
        preparation=Preparation(drop_lines=("head #",), join_hyphens=True),
        stop_words=("is",),
        phrases=("a city",),
    )
    text = library.texts.prepared(key, chosen)
    parameters = {"numbers": "map", **chosen.lists}
    id = library.start_training(Queue(), text, "Mine", parameters, {"epochs": 3})
    worker.work(Queue(), idle_seconds=0)
    record = methods_record(library, id)
    assert record["text"]["lists"] == chosen.lists
    assert record["text"]["parameters"]["numbers"] == "map"
    assert record["text"]["preparation"]["drop_lines"] == ["head #"]
    assert len(model_documents(library.model_folder(id))) == 3
    accounts = record["text"]["account"]
    assert [account["name"] for account in accounts] == [f"{i}.txt" for i in range(4)]
    assert accounts[0]["format"] == "Plain text" and accounts[0]["encoding"] == "UTF-8"
    assert [account["words"] for account in accounts] == [126, 126, 126, None]  # one was left out
    again, differences = make_again(library, record, folder)
    assert differences == []
    words = read_record(library.model_folder(again))["words"]
    assert {"a_city", "<number>", "france"} <= set(words) and "is" not in words
    part = library.texts.part_of_model(library.model_folder(id), "Part", "file", ["1.txt"])
    assert library.texts.file(part).read_text().count("Berlin") == 9
