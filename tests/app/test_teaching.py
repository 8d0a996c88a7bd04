"""The exercises of docs/teaching.md, worked out anew on the sample model that comes with the app, and the
addresses it gives, opened."""

import re
from itertools import pairwise
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT
from tests.operators_library import library
from w2v_core import load_model
from w2v_core.space.projection import pca
from w2v_core.space.relations import diamonds, known_pairs, read_pair_lists
from w2v_core.storage.home import home
from w2v_core.work.sample_models import make_samples

TEXT = (ROOT / "docs/teaching.md").read_text("utf-8")
EXERCISES = re.split(r"(?m)^\d+\. ", TEXT.split("## Ten exercises")[1].split("## The quiz")[0])[1:]
ADDRESSES = sorted(
    set(re.findall(r"`/((?:lessons|analogies|neighbours|diamonds|explore)\?[^`]*)`", TEXT))
)
DAYS = ["monday", "tuesday", "friday", "paris"]


@pytest.fixture(scope="module", autouse=True)
def sample_home(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("W2V_HOME", str(tmp_path_factory.mktemp("home")))
        patch.setenv("W2V_SAMPLES", "on")
        make_samples(home())
        yield


@pytest.fixture(scope="module")
def model(sample_home):
    return load_model(library.model_folder("samplesmallworld"))


def parallelism(model, name):
    lists = read_pair_lists((ROOT / "data/small_world_pairs.txt").read_text("utf-8"))
    rows, unknown = known_pairs(model.vocabulary, lists[name])
    assert not unknown
    return diamonds(model.vectors("center").unit, rows).parallelism


def answers(model):
    """What the ten exercises ask for: words, or numbers with the accuracy that is asked for."""
    space = model.vectors("center")

    def nearest(word, metric="cosine"):
        return space.most_similar(word, 1, metric)[0][0]

    def fourth(a, b, c):
        return space.analogy(a, b, c)[0][0]

    assert model.loss_curve[-1] < 4.5 and len(model.words) == 1400
    assert {nearest("king", metric) for metric in ("cosine", "dot", "euclidean")} == {"queen"}
    return [
        [", ".join(word for word, _ in space.most_similar("monday", 6, "cosine"))],
        [fourth("germany", "berlin", "france")],
        [fourth("cat", "kitten", "dog")],
        [fourth("good", "better", "bad")],
        [nearest("good")],
        [space.doesnt_match(DAYS)[0][0]],
        [nearest("king"), nearest("monday", "dot")],
        [f"{np.log(len(model.words)):.2f}"],
        [f"{parallelism(model, name):.1f}" for name in ("capitals", "genders")],
        [f"{100 * pca(space.matrix, 2).explained.sum():.0f}"],
    ]


def test_each_of_the_ten_exercises_has_the_answer_that_the_model_gives(model):
    assert len(EXERCISES) == 10
    found = answers(model)
    for number, (text, right) in enumerate(zip(EXERCISES, found, strict=True), 1):
        said = re.findall(r"\*\*([^*]+)\*\*", text.split("Answer:")[1])
        assert said == right, f"exercise {number}"


def test_the_plan_lasts_45_minutes_without_a_gap():
    rows = [(int(a), int(b)) for a, b in re.findall(r"(?m)^\| (\d+)–(\d+) \|", TEXT)]
    assert rows[0][0] == 0 and rows[-1][1] == 45
    assert all(end == start for (_, end), (start, _) in pairwise(rows))


@pytest.mark.parametrize("place", ADDRESSES)
def test_every_address_opens_what_it_is_about(place):
    split = urlsplit(place)
    asked = dict(parse_qsl(split.query))
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    for name, value in parse_qsl(split.query):
        there = at.query_params.get(name, [])
        at.query_params[name] = [*there, value] if there else value
    at.run()
    at.switch_page(f"pages/{split.path}.py").run()
    assert not at.exception and not at.error
    if "word" in asked:
        assert asked["word"] in str(at.session_state["word"])
    if "lesson" in asked:
        assert at.session_state["lesson"] == asked["lesson"]
    if "a" in asked:
        assert [at.session_state[key] for key in "abc"] == [asked[key] for key in "abc"]
