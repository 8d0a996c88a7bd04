"""Hostile and broken documents are read or refused with a sentence, within bounds, and fetch nothing."""

import io
import os
import socket
import tempfile
import tracemalloc
import zipfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.test_cases import packed, read
from tests.unit.test_document_formats import TEI, book, pages, word_document, workbook
from w2v_core.text.documents import Documents, Source, gather

QUICK = settings(
    max_examples=25,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
LONG = settings(QUICK, max_examples=500)
MOST = 1_000_000  # bytes of text


@pytest.fixture(autouse=True)
def nothing_leaves(monkeypatch, tmp_path):
    """No connection is made, no name looked up, and nothing is written but nameless temporary files."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a reader of documents reached for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    monkeypatch.chdir(tmp_path)
    yield
    assert os.listdir(tmp_path / "temporary") == []


@contextmanager
def memory_below(most: float):
    """What the block allocates stays below so many bytes."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < most
    finally:
        tracemalloc.stop()


def survives(data: bytes, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(data)
        out = io.BytesIO()
        try:
            found = gather([Source(name, path)], out, max_bytes=MOST)
        except ValueError as error:
            sentence = str(error)
            assert sentence.endswith((".", "�")) and "\n" not in sentence, sentence
            return
        finally:
            assert os.listdir(folder) == ["file"]
    out.getvalue().decode("utf-8")
    assert Documents.from_json(found.as_json()) == found


changes = st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), max_size=12)
pieces = st.sampled_from(
    [
        "<!DOCTYPE a [<!ENTITY b 'c'>]>",
        "<!ENTITY b SYSTEM 'http://example.org/'>",
        "&b;",
        "&#0;",
        "&#xD800;",
        "<a>" * 40,
        "</a>",
        "</text>",
        "</w:p>",
        "<![CDATA[",
        "]]>",
        "<!--",
        "<?x",
        "\ufffe",
        "<xi:include href='http://example.org/x'/>",
        "<row r='99999999'/>",
        "<c r='XFD1048576'><v>1</v></c>",
        "",
    ]
)
insertions = st.lists(st.tuples(st.integers(0, 1 << 16), pieces), max_size=6)


def altered(data: bytes, places: list[tuple[int, int]], cut: int | None) -> bytes:
    whole = bytearray(data)
    for place, byte in places:
        whole[place % len(whole)] = byte
    return bytes(whole if cut is None else whole[: cut % len(whole)])


def with_insertions(text: str, places: list[tuple[int, str]]) -> str:
    for place, piece in places:
        at = place % (len(text) + 1)
        text = text[:at] + piece + text[at:]
    return text


@st.composite
def damaged(draw, whole):
    """A packed file whose bytes, or the text of one of whose parts, were changed."""
    if draw(st.booleans()):
        return altered(whole, draw(changes), draw(st.none() | st.integers(1, 1 << 20)))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(out, "w") as new:
        names = old.namelist()
        changed = draw(st.sampled_from(names))
        left_out = draw(st.sampled_from([*names, *[None] * len(names)]))
        for name in names:
            data = old.read(name)
            if name == changed:
                text = with_insertions(data.decode("utf-8", "replace"), draw(insertions))
                data = text.encode("utf-8", "replace")
            if name != left_out:
                new.writestr(name, data)
    return out.getvalue()


WORD = word_document("Some words.", "More of them.")
BOOK = book("Some words.", "More of them.")
WORKBOOK = workbook([["id", "text"], [1, "some words"], [2, "more of them"]])
PDF = pages("Some words.", None, "More of them.")
PACKED = {"a.docx": WORD, "b.epub": BOOK, "c.xlsx": WORKBOOK}


@pytest.mark.parametrize("name", PACKED)
def test_any_damaged_office_file_is_read_or_refused(name):
    QUICK(given(damaged(PACKED[name]))(lambda data: survives(data, name)))()


@pytest.mark.slow
@pytest.mark.parametrize("name", PACKED)
def test_five_hundred_damaged_office_files_are_read_or_refused(name):
    LONG(given(damaged(PACKED[name]))(lambda data: survives(data, name)))()


def broken_pdfs():
    return st.builds(altered, st.just(PDF), changes, st.none() | st.integers(1, 1 << 20))


@QUICK
@given(broken_pdfs())
def test_any_damaged_pdf_is_read_or_refused(data):
    survives(data, "p.pdf")


@pytest.mark.slow
@LONG
@given(broken_pdfs())
def test_five_hundred_damaged_pdfs_are_read_or_refused(data):
    survives(data, "p.pdf")


def broken_xml():
    return st.builds(with_insertions, st.just(TEI), insertions).map(
        lambda text: text.encode("utf-8", "replace")
    )


@QUICK
@given(broken_xml())
def test_any_damaged_xml_is_read_or_refused(data):
    survives(data, "t.xml")


@pytest.mark.slow
@LONG
@given(broken_xml())
def test_five_hundred_damaged_xml_files_are_read_or_refused(data):
    survives(data, "t.xml")


# Bombs

LAUGHS = (
    "<?xml version='1.0'?><!DOCTYPE TEI [<!ENTITY a0 'ha'>"
    + "".join(f"<!ENTITY a{i + 1} '{f'&a{i};' * 10}'>" for i in range(12))
    + "]><TEI><text><p>Some words &a12;</p></text></TEI>"
)
QUADRATIC = (
    f"<!DOCTYPE TEI [<!ENTITY a '{'x' * 50_000}'>]>"
    f"<TEI><text><p>Some words {'&a;' * 50_000}</p></text></TEI>"
)
OUTSIDE = (
    "<?xml version='1.0'?><!DOCTYPE TEI SYSTEM 'http://example.org/x.dtd' [<!ENTITY % p SYSTEM "
    "'http://example.org/p'> %p; <!ENTITY f SYSTEM 'file:///etc/passwd'>]><TEI xmlns:xi="
    "'http://www.w3.org/2001/XInclude'><text><p>Some words &f;<xi:include href='file:///etc/passwd' "
    "parse='text'/></p></text></TEI>"
)


@pytest.mark.parametrize(
    "xml", [LAUGHS, QUADRATIC, OUTSIDE], ids=["laughs", "quadratic", "outside"]
)
def test_entities_of_a_document_give_no_text(tmp_path, xml):
    assert read(tmp_path, {"t.xml": xml})[1]["t.xml"] == "Some words"
    attribute = xml.replace("<p>", "<p n='&a12;&a;&f;'>")
    assert read(tmp_path, {"t.xml": attribute})[1]["t.xml"] == "Some words"


@pytest.mark.parametrize(
    "part", ["word/document.xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_of_an_office_file_expand_to_nothing(tmp_path, part, encoding):
    source = WORD if part.startswith("word") else WORKBOOK
    bomb = LAUGHS.replace("<TEI>", "<w:document><w:body><w:p><w:r><w:t>&a12;</w:t></w:r></w:p>")
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, bomb.encode(encoding) if name == part else old.read(name))
    with memory_below(50e6), pytest.raises(ValueError, match=r"contains no text|declares entities"):
        read(tmp_path, {"a": out.getvalue()})


@pytest.mark.parametrize(
    ("part", "more"),
    [
        ("word/document.xml", {}),
        ("content.xml", {"mimetype": "application/vnd.oasis.opendocument.text"}),
        ("xl/sharedStrings.xml", {"xl/workbook.xml": "<workbook/>"}),
    ],
)
def test_parts_that_unpack_to_more_than_is_read_are_refused_unread(tmp_path, part, more):
    bomb = packed({**more, part: b"<a>" + b" " * 70_000_000})
    assert len(bomb) < 200_000
    with memory_below(20e6), pytest.raises(ValueError, match="unpacks to more than"):
        read(tmp_path, {"a.bin": bomb})


@pytest.mark.parametrize("before", ["", "<?xml version='1.0'?>"])
def test_a_thousand_remarks_before_the_first_element_hold_nothing_up(tmp_path, before):
    remarks = before + "<!-- a -->" * 1_000
    assert read(tmp_path, {"t.xml": f"{remarks}<a>Some words</a>"})[1]["t.xml"] == "Some words"


def test_many_bombs_together_are_bounded_too(tmp_path, monkeypatch):
    from w2v_core.text.formats import format as module

    monkeypatch.setattr(module.Allowance.__init__, "__defaults__", (2_500_000,))
    bomb = packed({"word/document.xml": "<a>" + " " * 1_000_000})
    files = {f"{i}.docx": bomb for i in range(5)} | {"a.txt": "Some words."}
    found, texts = read(tmp_path, {"z.zip": packed(files)})
    assert list(texts) == ["a.txt"]
    said = [note.text for account in found.accounts for note in account.notes]
    assert sum("unpack to more than" in text for text in said) == 3


def test_a_workbook_wider_than_a_table_may_be_is_refused(tmp_path):
    with pytest.raises(ValueError, match="more than 1,000 columns"):
        read(tmp_path, {"w.xlsx": workbook([["text"], ["words", *[None] * 1_200, "last"]])})


def test_elements_nested_without_end_are_refused(tmp_path):
    deep = "<TEI><text>" + "<div>" * 100_000 + "words"
    with pytest.raises(ValueError, match="nested more than 1,000 deep"):
        read(tmp_path, {"t.xml": deep})
    with pytest.raises(ValueError, match=r"not JSON|no JSON"):
        read(tmp_path, {"a.json": "[" * 100_000})


def test_a_workbook_of_endless_rows_and_columns_is_bounded(tmp_path, monkeypatch):
    from w2v_core.text.formats import workbook as module

    monkeypatch.setattr(module, "MOST_CELLS", 1_000)
    with pytest.raises(ValueError, match="more than 1,000 cells"):
        read(tmp_path, {"w.xlsx": workbook([["text"], *[["words"] * 10] * 200])})


def test_a_book_that_lists_itself_again_and_again_is_read_once(tmp_path):
    listed = "<itemref idref='a'/>" * 50_000
    data = packed(
        {
            "META-INF/container.xml": "<container><rootfile full-path='o.opf'/></container>",
            "o.opf": f"<package><item id='a' href='a.xhtml'/><spine>{listed}</spine></package>",
            "a.xhtml": "<p>Some words</p>",
        }
    )
    assert read(tmp_path, {"b.epub": data})[1]["b.epub"].strip() == "Some words"


def test_a_pdf_whose_pages_refer_to_themselves_is_refused(tmp_path):
    loop = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 9999999>>endobj\n"
        b"trailer<</Root 1 0 R/Size 3>>\n%%EOF"
    )
    with pytest.raises(ValueError, match="None of these files contains text"):
        read(tmp_path, {"p.pdf": loop})
