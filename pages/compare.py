"""Compare: two models on the words they share; what changed, and how sure that is."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

import pages.parts.navigation_guard  # noqa: F401
from pages.parts import address
from pages.parts.background_work import job_progress
from pages.parts.certainty_tools import has_text
from pages.parts.csv_download import csv_download
from pages.parts.current_model import current_model_id, damage_said, model_labels
from pages.parts.deferred import deferred, fragment
from pages.parts.displayed_text import cut, literal, short, shown_as
from pages.parts.error_messages import sentences_for_errors, toast_for_errors
from pages.parts.job_queue import queue
from pages.parts.model_text import concordance
from pages.parts.opened_model import open_model, vectors
from pages.parts.readable_cache import of_readable
from pages.parts.table import show_table
from pages.parts.visitor import the_library
from pages.parts.word_picker import pick_word, send_vocabulary
from pages.plot import plot
from w2v_core import SkipGram
from w2v_core.figures import theme
from w2v_core.figures.compare import change_map, diverging_bars, two_pictures
from w2v_core.figures.lines import centered_lines
from w2v_core.library.model_documents import model_documents
from w2v_core.library.model_files import read_record
from w2v_core.space.alignment import Aligned, align_spaces, shared_words
from w2v_core.space.changes import Changes
from w2v_core.space.context_ratios import context_ratios
from w2v_core.space.distances import mean_overlap
from w2v_core.space.evaluation import parse_questions, scorecard
from w2v_core.space.keyness import Keyness, keyness
from w2v_core.space.projection import pca
from w2v_core.space.vectors import WordVectors
from w2v_core.storage.files import Damaged
from w2v_core.vocabulary import loosely
from w2v_core.work import analyses
from w2v_core.work.worker import ensure_worker

PARTS = {
    "changed": "Words that changed",
    "word": "One word",
    "keyness": "Frequencies",
    "settings": "Both at a glance",
}
KIND = "compare"
DRAWN = {"resamples": 20, "seed": 0, "splits": 10}
NEIGHBOURS = 10
CONTEXTS = 14
LINES = 12
MOST_ROWS = 500
LABELLED = 14
ROW = 35  # pixels of a table's row
NO_TEXT = (
    "One of these models came without its text, so {what}: choose models that were trained here."
)


# --- The two models --------------------------------------------------------------------------------


def open_pair(a: str, b: str) -> None:
    """Compare these two models."""
    address.A.set(a)
    address.B.set(b)


def choose_models() -> tuple[str, str] | None:
    entries = {entry.id: entry for entry in the_library().models()}
    asked = {"a": address.A.get(), "b": address.B.get()}
    if len(entries) < 2:
        return None
    labels = model_labels(list(entries.values()))
    current = current_model_id()
    a, b = asked["a"], asked["b"]
    if a is None or a not in entries:
        a = current if current is not None and current in entries else next(iter(entries))
    if b is None or b not in entries or b == a:
        b = next(id for id in entries if id != a)
    open_pair(a, b)

    def set_model(name: str) -> None:
        chosen = st.session_state[f"_{name}"]
        if chosen == (b if name == "a" else a):  # both would be the same: they change places
            open_pair(b, a)
        elif name == "a":
            open_pair(chosen, b)
        else:
            open_pair(a, chosen)

    def swap() -> None:
        open_pair(b, a)

    for name in ("a", "b"):
        if (damaged := damage_said(asked[name])) is not None:
            st.warning(literal(damaged), icon=":material/heart_broken:")
    left, middle, right = st.columns([10, 1, 10], vertical_alignment="bottom")
    for place, name, value, color in ((left, "a", a, "blue"), (right, "b", b, "orange")):
        st.session_state[f"_{name}"] = value
        place.selectbox(
            f":{color}[**{name.upper()}**]",
            [id for id in entries if id != (b if name == "a" else a)],
            format_func=shown_as(labels),
            key=f"_{name}",
            on_change=deferred(set_model),
            args=(name,),
        )
    middle.button(
        "",
        icon=":material/swap_horiz:",
        help="A for B, B for A",
        on_click=deferred(swap),
        key="swap",
    )
    return a, b


def name_of(id: str) -> str:
    return cut(the_library().entry(id).name, 30)


@dataclasses.dataclass(frozen=True)
class Pair:
    """Two models' vectors of the words they share."""

    words: list[str]
    rows_a: np.ndarray
    rows_b: np.ndarray
    a: WordVectors
    b: WordVectors
    aligned: Aligned


@of_readable(max_entries=4, show_spinner="Aligning the two models …", subjects=2)
def _pair(a: str, b: str, changed: tuple, which: str) -> Pair:
    space_a, space_b = vectors(a, which), vectors(b, which)
    words, rows_a, rows_b = shared_words(space_a.words, space_b.words)
    if len(words) < analyses.LEAST_SHARED:
        raise ValueError(
            f"These models share {len(words):,} words; at least {analyses.LEAST_SHARED} are needed to "
            "compare them."
        )
    part_a, part_b = space_a.matrix[rows_a], space_b.matrix[rows_b]
    lowercase = space_a.vocabulary.lowercase
    return Pair(
        words,
        rows_a,
        rows_b,
        WordVectors(words, part_a, lowercase=lowercase),
        WordVectors(words, part_b, lowercase=lowercase),
        align_spaces(part_a, part_b),
    )


def pair_of(a: str, b: str, which: str) -> Pair:
    return _pair(a, b, _stamps(a, b), which)


def _stamps(a: str, b: str) -> tuple[float, ...]:
    """When the two models last changed."""
    return tuple((the_library().model_folder(id) / "model.json").stat().st_mtime for id in (a, b))


def choose_which(a: str, b: str) -> str:
    kinds = [k for k in open_model(a).kinds if k in open_model(b).kinds]
    if st.session_state.get("which", kinds[0]) not in kinds:
        st.session_state["which"] = kinds[0]
    return st.segmented_control(
        "Vectors",
        kinds,
        default=kinds[0],
        required=True,
        format_func=shown_as(theme.VECTOR_NAMES),
        key="which",
        bind="query-params",
    )


# --- Words that changed ----------------------------------------------------------------------------


def parameters(b: str, which: str) -> dict[str, Any]:
    arrays = read_record(the_library().model_folder(b)).arrays
    return {"other": b, "arrays": arrays, "which": which, **DRAWN}


@of_readable(max_entries=4, subjects=2)
def _changes(a: str, b: str, which: str, made: float):
    return analyses.load_changes(the_library(), a, parameters(b, which))


def changes_of(a: str, b: str, which: str):
    """Rows in both, and what changed; None until it was found out."""
    if not analyses.has_result(the_library(), KIND, a, parameters(b, which)):
        return None
    made = (the_library().model_folder(a) / "results").stat().st_mtime
    return _changes(a, b, which, made)


def show_changed(a: str, b: str, which: str, pair: Pair) -> None:
    found = changes_of(a, b, which)
    if found is None:
        offer_comparison(a, b, which)
        show_plain(a, b, which, pair)
        return
    rows_a, _, changes = found
    words = [open_model(a).words[row] for row in rows_a.tolist()]
    n = int(changes.changed.sum())
    st.markdown(
        f"**{n:,} of {len(words):,} shared words changed** more than resampling either text explains."
        if n
        else f"**No word of {len(words):,} changed** beyond doubt: in short texts the noise hides what did "
        "change. The words farthest apart come first."
    )
    st.caption(
        f"Residual of the alignment: {changes.residual:.3f} (0: the same space but for a turn; 1: nothing "
        f"shared); of two resamples of one text: {changes.noise_residual:.3f}. A word counts as changed "
        f"when its score is above {changes.threshold:.2f}: two samples of one text show any such word in "
        f"at most {changes.error_rate:.0%} of cases."
    )
    order = np.argsort(-np.nan_to_num(changes.score, nan=-np.inf), kind="stable")
    left, right = st.columns([5, 6], gap="medium")
    selected = address.WORD.get()
    at = words.index(selected) if selected in words else None
    with left:
        plot(
            change_map(
                words,
                list(range(len(words))),
                changes.noise_cosine,
                changes.cosine,
                changes.changed,
                at,
                order[: min(n, LABELLED)].tolist(),
            ),
            key="changes",
            height=520,
            name="words that changed",
            view=f"{a} {b} {which}",
            on_click=lambda place: go_to(words[place]),
        )
    with right:
        list_changed(words, changes, order)


def list_changed(words: list[str], changes: Changes, order: np.ndarray) -> None:
    search, only, take = st.columns([4, 3, 2], vertical_alignment="bottom")
    sought = search.text_input("Search", key="sought", placeholder="part of a word", live=True)
    changed_only = only.toggle("changed ones only", key="changed_only", bind="query-params")
    rows = [
        i
        for i in order.tolist()
        if (not sought or loosely(sought) in loosely(words[i]))
        and (changes.changed[i] or not changed_only)
    ]
    columns: dict[str, list[str] | np.ndarray] = {
        "word": [words[i] for i in rows],
        "score": changes.score[rows],
        "changed": changes.changed[rows],
        "nearest 10": changes.near[rows],
        "noise 10": changes.noise_near[rows],
        "nearest 25": changes.wide[rows],
        "noise 25": changes.noise_wide[rows],
        "cosine": changes.cosine[rows],
        "noise cosine": changes.noise_cosine[rows],
    }
    if not rows:
        st.caption("No such word.")
        return
    shown_words = [words[i] for i in rows[:MOST_ROWS]]
    percentages = ("nearest 10", "noise 10", "nearest 25", "noise 25")
    shown = {
        name: 100 * np.asarray(values[:MOST_ROWS]) if name in percentages else values[:MOST_ROWS]
        for name, values in columns.items()
    }
    config = st.column_config
    wanted = address.WORD.get()
    at = shown_words.index(wanted) if wanted in shown_words else None
    st.session_state["_changed"] = {
        "selection": {"rows": [] if at is None else [at], "columns": [], "cells": []}
    }

    def chosen() -> None:
        state = st.session_state["_changed"]["selection"]
        picked = state["rows"] or [cell[0] for cell in state["cells"]]
        if picked:
            go_to(shown_words[picked[0]])

    show_table(
        shown,
        key="_changed",
        on_select=deferred(chosen),
        selection_mode=["single-row", "single-cell"],
        height=430,
        column_config={
            "word": config.TextColumn(width=96),
            "score": config.NumberColumn(
                format="%.2f",
                width=52,
                help="Spreads of the resampling noise beyond its mean, over the three measures",
            ),
            "changed": config.CheckboxColumn(width=60),
            "nearest 10": config.NumberColumn(
                format="%.0f %%", width=64, help="Of the 10 nearest, those in both"
            ),
            "noise 10": config.NumberColumn(
                format="%.0f %%", width=64, help="The same in two resamples of one text"
            ),
            "nearest 25": config.NumberColumn(format="%.0f %%", width=64),
            "noise 25": config.NumberColumn(format="%.0f %%", width=64),
            "cosine": config.NumberColumn(format="%.2f", width=62, help="After alignment"),
            "noise cosine": config.NumberColumn(format="%.2f", width=62),
        },
    )
    if len(rows) > MOST_ROWS:
        st.caption(
            f"The first {MOST_ROWS:,} of {len(rows):,}; all are in the CSV. Click one to see it."
        )
    else:
        st.caption("Click a word to see it in both models.")
    table = zip(*(list(values) for values in columns.values()), strict=True)
    csv_download(
        take, list(columns), [tuple(map(plain, row)) for row in table], "words that changed.csv"
    )


def plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def show_plain(a: str, b: str, which: str, pair: Pair) -> None:
    """What can be said without resamples: no word counts as changed."""
    near, wide, cosine, residual = overlap_of(a, b, which)
    st.caption(
        f"{len(pair.words):,} shared words. Residual of the alignment: {residual:.3f} (0: the same space "
        f"but for a turn; 1: nothing shared). On average, {near:.0%} of the 10 nearest and {wide:.0%} of "
        f"the 25 nearest are the same, and the cosine after alignment is {cosine:.2f}."
    )


@of_readable(max_entries=8, show_spinner="Comparing neighbours …", subjects=2)
def _overlap(a: str, b: str, changed: tuple, which: str) -> tuple[float, float, float, float]:
    pair = _pair(a, b, changed, which)
    return mean_overlap(pair.a.matrix, pair.b.matrix)


def overlap_of(a: str, b: str, which: str) -> tuple[float, float, float, float]:
    """How alike the two are on the whole: see ``space.distances.mean_overlap``."""
    return _overlap(a, b, _stamps(a, b), which)


def offer_comparison(a: str, b: str, which: str) -> None:
    """The button that starts the resampling of both models, and its progress."""
    if not (has_text(a) and has_text(b)):
        st.info(NO_TEXT.format(what="there is no noise to set a difference against"))
        return
    wanted = parameters(b, which)
    status = analyses.status(the_library(), queue(), KIND, a, wanted)
    if status is None or status.ended:
        if status is not None and status.state != "cancelled":
            st.error(literal(status.message or "The comparison stopped without an error message."))
        st.markdown(
            "Two trainings on two samples of **one** text differ as well. To tell a change from that "
            f"noise, both models are trained again on {DRAWN['resamples']} resamples of their sentences, "
            f"and on the halves of {DRAWN['splits']} random splits of them."
        )
        if st.button("Find the words that changed", type="primary", key="start_compare"):
            with toast_for_errors():
                analyses.start(the_library(), queue(), KIND, a, wanted)
                ensure_worker(queue())
                st.rerun()
        return
    fragment(run_every=0.5)(job_progress)(KIND, a, wanted, [7, 1])


# --- One word --------------------------------------------------------------------------------------


def go_to(word: str) -> None:
    address.WORD.set(word)
    address.PART.set("word")


def show_word(a: str, b: str, which: str, pair: Pair) -> None:
    wanted = address.WORD.get()
    row = pair.a.vocabulary.find(wanted) if wanted else None
    if wanted and row is None:
        st.info(f"**{short(wanted)}** is not in both models, so another word is shown.")
    if row is None:
        row = most_moved(a, b, which, pair)
    word = pair.words[row]
    address.WORD.set(word)
    pick, pull = st.columns([2, 3], vertical_alignment="bottom", gap="large")
    with pick:
        pick_word("Word", a, "_pick_compared", go_to, value=word)
    pull.caption(describe_word(a, b, which, pair, row))
    left, right = st.columns([3, 2], gap="medium")
    with left:
        show_two_pictures(a, b, pair, row)
    with right:
        show_contexts(a, b, pair, row)
    show_lines(a, b, word)
    send_vocabulary(a, open_model(a).words)


def most_moved(a: str, b: str, which: str, pair: Pair) -> int:
    found = changes_of(a, b, which)
    if found is not None and np.isfinite(found[2].score).any():
        best = int(found[0][int(np.nanargmax(found[2].score))])
        at = np.flatnonzero(pair.rows_a == best)
        if len(at):
            return int(at[0])
    frequent = pair.aligned.cosine[: max(len(pair.words) // 4, 1)]
    return int(np.argmin(frequent))


def describe_word(a: str, b: str, which: str, pair: Pair, row: int) -> str:
    counts = [
        int(open_model(id).counts[rows[row]]) for id, rows in ((a, pair.rows_a), (b, pair.rows_b))
    ]
    said = f"Cosine after alignment {pair.aligned.cosine[row]:.2f}; "
    said += f"{counts[0]:,} times in A, {counts[1]:,} in B."
    found = changes_of(a, b, which)
    if found is not None:
        at = np.flatnonzero(found[0] == pair.rows_a[row])
        if len(at):
            changes, i = found[2], int(at[0])
            if not np.isfinite(changes.score[i]):
                return f"{said} Too rare to tell whether it changed."
            told = "It **changed**" if changes.changed[i] else "It stays **within the noise**"
            said += (
                f" {told}: score {changes.score[i]:.2f}, the limit is {changes.threshold:.2f}; two "
                f"resamples of one text have a cosine of {changes.noise_cosine[i]:.2f}."
            )
    return said


def show_two_pictures(a: str, b: str, pair: Pair, row: int) -> None:
    word = pair.words[row]
    near_a = [
        pair.a.vocabulary.index(w) for w, _ in pair.a.most_similar(word, NEIGHBOURS, "cosine")
    ]
    near_b = [
        pair.b.vocabulary.index(w) for w, _ in pair.b.most_similar(word, NEIGHBOURS, "cosine")
    ]
    rows = list(dict.fromkeys([row, *near_a, *near_b]))
    both = np.vstack([pair.aligned.a[rows], pair.aligned.b[rows]])
    flat = pca(both).coordinates
    common = len(set(near_a) & set(near_b))
    st.caption(
        f"Its {NEIGHBOURS} nearest in each, in one aligned map: {common} are in both. Large marks are "
        "neighbours in that model, pale ones only in the other; click one to go there."
    )
    plot(
        two_pictures(
            [pair.words[i] for i in rows],
            rows,
            flat[: len(rows)],
            flat[len(rows) :],
            [i in set(near_a) for i in rows],
            [i in set(near_b) for i in rows],
            (name_of(a), name_of(b)),
        ),
        key="pictures",
        height=520,
        name=f"{word[:40]} in two models",
        view=f"{a} {b} {word}",
        on_click=lambda place: go_to(pair.words[place]),
    )


def show_contexts(a: str, b: str, pair: Pair, row: int) -> None:
    model_a, model_b = open_model(a), open_model(b)
    if not (model_a.has_output and model_b.has_output):
        st.info("One of these models came without output vectors, so it predicts no contexts.")
        return
    word = pair.words[row]
    relative = st.toggle(
        "beyond how frequent they are anywhere",
        value=True,
        key="relative",
        bind="query-params",
        help="On: how much more A draws a context word to this word than B does. Off: how much more often "
        "it stands there, which a word that is more frequent everywhere does too.",
    )
    p_a = model_a.probabilities(word)[pair.rows_a]
    p_b = model_b.probabilities(word)[pair.rows_b]
    q_a = anywhere(model_a, pair.rows_a) if relative else None
    q_b = anywhere(model_b, pair.rows_b) if relative else None
    found = context_ratios(p_a, p_b, q_a, q_b)
    left, right = [
        [
            (pair.words[i], abs(float(found.log_ratio[i])), int(i))
            for i in found.strongest(CONTEXTS, to_a)
        ]
        for to_a in (False, True)
    ]
    plot(
        diverging_bars(left, right, (name_of(a), name_of(b)), "log-ratio of A against B, nats"),
        key="contexts",
        height=465,
        name=f"contexts of {word[:40]}",
        on_click=lambda place: go_to(pair.words[place]),
    )


def anywhere(model: SkipGram, rows: np.ndarray) -> np.ndarray:
    if model.log_q.any():
        return np.exp(model.log_q[rows].astype(np.float64))
    return model.counts[rows] + 1.0


def show_lines(a: str, b: str, word: str) -> None:
    st.markdown("**Lines of both texts**")
    for place, id, name in zip(st.columns(2, gap="large"), (a, b), "AB", strict=True):
        with place:
            text = concordance(id)
            if text is None:
                st.info("This model came without its text.")
                continue
            lines = text.lines(word, LINES)
            st.caption(f"{name}: {literal(name_of(id))}")
            st.html(centered_lines([(line.text, line.word, line.other) for line in lines]))


# --- Frequencies -----------------------------------------------------------------------------------


@of_readable(max_entries=4, subjects=2)
def _keyness(a: str, b: str, changed: tuple) -> Keyness:
    counted = []
    for id in (a, b):
        model, entry = open_model(id), the_library().entry(id)
        counts = dict(zip(model.words, model.counts.tolist(), strict=True))
        counted.append((counts, entry.n_tokens or sum(counts.values())))
    (counts_a, total_a), (counts_b, total_b) = counted
    return keyness(counts_a, counts_b, total_a, total_b)


def show_keyness(a: str, b: str) -> None:
    if not (open_model(a).has_counts and open_model(b).has_counts):
        st.info(NO_TEXT.format(what="its words were never counted"))
        return
    found = _keyness(a, b, _stamps(a, b))
    st.caption(
        "Which words are more frequent in one than in the other? That is no change of meaning. G² is the "
        "log-likelihood ratio (keyness), p Bonferroni's for all words; a word that one vocabulary lacks "
        "counts 0 there."
    )
    left, right = st.columns([5, 6], gap="medium")
    sides = []
    for to_a in (False, True):
        at = [i for i in range(len(found.words)) if (found.log_ratio[i] > 0) == to_a][:20]
        sides.append([(found.words[i], float(np.sqrt(found.g2[i])), i) for i in at])
    with left:
        plot(
            diverging_bars(
                sides[0], sides[1], (name_of(a), name_of(b)), "√G²: more frequent in B, in A"
            ),
            key="keyness",
            height=560,
            name="keyness",
            on_click=lambda place: go_to(found.words[place]),
        )
    totals = [the_library().entry(id).n_tokens or int(open_model(id).counts.sum()) for id in (a, b)]
    with right:
        search, take = st.columns([5, 2], vertical_alignment="bottom")
        sought = search.text_input(
            "Search", key="sought_key", placeholder="part of a word", live=True
        )
        part = loosely(sought or "")
        rows = [i for i, w in enumerate(found.words) if not part or part in loosely(w)]
        columns: dict[str, list[str] | np.ndarray] = {
            "word": [found.words[i] for i in rows],
            "G²": found.g2[rows],
            "log₂ ratio": found.log_ratio[rows],
            "A": found.count_a[rows],
            "B": found.count_b[rows],
            "A per M": 1e6 * found.count_a[rows] / totals[0],
            "B per M": 1e6 * found.count_b[rows] / totals[1],
            "p": found.p[rows],
        }
        config = st.column_config
        show_table(
            {name: values[:MOST_ROWS] for name, values in columns.items()},
            height=480,
            column_config={
                "G²": config.NumberColumn(format="%.1f", width=70),
                "log₂ ratio": config.NumberColumn(
                    format="%.2f", width=78, help="Positive: more in A"
                ),
                "A": config.NumberColumn(format="localized", width=66),
                "B": config.NumberColumn(format="localized", width=66),
                "A per M": config.NumberColumn(format="%.0f", width=70, help="Per million words"),
                "B per M": config.NumberColumn(format="%.0f", width=70, help="Per million words"),
                "p": config.NumberColumn(format="%.1e", width=70),
            },
        )
        table = [
            tuple(map(plain, row))
            for row in zip(*(list(values) for values in columns.values()), strict=True)
        ]
        csv_download(take, list(columns), table, "keyness.csv")


# --- Both at a glance ------------------------------------------------------------------------------


def show_settings(a: str, b: str, which: str, pair: Pair) -> None:
    """Settings that differ, losses, scores and overlap in one table."""
    models = [open_model(a), open_model(b)]
    records = [read_record(the_library().model_folder(id)) for id in (a, b)]
    entries = [the_library().entry(id) for id in (a, b)]
    rows: list[tuple[str, str, str]] = []

    def row(name: str, values: Sequence[Any], form: str = "") -> None:
        in_a, in_b = ("–" if v is None else format(v, form) if form else str(v) for v in values)
        rows.append((name, in_a, in_b))

    row("text", [e.source or e.name for e in entries])
    row("words of text", [e.n_tokens for e in entries], ",")
    row("vocabulary", [e.n_words for e in entries], ",")
    row("dimensions", [e.dim for e in entries])
    used = [{**m.get_params(), **m.chosen} for m in models]
    facts = [r.origin.get("text") or {} for r in records]
    for settings, fact in zip(used, facts, strict=True):
        settings.update(fact.get("parameters") or {})
    for name in dict.fromkeys([*used[0], *used[1]]):
        values = [settings.get(name) for settings in used]
        if values[0] != values[1] and name != "dim":
            row(name, [cut(str(v), 40) if v is not None else None for v in values])
    row("loss, nats per pair", [e.loss for e in entries], ".4f")
    row("loss on text kept back", [r.held_out_loss for r in records], ".4f")
    row("seconds of training", [m.seconds or None for m in models], ".1f")
    questions = ask_questions()
    if questions:
        cards = [_card(id, which, tuple(questions)) for id in (a, b)]
        row("questions inside the vocabulary", [card[1] for card in cards], ",")
        row(
            "of these answered right",
            [card[2] / card[1] if card[1] else None for card in cards],
            ".1%",
        )
    near, wide, cosine, residual = overlap_of(a, b, which)
    table, facts_place = st.columns([3, 2], gap="large")
    with table:
        show_table(
            {
                "": [r[0] for r in rows],
                f"A: {name_of(a)}": [r[1] for r in rows],
                f"B: {name_of(b)} ": [r[2] for r in rows],
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
        take = st.container()
        csv_download(take, ["", "A", "B"], [*rows, *shared], "two models.csv")
    with facts_place:
        left, right = st.columns(2)
        left.metric("shared words", f"{len(pair.words):,}")
        right.metric("residual of the alignment", f"{residual:.3f}")
        left.metric("same of the 10 nearest", f"{near:.1%}")
        right.metric("same of the 25 nearest", f"{wide:.1%}")
        left.metric("mean cosine, aligned", f"{cosine:.3f}")
        st.caption(
            "Losses can be compared only on one text with one vocabulary: over fewer words any model "
            "predicts better."
        )


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
    from w2v_core.text.samples import DATA

    return (DATA / "small_world_questions.txt").read_text(encoding="utf-8").splitlines()


@of_readable(max_entries=16, show_spinner="Answering the questions …", copied=True)
def _card(id: str, which: str, questions: tuple[str, ...]) -> tuple[int, int, int]:
    card = scorecard(vectors(id, which), parse_questions("\n".join(questions)), "add")
    return (
        sum(s.asked for s in card.sections),
        sum(s.covered for s in card.sections),
        sum(s.right for s in card.sections),
    )


# --- Two halves of one text ------------------------------------------------------------------------


def offer_halves() -> None:
    """Two models of one text, its documents divided by their metadata."""
    divided = {
        entry.id: entry
        for entry in the_library().models()
        if (the_library().model_folder(entry.id) / "documents.json").is_file()
    }
    if not divided:
        return
    with st.expander(
        "Two halves of one text: train a model on each, by what is known of its documents",
        icon=":material/call_split:",
        key="halves",
    ):
        labels = model_labels(list(divided.values()))
        id_place, column_place = st.columns(2)
        chosen = id_place.selectbox(
            "Text of", list(divided), format_func=shown_as(labels), key="half_of"
        )
        documents = model_documents(the_library().model_folder(chosen))
        columns = (
            {}
            if documents is None
            else {
                name: sorted(set(values))
                for name, values in documents.columns.items()
                if 1 < len(set(values)) <= 300
            }
        )
        if documents is None or not columns:
            st.caption("All documents share the same metadata, so there is nothing to split by.")
            return
        column = column_place.selectbox("Divide by", list(columns), key="half_by")
        values = columns[column]
        left, right = st.columns(2)
        half = len(values) // 2
        in_a = left.multiselect(
            "First half", values, values[:half], key=f"half_a {chosen} {column}"
        )
        rest = [v for v in values if v not in in_a]
        in_b = right.multiselect("Second half", rest, rest, key=f"half_b {chosen} {column} {in_a}")
        for place, part in ((left, in_a), (right, in_b)):
            rows = documents.rows({column: part})
            size = sum(int(documents.ends[i] - documents.starts[i]) for i in rows)
            place.caption(f"{len(rows):,} documents, {size / 1e6:,.2f} MB")
        if st.button(
            "Train both", type="primary", disabled=not in_a or not in_b, key="train_halves"
        ):
            with toast_for_errors():
                train_halves(chosen, column, in_a, in_b)


def train_halves(id: str, column: str, in_a: list[str], in_b: list[str]) -> None:
    settings = the_library().settings(id)
    made = []
    for part in (in_a, in_b):
        name = cut(f"{', '.join(v or '(empty)' for v in part)}", 40)
        folder = the_library().model_folder(id)
        text = the_library().texts.part_of_model(folder, name, column, part)
        made.append(
            the_library().start_training(queue(), text, name, settings.text, settings.model)
        )
    ensure_worker(queue())
    st.session_state["_halves"] = made
    st.rerun()


def show_halves_in_training() -> None:
    made = st.session_state.get("_halves")
    if not made:
        return
    if all(the_library().is_finished(id) for id in made):
        del st.session_state["_halves"]
        open_pair(*made)
        st.rerun()
    fragment(run_every=1)(_halves)(made)


def _halves(made: list[str]) -> None:
    if all(the_library().is_finished(id) for id in made):
        st.rerun(scope="app")
    ensure_worker(queue())
    for id in made:
        try:
            name = literal(the_library().settings(id).name)
        except (OSError, Damaged):
            name = "a training that cannot be opened"
        job = queue().get(id)
        state = "ready" if the_library().is_finished(id) else job.state if job else "gone"
        st.page_link(
            "pages/train.py",
            label=f"{name}: {state}",
            icon=":material/model_training:",
            query_params={"job": id},
        )


# --- The page --------------------------------------------------------------------------------------


def _show_part() -> None:
    address.PART.set(st.session_state["_part"])


def show() -> None:
    st.markdown("### Compare two models")
    show_halves_in_training()
    both = choose_models()
    if both is None:
        st.info("Two models are needed: train another, or train on the two halves of one text.")
        st.page_link("pages/train.py", label="Train on a text", icon=":material/model_training:")
        offer_halves()
        return
    a, b = both
    parts, kinds = st.columns([5, 2], vertical_alignment="bottom")
    st.session_state["_part"] = address.PART.among(PARTS, "changed")
    address.PART.set(st.session_state["_part"])
    part = parts.segmented_control(
        "Part",
        list(PARTS),
        required=True,
        format_func=shown_as(PARTS),
        key="_part",
        label_visibility="collapsed",
        on_change=deferred(_show_part),
    )
    with kinds:
        which = choose_which(a, b)
    if part == "keyness":
        show_keyness(a, b)
    else:
        pair = pair_of(a, b, which)
        if part == "changed":
            show_changed(a, b, which, pair)
        elif part == "word":
            show_word(a, b, which, pair)
        else:
            show_settings(a, b, which, pair)
    offer_halves()


with sentences_for_errors():
    show()
