"""For whom code runs: nobody unless somebody said so, and later what was drawn for whom."""

import asyncio
import threading

import pytest
import streamlit as st
from streamlit import config
from streamlit.proto.BackMsg_pb2 import BackendOperationRequest
from streamlit.runtime.backend_operation_handler import DeferredFileHandler
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.testing.v1 import AppTest, app_test

from pages.parts.visitor import answered, answering, the_library
from tests.app.test_strangers import (
    ANNA,
    BEN,
    TEXT,
    ByNavigation,
    browser,
    button,
    owners_key,
    sentences,
    trained,  # noqa: F401  (a fixture)
    visit,
    well,
)
from tests.conftest import ROOT
from tests.operators_library import library, library_of, queue_of
from tests.visitors import HERE, Browser, visited_by
from w2v_core import save_model
from w2v_core.library.model_files import write_about
from w2v_core.queue.queue import Queue
from w2v_core.storage.home import home, new_id
from w2v_core.visitors import operator_secret
from w2v_core.visitors.ownership import NOBODY, OPERATOR
from w2v_core.work import analyses, worker

ELSEWHERE = {"Host": "words.example.org", "Origin": "https://words.example.org"}
SLOW = [
    pytest.param(page, marks=pytest.mark.slow)
    for page in ("explore", "analogies", "diamonds", "lessons", "train")
]


class Kept(MediaFileManager):
    """Streamlit's own, of which a test can ask what AppTest's runs registered."""

    made: list["Kept"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        Kept.made.append(self)


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("W2V_HOME", str(tmp_path / "home"))
    for setting in ("W2V_SHARED", "W2V_PUBLISHED", "W2V_ASK_SECRET"):
        monkeypatch.delenv(setting, raising=False)
    monkeypatch.setattr(app_test, "PagesManager", ByNavigation)
    monkeypatch.setattr(app_test, "MediaFileManager", Kept)
    monkeypatch.setattr(worker, "ensure_worker", lambda queue: None)
    import pages.parts.training.live_training

    monkeypatch.setattr(pages.parts.training.live_training, "ensure_worker", lambda queue: None)
    Kept.made = []
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.fixture
def shared(monkeypatch):
    monkeypatch.setenv("W2V_SHARED", "1")


def make(trained, token, name, id=None):  # noqa: F811
    """A model of the browser with this token."""
    id = id or new_id()
    folder = home() / "models" / id
    save_model(trained, folder, name=name, created=1.0)
    write_about(folder, owner=browser(token).owner)
    return id


def in_a_thread(do):
    """What a function gives in a thread of its own."""
    given = []
    thread = threading.Thread(target=lambda: given.append(do()))
    thread.start()
    thread.join()
    return given[0]


def run_async(coroutine):
    """What a coroutine gives, run in a thread of its own: in this one, Playwright may have left a loop."""
    return in_a_thread(lambda: asyncio.run(coroutine))


def downloads() -> dict[str, bytes]:
    """Every download that the last page offered, made as Streamlit makes it: in a thread without a
    session. By file name."""
    manager, found = Kept.made[-1], {}
    for file_id, entry in list(manager._deferred_callables.items()):
        request = BackendOperationRequest(request_id="1")
        request.deferred_file.file_id = file_id
        answer = run_async(DeferredFileHandler(lambda: manager).handle(request, "any"))
        url = answer.deferred_file.url
        found[entry["filename"]] = (
            manager._storage.get_file(url.split("/")[-1]).content if url else b""
        )
    for number, file in enumerate(
        manager._storage._files_by_id.values()
    ):  # and what was made at once
        found[f"file {number}"] = file.content
    return found


# Nobody by default.


def test_who_did_not_say_who_they_are_is_nobody_and_can_do_nothing(trained):  # noqa: F811
    save_model(trained, library.model_folder("7" * 16), name="old", created=1.0)
    here = new_id()
    save_model(trained, library.model_folder(here), name="mine", created=1.0)
    (library.model_folder(here) / "owner.key").write_text("5" * 32)
    queue = Queue()

    def alone():
        assert answered() == NOBODY and not answered().everything
        nobodys = the_library()
        assert nobodys.visitor == NOBODY and queue_of(answered()).jobs() == []
        assert nobodys.models() == [] and nobodys.deleted() == []
        assert not nobodys.rights.may_read("7" * 16) and not nobodys.rights.owns(here)
        for act in (
            lambda: nobodys.rights.owner_key(here),
            lambda: nobodys.rename(here, "x"),
            lambda: nobodys.delete(queue, here),
            lambda: nobodys.texts.keep("a.txt", b"a b c"),
            lambda: nobodys.start_training(queue, "sample:small_world", "x", {}, {}),
            lambda: nobodys.new_folder().__enter__(),
            lambda: queue_of(NOBODY).put("train", {}),
        ):
            with pytest.raises(ValueError, match=r"visitor is not known|belongs to someone else"):
                act()
        with answering(OPERATOR):
            assert answered() == OPERATOR and len(the_library().models()) == 2
            assert in_a_thread(answered) == NOBODY  # a block is its own thread's
        assert answered() == NOBODY
        return True

    assert alone() and in_a_thread(alone)


def script():
    import streamlit as st

    from pages.parts.visitor import the_library

    st.text(repr(the_library().visitor))


@pytest.mark.parametrize(
    "before",
    [None, Browser(ELSEWHERE), Browser(HERE, peer="203.0.113.5")],
    ids=("nobody", "another name", "another machine"),
)
def test_a_page_does_not_inherit_the_operator_of_the_test(before):
    with answering(OPERATOR), visited_by(before):
        assert answered() == OPERATOR
        at = well(AppTest.from_function(script).run())
    assert "everything=False" in at.text[0].value and "owner='browser-" in at.text[0].value


def test_a_page_before_which_this_machines_browser_sits_is_the_operators():
    assert "everything=True" in well(AppTest.from_function(script).run()).text[0].value


def test_a_browser_that_goes_while_its_page_is_made_stays_who_it_was():
    at = AppTest.from_function(script)
    with visited_by(Browser(ELSEWHERE)):
        at.run()
    with visited_by(None):
        assert "everything=False" in at.run().text[0].value


# Downloads.


@pytest.mark.parametrize("page", ["library", "neighbours", "compare", *SLOW])
def test_no_download_of_a_page_tells_a_stranger_of_another_persons(shared, trained, page):  # noqa: F811
    library_of(browser(ANNA)).texts.keep("annas-diary.txt", TEXT.encode())
    secret = make(trained, ANNA, "Annas secret")
    address = make(trained, ANNA, "Annas shown")
    make(trained, BEN, "Bens first"), make(trained, BEN, "Bens second")
    keys = [owners_key(secret), owners_key(address)]
    query = {"compare": {"part": "keyness"}, "train": {}}.get(page, {"model": address})
    # Of the other's model whose address he has, of his own, and again, when the caches are warm.
    for asked in (query, {}, query):
        visit(BEN, page, **asked)
        made = downloads()
        assert made or asked != query or page not in ("library", "neighbours", "explore", "compare")
        for name, content in made.items():
            for needle in (secret, *keys, "secret", "diary", browser(ANNA).owner):
                assert needle.encode() not in content, (name, needle)


def test_the_file_of_addresses_holds_ones_own_models_with_whole_addresses(shared, trained):  # noqa: F811
    annas, bens = make(trained, ANNA, "Annas"), make(trained, BEN, "Bens")
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    at.session_state["_visitor_token"] = BEN
    at.context["url"] = "https://words.example.org/w2v/library"
    at.run()
    at.switch_page("pages/library.py")
    well(at.run())
    said = downloads()["my-models.txt"].decode()
    base = f"https://words.example.org/library?model={bens}"
    assert f"{base}\n" in said and f"{base}&owner={owners_key(bens, BEN)}\n" in said
    assert annas not in said and owners_key(annas) not in said and "Annas" not in said
    assert [
        line for line in said.splitlines() if "://" in line and "words.example.org" not in line
    ] == []


# A visitor who changes.


def test_what_was_drawn_for_one_visitor_makes_nothing_for_the_next(shared, trained):  # noqa: F811
    annas = make(trained, ANNA, "Annas")
    at = visit(ANNA, model=annas)
    drawn_for_anna = Kept.made[-1]
    well(button(at, "Forget me in this browser").click().run())
    Kept.made.append(drawn_for_anna)
    assert (
        downloads()["my-models.txt"] == b""
    )  # the old page's button, clicked by whoever came after


@pytest.mark.parametrize("label", ["Delete it", "Rename", "Replace"])
def test_a_click_on_what_was_drawn_for_another_visitor_acts_for_neither(shared, trained, label):  # noqa: F811
    annas = make(trained, ANNA, "Annas")
    key = owners_key(annas)
    at = visit(ANNA, model=annas)
    at.text_input(key=f"name-{annas}").set_value("Bens now")
    at.session_state["_visitor_token"] = BEN  # as another tab of the browser tells
    well(button(at, label).click().run())
    assert "drawn for another visitor" in sentences(at)
    assert library.entry(annas).name == "Annas" and owners_key(annas) == key
    # Nor the other way round: what was drawn for who may not is no way to what the next may.
    assert label not in {b.label for b in at.button}


# What is kept for all visitors.


def test_who_may_not_read_is_refused_by_warm_caches(shared, trained):  # noqa: F811
    from pages import analogies
    from pages.parts import diamond_film, relation_tools
    from pages.parts.comparison import compare_frequencies
    from pages.parts.map import map_data, word_search
    from pages.parts.model import model_record, model_text, opened_model
    from pages.parts.text import encoding_choice, preparation_choices
    from pages.parts.text.corpus_reading import read_corpus
    from pages.parts.training import live_training

    old, other = make(trained, ANNA, "old", "7" * 16), make(trained, ANNA, "other", "8" * 16)
    text = home() / "texts" / ("9" * 16)
    text.mkdir(parents=True)
    (text / "a.txt").write_text(TEXT)
    (text / ".owner").write_text(browser(ANNA).owner)
    changed = (home() / "models" / old / "model.json").stat().st_mtime
    space = map_data.Space(old, changed, "center", True, True)
    asked = {
        "model": lambda: opened_model._load(old, changed),
        "vectors": lambda: opened_model._vectors(old, changed, "center"),
        "projection": lambda: opened_model._pca(old, changed, "center"),
        "movie": lambda: opened_model._movie(old),
        "vocabulary": lambda: opened_model.vocabulary(old),
        "concordance": lambda: model_text._concordance(old, 1.0),
        "counts": lambda: live_training._counts(old),
        "search": lambda: word_search._found(old, trained.vocabulary, "a", "contains"),
        "record": lambda: model_record._record(old, 1.0),
        "relations": lambda: relation_tools.lists(old),
        "questions": lambda: analogies.questions(old),
        "passes": lambda: diamond_film._passes(old, "center", "own"),
        "two models": lambda: compare_frequencies._keyness(old, other, (1.0,)),
        "space": lambda: map_data.components(space),
        "encoding": lambda: encoding_choice._encoding_sample("9" * 16, 1.0),
        "documents": lambda: preparation_choices._documents("9" * 16, 1.0),
        "text": lambda: read_corpus("9" * 16, {}),
    }
    with answering(OPERATOR):  # who may: the caches are warm from here on
        for ask in asked.values():
            ask()
    with answering(browser(BEN)):
        for name, ask in asked.items():
            with pytest.raises(ValueError, match=r"not here|no longer here"):
                pytest.fail(f"{name}: {ask()}")


def test_a_job_reads_no_model_that_who_starts_it_may_not_read(shared, trained):  # noqa: F811
    make(trained, ANNA, "old", "7" * 16)
    bens = make(trained, BEN, "Bens")
    his, queue = library_of(browser(BEN)), queue_of(browser(BEN))
    for model, other in ((bens, "7" * 16), ("7" * 16, bens)):
        with pytest.raises(ValueError, match="not here, or you may not see it"):
            analyses.start(his, queue, "use", model, {"other": other})
    assert Queue().jobs() == []


# The operator of a machine.


def greeting():
    import streamlit as st

    from pages.parts.address import drop_empty_choices
    from pages.parts.greeting import greet
    from pages.parts.visitor import the_library

    drop_empty_choices()
    greet()
    st.text(repr(the_library().visitor))


def front(before, **query):
    """What every page begins with, for this browser."""
    with visited_by(before):
        at = AppTest.from_function(greeting)
        for name, value in query.items():
            at.query_params[name] = value
        return well(at.run())


def is_operator(at):
    return "everything=True" in at.text[-1].value


def test_the_first_start_asks_for_nothing():
    at = well(AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run())
    assert at.session_state[
        "_visit"
    ].visitor == OPERATOR and "You are a visitor here" not in sentences(at)


@pytest.mark.parametrize(
    "before",
    [
        Browser(ELSEWHERE),
        Browser(HERE, peer="10.1.2.3"),
        Browser({**HERE, "X-Forwarded-Proto": "https"}),
        Browser({**HERE, "X-Forwarded-For": "203.0.113.5"}),
        Browser({**HERE, "Origin": "https://words.example.org"}),
    ],
)
def test_who_comes_from_elsewhere_is_a_stranger_until_the_secret(before, capfd):
    at = front(before)
    assert not is_operator(at) and "You are a visitor here" in sentences(at)
    secret = operator_secret.of_this_start()
    assert capfd.readouterr().err.count(f"http://localhost:8501/?operator={secret}") == 1
    at = front(before, operator=secret)
    assert is_operator(at) and "operator" not in at.query_params
    kept = [
        b.proto.json for b in at.get("bidi_component") if b.proto.component_name == "w2v_visitor"
    ]
    assert len(kept) == 1 and operator_secret.cookie() in kept[0] and secret not in kept[0]
    cookies = {"w2v_operator": operator_secret.cookie()}
    assert is_operator(front(Browser(dict(before.headers), cookies, before.remote_ip)))
    for wrong in ("0" * 32, "", "x" * 5_000, operator_secret.cookie()):
        at = front(before, operator=wrong)
        assert not is_operator(at) and "operator" not in at.query_params
        assert ("not, or no longer, the secret" in sentences(at)) == bool(wrong)
        cookies = {"w2v_operator": wrong if wrong != operator_secret.cookie() else secret}
        assert not is_operator(front(Browser(dict(before.headers), cookies, before.remote_ip)))


def test_once_a_proxy_was_seen_everyone_is_asked_but_who_is_at_work():
    at_work = AppTest.from_function(greeting)
    mine = Browser({**HERE, "Sec-WebSocket-Key": "1"})
    with visited_by(mine):
        assert is_operator(well(at_work.run()))
    assert not is_operator(front(Browser({**HERE, "Via": "1.1 proxy"})))
    with visited_by(mine):
        assert is_operator(well(at_work.run()))  # the same connection
    assert not is_operator(front(Browser({**HERE, "Sec-WebSocket-Key": "2"})))  # another
    (home() / "behind-a-proxy").read_text().index("via")


def test_a_setting_has_everyone_asked(monkeypatch):
    monkeypatch.setenv("W2V_ASK_SECRET", "1")
    assert not is_operator(front(Browser()))
    assert is_operator(front(Browser(), operator=operator_secret.of_this_start()))


def test_in_sharing_mode_the_secret_opens_nothing(shared):
    at = front(Browser(), operator=operator_secret.of_this_start())
    assert not is_operator(at) and "operator" not in at.query_params
    cookies = {"w2v_operator": operator_secret.cookie()}
    assert not is_operator(front(Browser(HERE, cookies)))


def test_a_server_that_others_can_reach_has_no_operator_without_the_secret():
    before = st.get_option("server.address")
    config.set_option("server.address", "0.0.0.0")
    try:
        assert "everything=False" in well(AppTest.from_function(script).run()).text[0].value
    finally:
        config.set_option("server.address", before)
