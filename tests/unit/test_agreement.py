"""The fast count of resamples that agree is the same as the plain one."""

import pytest

from w2v_core import Corpus, SkipGram
from w2v_core.model.agreement import Agreement
from w2v_core.model.stability import resample
from w2v_core.space.vectors import METRICS
from w2v_core.text.samples import sample_path


@pytest.fixture(scope="module")
def resamples():
    corpus = Corpus.from_file(sample_path("royalty"))
    return resample(SkipGram(epochs=4).fit(corpus), corpus, R=6)


@pytest.mark.parametrize("which", ["center", "output", "sum"])
def test_all_metrics_at_once_count_as_one_by_one(resamples, which):
    fast = Agreement(resamples, which)
    for word in (*resamples.words[:5], resamples.words[-1]):
        shares = fast.shares(word, 10)
        for metric in METRICS:
            plain = resamples.neighbours(word, 10, which, metric)
            assert [shares[metric][w] for w, *_ in plain] == pytest.approx([s for *_, s in plain])
    assert any(0 < s < 1 for s in fast.shares("king", 10)["cosine"].values())


def test_a_list_as_long_as_the_vocabulary_and_bad_names(resamples):
    shares = Agreement(resamples).shares("king", 10**6)["dot"]
    assert shares["king"] == 0 and max(shares.values()) == 1
    with pytest.raises(KeyError, match="'kng' is not"):
        Agreement(resamples).shares("kng", 5)
    with pytest.raises(ValueError, match="which='V'"):
        Agreement(resamples, "V")
