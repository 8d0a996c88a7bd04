"""Word documents (.docx): the text of word/document.xml, read by lxml.

python-docx builds the whole document as objects and leaves out text boxes and tables within tables;
what is needed here are the paragraphs, in the order of the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from w2v_core.text.account import counted
from w2v_core.text.formats import xml
from w2v_core.text.formats.format import Format, Head, OpenFile
from w2v_core.text.formats.packed_parts import Parts

_OUT = {
    "del",  # struck out while changes were tracked
    "moveFrom",
    "Fallback",  # of a text box that stands beside it in another form
    "rt",  # readings above the words
    "instrText",
    "delText",
}
_NOTES = ("footnoteReference", "endnoteReference")


class _Paragraphs:
    def __init__(self) -> None:
        self.text = xml.Collector()
        self.n_notes = self.n_struck = self.n_hidden = 0
        self._out = 0  # open elements, from the one that holds no text
        self._in_text = False
        self._vanished = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._out or tag in _OUT:
            self._out += 1
            self.n_struck += self._out == 1 and tag in ("del", "moveFrom")
        elif tag == "t":
            self._in_text = True
        elif tag == "r":
            self._vanished = False
        elif tag == "vanish":
            self._vanished = attributes.get("val") not in ("0", "false", "off")
            self.n_hidden += self._vanished
        elif tag in ("tab", "ptab"):
            self.text.add(" ")
        elif tag in ("br", "cr"):
            self.text.line_end()
        elif tag == "noBreakHyphen":
            self.text.add("‑")
        elif tag in _NOTES:
            self.n_notes += 1

    def end(self, tag: str) -> None:
        if self._out:
            self._out -= 1
        elif tag == "t":
            self._in_text = False
        elif tag in ("p", "tc"):
            self.text.paragraph_end()
            self._vanished = False

    def data(self, text: str) -> None:
        if self._in_text and not self._out and not self._vanished:
            self.text.add(text)


def _is_one(head: Head) -> bool:
    return "word/document.xml" in head.parts or "word/document2.xml" in head.parts


def _read(file: OpenFile) -> Iterator[bytes]:
    parts = Parts(file)
    main = "word/document.xml" if "word/document.xml" in parts else "word/document2.xml"
    found = _Paragraphs()
    _, damaged = xml.listen(xml.decode(parts.read(main), file.name), found, file.name)
    if damaged:
        file.account.add("mended", "The file is damaged; it was read as far as it goes.")
    for n, one, many in (
        (found.n_notes, "footnote or endnote", "footnotes or endnotes"),
        (found.n_struck, "tracked deletion", ""),
        (found.n_hidden, "hidden passage", ""),
    ):
        if n:
            file.account.add("left out", f"Left out: {counted(n, one, many)}.", n)
    margins = sum(name.startswith(("word/header", "word/footer")) for name in parts.names())
    if margins:
        file.account.add("left out", "Left out: headers and footers.", margins)
    yield found.text.text().encode("utf-8", "replace")


WORD = Format("Word document (.docx)", ("docx", "docm"), _is_one, _read)
