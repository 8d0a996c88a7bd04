"""Explore in a real browser: what is clicked, drawn around, turned, played and saved."""

import re
import time

import numpy as np
import pytest

from tests.browser.test_journey import overlapping_labels, plot, read, wait_for, wait_until_drawn
from w2v_core import Corpus, SkipGram, save_model
from w2v_core.library.training_history import Recorder

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HOSTILE = [
    "<b>x</b>",
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "$math$",
    "*star*",
    "=cmd()",
    "&lt;i&gt;",
    ":material/star:",
    "[a](http://b.example)",
    "שלום",
    "مرحبا",
    "e\u0323\u0302",
    "👩‍👩‍👧",
    "日本語",
    "%{text}",
    "w" * 1000,
]
TEXT = (
    "Berlin is a city in Germany. Paris is a city in France. Rome is a city in Italy. "
    "The café in Paris is open. A potato grows in the field near Rome.\n"
) * 20


def hostile_model():
    words = HOSTILE + [f"plain{i}" for i in range(20)]
    rng, n = np.random.default_rng(0), len(words)
    V, U = rng.normal(size=(2, n, 6)).astype(np.float32)
    return SkipGram.from_arrays(
        parameters=SkipGram(dim=6).get_params(),
        chosen={},
        words=words,
        counts=np.arange(n, 0, -1),
        lowercase=False,
        V=V,
        U=U,
        log_q=np.zeros(n, np.float32),
        loss_curve=np.array([2.0, 1.0]),
        stopped=False,
        seconds=1.0,
    )


@pytest.fixture(scope="module")
def cities(app):
    id, corpus = "c1" * 8, Corpus.from_text(TEXT)
    folder = app.home / "models" / id
    folder.mkdir(parents=True)
    model = SkipGram(epochs=6)
    recorder = None

    def record(progress):
        nonlocal recorder
        recorder = recorder or Recorder(folder, model.vocabulary)
        recorder(progress, np.zeros(len(corpus.words), np.float32))

    model.fit(corpus, record)
    save_model(model, folder, name="Cities", created=1.0)
    return id


@pytest.fixture(scope="module")
def hostile(app):
    id = "bad0" * 4
    save_model(hostile_model(), app.home / "models" / id, name="Hostile", created=2.0)
    return id


def explore(page, app, **query):
    """The map that is there at once, unless the address names another."""
    query = {"map": "PCA", **query}
    # The first page of a new server is the start page: it names the others.
    page.goto(f"{app.url}/train")
    page.get_by_text("Train on a text").wait_for()
    page.goto(f"{app.url}/explore?" + "&".join(f"{name}={value}" for name, value in query.items()))
    wait_until_drawn(page, "explore")


def point(page, row):
    """Where a row's point is on the screen."""
    return read(
        page,
        "explore",
        f"""(() => {{ const box = el.getBoundingClientRect(), {{xaxis: ax, yaxis: ay}} = el._fullLayout;
          const d = el.data[0]; return [box.left + ax._offset + ax.d2p(d.x[{row}]),
            box.top + ay._offset + ay.d2p(d.y[{row}])]; }})()""",
    )


def marked(page, name):
    found = read(
        page,
        "explore",
        f"(el.data.find(t => t.name === '{name}')?.customdata ?? []).map(c => c[0])",
    )
    return found


def until_marked(page, name, rows, seconds=20):
    end = time.monotonic() + seconds
    while (now := marked(page, name)) != rows:
        assert time.monotonic() < end, (name, now, rows)
        page.wait_for_timeout(50)


def words_marked(page, name):
    trace = f"el.data.find(t => t.name === '{name}')"
    end = time.monotonic() + 20
    while not read(page, "explore", f"Boolean({trace})"):
        assert time.monotonic() < end, f"nothing is marked as {name}"
        page.wait_for_timeout(50)
    return read(page, "explore", f"[...{trace}.text]")


def zoom(page):
    return read(page, "explore", "[...el._fullLayout.xaxis.range, ...el._fullLayout.yaxis.range]")


SELECTED = "el.data.find(t => t.name === 'selected and nearest')"


def choose(page, label, option):
    """Choose in a field, and wait until the map is drawn anew."""
    drawn = read(page, "explore", "Number(el.dataset.drawn)")
    page.get_by_role("combobox", name=label, exact=True).click()
    page.get_by_role("option", name=option, exact=True).click()
    wait_for(
        page,
        "n => Number(document.querySelector(\"[class*='st-key-explore'] .w2v-plot\").dataset.drawn) > n",
        drawn,
    )


@pytest.mark.parametrize("dims", ["2-D", "3-D"])
def test_zoom_and_camera_stay_while_colors_and_labels_change(app, new_page, cities, dims):
    page = new_page()
    where = "0.5_0.9_0.4_0_0_0_0_0_1" if dims == "3-D" else "-0.9_1.2_-0.7_0.8"
    explore(page, app, model=cities, dims=dims, at=where)

    def view():
        if dims == "2-D":
            return zoom(page)
        return read(page, "explore", "Object.values(el._fullLayout.scene._scene.getCamera().eye)")

    before = view()
    assert before == pytest.approx([float(v) for v in where.split("_")][: len(before)], rel=1e-3)
    for color in ("frequency", "cluster", "vector length", "one colour"):
        choose(page, "Colour", color)
        assert view() == pytest.approx(before, rel=1e-3), color
    page.get_by_role("button", name="View").click()
    thumb = page.get_by_role("slider", name="Labels")
    thumb.focus()
    drawn = read(page, "explore", "Number(el.dataset.drawn)")
    page.keyboard.press("ArrowLeft")
    wait_for(
        page,
        "n => Number(document.querySelector(\"[class*='st-key-explore'] .w2v-plot\").dataset.drawn) > n",
        drawn,
    )
    choose(page, "Size", "frequency")
    assert view() == pytest.approx(before, rel=1e-3)
    assert where[:3] in page.evaluate("new URL(location.href).searchParams.get('at')")


@pytest.mark.parametrize(
    "query",
    [
        {"map": "axes", "word": "paris"},
        {"both": "true", "word": "paris"},
        {"color": "cluster", "size": "frequency", "labels": "most"},
        {"dims": "3-D", "word": "paris"},
        {"time": "true", "word": "paris", "pass": "0"},
    ],
)
def test_labels_overlap_in_no_view(app, new_page, cities, query):
    page = new_page()
    explore(page, app, model=cities, **query)
    wait_for(page, "() => document.querySelectorAll('.w2v-labels text').length > 3")
    assert overlapping_labels(page, "explore")[1] == []


def test_the_map_is_seen_before_plotly_is_there_and_looks_the_same_with_it(app, new_page, cities):
    page = new_page()
    page.goto(f"{app.url}/train")
    page.get_by_text("Train on a text").wait_for()
    waiting = []
    page.route("**/plotly.min.js", lambda route: waiting.append(route))
    page.goto(f"{app.url}/explore?model={cities}&word=paris")
    wait_for(page, "() => document.querySelectorAll('.w2v-sketch text').length > 3")
    texts = "[...document.querySelectorAll('.w2v-labels text')].map(t => t.textContent)"
    first = page.evaluate(texts)
    assert "paris" in first and page.locator("svg.w2v-sketch .w2v-marks circle").count() == 1
    for route in waiting:
        route.continue_()
    wait_until_drawn(page, "explore")
    assert page.locator(".w2v-sketch").count() == 0
    assert len(set(first) & set(page.evaluate(texts))) >= 0.8 * len(first)


def test_the_map_takes_the_width_that_it_is_given(app, new_page, cities):
    page = new_page()
    explore(page, app, model=cities)
    before = read(page, "explore", "el._fullLayout.width")
    page.get_by_test_id("stSidebar").hover()
    page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
    width = "(document.querySelector(\"[class*='st-key-explore'] .w2v-plot\")._fullLayout.width)"
    wait_for(page, f"before => {width} > before + 50", before)
    assert read(page, "explore", "el._fullLayout.width - el.clientWidth") == pytest.approx(0, abs=2)
    assert overlapping_labels(page, "explore")[1] == []


def test_box_and_shift_click_select_and_the_zoom_stays(app, new_page, cities):
    page = new_page()
    explore(page, app, model=cities)
    plot(page, "explore").hover()
    page.locator("[data-title='Zoom out']").first.click()
    page.wait_for_url(re.compile("at="))
    before = zoom(page)
    x, y = point(page, 0)
    page.locator("[data-title='Box Select']").click()
    page.mouse.move(x - 12, y - 12)
    page.mouse.down()
    page.mouse.move(x + 5, y + 5, steps=3)
    page.mouse.move(x + 12, y + 12, steps=3)
    page.mouse.up()
    page.get_by_text(re.compile("Selection: ")).wait_for()
    first = marked(page, "selection")
    assert 0 in first
    assert zoom(page) == pytest.approx(before)
    page.locator("[data-title='Pan']").click()
    inside = read(
        page,
        "explore",
        "(() => { const {xaxis: ax, yaxis: ay} = el._fullLayout; return [...el.data[0].x.keys()]"
        ".filter(i => { const x = ax.d2p(el.data[0].x[i]), y = ay.d2p(el.data[0].y[i]);"
        " return x > 20 && y > 20 && x < ax._length - 20 && y < ay._length - 20; }); })()",
    )
    # The one with most room around it: no other point is hovered in its place.
    alone = read(
        page,
        "explore",
        f"""(() => {{ const {{xaxis: ax, yaxis: ay}} = el._fullLayout, d = el.data[0];
          const at = [...d.x.keys()].map(i => [ax.d2p(d.x[i]), ay.d2p(d.y[i])]);
          const room = i => Math.min(...at.map(([x, y], j) =>
            j === i ? 1e9 : Math.hypot(x - at[i][0], y - at[i][1])));
          return {inside}.sort((i, j) => room(j) - room(i)); }})()""",
    )
    other = next(i for i in alone if i not in first)
    x, y = point(page, other)
    end = time.monotonic() + 30
    while not hovered(page, read(page, "explore", f"el.data[0].text[{other}]")):
        assert time.monotonic() < end, "the point is not hovered"
        page.mouse.move(x + 30, y + 30)  # again: a drawing may have passed over the last move
        page.mouse.move(x, y, steps=2)
        page.wait_for_timeout(200)
    page.keyboard.down("Shift")
    page.mouse.click(x, y)
    page.keyboard.up("Shift")
    wait_for(
        page,
        "() => /pick=/.test(location.search)",
    )
    page.get_by_text(f"Selection: {len(first) + 1} words").wait_for()
    assert zoom(page) == pytest.approx(before)

    # The address holds it all: selection and zoom.
    wait_for(page, "() => /pick=.*at=|at=.*pick=/.test(location.search)")
    page.reload()
    wait_until_drawn(page, "explore")
    page.get_by_text(f"Selection: {len(first) + 1} words").wait_for()
    assert len(marked(page, "selection")) == len(first) + 1
    assert zoom(page) == pytest.approx(before, rel=1e-3)

    # Isolated, kept under a name, cleared, opened again.
    page.get_by_text("Isolate", exact=True).click()
    wait_for(
        page,
        "n => document.querySelector(\"[class*='st-key-explore'] .w2v-plot\").data[0].x.length === n",
        len(first) + 1,
    )
    page.get_by_text("Isolate", exact=True).click()
    page.get_by_role("button", name="More").click()
    page.get_by_label("Keep the selection as").fill("my words")
    page.get_by_label("Keep the selection as").press("Enter")
    page.get_by_role("button", name="Keep", exact=True).click()
    page.wait_for_url(re.compile("set=my"))
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Clear", exact=True).click()
    until_marked(page, "selection", [])
    # While the page is made anew, the field of the run before stands beside it.
    wait_for(
        page, "() => document.querySelectorAll('[aria-label=\"Kept selections\"]').length === 1"
    )
    page.get_by_role("combobox", name="Kept selections").click()
    page.get_by_role("option", name="my words").click()
    page.get_by_text(f"Selection: {len(first) + 1} words").wait_for()


def test_a_lasso_selects(app, new_page, cities):
    page = new_page()
    explore(page, app, model=cities)
    plot(page, "explore").hover()
    page.locator("[data-title='Lasso Select']").click()
    x, y = point(page, 2)
    page.mouse.move(x - 15, y - 15)
    page.mouse.down()
    for dx, dy in ((15, -15), (15, 15), (-15, 15), (-15, -15)):
        page.mouse.move(x + dx, y + dy, steps=4)
    page.mouse.up()
    page.get_by_text(re.compile("Selection: ")).wait_for()
    assert 2 in marked(page, "selection")


def test_a_word_is_clicked_in_space_and_the_camera_stays(app, new_page, cities):
    page = new_page()
    explore(page, app, model=cities, dims="3-D")
    wait_for(page, "() => document.querySelectorAll('.w2v-labels text').length > 3")
    assert overlapping_labels(page, "explore")[1] == []
    box = plot(page, "explore").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 10, steps=4)
    page.mouse.up()
    page.wait_for_url(re.compile("at="))
    camera = read(page, "explore", "el._fullLayout.scene._scene.getCamera().eye")
    x, y = page.evaluate(
        """() => { const text = [...document.querySelectorAll('.w2v-labels g')].find(
             g => g.querySelector('circle')), c = text.querySelector('circle').getBoundingClientRect();
           return [c.left + c.width / 2, c.top + c.height / 2]; }"""
    )
    hovered = page.locator(".hoverlayer .hovertext")
    for i in range(50):  # WebGL looks for what is under the mouse when it draws
        page.mouse.move(x + i % 3 - 1, y + i % 2)
        page.wait_for_timeout(100)
        if hovered.count():
            break
    page.mouse.down()
    page.wait_for_timeout(300)
    page.mouse.up()
    page.get_by_text(re.compile("Nearest to")).wait_for()
    wait_for(page, "() => /word=/.test(location.search)")
    assert read(page, "explore", "el._fullLayout.scene._scene.getCamera().eye") == pytest.approx(
        camera
    )


SLIDER = 'document.querySelector(".w2v-time input")'


def until_played(page):
    wait_for(
        page,
        f"() => {SLIDER} && {SLIDER}.value === {SLIDER}.max"
        " && document.querySelector('.w2v-time button').ariaLabel === 'Play'",
    )


def test_with_reduced_motion_a_film_waits_at_its_end(app, new_page, cities):
    page = new_page()
    page.emulate_media(reduced_motion="reduce")
    explore(page, app, model=cities, time="true")
    values = {page.evaluate(f"{SLIDER}.value === {SLIDER}.max") for _ in range(5)}
    assert values == {True} and page.get_by_role("button", name="Play").count() == 1


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_points_move_from_the_components_to_their_t_sne(app, new_page, cities, motion):
    page = new_page()
    page.emulate_media(reduced_motion=motion)
    explore(page, app, model=cities, word="paris")
    places = "[...el.data[0].x].map((x, i) => [x, el.data[0].y[i]])"
    before, box = read(page, "explore", places), page.locator(".w2v-plot").first.bounding_box()
    # Whether points with new coordinates are ever seen where the old ones were.
    page.evaluate(
        """() => {
          const plot = () => document.querySelector("[class*='st-key-explore'] .w2v-plot");
          const pixels = ({_fullLayout: {xaxis, yaxis}, data: [{x, y}]}) =>
            [...x].map((_, i) => [xaxis.d2p(x[i]), yaxis.d2p(y[i])]);
          const old = plot().data[0].x[0], places = pixels(plot());
          window.stayed = false;
          const look = () => {
            setTimeout(look, 5);
            const el = plot();
            if (!el?._fullLayout || !el.data || el.data[0].x[0] === old) return;
            window.stayed ||= pixels(el).every(([x, y], i) =>
              Math.hypot(x - places[i][0], y - places[i][1]) < 8);
          };
          look();
        }"""
    )
    page.get_by_role("radio", name="t-SNE", exact=True).click()
    page.get_by_text("Until then").wait_for(state="detached", timeout=60_000)
    drawn = "Number(el.dataset.drawn)"
    wait_for(
        page,
        "before => document.querySelector(\"[class*='st-key-explore'] .w2v-plot\").data[0].x[0] !== before",
        before[0][0],
    )
    page.wait_for_url(re.compile("word=paris"))
    now = read(page, "explore", drawn)
    while (newest := (page.wait_for_timeout(1000), read(page, "explore", drawn))[1]) != now:
        now = newest
    assert page.evaluate("window.stayed") == (motion == "no-preference")
    assert page.locator(".w2v-plot").first.bounding_box() == box
    assert words_marked(page, "selected and nearest")[0] == "paris"
    _, touching = overlapping_labels(page, "explore")
    assert touching == []


def test_the_passes_of_a_training_play_and_the_view_stays(app, new_page, cities):
    page = new_page()
    explore(page, app, model=cities, time="true", word="paris")
    until_played(page)  # of itself, once
    at_last = read(page, "explore", "el.data[0].x[0]")
    before = zoom(page)
    slider = page.get_by_label("Pass of the training")
    last = re.search(r"after pass (\d+)", page.locator(".w2v-time").inner_text())[1]
    assert int(last) >= 2
    slider.focus()
    slider.press("Home")
    page.get_by_text("after pass 0").wait_for()
    page.wait_for_url(re.compile("pass=0"))
    at_first = read(page, "explore", "el.data[0].x[0]")
    assert at_first != at_last and zoom(page) == pytest.approx(before)
    ring = "(() => { const t = el.data.find(t => t.name === 'selected and nearest');"
    assert (
        read(page, "explore", ring + " return t.x[0] - el.data[0].x[t.customdata[0][0]] })()") == 0
    )
    page.get_by_role("button", name="Play").click()
    page.wait_for_url(re.compile(f"pass={last}"))
    assert read(page, "explore", "el.data[0].x[0]") == pytest.approx(at_last)
    assert zoom(page) == pytest.approx(before)


def test_search_marks_and_counts_and_a_bad_expression_gets_a_sentence(app, new_page, cities):
    page = new_page()
    explore(page, app, model=cities)
    page.get_by_test_id("stPopoverButton").filter(has_text=re.compile("^search|^$")).first.click()
    field = page.get_by_label("Mark all matching words", exact=True)
    field.fill("p, r")
    field.press("Enter")
    page.get_by_text(re.compile("3 words found")).wait_for()
    assert sorted(words_marked(page, "found")) == ["paris", "potato", "rome"]
    page.get_by_role("radio", name="regular expression").click()
    field.fill("(")
    field.press("Enter")
    page.get_by_text("This is not a valid regular expression").wait_for()
    field.fill("^.{4}$")
    field.press("Enter")
    page.get_by_role("button", name="Select them").click()
    page.get_by_text(re.compile("Selection: ")).first.wait_for()
    assert "rome" in words_marked(page, "selection")


HOVERED = (
    "word => [...document.querySelectorAll('.hoverlayer .hovertext')]"
    ".some(one => one.textContent.includes(word))"
)


def hovered(page, word):
    return page.evaluate(HOVERED, word)


def until_hovered(page, word):
    wait_for(page, HOVERED, word)


def download(page, act):
    with page.expect_download() as got:
        act()
    return got.value.path().read_bytes()


def test_hostile_words_are_themselves_on_the_map_and_in_what_is_saved(app, new_page, hostile):
    page = new_page()
    explore(page, app, model=hostile, map="PCA", color="frequency")
    assert page.locator("img[src=x]").count() == 0
    labels = page.evaluate(
        "() => [...document.querySelectorAll('.w2v-labels text')].map(t => t.textContent)"
    )
    assert {"<b>x</b>", "$math$", "*star*", "=cmd()", "&lt;i&gt;"} <= set(labels)
    for row in (0, 1, 5, HOSTILE.index("w" * 1000)):
        x, y = point(page, row)
        page.mouse.move(x + 40, y + 40)
        page.mouse.move(x, y, steps=2)
        until_hovered(page, HOSTILE[row])
    x, y = point(page, 1)
    page.mouse.move(x + 40, y + 40)
    page.mouse.move(x, y, steps=2)
    until_hovered(page, HOSTILE[1])
    page.mouse.click(x, y)
    page.get_by_text("Nearest to <img src=x onerror=alert(1)>").wait_for()
    wait_until_drawn(page, "nearest")
    page.get_by_role("button", name="Select these words").click()
    page.get_by_text("Selection: 11 words").wait_for()
    assert page.locator("img[src=x]").count() == 0
    # What is saved: the table, the page of its own, the picture.
    page.get_by_role("button", name="Save as a table").click()
    table = download(page, page.get_by_role("button", name=re.compile("^Coordinates")).click)
    lines = table.decode("utf-8-sig").splitlines()
    assert any(line.startswith("'=cmd(),") for line in lines)
    assert any(line.startswith("<b>x</b>,") for line in lines)
    assert any(line.startswith("w" * 1000 + ",") for line in lines)
    page.keyboard.press("Escape")
    svg = download(page, lambda: page.locator("[data-title='Download as SVG']").first.click())
    assert svg.startswith(b"<svg") and b"onerror=alert(1)&#62;" in svg and b"<img" not in svg
    png = download(page, lambda: page.locator("[data-title='Download as PNG']").first.click())
    assert png.startswith(b"\x89PNG") and len(png) > 10_000
    html = download(page, lambda: page.locator("[data-title*='HTML']").first.click())
    alone = new_page()
    alone.set_content(html.decode())
    wait_for(alone, "() => document.querySelectorAll('.textpoint text').length > 10")
    assert alone.locator("img[src=x]").count() == 0
    assert "<b>x</b>" in alone.locator(".textpoint text").all_text_contents()


def test_a_category_from_a_table_colors_the_map(app, new_page, cities):
    page = new_page()
    explore(page, app, model=cities, color="category (CSV)")
    page.locator("input[type=file]").set_input_files(
        {
            "name": "kinds.csv",
            "mimeType": "text/csv",
            "buffer": b"word,category\nparis,city\nrome,city\nfrance,<b>country</b>\n",
        }
    )
    page.get_by_text("kinds.csv").first.wait_for()
    wait_for(page, "() => document.querySelectorAll('.legend .legendtext').length === 3")
    names = page.locator(".legend .legendtext").all_text_contents()
    assert names == ["1 · city", "2 · <b>country</b>", "none"]


def test_t_sne_is_drawn_in_the_background_and_kept(app, new_page, cities):
    page = new_page()
    explore(page, app, model=cities, word="paris", map="PCA")
    page.get_by_role("radio", name="t-SNE").click()
    page.wait_for_url(lambda url: "map=" not in url)  # it is what the page opens with
    wait_for(
        page,
        "() => document.querySelector(\"[class*='st-key-explore'] .w2v-plot\")"
        "?.layout?.xaxis?.title?.text === ''",
        seconds=60,
    )
    # The word that was selected is in sight: the zoom was that of the map before.
    x0, x1, y0, y1 = zoom(page)
    x, y = read(page, "explore", f"(t => [t.x[0], t.y[0]])({SELECTED})")
    assert x0 < x < x1 and y0 < y < y1
    assert x1 - x0 > 0.2 * read(
        page, "explore", "Math.max(...el.data[0].x) - Math.min(...el.data[0].x)"
    )
    assert overlapping_labels(page, "explore")[1] == []
    page.wait_for_timeout(1500)  # the points have moved to their places
    places = read(page, "explore", "[...el.data[0].x]")
    page.reload()
    wait_until_drawn(page, "explore")
    page.wait_for_timeout(1500)
    assert read(page, "explore", "[...el.data[0].x]") == pytest.approx(places)
