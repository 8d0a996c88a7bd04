"""What counts as a word, and where sentences end."""

import random
import re
import sys
import unicodedata

import pytest

from w2v_core import Corpus
from w2v_core.text import reading, tokenizer
from w2v_core.text.concordance import Concordance
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
        ("a😀b <b>x</b> $y$", ["a", "😀", "b", "b", "x", "b", "y"]),
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
        ["pi", "is", "3.14", "today"],
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
JOINER = r"(?:['’\-‐‑_·\u05f3\u05f4]|(?<=\d)[.,:\u066b\u066c](?=\d))"
WORD = re.compile(rf"{LETTERS}(?:{JOINER}{LETTERS})*")
CHARACTER = re.compile(rf"[^\W_][{MARKS}\u200c\u200d]*")
ZERO_WIDTH = str.maketrans("", "", "\u200c\u200d")  # they are inside words, not characters


def by_definition(text, lowercase=True, unit="words"):
    """(words, first byte, last byte) of every sentence that holds a word."""
    pattern = WORD if unit == "words" else CHARACTER
    ends = [match.end() for match in SENTENCE_END.finditer(text)]
    sentences, at = [], 0
    for a, b in zip([0, *ends], [*ends, len(text)], strict=True):
        size = len(text[a:b].encode())
        words = pattern.findall(normalise(text[a:b], lowercase))
        if unit == "characters":
            words = [word.translate(ZERO_WIDTH) for word in words]
        if words:
            sentences.append(([w for w in words if len(w) <= 1000], at, at + size))
        at += size
    return [s for s in sentences if s[0]]


def corpus_of(text, **options):
    corpus = Corpus.from_text(text, min_count=1, max_vocab=None, emoji="drop", **options)
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


def test_what_was_forgotten_is_cut_as_before(monkeypatch):
    monkeypatch.setattr(tokenizer, "_MOST_KNOWN", 20)
    monkeypatch.setattr(reading, "BLOCK", 1001)
    for seed in range(3):
        text = hostile_text(seed, 0.5)
        text = " ".join(word for word in text.split(" ") if len(word) < 100)
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
    assert tokens_of(text, lowercase=False, unit="characters", emoji="drop") == CHARACTER.findall(
        normalise(text, False)
    )
    plain = {"Lo", "Co", "Cn"}  # letters without case, and what has no meaning
    within = (c for c in text if unicodedata.category(c) not in plain and c not in ENDS)
    text = " ".join(f"a{c}b" for c in within)
    assert tokens_of(text, emoji="drop") == WORD.findall(normalise(text, True))


# Kinds of texts that were read wrong


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The whale--it was white--rose.", ["the", "whale", "it", "was", "white", "rose"]),
        (
            "well-bred a---b _--_ c'-'d x''y __init__",
            ["well-bred", "a", "b", "c", "d", "x", "y", "init"],
        ),
        ("rock'n'roll mother-in-law's", ["rock'n'roll", "mother-in-law's"]),
        (
            "oﬃce ﬁles ﬂat ﬅ Ｗｏｒｄ 𝐛𝐨𝐥𝐝 𝒜ℬ ℎ ſo ﬔ",
            ["office", "files", "flat", "st", "word", "bold", "ab", "h", "so", "մե"],
        ),
        ("m² ½ Ⅷ ℡", ["m²", "½", "ⅷ"]),  # not all that NFKC would make the same
        ("ｶﾞｷﾞ ガギ", ["ガギ", "ガギ"]),
        ("كتـــاب ﻛﺘﺎﺏ كتاب", ["كتاب"] * 3),
        ("x\u2060y \ufeffstart r\u200el\u200ft so\u00adft", ["xy", "start", "rlt", "soft"]),
        ("می\u200cخواهم क्\u200dष auf\u200clage", ["می\u200cخواهم", "क्\u200dष", "auflage"]),
        ("ش\u200c😀\u200dش 👨\u200d👧", ["ش", "😀", "ش", "👨\u200d👧"]),
        ("می\u200c \u200cخواهم", ["می", "خواهم"]),
        ("İstanbul ISTANBUL i\u0307stanbul", ["istanbul"] * 3),
        ("T\u0308 ẗ J\u030c ǰ İ\u0323 ị İ\u0301 í", ["ẗ", "ẗ", "ǰ", "ǰ", "ị", "ị", "í", "í"]),
        ("ΟΔΟΣ. ΟΔΟΣ:Α ΟΔΟΣ", ["οδος", "οδος", "α", "οδος"]),
        (
            "1,000,000 3.14 10:30 2,000. 192.168.0.1, 5,",
            ["1,000,000", "3.14", "10:30", "2,000", "192.168.0.1", "5"],
        ),
        ("٣٫١٤ ١٬٠٠٠ １．５ 1,,2 a,b 1,b", ["٣٫١٤", "١٬٠٠٠", "1.5", "1", "2", "a", "b", "1", "b"]),
        ("don’t don‘t don´t donʼt ‘tis’", ["don't"] * 4 + ["tis"]),
        (
            "AT&amp;T don&#39;t caf&eacute; x&nbsp;y &#x41; &nonsense;",
            ["at", "t", "don't", "café", "x", "y", "a", "nonsense"],
        ),
        (
            "👍🏽👍 👨\u200d👩\u200d👧! 🇩🇪🇫🇷 ❤ ❤\ufe0f ✈\ufe0f ✈ 1\ufe0f\u20e3",
            [
                "👍🏽",
                "👍",
                "👨\u200d👩\u200d👧",
                "🇩🇪",
                "🇫🇷",
                "❤\ufe0f",
                "❤\ufe0f",
                "✈\ufe0f",
                "1\ufe0f\u20e3",
            ],
        ),
        (
            "See https://ex.org/a_(b)?c=1&amp;d=2. (www.foo.com/x) Mail A.B@x.co.uk, ok: a@b",
            [
                "see",
                "https://ex.org/a_(b)?c=1&d=2",
                "www.foo.com/x",
                "mail",
                "a.b@x.co.uk",
                "ok",
                "a",
                "b",
            ],
        ),
    ],
)
def test_the_same_word_written_differently_is_one_word(text, words):
    assert tokens_of(text) == words
    assert tokens_of(unicodedata.normalize("NFD", text)) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("https://a.org/x😀 👍🏽www.a.org", ["https://a.org/x", "😀", "👍🏽", "www.a.org"]),
        ("&quot;https://a.org&quot;&nbsp;x", ["https://a.org", "x"]),
        ("https://a.org/?a=1&amp;b=2&lt;x", ["https://a.org/?a=1&b=2", "x"]),
        ("Done.https://a.org. Done.www.a.org!", ["done", "https://a.org", "done", "www.a.org"]),
        (
            "请看https://a.org/x，好。发给me@a.org。",
            ["请看", "https://a.org/x", "好", "发给", "me@a.org"],
        ),
        ("「https://a.org」『www.a.org』", ["https://a.org", "www.a.org"]),
        ("«https://a.org» „www.a.org“ ‘me@a.org’", ["https://a.org", "www.a.org", "me@a.org"]),
        (
            "[t](https://a.org/x_(y)), <https://a.org>",
            ["t", "https://a.org/x_(y)", "https://a.org"],
        ),
        ("**https://a.org/** _me@a.org_ `www.a.org`", ["https://a.org/", "me@a.org", "www.a.org"]),
        ("https://a.org,https://b.org a@b.de,c@d.de;e@f.de", None),
        ("http://localhost:8501/x http://[::1]:80/x https://u:p@h.org/x?q=a,b", None),
        ("https://müller.de/ä http://例え.jp/パス me@пример.рф", None),
        (
            "https://zh.wikipedia.org/wiki/中文 https://a.org然后",
            ["https://zh.wikipedia.org/wiki/中文", "https://a.org", "然后"],
        ),
        ("https://a.org؟ https://a.org، https://a.org۔ https://a.org।", ["https://a.org"] * 4),
        (
            "https://a.org's ... me@a.org... (me@a.org)",
            ["https://a.org", "s", "me@a.org", "me@a.org"],
        ),
        ("@me x@y http:// www. a@b@c", ["me", "x", "y", "http", "www", "a", "b", "c"]),
    ],
)
def test_an_address_ends_where_people_see_it_end(text, words):
    expected = (
        words or text.replace(",https", " https").replace(",c@", " c@").replace(";", " ").split()
    )
    assert tokens_of(text) == expected
    assert tokens_of(unicodedata.normalize("NFD", text)) == expected


def test_an_address_ends_no_sentence_and_its_marks_end_one():
    text = "Go to https://a.org/x?y=1!z. Then mail me@a.org! Done"
    assert sentences(text) == [
        ["go", "to", "https://a.org/x?y=1!z"],
        ["then", "mail", "me@a.org"],
        ["done"],
    ]
    assert sentences(text, addresses="drop") == [["go", "to"], ["then", "mail"], ["done"]]


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("none", "L'homme", ["l'homme"]),
        (
            "french",
            "L’homme qu'il d'été aujourd'hui",
            ["l'", "homme", "qu'", "il", "d'", "été", "aujourd'hui"],
        ),
        ("italian", "dell'arte L'UNIVERSITÀ po'", ["dell'", "arte", "l'", "università", "po"]),
        ("turkish", "IŞIK İZMİR ılık", ["ışık", "izmir", "ılık"]),
        ("azeri", "BAKI", ["bakı"]),
    ],
)
def test_what_is_special_about_a_language(language, text, words):
    assert tokens_of(text, language=language) == words


def test_lines_are_found_again_however_their_words_are_written():
    text = "The oﬃce paid 1,000 &amp; more.\nMail me@a.org, İzmir 👍🏽 don’t.\nL'homme d'été.\n"
    corpus = Corpus.from_text(text, min_count=1, language="french")
    finder = Concordance(corpus)
    for word in corpus.words:
        (line,) = finder.lines(word)
        start, end = line.word
        assert normalise(line.text[start:end], True) == word
    assert finder.lines("don't")[0].text == "Mail me@a.org, İzmir 👍🏽 don’t."
