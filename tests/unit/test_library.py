"""The library of models: names, a day to undo, bundles that come and go, records, the class set."""

import io
import json
import os
import subprocess
import sys
import time
import tracemalloc
import zipfile

import numpy as np
import pytest

from tests.conftest import ROOT
from tests.operators_library import library
from w2v_core import Corpus, SkipGram, load_model, save_model
from w2v_core.exchange import model_import
from w2v_core.exchange.bundles import write_bundle
from w2v_core.library import word_sets
from w2v_core.library.deletion import DELETED_KEPT, forget_deleted
from w2v_core.library.library import LONGEST_NAME
from w2v_core.library.model_files import load_corpus, read_record
from w2v_core.library.training_history import read_snapshot, snapshot_steps
from w2v_core.queue.queue import Queue
from w2v_core.storage.files import read_json, write_json
from w2v_core.storage.home import home, is_published, published
from w2v_core.work import analyses, methods_record, worker

TEXT = "Berlin is a city in Germany. Paris is a city in France. The König is <b>old</b>. " * 20
VECTORS = b"3 2\na 1 2\nb 2 1\nc 0 1\n"


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("W2V_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("W2V_PUBLISHED", raising=False)


@pytest.fixture
def trained():
    """A model trained by the worker, with its text and the passes of its training."""
    queue = Queue()
    key = library.texts.keep("cities.txt", TEXT.encode())
    id = library.start_training(queue, key, "cities.txt", {}, {"epochs": 6, "seed": 3, "dim": 6})
    worker.work(queue, idle_seconds=0)
    return id


def ids():
    return sorted(entry.id for entry in library.models())


def bundle(id, **options):
    out = io.BytesIO()
    write_bundle(
        out, library.model_folder(id), methods_record.methods_record(library, id), **options
    )
    return out.getvalue()


def add(data, name="a file.zip", **options):
    return model_import.add_file(library, io.BytesIO(data), name, **options)


def remade(data, change=None, **more):
    """A bundle with its files changed by ``change(name, data)`` (None leaves one out), and more."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name) if change is None else change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
        for name, content in more.items():
            new.writestr(name, content)
    return out.getvalue()


def with_json(file, **changes):
    def change(name, content):
        return json.dumps({**json.loads(content), **changes}) if name == file else content

    return change


def with_arrays(file, **changes):
    """Arrays of an .npz exchanged (None leaves one out)."""

    def change(name, content):
        if not name.startswith(file):
            return content
        with np.load(io.BytesIO(content)) as old:
            arrays = {**old, **changes}
        out = io.BytesIO()
        np.savez(out, **{n: a for n, a in arrays.items() if a is not None})
        return out.getvalue()

    return change


def inner_zip(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"{name}.npy", content)
    return out.getvalue()


# Names, and a day to undo


def test_a_model_is_renamed_and_its_text_keeps_its_name(trained):
    assert library.entry(trained).name == library.entry(trained).source == "cities.txt"
    assert library.entry(trained).n_tokens == 360
    assert library.rename(trained, "  <b>Städte</b>\n\x00 ") == "<b>Städte</b>"
    entry = library.entry(trained)
    assert (entry.name, entry.source) == ("<b>Städte</b>", "cities.txt")
    assert len(library.rename(trained, "n" * 5000)) == LONGEST_NAME
    for bad in ("", " \n"):
        with pytest.raises(ValueError, match="needs a name"):
            library.rename(trained, bad)
    for unknown in ("f" * 16, "../../etc"):
        with pytest.raises(ValueError):
            library.rename(unknown, "x")


def test_a_deleted_model_comes_back_as_it_was(trained):
    library.rename(trained, "Städte")
    before = {f.name for f in library.model_folder(trained).iterdir()}
    V = load_model(library.model_folder(trained)).V
    library.delete(Queue(), trained)
    assert ids() == [] and not library.model_folder(trained).exists()
    (gone,) = library.deleted()
    assert (gone.id, gone.name) == (trained, "Städte")
    assert 0 < gone.kept_until - time.time() <= DELETED_KEPT
    with pytest.raises(ValueError, match="no longer here"):
        library.delete(Queue(), trained)
    library.restore(trained)
    assert ids() == [trained] and library.deleted() == []
    assert {f.name for f in library.model_folder(trained).iterdir()} == before
    np.testing.assert_array_equal(load_model(library.model_folder(trained)).V, V)


def test_a_deleted_model_goes_after_a_day(trained):
    library.delete(Queue(), trained)
    folder = home() / "deleted" / trained
    write_json(folder / "deleted.json", {"at": time.time() - DELETED_KEPT - 1})
    assert library.deleted() == []
    with pytest.raises(ValueError, match="more than a day"):
        library.restore(trained)
    with pytest.raises(ValueError):
        library.restore("../../models")
    forget_deleted(home())
    assert not folder.exists()


def test_a_model_in_training_is_not_deleted(trained):
    queue = Queue()
    assert queue.put_again(trained)
    with pytest.raises(ValueError, match="being trained"):
        library.delete(queue, trained)
    assert ids() == [trained]


def test_what_is_published_is_read_only(trained, monkeypatch):
    monkeypatch.setenv("W2V_PUBLISHED", f"{'e' * 16}, {trained};../../etc")
    assert published() == ["e" * 16, trained] and is_published(trained)
    folder = library.model_folder(trained)
    for change in (
        lambda: library.rename(trained, "mine"),
        lambda: library.delete(Queue(), trained),
        lambda: library.continue_training(Queue(), trained),
        lambda: word_sets.keep_set(library, folder.name, "mine", ["berlin"]),
        lambda: word_sets.forget_set(library, folder.name, "mine"),
        lambda: word_sets.keep_word_categories(
            library, folder.name, "mine.csv", [("berlin", "city")]
        ),
    ):
        with pytest.raises(ValueError, match="published"):
            change()
    assert ids() == [trained] and library.entry(trained).name == "cities.txt"


# Bundles


def test_a_bundle_brings_all_of_a_model(trained):
    library.rename(trained, "Städte")
    word_sets.keep_set(library, trained, "mine", ["berlin", "<b>old</b>"])
    id = add(bundle(trained))
    old, new = library.model_folder(trained), library.model_folder(id)
    a, b = load_model(old), load_model(new)
    for name in ("V", "U", "log_q", "counts", "loss_curve"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name))
    assert (a.words, a.chosen, a.get_params()) == (b.words, b.chosen, b.get_params())
    assert b.corpus.concordance("könig", 2) == a.corpus.concordance("könig", 2)
    assert b.corpus.chosen == a.corpus.chosen and b.corpus.n_tokens == a.corpus.n_tokens
    assert snapshot_steps(old) == snapshot_steps(new) == list(range(len(a.loss_curve)))
    np.testing.assert_array_equal(read_snapshot(old, 2).U, read_snapshot(new, 2).U)
    assert word_sets.read_sets(new) == {"mine": ["berlin", "<b>old</b>"]}
    entry = library.entry(id)
    assert (entry.name, entry.source) == ("Städte", "a file.zip")
    assert entry.created == library.entry(trained).created
    assert not list(new.parent.glob(".*"))  # nothing left over
    assert (
        methods_record.methods_record(library, id)["text"]
        == methods_record.methods_record(library, trained)["text"]
    )


def test_a_bundle_can_leave_the_text_and_the_training_behind(trained):
    whole, bare = bundle(trained), bundle(trained, text=False, history=False)
    assert len(bare) < len(whole)
    id = add(bare)
    folder = library.model_folder(id)
    assert load_model(folder).corpus is None and snapshot_steps(folder) == []
    assert b"Berlin" not in b"".join(
        zipfile.ZipFile(io.BytesIO(bare)).read(n)
        for n in zipfile.ZipFile(io.BytesIO(bare)).namelist()
    )
    # How it was made is known all the same: hash and size of the text.
    assert (
        methods_record.methods_record(library, id)["text"]
        == methods_record.methods_record(library, trained)["text"]
    )


def test_vectors_of_others_become_models_without_text_or_output_vectors():
    import gzip

    id = add(gzip.compress(VECTORS), "glove.6B.2d.txt.gz")
    entry = library.entry(id)
    assert (entry.name, entry.n_words, entry.dim, entry.loss) == ("glove.6B.2d", 3, 2, None)
    assert entry.source == "glove.6B.2d.txt.gz (word2vec text)"
    model = load_model(library.model_folder(id))
    assert model.kinds == ("center",) and model.corpus is None
    again = add(gzip.compress(bundle(id)), "x.zip.gz")  # and they travel as bundles, too
    np.testing.assert_array_equal(load_model(library.model_folder(again)).V, model.V)
    assert read_record(library.model_folder(again))["schema_version"] == 2
    assert methods_record.methods_record(library, again)["trained_here"] is False


def test_a_bundle_of_the_first_version_opens():
    with open(ROOT / "tests" / "unit" / "bundle-1.zip", "rb") as file:
        id = model_import.add_file(library, file, "old.zip")
    model = load_model(library.model_folder(id))
    assert model.vectors("sum").most_similar("berlin", 1) and model.corpus.concordance("berlin", 1)
    assert library.entry(id).loss == pytest.approx(model.loss_curve[-1])


def test_an_import_can_be_ended_and_leaves_nothing(trained):
    def end(share):
        raise InterruptedError

    for data in (bundle(trained), VECTORS):
        with pytest.raises(InterruptedError):
            add(data, tell=end)
    assert ids() == [trained] and [f.name for f in (home() / "models").iterdir()] == [trained]


def test_what_a_killed_import_left_is_removed_after_a_day(trained):
    left = home() / "models" / f".{'c' * 16}"
    left.mkdir()
    add(VECTORS)
    assert left.exists()
    os.utime(left, (0, 0))
    add(VECTORS)
    assert not left.exists()


HEADER = np.lib.format.magic(1, 0)


def npy(dtype, shape, data=b""):
    out = io.BytesIO()
    header = {"descr": dtype, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(out, header)
    return out.getvalue() + data


def pickled():
    out = io.BytesIO()
    np.savez(out, V=np.array([print], dtype=object))
    return out.getvalue()


def only(file, content):
    return lambda name, old: content if name.startswith(file) else old


DEEP = "[" * 100_000 + "]" * 100_000
DAMAGED = {
    "no model": (lambda name, old: None if name == "model.json" else old, "no model.json"),
    "no arrays": (lambda name, old: None if name.startswith("model-") else old, "do not fit"),
    "newer": (with_json("model.json", schema_version=99), "newer version"),
    "no version": (with_json("model.json", schema_version="1"), "no schema version"),
    "no JSON": (only("model.json", "{"), "cannot be read"),
    "a list": (only("model.json", "[]"), "not as it should be"),
    "deep": (only("model.json", DEEP), "cannot be read"),
    "NaN in JSON": (only("model.json", '{"schema_version": NaN}'), "cannot be read"),
    "no words": (with_json("model.json", words=[]), "list of words"),
    "numbers as words": (with_json("model.json", words=[1, 2]), "list of words"),
    "fewer words": (with_json("model.json", words=["a", "b"]), "do not fit"),
    "words twice": (
        lambda n, o: o.replace(b'"paris"', b'"berlin"') if n == "model.json" else o,
        "occurs twice",
    ),
    "half a letter": (
        lambda n, o: o.replace(b'"paris"', b'"\\ud800"') if n == "model.json" else o,
        "cannot occur in a text",
    ),
    "another size": (with_json("model.json", shape=[10**12, 10**6]), "do not fit"),
    "a path": (with_json("model.json", arrays="../../model-0123456789abcdef.npz"), "do not fit"),
    "an unknown setting": (with_json("model.json", parameters={"evil": 1}), "an unknown setting"),
    "a wrong setting": (with_json("model.json", parameters={"dim": -5}), "dim=-5"),
    "no settings": (with_json("model.json", parameters=None), "how it was trained"),
    "no zip inside": (only("model-", b"rubbish"), "not a complete zip"),
    "pickled": (only("model-", pickled()), "pickled objects"),
    "no V": (with_arrays("model-", V=None), "V is missing"),
    "no U": (with_arrays("model-", U=None), "U is missing"),
    "V of another size": (with_arrays("model-", V=np.ones((2, 2), np.float32)), "its size is"),
    "V of doubles": (with_arrays("model-", V=np.ones((12, 6))), "the wrong kind"),
    "V of NaN": (with_arrays("model-", U=np.full((12, 6), np.nan, np.float32)), "not finite"),
    "counts below zero": (with_arrays("model-", counts=np.full(12, -1)), "impossible"),
    "loss of NaN": (with_arrays("model-", loss_curve=np.array([np.nan])), "impossible"),
    "no loss": (with_arrays("model-", loss_curve=np.empty(0)), "no loss"),
    "V in columns": (
        with_arrays("model-", V=np.ones((12, 6), np.float32, order="F")),
        "the wrong kind",
    ),
    "a huge header": (only("model-", inner_zip(V=npy("<f4", (12, 6)))), "its header announces 288"),
    "loss without end": (
        only(
            "model-",
            inner_zip(
                V=npy("<f4", (12, 6), b"\0" * 288),
                U=npy("<f4", (12, 6), b"\0" * 288),
                log_q=npy("<f4", (12,), b"\0" * 48),
                counts=npy("<i8", (12,), b"\0" * 96),
                loss_curve=npy("<f8", (10**15,)),
            ),
        ),
        "its header announces",
    ),
    "a header of code": (
        only("model-", inner_zip(V=HEADER + b"\x10\0__import__('os')")),
        "no header",
    ),
    "a text of other words": (with_json("corpus.json", words=["x"] * 12), "not the model's"),
    "a text without settings": (with_json("corpus.json", min_count=None), "how it was read"),
    "a text with a wrong setting": (with_json("corpus.json", unit="bits"), "unit='bits'"),
    "ids beyond the words": (
        with_arrays("corpus.npz", ids=np.full(360, 99, np.int32)),
        "do not fit it",
    ),
    "ids below zero": (with_arrays("corpus.npz", ids=np.full(360, -1, np.int32)), "do not fit it"),
    "sentences beyond the text": (
        with_arrays("corpus.npz", sentence_bytes=np.full((60, 2), 10**9)),
        "do not fit it",
    ),
    "starts in disorder": (
        with_arrays("corpus.npz", sentence_starts=np.arange(60, -1, -1)),
        "do not fit",
    ),
    "no sentences": (
        with_arrays(
            "corpus.npz",
            sentence_starts=np.zeros(1, np.int64),
            sentence_bytes=np.zeros((0, 2), np.int64),
        ),
        "do not fit it",
    ),
    "a cut text": (only("text.txt", b"Berlin"), "do not fit it"),
    "a pass of other words": (
        with_arrays("history/00002", rows=np.arange(5, 17, dtype=np.int32)),
        "a pass of its training",
    ),
    "a pass of NaN": (
        with_arrays("history/00002", V=np.full((12, 6), np.nan, np.float16)),
        "a pass of its training",
    ),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_a_bad_bundle_gets_a_sentence_and_the_library_is_as_before(case, trained):
    good = bundle(trained)
    assert load_model(library.model_folder(trained)).V.shape == (12, 6)  # as the cases have it
    change, sentence = DAMAGED[case]
    with pytest.raises(ValueError) as caught:
        add(remade(good, change))
    message = str(caught.value)
    assert sentence in message and len(message) < 400 and message.endswith("."), message
    assert [f.name for f in (home() / "models").iterdir()] == [trained]
    add(remade(good))  # and that was all that was wrong with it


def test_names_that_lead_elsewhere_and_unknown_files_are_never_written(trained, tmp_path):
    evil = {"../evil": b"x", "/tmp/w2v-evil": b"x", "history/../../evil": b"x", "worker.py": b"x"}
    id = add(remade(bundle(trained), **evil))
    kept = {f.name for f in library.model_folder(id).rglob("*")}
    assert not {"evil", "worker.py", "w2v-evil"} & kept
    assert not any(f.name in ("evil", "w2v-evil") for f in tmp_path.rglob("*"))


def test_a_name_is_shown_as_one_line_and_odd_dates_are_dropped(trained):
    change = with_json(
        "model.json", name="a\n\x00b" + "c" * 5000, created=1e300, seconds="x", origin=[1]
    )
    id = add(remade(bundle(trained), change))
    entry = library.entry(id)
    assert entry.name.startswith("a b") and len(entry.name) <= 200 and entry.created == 0
    assert methods_record.methods_record(library, id)["versions"] is None


def test_zip_bombs_get_a_sentence_and_little_memory(trained, monkeypatch):
    monkeypatch.setenv("W2V_MAX_MODEL_MB", "50")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("model.json", b" " * 100_000_000)
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for i in range(70_000):
            archive.writestr(f"{i}", b"")
    inner = inner_zip(V=npy("<f4", (12, 6), b"\0" * 100_000_000))
    lying = bytearray(out.getvalue())  # declares ten bytes, holds 100 MB
    at = lying.rfind(b"PK\x01\x02")
    lying[at + 24 : at + 28] = (10).to_bytes(4, "little")
    import gzip

    bombs = [
        out.getvalue(),
        many.getvalue(),
        bytes(lying),
        remade(bundle(trained), only("model-", inner)),
        gzip.compress(b"PK\x03\x04" + b"\0" * 200_000_000, 1),
    ]
    monkeypatch.setenv("W2V_MAX_TEXT_MB", "100")
    del many
    for bomb in bombs:
        tracemalloc.start()
        with pytest.raises(ValueError):
            add(bomb)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 60_000_000
    assert ids() == [trained]


@pytest.mark.parametrize("share", [0.001, 0.1, 0.5, 0.9, 0.999])
def test_a_bundle_cut_off_anywhere_gets_a_sentence(trained, share):
    data = bundle(trained)
    with pytest.raises(ValueError):
        add(data[: int(len(data) * share)])
    assert ids() == [trained]


def test_a_bundle_damaged_anywhere_is_refused_or_whole(trained):
    data, dice = bundle(trained), np.random.default_rng(0)
    for _ in range(60):
        damaged = bytearray(data)
        damaged[dice.integers(len(data))] ^= 1 << dice.integers(8)
        try:
            id = add(bytes(damaged))
        except ValueError as error:
            assert str(error).endswith((".", "'"))
        else:
            load_model(library.model_folder(id))


# Methods records


def test_a_record_says_how_a_model_was_made(trained):
    found = methods_record.methods_record(library, trained)
    text = found["text"]
    assert (text["bytes"], text["tokens"], text["sentences"]) == (len(TEXT.encode()), 360, 60)
    import hashlib

    assert text["sha256"] == hashlib.sha256(TEXT.encode()).hexdigest()
    assert text["parameters"]["min_count"] is None and found["chosen"]["min_count"] == 1
    assert found["parameters"]["seed"] == 3 and found["parameters"]["prior"] is None
    assert found["dimensions"] == found["parameters"]["dim"] == 6 and found["chosen"]["prior"] > 0
    assert found["versions"]["numpy"] == np.__version__ and found["versions"]["python"]
    model = load_model(library.model_folder(trained))
    assert (
        found["losses"] == model.loss_curve.tolist() and found["passes"] == len(found["losses"]) - 1
    )
    assert found["stability"] is None and found["certainty"] is None
    json.dumps(found)


def test_a_record_tells_how_sure_the_neighbours_are_and_a_bundle_takes_it_along(trained):
    analyses.start(library, Queue(), "certainty", trained, {"splits": 3, "seed": 0})
    worker.work(Queue(), idle_seconds=0)
    found = methods_record.methods_record(library, trained)["certainty"]
    assert (found["splits"], found["documents"], found["nearest"]) == (3, 0, 10)
    assert 0 < found["share_in_both_halves"] <= 1 and 0 < found["share_expected_again"] <= 1
    assert methods_record.methods_record(library, add(bundle(trained)))["certainty"] == found


def test_a_record_tells_the_stability_of_an_earlier_version_and_a_bundle_takes_it_along(trained):
    parameters = {"resamples": 3, "seed": 0}
    analyses.start(library, Queue(), "stability", trained, parameters)
    worker.work(Queue(), idle_seconds=0)
    found = methods_record.methods_record(library, trained)["stability"]
    assert (
        found["resamples"] == 3 and found["nearest"] == 10 and 0 < found["share_found_again"] <= 1
    )
    assert methods_record.methods_record(library, add(bundle(trained)))["stability"] == found


def test_the_command_makes_the_same_model_again(trained, tmp_path):
    import gzip

    write_json(tmp_path / "record.json", methods_record.methods_record(library, trained))
    (tmp_path / "text.txt.gz").write_bytes(gzip.compress(TEXT.encode()))
    (tmp_path / "other.txt").write_text(TEXT + "And more.")

    def command(text, file="record.json"):
        return subprocess.run(
            [
                sys.executable,
                "-m",
                "w2v_core",
                "train",
                tmp_path / text,
                "--record",
                tmp_path / file,
                "--out",
                tmp_path / "again.zip",
            ],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    made = command("text.txt.gz")
    assert made.returncode == 0 and "the same, bit for bit" in made.stdout, made
    new = add((tmp_path / "again.zip").read_bytes())
    (tmp_path / "again.zip").unlink()
    a, b = (load_model(library.model_folder(id)) for id in (trained, new))
    np.testing.assert_array_equal(a.V, b.V)
    np.testing.assert_array_equal(a.U, b.U)
    assert snapshot_steps(library.model_folder(new)) == list(range(len(a.loss_curve)))
    for file, text, sentence in (
        ("record.json", "other.txt", "not the text of this record"),
        ("record.json", "absent.txt", "absent.txt"),
        ("text.txt.gz", "text.txt.gz", "damaged"),
    ):
        failed = command(text, file)
        assert failed.returncode == 2 and sentence in failed.stderr
        assert "Traceback" not in failed.stderr
        assert not (tmp_path / "again.zip").exists()
    assert ids() == sorted([trained, new])


@pytest.mark.parametrize(
    "settings",
    [
        {"solver": "sgd", "epochs": 3},
        {"held_out": 0.2, "epochs": 4},
        {"window": "sentence", "dim": 3},
    ],
)
def test_other_trainings_are_made_again_too(settings, tmp_path):
    (tmp_path / "t.txt").write_text(TEXT)
    model = SkipGram(**settings).fit(Corpus.from_file(tmp_path / "t.txt", min_count=2))
    save_model(model, library.model_folder("a" * 16), name="by hand", created=1.0)
    id, differences = methods_record.make_again(
        library, methods_record.methods_record(library, "a" * 16), tmp_path / "t.txt"
    )
    assert differences == []
    np.testing.assert_array_equal(load_model(library.model_folder(id)).V, model.V)


def test_a_training_that_was_stopped_after_a_pass_is_made_again(tmp_path):
    (tmp_path / "t.txt").write_text(TEXT)
    corpus = Corpus.from_file(tmp_path / "t.txt")
    model = SkipGram(tolerance=0).fit(corpus, lambda progress: progress.step == 2)
    save_model(model, library.model_folder("a" * 16), name="stopped", created=1.0)
    found = methods_record.methods_record(library, "a" * 16)
    assert found["stopped"] and found["passes"] == 2
    id, differences = methods_record.make_again(library, found, tmp_path / "t.txt")
    assert differences == [] and load_model(library.model_folder(id)).stopped


def test_vectors_that_differ_are_told_with_what_differs(trained, tmp_path):
    (tmp_path / "t.txt").write_text(TEXT)
    found = methods_record.methods_record(library, trained)
    found["vectors_sha256"], found["versions"]["numpy"] = "0" * 64, "1.0"
    _, differences = methods_record.make_again(library, found, tmp_path / "t.txt")
    assert differences == [f"numpy was 1.0 and is {np.__version__} here."]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ([1], "not a methods record"),
        ({"record_version": 99}, "newer version"),
        ({"record_version": 1, "text": None}, "without its text"),
        ({"record_version": 1, "text": {"parameters": {}}}, "how the model was trained"),
    ],
)
def test_what_is_no_record_gets_a_sentence(tmp_path, content, sentence):
    write_json(tmp_path / "r.json", content)
    with pytest.raises(ValueError, match=sentence):
        methods_record.read_methods_record(tmp_path / "r.json")


def test_a_record_with_unknown_settings_gets_a_sentence(trained, tmp_path):
    (tmp_path / "t.txt").write_text(TEXT)
    found = methods_record.methods_record(library, trained)
    for bad in ({"evil": 1}, {"dim": -1}):
        with pytest.raises(ValueError, match="unknown here|dim=-1"):
            methods_record.make_again(library, {**found, "parameters": bad}, tmp_path / "t.txt")
    assert ids() == [trained]


def test_what_is_known_of_a_model_outlives_opening_and_saving(trained):
    folder = library.model_folder(trained)
    origin = read_json(folder / "model.json")["origin"]
    model = load_model(folder, corpus=False)
    save_model(model, library.model_folder("b" * 16), name="copy", created=1.0)
    assert read_json(library.model_folder("b" * 16) / "model.json")["origin"] == origin
    model.fit(load_corpus(folder))  # trained anew: nothing of the old holds
    assert model.origin == {}


def test_the_account_of_a_file_of_vectors_stays_with_the_model():
    id = add(b"4 2\na 1 2\nb nan 1\nc 2 1\nd 0 0\n", "some.vec")
    account = methods_record.methods_record(library, id)["vectors"]
    assert account["name"] == "some.vec" and account["rows"] == 4
    assert [(n["kind"], n["count"]) for n in account["notes"]] == [("left out", 1), ("read", 1)]
    again = add(bundle(id), "x.zip")
    assert methods_record.methods_record(library, again)["vectors"] == account
