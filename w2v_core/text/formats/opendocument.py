"""OpenDocument texts (.odt): the paragraphs of content.xml, read by lxml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from w2v_core.text.account import counted
from w2v_core.text.formats import xml
from w2v_core.text.formats.format import Format, Head, OpenFile
from w2v_core.text.formats.packed_parts import Parts

_OUT = {"note", "annotation", "tracked-changes", "ruby-text", "scripts", "font-face-decls"}
_OUT |= {"automatic-styles", "table-of-content", "alphabetical-index", "event-listeners"}


_COUNTED = {
    "note": ("footnote or endnote", "footnotes or endnotes"),
    "annotation": ("comment", "comments"),
    "tracked-changes": ("list of tracked changes", "lists of tracked changes"),
    "table-of-content": ("table of contents", "tables of contents"),
    "alphabetical-index": ("index", "indexes"),
}


class _Paragraphs:
    def __init__(self) -> None:
        self.text = xml.Collector()
        self.left_out = dict.fromkeys(_COUNTED, 0)
        self._out = 0
        self._paragraphs = 0  # open ones

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._out or tag in _OUT:
            self._out += 1
            if self._out == 1 and tag in self.left_out:
                self.left_out[tag] += 1
        elif tag in ("p", "h"):
            if self._paragraphs:  # a text box within a paragraph
                self.text.paragraph_end()
            self._paragraphs += 1
        elif tag in ("s", "tab"):
            self.text.add(" ")
        elif tag == "line-break":
            self.text.line_end()

    def end(self, tag: str) -> None:
        if self._out:
            self._out -= 1
        elif tag in ("p", "h"):
            self._paragraphs -= 1
            self.text.paragraph_end()

    def data(self, text: str) -> None:
        if self._paragraphs and not self._out:
            self.text.add(text)


def _is_one(head: Head) -> bool:
    text = head.kind.startswith("application/vnd.oasis.opendocument.text")
    return "content.xml" in head.parts and (text or head.ending in ("odt", "ott"))


def _read(file: OpenFile) -> Iterator[bytes]:
    parts = Parts(file)
    found = _Paragraphs()
    _, damaged = xml.listen(xml.decode(parts.read("content.xml"), file.name), found, file.name)
    if damaged:
        file.account.add("mended", "The file is damaged; it was read as far as it goes.")
    for tag, what in _COUNTED.items():
        if n := found.left_out[tag]:
            file.account.add("left out", f"Left out: {counted(n, *what)}.", n)
    yield found.text.text().encode("utf-8", "replace")


OPENDOCUMENT = Format("OpenDocument text (.odt)", ("odt", "ott"), _is_one, _read)
