"""A model's page opened from disk in a real browser, with every request refused."""

import numpy as np
import pytest

from tests.conftest import ROOT
from tests.unit.test_model_page import HOSTILE, model_of, page_of
from w2v_core import Corpus, SkipGram, how_sure
from w2v_core.text.concordance import Concordance

pytestmark = pytest.mark.browser

TEXT = (ROOT / "data" / "small_world.txt").read_text("utf-8")[:80_000]


@pytest.fixture
def open_file(chromium, tmp_path):
    """Opens a page from disk; at the end it had no error, said nothing and asked for nothing."""
    browser, problems = chromium(), []

    def open_it(page_bytes, **options):
        file = tmp_path / "model.html"
        file.write_bytes(page_bytes)
        context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
        context.set_offline(True)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda said: problems.append(said.text))
        page.on("dialog", lambda dialog: (problems.append("a dialog opened"), dialog.dismiss()))
        page.on(
            "request",
            lambda request: request.url == file.as_uri() or problems.append(f"asked {request.url}"),
        )
        page.goto(file.as_uri())
        return page

    yield open_it
    browser.close()
    assert problems == []


@pytest.fixture(scope="module")
def measured():
    model = SkipGram(epochs=4, dim=5).fit(Corpus.from_text(TEXT))
    sure = how_sure(model, model.corpus, splits=3, seed=0)
    page = page_of(model, certainty=sure, lines=Concordance(model.corpus))
    return model, sure, page


def pixels(page):
    return page.evaluate("document.getElementById('map').toDataURL()")


def test_a_word_is_searched_its_neighbours_are_shown_and_the_map_zooms(open_file, measured):
    model, sure, file = measured
    page, word = open_file(file), model.words[100]
    assert page.title() == "A model"
    assert int(page.locator("#map").get_attribute("data-labels")) > 3
    page.get_by_label("Find a word").fill(word)
    page.get_by_role("option", name=word, exact=True).wait_for()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=word, exact=True).wait_for()
    answers = sure.nearest(word, 10)
    lines = page.locator("#word .nearest li")
    assert page.locator("#word .nearest button").all_inner_texts() == [a.word for a in answers]
    for line, answer in zip(lines.all_inner_texts(), answers, strict=True):
        assert f"found in both halves of the text in {answer.splits} of 3 splits" in line
        assert f"{answer.value:.2f}".replace("-", "−") in line or abs(answer.value) < 0.01
    lines.first.get_by_role("button").click()
    page.get_by_role("heading", name=answers[0].word, exact=True).wait_for()
    before = pixels(page)
    box = page.locator("#map").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.wheel(0, -400)
    page.wait_for_function(
        "before => document.getElementById('map').toDataURL() !== before", arg=before
    )
    page.get_by_role("button", name="Zoom out").click()
    page.locator("#map").press("ArrowLeft")
    page.get_by_role("button", name="Whole map").click()


def test_a_point_is_clicked_and_reasons_quote_the_text(open_file, measured):
    model, _, file = measured
    page = open_file(file)
    page.get_by_role("button", name="Whole map").click()
    # The places of the points as the page draws them; the first whose circle nothing else covers.
    x, y, row = page.evaluate("""() => {
        const {maps: [{x, y}]} = JSON.parse(document.getElementById('contents').textContent);
        const {width, height} = document.getElementById('map').getBoundingClientRect();
        const span = (v) => Math.max(...v) - Math.min(...v);
        const middle = (v) => (Math.max(...v) + Math.min(...v)) / 2;
        const scale = Math.min((width - 68) / span(x), (height - 68) / span(y));
        const places = x.map((_, i) =>
            [(x[i] - middle(x)) * scale + width / 2, (middle(y) - y[i]) * scale + height / 2]);
        const alone = places.findIndex(([a, b], i) =>
            places.every(([c, d], j) => i === j || Math.hypot(a - c, b - d) > 12));
        return [...places[alone], alone];
    }""")
    page.locator("#map").click(position={"x": x, "y": y})
    page.get_by_role("heading", name=model.words[row], exact=True).wait_for()
    whys = page.locator("#analogy-cards details, #diamond-cards details")
    for why in whys.all():
        why.locator("summary").click()
    page.locator("blockquote mark").first.wait_for()


def test_hostile_words_are_text_in_the_page(open_file):
    model = model_of(
        [*HOSTILE, *(f"word{i}" for i in range(40))], np.random.default_rng(0).normal(size=(50, 6))
    )
    file = page_of(model, name=HOSTILE[0], sets={HOSTILE[0]: HOSTILE[:3]})
    page = open_file(file, color_scheme="dark")
    assert page.title() == HOSTILE[0] and page.locator("h1").inner_text() == HOSTILE[0]
    for word in HOSTILE[:5]:
        page.get_by_label("Find a word").fill(word)
        page.get_by_role("option").first.wait_for()
        page.keyboard.press("Enter")
        page.locator("#word h2").filter(has_text=word).wait_for()
    assert page.locator("img").count() == 0 and page.locator("script").count() == 2


def test_it_fits_a_phone_and_a_sheet_of_paper(open_file, measured):
    model, _, file = measured
    page = open_file(file, viewport={"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_label("Find a word").fill(model.words[30])
    page.keyboard.press("Enter")
    page.locator("#word .nearest li").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.pdf(format="A4")[:4] == b"%PDF"
