"""Which words two texts use differently."""

import functools

import numpy as np
import pytest

from w2v_core import Corpus, compare_corpora
from w2v_core.model.mean_contexts import context_sums
from w2v_core.model.skipgram import SkipGram
from w2v_core.model.slice_vectors import slice_vectors
from w2v_core.space.permutation_test import (
    benjamini_hochberg,
    labelings,
    pooled_p,
    standardised,
    sum_of_squares,
)
from w2v_core.text.pairs import count_pairs
from w2v_core.text.pooled import pool
from w2v_core.text.units import units_of_texts
from w2v_core.vocabulary import UnknownWord

SUBJECTS = [[f"{kind}{i}" for i in range(12)] for kind in ("plant", "stone", "tool", "sound")]


def sentences(seed, n=320, swap=None):
    """Sentences of eight words, each of one subject with a few words of any; in documents of ten that
    prefer a subject."""
    rng = np.random.default_rng(seed)
    swap = {**swap, **{b: a for a, b in swap.items()}} if swap else {}
    lines = []
    for number in range(n):
        if number % 10 == 0:
            liked = int(rng.integers(4))
        subject = liked if rng.random() < 0.6 else int(rng.integers(4))
        line = [
            SUBJECTS[subject if rng.random() < 0.85 else rng.integers(4)][rng.integers(12)]
            for _ in range(8)
        ]
        lines.append([swap.get(word, word) for word in line])
    return lines, np.arange(n) // 10


PLANTED = {"plant3": "stone3", "tool5": "sound5"}


@functools.cache
def planted():
    a, documents = sentences(1)
    b, _ = sentences(2, swap=PLANTED)
    said = []
    found = compare_corpora(
        a,
        b,
        documents_a=documents,
        documents_b=documents,
        callback=lambda share, sentence: said.append((share, sentence)),
    )
    return found, said


def test_swapped_words_are_found_and_few_others():
    found, _ = planted()
    swapped = {*PLANTED, *PLANTED.values()}
    called = {w for w, d in zip(found.words, found.used_differently, strict=True) if d}
    assert called >= swapped and len(called - swapped) <= 1
    farthest = np.argsort(-found.distance)[:4]
    assert {found.words[i] for i in farthest} == swapped
    assert set(found.settings["taken_out"]) >= swapped


def test_what_a_comparison_says_of_itself_holds():
    found, said = planted()
    n = len(found.words)
    assert n == 48 and all(len(x) == n for x in (found.z, found.p, found.q, found.distance))
    assert (found.used_differently == (found.q <= 0.10)).all()
    assert (found.q >= found.p).all() and (found.p > 0).all() and (found.q <= 1).all()
    assert found.settings["unit_a"] == "documents" and found.settings["units_b"] == 32
    shares = [share for share, _ in said]
    assert shares == sorted(shares) and shares[-1] == 1.0 and len({s for _, s in said}) >= 5


def test_two_halves_of_one_text_show_no_word():
    lines, documents = sentences(3, 640)
    found = compare_corpora(
        lines[:320], lines[320:], documents_a=documents[:320], documents_b=documents[320:]
    )
    assert not found.used_differently.any()
    # What noise adds is taken off: about as many words lie below 0 as above.
    assert 0.25 < (found.beyond > 0).mean() < 0.75
    assert (planted()[0].beyond[planted()[0].used_differently] > np.abs(found.beyond).max()).all()


def test_named_words_are_controlled_alone_and_come_in_the_order_asked():
    a, documents = sentences(1)
    b, _ = sentences(2, swap=PLANTED)
    a, b = [*a, ["rare", "plant1"]], [*b, ["rare", "tool2"]]
    labels = np.append(documents, 99)
    found = compare_corpora(
        a, b, documents_a=labels, documents_b=labels, words=["tool1", "stone3", "rare"]
    )
    assert found.words == ["tool1", "stone3", "rare"]
    assert found.used_differently.tolist() == [False, True, False]
    # Three of which one is too rare: q is p times 2 at most, and a quarter of the rate is set aside.
    assert found.q[1] <= 2 * found.p[1] / 0.75
    assert np.isnan(found.z[2]) and found.p[2] == 1.0 and np.isfinite(found.distance[2])


def test_corpora_and_their_sentences_give_the_same():
    a, documents = sentences(1, 80)
    b, _ = sentences(2, 80)
    texts = [
        Corpus.from_text(
            "\n".join(" ".join(line) for line in x), sentence_ends="lines", min_count=1
        )
        for x in (a, b)
    ]
    lists = compare_corpora(a, b, draws=20, documents_a=documents, documents_b=documents)
    corpora = compare_corpora(*texts, draws=20, documents_a=documents, documents_b=documents)
    assert lists.words == sorted(corpora.words, key=lists.words.index)
    order = [corpora.words.index(word) for word in lists.words]
    np.testing.assert_allclose(lists.distance, corpora.distance[order], atol=0.05)


def test_a_comparison_can_be_stopped():
    a, _ = sentences(1, 40)
    for last in ("Reading both texts", "Counting pairs", "Permuting the documents"):
        with pytest.raises(InterruptedError):
            compare_corpora(a, a, callback=lambda share, sentence, last=last: sentence == last)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"draws": 3}, "draws=3"),
        ({"rate": 1.5}, "rate=1.5"),
        ({"words": []}, "words"),
        ({"words": "plant1"}, "words"),
        ({"documents_a": [1, 2]}, "documents of the first text"),
        ({"a": "plant1 plant2"}, "one string"),
        ({"b": []}, "the second text"),
        ({"b": [["plant1"]]}, "single sentence"),
        ({"b": [["nothing", "shared"], ["here", "either"]]}, "10 times"),
    ],
)
def test_bad_input_is_told_in_a_sentence(wrong, says):
    given = {"a": sentences(1, 20)[0], "b": sentences(2, 20)[0], **wrong}
    with pytest.raises(ValueError, match=says):
        compare_corpora(given.pop("a"), given.pop("b"), **given)


def test_an_unknown_word_is_named():
    with pytest.raises(UnknownWord, match="'planet3'"):
        compare_corpora(sentences(1, 20)[0], sentences(2, 20)[0], words=["planet3"])


# --- What it is made of -----------------------------------------------------------------------------


def test_sums_of_contexts_are_the_rows_of_the_pair_counts():
    text = pool([sentences(1, 30)[0], sentences(2, 30)[0]])
    corpus = text.corpus
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(len(corpus.words), 5)).astype(np.float32)
    keep = rng.random(len(corpus.words))
    rows = np.arange(0, len(corpus.words), 3)
    part = np.arange(60) // 7
    wanted = count_pairs(corpus, 4, subsample=0).toarray() * keep
    for word in context_sums(corpus, vectors, keep, part, rows, window=4):
        assert word.row in rows
        np.testing.assert_allclose(word.sums.sum(axis=0), wanted[word.row] @ vectors, rtol=1e-3)
        np.testing.assert_allclose(word.weights.sum(), wanted[word.row].sum(), rtol=1e-4)
        places = np.flatnonzero(corpus.ids == word.row)
        stands = part[np.searchsorted(corpus.sentence_starts, places, side="right") - 1]
        assert word.parts.tolist() == np.unique(stands).tolist()


def test_the_sum_of_squares_is_that_of_the_two_means():
    rng = np.random.default_rng(0)
    sums, weights = rng.normal(size=(6, 3)), rng.random(6) + 0.5
    labels = labelings(3, 6, 20, rng)
    assert labels[0].tolist() == [True] * 3 + [False] * 3 and (labels.sum(axis=1) == 3).all()
    for on_a, found in zip(labels, sum_of_squares(labels, sums, weights), strict=True):
        m_a, m_b = weights[on_a].sum(), weights[~on_a].sum()
        apart = sums[on_a].sum(axis=0) / m_a - sums[~on_a].sum(axis=0) / m_b
        assert found == pytest.approx(m_a * m_b / (m_a + m_b) * (apart**2).sum(), rel=1e-4)
    assert np.isnan(sum_of_squares(np.ones((1, 6), bool), sums, weights)[0])


def test_p_of_words_without_any_difference_is_uniform():
    rng = np.random.default_rng(0)
    values = rng.normal(size=(2_000, 81)) * rng.uniform(0.5, 3, (2_000, 1))
    z, null = standardised(values, np.arange(2_000))
    p = pooled_p(z, null)
    for level in (0.01, 0.1, 0.5):
        assert abs((p <= level).mean() - level) < 4 * np.sqrt(level / 2_000)
    assert (benjamini_hochberg(p) > 0.10).all()


def test_benjamini_and_hochbergs_rule():
    p = np.array([0.01, 0.9, 0.02, 0.03])
    np.testing.assert_allclose(benjamini_hochberg(p), [0.04, 0.9, 0.04, 0.04])
    assert len(benjamini_hochberg(np.zeros(0))) == 0


def test_documents_are_permuted_where_there_are_enough_and_blocks_elsewhere():
    lines = sentences(1, 40)[0]
    text = pool([lines, lines, lines], [np.arange(40) // 4, np.arange(40) // 20, None])
    units, kinds, numbers = units_of_texts(text)
    assert kinds == ["documents", "blocks of 4 sentences", "blocks of 4 sentences"]
    assert numbers == [10, 10, 10] and np.unique(units).tolist() == list(range(30))
    # No block reaches over the end of a document.
    both = {(int(u), int(d)) for u, d in zip(units[40:80], text.documents[40:80], strict=True)}
    assert len(both) == 10


def test_vectors_of_a_part_predict_that_part_best():
    text = pool([sentences(1)[0], sentences(2, swap=PLANTED)[0]])
    model = SkipGram(dim=8, prior=1.0).fit(text.corpus)
    row = text.corpus.vocabulary.index("plant3")
    parts = [count_pairs(text.corpus, sentence_weights=text.text == side) for side in (0, 1)]

    def loss(v, N):
        scores = v @ model.U.T + model.log_q
        log_p = scores - np.log(np.exp(scores).sum())
        return -float((N[[row]].toarray()[0] * log_p).sum()) + 0.5 * float(v @ v)

    own = [slice_vectors(model, N[[row]])[0] for N in parts]
    rng = np.random.default_rng(0)
    for side in (0, 1):
        best = loss(own[side], parts[side])
        assert best < loss(own[1 - side], parts[side]) and best < loss(model.V[row], parts[side])
        near = [own[side] + 0.05 * rng.normal(size=8).astype(np.float32) for _ in range(10)]
        assert all(loss(v, parts[side]) > best for v in near)
    nothing = slice_vectors(model, parts[0][[row]] * 0)
    assert not nothing.any()
