"""Who is looking at the page, and what that allows; see ``w2v_core.visitors.ownership``.

Without sharing mode it is the person whose machine this is, if the connection shows that they are at it
(``w2v_core.visitors.connection``) or if they know the secret that stands in the server's terminal
(``w2v_core.visitors.operator_secret``); everybody else is a stranger, as in sharing mode. There it is
an account, where the operator configured a login, and otherwise a browser: a random token in a cookie that
ends with the browser, by which the server knows its models again after a reload.
"""

from __future__ import annotations

import sys
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.parts import address
from pages.parts.deferred import deferred, origin
from w2v_core.visitors import operator_secret, ownership
from w2v_core.visitors.connection import Arrival
from w2v_core.visitors.ownership import NOBODY, OPERATOR, Visitor

COOKIE = "w2v_visitor"
OPERATORS_COOKIE = "w2v_operator"
_TOKEN = "_visitor_token"
_ARRIVAL = (
    "_arrival"  # in the session: how its browser came, and whether that makes it the operator's
)

# A browser that has a token keeps it: of two tabs opened at once, the later learns that of the first.
#
# A script wrote these cookies, so a script can read them: they are not HttpOnly. Streamlit 1.67 lets a page
# set no header of an answer. st.context.cookies is read-only; a component runs in the browser; the cookies
# that the server sets itself (_streamlit_user and _streamlit_session, HttpOnly) hold a login by OpenID
# Connect alone. st.App takes middleware that could, but `streamlit run` then opens no browser and ends by
# other ways, which are worth more to most who start this app.
_JS = """export default function ({data, setTriggerValue}) {
  const kept = document.cookie.split('; ').find(c => c.startsWith(data.name + '='));
  const token = kept && kept.slice(data.name.length + 1);
  if (data.forget || !/^[0-9a-f]{32}$/.test(token || '')) {
    const secure = location.protocol === 'https:' ? '; Secure' : '';
    document.cookie = `${data.name}=${data.token}; Path=${data.path}; SameSite=Strict${secure}`;
  } else if (token !== data.token) {
    setTriggerValue('token', token);
  }
}"""
_cookie = st.components.v2.component(
    "w2v_visitor", html="<span></span>", js=_JS, isolate_styles=False
)


def is_shared() -> bool:
    """Whether visitors are strangers: the operator said so, or this one is not known to be the person
    whose machine it is, and everything on it is not for them to see."""
    return ownership.is_shared() or not _is_operator()


def _is_operator() -> bool:
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


def current() -> Visitor:
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
    return Visitor(ownership.owner_name("browser", _token()))


def _token() -> str:
    if _TOKEN not in st.session_state:
        kept = st.context.cookies.get(COOKIE)
        st.session_state[_TOKEN] = kept if ownership.is_token(kept) else ownership.new_token()
    return st.session_state[_TOKEN]


ownership.ask(current)


def greet() -> None:
    """What every page begins with: the browser is given its token, an owner's address is opened (and
    goes from the address bar, so that nobody passes it on by mistake), and who can log in is offered
    to."""
    given = address.OPERATOR.take()
    if not ownership.is_shared():
        _ask_for_secret(given)
    if not is_shared():
        address.OWNER.clear()
        return
    if has_login():
        _offer_login()
        address.OWNER.clear()
        return

    def told() -> None:
        token = st.session_state["_visitor_cookie"].get("token")
        if ownership.is_token(token):
            st.session_state[_TOKEN] = token

    forget = st.session_state.pop("_forget_visitor", False)
    _cookie(
        key="_visitor_cookie",
        data={"name": COOKIE, "token": _token(), "path": _base_path(), "forget": forget},
        on_token_change=deferred(told),
        height=1,
    )
    if (key := address.OWNER.take()) is not None:
        id = address.MODEL.get() or address.JOB.get()
        opened = ownership.claim(id, key)
        if opened:
            st.toast("This model is yours: its owner's address was opened.", icon=":material/key:")
        else:
            st.toast(
                "This is not, or no longer, the owner's address of this model.",
                icon=":material/key_off:",
            )


def _ask_for_secret(given: str | None) -> None:
    """Without sharing mode: take in the secret that the address had, and tell who is not known where it
    stands."""
    if given is not None:
        if operator_secret.is_right(given):
            st.session_state[_ARRIVAL] = (_arrival(), True)
            st.session_state["_keep_operator"] = True
        else:
            st.toast(
                "This is not, or no longer, the secret of this server.", icon=":material/key_off:"
            )
    if not _is_operator():
        _print_secret()
        st.caption(
            "You are a visitor here. Is this machine yours? Then open the address that stands in the "
            "terminal, or log, of the server."
        )
    elif st.session_state.get("_keep_operator"):
        _cookie(
            key="_operators_cookie",
            data={
                "name": OPERATORS_COOKIE,
                "token": operator_secret.cookie(),
                "path": _base_path(),
                "forget": True,
            },
            height=1,
        )


@st.cache_resource(show_spinner=False)
def _print_secret() -> None:
    """Once, in the server's terminal, the address that makes its visitor the operator."""
    why = operator_secret.sign_seen() or "W2V_ASK_SECRET is set"
    secret = operator_secret.of_this_start()
    here = f"http://localhost:{st.get_option('server.port')}{_base_path().rstrip('/')}"
    print(
        f"\n  This server asks who you are, because {why}.\n"
        f"  To work as the person whose machine it is, open {here}/?operator={secret}\n"
        f"  or put ?operator={secret} behind the address at which you reach it.\n",
        file=sys.stderr,
        flush=True,
    )


def forget_me() -> None:
    """Let the next person at this browser begin as a stranger."""
    st.session_state[_TOKEN] = ownership.new_token()
    st.session_state["_forget_visitor"] = True


def _offer_login() -> None:
    if st.user.get("is_logged_in"):
        name = str(st.user.get("name") or st.user.get("email") or "your account")
        st.text(f"Logged in: {name[:60]}")
        if not current().owner:
            st.caption(
                "This login does not say who you are (it has no issuer or no subject), so nothing can be "
                "kept as yours: tell whoever runs this server."
            )
        # Exempt from ``deferred``: Streamlit's own, which ends this session's login, whoever it is.
        st.button("Log out", icon=":material/logout:", on_click=st.logout, width="stretch")
        return
    st.caption("Log in to train: what you make is then kept as yours.")
    providers = _providers()
    for provider in providers:
        # Exempt from ``deferred``: Streamlit's own, which leads to the provider and acts for nobody here.
        st.button(
            "Log in" if len(providers) == 1 else f"Log in with {provider}",
            icon=":material/login:",
            on_click=st.login,
            args=() if provider is None else (provider,),
            width="stretch",
        )


def _providers() -> list[str | None]:
    """The names of the operator's login providers; None is the one without a name."""
    auth = st.secrets["auth"]
    named = [name for name in auth if hasattr(auth[name], "keys")]
    return named or [None]


def _base_path() -> str:
    """Where the app begins on its server: "/", or the base path."""
    return "/" + (st.get_option("server.baseUrlPath") or "").strip("/")


def whole_address(page: str, **parameters: str) -> str:
    """A whole address of this app, as the visitor's browser reaches it."""
    return f"{origin()}{_base_path().rstrip('/')}/{page}?{urlencode(parameters)}"


def read_address(id: str, training: bool = False) -> str:
    """The address by which anybody can look at a model, or a training, and nobody change it."""
    return whole_address("", job=id) if training else whole_address("library", model=id)


def owner_address(id: str, training: bool = False) -> str:
    """The address that allows to change it (ValueError for those whose it is not)."""
    key = ownership.owner_key(id)
    return (
        whole_address("", job=id, owner=key)
        if training
        else whole_address("library", model=id, owner=key)
    )
