"""XML that strangers wrote: read as a stream of elements and text, and nothing else.

A document type is taken away before lxml sees it, and with it every entity it declares: there is nothing
to expand, to look up or to fetch. Characters that HTML names (``&mdash;``) are read as they are meant.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from html.entities import html5
from typing import Protocol

from lxml import etree

from w2v_core.text.formats.format import Unreadable, decoded

DEEPEST = 1_000
"""Elements within each other; what is nested deeper is no document that a person wrote."""

_FED = 1 << 16  # characters that lxml is given at a time
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,300}\?>")
_ENCODING = re.compile(rb"\A\s*<\?xml[^>]{0,200}encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{2,40})[\"']")
_OWN_NAMES = ("lt", "gt", "amp", "quot", "apos")
_ENTITY = re.compile(r"&([A-Za-z_][\w.-]{0,80}|#\d{1,20}|#x[0-9A-Fa-f]{1,20});")
_NOT_ALLOWED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPED = {"<": "&lt;", "&": "&amp;", ">": "&gt;", '"': "&quot;", "'": "&apos;"}


class Listener(Protocol):
    """What is told of elements and of the text between them."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins; its name without namespace or prefix, its attributes likewise."""

    def end(self, tag: str) -> None:
        """It ends."""

    def data(self, text: str) -> None:
        """Text."""


def declared_encoding(data: bytes) -> str | None:
    """The encoding that an XML declaration names."""
    named = _ENCODING.search(data[:1000])
    return named[1].decode("ascii") if named else None


def decode(data: bytes, name: str) -> str:
    """XML in bytes as text: by its byte order mark, by what it declares, or as UTF-8."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    if data.startswith(b"\xef\xbb\xbf"):
        return data.decode("utf-8-sig", "replace")
    declared = declared_encoding(data)
    text = decoded(data, declared) if declared else None
    if text is None:
        text = data.decode("utf-8", "replace")
    return text


def listen(text: str, listener: Listener, name: str) -> tuple[int, bool]:
    """Tell a listener what stands in XML.

    Parameters
    ----------
    text : str
        The whole document.
    listener : Listener
    name : str
        Of the file, for sentences.

    Returns
    -------
    n_unknown : int
        Entities that nobody but the document's own type declared; they gave no text.
    damaged : bool
        Whether the XML is not well formed, and was read as far as it could be.

    Raises
    ------
    Unreadable
        when it is nested too deep, or nothing of it can be read.
    """
    text = _without_type(_DECLARATION.sub("", text.lstrip("\ufeff"), count=1), name)
    unknown = 0

    def meant(match: re.Match[str]) -> str:
        nonlocal unknown
        if match[1] in _OWN_NAMES:
            return match[0]
        if match[1].startswith("#"):  # HTML's rules make something of every number
            return "".join(_ESCAPED.get(c, c) for c in _allowed(html.unescape(match[0])))
        known = html5.get(f"{match[1]};")
        if known is None:
            unknown += 1
            return ""
        return "".join(_ESCAPED.get(c, c) for c in known)

    text = _ENTITY.sub(meant, _allowed(text))
    target = _Target(listener)
    parser = etree.XMLParser(
        target=target, resolve_entities=False, no_network=True, huge_tree=False, recover=True
    )
    try:
        for start in range(0, len(text), _FED):
            parser.feed(text[start : start + _FED])
        parser.close()
    except TooDeep:
        raise Unreadable(
            f"{name} contains elements nested more than {DEEPEST:,} deep: it was not read."
        ) from None
    except UnicodeError as error:
        raise Unreadable(f"{name} is not XML that can be read.") from error
    except etree.XMLSyntaxError as error:
        if not target.elements:
            raise Unreadable(f"{name} is not XML that can be read ({error.msg}).") from error
    if not target.elements:
        raise Unreadable(f"{name} is not XML that can be read.")
    return unknown, any(
        entry.level_name in ("ERROR", "FATAL") and entry.domain_name != "NAMESPACE"
        for entry in parser.feed_error_log
    )


def _allowed(text: str) -> str:
    """Without characters that XML does not allow."""
    return _NOT_ALLOWED.sub("\ufffd", text)


class TooDeep(Exception):
    """Elements are nested deeper than is read."""


class _Target:
    """Passes what lxml reports on to a listener, names without their namespaces."""

    def __init__(self, listener: Listener):
        self._listener = listener
        self._depth = 0
        self.elements = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        self.elements += 1
        if self._depth > DEEPEST:
            raise TooDeep
        self._listener.start(local(tag), {local(name): v for name, v in attributes.items()})

    def end(self, tag: str) -> None:
        self._depth -= 1
        self._listener.end(local(tag))

    def data(self, data: str) -> None:
        self._listener.data(data)

    def comment(self, text: str) -> None:
        pass

    def pi(self, target: str, data: str | None = None) -> None:
        pass

    def close(self) -> None:
        pass


def local(name: str) -> str:
    """A name without its namespace and without the prefix of an undeclared one."""
    return name.rpartition("}")[2].rpartition(":")[2]


_TYPE = re.compile(r"<!DOCTYPE", re.I)
_IN_TYPE = re.compile(r"<!--.*?-->|<\?.*?\?>|\"[^\"]*\"|'[^']*'|[\[\]>]", re.S)


def _without_type(text: str, name: str) -> str:
    """A document without its type, wherever that stands before the first element."""
    place = 0
    while True:  # comments and instructions, one at a time
        while place < len(text) and text[place].isspace():
            place += 1
        for opening, closing in (("<!--", "-->"), ("<?", "?>")):
            if text.startswith(opening, place):
                end = text.find(closing, place + len(opening))
                if end < 0:
                    return text
                place = end + len(closing)
                break
        else:
            break
    if not _TYPE.match(text, place):
        return text
    depth = 0
    for part in _IN_TYPE.finditer(text, place):
        if part[0] == "[":
            depth += 1
        elif part[0] == "]":
            depth -= 1
        elif part[0] == ">" and depth <= 0:
            return text[:place] + text[part.end() :]
    raise Unreadable(f"{name} has a document type that does not end: it was not read.")


class Collector:
    """Text that is collected with white space folded, and parts of it apart."""

    def __init__(self) -> None:
        self.pieces: list[str] = []

    def line_end(self) -> None:
        """A line ends, if it has begun."""
        if self.pieces and not self.pieces[-1].endswith("\n"):
            self.pieces.append("\n")

    def paragraph_end(self) -> None:
        """A paragraph ends, if it has begun."""
        if not self.pieces or self.pieces[-1] == "\n\n":
            return
        self.pieces.append("\n\n" if not self.pieces[-1].endswith("\n") else "\n")

    def add(self, text: str, folded: bool = True) -> None:
        """Text goes on; white space is folded as in HTML unless it is meant as it stands."""
        if folded:
            text = re.sub(r"[ \t\r\n]+", " ", text)
            if not self.pieces or self.pieces[-1].endswith((" ", "\n")):
                text = text.lstrip(" ")
        if text:
            self.pieces.append(text)

    def text(self) -> str:
        """All of it."""
        return re.sub(r"[ \t]+(?=\n)", "", re.sub(r"\n{3,}", "\n\n", "".join(self.pieces))).strip()
