"""A word report as one HTML file made for paper, A4 or Letter: it fetches nothing and runs nothing.

Words, names and lines of the text are escaped, and the page's own policy forbids scripts, pictures, frames
and requests; its one style sheet is named by its digest. Bars are drawn as SVG, which printers draw whether
or not they print backgrounds.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from html import escape

from w2v_core.exchange.word_report import citation
from w2v_core.exchange.word_report.contents import (
    Expected,
    InList,
    Made,
    Near,
    ReportedLine,
    WordReport,
)
from w2v_core.exchange.word_report.style import STYLE

_BLUE, _ORANGE, _INK = "#0072B2", "#E69F00", "#1c2128"
_AROUND = 170  # characters of a line on each side of the word
_HATCH = (
    '<svg class="none" aria-hidden="true"><defs><pattern id="unsure" width="1.6" height="10" '
    f'patternUnits="userSpaceOnUse"><rect width=".7" height="10" fill="{_BLUE}"/></pattern></defs></svg>'
)


def word_report(report: WordReport) -> bytes:
    """The report as a file, UTF-8."""
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    parts = [
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(report.word)}: word report</title>\n<style>{STYLE}</style>\n</head>\n<body>\n",
        _HATCH,
        '<p class="screen">This page is meant for printing: use the menu of the browser to print it or '
        "save it as a PDF.</p>",
        _head(report),
        f'<p class="notice">{escape(report.notice)}</p>\n' if report.notice else "",
        _section("Nearest words", _near(report.near, report.splits), report.near_note),
        _section("What the model predicts around it", _predicted(report), report.predicted_note),
        _section("In the text", _lines(report.lines), report.lines_note),
        _section("Related pairs", _lists(report), report.lists_note),
        _section("How to cite", _cited(report.made), ""),
        "</body>\n</html>\n",
    ]
    return "".join(parts).encode("utf-8", "replace")


def _text(text: str) -> str:
    """Text of unknown language and direction, on its own: it changes nothing beside it."""
    return f'<bdi lang="">{escape(text)}</bdi>'


def _section(title: str, body: str, note: str) -> str:
    said = f'<p class="note">{escape(note)}</p>' if note else ""
    return f"<section><h2>{title}</h2>{body}{said}</section>\n"


def _head(report: WordReport) -> str:
    said = f"Rank {report.rank:,} of {report.made.words:,} words by frequency"
    if report.times is None:
        said += "; how often it occurs in the text is not known"
    else:
        said += f"; {'once' if report.times == 1 else f'{report.times:,} times'} in the text"
        if report.per_million is not None:
            said += f", {report.per_million:,.0f} per million words"
    return (
        f'<header><h1 dir="auto" lang="">{escape(report.word)}</h1><p>{escape(said)}. Model: '
        f"{_text(report.made.model)}, {escape(report.vectors)}.</p></header>\n"
    )


def _table(
    kind: str, columns: Sequence[tuple[str, str, str]], rows: Iterable[Sequence[str]]
) -> str:
    """A table of cells in HTML; a column has the classes of its width and of its cells, and a title."""
    widths = "".join(f'<col class="{width}">' for width, _, _ in columns)
    head = "".join(f'<th class="{cells}" scope="col">{title}</th>' for _, cells, title in columns)
    body = "".join(
        "<tr>"
        + "".join(
            f'<td class="{cells}">{cell}</td>'
            for (_, cells, _), cell in zip(columns, row, strict=True)
        )
        + "</tr>"
        for row in rows
    )
    return (
        f'<table class="{kind}"><colgroup>{widths}</colgroup><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def _bar(*shapes: str) -> str:
    drawn = "".join(shapes)
    return f'<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">{drawn}</svg>'


def _rect(share: float, fill: str, top: float = 1, height: float = 8) -> str:
    width = 100 * min(max(share, 0.0), 1.0)
    return f'<rect y="{top:g}" width="{width:.2f}" height="{height:g}" fill="{fill}"/>'


def _near(near: Sequence[Near], splits: int | None) -> str:
    if not near:
        return ""
    columns = [
        ("place", "n", ""),
        ("word", "w", "word"),
        ("number", "n", "cosine"),
        ("bar", "", ""),
    ]
    if splits is not None:
        columns += [
            ("sure", "n", f"in both halves, of {splits} splits"),
            ("sure", "n", "expected in similar texts"),
        ]
    rows = []
    for place, one in enumerate(near, 1):
        bar = _bar(_rect(one.cosine, _BLUE if one.sure else "url(#unsure)"))
        row = [str(place), _text(one.word), _signed(one.cosine), bar]
        if splits is not None:
            known = one.splits is not None and one.share is not None
            row += [
                f"{one.splits}{'' if one.sure else ' ?'}" if known else "–",
                _share(one.share) if known and one.share is not None else "–",
            ]
        rows.append(row)
    return _table("near", columns, rows)


def _predicted(report: WordReport) -> str:
    parts: list[str] = []
    for title, words in (
        ("The most probable", report.probable),
        ("Specific to it: more likely here than elsewhere", report.specific),
    ):
        if words:
            parts.append(f"<div><h3>{title}</h3>{_expected(words)}</div>")
    if not parts:
        return ""
    return (
        f'<div class="two">{"".join(parts)}</div>'
        '<p class="note">p: probability in the model (upper bar). N/n: share of the words around it in '
        "the text, as counted for the training (lower bar). q: share in the whole text, as "
        "expected by chance (vertical mark).</p>"
    )


def _expected(words: Sequence[Expected]) -> str:
    most = max(max(one.model, one.text or 0.0, one.anywhere) for one in words) or 1.0
    known = any(one.text is not None for one in words)
    columns = [
        ("word", "w", "word"),
        ("bar", "", ""),
        ("number", "n", "p"),
        *([("number", "n", "N/n")] if known else []),
        ("number", "n", "q"),
    ]
    rows = []
    for one in words:
        mark = 99 * min(one.anywhere / most, 1.0)
        shapes = [
            _rect(one.model / most, _BLUE, 0.5, 4.2),
            _rect((one.text or 0.0) / most, _ORANGE, 5.3, 4.2),
            f'<rect x="{mark:.2f}" width="1" height="10" fill="{_INK}"/>',
        ]
        row = [_text(one.word), _bar(*shapes), _share(one.model)]
        if known:
            row.append("–" if one.text is None else _share(one.text))
        rows.append([*row, _share(one.anywhere)])
    return _table("expected", columns, rows)


def _signed(value: float) -> str:
    """A number with two digits, and no minus before 0.00."""
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "−")


def _share(share: float) -> str:
    """A share as a percentage of two digits."""
    percent = 100 * share
    digits = 0 if percent >= 9.95 else 1 if percent >= 0.995 else 2
    return f"{percent:.{digits}f}%"


def _lines(lines: Sequence[ReportedLine]) -> str:
    if not lines:
        return ""
    return f'<ol class="lines">{"".join(_line(line) for line in lines)}</ol>'


def _line(line: ReportedLine) -> str:
    start, end = line.word
    first, last = max(start - _AROUND, 0), min(end + _AROUND, len(line.text))
    source = f' <span class="source">{_text(line.document)}</span>' if line.document else ""
    return (
        f'<li dir="auto" lang="">{"…" if first else ""}{escape(line.text[first:start])}'
        f"<b>{escape(line.text[start:end])}</b>{escape(line.text[end:last])}"
        f"{'…' if last < len(line.text) else ''}{source}</li>"
    )


def _lists(report: WordReport) -> str:
    said = ""
    if report.lists:
        columns = [
            ("name", "", "list"),
            ("pair", "w", "pair"),
            ("number", "n", "mean cosine with the other pairs"),
            ("verdict", "", "the whole list, against chance"),
        ]
        said = _table("lists", columns, [row for one in report.lists for row in _rows(one)])
    if report.selections:
        names = ", ".join(_text(name) for name in report.selections)
        said += f"<p>It is in these kept selections: {names}.</p>"
    return said


def _rows(one: InList) -> Iterable[list[str]]:
    for place, ((a, b), cosine) in enumerate(zip(one.pairs, one.cosines, strict=True)):
        first = place == 0
        yield [
            _text(one.name) if first else "",
            f"{_text(a)} → {_text(b)}",
            _signed(cosine),
            escape(one.verdict) if first else "",
        ]


def _cited(made: Made) -> str:
    facts = "".join(
        f"<div><dt>{escape(what)}: </dt><dd>{_text(value)}</dd></div>" for what, value in made.facts
    )
    return (
        f"<p>{escape(citation.sentence(made))}</p>"
        + (f'<dl class="facts">{facts}</dl>' if facts else "")
        + f"<pre>{escape(citation.bibtex(made))}</pre>"
    )
