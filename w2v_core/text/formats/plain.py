"""Plain text, in blocks of bounded size."""

from __future__ import annotations

import re
from collections.abc import Iterator

from w2v_core.text import reading
from w2v_core.text.account import counted
from w2v_core.text.formats.format import Format, OpenFile


def _read(file: OpenFile) -> Iterator[bytes]:
    encoding = file.settled_encoding() if file.again else file.first_encoding()
    file.account.encoding = encoding.label
    yield from reading.blocks_in(file.file, file.name, encoding, file.max_bytes)


_TEX = re.compile(rb"\\[A-Za-z@]{1,60}")
_ASCIIDOC = re.compile(rb"(?m)^:[\w-]{1,60}:|^\[[^\]\n]{0,200}\]$|\b\w{1,40}::?[^\s\[]{0,200}\[")
_COMMANDS = {
    "tex": _TEX,
    "latex": _TEX,
    "rst": re.compile(rb"(?m)^[ \t]{0,40}\.\. [\w-]{1,60}::|:[\w+:-]{1,60}:`"),
    "adoc": _ASCIIDOC,
    "asciidoc": _ASCIIDOC,
    "org": re.compile(rb"(?m)^[ \t]{0,40}#\+\w+"),
    "wiki": re.compile(rb"\{\{|\[\["),
    "textile": re.compile(rb"(?m)^(?:h[1-6]|p|bq|bc)\. "),
}
"""What tells a program that sets the text what to do, by the ending of a file's name."""


def _read_with_marks(file: OpenFile) -> Iterator[bytes]:
    """As plain text: to take the commands out, one has to know what each of them prints."""
    ending = file.name.rpartition(".")[2].partition(" ")[0].lower()  # a.tex (2) is a second one
    command = _COMMANDS.get(ending, _TEX)
    number = 0
    for block in _read(file):
        number += len(command.findall(block))
        yield block
    if number:
        file.account.add(
            "guessed",
            f"Read as plain text: {counted(number, 'command')} of its markup were kept, and their "
            "names count as words of the text. To remove them, convert the file to plain text (for "
            "example with pandoc) and upload that.",
            number,
        )


PLAIN = Format("Plain text", ("txt", "text"), lambda head: False, _read, told_by_name=True)
TYPESET = Format(
    "Plain text with marks",
    ("rst", "tex", "latex", "org", "adoc", "asciidoc", "textile", "wiki"),
    lambda head: False,
    _read_with_marks,
    told_by_name=True,
)
