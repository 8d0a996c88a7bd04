"""A first visit in a real browser: the picture, the tour by keyboard, and what the browser remembers."""

import pytest

from tests.browser.conftest import App, free_port, running

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    """A server that begins from nothing, with the samples."""
    with running(App(tmp_path_factory.mktemp("home"), free_port(), W2V_SAMPLES="1")) as app:
        yield app


@pytest.fixture
def context(chromium):
    browser = chromium()
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(60_000)
    yield context
    browser.close()


def steps(page):
    return page.locator(".st-key-first_steps [data-testid=stPageLink]")


def done(page):
    return steps(page).filter(has_text="check_circle")  # the name of the icon


@pytest.mark.slow
def test_the_tour_by_keyboard_is_remembered_over_sessions_and_gone_once_skipped(fresh, context):
    page, problems = context.new_page(), []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(fresh.url)
    page.get_by_text("Click one to see its nearest words").wait_for()
    page.locator(".w2v-plot svg.main-svg").first.wait_for()
    steps(page).nth(2).wait_for()  # they stand below the picture, so they come after it
    assert steps(page).count() == 3 and done(page).count() == 0

    steps(page).nth(1).locator("a").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/analogies?*")
    done(page).first.wait_for()
    page.wait_for_function("document.cookie.includes('w2v_tour=analogy')")

    another = context.new_page()  # another session of this browser
    another.goto(f"{fresh.url}/neighbours")
    done(another).first.wait_for()
    assert done(another).count() == 1
    another.get_by_role("button", name="Skip", exact=True).focus()
    another.keyboard.press("Enter")
    another.get_by_text("Use a text of your own").wait_for()
    another.wait_for_function("document.cookie.includes('w2v_tour=over')")

    third = context.new_page()
    third.goto(fresh.url)
    third.get_by_text("Click one to see its nearest words").wait_for()
    assert third.get_by_text("Sample", exact=True).count() == 1 and steps(third).count() == 0
    assert problems == []


def test_a_word_that_is_clicked_on_the_picture_is_found_on_the_map(fresh, context):
    page = context.new_page()
    page.goto(fresh.url)
    page.locator(".w2v-plot svg.main-svg").first.wait_for()
    page.get_by_text("Click one to see its nearest words").wait_for()
    page.locator(".w2v-plot .scatterlayer .point").nth(40).click(force=True)
    page.wait_for_url("**/explore?*word=*")
    done(page).first.wait_for()


def test_the_first_page_fits_a_phone(fresh, context):
    page = context.new_page()
    page.set_viewport_size(PHONE)
    page.goto(fresh.url)
    page.get_by_text("Click one to see its nearest words").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    one_row = "document.querySelector('.st-key-first_steps').getBoundingClientRect().height < 80"
    page.wait_for_function(one_row)  # once the page is laid out
    strip = page.locator(".st-key-first_steps").bounding_box()
    assert strip["x"] >= 0 and strip["x"] + strip["width"] <= PHONE["width"]
    top = page.locator(".w2v-plot").bounding_box()["y"]
    assert top < PHONE["height"] / 2  # the picture is in sight
