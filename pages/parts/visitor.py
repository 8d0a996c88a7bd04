"""Who is looking at the page, and the library as they may use it; see ``w2v_core.visitors.ownership``.

Without sharing mode it is the person whose machine this is, if the connection shows that they are at it
(``w2v_core.visitors.connection``) or if they know the secret that stands in the server's terminal
(``w2v_core.visitors.operator_secret``); everybody else is a stranger, as in sharing mode. There it is
an account, where the operator configured a login, and otherwise a browser: a random token in a cookie that
ends with the browser, by which the server knows its models again after a reload.

What a page draws for later (callbacks, downloads, fragments) answers the visitor for whom it was drawn:
``pages.parts.deferred`` says so with ``answering``.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from w2v_core.library.library import Library
from w2v_core.storage.home import home
from w2v_core.visitors import operator_secret, ownership
from w2v_core.visitors.connection import Arrival
from w2v_core.visitors.ownership import NOBODY, OPERATOR, Visitor

COOKIE = "w2v_visitor"
OPERATORS_COOKIE = "w2v_operator"
_TOKEN = "_visitor_token"
_FORGET = "_forget_visitor"  # in the session: the browser is to be given another token
_ARRIVAL = (
    "_arrival"  # in the session: how its browser came, and whether that makes it the operator's
)

_answered: ContextVar[Visitor | None] = ContextVar("answered", default=None)


def the_library() -> Library:
    """The library as the visitor may use it whom the running code answers. It is made anew each time: a
    callback may have made the visitor another one since the last."""
    return Library(home(), answered())


def answered() -> Visitor:
    """Whom the running code answers: for whom it was drawn, in what runs later; else this page's
    visitor."""
    return _answered.get() or _current()


@contextlib.contextmanager
def answering(visitor: Visitor) -> Iterator[None]:
    """Let the code in the block answer this visitor, in this thread alone."""
    token = _answered.set(visitor)
    try:
        yield
    finally:
        _answered.reset(token)


def is_shared() -> bool:
    """Whether visitors are strangers: the operator said so, or this one is not known to be the person
    whose machine it is, and everything on it is not for them to see."""
    return ownership.is_shared() or not is_operator()


def is_operator() -> bool:
    """Whether, without sharing mode, this is the person whose machine it is. A connection is judged once:
    what another one shows later does not turn out who is at work."""
    arrival, kept = _arrival(), st.session_state.get(_ARRIVAL)
    if arrival is None:  # the browser has just gone: it stays who it was
        return kept is not None and kept[1]
    if kept is None or kept[0] != arrival:
        known = operator_secret.is_cookie(st.context.cookies.get(OPERATORS_COOKIE))
        if arrival.foreign_sign is not None:
            operator_secret.remember_sign(arrival.foreign_sign)
        asked = operator_secret.asks_always() or operator_secret.sign_seen() is not None
        kept = (arrival, known or (arrival.is_from_here and not asked))
        st.session_state[_ARRIVAL] = kept
    return kept[1]


def _arrival() -> Arrival | None:
    """How the browser of this page connected; None once it is gone."""
    headers = st.context.headers
    if not headers:
        return None
    # Streamlit says None where the other end is this machine (127.0.0.1 or ::1).
    peer = st.context.ip_address or "127.0.0.1"
    pairs = tuple((name, value) for name in headers for value in headers.get_all(name))
    return Arrival(peer, pairs, st.get_option("server.address"))


def has_login() -> bool:
    """Whether the operator configured a login (``[auth]`` in Streamlit's secrets)."""
    return "is_logged_in" in st.user


def _current() -> Visitor:
    """The visitor of this page; nobody where no page is being run, as in a thread that Streamlit starts
    for a download (see ``pages.parts.deferred``)."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return NOBODY
    if not is_shared():
        return OPERATOR
    if has_login():
        if not st.user.get("is_logged_in"):
            return Visitor(by_account=True)
        issuer, subject = st.user.get("iss"), st.user.get("sub")
        if not (issuer and subject):  # who these two do not name could be taken for somebody else
            return Visitor(by_account=True)
        account = f"{issuer}\n{subject}"
        return Visitor(ownership.owner_name("account", account), by_account=True)
    return Visitor(ownership.owner_name("browser", token()))


def token() -> str:
    """By which the server knows this browser: what its cookie had when it came, or a new one."""
    if _TOKEN not in st.session_state:
        kept = st.context.cookies.get(COOKIE)
        st.session_state[_TOKEN] = kept if ownership.is_token(kept) else ownership.new_token()
    return st.session_state[_TOKEN]


def learn_token(told: object) -> None:
    """The browser says that it has had a token for longer; what is none is passed over."""
    if ownership.is_token(told):
        st.session_state[_TOKEN] = told


def learn_operator() -> None:
    """The browser of this session has shown the operator's secret."""
    st.session_state[_ARRIVAL] = (_arrival(), True)


def has_been_forgotten() -> bool:
    """Whether the browser is to be given another token, as ``forget_me`` wished; True once."""
    return bool(st.session_state.pop(_FORGET, False))


def forget_me() -> None:
    """Let the next person at this browser begin as a stranger."""
    st.session_state[_TOKEN] = ownership.new_token()
    st.session_state[_FORGET] = True
