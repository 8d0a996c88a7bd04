"""Similarity and analogy on vectors made by hand."""

import numpy as np
import pytest

from w2v_core import WordVectors
from w2v_core.space.analogy import solve
from w2v_core.space.evaluation import analogy_accuracy, read_questions

WORDS = ["man", "woman", "king", "queen", "apple"]
SPACE = WordVectors(
    WORDS,
    np.array([[1, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1], [-3, 0.5, 0]], np.float32),
    lowercase=True,
)


def test_cosine_dot_and_euclidean_rank_by_their_own_measure():
    for metric, measure, better in (
        ("cosine", lambda a, b: a @ b / np.linalg.norm(a) / np.linalg.norm(b), max),
        ("dot", lambda a, b: a @ b, max),
        ("euclidean", lambda a, b: np.linalg.norm(a - b), min),
    ):
        found = SPACE.most_similar("king", n=10, metric=metric)
        values = {w: measure(SPACE["king"], SPACE[w]) for w in WORDS if w != "king"}
        assert found[0][1] == pytest.approx(better(values.values()))
        assert {w: pytest.approx(v) for w, v in found} == values
        assert [v for _, v in found] == sorted((v for _, v in found), reverse=better is max)


def test_analogies_leave_the_given_words_out_or_not():
    assert SPACE.analogy("man", "woman", "king")[0][0] == "queen"
    assert len(SPACE.analogy("man", "woman", "king")) == 2
    with_inputs = SPACE.analogy("man", "man", "king", exclude_inputs=False)
    assert with_inputs[0] == ("king", pytest.approx(1))


def test_the_odd_one_out_comes_first():
    assert SPACE.doesnt_match(["man", "woman", "apple", "king"])[0][0] == "apple"


def test_similarity_is_the_cosine_and_lookups_fold_case():
    assert SPACE.similarity("MAN", "Woman") == pytest.approx(1 / np.sqrt(2))
    assert "KING" in SPACE and "pear" not in SPACE


def test_unknown_words_and_bad_parameters_are_named():
    with pytest.raises(KeyError, match="'quen' is not in the vocabulary.*'queen'"):
        SPACE.most_similar("quen")
    with pytest.raises(ValueError, match="metric='angle': choose one of 'cosine'"):
        SPACE.most_similar("king", metric="angle")
    with pytest.raises(ValueError, match="at least two"):
        SPACE.doesnt_match(["king"])
    with pytest.raises(ValueError, match="one row for each of the 5 words"):
        WordVectors(WORDS, np.zeros((4, 2)))
    with pytest.raises(ValueError, match="only once"):
        WordVectors(["a", "a"], np.zeros((2, 2)))


def test_n_beyond_the_vocabulary_and_zero_vectors_are_fine():
    space = WordVectors(["a", "b", "zero"], np.array([[1, 0, 0], [0, 1, 0], [0, 0, 0]], float))
    assert space.most_similar("a", n=99) == [("b", 0.0)]
    assert space.most_similar("a", n=0) == []


def test_a_vector_of_zeros_has_a_sentence_and_is_nobodys_neighbour():
    matrix = np.array([[1.0, 0.1], [0, 0], [-1, 0.2], [0.5, -1], [1, 1]])
    space = WordVectors(["a", "zero", "b", "c", "d"], matrix)
    for ask in (
        lambda: space.most_similar("zero"),
        lambda: space.most_similar("zero", metric="euclidean"),
        lambda: space.similarity("a", "zero"),
        lambda: space.analogy("a", "b", "zero"),
        lambda: solve(space, "zero", "a", "b"),
    ):
        with pytest.raises(ValueError, match="all zeros, so it has no direction"):
            ask()
    for metric in ("cosine", "dot", "euclidean"):
        assert {w for w, _ in space.most_similar("a", 9, metric)} == {"b", "c", "d"}
    assert [w for w, _ in space.analogy("a", "b", "c", exclude_inputs=False)].count("zero") == 0
    assert [w for w, _ in solve(space, "a", "b", "c").answers] == ["d"]
    assert not (space.nearest_of_all(3)[0] == 1).any()


def test_questions_are_read_and_those_with_unknown_words_left_out(tmp_path):
    path = tmp_path / "questions.txt"
    path.write_text(
        ": gender\nman woman king queen\n\nMan woman king apple\nman woman king empress\n"
    )
    questions = read_questions(path)
    assert [q.section for q in questions] == ["gender"] * 3
    results = analogy_accuracy(SPACE, questions)
    assert [(answer, right) for _, answer, right in results] == [("queen", True), ("queen", False)]
    path.write_text(": gender\nman woman king\n")
    with pytest.raises(ValueError, match="line 2: expected four words"):
        read_questions(path)


@pytest.mark.parametrize("n_words", [1, 2, 5, 60, 900])
def test_the_nearest_of_all_are_the_nearest_of_each(n_words):
    words = [f"w{i}" for i in range(n_words)]
    vectors = WordVectors(words, np.random.default_rng(n_words).normal(size=(n_words, 8)))
    rows, cosines = vectors.nearest_of_all(10)
    assert rows.shape == cosines.shape == (n_words, min(10, n_words - 1))
    for i, word in enumerate(words):
        found = vectors.most_similar(word, 10)
        assert [words[j] for j in rows[i]] == [w for w, _ in found]
        assert cosines[i] == pytest.approx([c for _, c in found], abs=1e-5)
