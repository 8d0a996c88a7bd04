"""Whether it holds: kills, a full disk, hostile inputs, thirty sessions at once; prints what happened.

    python tests/benchmarks/soak.py [kills | real-kills | disk | hostile | sessions] [--minutes 5]

Each part ends with an error at the first thing that is not as it must be. ``kills``, ``real-kills`` (see
``killed_server.py``) and ``sessions`` take minutes; ``disk`` also fills a small file system of its own
where it may make one (as root, on Linux).
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
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
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from tests.operators_library import library  # noqa: E402
from w2v_core import Corpus, SkipGram, load_model  # noqa: E402
from w2v_core.exchange import model_import  # noqa: E402
from w2v_core.exchange.bundles import write_bundle  # noqa: E402
from w2v_core.exchange.vector_writing import in_memory, write_word2vec_text  # noqa: E402
from w2v_core.library import training_history, word_sets  # noqa: E402
from w2v_core.library.folder_contents import entry_in  # noqa: E402
from w2v_core.queue import supervisor  # noqa: E402
from w2v_core.queue.queue import Queue  # noqa: E402
from w2v_core.queue.supervisor import end_workers, supervise  # noqa: E402
from w2v_core.storage import machine  # noqa: E402
from w2v_core.storage.files import sentence  # noqa: E402
from w2v_core.work import analyses, methods_record, worker  # noqa: E402

TEXT = "Berlin is a city in Germany. Paris is a city in France. The König is <b>old</b>. " * 20
SETTINGS = (
    {"solver": "sgd", "epochs": 150},
    {"solver": "newton", "epochs": 400, "tolerance": 0.0},
    {"solver": "sgd", "epochs": 80, "batch_size": 4, "seed": 3},
)


def new_home() -> Path:
    home = Path(tempfile.mkdtemp(prefix="soak-"))
    os.environ["W2V_HOME"] = str(home)
    return home


def wait_for(condition: Callable[[], object], seconds: float = 60.0) -> object:
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)
    return found


def fingerprint(folder: Path) -> str:
    return methods_record.fingerprint(load_model(folder))


# --- Kills -----------------------------------------------------------------------------------------

ACTOR = """
import sys
sys.path.insert(0, {root!r})
from tests.benchmarks import soak
soak.act({seed}, {log!r})
"""


def act(seed: int, log: str) -> None:
    """What a server does when people are busy: imports, renames, deletes, undoes, starts trainings; every
    act is logged before and after, so that the log says what must be there after a kill."""
    rng, queue = random.Random(seed), Queue()
    supervise(queue)
    words = [f"w{i}" for i in range(3_000)]
    matrix = np.random.default_rng(seed).normal(size=(3_000, 60)).astype(np.float32)
    vectors = in_memory(write_word2vec_text, words, matrix, np.ones(3_000, int))
    with open(log, "a", buffering=1) as out:

        def say(**what: object) -> None:
            out.write(json.dumps(what) + "\n")

        while True:
            here = [e.id for e in library.models()]
            what = rng.choice(["import", "rename", "rename", "delete", "restore", "train"])
            if what == "import" and len(here) < 12:
                say(begin="import")
                say(done="import", id=model_import.add_file(library, io.BytesIO(vectors), "v.txt"))
            elif what == "rename" and here:
                id, name = rng.choice(here), f"name {rng.randrange(10**6)}"
                say(begin="rename", id=id, name=name)
                library.rename(id, name)
                say(done="rename", id=id, name=name)
            elif what == "delete" and len(here) > 4:
                id = rng.choice(here)
                say(begin="delete", id=id)
                with contextlib.suppress(ValueError):  # it is being trained
                    library.delete(queue, id)
                say(done="delete", id=id)
            elif what == "restore" and (gone := library.deleted()):
                id = rng.choice(gone).id
                say(begin="restore", id=id)
                library.restore(id)
                say(done="restore", id=id)
            elif what == "train" and len(queue.unfinished()) < 2 and rng.random() < 0.2:
                start_training(queue, rng.randrange(len(SETTINGS)))


def start_training(queue: Queue, which: int) -> str:
    key = library.texts.keep("mine.txt", TEXT.encode())
    return library.start_training(queue, key, f"training {which}", {}, SETTINGS[which])


def check_library(known: dict[str, str]) -> None:
    """No model lost, none half written, catalog and folders agree; ``known`` is id → fingerprint of all
    that was seen whole before, here or among the deleted."""
    home = Path(os.environ["W2V_HOME"])
    listed = {e.id: e for e in library.models()}
    folders = {f.name for f in (home / "models").glob("[!.]*") if (f / "model.json").exists()}
    assert set(listed) == folders, (set(listed) ^ folders, "the catalog and the folders differ")
    assert not {e.id for e in library.deleted()} & folders, "a model is here and deleted"
    for place in ("models", "deleted"):
        for folder in (home / place).glob("[!.]*"):
            if (folder / "model.json").exists():
                known.setdefault(folder.name, "")
                if not known[folder.name] or random.random() < 0.2:
                    found = fingerprint(folder)
                    training = (folder / "settings.json").exists()
                    assert training or known[folder.name] in ("", found), "a model has changed"
                    known[folder.name] = found
                assert entry_in(folder).name
            else:
                assert place == "models" and (folder / "settings.json").exists(), "half a model"
    for id, entry in listed.items():
        assert entry.name == library.entry(id).name, "the catalog has another name"
    gone = [id for id in known if not any((home / p / id).is_dir() for p in ("models", "deleted"))]
    assert not gone, f"models were lost: {gone}"


def check_log(log: Path) -> None:
    """What was done before the kill is as it was done; only the last act may be either way."""
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.endswith("}")]
    names: dict[str, set[str]] = {}
    here: dict[str, set[bool]] = {}
    for line in lines:
        id, done = line.get("id"), "done" in line
        what = line.get("done") or line["begin"]
        if id is None:  # it made something new, or was about to
            continue
        if what == "rename":
            names[id] = {line["name"]} if done else names.get(id, set()) | {line["name"], "any"}
        elif what in ("delete", "restore"):
            state = what == "restore"
            here[id] = {state} if done else here.get(id, {not state}) | {state}
        elif done:
            here[id] = {True}
    listed = {e.id: e.name for e in library.models()}
    for id, states in here.items():
        in_training = (library.model_folder(id) / "settings.json").exists()
        assert in_training or (id in listed) in states, f"{id} should be {states}"
    for id, possible in names.items():
        if id in listed and "any" not in possible:
            assert listed[id] in possible, f"{id} is called {listed[id]}, not {possible}"


def kills(worker_kills: int = 100, server_kills: int = 20) -> None:
    home, rng, known = new_home(), random.Random(1), {}
    undisturbed = [SkipGram(**settings).fit(Corpus.from_text(TEXT)) for settings in SETTINGS]
    queue, trained = Queue(), []
    supervise(queue)
    begin, noticed, killed = time.monotonic(), [], 0
    id = start_training(queue, 0)
    while killed < worker_kills:
        if queue.get(id).state == "done":
            trained.append((id, (len(trained)) % len(SETTINGS)))
            id = start_training(queue, len(trained) % len(SETTINGS))
        wait_for(lambda id=id: queue.get(id).state == "running" or queue.get(id).ended)
        # At any moment of a worker's life: as it starts, reads, counts, trains, writes, saves.
        time.sleep(rng.choice([0.0, rng.uniform(0, 0.3), rng.uniform(0, 2.0)]))
        for pid in queue.worker_pids():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                killed, at = killed + 1, time.monotonic()
        job = wait_for(lambda id=id: (job := queue.get(id)).ended and job)
        if job.state == "lost":
            noticed.append(time.monotonic() - at)
            assert "killed" in job.message, job.message
            check_library(known)
            assert library.continue_training(queue, id)
    wait_for(lambda: queue.get(id).state == "done", 120)
    trained.append((id, len(trained) % len(SETTINGS)))
    for id, which in trained:
        model = load_model(library.model_folder(id))
        assert np.array_equal(model.V, undisturbed[which].V), "another model after kills"
        assert np.array_equal(model.U, undisturbed[which].U)
    supervisor._supervised.clear()
    end_workers()
    print(
        f"{killed} kills of workers in {time.monotonic() - begin:.0f} s: {len(noticed)} of them in a "
        f"training, noticed after {statistics.median(noticed):.1f} s (at most {max(noticed):.1f}); all "
        f"{len(trained)} trainings ended in the vectors of undisturbed ones"
    )
    begin, log = time.monotonic(), home / "acts.log"
    log.touch()
    for n in range(server_kills):
        code = ACTOR.format(root=str(ROOT), seed=n, log=str(log))
        server = subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
        time.sleep(rng.uniform(2.0, 6.0))
        assert server.poll() is None, "the server ended by itself"
        server.kill()
        server.wait()
        wait_for(lambda: not queue.worker_pids(), 60)  # what they did is finished
        check_library(known)
        check_log(log)
    worker.work(queue, idle_seconds=0)
    for job in queue.jobs("train"):
        if job.state == "lost":
            assert library.continue_training(queue, job.id)
    worker.work(queue, idle_seconds=0)
    check_library(known)
    ended = 0
    for entry in library.models():
        if entry.source.startswith("training"):
            which = int(entry.source.split()[1])
            assert np.array_equal(
                load_model(library.model_folder(entry.id)).V, undisturbed[which].V
            )
            ended += 1
    acts = [json.loads(line) for line in log.read_text().splitlines()]
    done = [act["done"] for act in acts if "done" in act]
    counts = ", ".join(f"{done.count(what)} × {what}" for what in sorted(set(done)))
    print(
        f"{server_kills} kills of the server in {time.monotonic() - begin:.0f} s, during {counts} and "
        f"trainings: {len(known)} models, none lost, none half written, catalog and folders agree, {ended} "
        "trainings ended in the vectors of undisturbed ones, no process left"
    )
    shutil.rmtree(home)


# --- A full disk -----------------------------------------------------------------------------------


@contextlib.contextmanager
def no_file_beyond(size: int) -> Iterator[None]:
    """No file of this process may grow beyond so many bytes, as on a disk that is full there."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


class Disk:
    """Everything that writes, done where there is too little room for it."""

    def __init__(self, home: Path):
        self.home, self.queue = home, Queue()
        self.text = library.texts.keep("mine.txt", TEXT.encode())
        self.first = self.trained(epochs=5)
        out = io.BytesIO()
        write_bundle(
            out,
            library.model_folder(self.first),
            methods_record.methods_record(library, self.first),
        )
        self.bundle = out.getvalue()
        self.second = model_import.add_file(library, io.BytesIO(self.bundle), "m.zip")
        self.third = model_import.add_file(library, io.BytesIO(self.bundle), "m.zip")
        library.delete(self.queue, self.third)
        self.said: set[str] = set()

    def trained(self, **settings: object) -> str:
        id = library.start_training(self.queue, self.text, "t", {}, {"solver": "sgd", **settings})
        worker.work(self.queue, idle_seconds=0)
        return id

    def acts(self) -> dict[str, Callable[[], object]]:
        vectors = b"3 2\na 1 2\nb 2 1\nc 0 1\n" + b""
        parameters = {"which": "center", "words": 10, "perplexity": 3.0, "iterations": 250}

        def train() -> None:
            id = self.trained(epochs=6)
            job = self.queue.get(id)
            if job is not None and job.state == "failed":
                raise OSError(job.message)

        def draw() -> None:
            analyses.start(library, self.queue, "tsne", self.second, parameters)
            worker.work(self.queue, idle_seconds=0)
            job = self.queue.get(analyses.job_id("tsne", self.second, parameters))
            if job.state == "failed":
                raise OSError(job.message)

        return {
            "keep a text": lambda: library.texts.keep("b.txt", TEXT.encode() * 3),
            "train": train,
            "draw": draw,
            "add a bundle": lambda: model_import.add_file(
                library, io.BytesIO(self.bundle), "m.zip"
            ),
            "add vectors": lambda: model_import.add_file(library, io.BytesIO(vectors), "v.txt"),
            "rename": lambda: library.rename(self.second, "another name"),
            "delete": lambda: library.delete(self.queue, self.second),
            "restore": lambda: library.restore(self.third),
            "keep a set": lambda: word_sets.keep_set(library, self.first, "s", ["a", "b"]),
            "watch": lambda: training_history.write_watched(
                library.model_folder(self.first), ["berlin"]
            ),
        }

    def saved(self) -> dict[str, str]:
        """What must outlive everything: the content of every model's own files."""
        found = {}
        for place in ("models", "deleted"):
            for folder in (self.home / place).glob("[!.]*"):
                if folder.name in (self.first, self.second, self.third):
                    for name in ("corpus.json", "corpus.npz", "text.txt", "model.json"):
                        data = (folder / name).read_bytes()
                        found[f"{folder.name}/{name}"] = hashlib.sha256(data).hexdigest()
                    found[folder.name] = fingerprint(folder)
        return found

    def try_all(self, limited: Callable[[], contextlib.AbstractContextManager]) -> tuple[int, int]:
        """(acts done, acts that ended with a sentence) under a limit; nothing saved is damaged, and all is
        well again when the limit has gone."""
        done = refused = 0
        for name, act in self.acts().items():
            before = self.saved()
            try:
                with limited(), contextlib.redirect_stderr(io.StringIO()):
                    act()
                done += 1
            except (OSError, ValueError) as error:
                said = sentence(error)
                assert "disk is full" in said or "cannot be" in said, (name, said, repr(error))
                self.said.add(said)
                refused += 1
            assert self.saved() == before, f"{name} damaged something"
            check_library({})
            for folder in (self.home / "models").glob("*"):  # of trainings that failed
                if folder.name not in (self.first, self.second, self.third):
                    shutil.rmtree(folder)
            for place in self.home.rglob("*.tmp"):
                raise AssertionError(f"{place} was left")
            with contextlib.suppress(ValueError):
                library.restore(self.second)
            if any(e.id == self.third for e in library.models()):
                library.delete(self.queue, self.third)
            with self.queue._open(write=True) as db:
                db.execute("DELETE FROM jobs")
        return done, refused


def disk() -> None:
    home = new_home()
    tests = Disk(home)
    sizes = {f.stat().st_size for f in home.rglob("*") if f.is_file()}
    limits = sorted({0, 1, 100, 512, *(s - 1 for s in sizes if s), *(s // 2 for s in sizes)})
    done = refused = 0
    for size in limits:
        here = tests.try_all(lambda size=size: no_file_beyond(size))
        done, refused = done + here[0], refused + here[1]
    print(
        f"No file beyond n bytes, for {len(limits)} n up to {max(limits):,}: {len(tests.acts())} acts "
        f"each, {refused} ended with a sentence, {done} had room; nothing saved was damaged"
    )
    shutil.rmtree(home)
    place = Path(tempfile.mkdtemp(prefix="soak-disk-"))
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "soak", str(place)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        print("A file system of its own could not be made (that takes root): not tried")
        return
    try:
        os.environ["W2V_HOME"] = str(place)
        os.environ["W2V_MIN_FREE"] = "0"  # it is to be full
        tests, done, refused = Disk(place), 0, 0

        @contextlib.contextmanager
        def room(size: int) -> Iterator[None]:
            filler = place / "filler"
            free = os.statvfs(place).f_bavail * os.statvfs(place).f_frsize
            filler.write_bytes(b"\0" * max(free - size, 0))
            # A worker that cannot even say how it went waits for room, which here comes after a while.
            relief = threading.Timer(3.0, filler.unlink, [True])
            relief.start()
            try:
                yield
            finally:
                relief.cancel()
                filler.unlink(missing_ok=True)

        rooms = [0, 4096, 8192, 16384, 32768, 50_000, 65_536, 100_000, 131_072, 200_000, 400_000]
        for size in rooms:
            here = tests.try_all(lambda size=size: room(size))
            done, refused = done + here[0], refused + here[1]
        print(
            f"A file system with 0 to {max(rooms):,} bytes free: {refused} acts ended with a sentence, "
            f"{done} had room; nothing saved was damaged"
        )
        print("What was said:", *sorted(tests.said), sep="\n  ")
    finally:
        subprocess.run(["umount", str(place)], check=True)
        place.rmdir()


# --- Hostile inputs --------------------------------------------------------------------------------


def hostile(examples: int = 2_000) -> None:
    import resource

    from tests.unit.test_hostile import WAYS_IN, run

    for kind in WAYS_IN:
        with tempfile.TemporaryDirectory() as place:
            begin = time.monotonic()
            watch = run(kind, Path(place) / "home", examples, derandomize=False)
            print(
                f"{examples:,} hostile {kind}: {watch.taken:,} taken in, {watch.refused:,} refused with a "
                f"sentence, the slowest {watch.slowest:.2f} s, {time.monotonic() - begin:.0f} s in all; "
                f"memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:.0f} MB at most"
            )


# --- Many sessions ---------------------------------------------------------------------------------


class Session:
    """A person's browser, as the server sees it: speaks Streamlit's protocol over its web socket."""

    def __init__(self, socket, rng: random.Random):
        self.socket, self.rng = socket, rng
        self.buttons: dict[str, str] = {}
        self.pages: dict[str, str] = {}
        self.query, self.errors = "", []
        self.alerts: list[str] = []
        self.fields: dict[str, str] = {}  # label → id of text inputs
        self.progress: list[str] = []
        self.fragment: tuple[str, float] | None = None

    async def run(
        self,
        page: str = "",
        query: str = "",
        trigger: str = "",
        fragment: str = "",
        typed: dict[str, str] | None = None,
    ) -> float:
        """Run the page, or one part of it, with the button of this id clicked and these texts in the fields
        of these ids; returns the seconds until it was there."""
        from streamlit.proto.BackMsg_pb2 import BackMsg

        message = BackMsg()
        state = message.rerun_script
        state.query_string = query
        state.page_script_hash = self.pages.get(page, "")
        state.page_name = page
        state.fragment_id = fragment
        state.is_auto_rerun = bool(fragment)
        if trigger:
            one = state.widget_states.widgets.add()
            one.id, one.trigger_value = trigger, True
        for id, text in (typed or {}).items():
            one = state.widget_states.widgets.add()
            one.id, one.string_value = id, text
        if not fragment:
            self.buttons, self.fragment, self.query, self.alerts = {}, None, query, []
            self.fields, self.progress = {}, []
        begin = time.perf_counter()
        await self.socket.send(message.SerializeToString())
        await self.until_finished(part=bool(fragment))
        return time.perf_counter() - begin

    async def until_finished(self, part: bool) -> None:
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        while True:
            message = ForwardMsg()
            message.ParseFromString(await asyncio.wait_for(self.socket.recv(), 60))
            kind = message.WhichOneof("type")
            if kind == "navigation":
                self.pages = {
                    p.url_pathname: p.page_script_hash for p in message.navigation.app_pages
                }
            elif kind == "page_info_changed":
                self.query = message.page_info_changed.query_string
            elif kind == "stop_auto_rerun":
                self.fragment = None
            elif kind == "new_session":  # what a part asked for after itself is the whole page
                if not part:
                    self.fragment = None
                part = False
            elif kind == "auto_rerun":
                self.fragment = (message.auto_rerun.fragment_id, message.auto_rerun.interval)
            elif kind == "delta":
                element = message.delta.new_element
                what = element.WhichOneof("type")
                if what == "button":
                    self.buttons[element.button.label] = element.button.id
                elif what == "text_input":
                    self.fields[element.text_input.label] = element.text_input.id
                elif what == "progress":
                    self.progress.append(element.progress.text)
                elif what == "alert":
                    self.alerts.append(element.alert.body)
                elif what == "toast":
                    self.alerts.append(element.toast.body)
                elif what == "exception":
                    self.errors.append(element.exception.message or element.exception.type)
            # A script that asks to be run anew is not at its end.
            elif kind == "script_finished" and message.script_finished in (
                ForwardMsg.FINISHED_SUCCESSFULLY,
                ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
            ):
                return


VISITS = (
    ("explore", ""),
    ("explore", "word=berlin"),
    ("neighbours", "word=berlin"),
    ("neighbours", "word=paris"),
    ("analogies", ""),
    ("diamonds", ""),
    ("lessons", ""),
    ("library", ""),
    ("train", "source=Sample"),
)


async def person(n: int, url: str, until: float, answers: list, errors: list) -> None:
    """Opens the app, trains a sample, watches it, then clicks about."""
    import websockets

    rng = random.Random(n)
    await asyncio.sleep(rng.uniform(0, 10))
    try:
        async with websockets.connect(
            url, subprotocols=["streamlit"], max_size=None, origin=f"http://{url.split('/')[2]}"
        ) as socket:
            me = Session(socket, rng)
            wants_to_train = True
            while time.monotonic() < until:
                if wants_to_train:
                    answers.append(("train", await me.run("train")))
                    await asyncio.sleep(rng.uniform(1, 3))
                    assert "Train" in me.buttons, (me.buttons, me.alerts)
                    seconds = await me.run("train", me.query, me.buttons["Train"])
                    answers.append(("start a training", seconds))
                    for _ in range(rng.randrange(5, 20)):  # watch it
                        if me.fragment is None:
                            break
                        await asyncio.sleep(me.fragment[1])
                        seconds = await me.run("train", me.query, fragment=me.fragment[0])
                        answers.append(("watch a training", seconds))
                else:
                    page, query = rng.choice(VISITS)
                    answers.append((page, await me.run(page, query)))
                wants_to_train = rng.random() < 0.08
                await asyncio.sleep(rng.uniform(1, 5))
            errors += me.errors
    except Exception as error:
        errors.append(f"session {n}: {error!r}")


def sessions(minutes: float = 5.0, people: int = 30) -> None:
    home = new_home()
    text = library.texts.keep("world.txt", (ROOT / "data" / "small_world.txt").read_bytes())
    queue = Queue()
    for _ in range(2):
        library.start_training(queue, text, "World", {}, {})
    worker.work(queue, idle_seconds=0)
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    options = [f"--server.port={port}", "--server.headless=true"]
    log = open(home / "server.log", "wb")  # noqa: SIM115
    server = subprocess.Popen(command + options, cwd=ROOT, stdout=log, stderr=log)
    memory: list[tuple[float, float]] = []
    answers: list[tuple[str, float]] = []
    errors: list[str] = []

    async def measure(until: float) -> None:
        begin = time.monotonic()
        while time.monotonic() < until:
            memory.append((time.monotonic() - begin, resident(server.pid)))
            await asyncio.sleep(2)

    async def all_of_them() -> None:
        until = time.monotonic() + 60 * minutes
        url = f"ws://localhost:{port}/_stcore/stream"
        everyone = [person(n, url, until, answers, errors) for n in range(people)]
        await asyncio.gather(measure(until), *everyone)

    def up() -> bool:
        try:
            urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=5).close()
        except OSError:
            return False
        return True

    try:
        wait_for(up)
        asyncio.run(all_of_them())
        states = [job.state for job in queue.jobs("train")]
    finally:
        workers = queue.worker_pids()
        server.terminate()
        begin = time.monotonic()
        server.wait(20)
        ended = time.monotonic() - begin
    seconds = [s for _, s in answers]
    print(
        f"{people} sessions for {minutes:g} minutes: {len(seconds):,} pages answered, {len(errors)} errors"
    )
    for what in dict.fromkeys(w for w, _ in answers):
        mine = sorted(s for w, s in answers if w == what)
        print(
            f"  {what:17} {len(mine):5,} times, median {statistics.median(mine):5.2f} s, "
            f"95 % within {mine[int(0.95 * len(mine))]:5.2f} s"
        )
    print(f"  all: median {statistics.median(seconds):.2f} s, the slowest {max(seconds):.2f} s")
    after = [m for t, m in memory if t >= 60] or [m for _, m in memory]
    half = len(after) // 2
    print(
        f"  memory of the server: {memory[0][1]:.0f} MB at first, {after[0]:.0f} after a minute, "
        f"{statistics.median(after[:half]):.0f} then ({statistics.median(after[half:]):.0f} in the second "
        f"half), {after[-1]:.0f} at the end"
    )
    print(f"  trainings: {', '.join(f'{states.count(s)} {s}' for s in sorted(set(states)))}")
    print(f"  SIGTERM: the server and its workers were gone after {ended:.1f} s")
    left = [pid for pid in workers if machine.began(pid) is not None]
    said = (home / "server.log").read_text()
    assert not left, f"workers were left: {left}"
    assert not errors, errors[:5]
    assert "Traceback" not in said, said[-3_000:]
    shutil.rmtree(home)


def resident(pid: int) -> float:
    """MB of memory that a process has in use."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "parts", nargs="*", default=["kills", "real-kills", "disk", "hostile", "sessions"]
    )
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--sessions", type=int, default=30)
    parser.add_argument("--examples", type=int, default=2_000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--server-kills", type=int, default=20)
    given = parser.parse_args()
    for part in given.parts:
        print(f"== {part}", flush=True)
        if part == "kills":
            kills(given.kills, given.server_kills)
        elif part == "real-kills":
            from tests.benchmarks.killed_server import real_kills

            real_kills(given.server_kills)
        elif part == "disk":
            disk()
        elif part == "hostile":
            hostile(given.examples)
        elif part == "sessions":
            sessions(given.minutes, given.sessions)
        else:
            parser.error(f"there is no part {part}")
