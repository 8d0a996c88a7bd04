"""Vectors that leave for other programs and come from them; files that mean harm."""

import codecs
import gzip
import io
import struct
import tracemalloc
import zipfile

import numpy as np
import pytest

from w2v_core.exchange import vector_writing
from w2v_core.exchange.vector_reading import read_vectors

WORDS = ["the", "könig", "שלום", "<b>x</b>", "=cmd()", "👩‍👩‍👧"]
TEXT, BINARY = vector_writing.write_word2vec_text, vector_writing.write_word2vec_binary


@pytest.fixture
def matrix():
    return np.random.default_rng(0).normal(size=(len(WORDS), 5)).astype(np.float32) * 1e-3


def written(write, words, matrix, counts=None):
    out = io.BytesIO()
    write(out, words, matrix, np.arange(len(words), 0, -1) if counts is None else counts)
    return out.getvalue()


def read(data, **options):
    return read_vectors(io.BytesIO(data), **options)


def glove(data):
    """word2vec text without its header."""
    return data.partition(b"\n")[2]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("write", [TEXT, BINARY])
def test_what_is_exported_is_read_back_to_the_last_bit(write, packed, matrix):
    data = written(write, WORDS, matrix)
    found = read(gzip.compress(data) if packed else data)
    assert found.words == WORDS and found.in_file == len(WORDS)
    np.testing.assert_array_equal(found.matrix, matrix)
    assert found.format == ("word2vec text" if write is TEXT else "word2vec binary")


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("which", ["center", "output", "sum"])
def test_gensim_reads_what_is_exported(tmp_path, binary, which):
    gensim = pytest.importorskip("gensim.models")
    from w2v_core import Corpus, SkipGram

    model = SkipGram(epochs=2).fit(Corpus.from_text("The König is <b>old</b>. A cat is old. " * 30))
    space = model.vectors(which)
    data = written(BINARY if binary else TEXT, space.words, space.matrix)
    (tmp_path / "v").write_bytes(data)
    read_by_gensim = gensim.KeyedVectors.load_word2vec_format(str(tmp_path / "v"), binary=binary)
    assert read_by_gensim.index_to_key == model.words
    np.testing.assert_array_equal(read_by_gensim.vectors, space.matrix)
    nearest = read_by_gensim.most_similar("könig", topn=3)
    assert [word for word, _ in nearest] == [word for word, _ in space.most_similar("könig", 3)]


@pytest.mark.parametrize("binary", [False, True])
def test_what_gensim_writes_is_read(tmp_path, binary, matrix):
    gensim = pytest.importorskip("gensim.models")
    vectors = gensim.KeyedVectors(matrix.shape[1])
    vectors.add_vectors(WORDS, matrix)
    vectors.save_word2vec_format(str(tmp_path / "v"), binary=binary)
    found = read((tmp_path / "v").read_bytes())
    assert found.words == WORDS
    np.testing.assert_allclose(found.matrix, matrix, rtol=1e-6)


def test_glove_text_has_no_header_and_may_have_words_with_spaces(matrix):
    data = glove(written(TEXT, WORDS, matrix)) + b". . . 1 2 3 4 5\n"
    found = read(data)
    assert (found.format, found.in_file) == ("GloVe text", None)
    assert found.words == [*WORDS, ". . ."]
    np.testing.assert_array_equal(found.matrix[:-1], matrix)


def test_blanks_at_line_ends_windows_line_ends_and_empty_last_lines_do_not_matter(matrix):
    data = written(TEXT, WORDS, matrix).replace(b"\n", b" \r\n") + b"\r\n\n"
    np.testing.assert_array_equal(read(data).matrix, matrix)
    np.testing.assert_array_equal(read(glove(data)).matrix, matrix)
    np.testing.assert_array_equal(read(written(TEXT, WORDS, matrix)[:-1]).matrix, matrix)


@pytest.mark.parametrize("write", [TEXT, BINARY])
def test_the_first_words_can_be_kept_without_reading_on(write, matrix):
    data = written(write, WORDS, matrix)
    assert read(data, first=2).words == WORDS[:2] and read(data, first=2).in_file == len(WORDS)
    damaged = data[: data.index(b"<b>")] + b"rubbish"
    assert read(damaged, first=2).words == WORDS[:2]


def test_a_reading_tells_how_far_it_is_and_can_be_ended(matrix):
    shares = []
    data = written(TEXT, [f"w{i}" for i in range(5000)], np.ones((5000, 3), np.float32))
    read(data, tell=shares.append)
    assert len(shares) == 5 and shares == sorted(shares) and 0 < shares[0] <= shares[-1] == 1

    def end(share):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        read(data, tell=end)


def test_vectors_alone_are_a_model_without_output_vectors(matrix):
    model = read(written(TEXT, WORDS, matrix)).model()
    assert model.kinds == ("center",) and not model.counts.any()
    assert model.vectors("center").most_similar("KÖNIG", 1)
    for need_U in (lambda: model.vectors("sum"), lambda: model.probabilities("the")):
        with pytest.raises(ValueError, match="one matrix"):
            need_U()


def test_words_that_a_format_cannot_hold_are_changed_and_stay_apart():
    assert vector_writing.spaceless(["a b", "a_b", "c", "a\u00a0b"]) == [
        "a_b_",
        "a_b",
        "c",
        "a_b__",
    ]
    assert vector_writing.spaceless(["\u2003"]) == ["_"]


def test_the_projector_gets_vectors_and_a_table_of_words_and_counts(matrix):
    with zipfile.ZipFile(
        io.BytesIO(written(vector_writing.write_projector, WORDS, matrix))
    ) as archive:
        vectors = [line.split("\t") for line in archive.read("vectors.tsv").decode().splitlines()]
        table = archive.read("metadata.tsv").decode().split("\n")
    np.testing.assert_allclose(np.array(vectors, float), matrix, rtol=1e-6)
    assert table == ["word\tcount", *(f"{w}\t{6 - i}" for i, w in enumerate(WORDS)), ""]
    unknown = written(vector_writing.write_projector, WORDS, matrix, np.zeros(6, int))
    with zipfile.ZipFile(io.BytesIO(unknown)) as archive:
        assert archive.read("metadata.tsv").decode().split("\n") == [*WORDS, ""]


def test_a_table_guards_words_that_look_like_formulas(matrix):
    lines = written(vector_writing.write_csv, WORDS, matrix).decode("utf-8-sig").splitlines()
    assert lines[0] == "word,count,x1,x2,x3,x4,x5" and lines[5].startswith("'=cmd(),2,")
    values = [float(v) for v in lines[1].split(",")[2:]]
    np.testing.assert_allclose(values, matrix[0], rtol=1e-6)


# Files that are damaged, or mean harm


def rows(*lines):
    return "\n".join(lines).encode()


ONE = struct.pack("<2f", 1, 2)
BAD = {
    "empty": (b"", "empty"),
    "prose": (b"It was the best of times, it was the worst.\n" * 9, "no word vectors"),
    "a pickle": (b"\x80\x04\x95\x10\x00", "never opened"),
    "an old pickle's text": (b"cos\nsystem\n(S'true'\ntR.", "no word vectors"),
    "header alone": (b"3 2\n", "no row follows"),
    "binary cut off": (b"2 2\na " + ONE + b"\nb " + ONE[:5], "the last row was cut off"),
    "binary cut off in a word": (b"2 2\na " + ONE + b"\nbbb", "the last row was cut off"),
    "no number": (rows("2 2", "a 1 2", "b 1 x"), "row 2: “b 1 x”"),
    "NaN": (rows("2 2", "a 1 2", "b nan 2"), "row 2: “b”"),
    "twice": (rows("2 2", "a 1 2", "a 3 4"), "repeats a word"),
    "no word": (rows("2 2", "a 1 2", " 1 2"), "row 2"),
    "endless word": (b"2 2\na " + ONE + b"\n" + b"w" * 10_000_000, "the last row was cut off"),
    "endless line": (b"a 1 2\n" + b"1" * 10_000_000, "row 2: “111"),
    "not UTF-8": (b"a\xc3 1 2\nb\xc3 1 2\nc\xc3 1 2", "not UTF-8"),
    "binary of other sizes": (b"9 3\n" + b"".join(b"w%d " % i + ONE for i in range(9)), "be used"),
    "more words than bytes": (b"200000 300\na " + ONE * 150, "one word alone"),
    "too many dimensions": (b"2 99999999\na 1 2", "at most 1,000"),
    "no dimensions": (b"2 0\na\nb\n", "nothing to read"),
    "negative": (b"-2 2\na 1 2\n", "row 1: “-2 2”"),
    "packed twice": (gzip.compress(gzip.compress(b"1 2\na 1 2\n")), "twice"),
    "gzip cut off": (gzip.compress(rows("2 2", "a 1 2", "b 1 2"))[:-9], "gzip"),
    "gzip damaged": (gzip.compress(b"1 2\na 1 2\n")[:12] + b"\xff" * 9, "gzip"),
    "gzip of nothing": (gzip.compress(b""), "empty"),
    "gzip alone": (b"\x1f\x8b", "gzip"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_of_vectors_gets_a_sentence(case):
    data, sentence = BAD[case]
    with pytest.raises(ValueError, match=".") as caught:
        read(data)
    message = str(caught.value)
    assert sentence in message, message
    assert len(message) < 300 and message[0].isupper() and message.endswith((".", "'"))


def test_more_words_than_a_model_may_have_are_refused_unless_the_first_are_asked_for(monkeypatch):
    monkeypatch.setenv("W2V_MAX_WORDS", "3")
    data = rows("4 2", *(f"{letter} 1 2" for letter in "abcd"))
    with pytest.raises(ValueError, match="at most 3 are accepted"):
        read(data)
    assert read(data, first=3).words == ["a", "b", "c"] and read(data[:-6]).words == list("abc")


@pytest.mark.parametrize(
    "bomb",
    [
        b"\0" * 300_000_000,
        b"200000 1000\na " + b"\0" * 300_000_000,
        b"a 1 2\n" + b" " * 300_000_000,
        b"3 2\na 1 2\n" + b"\n" * 300_000_000,
    ],
    ids=["zeros", "a header and zeros", "blanks", "line ends"],
)
def test_a_gzip_bomb_gets_a_sentence_and_little_memory(bomb, monkeypatch):
    monkeypatch.setenv("W2V_MAX_MODEL_MB", "100")
    packed = gzip.compress(bomb, 6)
    del bomb
    assert len(packed) < 1_000_000
    tracemalloc.start()
    with pytest.raises(ValueError):
        read(packed)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 250_000_000


def test_memory_is_taken_as_rows_come_not_as_the_header_promises():
    packed = gzip.compress(b"200000 1000\n" + b"w " + b"\0\0\x80\x3f" * 1000 + b"x" * 100)
    tracemalloc.start()
    with pytest.raises(ValueError, match="cut off"):
        read(packed)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000


@pytest.mark.parametrize("write", [TEXT, BINARY])
@pytest.mark.parametrize("header", [True, False])
def test_a_mark_blank_lines_and_the_kind_of_line_end_do_not_matter(write, header, matrix):
    data = written(write, WORDS, matrix)
    if not header:
        if write is BINARY:
            return  # that is no format
        data = glove(data)
    ways = [codecs.BOM_UTF8 + data, b"\n\r\n" + data, codecs.BOM_UTF8 + b"\n" + data]
    if write is TEXT:
        text = data.decode()
        ways += [data.replace(b"\n", b"\r"), text.encode("utf-16"), gzip.compress(ways[0])]
        ways += [codecs.BOM_UTF16_BE + text.encode("utf-16-be")]
    for way in ways:
        found = read(way)
        assert found.words == WORDS
        np.testing.assert_array_equal(found.matrix, matrix)


def test_damaged_utf16_gets_a_sentence():
    with pytest.raises(ValueError, match="save it as UTF-8"):
        read(codecs.BOM_UTF16_LE + "a 1 2\n".encode("utf-16-le") + b"\x00\xd8\x41\x00")
