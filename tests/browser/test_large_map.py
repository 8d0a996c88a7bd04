"""A map of 120,000 words in a real browser: WebGL draws its points."""

import io
import re

import numpy as np
import pytest

from tests.browser.test_explore import download
from tests.browser.test_journey import overlapping_labels, plot, read, wait_for, wait_until_drawn
from w2v_core import SkipGram, save_model

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WORDS = 120_000
CONSONANTS, VOWELS = "bcdfghjklmnpqrstvwxz", "aeiou"


def invented(i: int) -> str:
    """A word of four syllables, another for each number below 160,000."""
    parts = [i // 20**place % 20 for place in range(4)]
    return "".join(CONSONANTS[part] + VOWELS[part % 5] for part in parts)


def large_model() -> SkipGram:
    rng = np.random.default_rng(1)
    centers = 3 * rng.normal(size=(30, 6))
    V, U = (
        (centers[rng.integers(0, 30, WORDS)] + rng.normal(size=(WORDS, 6))).astype(np.float32)
        for _ in "VU"
    )
    return SkipGram.from_arrays(
        parameters=SkipGram(dim=6).get_params(),
        chosen={},
        words=[invented(i) for i in range(WORDS)],
        counts=(1e7 / np.arange(1, WORDS + 1)).astype(np.int64) + 5,
        lowercase=True,
        V=V,
        U=U,
        log_q=np.zeros(WORDS, np.float32),
        loss_curve=np.array([9.0, 8.0]),
        stopped=False,
        seconds=1.0,
    )


@pytest.fixture(scope="module")
def large(app):
    id = "1a46" * 4
    save_model(large_model(), app.home / "models" / id, name="Large", created=1.0)
    return id


def explore(page, app, **query):
    page.on("console", lambda said: said.type == "error" and page.said.append(said.text))
    page.said = []
    page.goto(f"{app.url}/train")
    page.get_by_text("Train on a text").wait_for()
    query = {"map": "PCA", "color": "frequency", **query}  # without the names of regions
    page.goto(f"{app.url}/explore?" + "&".join(f"{name}={value}" for name, value in query.items()))
    wait_until_drawn(page, "explore")


def until_labelled(page):
    wait_for(page, "() => document.querySelectorAll('.w2v-labels text').length > 20")


def labelled(page):
    """The words with labels, and where the points of these lie on the screen."""
    return page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll('.w2v-labels g[transform]')].filter(
          (one) => one.style.display !== 'none' && one.querySelector('circle'),
        ).map((one) => {
            const b = one.querySelector('circle').getBoundingClientRect();
            return [one.textContent, [b.left + b.width / 2, b.top + b.height / 2]]; }))"""
    )


def picture(page):
    """What is seen of the points as float (height, width): 0 in the color of the background."""
    from PIL import Image

    shot = Image.open(io.BytesIO(page.locator(".w2v-points").screenshot())).convert("RGB")
    pixels = np.asarray(shot, np.float64)
    return np.abs(pixels - np.median(pixels[:8].reshape(-1, 3), axis=0)).sum(axis=2)


def ranges(page):
    return read(page, "explore", "[...el._fullLayout.xaxis.range, ...el._fullLayout.yaxis.range]")


def middle(page):
    box = page.locator(".w2v-points").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page, places):
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=4)
    page.mouse.up()


def choose_tool(page, name):
    plot(page, "explore").hover()
    page.locator(f"[class*='st-key-explore'] [data-title='{name}']").click()


def errors(page):
    """What was written to the console, but for the icon of the page, which is none of the map's."""
    return [said for said in page.said if "404" not in said]


def test_points_are_drawn_and_follow_the_hand(app, new_page, large):
    page = new_page()
    explore(page, app, model=large)
    until_labelled(page)
    page.wait_for_timeout(500)
    assert page.locator(".w2v-points canvas").count() == 1
    assert page.locator("[class*='st-key-explore'] .gl-canvas").count() == 0
    before, where, axes = picture(page), labelled(page), ranges(page)
    share = (before > 30).mean()
    assert 0.05 < share < 0.95
    assert overlapping_labels(page, "explore")[1] == []

    x, y = middle(page)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 80, y + 30, steps=8)
    held = labelled(page)  # the labels go with the points while the hand holds them
    both = set(held) & set(where)
    assert len(both) > 10
    for word in both:
        assert np.subtract(held[word], where[word]) == pytest.approx([80, 30], abs=1.5), word
    page.mouse.up()
    page.wait_for_url(re.compile("at="))
    page.wait_for_timeout(1500)
    after = picture(page)
    size = axes[1] - axes[0]
    width = page.locator(".w2v-points").bounding_box()["width"]
    assert axes[0] - ranges(page)[0] == pytest.approx(80 / width * size, rel=0.02)
    # The points lie 80 pixels further right and 30 further down; the labels are others.
    moved, still = after[60:, 120:], before[60:, 120:]
    expected = before[30:-30, 40:-80]
    assert np.corrcoef(moved.ravel(), expected.ravel())[0, 1] > 0.8
    assert np.corrcoef(moved.ravel(), still.ravel())[0, 1] < 0.9
    assert overlapping_labels(page, "explore")[1] == []

    page.mouse.move(x, y)
    for _ in range(8):
        page.mouse.wheel(0, -100)
        page.wait_for_timeout(50)
    wait_for(
        page,
        "most => { const {range: [a, b]} = document.querySelector(\"[class*='st-key-explore'] .w2v-plot\")"
        "._fullLayout.xaxis; return b - a < most; }",
        0.8 * size,
    )
    page.wait_for_timeout(1000)
    assert overlapping_labels(page, "explore")[1] == []
    # The address holds the view.
    kept = ranges(page)
    page.reload()
    wait_until_drawn(page, "explore")
    assert ranges(page) == pytest.approx(kept, rel=1e-3)
    assert errors(page) == []


def test_a_word_is_found_hovered_and_clicked(app, new_page, large):
    page = new_page()
    explore(page, app, model=large)
    until_labelled(page)
    word = invented(119_000)
    before = ranges(page)
    field = page.get_by_role("combobox", name="Find a word")
    field.click()
    field.fill(word)
    page.get_by_role("option", name=word).first.wait_for()
    field.press("Enter")
    page.wait_for_url(re.compile(f"word={word}"))
    wait_for(
        page,
        "word => [...document.querySelectorAll('.w2v-labels text')].some((t) => t.textContent === word)",
        word,
    )
    after = ranges(page)
    assert after[1] - after[0] < before[1] - before[0]
    page.get_by_text("Nearest to").wait_for()
    assert overlapping_labels(page, "explore")[1] == []

    page.wait_for_timeout(1000)
    words = labelled(page)
    x, y = next(at for other, at in words.items() if other != word)
    page.mouse.move(x + 30, y + 30)
    page.mouse.move(x, y, steps=3)
    label = page.locator(".w2v-hover")
    wait_for(page, "() => document.querySelector('.w2v-hover')?.hidden === false")
    lines = label.locator("span").all_text_contents()
    assert re.fullmatch("[a-z]{8}", lines[0]) and re.fullmatch(r"[\d,]+ times", lines[1]), lines
    page.mouse.click(x, y)
    page.wait_for_url(re.compile(f"word={lines[0]}"))
    assert ranges(page) == pytest.approx(after)  # a click does not move the view
    assert errors(page) == []


def test_box_and_lasso_select_and_the_map_is_coloured_and_saved(app, new_page, large):
    page = new_page()
    explore(page, app, model=large, color="cluster")
    until_labelled(page)
    low, high = read(page, "explore", "el.data[0].marker.color")  # of two points that stand in
    assert high - low >= 8  # a colour for each cluster
    x, y = middle(page)
    choose_tool(page, "Lasso Select")
    drag(page, [(x - 9, y - 9), (x + 9, y - 9), (x + 9, y + 9), (x - 9, y + 9), (x - 9, y - 9)])
    page.get_by_text(re.compile("Selection: [0-9,]+ word")).wait_for()
    first = page.get_by_text(re.compile("Selection: [0-9,]+ word")).inner_text()
    wait_for(page, "() => /(pick|rows)=/.test(location.search)")
    assert page.evaluate(
        "!/word=/.test(location.search)"
    )  # a lasso that ends where it began is no click
    until_labelled(page)
    choose_tool(page, "Box Select")
    drag(page, [(x + 60, y + 60), (x + 70, y + 70), (x + 75, y + 75)])
    wait_for(
        page,
        "first => [...document.querySelectorAll('strong')].some((t) => /^Selection: /.test(t.textContent)"
        " && t.textContent !== first)",
        first,
    )
    page.get_by_role("button", name="Clear", exact=True).click()
    wait_for(page, "() => !/(pick|rows)=/.test(location.search)")
    page.get_by_role("combobox", name="Colour").click()
    page.get_by_role("option", name="frequency", exact=True).click()
    wait_for(page, "() => document.querySelectorAll('.colorbar').length === 1")
    png = download(page, lambda: page.locator("[data-title='Download as PNG']").first.click())
    assert png.startswith(b"\x89PNG") and len(png) > 100_000
    assert errors(page) == []


FILM = """async () => {
  const loaded = performance.getEntriesByType('resource').map((one) => one.name);
  const all = await import(loaded.find((name) => name.endsWith('/plot/all.js')));
  const {Plot} = all.default.plot;
  const el = document.querySelector("[class*='st-key-explore'] .w2v-plot");
  const plot = Plot.of(el), {data, layout} = plot.renderer.figure(el), {x, y} = data[0];
  const [low, high] = layout.xaxis.range, aside = x.map((v) => v + 0.1 * (high - low));
  plot.traces = data;
  plot.frames = [x, aside].map((places, i) => ({name: `${i}`, traces: [0], data: [{x: places, y}]}));
  for (let i = 0; i <= 5; i++) await plot.showMoment(i / 5, i === 5);
  return 0.1 * el._fullLayout.xaxis._length; }"""


def test_points_move_from_one_place_to_another(app, new_page, large):
    page = new_page()
    explore(page, app, model=large, labels="none")
    page.wait_for_timeout(1500)
    before = picture(page)
    pixels = round(page.evaluate(FILM))
    page.wait_for_timeout(1500)
    moved, expected = picture(page)[:, pixels + 40 : -20], before[:, 40 : -20 - pixels]
    still = before[:, pixels + 40 : -20]
    assert np.corrcoef(moved.ravel(), expected.ravel())[0, 1] > 0.8
    assert np.corrcoef(moved.ravel(), still.ravel())[0, 1] < 0.9
    assert errors(page) == []


LOST = "The browser has ended the fast drawing of this map"
NONE = "This browser offers no WebGL"


def test_plotly_draws_the_map_where_webgl_is_taken_away(app, new_page, large):
    page = new_page()
    explore(page, app, model=large)
    until_labelled(page)
    page.evaluate(
        """() => document.querySelector('.w2v-points canvas').getContext('webgl2')
          .getExtension('WEBGL_lose_context').loseContext()"""
    )
    page.get_by_text(LOST).wait_for()
    wait_for(
        page,
        "() => document.querySelector(\"[class*='st-key-explore'] .w2v-plot\").data[0].x.length === 120000",
    )
    assert page.locator(".w2v-points").count() == 0
    until_labelled(page)


def test_a_browser_without_webgl_draws_the_most_frequent_words(app, chromium, large):
    browser = chromium("--disable-3d-apis")
    try:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(30_000)
        explore(page, app, model=large, word=invented(119_000))
        page.get_by_text(NONE).wait_for()
        drawn = read(page, "explore", "[el.data[0].type, el.data[0].x.length]")
        assert drawn[0] == "scatter" and 5_000 < drawn[1] <= 5_020
        until_labelled(page)
        assert invented(119_000) in page.locator(".w2v-labels text").all_text_contents()
    finally:
        browser.close()
