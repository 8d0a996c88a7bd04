"""What every page begins with: the visitor is recognised, and may log in."""

from __future__ import annotations

import sys

import streamlit as st

from pages.parts import address
from pages.parts.deferred import deferred
from pages.parts.model.model_addresses import base_path
from pages.parts.visitor import (
    COOKIE,
    OPERATORS_COOKIE,
    answered,
    has_been_forgotten,
    has_login,
    is_operator,
    is_shared,
    learn_operator,
    learn_token,
    the_library,
    token,
)
from w2v_core.visitors import operator_secret, ownership

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
        learn_token(st.session_state["_visitor_cookie"].get("token"))

    _cookie(
        key="_visitor_cookie",
        data={
            "name": COOKIE,
            "token": token(),
            "path": base_path(),
            "forget": has_been_forgotten(),
        },
        on_token_change=deferred(told),
        height=1,
    )
    if (key := address.OWNER.take()) is not None:
        id = address.MODEL.get() or address.JOB.get()
        if the_library().rights.claim(id, key):
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
            learn_operator()
            st.session_state["_keep_operator"] = True
        else:
            st.toast(
                "This is not, or no longer, the secret of this server.", icon=":material/key_off:"
            )
    if not is_operator():
        _print_secret()
        st.caption(
            "You are a visitor here. If this machine is yours, open the address shown in the "
            "terminal or log of the server."
        )
    elif st.session_state.get("_keep_operator"):
        _cookie(
            key="_operators_cookie",
            data={
                "name": OPERATORS_COOKIE,
                "token": operator_secret.cookie(),
                "path": base_path(),
                "forget": True,
            },
            height=1,
        )


@st.cache_resource(show_spinner=False)
def _print_secret() -> None:
    """Once, in the server's terminal, the address that makes its visitor the operator."""
    why = operator_secret.sign_seen() or "W2V_ASK_SECRET is set"
    secret = operator_secret.of_this_start()
    here = f"http://localhost:{st.get_option('server.port')}{base_path().rstrip('/')}"
    print(
        f"\n  This server asks who you are, because {why}.\n  To work as the owner of this "
        f"machine, open {here}/?operator={secret}\n  or add ?operator={secret} to the address at "
        "which you reach it.\n",
        file=sys.stderr,
        flush=True,
    )


def _offer_login() -> None:
    if st.user.get("is_logged_in"):
        name = str(st.user.get("name") or st.user.get("email") or "your account")
        st.text(f"Logged in: {name[:60]}")
        if not answered().owner:
            st.caption(
                "This login does not say who you are (it has no issuer or no subject), so nothing "
                "can be kept for you: tell the person who runs this server."
            )
        # Exempt from ``deferred``: Streamlit's own, which ends this session's login, whoever it is.
        st.button("Log out", icon=":material/logout:", on_click=st.logout, width="stretch")
        return
    st.caption("Log in to train. What you make is then kept in your account.")
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
