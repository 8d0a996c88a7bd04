"""How fast the lessons answer in a real browser: the small world sample, and a model of 10,000 words.

    .venv/bin/python tests/benchmarks/lessons.py [lesson …]     # needs tests/requirements.txt and Chromium

Each control of each lesson is used a few times. What is timed: from the click or key, in the page's own
clock, to the frame in which the named picture or the equations show the new numbers. Prints the median
and all of them, in milliseconds, the first of each (whose training or counting may still be to do)
apart. Nothing is asserted; the target is 300 ms.
"""

import os
import statistics
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import sync_playwright  # noqa: E402

from tests.benchmarks.browser import random_model  # noqa: E402
from tests.browser.conftest import FLAGS, App  # noqa: E402
from tests.conftest import find_browser  # noqa: E402
from w2v_core import Corpus, SkipGram, save_model  # noqa: E402
from w2v_core.text.samples import sample_path  # noqa: E402

PORT = 8796
REPEATS = 5
SMALL, LARGE = "1" * 16, "2" * 16
TARGET = 300  # ms

READY = """() => document.querySelector('h2') && [...document.querySelectorAll('.w2v-plot')].length
  && [...document.querySelectorAll('.w2v-plot')].every((plot) => plot.dataset.drawn)
  && !document.querySelector('[data-testid=stSpinner], [data-stale=true]')
  && !document.querySelector('[data-testid=stStatusWidget]')"""

# What the answer to a control is seen in; the clock starts at the person's event.
WATCH = """(plot) => {
  const seen = () => plot
    ? document.querySelector(`[class*='st-key-${plot}'] .w2v-plot`)?.dataset.drawn
    : [...document.querySelectorAll('.katex-mathml annotation')].map((el) => el.textContent).join();
  const watch = globalThis.__watch = {begin: null, took: null}, before = seen();
  for (const kind of ['mousedown', 'click', 'keydown', 'input']) addEventListener(kind,
    () => { watch.begin ??= performance.now(); }, {capture: true, once: true});
  const look = () => {
    const now = seen();
    if (watch.begin !== null && now && now !== before) {
      requestAnimationFrame(() => { watch.took = performance.now() - watch.begin; });
    } else setTimeout(look, 4);
  };
  look();
}"""


class Lesson:
    """A lesson in a browser, and how long its answers take."""

    def __init__(self, browser, url: str, query: str):
        self.page = browser.new_page(viewport={"width": 1440, "height": 900})
        self.page.set_default_timeout(60_000)
        self.page.goto(f"{url}/lessons?{query}")
        self.ready()

    def ready(self):
        self.page.wait_for_function(READY)
        self.page.wait_for_timeout(200)

    def timed(self, act, answer: str) -> float:
        self.page.evaluate(WATCH, answer)
        act()
        self.page.wait_for_function("() => globalThis.__watch.took !== null")
        took = self.page.evaluate("() => globalThis.__watch.took")
        self.ready()
        return took

    # Each gives an act to be timed, the n-th time it is done.

    def keys(self, role: str, label: str, up: str, down: str):
        field = self.page.get_by_role(role, name=label)

        def act(n: int):
            field.focus()
            self.page.keyboard.press(down if n % 2 else up)

        return act

    def slide(self, label: str):
        return self.keys("slider", label, "ArrowRight", "ArrowLeft")

    def count(self, label: str):
        return self.keys("spinbutton", label, "ArrowUp", "ArrowDown")

    def press(self, *names: str):
        def act(n: int):
            name = names[n % len(names)]
            for role in ("radio", "button"):
                found = self.page.get_by_role(role, name=name, exact=True)
                if found.count():
                    return found.first.click()
            raise LookupError(name)

        return act

    def flip(self, label: str):
        return lambda n: self.page.get_by_text(label, exact=False).first.click()

    def choose(self, label: str, *words: str):
        box = self.page.get_by_role("combobox", name=label, exact=True)

        def act(n: int):
            box.click()
            box.press_sequentially(words[n % len(words)])
            option = self.page.get_by_role("option", name=words[n % len(words)], exact=True)
            option.wait_for()
            self.page.evaluate("() => { globalThis.__watch.begin = null; }")
            self.page.evaluate(
                "() => addEventListener('mousedown', () => { globalThis.__watch.begin ??="
                " performance.now(); }, {capture: true, once: true})"
            )
            option.click()

        return act

    def type(self, label: str, *texts: str):
        box = self.page.get_by_label(label, exact=False).first

        def act(n: int):
            box.fill(texts[n % len(texts)])
            self.page.evaluate("() => { globalThis.__watch.begin = null; }")
            self.page.evaluate(
                "() => addEventListener('keydown', () => { globalThis.__watch.begin ??="
                " performance.now(); }, {capture: true})"
            )
            box.press("Control+Enter" if box.evaluate("e => e.tagName") == "TEXTAREA" else "Enter")

        return act


def lessons(words: list[str]):
    """lesson → its controls: (name, what is done, in which picture the answer is seen; "" where it is
    the equations)."""
    a, b, x, y = words
    return {
        "0": [("word of one's own", lambda on: on.choose("Word", a, b), "promise-own")],
        "1": [
            ("word", lambda on: on.choose("Word", a, b), "one-hot-matrix"),
            ("V or U", lambda on: on.press("U", "V"), "one-hot-matrix"),
            ("labelled words", lambda on: on.slide("Labelled words"), "classes"),
        ],
        "2": [
            ("angle", lambda on: on.slide("Angle"), "dot"),
            ("length", lambda on: on.slide("Length of v"), "sum"),
            ("set it", lambda on: on.press("opposite", "orthogonal"), "dot"),
        ],
        "3": [
            ("center word", lambda on: on.press("Berlin", "Germany"), "arcs"),
            ("window", lambda on: on.flip("Use the whole sentence"), "arcs"),
            (
                "sentence",
                lambda on: on.type("A sentence", "Paris is a city in France", "one two three"),
                "arcs",
            ),
        ],
        "4": [
            ("change one score", lambda on: on.slide("Add to the score"), "softmax"),
            ("center word", lambda on: on.choose("Center word c", a, b), "softmax"),
            ("output word", lambda on: on.choose("Output word o", x, y), ""),
        ],
        "5": [
            ("center word", lambda on: on.choose("Center word c", a, b), "error"),
            ("output word", lambda on: on.choose("Output word o, seen in the text", x, y), "error"),
        ],
        "6": [
            ("learning rate", lambda on: on.slide("Learning rate"), "step"),
            ("×10, ×100", lambda on: on.press("×10", "×100", "×1"), "step"),
            ("flip the sign", lambda on: on.flip("Flip the sign"), "step"),
            ("begin", lambda on: on.press("small random", "zero", "as trained"), "step"),
            ("center word", lambda on: on.choose("Center word c", a, b), "step"),
        ],
        "7": [
            ("place contexts off, on", lambda on: on.flip("words about France"), ""),
            (
                "preset",
                lambda on: on.press("the notes' literal pairs", "role and place contexts"),
                "",
            ),
            ("V, V + U", lambda on: on.press("V + U", "V"), "diamond"),
            (
                "seed",
                lambda on: on.count("Random seed"),
                "diamond",
            ),
        ],
        "8": [
            ("x", lambda on: on.choose("x", a, b), "distances"),
            ("z", lambda on: on.choose("z", x, y), "distances"),
        ],
        "9": [("word", lambda on: on.choose("Word", a, b), "near-sum")],
        "9&use=the+missing+word": [
            ("words around a gap", lambda on: on.type("Words around", f"{a} {x}", b), "missing"),
            ("U or V", lambda on: on.press("V", "U"), "missing"),
        ],
        "9&use=fine-tuning": [("learning rate", lambda on: on.slide("Learning rate"), "tuned")],
        "10": [("word", lambda on: on.choose("Word", a, b), "")],
        "10&caution=two+senses": [("word", lambda on: on.choose("Word", a, b), "circle")],
        "10&caution=frequency": [
            ("word", lambda on: on.choose("Word", a, b), "norms"),
            ("V, U", lambda on: on.press("U", "V"), "norms"),
        ],
        "10&caution=prejudice": [("axis", lambda on: on.choose("From", x, y), "leaning")],
        "10&caution=little+text": [
            ("word", lambda on: on.choose("Word", "Paris", "Berlin"), "in_halves")
        ],
        "playground": [
            ("step 1", lambda on: on.press("step 1"), "playground"),
            ("step 20", lambda on: on.press("step 20"), "playground"),
            ("step 100", lambda on: on.press("step 100"), "playground"),
            ("step 500", lambda on: on.press("step 500"), "playground"),
            ("step, reset", lambda on: on.press("step 20", "reset"), "playground"),
            ("preset", lambda on: on.press("a loop", "king and queen"), "playground"),
            ("seed", lambda on: on.count("seed"), "playground"),
        ],
    }


def main() -> None:
    wanted = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        world = SkipGram().fit(Corpus.from_file(sample_path("small_world")))
        save_model(world, home / "models" / SMALL, name="Small world", created=1.0)
        large = random_model(10_000)
        save_model(large, home / "models" / LARGE, name="10,000 words", created=2.0)
        app = App(home, PORT)
        try:
            app.wait_until_up()
            with sync_playwright() as started:
                browser = started.chromium.launch(executable_path=find_browser(), args=FLAGS)
                print(
                    f"{os.cpu_count()} cores, {browser.version}, software rendering; target {TARGET}"
                )
                for id, name, words in (
                    (SMALL, "small world", ["london", "king", "france", "queen"]),
                    (LARGE, "10,000 words", [large.words[i] for i in (40, 50, 60, 70)]),
                ):
                    print(f"{name}\n{'':42}{'median':>7}  {'first':>6}  the others, ms")
                    for lesson, controls in lessons(words).items():
                        if wanted and lesson.split("&")[0] not in wanted:
                            continue
                        if id == LARGE and lesson in ("2", "3", "7", "10", "playground"):
                            continue  # its vectors play no part, or it has no opposites to show
                        if id == LARGE:  # its words are of no class
                            controls = [one for one in controls if one[0] != "labelled words"]
                        measure(browser, f"{app.url}", lesson, id, controls)
                browser.close()
        finally:
            app.process.terminate()
            app.process.wait(timeout=20)


def measure(browser, url: str, lesson: str, id: str, controls) -> None:
    for name, prepare, answer in controls:
        on = Lesson(browser, url, f"lesson={lesson}&model={id}")
        act = prepare(on)
        took = [on.timed(lambda n=n, act=act: act(n), answer) for n in range(REPEATS)]
        on.page.close()
        label = (
            f"{lesson.replace('&use=', ' ').replace('&caution=', ' ').replace('+', ' ')}: {name}"
        )
        print(
            f"{label:42}{statistics.median(took[1:]):7.0f}  {took[0]:6.0f}  "
            f"{' '.join(f'{t:.0f}' for t in took[1:])}",
            flush=True,
        )


if __name__ == "__main__":
    main()
