"""A typed word is found by the same stages wherever one is typed."""

import numpy as np
import pytest

from w2v_core.space.evaluation import parse_questions, scorecard
from w2v_core.space.expression import evaluate
from w2v_core.space.selection import read_categories, search
from w2v_core.space.vectors import WordVectors
from w2v_core.vocabulary import UnknownWord, Vocabulary

WORDS = ["the", "Polish", "polish", "oﬃce", "café", "don’t", "T̈x", "İz", "STRASSE", "king"]
VECTORS = np.eye(len(WORDS), dtype=np.float32) + 0.1
STAGES = [
    ("polish", "polish"),  # as typed
    ("Polish", "Polish"),
    ("office", "o\ufb03ce"),  # with its letters in one form
    ("caf\u00e9", "cafe\u0301"),
    ("don't", "don\u2019t"),
    ("\u1e97x", "T\u0308x"),
    ("POLISH", "Polish"),  # without its case: the most frequent
    ("CAFÉ", "cafe\u0301"),
    ("iz", "İz"),
    ("straße", "STRASSE"),
]


def by_vocabulary(typed):
    return WORDS[Vocabulary(WORDS).index(typed)]


def by_search(typed):
    return WORDS[search(Vocabulary(WORDS), typed, "whole words")[0]]


def by_categories(typed):
    ((word, _),) = read_categories(f"{typed},x\n".encode(), Vocabulary(WORDS))
    return WORDS[Vocabulary(WORDS).index(word)]


def by_vectors(typed):
    vector = WordVectors(WORDS, VECTORS)[typed]
    return WORDS[int(np.argmax(vector))]


def by_expression(typed):
    ((word, _),) = evaluate(typed, WordVectors(WORDS, VECTORS)).weights
    return word


def by_questions(typed):
    """A question about a word that is asked of vectors in which it is the only answer left."""
    (question,) = parse_questions(f"the king the {typed}")
    card = scorecard(WordVectors(WORDS, VECTORS), [question])
    assert card.total.covered == 1
    return by_vocabulary(question.d)


LOOKUPS = [by_vocabulary, by_search, by_categories, by_vectors, by_expression, by_questions]


@pytest.mark.parametrize("look_up", LOOKUPS)
@pytest.mark.parametrize(("typed", "word"), STAGES)
def test_every_place_finds_a_word_by_the_same_stages(look_up, typed, word):
    assert look_up(typed) == word


@pytest.mark.parametrize(
    ("query", "how", "words"),
    [
        ("POL", "begins with", ["Polish", "polish"]),
        ("FICE", "contains", ["o\ufb03ce"]),
        ("fé", "contains", ["cafe\u0301"]),
        ("strass", "begins with", ["STRASSE"]),
    ],
)
def test_parts_of_words_are_searched_without_case_and_in_one_form(query, how, words):
    assert [WORDS[row] for row in search(Vocabulary(WORDS), query, how)] == words


def test_what_is_still_unknown_gets_suggestions():
    with pytest.raises(UnknownWord, match="'king'"):
        Vocabulary(WORDS).index("kinng")
