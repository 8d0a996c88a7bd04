"""What counts as a word, and where sentences end."""

import pytest

from w2v_core import Corpus
from w2v_core.text.tokenizer import is_written_without_spaces, tokens_of


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
