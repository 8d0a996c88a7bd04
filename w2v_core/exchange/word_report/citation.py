"""How a model and the tool are cited: a sentence, and entries for BibTeX."""

from __future__ import annotations

import re

from w2v_core.exchange.word_report.contents import Made
from w2v_core.text.single_line import single_line

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "{}$&#%_"},
}


def sentence(made: Made) -> str:
    """The model and the tool in one sentence."""
    how = "trained" if made.trained_here else "imported"
    return (
        f"“{single_line(made.model)}”, word vectors ({made.words:,} words, {made.dimensions} dimensions), "
        f"{how} {made.made}; {_tool(made)}, report of {made.reported}."
    )


def bibtex(made: Made) -> str:
    """Two entries: the model, and the tool."""
    key = re.sub(r"[^a-z0-9]+", "-", made.model.casefold()).strip("-")[:40] or "model"
    kind = "exact softmax skip-gram" if made.trained_here else "imported word vectors"
    fields = {
        "title": f"{{{_escaped(single_line(made.model))}: word vectors}}",
        "year": made.made[:4],
        "howpublished": _escaped(_tool(made)),
        "note": f"{kind}, {made.words} words, {made.dimensions} dimensions, {made.made}, "
        f"SHA-256 of the vectors {made.fingerprint[:16]}",
    }
    tool = {
        "title": f"{{{_escaped(made.tool)}}}",
        "version": _escaped(made.version),
        "year": made.reported[:4],
    }
    name = re.sub(r"[^a-z0-9]+", "-", made.tool.casefold()).strip("-")
    return f"{_entry('misc', f'{key}-{made.id[:8]}', fields)}\n{_entry('software', name, tool)}"


def _tool(made: Made) -> str:
    return f"{made.tool} {made.version}".strip()


def _entry(kind: str, key: str, fields: dict[str, str]) -> str:
    rows = "\n".join(f"  {name} = {{{value}}}," for name, value in fields.items() if value)
    return f"@{kind}{{{key},\n{rows}\n}}"


def _escaped(text: str) -> str:
    return "".join(_SPECIAL.get(sign, sign) for sign in text)
