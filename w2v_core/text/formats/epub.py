"""Books (.epub): the chapters of the spine in their order, each a page for the reader of HTML."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from w2v_core.text.account import counted
from w2v_core.text.formats import xml
from w2v_core.text.formats.format import Format, Head, OpenFile, Unreadable
from w2v_core.text.formats.packed_parts import Parts
from w2v_core.text.markup import said_left_out, text_of_html
from w2v_core.text.single_line import single_line

_CONTAINER = "META-INF/container.xml"
_PAGES = ("application/xhtml+xml", "text/html", "application/xml", "text/xml")
_MOST_CHAPTERS = 10_000
_KNOWN = {"title": "title", "creator": "author", "date": "date", "language": "language"}


class _Container:
    def __init__(self) -> None:
        self.package = ""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "rootfile" and not self.package:
            self.package = attributes.get("full-path", "")

    def end(self, tag: str) -> None:
        pass

    def data(self, text: str) -> None:
        pass


class _Package:
    """The list of the book's parts, their order, and what the book says about itself."""

    def __init__(self) -> None:
        self.items: dict[str, tuple[str, str, str]] = {}
        self.spine: list[str] = []
        self.metadata: dict[str, list[str]] = {}
        self._open: list[str] | None = None

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "item":
            self.items[attributes.get("id", "")] = (
                attributes.get("href", ""),
                attributes.get("media-type", ""),
                attributes.get("properties", ""),
            )
        elif tag == "itemref" and len(self.spine) < _MOST_CHAPTERS:
            self.spine.append(attributes.get("idref", ""))
        elif tag in _KNOWN:
            self._open = []

    def end(self, tag: str) -> None:
        if tag in _KNOWN and self._open is not None:
            if value := single_line("".join(self._open)):
                self.metadata.setdefault(_KNOWN[tag], []).append(value)
            self._open = None

    def data(self, text: str) -> None:
        if self._open is not None:
            self._open.append(text)


class _Locked:
    def __init__(self) -> None:
        self.parts: list[str] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "CipherReference":
            self.parts.append(unquote(attributes.get("URI", "")))

    def end(self, tag: str) -> None:
        pass

    def data(self, text: str) -> None:
        pass


def _is_one(head: Head) -> bool:
    return _CONTAINER in head.parts


def _read(file: OpenFile) -> Iterator[bytes]:
    parts, name = Parts(file), file.name
    container, package, locked = _Container(), _Package(), _Locked()
    xml.listen(xml.decode(parts.read(_CONTAINER), name), container, name)
    if container.package not in parts:
        raise Unreadable(f"{name} is damaged: its list of chapters is missing.")
    xml.listen(xml.decode(parts.read(container.package), name), package, name)
    if "META-INF/encryption.xml" in parts:
        xml.listen(xml.decode(parts.read("META-INF/encryption.xml"), name), locked, name)
    file.metadata |= {
        key: single_line("; ".join(values)) for key, values in package.metadata.items()
    }
    folder = posixpath.dirname(container.package)
    chapters = missing = skipped = 0
    left_out: Counter[str] = Counter()
    # A chapter that the spine names again and again is read once.
    for id in dict.fromkeys(package.spine):
        href, kind, properties = package.items.get(id, ("", "", ""))
        part = posixpath.normpath(posixpath.join(folder, unquote(href.partition("#")[0])))
        if part in locked.parts:
            raise Unreadable(f"{name} is protected against copying (DRM), so it was left out.")
        if "nav" in properties.split() or (kind and kind not in _PAGES):
            skipped += 1
            continue
        if part not in parts:
            missing += 1
            continue
        text = text_of_html(xml.decode(parts.read(part), name), left_out).strip()
        if text:
            chapters += 1
            yield text.encode("utf-8", "replace") + b"\n\n"
    file.account.rows = chapters
    if missing:
        file.account.add(
            "left out",
            f"{counted(missing, 'chapter')} that the book lists but does not contain.",
            missing,
        )
    if skipped:
        what = f"Left out: the table of contents and pictures ({counted(skipped, 'part')})."
        file.account.add("left out", what, skipped)
    if said := said_left_out(left_out):
        file.account.add("left out", said, left_out.total())


EPUB = Format("Book (.epub)", ("epub",), _is_one, _read)
