"""TEI and other XML: the text, without what editors wrote about it.

Of TEI the header, notes, page breaks, running heads, deletions and rejected readings are left out;
title, author and date become metadata. Of other XML all text is read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from w2v_core.text.account import counted
from w2v_core.text.formats import xml
from w2v_core.text.formats.format import Format, Head, OpenFile, Unreadable
from w2v_core.text.single_line import single_line

_OUT = {
    "note": "note",
    "noteGrp": "note",
    "fw": "running head",
    "del": "deletion",
    "surplus": "deletion",
    "rdg": "reading of another witness",
    "figDesc": "description",
    "desc": "description",
    "rt": "reading above a word",
    "facsimile": "facsimile",
    "sourceDoc": "facsimile",
    "standOff": "group of annotations",
    "interpGrp": "group of annotations",
    "spanGrp": "group of annotations",
    "teiHeader": "",  # what it says is metadata
}
_COUNTED = {
    kind: (kind, f"{kind}s")
    for kind in {*_OUT.values(), "page break"}
    if kind and " of " not in kind
} | {
    "reading of another witness": ("reading of another witness", "readings of other witnesses"),
    "reading above a word": ("reading above a word", "readings above words"),
    "group of annotations": ("group of annotations", "groups of annotations"),
}
_CHOICES = {  # of two readings, the one of the source and the editor's
    "original": {"orig", "sic", "abbr", "am"},
    "regularised": {"reg", "corr", "expan", "ex"},
}
_BLOCK_NAMES = (
    "p ab l lg head div div1 div2 div3 div4 div5 div6 div7 sp speaker stage item list row cell table "
    "opener closer salute signed dateline byline titlePage docTitle titlePart docAuthor docImprint "
    "epigraph body front back group text TEI argument trailer castItem castList figure u entry"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_INLINE_NAMES = (
    "a abbr b bold c cite code date del e em emphasis emph expan ex foreign g gap hi hl i ins italic lang "
    "mark name num orig persName placeName q ref reg rs sic corr span strong sub sup term u unclear "
    "underline"
)
_INLINE = frozenset(_INLINE_NAMES.split())
_TOKENS = ("w", "pc", "t", "tok", "token", "wd", "word")  # words, each an element
_PLACES = {  # in a header, where title, author and date are looked for, the best place first
    "title": ("titleStmt",),
    "author": ("titleStmt", "sourceDesc"),
    "date": ("creation", "sourceDesc", "publicationStmt"),
}
_NO_TEXT = ("svg", "plist", "xsl", "stylesheet", "project", "wsdl")
_ROOT = re.compile(r"<(?![?!])(?:[\w.-]+:)?([\w.-]+)")
_TEI_ROOT = re.compile(
    r"\s*(?:<!--(?:(?!-->).)*-->\s*)*<(?:[\w.-]+:)?(TEI|TEI\.2|teiCorpus)[\s>]", re.S
)


class _Text:
    """Collects the text of TEI, and what its header says."""

    def __init__(self, spelling: str):
        self.text = xml.Collector()
        self.left_out: Counter[str] = Counter()
        self.metadata: dict[str, str] = {}
        self.choices = 0
        self.is_tei = False
        self._rejected = _CHOICES["original" if spelling == "regularised" else "regularised"]
        self._path: list[str] = []
        self._out = 0
        self._texts = 0  # open <text> elements
        self._asked: tuple[str, list[str]] | None = None  # of the header
        self._rank, self._ranks = 9, dict[str, int]()
        self._joined = False  # the next text belongs to the word before a break
        self._after_word = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if not self._path:
            self.is_tei = tag in ("TEI", "TEI.2", "teiCorpus")
        self._path.append(tag)
        self._header_starts(tag, attributes)
        if self._out:
            self._out += 1
            return
        within_choice = len(self._path) > 1 and self._path[-2] == "choice"
        if (self.is_tei and tag in _OUT) or (
            tag in self._rejected and (within_choice or tag in ("am", "ex"))
        ):
            self._out = 1
            if what := _OUT.get(tag, ""):
                self.left_out[what] += 1
            return
        if tag == "choice":
            self.choices += 1
        elif tag == "text" and self.is_tei:
            self._texts += 1
        elif tag in ("lb", "pb", "cb", "milestone", "gb"):
            self._break(tag, attributes)
        elif self._is_block(tag):
            self.text.line_end()
        elif tag in ("w", "pc") and self.is_tei:
            if tag == "w" and self._after_word and attributes.get("join") not in ("left", "both"):
                self.text.add(" ")
            self._after_word = False

    def _is_block(self, tag: str) -> bool:
        return tag in _BLOCKS if self.is_tei else tag not in _INLINE and tag not in _TOKENS

    def _break(self, tag: str, attributes: Mapping[str, str]) -> None:
        joins = attributes.get("break") == "no"
        if tag == "pb" and self.is_tei:
            self.left_out["page break"] += 1
        if joins:
            self._joined = True
            if self.text.pieces:
                self.text.pieces[-1] = self.text.pieces[-1].rstrip(" \n")
        elif tag == "lb":
            self.text.line_end()
        else:
            self.text.add(" ")

    def end(self, tag: str) -> None:
        self._path.pop()
        self._header_ends(tag)
        if self._out:
            self._out -= 1
            return
        if tag == "text" and self.is_tei:
            self._texts -= 1
        if self._is_block(tag):
            if tag in ("p", "head", "div", "lg", "sp", "text", "ab", "item"):
                self.text.paragraph_end()
            else:
                self.text.line_end()
        elif tag in _TOKENS:
            self._after_word = True
            if not self.is_tei:
                self.text.add(" ")

    def data(self, text: str) -> None:
        if self._asked is not None:
            self._asked[1].append(text)
        if self._out or (self.is_tei and not self._texts):
            return
        if self._joined:
            text = text.lstrip()
            self._joined = not text
        if text:
            self._after_word = self._after_word and not text.strip() and not text[:1].isspace()
            self.text.add(text)

    def _header_starts(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag not in _PLACES or "teiHeader" not in self._path or self._asked is not None:
            return
        places = _PLACES[tag]
        ranks = [rank for rank, place in enumerate(places) if place in self._path]
        when = attributes.get("when") or attributes.get("notBefore") or ""
        self._asked = (tag, [when] if tag == "date" else [])
        self._rank = min(ranks, default=len(places))

    def _header_ends(self, tag: str) -> None:
        if self._asked is None or tag != self._asked[0]:
            return
        pieces = self._asked[1]
        if tag == "date" and pieces[0]:
            pieces = pieces[:1]  # as a computer reads it
        value = single_line("".join(pieces))
        if value and self._rank < self._ranks.get(tag, 9):
            self.metadata[tag], self._ranks[tag] = value, self._rank
        self._asked = None


def _is_one(head: Head) -> bool:
    text = head.text.lstrip("\ufeff")
    if text.lstrip().startswith("<?xml"):
        return _root(text).lower() not in ("html", "xhtml")
    return bool(_TEI_ROOT.match(text)) or (
        head.ending in ("xml", "tei") and text.lstrip().startswith("<")
    )


def _root(text: str) -> str:
    found = _ROOT.search(re.sub(r"<!--.*?-->", "", text, flags=re.S))
    return found[1] if found else ""


def _read(file: OpenFile) -> Iterator[bytes]:
    data = file.whole()
    file.file.seek(0)
    if (root := _root(Head(file.name, data[:4096]).text)) in _NO_TEXT:
        raise Unreadable(
            f"{file.name} is XML of another kind ({single_line(root, 20)}), not a text."
        )
    declared = xml.declared_encoding(data)
    text = xml.decode(data, file.name) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else None
    if text is None:
        text = file.text(declared)
    else:
        file.account.encoding = "UTF-16"
    found = _Text(file.settings.spelling)
    unknown, damaged = xml.listen(text, found, file.name)
    account = file.account
    file.metadata |= found.metadata
    if not found.is_tei:
        account.format = "XML"
        account.add("guessed", "It is XML but not TEI, so all of its text was read.")
    if found.left_out:
        what = ", ".join(counted(n, *_COUNTED[kind]) for kind, n in found.left_out.items())
        account.add("left out", f"Left out: {what}.", sum(found.left_out.values()))
    if found.choices:
        kept = file.settings.spelling
        account.add(
            "read",
            f"{counted(found.choices, 'place')} with two readings, of which the {kept} one was read.",
            found.choices,
            "spelling",
        )
    if unknown:
        account.add(
            "left out",
            f"Left out: {counted(unknown, 'entity', 'entities')} of the document's own.",
            unknown,
        )
    if damaged:
        account.add("mended", "It is not well formed; it was read as far as it goes.")
    yield found.text.text().encode("utf-8", "replace")


TEI = Format("TEI (.xml)", ("xml", "tei"), _is_one, _read)
