"""Texts become ids, and ids lead back to the text."""

import codecs
import gzip

import numpy as np
import pytest

from w2v_core import Corpus, count_pairs
from w2v_core.text import corpus as corpus_module
from w2v_core.text import reading, spool
from w2v_core.text.corpus import default_min_count

BERLIN = "Berlin is a city in East Germany. Paris is a city in France!\nBerlin, Berlin."


def test_vocabulary_counts_and_sentences():
    corpus = Corpus.from_text(BERLIN)
    assert corpus.words[0] == "berlin" and corpus.counts[0] == 3
    assert corpus.counts.tolist() == sorted(corpus.counts.tolist(), reverse=True)
    assert corpus.counts.dtype == np.int64 and corpus.ids.dtype == np.int32
    assert corpus.n_tokens == 15 and corpus.n_sentences == 3 and corpus.n_distinct == 9
    assert corpus.sentence(2) == ["berlin", "berlin"]
    assert corpus.coverage == 1.0 and corpus.chosen == {"min_count": 1}


def test_equally_frequent_words_keep_the_order_of_the_text():
    assert Corpus.from_text("z y x z y x w").words == ["z", "y", "x", "w"]


def test_min_count_and_max_vocab_limit_the_vocabulary():
    corpus = Corpus.from_text(BERLIN, min_count=2)
    assert corpus.words == ["berlin", "is", "a", "city", "in"]
    assert corpus.sentence(0) == ["berlin", "is", "a", "city", "in"]
    assert corpus.coverage == 11 / 15
    assert Corpus.from_text(BERLIN, max_vocab=2).words == ["berlin", "is"]


def test_min_count_grows_with_the_text():
    sizes = (500, 5_000, 60_000, 1_000_000, 20_000_000)
    assert [default_min_count(n) for n in sizes] == [1, 2, 3, 4, 5]


def test_concordance_gives_the_text_as_it_is():
    corpus = Corpus.from_text("Ünï: der Ball!  Der   BALL\nrollt. Ein Hut.")
    assert corpus.concordance("ball") == ["Ünï: der Ball!", "Der BALL"]
    assert corpus.concordance("Der", 1) == ["Ünï: der Ball!"]
    with pytest.raises(KeyError, match="'bal' is not in the vocabulary.*'ball'"):
        corpus.concordance("bal")


def test_a_long_sentence_is_clipped_around_the_word():
    corpus = Corpus.from_text("x " * 1000 + "needle" + " y" * 1000)
    (line,) = corpus.concordance("needle")
    assert "needle" in line and len(line) < 320 and line[0] == line[-1] == "…"


@pytest.mark.parametrize(
    ("encode", "label"),
    [
        (lambda t: t.encode(), "UTF-8"),
        (lambda t: codecs.BOM_UTF8 + t.encode(), "UTF-8 with a byte order mark"),
        (lambda t: t.encode("utf-16"), "UTF-16"),
        (lambda t: codecs.BOM_UTF16_BE + t.encode("utf-16-be"), "UTF-16"),
        (lambda t: t.encode("utf-16-le"), "UTF-16 (little-endian)"),
        (lambda t: t.encode("utf-16-be"), "UTF-16 (big-endian)"),
        (lambda t: gzip.compress(t.encode()), "UTF-8"),
        (lambda t: gzip.compress(t.encode("utf-16")), "UTF-16"),
    ],
)
def test_encodings_are_recognised_and_sentences_found_again(tmp_path, encode, label):
    text = "Zürich is a city.\r\nThe café in Zürich is open. " * 20
    path = tmp_path / "text.txt"
    path.write_bytes(encode(text))
    corpus = Corpus.from_file(path)
    assert corpus.encoding == label and corpus.warnings == []
    assert corpus.counts[corpus.vocabulary.index("zürich")] == 40
    assert corpus.concordance("café", 2) == ["The café in Zürich is open."] * 2


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text", ["Москва большой город. Париж тоже город.\n", "東京は大きい街です。京都も街です。\n"]
)
def test_utf16_without_a_mark_is_recognised_in_other_scripts(tmp_path, text, encoding):
    path = tmp_path / "text.txt"
    path.write_bytes((text * 30).encode(encoding))
    corpus = Corpus.from_file(path)
    assert corpus.encoding.startswith("UTF-16") and corpus.n_sentences == 60


def test_a_replacement_sign_of_the_texts_own_is_no_damage(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("a sign \ufffd stands here", encoding="utf-8")
    assert Corpus.from_file(path).warnings == []


def test_other_bytes_fall_back_to_a_named_encoding_with_a_warning(tmp_path):
    path = tmp_path / "old.txt"
    path.write_bytes("Der Käse ist gut. Das Öl auch.".encode("cp1252"))
    corpus = Corpus.from_file(path)
    assert "käse" in corpus.words and corpus.encoding == "Windows-1252"
    assert "Windows-1252" in corpus.warnings[0]


def test_an_encoding_that_shows_late_is_found_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "BLOCK", 100)
    path = tmp_path / "late.txt"
    path.write_bytes(b"Plain words first.\n" * 100 + "Käse, Brötchen\0.".encode("cp1252"))
    corpus = Corpus.from_file(path)
    assert corpus.encoding == "Windows-1252" and corpus.n_tokens == 302
    assert len(corpus.warnings) == 1 and "1 NUL characters" in corpus.warnings[0]
    assert corpus.concordance("käse", 1) == ["Käse, Brötchen\0."]


def test_a_damaged_utf8_text_stays_utf8_with_a_warning(tmp_path):
    path = tmp_path / "damaged.txt"
    path.write_bytes("Der Käse und das Öl. ".encode() * 50 + b"\xff\xfe K\xc3")
    corpus = Corpus.from_file(path)
    assert "käse" in corpus.words and corpus.encoding == "UTF-8"
    assert "damaged" in corpus.warnings[0]
    assert corpus.concordance("öl", 1) == ["Der Käse und das Öl."]


def test_file_and_text_give_the_same_corpus_whatever_the_block(tmp_path, monkeypatch):
    text = (
        "Straße ist lang und breit. Der Hund, die Katze! Nein?\n" * 30
        + "ohne Ende und ohne Punkt " * 40
    )
    whole = Corpus.from_text(text)
    path = tmp_path / "text.txt"
    path.write_text(text, encoding="utf-8")
    monkeypatch.setattr(reading, "BLOCK", 100)
    for corpus in (Corpus.from_file(path), Corpus.from_text(text)):
        assert corpus.words == whole.words
        np.testing.assert_array_equal(corpus.ids, whole.ids)
        np.testing.assert_array_equal(corpus.sentence_starts, whole.sentence_starts)
        np.testing.assert_array_equal(corpus.sentence_bytes, whole.sentence_bytes)


def test_a_large_text_is_the_same_from_its_temporary_files(monkeypatch):
    text = "Straße ist lang und breit. Der Hund, die Katze! Nein?\n" * 300 + "Ein Wort, noch eins. "
    options = {"max_vocab": 8, "min_count": 1}
    whole = Corpus.from_text(text, **options)
    monkeypatch.setattr(spool, "LIMIT", 100)
    monkeypatch.setattr(corpus_module, "_CHUNK", 7)
    monkeypatch.setattr(reading, "BLOCK", 100)
    mapped = Corpus.from_text(text, **options)
    for name in ("ids", "sentence_starts", "sentence_bytes"):
        array = getattr(mapped, name)
        np.testing.assert_array_equal(array, getattr(whole, name))
        assert array.dtype == getattr(whole, name).dtype and not array.flags.owndata
    assert mapped.concordance("hund", 2) == ["Der Hund, die Katze!"] * 2
    assert (count_pairs(mapped) != count_pairs(whole)).nnz == 0
    spool.release(mapped.ids)
    assert mapped.sentence(1) == whole.sentence(1)


def test_reading_reports_its_progress_and_can_be_stopped(tmp_path, monkeypatch):
    path = tmp_path / "text.txt"
    path.write_text("some words in a line\n" * 1000)
    monkeypatch.setattr(reading, "BLOCK", 1000)
    shares = []
    Corpus.from_file(path, callback=shares.append)
    assert shares == sorted(shares) and shares[-1] == 1.0 and len(shares) > 5
    with pytest.raises(InterruptedError):
        Corpus.from_file(path, callback=lambda share: share > 0.5)


# Bad input gets a sentence.


def from_bytes(tmp_path, data, **options):
    path = tmp_path / "upload.txt"
    path.write_bytes(data)
    return Corpus.from_file(path, **options)


@pytest.mark.parametrize("text", ["", "   \n\n", "... !!! -- ' _ $ %", "→ ☂"])
def test_a_text_without_words_is_refused(text):
    with pytest.raises(ValueError, match="contains no words"):
        Corpus.from_text(text)


def test_an_empty_file_is_refused(tmp_path):
    with pytest.raises(ValueError, match="upload.txt is empty"):
        from_bytes(tmp_path, b"")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (np.random.default_rng(0).bytes(5000), "binary data"),
        (b"%PDF-1.7 and so on", "PDF"),
        (b"PK\x03\x04" + b"words " * 100, "zip"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "PNG"),
        (bytes(1000), "binary data"),
    ],
)
def test_a_binary_file_is_refused(tmp_path, data, what):
    with pytest.raises(ValueError, match=what):
        from_bytes(tmp_path, data)


@pytest.mark.parametrize("cut", [10, 40, -4])
def test_a_damaged_gzip_file_is_refused(tmp_path, cut):
    with pytest.raises(ValueError, match="damaged gzip"):
        from_bytes(
            tmp_path, gzip.compress(np.random.default_rng(1).bytes(100).hex().encode())[:cut]
        )


def test_nul_bytes_are_read_as_spaces_with_a_warning(tmp_path):
    data = b"a few words\0and some more of them here " * 3
    for corpus in (from_bytes(tmp_path, data), Corpus.from_text(data.decode())):
        assert corpus.words[:2] == ["a", "few"] and "and" in corpus.words
        assert corpus.warnings == ["3 NUL characters were read as spaces."]


def test_ten_megabytes_without_a_newline(tmp_path):
    corpus = from_bytes(tmp_path, b"round and round the garden " * 400_000)
    assert corpus.n_sentences == 1 and corpus.n_tokens == 2_000_000
    assert len(corpus.concordance("garden")[0]) < 320


def test_ten_megabytes_without_a_space_are_no_word(tmp_path):
    with pytest.raises(ValueError, match="runs of more than 1,000 characters"):
        from_bytes(tmp_path, b"x" * 10_000_000)


def test_a_word_of_a_thousand_characters_is_a_word():
    assert Corpus.from_text("y" * 1000 + " a").words == ["y" * 1000, "a"]


def test_every_run_too_long_is_counted():
    corpus = Corpus.from_text("words " + ("z" * 1001 + " ") * 3 + "x" * 1001)
    assert corpus.words == ["words"] and corpus.n_tokens == 1
    assert corpus.warnings[0].startswith("4 runs of more than 1,000 characters")


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_file_above_the_limit_is_refused(tmp_path, pack):
    with pytest.raises(ValueError, match="more than 1 MB"):
        from_bytes(tmp_path, pack(b"words and words " * 100_000), max_bytes=1_000_000)


def test_an_empty_vocabulary_says_which_setting_to_lower():
    with pytest.raises(ValueError, match=r"lower the minimum count to at most 3.*longer text"):
        Corpus.from_text(BERLIN, min_count=50)


def test_html_is_words_and_nothing_else():
    corpus = Corpus.from_text("<script>alert(1)</script> <b>bold</b>")
    assert set(corpus.words) == {"script", "alert", "1", "b", "bold"}


def test_lone_surrogates_do_no_harm():
    assert "word" in Corpus.from_text("a \ud800 word here").words


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"min_count": 0}, "min_count=0: give a whole number from 1"),
        ({"min_count": 1.5}, "min_count=1.5"),
        ({"max_vocab": 1}, "max_vocab=1"),
        ({"unit": "letters"}, "unit='letters': give 'words' or 'characters'"),
        ({"lowercase": "yes"}, "lowercase='yes'"),
    ],
)
def test_bad_parameters_name_themselves_and_what_is_allowed(options, message):
    with pytest.raises(ValueError, match=message):
        Corpus.from_text(BERLIN, **options)
