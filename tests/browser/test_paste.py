"""Pasting in a real browser: as much as the field says, and no more; the page lives on either way."""

import re

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

COPY = """async ([megabytes, letter]) => {
  const line = 'berlin is a city in germany and paris is a city in france ' + letter + '.\\n';
  const size = new Blob([line]).size;
  const text = line.repeat(Math.floor(megabytes * 1e6 / size));
  await navigator.clipboard.writeText(text);
  const area = document.querySelector('.st-key-pasted textarea');
  area.focus();
  area.select();
  return new Blob([text]).size;
}"""
SET = """(megabytes) => {  // what comes in without a first event
  const area = document.querySelector('.st-key-pasted textarea');
  const set = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value').set;
  set.call(area, 'a text. '.repeat(Math.floor(megabytes * 1e6 / 8)));
  area.dispatchEvent(new Event('input', {bubbles: true}));
}"""


def test_a_paste_up_to_the_limit_works_and_a_longer_one_is_turned_away(app, new_page):
    page = new_page()
    page.set_default_timeout(90_000)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    def paste(megabytes, letter="z"):
        size = page.evaluate(COPY, [megabytes, letter])
        page.keyboard.press("Control+V")
        return size

    page.goto(f"{app.url}/?source=Paste")
    area = page.locator(".st-key-pasted textarea")
    area.wait_for()
    note = page.locator(".w2v-too-long")
    note.wait_for(state="attached")
    assert "up to 10 MB" in page.locator(".st-key-pasted").inner_text()
    for bring in (
        lambda: paste(10.5),
        lambda: paste(10.5, "☃ Ελλάδα"),  # bytes count, not letters
        lambda: page.evaluate(SET, 30),
    ):
        page.evaluate("document.querySelector('.w2v-too-long').hidden = true")
        bring()
        note.wait_for()
        assert re.search(
            r"has (10\.5|30\.0) MB, and at most 10 MB can be pasted", note.inner_text()
        )
        assert area.input_value() == ""
    # The page lives: a short text is taken at once, and the sentence goes.
    area.fill("Berlin is a city in East Germany. Paris is a city in France.")
    area.press("Control+Enter")
    page.get_by_text("Current text: pasted text, 0.00 MB").wait_for()
    assert note.is_hidden()
    # Just below the limit: it is kept, and leaves the field, so that the page stays quick.
    size = paste(9.99)
    assert 9.9e6 < size < 10e6
    area.press("Control+Enter")
    page.get_by_text("Current text: pasted text, 9.99 MB").wait_for(timeout=120_000)
    page.wait_for_function("document.querySelector('.st-key-pasted textarea').value === ''")
    page.get_by_text("Expected:").wait_for()
    # And the way to an upload.
    paste(30)
    note.get_by_role("button", name="Upload a file").click()
    page.get_by_text("Text files (.txt").wait_for()
    assert "source=Upload" in page.url
