"""Who is at this machine, as far as a connection shows it; and the secret for who is not."""

import os
import stat

import pytest

from w2v_core.visitors import operator_secret
from w2v_core.visitors.connection import Arrival, is_loopback

LOCAL = {"Host": "localhost:8501", "Origin": "http://localhost:8501"}
BARE = {"Host": "127.0.0.1:8501", "Origin": "http://127.0.0.1:8501"}
NAMED = {"Host": "words.example.org", "Origin": "https://words.example.org"}


def arrival(headers, peer="127.0.0.1", listens_on="localhost"):
    return Arrival(peer, tuple(headers.items()), listens_on)


@pytest.mark.parametrize(
    "here",
    [
        arrival(LOCAL),
        arrival(BARE),
        arrival({"HOST": "[::1]:8501", "origin": "http://[::1]:8501"}, "::1", "::1"),
        arrival({"Host": "word.localhost", "Origin": "http://word.localhost"}, "127.8.9.1"),
        arrival(LOCAL, "::ffff:127.0.0.1", "127.0.0.1"),
        arrival({**LOCAL, "User-Agent": "x", "Sec-WebSocket-Key": "x", "Cookie": "a=b"}),
        # A proxy on this machine, which says that the browser is on it too.
        arrival({**LOCAL, "X-Forwarded-For": "127.0.0.1", "X-Forwarded-Proto": "http"}),
        arrival({**LOCAL, "X-Forwarded-For": "127.0.0.1, ::1", "X-Real-IP": "127.0.0.1"}),
        arrival({**LOCAL, "Forwarded": 'for="[::1]:4711";host=localhost;proto=http'}),
        arrival({**LOCAL, "X-Forwarded-For": "127.0.0.1", "X-Forwarded-Host": "localhost:80"}),
    ],
    ids=str,
)
def test_a_browser_of_this_machine_is_known_by_its_connection(here):
    assert here.is_from_here and here.foreign_sign is None


@pytest.mark.parametrize(
    "elsewhere",
    [
        arrival(LOCAL, "192.168.1.7"),  # another machine that says a name of this one
        arrival(LOCAL, "10.0.0.2"),
        arrival(LOCAL, ""),
        arrival(NAMED),  # a proxy that passes the client's name
        arrival({**LOCAL, "Origin": "https://words.example.org"}),  # one that rewrites the Host
        arrival({**LOCAL, "Origin": "null"}),
        arrival({"Host": "localhost:8501"}),  # every browser says where its page came from
        arrival({"Origin": "http://localhost:8501"}),
        arrival({**LOCAL, "Host": "localhost.example.org"}),
        arrival({**LOCAL, "Host": "127.0.0.1.example.org"}),
        arrival({**LOCAL, "Host": "[::1"}),
        arrival({**LOCAL, "Host": ""}),
        # Signs of a proxy that does not say where the client is,
        arrival({**LOCAL, "X-Forwarded-Proto": "https"}),
        arrival({**LOCAL, "Via": "1.1 proxy"}),
        arrival({**LOCAL, "X-Forwarded-Host": "localhost"}),
        arrival({**LOCAL, "X-Request-ID": "1"}),
        arrival({**LOCAL, "CF-Ray": "1"}),
        arrival({**LOCAL, "Forwarded": "proto=https"}),
        # that says it is elsewhere, in one place or in all,
        arrival({**LOCAL, "X-Forwarded-For": "203.0.113.5"}),
        arrival({**LOCAL, "X-Forwarded-For": "127.0.0.1, 203.0.113.5"}),
        arrival({**LOCAL, "X-Forwarded-For": "203.0.113.5, 127.0.0.1"}),
        arrival({**LOCAL, "X-Forwarded-For": "127.0.0.1", "X-Real-IP": "203.0.113.5"}),
        arrival({**LOCAL, "X-Forwarded-For": "127.0.0.1", "Forwarded": "for=203.0.113.5"}),
        arrival({**LOCAL, "X-Forwarded-For": "127.0.0.1", "X-Forwarded-Host": "a.example.org"}),
        arrival({**LOCAL, "X-Forwarded-For": "unknown"}),
        arrival({**LOCAL, "X-Forwarded-For": ""}),
        arrival({**LOCAL, "Forwarded": "for=_hidden"}),
        # and one that says the client is here, while everything else says it is not.
        arrival({**NAMED, "X-Forwarded-For": "127.0.0.1"}),
        arrival({**LOCAL, "X-Forwarded-For": "127.0.0.1"}, "203.0.113.5"),
    ],
    ids=str,
)
def test_everything_else_is_not(elsewhere):
    assert not elsewhere.is_from_here and elsewhere.foreign_sign


@pytest.mark.parametrize("listens_on", [None, "0.0.0.0", "::", "192.168.1.7", "", "example.org"])
def test_nobody_is_known_by_a_connection_where_the_server_listens_to_others(listens_on):
    assert not arrival(LOCAL, listens_on=listens_on).is_from_here


def test_headers_that_come_twice_are_all_read():
    headers = (*LOCAL.items(), ("X-Forwarded-For", "127.0.0.1"), ("x-forwarded-for", "203.0.113.5"))
    assert not Arrival("127.0.0.1", headers).is_from_here
    twice = (*LOCAL.items(), ("host", "words.example.org"))
    assert not Arrival("127.0.0.1", twice).is_from_here


@pytest.mark.parametrize(
    "name", [None, "", " ", "local host", "localhos", "::2", "128.0.0.1", "[", "0.0.0.0"]
)
def test_what_is_no_name_of_this_machine(name):
    assert not is_loopback(name)


# The secret.


@pytest.fixture
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("W2V_HOME", str(tmp_path))
    monkeypatch.delenv("W2V_ASK_SECRET", raising=False)
    return tmp_path


@pytest.mark.parametrize("wrong", [None, "", "0" * 32, 5, "é" * 32, "x" * 10_000, b"x", ["x"]])
def test_only_the_secret_and_its_cookie_open(own_home, wrong):
    secret = operator_secret.of_this_start()
    assert len(bytes.fromhex(secret)) == 16 and operator_secret.is_right(secret)
    assert not operator_secret.is_right(wrong) and not operator_secret.is_cookie(wrong)
    cookie = operator_secret.cookie()
    assert operator_secret.is_cookie(cookie) and not operator_secret.is_cookie(wrong)
    assert cookie != secret and not operator_secret.is_right(cookie)
    assert not operator_secret.is_cookie(secret)


def test_a_cookie_lasts_until_its_key_is_removed(own_home):
    cookie = operator_secret.cookie()
    assert operator_secret.is_cookie(cookie)
    assert stat.S_IMODE((own_home / "operator.key").stat().st_mode) & 0o077 == 0
    os.unlink(own_home / "operator.key")
    assert not operator_secret.is_cookie(cookie) and not (own_home / "operator.key").exists()
    assert operator_secret.cookie() != cookie and not operator_secret.is_cookie(cookie)


def test_a_sign_that_was_seen_is_remembered_over_a_start(own_home, monkeypatch):
    assert operator_secret.sign_seen() is None
    operator_secret.remember_sign("a connection came through a proxy (its header via)")
    operator_secret.remember_sign("something else")
    monkeypatch.setattr(operator_secret, "_signs", {})  # as after a start
    assert operator_secret.sign_seen() == "a connection came through a proxy (its header via)"
    (own_home / "behind-a-proxy").unlink()
    monkeypatch.setattr(operator_secret, "_signs", {})
    assert operator_secret.sign_seen() is None


def test_a_file_that_cannot_be_written_does_not_make_it_forget(own_home):
    (own_home / "behind-a-proxy").mkdir()  # so that opening it fails, for root as well
    operator_secret.remember_sign("a sign")
    assert operator_secret.sign_seen() == "a sign"


@pytest.mark.parametrize(("value", "asks"), [("1", True), ("yes", True), ("0", False), ("", False)])
def test_the_operator_can_have_everyone_asked(own_home, monkeypatch, value, asks):
    monkeypatch.setenv("W2V_ASK_SECRET", value)
    assert operator_secret.asks_always() is asks
