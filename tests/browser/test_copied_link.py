"""*Copy link* in a real browser: what is copied opens on what was seen, and by hand where it must."""

from urllib.parse import parse_qs, urlsplit

import pytest

from w2v_core import Corpus, SkipGram, save_model
from w2v_core.text.samples import sample_path

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = ("", "explore", "neighbours", "analogies", "diamonds", "compare", "lessons", "library")


@pytest.fixture(scope="module")
def royalty(app):
    model = SkipGram(epochs=5).fit(Corpus.from_file(sample_path("royalty")))
    return save_model(model, app.home / "models" / ("7e" * 8), name="royalty", created=1.0).name


def visit(page, app, path):
    page.goto(app.url)  # a fresh server knows the pages only once its start page has run
    page.get_by_role("link", name="Neighbours").wait_for()
    page.goto(f"{app.url}/{path}")
    page.get_by_role("button", name="Copy link").wait_for()


def copied(page):
    page.get_by_role("button", name="Copy link").click()
    page.get_by_text("The link was copied.").wait_for()
    return page.evaluate("navigator.clipboard.readText()")


def test_the_copied_link_opens_on_what_was_seen(app, new_page, royalty):
    page = new_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=app.url)
    visit(page, app, f"neighbours?model={royalty}&word=queen")
    page.get_by_role("radio", name="In the text").click()
    page.get_by_text("lines", exact=False).first.wait_for()
    page.wait_for_url("**part=text**")
    link = copied(page)
    asked = parse_qs(urlsplit(link).query)
    assert link.startswith(f"{app.url}/neighbours?")
    assert asked == {"model": [royalty], "word": ["queen"], "part": ["text"]}
    again = new_page()
    again.goto(link)
    again.locator(".w2v-lines b", has_text="queen").first.wait_for()
    page.get_by_role(
        "button", name="Copy link"
    ).wait_for()  # it says so for a moment, then offers again


def test_it_is_on_every_page_at_the_same_place_and_names_the_model(app, new_page, royalty):
    page = new_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=app.url)
    places = set()
    for path in PAGES:
        visit(page, app, f"{path}?model={royalty}")
        button = page.get_by_role("button", name="Copy link")
        box = button.bounding_box()
        places.add((round(box["x"]), round(box["y"])))
        assert parse_qs(urlsplit(copied(page)).query)["model"] == [royalty], path
    assert len(places) == 1, places


def test_a_browser_that_refuses_its_clipboard_shows_the_address_selected(app, new_page, royalty):
    page = new_page()
    page.add_init_script(
        "navigator.clipboard.writeText = () => Promise.reject(new Error('refused'));"
        "document.execCommand = () => false;"
    )
    visit(page, app, f"neighbours?model={royalty}&word=king")
    page.get_by_role("button", name="Copy link").click()
    field = page.get_by_label("The browser refused to copy")
    field.wait_for()
    assert f"model={royalty}" in field.input_value() and "word=king" in field.input_value()
    selected = "(e) => e.value.slice(e.selectionStart, e.selectionEnd) === e.value"
    assert field.evaluate(selected) and page.get_by_text("The link was copied.").count() == 0
    page.keyboard.press("Escape")
    field.wait_for(state="hidden")
