"""HTML and Markdown → the text that a reader sees."""

from __future__ import annotations

import re
from html.parser import HTMLParser

# What is no running text, and what begins a paragraph of its own.
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


class _Text(HTMLParser):
    """Collects the text between tags; white space is folded as a browser does."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.hidden: list[str] = []
        self.preserved = 0

    def handle_starttag(self, tag, attrs):
        if tag == "body":
            self.hidden.clear()  # a head that nobody closed
        elif tag in _HIDDEN:
            self.hidden.append(tag)
        if tag == "br":
            self.pieces.append("\n")
        elif tag in _PARAGRAPHS:
            self.pieces.append("\n\n")
        self.preserved += tag == "pre"

    def handle_endtag(self, tag):
        if tag in self.hidden:
            while self.hidden.pop() != tag:
                pass
        if tag in _PARAGRAPHS:
            self.pieces.append("\n\n")
        self.preserved = max(self.preserved - (tag == "pre"), 0)

    def handle_startendtag(self, tag, attrs):
        if tag not in _HIDDEN:
            self.handle_starttag(tag, attrs)

    def handle_data(self, data):
        if not self.hidden:
            self.pieces.append(data if self.preserved else re.sub(r"\s+", " ", data))


def text_of_html(html: str) -> str:
    """The text of an HTML page: no markup, scripts, styles, head or navigation; paragraphs apart by an
    empty line."""
    parser = _Text()
    parser.feed(html)
    parser.close()
    text = "".join(parser.pieces)
    text = re.sub(r"[ \t]*\n[ \t]*", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n ")


_FRONT = re.compile(r"\A---[ \t]*\n.*?\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S)
_FENCE = re.compile(r"^[ ]{0,3}(`{3,}|~{3,})[^\n]*\n.*?(?:^[ ]{0,3}\1[`~]*[ \t]*$|\Z)", re.S | re.M)
_LINES = (
    (re.compile(r"^[ ]{0,3}#{1,6}[ \t]+(.*?)[ \t]*#*[ \t]*$", re.M), r"\n\1\n"),  # headings
    (
        re.compile(r"^[ ]{0,3}(?:=+|-{2,}|(?:[-*_][ \t]*){3,})[ \t]*$", re.M),
        "",
    ),  # rules, underlines
    (re.compile(r"^[ \t:|-]{0,1000}-[ \t:|-]{0,1000}$", re.M), ""),  # below a table's head
    (re.compile(r"^(?:[ \t]*>)+[ \t]?", re.M), ""),  # quotations
    (re.compile(r"^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?", re.M), ""),  # lists
    (re.compile(r"^[ ]{0,3}\[[^\]\n]{1,200}\]:[^\n]*$", re.M), ""),  # where links lead
)
_INLINE = (
    (
        re.compile(
            r"!?\[([^\[\]\n]{0,500})\]"
            r"\([^()\n]{0,2000}(?:\([^()\n]{0,200}\))?[^()\n]{0,200}\)"
        ),
        r"\1",
    ),
    (re.compile(r"!?\[([^\[\]\n]{1,500})\]\[[^\[\]\n]{0,200}\]"), r"\1"),
    (re.compile(r"<(?:https?|mailto|ftp):[^<>\s]{1,2000}>"), " "),
    (re.compile(r"(`+)([^`\n]{1,500}?)\1"), r"\2"),
    (re.compile(r"(\*\*\*|\*\*|\*|~~)(?=\S)([^*~\n]{1,1000}?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<!\w)(___|__|_)(?=\S)([^_\n]{1,1000}?)(?<=\S)\1(?!\w)"), r"\2"),
    (re.compile(r"\\([\\`*_{}\[\]()#+\-.!|~>])"), r"\1"),
)


def text_of_markdown(text: str) -> str:
    """The text of a Markdown file: no front matter, blocks of code, marks, or addresses of links; the HTML
    in it is reduced as ``text_of_html`` does."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _FENCE.sub("", _FRONT.sub("", text))
    for pattern, instead in (*_LINES, *_INLINE):
        text = pattern.sub(instead, text)
    text = text.replace("|", " ")
    if "<" in text or "&" in text:
        text = _lines_kept(text)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n ")


def _lines_kept(text: str) -> str:
    """HTML within Markdown, whose own line ends stay."""
    parser = _Text()
    parser.preserved = 1
    parser.feed(text)
    parser.close()
    return "".join(parser.pieces)
