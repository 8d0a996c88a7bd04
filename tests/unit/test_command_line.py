"""``python -m w2v_core``: its commands, what they print for programs, and what they say of bad input."""

import gzip
import io
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from tests.conftest import ROOT
from tests.operators_library import library
from w2v_core.command_line import export
from w2v_core.command_line.program import main, parser
from w2v_core.command_line.settings import option
from w2v_core.exchange.model_import import add_file
from w2v_core.exchange.vector_writing import FORMATS
from w2v_core.library.choices import Choices
from w2v_core.model.defaults import default_held_out
from w2v_core.parameters import CHOSEN_HERE, PARAMETERS
from w2v_core.queue.queue import Queue
from w2v_core.space.analogy import solve
from w2v_core.text.corpus import Corpus
from w2v_core.text.preparation import Preparation
from w2v_core.work import worker

TEXT = "".join(
    f"the river runs past {a} and the bridge of {b} stands high .\nin {b} people like {a} .\n"
    for a in ("rome", "paris", "berlin", "madrid", "athens")
    for b in ("lisbon", "vienna", "prague", "oslo")
)
SMALL = ("--epochs", "4", "--dim", "6", "--seed", "3")


@pytest.fixture(autouse=True)
def a_home(tmp_path, monkeypatch):
    monkeypatch.setenv("W2V_HOME", str(tmp_path / "home"))
    (tmp_path / "cities.txt").write_text(TEXT)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def model():
    assert main(["train", "cities.txt", "--out", "m.zip", "--quiet", *SMALL]) == 0
    return "m.zip"


def opened(path):
    """A bundle as the Library page takes it in."""
    with open(path, "rb") as file:
        return library.load(add_file(library, file, str(path)))


def of_the_app(key, settings, text_settings=None):
    """The model that a worker of the app trains."""
    queue = Queue()
    corpus = Corpus.from_file(library.texts.file(key), **(text_settings or {}))
    settings = {"held_out": default_held_out(corpus.n_sentences), "count_vectors": True, **settings}
    id = library.start_training(queue, key, "cities", text_settings or {}, settings)
    worker.work(queue, idle_seconds=0)
    return library.load(id)


def as_json(capsys, *arguments):
    assert main([*arguments, "--json"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    return json.loads(said.out)


def test_every_parameter_is_an_option_that_is_explained():
    commands = next(a for a in parser()._actions if a.dest == "command")
    shown = " ".join(commands.choices["train"].format_help().split())
    for name, parameter in PARAMETERS.items():
        assert option(name) in shown
        assert parameter.sentence[:40].rsplit(" ", 1)[0] in shown.replace("- ", "-")


def test_a_model_is_that_of_the_app(model):
    key = library.texts.keep("cities.txt", TEXT.encode())
    here, there = opened(model), of_the_app(key, {"epochs": 4, "dim": 6, "seed": 3})
    for name in ("V", "U", "C", "counts", "loss_curve"):
        np.testing.assert_array_equal(getattr(here, name), getattr(there, name))
    assert here.words == there.words and not (ROOT / "m.zip.training").exists()
    assert set(CHOSEN_HERE) <= set(PARAMETERS)


def test_files_folders_and_patterns_are_read_as_the_app_reads_them(tmp_path, capsys):
    folder = tmp_path / "texts"
    (folder / "below").mkdir(parents=True)
    half = len(TEXT) // 2
    (folder / "a.txt.gz").write_bytes(gzip.compress(TEXT[:half].encode()))
    (folder / "below" / "b.html").write_text(f"<p>{TEXT[half:]}</p>")
    (folder / "c.bin").write_bytes(bytes(range(256)) * 20)
    (folder / "d.txt").write_text("")
    (folder / ".hidden").write_text("x")
    found = as_json(capsys, "train", "texts", "--out", "m.zip", *SMALL, "--join-hyphens")
    read = {file["name"]: file for file in found["files"]}
    assert set(read) == {"a.txt.gz", "below/b.html", "c.bin", "d.txt", ".hidden"}
    assert {name for name, file in read.items() if file["format"]} == {"a.txt.gz", "below/b.html"}
    for name in ("c.bin", "d.txt", ".hidden"):
        assert read[name]["notes"][0]["kind"] == "left out" and read[name]["notes"][0]["text"]
    names = ["a.txt.gz", "below/b.html", "c.bin", "d.txt"]
    files = [(name, [(folder / name).read_bytes()]) for name in names]
    choices = Choices(preparation=Preparation(join_hyphens=True))
    key = library.texts.prepared(library.texts.keep_files(files), choices)
    there = of_the_app(key, {"epochs": 4, "dim": 6, "seed": 3})
    np.testing.assert_array_equal(opened("m.zip").V, there.V)
    again = ["train", "texts/*.gz", "texts/below/*", "--out", "n.zip", *SMALL, "--join-hyphens"]
    assert main(again) == 0
    np.testing.assert_array_equal(opened("n.zip").V, there.V)
    assert "Read 2 of 2 files." in capsys.readouterr().err


def test_phrases_and_repeated_lines_are_found(tmp_path, capsys):
    (tmp_path / "many").mkdir()
    lines = TEXT.splitlines()
    for i in range(4):  # no sentence stands in two of them
        part = "\n".join(lines[10 * i : 10 * i + 10])
        (tmp_path / "many" / f"{i}.txt").write_text(f"Page {i}\n{part}\n")
    found = as_json(
        capsys, "train", "many", "--out", "m.zip", *SMALL, "--phrases", "0.3", "--repeated-lines"
    )
    words = opened("m.zip").words
    assert "page" not in words and any("_" in word for word in words)
    assert any("repeat" in note for note in found["notes"])


def test_neighbours_and_analogies_are_the_pages(model, capsys):
    vectors = opened(model).vectors("sum")
    found = as_json(capsys, "neighbours", model, "Rome", "--top", "3", "--vectors", "sum")
    near = [(n["word"], pytest.approx(n["value"], abs=1e-6)) for n in found["neighbours"]]
    assert found["word"] == "rome" and vectors.most_similar("rome", 3) == near
    found = as_json(capsys, "analogy", model, "rome", "paris", "oslo", "--vectors", "sum")
    expected = solve(vectors, "rome", "paris", "oslo")
    assert [a["word"] for a in found["answers"]] == [word for word, _ in expected.answers]
    assert found["verdict"] == expected.verdict
    assert main(["neighbours", model, "rome", "--metric", "dot", "--top", "2"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2


@pytest.mark.parametrize("format", [name.lower().replace(" ", "-") for name in FORMATS])
def test_exported_vectors_are_read_again(model, format, capsys):
    ending = next(e for name, (e, _, _) in FORMATS.items() if name.lower()[:4] == format[:4])
    out = f"v{ending}"
    found = as_json(capsys, "export", model, "--format", format, "--out", out)
    assert found["words"] == len(opened(model).words)
    here = as_json(capsys, "neighbours", model, "rome", "--top", "3")["neighbours"]
    assert as_json(capsys, "neighbours", out, "rome", "--top", "3")["neighbours"] == here


def test_words_that_the_text_lacks_are_built_from_their_parts(model, capsys):
    parts = opened(model).form_vectors()
    of_berliner = [
        (n["word"], n["value"])
        for n in as_json(
            capsys, "neighbours", model, "Berliner", "--vectors", "form", "--top", "3"
        )["neighbours"]
    ]
    assert of_berliner == parts.nearest("berliner", 3)
    asked = ("analogy", model, "rome", "romes", "paris", "--vectors", "form", "--top", "2")
    found = as_json(capsys, *asked)
    assert found["from_parts"] == ["romes"] and "verdict" not in found
    answers = [(answer["word"], answer["score"]) for answer in found["answers"]]
    assert answers == parts.analogy("rome", "romes", "paris", 2)
    assert main(asked) == 0 and "Not in the text, so built from its parts: romes." in (
        capsys.readouterr().out
    )


def test_a_page_is_the_apps_and_quotes_the_text_unless_that_is_left_out(
    model, tmp_path, monkeypatch, capsys
):
    asked = []

    def make(folder, parameters, tell, really=export.make_page):
        asked.append(parameters)
        return really(folder, parameters, tell)

    monkeypatch.setattr(export, "make_page", make)
    found = as_json(capsys, "export", model, "--format", "page", "--out", "m.html")
    assert found == {"out": "m.html", "format": "page", "words": 21, "dimensions": 6}
    bare = ["export", model, "--format", "page", "--without-text", "--out", "bare.html"]
    assert main(bare) == 0
    assert [parameters["quotes"] for parameters in asked] == [True, False]
    page = (tmp_path / "m.html").read_text()
    assert all(part in page for part in ("Content-Security-Policy", '"berlin"', "Random seed"))


def test_info_is_the_methods_record_of_a_bundle_and_of_a_folder(model, capsys):
    found = as_json(capsys, "info", model)
    with open(model, "rb") as file:
        id = add_file(library, file, "m.zip")
    folder = str(library.model_folder(id))
    assert as_json(capsys, "info", folder)["vectors_sha256"] == found["vectors_sha256"]
    assert found["text"]["tokens"] == len(re.findall(r"\w+", TEXT)) and found["passes"] == 4
    assert main(["info", model]) == 0 and "loss, nats per pair" in capsys.readouterr().out


def test_the_text_may_be_left_out(capsys):
    arguments = ("train", "cities.txt", "--out", "m.zip", "--without-text", *SMALL)
    assert as_json(capsys, *arguments)["words"] > 20
    with open("m.zip", "rb") as file:
        assert b"text.txt" not in file.read()


def test_a_record_makes_the_same_model_again(model, tmp_path, capsys):
    (tmp_path / "record.json").write_text(json.dumps(as_json(capsys, "info", model)))
    made = as_json(capsys, "train", "cities.txt", "--record", "record.json", "--out", "n.zip")
    assert made["same"] and made["differences"] == []
    np.testing.assert_array_equal(opened("n.zip").V, opened(model).V)


BAD = {
    "no command": ([], "COMMAND"),
    "missing file": (["train", "no.txt", "--out", "o.zip"], "no.txt does not exist"),
    "no match": (["train", "*.none", "--out", "o.zip"], "No file matches"),
    "no text": (["train", "--out", "o.zip"], "There is no TEXT"),
    "empty text": (["train", "empty.txt", "--out", "o.zip"], "empty"),
    "folder without files": (["train", "nothing", "--out", "o.zip"], "holds no files"),
    "folder without texts": (["train", "pictures", "--out", "o.zip"], "binary data"),
    "binary file": (["train", "pictures/a.bin", "--out", "o.zip"], "a.bin"),
    "one word": (["train", "one.txt", "--out", "o.zip"], "single word"),
    "unknown option": (["train", "cities.txt", "--out", "o.zip", "--dims", "3"], "--dims"),
    "wrong type": (["train", "cities.txt", "--out", "o.zip", "--dim", "x"], "whole number"),
    "out of range": (["train", "cities.txt", "--out", "o.zip", "--window", "0"], "--window"),
    "wrong choice": (["train", "cities.txt", "--out", "o.zip", "--lowercase", "maybe"], "yes"),
    "too many dimensions": (["train", "cities.txt", "--out", "o.zip", "--dim", "900"], "too large"),
    "existing output": (["train", "cities.txt", "--out", "one.txt"], "--force"),
    "no folder": (["train", "cities.txt", "--out", "no/o.zip"], "does not exist: make it"),
    "output is a folder": (["train", "cities.txt", "--out", "nothing"], "is a folder"),
    "nothing to continue": (
        ["train", "--continue", "--out", "o.zip"],
        "There is no training in o.zip",
    ),
    "settings of continue": (["train", "--continue", "--out", "o.zip", "--dim", "3"], "--dim"),
    "no record": (["train", "cities.txt", "--record", "no.json", "--out", "o.zip"], "no.json"),
    "damaged record": (["train", "cities.txt", "--record", "one.txt", "--out", "o.zip"], "damaged"),
    "missing model": (["neighbours", "no.zip", "a"], "no.zip does not exist"),
    "damaged bundle": (["neighbours", "cut.zip", "rome"], "cut.zip"),
    "no bundle": (["info", "pictures/a.bin"], "a.bin"),
    "folder without model": (["info", "nothing"], "holds no model"),
    "unknown word": (["neighbours", "m.zip", "berlim"], "Nearest known spellings: 'berlin'"),
    "unknown word of an analogy": (["analogy", "m.zip", "rome", "parsi", "oslo"], "'paris'"),
    "no such number": (["neighbours", "m.zip", "rome", "--top", "0"], "--top"),
    "unknown metric": (["neighbours", "m.zip", "rome", "--metric", "x"], "--metric"),
    "new word by another metric": (
        ["neighbours", "m.zip", "berliner", "--vectors", "form", "--metric", "euclidean"],
        "leave out --metric",
    ),
    "new word without parts": (["neighbours", "m.zip", "xyzxyz", "--vectors", "form"], "no part"),
    "new word by another method": (
        [
            *("analogy", "m.zip", "rome", "romes", "paris"),
            *("--vectors", "form", "--method", "mul"),
        ],
        "--method add",
    ),
    "vectors of a page": (
        [*("export", "m.zip", "--format", "page"), *("--vectors", "sum", "--out", "o.html")],
        "leave out --vectors",
    ),
    "vectors without text": (
        ["export", "m.zip", "--format", "csv", "--without-text", "--out", "o.csv"],
        "page alone",
    ),
    "unknown format": (["export", "m.zip", "--format", "x", "--out", "o"], "--format"),
    "existing export": (["export", "m.zip", "--format", "csv", "--out", "one.txt"], "--force"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_sentence(name, tmp_path, capsys):
    (tmp_path / "nothing").mkdir()
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.bin").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "one.txt").write_text("word word word")
    arguments, said = BAD[name]
    if {"m.zip", "cut.zip"} & set(arguments):
        assert main(["train", "cities.txt", "--out", "m.zip", "--quiet", *SMALL]) == 0
        whole = (tmp_path / "m.zip").read_bytes()
        (tmp_path / "cut.zip").write_bytes(whole[: len(whole) // 2])
        capsys.readouterr()
    before = sorted(path.name for path in tmp_path.iterdir())
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    sentences = err.splitlines()
    assert out == "" and said in err and "Traceback" not in err and "program" not in err
    assert sentences and said in sentences[-1]
    read = name in ("one word", "too many dimensions")  # such a text can be read
    assert len(sentences) == 1 + read
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert (tmp_path / "one.txt").read_text() == "word word word"


def start(*arguments, **options):
    """The program as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "w2v_core", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


LONG = ("--solver", "sgd", "--batch-size", "1", "--epochs", "30", "--dim", "6")


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """What a long training makes that nothing stops."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "cities.txt").write_text(TEXT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("W2V_HOME", str(folder / "home"))
        patch.chdir(folder)
        assert main(["train", "cities.txt", "--out", "whole.zip", "--quiet", *LONG]) == 0
        return opened("whole.zip").V


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_stopped_training_goes_on_to_the_same_vectors(how, whole, tmp_path, capsys):
    process = start("train", "cities.txt", "--out", "m.zip", *LONG)
    work = tmp_path / "m.zip.training"
    while process.poll() is None and not list(work.glob("models/*/checkpoint.npz")):
        time.sleep(0.01)
    process.send_signal(how)
    _, err = process.communicate(timeout=60)
    assert not (tmp_path / "m.zip").exists() and work.is_dir(), err
    assert "Traceback" not in err
    if how == signal.SIGINT:
        assert process.returncode == 130
        command = err.strip().splitlines()[-1].rpartition("python -m w2v_core ")[2]
        assert "m.zip.training" in err
    else:
        command = "train --continue --out m.zip"
    assert main(["train", "cities.txt", "--out", "m.zip"]) == 2  # it is not thrown away
    assert "--continue" in capsys.readouterr().err
    as_json(capsys, *shlex.split(command))
    assert not work.exists()
    np.testing.assert_array_equal(opened("m.zip").V, whole)


def test_two_processes_never_train_in_one_folder_and_a_second_ctrl_c_ends_at_once(
    whole, tmp_path, capsys
):
    process = start("train", "cities.txt", "--out", "m.zip", *LONG)
    work = tmp_path / "m.zip.training"
    while process.poll() is None and not list(work.glob("models/*/checkpoint.npz")):
        time.sleep(0.01)
    for more in (["--continue"], ["cities.txt", "--force"]):
        assert main(["train", "--out", "m.zip", *more]) == 2
        assert f"Another process ({process.pid})" in capsys.readouterr().err
    process.send_signal(signal.SIGINT)
    assert "press Ctrl-C again" in process.stderr.readline() + process.stderr.readline()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    as_json(capsys, "train", "--continue", "--out", "m.zip")
    np.testing.assert_array_equal(opened("m.zip").V, whole)


def test_a_reader_that_goes_away_is_no_error(model):
    process = start("neighbours", model, "rome")
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait(timeout=60) == 1


def test_the_bar_is_for_terminals_alone(model, capsys):
    process = start("train", "cities.txt", "--out", "n.zip", *SMALL)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0 and err == "Read 1 of 1 files.\n"


def test_the_bar_shows_the_time_left(monkeypatch):
    from w2v_core.command_line.progress import progress_bar

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr(sys, "stderr", Terminal())
    with progress_bar(True) as show:
        show(0.0, "reading")
        show(0.4, "training")
        show(1.0, "saving")
    shown = sys.stderr.getvalue()
    assert "left" in shown and "100 %" in shown


def test_the_examples_of_the_documentation_run(capsys, monkeypatch, tmp_path):
    (tmp_path / "data").symlink_to(ROOT / "data")
    docs = (ROOT / "docs" / "command_line.md").read_text("utf-8")
    found = re.findall(r"^    python -m w2v_core (.+)$", docs, re.MULTILINE)
    assert len(found) == 8
    for example in found:
        arguments = shlex.split(example)
        if "--continue" in arguments:
            assert parser().parse_args(arguments).goes_on
            continue
        assert main(arguments) == 0, example
        said = capsys.readouterr()
        if "info" in arguments:
            (tmp_path / "record.json").write_text(said.out)
    assert "the same, bit for bit" in said.out
