"""Whatever runs later than its page is made by ``pages.parts.deferred``: read from the code."""

import ast
import functools
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st

from tests.conftest import ROOT

HELPER = ROOT / "pages/parts/deferred.py"
FILES = sorted({ROOT / "app.py", *(ROOT / "pages").rglob("*.py")} - {HELPER})
EXEMPT = {
    # Streamlit's own, and about this session's login alone.
    ("pages/parts/greeting.py", "st.login"),
    ("pages/parts/greeting.py", "st.logout"),
}
PLAIN = {"getvalue", "encode"}  # methods whose result is text or bytes, so data and no callable
THREADS = {"Thread", "Timer", "ThreadPoolExecutor", "ProcessPoolExecutor", "to_thread", "submit"}
THREADS |= {"start_new_thread", "run_in_executor", "add_done_callback", "call_later", "call_soon"}
CALLBACK = re.compile(r"on_(click|change|select|submit|(\w+_)?change)")
FRAGMENTS = {"st.fragment", "st.dialog"}


@functools.cache
def own_functions() -> dict[str, set[str]]:
    """The functions of the pages that take callbacks and pass them on: name → those parameters."""
    found: dict[str, set[str]] = {}
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef):
                taken = [a.arg for a in (*node.args.args, *node.args.kwonlyargs)]
                if callbacks := {name for name in taken if name.startswith("on_")}:
                    found.setdefault(node.name, set()).update(callbacks)
    return found


def positional(widget: str, n: int) -> bool:
    """Whether so many positional arguments of a widget reach to one of its callbacks."""
    taken = getattr(st, widget, None)
    if taken is None or not callable(taken) or inspect.isclass(taken):
        return False
    try:
        names = list(inspect.signature(taken).parameters)
    except (TypeError, ValueError):
        return False
    return any(name.startswith("on_") for name in names[:n])


def undeferred(source: str, own: dict[str, set[str]], exempt: set[str]) -> Iterator[tuple]:
    """(line, what it is, the expression that is not deferred, if there is one) for each fault."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node) in FRAGMENTS:
            yield node.lineno, ast.unparse(node), None
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "streamlit":
            for alias in node.names:
                if f"st.{alias.name}" in FRAGMENTS:
                    yield node.lineno, f"{alias.name} of Streamlit", None
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                named = isinstance(key, ast.Constant) and CALLBACK.fullmatch(str(key.value))
                if named and not _is_fine(value, exempt):
                    yield value.lineno, f"the callback {key.value}", value
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else None
        by_name = node.func.id if isinstance(node.func, ast.Name) else None
        if (called or by_name) in THREADS:
            yield node.lineno, f"a thread ({called or by_name})", None
        for keyword in node.keywords:
            passed_on = keyword.arg in own.get(by_name or "", ())
            is_callback = (keyword.arg or "").startswith("on_") and not passed_on
            if is_callback and not _is_fine(keyword.value, exempt):
                yield keyword.value.lineno, f"the callback {keyword.arg}", keyword.value
        if called and positional(called, len(node.args)) and called != "download_button":
            yield node.lineno, f"a callback of {called} by its place", None
        if called == "download_button":
            data = [k.value for k in node.keywords if k.arg == "data"] + node.args[1:2]
            if not data:
                yield node.lineno, "a download without data", None
            for value in data:
                if not _is_fine(value, exempt) and not _is_plain(value):
                    yield value.lineno, "the data of a download", value


def _is_fine(value: ast.expr, exempt: set[str]) -> bool:
    if isinstance(value, ast.Constant):  # None, "ignore", "rerun"
        return True
    if isinstance(value, ast.Call) and ast.unparse(value.func) == "deferred":
        return True
    return ast.unparse(value) in exempt


def _is_plain(value: ast.expr) -> bool:
    made = isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute)
    return isinstance(value, ast.JoinedStr) or (made and value.func.attr in PLAIN)


def exempt_in(name: str) -> set[str]:
    return {what for file, what in EXEMPT if file == name}


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_whatever_runs_later_runs_for_the_visitor_it_was_drawn_for(file: Path):
    name = str(file.relative_to(ROOT))
    found = list(undeferred(file.read_text(), own_functions(), exempt_in(name)))
    assert not found, [
        f"{name}:{line}: {what} does not go through deferred" for line, what, _ in found
    ]


PLANTED = [
    "st.button('x', on_click=go)",
    "place.button('x', on_click=lambda: go(1))",
    "st.button('x', None, None, go)",
    "st.text_input('x', on_change=partial(go, 1))",
    "st.dataframe(t, on_select=chosen)",
    "_component(key='k', on_click_change=clicked)",
    "options = dict(on_click=go); st.button('x', **options)",
    "options = {'on_click': go}; st.button('x', **options)",
    "st.download_button('x', lambda: table(), 'x.csv')",
    "st.download_button('x', data=make, file_name='x.csv')",
    "st.download_button('x', partial(make, 1), 'x.csv')",
    "@st.fragment\ndef page(): pass",
    "@st.fragment(run_every=1)\ndef page(): pass",
    "st.fragment(run_every=1)(page)(1)",
    "from streamlit import fragment",
    "@st.dialog('x')\ndef page(): pass",
    "threading.Thread(target=go).start()",
    "pool.submit(go)",
    "st.button('x', on_click=st.login)",
]
FINE = [
    "st.button('x', on_click=deferred(go), args=(1,))",
    "st.dataframe(t, on_select='rerun')",
    "st.download_button('x', table.getvalue(), 'x.csv', on_click='ignore')",
    "st.download_button('x', deferred(lambda: table()), 'x.csv', on_click='ignore')",
    "@fragment\ndef page(): pass",
    "fragment(run_every=1)(page)(1)",
    "data = {'on_dark': ON_DARK}",
    "plot(figure, on_click=clicked)",
]


@pytest.mark.parametrize("planted", PLANTED)
def test_the_search_finds_what_is_planted(planted):
    assert list(undeferred(planted, {"plot": {"on_click"}}, set()))


@pytest.mark.parametrize("fine", FINE)
def test_the_search_finds_no_more_than_that(fine):
    assert not list(undeferred(fine, {"plot": {"on_click"}}, set()))


def test_what_is_exempt_is_still_there():
    for name, what in EXEMPT:
        assert f"on_click={what}," in (ROOT / name).read_text()
