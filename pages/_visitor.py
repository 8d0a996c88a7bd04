"""Who is looking at the page, and what that allows; see ``w2v_core.runs.ownership``.

Without sharing mode it is the person whose machine this is. In sharing mode it is an account, where the
operator configured a login, and otherwise a browser: a random token in a cookie that ends with the
browser, by which the server knows its models again after a reload.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlencode, urlsplit

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from w2v_core.runs import ownership
from w2v_core.runs.ownership import OPERATOR, Visitor

COOKIE = "w2v_visitor"
_TOKEN = "_visitor_token"

# A browser that has a token keeps it: of two tabs opened at once, the later learns that of the first.
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
    """Whether visitors are strangers: the operator said so, or this one comes from another machine, where
    everything on this one is not for them to see."""
    if ownership.is_shared():
        return True
    headers = st.context.headers
    if not headers:  # no browser: a test
        return False
    host = urlsplit(f"//{headers.get('Host', '')}").hostname
    return not (_is_here(st.get_option("server.address")) and _is_here(host))


def _is_here(host: str | None) -> bool:
    """Whether a name of a machine can only be this one's."""
    if not host:
        return False
    if host.rstrip(".").lower() == "localhost" or host.lower().endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def has_login() -> bool:
    """Whether the operator configured a login (``[auth]`` in Streamlit's secrets)."""
    return "is_logged_in" in st.user


def current() -> Visitor:
    """The visitor of this page; the operator where no page is being run."""
    if get_script_run_ctx(suppress_warning=True) is None or not is_shared():
        return OPERATOR
    if has_login():
        if not st.user.get("is_logged_in"):
            return Visitor(by_account=True)
        account = f"{st.user.get('iss')}\n{st.user.get('sub') or st.user.get('email')}"
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
    if not is_shared():
        st.query_params.pop("owner", None)
        return
    if has_login():
        _offer_login()
        st.query_params.pop("owner", None)
        return

    def told() -> None:
        token = st.session_state["_visitor_cookie"].get("token")
        if ownership.is_token(token):
            st.session_state[_TOKEN] = token

    forget = st.session_state.pop("_forget_visitor", False)
    _cookie(
        key="_visitor_cookie",
        data={"name": COOKIE, "token": _token(), "path": _base_path(), "forget": forget},
        on_token_change=told,
        height=1,
    )
    if "owner" in st.query_params:
        id = st.query_params.get("model") or st.query_params.get("job")
        opened = ownership.claim(id, st.query_params.pop("owner"))
        if opened:
            st.toast("This model is yours: its owner's address was opened.", icon=":material/key:")
        else:
            st.toast(
                "This is not, or no longer, the owner's address of this model.",
                icon=":material/key_off:",
            )


def forget_me() -> None:
    """Let the next person at this browser begin as a stranger."""
    st.session_state[_TOKEN] = ownership.new_token()
    st.session_state["_forget_visitor"] = True


def _offer_login() -> None:
    if st.user.get("is_logged_in"):
        name = str(st.user.get("name") or st.user.get("email") or "your account")
        st.text(f"Logged in: {name[:60]}")
        st.button("Log out", icon=":material/logout:", on_click=st.logout, width="stretch")
        return
    st.caption("Log in to train: what you make is then kept as yours.")
    providers = _providers()
    for provider in providers:
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


def address(page: str, **parameters: str) -> str:
    """A whole address of this app, as the visitor's browser reaches it."""
    here = urlsplit(st.context.url or "")
    origin = f"{here.scheme}://{here.netloc}" if here.netloc else ""
    return f"{origin}{_base_path().rstrip('/')}/{page}?{urlencode(parameters)}"


def read_address(id: str, training: bool = False) -> str:
    """The address by which anybody can look at a model, or a training, and nobody change it."""
    return address("", job=id) if training else address("library", model=id)


def owner_address(id: str, training: bool = False) -> str:
    """The address that allows to change it (ValueError for those whose it is not)."""
    key = ownership.owner_key(id)
    return address("", job=id, owner=key) if training else address("library", model=id, owner=key)
