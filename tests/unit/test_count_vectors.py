"""Vectors by counting: positive PMI by hand, the same pairs as the skip-gram's, views, and what is kept."""

import io
import json
import math

import numpy as np
import pytest
import scipy.sparse as sp

from w2v_core import Corpus, CountVectors, SkipGram, count_pairs, load_model, save_model
from w2v_core.exchange.bundles import read_bundle, write_bundle
from w2v_core.model.positive_pmi import EXACT_TO, pmi, pmi_vectors, positive_pmi
from w2v_core.model.vector_views import COUNT_POWER, VIEWS, count_window, side_by_side
from w2v_core.storage.files import Damaged, read_arrays, write_arrays

TEXT = "one two three. two three four. one four two. five six. six five one. three two one."
CORPUS = Corpus.from_text(TEXT, min_count=1)
LONG = Corpus.from_text("one two five four three six. " * 2 + TEXT, min_count=1)
PAIRS = dict(window=2, subsample=0.0, weighting="flat")


@pytest.fixture(scope="module")
def model():
    return SkipGram(dim=3, **PAIRS, epochs=3, count_vectors=True).fit(LONG)


def test_positive_pmi_is_that_of_counting_by_hand():
    tokens = [sentence.split() for sentence in TEXT.rstrip(".").split(". ")]
    pairs = {}
    for sentence in tokens:
        for i, c in enumerate(sentence):
            for j, o in enumerate(sentence):
                if i != j:
                    pairs[c, o] = pairs.get((c, o), 0) + 1
    n = {w: sum(v for (c, _), v in pairs.items() if c == w) for w in CORPUS.words}
    q = {w: n[w] ** 0.75 for w in CORPUS.words}  # these pairs are symmetric
    norm = sum(q.values())
    N = SkipGram(**PAIRS).count(CORPUS)[0]
    signed, positive = pmi(N).toarray(), positive_pmi(N).toarray()
    below = 0
    for i, c in enumerate(CORPUS.words):
        for j, o in enumerate(CORPUS.words):
            if (c, o) not in pairs:
                assert signed[i, j] == positive[i, j] == 0
                continue
            wanted = math.log(pairs[c, o] / n[c] / (q[o] / norm))
            assert signed[i, j] == pytest.approx(wanted, abs=1e-5)
            assert positive[i, j] == pytest.approx(max(wanted, 0), abs=1e-5)
            below += wanted < 0
    assert below and positive_pmi(N).nnz == (positive > 0).sum() > 0


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0])
def test_count_vectors_are_the_singular_vectors_of_positive_pmi(power):
    found = CountVectors(dim=3, **PAIRS, power=power).fit(CORPUS)
    matrix = positive_pmi(found.count(CORPUS)).toarray()
    A, values, _ = np.linalg.svd(matrix)
    np.testing.assert_allclose(found.singular_values, values[:3], rtol=1e-4)
    cosines = np.abs((A[:, :3] * found.V).sum(axis=0) / values[:3] ** power)
    np.testing.assert_allclose(cosines, 1, rtol=1e-3)
    sizes = np.abs(found.V)
    assert (found.V[(sizes > 0.99 * sizes.max(axis=0)).argmax(axis=0), range(3)] > 0).all()
    assert found.V.dtype == np.float32


@pytest.mark.parametrize("kinds", [2, 6, 60])
def test_large_matrices_of_any_rank_are_decomposed_too(kinds):
    """Words of as many kinds as the rank, in a vocabulary that is not decomposed as a whole."""
    rng = np.random.default_rng(kinds)
    kind = rng.integers(0, kinds, EXACT_TO + 100)
    between = rng.integers(0, 2, (kinds, kinds)) * rng.integers(1, 4, (kinds, kinds))
    N = (between + between.T)[kind][:, kind].astype(np.float32)
    N[-3:], N[:, -3:] = 0, 0  # words without pairs
    N = sp.csr_array(N)
    C, values = pmi_vectors(N, 20)
    wanted = np.linalg.svd(positive_pmi(N).toarray(), compute_uv=False)[:20]
    np.testing.assert_allclose(values, wanted, atol=1e-3 * wanted[0])
    real = values > 0
    assert real.sum() == np.sum(wanted > 1e-6 * wanted[0])
    np.testing.assert_allclose(C[:, real].T @ C[:, real], np.eye(real.sum()), atol=0.01)
    assert not C[:, ~real].any() and not C[-3:].any()


def test_counting_twice_gives_the_same_vectors_and_a_seed_hardly_matters():
    first, again, other = (CountVectors(dim=3, **PAIRS, seed=s).fit(CORPUS) for s in (0, 0, 7))
    np.testing.assert_array_equal(first.V, again.V)
    np.testing.assert_allclose(first.V, other.V, atol=1e-3)


def test_both_trainers_count_the_same_pairs_and_make_the_same_vectors():
    options = dict(dim=3, window="sentence", subsample=0.0)
    model = SkipGram(**options, epochs=3, count_vectors=True).fit(CORPUS)
    counting = CountVectors(**options, power=COUNT_POWER)
    N = counting.count(CORPUS)
    assert (model.count(CORPUS)[0] != N).nnz == 0
    np.testing.assert_array_equal(counting.fit(CORPUS).V, model.C)
    np.testing.assert_array_equal(counting.fit(CORPUS, pairs=N).V, model.C)
    assert SkipGram(dim=3, **PAIRS, epochs=1).fit(CORPUS).C is None


def test_beside_trained_vectors_those_of_counts_see_three_times_as_far(model):
    wide = CountVectors(dim=3, **{**PAIRS, "window": 6}, power=COUNT_POWER)
    np.testing.assert_array_equal(wide.fit(LONG).V, model.C)
    assert count_window(5) == 15 and count_window("sentence") == "sentence"
    assert count_window(1_000) == 1_000  # no window may be wider


def test_count_vectors_do_not_see_what_is_held_out():
    parted = SkipGram(dim=3, **PAIRS, epochs=1, count_vectors=True, held_out=0.4)
    C = parted.fit(LONG).C
    rest, held_out = SkipGram(**{**PAIRS, "window": 6}, held_out=0.4).count(LONG)
    assert held_out.nnz
    np.testing.assert_array_equal(C, pmi_vectors(rest, 3, power=COUNT_POWER)[0])
    np.testing.assert_array_equal(parted.fit(LONG, pairs=parted.count(LONG)).C, C)


def test_a_training_can_be_stopped_while_the_wider_pairs_are_counted(monkeypatch):
    model = SkipGram(dim=3, prior=1.0, **PAIRS, count_vectors=True)
    counting = []

    def counted(*arguments, **options):
        counting.append(True)
        return count_pairs(*arguments, **options)

    pairs = model.count(LONG)
    monkeypatch.setattr("w2v_core.model.skipgram.count_pairs", counted)
    with pytest.raises(InterruptedError):
        model.fit(LONG, pairs=pairs, poll=lambda share: bool(counting))
    assert counting


def test_settings_left_open_are_chosen_as_for_the_skip_gram():
    counted, trained = CountVectors().fit(CORPUS), SkipGram(epochs=1).fit(CORPUS)
    assert counted.V.shape == trained.V.shape
    assert counted.chosen.items() <= trained.chosen.items() and "dim" in counted.chosen
    assert counted.get_params() == CountVectors(**counted.get_params()).get_params()


def test_count_vectors_change_nothing_about_the_trained_ones(model):
    plain = SkipGram(dim=3, **PAIRS, epochs=3).fit(LONG)
    np.testing.assert_array_equal(plain.V, model.V)
    np.testing.assert_array_equal(plain.U, model.U)


def test_a_view_is_its_parts_side_by_side(model):
    for name, parts in VIEWS.items():
        view = model.vectors(name)
        assert view.words == model.words and view.matrix.shape == (6, 6)
        lengths = np.linalg.norm(view.matrix, axis=1)
        np.testing.assert_allclose(lengths, math.hypot(*(w for _, w in parts)), rtol=1e-5)
        inside = sum(w**2 * model.vectors(part).similarity("one", "two") for part, w in parts)
        cosine = inside / sum(w**2 for _, w in parts)
        assert view.similarity("one", "two") == pytest.approx(cosine, abs=1e-5)
    assert model.views == ("analogies", "related") and model.kinds == ("center", "output", "sum")
    np.testing.assert_array_equal(model.vectors("counts").matrix, model.C)
    counted = CountVectors(dim=3, **PAIRS).fit(CORPUS)
    np.testing.assert_array_equal(counted.vectors("related").matrix, counted.V)
    assert np.array_equal(side_by_side([(np.zeros((2, 2)), 1.0)]), np.zeros((2, 2)))


def test_without_count_vectors_a_view_is_its_first_part():
    plain = SkipGram(dim=3, **PAIRS, epochs=1).fit(CORPUS)
    np.testing.assert_array_equal(plain.vectors("analogies").matrix, plain.V)
    np.testing.assert_array_equal(plain.vectors("related").matrix, plain.V + plain.U)
    assert plain.views == ()
    plain.U = None  # as imported
    np.testing.assert_array_equal(plain.vectors("related").matrix, plain.V)


def test_what_is_missing_or_wrong_is_said_in_a_sentence(model):
    plain = SkipGram(dim=3, **PAIRS, epochs=1).fit(CORPUS)
    with pytest.raises(ValueError, match="no count vectors: train it with count_vectors=True"):
        plain.vectors("counts")
    with pytest.raises(ValueError, match=r"which='nothing': choose one of .*'analogies'"):
        model.vectors("nothing")
    with pytest.raises(ValueError, match="count vectors are one matrix"):
        CountVectors(dim=2, **PAIRS).fit(CORPUS).vectors("output")
    for power in (2, True, "half"):
        with pytest.raises(ValueError, match="power=.*from 0 to 1"):
            CountVectors(power=power)
    with pytest.raises(ValueError, match="dim=40 is too large"):
        CountVectors(dim=40).fit(CORPUS)
    with pytest.raises(ValueError, match="count_vectors='yes'"):
        SkipGram(count_vectors="yes")


def test_pairs_that_are_no_rarer_than_chance_have_vectors_of_zeros():
    even = Corpus.from_text("a b", min_count=1)
    N = SkipGram(subsample=0.0).count(even)[0]
    N.data[:] = 0
    C, values = pmi_vectors(N, 2)
    assert not C.any() and not values.any() and C.shape == (2, 2)


def test_count_vectors_are_kept_and_travel_in_a_bundle(model, tmp_path):
    folder = save_model(model, tmp_path / "kept")
    again = load_model(folder)
    np.testing.assert_array_equal(again.C, model.C)
    assert again.count_vectors and again.views == model.views
    about = json.loads((folder / "model.json").read_text())
    assert about["schema_version"] == 3
    record = {"name": "kept", "certainty": None, "stability": None}
    out = io.BytesIO()
    write_bundle(out, folder, record)
    (tmp_path / "taken").mkdir()
    read_bundle(out, tmp_path / "taken", "taken")
    np.testing.assert_array_equal(load_model(tmp_path / "taken").C, model.C)


def test_models_without_count_vectors_are_written_and_read_as_before(tmp_path):
    plain = SkipGram(dim=3, **PAIRS, epochs=1).fit(CORPUS)
    folder = save_model(plain, tmp_path)
    about = json.loads((folder / "model.json").read_text())
    assert about["schema_version"] == 1 and "C" not in read_arrays(folder / about["arrays"])
    del about["parameters"]["count_vectors"]  # as earlier versions wrote it
    (folder / "model.json").write_text(json.dumps(about))
    again = load_model(folder)
    assert again.C is None and again.count_vectors is False


@pytest.mark.parametrize("wrong", [None, np.zeros((2, 3), np.float32)])
def test_a_model_whose_count_vectors_are_missing_or_do_not_fit_is_damaged(model, tmp_path, wrong):
    folder = save_model(model, tmp_path)
    path = folder / json.loads((folder / "model.json").read_text())["arrays"]
    arrays = read_arrays(path)
    del arrays["C"]
    write_arrays(path, arrays if wrong is None else {**arrays, "C": wrong})
    with pytest.raises(Damaged, match="array C"):
        load_model(folder)
