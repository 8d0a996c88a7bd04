"""A text counted by a cluster is the text that one machine reads: real schedulers and worker processes."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import ROOT
from w2v_core.cluster import counting
from w2v_core.cluster.counting import Sizes, count_text
from w2v_core.cluster.shards import RemoteFile, blocks_of, cut, look
from w2v_core.cluster.word_counts import WordCounts, merged
from w2v_core.cluster.workers import workers_at
from w2v_core.command_line.program import main
from w2v_core.text.corpus import Corpus, CorpusSettings, choose_words
from w2v_core.text.documents import Gathering, Source, gather
from w2v_core.text.pairs import count_pairs, count_split

pytestmark = pytest.mark.usefixtures("plain_main")
MEMORY = 1_500_000_000
SMALL = Sizes(shard_bytes=3_000, most_words=100_000, band_cells=20_000)


@pytest.fixture(scope="module")
def workers(plain_main):
    with workers_at("local", MEMORY, 2) as found:
        yield found


ENGLISH = "".join(
    f"The river runs past {a} and the bridge. It stands in {b}; people like {a}, they say!\n"
    for a in ("Rome", "Paris", "Berlin", "Madrid", "Athens", "Kyiv")
    for b in ("Lisbon", "Vienna", "Prague", "Oslo", "Bern", "Riga")
)
GREEK = "".join(
    f"Ο ποταμός {a} περνά από την {b}. Είναι μεγάλος;\n\nΤο {b} είναι πόλη · το ξέρει ο {a}…\n"
    for a in ("Δούναβης", "Τίβερης", "Σηκουάνας")
    for b in ("Ρώμη", "Βιέννη", "Αθήνα", "Πάτρα")
)
CHINESE = "".join(
    f"{a}在{b}旁边。人们喜欢{a}！\r\n"
    for a in ("长江", "黄河", "泰晤士河")
    for b in ("上海", "北京", "伦敦", "巴黎", "罗马", "东京")
)
WRAPPED = "".join(
    "it was the best of times and it was the worst of times for the\n"
    f"people of {a} . nobody knew the name of the king of {b} , who had\n"
    "lived there all his life . he was tall and old and had a house\n"
    "near the river . " + ("\n \n" if a < "n" else "")
    for a in ("rome", "paris", "berlin", "madrid", "athens")
    for b in ("lisbon", "vienna", "prague", "oslo")
)


def written(folder, texts):
    files = []
    for name, data in texts.items():
        (folder / name).write_bytes(data)
        files.append(RemoteFile(name, str(folder / name)))
    return files


def of_one_machine(folder, files, settings, encoding=None):
    """The corpus that the command line reads without a cluster."""
    if len(files) == 1 and encoding is None:
        return Corpus.from_file(files[0].address, **settings)
    with open(folder / "gathered", "w+b") as out:
        sources = [Source(file.name, Path(file.address)) for file in files]
        gather(sources, out, Gathering(encoding=encoding))
    return Corpus.from_file(folder / "gathered", **settings)


def assert_same_text(found, corpus):
    assert found.words == corpus.words
    np.testing.assert_array_equal(found.counts, corpus.counts)
    for name in ("n_tokens", "n_distinct", "n_sentences", "chosen", "settings"):
        assert getattr(found, name) == getattr(corpus, name), name


def assert_same_pairs(found, expected):
    for name in ("data", "indices", "indptr"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))
        assert getattr(found, name).dtype == getattr(expected, name).dtype


TEXTS = {
    "many small files": {f"{i:03}.txt": (ENGLISH * 2)[i * 97 :][:400].encode() for i in range(40)},
    "one big file": {"big.txt": (ENGLISH * 6).encode()},
    "letters of two bytes": {"greek.txt": (GREEK * 8).encode()},
    "letters of three bytes": {"chinese.txt": b"\xef\xbb\xbf" + (CHINESE * 8).encode()},
    "packed": {"a.txt.gz": gzip.compress(ENGLISH.encode()), "b.txt": GREEK.encode()},
    "UTF-16, Windows-1253 and UTF-8": {
        "a.txt": (ENGLISH * 2).encode("utf-16"),
        "b.txt": (GREEK * 4).encode("cp1253"),
        "c.txt": (GREEK * 4).encode("cp1253", "replace")[7:],
        "d.txt": ENGLISH.encode(),
        "empty.txt": b"",
    },
    "lines that are wrapped": {"w.txt": (WRAPPED * 4).encode()},
    "wrapped lines of many files": {f"{i}.txt": WRAPPED[i * 311 :].encode() for i in range(8)},
    "no line ends": {"one.txt": (ENGLISH * 3).replace("\n", " ").encode(), "x.txt": b"x. y\0z"},
}


@pytest.mark.parametrize("texts", TEXTS.values(), ids=TEXTS)
def test_the_words_and_pairs_are_those_of_one_machine(workers, tmp_path, texts):
    files = written(tmp_path, texts)
    corpus = of_one_machine(tmp_path, files, {})
    counted = count_text(workers, files, CorpusSettings(), sizes=SMALL)
    assert_same_text(counted.text, corpus)
    assert {a.name for a in counted.accounts if a.format} == set(texts) - {"empty.txt"}
    held_out = np.arange(corpus.n_sentences) % 7 == 3
    for found, expected in zip(
        count_split(counted.text, held_out), count_split(corpus, held_out), strict=True
    ):
        assert_same_pairs(found, expected)


SETTINGS = {
    "min_count and max_vocab": ({"min_count": 3, "max_vocab": 30}, {}),
    "words left out": ({"stop_most": 3, "stop_words": ["Rome", "12"], "numbers": "drop"}, {}),
    "numbers, case": ({"numbers": "map", "lowercase": False}, {"subsample": 0}),
    "paragraphs": ({"sentence_ends": "paragraphs"}, {"window": 3, "weighting": "flat"}),
    "lines": ({"sentence_ends": "lines"}, {"window": 12, "subsample": 0.01}),
    "marks": ({"sentence_ends": "marks", "addresses": "drop"}, {"window": "sentence"}),
    "characters": ({"unit": "characters", "emoji": "drop"}, {"window": 2}),
}


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_every_setting_says_the_same_as_on_one_machine(workers, tmp_path, settings):
    of_text, of_pairs = settings
    said = "See https://example.org/a.b?c=1, 12 or 1,000 of them 🙂.\n\n"
    texts = {"a.txt": (ENGLISH + said + GREEK + said).encode(), "b.txt": WRAPPED.encode()}
    files = written(tmp_path, texts)
    corpus = of_one_machine(tmp_path, files, of_text)
    found = count_text(workers, files, CorpusSettings(**of_text), sizes=SMALL).text
    assert_same_text(found, corpus)
    assert found.warnings == corpus.warnings
    assert_same_pairs(count_pairs(found, **of_pairs), count_pairs(corpus, **of_pairs))


@pytest.mark.parametrize("encoding", ["utf-8", "cp1253", "utf-16-le"])
def test_an_encoding_that_was_chosen_by_hand_holds(workers, tmp_path, encoding):
    data = (GREEK * 3).encode(encoding, "replace") + b"\xff\xfe\n" * 2
    files = written(tmp_path, {"a.txt": data, "b.txt": ENGLISH.encode(encoding)})
    corpus = of_one_machine(tmp_path, files, {}, encoding)
    found = count_text(workers, files, CorpusSettings(), sizes=SMALL, encoding=encoding).text
    assert_same_text(found, corpus)
    assert_same_pairs(count_pairs(found), count_pairs(corpus))


@pytest.mark.parametrize("ends", ["marks and lines", "paragraphs"])
@pytest.mark.parametrize("size", [1, 7, 100, 1_001])
def test_shards_are_the_text(tmp_path, ends, size):
    text = (
        ENGLISH[:700] + "\n \t\n" + GREEK[:500] + "\n.\n…\n" + CHINESE[:90] + "\n\n" + WRAPPED[:900]
    )
    (file,) = written(tmp_path, {"a.txt": text.encode()})
    file = look(file, None, True, True)
    shards = cut([file], size)
    pieces = [b"".join(blocks_of(shard, ends)) for shard in shards]
    assert b"".join(pieces).rstrip() == text.encode().rstrip()
    assert len(shards) > 1 or size > 1_000
    begin = 0
    for piece in pieces[:-1]:
        begin += len(piece)
        before = text.encode()[:begin]
        assert before.endswith(b"\n") or before == text.encode()


def test_words_that_were_dropped_never_make_a_count_wrong(workers, tmp_path):
    rare = "".join(f"word{i} {'often ' * (i % 5)}\nseldom w{i % 300} .\n" for i in range(1_000))
    files = written(tmp_path, {"a.txt": rare.encode()})
    few = Sizes(shard_bytes=9_000, most_words=60, band_cells=20_000)
    corpus = of_one_machine(tmp_path, files, {"min_count": 1})
    found = count_text(workers, files, CorpusSettings(min_count=1), sizes=few).text
    bound = found.settings.min_count
    assert bound > 1 and f"at most {bound - 1:,} times" in found.warnings[-1]
    enough = int((corpus.counts >= bound).sum())
    assert found.words == corpus.words[:enough] and len(found.words) >= 2
    np.testing.assert_array_equal(found.counts, corpus.counts[:enough])
    assert found.n_tokens == corpus.n_tokens
    # Where the vocabulary ends above the bound, nothing differs and nothing is said.
    two = {"max_vocab": 2, "min_count": 1}
    found = count_text(workers, files, CorpusSettings(**two), sizes=few).text
    assert found.words == of_one_machine(tmp_path, files, two).words and not found.warnings
    corpus = of_one_machine(tmp_path, files, {"max_vocab": 2})
    for most in (0, 10**6):
        found = count_text(
            workers, files, CorpusSettings(max_vocab=2), sizes=few, whole_to=most
        ).text
        assert (found.words, found.n_tokens) == (corpus.words, corpus.n_tokens)
        assert (found.settings, found.chosen) == (corpus.settings, corpus.chosen)
        assert_same_pairs(count_pairs(found), count_pairs(corpus))


def test_sums_keep_the_order_of_first_appearance_and_say_what_they_dropped():
    import pyarrow as pa

    def counts(*words):
        of = dict(words)
        return WordCounts(pa.array(list(of)), np.array(list(of.values())), sum(of.values()))

    parts = [counts(("b", 2), ("a", 1)), counts(("c", 5), ("a", 1), ("d", 1))]
    both = merged(parts, 10)
    assert both.words.to_pylist() == ["b", "a", "c", "d"] and both.counts.tolist() == [2, 2, 5, 1]
    fewer = merged(parts, 2)
    assert fewer.words.to_pylist() == ["c"] and fewer.dropped == 2 and fewer.n_tokens == 10


@pytest.fixture
def texts(tmp_path, monkeypatch):
    monkeypatch.setenv("W2V_HOME", str(tmp_path / "home"))
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text(ENGLISH * 2)
    (tmp_path / "texts" / "b.txt").write_text(WRAPPED)
    monkeypatch.chdir(tmp_path)


TRAIN = ("train", "texts", "--epochs", "3", "--dim", "5", "--json")


def test_the_command_trains_the_same_vectors_and_leaves_out_the_text(workers, texts, capsys):
    from tests.operators_library import library
    from w2v_core.exchange.model_import import add_file

    def trained(*arguments):
        assert main([*TRAIN, *arguments]) == 0
        return json.loads(capsys.readouterr().out)

    here = trained("--out", "here.zip")
    there = trained("--out", "there.zip", "--cluster", workers.address)
    assert there["vectors_sha256"] == here["vectors_sha256"]
    assert {**there, "model": "", "seconds": 0} == {**here, "model": "", "seconds": 0}
    with open("there.zip", "rb") as file:
        id = add_file(library, file, "there.zip")
    model = library.load(id)
    assert model.corpus is None and model.origin["text"]["tokens"] == here["tokens"]
    assert main(["info", "there.zip", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    Path("record.json").write_text(json.dumps(record))
    assert main(["train", "texts", "--record", "record.json", "--out", "n.zip"]) == 2
    assert "a cluster counted" in capsys.readouterr().err


def test_a_long_text_is_trained_on_from_its_counts_alone(workers, texts, capsys, monkeypatch):
    from w2v_core.command_line import cluster_training
    from w2v_core.model import unigram

    monkeypatch.setattr(unigram, "MOST_TOKENS", 100)
    monkeypatch.setattr(cluster_training, "MOST_TOKENS", 100)
    for options in (["--held-out", "0.1"], ["--held-out", "0"]):
        found = []
        for where in ([], ["--cluster", workers.address]):
            assert main([*TRAIN, "--out", "m.zip", "--force", *options, *where]) == 0
            found.append(json.loads(capsys.readouterr().out))
        assert found[0]["vectors_sha256"] == found[1]["vectors_sha256"]
        assert found[0]["losses" if "losses" in found[0] else "loss"] == found[1]["loss"]


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["texts", "--phrases"], "--phrases needs the whole text on one machine"),
        (["texts", "--only", "a=b"], "--only needs the whole text on one machine"),
        (["--continue"], "There is no training in m.zip.training to continue"),
        (["texts", "--record", "r.json"], "--record is done on one machine: leave out --cluster"),
        (["texts/no.txt"], "texts/no.txt does not exist"),
        (["memory://nowhere/*.txt"], "There is no file at memory://nowhere/*.txt"),
        (["nonsense://a"], "nonsense://a cannot be read: there is no such protocol"),
        (["texts", "--cluster-memory", "3"], "--cluster-memory 3: give at least 500"),
    ],
)
def test_what_a_cluster_does_not_do_is_said_before_it_begins(texts, capsys, arguments, said):
    # Nobody listens at this address.
    assert main(["train", *arguments, "--out", "m.zip", "--cluster", "tcp://127.0.0.1:9"]) == 2
    assert said in capsys.readouterr().err and not Path("m.zip").exists()


@pytest.mark.parametrize(
    "name, data, said",
    [
        ("a.pdf", b"%PDF-1.4 ...", "a.pdf is not plain text (PDF"),
        ("b.zip", b"PK\x05\x06" + bytes(18), "b.zip is not plain text (Zip archive)"),
        ("g.txt", b"*** START OF THE PROJECT GUTENBERG EBOOK X ***\nText.\n", "--keep-gutenberg"),
        (
            "damaged.txt.gz",
            gzip.compress(ENGLISH.encode() * 900)[:-20],
            "damaged.txt.gz is a damaged gzip",
        ),
    ],
)
def test_files_that_a_cluster_does_not_count_are_named(workers, tmp_path, name, data, said):
    files = written(tmp_path, {"a.txt": ENGLISH.encode(), name: data})
    with pytest.raises(ValueError, match="^[^\n]*$") as error:
        count_text(workers, files, CorpusSettings(), sizes=SMALL)
    assert said in str(error.value)


def test_a_file_that_cannot_be_read_or_changes_ends_the_counting(workers, tmp_path, monkeypatch):
    files = written(tmp_path, {"a.txt": (ENGLISH * 2).encode(), "b.txt": GREEK.encode()})
    found = count_text(workers, files, CorpusSettings(), sizes=SMALL)
    gone = [*files, RemoteFile("c.txt", str(tmp_path / "c.txt"))]
    with pytest.raises(ValueError, match=r"^c\.txt cannot be read by a worker \(there is no such"):
        count_text(workers, gone, CorpusSettings(), sizes=SMALL)
    with pytest.raises(InterruptedError):
        count_pairs(found.text, callback=lambda share: True)

    def change(*arguments):
        (tmp_path / "a.txt").write_text((ENGLISH * 2).replace("Rome", "Bonn"))
        return choose_words(*arguments)

    monkeypatch.setattr(counting, "choose_words", change)  # between the words and the pairs
    with pytest.raises(ValueError, match="^A file was changed while it was counted"):
        count_text(workers, files, CorpusSettings(), sizes=SMALL)


def test_no_dask_is_imported_unless_a_cluster_is_asked_for():
    code = (
        "import sys\n"
        "from w2v_core.command_line.program import main\n"
        "assert not {'dask', 'distributed', 'fsspec'} & set(sys.modules)\n"
        "sys.modules['dask'] = sys.modules['distributed'] = None\n"
        "sys.exit(main(['train', 'README.md', '--out', '/tmp/m.zip', '--cluster', 'local']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60
    )
    assert done.returncode == 2 and done.stderr.count("\n") == 1, done.stderr
    assert "A cluster needs Dask" in done.stderr and "[cluster]" in done.stderr


def test_only_the_operator_names_a_cluster_or_an_address():
    rooms = [
        path
        for path in (ROOT / "w2v_core").iterdir()
        if path.name not in ("cluster", "command_line")
    ]
    names = ("w2v_core.cluster", "W2V_CLUSTER", "fsspec", "distributed", "--cluster ")
    for path in [ROOT / "app.py", ROOT / "serve.py", *(ROOT / "pages").rglob("*.py")]:
        assert not any(name in path.read_text("utf-8") for name in names), path
    imported = set()
    for path in (file for room in rooms for file in room.rglob("*.py")):
        said = [line for line in path.read_text("utf-8").splitlines() if "import" in line]
        if any(name in line for line in said for name in names):
            imported.add(path.name)
    assert imported == {"cluster_work.py"}  # for the cluster that the environment names
