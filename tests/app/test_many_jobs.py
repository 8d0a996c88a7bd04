"""Two hundred jobs, and tabs that act at the same moment, against the real server: twenty people speak its
protocol over web sockets, as their browsers would."""

import asyncio
import contextlib
import io
import random
import re

import pytest

pytest.importorskip("resource", reason="tests/benchmarks/soak.py needs it")

from tests.app.test_visitors import run_async
from tests.benchmarks.soak import Session
from tests.browser.conftest import App, free_port
from tests.operators_library import library, library_of
from w2v_core.exchange import model_import
from w2v_core.queue.queue import Queue
from w2v_core.visitors import ownership
from w2v_core.visitors.ownership import Visitor

websockets = pytest.importorskip("websockets")
pytestmark = pytest.mark.slow
PEOPLE, EACH = 20, 10
TOKENS = [f"{number:032x}" for number in range(1, PEOPLE + 1)]
SAMPLE = "sample=Kings+and+queens&epochs=3"
LONG = {"solver": "sgd", "epochs": 10_000}


def browser(token):
    return Visitor(ownership.owner_name("browser", token))


@contextlib.contextmanager
def server(home, **environment):
    app = App(home, free_port(), **environment)
    try:
        app.wait_until_up()
        yield app
    finally:
        app.process.terminate()
        app.process.wait(20)
    assert "Traceback" not in app.log.read_text(), app.log.read_text()[-3000:]


@contextlib.asynccontextmanager
async def tab(app, token=None):
    """A browser's tab, with the cookie of this visitor."""
    address = app.url.replace("http", "ws") + "/_stcore/stream"
    cookie = {"Cookie": f"w2v_visitor={token}"} if token else {}
    async with websockets.connect(
        address,
        subprotocols=["streamlit"],
        max_size=None,
        additional_headers=cookie,
        origin=app.url,
        proxy=None,
    ) as socket:
        me = Session(socket, random.Random(0))
        await me.run("train")  # from which it knows the pages
        yield me
        assert me.errors == []


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("W2V_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("W2V_WORKERS", "1")
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def job_of(session):
    found = re.search(r"job=([0-9a-f]{32})", session.query)
    return found[1] if found else None


async def train(session):
    """Click on Train; the id of the training, or the sentence that says why there is none."""
    query = SAMPLE
    await session.run("train", query)
    said = [alert for alert in session.alerts if "jobs" in alert]
    if said:
        return said[0]
    await session.run("train", query, session.buttons["Train"])
    return job_of(session) or next(a for a in session.alerts if "jobs" in a)


def begin_something_long(queue):
    """One training that is at work all the time, so that the others wait."""
    text = library.texts.keep(
        "long.txt", b"Berlin is a city in Germany. Paris is one in France. " * 20
    )
    return library.start_training(queue, text, "Long", {}, LONG)


async def until(condition):
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.05)


def test_two_hundred_jobs_of_twenty_people_through_the_pages(home):
    queue = Queue()
    long = begin_something_long(queue)

    async def everybody(app):
        async with tab(app, TOKENS[0]):  # the first visitor sets the workers to work
            await until(lambda: queue.get(long).state == "running")
        answers = {token: [] for token in TOKENS}

        async def person(token):
            async with tab(app, token) as one, tab(app, token) as two:  # each in two tabs
                for _ in range(EACH // 2 + 1):
                    answers[token] += await asyncio.gather(train(one), train(two))

        await asyncio.gather(*map(person, TOKENS))
        return answers

    async def places(app, ids):
        said = {}

        async def look(token, mine):
            async with tab(app, token) as me:
                for id in mine:
                    await me.run("train", f"job={id}")
                    said[id] = me.progress

        await asyncio.gather(*(look(token, mine) for token, mine in ids.items()))
        return said

    with server(home, W2V_SHARED="1") as app:
        answers = run_async(everybody(app))
        ids = {token: [a for a in answers[token] if len(a) == 32] for token in TOKENS}
        flat = [id for mine in ids.values() for id in mine]
        refused = [a for told in answers.values() for a in told if len(a) != 32]
        assert len(flat) == len(set(flat)) == PEOPLE * EACH == 200  # the limits, to the last one
        assert all(len(mine) == EACH for mine in ids.values())
        assert len(refused) == PEOPLE * 2
        assert all("already waiting, which is the limit" in sentence for sentence in refused)

        waiting = [job for job in queue.unfinished() if job.state == "queued"]
        assert {job.id for job in waiting} == set(flat)
        for token, mine in ids.items():
            assert {job.owner for job in waiting if job.id in mine} == {browser(token).owner}
        # Each sees the place that it has: of first come, first served.
        order = [job.id for job in waiting]
        said = run_async(places(app, {token: ids[token] for token in TOKENS[:4]}))
        for id, progress in said.items():
            assert any(
                f"Waiting: {order.index(id) + 1} ahead of this one" in p for p in progress
            ), progress
        assert queue.get(long).state == "running"

    # The server is gone; what waits is still there, and a next server goes on with it, in its order.
    assert [job.id for job in queue.unfinished() if job.id != long] == order
    queue.request_stop(long)
    with server(home, W2V_SHARED="1") as app:

        async def some_done():
            async with tab(app, TOKENS[0]):
                await until(lambda: sum(job.state == "done" for job in queue.jobs("train")) >= 3)

        run_async(some_done())
        done = [job.id for job in queue.jobs("train") if job.state == "done"]
        assert set(done) <= set(order[: len(done) + 2])
        assert len(queue.jobs("train")) == PEOPLE * EACH + 1


@pytest.mark.parametrize("shared", [True, False])
def test_tabs_that_act_at_the_same_moment(home, shared):
    queue, token = Queue(), TOKENS[0] if shared else None
    who = browser(token) if shared else ownership.OPERATOR
    vectors = b"anna 1 2 3\nben 2 1 3\nberlin 3 2 1\nparis 1 1 2\n"

    def new_model():
        return model_import.add_file(library_of(who), io.BytesIO(vectors), "v.txt")

    def state(id):
        theirs = library_of(who)
        here = {entry.id: entry.name for entry in theirs.models()}
        gone = {entry.id: entry.name for entry in theirs.deleted()}
        return here.get(id), gone.get(id)

    async def rounds(app):
        seen = set()
        async with tab(app, token) as one, tab(app, token) as two:
            for number in range(8):
                id = new_model()
                address = f"model={id}"
                await asyncio.gather(one.run("library", address), two.run("library", address))
                await asyncio.gather(  # rename and delete
                    one.run(
                        "library",
                        address,
                        one.buttons["Rename"],
                        typed={one.fields["Name"]: f"name {number}"},
                    ),
                    two.run("library", address, two.buttons["Delete it"]),
                )
                here, gone = state(id)
                assert here is None and gone in ("v", f"name {number}"), (here, gone)
                seen.add(gone == "v")
            for _ in range(8):  # delete and look
                id = new_model()
                await one.run("library", f"model={id}")
                await asyncio.gather(
                    one.run("library", f"model={id}", one.buttons["Delete it"]),
                    two.run(random.choice(["explore", "neighbours", "analogies"]), f"model={id}"),
                )
                assert state(id) == (None, "v")
            for _ in range(8):  # both delete, both undo
                id = new_model()
                address = f"model={id}"
                await asyncio.gather(one.run("library", address), two.run("library", address))
                await asyncio.gather(
                    one.run("library", address, one.buttons["Delete it"]),
                    two.run("library", address, two.buttons["Delete it"]),
                )
                assert state(id) == (None, "v")
            # The same text from both: two trainings.
            for session in (one, two):
                await session.run("train", SAMPLE)
            ids = await asyncio.gather(train(one), train(two))
            assert len(set(ids)) == 2 and all(len(id) == 32 for id in ids)
            await until(lambda: all(queue.get(id).state == "done" for id in ids))
            # Stop and continue, at once and again and again.
            theirs = library_of(who)
            mine = queue.of(who.owner)
            text = theirs.texts.keep("mine.txt", b"Berlin is a city in Germany. Rome too. " * 20)
            id = theirs.start_training(mine, text, "Mine", {}, LONG)
            for _ in range(4):
                await until(lambda: library.can_continue(id) and queue.get(id).state == "running")
                for session in (one, two):
                    await session.run("train", f"job={id}")
                await asyncio.gather(
                    *(s.run("train", f"job={id}", s.buttons["Stop training"]) for s in (one, two))
                )
                await until(lambda: queue.get(id).ended)
                for session in (one, two):
                    await session.run("train", f"job={id}")
                await asyncio.gather(
                    *(s.run("train", f"job={id}", s.buttons["Continue"]) for s in (one, two))
                )
                assert queue.get(id).state in ("queued", "running")
                assert len([job for job in queue.unfinished() if job.id == id]) == 1
            queue.request_stop(id)
            await until(lambda: queue.get(id).ended)
            assert state(id)[0] == "Mine" or library.can_continue(id)

    with server(home, **({"W2V_SHARED": "1"} if shared else {})) as app:
        run_async(rounds(app))
