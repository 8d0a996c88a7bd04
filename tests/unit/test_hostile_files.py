"""The readers of archives and tables meet anything: a text with its documents, or one sentence."""

import io
import re
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from w2v_core.text.documents import Documents, Gathering, Source, gather

QUICK = settings(
    max_examples=25,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
LONG = settings(QUICK, max_examples=500)
MOST = 100_000

names = st.one_of(
    st.sampled_from(["a.txt", "x/b.html", "c.csv", "../d", "/e", "f.zip", "g.md", ".h", "\\i", ""]),
    st.text(max_size=30),
)
contents = st.one_of(
    st.binary(max_size=300),
    st.text(max_size=300).map(lambda t: t.encode("utf-8", "surrogatepass")),
    st.sampled_from([b"<p>words</p>" * 9, b'a,b\n1,"two\n', b"word " * 50_000, b"\xff\xfe\x00"]),
)
changes = st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), max_size=20)


@st.composite
def archives(draw):
    """A zip file of strange files, then changed here and there, cut off, or joined with something."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", draw(st.sampled_from([0, 8, 12, 14]))) as archive:
        for name, content in draw(st.lists(st.tuples(names, contents), max_size=6)):
            try:
                archive.writestr(name, content)
            except (ValueError, UnicodeEncodeError, IndexError):  # it cannot be written
                continue
    whole = bytearray(data.getvalue())
    for place, byte in draw(changes):
        whole[place % len(whole)] = byte
    whole = bytes(whole[: draw(st.integers(0, len(whole)))] if draw(st.booleans()) else whole)
    return draw(st.sampled_from([b"", b"", b"junk"])) + whole


@st.composite
def tables(draw):
    """Rows of strange cells, well or badly quoted, in any encoding; or no table at all."""
    cell = st.one_of(
        st.text(max_size=20), st.sampled_from(['"', "\0", "\r", "a;b", "=1+1", "\u2028"])
    )
    rows = draw(st.lists(st.lists(cell, max_size=6), max_size=8))
    sign = draw(st.sampled_from([",", ";", "\t", "|"]))
    text = draw(st.sampled_from(["\n", "\r\n", "\r"])).join(sign.join(row) for row in rows)
    data = text.encode(draw(st.sampled_from(["utf-8", "utf-16", "utf-8-sig"])), "surrogatepass")
    return draw(st.one_of(st.just(data), st.binary(max_size=200).map(lambda more: data + more)))


def survives(data: bytes, name: str, how: Gathering | None = None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(data)
        before = set(Path(folder).iterdir())
        out = io.BytesIO()
        try:
            found = gather([Source(name, path)], out, how, max_bytes=MOST)
        except ValueError as error:
            sentence = str(error)
            assert sentence.endswith((".", "�")) and "\n" not in sentence, sentence
            return
        finally:
            assert set(Path(folder).iterdir()) == before
    text = out.getvalue()
    assert len(text) <= MOST
    text.decode("utf-8")
    assert found.ends[-1] <= len(text) and Documents.from_json(found.as_json()) == found
    for values in (found.names, *found.columns.values()):
        assert len(values) == len(found)
        assert not any(c < " " for v in values for c in v)


@st.composite
def tables_of_words(draw):
    """A table of words, each of which occurs once, with delimiters and quotation marks anywhere."""
    sign = draw(st.sampled_from([",", ";", "\t"]))
    number = iter(range(10_000))
    piece = st.sampled_from(
        ["w", "w", "w", " ", '"', '""', sign, f"{sign} ", f'"{sign}', f'{sign}"']
    )
    lines = draw(st.lists(st.lists(piece, min_size=1, max_size=12), min_size=1, max_size=12))
    rows = ["".join(f"w{next(number)}" if p == "w" else p for p in line) for line in lines]
    head = draw(st.sampled_from(["", "text\n", f"id{sign}text\n", f"text{sign}year{sign}note\n"]))
    return head + draw(st.sampled_from(["\n", "\r\n"])).join(rows)


def keeps_every_word(table: str, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(table.encode())
        out = io.BytesIO()
        try:
            found = gather([Source(name, path)], out)
        except ValueError as error:
            assert re.search(r"Left out: |has no rows|is empty", str(error)), error
            return
    kept = [out.getvalue().decode(), *(v for values in found.columns.values() for v in values)]
    kept += [column for columns in found.tables.values() for column in columns]
    words = set(re.findall(r"w\d+", " ".join(kept)))
    left_out = {n.kind: n.count for a in found.accounts for n in a.notes}.get("left out", 0)
    if not left_out:
        assert words == set(re.findall(r"w\d+", table))


@QUICK
@given(tables_of_words(), st.sampled_from(["t.csv", "t.tsv"]))
def test_no_word_of_a_table_is_lost(table, name):
    keeps_every_word(table, name)


@pytest.mark.slow
@LONG
@given(tables_of_words(), st.sampled_from(["t.csv", "t.tsv"]))
def test_no_word_of_five_hundred_tables_is_lost(table, name):
    keeps_every_word(table, name)


@QUICK
@given(archives())
def test_any_archive_is_read_or_refused(data):
    survives(data, "upload.zip")


@QUICK
@given(
    tables(),
    st.sampled_from(["t.csv", "t.tsv"]),
    st.sampled_from([None, "utf-16-le", "gb18030", "cp1252"]),
)
def test_any_table_is_read_or_refused(data, name, encoding):
    survives(data, name, Gathering(encoding=encoding))


@pytest.mark.slow
@LONG
@given(archives())
def test_five_hundred_archives_are_read_or_refused(data):
    survives(data, "upload.zip")


@pytest.mark.slow
@LONG
@given(
    tables(),
    st.sampled_from(["t.csv", "t.tsv"]),
    st.sampled_from([None, "utf-16-le", "gb18030", "cp1252"]),
)
def test_five_hundred_tables_are_read_or_refused(data, name, encoding):
    survives(data, name, Gathering(encoding=encoding))
