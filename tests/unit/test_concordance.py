"""Lines are found where a word stands, in every script, and read as they are in the text."""

import json

import numpy as np
import pytest

from w2v_core import Corpus, count_pairs
from w2v_core.library import model_files
from w2v_core.text import earlier_words
from w2v_core.text.concordance import MOST_LINES, Concordance
from w2v_core.text.corpus import CorpusSettings, EncodedText

TEXT = """The king saw the queen. A king is a King!
The queen spoke; the king was silent. Nobody spoke of the weather.
"""


def of(text, **options):
    return Concordance(Corpus.from_text(text, min_count=1, **options))


def parts(line):
    a, b = line.word
    return line.text[:a], line.text[a:b], line.text[b:]


def test_every_place_of_a_word_is_a_line_as_it_stands_in_the_text():
    found = of(TEXT)
    assert [parts(line) for line in found.lines("king")] == [
        ("The ", "king", " saw the queen."),
        ("A ", "king", " is a King!"),
        ("A king is a ", "King", "!"),
        ("The queen spoke; the ", "king", " was silent."),
    ]
    assert len(found.places("king")) == 4


def test_lines_are_sorted_by_the_nearest_word_on_either_side():
    found = of(TEXT)
    assert [line.after[0] if line.after else "" for line in found.lines("king", order="right")] == [
        *("", "is", "saw", "was")
    ]
    before = [line.before for line in found.lines("king", order="left")]
    assert before == sorted(before) and before[0][:2] == ("a",) and before[-1][0] == "the"
    with pytest.raises(ValueError, match="order='up': choose one of 'text', 'left'"):
        found.lines("king", order="up")


def test_frequent_words_are_read_evenly_over_the_text():
    found = of("".join(f"word number n{i}.\n" for i in range(3 * MOST_LINES)), max_vocab=None)
    lines = found.lines("number", n=10 * MOST_LINES)
    assert len(lines) == MOST_LINES
    numbers = [int(line.after[0][1:]) for line in lines]
    assert numbers == list(range(0, 3 * MOST_LINES, 3))
    assert [line.after[0] for line in found.lines("number", n=2)] == ["n0", f"n{1500}"]


@pytest.mark.parametrize(
    ("text", "word", "stands"),
    [
        ("İSTANBUL büyük. İki İSTANBUL var.", None, "İSTANBUL"),
        ("Ο ΣΚΥΛΟΣ κοιμάται. Ο ΣΚΥΛΟΣ τρέχει.", "σκυλος", "ΣΚΥΛΟΣ"),
        ("Das Ca\u00adfe\u0301 ist auf. Im Café.", "café", "Café"),
        ("Don’t go. I don't.", "don't", "Don’t"),
        ("המלך גר בטירה. המלך ישן.", "המלך", "המלך"),
    ],
)
def test_words_are_found_in_any_script_and_spelling(text, word, stands):
    found = of(text)
    word = word or next(w for w in found.corpus.words if w.endswith("stanbul"))
    lines = found.lines(word)
    assert len(lines) == 2 and parts(lines[0])[1] == stands


def test_characters_are_found_one_by_one():
    found = of("猫在沙发上。狗在院子里。", unit="characters")
    assert [parts(line) for line in found.lines("在")] == [
        ("猫", "在", "沙发上。"),
        ("狗", "在", "院子里。"),
    ]


def test_two_words_stand_together_within_the_window_of_one_sentence():
    found = of("a b c d e a. b x y z a. a\nb. e b a c")
    lines, count = found.lines_together("a", "b", window=1)
    assert count == 2  # not across the sentence end, not four words off
    assert [(line.text[slice(*line.word)], line.text[slice(*line.other)]) for line in lines] == [
        *[("a", "b")] * 2
    ]
    near = found.lines_together("a", "b", window=4)[1]
    anywhere = found.lines_together("a", "b", window="sentence")[1]
    assert (near, anywhere) == (4, 4)
    assert found.lines_together("x", "c", window="sentence") == ([], 0)


def test_a_word_is_not_near_itself_but_near_another_of_its_kind():
    found = of("very very good. very bad.")
    lines, count = found.lines_together("very", "very", window=5)
    assert count == 2 and lines[0].word != lines[0].other


def test_unknown_words_are_named():
    with pytest.raises(KeyError, match="'quen' is not in the vocabulary.*'queen'"):
        of(TEXT).lines("quen")


def test_encounters_count_what_training_pairs_do():
    corpus = Corpus.from_text("a b c a.\nb x x x a a.\nc c.", min_count=1)
    found = Concordance(corpus)
    for window in (2, "sentence"):
        N = count_pairs(corpus, window, "flat", 0)
        for center in corpus.words:
            for context in corpus.words:
                row, column = map(corpus.vocabulary.index, (center, context))
                assert found.encounters(center, context, window) == N[row, column]


def test_words_of_before_are_cut_as_they_were():
    text = "The whale--it cost 3.14 İ oﬃce 😀 don’t. Well-known so\u00adft https://a.org x"
    read, found = earlier_words.words_in(text, True, "words")
    assert [word for word, _, _ in found] == (
        [
            "the",
            "whale--it",
            "cost",
            "3",
            "14",
            "i̇",
            "oﬃce",
            "don't",
            "well-known",
            "soft",
            "https",
            "a",
            "org",
            "x",
        ]
    )
    assert [read[start:end] for _, start, end in found][5:8] == ["İ", "oﬃce", "don’t"]
    read, found = earlier_words.words_in("Ab नम", True, "characters")
    assert [word for word, _, _ in found] == ["a", "b", "न", "म"]


def test_a_saved_model_of_before_finds_the_lines_of_every_word(tmp_path):
    text = "The whale--it was 3.14 m long.\nIt was the oﬃce of the whale--it.\n" * 3
    words = ["the", "was", "whale--it", "it", "3", "14", "m", "long", "oﬃce", "of"]
    ids, starts, places, at = [], [0], [], 0
    for line in text.splitlines(keepends=True):
        found = earlier_words.words_in(line.strip(), True, "words")[1]
        ids += [words.index(word) for word, _, _ in found]
        starts.append(len(ids))
        places.append((at, at + len(line.encode())))
        at += len(line.encode())
    counts = np.bincount(ids)
    corpus = Corpus(
        words,
        EncodedText(
            ids=np.array(ids, np.int32),
            sentence_starts=np.array(starts),
            sentence_bytes=np.array(places),
            counts=counts,
            all_counts=-np.sort(-counts),
        ),
        text.encode(),
        CorpusSettings(min_count=1, sentence_ends="lines", word_rules=1),
    )
    model_files.save_corpus(corpus, tmp_path)
    content = json.loads((tmp_path / "corpus.json").read_text())
    assert content.pop("word_rules") == 1
    for later in ("addresses", "emoji", "language"):
        del content[later]
    (tmp_path / "corpus.json").write_text(json.dumps(content))
    opened = model_files.load_corpus(tmp_path)
    finder = Concordance(opened)
    for word, count in zip(words, counts, strict=True):
        lines = finder.lines(word)
        assert len(lines) == count
        assert all(line.text[slice(*line.word)].lower() == word for line in lines)
