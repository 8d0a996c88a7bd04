"""The app as a service (docs/word2vec.service): its unit is sound, a kill loses nothing, at the limit of
its memory the workers go on, and it runs where it may write to W2V_HOME alone."""

import contextlib
import http.client
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks.uploads import Server, attack, cookie, running, session
from tests.conftest import ROOT
from tests.operators_library import library
from w2v_core import Corpus, SkipGram, load_model
from w2v_core.library import training_history
from w2v_core.queue.queue import Queue
from w2v_core.storage import machine

pytest.importorskip("websockets", reason="pip install -r tests/requirements.txt")

UNIT = ROOT / "docs/word2vec.service"
TEXT = "Berlin is a city in Germany. Paris is a city in France. The König is <b>old</b>. " * 20
SETTINGS = {"solver": "sgd", "epochs": 400}
on_linux = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("W2V_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)
    return found


def start(epochs=SETTINGS["epochs"]):
    key = library.texts.keep("mine.txt", TEXT.encode())
    return library.start_training(Queue(), key, "Mine", {}, {**SETTINGS, "epochs": epochs})


def passes(id):
    return training_history.checkpoint_passes(library.model_folder(id)) or 0


def same_vectors(id):
    undisturbed = SkipGram(**library.settings(id)["model"]).fit(Corpus.from_text(TEXT))
    np.testing.assert_array_equal(load_model(library.model_folder(id)).V, undisturbed.V)


@contextlib.contextmanager
def half_an_upload(port, session_id):
    """An upload of 50 MB of which the first half was sent."""
    token, link = cookie(port), http.client.HTTPConnection("localhost", port, timeout=60)
    head = b'--b\r\nContent-Disposition: form-data; name=f; filename="f.txt"\r\n\r\n'
    link.putrequest("PUT", f"/_stcore/upload_file/{session_id}/half")
    for name, value in (
        ("X-Xsrftoken", token),
        ("Cookie", f"_streamlit_xsrf={token}"),
        ("Content-Type", "multipart/form-data; boundary=b"),
        ("Content-Length", str(50_000_000)),
    ):
        link.putheader(name, value)
    link.endheaders(head + b"a" * 25_000_000)
    try:
        yield
    finally:
        link.close()


def test_the_unit_is_sound_and_leaves_little_open(tmp_path):
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd is not installed")
    folder, unit = Path(sys.executable).parent, tmp_path / "word2vec.service"
    written = UNIT.read_text().replace("/opt/word2vec/.venv/bin", str(folder))
    unit.write_text(written.replace("WorkingDirectory=/opt/word2vec", f"WorkingDirectory={ROOT}"))
    verified = subprocess.run([analyze, "verify", unit], capture_output=True, text=True)
    assert verified.returncode == 0 and verified.stderr == ""
    rated = [analyze, "security", "--offline=true", "--threshold=25", unit]  # of 100, "exposed"
    assert subprocess.run(rated, capture_output=True).returncode == 0
    command = UNIT.read_text().split("ExecStart=")[1].split()
    assert command[command.index("--server.address") + 1] == "127.0.0.1"
    assert (ROOT / command[2]).is_file()


@on_linux
@pytest.mark.slow
def test_a_server_killed_amid_an_upload_and_a_training_loses_nothing(home):
    with contextlib.ExitStack() as stack:
        server = Server("serve.py", home)
        server.wait_until_up()
        id = stack.enter_context(session(server.port))
        training, waiting = start(), start(epochs=20)
        wait_for(lambda: passes(training) > 3)
        stack.enter_context(half_an_upload(server.port, id))
        server.process.kill()
        server.process.wait()
    assert [f for f in (home / "texts").rglob("*") if f.name.startswith(".probe")] == []
    with running("serve.py", home) as server, session(server.port):
        queue = Queue()
        wait_for(lambda: queue.get(training).state == "done")
        wait_for(lambda: queue.get(waiting).state == "done")
        assert {e.id for e in library.models()} == {training, waiting}
    same_vectors(training)
    same_vectors(waiting)


@on_linux
@pytest.mark.slow
def test_a_server_that_is_told_to_end_goes_though_people_look_on(home):
    server = Server("serve.py", home)
    server.wait_until_up()
    with session(server.port):
        training = start()
        wait_for(lambda: passes(training) > 3)
        pids = Queue().worker_pids()
        server.stop()
    assert pids and not any(machine.began(pid) is not None for pid in pids)
    assert Queue().get(training).state == "queued"


@contextlib.contextmanager
def limited_memory(n_bytes):
    """The folder of a control group whose processes may take so many bytes together."""
    root = Path("/sys/fs/cgroup")
    for parent, limit in ((root / "memory", "memory.limit_in_bytes"), (root, "memory.max")):
        group = parent / f"w2v-test-{os.getpid()}"
        try:
            group.mkdir()
        except OSError:
            continue
        try:
            (group / limit).write_text(str(n_bytes))
            yield group
            return
        except OSError:
            continue
        finally:
            wait_for(lambda group=group: not (group / "cgroup.procs").read_text())
            group.rmdir()
    pytest.skip("no control group with a limit can be made here (that takes root, on Linux)")


@on_linux
@pytest.mark.slow
def test_at_its_memory_limit_the_server_is_killed_and_the_worker_goes_on(home):
    """Without the gate, under the attack of raw uploads."""
    with limited_memory(1_200_000_000) as group:
        server = Server("app.py", home)
        (group / "cgroup.procs").write_text(str(server.process.pid))
        server.wait_until_up()
        with session(server.port):
            training = start(epochs=3_000)
            wait_for(lambda: passes(training) > 3)
        (pid,) = Queue().worker_pids()
        assert str(pid) in (group / "cgroup.procs").read_text().split()
        flood = threading.Thread(target=lambda: _flood(server), daemon=True)
        flood.start()
        assert server.process.wait(120) == -signal.SIGKILL
        before = passes(training)
        assert machine.began(pid) is not None
        wait_for(lambda: passes(training) > before or Queue().get(training).state == "done")
        flood.join(60)
        assert Queue().get(training).state in ("running", "done")
        Queue().request_stop(training)
        wait_for(lambda: machine.began(pid) is None)
    assert [e.id for e in library.models()] == [training]


def _flood(server):
    with contextlib.suppress(Exception):  # it dies meanwhile
        attack(server, puts=9, size=195_000_000)


READ_ONLY = """
mount --make-rprivate / && mount --bind "$APP" "$APP" && mount -o remount,ro,bind "$APP" || exit 1
touch "$APP/static/written" 2> /dev/null && exit 2
exec "$@"
"""


@on_linux
@pytest.mark.slow
def test_it_runs_where_its_own_folder_is_read_only(home):
    """As ProtectSystem=strict has it."""
    unshare = [shutil.which("unshare") or "unshare", "-m", "sh", "-c", READ_ONLY, "sh"]
    here = {"cwd": ROOT, "env": {**os.environ, "APP": str(ROOT)}}
    if shutil.which("unshare") is None or subprocess.run([*unshare, "true"], **here).returncode:
        pytest.skip("nothing can be mounted here (that takes root, on Linux)")
    prepare = [sys.executable, "-m", "pages.parts.browser_modules"]
    subprocess.run(prepare, cwd=ROOT, check=True)
    with running("serve.py", home, unshare, APP=str(ROOT)) as server, session(server.port):
        training = start(epochs=20)
        wait_for(lambda: Queue().get(training).ended)
        assert Queue().get(training).state == "done", Queue().get(training).message
    assert "Traceback" not in server.log.read_text()
    same_vectors(training)
