"""Sharing mode on a real server, two browsers: of what one made, no byte reaches the other.

Everything that the second browser is sent is looked through: each frame of its web sockets, each answer of
the server, each file that a page offers.
"""

import io
import re
import time
import zipfile
from pathlib import Path

import pytest

from tests.browser.conftest import App, free_port, running
from tests.operators_library import library, library_of
from w2v_core import Corpus, SkipGram, save_model
from w2v_core.library.model_files import write_about
from w2v_core.queue.queue import Queue
from w2v_core.storage.home import home
from w2v_core.visitors import ownership
from w2v_core.visitors.ownership import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TEXT = "Berlin is a city in Germany. Paris is a city in France. Rome is a city in Italy. " * 20
DIARY = "Zebrafinches sing in the garden. Nobody knows of the zebrafinches. " * 40
ANNA, BEN = "a1" * 16, "b2" * 16
PAGES = ("", "explore", "neighbours", "analogies", "diamonds", "compare", "lessons", "library")
PARTS = {
    "neighbours": ("nearest", "predicts", "text", "why", "several"),
    "compare": ("changed", "word", "keyness", "settings"),
}


def person(token):
    return Visitor(ownership.owner_name("browser", token))


def made_by(token, name):
    """A model with its text in the library of the browser with this token."""
    with library_of(person(token)).new_folder() as (id, folder):
        model = SkipGram(epochs=4, dim=5).fit(Corpus.from_text(TEXT))
        save_model(model, folder, name=name, created=time.time())
        write_about(folder, owner=person(token).owner)
    return id


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    home = tmp_path_factory.mktemp("shared")
    Queue(home)
    with running(App(home, free_port(), W2V_SHARED="1")) as app:
        yield app


@pytest.fixture
def at_home(server, monkeypatch):
    monkeypatch.setenv("W2V_HOME", str(server.home))


class Reader:
    """A browser of which everything that it is sent is kept."""

    def __init__(self, chromium, server, token):
        self.server, self.sent = server, []
        self.browser = chromium()
        context = self.browser.new_context(viewport={"width": 1440, "height": 900})
        context.add_cookies([{"name": "w2v_visitor", "value": token, "url": server.url}])
        self.page = context.new_page()
        self.page.set_default_timeout(60_000)
        self.page.on("websocket", lambda socket: socket.on("framereceived", self._frame))
        self.page.on("response", self._answer)

    def _frame(self, payload):
        self.sent.append(payload.encode() if isinstance(payload, str) else payload)

    def _answer(self, answer):
        if "/media/" in answer.url or "/_stcore/" in answer.url:
            try:
                self.sent.append(answer.body())
            except Exception:  # a download: its file is read in ``take``
                return

    def open(self, path):
        self.page.goto(f"{self.server.url}/{path}")
        self.rest()

    def rest(self):
        """Until the page is drawn and nothing runs."""
        page = self.page
        page.get_by_test_id("stMainBlockContainer").wait_for()
        page.wait_for_function(
            """() => {
              const app = document.querySelector('[data-testid=stApp]');
              return app?.dataset.testScriptState === 'notRunning'
                && app.dataset.testConnectionState === 'CONNECTED'
                && !document.querySelector('[data-testid=stSpinner], [data-testid=stSkeleton]');
            }"""
        )

    def take_everything(self):
        """Every download of the page as it stands: in sight, in a popover, in an expander."""
        names = self.take(self.page)
        closed = self.page.locator("details:not([open]) > summary:visible")
        while closed.count():
            closed.first.click()
            self.rest()
        names += self.take(self.page)
        for i in range(self.page.get_by_test_id("stPopoverButton").count()):
            opener = self.page.get_by_test_id("stPopoverButton").nth(i)
            if not opener.is_visible() or opener.is_disabled():
                continue
            opener.click()
            self.rest()
            names += self.take(self.page.get_by_test_id("stPopoverBody"))
            self.page.keyboard.press("Escape")
        return names

    def take(self, place):
        names = []
        for button in place.get_by_test_id("stDownloadButton").get_by_role("button").all():
            if button.is_visible() and button.is_enabled():
                with self.page.expect_download() as download:
                    button.click()
                content = Path(download.value.path()).read_bytes()
                assert content, download.value.suggested_filename
                names.append(download.value.suggested_filename)
                self.sent.append(names[-1].encode())
                self.sent += unpacked(content)
        return names


def unpacked(content):
    """A file, and, where it is an archive, its parts."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return [content]
    archive = zipfile.ZipFile(io.BytesIO(content))
    return [content] + [name.encode() + archive.read(name) for name in archive.namelist()]


def test_of_what_one_person_made_no_byte_reaches_another(server, at_home, chromium, tmp_path):
    # Anna trains a model on a text of her own, and has one more whose address she gives to Ben.
    given, secret = made_by(ANNA, "Annas given"), made_by(ANNA, "Annas secret")
    anna = Reader(chromium, server, ANNA)
    diary = tmp_path / "annas-diary.txt"
    diary.write_text(DIARY)
    anna.open("?source=Upload&epochs=3")
    anna.page.locator("input[type=file]").set_input_files(diary)
    anna.page.get_by_text("Current text: annas-diary.txt").wait_for()
    anna.page.wait_for_url("**upload=*")
    text = anna.page.url.split("upload=")[1][:32]
    anna.page.get_by_role("button", name="Train", exact=True).click()
    anna.page.get_by_role("link", name="Explore the map").wait_for(timeout=120_000)
    theirs = library_of(person(ANNA))
    hers = {entry.id: theirs.rights.owner_key(entry.id) for entry in theirs.models()}
    (trained,) = set(hers) - {given, secret}
    needles = [text, trained, secret, *hers.values(), person(ANNA).owner, ANNA]
    needles += [
        "diary",
        "ebrafinch",
        "Annas secret",
        home().joinpath("secret").read_bytes(),
    ]

    # What Anna is sent holds what is looked for, so that looking for it is a test.
    anna.open(f"library?model={secret}")
    anna.page.get_by_role("button", name="Addresses").click()
    with anna.page.expect_download() as download:
        anna.page.get_by_role("button", name="Save as a file").click()
    file = Path(download.value.path()).read_text()
    for id, key in hers.items():
        assert f"{server.url}/library?model={id}&owner={key}\n" in file
    said = b"\n".join(anna.sent)
    for needle in (trained, secret, hers[secret], "diary", "ebrafinch", "Annas secret"):
        assert needle.encode() in said, needle

    # Ben opens everything, before and after he has models, of hers and of his own, while she is here.
    ben, taken = Reader(chromium, server, BEN), {}
    bens = [made_by(BEN, "Bens first"), made_by(BEN, "Bens second")]
    for model in (given, bens[0]):
        for page in PAGES:
            for part in PARTS.get(page, (None,)):
                query = f"?model={model}" if page != "compare" else f"?a={bens[0]}&b={model}"
                ben.open(f"{page}{query}" + (f"&part={part}" if part else ""))
                taken.setdefault((page, model), []).extend(ben.take_everything())
    assert any(name.endswith(".zip") for name in taken["library", bens[0]])
    assert "my-models.txt" in taken["library", bens[0]]
    assert any(name.endswith(".zip") for name in taken["library", given])
    for page in ("explore", "neighbours"):
        assert any(name.endswith(".csv") for name in taken[page, given]), taken
    assert any(name.endswith(".csv") for name in taken["compare", bens[0]]), taken

    # And he asks for what he has no address of.
    for path in (
        f"library?model={bens[0]}&owner={'0' * 32}",
        "library?show=class",
        f"?job={'0' * 32}",
    ):
        ben.open(path)
        ben.take_everything()
    said = b"\n".join(ben.sent)
    assert given.encode() in said and b"Bens first" in said and len(said) > 100_000
    for needle in needles:
        raw = needle if isinstance(needle, bytes) else needle.encode()
        assert raw not in said, needle
    log = server.log.read_text()
    assert not any(key in log for key in (*hers.values(), ANNA, BEN))
    for reader in (anna, ben):
        reader.browser.close()


def test_a_browser_without_a_cookie_gets_one_that_other_sites_are_not_sent(server, chromium):
    browser = chromium()
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{server.url}/library")
    page.get_by_text("There is no model yet").wait_for()
    page.wait_for_function("() => document.cookie.includes('w2v_visitor=')")
    (cookie,) = (c for c in context.cookies() if c["name"] == "w2v_visitor")
    assert cookie["sameSite"] == "Strict" and cookie["path"] == "/" and cookie["expires"] == -1
    assert ownership.is_token(cookie["value"])
    browser.close()


def test_without_sharing_mode_a_foreign_name_needs_the_secret_in_the_log(
    chromium, tmp_path, monkeypatch
):
    monkeypatch.setenv("W2V_HOME", str(tmp_path))
    monkeypatch.delenv("W2V_SHARED", raising=False)
    Queue(tmp_path)
    model = SkipGram(epochs=4, dim=5).fit(Corpus.from_text(TEXT))
    save_model(model, library.model_folder("7" * 16), name="Cities", created=4e9)
    with running(App(tmp_path, free_port())) as app:
        here, far = chromium(), chromium("--host-resolver-rules=MAP words.example.org 127.0.0.1")
        own, other = here.new_page(), far.new_page()
        own.goto(f"{app.url}/library")
        own.get_by_role("heading", name="Cities").wait_for()  # nothing is asked at a plain start
        assert "operator=" not in app.log.read_text()

        url = app.url.replace("localhost", "words.example.org")
        other.goto(f"{url}/library?model={'7' * 16}")
        other.get_by_text("You are a visitor here").wait_for()
        other.get_by_text("There is no model yet").wait_for()
        assert other.get_by_text("Cities").count() == 0
        secret = re.search(r"/\?operator=([0-9a-f]{32})\n", app.log.read_text())[1]
        other.goto(f"{url}/library?operator={secret}")
        other.get_by_role("heading", name="Cities").wait_for()
        other.wait_for_url(lambda address: "operator" not in address)
        other.wait_for_function("() => document.cookie.includes('w2v_operator=')")
        assert secret not in other.evaluate("document.cookie")
        other.reload()
        other.get_by_role("heading", name="Cities").wait_for()

        own.get_by_role("button", name="Rename").wait_for()  # who is at work goes on,
        own.reload()
        own.get_by_text("You are a visitor here").wait_for()  # and is asked at the next visit
        own.goto(f"{app.url}/?operator={secret}")
        own.get_by_text("You are a visitor here").wait_for(state="detached")
        for browser in (here, far):
            browser.close()
