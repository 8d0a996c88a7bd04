"""Every page opens on names that mean harm, and hands them on as text."""

import re

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests import hostile_names
from tests.conftest import ROOT
from tests.hostile_names import NAMES
from tests.operators_library import library
from w2v_core.library import word_sets
from w2v_core.work import worker

PAGES = ("train", "explore", "neighbours", "analogies", "diamonds", "compare", "lessons", "library")
MARKUP = re.compile(
    # What Markdown would act on: a token of a name after markup that has no backslash before it.
    # A bare address becomes a link, whatever backslashes stand in it.
    r"://example|(?<!\\)(\*\*|:red\[|\$|\[|`|~~)qq[abcdij]"
    r"|(?<!\\)(<b>|<img[^>]*>|<a [^>]*>|<script>[^<]*</script>)qq"
)


@pytest.fixture(scope="module")
def furnished(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        place = tmp_path_factory.mktemp("home")
        patch.setenv("W2V_HOME", str(place))
        yield place, hostile_names.furnish()


@pytest.fixture(autouse=True)
def home(furnished, monkeypatch):
    import pages.parts.training.live_training

    monkeypatch.setenv("W2V_HOME", str(furnished[0]))
    for module in (worker, pages.parts.training.live_training):
        monkeypatch.setattr(module, "ensure_worker", lambda queue: None)
    st.cache_resource.clear()
    st.cache_data.clear()
    return furnished[1]


def open_page(page, **query):
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for name, value in query.items():
        at.query_params[name] = value
    if page != "train":
        at.switch_page(f"pages/{page}.py")
    return well(at.run())


def well(at):
    assert not at.exception, at.exception
    assert not any(element.allow_html for element in at.markdown)
    for said in in_markdown(at):
        assert not MARKUP.search(said), said
    return at


def in_markdown(at):
    """All that Streamlit shows as Markdown: labels, helps, sentences."""

    def walk(node):
        for child in getattr(node, "children", {}).values():
            yield child
            yield from walk(child)

    for node in walk(at._tree):
        proto = getattr(node, "proto", None)
        inner = [proto]
        if (
            proto is not None
            and hasattr(proto, "WhichOneof")
            and "type" in [oneof.name for oneof in proto.DESCRIPTOR.oneofs]
        ):
            inner.append(getattr(proto, proto.WhichOneof("type") or "", None))
        for one in inner:
            for field in ("label", "help", "body"):
                text = getattr(one, field, None)
                if isinstance(text, str) and type(one).__name__ not in ("Text", "Code", "Html"):
                    yield text


def tables(at):
    return [table.value for table in at.dataframe]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens(home, page):
    open_page(page, model=home.models[0])
    open_page(page, model=home.models[1])


def test_the_documents_of_a_text_show_every_column_under_its_own_name(home):
    at = open_page("train", source="Upload", upload=home.text)
    listed = next(t for t in tables(at) if "document" in t.columns)
    assert len(listed) == 6 and list(listed["document"]) == [f"{i}.txt" for i in range(6)]
    assert listed["KB"].dtype.kind == "f"
    for name in (
        "**qqa**",
        "__proto__",
        "$part",
        "bdata",
        "=1+1",
        "twice",
        "twice *",
        "constructor",
    ):
        assert name in listed.columns, name
    # A column that is called like ours is not lost.
    assert sum(c.startswith("document") for c in listed.columns) == 2
    assert sum(c.startswith("KB") for c in listed.columns) == 2
    labels = [m.label for m in at.multiselect]
    assert any(r"\*\*qqa\*\*" in label for label in labels)
    for field in [*at.multiselect, *at.selectbox]:
        assert len(set(field.options)) == len(field.options), field.label
    keys = [m.key for m in at.multiselect if (m.key or "").startswith("_by_")]
    assert len(keys) > len(NAMES) - 5
    for key in keys[::12]:  # choose by it
        field = at.multiselect(key=key)
        value = next(o for o in field.options if len(o) < 40 and "(empty)" not in o)
        at = well(field.set_value([value.rpartition(" · ")[0]]).run())
        assert "are used" in next(e.label for e in at.expander if "Documents" in e.label)
        at = well(at.multiselect(key=key).set_value([]).run())


def test_a_text_is_divided_by_any_column(home):
    at = open_page("compare")
    by = at.selectbox(key="half_by")
    for column in ("**qqa**", "__proto__", "=1+1", "$part"):
        at = well(at.selectbox(key="half_by").set_value(column).run())
    assert "**qqa**" in by.options


@pytest.mark.parametrize("part", ["settings", "keyness", "word", "changed"])
def test_two_models_are_compared_under_any_name(home, part):
    open_page("compare", part=part, a=home.models[0], b=home.models[1])


def test_explore_colours_by_any_category(home):
    at = open_page("explore", model=home.models[0])
    at = well(at.selectbox(key="color").set_value("category").run())
    assert "qqd" in str([c.value for c in at.caption])
    plots = [str(c.proto) for c in at.get("bidi_component") if c.proto.component_name == "w2v_plot"]
    assert plots and any("qqe" in plot for plot in plots)
    for plot in plots:
        assert not re.search(r"<(b|img|a|script)\b[^>]*>[^<]*qq", plot.replace("\\u003c", "<"))


@pytest.mark.parametrize("name", NAMES)
def test_explore_opens_any_set_by_its_name(home, name):
    at = open_page("explore", model=home.models[0], set=name)
    kept = " ".join(name.split())[: word_sets.LONGEST_NAME]
    if kept == name:  # an address that names what is not there opens nothing
        assert at.selectbox(key="kept_set").value == name
        assert "Selection: 3 words" in " ".join(m.value for m in at.markdown)


def test_a_scorecard_shows_any_section(home):
    at = open_page("analogies", model=home.models[0])
    uploader = next(u for u in at.file_uploader if "question file" in u.label)
    at = well(uploader.set_value(("q.txt", home.questions.encode(), "text/plain")).run())
    table = next((t for t in tables(at) if "section" in t.columns), None)
    assert table is not None and "**qqa**" in list(table["section"])


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_any_name_of_a_model_is_shown_on_every_page(home, name):
    before = library.entry(home.models[0]).name
    try:
        library.rename(home.models[0], name)
        for page in PAGES:
            open_page(page, model=home.models[0])
    except ValueError as error:
        assert "needs a name" in str(error)
    finally:
        library.rename(home.models[0], before)
