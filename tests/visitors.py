"""Browsers for AppTest, which has none: where they connect from, and with which headers and cookies.

In a session without a browser nobody is the operator; under ``streamlit run`` there always is one.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from unittest import mock

from streamlit.runtime import context
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.session_manager import ClientContext

HERE = {"Host": "localhost:8501", "Origin": "http://localhost:8501", "Upgrade": "websocket"}


class Browser(ClientContext):
    """The request with which a browser opened its web socket."""

    def __init__(
        self,
        headers: Mapping[str, str] = HERE,
        cookies: Mapping[str, str] | None = None,
        peer: str | None = "127.0.0.1",
    ):
        self._headers, self._cookies, self._peer = dict(headers), dict(cookies or {}), peer

    @property
    def headers(self) -> list[tuple[str, str]]:
        return list(self._headers.items())

    @property
    def cookies(self) -> Mapping[str, str]:
        return self._cookies

    @property
    def remote_ip(self) -> str | None:
        return self._peer


@contextlib.contextmanager
def visited_by(browser: Browser | None) -> Iterator[None]:
    """Pages that AppTest runs in this block have this browser before them; None: it has gone."""

    def of_session() -> Browser | None:
        return browser if get_script_run_ctx(suppress_warning=True) is not None else None

    with mock.patch.object(context, "_get_client_context", of_session):
        yield
