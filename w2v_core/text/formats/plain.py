"""Plain text, in blocks of bounded size."""

from __future__ import annotations

from collections.abc import Iterator

from w2v_core.text import reading
from w2v_core.text.formats.format import Format, OpenFile


def _read(file: OpenFile) -> Iterator[bytes]:
    encoding = file.settled_encoding() if file.again else file.first_encoding()
    file.account.encoding = encoding.label
    yield from reading.blocks_in(file.file, file.name, encoding, file.max_bytes)


def _read_with_marks(file: OpenFile) -> Iterator[bytes]:
    yield from _read(file)
    file.account.add(
        "read",
        "It was read as plain text, so the names of commands and roles in it are words of the text.",
    )


PLAIN = Format("Plain text", ("txt", "text"), lambda head: False, _read, told_by_name=True)
TYPESET = Format(
    "Plain text with marks",
    ("rst", "tex", "latex", "org", "adoc", "asciidoc", "textile", "wiki"),
    lambda head: False,
    _read_with_marks,
    told_by_name=True,
)
