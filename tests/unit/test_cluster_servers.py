"""A cluster as a person starts one, with ``dask scheduler`` and ``dask worker``, and a store of objects."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import boto3
import distributed
import numpy as np
import pytest

from tests.conftest import ROOT
from w2v_core.cluster.counting import Sizes, count_text
from w2v_core.cluster.shards import RemoteFile
from w2v_core.cluster.workers import workers_at
from w2v_core.text.corpus import Corpus, CorpusSettings
from w2v_core.text.pairs import count_pairs

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("plain_main")]
TEXT = (ROOT / "data" / "small_world.txt").read_text("utf-8")
TRAIN = ("train", "--out", "m.zip", "--epochs", "2", "--dim", "5", "--json", "--force")


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def until(true, seconds=60):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)


def answers(port):
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def programs(tmp_path):
    """Starts programs of Dask's and others; they end with the test."""
    running = []

    def start(*command, **variables):
        env = {**os.environ, "PYTHONPATH": str(ROOT), **variables}
        log = open(tmp_path / f"{len(running)}.log", "wb")  # noqa: SIM115
        running.append(
            subprocess.Popen(
                [sys.executable, "-m", *command], cwd=tmp_path, env=env, stdout=log, stderr=log
            )
        )
        return running[-1]

    yield start
    for program in reversed(running):
        program.terminate()
    for program in running:
        try:
            program.wait(20)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait(20)


@pytest.fixture
def cluster(programs):
    """The address of a scheduler with two workers, and the scheduler."""
    port = free_port()
    on_loopback = ("--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0")
    scheduler = programs("dask", "scheduler", "--port", str(port), *on_loopback)
    until(lambda: answers(port))
    address = f"tcp://127.0.0.1:{port}"
    options = ("--nworkers", "2", "--nthreads", "1", "--memory-limit", "1GB")
    programs("dask", "worker", address, *options, *on_loopback)
    return address, scheduler


@pytest.fixture
def certificates(tmp_path):
    """Dask's configuration of TLS, with one certificate for all."""
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl")
    key, pem = str(tmp_path / "key.pem"), str(tmp_path / "cert.pem")
    made = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test")
    subprocess.run(["openssl", *made, "-keyout", key, "-out", pem], check=True, capture_output=True)
    place = "DASK_DISTRIBUTED__COMM__TLS__"
    found = {f"{place}CA_FILE": pem, "DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION": "true"}
    for role in ("SCHEDULER", "WORKER", "CLIENT"):
        found |= {f"{place}{role}__CERT": pem, f"{place}{role}__KEY": key}
    return found


def command(folder, *arguments, **variables):
    env = {**os.environ, "W2V_HOME": str(folder / "home"), "PYTHONPATH": str(ROOT), **variables}
    return subprocess.Popen(
        [sys.executable, "-m", "w2v_core", *arguments],
        cwd=folder,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def found(program):
    out, error = program.communicate(timeout=240)
    assert program.returncode == 0, error
    return json.loads(out)


def test_a_cluster_that_was_named_in_the_environment_trains_what_one_machine_trains(
    tmp_path, cluster
):
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "b.txt").write_text(TEXT[:9_000])
    there = found(command(tmp_path, *TRAIN, "a.txt", "b.txt", W2V_CLUSTER=cluster[0]))
    here = found(command(tmp_path, *TRAIN, "a.txt", "b.txt"))
    assert there["vectors_sha256"] == here["vectors_sha256"]


def test_a_cluster_with_certificates_answers_nobody_else(tmp_path, programs, certificates):
    (tmp_path / "a.txt").write_text(TEXT)
    port = free_port()
    on_loopback = ("--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0")
    options = ("--protocol", "tls", "--port", str(port), *on_loopback)
    programs("dask", "scheduler", *options, **certificates)
    until(lambda: answers(port))
    address = f"tls://127.0.0.1:{port}"
    programs("dask", "worker", address, "--nthreads", "1", *on_loopback, **certificates)
    with_them = command(tmp_path, *TRAIN, "a.txt", "--cluster", address, **certificates)
    assert found(with_them)["words"] > 100
    for other in (address, address.replace("tls", "tcp")):
        program = command(tmp_path, *TRAIN, "a.txt", "--cluster", other)
        _, error = program.communicate(timeout=120)
        assert program.returncode == 2 and error.count("\n") == 1, error
        assert f"There is no cluster at {other}" in error


def test_a_scheduler_that_goes_away_ends_the_command_with_a_sentence(tmp_path, cluster):
    address, scheduler = cluster
    os.mkfifo(tmp_path / "slow.txt")  # a worker waits for it for ever
    (tmp_path / "a.txt").write_text(TEXT)
    program = command(tmp_path, *TRAIN, "a.txt", f"file://{tmp_path}/slow.txt", W2V_CLUSTER=address)
    until(lambda: is_busy(address))
    scheduler.send_signal(signal.SIGKILL)
    _, error = program.communicate(timeout=120)
    assert program.returncode == 2 and error.count("\n") == 1, error
    assert f"The cluster at {address} went away" in error
    assert not (tmp_path / "m.zip").exists()


def kill_one_of(workers):
    """Kills one of three worker processes once the work has begun; the list then has its number."""
    with distributed.Client(workers.address, set_as_default=False) as client:
        client.wait_for_workers(3)
        pids = list(client.run(os.getpid).values())
    killed = []

    def tell(share):
        if 0 < share < 0.9 and not killed:
            killed.append(pids[1])
            os.kill(pids[1], signal.SIGKILL)

    return tell, killed


def test_a_worker_that_is_killed_changes_no_count(tmp_path):
    text = tmp_path / "a.txt"
    text.write_text(TEXT * 2)
    corpus = Corpus.from_file(text)
    files, many = [RemoteFile("a.txt", str(text))], Sizes(30_000, 100_000, 1_000_000)
    with workers_at("local", 10**9, 3) as workers:
        tell, killed = kill_one_of(workers)
        found = count_text(workers, files, CorpusSettings(), sizes=many, tell=tell).text
        assert killed and found.words == corpus.words and found.n_tokens == corpus.n_tokens
        np.testing.assert_array_equal(found.counts, corpus.counts)
        tell, killed = kill_one_of(workers)
        pairs, expected = count_pairs(found, callback=tell), count_pairs(corpus)
        assert killed
    for name in ("data", "indices", "indptr"):
        np.testing.assert_array_equal(getattr(pairs, name), getattr(expected, name))


def test_a_task_that_ends_every_worker_ends_the_counting(tmp_path):
    os.mkfifo(tmp_path / "a.txt")  # where a worker waits until it is killed
    files = [RemoteFile("a.txt", str(tmp_path / "a.txt"))]
    killed = set()
    with (
        workers_at("local", 10**9, 1) as workers,
        distributed.Client(workers.address, set_as_default=False) as client,
    ):

        def kill(share):
            busy = [worker for worker, keys in client.processing().items() if keys]
            with suppress(OSError, KeyError, ValueError):
                for pid in client.run(os.getpid, workers=busy).values() if busy else ():
                    killed.add(pid)
                    os.kill(pid, signal.SIGKILL)

        with pytest.raises(ValueError, match="were lost again and again at one task"):
            count_text(workers, files, CorpusSettings(), tell=kill)
    assert len(killed) == 4


def test_a_cluster_without_workers_is_said_to_have_none(tmp_path, programs, monkeypatch):
    port = free_port()
    on_loopback = ("--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0")
    programs("dask", "scheduler", "--port", str(port), *on_loopback)
    until(lambda: answers(port))
    monkeypatch.setattr("w2v_core.cluster.workers._PATIENCE", 1.0)
    with (
        pytest.raises(ValueError, match="has no workers: start some with `dask worker tcp://"),
        workers_at(f"tcp://127.0.0.1:{port}"),
    ):
        pass


@pytest.mark.parametrize("listens", [False, True])
def test_a_person_can_stop_while_the_cluster_is_waited_for(tmp_path, programs, listens):
    port = free_port()
    if listens:  # a scheduler that has no workers
        on_loopback = ("--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0")
        programs("dask", "scheduler", "--port", str(port), *on_loopback)
        until(lambda: answers(port))
    else:  # something that takes the connection and says nothing
        silent = socket.create_server(("127.0.0.1", port))
    told = []

    def tell():
        told.append(time.monotonic())
        if len(told) == 4:
            raise InterruptedError("Stopped.")

    with pytest.raises(InterruptedError), workers_at(f"tcp://127.0.0.1:{port}", tell=tell):
        pass
    assert len(told) == 4
    if not listens:
        silent.close()


def test_a_scheduler_that_goes_away_in_training_leaves_a_checkpoint(tmp_path, cluster):
    address, scheduler = cluster
    (tmp_path / "a.txt").write_text(TEXT)
    # 40,000 words, so that it is no short text; a dimension at which passes take their time.
    names = " ".join(f"w{i}" for i in range(40_000))
    (tmp_path / "b.txt").write_text(f"{names}\n" * 100)
    options = ("--epochs", "40", "--dim", "40", "--prior", "1", "--max-vocab", "3000")
    options += ("--tolerance", "0")
    train = ("train", "a.txt", "b.txt", "--json", *options)
    program = command(
        tmp_path, *train, "--out", "m.zip", "--cluster", address, "--train-on", "cluster"
    )
    until(lambda: list(tmp_path.glob("m.zip.training/models/*/checkpoint.npz")), 200)
    scheduler.send_signal(signal.SIGKILL)
    _, error = program.communicate(timeout=120)
    assert program.returncode == 2 and error.count("\n") == 1, error
    assert "went away while it worked" in error and "To continue: python -m" in error
    go_on = ("train", "--continue", "--out", "m.zip", "--json", "--cluster", "local")
    there = found(command(tmp_path, *go_on))
    here = found(command(tmp_path, *train, "--out", "n.zip", "--count-vectors", "no"))
    assert there["vectors_sha256"] == here["vectors_sha256"]


def is_busy(address):
    with distributed.Client(address, set_as_default=False) as client:
        return any(client.processing().values())


def test_a_store_of_objects_is_read(tmp_path, programs):
    port = free_port()
    programs("moto.server", "-H", "127.0.0.1", "-p", str(port))
    until(lambda: answers(port))
    url = f"http://127.0.0.1:{port}"
    keys = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_REGION": "us-east-1"}
    client = boto3.client(
        "s3",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="a",
        aws_secret_access_key="b",
    )
    client.create_bucket(Bucket="texts")
    half = len(TEXT) // 2
    Path(tmp_path / "texts").mkdir()
    for name, text in {"a.txt": TEXT[:half], "below/b.txt": TEXT[half:], ".no": "x y"}.items():
        client.put_object(Bucket="texts", Key=f"corpus/{name}", Body=text.encode())
        (tmp_path / "texts" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "texts" / name).write_text(text)
    here = found(command(tmp_path, *TRAIN, "texts"))
    variables = {**keys, "AWS_ENDPOINT_URL": url, "W2V_CLUSTER": "local"}
    for address in ("s3://texts/corpus", "s3://texts/corpus/**/*.txt"):
        there = found(command(tmp_path, *TRAIN, address, **variables))
        assert there["vectors_sha256"] == here["vectors_sha256"], address
    program = command(tmp_path, *TRAIN, "s3://texts/nothing/*", **variables)
    _, error = program.communicate(timeout=120)
    assert program.returncode == 2 and "There is no file at s3://texts/nothing/*" in error
    assert error.count("\n") == 1, error
