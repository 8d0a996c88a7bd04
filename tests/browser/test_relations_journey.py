"""Analogies and diamonds in a real browser, on the small world."""

import time

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def until(condition, seconds=60):
    """Ask again and again until the condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.2)


def names(page, number):
    """The names of the traces of the page's n-th plot, and of its annotations."""
    return page.evaluate(
        """n => { const el = document.querySelectorAll('.w2v-plot')[n];
        return el?._fullData ? [...el._fullData.map(t => t.name),
          ...(el.layout.annotations ?? []).map(a => a.text)] : []; }""",
        number,
    )


# Where the words of the n-th plot stand.
PLACES = """n => [...document.querySelectorAll('.w2v-plot')[n]._fullData
  .find(t => t.name === 'words').y].map(y => y.toFixed(4)).join()"""


def title(page, text):
    """Whether a plot has a title that begins so."""
    return page.evaluate(
        """text => [...document.querySelectorAll('.w2v-plot')].findIndex(
        el => el.layout?.title?.text?.startsWith(text))""",
        text,
    )


@pytest.fixture(scope="module")
def model(app):
    """The small world, trained into the app's home."""
    from w2v_core import Corpus, SkipGram
    from w2v_core.runs import history
    from w2v_core.runs.files import write_json
    from w2v_core.runs.formats import save_corpus, save_model
    from w2v_core.text.samples import sample_path

    folder = app.home / "models" / "0123456789abcdef"
    folder.mkdir(parents=True)
    corpus = Corpus.from_file(sample_path("small_world"))
    recorder = history.Recorder(folder, corpus.vocabulary)
    trained = SkipGram().fit(corpus, lambda progress: recorder(progress, progress.V[:, 0]))
    settings = {"name": "Small world", "created": time.time(), "model": {}, "text": {}}
    write_json(folder / "settings.json", settings)
    save_corpus(corpus, folder)
    save_model(trained, folder, name="Small world", created=settings["created"])
    return folder.name


def test_an_analogy_is_drawn_and_a_diamond_forms_and_is_explained(model, app, new_page):
    page = new_page()
    page.goto(app.url)
    page.get_by_role("link", name="Analogies").click()
    page.get_by_role("button", name="king : queen :: man").click()
    until(lambda: title(page, "king → queen as man → woman") >= 0)
    drawn = names(page, title(page, "king → queen as man → woman"))
    assert {"a → b", "c → answer", "the point", "queen − king + man"} <= set(drawn)
    assert page.get_by_text("given words").count() or page.get_by_text("left in").count()

    page.get_by_role("link", name="Diamonds").click()
    until(lambda: title(page, "france → paris, and its parallels") >= 0)
    drawn = names(page, title(page, "france → paris, and its parallels"))
    assert {"along", "rungs", "berlin", "germany"} <= set(drawn)
    page.get_by_text("Watch it form").click()
    slider = page.get_by_role("slider")
    slider.wait_for()
    page.get_by_text("started from the spectrum").wait_for()  # all of it has been drawn
    before = page.evaluate(PLACES, title(page, "france → paris, and its parallels"))
    slider.press("ArrowLeft")
    until(lambda: page.evaluate(PLACES, title(page, "france → paris, and its parallels")) != before)

    page.get_by_text("Why?", exact=True).click()
    until(lambda: title(page, "Why france : paris") >= 0)
    page.get_by_text("are both pulled toward").wait_for()
    # Click the word farthest toward the capitals: its lines are read.
    word, *place = page.evaluate(
        """n => { const el = document.querySelectorAll('.w2v-plot')[n];
        el.scrollIntoView({block: 'center'});
        const t = el._fullData.find(t => t.name === 'pulled toward');
        const x = [...t.x], i = x.indexOf(Math.max(...x));
        const b = el.getBoundingClientRect(), f = el._fullLayout;
        return [t.text[i], b.x + f.xaxis._offset + f.xaxis.d2p(t.x[i]),
                b.y + f.yaxis._offset + f.yaxis.d2p(t.y[i])]; }""",
        title(page, "Why france : paris"),
    )
    page.mouse.move(*place)
    page.mouse.click(*place)
    until(lambda: page.get_by_text(f"{word} within 5 words of").count() == 4)
    assert page.locator(".w2v-lines u", has_text=word).count() >= 2


def test_a_diamond_forms_from_a_random_start_and_plays(model, app, new_page):
    page = new_page()
    page.goto(f"{app.url}/diamonds?forming=true&from=a+random+start")
    page.get_by_role("button", name="Train it so").click()
    slider = page.get_by_role("slider")
    slider.wait_for(timeout=90_000)
    curve = """() => { const el = [...document.querySelectorAll('.js-plotly-plot')].find(
      el => el._fullData?.some(t => t.name === 'parallelism (1: parallel)'));
      return el ? [...el._fullData[0].y] : null; }"""
    until(lambda: page.evaluate(curve) is not None)
    parallelism = page.evaluate(curve)
    assert parallelism[0] < 0.2 and parallelism[-1] > 0.7
    last = slider.get_attribute("aria-valuenow")
    page.get_by_role("button", name="Play").click()
    until(lambda: slider.get_attribute("aria-valuenow") == "0")
    until(lambda: slider.get_attribute("aria-valuenow") not in ("0", last))
    until(lambda: slider.get_attribute("aria-valuenow") == last, 90)
    assert title(page, "france → paris, and its parallels") >= 0


def test_a_list_is_pasted_and_edited_and_an_arrows_end_asks_why(model, app, new_page):
    page = new_page()
    page.goto(f"{app.url}/diamonds?why=true")
    until(lambda: title(page, "france → paris, and its parallels") >= 0)
    page.get_by_role("button", name="Edit").click()
    page.get_by_placeholder("man woman").fill("man woman\nking → queen\nboy, girl")
    page.get_by_placeholder("man woman").press("Control+Enter")
    page.get_by_role("button", name="Draw what was pasted").click()
    until(lambda: title(page, "man → woman, and its parallels") >= 0)
    until(lambda: title(page, "Why man : woman is like king : queen") >= 0)
    place = page.evaluate(
        """n => { const el = document.querySelectorAll('.w2v-plot')[n];
        el.scrollIntoView({block: 'center'});
        const t = el._fullData.find(t => t.name === 'words'), f = el._fullLayout;
        const b = el.getBoundingClientRect(), i = 5;
        return [b.x + f.xaxis._offset + f.xaxis.d2p(t.x[i]),
                b.y + f.yaxis._offset + f.yaxis.d2p(t.y[i])]; }""",
        title(page, "man → woman, and its parallels"),
    )
    page.mouse.move(*place)
    page.mouse.click(*place)
    until(lambda: title(page, "Why man : woman is like boy : girl") >= 0)


def test_a_question_file_is_answered_and_resampling_can_be_stopped(model, app, new_page):
    page = new_page()
    page.goto(f"{app.url}/analogies?a=king&b=queen&c=man")
    until(lambda: title(page, "king → queen as man → woman") >= 0)
    page.get_by_role("button", name="How sure?").click()
    page.get_by_role("button", name="Stop").click(timeout=60_000)
    page.get_by_role("button", name="How sure?").wait_for(timeout=60_000)
    page.get_by_text("Scorecard: many questions at once").click()
    page.locator("input[type=file]").set_input_files(
        {
            "name": "mine.txt",
            "mimeType": "text/plain",
            "buffer": b": mine\nking queen man woman\nking queen boy atlantis\n",
        }
    )
    page.get_by_role("button", name="Answer 2 questions").click()
    page.get_by_text("Covered: questions all four words").wait_for(timeout=60_000)
