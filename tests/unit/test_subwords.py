"""Vectors of form: what the spelling of words tells of their vectors."""

import numpy as np
import pytest

from w2v_core import Corpus, SkipGram
from w2v_core.model.subwords import STRENGTH, FormVectors, ngrams
from w2v_core.space.vectors import unit_rows

STEMS = ["walk", "talk", "jump", "climb", "paint", "laugh", "shout", "open", "call", "lift"]
WORDS = [stem + ending for stem in STEMS for ending in ("", "ed", "ing")]


@pytest.fixture(scope="module")
def vectors():
    """A stem's vector plus its ending's, and a little noise."""
    rng = np.random.default_rng(0)
    stems, endings = rng.normal(size=(10, 12)), 2 * rng.normal(size=(3, 12))
    exact = (stems[:, None] + endings).reshape(30, 12)
    return (exact + 0.1 * rng.normal(size=exact.shape)).astype(np.float32)


@pytest.fixture(scope="module")
def form(vectors):
    return FormVectors(WORDS, vectors, np.full(30, 10_000))


def test_the_ngrams_of_a_word_mark_its_ends():
    assert ngrams("cat") == ["<ca", "cat", "at>", "<cat", "cat>", "<cat>"]
    assert ngrams("a") == ["<a>"]


def test_they_are_the_ridge_regression_of_the_vectors(vectors, form):
    grams = sorted({gram for word in WORDS for gram in ngrams(word)})
    G = np.array([[ngrams(word).count(gram) for gram in grams] for word in WORDS], float)
    kernel = G @ G.T
    dense = kernel @ np.linalg.solve(kernel + STRENGTH / 100 * np.eye(30), vectors)
    np.testing.assert_allclose(form.matrix, dense, atol=0.01)


def test_a_word_that_the_text_lacks_is_built_from_its_parts(form):
    (vector,) = form.of(["climbings"])
    cosines = unit_rows(form.matrix) @ unit_rows(vector[None])[0]
    assert WORDS[int(cosines.argmax())] == "climbing"
    assert form.nearest("climbings", 3)[0][0] == "climbing"
    np.testing.assert_allclose(form.of(WORDS), form.matrix, atol=1e-5)


def test_an_analogy_may_be_asked_of_words_that_the_text_lacks(form):
    assert form.analogy("walk", "walking", "outlaugh", 2)[0][0] == "laughing"
    assert not {"walk", "walking"} & {word for word, _ in form.analogy("walk", "walking", "talks")}
    assert form.analogy("walk", "walking", "xyzzy") == []


def test_a_word_without_known_parts_has_no_direction(form):
    assert not form.of(["xyzzy"]).any() and form.nearest("xyzzy") == []


def test_rare_words_are_pulled_towards_their_spelling(vectors):
    counts = np.full(30, 10_000)
    counts[1] = 1
    odd = vectors.copy()
    odd[1] = -odd[1]  # walked, seen once, in company that is not its own
    often = FormVectors(WORDS, odd, np.full(30, 10_000)).matrix[1]
    once = FormVectors(WORDS, odd, counts).matrix[1]
    assert np.linalg.norm(once - odd[1]) > np.linalg.norm(often - odd[1])


def test_a_model_has_a_view_of_form_that_is_no_part_of_another():
    model = SkipGram(dim=4, prior=1.0, count_vectors=True).fit(
        Corpus.from_text("he walked and talked. she walks and talks. they walk and talk.\n" * 10)
    )
    assert "form" not in model.views and model.has_form
    view = model.vectors("form")
    np.testing.assert_array_equal(view.matrix, model.form_vectors().matrix)
    assert view.words == model.words and np.isfinite(view.matrix).all()
