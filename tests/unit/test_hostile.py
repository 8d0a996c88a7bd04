"""Generated hostile inputs: a quick share of them, always the same; ``-m slow`` runs two thousand of each
kind, other ones each time."""

import pytest
import streamlit as st

hypothesis = pytest.importorskip("hypothesis", reason="pip install -r tests/requirements.txt")

from tests import hostile  # noqa: E402

WAYS_IN = {
    "texts": (hostile.texts, hostile.read_text),
    "bundles": (hostile.bundles, hostile.take_in),
    "word2vec and GloVe text": (hostile.text_vectors, hostile.take_in),
    "word2vec binary": (hostile.binary_vectors, hostile.take_in),
    "addresses": (hostile.addresses, hostile.open_address),
}


def run(kind, place, examples, derandomize):
    make, check = WAYS_IN[kind]
    watch = hostile.Watch()
    hostile.furnish(place)
    st.cache_resource.clear()  # the queue of another test's folder

    @hypothesis.settings(
        max_examples=examples,
        derandomize=derandomize,
        database=None,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(make())
    def each(named):
        check(watch, place, *named)

    each()
    assert watch.taken > 0 and (watch.refused > 0 or kind == "addresses")
    return watch


@pytest.mark.parametrize("kind", WAYS_IN)
def test_hostile_input_gets_a_sentence_or_is_read_whole(kind, tmp_path):
    run(kind, tmp_path / "home", {"addresses": 8, "texts": 30}.get(kind, 60), derandomize=True)


@pytest.mark.slow
@pytest.mark.parametrize("kind", WAYS_IN)
def test_two_thousand_hostile_inputs_get_a_sentence_or_are_read_whole(kind, tmp_path):
    run(kind, tmp_path / "home", 2_000, derandomize=False)
