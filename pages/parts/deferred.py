"""What runs later than the page that draws it: callbacks of widgets, downloads, fragments.

Streamlit calls them when a person clicks: callbacks and fragments in the session's own thread, a download's
callable in a bare thread that knows no session. Every one of them is made here, so that it runs for the
visitor for whom it was drawn, whatever thread that is.

A visitor can change between the drawing and the click: by *Forget me*, by a login, by the token of another
tab. Then the click is nobody's wish: what it means was decided by one person and who asks is another. So it
acts for neither. A callback does nothing and says so, a fragment lets the whole page be drawn anew, and a
download fails. In no case does a button of the visitor before act for the one after, or show them what it
was drawn for; nor does it act for a visitor who has gone.

Rights are not kept, only who asks: a model that was deleted, or whose owner's address was replaced, since
the drawing is refused as it would be by a page drawn now.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar, cast
from urllib.parse import urlsplit

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.parts.visitor import answered, answering
from w2v_core.visitors.ownership import Visitor

P = ParamSpec("P")
T = TypeVar("T")
ANOTHER = "This page was drawn for another visitor: click again."

_origin: ContextVar[str | None] = ContextVar("origin", default=None)


@dataclass(eq=False)
class _Visit:
    """One visitor's time in a session; ``over`` as soon as a page is drawn in it for another."""

    visitor: Visitor
    over: bool = False


def origin() -> str:
    """Where the visitor's browser reaches this app ("https://words.example.org"); "" where no browser
    said so. In a bare thread, as it was at the drawing."""
    kept = _origin.get()
    if kept is not None:
        return kept
    here = urlsplit(st.context.url or "") if _in_session() else urlsplit("")
    return f"{here.scheme}://{here.netloc}" if here.netloc else ""


def deferred(function: Callable[..., T]) -> Callable[..., T]:
    """This function, for a callback of a widget, or for the data of a download: it runs for the visitor
    for whom the page is being drawn now.

    Raises
    ------
    ValueError
        when a download is asked for after another visitor came to the session.
    """
    visit, where = _visit(), origin()

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> T:
        if _has_changed(visit):
            if not _in_session():
                raise ValueError(ANOTHER)
            st.toast(ANOTHER, icon=":material/person_alert:")
            return cast(T, None)  # in a session only callbacks run, and they return nothing
        return _call(visit.visitor, where, function, *args, **kwargs)

    return call


def fragment(
    function: Callable[P, Any] | None = None, *, run_every: float | None = None
) -> Callable[..., Any]:
    """``st.fragment``, run for the visitor for whom it was drawn: as a decorator, or around a function.

    Parameters
    ----------
    function : callable
    run_every : float, optional
        Seconds between two runs by itself.
    """
    if function is None:
        return functools.partial(fragment, run_every=run_every)

    @functools.wraps(function)
    def draw(*args: P.args, **kwargs: P.kwargs) -> Any:
        visit, where = _visit(), origin()

        @functools.wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> Any:
            if _has_changed(visit):
                st.rerun(scope="app")
            return _call(visit.visitor, where, function, *args, **kwargs)

        return st.fragment(call, run_every=run_every)(*args, **kwargs)

    return draw


def _call(
    who: Visitor, where: str, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
) -> T:
    token = _origin.set(where)
    try:
        with answering(who):
            return function(*args, **kwargs)
    finally:
        _origin.reset(token)


def _in_session() -> bool:
    return get_script_run_ctx(suppress_warning=True) is not None


def _visit() -> _Visit:
    """The visit for which a page is being drawn."""
    who = answered()
    if not _in_session():
        return _Visit(who)
    kept = st.session_state.get("_visit")
    if kept is None or kept.visitor != who:
        if kept is not None:
            kept.over = True
        kept = st.session_state["_visit"] = _Visit(who)
    return kept


def _has_changed(visit: _Visit) -> bool:
    """Whether another visitor has come since a visit began."""
    return visit.over or (_in_session() and answered() != visit.visitor)
