"""What holds of the words of every text, tried on generated ones."""

import re
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.test_tokenizer import FOREIGN, PLAIN, by_definition
from w2v_core import Corpus
from w2v_core.letters import EMOJI, KEY_CAP, plain_letters
from w2v_core.text import earlier_words, tokenizer
from w2v_core.text.addresses import addresses_in
from w2v_core.text.concordance import Concordance
from w2v_core.text.tokenizer import as_read, tokens_of

ADDRESSES = [
    *(
        "https://a.org",
        "http://a.org/x_(y)?q=1&b=2#z",
        "www.foo.com",
        "me@a.org",
        "https://müller.de/ä",
    ),
    *(
        "https://例え.jp/パス",
        "a.b@x.co.uk",
        "ftp://h/x",
        "http://[::1]:80/x",
        "WWW.X.ORG",
        "@me",
        "x@y",
    ),
    *("https://", "www.", "://", "@", "https://a.org/O'Brien", "https://u@h.org:8080/", "mailto:"),
]
SIGNS = list("()[]{}<>«»“”‘’「」（）『』。，、！？．.,;:!?…—–-_*~'\"`|/&#%+=·´ʼ\u1ffd\u037e\u0387")
ENTITIES = [
    "&amp;",
    "&#39;",
    "&quot;",
    "&nbsp;",
    "&amp;amp;",
    "&eacute;",
    "&hellip;",
    "&#769;",
    "&lt;",
]
PICTURES = ["😀", "👍🏽", "👨\u200d👩\u200d👧", "🇩🇪", "❤", "❤️", "1️⃣", "‼️", "✈", "️", "⃣"]
MARKS = list("\u0307\u0308\u0323\u0301\u0328\u0331\u0345\u0338\u3099\u093c")
LETTERS = list("aiIİıTtJjWYhAsSΣσςΐΰἀéẗǰﬁſКйЙﾊﾞ１２５ｗＷ٣ﷺ한국कख़ष्中文ไทยמشx5ab10\u1112\u1161\u11ab")
INVISIBLE = list("\u200c\u200d\u200e\u00ad\u2060\ufeff\u0640\x1f\x00\uf700\uf741")
SPACES = [
    " ",
    " ",
    " ",
    "\n",
    "\n",
    "\r\n",
    "\t",
    "\u00a0",
    "\u3000",
    "\u2028",
    "\x85",
    "\x0b",
    "\n\n",
]
PIECES = st.one_of(
    *(
        st.sampled_from(of_kind)
        for of_kind in (
            *(ADDRESSES, SIGNS, ENTITIES, PICTURES, MARKS, LETTERS, LETTERS, INVISIBLE, SPACES),
            PLAIN.split(" "),
            FOREIGN.split(" "),
        )
    ),
    st.characters(exclude_categories=["Cs"]),
)
TEXTS = st.lists(PIECES, max_size=14).map("".join)
LANGUAGES = st.sampled_from(["none", "turkish", "azeri", "french", "italian"])
HOW = st.fixed_dictionaries(
    {
        "language": LANGUAGES,
        "lowercase": st.booleans(),
        "unit": st.sampled_from(["words", "words", "characters"]),
    }
)


def of_every_text(*strategies, many=2_000):
    """A property: a hundred generated texts each time, and many more among the slow tests."""

    def decorate(test):
        def run(number):
            quiet = [HealthCheck.too_slow, HealthCheck.filter_too_much]
            tried = settings(max_examples=number, deadline=None, suppress_health_check=quiet)
            tried(given(*strategies)(test))()

        def of_texts(number):
            run(number)

        of_texts.__doc__ = test.__doc__
        numbers = [100, pytest.param(many, marks=pytest.mark.slow)]
        return pytest.mark.parametrize("number", numbers)(of_texts)

    return decorate


@of_every_text(TEXTS, HOW)
def test_composed_and_decomposed_texts_have_the_same_words(text, how):
    words = tokens_of(text, **how)
    for form in ("NFC", "NFD"):
        assert tokens_of(unicodedata.normalize(form, text), **how) == words


@of_every_text(TEXTS, HOW)
def test_words_are_cut_into_themselves(text, how):
    words = tokens_of(text, **how)
    assert tokens_of(" ".join(words), **how) == words


@of_every_text(TEXTS, HOW)
def test_no_word_has_spaces_or_what_is_invisible(text, how):
    for word in tokens_of(text, **how):
        assert word and not any(char.isspace() for char in word)
        assert not set(word) & set("\u00ad\u2060\ufeff\u200e\u200f\u0640\x1f\x00")
        assert (
            not {word[0], word[-1]} & set("\u200c\u200d")
            and unicodedata.category(word[0])[0] != "M"
        )
        assert not any("\uf700" <= char <= "\uf7ff" for char in word)


@of_every_text(TEXTS)
def test_every_letter_and_digit_is_in_a_word(text):
    shown = tokenizer._in_one_form(text)
    spans = addresses_in(shown)
    pieces, done = [], 0
    for begin, end in spans:
        pieces.append(shown[done:begin])
        done = end
    outside = EMOJI.sub(" ", KEY_CAP.sub(" ", " ".join([*pieces, shown[done:]])))
    letters = [char for char in outside if char.isalnum()]
    cut = tokens_of(text, lowercase=False, addresses="drop", emoji="drop")
    assert [char for word in cut for char in word if char.isalnum()] == letters
    kept = tokens_of(text, lowercase=False)
    assert [word for word in kept if addresses_in(word)] == [shown[a:b] for a, b in spans]


JOINERS = st.lists(st.sampled_from(list("'’-‐‑_·\u05f3\u05f4")), min_size=2, max_size=4)


@of_every_text(JOINERS, st.sampled_from(["a", "é", "5", "한", "क"]))
def test_a_run_of_joiners_is_a_dash(joiners, letter):
    assert tokens_of(f"{letter}{''.join(joiners)}{letter}") == [letter, letter]


@of_every_text(st.lists(TEXTS, max_size=4), HOW, st.integers(1, 40))
def test_where_blocks_end_and_what_is_remembered_makes_no_difference(texts, how, most):
    text = "\n".join(f"{part}\n." for part in texts) + "\nx"
    whole = tokens_of(text, **how)
    numbers = tokenizer._AllNumbers()
    tokeniser = tokenizer.Tokeniser(numbers, **how)
    of_lines = []
    for line in text.split("\n"):
        if len(tokeniser._known.rows) > most:
            tokeniser._known = tokenizer._Known()
        of_lines += tokeniser.cut(f"{line}\n".encode()).numbers.tolist()
    assert [list(numbers)[number] for number in of_lines] == whole


@of_every_text(TEXTS, st.sampled_from(["words", "characters"]))
def test_words_are_as_defined(text, unit):
    """The definition knows no addresses, emoji and entities."""
    text = re.sub("[@&]|://|[wW]{3}", " ", plain_letters(text))
    text = EMOJI.sub(" ", KEY_CAP.sub(" ", text))
    defined = [word for words, _, _ in by_definition(text, unit=unit) for word in words]
    assert tokens_of(text, unit=unit, emoji="drop") == defined


@of_every_text(
    st.lists(TEXTS, min_size=1, max_size=4).map("\n".join),
    HOW,
    st.sampled_from(["marks and lines", "marks", "lines", "paragraphs"]),
    many=1_000,
)
def test_the_lines_of_every_word_show_it(text, how, sentence_ends):
    try:
        corpus = Corpus.from_text(text, min_count=1, sentence_ends=sentence_ends, **how)
    except ValueError:
        assert tokens_of(text, **how) == []
        return
    finder = Concordance(corpus)
    for row, word in enumerate(corpus.words):
        lines = finder.lines(word)
        assert len(lines) == corpus.counts[row]
        for line in lines:
            start, end = line.word
            shown = tokens_of(line.text[start:end], **how)
            # One of two small sigmas, as a word goes on or not.
            assert [part.replace("ς", "σ") for part in shown] == [word.replace("ς", "σ")]


@of_every_text(TEXTS)
def test_a_text_as_it_is_shown_has_the_same_words(text):
    assert tokens_of(as_read(text)) == tokens_of(text)
    assert as_read(as_read(text)) == as_read(text)


def test_words_of_the_rules_before_are_found_by_their_letters():
    text = "Mail https://a.org/x😀y now, or T\u0308x."
    for word in ("https://a.org/x😀y", "mail", "t\u0308x"):
        start, end = earlier_words.by_letters(text, word)
        assert text[start:end].lower() == word
    assert earlier_words.by_letters(text, "nowhere") is None


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("me@a.orgrock'n'roll", "french", ["me@a.orgrock", "n'", "roll"]),
        ("'l'eau' et aujourd'hui, grand-l'oncle", "french", "l' eau et aujourd'hui grand-l'oncle"),
        ("a\U0001f600\ufe0f\ufe0f", "none", ["a", "\U0001f600"]),
        ("https://a.orgx's", "none", ["https://a.orgx", "s"]),
        ("https://a.orgx'shttps://a.org", "none", ["https://a.orgx", "s", "https://a.org"]),
        ("-\u0307-me@a.org", "none", ["me@a.org"]),
    ],
)
def test_words_that_generated_texts_found_cut_otherwise_the_second_time(text, language, words):
    assert tokens_of(text, language=language) == (
        words.split() if isinstance(words, str) else words
    )
