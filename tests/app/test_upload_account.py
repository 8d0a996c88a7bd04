"""The account of an upload, as the page shows it."""

import io
import zipfile

import pytest

from tests.app.test_pages import TEXT, app, own_home, train_here, well  # noqa: F401
from tests.operators_library import library
from w2v_core.storage.home import home
from w2v_core.work.methods_record import methods_record

RUSSIAN = "Все люди рождаются свободными и равными в своем достоинстве и правах. "


def zipped(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def uploaded(name, data):
    at = app(source="Upload")
    return well(at.file_uploader[0].set_value((name, data, "application/zip")).run())


def captions(at):
    return " ".join(e.value for e in at.caption).replace("\\", "")


def account(at):
    return next((t.value for t in at.dataframe if "account" in t.value.columns), None)


def test_files_that_were_simply_read_make_one_line():
    at = uploaded("a.zip", zipped({"a.txt": TEXT, "b.html": f"<p>{TEXT}</p>"}))
    assert "All 2 files were read completely: Plain text, Web page (.html)." in captions(at)
    assert account(at) is None


def test_each_file_that_needs_a_look_has_lines_and_the_rest_is_trained_on():
    table = 'id,text\n1,"never closed\n2,next\n3,\n'
    files = {"a.txt": TEXT, "b.py": "import os", "<b>c</b>.csv": table}
    at = uploaded("a.zip", zipped(files))
    assert (
        "2 of 3 files were read: something was mended in 1, something was left out in 1."
        in captions(at)
    )
    shown = account(at)
    assert list(shown["file"]) == ["b.py", "<b>c</b>.csv", "", "a.txt"]
    assert list(shown["read as"]) == ["left out", "Table (.csv)", "", "Plain text"]
    assert list(shown["rows"]) == ["", "2", "", ""]
    assert list(shown["words"]) == ["", "3", "", f"{len(TEXT.split()):,}"]
    assert "program text" in shown["account"][0] and "quotation mark" in shown["account"][2]
    train_here(at)
    (entry,) = library.models()
    kept = {one["name"]: one for one in methods_record(library, entry.id)["text"]["account"]}
    assert kept["b.py"]["notes"][0]["kind"] == "left out" and kept["a.txt"]["words"] > 400


@pytest.mark.parametrize("name", ["a.txt", "a.zip"])
def test_an_encoding_that_was_guessed_is_confirmed_or_changed_where_it_is_said(name):
    data = (RUSSIAN * 30).encode("koi8-r")
    at = uploaded(name, zipped({"a.txt": data}) if name == "a.zip" else data)
    field = at.selectbox(key="_suggested_encoding")
    assert field.options[0].startswith("KOI8-R") and "suggested" in field.options[0]
    assert any("Все люди" in e.value for e in at.text)
    at = well(field.set_value("cp1251").run())
    assert not any("Все люди" in e.value for e in at.text)
    at = well(at.selectbox(key="_encoding").set_value("koi8-r").run())
    assert any("Все люди" in e.value for e in at.text)
    assert not [s for s in at.selectbox if s.key == "_suggested_encoding"]


def test_the_first_row_is_a_text_or_names_as_a_person_says():
    rows = "river,water\n" + "hill,some stones here\nwood,trees and leaves\n" * 20
    at = uploaded("t.csv", rows.encode())
    assert "The first row holds" in captions(at)
    assert "40 documents" in next(e.label for e in at.expander if "Documents" in e.label)
    at = well(at.selectbox(key="_first_row").set_value("text").run())
    assert "41 documents" in next(e.label for e in at.expander if "Documents" in e.label)


def test_either_spelling_of_tei_can_be_read():
    choice = "<choice><orig>riuer</orig><reg>river</reg></choice>"
    line = f"<l>The {choice} runs by the town and the {choice} is wide</l>"
    data = f"<TEI><text>{line * 30}</text></TEI>".encode()
    at = uploaded("play.txt", data)
    assert "Web page" not in captions(at) and "TEI (.xml)" in captions(at)
    at = well(at.segmented_control(key="_spelling").set_value("original").run())
    read = [file.read_text() for file in (home() / "texts").glob("*/*.txt")]
    assert sorted("riuer" in text for text in read) == [False, True]
