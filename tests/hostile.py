"""Inputs that mean harm, made by hypothesis, and what must hold of each: texts, vectors of every
format, bundles, addresses of pages. ``tests/unit/test_hostile.py`` and ``tests/benchmarks/soak.py``
run them."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import struct
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from tests.conftest import ROOT
from tests.operators_library import library
from w2v_core import Corpus, SkipGram, load_model, save_model
from w2v_core.exchange import model_import
from w2v_core.exchange.bundles import write_bundle
from w2v_core.work import methods_record

TEXT = "Berlin is a city in Germany. Paris is a city in France. The König is <b>old</b>. " * 20
SLOWEST = 60.0  # seconds: an input that takes longer makes the app hang
MOST_MEMORY = 500_000_000  # bytes that a small input may make us take


# What the inputs are made of

_odd = st.sampled_from(
    [
        *(
            "",
            " ",
            "\0",
            "\r",
            "\n",
            "\r\n",
            "\t",
            "\ufeff",
            "\u2028",
            "\u200d",
            "\ud800",
            "\x7f",
            "\x85",
        ),
        *(
            "../../etc/passwd",
            "..\\..\\x",
            "/",
            "~",
            "C:\\x",
            "%00",
            "%2e%2e%2f",
            "file:///etc/passwd",
        ),
        *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "javascript:alert(1)"),
        *(
            "=cmd()",
            "+1",
            "@x",
            "$x^2$",
            "**x**",
            ":material/star:",
            "[a](http://x)",
            "{{7*7}}",
            "${x}",
        ),
        *("nan", "inf", "-inf", "1e400", "-1", "0", "9" * 40, "1e-400", "0x10", "1_000", "٣", "½"),
        *(
            "'; DROP TABLE models; --",
            "null",
            "true",
            "[]",
            "{}",
            '"',
            "'",
            "`",
            "a" * 5_000,
            "é" * 300,
        ),
        *("👩‍👩‍👧", "שלום", "ﷺ", "Z̷̧a̴l̵g̶o̷", "中文", "ประเทศไทย", "\u202egnp.exe"),
    ]
)
_line = st.one_of(_odd, st.text(max_size=60), st.lists(_odd, max_size=6).map(" ".join))
_bytes = st.one_of(
    st.binary(max_size=400),
    st.lists(_line, max_size=30).map(
        lambda lines: "\n".join(lines).encode("utf-8", "surrogatepass")
    ),
    st.lists(
        st.sampled_from(
            [b"\x1f\x8b", b"PK\x03\x04", b"\x80\x04", b"\xff\xfe", b"\0" * 99, b"a b. "]
        )
    ).map(b"".join),
    st.lists(_line, max_size=9).map(
        lambda lines: " ".join(lines).encode("utf-16", "surrogatepass")
    ),
)


@st.composite
def _damaged(draw, whole: st.SearchStrategy[bytes]) -> bytes:
    """Something whole that was cut, changed in a few bytes, doubled, packed, or left as it is."""
    data = draw(whole)
    for _ in range(draw(st.integers(0, 3))):
        if not data:
            break
        at = draw(st.integers(0, len(data) - 1))
        how = draw(st.sampled_from(["cut", "flip", "insert", "drop", "repeat"]))
        if how == "cut":
            data = data[:at]
        elif how == "flip":
            data = data[:at] + bytes([data[at] ^ draw(st.integers(1, 255))]) + data[at + 1 :]
        elif how == "insert":
            data = data[:at] + draw(st.binary(max_size=9)) + data[at:]
        elif how == "drop":
            data = data[:at] + data[at + draw(st.integers(1, 40)) :]
        else:
            data = data[:at] + data[at : at + 50] * draw(st.integers(2, 50)) + data[at:]
    return draw(st.sampled_from([data, data, data, gzip.compress(data)]))


def texts() -> st.SearchStrategy[tuple[str, bytes]]:
    """(file name, bytes) of what is uploaded as a text."""
    whole = st.one_of(_bytes, st.just(TEXT.encode()), _bytes.map(lambda b: TEXT.encode() + b))
    return st.tuples(_line, _damaged(whole))


_good_word = st.text("abcdefghäößשלם", min_size=1, max_size=6).map(str.encode)
_good_number = st.floats(-1e6, 1e6, width=32)
_bad_word = _line.map(lambda word: word.encode("utf-8", "surrogatepass"))
_bad_number = st.sampled_from(
    [b"-0", b"nan", b"1e999", b"1_0", b"", b"x", b"0x1", b"\xb2", b"-inf"]
)
_bad_count = st.one_of(st.integers(-2, 40), st.sampled_from([10**6, 2**31, 2**63, 10**30]))


@st.composite
def _rows(draw, number, bad_number) -> tuple[list[tuple[bytes, list]], int, int]:
    """Rows of a word and d numbers, and a header's two counts: all as it should be, or not quite."""
    d, right = draw(st.integers(2, 5)), draw(st.booleans())
    word = _good_word if right else st.one_of(_good_word, _good_word, _bad_word)
    number = number if right else st.one_of(*5 * [number], bad_number)
    row = st.tuples(word, st.lists(number, min_size=d, max_size=d))
    rows = draw(
        st.lists(row, min_size=1, max_size=8, unique_by=(lambda row: row[0]) if right else None)
    )
    n = len(rows)
    if not right:
        n, d = (draw(st.one_of(st.just(true), st.just(true), _bad_count)) for true in (n, d))
    return rows, n, d


@st.composite
def _text_vectors(draw) -> bytes:
    rows, n, d = draw(_rows(_good_number.map(lambda x: str(x).encode()), _bad_number))
    lines = [word + b" " + b" ".join(numbers) for word, numbers in rows]
    if draw(st.booleans()):
        lines.insert(0, f"{n} {d}".encode())
    return draw(st.sampled_from([b"\n", b"\n", b"\r\n", b" \n"])).join(lines) + b"\n"


@st.composite
def _binary_vectors(draw) -> bytes:
    rows, n, d = draw(_rows(_good_number, st.sampled_from([np.nan, np.inf, 1e38])))
    data = f"{n} {d}\n".encode()
    end = draw(st.sampled_from([b"\n", b""]))
    for word, numbers in rows:
        data += word + b" " + struct.pack(f"<{len(numbers)}f", *numbers) + end
    return data


_json = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        _line,
        st.sampled_from([2**63, -1, "model-" + "0" * 16 + ".npz"]),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(_line, inner, max_size=4)),
    max_leaves=8,
)


def _whole_bundle() -> bytes:
    with tempfile.TemporaryDirectory() as place, _home(place):
        model = SkipGram(epochs=2, dim=4).fit(Corpus.from_text(TEXT))
        folder = save_model(model, library.model_folder("a" * 16), name="m", created=1.0)
        out = io.BytesIO()
        write_bundle(out, folder, methods_record.methods_record(library, "a" * 16))
        return out.getvalue()


@st.composite
def _bundles(draw) -> bytes:
    """A whole bundle some of whose parts were changed, renamed, damaged or taken out, zipped anew."""
    with zipfile.ZipFile(io.BytesIO(_BUNDLE[0])) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    for _ in range(draw(st.integers(1, 3))):
        name = draw(st.sampled_from(sorted(parts)))
        how = draw(st.sampled_from(["field", "damage", "out", "rename", "npz", "bomb"]))
        if how == "field" and name.endswith(".json"):
            with contextlib.suppress(ValueError):
                content = json.loads(parts[name])
                if isinstance(content, dict) and content:
                    content[draw(st.sampled_from(sorted(content)))] = draw(_json)
                    parts[name] = json.dumps(content).encode("utf-8", "surrogatepass")
        elif how == "damage":
            parts[name] = draw(_damaged(st.just(parts[name])))
        elif how == "out" and len(parts) > 1:
            del parts[name]
        elif how == "rename":
            parts[draw(_line).partition("\0")[0] or "x"] = parts[name]
        elif how == "npz" and name.endswith(".npz"):
            dtype = draw(st.sampled_from(["<f4", "<f8", "<i8", "<i4", "<f2", "<U9", ">f4", "?"]))
            shape = draw(st.sampled_from([(0,), (4,), (3, 4), (0, 4), (1, 1, 1)]))
            out = io.BytesIO()
            np.savez(
                out, **{n: np.zeros(shape, dtype) for n in ("V", "U", "log_q", "counts", "ids")}
            )
            parts[name] = out.getvalue()
        elif how == "bomb":
            parts[name] = b"0" * draw(st.sampled_from([10**5, 3 * 10**6]))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            with contextlib.suppress(ValueError, UnicodeError, struct.error):
                archive.writestr(name, data)
    return out.getvalue()


_BUNDLE: list[bytes] = []


def bundles() -> st.SearchStrategy[tuple[str, bytes]]:
    """(file name, bytes) of what is uploaded as a model of ours."""
    if not _BUNDLE:
        _BUNDLE.append(_whole_bundle())
    return st.tuples(
        _line, st.one_of(_bundles(), _damaged(st.just(_BUNDLE[0])), _damaged(_bundles()))
    )


def text_vectors() -> st.SearchStrategy[tuple[str, bytes]]:
    """(file name, bytes) of word2vec text, with a header, and GloVe text, without."""
    return st.tuples(_line, st.one_of(_damaged(_text_vectors()), _damaged(_bytes)))


def binary_vectors() -> st.SearchStrategy[tuple[str, bytes]]:
    """(file name, bytes) of word2vec binary."""
    return st.tuples(_line, _damaged(_binary_vectors()))


PAGES = ("start", "train", "explore", "neighbours", "analogies", "diamonds", "lessons", "library")
_NAMES = (
    *(
        "model",
        "job",
        "source",
        "sample",
        "upload",
        "paste",
        "word",
        "which",
        "show",
        "pick",
        "list",
    ),
    *(
        "set",
        "alone",
        "context",
        "from",
        "isolate",
        "lesson",
        "pass",
        "pairs",
        "added",
        "answers",
        "axes",
    ),
    *(
        "drawn",
        "expression",
        "find",
        "forming",
        "grammar",
        "how",
        "inflections",
        "labelled",
        "matrix",
    ),
    *("method", "plane", "rate", "reach", "times", "use", "whole", "whole_sentence", "why", "dims"),
    *(
        "min_count",
        "max_vocab",
        "dim",
        "window",
        "solver",
        "epochs",
        "learning_rate",
        "seed",
        "unit",
    ),
)
_OWN = (
    "a" * 16,
    "sample:royalty",
    "berlin",
    "paris",
    "center",
    "sum",
    "t-SNE",
    "PCA",
    "3",
    "2",
    "axes",
)


def addresses() -> st.SearchStrategy[tuple[str, dict[str, str]]]:
    """(page, query parameters)."""
    # An address holds no lone surrogate: a browser sends UTF-8.
    value = st.one_of(st.sampled_from(_OWN), _line).map(
        lambda s: s.encode("utf-8", "replace").decode()
    )
    name = st.one_of(st.sampled_from(_NAMES), st.sampled_from(_NAMES), value.filter(bool))
    return st.tuples(st.sampled_from(PAGES), st.dictionaries(name, value, max_size=5))


# What must hold


@contextlib.contextmanager
def _home(place: str | Path) -> Iterator[None]:
    before = os.environ.get("W2V_HOME")
    os.environ["W2V_HOME"] = str(place)
    try:
        yield
    finally:
        if before is None:
            del os.environ["W2V_HOME"]
        else:
            os.environ["W2V_HOME"] = before


def furnish(place: Path) -> None:
    """A home that holds one model."""
    place.mkdir()
    with _home(place):
        model = SkipGram(epochs=2, dim=4).fit(Corpus.from_text(TEXT))
        save_model(model, library.model_folder("a" * 16), name="<b>m</b>", created=1.0)
        library.models()


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, but for the database, whose bytes change as it is read."""
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not file.name.startswith("queue.sqlite")
    }


class Watch:
    """The slowest of the inputs, in seconds; how many were taken in and how many refused."""

    def __init__(self):
        self.slowest, self.taken, self.refused = 0.0, 0, 0

    @contextlib.contextmanager
    def one(self) -> Iterator[None]:
        """One input: quick, and whatever is wrong with it is a ValueError with a sentence."""
        start = time.perf_counter()
        try:
            yield
            self.taken += 1
        except ValueError as error:
            said = str(error)
            assert type(error) is ValueError, repr(error)
            assert 10 < len(said) < 1_000 and said.endswith((".", "'")), said
            self.refused += 1
        seconds = time.perf_counter() - start
        self.slowest = max(self.slowest, seconds)
        assert seconds < SLOWEST, f"{seconds:.1f} seconds"


def read_text(watch: Watch, place: Path, name: str, data: bytes) -> None:
    """A text is kept under a safe name and read, or refused; nothing is written elsewhere."""
    around = set(place.parent.rglob("*")) - set(place.rglob("*"))
    with _home(place), watch.one():
        key = library.texts.keep(name, data)
        path = library.texts.file(key)
        assert path.resolve().parent.parent == (place / "texts").resolve()
        corpus = Corpus.from_file(path, max_bytes=10_000_000)
        assert corpus.n_tokens >= corpus.counts.sum() >= 0
        if corpus.words:
            corpus.concordance(corpus.words[-1], 2)
    assert set(place.parent.rglob("*")) - set(place.rglob("*")) == around


def take_in(watch: Watch, place: Path, name: str, data: bytes) -> None:
    """A model is taken in whole, or refused with the library as before; nothing is written elsewhere."""
    around = set(place.parent.rglob("*")) - set(place.rglob("*"))
    with _home(place):
        before = contents(place)
        taken = watch.taken
        with watch.one():
            id = model_import.add_file(library, io.BytesIO(data), name)
            entry = library.entry(id)
            assert entry.name and "\n" not in entry.name and entry.n_words > 0
            assert id in {e.id for e in library.models()}

            model = load_model(library.model_folder(id))
            assert np.isfinite(model.V).all() and len(set(model.words)) == len(model.words)
            for file in sorted(library.model_folder(id).rglob("*"), reverse=True):
                file.rmdir() if file.is_dir() else file.unlink()
            library.model_folder(id).rmdir()
        if watch.taken == taken:
            assert contents(place) == before
        assert [folder.name for folder in (place / "models").glob("*")] == ["a" * 16]
    assert set(place.parent.rglob("*")) - set(place.rglob("*")) == around


def open_address(watch: Watch, place: Path, page: str, parameters: dict[str, str]) -> None:
    """A page opens at any address without an error; nothing is written elsewhere, no model changes."""
    from unittest.mock import patch

    from streamlit.testing.v1 import AppTest

    from tests.visitors import Browser, visited_by

    around = set(place.parent.rglob("*")) - set(place.rglob("*"))
    models = contents(place / "models")
    # A worker would write beside what the page itself does.
    no_worker = patch("pages.parts.background_work.ensure_worker", lambda queue: None)
    with _home(place), visited_by(Browser()), no_worker, watch.one():
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        for name, value in parameters.items():
            at.query_params[name] = value
        at.switch_page(f"pages/{page}.py")
        at.run()
        assert not at.exception, at.exception
        assert not any(element.allow_html for element in at.markdown)
    assert contents(place / "models") == models
    assert set(place.parent.rglob("*")) - set(place.rglob("*")) == around
