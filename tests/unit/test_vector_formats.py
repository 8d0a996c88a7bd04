"""Vectors of every format: what can be used is read, the rest is counted, and what left comes back."""

import codecs
import gzip
import io
import struct
import tracemalloc
import zipfile

import numpy as np
import pytest

from tests.conftest import ROOT
from w2v_core.exchange import vector_writing
from w2v_core.exchange.vector_formats import fasttext_model
from w2v_core.exchange.vector_formats.registry import FORMATS
from w2v_core.exchange.vector_reading import holds_vectors, read_vectors

CASES = ROOT / "tests/unit/cases"
ODD = [
    "the",
    "New York",
    "a,b",
    'say "hi"',
    '"quoted"',
    '"',
    "'",
    "#note",
    "=cmd()",
    "'=cmd()",
    "+1",
    "-",
    "@home",
    "cafe\u0301",
    "👩‍👩‍👧",
    "שלום",
    "\u200fمرحبا",
    "a\u00a0b",
    "\u00a0",
    "line\u2028end",
    "7",
    "3.14",
    "1e5",
    "nan",
    "\u200b",
    "</s>",
    "w" * 1000,
    ";",
    ",",
    "a;b",
    "word",
    "count",
    "x1",
    "\\N",
    "a\ufeffb",
    "ﬁ",
]


def read(data, **options):
    return read_vectors(io.BytesIO(data), **options)


def notes(found, kind=None):
    return [note for note in found.account.notes if kind in (None, note.kind)]


def left_out(found):
    return sum(note.count for note in notes(found, "left out"))


def rows(*lines):
    return "\n".join(lines).encode()


def vectors_of(words, dim=5):
    return np.random.default_rng(0).normal(size=(len(words), dim)).astype(np.float32)


def written(write, words, matrix, counts):
    return vector_writing.in_memory(write, words, matrix, counts)


def npz(**arrays):
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    return out.getvalue()


# What the app writes


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("format", list(vector_writing.FORMATS))
def test_what_is_taken_away_comes_back_as_it_was(format, known):
    matrix = vectors_of(ODD)
    counts = np.arange(len(ODD), 0, -1) if known else np.zeros(len(ODD), int)
    write = vector_writing.FORMATS[format][2]
    found = read(written(write, ODD, matrix, counts))
    spaceless = format.startswith("word2vec")  # which end a word with a space
    assert found.words == (vector_writing.spaceless(ODD) if spaceless else ODD)
    np.testing.assert_array_equal(found.matrix, matrix)
    np.testing.assert_array_equal(found.counts, 0 if spaceless else counts)
    assert not notes(found)


@pytest.mark.parametrize("binary", [False, True])
def test_gensim_reads_odd_words_with_the_same_vectors(tmp_path, binary):
    gensim = pytest.importorskip("gensim.models")
    matrix = vectors_of(ODD)
    write = vector_writing.FORMATS[f"word2vec {'binary' if binary else 'text'}"][2]
    (tmp_path / "v").write_bytes(written(write, ODD, matrix, np.zeros(len(ODD), int)))
    found = gensim.KeyedVectors.load_word2vec_format(str(tmp_path / "v"), binary=binary)
    assert found.index_to_key == vector_writing.spaceless(ODD)
    np.testing.assert_array_equal(found.vectors, matrix)


def test_words_of_the_projector_may_be_anything_alone():
    matrix = vectors_of("abc", 2)
    for words in (["1.5", "2.5", "3.5"], ["word", "count", "x"], ["a", "b", "c d"]):
        data = written(vector_writing.write_projector, words, matrix, np.zeros(3, int))
        assert read(data).words == words


# Rows that cannot be used


def test_a_mark_before_the_first_word_is_no_part_of_it():
    assert read((CASES / "20_bom_glove.txt").read_bytes()).words == ["the", "king", "queen"]


def test_the_first_of_two_stays_and_the_second_is_counted():
    found = read((CASES / "22_duplicate.vec").read_bytes())
    assert found.words == ["king", "queen", "man"] and found.matrix[0].tolist() == [1, 2]
    (note,) = notes(found)
    assert (note.kind, note.count) == ("left out", 1) and "row 4: “king”" in note.text


def test_words_are_found_however_they_are_stored():
    vectors = read((CASES / "25_nfd_words.vec").read_bytes()).model().vectors("center")
    assert "café" in vectors and "don't" in vectors


BAD_ROWS = {
    "short": ("bad 1", "“bad 1”"),
    "long": ("bad 1 2 3", "“bad 1 2 3”"),
    "not finite": ("bad nan 2", "“bad”"),
    "infinite": ("bad 1 -inf", "“bad”"),
    "enormous": ("bad 1e300 2", "“bad”"),
    "no numbers": ("bad one two", "“bad one two”"),
    "no word": (" 1 2", "row 3"),
    "control character": ("a\x07b 1 2", "row 3"),
    "long word": ("w" * 1001 + " 1 2", "row 3: “www"),
    "long line": ("w" * 100_000 + " 1 2", "row 3"),
    "a remark": ("# made by hand, version", "“# made"),
}


@pytest.mark.parametrize("case", BAD_ROWS)
@pytest.mark.parametrize("header", [True, False])
def test_a_row_that_cannot_be_used_is_left_out_and_counted(case, header):
    row, sentence = BAD_ROWS[case]
    data = rows(*["4 2"] * header, "a 1 2", "b 3 4", row, "c 5 6")
    found = read(data)
    assert found.words == ["a", "b", "c"] and found.matrix.tolist() == [[1, 2], [3, 4], [5, 6]]
    (note,) = notes(found)
    assert (note.kind, note.count) == ("left out", 1) and sentence in note.text
    assert found.account.rows == 4


def test_many_bad_rows_are_one_line_with_five_examples():
    lines = [f"w{i} 0.{i} 1.5" for i in range(3000)]
    for i in range(0, 3000, 100):
        lines[i] = f"w{i} nan 1"
    found = read(rows(*lines))
    assert len(found.words) == 2970 and found.words[:2] == ["w1", "w2"]
    np.testing.assert_allclose(found.matrix[0], [0.1, 1.5])
    (note,) = notes(found)
    assert note.count == 30 and note.text.count("“") == 5 and "…" in note.text


def test_rows_of_a_binary_file_are_left_out_alike():
    def row(word, *numbers):
        return word.encode() + b" " + struct.pack("<2f", *numbers) + b"\n"

    nan = float("nan")
    good = [row("a", 1, 2), row("b", 3, 4), row("c", 5, 6)]
    for bad in (row("x", nan, 1), row("a", 9, 9), row("", 1, 2), row("x\x01", 1, 2)):
        found = read(b"4 2\n" + b"".join([*good[:2], bad, good[2]]))
        assert found.words == ["a", "b", "c"] and left_out(found) == 1
        assert found.matrix.tolist() == [[1, 2], [3, 4], [5, 6]]
    cut = read(b"4 2\n" + b"".join(good) + b"d \0\0")
    assert cut.words == ["a", "b", "c"] and "cut off" in notes(cut)[0].text


def test_a_cut_letter_is_mended_and_counted():
    found = read("die 1 2\nstraße 3 4\n".encode() + b"caf\xc3 1 2\n" + b"x 2 1\n")
    assert found.words == ["die", "straße", "caf\ufffd", "x"]
    (note,) = notes(found)
    assert (note.kind, note.count) == ("mended", 1) and "caf" in note.text


def test_words_in_an_older_encoding_are_read_in_it_as_a_guess():
    words = ["straße", "größe", "bär", "köln", "und", "müller", "der", "schön"]
    data = rows(*(f"{word} {i} 1" for i, word in enumerate(words)))
    found = read(data.decode().encode("cp1252"))
    assert found.words == words and found.account.encoding.startswith("Windows-1252")
    assert notes(found)[0].kind == "guessed"


@pytest.mark.parametrize(
    ("header", "kind", "sentence"),
    [
        ("3 2", None, ""),
        ("9 2", "left out", "announces 9 words"),
        ("400000 2", "left out", "announces 400,000 words"),
        ("2 2", "guessed", "the file has 3"),
        ("3 7", "guessed", "most rows have 2"),
        ("3 1", "guessed", "most rows have 2"),
    ],
)
def test_rows_count_more_than_a_header(header, kind, sentence):
    found = read(rows(header, "a 1 2", "b 3 4", "c 5 6"))
    assert found.words == ["a", "b", "c"] and found.matrix.shape == (3, 2)
    assert [note.kind for note in notes(found)] == [kind] * bool(kind)
    assert all(sentence in note.text for note in notes(found))


@pytest.mark.parametrize(("header", "n"), [("9 2", 3), ("2 2", 3), ("3 2", 3)])
def test_a_binary_file_goes_on_to_its_end(header, n):
    data = b"".join(b"%c " % letter + struct.pack("<2f", 1, letter) for letter in b"abc")
    found = read(header.encode() + b"\n" + data)
    assert len(found.words) == n and bool(notes(found)) == (header != "3 2")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (rows("a 1 2", "b x y", "c z 1", "d 1 w"), "no word vectors"),
        (rows("a 1 2", "a 3 4"), "one word alone"),
        (rows("1 2", "a 1 2"), "one word alone"),
        (rows("a 1 2", *["b nan 1"] * 3, "c 1 2"), "Only 2 of the 5 rows"),
        (rows("3 2", "a one two", "b three four"), "rows after it"),
        (b"3 2\na " + struct.pack("<2f", 1, 2), "one word alone"),
    ],
)
def test_a_file_of_which_little_is_left_is_refused(data, sentence):
    with pytest.raises(ValueError, match=sentence):
        read(data)


def test_half_of_the_rows_is_enough():
    assert read(rows("a 1 2", "b nan 1", "c inf 1", "d 1 2")).words == ["a", "d"]


def test_vectors_of_zeros_are_counted():
    found = read(rows("a 1 2", "b 0 0", "c 0 0", "d 2 1"))
    (note,) = notes(found)
    assert note.count == 2 and note.kind == "read" and "“b”, “c”" in note.text


# How text is written


@pytest.mark.parametrize("header", ["", "3 2\n"])
@pytest.mark.parametrize(
    "text",
    [
        "New York,1.5,2\nking,2,3\nqueen,1,0\n",
        '"New York";1.5;2\nking;2;3\nqueen;1;0\n',
        "New York\t1.5\t2\nking\t2\t3\nqueen\t1\t0\n",
        "New York 1.5 2\nking 2 3\nqueen 1 0\n",
        "New York;1,5;2,0\nking;2,0;3,0\nqueen;1,0;0,0\n",
        "New York 1,5 2,0\nking 2,0 3,0\nqueen 1,0 0,0\n",
        "New York, 1.5, 2\nking, 2, 3\nqueen, 1, 0\n",
        "New York  1.5   2 \nking \t 2 3\n\nqueen 1 0\t\n\n",
    ],
)
@pytest.mark.parametrize("packing", ["plain", "utf-16", "no mark", "cr", "mark", "gz", "zip"])
def test_signs_between_numbers_and_encodings_do_not_matter(text, header, packing):
    text = header + text
    data = text.encode()
    if packing == "zip":
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("folder/glove.txt", data)
            archive.writestr("__MACOSX/folder/._glove.txt", b"x")
        data = out.getvalue()
    data = {
        "utf-16": text.encode("utf-16"),
        "no mark": text.encode("utf-16-le"),
        "cr": data.replace(b"\n", b"\r"),
        "mark": b"\n" + codecs.BOM_UTF8 + data if not header else codecs.BOM_UTF8 + b"\n" + data,
        "gz": gzip.compress(data),
    }.get(packing, data)
    found = read(data)
    assert found.words == ["New York", "king", "queen"]
    assert found.matrix.tolist() == [[1.5, 2], [2, 3], [1, 0]]
    assert not notes(found, "left out") and found.in_file == (3 if header else None)
    assert found.account.encoding == ("UTF-16" if packing in ("utf-16", "no mark") else "UTF-8")
    assert any("UTF-16" in note.text for note in notes(found, "guessed")) == (packing == "no mark")


def test_words_of_several_parts_keep_their_numbers():
    found = read(rows("bank 1 0.5 0.25", "bank 2 0.5 0.75", "x 0.1 0.2", "y 0.1 0.2", "z 0.1 0.3"))
    assert found.words == ["bank 1", "bank 2", "x", "y", "z"]
    assert found.matrix.shape == (5, 2)


def test_a_table_of_names_words_and_numbers_is_read_by_its_names():
    table = 'pos;"word";freq;a;b\nN;"x;y";7;1.5;2\nV;z;3;1;1\nN;short;2\nA;q;1;0;1\n'
    found = read(table.encode())
    assert found.words == ["x;y", "z", "q"] and found.counts.tolist() == [7, 3, 1]
    assert found.matrix.tolist() == [[1.5, 2], [1, 1], [0, 1]]
    assert left_out(found) == 2 and any("“pos”" in note.text for note in notes(found))
    pandas = ",0,1\nthe,1.5,2\ncat,1,0\n"
    assert read(pandas.encode()).words == ["the", "cat"]
    stray = 'word,x1,x2\n",1,2\na,b,3,4\n"c",5,6\nd,7,8\n'
    found = read(stray.encode())
    assert {"a,b", "c", "d"} <= set(found.words) and left_out(found) + len(found.words) == 4


def test_numbers_without_words_say_where_words_belong():
    with pytest.raises(ValueError, match="numbers without their words"):
        read(rows("0.5\t1.5\t2.5", "0.25\t1.0\t3.5", "1.5\t2.5\t0.1"))


def test_tables_of_the_projector_must_have_as_many_rows():
    def pair(vectors, words):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("a/tensors.tsv", vectors)
            archive.writestr("a/labels.tsv", words)
        return out.getvalue()

    assert read(pair("1\t2\n3\t4\n\n", "a\r\nb\r\n")).words == ["a", "b"]
    found = read(pair("1\t2\nx\t4\n5\t6\n", "word\tkind\na\tN\nb\tV\nc\tN\n"))
    assert found.words == ["a", "c"] and found.matrix.tolist() == [[1, 2], [5, 6]]
    assert left_out(found) == 2  # a row and a column
    for words in ("a\n", "a\nb\nc\n"):
        with pytest.raises(ValueError, match="which vector belongs to which word"):
            read(pair("1\t2\n3\t4\n", words))
    with pytest.raises(ValueError, match="not one of numbers alone"):
        read(pair("a b c\n", "d e f\n"))


# NumPy


@pytest.mark.parametrize("dtype", ["<f4", ">f8", "<f2", "<i4"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_of_words_and_vectors_are_found_by_their_kinds(dtype, order):
    matrix = np.arange(6).reshape(3, 2).astype(dtype)
    data = npz(
        a=np.array(["the", "größe", "👩‍👩‍👧"]), b=np.asarray(matrix, order=order), counts=[3, 2, 1]
    )
    found = read(data)
    assert found.words == ["the", "größe", "👩‍👩‍👧"] and found.counts.tolist() == [3, 2, 1]
    np.testing.assert_array_equal(found.matrix, np.arange(6).reshape(3, 2))
    assert read(data, first=2).words == ["the", "größe"] and not notes(found)
    in_bytes = npz(words=np.array([b"a", b"b", b"b"]), vectors=matrix, more=np.ones(2))
    assert read(in_bytes).words == ["a", "b"] and left_out(read(in_bytes)) == 2


@pytest.mark.parametrize(
    ("arrays", "sentence"),
    [
        ({"words": np.array(["a", "b"], object), "m": np.ones((2, 2))}, "never opened"),
        ({"words": np.array(["a", "b", "c"]), "m": np.ones((2, 2))}, "as many vectors"),
        ({"m": np.ones((2, 2))}, "as many vectors"),
        ({"words": np.array(["a", "b"]), "m": np.ones((2, 0))}, "nothing to read"),
        ({"words": np.array(["a", "b"]), "m": np.ones((2, 1001))}, "at most 1,000"),
        ({"words": np.array(["a" * 9000, "b"]), "m": np.ones((2, 2))}, "long ones"),
    ],
)
def test_other_arrays_get_a_sentence(arrays, sentence):
    with pytest.raises(ValueError, match=sentence):
        read(npz(**arrays))


def test_an_array_alone_and_other_files_say_what_to_do():
    out = io.BytesIO()
    np.save(out, np.ones((2, 2)))
    with pytest.raises(ValueError, match="np.savez"):
        read(out.getvalue())
    with pytest.raises(ValueError, match="HDF5"):
        read(b"\x89HDF\r\n\x1a\n\0\0")


# fastText


def fasttext(words, matrix, ngrams=None, shortest=3, longest=6, labels=(), quantised=False):
    """A model as fastText writes it, by the definition of its format."""
    ngrams = np.zeros((0, matrix.shape[1]), np.float32) if ngrams is None else ngrams
    out = struct.pack("<2i", fasttext_model.MAGIC, 12)
    settings = [matrix.shape[1], 5, 5, 1, 5, 1, 1, 2, len(ngrams), shortest, longest, 100]
    out += struct.pack("<12id", *settings, 1e-4)
    out += struct.pack("<3i2q", len(words) + len(labels), len(words), len(labels), 100, -1)
    for i, word in enumerate([*words, *labels]):
        out += word.encode() + b"\0" + struct.pack("<qb", len(words) - i + 9, i >= len(words))
    rows = np.vstack([matrix, ngrams]).astype("<f4")
    out += struct.pack("<b2q", quantised, *rows.shape) + rows.tobytes()
    return out + struct.pack("<b2q", 0, *matrix.shape) + matrix.astype("<f4").tobytes()


def test_a_fasttext_model_has_the_vectors_that_gensim_finds(tmp_path):
    gensim = pytest.importorskip("gensim.models")
    from gensim.models.fasttext import save_facebook_model

    sentences = [
        ["könig", "der", "straße", "👩‍👩‍👧", "a"],
        ["der", "queen", "שלום", "of", "a"],
    ] * 20
    model = gensim.FastText(sentences, vector_size=7, min_count=1, bucket=500, epochs=2, workers=1)
    path = tmp_path / "m.bin"
    save_facebook_model(model, str(path))
    found = read(path.read_bytes())
    assert found.words == model.wv.index_to_key and found.account.format.startswith("fastText")
    np.testing.assert_allclose(found.matrix, model.wv.vectors, atol=1e-5)
    assert found.counts.tolist() == [model.wv.get_vecattr(w, "count") for w in found.words]
    one = read(gzip.compress(path.read_bytes()), first=3)
    np.testing.assert_allclose(one.matrix, model.wv.vectors[:3], atol=1e-5)


def test_a_fasttext_word_is_the_mean_of_its_row_and_its_ngrams():
    rng = np.random.default_rng(1)
    words = ["ab", "é", "</s>", "a"]
    matrix, ngrams = rng.normal(size=(4, 3)), rng.normal(size=(11, 3))

    def bucket(text):
        value = 2166136261
        for byte in text.encode():
            signed = byte - 256 if byte > 127 else byte
            value = ((value ^ (signed & 0xFFFFFFFF)) * 16777619) & 0xFFFFFFFF
        return value % 11

    parts = [["a", "b", "<a", "ab", "b>"], ["é", "<é", "é>"], [], ["a", "<a", "a>"]]
    wanted = [
        np.mean([matrix[i], *(ngrams[bucket(part)] for part in some)], axis=0)
        for i, some in enumerate(parts)
    ]
    found = read(fasttext(words, matrix, ngrams, 1, 2))
    assert found.words == words
    np.testing.assert_allclose(found.matrix, wanted, atol=1e-6)


def test_fasttext_without_ngrams_with_labels_and_damaged():
    matrix = vectors_of("abc", 4)
    data = fasttext(["a", "b", "c"], matrix, labels=["__label__x"])
    found = read(data)
    assert found.words == ["a", "b", "c"] and found.counts.tolist() == [12, 11, 10]
    np.testing.assert_array_equal(found.matrix, matrix)
    assert any("1 label" in note.text for note in notes(found, "left out"))
    assert read(data, first=2).words == ["a", "b"]
    with pytest.raises(ValueError, match="quantised"):
        read(fasttext(["a", "b"], matrix[:2], quantised=True))
    for cut in range(4, len(data) - 4 * 12 - 17, 9):
        with pytest.raises(ValueError, match=r"cut off|damaged"):
            read(data[:cut])
    with pytest.raises(ValueError, match="version 9"):
        read(data[:4] + struct.pack("<i", 9) + data[8:])


def test_a_fasttext_model_that_promises_much_takes_little_memory():
    def promising(n_words, dim, buckets, longest, entries):
        out = struct.pack("<2i", fasttext_model.MAGIC, 12)
        out += struct.pack("<12id", dim, 5, 5, 1, 5, 1, 1, 2, buckets, 1, longest, 100, 1e-4)
        out += struct.pack("<3i2q", n_words, n_words, 0, 1, -1) + entries
        return out + struct.pack("<b2q", 0, n_words + buckets, dim)

    entry = b"w" * 900 + b"\0" + struct.pack("<qb", 1, 0)
    packed = [
        gzip.compress(promising(n, 1000, 2**31 - 1, longest, entry * entries), 1)
        for n, longest, entries in ((2**31 - 1, 6, 1), (30_000, 30, 30_000), (2, 6, 2))
    ]
    tracemalloc.start()
    for data in packed:
        with pytest.raises(ValueError, match=r"cut off|damaged|n-grams"):
            read(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100_000_000


# The registry


def test_every_format_is_read_or_says_why_not():
    assert all((format.read is None) == bool(format.refused) for format in FORMATS)
    assert len({format.name for format in FORMATS}) == len(FORMATS)


def test_a_zip_file_of_vectors_is_no_model_of_this_app():
    matrix = vectors_of("ab")
    pair = written(vector_writing.write_projector, ["a", "b"], matrix, np.zeros(2, int))
    assert holds_vectors(io.BytesIO(pair)) and holds_vectors(io.BytesIO(npz(a=np.ones(2), b=[1])))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("model.json", "{}")
    assert not holds_vectors(io.BytesIO(out.getvalue()))
