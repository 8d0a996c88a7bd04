"""Axes a person names, clusters, trust, search, categories; what is kept and taken away."""

import csv
import io

import numpy as np
import pytest
from sklearn.manifold import trustworthiness

from w2v_core import Corpus, SkipGram
from w2v_core.exchange.tables import csv_table
from w2v_core.library.library import Library
from w2v_core.library.word_sets import (
    forget_set,
    keep_set,
    keep_word_categories,
    read_sets,
    read_word_categories,
)
from w2v_core.space import selection
from w2v_core.space.axes import along, direction, read_axis, suggest
from w2v_core.space.clusters import cluster
from w2v_core.space.projection import pca
from w2v_core.space.region_names import names_of_groups, naming_scores
from w2v_core.space.selection import categories, read_categories, search
from w2v_core.space.trust import point_trust, sample_rows
from w2v_core.space.vectors import WordVectors
from w2v_core.visitors.ownership import OPERATOR
from w2v_core.vocabulary import UnknownWord, Vocabulary

WORDS = Vocabulary(
    ["man", "woman", "king", "queen", "good", "best", "bad", "worst", "new york"], True
)


def test_the_words_nearest_to_a_selection_are_those_nearest_to_its_mean_direction():
    angles = np.radians([0, 40, 15, 25, 90, 180])
    lengths = np.array([[1], [5], [0.1], [3], [2], [1]])  # directions alone count
    vectors = WordVectors(list("abcdef"), lengths * np.c_[np.cos(angles), np.sin(angles)])
    assert vectors.nearest_to_rows([0, 1], 3) == [3, 2, 4] and vectors.nearest_to_rows([4], 1) == [
        1
    ]


@pytest.mark.parametrize("arrow", ["→", "->", " → ", " --> ", "=>"])
def test_an_axis_goes_from_some_words_to_others(arrow):
    axis = read_axis(f"Man{arrow}woman", WORDS)
    assert (axis.origins, axis.targets, axis.title) == ((0,), (1,), "man → woman")


def test_an_axis_of_groups_and_one_of_pairs():
    groups = read_axis("bad, worst → good best", WORDS)
    assert (groups.start, groups.end) == ("bad, worst", "good, best")
    pairs = read_axis("man → woman; king → queen", WORDS)
    assert (pairs.origins, pairs.targets) == ((0, 2), (1, 3))
    assert read_axis("new york → king", WORDS).origins == (8,)


@pytest.mark.parametrize(
    "text", ["", "man", "man →", "→ woman", "man → woman → king", "man → man", ";"]
)
def test_what_is_no_axis_gets_a_sentence(text):
    with pytest.raises(ValueError, match="axis"):
        read_axis(text, WORDS)
    with pytest.raises(UnknownWord, match="'womman'.*'woman'"):
        read_axis("man → womman", WORDS)


def test_words_lie_along_a_named_axis_in_the_order_of_its_ends():
    rng = np.random.default_rng(0)
    V = rng.normal(size=(9, 5))
    V[0], V[1] = [3, 0, 0, 0, 0], [0, 0.1, 0, 0, 0]  # of very different lengths
    axis = direction(V, read_axis("man → woman", WORDS))
    assert np.linalg.norm(axis) == pytest.approx(1)
    np.testing.assert_allclose(axis, [-(0.5**0.5), 0.5**0.5, 0, 0, 0], atol=1e-12)
    places = along(V, [axis])
    assert places.shape == (9, 1) and places.dtype == np.float32 and places[0] < places[1]
    V[1] = V[0]
    with pytest.raises(ValueError, match="coincide"):
        direction(V, read_axis("man → woman", WORDS))


def test_suggested_axes_can_be_read_and_span_the_picture():
    rng = np.random.default_rng(0)
    picture = rng.normal(size=(9, 2))
    axis = read_axis(suggest(picture, WORDS.words)[1], WORDS)
    assert axis.origins[0] == picture[:, 1].argmin() and axis.targets[0] == picture[:, 1].argmax()


def test_other_vectors_are_placed_in_the_picture_of_the_first():
    rng = np.random.default_rng(0)
    data = rng.normal(size=(50, 6))
    found = pca(data, 4)
    np.testing.assert_allclose(found.place(data[:7]), found.coordinates[:7], atol=1e-5)
    np.testing.assert_allclose(found.components @ found.components.T, np.eye(4), atol=1e-10)


def test_clusters_find_the_directions_that_are_there():
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 3, 300)
    lengths = rng.uniform(0.1, 9, (300, 1))
    matrix = lengths * (np.eye(3)[truth] + 0.1 * rng.normal(size=(300, 3)))
    words = [f"w{i}" for i in range(300)]
    found = cluster(matrix, words, 3)
    groups = [set(truth[found.labels == number]) for number in range(3)]
    assert sorted(map(len, groups)) == [1, 1, 1] and len(set.union(*groups)) == 3
    sizes = np.bincount(found.labels)
    assert sizes.tolist() == sorted(sizes, reverse=True)
    for number, names in enumerate(found.names):
        assert len(names) == 3 and all(found.labels[int(w[1:])] == number for w in names)


def test_a_region_is_named_by_words_that_are_its_own_and_are_met_often():
    """Two kinds of sentences share their common words; each kind has words of its own, often or once."""
    rng = np.random.default_rng(0)
    animals, places = ["cat", "dog", "horse", "sheep"], ["berlin", "paris", "rome", "madrid"]
    text = []
    for i in range(600):
        own, near = (animals, "farm") if i % 2 else (places, "city")
        a, b = rng.choice(own, 2, replace=False)
        text.append(f"the {a} and the {b} are of the {near} .")
    text += ["the cat and the okapi are of the farm .", "the rome and the ulm are of the city ."]
    corpus = Corpus.from_text("\n".join(text), min_count=1)
    model = SkipGram(dim=8, window=4, epochs=10).fit(corpus)
    matrix = model.vectors("center").matrix
    found = cluster(matrix - matrix.mean(axis=0), model.words, 3, counts=model.counts)
    named = [set(names) for names in found.names]
    about = [{"farm", *animals}, {"city", *places}]
    assert all(any(names <= group for names in named) for group in about)
    assert not {"okapi", "ulm"} & set.union(*named)


def test_a_region_is_named_by_words_among_words_like_them():
    """In the middle of a group is a word that is like no other; twelve at its side are like each other."""
    middle, *others = np.eye(14)
    side = 0.7 * middle + 0.7 * others[12]
    unit = np.vstack([middle, *[side] * 12, *[0.5 * middle + 0.8 * one for one in others[:12]]])
    unit /= np.linalg.norm(unit, axis=1)[:, None]
    counts = np.array([9] * 24 + [999])  # one is half of the text
    scores = naming_scores(unit, np.zeros(25, int), middle[None], counts)
    assert scores[1:13].min() > scores[0] > scores[13:].max()


def test_a_name_does_not_repeat_a_word_in_another_form():
    words = ["australia", "australian", "grain", "dairy"]
    scores = np.array([4.0, 3.0, 2.0, 1.0])
    assert names_of_groups(scores, np.zeros(4, int), words, 1) == [["australia", "grain", "dairy"]]


def test_the_score_of_a_name_weighs_nearness_margin_and_frequency():
    centers = np.eye(2)
    unit = np.array([[1, 0], [1, 0], [0.8, 0.6], [0.8, 0.6], [0, 1], [0, 1]], float)
    labels, counts = np.array([0, 0, 0, 0, 1, 1]), np.array([90, 9, 9, 1, 5, 4])
    frequent, central, edge, rare, _, _ = naming_scores(unit, labels, centers, counts)
    assert central > frequent > 0  # it alone is half of the text
    assert central > edge > rare
    assert edge == pytest.approx((1 + 0.8 + 0.8) / 3 * np.sqrt(0.2) * np.log(10))
    uncounted = naming_scores(unit, labels, centers, np.zeros(6))
    assert uncounted[1] > uncounted[2] > uncounted[3] > 0


@pytest.mark.parametrize("matrix", [np.ones((5, 2)), np.zeros((4, 3)), np.eye(2)])
def test_clusters_of_few_different_vectors_are_fewer(matrix):
    found = cluster(matrix, [f"w{i}" for i in range(len(matrix))], 8)
    assert len(found.names) == len(np.unique(matrix, axis=0)) and found.labels.min() == 0


@pytest.mark.parametrize("n", [5, 60, 700])
def test_trust_of_the_points_has_the_mean_that_scikit_learn_gives(n):
    rng = np.random.default_rng(n)
    matrix = rng.normal(size=(n, 8)).astype(np.float32)
    picture = matrix[:, :2] + 0.3 * rng.normal(size=(n, 2))
    k = min(10, (n - 1) // 2)
    each = point_trust(matrix, picture)
    assert each.shape == (n,)
    assert each.mean() == pytest.approx(trustworthiness(matrix, picture, n_neighbors=k), abs=1e-5)
    rows = np.array([3, 1])
    np.testing.assert_allclose(point_trust(matrix, picture, rows), each[rows])


def test_a_true_picture_is_trusted_and_a_torn_point_is_not():
    rng = np.random.default_rng(0)
    matrix = rng.normal(size=(200, 2))
    assert point_trust(matrix, matrix).min() == 1
    torn = matrix.copy()
    torn[7] = -3 * torn[7]
    each = point_trust(matrix, torn)
    assert each.argmin() == 7 and each[7] < 0.8
    assert np.isfinite(point_trust(matrix, np.zeros((200, 2)))).all()  # all on one spot
    with pytest.raises(ValueError, match="three words"):
        point_trust(matrix[:2], torn[:2])


def test_a_sample_of_rows_is_the_same_each_time_and_none_twice():
    rows = sample_rows(5000, 100)
    assert len(set(rows)) == 100 and (rows == sample_rows(5000, 100)).all()
    assert sample_rows(50, 100).tolist() == list(range(50))


@pytest.mark.parametrize(
    ("query", "how", "found"),
    [
        ("qu", "begins with", ["queen"]),
        ("wo, k", "begins with", ["woman", "king", "worst"]),
        ("MAN", "contains", ["man", "woman"]),
        ("man queen nothing", "whole words", ["man", "queen"]),
        ("new york", "whole words", ["new york"]),
        ("^.{4}$", "regular expression", ["king", "good", "best"]),
        ("oo|ee", "regular expression", ["queen", "good"]),
        ("(", "begins with", []),
        ("  ", "regular expression", []),
    ],
)
def test_a_search_finds_all_words_that_fit(query, how, found):
    assert [WORDS.words[row] for row in search(WORDS, query, how)] == found


@pytest.mark.parametrize("query", ["(", "[a", "*", "a{5,2}", "(?P<x", "a" * 300, "\\"])
def test_a_bad_expression_gets_a_sentence(query):
    with pytest.raises(ValueError, match="regular expression"):
        search(WORDS, query, "regular expression")


def test_an_expression_that_would_never_end_is_ended(monkeypatch):
    monkeypatch.setattr(selection, "PATTERN_SECONDS", 1)
    with pytest.raises(ValueError, match="takes more than 1 seconds"):
        search(Vocabulary(["a" * 60 + "b"]), "(a|aa)+$", "regular expression")


def test_categories_are_read_from_a_table_of_any_dialect():
    table = 'word,category\nKing,person\nqueen,person\n\nunknown,x\ngood,"value, moral"\n'
    pairs = read_categories(table.encode("utf-8-sig"), WORDS)
    assert pairs == [("king", "person"), ("queen", "person"), ("good", "value, moral")]
    found = categories(pairs, WORDS)
    assert found.names == ["person", "value, moral"]
    assert found.labels.tolist() == [-1, -1, 0, 0, 1, -1, -1, -1, -1]
    assert read_categories(b"king\tperson\nman\tperson", WORDS)[1] == ("man", "person")
    assert read_categories(b"king;person", WORDS) == [("king", "person")]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "no word"),
        (b"nothing,here", "no word"),
        (b"king,person\nqueen", "Line 2"),
        (b"king,person\n,b", "Line 2"),
        ("käse,essen".encode("utf-16"), "UTF-8"),
        (b'king,person\0\n"unclosed', "Line 2"),
    ],
)
def test_a_bad_table_of_categories_gets_a_sentence(data, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_categories(data, WORDS)


HOSTILE = ["=cmd()", "+1", "-1", "@a", "\tx", "a,b", 'q"q', "<b>x</b>", "שלום", "🙂", "line\nbreak"]


def test_a_table_keeps_every_word_and_no_cell_is_a_formula():
    data = csv_table(["word", "count"], [(word, -2.5) for word in HOSTILE])
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))[1:]
    for (cell, number), word in zip(rows, HOSTILE, strict=True):
        assert cell in (word, "'" + word) and cell[0] not in "=+-@\t" and number == "-2.5"
    assert rows[0][0] == "'=cmd()" and rows[7][0] == "<b>x</b>"


def test_a_table_that_was_saved_can_be_read_as_categories():
    vocabulary = Vocabulary(HOSTILE)
    table = csv_table(["word", "category"], [(word, "=x") for word in HOSTILE])
    assert read_categories(table, vocabulary) == [(word, "=x") for word in HOSTILE]


def test_sets_are_kept_beside_the_model_until_they_are_forgotten(tmp_path):
    library, id = Library(tmp_path, OPERATOR), "a" * 32
    folder = library.model_folder(id)
    folder.mkdir(parents=True)
    assert read_sets(folder) == {}
    assert keep_set(library, id, "  my\n set ", ["a", "b"]) == "my set"
    keep_set(library, id, "other", ["c"])
    assert read_sets(folder) == {"my set": ["a", "b"], "other": ["c"]}
    forget_set(library, id, "my set")
    forget_set(library, id, "my set")
    assert list(read_sets(folder)) == ["other"]
    for name, words in ((" ", ["a"]), ("x", [])):
        with pytest.raises(ValueError):
            keep_set(library, id, name, words)
    assert read_word_categories(folder) is None
    keep_word_categories(library, id, "c.csv", [("a", "b")])
    assert read_word_categories(folder) == ("c.csv", [("a", "b")])


def test_suggested_axes_leave_out_words_that_an_axis_would_be_read_otherwise_from():
    words = ["a,b", "c;d", "e→f", "g -> h", "i->j", "fine", "good"]
    (axis,) = suggest(np.array([[-9.0], [9], [-8], [8], [7], [-1], [1]]), words)
    assert axis == "fine → good" and read_axis(axis, Vocabulary(words)).title == axis
    assert suggest(np.array([[0.0], [1]]), ["a,b", "c,d"]) == ["a,b → c,d"]  # there are no others


@pytest.mark.parametrize("rows", [[], [0], [3, 1, 2], list(range(1000)), list(range(0, 1000, 7))])
def test_a_selection_of_any_size_is_short_in_an_address(rows):
    text = selection.as_text(rows, 1000)
    assert len(text) < 300 and text.isascii() and not set(text) & set("&=+/#%")
    assert selection.from_text(text, 1000) == sorted(rows)


@pytest.mark.parametrize("text", ["", "x", "!!!!", "é", "AAAA", "eJxz"])
def test_what_is_no_selection_selects_nothing(text):
    assert selection.from_text(text, 1000) == []


def test_a_selection_never_unpacks_to_more_than_the_vocabulary():
    everything = selection.as_text(range(8_000_000), 8_000_000)
    assert selection.from_text(everything, 100) == list(range(100))
