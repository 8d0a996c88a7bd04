"""How fast Explore answers in a real browser, on a model of 10,000 words (d = 100) and one of 50,000.

    .venv/bin/python tests/benchmarks/browser.py            # needs tests/requirements.txt and Chromium

The vectors are random around 40 centers, so nothing is trained. Prints the median and all of a few
runs, in seconds from the click or key to the drawn figure (a new page for each first view, from a
server that has served the model before), and the size of what the server sent. Nothing is asserted.
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import sync_playwright  # noqa: E402

from tests.browser.conftest import FLAGS, App  # noqa: E402
from tests.conftest import find_browser  # noqa: E402
from w2v_core import SkipGram, save_model  # noqa: E402

PORT = 8797
PLOT = "[class*='st-key-{}'] .w2v-plot"


def random_model(n: int, dim: int = 100) -> SkipGram:
    rng = np.random.default_rng(n)
    centers = rng.normal(size=(40, dim))
    V, U = (
        (centers[rng.integers(0, 40, n)] + rng.normal(size=(n, dim))).astype(np.float32)
        for _ in "VU"
    )
    letters = np.array(list("etaoinshrdlucmfw"))
    words = ["".join(letters[[*map(int, np.base_repr(i, 8))]]) + str(i % 7) for i in range(n)]
    return SkipGram.from_arrays(
        parameters=SkipGram(dim=dim).get_params(),
        chosen={},
        words=words,
        counts=(1e6 / np.arange(1, n + 1)).astype(np.int64) + 5,
        lowercase=True,
        V=V,
        U=U,
        log_q=np.zeros(n, np.float32),
        loss_curve=np.array([9.0, 8.0]),
        stopped=False,
        seconds=1.0,
    )


class Page:
    """A page of the app, and how long things take on it."""

    def __init__(self, browser, url):
        self.page = browser.new_page(viewport={"width": 1440, "height": 900})
        self.page.set_default_timeout(60_000)
        self.received = 0
        self.page.on("websocket", lambda ws: ws.on("framereceived", self._count))
        self.url = url

    def _count(self, data):
        self.received += len(data)

    def drawn(self, key="explore"):
        return int(
            self.page.evaluate(
                f'document.querySelector("{PLOT.format(key)}")?.dataset.drawn ?? "0"'
            )
        )

    def until_drawn(self, before, key="explore"):
        # The page itself looks, so that asking does not slow it down.
        self.page.evaluate(
            """([plot, before]) => new Promise((done) => { const look = () => {
              const n = Number(document.querySelector(plot)?.dataset.drawn ?? 0);
              if (n > before) requestAnimationFrame(() => setTimeout(done, 0)); else setTimeout(look, 5);
            }; look(); })""",
            [PLOT.format(key), before],
        )

    def timed(self, act, key="explore"):
        before, begin = self.drawn(key), time.perf_counter()
        act()
        self.until_drawn(before, key)
        return time.perf_counter() - begin

    def settle(self, ms=800):
        self.page.wait_for_timeout(ms)

    def first_view(self, query):
        begin = time.perf_counter()
        self.page.goto(f"{self.url}/explore?{query}", wait_until="commit")
        self.page.wait_for_selector(PLOT.format("explore"))
        self.until_drawn(0)
        sketched = (
            f"""Number(document.querySelector("{PLOT.format("explore")}").dataset.sketched)"""
        )
        self.points_after = self.page.evaluate(sketched) / 1000
        return time.perf_counter() - begin

    def choose(self, label, option):
        self.page.get_by_role("combobox", name=label).click()
        choice = self.page.get_by_role("option", name=option, exact=True)
        choice.wait_for()
        return self.timed(choice.click)

    def press(self, name):
        button = self.page.get_by_role("radio", name=name, exact=True)
        if not button.count():
            button = self.page.get_by_role("button", name=name, exact=True)
        return self.timed(button.first.click)

    def a_point(self):
        """Where a lone point lies on the screen."""
        return self.page.evaluate(
            """(plot) => { const el = document.querySelector(plot), d = el.data[0];
              const {xaxis: ax, yaxis: ay} = el._fullLayout, box = el.getBoundingClientRect();
              const taken = el.__asked_for ??= new Set(); let best = [-1];
              const at = (i) => [ax.d2p(d.x[i]), ay.d2p(d.y[i])];
              for (let i = 0; i < Math.min(d.x.length, 3000); i += 7) {
                const [x, y] = at(i); let near = 1e9;
                const inside = x > 40 && y > 40 && x < ax._length - 40 && y < ay._length - 40;
                if (taken.has(i) || !inside) continue;
                for (let j = 0; j < d.x.length; j++) if (j !== i) {
                  const [u, v] = at(j); near = Math.min(near, Math.hypot(x - u, y - v)); }
                if (near > best[0]) best = [near, i, box.left + ax._offset + x, box.top + ay._offset + y];
              } taken.add(best[1]); return best; }""",
            PLOT.format("explore"),
        )[2:]

    def click_a_point(self):
        x, y = self.a_point()
        self.page.mouse.move(x - 1, y)
        self.page.mouse.move(x, y)
        self.settle(400)
        both = {}

        def click():
            self.page.mouse.click(x, y)

        before, begin = (self.drawn("explore"), self.drawn("nearest")), time.perf_counter()
        click()
        for key, n in zip(("explore", "nearest"), before, strict=True):
            self.until_drawn(n, key)
            both[key] = time.perf_counter() - begin
        return both

    def pan(self, n=10):
        box = self.page.locator(PLOT.format("explore")).bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        begin = time.perf_counter()
        for i in range(1, n + 1):
            self.page.mouse.move(x + 12 * i, y + 5 * i)
            self.page.evaluate(
                "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)))"
            )
        seconds = time.perf_counter() - begin
        self.page.mouse.up()
        return n / seconds


def line(name, seconds, target=""):
    print(
        f"{name:38} {statistics.median(seconds):6.2f} s   "
        f"[{', '.join(f'{s:.2f}' for s in seconds)}]   {target}",
        flush=True,
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for id, n in (("1" * 16, 10_000), ("5" * 16, 50_000)):
            save_model(random_model(n), home / "models" / id, name=f"{n:,} words", created=float(n))
        app = App(home, PORT)
        try:
            app.wait_until_up()
            with sync_playwright() as started:
                browser = started.chromium.launch(executable_path=find_browser(), args=FLAGS)
                measure(browser, app.url)
                browser.close()
        finally:
            app.process.terminate()
            app.process.wait(timeout=20)


def measure(browser, url) -> None:
    print(
        f"{os.cpu_count()} cores, {browser.browser_type.name} {browser.version}, software rendering"
    )
    start = browser.new_page()
    start.goto(url)
    start.get_by_text("Train on a text").wait_for(timeout=60_000)
    start.close()
    ten, fifty = f"model={'1' * 16}", f"model={'5' * 16}"
    warm = Page(browser, url)
    warm.first_view(ten)
    warm.settle(2000)
    warm.page.close()

    views, points, sent = [], [], 0
    for _ in range(3):
        page = Page(browser, url)
        views.append(page.first_view(ten))
        points.append(page.points_after)
        page.settle(1500)
        sent = page.received
        page.page.close()
    line("first view of Explore: its points", points, "target 2 s")
    line("first view of Explore: all of it", views, "target 2 s")
    print(f"{'sent by the server for it':38} {sent / 1e6:6.2f} MB  target 1.5 MB (figure alone)")
    page = Page(browser, url)
    page.first_view(ten)
    page.settle()
    colors = []
    for name in (
        "frequency",
        "vector length",
        "frequency",
        "one color",
        "vector length",
    ):
        before = page.received
        colors.append(page.choose("Color", name))
        page.settle()
    sent = page.received - before
    line("change of color", colors, "target 0.4 s")
    print(f"{'sent by the server for the last':38} {sent / 1e6:6.2f} MB")
    page.choose("Color", "one color")
    page.settle()
    page.page.get_by_role("button", name="View").click()
    page.settle()
    labels = []
    thumb = page.page.get_by_role("slider", name="Labels")
    thumb.focus()
    for key in ("ArrowLeft", "ArrowLeft", "ArrowRight", "ArrowRight"):
        labels.append(page.timed(lambda key=key: page.page.keyboard.press(key)))
        page.settle()
    line("change of labels", labels, "target 0.4 s")
    page.page.keyboard.press("Escape")
    page.settle()
    clicks, near = [], []
    for _ in range(5):
        both = page.click_a_point()
        clicks.append(both["explore"])
        near.append(both["nearest"])
        page.settle()
    line("click a word: marked on the map", clicks[1:], "target 0.4 s")
    line("click a word: its nearest shown", near[1:], "target 0.25 s")
    select = [page.timed(page.page.get_by_role("button", name="Select these words").click)]
    page.settle()
    select.append(page.timed(page.page.get_by_role("button", name="Clear", exact=True).click))
    page.settle()
    line("selection made, cleared", select, "target 0.4 s")
    print(f"{'pan, 10,000 words':38} {page.pan():6.1f} pictures a second")
    page.settle()
    three = [page.press("3-D")]
    page.settle(1500)
    for name in ("frequency", "vector length", "one color"):
        three.append(page.choose("Color", name))
        page.settle(1500)
    line("3-D: switched on, then colors", three, "target 1 s")
    page.page.close()

    warm = Page(browser, url)
    warm.first_view(fifty)
    warm.settle(1500)
    warm.page.close()
    page = Page(browser, url)
    line("first view, 50,000 words", [page.first_view(fifty)])
    page.settle(1500)
    print(f"{'sent by the server for it':38} {page.received / 1e6:6.2f} MB")
    print(f"{'pan, 50,000 words':38} {page.pan():6.1f} pictures a second")
    page.settle(1500)
    line("change of color, 50,000 words", [page.choose("Color", "frequency")])
    page.page.close()


if __name__ == "__main__":
    main()
