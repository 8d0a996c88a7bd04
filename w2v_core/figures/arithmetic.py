"""Word arithmetic written out as formulas and small tables, in HTML. Words are always escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

SYMBOLS = {
    "center": "<b>v</b>",
    "output": "<b>u</b>",
    "sum": "(<b>v</b> + <b>u</b>)",
    "analogies": "[<b>v</b>, <b>c</b>]",
    "related": "[<b>v</b> + <b>u</b>, <b>c</b>]",
    "form": "<b>f</b>",
}
_STYLE = """<style>
.w2v-sum {font-size: 1.12rem; line-height: 1.6; overflow-wrap: anywhere}
.w2v-sum sub {font-size: .82em}
.w2v-facts {width: 100%; border-collapse: collapse; font-size: .95rem}
.w2v-facts td, .w2v-facts th {padding: .2em .6em .2em 0; text-align: start;
  border-bottom: 1px solid rgba(128, 136, 150, .22)}
.w2v-facts td:first-child {font-weight: 700; white-space: nowrap}
.w2v-facts th {font-weight: 700; overflow-wrap: anywhere}
.w2v-facts .n {text-align: end; font-variant-numeric: tabular-nums}
.w2v-facts td.quiet {white-space: normal; opacity: .75; font-weight: 400}
</style>"""


def vector(word: str, kind: str = "center") -> str:
    """A word's vector in the notes' symbols."""
    return f"{SYMBOLS[kind]}<sub><bdi>{escape(word)}</bdi></sub>"


def weighted_sum(weights: Sequence[tuple[str, float]], kind: str = "center", tail: str = "") -> str:
    """v_b − v_a + v_c, from (word, factor) in the order of the sum; ``tail`` is HTML put after it."""
    parts = []
    for i, (word, weight) in enumerate(weights):
        sign = ("−" if weight < 0 else "") if i == 0 else (" − " if weight < 0 else " + ")
        size = "" if abs(weight) == 1 else f"{abs(weight):.4g} "
        parts.append(f"{sign}{size}{vector(word, kind)}")
    return f'{_STYLE}<div class="w2v-sum">{"".join(parts)}{tail}</div>'


def quotient(a: str, b: str, c: str, kind: str = "center", tail: str = "") -> str:
    """3CosMul's cos(x, b) · cos(x, c) / cos(x, a), with the words' vectors."""

    def cosine(word: str) -> str:
        return f"cos(<b>x</b>, {vector(word, kind)})"

    return f'{_STYLE}<div class="w2v-sum">{cosine(b)} · {cosine(c)} / {cosine(a)}{tail}</div>'


def facts(rows: Sequence[tuple[str, str]]) -> str:
    """A table with a word and its description in each row."""
    body = "".join(
        f'<tr><td><bdi>{escape(word)}</bdi></td><td class="quiet"><bdi>{escape(what)}</bdi></td></tr>'
        for word, what in rows
    )
    return f'{_STYLE}<table class="w2v-facts">{body}</table>'


def counts(head: Sequence[str], rows: Sequence[tuple[str, Sequence[int]]]) -> str:
    """A table of whole numbers: one column for each word, and a name for each row."""
    titles = "".join(f'<th class="n"><bdi>{escape(word)}</bdi></th>' for word in head)
    body = "".join(
        f'<tr><td class="quiet"><bdi>{escape(name)}</bdi></td>'
        + "".join(f'<td class="n">{number:,}</td>' for number in numbers)
        + "</tr>"
        for name, numbers in rows
    )
    return f'{_STYLE}<table class="w2v-facts"><tr><th></th>{titles}</tr>{body}</table>'
