"""Lines of text in HTML with the searched words marked. The text is always escaped."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from w2v_core.figures import theme

Span = tuple[int, int]


@dataclass(frozen=True)
class Quote:
    """A line of text, and what is known of where it stands.

    ``word`` and ``other`` are (start, end) in ``text``: the searched word, and the one it stands with.
    ``document`` names its document; ``before`` and ``after`` are what stands around it there. A line that
    has either opens at a click.
    """

    text: str
    word: Span
    other: Span | None = None
    document: str = ""
    before: str = ""
    after: str = ""

    @property
    def opens(self) -> bool:
        """Whether there is more to read than the line."""
        return bool(self.before or self.after)


_SIDE = 120  # characters on each side of a centered word; no screen shows more
_AROUND = 90  # characters around a word in running text
_OPENED = 1_000  # and in a line that was opened
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
.w2v-lines p, .w2v-lines .said {{margin: 0 0 .45em}}
.w2v-lines .said > summary, .w2v-reasons summary {{display: block}}
.w2v-lines summary, .w2v-reasons summary {{cursor: pointer; list-style: none}}
.w2v-lines summary::-webkit-details-marker, .w2v-reasons summary::-webkit-details-marker {{display: none}}
.w2v-lines details:hover > summary {{background: rgba(128, 136, 150, 0.12)}}
.w2v-lines .wider, .w2v-reasons .wider {{margin: .2em 0 .8em; padding-inline-start: .8em; line-height: 1.55;
  border-inline-start: 2px solid rgba(128, 136, 150, .45); font-size: .95em; white-space: normal;
  overflow-wrap: anywhere}}
.w2v-lines cite, .w2v-reasons cite {{font-style: normal; font-size: .85em; opacity: .7}}
.w2v-lines cite, .w2v-reasons cite {{display: block; contain: inline-size; line-height: 1.4;
  white-space: nowrap; overflow: hidden; text-overflow: ellipsis}}
.w2v-lines details[open] > summary cite, .w2v-reasons details[open] > summary cite {{display: none}}
.w2v-lines .wider cite, .w2v-reasons .wider cite {{white-space: normal}}
.w2v-reasons td[dir] {{width: 38%}}
@media (max-width: 640px) {{.w2v-lines .row.named {{grid-template-columns: 3.2em 1fr auto 1fr}}}}
.w2v-reasons {{width: 100%; border-collapse: collapse; font-size: 0.92rem}}
.w2v-reasons th {{font-weight: 400; opacity: .7; text-align: start; vertical-align: bottom}}
.w2v-reasons th, .w2v-reasons td {{padding: .22em .6em .22em 0;
  border-bottom: 1px solid rgba(128, 136, 150, .22)}}
.w2v-reasons td.n, .w2v-reasons th.n {{text-align: end; white-space: nowrap;
  font-variant-numeric: tabular-nums}}
.w2v-reasons td.w {{font-weight: 700; overflow-wrap: anywhere; min-width: 7em; max-width: 14em}}
.w2v-reasons .never {{opacity: .6}}
@media (max-width: 640px) {{
  .w2v-reasons, .w2v-reasons tbody {{display: block}}
  .w2v-reasons tr {{display: flex; flex-wrap: wrap; padding: .3em 0;
    border-bottom: 1px solid rgba(128, 136, 150, .22)}}
  .w2v-reasons :is(th, td) {{flex: 0 0 100%; border: 0}}
  .w2v-reasons :is(td.w, th:first-child) {{flex: 1 1 0}}
  .w2v-reasons :is(td, th).n {{flex: 0 0 6.4em; white-space: normal}}
}}
</style>"""


def centered_lines(lines: Sequence[Quote]) -> str:
    """Key word in context: one line per row with the word in the middle (HTML). A document's name is cut
    where it is long, and whole where the mouse rests."""
    rows = []
    named = any(line.document for line in lines)
    for line in lines:
        start, end = line.word
        left, right = line.text[max(start - _SIDE, 0) : start], line.text[end : end + _SIDE]
        name = ""
        if named:
            own = escape(line.document)
            name = f'<i title="{own}"><bdi>{own}</bdi></i>'
        row = (
            f'class="row{" named" * named}">{name}<span class="left"><bdi>{escape(left)}</bdi></span>'
            f"<b>{escape(line.text[start:end])}</b><span><bdi>{escape(right)}</bdi></span>"
        )
        if line.opens:
            rows.append(f"<details><summary {row}</summary>{_wider(line)}</details>")
        else:
            rows.append(f"<div {row}</div>")
    direction = "rtl" if is_right_to_left(line.text for line in lines[:20]) else "ltr"
    return f'{_STYLE}<div class="w2v-lines" dir="{direction}">{"".join(rows)}</div>'


def running_lines(lines: Sequence[Quote], height: int | None = None, name: str = "") -> str:
    """One short paragraph per line, with the word bold and the other word underlined (HTML). Above a
    ``height`` in pixels they scroll, by the keyboard as well, as a region with this name."""
    rows = []
    for line in lines:
        if line.opens:
            said = f"<summary>{_quoted(line)}</summary>{_wider(line)}"
            rows.append(f'<details class="said" dir="auto">{said}</details>')
        else:
            rows.append(f'<p dir="auto">{_quoted(line)}</p>')
    scrolling = ""
    if height is not None:
        scrolling = f' tabindex="0" role="region" aria-label="{escape(name)}"'
        scrolling += f' style="max-height: {height}px; overflow-y: auto"'
    return f'{_STYLE}<div class="w2v-lines"{scrolling}>{"".join(rows)}</div>'


def _quoted(line: Quote) -> str:
    """A line clipped around its words, then its document."""
    named = f" <cite><bdi>{escape(line.document)}</bdi></cite>" if line.document else ""
    return f"<bdi>{marked(line.text, line.word, line.other)}</bdi>{named}"


def _wider(line: Quote) -> str:
    """The line with what stands around it, below its document."""
    named = f"<cite><bdi>{escape(line.document)}</bdi></cite>" if line.document else ""
    # Its words are strong, not bold: a line is counted once.
    own = marked(line.text, line.word, line.other, _OPENED, "strong")
    parts = [part for part in (escape(line.before), own, escape(line.after)) if part]
    return f'<div class="wider" dir="auto">{named}{" ".join(parts)}</div>'


def marked(
    text: str, word: Span, other: Span | None, around: int = _AROUND, bold: str = "b"
) -> str:
    """A line in HTML, clipped so many characters around its words."""
    spans = sorted([(*word, bold), *([(*other, "u")] if other is not None else [])])
    start, end = max(spans[0][0] - around, 0), min(spans[-1][1] + around, len(text))
    parts, at = ["…" if start else ""], start
    for first, last, tag in spans:
        first = max(first, at)
        parts += [escape(text[at:first]), f"<{tag}>", escape(text[first:last]), f"</{tag}>"]
        at = max(last, at)
    return "".join([*parts, escape(text[at:end]), "…" if end < len(text) else ""])


def reasons_table(
    head: Sequence[str], rows: Iterable[tuple[str, Sequence[str], Sequence[Quote | None]]]
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
        cells += [NEVER if line is None else _cell(line) for line in lines]
        body.append(f"<tr>{''.join(cells)}</tr>")
    titles = "".join(
        f'<th class="n">{escape(title)}</th>' if 0 < i <= n_numbers else f"<th>{escape(title)}</th>"
        for i, title in enumerate(head)
    )
    return f'{_STYLE}<table class="w2v-reasons"><tr>{titles}</tr>{"".join(body)}</table>'


def _cell(line: Quote) -> str:
    said = _quoted(line)
    if line.opens:
        said = f"<details><summary>{said}</summary>{_wider(line)}</details>"
    return f'<td dir="auto">{said}</td>'


def is_right_to_left(texts: Iterable[str]) -> bool:
    """Whether most letters are Hebrew, Arabic or of another script written from right to left."""
    kinds = [unicodedata.bidirectional(c) for text in texts for c in text[:200]]
    return sum(kind in ("R", "AL") for kind in kinds) > sum(kind == "L" for kind in kinds)
