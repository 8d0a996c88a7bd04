"""Words, names and texts that are HTML, script, Markdown, LaTeX or formulas, on every page of the app in
Chromium: each is shown, and nothing runs."""

import json
import re
import shutil
import time
from urllib.parse import urlencode

import pytest

from tests.conftest import ROOT
from w2v_core import Corpus, SkipGram, save_model

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MODEL, TWIN = "6e" * 16, "6f" * 16
HOSTILE = [
    "<img src=x onerror=ran=1>",
    "<script>ran=1</script>",
    "</script><script>ran=1</script>",
    "<svg onload=ran=1>",
    "<iframe srcdoc=ran>",
    "<b>bold</b>",
    '"><a href=http://out.example>',
    "[link](javascript:ran=1)",
    "![picture](http://out.example/p.png)",
    "**strong**",
    "# heading",
    "$\\frac{a}{b}$",
    "$$\\href{javascript:ran=1}{x}$$",
    "\\(x^2\\)",
    ":red[colour]",
    ":material/star:",
    "{{7*7}}",
    "${ran=1}",
    "%{text}",
    "'+(ran=1)+'",
    "=HYPERLINK(http://out.example)",
    "&lt;script&gt;ran=1&lt;/script&gt;",
    "javascript:ran=1",
    "\u202eevil\u202c",
]
NAME = "<img src=x onerror=ran=1> $\\frac{a}{b}$ [a](javascript:x)"
A, B, C, D = HOSTILE[:4]
LESSONS = [*map(str, range(11)), "playground", "quiz"]
# Every page, each of its parts: (page, query).
VIEWS = [
    ("", {}),
    ("", {"job": MODEL}),  # as addresses of training once were
    ("train", {"job": MODEL}),
    ("explore", {"word": A, "pick": HOSTILE[1]}),
    ("explore", {"map": "axes", "word": B}),
    ("explore", {"dims": "3-D", "color": "cluster"}),
    *(
        (
            "neighbours",
            {
                "word": "w1" if part == "text" else HOSTILE[i],
                "other": B,
                "part": part,
                "list": HOSTILE[:6],
            },
        )
        for i, part in enumerate(("nearest", "predicts", "text", "why", "several"))
    ),
    ("analogies", {"a": A, "b": B, "c": C, "d": D, "why": "true"}),
    ("analogies", {"ask": "free arithmetic", "expression": f"{B} - {A}"}),
    ("diamonds", {"list": "your own list", "pairs": f"{C} {D};w1 w2", "why": "true"}),
    *(("lessons", {"lesson": lesson, "from": "open"}) for lesson in LESSONS),
    ("compare", {"a": MODEL, "b": TWIN}),
    ("compare", {"a": MODEL, "b": TWIN, "part": "word", "word": A}),
    ("library", {}),
]

FOUND = """() => ({
  ran: typeof ran !== 'undefined',
  elements: [...document.querySelectorAll('img[src="x"], img[src*="out.example"], iframe[srcdoc],'
    + 'svg[onload], a[href*="out.example"], a[href^="javascript"]')].map(e => e.outerHTML),
  scripts: [...document.scripts].filter(s => s.textContent.includes('ran=1')).length,
  bold: [...document.querySelectorAll('b, strong, h1')].filter(
    e => ['bold', 'strong', 'heading'].includes(e.textContent)).length,
  formulas: [...document.querySelectorAll('.katex annotation')].map(e => e.textContent)
    .filter(t => t.includes('frac{a}{b}') || t.includes('href') || t === 'x^2'),
})"""
NOTHING = {"ran": False, "elements": [], "scripts": 0, "bold": 0, "formulas": []}


@pytest.fixture(scope="module")
def hostile(app):
    """A model whose words, name and text are all of these."""
    plain = [f"w{i}" for i in range(30)] + [f"hostile{i}" for i in range(len(HOSTILE))]
    lines = [
        f"{plain[(7 * i) % len(plain)]} {plain[(i + 3) % len(plain)]} {plain[i % len(plain)]} "
        f"{HOSTILE[i % len(HOSTILE)]} {plain[(3 * i) % len(plain)]}."
        for i in range(1_200)
    ]
    model = SkipGram(epochs=4, dim=6).fit(Corpus.from_text("\n".join(lines), min_count=2))
    folder = save_model(model, app.home / "models" / MODEL, name=NAME, created=5e9)
    for file in ("model.json", "corpus.json"):
        record = json.loads((folder / file).read_text())
        record["words"] = [
            HOSTILE[int(word.removeprefix("hostile"))] if word.startswith("hostile") else word
            for word in record["words"]
        ]
        (folder / file).write_text(json.dumps(record))
    (folder / "settings.json").write_text(
        json.dumps({"name": NAME, "created": 5e9, "text": {}, "model": {}})
    )
    (folder / "sets.json").write_text(json.dumps({HOSTILE[0]: HOSTILE[:3]}))
    shutil.copytree(folder, folder.with_name(TWIN))
    return MODEL


def settled(page):
    """Wait until the server has nothing more to say."""
    page.locator("[data-testid=stMain] *").first.wait_for()
    quiet_since, last = time.monotonic(), None
    end = quiet_since + 60
    while time.monotonic() - quiet_since < 0.7:
        now = page.evaluate(
            "() => [document.querySelector('[data-testid=stApp]')?.dataset.testScriptState,"
            "document.querySelectorAll('.stSpinner, .stSkeleton').length,"
            "document.querySelectorAll('*').length]"
        )
        if now != last or now[0] == "running" or now[1]:
            quiet_since, last = time.monotonic(), now
        assert time.monotonic() < end, now
        page.wait_for_timeout(50)


def test_every_page_is_looked_at():
    there = set(re.findall(r'st\.Page\("pages/(\w+)\.py"', (ROOT / "app.py").read_text()))
    assert there - {name or "start" for name, _ in VIEWS} == set()


def test_nothing_runs_on_any_page(app, new_page, hostile):
    page = new_page()
    page.goto(app.url)
    settled(page)
    seen = ""
    for name, query in VIEWS:
        page.goto(f"{app.url}/{name}?{urlencode({'model': hostile, **query}, doseq=True)}")
        settled(page)
        assert page.evaluate(FOUND) == NOTHING, (name, query)
        assert page.locator("[data-testid=stException]").count() == 0, (name, query)
        seen += page.locator("body").inner_text()
        if name == "neighbours":
            assert query["word"] in seen or query["part"] == "several", query
            if query["part"] == "text":  # the lines stand there as they are
                assert seen.count("ran=1") > 10
    for word in HOSTILE[:6]:
        assert word in seen, word
    assert NAME in seen


def test_nothing_runs_in_what_opens_on_a_click(app, new_page, hostile):
    page = new_page()
    page.goto(f"{app.url}/library?model={hostile}")
    page.get_by_role("heading", name=NAME).wait_for()
    for label in ("Download", "Rename", "Delete"):
        page.get_by_role("button", name=label, exact=True).click()
        settled(page)
        assert page.evaluate(FOUND) == NOTHING, label
        page.keyboard.press("Escape")
    page.get_by_role("combobox", name="Model").first.click()
    settled(page)
    assert page.evaluate(FOUND) == NOTHING
    page.keyboard.press("Escape")
    page.goto(f"{app.url}/?source=Paste")
    page.get_by_role("textbox").first.fill(
        "\n".join(f"{word} berlin paris" for word in HOSTILE * 20)
    )
    page.keyboard.press("Control+Enter")
    page.get_by_text("distinct words", exact=True).wait_for()
    settled(page)
    assert page.evaluate(FOUND) == NOTHING
    page.goto(f"{app.url}/?source=Upload")
    page.locator("input[type=file]").set_input_files(
        {
            "name": f"{HOSTILE[0]}.txt",
            "mimeType": "text/plain",
            "buffer": b"berlin is a city. " * 99,
        }
    )
    page.get_by_text(re.compile("^Current text: ")).wait_for()
    settled(page)
    assert page.evaluate(FOUND) == NOTHING
    # A file that is refused says so with its name.
    page.goto(f"{app.url}/library?model={hostile}")
    page.get_by_role("button", name="Add from a file").click()
    page.locator("input[type=file]").set_input_files(
        {"name": f"{HOSTILE[0]}.zip", "mimeType": "application/zip", "buffer": b"no zip at all"}
    )
    page.get_by_text("was not added").wait_for()
    settled(page)
    assert page.evaluate(FOUND) == NOTHING
