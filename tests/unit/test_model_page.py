"""A model as one HTML file: what it holds, how large it is, and that no word in it can run."""

import base64
import copy
import hashlib
import io
import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from tests.conftest import ROOT
from w2v_core import Corpus, SkipGram, how_sure
from w2v_core.exchange.model_page.assembly import as_data, assemble
from w2v_core.exchange.model_page.contents import NEAREST, About, contents
from w2v_core.exchange.model_page.writing import write_model_page
from w2v_core.model.gain import Gain
from w2v_core.text.concordance import Concordance

HOSTILE = [
    "</script><img src=x onerror=alert(1)>",
    "<!--<script>",
    "]]>&amp;&lt;b&gt;",
    "{{script}}",
    "${alert(1)}`'\"\\",
    "a\u2028b\u2029c",
    "\u202eabc",
    "مرحبا",
    "\ud800",
    "__proto__",
]


class Parts(HTMLParser):
    """What an HTML parser finds: elements, their attributes, and the text of scripts and styles."""

    def __init__(self, page):
        super().__init__()
        self.found, self.texts, self.inside = [], {}, None
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        self.inside = (tag, dict(attrs).get("type"))

    def handle_endtag(self, tag):
        self.inside = None

    def handle_data(self, data):
        self.texts[self.inside] = self.texts.get(self.inside, "") + data


def model_of(words, V, U=None):
    V = np.asarray(V, np.float32)
    return SkipGram.from_arrays(
        parameters={},
        chosen={},
        words=words,
        counts=np.arange(len(words), 0, -1, dtype=np.int64),
        lowercase=False,
        V=V,
        U=V if U is None else U,
        log_q=np.zeros(len(words), np.float32),
        loss_curve=np.zeros(1),
        stopped=False,
        seconds=0.0,
    )


def random_model(n, dim, names=()):
    names = [*names, *(f"word{i}" for i in range(n - len(names)))]
    return model_of(names, np.random.default_rng(0).normal(size=(n, dim)))


def about(name="A model", **more):
    record = {"name": name, "vectors_sha256": "ab" * 32}
    return About(name=name, source="text.txt", created=1e9, record=record, **more)


def page_of(model, **more):
    out = io.BytesIO()
    write_model_page(out, model, about(**more))
    return out.getvalue()


@pytest.fixture(scope="module")
def small_world():
    text = (ROOT / "data" / "small_world.txt").read_text("utf-8")
    return SkipGram(epochs=5, dim=20).fit(Corpus.from_text(text[:150_000]))


@pytest.fixture(scope="module")
def hostile():
    page = page_of(
        random_model(60, 8, HOSTILE),
        name=HOSTILE[0],
        facts=[(HOSTILE[0], HOSTILE[1], "given")],
        sets={HOSTILE[0]: HOSTILE},
    )
    return Parts(page.decode("utf-8"))


def test_the_neighbours_in_the_page_are_the_models(small_world):
    read = json.loads(Parts(page_of(small_world).decode()).texts["script", "application/json"])
    assert read["words"] == small_world.words and read["counts"] == small_world.counts.tolist()
    space, each = small_world.vectors("center"), read["neighbours"]["each"]
    assert each == NEAREST
    for row in range(0, len(small_world.words), 37):
        part = slice(row * each, (row + 1) * each)
        listed = [read["words"][i] for i in read["neighbours"]["rows"][part]]
        best = space.most_similar(small_world.words[row], each)
        assert listed == [word for word, _ in best]
        shown = np.array(read["neighbours"]["thousandths"][part]) / 1000
        assert np.abs(shown - [value for _, value in best]).max() <= 0.00051


def test_a_model_that_learned_nothing_says_so_above_all(small_world):
    assert contents(small_world, about())["notice"] == ""
    model = copy.copy(small_world)
    model.gain = Gain(0.003, 0.02, 4.5, 30)
    assert "cannot be told from chance" in contents(model, about())["notice"]


def test_what_is_not_measured_is_not_said_and_what_is_measured_is_the_apps(small_world):
    without = contents(small_world, about())
    assert without["certainty"] is None and without["neighbours"]["splits"] is None
    corpus = small_world.corpus
    sure = how_sure(small_world, corpus, splits=3, seed=0)
    found = contents(small_world, about(certainty=sure, documents=4))
    assert (found["certainty"]["splits"], found["certainty"]["documents"]) == (3, 4)
    each = found["neighbours"]["each"]
    for row in (0, 17, len(small_world.words) - 1):
        part = slice(row * each, (row + 1) * each)
        answers = sure.nearest(small_world.words[row], each)
        assert found["neighbours"]["splits"][part] == [answer.splits for answer in answers]
        expected = [round(100 * answer.share) for answer in answers]
        assert np.abs(np.array(found["neighbours"]["percent"][part]) - expected).max() <= 1


def test_pairs_with_a_word_that_the_halves_lack_are_not_measured(small_world):
    corpus = small_world.corpus
    n, dim, splits = len(small_world.words), small_world.V.shape[1], 2
    few = how_sure(
        small_world, corpus, splits=splits, seed=0, most_bytes=8 * splits * dim * (n // 2)
    )
    kept = len(few.words)
    assert 10 < kept < n
    rows, _ = small_world.vectors("center").nearest_of_all(5)
    counted, shares = few.of_lists(rows)
    unknown = rows >= kept
    unknown[kept:] = True
    assert np.array_equal(counted == -1, unknown) and not shares[unknown].any()
    assert (counted[~unknown] >= 0).all() and unknown[:kept].any()


def test_of_a_large_vocabulary_the_page_holds_the_most_frequent_words(small_world, monkeypatch):
    monkeypatch.setattr("w2v_core.exchange.model_page.contents.MOST_WORDS", 200)
    monkeypatch.setattr("w2v_core.exchange.model_page.contents.MOST_SURE", 50)
    sure = how_sure(small_world, small_world.corpus, splits=2, seed=0)
    read = contents(small_world, about(certainty=sure))
    assert read["words"] == small_world.words[:200]
    assert read["all_words"] == len(small_world.words) > 200
    assert len(small_world.V) == read["all_words"]  # the model itself stays whole
    named = [*read["neighbours"]["rows"], *read["clusters"]["labels"]]
    for one in read["analogies"]:
        named += [*one["asked"], one["expected"], *one["why"]["toward"], *one["why"]["away"]]
    assert max(named) < 200
    splits = np.array(read["neighbours"]["splits"]).reshape(200, -1)
    assert (splits[50:] == -1).all() and (splits[:50] >= 0).all()


def test_a_vector_of_zeros_has_no_neighbours_and_is_nobodys():
    V = np.random.default_rng(1).normal(size=(30, 4))
    V[7] = 0
    found = contents(model_of([f"w{i}" for i in range(30)], V), about())["neighbours"]
    rows = np.array(found["rows"]).reshape(30, -1)
    assert (rows[7] == -1).all() and not (rows == 7).any()


@pytest.mark.parametrize("n", [1, 2, 3])
def test_a_model_of_very_few_words_has_a_page(n):
    read = contents(random_model(n, 3), about())
    assert len(read["words"]) == n and read["neighbours"]["each"] == n - 1
    assert len(read["maps"][0]["x"]) == n


def test_vectors_alone_have_a_page_without_reasons():
    model = random_model(40, 5)
    model.U, model.counts = None, np.zeros(40, np.int64)
    read = contents(model, about())
    assert read["counts"] is None
    assert all(one["why"] is None for one in [*read["diamonds"], *read["analogies"]])


def test_the_t_sne_comes_first_where_there_is_one():
    places = np.random.default_rng(2).normal(size=(20, 2)).astype(np.float32)
    read = contents(random_model(30, 5), about(tsne=({"perplexity": 9.0}, places)))
    assert [one["name"] for one in read["maps"]] == ["t-SNE", "PCA"]
    first = read["maps"][0]
    assert "20 most frequent words" in first["said"] and "perplexity 9" in first["said"]
    drawn = np.array([first["x"], first["y"]], float).T
    drawn = (drawn - drawn.mean(0)) / np.ptp(drawn, axis=0).max()
    given = (places - places.mean(0)) / np.ptp(places, axis=0).max()
    assert np.abs(drawn - given).max() < 1e-3  # in its own shape


def test_reasons_quote_lines_only_where_they_may(small_world):
    quoted = contents(small_world, about(lines=Concordance(small_world.corpus)))
    lines = [line for one in quoted["analogies"] for line in one["why"]["lines"]]
    assert lines and all(any(marked for _, marked in line["parts"]) for line in lines)
    text = small_world.corpus.open_text().read().decode()
    assert all(
        part.strip(" …") in " ".join(text.split()) for line in lines for part, _ in line["parts"]
    )
    assert quoted["quotes"] and not contents(small_world, about())["quotes"]
    silent = contents(small_world, about())
    assert not any(one["why"]["lines"] for one in [*silent["diamonds"], *silent["analogies"]])


def test_lists_that_fit_are_measured_against_chance():
    text = (ROOT / "data" / "small_world.txt").read_text("utf-8")
    model = SkipGram(epochs=2, dim=10).fit(Corpus.from_text(text))
    read = contents(model, about())
    assert all(one["name"] and one["verdict"] and one["summary"] for one in read["diamonds"])
    assert len(read["diamonds"]) > 3
    for one in read["diamonds"]:
        assert len(one["pairs"]) == len(one["places"]) == len(one["along"])


def test_hostile_words_stay_data(hostile):
    tags = [tag for tag, _ in hostile.found]
    assert tags.count("script") == 2 and tags.count("style") == 1 and "img" not in tags
    assert not any(name.startswith("on") for _, attrs in hostile.found for name in attrs)
    read = json.loads(hostile.texts["script", "application/json"])
    assert read["words"][: len(HOSTILE)] == HOSTILE
    assert read["facts"] == [[HOSTILE[0], HOSTILE[1], "given"]]
    assert read["name"] == HOSTILE[0] and list(read["sets"]) == [HOSTILE[0]]


def test_data_holds_no_sign_with_a_meaning_in_html():
    text = as_data({"a": "<>&\u2028\u2029\ud800", "b": [1.5, None]})
    assert not set("<>&\u2028\u2029\ud800") & set(text)
    assert json.loads(text) == {"a": "<>&\u2028\u2029\ud800", "b": [1.5, None]}
    with pytest.raises(ValueError):
        as_data({"a": float("nan")})


def test_the_policy_lets_only_the_pages_own_script_and_style_run(hostile):
    (policy,) = [
        attrs["content"]
        for tag, attrs in hostile.found
        if tag == "meta" and attrs.get("http-equiv") == "Content-Security-Policy"
    ]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    for kind, key in (("script", ("script", None)), ("style", ("style", None))):
        digest = base64.b64encode(hashlib.sha256(hostile.texts[key].encode()).digest()).decode()
        assert rules[f"{kind}-src"] == f"'sha256-{digest}'"
    order = [tag for tag, _ in hostile.found]
    assert order.index("meta") < order.index("style") < order.index("script")


def test_the_page_asks_for_nothing(hostile):
    for _, attrs in hostile.found:
        for name in ("src", "srcset", "data", "action", "poster", "background", "style"):
            assert name not in attrs
        assert (attrs.get("href") or "#").startswith("#")
    style, script = hostile.texts["style", None], hostile.texts["script", None]
    script = re.sub(r"/\*.*?\*/", "", script, flags=re.DOTALL)  # comments name types
    assert "url(" not in style and "@import" not in style
    for word in ("import ", "import(", "fetch(", "XMLHttpRequest", "innerHTML", "eval("):
        assert word not in script, word
    addresses = set(re.findall(r"https?://[^'\"\s]+", script + style))
    assert addresses == {"http://www.w3.org/2000/svg"}  # a name, which nobody asks


def test_ten_thousand_words_take_less_than_15_megabytes():
    words = [f"a_rather_long_word_{i:05}" for i in range(10_000)]
    rng = np.random.default_rng(0)
    rows = rng.integers(0, 10_000, 100_000)
    places = rng.integers(0, 20_000, 10_000).tolist()
    read = contents(random_model(50, 4), about())
    read.update(
        words=words,
        counts=rng.integers(1, 100_000, 10_000).tolist(),
        maps=[{"name": name, "said": "", "x": places, "y": places} for name in ("t-SNE", "PCA")],
        neighbours={
            "each": 10,
            "rows": rows.tolist(),
            "thousandths": rng.integers(-1000, 1000, 100_000).tolist(),
            "splits": [10] * 100_000,
            "percent": [100] * 100_000,
        },
    )
    read["clusters"]["labels"] = rng.integers(0, 8, 10_000).tolist()
    size = len(assemble("Large", read))
    assert 1_000_000 < size < 15_000_000
    assert size < 4_000_000  # so that it can be sent


@pytest.mark.slow
def test_a_model_of_ten_thousand_words_takes_less_than_15_megabytes():
    assert 500_000 < len(page_of(random_model(10_000, 100))) < 15_000_000
