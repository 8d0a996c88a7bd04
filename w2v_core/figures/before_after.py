"""Lines before and after a step with the changes marked, in HTML. The text is always escaped."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from html import escape

from w2v_core.figures import theme

_STYLE = f"""<style>
.w2v-steps {{width: 100%; border-collapse: collapse; font-size: .9rem; line-height: 1.5}}
.w2v-steps td {{padding: .15em .5em .15em 0; vertical-align: top; overflow-wrap: anywhere;
  border-bottom: 1px solid rgba(128, 136, 150, .22)}}
.w2v-steps td.a {{width: 1.6em; opacity: .6; text-align: center}}
.w2v-steps td.t {{width: 49%}}
.w2v-steps del {{text-decoration: line-through; opacity: .6}}
.w2v-steps ins {{text-decoration: none; font-weight: 700; border-bottom: 2px solid {theme.ANSWER}}}
.w2v-cut {{font-size: .9rem; line-height: 1.5; margin: 0; padding-left: 1.6em}}
.w2v-cut li {{overflow-wrap: anywhere}}
</style>"""
_LONGEST = 200


def before_after(examples: Sequence[tuple[str, str]]) -> str:
    """A table whose rows show a line before a step and the same line after it."""
    rows = []
    for before, after in examples:
        a, b = _marked(_cut(before).split(" "), _cut(after).split(" "))
        rows.append(
            f'<tr><td class="t" dir="auto">{a}</td><td class="a">→</td><td dir="auto">{b}</td></tr>'
        )
    return f'{_STYLE}<table class="w2v-steps">{"".join(rows)}</table>'


def numbered(lines: Sequence[str]) -> str:
    """Lines as a numbered list: the sentences as they were split."""
    items = "".join(f'<li dir="auto">{escape(_cut(line))}</li>' for line in lines)
    return f'{_STYLE}<ol class="w2v-cut">{items}</ol>'


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _marked(before: Sequence[str], after: Sequence[str]) -> tuple[str, str]:
    left, right = [], []
    for kind, a, b, c, d in difflib.SequenceMatcher(
        a=before, b=after, autojunk=False
    ).get_opcodes():
        gone, come = escape(" ".join(before[a:b])), escape(" ".join(after[c:d]))
        if kind == "equal":
            left.append(gone)
            right.append(come)
            continue
        left += [f"<del>{gone}</del>"] * bool(gone)
        right += [f"<ins>{come}</ins>"] * bool(come)
    return " ".join(left), " ".join(right)
