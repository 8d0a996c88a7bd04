"""Training on the workers of a cluster: the vectors of one machine, whatever the number of workers, and
whatever becomes of them. Real schedulers and worker processes."""

import json
import os
import signal
from itertools import pairwise
from pathlib import Path

import distributed
import numpy as np
import pytest
import scipy.sparse as sp

from tests.conftest import ROOT
from w2v_core.cluster.aligned import aligned
from w2v_core.cluster.counting import Sizes, count_text
from w2v_core.cluster.pair_rows import count_rows
from w2v_core.cluster.row_training import RowTraining
from w2v_core.cluster.shards import RemoteFile
from w2v_core.cluster.spread_matrix import SpreadMatrix
from w2v_core.cluster.workers import ClusterError, workers_at
from w2v_core.command_line.program import main
from w2v_core.library import training_history
from w2v_core.library.training_history import Recorder
from w2v_core.model.exact_pass import Blocks
from w2v_core.model.initialization import leading_directions
from w2v_core.model.newton_rows import NewtonRows
from w2v_core.model.skipgram import SkipGram
from w2v_core.text.corpus import Corpus, CorpusSettings

pytestmark = pytest.mark.usefixtures("plain_main")
MEMORY = 1_500_000_000
SIZES = Sizes(shard_bytes=20_000, most_words=100_000, band_cells=40_000)
OPTIONS = {"dim": 6, "prior": 1.0, "held_out": 0.1, "epochs": 5}
TEXT = (ROOT / "data" / "small_world.txt").read_bytes()[:60_000]


@pytest.fixture(scope="module")
def workers(plain_main):
    with workers_at("local", MEMORY, 2) as found:
        yield found


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("text") / "text.txt"
    path.write_bytes(TEXT)
    return path


@pytest.fixture(scope="module")
def corpus(file):
    return Corpus.from_file(file)


RANDOM_START = {**OPTIONS, "anchored": False}  # is made much faster than the spectral one


@pytest.fixture(scope="module")
def undisturbed(workers, file):
    return trained(workers, file, OPTIONS)


def counted(workers, file):
    return count_text(
        workers, [RemoteFile(file.name, str(file))], CorpusSettings(), sizes=SIZES
    ).text


def rows_of(workers, text, model):
    """Its pairs in bands."""
    held_out = model.drawn_to_hold_out(text.n_sentences)
    options = (model.window, model.weighting, model.subsample)
    return count_rows(workers, text, *options, held_out, lambda share: None)


def trained(workers, file, options, callback=None, poll=None, resume=None):
    text, model = counted(workers, file), SkipGram(**options)
    pairs = RowTraining(rows_of(workers, text, model))
    return model.fit(text, callback, pairs=pairs, poll=poll, resume=resume)


def assert_same_bits(found, expected):
    np.testing.assert_array_equal(found.V, expected.V)
    np.testing.assert_array_equal(found.U, expected.U)
    np.testing.assert_array_equal(found.loss_curve, expected.loss_curve)
    np.testing.assert_array_equal(found.held_out_curve, expected.held_out_curve)


@pytest.mark.parametrize("options", [{}, {"window": "sentence"}, {"weighting": "flat"}])
def test_bands_of_pairs_are_those_of_one_machine(workers, file, corpus, options):
    model = SkipGram(held_out=0.2, **options)
    rows = rows_of(workers, counted(workers, file), model)
    N, held_out = model.count(corpus)
    for bands, whole in ((rows.N, N), (rows.held_out, held_out)):
        found = sp.csr_array(sp.vstack(workers.compute(bands), format="csr"))
        for name in ("data", "indices", "indptr"):
            np.testing.assert_array_equal(getattr(found, name), getattr(whole, name))
    np.testing.assert_array_equal(rows.n, N.sum(axis=1, dtype=np.float64))
    blocks = Blocks(N, held_out)
    np.testing.assert_array_equal(rows.m, blocks.m)
    assert (rows.n.sum(), rows.held_out_total) == (blocks.total, blocks.held_out_total)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"anchored": False, "held_out": 0.0},
        pytest.param({"epochs": 30, "tolerance": 0.03}, marks=pytest.mark.slow),
        {"learning_rate": 3.0, "anchored": False, "epochs": 5},  # steps that are halved
    ],
)
def test_the_training_is_that_of_one_machine(workers, file, corpus, options):
    options, seen = {**OPTIONS, **options}, []
    one = SkipGram(**options).fit(corpus)
    some = np.array([len(corpus.words) - 1, 0, 7])
    model = trained(workers, file, options, lambda now: seen.append((now.loss, now.V[some])))
    assert len(one.loss_curve) >= 4
    assert_same_bits(model, one)
    assert [loss for loss, _ in seen] == model.loss_curve.tolist()
    np.testing.assert_array_equal(seen[-1][1], model.V[some])
    assert not np.array_equal(seen[0][1], seen[-1][1])


@pytest.mark.slow
def test_one_worker_makes_the_vectors_of_two_bit_for_bit(plain_main, file, undisturbed):
    with workers_at("local", MEMORY, 1) as one:
        assert_same_bits(trained(one, file, OPTIONS), undisturbed)


def kill_one(workers):
    """End the process of a worker that has a band, at once."""
    home = workers.homes(2)[0]
    os.kill(workers._client.run(os.getpid, workers=[home])[home], signal.SIGKILL)


def test_a_worker_that_is_killed_in_training_changes_nothing(plain_main, file, corpus):
    def kill(now):
        if now.step == 3:
            kill_one(three)

    with workers_at("local", MEMORY, 3) as three:
        model = trained(three, file, RANDOM_START, kill)
    assert_same_bits(model, SkipGram(**RANDOM_START).fit(corpus))


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.0, 0.4])
def test_a_worker_that_is_killed_in_the_start_or_in_a_pass_changes_nothing(
    plain_main, file, undisturbed, share
):
    killed = []
    with workers_at("local", MEMORY, 3) as three:

        def poll(done):
            if done >= share and not killed:
                killed.append(kill_one(three))

        model = trained(three, file, OPTIONS, poll=poll)
    assert killed
    assert_same_bits(model, undisturbed)


def test_a_training_that_is_stopped_keeps_the_vectors_of_its_last_pass(workers, file, corpus):
    model = trained(workers, file, RANDOM_START, lambda now: now.step == 2)
    one = SkipGram(**{**RANDOM_START, "epochs": 2}).fit(corpus)
    assert model.stopped
    np.testing.assert_array_equal(model.V, one.V)
    with pytest.raises(InterruptedError, match="stopped before its first pass"):
        trained(workers, file, OPTIONS, poll=lambda share: True)


def whole(state):
    """A state whose arrays came in parts."""
    return {
        name: value
        if not hasattr(value, "parts")
        else np.concatenate([np.empty(0, np.float32), *(part.ravel() for part in value.parts())])
        .astype(value.dtype)
        .reshape(value.shape)
        for name, value in state.items()
    }


@pytest.mark.parametrize("step", [0, 3])
def test_a_training_goes_on_from_the_state_of_one_machine_and_the_other_way_round(
    workers, file, corpus, step
):
    states = []

    def look(now):
        if now.step == step:
            states.append(whole(now.state()))

    there, here = trained(workers, file, RANDOM_START, look), SkipGram(**RANDOM_START)
    assert_same_bits(there, here.fit(corpus, look))
    of_there, of_here = states
    assert of_there.keys() == of_here.keys()
    for name, value in of_here.items():
        if name != "seconds":
            np.testing.assert_array_equal(of_there[name], value, err_msg=name)
    assert_same_bits(SkipGram(**RANDOM_START).fit(corpus, resume=of_there), there)
    assert_same_bits(trained(workers, file, RANDOM_START, resume=of_here), there)


def test_directions_of_columns_that_depend_on_each_other_are_found(workers):
    """Cholesky QR fails there, and one worker orthonormalises."""
    rng = np.random.default_rng(0)
    T = np.diag(np.array([9.0, 5.0, -3.0, 2.0, 1.0, 0.0], np.float32))
    block = np.repeat(rng.standard_normal((6, 1)), 2, axis=1).astype(np.float32)
    bounds = np.array([0, 2, 5, 6])

    class Here:
        def times(self, X):
            return T @ X

    class There:
        def times(self, X):
            (whole,) = workers.compute([workers.task("whole", np.concatenate, X.bands)])
            return spread(T @ whole)

    def spread(X):
        bands = [workers.task("band", np.copy, X[a:b]) for a, b in pairwise(bounds)]
        homes = workers.homes(3)
        return SpreadMatrix(bands, X.shape, bounds, workers, homes, lambda share: None).kept()

    expected, values = leading_directions(Here(), block, 2)
    found, same = leading_directions(There(), spread(block), 2)
    np.testing.assert_allclose(same, values, rtol=1e-4)
    found = np.concatenate(workers.compute(found.bands))
    np.testing.assert_allclose(np.abs(found.T @ expected), np.eye(2), atol=1e-3)


def address():
    return distributed.get_worker().address


def test_neighbouring_bands_share_a_worker(workers):
    homes = workers.homes(5)
    assert homes == sorted(homes) and len(set(homes)) == 2
    found = workers.compute([workers.task("where", address, home=home) for home in homes])
    assert found == homes


def test_arrays_from_elsewhere_are_moved_to_where_numpy_adds_them_up_as_its_own():
    memory = np.zeros(84, np.uint8)
    odd = memory[3:83].view(np.float32).reshape(4, 5)
    odd[:] = np.arange(20).reshape(4, 5)
    rows = NewtonRows(odd, odd[0], odd[0], odd[0], odd[0], past=((odd, odd),))
    found = aligned(rows)
    for array in (found.X, found.n, found.past[0][1]):
        assert array.ctypes.data % 16 == 0
    np.testing.assert_array_equal(found.X, odd)
    assert aligned(found) is found and found.step is None
    N = sp.csr_array((odd[1], np.arange(5), np.array([0, 5])), shape=(1, 5))
    assert aligned(N).data.ctypes.data % 16 == 0 and (aligned(N) != N).nnz == 0


@pytest.fixture
def texts(tmp_path, file, monkeypatch):
    monkeypatch.setenv("W2V_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.txt").write_bytes(TEXT)


TRAIN = ("train", "text.txt", "--epochs", "3", "--dim", "5", "--json", "--out", "m.zip", "--force")


def test_the_command_trains_on_the_cluster(workers, texts, long_text, capsys):
    found = []
    for where in ("here", "cluster"):
        options = ("--cluster", workers.address, "--train-on", where, "--prior", "1")
        options += ("--anchored", "no")  # a start that is made fast
        assert main([*TRAIN, *options]) == 0
        found.append(json.loads(capsys.readouterr().out))
    here, there = found
    assert (there["passes"], there["words"]) == (here["passes"], here["words"])
    assert there["vectors_sha256"] == here["vectors_sha256"]
    assert (there["loss"], there["held_out_loss"]) == (here["loss"], here["held_out_loss"])
    assert here["notes"] == [] and "no count vectors" in there["notes"][0]


@pytest.fixture
def long_text(monkeypatch):
    """Every text counts as one that is too long for trials."""
    from w2v_core.command_line import cluster_training
    from w2v_core.model import unigram

    monkeypatch.setattr(unigram, "MOST_TOKENS", 100)
    monkeypatch.setattr(cluster_training, "MOST_TOKENS", 100)


@pytest.mark.parametrize(
    "where, how",
    [
        ("cluster", "Ctrl-C"),
        pytest.param("here", "the cluster goes away", marks=pytest.mark.slow),
        pytest.param("cluster", "the cluster goes away", marks=pytest.mark.slow),
        pytest.param("here", "Ctrl-C", marks=pytest.mark.slow),
    ],
)
def test_a_training_that_broke_off_goes_on_to_the_same_vectors(
    workers, texts, long_text, capsys, monkeypatch, where, how
):
    usual = (
        "--prior",
        "1",
        "--anchored",
        "no",
        "--count-vectors",
        "no",
    )  # a start that is made fast
    assert main([*TRAIN, *usual]) == 0
    expected = json.loads(capsys.readouterr().out)["vectors_sha256"]
    options = (*usual, "--cluster", workers.address, "--train-on", where)

    def break_off(recorder, progress, really=Recorder._write_snapshot):
        really(recorder, progress)
        if progress.step == 2:
            if how == "Ctrl-C":
                os.kill(os.getpid(), signal.SIGINT)
            else:
                raise ClusterError("The cluster went away.")

    with monkeypatch.context() as patch:
        patch.setattr(training_history, "CHECKPOINT_EVERY", 0.0)
        patch.setattr(training_history, "MOST_SHARE", np.inf)
        patch.setattr(Recorder, "_write_snapshot", break_off)
        assert main([*TRAIN, *options]) == (130 if how == "Ctrl-C" else 2)
    said = capsys.readouterr().err
    assert "The training so far is kept in m.zip.training" in said and "Traceback" not in said
    again = ["train", "--continue", "--out", "m.zip", "--json", "--force"]

    assert main([*again, "--cluster", "tcp://127.0.0.1:9"]) == 2
    assert "There is no cluster at tcp://127.0.0.1:9" in capsys.readouterr().err
    if where == "here":
        text = Path("text.txt").read_bytes()
        Path("text.txt").write_bytes(text + b"One more line.\n")
        assert main(again) == 2
        assert "The text is not what it was" in capsys.readouterr().err
        Path("text.txt").write_bytes(text)

    steps = []

    def note(recorder, progress, *more, really=Recorder.__call__):
        steps.append(progress.step)
        really(recorder, progress, *more)

    monkeypatch.setattr(Recorder, "__call__", note)
    assert main(again) == 0
    assert json.loads(capsys.readouterr().out)["vectors_sha256"] == expected
    assert steps[0] > 0 and not Path("m.zip.training").exists()


def test_a_short_text_is_trained_on_here_which_is_said(workers, texts, capsys):
    assert main([*TRAIN, "--cluster", workers.address, "--train-on", "cluster"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert main(TRAIN) == 0
    assert json.loads(capsys.readouterr().out)["vectors_sha256"] == found["vectors_sha256"]
    assert found["notes"][0].startswith("This text is short, so it was trained on this machine")


@pytest.mark.parametrize(
    "options, said",
    [
        ([], "--train-on cluster: no cluster is named in --cluster"),
        (["--cluster", "tcp://127.0.0.1:9", "--solver", "sgd"], "sgd runs on one machine"),
        (
            ["--cluster", "tcp://127.0.0.1:9", "--count-vectors", "yes"],
            "count vectors are made on one",
        ),
        (["--continue"], "--continue goes on where the training was: leave out --train-on"),
    ],
)
def test_what_is_not_trained_on_a_cluster_is_said_before_it_begins(texts, capsys, options, said):
    text = [] if "--continue" in options else ["text.txt"]
    assert main(["train", *text, "--out", "n.zip", "--train-on", "cluster", *options]) == 2
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1
