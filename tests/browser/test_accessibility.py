"""Every page for people who hear it or use the keyboard: what axe-core finds, headings, names, keys."""

from itertools import pairwise

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.test_journey import read, wait_for, wait_until_drawn
from tests.operators_library import library
from w2v_core.library.choices import Choices
from w2v_core.queue.queue import Queue
from w2v_core.text.samples import sample_path
from w2v_core.work import worker

pytestmark = [pytest.mark.browser, pytest.mark.slow]

IDLE = """() => document.querySelector('h1')
  && !document.querySelector('[data-testid=stSpinner], [data-testid=stSkeleton], [data-stale=true]')
  && !document.querySelector('[data-test-script-state=running]')
  && [...document.querySelectorAll('.w2v-plot')].every((plot) => plot.dataset.drawn)"""

PAGES = {
    "Start": ("/?model={a}",),
    "Train": ("/?sample=small_world", "/?source=Upload", "/?source=Paste"),
    "Explore": ("/explore?model={a}&word=king&map=PCA", "/explore?model={a}&map=pca&dims=3"),
    "Neighbours": tuple(
        f"/neighbours?model={{a}}&word=king&part={part}"
        for part in ("nearest", "predicts", "text", "why", "several")
    ),
    "Analogies": ("/analogies?model={a}", "/analogies?model={a}&ask=expression"),
    "Diamonds": ("/diamonds?model={a}",),
    "Compare": tuple(
        f"/compare?a={{a}}&b={{b}}&part={part}"
        for part in ("use", "word", "slices", "attitudes", "keyness", "settings")
    ),
    "How it works": tuple(
        f"/lessons?lesson={lesson}" for lesson in ("quiz", *map(str, range(11)), "playground")
    ),
    "Library": ("/library?model={a}",),
}

# What cannot be mended by an app: rule, and what its targets contain.
STREAMLITS_OWN: tuple[tuple[str, str], ...] = ()


@pytest.fixture(scope="module")
def models(app):
    """Two trained models that have their texts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("W2V_HOME", str(app.home))
        patch.setattr(worker, "ensure_worker", lambda queue: None)
        text = sample_path("small_world").read_bytes()
        ids = []
        for name, part in (("Whole", text), ("Half", text[len(text) // 2 :])):
            key = library.texts.keep_files([(f"{name}.txt", [part])])
            prepared = library.texts.prepared(key, Choices())
            ids.append(
                library.start_training(Queue(), prepared, name, {}, {"epochs": 6, "dim": 20})
            )
        worker.work(Queue(), idle_seconds=0)
        assert {entry.id for entry in library.models()} >= set(ids)
    return dict(zip("ab", ids, strict=True))


def visit(page, app, address):
    page.goto(app.url + address)
    wait_for(page, IDLE, seconds=60)
    page.wait_for_timeout(500)  # a page may draw once more
    wait_for(page, IDLE, seconds=60)


def serious(page):
    """What axe-core finds that is serious or critical, as sentences."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:160]}"
        for rule in found
        for node in rule["nodes"]
        if rule["impact"] in ("serious", "critical")
        and not any(
            rule["id"] == known and part in str(node["target"]) for known, part in STREAMLITS_OWN
        )
    ]


def headings(page):
    return page.evaluate(
        """() => [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')]
          .filter((one) => one.checkVisibility()).map((one) => Number(one.tagName[1]))"""
    )


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious_and_headings_have_no_gap(
    app, new_page, models, name, color_scheme
):
    page = new_page(color_scheme)
    page.goto(app.url)
    wait_for(page, IDLE, seconds=60)
    problems = []
    for address in PAGES[name]:
        visit(page, app, address.format(**models))
        problems += [(address, one) for one in serious(page)]
        levels = headings(page)
        if levels[:1] != [1] or levels.count(1) != 1:
            problems.append((address, f"headings of levels {levels}: one of the first begins"))
        if any(after > before + 1 for before, after in pairwise(levels)):
            problems.append((address, f"headings of levels {levels}: one is skipped"))
        if page.title() != f"{name} · Word2Vec Explorer":
            problems.append((address, f"the title is {page.title()!r}"))
        nameless = page.evaluate(
            """() => [...document.querySelectorAll('.w2v-plot')].filter((plot) =>
              !plot.getAttribute('role') || !plot.getAttribute('aria-label')).length"""
        )
        if nameless:
            problems.append((address, f"{nameless} plots without a role and a name"))
    assert problems == []


def test_the_navigation_is_read_out_without_the_names_of_its_icons(app, new_page, models):
    page = new_page()
    visit(page, app, "/")
    navigation = page.get_by_test_id("stSidebarNav")
    for name in PAGES:
        assert navigation.get_by_role("link", name=name, exact=True).count() == 1
    assert navigation.get_by_role("link").count() == len(PAGES)


SAID = "() => document.querySelector('[class*=st-key-explore] .w2v-said').textContent"


def test_a_map_is_read_by_the_keyboard_alone(app, new_page, models):
    page = new_page()
    visit(page, app, "/explore?model={a}&word=king&map=PCA".format(**models))
    wait_until_drawn(page, "explore")
    for _ in range(40):  # Tab reaches it
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.classList.contains('w2v-plot')"):
            break
    assert page.evaluate("() => document.activeElement.getAttribute('role')") == "application"
    assert page.locator(".w2v-keys").first.is_visible()

    page.keyboard.press("ArrowRight")  # it begins at the selected word
    assert page.evaluate(SAID).startswith("king, ")
    assert page.evaluate("() => document.querySelector('.w2v-focus text').textContent") == "king"
    page.keyboard.press("ArrowRight")
    said = page.evaluate(SAID)
    assert not said.startswith("king, ") and "in the text" in said
    word = said.split(",")[0]
    assert page.evaluate("() => document.querySelector('.w2v-focus text').textContent") == word

    width = "el._fullLayout.xaxis.range.reduce((a, b) => b - a)"
    before = read(page, "explore", width)
    page.keyboard.press("+")
    key = "[class*='st-key-explore'] .w2v-plot"
    narrower = f"""w => {{ const el = document.querySelector("{key}"); return {width} < w }}"""
    wait_for(page, narrower, before)
    after = read(page, "explore", width)
    assert after == pytest.approx(0.7 * before)
    page.keyboard.press("-")
    wait_for(page, f"w => !({narrower})(w)", (after + before) / 2)

    page.keyboard.press("Enter")
    wait_for(page, "word => location.search.includes(`word=${word}`)", word)
    page.locator(".w2v-title", has_text=f"Nearest to {word}").wait_for()
    wait_for(page, IDLE)
    assert page.evaluate("() => document.activeElement.classList.contains('w2v-plot')")
    page.keyboard.press("Escape")
    assert page.evaluate(SAID) == "" and page.locator(".w2v-focus").count() == 0


def test_the_words_of_the_map_stand_in_a_table_below_it(app, new_page, models):
    page = new_page()
    visit(page, app, "/explore?model={a}&map=PCA".format(**models))
    page.get_by_text("The words of this map as a table").click()
    cell = page.locator("[data-testid=stDataFrame] td", has_text="the").first
    cell.wait_for(state="attached")
    assert serious(page) == []


def test_controls_of_a_plot_can_be_hit_by_a_finger(app, new_page, models):
    page = new_page()
    visit(page, app, "/explore?model={a}&word=king&map=PCA&time=true".format(**models))
    small = page.evaluate(
        """() => [...document.querySelectorAll('.w2v-plot .modebar-btn, .w2v-time button, .w2v-time input')]
          .map((one) => [one.dataset.title ?? one.tagName, one.getBoundingClientRect()])
          .filter(([, box]) => box.width < 24 || box.height < 24).map(([name]) => name)"""
    )
    assert small == []
    assert page.locator(".w2v-time button").count() == 1


def test_on_a_phone_the_field_that_finds_a_word_stands_above_the_map(app, new_page, models):
    page = new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    visit(page, app, "/explore?model={a}&map=PCA".format(**models))
    field = page.get_by_role("combobox", name="Find a word").bounding_box()
    shown = page.locator("[class*=st-key-explore] .w2v-plot").bounding_box()
    assert field["y"] + field["height"] < shown["y"] < 844 / 2
