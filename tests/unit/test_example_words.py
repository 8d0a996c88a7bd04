"""The words that pages open on are examples that work: on texts of several kinds and scripts."""

import numpy as np
import pytest

from w2v_core import Corpus, SkipGram, WordVectors
from w2v_core.space.analogy import solve
from w2v_core.space.discover import propose_relations, same_word
from w2v_core.space.example_words import (
    clarity,
    clear_words,
    content_rows,
    opening_axes,
    opening_question,
    opening_word,
    words_to_watch,
)
from w2v_core.space.presets import offered_lists
from w2v_core.text.samples import DATA, sample_path

OTHER_NAMES = {
    "invented words": "bcdfglmnprstvz",
    "Greek letters": "βγδζθκλμνπρστφ",
    "Cyrillic letters": "бвгджзклмнпрст",
}
VOWELS = {"b": "aeiou", "β": "αειου", "б": "аеиоу"}


def in_other_words(text: str, consonants: str) -> str:
    """The text with each of its words exchanged for an invented one."""
    rng, names, vowels = np.random.default_rng(7), {}, VOWELS[consonants[0]]
    words = []
    for word in text.lower().replace(".", " . ").split():
        while word.isalpha() and word not in names:
            made = "".join(
                rng.choice(list(kind)) for kind in (consonants, vowels) * 2 + (consonants,)
            )
            if made not in names.values():
                names[word] = made
        words.append(names.get(word, word))
    return " ".join(words)


def trained(text: str) -> SkipGram:
    return SkipGram(dim=40, prior=10, epochs=8).fit(Corpus.from_text(text))


@pytest.fixture(
    scope="module", params=["small_world", "royalty", *OTHER_NAMES], ids=lambda name: name
)
def text(request):
    """A model of each text, its space and its lists of pairs: those that fit, else those found in it."""
    if request.param in OTHER_NAMES:
        world = sample_path("small_world").read_text(encoding="utf-8")
        model = trained(in_other_words(world, OTHER_NAMES[request.param]))
    else:
        model = trained(sample_path(request.param).read_text(encoding="utf-8"))
    space = model.vectors()
    lists = list(offered_lists(model.vocabulary, DATA).values())
    if not lists:
        relations = propose_relations(space.unit, space.words)
        lists = [[(space.words[a], space.words[b]) for a, b in r.rows[:8]] for r in relations]
    return model, space, lists


def test_the_word_has_clearer_neighbours_than_most(text):
    model, space, _ = text
    word = opening_word(space, model.counts)
    row = space.vocabulary.index(word)
    assert model.counts[row] <= 2 * model.counts.mean() and word.isalpha()
    rows = content_rows(space.words, model.counts)
    clear, nearest = clarity(space.unit, rows)
    at = rows.tolist().index(row)
    assert clear[at] > np.median(clear)
    mutual = [
        word in [back for back, _ in space.most_similar(space.words[other], 10)]
        for other in nearest[at].tolist()
    ]
    assert sum(mutual) >= 3


def test_the_question_is_answered_right_and_not_trivially(text):
    _, space, lists = text
    question = opening_question(space, lists)
    assert question is not None
    solved = solve(space, question.a, question.b, question.c)
    assert solved.answer == question.d and solved.near_c != question.d
    assert question.decided == solved.decided
    assert question.margin == pytest.approx(solved.answers[0][1] - solved.answers[1][1], abs=1e-4)
    assert not same_word(question.c, question.d)
    assert any((question.a, question.b) in pairs for pairs in map(list, lists))


def watched_in(corpus):
    return words_to_watch(corpus.words, corpus.counts, corpus.ids, corpus.sentence_starts)


def test_the_words_to_watch_have_clear_neighbours_once_the_model_is_there(text):
    model, space, _ = text
    words = watched_in(model.corpus)
    assert len(set(words)) == 3
    rows = content_rows(space.words, model.counts)
    clear, _ = clarity(space.unit, rows)
    watched = [rows.tolist().index(space.vocabulary.index(word)) for word in words]
    assert np.mean(clear[watched]) > np.median(clear)
    for one in words:  # three examples, not three of one kind
        near = [word for word, _ in space.most_similar(one, 2)]
        assert sum(word in near for word in words) <= 1


def test_words_to_watch_are_neither_everywhere_nor_short():
    text = "the king of a land and the queen of it saw to a castle in the woods. " * 20
    words = watched_in(Corpus.from_text(text))
    assert set(words) <= {"king", "land", "queen", "castle", "woods"} and len(words) == 3


def test_words_to_watch_of_a_text_of_few_words():
    assert watched_in(Corpus.from_text("one")) == ["one"]
    assert sorted(watched_in(Corpus.from_text("one two. two one."))) == ["one", "two"]


def test_words_of_one_phrase_are_no_clear_neighbours():
    rng = np.random.default_rng(0)
    words = [f"w{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(200)]
    unit = rng.normal(size=(200, 30))
    unit[10:20] = unit[10] + 0.1 * rng.normal(size=(10, 30))  # the nearest to each other
    unit[50:60] = unit[50] + 0.3 * rng.normal(size=(10, 30))
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    counts = np.full(200, 300)
    rows = np.arange(200)
    first, second = map(words.index, clear_words(unit, words, counts, rows, 2))
    assert first in range(10, 20) and second in range(50, 60)

    def beside(row):  # the first group is a phrase, each word of it expected beside the others
        return np.isin(rows, range(10, 20)) * float(10 <= row < 20) - np.isin(rows, range(50, 60))

    (chosen,) = clear_words(unit, words, counts, rows, 1, beside)
    assert words.index(chosen) in range(50, 60)


def plane_of(words: dict[str, tuple[float, ...]]) -> WordVectors:
    return WordVectors(list(words), np.array(list(words.values())))


def test_no_question_where_another_word_beats_the_expected_one():
    words = {
        "man": (1.0, 0, 0, 0),
        "woman": (1.0, 1, 0, 0),
        "king": (0.2, 0, 1, 0),
        "queen": (0.2, 0.1, -1, 0.5),
        "angel": (0.2, 1, 1, 0),
        "crown": (0.2, -0.3, 1, 0),  # the nearest to king alone
    }
    pairs = [("man", "woman"), ("king", "queen")]
    assert solve(plane_of(words), "man", "woman", "king").answer == "angel"
    assert opening_question(plane_of(words), [pairs]) is None
    # With the two words in each other's place, it is asked.
    swapped = {**words, "queen": words["angel"], "angel": words["queen"]}
    question = opening_question(plane_of(swapped), [pairs])
    assert question is not None and (question.c, question.d) == ("king", "queen")


def test_axes_are_those_whose_ends_the_text_has():
    space = plane_of({"they": (1, 0), "he": (0, 1), "rich": (1, 1), "old": (1, 2), "new": (2, 1)})
    assert opening_axes(space) == ["old → new"]
    lower = WordVectors(["she", "he", "poor", "rich", "old", "new"], np.eye(6))
    assert opening_axes(lower) == ["he → she", "poor → rich"]
    assert opening_axes(WordVectors(["he", "she"], np.ones((2, 2)))) == []


def test_few_words_and_words_without_direction_are_no_difficulty():
    assert opening_word(WordVectors(["one"], np.ones((1, 2))), np.array([3])) == "one"
    zero = WordVectors(["a", "b"], np.zeros((2, 2)))
    assert opening_word(zero, np.array([2, 1])) == "a"
    assert opening_question(zero, [[("a", "b"), ("b", "a")]]) is None
    assert opening_question(zero, []) is None
