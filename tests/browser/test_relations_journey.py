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
    from w2v_core.library import training_history
    from w2v_core.library.model_files import save_corpus, save_model
    from w2v_core.storage.files import write_json
    from w2v_core.text.samples import sample_path

    folder = app.home / "models" / "0123456789abcdef"
    folder.mkdir(parents=True)
    corpus = Corpus.from_file(sample_path("small_world"))
    recorder = training_history.Recorder(folder, corpus.vocabulary)
    trained = SkipGram().fit(corpus, lambda progress: recorder(progress, progress.V[:, 0]))
    settings = {"name": "Small world", "created": time.time(), "model": {}, "text": {}}
    write_json(folder / "settings.json", settings)
    save_corpus(corpus, folder)
    save_model(trained, folder, name="Small world", created=settings["created"])
    return folder.name


def download(page, act, to):
    with page.expect_download() as got:
        act()
    got.value.save_as(to)
    return to


def png(page, number, to):
    """The n-th plot as the PNG that its own button makes."""
    plot = page.locator(".w2v-plot").nth(number)
    plot.hover(position={"x": 300, "y": 60})
    return download(page, plot.locator("[data-title='Download as PNG']").click, to)


def test_king_queen_man_is_solved_and_drawn(model, app, new_page, tmp_path):
    page = new_page()
    page.goto(app.url)
    page.get_by_role("link", name="Analogies").click()
    page.get_by_role("button", name="king : queen :: man").click()
    until(lambda: title(page, "king → queen as man → woman") >= 0)
    number = title(page, "king → queen as man → woman")
    drawn = names(page, number)
    assert {"a → b", "c → answer", "the point", "queen − king + man"} <= set(drawn)
    # Both arrows are seen, heads and all, and the scales of both axes are one.
    heads = page.evaluate(
        """n => { const el = document.querySelectorAll('.w2v-plot')[n], f = el._fullLayout;
        const unit = (axis) => axis._length / Math.abs(axis.range[1] - axis.range[0]);
        return [['a → b', 'c → answer'].map(name => el._fullData.find(t => t.name === name))
          .map(t => t.visible === true && t.marker.symbol[1] === 'arrow'),
          unit(f.xaxis) / unit(f.yaxis)]; }""",
        number,
    )
    assert heads[0] == [True, True] and abs(heads[1] - 1) < 0.01
    page.get_by_text("the answer, without the given words").wait_for()
    page.get_by_text("is nearest to man alone").wait_for()
    picture = png(page, number, tmp_path / "analogy.png").read_bytes()
    assert picture.startswith(b"\x89PNG") and len(picture) > 20_000


def test_capitals_are_drawn_formed_and_explained(model, app, new_page):
    page = new_page()
    page.goto(app.url)
    page.get_by_role("link", name="Diamonds").click()
    capitals = "france → paris, and its parallels"
    until(lambda: title(page, capitals) >= 0)
    drawn = names(page, title(page, capitals))
    assert {"along", "rungs", "berlin", "germany"} <= set(drawn)
    page.get_by_text("Watch it form").click()
    page.get_by_text("its training", exact=True).click()
    page.get_by_text("started from the spectrum").wait_for()
    slider = page.get_by_role("slider", name="Pass of the training")
    slider.wait_for()
    until(lambda: "current pass" in names(page, title(page, capitals)))
    until(lambda: slider.input_value() == slider.get_attribute("max"))  # it has played once
    before = page.evaluate(PLACES, title(page, capitals))
    last = float(slider.input_value())
    slider.press("Home")
    until(lambda: page.evaluate(PLACES, title(page, capitals)) != before)
    page.wait_for_url("**pass=0**")  # the address holds the pass
    assert float(slider.input_value()) == 0 < last

    page.get_by_text("Why?", exact=True).click()
    until(lambda: title(page, "Why france : paris") >= 0)
    page.get_by_text("are both pulled towards").wait_for()
    # Click the word farthest toward the capitals: its lines are read.
    word, *place = page.evaluate(
        """n => { const el = document.querySelectorAll('.w2v-plot')[n];
        el.scrollIntoView({block: 'center'});
        const t = el._fullData.find(t => t.name === 'pulled towards');
        const x = [...t.x], i = x.indexOf(Math.max(...x));
        const b = el.getBoundingClientRect(), f = el._fullLayout;
        return [t.text[i], b.x + f.xaxis._offset + f.xaxis.d2p(t.x[i]),
                b.y + f.yaxis._offset + f.yaxis.d2p(t.y[i])]; }""",
        title(page, "Why france : paris"),
    )
    page.mouse.move(*place)
    page.mouse.click(*place)
    page.get_by_text(f"{word} within 5 words of").wait_for()
    counts = page.locator(".w2v-facts tr", has_text=f"{word} within 5 words of").locator("td.n")
    until(lambda: counts.count() == 4)
    assert sum(int(text.replace(",", "")) for text in counts.all_inner_texts()) > 0
    until(lambda: page.locator(".w2v-lines u", has_text=word).count() >= 2)


def test_a_diamond_forms_from_a_random_start_and_plays(model, app, new_page):
    page = new_page()
    page.goto(f"{app.url}/diamonds?forming=true&from=a+random+start")
    page.get_by_role("button", name="Train from a random start").click()
    slider = page.get_by_role("slider", name="Pass of the training")
    slider.wait_for(timeout=90_000)
    capitals = "france → paris, and its parallels"
    until(lambda: "current pass" in names(page, title(page, capitals)))
    parallelism, closure, loss = page.evaluate(
        """n => { const el = document.querySelectorAll('.w2v-plot')[n];
        return ['parallelism', 'closure', 'loss'].map(
          name => [...el._fullData.find(t => t.name === name).y]); }""",
        title(page, capitals),
    )
    assert parallelism[0] < 0.2 and parallelism[-1] > 0.7
    assert closure[0] > 1.2 and closure[-1] < 0.6 and loss[-1] < loss[0]
    last = float(slider.get_attribute("max"))
    assert last > 5
    until(lambda: float(slider.input_value()) == last, 90)  # it plays once of itself
    until(lambda: page.get_by_role("button", name="Play").count() == 1)
    page.get_by_role("button", name="Play").click()
    until(lambda: 0 < float(slider.input_value()) < last)
    until(lambda: float(slider.input_value()) == last, 90)
    until(lambda: page.get_by_role("button", name="Play").count() == 1)
    assert title(page, capitals) >= 0


def test_a_list_is_pasted_and_edited_and_an_arrows_end_asks_why(model, app, new_page):
    page = new_page()
    page.goto(f"{app.url}/diamonds?why=true")
    until(lambda: title(page, "france → paris, and its parallels") >= 0)
    page.get_by_role("button", name="Edit").click()
    page.get_by_placeholder("man woman").fill("man woman\nking → queen\nboy, girl")
    page.get_by_placeholder("man woman").press("Control+Enter")
    page.get_by_role("button", name="Draw the pasted pairs").click()
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
    # Streamlit has a Stop of its own while it runs.
    main = page.get_by_test_id("stMainBlockContainer")
    main.get_by_role("button", name="Stop").click(timeout=60_000)
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
    page.get_by_text("A question is covered if all four words").wait_for(timeout=60_000)
