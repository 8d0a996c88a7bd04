"""Web pages (.html) and Markdown (.md), reduced to what a reader sees."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from w2v_core.text.formats.format import Format, Head, OpenFile
from w2v_core.text.markup import said_left_out, text_of_html, text_of_markdown

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.I)
_XML_ENCODING = re.compile(rb"\A\s*<\?xml[^>]{0,200}encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{2,40})")
_FIRST_TAG = re.compile(
    r"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*"
    r"(?:<!DOCTYPE\s+html\b|<html[\s>]|<head[\s>]|<body[\s>])",
    re.I | re.S,
)
_PART = re.compile(
    r"\s*<(p|div|span|h[1-6]|table|article|section|main|ul|ol|blockquote|font|center)(?:\s[^<>]*)?>",
    re.I,
)
_XHTML = re.compile(r"<!DOCTYPE\s+html\b|<html[\s>]", re.I)


def _is_page(head: Head) -> bool:
    text = head.text.lstrip("\ufeff")
    if _FIRST_TAG.match(text[:4096]):
        return True
    part = _PART.match(text[:4096])
    if part and head.ending not in MARKDOWN.endings and f"</{part[1]}>".lower() in text.lower():
        return True  # a page without its frame
    return text.lstrip().startswith("<?xml") and bool(_XHTML.search(text[:2048]))


def _read_page(file: OpenFile) -> Iterator[bytes]:
    data = file.file.read(4096)
    file.file.seek(0)
    named = _CHARSET.search(data) or _XML_ENCODING.search(data)
    text = file.text(named[1].decode("ascii") if named else None)
    left_out: Counter[str] = Counter()
    read = text_of_html(text, left_out)
    if said := said_left_out(left_out):
        file.account.add("left out", said, left_out.total())
    yield read.encode("utf-8", "replace")


def _read_markdown(file: OpenFile) -> Iterator[bytes]:
    yield text_of_markdown(file.text()).encode("utf-8", "replace")


PAGE = Format("Web page (.html)", ("html", "htm", "xhtml"), _is_page, _read_page, told_by_name=True)
MARKDOWN = Format(
    "Markdown (.md)",
    ("md", "markdown", "mdown"),
    lambda head: False,
    _read_markdown,
    told_by_name=True,
)
