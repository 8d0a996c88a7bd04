"""Presentation in a real browser, at the size of a common projector: type, room, keys."""

import pytest

from tests.browser.conftest import App, free_port, running

pytestmark = pytest.mark.browser
PROJECTOR = {"width": 1280, "height": 720}
MODEL = "samplesmallworld"
LEAST = 18  # pixels
# Each with the key of its main picture; None where a page has none that leads.
PAGES = {
    "": "start",
    "train": None,
    "explore?word=king": "explore",
    "neighbours?word=king": "nearest",
    "neighbours?word=king&part=predicts": "predicted-probable",
    "neighbours?word=king&part=text": None,
    "neighbours?word=king&part=why": "why",
    "neighbours?word=king&part=several": "several",
    "analogies": "analogy",
    "diamonds": "diamonds",
    "diamonds?axes=3-D": "diamonds",
    "compare": "use",
    "library": None,
    **{f"lessons?lesson={number}": None for number in (0, 4, 7, "quiz")},
    **{f"lessons?lesson={number}": "first" for number in (1, 2, 3, 5, 6, 8, 9, 10, "playground")},
}
SOME = {"explore?word=king", "diamonds", "lessons?lesson=9"}
# All visible text smaller than that. KaTeX keeps an invisible copy of a formula, and writes empty
# characters one pixel high.
SMALL_TEXT = """(least) => {
  const small = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode.textContent.replace(/[\\s\\u200b]/g, '');
    const el = texts.currentNode.parentElement;
    if (!text || el.closest('style, script, noscript, option, .katex-mathml')) continue;
    const box = el.getBoundingClientRect();
    if (box.width < 2 || box.height < 2 || box.right <= 0 || box.left >= innerWidth) continue;
    if (!el.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
    const size = parseFloat(getComputedStyle(el).fontSize);
    if (size < least - 0.01) small.push(`${size} ${el.tagName}: ${text.slice(0, 40)}`);
  }
  return small;
}"""
SIDEWAYS = """() => {
  const main = document.querySelector('[data-testid=stMain]');
  return document.documentElement.scrollWidth > innerWidth || main.scrollWidth > main.clientWidth;
}"""
SETTLED = """() => !document.querySelector('[data-testid=stStatusWidget]')
  && document.querySelector('.st-key-icon_leave_presentation button')
  && [...document.querySelectorAll('.w2v-plot')].every((plot) => plot.dataset.drawn)"""


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with running(App(tmp_path_factory.mktemp("home"), free_port(), W2V_SAMPLES="1")) as app:
        yield app


@pytest.fixture
def page(chromium):
    browser, problems = chromium(), []
    page = browser.new_page(viewport=PROJECTOR)
    page.set_default_timeout(60_000)
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    browser.close()
    assert problems == []


def presented(page, served, path):
    page.goto(f"{served.url}/{path}{'&' if '?' in path else '?'}model={MODEL}&present=true")
    page.wait_for_function(SETTLED)
    # Until nothing has moved any more.
    page.wait_for_function(
        """() => {
          const now = [...document.querySelectorAll('.w2v-plot')]
            .map((plot) => [plot.getBoundingClientRect().top, plot.clientHeight]).join();
          const {w2vPlaces: before, w2vSince: since} = window;
          if (now !== before) { window.w2vPlaces = now; window.w2vSince = performance.now(); return false; }
          return performance.now() - since > 800;
        }"""
    )


@pytest.mark.parametrize("paths", [SOME, PAGES.keys() - SOME], ids=["some", "rest"])
@pytest.mark.slow
def test_pages_can_be_read_from_the_back_of_a_room_and_show_their_picture_whole(
    paths, served, page
):
    presented(page, served, "")  # trains the samples
    for path in sorted(paths):
        picture = PAGES[path]
        presented(page, served, path)
        assert page.evaluate(SMALL_TEXT, LEAST) == [], path
        assert not page.evaluate(SIDEWAYS), path
        assert not page.get_by_test_id("stSidebar").is_visible(), path
        assert not page.get_by_test_id("stHeader").is_visible(), path
        if picture is not None:
            where = ".w2v-plot" if picture == "first" else f".st-key-{picture} .w2v-plot"
            box = page.locator(where).first.bounding_box()
            assert box["y"] >= 0 and box["y"] + box["height"] <= PROJECTOR["height"], path
            assert box["height"] > PROJECTOR["height"] / 3, path


def moment(page):
    return float(page.locator(".w2v-time input").input_value())


def wait_for_moment(page, moment):
    page.wait_for_function(f"Number(document.querySelector('.w2v-time input').value) === {moment}")


@pytest.mark.slow
def test_keys_move_a_film_and_escape_leaves(served, page):
    page.emulate_media(reduced_motion="reduce")  # it does not play of itself
    presented(page, served, "")
    presented(page, served, "explore?map=PCA&time=true")
    page.locator(".w2v-time").wait_for()
    last = float(page.locator(".w2v-time input").get_attribute("max"))
    assert last > 3
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Home")
    wait_for_moment(page, 0)
    page.keyboard.press("ArrowRight")
    wait_for_moment(page, 1)
    page.keyboard.press("ArrowRight")
    wait_for_moment(page, 2)
    page.keyboard.press("ArrowLeft")
    wait_for_moment(page, 1)
    page.keyboard.press("Space")
    page.get_by_label("Pause").wait_for()
    page.keyboard.press("Space")
    page.get_by_label("Play", exact=True).wait_for()
    page.keyboard.press("End")
    wait_for_moment(page, last)
    # On the map itself, arrows move from word to word.
    page.locator(".st-key-explore .w2v-plot").focus()
    page.keyboard.press("ArrowLeft")
    page.locator(".w2v-focus").wait_for()
    assert moment(page) == last
    page.keyboard.press("Escape")
    page.locator(".w2v-focus").wait_for(state="detached")
    assert page.locator(".st-key-icon_leave_presentation").count() == 1
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Escape")
    page.locator(".st-key-icon_leave_presentation").wait_for(state="detached")
    page.get_by_test_id("stSidebar").wait_for()
    assert "present" not in page.url

    # Outside presentation the keys work where the time bar has the focus, and nowhere else.
    page.locator(".w2v-time").wait_for()
    page.keyboard.press("Home")
    page.locator(".w2v-time input").focus()
    page.keyboard.press("ArrowLeft")
    wait_for_moment(page, last - 1)


@pytest.mark.slow
def test_presentation_goes_on_to_other_pages_by_its_menu(served, page):
    presented(page, served, "explore")
    page.locator(".st-key-icon_pages button").click()
    page.get_by_role("link", name="Neighbours").click()
    page.wait_for_url("**/neighbours?*")
    page.locator(".st-key-nearest .w2v-plot[data-drawn]").wait_for()
    page.wait_for_url("**present=true*")
    assert not page.get_by_test_id("stSidebar").is_visible()
