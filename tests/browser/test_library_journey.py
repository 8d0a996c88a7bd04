"""The Library page in a real browser: rows that are clicked, files that leave and come back."""

import time

import pytest

from w2v_core import Corpus, SkipGram, save_model
from w2v_core.queue.queue import Queue

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TEXT = "Berlin is a city in Germany. Paris is a city in France. Rome is a city in Italy. " * 20
HOSTILE = "<img src=x onerror=alert(1)> $a$ *b* [c](javascript:x)"


@pytest.fixture(scope="module")
def models(app):
    model = SkipGram(epochs=4, dim=5).fit(Corpus.from_text(TEXT))
    Queue(app.home)  # where the server looks for workers at its end
    ids = "7a" * 8, "7b" * 8
    for id, name, created in zip(ids, ("Cities", HOSTILE), (4e9, 4.1e9), strict=True):
        save_model(model, app.home / "models" / id, name=name, created=created)
    return ids


def until(page, condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        page.wait_for_timeout(50)


def heading(page, name):
    return page.get_by_role("heading", name=name, exact=True)


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_a_clicked_row_is_the_model_that_is_shown(app, new_page, models, color_scheme):
    page = new_page(color_scheme)
    page.goto(f"{app.url}/library?model={models[1]}")
    heading(page, HOSTILE).wait_for()
    box = page.locator("[data-testid=stDataFrame]").first.bounding_box()
    first, second = box["y"] + 35 * 1.5, box["y"] + 35 * 2.5  # rows: the newest come first
    page.mouse.click(box["x"] + 100, second)
    heading(page, "Cities").wait_for()
    page.mouse.click(box["x"] + 17, first)  # its mark
    heading(page, HOSTILE).wait_for()
    page.mouse.click(box["x"] + 17, second)
    heading(page, "Cities").wait_for()
    until(page, lambda: models[0] in page.url)
    page.reload()
    heading(page, "Cities").wait_for()
    assert page.locator("img[src=x]").count() == 0
    page.get_by_test_id("stMain").get_by_role("link", name="Explore").click()
    page.wait_for_url(f"**/explore?*{models[0]}*")


def test_a_model_leaves_comes_back_and_is_deleted_and_brought_back(app, new_page, models, tmp_path):
    page = new_page()
    page.goto(f"{app.url}/library?model={models[0]}")
    heading(page, "Cities").wait_for()
    page.get_by_role("button", name="Download").click()
    files = {}
    for label in ("Model (.zip)", "Vectors"):
        with page.expect_download() as download:
            page.get_by_role("button", name=label, exact=True).click()
        files[label] = tmp_path / download.value.suggested_filename
        download.value.save_as(files[label])
    assert [file.name for file in files.values()] == ["Cities.zip", "Cities-V.txt"]
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Add from a file").click()
    chooser = page.locator("input[type=file]")
    chooser.set_input_files(files["Vectors"])
    page.get_by_text("Added Cities-V").wait_for()
    heading(page, "Cities-V").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("button", name="Delete it").click()
    page.get_by_text("Cities-V was deleted").wait_for()
    assert heading(page, "Cities-V").count() == 0
    page.get_by_role("button", name="Undo").click()
    heading(page, "Cities-V").wait_for()
    # A file that is damaged gets a sentence, and the list stays.
    (tmp_path / "half.zip").write_bytes(files["Model (.zip)"].read_bytes()[:1000])
    page.get_by_role("button", name="Add from a file").click()
    chooser.set_input_files(tmp_path / "half.zip")
    page.get_by_text("half.zip was not added").wait_for()
    chooser.set_input_files(files["Model (.zip)"])
    page.get_by_text("Added Cities:").wait_for()
