"""``python -m w2v_core``: the same models and answers as the app, interruptions, and what is refused."""

import gzip
import json
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
from w2v_core import load_model
from w2v_core.command_line.commands import main
from w2v_core.exchange.model_import import add_file
from w2v_core.queue.queue import Queue
from w2v_core.work import worker

TEXT = "Berlin is a city in Germany. Paris is a city in France. The king is old.\n" * 30
SMALL = ["--dim", "4", "--epochs", "5", "--prior", "8"]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.setenv("W2V_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cities.txt").write_text(TEXT)
    return tmp_path


@pytest.fixture
def model(here):
    assert main(["train", "cities.txt", "--out", "m.zip", *SMALL]) == 0
    return "m.zip"


def imported(path):
    """The model of a file, as the app's Library imports it."""
    with open(path, "rb") as file:
        return load_model(library.model_folder(add_file(library, file, "m.zip")))


def told(capsys, *arguments):
    """What a command prints with --json, and nothing beside it."""
    capsys.readouterr()
    assert main([*arguments, "--json"]) == 0
    out, err = capsys.readouterr()
    assert not err
    return json.loads(out)


def test_the_model_is_the_one_that_the_app_makes(model, here):
    text = library.texts.keep("cities.txt", TEXT.encode())
    settings = {"dim": 4, "epochs": 5, "prior": 8.0}
    id = library.start_training(Queue(), text, "Cities", {}, settings)
    worker.work(Queue(), idle_seconds=0)
    of_app, ours = load_model(library.model_folder(id)), imported(model)
    assert ours.words == of_app.words
    np.testing.assert_array_equal(ours.V, of_app.V)
    np.testing.assert_array_equal(ours.U, of_app.U)
    assert ours.corpus.concordance("king", 1)
    assert not (here / "m.zip.training").exists()


def test_files_folders_patterns_and_packed_files_are_read(here, capsys):
    (here / "more").mkdir()
    (here / "more" / "a.txt").write_text(TEXT)
    (here / "more" / "b.txt.gz").write_bytes(gzip.compress(TEXT.encode()))
    (here / "more" / "broken.docx").write_bytes(b"PK\3\4 no archive")
    found = told(capsys, "train", "cities.txt", "more", "*.txt", "--out", "all.zip", *SMALL)
    read = {file["name"]: bool(file["format"]) for file in found["files"]}
    assert read == {
        "cities.txt": True,
        "more/a.txt": True,
        "more/b.txt.gz": True,
        "more/broken.docx": False,
    }
    assert imported("all.zip").corpus.n_tokens == 3 * len(re.findall(r"\w+", TEXT))


def test_settings_and_lists_of_words_are_those_that_were_given(here, capsys):
    (here / "stop.txt").write_text("is\nthe\n")
    options = ["--no-lowercase", "--min-count", "1", "--stop-words", "stop.txt", "--window", "2"]
    assert main(["train", "cities.txt", "--out", "m.zip", *SMALL, *options]) == 0
    made = imported("m.zip")
    assert "Berlin" in made.words and "is" not in made.words
    record = told(capsys, "info", "m.zip")
    assert record["parameters"]["window"] == 2 and record["text"]["parameters"]["min_count"] == 1


def test_answers_are_those_of_the_pages(model, capsys):
    space = imported(model).vectors("sum")
    found = told(capsys, "neighbours", model, "Berlin", "--top", "3", "--vectors", "sum")
    nearest = {one["word"]: one["similarity"] for one in found["neighbours"]}
    assert nearest == pytest.approx(dict(space.most_similar("berlin", 3)))
    asked = ["berlin", "germany", "paris"]
    answers = told(capsys, "analogy", model, *asked, "--vectors", "sum")["answers"]
    assert [one["word"] for one in answers] == [word for word, _ in space.analogy(*asked)]


def test_vectors_that_were_exported_are_read_again(model, capsys):
    for format in ("word2vec-text", "word2vec-binary"):
        assert main(["export", model, "--format", format, "--out", f"{format}.out"]) == 0
        before, after = (told(capsys, "neighbours", m, "king") for m in (model, f"{format}.out"))
        assert before["neighbours"][0]["word"] == after["neighbours"][0]["word"]


def test_the_text_may_stay_behind(here):
    assert main(["train", "cities.txt", "--out", "m.zip", "--without-text", *SMALL]) == 0
    assert b"city" not in (here / "m.zip").read_bytes()
    assert imported("m.zip").corpus is None


def test_after_ctrl_c_it_goes_on_to_the_same_vectors(here, capsys):
    sgd = ["--solver", "sgd", "--dim", "4", "--epochs", "60", "--tolerance", "none"]
    process = subprocess.Popen(
        [sys.executable, "-m", "w2v_core", "train", "cities.txt", "--out", "m.zip", *sgd],
        cwd=here,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        stderr=subprocess.PIPE,
        text=True,
    )
    end = time.monotonic() + 60
    while not list(here.glob("m.zip.training/models/*/history/*.npz")):
        assert process.poll() is None and time.monotonic() < end
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=60)[1]
    assert process.returncode == 130 and "train --continue --out m.zip" in said
    assert not (here / "m.zip").exists()

    assert main(["train", "cities.txt", "--out", "m.zip", *sgd]) == 2
    assert "was interrupted" in capsys.readouterr().err
    assert main(["train", "--continue", "--out", "m.zip"]) == 0
    assert main(["train", "cities.txt", "--out", "undisturbed.zip", *sgd]) == 0
    np.testing.assert_array_equal(imported("m.zip").V, imported("undisturbed.zip").V)


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("train absent.txt --out a.zip", "There is no file absent.txt"),
        ("train --out a.zip", "Name at least one text"),
        ("train cities.txt --out m.zip", "m.zip exists already"),
        ("train cities.txt --out no/a.zip", "There is no folder no"),
        ("train empty --out a.zip", "The folder empty holds no files"),
        ("train nothing.txt --out a.zip", ""),
        ("train picture.png --out a.zip", ""),
        ("train cities.txt --out a.zip --stop-words absent", "absent: No such file"),
        ("train --continue --out a.zip", "no interrupted training"),
        ("neighbours m.zip kingg", "'kingg' is not in the vocabulary. Nearest known spellings"),
        ("neighbours absent.zip king", "absent.zip: No such file"),
        ("neighbours cities.txt king", ""),
        ("analogy m.zip king berlin nobody", "'nobody' is not in the vocabulary"),
        ("info damaged.zip", ""),
        ("info empty", "is not the folder of a model"),
        ("export m.zip --out m.zip", "m.zip exists already"),
        ("repeat cities.txt cities.txt", ""),
    ],
)
def test_bad_input_gets_one_sentence(model, here, capsys, command, sentence):
    (here / "empty").mkdir()
    (here / "nothing.txt").write_text("\n")
    (here / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8)
    (here / "damaged.zip").write_bytes((here / "m.zip").read_bytes()[:-200])
    before = (here / "m.zip").read_bytes()
    capsys.readouterr()
    assert main(command.split()) == 2
    out, err = capsys.readouterr()
    assert not out and sentence in err and len(err.splitlines()) == 1 and len(err) > 20
    assert (here / "m.zip").read_bytes() == before
    assert not (here / "a.zip").exists() and not (here / "a.zip.training").exists()


@pytest.mark.parametrize(
    "options", ["--dim 0", "--dim many", "--window 2.5", "--weighting steep", "--no-such-option"]
)
def test_a_setting_that_may_not_be_given_is_named(options, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["train", "cities.txt", "--out", "a.zip", *options.split()])
    assert ended.value.code == 2
    assert options.split()[0].lstrip("-") in capsys.readouterr().err


def test_a_reader_that_has_had_enough_is_no_error(model, here):
    command = f"{sys.executable} -m w2v_core info m.zip --json | head -c 1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=here,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr, done.returncode) == ("{", "", 0)


def test_the_examples_of_the_documentation_run(here, monkeypatch, capsys):
    (here / "data").symlink_to(ROOT / "data")
    lines = (ROOT / "docs" / "command_line.md").read_text("utf-8").splitlines()
    examples = [line.strip() for line in lines if line.startswith("    python -m w2v_core")]
    assert len(examples) == 5
    for example in examples:
        assert main(shlex.split(example)[3:]) == 0, example
    assert "queen" in capsys.readouterr().out
