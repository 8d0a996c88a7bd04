"""The Neighbours page in a real browser: typing, clicking, reading, and words that look like code."""

import re
import time

import numpy as np
import pytest

from w2v_core import Corpus, SkipGram, save_model
from w2v_core.text.samples import sample_path

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HOSTILE = [
    *("<b>x</b>", "<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "$math$", "*star*"),
    *("=cmd()", "שלום", "éé", "👩‍👩‍👧", "w" * 1000, "a&lt;b", "[a](javascript:alert(1))"),
]


@pytest.fixture(scope="module")
def small_world(app):
    model = SkipGram().fit(Corpus.from_file(sample_path("small_world")))
    return save_model(model, app.home / "models" / ("5a" * 8), name="small world", created=1.0).name


@pytest.fixture(scope="module")
def hostile(app):
    rng = np.random.default_rng(0)
    words = [*HOSTILE, *(f"w{i}" for i in range(30))]
    n = len(words)
    model = SkipGram.from_arrays(
        parameters={},
        chosen={},
        words=words,
        counts=np.arange(n, 0, -1),
        lowercase=False,
        V=rng.normal(size=(n, 6)).astype(np.float32),
        U=rng.normal(size=(n, 6)).astype(np.float32),
        log_q=np.full(n, -np.log(n), np.float32),
        loss_curve=np.array([1.0]),
        stopped=False,
        seconds=0.0,
    )
    return save_model(model, app.home / "models" / ("5b" * 8), name="hostile", created=1.0).name


def plot(key):
    return f"document.querySelector(\"[class*='st-key-{key}'] .w2v-plot\")"


def wait_for(page, expression, seconds=30):
    """Wait until a JavaScript expression is true, asked from here."""
    end = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < end, f"waited too long for {expression}"
        page.wait_for_timeout(50)


def visit(page, app, key="nearest", **query):
    page.goto(app.url)  # a fresh server knows the pages only once its start page has run
    page.get_by_role("link", name="Neighbours").wait_for()
    address = "&".join(f"{name}={value}" for name, value in query.items())
    page.goto(f"{app.url}/neighbours?{address}")
    if key is not None:
        wait_for(page, f"{plot(key)}?.dataset.drawn")


def click_row(page, key, place):
    """Click a word of a column of words; returns it."""
    x, y, word = page.evaluate(
        f"""() => {{const el = {plot(key)}, full = el._fullLayout, box = el.getBoundingClientRect();
        const texts = el.data.find((trace) => trace.mode === 'text').text;
        return [box.left + full.xaxis._offset + 0.6 * full.xaxis._length,
          box.top + full.yaxis._offset + full.yaxis.d2p({place}), texts[{place}].trim()]}}"""
    )
    page.mouse.click(x, y)
    return word


def test_a_clicked_neighbour_becomes_the_word_and_the_address_holds_it(app, new_page, small_world):
    page = new_page()
    visit(page, app, model=small_world, word="berlin")
    before = page.evaluate(f"{plot('nearest')}.data[2].text.join()")
    word = click_row(page, "nearest", 2)
    page.get_by_role("heading", name=word).wait_for()
    wait_for(page, f"{plot('nearest')}.data[2].text.join() !== {before!r}")
    page.wait_for_url(re.compile(f"word={word}"))
    first = page.evaluate(f"{plot('nearest')}.data[2].text.join()")
    page.reload()
    page.get_by_role("heading", name=word).wait_for()
    wait_for(page, f"{plot('nearest')}?.dataset.drawn")
    assert page.evaluate(f"{plot('nearest')}.data[2].text.join()") == first
    # Three columns, a word in each row, none of them the word itself.
    columns = []
    for key in ("nearest", "nearest-dot", "nearest-euclidean"):
        wait_for(page, f"{plot(key)}?.dataset.drawn")
        columns += page.evaluate(
            f"{plot(key)}.data.filter((t) => t.mode === 'text' && t.textposition === 'middle right')"
            ".map((t) => t.text.map((word) => word.trim()))"
        )
    assert [len(column) for column in columns] == [10] * 3
    assert not any(word in column for column in columns)


def test_a_word_is_completed_while_it_is_typed(app, new_page, small_world):
    page = new_page()
    visit(page, app, model=small_world, word="berlin")
    box = page.get_by_role("combobox", name="Word")
    box.click()
    box.press_sequentially("Quee")
    page.get_by_role("option", name="queen", exact=True).wait_for()
    box.press("Enter")
    page.get_by_role("heading", name="queen").wait_for()
    box.click()
    box.press_sequentially("zzzz")
    page.get_by_text("no such word").wait_for()
    box.press("Escape")
    assert box.input_value() == "queen"


def test_why_two_words_are_near_is_read_in_the_text(app, new_page, small_world):
    page = new_page()
    visit(page, app, "why", model=small_world, word="king", part="why", other="queen")
    page.get_by_text(re.compile("Cosine of king and queen")).wait_for()
    boxes = page.evaluate(
        f"""() => [...{plot("why")}.querySelectorAll('.w2v-labels text')]
        .map(t => t.getBoundingClientRect()).map(b => [b.left, b.top, b.right, b.bottom])"""
    )
    touching = [
        (a, b)
        for n, a in enumerate(boxes)
        for b in boxes[:n]
        if a[0] < b[2] and b[0] < a[2] and a[1] + 3 < b[3] and b[1] + 3 < a[3]
    ]
    assert len(boxes) >= 10 and touching == []
    word = click_row(page, "reasons", 2)
    page.get_by_text(re.compile(f"{word} near king: ")).wait_for()
    page.wait_for_url(re.compile(f"because={word}"))
    assert page.locator(".w2v-lines u").count() >= 2
    page.get_by_role("button", name="prince", exact=True).or_(
        page.get_by_role("radio", name="prince", exact=True)
    ).first.click()
    page.get_by_text(re.compile("Cosine of king and prince")).wait_for()


def test_the_lines_stand_centered(app, new_page, small_world):
    page = new_page()
    visit(page, app, None, model=small_world, word="berlin", part="text", lines="right")
    page.locator(".w2v-lines b").nth(20).wait_for()
    lefts = page.evaluate(
        "[...document.querySelectorAll('.w2v-lines b')].map(b => b.getBoundingClientRect())"
        ".map(b => (b.left + b.right) / 2)"
    )
    assert len(lefts) == 50 and max(lefts) - min(lefts) < 2


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_words_that_look_like_code_are_shown_as_themselves(app, new_page, hostile, color_scheme):
    page = new_page(color_scheme)
    visit(page, app, model=hostile, word=HOSTILE[1])
    page.get_by_role("heading", name=HOSTILE[1]).wait_for()
    for part, key in (("What it predicts", "predicted-probable"), ("Why near?", "why")):
        page.get_by_text(part, exact=True).click()
        wait_for(page, f"{plot(key)}?.dataset.drawn")
    page.get_by_text("Several words", exact=True).click()
    wait_for(page, f"{plot('several')}?.dataset.drawn")
    box = page.get_by_role("combobox", name="Word", exact=True)
    for word in (HOSTILE[0], HOSTILE[2], "$math$"):
        box.click()
        box.fill(word)
        page.get_by_role("option", name=word, exact=True).click()
        page.wait_for_url(re.compile(re.escape(f"word={word[:1]}") + "|word=%3C|word=%24"))
    assert page.locator("img[src=x]").count() == 0  # and no dialog opened: new_page looks
