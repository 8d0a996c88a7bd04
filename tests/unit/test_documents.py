"""Many files → one text with its documents."""

import gzip
import io
import zipfile

import pytest

from w2v_core.text.documents import Documents, Gathering, Source, copy_part, gather, table_preview


@pytest.fixture
def files(tmp_path):
    def make(**contents):
        sources = []
        for name, data in contents.items():
            name = name.replace("__", "/").replace("_dot_", ".")
            path = tmp_path / f"{len(list(tmp_path.iterdir())):03d}"
            path.write_bytes(data.encode() if isinstance(data, str) else data)
            sources.append(Source(name, path))
        return sources

    return make


def read(sources, settings=None, **options):
    out = io.BytesIO()
    found = gather(sources, out, settings, **options)
    text = out.getvalue()
    parts = [text[a:b].decode() for a, b in zip(found.starts, found.ends, strict=True)]
    return found, dict(zip(found.names, parts, strict=True))


def packed(**contents):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return data.getvalue()


def test_each_kind_of_file_is_reduced_to_its_text(files):
    html = "<head><title>t</title></head><p>One &amp; <b>two</b></p><script>x()</script><p>Three"
    md = "---\na: 1\n---\n# Title\nSome **bold** [link](http://x.y), `code`.\n\n```\nno\n```\n* item\n"
    found, texts = read(
        files(
            a_dot_txt="Plain text.",
            b_dot_txt_dot_gz=gzip.compress(b"Packed text."),
            c_dot_html=html,
            d_dot_md=md,
            e_dot_csv='year,words\n1900,"A text, with a comma"\n1910,Another\n',
        )
    )
    assert texts["a.txt"] == "Plain text." and texts["b.txt.gz"] == "Packed text."
    assert texts["c.html"].split() == ["One", "&", "two", "Three"]
    assert texts["d.md"].split() == ["Title", "Some", "bold", "link,", "code.", "item"]
    assert texts["e.csv, row 1"] == "A text, with a comma" and texts["e.csv, row 2"] == "Another"
    assert found.columns["year"] == ["", "", "", "", "1900", "1910"]


def test_an_archive_gives_its_files_with_their_folders(files):
    data = packed(old__a_dot_txt="One.", new__b_dot_txt="Two.", p_dot_png=b"\x89PNG")
    found, texts = read(files(z_dot_zip=data))
    assert texts == {"old/a.txt": "One.", "new/b.txt": "Two."}
    assert found.columns["folder"] == ["old", "new"]
    assert any("p.png contains a PNG picture" in note for note in found.notes)


@pytest.mark.parametrize("name", ["../up.txt", "/etc/passwd", "C:\\x.txt", "a/../../b.txt"])
def test_an_archive_that_points_outside_is_refused(files, name):
    with pytest.raises(ValueError, match="points outside its folder"):
        read(files(z_dot_zip=packed(**{name: "words"})))


@pytest.mark.parametrize("name", ["inner.zip", "x/inner.tar", "a.txt.gz", "b.7z"])
def test_archives_within_archives_are_refused(files, name):
    with pytest.raises(ValueError, match="another archive"):
        read(files(z_dot_zip=packed(**{name: "words"})))


def test_sizes_are_checked_before_anything_is_unpacked(files, monkeypatch):
    data = packed(a_dot_txt=b"word " * 1_000_000)
    assert len(data) < 10_000
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("it was unpacked"))
    with pytest.raises(ValueError, match=r"takes 5 MB when unpacked, more than the 1 MB"):
        read(files(z_dot_zip=data), max_bytes=1_000_000)


def test_a_locked_and_a_cut_off_archive_get_a_sentence(files):
    data = bytearray(packed(a_dot_txt="words here"))
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(ValueError, match="password"):
        read(files(z_dot_zip=bytes(data)))
    with pytest.raises(ValueError, match="damaged or was cut off"):
        read(files(y_dot_zip=packed(a_dot_txt="words " * 100)[:-30]))


def test_too_much_text_is_refused_and_no_text_is_said(files):
    with pytest.raises(ValueError, match="more than 0.001 MB"):
        read(files(a_dot_txt="word " * 300), max_bytes=1_000)
    with pytest.raises(ValueError, match="None of these files contains text"):
        read(files(a_dot_txt=b"%PDF-1.4"))


def test_the_encoding_is_found_for_each_file_and_can_be_chosen_by_hand(files):
    both = dict(a_dot_txt="Käse für alle".encode("cp1252"), b_dot_txt="Öl für alle")
    found, texts = read(files(**both))
    assert list(texts.values()) == ["Käse für alle", "Öl für alle"] and found.unsure == ["a.txt"]
    russian = files(c_dot_txt="Все люди рождаются".encode("koi8-r"))
    found, texts = read(russian)
    assert texts["c.txt"] == "Все люди рождаются" and found.unsure == ["c.txt"]
    assert read(russian, Gathering(encoding="koi8-r"))[1]["c.txt"] == "Все люди рождаются"
    with pytest.raises(ValueError, match="encoding='nonsense'"):
        Gathering(encoding="nonsense")


def test_the_columns_of_a_table_can_be_chosen(files):
    table = "title;body;note\nFirst;short;a very long note about it\nSecond;more;and another note\n"
    sources = files(t_dot_csv=table)
    assert table_preview(sources[0])["t.csv"][0] == ["title", "body", "note"]
    assert next(iter(read(sources)[1].values())).startswith("a very long note")
    found, texts = read(sources, Gathering(text_column="body", metadata_columns=("title",)))
    assert list(texts.values()) == ["short", "more"]
    assert found.columns["title"] == ["First", "Second"] and "note" not in found.columns
    with pytest.raises(ValueError, match="no column 'nothing'"):
        read(sources, Gathering(text_column="nothing"))


def test_a_table_that_names_the_files_describes_them(files):
    sources = files(
        a_dot_txt="One.", b_dot_txt="Two.", m_dot_csv="name,period\na.txt,old\nb,new\nc,none\n"
    )
    found, texts = read(sources)
    assert list(texts) == ["a.txt", "b.txt"] and found.columns["period"] == ["old", "new"]
    assert found.rows({"period": ["new"]}) == [1] and found.rows({}, ["b.txt"]) == [0]
    found, texts = read(sources, Gathering(tables="texts"))
    assert len(texts) == 5 and "m.csv, row 1" in texts


def test_a_part_of_the_documents_stands_in_a_text_of_its_own(files):
    out, part = io.BytesIO(), io.BytesIO()
    found = gather(files(a_dot_txt="One.", b_dot_txt="Two.", c_dot_txt="Three."), out)
    kept = copy_part(out, found.part([0, 2]), part)
    texts = [part.getvalue()[a:b] for a, b in zip(kept.starts, kept.ends, strict=True)]
    assert texts == [b"One.", b"Three."] and kept.names == ["a.txt", "c.txt"]
    assert Documents.from_json(kept.as_json()) == kept


def test_a_damaged_list_of_documents_gets_a_sentence():
    whole = Documents(["a"], [0], [5], {"file": ["a"]}).as_json()
    for damage in ({"starts": [9]}, {"names": None}, {"columns": {"file": []}}, {"ends": ["x"]}):
        with pytest.raises(ValueError, match="damaged"):
            Documents.from_json({**whole, **damage})


def test_reading_tells_how_far_it_is_and_can_be_stopped(files):
    shares = []
    read(files(a_dot_txt="One.", b_dot_txt="Two."), callback=shares.append)
    assert shares == sorted(shares) and shares[-1] == 1
    with pytest.raises(InterruptedError):
        read(files(c_dot_txt="One."), callback=lambda share: True)
