"""One walk through all lessons, in a real browser."""

import pytest

from tests.browser.test_journey import screenshot, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DRAWN = """() => document.querySelectorAll('[data-testid=stExpander]').length > 0
  && document.querySelectorAll('.w2v-plot').length > 0
  && [...document.querySelectorAll('.w2v-plot')].every((plot) => plot.dataset.drawn)
  && !document.querySelector('[data-testid=stSpinner], [data-stale=true]')"""

# Formulas that cannot be read, stick out of their place, or lose their top.
BROKEN = """() => [...document.querySelectorAll('.katex-error')].map((el) => el.textContent).concat(
  [...document.querySelectorAll('.katex-display')].filter((el) => el.offsetParent
    && (el.scrollWidth > el.clientWidth + 2 || [...el.querySelectorAll('.mord')].some((part) =>
      !part.children.length && part.textContent.trim()
      && part.getBoundingClientRect().top < el.getBoundingClientRect().top - 6)))
  .map((el) => el.textContent.slice(0, 80)))"""


def question(page):
    return page.locator("h2").first.inner_text()


def look(page, number):
    wait_for(page, DRAWN, seconds=60)
    assert page.get_by_test_id("stException").count() == 0
    assert page.evaluate(BROKEN) == []
    screenshot(page, f"lesson-{number}.png")


def test_a_walk_through_all_lessons(app, new_page):
    page = new_page()
    page.goto(app.url)
    page.get_by_role("link", name="How it works").click()
    asked = []
    for number in (*map(str, range(11)), "playground"):
        if asked:
            page.get_by_role("button", name="›", exact=False).last.click()
        wait_for(page, "n => location.search.includes(`lesson=${n}`)", number)
        wait_for(
            page, "old => document.querySelector('h2')?.innerText !== old", (asked or [""])[-1]
        )
        asked.append(question(page))
        look(page, number)
        # Answer, and see the answer.
        page.locator("[data-testid=stRadio] label").nth(1).click()
        page.get_by_text("In short.").wait_for()
        look(page, number)
    assert len(set(asked)) == 12

    # The playground learns.
    page.get_by_role("button", name="step 500").click()
    page.get_by_text("step 500:").or_(page.locator(".katex", has_text="500")).first.wait_for()
    look(page, "playground-500")


def test_a_lesson_is_reached_by_its_address_and_keeps_the_words(app, new_page):
    page = new_page()
    page.goto(app.url)
    page.get_by_role("link", name="How it works").wait_for()
    page.goto(f"{app.url}/lessons?lesson=4&from=notes&center=Paris&output=France")
    look(page, 4)
    wait_for(
        page,
        "() => [...document.querySelectorAll('.katex-display')].some((el) =>"
        " el.textContent.includes('France') && el.textContent.includes('Paris'))",
    )
    box = page.get_by_role("combobox", name="Center word c")
    box.click()
    box.press_sequentially("Rome")
    page.get_by_role("option", name="Rome", exact=True).click()
    wait_for(page, "() => location.search.includes('center=Rome')")
    page.reload()
    look(page, "4-reloaded")
    assert "Rome" in page.locator(".katex-display").first.inner_text()
