"""Every page in a real browser, on names that mean harm: nothing runs, nothing is taken for markup, and no
table gives a file in which a word is a formula."""

import csv
import io

import pytest

from tests import hostile_names
from tests.browser.conftest import App, free_port, running
from tests.operators_library import library
from w2v_core.exchange import model_import

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("W2V_HOME", str(home))
        made = hostile_names.furnish()
        # Words that are formulas, which no text of ours is cut into, but other people's vectors hold.
        words = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://example.org")', "'=2", "king"]
        words += ["queen", "man", "woman"]
        vectors = "".join(f"{w} {i % 3} {i % 5 - 2} {i}.5\n" for i, w in enumerate(words))
        id = model_import.add_file(library, io.BytesIO(vectors.encode()), "=cmd().txt")
        library.rename(id, "=1+1")
    with running(App(home, free_port())) as app:
        yield app, made, id


@pytest.fixture
def page(chromium, site):
    """A page whose browser had no error, opened no dialog and asked nobody else at the end."""
    browser, problems = chromium(), []
    page = browser.new_page(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    page.set_default_timeout(60_000)
    # Where the browser has a dialog to save files, Streamlit would use that, which nobody here answers.
    page.add_init_script("delete window.showSaveFilePicker")
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("dialog", lambda dialog: (problems.append("a dialog opened"), dialog.dismiss()))
    page.on(
        "request",
        lambda request: problems.append(request.url) if "example.org" in request.url else None,
    )
    yield page
    browser.close()
    assert problems == []


TABLE = "[data-testid=stDataFrame]:visible"
SHOWS = {  # what is there once a page is
    "": "[data-testid=stExpander]:has-text('Documents:')",
    "explore": ".w2v-plot .main-svg",
    "neighbours": ".w2v-plot .main-svg",
    "analogies": ".w2v-plot .main-svg",
    "diamonds": ".w2v-plot .main-svg, [data-testid=stAlert]",
    "compare": "[data-testid=stSegmentedControl], [data-testid=stButtonGroup]",
    "lessons": "[data-testid=stHeading], [data-testid=stMarkdown]",
    "library": "[data-testid=stDataFrame]",
}


def settled(page):
    """Waits until the page has been drawn whole."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()


def shows_text_alone(page):
    settled(page)
    shown = page.locator("body").inner_text()
    assert list(hostile_names.taken_for_markup(shown)) == []
    # Elements whose content begins within a name, so that a name made them.
    made = page.locator("css=a[href*='example.org'], img[src='x'], script:has-text('alert(1)')")
    assert made.count() == 0
    return shown


def open_page(page, site, address):
    page.goto(f"{site[0].url}/{address}")
    page.get_by_test_id("stMain").locator(SHOWS[address.partition("?")[0]]).first.wait_for()
    return shows_text_alone(page)


def saved_tables(page, within=None):
    """The CSV files that the tables of a page, or of a part of it, give by Streamlit's own button; None for
    a table that gives none."""
    for frame in (within or page).locator(TABLE).all():
        frame.scroll_into_view_if_needed()
        frame.hover()
        toolbar = frame.locator("xpath=ancestor::*[@data-testid='stFullScreenFrame'][1]")
        toolbar.get_by_test_id("stElementToolbarButton").first.wait_for()
        if (button := toolbar.get_by_role("button", name="Download as CSV")).count():
            with page.expect_download() as download:
                button.click()
            yield download.value.path().read_text("utf-8-sig")
        else:
            yield None


def holds_no_formula(text):
    for row in csv.reader(io.StringIO(text, newline="")):
        for cell in row:
            number = cell.replace("−", "-").replace(",", "")
            assert not cell.startswith(FORMULA) or _is_number(number), cell


def _is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return text not in ("+1", "-1")  # words of ours


def test_every_page_shows_hostile_names_as_text(site, page):
    made = site[1]
    for model in made.models:
        for address in ("explore", "neighbours", "analogies", "diamonds", "lessons", "library"):
            open_page(page, site, f"{address}?model={model}")
    for part in ("settings", "keyness", "word", "changed"):
        open_page(page, site, f"compare?part={part}&a={made.models[0]}&b={made.models[1]}")
    open_page(page, site, f"?source=Upload&upload={made.text}")
    page.get_by_text("Documents:").first.click()
    page.get_by_text("Only **qqa**").wait_for()
    assert shows_text_alone(page).count("qq") > 10


def test_hostile_categories_sets_and_sections_are_text(site, page, tmp_path):
    made = site[1]
    open_page(
        page, site, f"explore?model={made.models[0]}&color=category+(CSV)&set=%3Cb%3Eqqe%3C/b%3E"
    )
    plot = page.locator(".w2v-plot .main-svg").first
    plot.wait_for()
    page.get_by_text("<b>qqe</b>").first.wait_for()
    assert shows_text_alone(page).count("qq") > 8
    box = plot.bounding_box()
    for i in range(1, 10):  # hover over it
        for j in range(1, 6):
            page.mouse.move(box["x"] + box["width"] * i / 10, box["y"] + box["height"] * j / 6)
            shows_text_alone(page)
    page.locator("input[type=file]").first.set_input_files(
        hostile_names.file_of(tmp_path, "$qqc$ **qqa**.csv")
    )
    page.get_by_text("Current file: $qqc$ **qqa**.csv").wait_for()
    shows_text_alone(page)
    open_page(page, site, f"analogies?model={made.models[0]}")
    questions = tmp_path / "q.txt"
    questions.write_text(made.questions, "utf-8")
    page.get_by_text("Scorecard").first.click()
    page.locator("input[type=file]").first.set_input_files(questions)
    page.get_by_role("button", name="Download as CSV").wait_for()
    shows_text_alone(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as CSV").click()
    holds_no_formula(download.value.path().read_text("utf-8-sig"))
    assert [text for text in saved_tables(page) if text is not None] == []


def test_no_table_gives_a_file_in_which_a_word_is_a_formula(site, page):
    made, vectors = site[1], site[2]
    two = f"a={made.models[0]}&b={made.models[1]}"
    for address, inside in (
        (f"library?model={vectors}", None),
        (f"diamonds?model={made.models[0]}", None),
        (f"compare?part=settings&{two}", None),
        (f"compare?part=keyness&{two}", None),
        (f"?source=Upload&upload={made.text}", "Documents:"),
    ):
        open_page(page, site, address)
        if inside is not None:
            page.get_by_text(inside).first.click()
        page.locator(TABLE).first.wait_for()
        settled(page)
        files = list(saved_tables(page))
        assert files, address
        for text in files:
            if text is not None:
                holds_no_formula(text)
        if address.startswith("diamonds"):  # the table that is edited opens over the page
            page.get_by_role("button", name="Edit").click()
            body = page.get_by_test_id("stPopoverBody")
            body.locator(TABLE).wait_for()
            for text in saved_tables(page, body):
                if text is not None:
                    holds_no_formula(text)
