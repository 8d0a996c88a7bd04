"""How a browser reached this server, and whether that shows that it runs on the same machine.

A browser on this machine connects from loopback, asks for a loopback name, and says that its page came
from one. A proxy can make any of the three true for strangers: it connects from loopback itself, and may
pass on, or put in, whatever name it was told. So a connection that bears any sign of a proxy counts as
this machine's only where the proxy says, in every header in which proxies say it, that the client is on
loopback.

A proxy that adds no header and rewrites both ``Host`` and ``Origin`` cannot be told from a browser here;
see ``visitors.operator_secret`` for what closes that.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

# In which proxies and content networks say where the client is.
_CLIENT = {
    "x-forwarded-for",
    "x-real-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-original-forwarded-for",
    "x-envoy-external-address",
    "x-appengine-user-ip",
    "x-azure-clientip",
    "true-client-ip",
    "cf-connecting-ip",
    "fly-client-ip",
    "fastly-client-ip",
}
# In which they say what name the client asked for.
_NAMES = {"x-forwarded-host", "x-forwarded-server", "x-original-host", "x-host"}
# What else only a proxy sends.
_SIGNS = {
    "forwarded",
    "via",
    "front-end-https",
    "proxy-connection",
    "remote-user",
    "x-remote-user",
    "x-request-id",
    "x-scheme",
    "x-url-scheme",
    "x-host",
}
_SIGNS_BEGIN = (
    *("x-forwarded", "x-original", "x-real", "x-client", "x-envoy", "x-amz", "x-azure"),
    *("x-appengine", "x-goog", "x-ms-", "x-vercel", "x-auth-request", "x-authentik"),
    *("cf-", "cdn-", "fly-", "fastly-", "ngrok-", "tailscale-"),
)


def is_loopback(name: str | None) -> bool:
    """Whether a machine's name, or address, can only mean this one."""
    if not name:
        return False
    name = name.strip().rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name.strip("[]").split("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)  # ::ffff:127.0.0.1
    return (mapped or address).is_loopback


@dataclass(frozen=True)
class Arrival:
    """A connection as it was opened.

    Attributes
    ----------
    peer : str
        The address of its other end; "" where that is not known.
    headers : tuple of (name, value)
        Of the request that opened it, in any case and order, repeated ones as often as they came.
    listens_on : str or None
        The address on which the server listens; None for all of the machine's.
    """

    peer: str
    headers: tuple[tuple[str, str], ...]
    listens_on: str | None = "localhost"

    @cached_property
    def is_from_here(self) -> bool:
        """Whether it shows that the browser runs on the server's own machine."""
        return self.foreign_sign is None and is_loopback(self.listens_on)

    @cached_property
    def foreign_sign(self) -> str | None:
        """What shows that others than a browser on this machine can reach the server, as the end of a
        sentence that begins with "because"; None where nothing does."""
        if not is_loopback(self.peer):
            return "a connection came from another address than this machine's own"
        for header in ("host", "origin"):
            for name in self._names(header) or [None]:
                if not is_loopback(name):
                    return f"a connection came without a name of this machine's own ({header})"
        signs = sorted({name for name, _ in self._lower if _is_sign(name)})
        if not signs:
            return None
        said = [is_loopback(place) for place in self._clients()]
        said += [is_loopback(name) for header in _NAMES for name in self._names(header)]
        if self._clients() and all(said):
            return None
        return f"a connection came through a proxy (its header {signs[0]})"

    @cached_property
    def _lower(self) -> list[tuple[str, str]]:
        return [(name.lower(), value) for name, value in self.headers]

    def _values(self, header: str) -> list[str]:
        """What a header says, cut at commas."""
        found = [value for name, value in self._lower if name == header]
        return [part.strip() for value in found for part in value.split(",")]

    def _names(self, header: str) -> list[str | None]:
        """The machines that a header names, without their ports."""
        return [_machine(value) for value in self._values(header)]

    def _clients(self) -> list[str | None]:
        """Where every proxy that says so says that the client is."""
        plain = [_machine(value) for header in sorted(_CLIENT) for value in self._values(header)]
        pairs = [pair for value in self._values("forwarded") for pair in value.split(";")]
        for pair in pairs:
            name, _, value = pair.partition("=")
            if name.strip().lower() in ("for", "host"):
                plain.append(_machine(value.strip().strip('"')))
        return plain


def of_headers(
    peer: str | None, headers: Iterable[tuple[str, str]], listens_on: str | None
) -> Arrival:
    """The arrival that a web server tells of."""
    return Arrival(peer or "", tuple(headers), listens_on)


def _is_sign(name: str) -> bool:
    return name in _SIGNS or name in _CLIENT or name in _NAMES or name.startswith(_SIGNS_BEGIN)


def _machine(written: str) -> str | None:
    """The machine of "name", "name:port", "[address]:port" or a whole address; None for anything else."""
    if written.count(":") > 1 and not re.search(r"[\[/]", written):
        return written  # an IPv6 address by itself
    try:
        return urlsplit(written if "//" in written else f"//{written}").hostname
    except ValueError:
        return None
