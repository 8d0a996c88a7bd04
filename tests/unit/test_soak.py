"""Shares of the soak script (``tests/benchmarks/soak.py``): a full disk, kills, many sessions."""

import pytest

pytest.importorskip("resource", reason="the system cannot limit the size of files")

from tests.benchmarks import soak


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("W2V_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()


@pytest.mark.parametrize(
    "size, least", [(100, 3), (6_000, 2)]
)  # there deleting has room, and adding
def test_a_full_disk_gets_a_sentence_and_damages_nothing(tmp_path, size, least):
    done, refused = soak.Disk(tmp_path / "home").try_all(lambda: soak.no_file_beyond(size))
    assert refused >= least and done > 0


@pytest.mark.slow
def test_kills_of_workers_and_servers_lose_nothing():
    soak.kills(worker_kills=10, server_kills=3)


@pytest.mark.slow
def test_kills_of_the_real_server_lose_nothing():
    from tests.benchmarks.killed_server import real_kills

    real_kills(4)


@pytest.mark.slow
def test_many_sessions_are_served():
    soak.sessions(minutes=0.5, people=6)
