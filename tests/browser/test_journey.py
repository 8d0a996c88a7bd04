"""The whole way of a newcomer, in a real browser."""

import os
import re
import signal
import time
from pathlib import Path

import pytest

from w2v_core.text.samples import DATA

pytestmark = pytest.mark.browser

LABELS = "[...el.querySelectorAll('.w2v-labels text')].map(t => t.textContent).join()"
SMALL_WORLD = DATA / "small_world.txt"


def plot(page, key):
    return page.locator(f"[class*='st-key-{key}'] .w2v-plot").first


def wait_for(page, expression, arg=None, seconds=30):
    """Wait until a JavaScript function of ``arg`` is true. Asked from here: a page that draws no
    frames would never answer Playwright's own wait."""
    end = time.monotonic() + seconds
    while not page.evaluate(expression, arg):
        assert time.monotonic() < end, f"waited too long for {expression}"
        page.wait_for_timeout(100)


def wait_until_drawn(page, key):
    wait_for(
        page,
        "key => document.querySelector(`[class*='st-key-${key}'] .w2v-plot`)?.dataset.drawn",
        arg=key,
    )


def wait_for_the_t_sne(page):
    """Explore opens with principal components, and moves the points when the t-SNE is there."""
    wait_until_drawn(page, "explore")
    page.get_by_text("Trustworthiness").wait_for()
    page.get_by_text("Until then").wait_for(state="detached", timeout=120_000)
    settled, drawn = None, read(page, "explore", "Number(el.dataset.drawn)")
    while drawn != settled:
        page.wait_for_timeout(1500)  # longer than the points take to move
        settled, drawn = drawn, read(page, "explore", "Number(el.dataset.drawn)")


def read(page, key, expression):
    """A JavaScript expression about a drawn plot ``el``."""
    return page.evaluate(
        f"key => {{const el = document.querySelector(`[class*='st-key-${{key}}'] .w2v-plot`);"
        f" return {expression}}}",
        key,
    )


def zoom_in(page, key, times=1):
    plot(page, key).hover()
    for _ in range(times):
        plot(page, key).locator("[data-title='Zoom in']").click()


def screenshot(page, name):
    """Kept where ``W2V_SCREENSHOTS`` says, for the README."""
    if folder := os.environ.get("W2V_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / name)


def upload(page, app, file, settings=""):
    page.goto(f"{app.url}/?source=Upload{settings}")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_text("The first training pairs").wait_for()


def train(page):
    page.get_by_role("button", name="Train", exact=True).click()
    page.wait_for_url(re.compile("job="))


def select(page, word):
    box = page.get_by_role("combobox", name="Find a word")
    box.click()
    box.press_sequentially(word)
    page.get_by_role("option", name=word, exact=True).click()
    page.get_by_text("Nearest to").wait_for()
    wait_until_drawn(page, "nearest")


@pytest.mark.slow
def test_from_an_upload_to_a_map_of_words(app, new_page):
    page = new_page()
    upload(page, app, SMALL_WORLD)
    train(page)
    page.get_by_text("Trained in").wait_for()
    wait_until_drawn(page, "map-")
    assert read(page, "map-", "el._fullData[0].x.length") == 300
    page.get_by_text("Explore the map").click()
    wait_for_the_t_sne(page)
    n_words = read(page, "explore", "el._fullData[0].x.length")
    assert 500 < n_words <= 1500

    # Search: the word is marked, centered, and its nearest words appear.
    select(page, "berlin")
    wait_for(
        page,
        "() => document.querySelector(\"[class*='st-key-explore'] .w2v-plot\").data"
        ".some(trace => trace.name === 'selected and nearest')",
    )
    bars = read(page, "nearest", "[...el._fullLayout.yaxis.ticktext]")
    assert len(bars) == 10 and set(bars) & {"paris", "rome", "madrid", "london"}
    center = read(page, "explore", "el._fullLayout.xaxis.range.reduce((a, b) => a + b) / 2")
    assert center == pytest.approx(
        read(page, "explore", "el.data.find(t => t.name === 'selected and nearest').x[0]"), abs=1e-4
    )
    screenshot(page, "explore.png")

    # Click: the point nearest to the middle of the map, other than the selected one.
    zoom = read(page, "explore", "[...el._fullLayout.xaxis.range]")
    x, y, word = read(
        page,
        "explore",
        """(() => {
          const {xaxis: ax, yaxis: ay} = el._fullLayout, box = el.getBoundingClientRect();
          const d = el._fullData[0], far = [];
          const at = (i) => [ax.d2p(d.x[i]), ay.d2p(d.y[i])];
          for (let i = 0; i < d.x.length; i++) {
            const [px, py] = at(i);
            if (px < 20 || py < 20 || px > ax._length - 20 || py > ay._length - 20) continue;
            let nearest = 1e9;
            for (let j = 0; j < d.x.length; j++) {
              const [qx, qy] = at(j);
              if (j !== i) nearest = Math.min(nearest, Math.hypot(px - qx, py - qy));
            }
            far.push([nearest, i]);
          }
          const [, i] = far.sort((a, b) => b[0] - a[0])[0], [px, py] = at(i);
          return [box.left + ax._offset + px, box.top + ay._offset + py, d.text[i]];
        })()""",
    )
    assert word != "berlin"
    page.mouse.click(x, y)
    page.wait_for_url(re.compile(f"word={word}"))
    page.get_by_text(re.compile(f"Nearest to {word},")).wait_for()
    assert read(page, "explore", "[...el._fullLayout.xaxis.range]") == pytest.approx(zoom)

    # Reload: model and word are still there.
    page.reload()
    page.get_by_text(re.compile(f"Nearest to {word},")).wait_for()
    wait_until_drawn(page, "explore")
    assert read(page, "explore", "el._fullData[0].x.length") == n_words


def overlapping_labels(page, key):
    boxes = page.evaluate(
        """key => [...document.querySelectorAll(
             `[class*='st-key-${key}'] .w2v-labels text`)]
           .map(t => t.getBoundingClientRect()).map(b => [b.left, b.top, b.right, b.bottom])""",
        key,
    )
    pairs = [(a, b) for n, a in enumerate(boxes) for b in boxes[:n]]
    # A font's line box is taller than its letters: two pixels of two lines may share a row.
    touching = [
        (a, b)
        for a, b in pairs
        if a[0] < b[2] and b[0] < a[2] and a[1] + 2 < b[3] and b[1] + 2 < a[3]
    ]
    return len(boxes), touching


@pytest.mark.slow
@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_labels_never_overlap_at_first_nor_zoomed_in(app, new_page, color_scheme):
    page = new_page(color_scheme)
    upload(page, app, SMALL_WORLD)
    train(page)
    page.get_by_text("Explore the map").click()
    wait_until_drawn(page, "explore")
    shown, overlapping = overlapping_labels(page, "explore")
    assert shown >= 40 and overlapping == []
    first = read(page, "explore", LABELS)
    zoom_in(page, "explore", times=3)
    wait_for(
        page,
        "first => { const el = document.querySelector(\"[class*='st-key-explore'] .w2v-plot\");"
        f" return {LABELS} !== first }}",
        arg=first,
    )
    shown, overlapping = overlapping_labels(page, "explore")
    assert shown >= 10 and overlapping == []


def start_a_long_training(page, app):
    upload(page, app, SMALL_WORLD, "&solver=sgd&anchored=false&epochs=50")
    train(page)
    wait_until_drawn(page, "map-")


@pytest.mark.slow
def test_a_running_training_survives_reload_shows_elsewhere_and_stops(app, new_page):
    page = new_page()
    start_a_long_training(page, app)
    # The person's zoom stays while the map goes on moving.
    before = read(page, "map-", "el._fullLayout.xaxis.range[1]")
    zoom_in(page, "map-")
    wait_for(
        page,
        "before => document.querySelector(\"[class*='st-key-map-'] .w2v-plot\")"
        "._fullLayout.xaxis.range[1] < before",
        arg=before,
    )
    zoomed = read(page, "map-", "[...el._fullLayout.xaxis.range]")
    moved = "x0 => document.querySelector(\"[class*='st-key-map-'] .w2v-plot\")._fullData[0].x[0] !== x0"
    wait_for(page, moved, arg=read(page, "map-", "el._fullData[0].x[0]"))
    assert read(page, "map-", "[...el._fullLayout.xaxis.range]") == pytest.approx(zoomed)

    page.reload()
    wait_until_drawn(page, "map-")
    second = new_page()
    second.goto(page.url)
    wait_until_drawn(second, "map-")
    wait_for(second, moved, arg=read(second, "map-", "el._fullData[0].x[0]"))

    second.get_by_role("button", name="Stop training").click()
    for one in (page, second):
        one.get_by_text("Stopped after").wait_for()
    page.get_by_role("button", name="Train another").click()
    page.get_by_role("button", name="Train", exact=True).wait_for()


@pytest.mark.slow
def test_a_killed_worker_is_reported_within_five_seconds(app, new_page):
    page = new_page()
    start_a_long_training(page, app)
    (pid,) = app.worker_pids()
    os.kill(pid, signal.SIGKILL)
    page.get_by_text("This training was interrupted").wait_for(timeout=5_000)
    page.get_by_role("button", name=re.compile("Keep what was saved")).click()
    page.get_by_text("Stopped after").wait_for()
    page.get_by_text("Explore the map").click()
    wait_until_drawn(page, "explore")


@pytest.mark.slow
def test_a_stopped_training_continues_on_the_same_page(app, new_page):
    page = new_page()
    start_a_long_training(page, app)
    address = page.url
    page.get_by_role("button", name="Stop training").click()
    page.get_by_text("Stopped after").wait_for()
    names = read(page, "loss-", "el._fullLayout.annotations.map(a => a.text.split(' ')[0])")
    assert sorted(names) == ["held", "no", "training"]
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Stop training").wait_for()
    assert page.url == address and page.get_by_text("Stopped after").count() == 0
    wait_until_drawn(page, "map-")
    page.get_by_role("button", name="Stop training").click()
    page.get_by_text("Stopped after").wait_for()


def test_hostile_names_and_words_are_shown_as_text(app, new_page, tmp_path):
    name = "<img src=x onerror=alert(1)> $a$ *b* [c](http://d) :smile:.txt"
    file = tmp_path / name.replace("/", "∕")
    file.write_text("<script>alert(1)</script> <b>bold</b> words & &lt;more&gt; here. " * 30)
    page = new_page()
    upload(page, app, file)
    train(page)
    page.get_by_text("Trained in").wait_for()
    heading = page.locator("h2").first.inner_text()
    assert heading == file.name
    page.get_by_text("Explore the map").click()
    wait_until_drawn(page, "explore")
    select(page, "script")
    assert page.locator("img[src=x]").count() == 0


def test_a_file_above_the_limit_is_refused_with_a_sentence(app, new_page, tmp_path):
    big = tmp_path / "big.txt"
    with open(big, "wb") as file:
        file.truncate(201 << 20)
    page = new_page()
    page.goto(f"{app.url}/?source=Upload")
    page.locator("input[type=file]").set_input_files(big)
    page.get_by_text(re.compile("File must be 200.*MB or smaller")).first.wait_for()
    page.goto(f"{app.url}/train")
    page.get_by_text("The first training pairs").wait_for()
