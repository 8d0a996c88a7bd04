"""Streamlit's login against a real provider: what an account makes is that account's, in any browser, and
nobody becomes an account by a token or a cookie that the provider did not give them."""

import contextlib
import re
import time

import pytest

pytest.importorskip("authlib", reason="pip install -r tests/requirements.txt")

from tests.browser.conftest import App, free_port, running
from tests.oidc import Provider
from tests.operators_library import library, library_of
from w2v_core import Corpus, SkipGram, save_model
from w2v_core.library.model_files import write_about
from w2v_core.storage.home import home, new_id
from w2v_core.visitors import ownership
from w2v_core.visitors.ownership import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TEXT = "Berlin is a city in Germany. Paris is a city in France. Rome is a city in Italy. " * 20
VECTORS = "anna 1 2 3\nben 2 1 3\nberlin 3 2 1\nparis 1 1 2\n"
USER = "_streamlit_user"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """(the app's address, its home, the provider of a school, that of another)"""
    home, port = tmp_path_factory.mktemp("home"), free_port()
    back = f"http://localhost:{port}/oauth2callback"
    people = ["anna", "ben"]
    with (
        Provider(free_port(), people, back) as school,
        Provider(free_port(), people, back) as else_,
    ):
        kept = home.parent / "secrets.toml"
        kept.write_text(
            f'[auth]\nredirect_uri = "{back}"\ncookie_secret = "{"s" * 32}"\n'
            + school.secrets("school")
            + else_.secrets("elsewhere")
        )
        app = App(home, port, f"--secrets.files={kept}", W2V_SHARED="1")
        try:
            app.wait_until_up()
            yield app, school, else_
        finally:
            with contextlib.suppress(AssertionError), running(app):
                pass  # what was forged is told in the log with a traceback
    said = app.log.read_text()
    problems = [p for p in said.split("Traceback")[1:] if "authorize_access_token" not in p]
    assert not problems, said


@pytest.fixture
def new_browser(chromium, site):
    """Makes browsers of their own; at the end no page had an error."""
    open_ones, problems = [], []

    def make():
        open_ones.append(chromium())
        context = open_ones[-1].new_context(viewport={"width": 1440, "height": 900})
        context.set_default_timeout(30_000)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(f"{site[0].url}/library")
        page.get_by_role("button", name="Log in with school").wait_for()
        return page

    yield make
    for browser in open_ones:
        browser.close()
    assert problems == []


def log_in(page, sub, provider="school"):
    page.get_by_role("button", name=f"Log in with {provider}").click()
    page.get_by_role("button", name=sub, exact=True).click()


def logged_in(page, sub, provider="school"):
    log_in(page, sub, provider)
    page.get_by_text(f"Logged in: {sub.title()}").wait_for()


def nobody(page, site):
    """The page of somebody whom nobody knows: nothing of anybody's, and nothing can be made."""
    page.goto(f"{site[0].url}/library")
    page.get_by_role("button", name="Log in with school").wait_for()
    page.get_by_text("There is no model yet").first.wait_for()
    assert page.get_by_text("Logged in").count() == 0


def models_of(site, sub, issuer=0):
    """The ids of what an account owns, as the library knows it."""
    account = f"{site[1 + issuer].issuer}\n{sub}"
    return [
        entry.id
        for entry in library_of(
            Visitor(ownership.owner_name("account", account), by_account=True)
        ).models()
    ]


@pytest.fixture(autouse=True)
def same_home(site, monkeypatch):
    monkeypatch.setenv("W2V_HOME", str(site[0].home))


@pytest.fixture
def annas(site):
    """A model of Anna's, one that only she finds."""
    account = f"{site[1].issuer}\nanna"
    owner = ownership.owner_name("account", account)
    id = new_id()
    folder = library_of(Visitor(owner, by_account=True)).model_folder(id)
    save_model(SkipGram(epochs=2, dim=4).fit(Corpus.from_text(TEXT)), folder, name="Annas Städte")
    write_about(folder, owner=owner)
    return id


def listed(page):
    return page.get_by_text(re.compile(r"\d+ models?,"))


def test_two_accounts_keep_apart_what_they_make(site, new_browser):
    app, school = site[0], site[1]
    anna, ben = new_browser(), new_browser()
    logged_in(anna, "anna")
    asked = school.requests[-1]
    assert asked["response_type"] == "code" and asked["code_challenge_method"] == "S256"
    assert asked["nonce"] and asked["state"] and "openid" in asked["scope"].split()

    # Anna trains a text, and imports vectors.
    anna.goto(f"{app.url}/?source=Sample&epochs=3")
    anna.get_by_role("button", name="Train", exact=True).click()
    anna.get_by_role("link", name="Explore the map").wait_for(timeout=120_000)
    anna.goto(f"{app.url}/library")
    anna.get_by_role("button", name="Add from a file").click()
    anna.locator("input[type=file]").set_input_files(
        {"name": "annas.txt", "mimeType": "text/plain", "buffer": VECTORS.encode()}
    )
    anna.get_by_text("2 models,").wait_for()
    trained, imported = sorted(models_of(site, "anna"), key=lambda id: library.entry(id).created)

    # Ben finds neither; with their addresses he looks at them, and changes nothing.
    logged_in(ben, "ben")
    ben.goto(f"{app.url}/library")
    ben.get_by_text("There is no model yet").first.wait_for()
    for id in (trained, imported):
        ben.goto(f"{app.url}/library?model={id}")
        ben.get_by_text("This model belongs to someone else").wait_for()
        for name in ("Rename", "Delete", "Delete it", "Replace"):
            assert ben.get_by_role("button", name=name, exact=True).count() == 0
    key = ownership.new_token()
    (home() / "models" / imported / "owner.key").write_text(key)
    ben.goto(f"{app.url}/library?model={imported}&owner={key}")  # to an account it opens nothing
    ben.get_by_text("This model belongs to someone else").wait_for()
    assert models_of(site, "ben") == []

    # Logged out, Anna is nobody; logged in on another browser, she has it all.
    anna.get_by_role("button", name="Log out").click()
    anna.get_by_role("button", name="Log in with school").wait_for()
    nobody(anna, site)
    another = new_browser()
    logged_in(another, "anna")
    another.goto(f"{app.url}/library?model={imported}")
    another.get_by_text("2 models,").wait_for()
    another.get_by_role("button", name="Rename").click()
    name = another.get_by_label("Name", exact=True)
    name.fill("Meins")
    name.press("Enter")
    another.get_by_test_id("stPopoverBody").get_by_role("button", name="Rename").click()
    end = time.monotonic() + 30
    while library.entry(imported).name != "Meins":
        assert time.monotonic() < end
        another.wait_for_timeout(50)

    # In the browser where Anna was, Ben finds nothing of hers.
    logged_in(anna, "ben")
    anna.goto(f"{app.url}/library")
    anna.get_by_text("There is no model yet").first.wait_for()


def test_the_same_name_at_another_provider_is_another_person(site, annas, new_browser):
    page = new_browser()
    logged_in(page, "anna", "elsewhere")
    page.goto(f"{site[0].url}/library?model={annas}")
    page.get_by_text("This model belongs to someone else").wait_for()
    assert models_of(site, "anna", issuer=1) == [] and annas in models_of(site, "anna")


FORGED = {
    "expired": {"exp": int(time.time()) - 7200, "iat": int(time.time()) - 10_800},
    "of another issuer": {"iss": "http://localhost:1"},
    "for another app": {"aud": ["another"]},
    "with another nonce": {"nonce": "0" * 20},
    "without a nonce": {"nonce": None},
    "signed by another key": None,
}


@pytest.mark.parametrize("how", FORGED)
def test_a_token_that_is_not_as_it_must_be_makes_nobody(site, annas, new_browser, how):
    page, school = new_browser(), site[1]
    before = school.exchanges
    school.claims, school.forged = FORGED[how] or {}, FORGED[how] is None
    try:
        log_in(page, "anna")
        page.get_by_role("button", name="Log in with school").wait_for()
    finally:
        school.claims, school.forged = {}, False
    assert school.exchanges == before + 1  # it came as far as the token
    assert not [c for c in page.context.cookies() if c["name"] == USER]
    nobody(page, site)


def test_a_token_without_a_subject_makes_nobody(site, annas, new_browser):
    page, school = new_browser(), site[1]
    school.claims = {"sub": None, "email": "anna"}
    try:
        log_in(page, "anna")
        page.wait_for_url(f"{site[0].url}/**")
    finally:
        school.claims = {}
    page.goto(f"{site[0].url}/library")
    page.get_by_text("There is no model yet").first.wait_for()
    page.goto(f"{site[0].url}/?source=Sample&epochs=3")
    page.get_by_role("button", name="Train", exact=True).wait_for()
    assert {e.owner for e in library.models()} <= {library.owner(id) for id in _all_ids()}
    assert models_of(site, "None") == []


def _all_ids():
    return [folder.name for folder in (home() / "models").glob("[!.]*")]


def cookie(page):
    return next(c for c in page.context.cookies() if c["name"] == USER)


def test_a_changed_cookie_makes_nobody(site, annas, new_browser):
    page = new_browser()
    logged_in(page, "anna")
    kept = cookie(page)
    assert kept["httpOnly"] and kept["sameSite"] == "Lax"
    name, _, signature = kept["value"].rpartition(".")
    assert name and signature
    changed = [
        kept["value"][:-1] + ("A" if kept["value"][-1] != "A" else "B"),
        ("A" if kept["value"][0] != "A" else "B") + kept["value"][1:],
        kept["value"][:10] + kept["value"][14:],
        "",
        "x" * 4000,
        signed_by("t" * 32, site, "anna"),
    ]
    for value in changed:
        page.context.clear_cookies()
        page.context.add_cookies([{**kept, "value": value}])
        nobody(page, site)
    page.context.clear_cookies()  # and as it was, it is Anna's
    page.context.add_cookies([kept])
    page.goto(f"{site[0].url}/library")
    page.get_by_text("Logged in: Anna").wait_for()
    # What another provider's account holds is not made Anna's by swapping what stands in it.
    page.context.clear_cookies()
    page.context.add_cookies([{**kept, "value": signed_by("s" * 32, site, "ben")}])
    page.goto(f"{site[0].url}/library")
    page.get_by_text("Logged in: Ben").wait_for()  # only who has the server's secret signs


def signed_by(secret, site, sub):
    """A cookie as the server would sign it with this secret."""
    import json

    from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

    claims = {"iss": site[1].issuer, "sub": sub, "name": sub.title(), "is_logged_in": True}
    claims |= {"origin": site[0].url, "provider": "school"}
    return create_signed_value(secret, USER, json.dumps(claims)).decode()
