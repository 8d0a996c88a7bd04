"""Lines of a text: words cut at line ends, lines wrapped at a column, Project Gutenberg's own lines."""

import io
import random
import textwrap

import pytest

from tests.operators_library import library
from w2v_core import Corpus
from w2v_core.library.choices import Choices
from w2v_core.text import reading
from w2v_core.text.documents import Documents
from w2v_core.text.gutenberg import body_of, has_header
from w2v_core.text.hyphens import join_hyphens
from w2v_core.text.line_wrapping import looks_wrapped
from w2v_core.text.preparation import Preparation, prepare


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("W2V_HOME", str(tmp_path / "home"))


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("sign", ["-", "‐", "‑", "\u00ad", "¬", "⸗", "="])
@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ("re", "member", "remember"),
        ("Fen", "ſter", "Fenſter"),
        ("ca", "fe\u0301", "cafe\u0301"),
        ("हिन्", "दी", "हिन्दी"),
        ("של", "ום", "שלום"),
        ("كت", "اب", "كتاب"),
    ],
)
def test_a_word_that_a_line_end_cut_is_whole_again(line_end, sign, first, second, whole):
    text = f"one {first}{sign}{line_end}  {second}, two{line_end}three"
    assert join_hyphens(text, set()) == f"one {whole},{line_end}two{line_end}three"


@pytest.mark.parametrize(
    "text",
    ["New-\nYork", "1999-\nabc", "x - \ny", "a_-\nb", "key =\nvalue", "Haus-, und", "end-\n\nnew"],
)
def test_what_only_looks_like_a_cut_word_stays(text):
    assert join_hyphens(text, set()) == text


@pytest.mark.parametrize("line_end", ["\n", "\r"])
def test_cut_words_are_joined_across_blocks(line_end, monkeypatch):
    monkeypatch.setattr(reading, "BLOCK", 40)
    data = f"some words to re¬{line_end}member and un-{line_end}til then, ".encode() * 9
    documents = Documents()
    documents.add("a.txt", 0, len(data), {"file": "a.txt"})
    out = io.BytesIO()
    found = prepare(io.BytesIO(data), documents, out, Preparation(join_hyphens=True))
    assert out.getvalue().count(b"remember") == 9 and out.getvalue().count(b"until") == 9
    assert [(note.kind, note.count) for note in found.notes] == [("mended", 18)]


PROSE = (
    "It was a bright cold day in spring, and all the clocks of the town were striking. The old man went "
    "down to the river; nobody saw him there. He had no boat. When evening came he sat upon a stone, and "
    "he sang of the ships that he had known in other years. Who would have listened to such a song? Only "
    "the water did, and it went on its way without an answer. "
)
VERSE = "\n".join(
    ["Tyger Tyger, burning bright,", "In the forests of the night;", "What immortal hand or eye,"]
    * 9
)


def lines_of_words(seed, marks):
    rng = random.Random(seed)
    words = ["river", "stone", "a", "of", "boat", "evening"]
    return "\n".join(" ".join(rng.choices(words, k=9)) + "." * marks for _ in range(60))


@pytest.mark.parametrize("width", [45, 60, 72, 100])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_wrapped_lines_are_recognised(width, line_end):
    paragraph = "\n".join(textwrap.wrap(PROSE * 3, width))
    assert looks_wrapped("\n\n".join([paragraph] * 3).replace("\n", line_end))
    assert looks_wrapped("\n    ".join([paragraph] * 3).replace("\n", line_end))


@pytest.mark.parametrize(
    "text",
    [
        "",
        VERSE,
        PROSE * 5,
        PROSE.replace(". ", ".\n").replace("? ", "?\n") * 9,
        (PROSE + "\n") * 20,
        lines_of_words(0, True),
        lines_of_words(1, False),
        "a,b,c\n1,2,3\n" * 30,
        "The road is long and wide. The dog, the cat! Who else?\n" * 30,
    ],
    ids=[
        "empty",
        "verse",
        "one line",
        "sentences",
        "paragraphs",
        "marked",
        "unmarked",
        "table",
        "posts",
    ],
)
def test_other_lines_are_not_taken_for_wrapped_ones(text):
    assert not looks_wrapped(text)


STARTS = (
    "*** START OF THE PROJECT GUTENBERG EBOOK THE RIVER ***",
    "*** START OF THIS PROJECT GUTENBERG EBOOK THE RIVER,\nOR A SONG ***",
    "***START OF THE PROJECT GUTENBERG EBOOK THE RIVER***",
    "*END*THE SMALL PRINT! FOR PUBLIC DOMAIN ETEXTS*Ver.04.29.93*END*",
)
ENDS = (
    "*** END OF THE PROJECT GUTENBERG EBOOK THE RIVER ***",
    "End of the Project Gutenberg EBook of The River, by A. Writer",
    "***END OF THE PROJECT GUTENBERG EBOOK***",
    "End of Project Gutenberg's The River",
)


def book(start=STARTS[0], end=ENDS[0], line_end="\n"):
    head = "The Project Gutenberg eBook of The River\n\nThis ebook is for the use of anyone.\n\n"
    licence = "\n\nUpdated editions will replace the previous one.\n" * 30
    text = f"{head}{start}\n\nProduced by A. Reader\nand others\n\nTHE RIVER\n\n{PROSE}\n\n{end}{licence}"
    return text.replace("\n", line_end).encode()


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(("start", "end"), list(zip(STARTS, ENDS, strict=True)))
def test_what_project_gutenberg_puts_around_a_book_is_found(start, end, line_end):
    data = book(start, end, line_end)
    begin, stop = body_of(io.BytesIO(b"before" + data), 6, 6 + len(data))
    assert (b"before" + data)[begin:stop].split() == [b"THE", b"RIVER", *PROSE.encode().split()]
    assert has_header(data[:4000])


def test_a_text_that_only_names_project_gutenberg_stays():
    data = f"I read it at Project Gutenberg. {PROSE}".encode()
    assert body_of(io.BytesIO(data), 0, len(data)) == (0, len(data)) and not has_header(data)


def test_a_single_book_loses_its_licence_with_a_line_and_keeps_it_on_request(home):
    key = library.texts.keep("river.txt", book())
    text = library.texts.prepared(key, Choices())
    assert text != key and "licence" not in library.texts.file(text).read_text()
    assert library.texts.file(text).read_text().split()[:2] == ["THE", "RIVER"]
    (note,) = library.texts.preparation_notes(text)
    assert (
        note.kind == "left out" and note.setting == "gutenberg" and "licence were left" in note.text
    )
    kept = library.texts.prepared(key, Choices(preparation=Preparation(gutenberg=False)))
    assert kept == key and library.texts.preparation_notes(kept) == []
    choice = Choices(preparation=Preparation(gutenberg=False))
    assert library.texts.kept_choices(library.texts.keep_choices(choice)) == choice


def test_each_book_of_many_loses_its_licence(home):
    files = {"a.txt": book(), "b.txt": PROSE.encode(), "c.txt": book(line_end="\r\n")}
    key = library.texts.keep_files([(name, [data]) for name, data in files.items()])
    text = library.texts.prepared(key, Choices())
    read = library.texts.file(text).read_text()
    assert read.count("bright cold day") == 3 and "Gutenberg" not in read
    (note,) = library.texts.preparation_notes(text)
    assert note.count == 2 and "2 of 3 documents" in note.text


def test_choices_of_before_do_not_leave_anything_out():
    record = Choices().as_json()
    record["preparation"] = {"drop_lines": ["head #"], "join_hyphens": True}
    kept = Choices.from_json(record).preparation
    assert kept == Preparation(gutenberg=False, drop_lines=("head #",), join_hyphens=True)


def test_wrapped_lines_end_no_sentence_unless_they_are_told_to():
    text = "\n".join(textwrap.wrap(PROSE * 3, 60))
    found = Corpus.from_text(text, min_count=1)
    assert found.sentence_ends == "marks" and found.n_sentences == 18
    assert any("lines look wrapped" in warning for warning in found.warnings)
    told = Corpus.from_text(text, min_count=1, sentence_ends="marks and lines")
    assert told.n_sentences > 30 and not told.warnings
    plain = Corpus.from_text(PROSE, min_count=1)
    assert plain.sentence_ends == "marks and lines" and not plain.warnings


def test_what_was_left_out_of_the_words_is_counted():
    text = "See https://a.org/x and b@c.de 👍🏽 ❤️ now\n" * 3
    found = Corpus.from_text(text, min_count=1, addresses="drop", emoji="drop")
    assert sorted(found.words) == ["and", "now", "see"]
    assert found.warnings == [
        "6 web and e-mail addresses were left out.",
        "6 emoji were left out.",
    ]
    assert not Corpus.from_text(text, min_count=1).warnings
