"""HTML and Markdown → the text that a reader sees.

lxml reads the HTML: in one pass, as browsers do, whatever is wrong with it, without keeping a tree.
markdown-it-py reads the Markdown, piece by piece, and its HTML goes the same way.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from lxml import etree
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererProtocol
from markdown_it.token import Token

from w2v_core.text.account import counted

# What is no running text: readings beside characters (rt) among it; and what begins a paragraph.
_HIDDEN = {
    "script",
    "style",
    "noscript",
    "template",
    "svg",
    "math",
    "iframe",
    "object",
    "head",
    "select",
    "nav",
    "rp",
    "rt",
    "rtc",
}
_PARAGRAPHS = {
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "caption",
    "center",
    "dd",
    "details",
    "dialog",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
}
_COUNTED = {"rt": "reading", "rtc": "reading", "nav": "navigation"}
_NOTE_ROLES = {"doc-noteref", "noteref"}
_FED = 1 << 16  # characters that the HTML reader is given at a time


class _Text:
    """Collects the text between tags, as lxml reports them: each start with its end.

    White space is folded as a browser does, or kept with its lines.
    """

    def __init__(self, lines_kept: bool):
        self.pieces: list[str] = []
        self.hidden = 0  # open elements, from the one that hides all it holds
        self.preserved = int(lines_kept)
        self.raised: list[str] | None = None  # what stands in a <sup>, until it ends
        self.linked = False
        self.left_out: Counter[str] = Counter()

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self.hidden or _is_hidden(tag, attributes):
            if not self.hidden and (what := _COUNTED.get(tag, "" if tag in _HIDDEN else "hidden")):
                self.left_out[what] += 1
            self.hidden += 1
            return
        if tag == "br":
            self.pieces.append("\n")
        elif tag in _PARAGRAPHS:
            self._raise_ends()
            self.pieces.append("\n\n")
        elif tag == "sup" and self.raised is None:
            self.raised, self.linked = [], False
        elif tag == "a":
            self.linked = True
        self.preserved += tag == "pre"

    def end(self, tag: str) -> None:
        if self.hidden:
            self.hidden -= 1
            return
        if tag in _PARAGRAPHS:
            self.pieces.append("\n\n")
        elif tag == "sup":
            self._raise_ends()
        self.preserved -= tag == "pre"

    def _raise_ends(self) -> None:
        """A <sup> of letters, as in 2nd, is text; one of other signs, or with a link, is a note's mark."""
        if self.raised is not None:
            text = "".join(self.raised)
            if not self.linked and any(character.isalpha() for character in text):
                self.pieces.append(text)
            elif text.strip():
                self.left_out["note"] += 1
            self.raised = None

    def data(self, data: str) -> None:
        if self.hidden:
            return
        if not self.preserved:
            data = re.sub(r"\s+", " ", data)
            if self.pieces and self.pieces[-1].endswith((" ", "\n")):
                data = data.lstrip(" ")
        if self.raised is not None:
            self.raised.append(data)
        elif data:
            self.pieces.append(data)

    def close(self) -> str:
        self._raise_ends()
        return "".join(self.pieces)


def _is_hidden(tag: str, attributes: Mapping[str, str]) -> bool:
    if tag in _HIDDEN or "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    role = attributes.get("role") or attributes.get("epub:type") or ""
    style = attributes.get("style", "").replace(" ", "").lower()
    return role in _NOTE_ROLES or "display:none" in style or "visibility:hidden" in style


class _Reader:
    """Reads HTML that comes in pieces; ``left_out`` counts what a person may miss in its text."""

    def __init__(self, lines_kept: bool = False):
        self._text = _Text(lines_kept)
        self.left_out = self._text.left_out
        self._parser = etree.HTMLParser(target=self._text, encoding="utf-8", huge_tree=True)
        self._fed = False

    def feed(self, html: str) -> None:
        for first in range(0, len(html), _FED):
            piece = html[first : first + _FED].replace("\0", " ")
            self._parser.feed(piece.encode("utf-8", "replace"))
            self._fed = True

    def text(self) -> str:
        text = self._parser.close() if self._fed else ""
        text = re.sub(r"[ \t]*\n[ \t]*", "\n", text)
        return re.sub(r"\n{3,}", "\n\n", text).strip("\n ")


def text_of_html(html: str, left_out: Counter[str] | None = None) -> str:
    """The text of an HTML page, paragraphs apart by an empty line.

    Markup, scripts, styles, head and navigation give no text, nor do elements that a browser hides, the
    readings of ruby, and the marks of notes. ``left_out`` is told how many of the last three there were, as
    "hidden", "reading" and "note", and how many navigations, as "navigation".
    """
    reader = _Reader()
    reader.feed(html)
    if left_out is not None:
        left_out.update(reader.left_out)
    return reader.text()


def said_left_out(left_out: Counter[str]) -> str:
    """A sentence on what ``text_of_html`` left out; empty where that is nothing."""
    names = {
        "note": ("raised number or mark, as of a note", "raised numbers or marks, as of notes"),
        "reading": ("reading beside characters", "readings beside characters"),
        "hidden": ("hidden element", "hidden elements"),
        "navigation": ("navigation", "navigations"),
    }
    parts = [counted(left_out[kind], *name) for kind, name in names.items() if left_out[kind]]
    return f"Left out: {', '.join(parts)}." if parts else ""


# Markdown

_PIECE = 1 << 12
"""Characters of Markdown that are parsed at a time, up to the next empty line: its tokens take a hundred
times as much memory, and some lines take time that grows with the square of their length."""
_LONGEST = 3 * _PIECE  # characters after which a paragraph is cut
_MOST_DEFINED = 20_000  # addresses that links refer to by a name
_MOST_BRACKETS = 1_000  # in a piece; each is tried as the beginning of a link with all that follow
_DEEPEST = 40  # lists and quotations within each other; what stands deeper is left out
_FRONT = re.compile(r"\A---[ \t]*\n.*?\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S)
_FENCE = re.compile(r"[ ]{0,3}(`{3,}(?=[^`]*$)|~{3,})")
_DEFINITION = re.compile(r"^[ ]{0,3}\[[^\]\n]{1,200}\]:[ \t]*\S[^\n]*$", re.M)
_TASK = re.compile(r"\[[ xX]\][ \t]+")
_FOOTNOTE = re.compile(r"\[\^[^\]\s]{1,100}\]:?")


def text_of_markdown(text: str) -> str:
    """The text of a Markdown file (CommonMark, with tables), its lines as they are.

    Front matter, blocks of code between fences, marks and the addresses of links give no text; the HTML
    in it is reduced as ``text_of_html`` does.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _FRONT.sub("", text)
    parser = _markdown()
    found: dict[str, Any] = {}
    defined = islice(_DEFINITION.finditer(text), _MOST_DEFINED)
    parser.parse("\n".join(one[0] for one in defined), found)  # they may stand below their use
    reader = _Reader(lines_kept=True)
    for piece in _pieces(text):
        if piece.count("[") > _MOST_BRACKETS:
            piece = piece.replace("[", "\\[")  # text, then, as hardly any of them begins a link
        reader.feed(parser.render(piece, found))
    return reader.text()


def _pieces(text: str) -> Iterator[str]:
    """The text in pieces of whole blocks where that can be, without its fenced code."""
    lines: list[str] = []
    length, fence = 0, ""
    for start, end in _lines(text):
        line = text[start:end]
        if fence:
            if (bare := line.strip()) and not line.startswith("    ") and set(bare) == {fence[0]}:
                fence = "" if len(bare) >= len(fence) else fence
            continue
        if (opened := _FENCE.match(line)) is not None:
            fence, line = opened[1], "\n"
        lines.append(line)
        length += len(line)
        if length >= _LONGEST or (length >= _PIECE and not line.strip()):
            yield "".join(lines)
            lines, length = [], 0
    yield "".join(lines)


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Where each line begins and ends, its line end included; very long ones are cut."""
    start = 0
    while start < len(text):
        end = text.find("\n", start, start + _LONGEST) + 1
        if not end:
            end = min(start + _LONGEST, len(text))
            end = text.rfind(" ", start, end) + 1 or end if end < len(text) else end
        yield start, end
        start = end


def _markdown() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST})
    # Indented lines are text: more often a quotation or a verse than code.
    parser.enable(["table", "strikethrough"]).disable("code")
    parser.core.ruler.push("marks", _without_marks)
    for name, rule in {
        "fence": lambda *_: "\n",
        "image": _image,
        "link_open": _link_open,
        "link_close": lambda *_: "</span>",
        "tr_open": lambda *_: "<p>",
        "tr_close": lambda *_: "</p>",
        **{f"{cell}_{end}": lambda *_: " " for cell in ("th", "td") for end in ("open", "close")},
    }.items():
        parser.add_render_rule(name, rule)
    return parser


def _link_open(_renderer: RendererProtocol, tokens: list[Token], i: int, *_: Any) -> str:
    """What a link says is text, unless it is the address itself."""
    return "<span hidden>" if tokens[i].markup == "autolink" else "<span>"


def _image(_renderer: RendererProtocol, tokens: list[Token], i: int, *_: Any) -> str:
    """The words that stand for a picture."""
    words = (child.content for child in tokens[i].children or () if child.type == "text")
    return escapeHtml("".join(words))


def _without_marks(state: Any) -> None:
    """Takes away the boxes of task lists and the marks of footnotes."""
    before: list[str] = []
    for token in state.tokens:
        if token.type == "inline":
            for place, child in enumerate(token.children or ()):
                if child.type == "text":
                    if place == 0 and before[-2:] == ["list_item_open", "paragraph_open"]:
                        child.content = _TASK.sub("", child.content, count=1)
                    child.content = _FOOTNOTE.sub("", child.content)
        before = [*before[-1:], token.type]
