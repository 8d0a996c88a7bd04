"""The formats of documents. A new one is one module and one line here."""

from __future__ import annotations

from w2v_core.text.archives import is_zip
from w2v_core.text.formats.delimited import DELIMITED
from w2v_core.text.formats.epub import EPUB
from w2v_core.text.formats.format import Format, Head
from w2v_core.text.formats.json_rows import JSON_ROWS
from w2v_core.text.formats.no_texts import OLD_OFFICE, PROGRAM, RICH_TEXT, SLIDES, SPREADSHEET
from w2v_core.text.formats.opendocument import OPENDOCUMENT
from w2v_core.text.formats.pages import MARKDOWN, PAGE
from w2v_core.text.formats.pdf import PDF
from w2v_core.text.formats.plain import PLAIN, TYPESET
from w2v_core.text.formats.subtitles import SUBTITLES
from w2v_core.text.formats.tei import TEI
from w2v_core.text.formats.word import WORD
from w2v_core.text.formats.workbook import WORKBOOK

ARCHIVE = Format(
    "Zip archive", ("zip",), lambda head: is_zip(head.data), left_out="contains other files"
)
"""Of a zip file that is none of the formats: what is in it is read, but not from within another."""

FORMATS: tuple[Format, ...] = (
    WORD,
    OPENDOCUMENT,
    EPUB,
    WORKBOOK,
    SLIDES,
    SPREADSHEET,
    ARCHIVE,
    PDF,
    RICH_TEXT,
    OLD_OFFICE,
    PAGE,
    TEI,
    SUBTITLES,
    JSON_ROWS,
    PROGRAM,
    DELIMITED,
    MARKDOWN,
    TYPESET,
    PLAIN,
)
"""In the order in which a file is held against them: each by its content, then each by its name."""

READ_ENDINGS = tuple(
    ending
    for format in FORMATS
    if format is ARCHIVE or not format.left_out
    for ending in format.endings
)
"""Endings of the names of files that are read."""


def format_of(head: Head) -> Format:
    """What a file is read as: by its content where that tells, else by its name, else as plain text."""
    for format in FORMATS:
        if format.is_one(head):
            return format
    ending = head.ending
    for format in FORMATS:
        if format.told_by_name and ending in format.endings:
            return format
    return PLAIN
