"""Small inputs that were read wrong once, each standing for a kind of fault, and others of its kind."""

import io
import zipfile
from pathlib import Path

import pytest

from w2v_core import Corpus
from w2v_core.text.documents import Gathering, Source, gather, is_plain_text

CASES = Path(__file__).parent / "cases"


def read(tmp_path, files, settings=None):
    """The texts of some files by document, and what was gathered."""
    sources = []
    for number, (name, data) in enumerate(files.items()):
        path = tmp_path / f"{number:03d}"
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        sources.append(Source(name, path))
    out = io.BytesIO()
    found = gather(sources, out, settings)
    text = out.getvalue()
    spans = zip(found.starts, found.ends, strict=True)
    return found, dict(zip(found.names, (text[a:b].decode() for a, b in spans), strict=True))


def case(tmp_path, name, settings=None, others=None):
    return read(tmp_path, {name: (CASES / name).read_bytes(), **(others or {})}, settings)


def notes(found, kind=None):
    return [n for a in found.accounts for n in a.notes if kind in (None, n.kind)]


def packed(files, **options):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


# Tables


def test_no_comma_parts_a_column_of_plain_sentences(tmp_path):
    found, texts = case(tmp_path, "01_one_column_unquoted.csv")
    assert list(texts.values()) == [
        "Today the river, the bridge and the town were quiet",
        "A cat, a dog and a bird sat there",
        "Nothing more was said",
    ]
    assert found.tables == {"01_one_column_unquoted.csv": ["text"]}


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("One, two, and three\nSome more, here\nNone\n", 3),  # no names at all
        ("sentence\nOne, two\nThree, four\nFive, six\n", 3),  # one comma in each
        ("text\nAbout 1,000 people\nSome 2,000 cats\nAnd 3,500 dogs\n", 3),
        ("text\nHe said; she left\nMore; of it; here\n", 2),
        ('text\n"Quoted, once", he said\n"All of it, quoted"\nplain\n', 3),
    ],
)
def test_sentences_of_one_column_stay_whole(tmp_path, table, rows):
    texts = read(tmp_path, {"t.csv": table})[1]
    lines = table.splitlines()[-rows:]
    assert len(texts) == rows
    for line, text in zip(lines, texts.values(), strict=True):
        assert text.replace('"', "") == line.replace('"', "")


def test_a_first_row_that_is_a_text_is_no_row_of_names(tmp_path):
    found, texts = case(tmp_path, "03_no_header.csv")
    assert list(texts.values()) == ["the first text is about rivers", "the second is about hills"]
    (note,) = notes(found, "guessed")
    assert note.setting == "first_row"
    found, texts = case(tmp_path, "03_no_header.csv", Gathering(first_row="names"))
    assert list(texts.values()) == ["the second is about hills"] and not notes(found, "guessed")
    named = "river,water\nhill,stone\nwood,tree\n"
    assert len(read(tmp_path, {"n.csv": named})[1]) == 2  # a guess, and said to be one
    assert notes(read(tmp_path, {"n.csv": named})[0], "guessed")[0].setting == "first_row"
    assert len(read(tmp_path, {"n.csv": named}, Gathering(first_row="text"))[1]) == 3


def test_quotation_marks_that_do_not_close_swallow_no_rows(tmp_path):
    found, texts = case(tmp_path, "04_stray_quote.tsv")
    assert [text.replace('"', "").split()[0] for text in texts.values()] == [
        "Hello",
        "next",
        "third",
        "fourth",
        "fifth",
    ]
    assert sum(n.count for n in notes(found, "mended")) == 1


@pytest.mark.parametrize("sign", [",", "\t", ";"])
@pytest.mark.parametrize(
    ("rows", "texts"),
    [
        (['1|"never closed', "2|next", "3|last"], ['"never closed', "next", "last"]),
        (['1|"a" b', "2|c"], ["a b", "c"]),
        (['1|5" pipe', '2|6" pipe', "3|none"], ['5" pipe', '6" pipe', "none"]),
        (['1|"open', '2|closes here"', "3|x"], ['"open', 'closes here"', "x"]),
        (['1|"two', 'lines"', "2|x"], ["two\nlines", "x"]),
        (['1|"say ""hi"" now"', "2|x"], ['say "hi" now', "x"]),
        (['1|"a" b "c', "2|x"], ['a b "c', "x"]),
    ],
)
def test_marks_quote_a_cell_only_where_they_close_it(tmp_path, sign, rows, texts):
    ending = "tsv" if sign == "\t" else "csv"
    table = "\n".join(["id|text", *rows]).replace("|", sign) + "\n"
    found = read(tmp_path, {f"t.{ending}": table})[1]
    assert list(found.values()) == texts


def test_a_cell_of_several_lines_and_commas_is_one_cell(tmp_path):
    table = 'id,text\n1,"Dear all,\nthis, is, it\n\nBye, now"\n2,Next\n'
    assert list(read(tmp_path, {"t.csv": table})[1].values()) == [
        "Dear all,\nthis, is, it\n\nBye, now",
        "Next",
    ]


def test_rows_of_other_lengths_lose_no_cell_and_are_counted(tmp_path):
    table = "id,year,text\n1,1900,plain\n2,1901,with, two, commas\n3,1902\n4\n5,1903,x,,\n"
    found, texts = read(tmp_path, {"t.csv": table})
    assert list(texts.values()) == ["plain", "with, two, commas", "x"]
    assert found.columns["year"] == ["1900", "1901", "1903"]
    counted = {n.kind: n.count for n in notes(found)}
    assert counted == {"mended": 1, "left out": 2}  # the last of each kind
    assert sorted(n.count for n in notes(found, "mended")) == [1, 2]


def test_a_comma_in_a_text_before_numbers_goes_back_to_the_text(tmp_path):
    table = "text,year\n" + "just some words here,1900\n" * 5 + "here, as well,1901\n"
    found, texts = read(tmp_path, {"t.csv": table})
    assert list(texts.values())[-1] == "here, as well" and found.columns["year"][-1] == "1901"


def test_a_comma_in_a_text_before_labels_goes_back_to_the_text(tmp_path):
    table = (
        "text,label\n"
        + "a good one,pos\na bad one,neg\n" * 4
        + "good, really,pos\nno, it, was,so,neg\n"
    )
    found, texts = read(tmp_path, {"t.csv": table})
    assert list(texts.values())[-2:] == ["good, really", "no, it, was,so"]
    assert found.columns["label"][-2:] == ["pos", "neg"]


def test_a_column_called_text_is_the_text_though_another_is_longer(tmp_path):
    table = (
        "text,url\nsome words,http://example.org/a/long/one\nmore of them,http://example.org/x\n"
    )
    assert list(read(tmp_path, {"t.csv": table})[1].values()) == ["some words", "more of them"]


def test_title_rows_of_other_lengths_stand_above_the_names(tmp_path):
    table = "Answers, all of them\nid,year,text\n1,1900,one\n2,1901,two\n"
    found, texts = read(tmp_path, {"t.csv": table})
    assert list(texts.values()) == ["one", "two"] and found.tables["t.csv"][1] == "year"
    assert [n.count for n in notes(found, "left out")] == [1]


def test_a_table_of_names_alone_says_so(tmp_path):
    with pytest.raises(ValueError, match="no rows below the names"):
        read(tmp_path, {"t.csv": "id,text\n"})


@pytest.mark.parametrize(
    "above",
    ["sep=;\n", "\n\n", "Results of 2020\n\n", "Results; of 2020\n", "\ufeff", "\ufeffsep=;\n"],
)
def test_what_stands_above_the_names_of_columns_is_no_row(tmp_path, above):
    if above == "Results; of 2020\n":
        above = "Results of 2020;\n"
    table = above + "id;text\n1;some words, here\n2;others, there\n"
    found, texts = read(tmp_path, {"t.csv": table})
    assert list(texts.values()) == ["some words, here", "others, there"]
    assert found.tables["t.csv"] == ["id", "text"]
    assert bool(notes(found, "left out")) == ("Results" in above)


# Office files under any name


@pytest.mark.parametrize("name", ["07_docx_named.txt", "text.csv", "text", "text.zip"])
def test_what_a_zip_file_holds_tells_what_it_is(tmp_path, name):
    data = (CASES / "07_docx_named.txt").read_bytes()
    alone = read(tmp_path, {name: data})[1]
    beside = read(tmp_path, {name: data, "b.txt": "More words."})[1]
    assert alone[name] == beside[name] == "The river runs" and len(beside) == 2
    if not name.endswith(".zip"):
        within = read(tmp_path, {"z.zip": packed({f"x/{name}": data, "c.txt": "Words."})})[1]
        assert within == {f"x/{name}": "The river runs", "c.txt": "Words."}


def test_a_single_file_that_is_no_plain_text_is_not_taken_for_it():
    with open(CASES / "07_docx_named.txt", "rb") as file:
        assert not is_plain_text(file, "a.txt")
    assert not is_plain_text(io.BytesIO(b"<!DOCTYPE html><p>x"), "a.txt")
    assert is_plain_text(io.BytesIO(b"Just words, 1 < 2."), "a.txt")


def test_an_unreadable_file_is_left_out_with_a_line_and_the_others_are_read(tmp_path):
    inner = {"a.txt": "One.", "b.docx": b"PK\x03\x04 cut off", "c.pdf": b"%PDF-1.4 nothing"}
    found, texts = read(tmp_path, {"z.zip": packed(inner), "d.txt": "Two.", "e.zip": b"PK\x03\x04"})
    assert texts == {"a.txt": "One.", "d.txt": "Two."}
    assert [a.name for a in found.accounts if not a.format] == ["b.docx", "c.pdf", "e.zip"]
    assert all(len(a.notes) == 1 for a in found.accounts if not a.format)


# Names


def test_names_are_matched_composed_and_without_case(tmp_path):
    found, texts = case(tmp_path, "09_nfd_names.zip")
    assert len(texts) == 2 and found.columns["year"] == ["1635", "1700"]


def test_tables_name_files_by_their_last_part_in_any_case(tmp_path):
    files = {"Old/A.TXT": "One.", "new/a.txt": "Two.", "new/B.txt": "Three."}
    table = "File;year\nC:\\texts\\old\\a.txt;1\nnew/A.txt;2\nb;3\nc.txt;4\n"
    found = read(tmp_path, {"z.zip": packed(files), "m.csv": table})[0]
    assert found.columns["year"] == ["1", "2", "3"]
    assert any(n.count == 1 and "c.txt" in n.text for n in notes(found, "left out"))


def test_letter_case_decides_between_names_that_differ_in_nothing_else(tmp_path):
    files = {"a.txt": "One.", "A.txt": "Two.", "m.csv": "file,x\nA.txt,1\na.txt,2\n"}
    assert read(tmp_path, files)[0].columns["x"] == ["2", "1"]


def test_the_same_name_twice_is_numbered(tmp_path):
    paths = [tmp_path / name for name in "abc"]
    for path in paths:
        path.write_text(f"Text {path.name}.")
    out = io.BytesIO()
    found = gather([Source("a.txt", path) for path in paths], out)
    assert found.names == ["a.txt", "a.txt (2)", "a.txt (3)"]


@pytest.mark.parametrize(
    ("names", "codec"),
    [
        (["第一章 开始.txt", "第二章 结束的时候.txt", "春天的故事.txt"], "gb18030"),
        (["はじめに.txt", "第一章 山の上.txt", "おわりに.txt"], "cp932"),
        (["Größe.txt", "Übung.txt", "Käse.txt"], "cp437"),
        (["глава первая.txt", "конец.txt"], "cp866"),
        (["médée.txt", "élan.txt"], "utf-8"),
    ],
)
def test_names_without_the_mark_for_utf8_are_guessed_together(tmp_path, names, codec):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for letter, name in zip("abcde", names, strict=False):
            archive.writestr(letter * len(name.encode(codec)), "Some words.")
    raw = data.getvalue()
    for letter, name in zip("abcde", names, strict=False):  # in both places that have the name
        encoded = name.encode(codec)
        for header, length in ((b"PK\x03\x04", 30), (b"PK\x01\x02", 46)):
            stand_in = letter.encode() * len(encoded)
            at = raw.index(stand_in, raw.index(header))
            while raw[at - length : at - length + 4] != header:
                at = raw.index(stand_in, at + 1)
            raw = raw[:at] + encoded + raw[at + len(encoded) :]
    found, texts = read(tmp_path, {"z.zip": raw})
    assert list(texts) == names
    assert bool(notes(found, "guessed")) == (codec != "utf-8")


# Web pages and other kinds


def test_readings_above_words_are_no_text(tmp_path):
    assert list(case(tmp_path, "16_ruby.html")[1].values()) == ["東京に行く。word"]


def test_tags_keys_times_and_programs_are_no_words_and_every_file_has_a_line(tmp_path):
    found, texts = case(tmp_path, "17_other_kinds.zip")
    assert {name: text.strip() for name, text in texts.items()} == {
        "a.xml": "the river runs",
        "b.srt": "Hello there",
        "c.jsonl, row 1": "café river",
        "d.rst": "River\n=====",
    }
    assert found.columns["title"][0] == "Play" and "1" in found.columns["id"]
    assert [a.name for a in found.accounts] == ["a.xml", "b.srt", "c.jsonl", "d.rst", "e.py"]
    assert found.accounts[-1].notes[0].kind == "left out"


@pytest.mark.parametrize(
    ("name", "text", "number"),
    [
        ("a.tex", "\\section{River} The \\emph{river} runs.", 2),
        ("a.latex", "The river runs.", 0),
        ("a.rst", ".. note:: The :ref:`river` runs.", 2),
        ("a.adoc", ":toc:\nimage::river.png[]\nThe river runs.", 2),
        ("a.org", "#+TITLE: River\nThe river runs.", 1),
    ],
)
def test_commands_of_markup_that_become_words_are_counted(tmp_path, name, text, number):
    found = read(tmp_path, {name: text, "b.txt": "Others."})[0]
    assert [note.count for note in notes(found, "guessed")] == [number] * bool(number)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("<!DOCTYPE html>\n<html><body><p>Some <b>words</b></p>", "Some words"),
        (
            "<?xml version='1.0'?>\n<!-- c --><html><body><p>Some words</p></body></html>",
            "Some words",
        ),
        ("<p>Some words</p>", "Some words"),
        ("<TEI xmlns='x'><text><body><p>Some words</p></body></text></TEI>", "Some words"),
        ("WEBVTT\n\nNOTE no\n\n00:01.000 --> 00:02.000\n<v Ann>Some words\n", "Some words"),
        ("1\r\n00:00:01,000 --> 00:00:04,000\r\nSome words\r\n\r\n", "Some words"),
        ('{"text": "Some words", "id": 1}\n{"text": "Some words", "id": 2}\n', "Some words"),
    ],
)
@pytest.mark.parametrize("name", ["a.txt", "a"])
def test_markup_is_told_by_content_whatever_the_name(tmp_path, name, content, words):
    assert next(iter(read(tmp_path, {name: content})[1].values())).strip() == words


# Encodings


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("cp1252", "Der Käse und das Öl sind gut."),
        ("cp1252", "« Où est-elle ? » Le café était fermé, l’élève a mangé une crêpe à côté."),
        ("iso8859-2", "Všichni lidé rodí se svobodní a sobě rovní co do důstojnosti a práv."),
        ("cp1250", "Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i śmierci."),
        ("cp1250", "Minden emberi lény szabadon születik és egyenlő méltósága és joga van."),
        ("cp1251", "Все люди рождаются свободными."),
        ("koi8-r", "Все люди рождаются"),
        ("cp866", "Все люди рождаются свободными и равными в своем достоинстве."),
        ("cp1253", "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια."),
        ("cp1254", "Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar."),
        ("shift-jis", "吾輩は猫である。"),
        ("euc-jp", "すべての人間は、生れながらにして自由であり、かつ平等である。"),
        ("gb18030", "今天天气很好。"),
        ("big5", "人人生而自由,在尊嚴和權利上一律平等。"),
        ("euc-kr", "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다."),
        ("mac-roman", "Le café était fermé, l'élève a mangé une crêpe à côté de la forêt."),
        ("utf-16-le", "Все люди рождаются свободными и равными."),
        ("utf-16-be", "Plain words without a mark."),
        ("utf-16-le", "今天天气很好。我们去公园散步吧。"),
        ("utf-16-be", "吾輩は猫である。名前はまだ無い。"),
        ("cp1252", "café"),
        ("cp1250", "Łódź to miasto"),
        ("iso8859-2", "Łódź to miasto"),
    ],
)
def test_an_older_encoding_is_suggested_and_marked_as_a_guess(tmp_path, codec, text):
    found, texts = read(tmp_path, {"a.txt": text.encode(codec)})
    assert texts["a.txt"] == text
    if not codec.startswith("utf"):
        (note,) = notes(found, "guessed")
        assert note.setting == "encoding" and text[:5] in note.text and found.unsure == ["a.txt"]
        path = tmp_path / "alone.txt"
        path.write_bytes(text.encode(codec) * 3)
        corpus = Corpus.from_file(path, min_count=1)
        assert text[:5] in corpus.warnings[0]


def test_an_encoding_chosen_by_hand_leaves_whole_utf8_files_as_they_are(tmp_path):
    files = {"a.txt": "Все люди".encode("koi8-r"), "b.txt": "Все люди"}
    texts = read(tmp_path, files, Gathering(encoding="koi8-r"))[1]
    assert list(texts.values()) == ["Все люди", "Все люди"]
