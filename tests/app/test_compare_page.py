"""The page Compare and the choice of many files, driven without a browser."""

import io
import re
import zipfile

import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT
from tests.operators_library import library
from tests.unit.test_compared_use import PLANTED
from tests.unit.test_compared_use import sentences as sentences_of
from w2v_core.library.choices import Choices
from w2v_core.library.model_documents import model_documents
from w2v_core.queue.queue import Queue
from w2v_core.work import worker

LINES = (
    "Berlin is a city in Germany. Paris is a city in France. A cat and a dog play in the garden.\n"
)


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    import streamlit as st

    monkeypatch.setenv("W2V_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(worker, "ensure_worker", lambda queue: None)
    st.cache_resource.clear()


def packed():
    data = io.BytesIO()
    words = ["river", "tree", "stone", "cloud", "bird", "fish", "wind", "sun"]
    words += ["moon", "star", "hill", "lake", "road", "house", "door"]
    with zipfile.ZipFile(data, "w") as archive:
        for i in range(6):
            name = f"{'old' if i < 3 else 'new'}/{i}.txt"
            text = "".join(
                f"The {words[(j + i) % 15]} and the {words[(j * 3) % 15]} meet a {words[j % 15]}.\n"
                for j in range(60)
            )
            archive.writestr(name, f"Header No. {i}\n" + LINES * 20 + text)
    return data.getvalue()


def well(at):
    assert not at.exception, at.exception
    return at


def sentences(at):
    told = [*at.error, *at.warning, *at.info, *at.success, *at.markdown, *at.caption]
    return " ".join(e.value for e in told).replace("\\", "")


def test_a_zip_is_chosen_from_prepared_and_trained(monkeypatch):
    import pages.parts.training.live_training

    monkeypatch.setattr(pages.parts.training.live_training, "ensure_worker", lambda queue: None)
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    at.query_params["source"] = "Upload"
    well(at.run())
    well(at.file_uploader(key="file").set_value(("texts.zip", packed(), "application/zip")).run())
    assert any("6 documents" in e.label for e in at.expander)
    by_folder = next(m for m in at.multiselect if m.label == "Only folder")
    well(by_folder.set_value(["old"]).run())
    assert any("3 are used" in e.label for e in at.expander)
    well(at.toggle(key="_find_lines").set_value(True).run())
    well(at.button(key="all_lines").click().run())
    chosen = library.texts.kept_choices(at.query_params["choices"])
    assert chosen.chosen == {"folder": ("old",)} and "header no. #" in chosen.preparation.drop_lines
    well(at.button(key="start").click().run())
    worker.work(Queue(), idle_seconds=0)
    (entry,) = library.models()
    text = (library.model_folder(entry.id) / "text.txt").read_text()
    assert "Header" not in text and len(model_documents(library.model_folder(entry.id))) == 3


def train(name, folder):
    key = library.texts.keep_files([("texts.zip", [packed()])])
    text = library.texts.prepared(key, Choices(chosen={"folder": folder} if folder else {}))
    id = library.start_training(Queue(), text, name, {}, {"epochs": 6, "dim": 8})
    worker.work(Queue(), idle_seconds=0)
    return id


def compare(**query):
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    for name, value in query.items():
        at.query_params[name] = value
    return well(at.switch_page("pages/compare.py").run())


def test_one_model_alone_is_not_compared():
    assert "Two models are needed" in sentences(compare())


def test_two_models_are_compared_in_every_part():
    a, b = train("Old", ("old",)), train("New", ("new",))
    at = compare(a=a, b=b)
    assert "Not tested yet" in sentences(at) and "nearest words are the same" in sentences(at)
    listed = at.dataframe[0].value
    assert {"word", "distance", "in A", "in B"} <= set(listed) and "q" not in listed
    worker.work(Queue(), idle_seconds=0)  # the page asked for the test when it was opened
    well(at.run())
    assert "is used differently** beyond doubt" in sentences(at)
    assert "not a change of meaning" in sentences(at)
    assert "q" in at.dataframe[0].value
    well(at.text_input(key="sought").set_value("ber").run())
    assert list(at.dataframe[0].value["word"]) == ["berlin"]
    for part, told in (
        ("word", "The test finds no difference in its use"),
        ("keyness", "log-likelihood"),
        ("settings", "Losses can be compared"),
    ):
        at = compare(a=a, b=b, part=part, word="berlin")
        assert told in sentences(at)
    at = compare(a=a, b=b, part="word", word="berlin")
    lines = [element.proto.body for element in at.get("html")]
    assert any("old/0.txt" in line for line in lines) and any("new/3.txt" in line for line in lines)


def test_what_two_halves_of_one_text_share_is_asked_for_and_told():
    a, b = train("Old", ("old",)), train("New", ("new",))
    own_text = library.model_folder(a) / "corpus.json"
    for folder in (library.model_folder(a), library.model_folder(b)):
        (folder / "corpus.json").rename(folder / "kept.json")
    at = compare(a=a, b=b)
    assert "neither model came with its text" in sentences(at)
    assert not [button for button in at.button if button.key == "how_sure_start"]
    (library.model_folder(b) / "kept.json").rename(library.model_folder(b) / "corpus.json")
    assert "random halves of the text of B" in sentences(compare(a=a, b=b))
    (library.model_folder(a) / "kept.json").rename(own_text)
    at = compare(a=a, b=b)
    assert "random halves of the text of A" in sentences(at)
    well(at.button(key="how_sure_start").click().run())
    worker.work(Queue(), idle_seconds=0)
    well(at.run())
    assert re.search(
        r"For comparison: \d+% in two halves of A, which differ by chance", sentences(at)
    )
    assert not [button for button in at.button if button.key == "how_sure_start"]


def test_files_named_by_year_are_slices_in_their_order():
    files = [
        (
            f"{1850 + 10 * i}.txt",
            [". ".join(" ".join(line) for line in sentences_of(i, 240)[0]).encode()],
        )
        for i in range(3)
    ]
    text = library.texts.prepared(library.texts.keep_files(files), Choices())
    library.start_training(Queue(), text, "Years", {}, {"epochs": 2, "dim": 4})
    worker.work(Queue(), idle_seconds=0)
    at = compare()
    assert at.selectbox(key="sliced_by").value == "file"
    assert "3 documents, 3 values of file: 3 slices" in sentences(at)


def dated():
    """A table of documents of four years; in the last two, plant3 and stone3 have changed places."""
    rows = ["year,text"]
    for i, year in enumerate((1850, 1860, 1870, 1880)):
        lines, of_line = sentences_of(10 + i, 240, PLANTED if i >= 2 else None)
        for number in range(24):
            own = [" ".join(line) for line, d in zip(lines, of_line, strict=True) if d == number]
            rows.append(f'{year},"{". ".join(own)}."')
    return "\n".join(rows).encode()


def train_dated():
    key = library.texts.keep_files([("dated.csv", [dated()])])
    id = library.start_training(
        Queue(), library.texts.prepared(key, Choices()), "Dated", {}, {"epochs": 3, "dim": 8}
    )
    worker.work(Queue(), idle_seconds=0)
    return id


def test_words_are_followed_through_one_text():
    train_dated()
    at = compare()
    assert "One is enough for what is below" in sentences(at)
    assert "4 slices" in sentences(at) and "Type the words" not in sentences(at)
    assert len(at.text_input(key="followed").value.split(", ")) == 5
    well(at.text_input(key="followed").set_value("").run())
    assert "Type the words" in sentences(at)
    assert at.selectbox(key="sliced_by").value == "year"
    well(at.text_input(key="followed").set_value("Plant3, zebra tool1").run())
    assert "Not in the vocabulary, so left out: zebra" in sentences(at)
    assert "second" in at.button(key="follow_start").label.partition("(")[2]
    well(at.button(key="follow_start").click().run())
    worker.work(Queue(), idle_seconds=0)
    well(at.run())
    assert "**moved**, most of all between 1860 and 1870" in sentences(at)
    assert "permuted the 96 documents among the slices, 80 times" in sentences(at)
    moved, nearest, contrasts = (table.value for table in at.dataframe)
    assert list(moved["word"]) == ["plant3", "tool1"] and list(moved["moved"]) == [True, False]
    assert moved["when"][0] == "1860 → 1870" and list(nearest) == ["1850", "1860", "1870", "1880"]
    assert nearest["1850"][0].startswith("plant") and nearest["1880"][0].startswith("stone")
    assert len(contrasts) == 3
    well(at.segmented_control(key="moved_of").set_value("all").run())
    assert {"plant3", "stone3"} <= set(at.dataframe[0].value["word"][:4])
    well(at.selectbox(key="_followed_word").set_value("tool1").run())
    assert "finds no move in the use of **tool1**" in sentences(at)
    # As groups it is another question, which a stop leaves without an answer.
    well(at.segmented_control(key="sliced_as").set_value("groups").run())
    assert "4 groups" in sentences(at)
    well(at.button(key="follow_start").click().run())
    well(at.button(key="stop_follow").click().run())
    worker.work(Queue(), idle_seconds=0)
    well(at.run())
    assert "stopped before it was complete" in sentences(at)


def test_how_a_text_is_divided_stands_in_the_address_by_a_name_that_lasts():
    train_dated()
    at = compare()
    assert "4 slices" in sentences(at) and "sliced_as" not in at.query_params
    well(at.segmented_control(key="sliced_as").set_value("groups").run())
    kept = dict(at.query_params)
    assert kept["sliced_as"] == "groups" and "4 groups" in sentences(compare(**kept))
    before = compare(**{**kept, "sliced_as": "Groups without an order"})
    assert "4 groups" in sentences(before) and before.query_params["sliced_as"] == "groups"
    assert "4 slices" in sentences(compare(**{**kept, "sliced_as": "<b>"}))
    well(before.segmented_control(key="sliced_as").set_value("order").run())
    assert "4 slices" in sentences(before) and "sliced_as" not in before.query_params


def test_the_number_of_slices_and_changed_lists_are_in_the_address():
    train_dated()
    at = compare()
    well(at.number_input[0].set_value(2).run())
    assert "2 slices of consecutive values" in sentences(at)
    kept = dict(at.query_params)
    assert kept["slices"] == "2"
    assert "2 slices of consecutive" in sentences(compare(**kept))
    for other in ("99", "-1", "1e9", "two"):
        assert "4 slices" in sentences(compare(**{**kept, "slices": other}))

    at = compare(part="attitudes", attitudes="Rich and poor")
    ready = at.text_area(key="_words X Rich and poor").value
    assert "lists" not in at.query_params and len(ready.split()) > 4
    well(at.text_area(key="_words X Rich and poor").set_value("plant1, plant2; plant4").run())
    well(at.text_input(key="_name X Rich and poor").set_value("plants: <b>all</b>").run())
    again = compare(**dict(at.query_params))
    assert again.text_area(key="_words X Rich and poor").value == "plant1 plant2 plant4"
    assert again.text_input(key="_name X Rich and poor").value == "plants <b>all</b>"
    well(again.selectbox(key="attitudes").set_value("Lists of your own").run())
    assert "lists" not in again.query_params
    assert again.text_area(key="_words X Lists of your own").value == ""
    for damaged in (
        "",
        "a",
        "x:1;y:2;z:3",
        ";;;",
        "\0:\0;b:b;c:c;d:d",
        "n" * 99 + ":a;b:b;c:c;d:d",
    ):
        well(compare(part="attitudes", attitudes="Rich and poor", lists=damaged))
    own = compare(
        part="attitudes", attitudes="Lists of your own", lists="n:a b;m:c;o:d;p:e" + "é" * 3000
    )
    assert own.text_area(key="_words X Lists of your own").value == "a b"


def test_attitudes_of_one_model_and_of_two():
    a = train_dated()
    at = compare(part="attitudes")
    assert "too few words of mathematics (0)" in sentences(at)
    assert "left out: math, algebra" in sentences(at) and "Caliskan" in sentences(at)
    well(at.selectbox(key="attitudes").set_value("Rich and poor").run())
    assert "About class. Source: After the pairs" in sentences(at)
    well(at.selectbox(key="attitudes").set_value("Lists of your own").run())
    assert "Fill in all four lists" in sentences(at)
    lists = {"X": "plant0 plant1 plant2 plant4", "Y": "tool0, tool1, tool2, tool4, zebra"}
    lists |= {"A": "plant5 plant6 plant7 plant8", "B": "tool6 tool7 tool8 tool9"}
    for side, words in lists.items():
        at.text_area(key=f"_words {side} Lists of your own").set_value(words)
        at.text_input(key=f"_name {side} Lists of your own").set_value(f"*{side.lower()}*")
    well(at.run())
    assert "Effect size **+" in sentences(at) and "p **= 0.014**" in sentences(at)  # 1 of 70
    assert "On average *x* is nearer to *a*, and *y* nearer to *b*" in sentences(at)
    assert "left out: zebra" in sentences(at) and "no bands for this model yet" in sentences(at)
    well(at.button(key="how_sure_start").click().run())
    at.text_area(key="_words Y Lists of your own").set_value("tool0 tool1 tool2 tool4 plant0")
    well(at.run())
    assert "only one of the two lists: plant0" in sentences(at)
    train("Old", ("old",))  # and the halves of the first
    at.text_area(key="_words Y Lists of your own").set_value(lists["Y"])
    well(at.run())
    assert at.query_params["a"] == a
    assert "A: Dated" in sentences(at) and "B: Old" in sentences(at)
    assert "no bands" not in sentences(at) and "too few words of *x* (0)" in sentences(at)


def test_two_halves_are_trained_by_metadata():
    train("Whole", ())
    at = compare()
    well(at.selectbox(key="half_by").set_value("folder").run())
    well(at.button(key="train_halves").click().run())
    worker.work(Queue(), idle_seconds=0)
    assert len(library.models()) == 3
    well(at.run())
    assert "shared words" in sentences(at)
