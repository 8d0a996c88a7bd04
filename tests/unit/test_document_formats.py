"""Files as people's programs write them are read whole, and what is no text of theirs stays out."""

import io
import json
import socket
import zipfile

import pytest

from tests.unit.test_cases import notes, packed, read
from w2v_core.text.documents import Gathering, table_preview


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a reader of documents reached for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def word_document(*paragraphs):
    docx = pytest.importorskip("docx")
    document = docx.Document()
    document.add_heading("Heading words")
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "left cell", "right cell"
    document.sections[0].header.paragraphs[0].text = "running head"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def open_text(*paragraphs):
    odf = pytest.importorskip("odf.opendocument")
    from odf.text import H, LineBreak, Note, NoteBody, P, S, Span

    document = odf.OpenDocumentText()
    document.text.addElement(H(outlinelevel=1, text="Heading words"))
    for words in paragraphs:
        paragraph = P(text=words)
        paragraph.addElement(S(c=3))
        paragraph.addElement(Span(text="goes on"))
        note = Note(noteclass="footnote")
        body = NoteBody()
        body.addElement(P(text="a footnote"))
        note.addElement(body)
        paragraph.addElement(note)
        paragraph.addElement(LineBreak())
        document.text.addElement(paragraph)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def book(*chapters):
    epub = pytest.importorskip("ebooklib.epub")
    made = epub.EpubBook()
    made.set_title("A Title")
    made.add_author("An Author")
    made.set_language("en")
    parts = []
    for number, words in enumerate(chapters):
        part = epub.EpubHtml(title=f"c{number}", file_name=f"text/c{number}.xhtml")
        part.content = f"<h1>Chapter</h1><p>{words}</p>"
        made.add_item(part)
        parts.append(part)
    made.toc = parts
    made.spine = ["nav", *parts]
    made.add_item(epub.EpubNcx())
    made.add_item(epub.EpubNav())
    out = io.BytesIO()
    epub.write_epub(out, made)
    return out.getvalue()


def pages(*texts):
    fpdf = pytest.importorskip("fpdf")
    document = fpdf.FPDF()
    document.set_font("helvetica", size=12)
    for text in texts:
        document.add_page()
        if text is None:  # as a scanner makes them
            document.rect(20, 20, 100, 100)
        else:
            document.multi_cell(0, 8, text)
    return bytes(document.output())


def workbook(*sheets):
    import openpyxl

    made = openpyxl.Workbook()
    made.remove(made.active)
    for number, rows in enumerate(sheets):
        sheet = made.create_sheet(f"Sheet {number + 1}")
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


HEADER = """<teiHeader><fileDesc><titleStmt><title>The Play</title><author>A. Writer</author></titleStmt>
<publicationStmt><date>2012</date></publicationStmt><sourceDesc><bibl><title>Old Play</title>
<date when="1601">about 1600</date></bibl></sourceDesc></fileDesc></teiHeader>"""
TEI = f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE TEI SYSTEM "http://example.org/tei.dtd" [<!ENTITY own "nothing">
<!ENTITY x SYSTEM "file:///etc/passwd">]>
<TEI xmlns="http://www.tei-c.org/ns/1.0">{HEADER}<text><body><div><head>Act I</head>
<sp><speaker>King</speaker>
<l>The <choice><orig>riuer</orig><reg>river</reg></choice> runs<note>a note</note></l>
<l>&mdash; and &own;&x; the ri<pb n="2" break="no"/>ver</l></sp><fw>running head</fw>
<p>An <abbr>etc</abbr> hy-<lb break="no"/>phen <choice><sic>teh</sic><corr>the</corr></choice> end</p>
</div></body></text></TEI>"""


def test_a_word_document_gives_its_paragraphs_and_tables(tmp_path):
    found, texts = read(tmp_path, {"a.docx": word_document("First one.", "Second\tone.")})
    assert texts["a.docx"].split("\n\n") == [
        "Heading words",
        "First one.",
        "Second one.",
        "left cell",
        "right cell",
    ]
    assert found.accounts[0].format == "Word document (.docx)"
    assert any("headers and footers" in n.text for n in notes(found, "left out"))


def test_what_a_word_document_hides_is_no_text(tmp_path):
    body = (
        '<w:document xmlns:w="w" xmlns:mc="mc"><w:body><w:p><w:r><w:t>Seen</w:t></w:r>'
        "<w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>"
        "<w:r><w:footnoteReference w:id='1'/><w:instrText>PAGE</w:instrText><w:t> on</w:t></w:r>"
        "<mc:AlternateContent><mc:Choice><w:r><w:t> box</w:t></w:r></mc:Choice>"
        "<mc:Fallback><w:r><w:t> box</w:t>"
        "</w:r></mc:Fallback></mc:AlternateContent></w:p></w:body></w:document>"
    )
    found, texts = read(tmp_path, {"a": packed({"word/document.xml": body})})
    assert texts["a"] == "Seen on box"
    assert sorted(n.count for n in notes(found, "left out")) == [1, 1, 1]


def test_an_opendocument_text_gives_its_paragraphs_without_notes(tmp_path):
    found, texts = read(tmp_path, {"a.odt": open_text("One.", "Two.")})
    assert [line.strip() for line in texts["a.odt"].split("\n") if line.strip()] == [
        "Heading words",
        "One. goes on",
        "Two. goes on",
    ]
    assert [n.count for n in notes(found, "left out")] == [2]


def test_a_book_gives_its_chapters_in_order_with_title_and_author(tmp_path):
    found, texts = read(tmp_path, {"b.epub": book("First words.", "Second <i>words</i>.")})
    assert texts["b.epub"].split() == ["Chapter", "First", "words.", "Chapter", "Second", "words."]
    assert found.columns["title"] == ["A Title"] and found.columns["author"] == ["An Author"]
    assert found.accounts[0].rows == 2


def test_a_pdf_gives_its_text_and_names_pages_without_any(tmp_path):
    found, texts = read(tmp_path, {"p.pdf": pages("First page.", None, None, "Last page.", None)})
    assert texts["p.pdf"].split() == ["First", "page.", "Last", "page."]
    (note,) = notes(found, "left out")
    assert note.count == 3 and "pages 2–3, 5" in note.text and found.accounts[0].rows == 2
    with pytest.raises(ValueError, match="OCR"):
        read(tmp_path, {"p.pdf": pages(None)})


def test_a_workbook_gives_the_rows_of_each_sheet(tmp_path):
    import datetime

    first = [
        ["id", "when", "text"],
        [1, datetime.date(1900, 1, 2), "some words"],
        [2.5, None, "more"],
    ]
    found, texts = read(tmp_path, {"w.xlsx": workbook(first, [["text"], ["words of the second"]])})
    assert list(texts.values()) == ["some words", "more", "words of the second"]
    assert next(iter(texts)) == "w.xlsx, Sheet 1, row 1"
    assert found.columns["when"] == ["1900-01-02", "", ""] and found.columns["id"][:2] == [
        "1",
        "2.5",
    ]
    assert found.accounts[0].rows == 3


def test_a_workbook_with_shared_strings_is_read(tmp_path):
    whole = io.BytesIO(workbook([["id", "text"], [1, "here"], [2, "there"]]))
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = (
        f'<worksheet xmlns="{main}"><dimension ref="A1"/><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c>'
        '</row><row r="3"><c r="A3" t="s"><v>1</v></c></row></sheetData></worksheet>'
    )
    rich = "<si><r><t>rich </t></r><r><t>words</t></r></si>"
    strings = f'<sst xmlns="{main}"><si><t>text</t></si>{rich}</sst>'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    with zipfile.ZipFile(whole) as old:
        parts = {name: old.read(name).decode() for name in old.namelist()}
    parts["xl/worksheets/sheet1.xml"], parts["xl/sharedStrings.xml"] = sheet, strings
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        "</Types>", f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    )
    assert list(read(tmp_path, {"w.xlsx": packed(parts)})[1].values()) == ["rich words"]


def test_a_workbook_called_csv_is_a_workbook_and_can_describe_files(tmp_path):
    table = workbook([["file", "year"], ["a.txt", 1900], ["b.txt", 1901]])
    found, texts = read(tmp_path, {"a.txt": "One.", "b.txt": "Two.", "m.csv": table})
    assert list(texts) == ["a.txt", "b.txt"] and found.columns["year"] == ["1900", "1901"]


def test_tei_gives_the_text_alone_and_its_header_as_metadata(tmp_path):
    found, texts = read(tmp_path, {"t.xml": TEI})
    lines = [line for line in texts["t.xml"].split("\n") if line]
    assert lines == ["Act I", "King", "The river runs", "— and the river", "An etc hy-phen the end"]
    columns = {name: values[0] for name, values in found.columns.items()}
    assert columns["title"] == "The Play" and columns["author"] == "A. Writer"
    assert columns["date"] == "1601"
    assert [n.text for n in notes(found, "left out")] == [
        "Left out: 1 note, 1 page break, 1 running head.",
        "Left out: 2 entities of the document's own.",
    ]


def test_the_spelling_of_the_source_can_be_chosen(tmp_path):
    found, texts = read(tmp_path, {"t.xml": TEI}, Gathering(spelling="original"))
    assert "The riuer runs" in texts["t.xml"] and "teh end" in texts["t.xml"]
    assert [n.count for n in notes(found, "read") if n.setting == "spelling"] == [2]
    with pytest.raises(ValueError, match="spelling="):
        Gathering(spelling="mine")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1"])
def test_xml_is_read_in_the_encoding_it_declares(tmp_path, encoding):
    declared = encoding.removesuffix("-sig")
    xml = f'<?xml version="1.0" encoding="{declared}"?><TEI><text><p>Käse</p></text></TEI>'
    assert read(tmp_path, {"t.xml": xml.encode(encoding)})[1]["t.xml"] == "Käse"


def test_words_of_their_own_elements_do_not_run_together(tmp_path):
    xml = "<TEI><text><p><w>the</w><w>river</w><pc>,</pc><w>runs</w> <w>on</w></p></text></TEI>"
    assert read(tmp_path, {"t.xml": xml})[1]["t.xml"] == "the river, runs on"


def test_other_xml_gives_all_its_text_and_says_so(tmp_path):
    xml = "<?xml version='1.0'?><corpus><s id='1'>One <b>two</b></s><s>Three</s></corpus>"
    found, texts = read(tmp_path, {"c.xml": xml})
    assert texts["c.xml"].split() == ["One", "two", "Three"] and notes(found, "guessed")
    found = read(tmp_path, {"c.xml": xml.replace("</corpus>", "<s>cut"), "b.txt": "x"})[0]
    assert "not well formed" in notes(found, "mended")[0].text


SUBTITLES = (
    "\ufeff1\r\n00:00:01,000 --> 00:00:04,000 X1:40\r\n"
    "<i>Hello</i> {\\an8}there &amp; here\r\n- 1984\r\n\r\n"
    "2\r\n00:00:05,000 --> 00:00:06,000\r\nAgain\r\n"
)
WEB_SUBTITLES = (
    "WEBVTT - a film\nKind: captions\n\nSTYLE\n::cue { color: red }\n\n"
    "NOTE remark\nof two lines\n\nname of cue\n"
    "00:01.000 --> 00:02.000 align:start\n<v Ann>Hello <00:01.500><c.x>there</c>\n\n"
    "00:03.000 --> 00:04.000\nAgain\n"
)


def test_subtitles_give_what_is_said(tmp_path):
    found, texts = read(tmp_path, {"a.srt": SUBTITLES, "b.vtt": WEB_SUBTITLES})
    assert texts["a.srt"].split() == ["Hello", "there", "&", "here", "-", "1984", "Again"]
    assert texts["b.vtt"].split() == ["Hello", "there", "Again"]
    assert [account.rows for account in found.accounts] == [2, 2]


def test_json_objects_are_rows_and_what_is_none_is_counted(tmp_path):
    lines = [
        {"id": 1, "text": "the first words", "user": {"name": "a", "tags": ["x", "y"]}, "n": None},
        {"id": 2, "text": "the second", "extra": True},
    ]
    data = "\n".join(map(json.dumps, lines)) + "\nnot json\n[1]\n"
    found, texts = read(tmp_path, {"a.jsonl": data})
    assert list(texts.values()) == ["the first words", "the second"]
    assert found.columns["user.name"] == ["a", ""] and found.columns["extra"] == ["", "true"]
    assert [n.count for n in notes(found, "left out")] == [2]
    for whole in (json.dumps(lines), json.dumps({"data": lines}, indent=1)):
        assert list(read(tmp_path, {"a.json": whole})[1].values()) == list(texts.values())
    source = read(tmp_path, {"a.json": json.dumps(lines)})
    assert source[0].tables["a.json"][:2] == ["id", "text"]


def test_a_zip_of_files_from_the_usual_programs_is_read_whole(tmp_path):
    files = {
        "letters/a.docx": word_document("Words of the letter."),
        "books/b.epub": book("Words of the book."),
        "papers/c.pdf": pages("Words of the paper."),
        "plays/d.xml": TEI,
        "notes/e.odt": open_text("Words of the note."),
    }
    found, texts = read(tmp_path, {"all.zip": packed(files)})
    assert list(texts) == list(files)
    assert all("Words" in text or "river" in text for text in texts.values())
    assert found.columns["title"][1:4:2] == ["A Title", "The Play"]
    assert [a.format.split()[0] for a in found.accounts] == [
        "Word",
        "Book",
        "PDF",
        "TEI",
        "OpenDocument",
    ]


def test_a_preview_shows_the_rows_of_each_table(tmp_path):
    from w2v_core.text.documents import Source

    path = tmp_path / "w.xlsx"
    path.write_bytes(workbook([["id", "text"], [1, "words here"]]))
    assert table_preview(Source("w.xlsx", path)) == {
        "w.xlsx": (["id", "text"], [["1", "words here"]])
    }


def test_a_protected_book_and_a_locked_pdf_say_so(tmp_path):
    whole = io.BytesIO(book("Some words."))
    with zipfile.ZipFile(whole, "a") as archive:
        archive.writestr(
            "META-INF/encryption.xml",
            "<encryption><CipherReference URI='EPUB/text/c0.xhtml'/></encryption>",
        )
    with pytest.raises(ValueError, match="DRM"):
        read(tmp_path, {"b.epub": whole.getvalue()})
    fpdf = pytest.importorskip("fpdf")
    document = fpdf.FPDF()
    document.set_encryption("owner", "secret")
    document.add_page()
    with pytest.raises(ValueError, match=r"locked|encrypted"):
        read(tmp_path, {"p.pdf": bytes(document.output())})


def test_a_damaged_document_in_an_archive_is_called_damaged_and_an_archive_an_archive(tmp_path):
    inner = packed({"deep.txt": "never read"})
    files = {"one.txt": "A text of words.", "broken.docx": b"PK\x03\x04 broken", "x.bin": inner}
    found, texts = read(tmp_path, {"more.zip": packed(files)})
    said = {account.name: " ".join(n.text for n in account.notes) for account in found.accounts}
    assert list(texts) == ["one.txt"]
    assert "broken.docx is damaged or was cut off" in said["broken.docx"]
    assert "x.bin is itself an archive" in said["x.bin"]
