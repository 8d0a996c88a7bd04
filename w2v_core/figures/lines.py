"""Lines of text in HTML with the searched words marked. The text is always escaped."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from html import escape

from w2v_core.figures import theme

Span = tuple[int, int]
Marked = tuple[str, Span, Span | None]
"""A line, the span of its word in it, and the span of another word, if any."""

_SIDE = 120  # characters on each side of a centered word; no screen shows more
_AROUND = 90  # characters around a word in running text
NEVER = '<td class="never">never in the text</td>'
_STYLE = f"""<style>
.w2v-lines {{font-size: 0.95rem; line-height: 1.75}}
.w2v-lines .row {{display: grid; grid-template-columns: 1fr auto 1fr;
  white-space: pre}}
.w2v-lines .row.named {{grid-template-columns: 7.5em 1fr auto 1fr}}
.w2v-lines .row > span {{overflow: hidden; display: flex}}
.w2v-lines .row > span.left {{justify-content: flex-end}}
.w2v-lines .row > i {{font-style: normal; font-size: .85em; opacity: .7; overflow: hidden;
  text-overflow: ellipsis; padding-inline-end: .8em; align-self: center}}
.w2v-lines .row:hover, .w2v-reasons tr:hover {{background: rgba(128, 136, 150, 0.12)}}
.w2v-lines b, .w2v-reasons b {{font-weight: 700}}
.w2v-lines u, .w2v-reasons u {{text-decoration: underline {theme.OUTPUT} 2px; text-underline-offset: 3px}}
.w2v-lines p {{margin: 0 0 .45em}}
.w2v-reasons {{width: 100%; border-collapse: collapse; font-size: 0.92rem}}
.w2v-reasons th {{font-weight: 400; opacity: .7; text-align: start; vertical-align: bottom}}
.w2v-reasons th, .w2v-reasons td {{padding: .22em .6em .22em 0;
  border-bottom: 1px solid rgba(128, 136, 150, .22)}}
.w2v-reasons td.n, .w2v-reasons th.n {{text-align: end; white-space: nowrap;
  font-variant-numeric: tabular-nums}}
.w2v-reasons td.w {{font-weight: 700; overflow-wrap: anywhere; min-width: 7em; max-width: 14em}}
.w2v-reasons .never {{opacity: .6}}
</style>"""


def centered_lines(lines: Sequence[Marked], names: Sequence[str] | None = None) -> str:
    """Key word in context: one line per row with the word in the middle (HTML).

    Parameters
    ----------
    lines : sequence of (text, span, other span or None)
    names : sequence of str, optional
        For each line what stands before it, such as the name of its document. It is cut where it is long,
        and whole where the mouse rests.
    """
    rows = []
    for i, (text, (start, end), _) in enumerate(lines):
        left, right = text[max(start - _SIDE, 0) : start], text[end : end + _SIDE]
        named, name = "", ""
        if names is not None:
            own = escape(names[i])
            named, name = " named", f'<i title="{own}"><bdi>{own}</bdi></i>'
        rows.append(
            f'<div class="row{named}">{name}<span class="left"><bdi>{escape(left)}</bdi></span>'
            f"<b>{escape(text[start:end])}</b><span><bdi>{escape(right)}</bdi></span></div>"
        )
    direction = "rtl" if is_right_to_left(line[0] for line in lines[:20]) else "ltr"
    return f'{_STYLE}<div class="w2v-lines" dir="{direction}">{"".join(rows)}</div>'


def running_lines(lines: Sequence[Marked], height: int | None = None, name: str = "") -> str:
    """One short paragraph per line, with the word bold and the other word underlined (HTML). Above a
    ``height`` in pixels they scroll, by the keyboard as well, as a region with this name."""
    rows = "".join(f'<p dir="auto">{marked(*line)}</p>' for line in lines)
    scrolling = ""
    if height is not None:
        scrolling = f' tabindex="0" role="region" aria-label="{escape(name)}"'
        scrolling += f' style="max-height: {height}px; overflow-y: auto"'
    return f'{_STYLE}<div class="w2v-lines"{scrolling}>{rows}</div>'


def marked(text: str, word: Span, other: Span | None) -> str:
    """A line in HTML, clipped around its words."""
    spans = sorted([(*word, "b"), *([(*other, "u")] if other is not None else [])])
    start, end = max(spans[0][0] - _AROUND, 0), min(spans[-1][1] + _AROUND, len(text))
    parts, at = ["…" if start else ""], start
    for first, last, tag in spans:
        first = max(first, at)
        parts += [escape(text[at:first]), f"<{tag}>", escape(text[first:last]), f"</{tag}>"]
        at = max(last, at)
    return "".join([*parts, escape(text[at:end]), "…" if end < len(text) else ""])


def reasons_table(
    head: Sequence[str], rows: Iterable[tuple[str, Sequence[str], Sequence[Marked | None]]]
) -> str:
    """A table (HTML) whose rows show a word, its numbers, and a line for each of two words.

    Parameters
    ----------
    head : sequence of str
        Titles of all columns.
    rows : iterable of (word, numbers as text, lines)
    """
    body, n_numbers = [], 0
    for word, numbers, lines in rows:
        n_numbers = len(numbers)
        cells = [f'<td class="w"><bdi>{escape(word)}</bdi></td>']
        cells += [f'<td class="n">{escape(number)}</td>' for number in numbers]
        cells += [
            f'<td dir="auto">{marked(*line)}</td>' if line is not None else NEVER for line in lines
        ]
        body.append(f"<tr>{''.join(cells)}</tr>")
    titles = "".join(
        f'<th class="n">{escape(title)}</th>' if 0 < i <= n_numbers else f"<th>{escape(title)}</th>"
        for i, title in enumerate(head)
    )
    return f'{_STYLE}<table class="w2v-reasons"><tr>{titles}</tr>{"".join(body)}</table>'


def is_right_to_left(texts: Iterable[str]) -> bool:
    """Whether most letters are Hebrew, Arabic or of another script written from right to left."""
    kinds = [unicodedata.bidirectional(c) for text in texts for c in text[:200]]
    return sum(kind in ("R", "AL") for kind in kinds) > sum(kind == "L" for kind in kinds)
