"""The app under ``streamlit run`` and a real Chromium that looks at it."""

import contextlib
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.conftest import ROOT, find_browser

# For machines without a GPU, and without a way to the internet.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class App:
    """A running server: its address, its home folder, its log."""

    def __init__(
        self, home: Path, port: int, *arguments: str, entry: str = "app.py", **environment: str
    ):
        self.home, self.url = home, f"http://localhost:{port}"
        self.path = ""  # the base path, where it has one
        self.log = home / "server.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "streamlit", "run", entry),
                    *(f"--server.port={port}", "--server.headless=true", *arguments),
                ],
                cwd=ROOT,
                env={**os.environ, "W2V_HOME": str(home), **environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def wait_until_up(self):
        end = time.monotonic() + 60
        while True:
            assert self.process.poll() is None, self.log.read_text()
            try:
                urllib.request.urlopen(f"{self.url}{self.path}/_stcore/health", timeout=5).close()
                return
            except OSError:
                assert time.monotonic() < end, self.log.read_text()
                time.sleep(0.1)

    def worker_pids(self) -> list[int]:
        with sqlite3.connect(self.home / "queue.sqlite") as db:
            return [pid for (pid,) in db.execute("SELECT pid FROM workers")]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def running(app: App):
    """An app from when it answers to its end; its log has to be clean."""
    try:
        app.wait_until_up()
        yield app
    finally:
        app.process.terminate()
        app.process.wait(timeout=20)
        with contextlib.suppress(sqlite3.OperationalError):  # nothing was ever queued
            for pid in app.worker_pids():
                with contextlib.suppress(ProcessLookupError):  # one that a test killed
                    os.kill(pid, signal.SIGTERM)
    log = app.log.read_text()
    assert "Traceback" not in log and "deprecat" not in log.lower(), log


@pytest.fixture(scope="session")
def app(tmp_path_factory):
    with running(App(tmp_path_factory.mktemp("home"), free_port())) as app:
        yield app


@pytest.fixture(scope="session")
def chromium():
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="pip install -r tests/requirements.txt"
    )
    path = find_browser()
    assert path is not None, "no Chrome or Chromium found: install one (apt-get install chromium)"
    with playwright.sync_playwright() as started:
        yield lambda *flags: started.chromium.launch(executable_path=path, args=[*FLAGS, *flags])


@pytest.fixture
def new_page(chromium, app):
    """Makes pages in browsers of their own; at the end none had an error or asked the internet."""
    browsers, problems = [], []

    def make(color_scheme="light"):
        # A browser each: of two pages in one, that in the background draws no frames.
        browsers.append(chromium())
        page = browsers[-1].new_page(
            viewport={"width": 1440, "height": 900}, color_scheme=color_scheme
        )
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("dialog", lambda dialog: (problems.append("a dialog opened"), dialog.dismiss()))
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith(
                    (app.url, app.url.replace("http", "ws"), "data:", "blob:")
                )
                else problems.append(f"asked {request.url}")
            ),
        )
        return page

    yield make
    for browser in browsers:
        browser.close()
    assert problems == []
