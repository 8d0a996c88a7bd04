"""Sharing mode: what one visitor made, another can look at by its address, and neither find nor change."""

import io

import pytest
import streamlit as st
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest, app_test

from tests.conftest import ROOT
from tests.operators_library import library, library_of, queue_of
from w2v_core import Corpus, SkipGram, save_model
from w2v_core.exchange import model_import
from w2v_core.library import training_history
from w2v_core.library.deletion import forget_deleted
from w2v_core.library.model_files import write_about
from w2v_core.queue.queue import Queue
from w2v_core.storage.home import home, new_id
from w2v_core.visitors import ownership
from w2v_core.visitors.ownership import Visitor
from w2v_core.work import worker

TEXT = (
    "Berlin is a city in Germany. Paris is a city in France. Rome is a city in Italy. "
    "The café in Paris is open. A potato grows in the field.\n"
) * 20
ANNA, BEN = "a" * 32, "b" * 32  # tokens of two browsers


class ByNavigation(PagesManager):
    """Pages as a server runs them, through app.py; AppTest would run what lies in pages/ alone."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        PagesManager.uses_pages_directory = False


SLOW_PAGES = [
    pytest.param(page, marks=pytest.mark.slow)
    for page in ("explore", "analogies", "diamonds", "lessons")
]
OWNERS_BUTTONS = {"Rename", "Delete it", "Replace", "Stop training", "Continue", "Undo"}


@pytest.fixture(autouse=True)
def shared(tmp_path, monkeypatch):
    monkeypatch.setenv("W2V_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("W2V_SHARED", "1")
    monkeypatch.delenv("W2V_PUBLISHED", raising=False)
    monkeypatch.setattr(app_test, "PagesManager", ByNavigation)
    monkeypatch.setattr(worker, "ensure_worker", lambda queue: None)
    import pages.parts.training.live_training

    monkeypatch.setattr(pages.parts.training.live_training, "ensure_worker", lambda queue: None)
    st.cache_resource.clear()
    st.cache_data.clear()


def visit(token, page="library", **query):
    """A page as the browser with this token sees it."""
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    if token is not None:
        at.session_state["_visitor_token"] = token
    return well(_go(at, page, query))


def _go(at, page, query):
    if page != "train" or not query:  # what asks for training at the first page is led there
        at.run()
        at.switch_page(f"pages/{page}.py")
    for key, value in query.items():
        at.query_params[key] = value
    return at.run()


def well(at):
    assert not at.exception, at.exception
    return at


def browser(token):
    return Visitor(ownership.owner_name("browser", token))


def button(at, label):
    return next(b for b in at.button if b.label == label)


def labels(at):
    return {b.label for b in at.button}


def sentences(at):
    said = " ".join(
        e.value for e in [*at.error, *at.warning, *at.info, *at.success, *at.caption, *at.toast]
    )
    return said.replace("\\", "")


def named(at, parameter="model"):
    value = at.query_params.get(parameter)
    return value[0] if isinstance(value, list) else value


def codes(at):
    return [c.value for c in at.code]


@pytest.fixture(scope="module")
def trained():
    return SkipGram(epochs=4, dim=5).fit(Corpus.from_text(TEXT))


@pytest.fixture
def annas(trained):
    """A model that Anna's browser made."""
    theirs = library_of(browser(ANNA))
    id = new_id()
    save_model(trained, theirs.model_folder(id), name="Annas Städte", created=1.0)
    write_about(theirs.model_folder(id), owner=browser(ANNA).owner)
    return id


def owners_key(id, token=ANNA):
    return library_of(browser(token)).rights.owner_key(id)


# What a stranger finds.


@pytest.mark.parametrize("page", ["library", "neighbours", "train", *SLOW_PAGES])
def test_a_stranger_finds_nothing_of_what_another_made(annas, page):
    at = visit(BEN, page)
    assert named(at) != annas and not [s for s in at.sidebar.selectbox if s.label == "Model"]
    assert "Annas" not in str([m.value for m in at.markdown])


def test_a_list_holds_what_is_ones_own(annas):
    assert "Annas" in str(visit(ANNA).dataframe[0].value["Name"].tolist())
    theirs = library_of(browser(BEN))
    assert theirs.models() == [] and theirs.deleted() == []
    assert theirs.models(browser(ANNA).owner) == []


@pytest.mark.parametrize("page", ["neighbours", *SLOW_PAGES])
def test_who_has_the_address_looks_at_a_model_on_every_page(annas, page):
    at = visit(BEN, page, model=annas)
    assert at.sidebar.selectbox[0].value == annas and not labels(at) & OWNERS_BUTTONS


def test_who_has_the_address_changes_nothing(annas):
    at = visit(BEN, model=annas)
    assert "This model belongs to someone else" in sentences(at)
    assert "no model of your own" in sentences(at)  # the list shows only what is Ben's
    key = owners_key(annas)
    assert not any("owner=" in code for code in codes(at)) and key not in str(at.main)
    assert any(annas in code for code in codes(at))  # what he came by can be passed on


def test_ids_that_can_be_guessed_open_nothing(trained):
    save_model(trained, library.model_folder("7" * 16), name="old", created=1.0)  # 64 bits
    text = home() / "texts" / ("8" * 16)
    text.mkdir(parents=True)
    (text / "a.txt").write_text(TEXT)
    for id in ("7" * 16, "7" * 15 + "8", "../../etc", "x" * 10_000, "\x00", "7" * 32):
        theirs = library_of(browser(BEN))
        assert not theirs.rights.may_read(id) or not theirs.is_finished(id)
        assert "no training at this address" in sentences(visit(BEN, "train", job=id))
    at = visit(BEN, model="7" * 16)
    assert named(at) is None and "no model yet" in sentences(at)
    at = visit(BEN, "train", source="Upload", upload="8" * 16)
    assert "no longer here" in sentences(at)


def test_an_operators_models_are_found_only_when_published(trained, monkeypatch):
    ids = [new_id(), "9" * 16]
    for id in ids:
        save_model(trained, library.model_folder(id), name="Class", created=1.0)
    assert named(visit(BEN)) is None and named(visit(BEN, model=ids[1])) is None
    monkeypatch.setenv("W2V_PUBLISHED", " ".join([*ids, ids[0]]))
    at = visit(BEN, show="class")
    assert at.dataframe[0].value["Name"].tolist() == ["Class", "Class"]
    assert not labels(at) & OWNERS_BUTTONS and "published for everyone" in sentences(at)
    assert (
        named(visit(BEN, "explore")) == ids[0]
    )  # who has none of their own begins with the class's
    assert "no model of your own" in sentences(visit(BEN))
    with pytest.raises(ValueError, match="published"):
        library_of(browser(BEN)).rename(ids[0], "x")


# What the library refuses, whatever a page shows.


def test_nothing_of_another_person_is_changed_by_any_call(annas):
    queue = visit_queue(BEN)
    folder = library.model_folder(annas)
    before = {f.name: f.read_bytes() for f in folder.rglob("*") if f.is_file()}
    theirs = library_of(browser(BEN))
    from w2v_core.library import word_sets

    for change in (
        lambda: theirs.rename(annas, "mine"),
        lambda: theirs.delete(queue, annas),
        lambda: theirs.restore(annas),
        lambda: theirs.forget(annas),
        lambda: theirs.continue_training(queue, annas),
        lambda: theirs.rights.owner_key(annas),
        lambda: theirs.rights.new_owner_key(annas),
        lambda: word_sets.keep_set(theirs, folder.name, "a", ["berlin"]),
        lambda: word_sets.forget_set(theirs, folder.name, "a"),
        lambda: word_sets.keep_word_categories(theirs, folder.name, "a", [("berlin", "x")]),
    ):
        with pytest.raises(ValueError):
            change()
    assert {f.name: f.read_bytes() for f in folder.rglob("*") if f.is_file()} == before


def visit_queue(token):

    return queue_of(browser(token))


def test_another_persons_job_is_neither_seen_nor_stopped_nor_ended(annas):
    anna = visit_queue(ANNA)
    training = anna.put("train", {"text": "sample:small_world"}, new_id())
    drawing = anna.put("tsne", {"model": annas, "parameters": {}}, "d" * 16)
    assert {job.id for job in anna.jobs()} == {training, drawing}
    ben = visit_queue(BEN)
    assert ben.jobs() == []
    for id in (training, drawing):
        with pytest.raises(ValueError, match="only they can stop"):
            ben.request_stop(id)
        with pytest.raises(ValueError, match="only they can stop"):
            ben.end(id, "done")
    Queue().request_stop(training)
    with pytest.raises(ValueError, match="belongs to someone else"):
        ben.put_again(training)
    mine = ben.put("tsne", {"model": annas, "parameters": {"seed": 1}}, "e" * 16)
    assert Queue().get(drawing).state == "queued" and Queue().get(mine).owner == browser(BEN).owner
    anna.request_stop(mine)  # her model: she says what is done on it
    assert Queue().get(mine).state == "cancelled"


# The owner's address.


def test_the_owners_address_opens_a_model_to_change_and_leaves_the_address_bar(annas):
    at = visit(ANNA, model=annas)
    read, own = codes(at)[:2]
    assert (
        "owner=" not in read
        and own.startswith(read)
        and own.split("owner=")[1] == owners_key(annas)
    )
    at = visit(BEN, model=annas, owner=owners_key(annas))
    assert "owner" not in at.query_params and "yours" in sentences(at)
    assert OWNERS_BUTTONS & labels(at) == {"Rename", "Delete it", "Replace"}
    assert visit(BEN).dataframe[0].value["Name"].tolist() == ["Annas Städte"]  # from now on
    well(at.text_input(key=f"name-{annas}").set_value("Unsere").run())
    well(button(at, "Rename").click().run())
    assert library.entry(annas).name == "Unsere"
    well(button(visit(ANNA, model=annas), "Replace").click().run())
    assert not labels(visit(BEN, model=annas)) & OWNERS_BUTTONS  # the old address opens nothing
    assert "Delete it" in labels(visit(ANNA, model=annas))


@pytest.mark.parametrize("key", ["0" * 32, "", "x" * 5000, "../owner.key", "\x00"])
def test_a_wrong_owners_address_opens_nothing(annas, key):
    owners_key(annas)
    at = visit(BEN, model=annas, owner=key)
    assert not labels(at) & OWNERS_BUTTONS and "owner" not in at.query_params
    assert named(at) == annas
    theirs = library_of(browser(BEN))
    assert not theirs.rights.owns(annas) and theirs.models() == []


def test_addresses_are_128_random_bits_that_do_not_tell_of_each_other(trained):
    theirs = library_of(browser(ANNA))
    ids = [model_import.add_file(theirs, io.BytesIO(b"a 1 2\nb 2 1\n"), "v.txt") for _ in range(8)]
    keys = [theirs.rights.owner_key(id) for id in ids]
    assert [theirs.rights.owner_key(id) for id in ids] == keys
    assert all(len(bytes.fromhex(value)) == 16 for value in ids + keys)
    assert len({value[:8] for value in ids + keys}) == 16
    assert not any(key in id or id in key for id in ids for key in keys)
    for file in home().rglob("owner.key"):
        assert file.stat().st_mode & 0o077 == 0
    assert home().stat().st_mode & 0o077 == 0


def test_a_bundle_that_is_taken_away_tells_nothing_of_its_owner(annas):
    from w2v_core.exchange.bundles import write_bundle
    from w2v_core.work.methods_record import methods_record

    key, out = owners_key(annas), io.BytesIO()
    record = methods_record(library, annas)
    write_bundle(out, library.model_folder(annas), record)
    import zipfile

    parts = [zipfile.ZipFile(out).read(name) for name in zipfile.ZipFile(out).namelist()]
    for told in (key, browser(ANNA).owner):
        assert not any(told.encode() in part for part in parts) and told not in str(record)


# Trainings.


def test_a_stranger_looks_on_at_a_training_and_cannot_stop_or_continue_it(annas, monkeypatch):
    id = library_of(browser(ANNA)).start_training(
        visit_queue(ANNA), "sample:small_world", "Annas Welt", {}, {"epochs": 2}
    )
    assert "Stop training" in labels(visit(ANNA, "train", job=id))
    at = visit(BEN, "train", job=id)
    assert not labels(at) & OWNERS_BUTTONS and any("Annas Welt" in m.value for m in at.markdown)
    assert not any("owner=" in code for code in codes(at))
    at = visit(BEN, "train")
    assert "Annas" not in str([getattr(e, "label", "") for e in at.main])
    visit_queue(ANNA).request_stop(id)
    assert "Cancelled" in sentences(visit(BEN, "train", job=id))
    key = owners_key(id)
    assert "Stop training" not in labels(visit(BEN, "train", job=id, owner="0" * 32))
    Queue().put_again(id)
    assert "Stop training" in labels(visit(BEN, "train", job=id, owner=key))


def test_a_trainings_checkpoint_and_watched_words_are_its_owners(annas):
    folder = library.model_folder(annas)
    (folder / "settings.json").write_text(
        '{"name": "Annas", "created": 1.0, "text": {}, "model": {}}'
    )
    visit(BEN, "train", job=annas)
    assert training_history.read_watched(folder) == []
    visit(ANNA, "train", job=annas)
    assert len(training_history.read_watched(folder)) == 3
    (folder / "model.json").unlink()
    job = Queue().put("train", {"text": None}, annas)
    Queue().take("w")
    Queue().end(job, "lost", "It was killed.")
    assert labels(visit(BEN, "train", job=annas)) & {"Train again from the start"} == set()
    assert "Train again from the start" in labels(visit(ANNA, "train", job=annas))


def test_a_job_that_is_no_training_has_no_page(annas):
    Queue().put("tsne", {"model": annas, "parameters": {}}, "c" * 32)
    assert "no training at this address" in sentences(visit(ANNA, "train", job="c" * 32))


def test_what_a_visitor_trains_or_adds_is_theirs():
    at = visit(BEN, "train")
    at = well(button(at, "Train").click().run())
    id = named(at, "job")
    assert len(id) == 32 and library.owner(id) == browser(BEN).owner
    assert Queue().get(id).owner == browser(BEN).owner and "Stop training" in labels(at)
    at = visit(ANNA)
    at = well(at.file_uploader[0].set_value(("v.txt", b"a 1 2\nb 2 1\n", "text/plain")).run())
    assert library.owner(named(at)) == browser(ANNA).owner


# Texts.


def test_an_uploaded_text_is_found_by_nobody_who_knows_it(monkeypatch):
    theirs = library_of(browser(ANNA))
    key = theirs.texts.keep("secret.txt", TEXT.encode())
    assert theirs.texts.keep("secret.txt", TEXT.encode()) == key and len(key) == 32
    assert library_of(browser(BEN)).texts.keep("secret.txt", TEXT.encode()) != key
    at = visit(BEN, "train", source="Paste", paste="0" * 32)
    assert "no longer here" in sentences(at)


# Deleted ones.


def test_deleted_models_come_back_only_to_their_owner(annas):
    at = visit(ANNA, model=annas)
    at = well(button(at, "Delete it").click().run())
    assert "Undo" in labels(at) and library.models() == []
    assert not labels(visit(BEN)) & {"Undo", "Restore"} and named(visit(BEN, model=annas)) is None
    forget_deleted(home())  # only what is a day old
    at = visit(ANNA)
    assert "Restore" in labels(at)
    well(button(at, "Restore").click().run())
    assert [e.id for e in library.models()] == [annas]
    well(button(visit(ANNA, model=annas), "Delete it").click().run())
    well(button(visit(ANNA), "Delete permanently").click().run())
    assert not (home() / "deleted" / annas).exists()


# The browser, and accounts.


def test_a_browser_that_is_forgotten_is_a_stranger_again(annas):
    at = visit(ANNA)
    well(button(at, "Forget me in this browser").click().run())
    assert at.session_state["_visitor_token"] != ANNA
    well(at.run())
    assert not labels(at) & OWNERS_BUTTONS


def test_a_visitor_without_a_cookie_gets_a_token_of_their_own():
    tokens = {visit(None).session_state["_visitor_token"] for _ in range(3)}
    assert len(tokens) == 3 and all(ownership.is_token(token) for token in tokens)


def login(at, **claims):
    at.secrets = {"auth": {"client_id": "x"}}
    at.user = {"is_logged_in": bool(claims), **claims}
    return at


def visit_account(sub, page="library", **query):
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    claims = {"iss": "https://school", "sub": sub, "name": sub} if sub else {}
    return well(_go(login(at, **claims), page, query))


def test_with_a_login_the_account_owns(annas):
    at = visit_account("carla")
    at = well(at.file_uploader[0].set_value(("v.txt", b"a 1 2\nb 2 1\n", "text/plain")).run())
    id = named(at)
    carla = Visitor(ownership.owner_name("account", "https://school\ncarla"), by_account=True)
    assert library.owner(id) == carla.owner and "Delete it" in labels(at)
    assert "Log out" in labels(at) and not any("owner=" in code for code in codes(at))
    assert "Delete it" in labels(visit_account("carla", model=id))
    at = visit_account("dora", model=id)
    assert named(at) == id and not labels(at) & OWNERS_BUTTONS
    assert not labels(visit_account("dora", model=annas, owner=owners_key(annas))) & OWNERS_BUTTONS


def test_who_is_not_logged_in_looks_and_makes_nothing(annas):
    at = visit_account(None, model=annas)
    assert "Log in" in labels(at) and named(at) == annas and not labels(at) & OWNERS_BUTTONS
    at = visit_account(None, "train")
    assert "Log in first" in sentences(at) and button(at, "Train").disabled
    at = visit_account(None)
    at = well(at.file_uploader[0].set_value(("v.txt", b"a 1 2\nb 2 1\n", "text/plain")).run())
    assert "Log in first" in sentences(at) and [e.id for e in library.models()] == [annas]
