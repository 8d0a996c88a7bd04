"""What counts as a word, and where sentences end."""

import random
import re
import sys
import unicodedata

import pytest

from w2v_core import Corpus
from w2v_core.text import reading, tokenizer
from w2v_core.text.tokenizer import is_written_without_spaces, tokens_of
from w2v_core.vocabulary import normalise


def sentences(text, **options):
    return list(Corpus.from_text(text, min_count=1, **options).sentences())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "Don't 'quote' the well-known new_york.",
            ["don't", "quote", "the", "well-known", "new_york"],
        ),
        ("It’s -- not_ _a- 'tis", ["it's", "not", "a", "tis"]),
        ("Größe, ÉTÉ; naïve!", ["größe", "été", "naïve"]),
        ("e\u0301te\u0301 \u00e9t\u00e9", ["été", "été"]),  # composed and decomposed are one word
        ("Привет, мир 1984", ["привет", "мир", "1984"]),
        ("नमस्ते दुनिया", ["नमस्ते", "दुनिया"]),
        ("می‌خواهم כתב עת 'שלום'", ["می‌خواهم", "כתב", "עת", "שלום"]),
        ("ภาษาไทย", ["ภาษาไทย"]),
        ("col·lecció soft\u00adware", ["col·lecció", "software"]),
        ("a😀b <b>x</b> $y$", ["a", "b", "b", "x", "b", "y"]),
    ],
)
def test_words_of_any_script(text, words):
    assert tokens_of(text) == words


def test_case_is_kept_on_request():
    assert tokens_of("The the", lowercase=False) == ["The", "the"]


def test_characters_take_their_marks_along():
    assert tokens_of("नमस्ते", unit="characters") == ["न", "म", "स्", "ते"]
    assert sentences("漢字です。かな", unit="characters") == [
        ["漢", "字", "で", "す"],
        ["か", "な"],
    ]


def test_sentences_end_at_lines_and_marks_of_any_script():
    text = "one two\nthree. four! five? six… 七。八！九？十．Pi is 3.14 today"
    assert sentences(text) == [
        ["one", "two"],
        ["three"],
        ["four"],
        ["five"],
        ["six"],
        ["七"],
        ["八"],
        ["九"],
        ["十"],
        ["pi", "is", "3", "14", "today"],
    ]
    assert sentences("a b\r\nc d\re f\u2028g") == [["a", "b"], ["c", "d"], ["e", "f"], ["g"]]


def test_texts_without_spaces_are_noticed():
    assert is_written_without_spaces("これは日本語の文章です。 ABC")
    assert not is_written_without_spaces("한국어는 띄어쓰기를 합니다")
    assert not is_written_without_spaces("Berlin is a city.")
    assert not is_written_without_spaces("123 …")


# The definition, in patterns and character by character; what is above must give the same.

ENDS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029" + "!?…‼⁇⁈⁉。！？．｡؟۔।॥։።፧၊။။༎"
SENTENCE_END = re.compile(rf"[{ENDS}]+|(?:(?<!\d)\.|\.(?!\d))+[{ENDS}.]*")
MARKS = "".join(
    chr(code) for code in range(sys.maxunicode) if unicodedata.category(chr(code))[0] == "M"
)
LETTERS = rf"[^\W_](?:[^\W_]|[{MARKS}\u200c\u200d])*"
WORD = re.compile(rf"{LETTERS}(?:['’\-‐‑_·\u05f3\u05f4]+{LETTERS})*")
CHARACTER = re.compile(rf"[^\W_][{MARKS}\u200c\u200d]*")


def by_definition(text, lowercase=True, unit="words"):
    """(words, first byte, last byte) of every sentence that holds a word."""
    pattern = WORD if unit == "words" else CHARACTER
    ends = [match.end() for match in SENTENCE_END.finditer(text)]
    sentences, at = [], 0
    for a, b in zip([0, *ends], [*ends, len(text)], strict=True):
        size = len(text[a:b].encode())
        words = pattern.findall(normalise(text[a:b], lowercase))
        if words:
            sentences.append(([w for w in words if len(w) <= 1000], at, at + size))
        at += size
    return [s for s in sentences if s[0]]


def corpus_of(text, **options):
    corpus = Corpus.from_text(text, min_count=1, max_vocab=None, **options)
    places = corpus.sentence_bytes.tolist()
    return [(words, *place) for words, place in zip(corpus.sentences(), places, strict=True)]


PLAIN = (
    "the The a I Word don't well-known new_york 'quoted' rock'n'roll -- - ' _ a--b _a_ x- -x 3.14 3. "
    ".5 3..14 e.g. U.S.A. Mr. ... . ! ? ?! !. .! 1984 <b>x</b> $y$ * / ( ) \0 \t \n \r\n \r \n\n \x0b "
    "\x1c \x7f"
)
FOREIGN = (
    "é É e\u0301 E\u0301 T\u0308 J\u030c naïve’s ’ ‘ “ ” — – \u00a0 … \u2028 \x85 \u00ad soft\u00adware "
    "Größe STRASSE ẞ İ ı K Ω Σ ΑΣ ΑΣ. ΑΣ'Α ΟΔΟΣ Σ' \u0301 \u0301x a\u0301\u0308b x-\u0301y x\u0301-y "
    "col·lecció x\u0387y \u037e नमस्ते स् हिन्दी। می\u200cخواهم ٣.٤ ٣. ؟ כת״ב ג׳ 'שלום' 漢字 です。 かな\u3099 "
    "か\u3099 カ．キ！ ภาษาไทย 한국어 \u1112\u1161\u11ab Привет ПРИВЕТ\u0306 мир 😀 a😀b 𝒜 𐐀𐐁 "
    "\ufe0f x\ufe0f \U000e0100 x\U000e0100y \U0010ffff \ue000 x\ue000y x² ½ Ⅷ \ufffd \u200bx x\u200dy ⁉ ‼."
)


def hostile_text(seed, foreign):
    """Words, marks and breaks in random order, with or without space between them."""
    chance = random.Random(seed)
    plain, other = PLAIN.split(" ") + [" "] * 40, FOREIGN.split(" ")
    text = [chance.choice(other if chance.random() < foreign else plain) for _ in range(3000)]
    text += ["x" * 1000, " ", "x" * 1001, " ", "é" * 1000, " ", "é" * 1001, ". ", "x" * 2000]
    return "".join(piece + chance.choice(["", " ", " "]) for piece in text)


@pytest.mark.parametrize("foreign", [0, 0.003, 0.5])
@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(
    "options", [{}, {"lowercase": False}, {"unit": "characters"}], ids=["folded", "cased", "chars"]
)
def test_hostile_text_is_cut_as_defined(seed, foreign, options):
    text = hostile_text(seed, foreign)
    assert corpus_of(text, **options) == by_definition(text, **options)


@pytest.mark.parametrize("one_in", [0, 10**6], ids=["word by word", "whole"])
def test_both_ways_of_folding_are_the_same(one_in, monkeypatch):
    monkeypatch.setattr(tokenizer, "_FEW", one_in)
    for seed in range(5):
        text = hostile_text(seed, 0.5)
        assert corpus_of(text) == by_definition(text)


@pytest.mark.parametrize("block", [200, 1001, 5000])
@pytest.mark.parametrize("seed", range(4))
def test_blocks_leave_no_trace(seed, block, monkeypatch):
    text = hostile_text(seed, 0.3)
    text = " ".join(word for word in text.split(" ") if len(word) < 100)
    monkeypatch.setattr(reading, "BLOCK", block)
    assert corpus_of(text) == by_definition(text)
    assert corpus_of(text.replace("\n", " ")) == by_definition(text.replace("\n", " "))


@pytest.mark.parametrize("text", [".5 a5", "5.", ".", "5.5", "!.5", "a!.", ".\u0301a 5", "’a’b’"])
def test_the_first_and_the_last_character_are_cut_as_defined(text):
    assert by_definition(text) == (corpus_of(text) if tokens_of(text) else [])


def test_every_character_has_its_class():
    codes = [c for c in range(sys.maxunicode + 1) if not 0xD800 <= c < 0xE000]
    text = "".join(map(chr, codes))
    assert tokens_of(text, lowercase=False, unit="characters") == CHARACTER.findall(
        normalise(text, False)
    )
    plain = {"Lo", "Co", "Cn"}  # letters without case, and what has no meaning
    within = (c for c in text if unicodedata.category(c) not in plain and c not in ENDS)
    text = " ".join(f"a{c}b" for c in within)
    assert tokens_of(text) == WORD.findall(normalise(text, True))
