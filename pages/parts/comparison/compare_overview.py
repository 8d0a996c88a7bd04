"""Compare, both at a glance: settings that differ, losses, scores, and how far the two agree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from pages.parts.comparison.compared_models import Pair, name_of, overlap_of
from pages.parts.csv_download import csv_download
from pages.parts.displayed_text import cut
from pages.parts.explanations import explanation
from pages.parts.model.opened_model import open_model, vectors
from pages.parts.readable_cache import of_readable
from pages.parts.table import ROW, show_table
from pages.parts.visitor import the_library
from w2v_core.library.model_files import read_record
from w2v_core.setting_names import SETTING_NAMES
from w2v_core.space.evaluation import parse_questions, scorecard
from w2v_core.text.samples import DATA

Row = tuple[str, str, str]


def show_overview(a: str, b: str, which: str, pair: Pair) -> None:
    """Settings that differ, losses, scores and overlap."""
    rows = [*facts(a, b), *scores(a, b, which)]
    near, wide, cosine, residual = overlap_of(a, b, which)
    table, numbers = st.columns([3, 2], gap="large")
    with table:
        show_table(
            {
                "": [row[0] for row in rows],
                f"A: {name_of(a)}": [row[1] for row in rows],
                f"B: {name_of(b)} ": [row[2] for row in rows],
            },
            height=ROW * (len(rows) + 1) + 3,
        )
        shared = [
            ("shared words", len(pair.words), ""),
            ("overlap of the 10 nearest", near, ""),
            ("overlap of the 25 nearest", wide, ""),
            ("mean cosine after alignment", cosine, ""),
            ("residual of the alignment", residual, ""),
        ]
        csv_download(st.container(), ["", "A", "B"], [*rows, *shared], "two models.csv")
    with numbers:
        left, right = st.columns(2)
        left.metric("shared words", f"{len(pair.words):,}", help=explanation("shared words"))
        right.metric(
            "residual of the alignment",
            f"{residual:.3f}",
            help=explanation("residual"),
        )
        left.metric("overlap of the 10 nearest", f"{near:.1%}", help=explanation("overlap"))
        right.metric("overlap of the 25 nearest", f"{wide:.1%}", help=explanation("overlap"))
        left.metric(
            "mean cosine, aligned",
            f"{cosine:.3f}",
            help=explanation("aligned cosine"),
        )
        st.caption(
            "Losses can be compared only for the same text and the same vocabulary: any model "
            "predicts better among fewer words."
        )


def _row(name: str, values: Sequence[Any], form: str = "") -> Row:
    in_a, in_b = ("–" if v is None else format(v, form) if form else str(v) for v in values)
    return name, in_a, in_b


def _setting(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else cut(str(value), 40)


def facts(a: str, b: str) -> list[Row]:
    """Texts, sizes, losses, and the settings in which the two differ."""
    models = [open_model(a), open_model(b)]
    records = [read_record(the_library().model_folder(id)) for id in (a, b)]
    entries = [the_library().entry(id) for id in (a, b)]
    rows = [
        _row("text", [e.source or e.name for e in entries]),
        _row("words of text", [e.n_tokens for e in entries], ","),
        _row("vocabulary", [e.n_words for e in entries], ","),
        _row("dimensions", [e.dim for e in entries]),
    ]
    used = [{**m.get_params(), **m.chosen} for m in models]
    for settings, record in zip(used, records, strict=True):
        settings.update((record.origin.get("text") or {}).get("parameters") or {})
    for name in dict.fromkeys([*used[0], *used[1]]):
        values = [settings.get(name) for settings in used]
        if values[0] != values[1] and name != "dim":
            shown = [None if v is None else _setting(v) for v in values]
            called = SETTING_NAMES.get(name, name)
            rows.append(_row(called[:1].lower() + called[1:], shown))
    rows.append(_row("loss, nats per pair", [e.loss for e in entries], ".4f"))
    rows.append(_row("loss on held-out text", [r.held_out_loss for r in records], ".4f"))
    rows.append(_row("seconds of training", [m.seconds or None for m in models], ".1f"))
    return rows


def scores(a: str, b: str, which: str) -> list[Row]:
    """How many analogy questions each answers."""
    questions = ask_questions()
    if not questions:
        return []
    cards = [_card(id, which, tuple(questions)) for id in (a, b)]
    shares = [right / covered if covered else None for _, covered, right in cards]
    return [
        _row("analogy questions asked", [covered for _, covered, _ in cards], ","),
        _row("of these answered right", shares, ".1%"),
    ]


def ask_questions() -> list[str]:
    """The lines of a question file; the small world's own where none was given."""
    with st.popover("Analogy questions", icon=":material/quiz:"):
        file = st.file_uploader(
            "A file in Google's format: four words a line, sections after a colon",
            type=["txt"],
            key="compare_questions",
        )
    if file is not None:
        return file.getvalue().decode("utf-8-sig", "replace").splitlines()
    return (DATA / "small_world_questions.txt").read_text(encoding="utf-8").splitlines()


@of_readable(max_entries=16, show_spinner="Answering the questions …", copied=True)
def _card(id: str, which: str, questions: tuple[str, ...]) -> tuple[int, int, int]:
    card = scorecard(vectors(id, which), parse_questions("\n".join(questions)), "add")
    return (
        sum(s.asked for s in card.sections),
        sum(s.covered for s in card.sections),
        sum(s.right for s in card.sections),
    )
