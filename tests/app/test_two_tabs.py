"""One person in two tabs, who does in one what the other does not know of: each click gets its answer, and
nothing is lost."""

from contextlib import suppress

import pytest

from tests.app.test_strangers import (  # noqa: F401
    ANNA,
    BEN,
    TEXT,
    annas,
    browser,
    button,
    labels,
    named,
    sentences,
    shared,
    trained,
    visit,
    visit_queue,
    well,
)
from tests.operators_library import library, library_of
from w2v_core.exchange import model_import
from w2v_core.queue.queue import Queue
from w2v_core.visitors.ownership import is_shared


@pytest.fixture(params=["sharing", pytest.param("local", marks=pytest.mark.slow)])
def tabs(request, monkeypatch, annas):  # noqa: F811
    """Opens a page as the same person, in another tab; in sharing mode and in local mode."""
    if request.param == "local":
        monkeypatch.delenv("W2V_SHARED")
    return lambda page="library", **query: visit(ANNA, page, **query)


def names():
    return [entry.name for entry in library_of(browser(ANNA)).models()]


def test_renamed_in_one_and_deleted_in_the_other(tabs, annas):  # noqa: F811
    one, two = tabs(model=annas), tabs(model=annas)
    well(button(two, "Delete it").click().run())
    one.text_input(key=f"name-{annas}").set_value("Andere")
    well(button(one, "Rename").click().run())
    assert "no longer here" in sentences(one) and names() == []
    well(button(two, "Undo").click().run())
    assert names() == ["Annas Städte"]


def test_deleted_in_one_and_renamed_in_the_other(tabs, annas):  # noqa: F811
    one, two = tabs(model=annas), tabs(model=annas)
    one.text_input(key=f"name-{annas}").set_value("Andere")
    well(button(one, "Rename").click().run())
    assert names() == ["Andere"]
    well(button(two, "Delete it").click().run())
    assert names() == [] and [gone.name for gone in _deleted()] == ["Andere"]
    well(button(tabs(), "Restore").click().run())
    assert names() == ["Andere"]


def _deleted():
    return library_of(browser(ANNA)).deleted()


def test_deleted_in_both(tabs, annas):  # noqa: F811
    one, two = tabs(model=annas), tabs(model=annas)
    well(button(one, "Delete it").click().run())
    well(button(two, "Delete it").click().run())
    assert "no longer here" in sentences(two)
    well(button(one, "Undo").click().run())
    assert names() == ["Annas Städte"]


def test_models_deleted_at_the_same_moment_are_all_kept(monkeypatch):
    from concurrent.futures import ThreadPoolExecutor
    from io import BytesIO

    monkeypatch.delenv("W2V_SHARED")
    queue = Queue()
    ids = [model_import.add_file(library, BytesIO(b"a 1 2\nb 2 1\n"), "v.txt") for _ in range(40)]

    def delete(id):
        with suppress(ValueError, OSError):  # the other tab was first
            library.delete(queue, id)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(delete, [id for id in ids for _ in range(2)]))
    assert {gone.id for gone in library.deleted()} == set(ids) and library.models() == []


@pytest.mark.parametrize(
    "page",
    [
        "explore",
        "neighbours",
        *(pytest.param(p, marks=pytest.mark.slow) for p in ("analogies", "diamonds", "lessons")),
    ],
)
def test_deleted_in_one_and_looked_at_in_the_other(tabs, annas, page):  # noqa: F811
    looking = tabs(page, model=annas)
    well(button(tabs(model=annas), "Delete it").click().run())
    well(looking.run())
    assert "no model yet" in sentences(looking) or page == "lessons"  # which has a sample
    assert "Annas" not in sentences(looking)


def test_stopped_in_one_and_continued_in_the_other(tabs, annas):  # noqa: F811
    owner = visit_queue(ANNA) if names() and is_shared() else Queue()
    id = library_of(browser(ANNA)).start_training(
        owner, "sample:royalty", "Mine", {}, {"epochs": 2, "dim": 9}
    )
    one, two = tabs("train", job=id), tabs("train", job=id)
    well(button(one, "Stop training").click().run())
    assert "Cancelled" in sentences(one)
    well(button(two, "Stop training").click().run())  # which has ended already
    assert "Cancelled" in sentences(two) and Queue().get(id).state == "cancelled"
    again = {"Continue", "Train again from the start", "Back to the text"}
    assert labels(one) & again == labels(two) & again != set()


def test_the_same_text_trained_from_both_is_two_trainings(tabs, annas):  # noqa: F811
    one, two = tabs("train"), tabs("train")
    for tab in (one, two):
        well(button(tab, "Train").click().run())
    ids = {named(one, "job"), named(two, "job")}
    assert len(ids) == 2 and {job.id for job in Queue().jobs("train")} == ids
    assert Queue().place(named(one, "job")) == 0 and Queue().place(named(two, "job")) == 1


# Many jobs.


def test_six_jobs_of_three_people_fill_the_queue_and_everybody_sees_their_place(monkeypatch):
    monkeypatch.setenv("W2V_MAX_QUEUE", "6")
    monkeypatch.setenv("W2V_MAX_OWNER_QUEUE", "2")
    people = [ANNA, BEN, "c" * 32]
    ids = []
    for _ in range(2):
        for person in people:
            at = visit(person, "train", sample="royalty")
            well(button(at, "Train").click().run())
            ids.append(named(at, "job"))
    assert len(set(ids)) == 6 and [job.id for job in Queue().unfinished()] == ids
    at = visit(ANNA, "train", sample="royalty")
    assert button(at, "Train").disabled and "6 jobs are already waiting" in sentences(at)
    monkeypatch.setenv("W2V_MAX_QUEUE", "60")
    at = visit(ANNA, "train", sample="royalty")
    assert button(at, "Train").disabled and "2 jobs of yours are already waiting" in sentences(at)
    for place, id in enumerate(ids):
        at = visit(people[place % 3], "train", job=id)
        said = " ".join(str(p.proto) for p in at.get("progress"))
        assert f"Waiting: {place} ahead of this one" in said or (place == 0 and "Starting" in said)
    monkeypatch.setenv("W2V_MAX_QUEUE", "6")
    well(button(visit(BEN, "train", job=ids[1]), "Stop training").click().run())
    at = visit(BEN, "train", sample="royalty")  # there is a place again
    well(button(at, "Train").click().run())
    assert [job.id for job in Queue().unfinished()] == [*ids[:1], *ids[2:], named(at, "job")]


def test_two_who_come_at_once_do_not_both_get_the_last_place(monkeypatch):
    monkeypatch.setenv("W2V_MAX_QUEUE", "40")
    monkeypatch.setenv("W2V_MAX_OWNER_QUEUE", "3")
    from concurrent.futures import ThreadPoolExecutor

    tokens = [f"{number:032x}" for number in range(1, 31)]

    def ask(token):
        try:
            return visit_queue(token).put("train", {"text": "sample:royalty"})
        except ValueError as error:
            return str(error)

    with ThreadPoolExecutor(12) as pool:
        said = list(pool.map(ask, [token for token in tokens for _ in range(5)]))
    waiting = Queue().jobs(state="queued")
    assert len(waiting) == 40 == sum(len(answer) == 32 for answer in said)
    owners = [job.owner for job in waiting]
    assert max(owners.count(owner) for owner in owners) == 3
    assert {a for a in said if len(a) != 32} <= {
        "40 jobs are already waiting, which is the limit: try again in a few minutes.",
        "3 jobs of yours are already waiting, which is the limit: stop one of them, or wait.",
    }
