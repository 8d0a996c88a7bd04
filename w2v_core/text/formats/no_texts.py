"""Files that hold no running text: programs, pictures, archives and old office formats."""

from __future__ import annotations

from w2v_core.text.formats.format import Format, Head

_PROGRAMS = (
    "py pyw ipynb js mjs cjs ts jsx tsx css scss less java c h cc cpp cxx hpp cs go rs rb php pl pm sh "
    "bash zsh bat cmd ps1 r rmd jl m swift kt scala lua sql vb vbs asm s f f90 hs ml clj ex exs erl "
    "lisp el vim make cmake gradle toml ini cfg conf yaml yml lock"
)
_SLIDES = ("ppt/presentation.xml", "xl/workbook.bin")


def _is_program(head: Head) -> bool:
    return head.data.startswith(b"#!") and head.data[2:64].lstrip()[:1] == b"/"


PROGRAM = Format(
    "Program",
    tuple(_PROGRAMS.split()),
    _is_program,
    told_by_name=True,
    left_out="contains program text, not sentences, so it was left out; renamed to .txt it would "
    "be read",
)
SLIDES = Format(
    "Presentation (.pptx)",
    (),
    lambda head: any(part in head.parts for part in _SLIDES),
    left_out="is a presentation or a binary workbook, which cannot be read here: save its text as .txt",
)
SPREADSHEET = Format(
    "OpenDocument file",
    (),
    lambda head: "content.xml" in head.parts and "opendocument" in head.kind,
    left_out="is an OpenDocument file but not a text: save it as .odt, .xlsx or .csv",
)
RICH_TEXT = Format(
    "Rich text (.rtf)",
    (),
    lambda head: head.data.startswith(b"{\\rtf"),
    left_out="contains a rich text document, which cannot be read here: save it as .docx, .odt or "
    ".txt",
)
OLD_OFFICE = Format(
    "Old office document",
    (),
    lambda head: head.data.startswith(b"\xd0\xcf\x11\xe0"),
    left_out="contains an office document of the old kind (.doc, .xls, .ppt), or one that is "
    "locked with a password: save it as .docx, .xlsx or .txt, without a password",
)
