"""A word report in a real browser: it is taken away, printed on either paper, and runs and asks nothing."""

import re

import pytest

from w2v_core import Corpus, SkipGram, save_model
from w2v_core.text.samples import sample_path

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def royalty(app):
    model = SkipGram(epochs=5).fit(Corpus.from_file(sample_path("royalty")))
    name = "royalty <script>document.title = 'ran'</script>"
    return save_model(model, app.home / "models" / ("6d" * 8), name=name, created=1.0).name


def test_a_report_is_taken_away_and_printed(app, new_page, chromium, royalty, tmp_path):
    page = new_page()
    page.goto(app.url)  # a fresh server knows the pages only once its start page has run
    page.get_by_role("link", name="Neighbours").wait_for()
    page.goto(f"{app.url}/neighbours?model={royalty}&word=queen")
    page.locator(".w2v-plot[data-drawn]").nth(2).wait_for()
    with page.expect_download() as taken:
        page.get_by_role("button", name="Word report").first.click()
    file = tmp_path / "queen.html"
    taken.value.save_as(file)
    assert taken.value.suggested_filename == "queen.html"

    browser = chromium()
    try:
        paper, said, asked = browser.new_page(), [], []
        paper.on("console", lambda message: said.append(message.text))
        paper.on("request", lambda request: asked.append(request.url))
        paper.goto(file.as_uri())
        assert paper.title() == "queen: word report" and asked == [file.as_uri()] and said == []
        assert paper.get_by_role("heading", name="queen").is_visible()
        assert "<script>document.title" in paper.locator("header").inner_text()
        for format, width in (("A4", 180), ("Letter", 185.9)):  # millimetres between the margins
            printed = paper.pdf(format=format)
            assert printed.startswith(b"%PDF")
            assert 1 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 3
            paper.set_viewport_size({"width": int(width * 96 / 25.4), "height": 1000})
            paper.emulate_media(media="print")
            fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
            assert paper.evaluate(fits), format
            cells = "[...document.querySelectorAll('td, th')]"
            table = f"{cells}.every((cell) => cell.scrollWidth <= cell.clientWidth + 1)"
            assert paper.evaluate(table), format
            assert not paper.get_by_text("meant for printing").is_visible()
            paper.emulate_media(media="screen")
    finally:
        browser.close()
