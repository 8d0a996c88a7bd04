"""``streamlit run app.py`` itself, killed at any moment while people are at work in it, and started again.

Used by ``soak.py`` (its part ``real-kills``), whose ``kills`` kills a process that only makes the server's
calls.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import websockets

from tests.benchmarks.soak import (
    ROOT,
    Session,
    check_library,
    check_log,
    fingerprint,
    new_home,
    wait_for,
)
from tests.operators_library import library
from w2v_core.exchange import model_import
from w2v_core.queue.queue import Queue
from w2v_core.storage import machine
from w2v_core.visitors import ownership

PEOPLE = 4
TRAINING = "sample=Kings+and+queens&solver=sgd&epochs=150"
WITHIN = 10.0
"""Seconds after a kill in which every job goes on, waits, has ended or is known to be lost."""


class Server:
    """``streamlit run app.py`` in sharing mode, in a home of its own, on one port over all its lives."""

    def __init__(self, home: Path):
        self.home, self.pids = home, set[int]()
        with socket.socket() as probe:
            probe.bind(("localhost", 0))
            self.port = probe.getsockname()[1]

    def start(self) -> None:
        """A new life; returns once it answers."""
        command = [sys.executable, "-m", "streamlit", "run", "app.py"]
        options = [f"--server.port={self.port}", "--server.headless=true"]
        with open(self.home / "server.log", "ab") as log:
            self.process = subprocess.Popen(
                command + options,
                cwd=ROOT,
                env={**os.environ, "W2V_SHARED": "1", "W2V_WORKERS": "2"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.pids.add(self.process.pid)
        wait_for(self._answers)

    def _answers(self) -> bool:
        assert self.process.poll() is None, (self.home / "server.log").read_text()[-3_000:]
        try:
            url = f"http://localhost:{self.port}/_stcore/health"
            urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            return False
        return True

    @contextlib.asynccontextmanager
    async def tab(self, token: str) -> AsyncIterator[Session]:
        """A tab of the browser whose cookie holds this token."""
        async with websockets.connect(
            f"ws://localhost:{self.port}/_stcore/stream",
            subprotocols=[websockets.Subprotocol("streamlit")],
            max_size=None,
            additional_headers={"Cookie": f"w2v_visitor={token}"},
            proxy=None,
        ) as connection:
            session = Session(connection, random.Random(0))
            await session.run("train")  # from which it knows the pages
            yield session


def token_of(person: int) -> str:
    return f"{person + 1:032x}"


async def live(
    server: Server,
    person: int,
    rng: random.Random,
    say: Callable[..., None],
    here: asyncio.Semaphore,
) -> None:
    """A person who trains, goes on with what broke off, renames, deletes and undoes, until the server is
    gone; what is done is said before and after, and ``here`` is released once the first page is there."""
    owner = ownership.owner_name("browser", token_of(person))
    queue = Queue()
    gone = (websockets.ConnectionClosed, websockets.InvalidMessage, ConnectionError)
    with contextlib.suppress(*gone):
        async with server.tab(token_of(person)) as me:
            here.release()
            while True:
                await act(me, owner, queue, rng, say)
                await asyncio.sleep(rng.uniform(0, 0.3))
                assert not me.errors, me.errors


async def act(
    me: Session, owner: str, queue: Queue, rng: random.Random, say: Callable[..., None]
) -> None:
    """One thing that a person does, through the pages."""
    here = [e.id for e in library.models(owner) if e.source.startswith("v.txt")]
    mine = [job for job in queue.jobs("train") if job.owner == owner]
    lost = [job.id for job in mine if job.state == "lost"]
    what = rng.choice(["rename", "rename", "delete", "restore", "train", "train", "continue"])
    if what == "train" and sum(not job.ended for job in mine) < 2:
        await me.run("train", TRAINING)
        say(begin="train")
        await me.run("train", TRAINING, me.buttons["Train"])
        say(done="train")
    elif what == "continue" and lost:
        page = f"job={rng.choice(lost)}"
        await me.run("train", page)
        button = me.buttons.get("Continue") or me.buttons.get("Train again from the start")
        if button is not None:  # it may go on already
            say(begin="continue")
            await me.run("train", page, button)
            say(done="continue")
    elif what == "rename" and here:
        id, name = rng.choice(here), f"name {rng.randrange(10**6)}"
        await me.run("library", f"model={id}")
        say(begin="rename", id=id, name=name)
        typed = {me.fields["Name"]: name}
        await me.run("library", f"model={id}", me.buttons["Rename"], typed=typed)
        say(done="rename", id=id, name=name)
    elif what == "delete" and len(here) > 2:
        id = rng.choice(here)
        await me.run("library", f"model={id}")
        say(begin="delete", id=id)
        await me.run("library", f"model={id}", me.buttons["Delete it"])
        say(done="delete", id=id)
    elif what == "restore":
        await me.run("library")
        if (button := me.buttons.get("Restore")) is not None:
            id = button.rpartition("back-")[2]
            say(begin="restore", id=id)
            await me.run("library", "", button)
            say(done="restore", id=id)


def settled(check: Callable[[], None]) -> None:
    """A check while others are at work: what is being moved at that moment is looked at again, and what
    stays wrong is wrong."""
    end = time.monotonic() + WITHIN
    while True:
        try:
            return check()
        except (AssertionError, OSError, ValueError, KeyError):
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def accounted_for(queue: Queue, killed: list[str]) -> dict[str, str]:
    """How the jobs that ran when the server was killed stand, once each goes on in a living process,
    waits, has ended or is known to be lost."""

    def found() -> dict[str, str] | None:
        states = {}
        for id in killed:
            job = queue.get(id)
            assert job is not None, f"job {id} is gone"
            states[id] = job.state
            if job.state == "running":
                with queue._open() as db:
                    row = db.execute(
                        "SELECT pid FROM workers WHERE id = ?", (job.worker,)
                    ).fetchone()
                if row is None or machine.began(row["pid"]) is None:
                    return None
        return states or {"": "none"}

    stands = wait_for(found, WITHIN)
    assert isinstance(stands, dict)
    return {id: state for id, state in stands.items() if id}


def real_kills(times: int = 20) -> None:
    """Kill the server so many times, every second time with its workers; print what became of it all."""
    home, rng, known = new_home(), random.Random(3), dict[str, str]()
    queue, log, server = Queue(), home / "acts", Server(home)
    vectors = "".join(f"w{i} {i % 7}.5 {i % 11} {i % 3}\n" for i in range(400)).encode()
    for person in range(PEOPLE):
        owner = ownership.owner_name("browser", token_of(person))
        for _ in range(4):
            model_import.add_file(library, io.BytesIO(vectors), "v.txt", owner=owner)
    begin, took, stood = time.monotonic(), list[float](), list[str]()
    with open(log, "a", buffering=1) as out:

        def say(**what: object) -> None:
            out.write(json.dumps(what) + "\n")

        async def until_killed(seconds: float, workers_too: bool) -> list[str]:
            here = asyncio.Semaphore(0)
            people = [
                asyncio.create_task(live(server, n, random.Random(rng.random()), say, here))
                for n in range(PEOPLE)
            ]
            for _ in people:
                await asyncio.wait_for(here.acquire(), 60)
            await asyncio.sleep(seconds)
            for task in people:
                assert not task.done(), task.exception() or "a person went away"
            running = [job.id for job in queue.jobs(state="running")]
            server.pids |= (pids := queue.worker_pids())
            server.process.kill()
            for pid in pids if workers_too else ():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            await asyncio.gather(*people)
            return running

        async def look() -> None:
            async with server.tab(token_of(0)):  # what a server before left goes on when one comes
                pass

        server.start()
        try:
            for number in range(times):
                workers_too = number % 2 == 1
                running = asyncio.run(until_killed(rng.uniform(0.5, 8.0), workers_too))
                server.process.wait()
                at = time.monotonic()
                server.start()
                asyncio.run(look())
                stood += accounted_for(queue, running).values()
                took.append(time.monotonic() - at)
                settled(lambda: check_library(known))
                settled(lambda: check_log(log))
            for job in queue.jobs("train", "lost"):  # all that broke off goes on, to its end
                assert library.continue_training(queue.of(job.owner), job.id)
            wait_for(lambda: not queue.unfinished(), 240)
            settled(lambda: check_library(known))
        finally:
            server.pids |= queue.worker_pids()
            server.process.terminate()
            server.process.wait(20)
    trained = queue.jobs("train")
    assert trained and {job.state for job in trained} == {"done"}, [job.state for job in trained]
    prints = {fingerprint(library.model_folder(job.id)) for job in trained}
    assert len(prints) == 1, "trainings of one text with one seed differ"
    left = [pid for pid in server.pids if machine.began(pid) is not None]
    assert not left, f"processes were left: {left}"
    said = (home / "server.log").read_text()
    assert "Traceback" not in said, said[-3_000:]
    done = [json.loads(line).get("done") for line in log.read_text().splitlines()]
    counts = ", ".join(f"{done.count(w)} × {w}" for w in sorted({w for w in done if w}))
    how = ", ".join(f"{stood.count(s)} {s}" for s in sorted(set(stood)))
    print(
        f"{times} kills of streamlit run in {time.monotonic() - begin:.0f} s, half of them with its "
        f"workers, while {PEOPLE} people did {counts}: {len(known)} models, none lost, none half "
        f"written, catalog and folders agree. {len(stood)} jobs ran at a kill: {how or 'none'}, after "
        f"{statistics.median(took):.1f} s (at most {max(took):.1f}, the new server's start included); "
        f"{len(trained)} trainings ended in the same vectors, no process left"
    )
    shutil.rmtree(home)
