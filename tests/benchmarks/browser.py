"""How fast Explore and Neighbours answer in a real browser, on models of 10,000 words (d = 100) and 50,000;
and how fast maps of 10,000, 50,000 and 200,000 words (d = 30) are moved.

    .venv/bin/python tests/benchmarks/browser.py            # needs tests/requirements.txt and Chromium
    .venv/bin/python tests/benchmarks/browser.py --pan      # the moving of maps alone
    .venv/bin/python tests/benchmarks/browser.py --pan --gpu  # in a window, with the graphics card

The vectors are random around 40 centers, so nothing is trained. Prints the median and all of a few
runs, in seconds from the click or key to the drawn figure, and the size of what the server sent. The
first view is measured from a server that has served the model before: in a browser that has never
been here (a new profile for each), in one that has, and from another page of the app. Nothing is
asserted.
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
from w2v_core.space.tsne import tsne  # noqa: E402

PORT = 8797
PLOT = "[class*='st-key-{}'] .w2v-plot"


WITHOUT_WEBGL2 = """const asked = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
    return kind === 'webgl2' ? null : asked.call(this, kind, ...rest); };"""


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

    def opened(self, act, key="explore"):
        begin = time.perf_counter()
        act()
        self.page.wait_for_selector(PLOT.format(key))
        self.until_drawn(0, key)
        return time.perf_counter() - begin

    def first_view(self, query):
        address = f"{self.url}/explore?{query}"
        seconds = self.opened(lambda: self.page.goto(address, wait_until="commit"))
        plot = f"""document.querySelector("{PLOT.format("explore")}")"""
        self.points_after = self.page.evaluate(f"Number({plot}.dataset.sketched ?? NaN)") / 1000
        return seconds

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


def renderer(page) -> str:
    """What draws the points of the map, and on what."""
    return page.evaluate(
        """() => { const canvas = document.querySelector('.w2v-points canvas');
          const gl = canvas?.getContext('webgl2') ?? document.createElement('canvas').getContext('webgl');
          const names = gl?.getExtension('WEBGL_debug_renderer_info');
          const on = gl ? gl.getParameter(names?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER) : 'no WebGL';
          return `${canvas ? 'large.js' : 'Plotly'} on ${on}`; }"""
    )


def measure_pans(started, url, models, gpu: bool) -> None:
    """Each map is drawn twice: as the app draws it, and by Plotly alone, as without WebGL 2."""
    flags = [flag for flag in FLAGS if flag != "--disable-gpu"] if gpu else FLAGS
    browser = started.chromium.launch(executable_path=find_browser(), args=flags, headless=not gpu)
    for id, n in models:
        for plain in (False, True):
            page = Page(browser, url)
            if plain:
                page.page.add_init_script(WITHOUT_WEBGL2)
            page.first_view(f"model={id}")
            page.settle(2500)
            pans = []
            for _ in range(3):
                pans.append(page.pan(20))
                page.settle(1500)
            print(
                f"pan, {n:7,} words {statistics.median(pans):6.1f} pictures a second   "
                f"[{', '.join(f'{pan:.1f}' for pan in pans)}]   {renderer(page.page)}",
                flush=True,
            )
            page.page.close()
    browser.close()


def line(name, seconds, target=""):
    print(
        f"{name:38} {statistics.median(seconds):6.2f} s   "
        f"[{', '.join(f'{s:.2f}' for s in seconds)}]   {target}",
        flush=True,
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        pans_alone = "--pan" in sys.argv
        moved = [("a" * 16, 10_000), ("b" * 16, 50_000), ("c" * 16, 200_000)]
        for id, n in moved:
            model = random_model(n, 30)
            save_model(model, home / "models" / id, name=f"{n:,} words", created=float(n))
        for id, n in () if pans_alone else (("1" * 16, 10_000), ("5" * 16, 50_000)):
            save_model(random_model(n), home / "models" / id, name=f"{n:,} words", created=float(n))
        app = App(home, PORT)
        try:
            app.wait_until_up()
            with sync_playwright() as started:
                measure_pans(started, app.url, moved, "--gpu" in sys.argv)
                if pans_alone:
                    return
                browser = started.chromium.launch(executable_path=find_browser(), args=FLAGS)
                measure(browser, app.url)
                browser.close()
        finally:
            app.process.terminate()
            app.process.wait(timeout=20)
    measure_tsne()


def measure(browser, url) -> None:
    print(
        f"{os.cpu_count()} cores, {browser.browser_type.name} {browser.version}, software rendering"
    )
    start = browser.new_page()
    start.goto(url)
    start.get_by_role("heading").first.wait_for(timeout=60_000)
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
        if len(views) < 3:
            page.page.close()
    line("new browser: points, marks, labels", points, "target 2 s")
    line("new browser: answers the mouse", views, "target 2 s")
    print(f"{'sent by the server for it':38} {sent / 1e6:6.2f} MB  target 1.5 MB (figure alone)")
    again = []
    for _ in range(3):
        again.append(page.first_view(ten))
        page.settle()
    line("known browser: all of it", again, "target 2 s")
    within = []
    for _ in range(3):
        page.page.get_by_test_id("stSidebarNavItems").get_by_role("link", name="Library").click()
        page.page.wait_for_url("**/library*")
        page.settle(1500)
        link = page.page.get_by_test_id("stSidebarNavItems").get_by_role("link", name="Explore")
        within.append(page.opened(link.click))
        page.settle()
    line("from another page: all of it", within, "target 2 s")
    colors = []
    for name in (
        "frequency",
        "vector length",
        "frequency",
        "one colour",
        "vector length",
    ):
        before = page.received
        colors.append(page.choose("Colour", name))
        page.settle()
    sent = page.received - before
    line("change of color", colors, "target 0.4 s")
    print(f"{'sent by the server for the last':38} {sent / 1e6:6.2f} MB")
    page.choose("Colour", "one colour")
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
    three = [page.press("3-D")]
    page.settle(1500)
    for name in ("frequency", "vector length", "one colour"):
        three.append(page.choose("Colour", name))
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
    line("change of color, 50,000 words", [page.choose("Colour", "frequency")])
    page.page.close()
    for query, n in ((ten, "10,000"), (fifty, "50,000")):
        measure_neighbours(browser, url, query, n)


def measure_neighbours(browser, url, query, n) -> None:
    page = Page(browser, url)
    address = f"{url}/neighbours?{query}"
    page.opened(lambda: page.page.goto(address, wait_until="commit"), "nearest")
    page.settle(1500)
    clicks = []
    for place in (0, 3, 1, 4):
        x, y = page.page.evaluate(
            """([plot, place]) => { const el = document.querySelector(plot), full = el._fullLayout;
              const box = el.getBoundingClientRect();
              return [box.left + full.xaxis._offset + 0.6 * full.xaxis._length,
                box.top + full.yaxis._offset + full.yaxis.d2p(place)]; }""",
            [PLOT.format("nearest"), place],
        )
        page.page.mouse.move(x, y)
        page.settle(300)
        clicks.append(page.timed(lambda x=x, y=y: page.page.mouse.click(x, y), "nearest"))
        page.settle()
    line(f"Neighbours, {n}: a clicked one", clicks, "target 0.25 s")
    field = page.page.get_by_role("combobox", name="Word", exact=True)
    typed, picked = [], []
    for word in ("sot", "hnr", "int"):
        field.click()
        field.fill("")
        begin = time.perf_counter()
        field.press_sequentially(word)
        page.page.get_by_role("option").first.wait_for()
        typed.append(time.perf_counter() - begin)
        picked.append(page.timed(lambda: field.press("Enter"), "nearest"))
        page.settle()
    line(f"Neighbours, {n}: 3 letters completed", typed)
    line(f"Neighbours, {n}: the word's nearest", picked)
    page.page.close()


def measure_tsne() -> None:
    seconds = []
    for _ in range(2):
        begin = time.perf_counter()
        tsne(random_model(2_000).V)
        seconds.append(time.perf_counter() - begin)
    line("t-SNE of 2,000 words", seconds, "target 15 s")


if __name__ == "__main__":
    main()
