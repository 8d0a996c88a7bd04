"""The button that takes a word away as a page to print, and what that page says."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import streamlit as st

import pages.parts.navigation_guard  # noqa: F401
from pages.parts.certainty_tools import certainty, has_text, nearest_in_halves, of_what, relied_on
from pages.parts.deferred import deferred
from pages.parts.map.word_selection import kept_sets
from pages.parts.model.model_record import record_of
from pages.parts.model.model_text import (
    NO_TEXT,
    concordance,
    output_distribution,
    pair_counts,
    quotes,
)
from pages.parts.model.opened_model import NO_OUTPUT, open_model, vectors
from pages.parts.pair_choice import SHOWN_AT_FIRST
from pages.parts.relation_tools import lists, null_lists
from pages.parts.visitor import the_library
from w2v_core import SkipGram
from w2v_core.exchange.version import NAME, app_version
from w2v_core.exchange.word_report.contents import (
    Expected,
    InList,
    Made,
    Near,
    ReportedLine,
    WordReport,
)
from w2v_core.exchange.word_report.page import word_report
from w2v_core.model.certainty import SURE
from w2v_core.model.gain_verdict import chance_verdict
from w2v_core.space import null_verdicts
from w2v_core.space.context import predict
from w2v_core.space.relations import diamonds, known_pairs
from w2v_core.space.vectors import DEFAULT_METRIC
from w2v_core.storage.names import safe_name
from w2v_core.work.record_facts import facts

NEAREST = 10
PREDICTED = 10
LINES = 10
LISTS = 4  # of the ready lists that the word stands in
VECTORS = {"center": "center vectors V", "output": "output vectors U", "sum": "V + U"}


def report_button(id: str, word: str, which: str | None = None) -> None:
    """Offer the report of a word; ``which`` vectors, or those that the page shows."""
    chosen = which or st.session_state.get("which") or "center"
    if chosen not in VECTORS or (chosen != "center" and not open_model(id).has_output):
        chosen = "center"
    st.download_button(
        "Word report",
        deferred(lambda: word_report(report_of(id, word, chosen))),
        f"{safe_name(word)}.html",
        "text/html",
        icon=":material/description:",
        type="tertiary",
        key="_word_report",
        on_click="ignore",
        help="A page to print: the word's nearest words and how sure they are, what the model "
        "predicts around it, lines of the text, and how to cite the model.",
    )


def report_of(id: str, word: str, which: str) -> WordReport:
    """What is known of a word, as the pages show it."""
    model = open_model(id)
    row = model.vocabulary.index(word)
    counted = bool(model.counts.any())
    near, splits, near_note = _near(id, word, which)
    probable, specific, predicted_note = _predicted(id, model, row)
    lines, lines_note = _lines(id, word)
    in_lists, lists_note = _lists(id, model, row, which)
    return WordReport(
        word=word,
        rank=row + 1,
        times=int(model.counts[row]) if counted else None,
        per_million=_per_million(id, int(model.counts[row])) if counted else None,
        vectors=VECTORS[which],
        made=_made(id, model),
        notice=" ".join(chance_verdict(model.gain, "what this report shows")).strip(),
        near=near,
        splits=splits,
        near_note=near_note,
        probable=probable,
        specific=specific,
        predicted_note=predicted_note,
        lines=lines,
        lines_note=lines_note,
        lists=in_lists,
        lists_note=lists_note,
        selections=[name for name, words in kept_sets(id)[0].items() if word in words],
    )


def _per_million(id: str, times: int) -> float | None:
    text = concordance(id)
    return None if text is None else 1e6 * times / max(text.corpus.n_tokens, 1)


def _near(id: str, word: str, which: str) -> tuple[list[Near], int | None, str]:
    space = vectors(id, which)
    if not space.has_direction(word):
        return [], None, "Its vector is all zeros: it has no direction and no neighbours."
    nearest = space.most_similar(word, NEAREST, DEFAULT_METRIC)
    found = certainty(id)
    if found is None:
        how = "use the button How sure? on Neighbours" if has_text(id) else "this needs the text"
        note = f"How sure these are has not been measured: {how}."
        return [Near(one, value) for one, value in nearest], None, note
    sure, documents = found
    if word not in sure.words:
        note = (
            "How sure these are is not known: the word is too rare to be kept in the trainings on halves "
            "of the text."
        )
        return [Near(one, value) for one, value in nearest], None, note
    answers = nearest_in_halves(id, word, NEAREST, which)[DEFAULT_METRIC]
    near = []
    for one, value in nearest:
        answer = answers.get(one)
        if answer is None:
            near.append(Near(one, value))
        else:
            near.append(Near(one, value, answer.splits, answer.share, relied_on(answer)))
    again = sum(answer.share for answer in answers.values())
    note = (
        f"In another text like this one, about {again:.0f} of these {len(near)} would be among the "
        f"{len(near)} nearest again. Striped bars with ? are expected in less than {SURE:.0%} of "
        "such texts and are not reliable. The text was split at random into two halves, "
        f"{sure.splits} times, and the model was trained on each half; the halves consist of "
        f"{of_what(documents)}."
    )
    return near, sure.splits, note


def _predicted(id: str, model: SkipGram, row: int) -> tuple[list[Expected], list[Expected], str]:
    if not model.has_output:
        return [], [], NO_OUTPUT
    pairs = pair_counts(id, model, shown=False)
    q = output_distribution(id, model, pairs)
    seen = None if pairs is None else pairs[[row], :].toarray().ravel()
    p = model.probabilities(model.words[row])
    both = []
    for order in ("probable", "specific"):
        found = predict(p, q, seen, PREDICTED, order)
        text = [None] * len(found.rows) if found.corpus is None else found.corpus.tolist()
        both.append(
            [
                Expected(model.words[i], *shares)
                for i, *shares in zip(
                    found.rows.tolist(),
                    found.model.tolist(),
                    text,
                    found.unigram.tolist(),
                    strict=True,
                )
            ]
        )
    return both[0], both[1], NO_TEXT if pairs is None else ""


def _lines(id: str, word: str) -> tuple[list[ReportedLine], str]:
    text = concordance(id)
    if text is None:
        return [], NO_TEXT
    count = len(text.places(word))
    lines = [
        ReportedLine(line.text, line.word, line.document)
        for line in quotes(id, text.lines(word, LINES))
    ]
    if len(lines) < count:
        return lines, f"{len(lines)} of its {count:,} lines, evenly spread over the text."
    return lines, "Its only line." if count == 1 else f"All its {count:,} lines."


def _lists(id: str, model: SkipGram, row: int, which: str) -> tuple[list[InList], str]:
    found = []
    for name, pairs in lists(id).items():
        rows, _ = known_pairs(model.vocabulary, pairs)
        own = np.flatnonzero((rows == row).any(axis=1))
        if len(own) == 0 or len(rows) < 2:
            continue
        if own[0] < SHOWN_AT_FIRST:  # as the page of diamonds draws it at first
            rows = rows[:SHOWN_AT_FIRST]
            own = own[own < SHOWN_AT_FIRST]
        found.append(_in_list(id, model.words, name, rows, own.tolist(), which))
        if len(found) == LISTS:
            break
    if not found:
        return [], "It is in none of the ready lists of related pairs that fit this text."
    note = "A cosine of 1 means that the offsets are parallel, 0 that they are unrelated."
    return found, note


def _in_list(
    id: str, words: Sequence[str], name: str, rows: np.ndarray, own: list[int], which: str
) -> InList:
    measured = diamonds(vectors(id, which).unit, rows)
    verdict = null_verdicts.verdict(*null_lists(id, which, rows))
    pairs = [(words[rows[i, 0]], words[rows[i, 1]]) for i in own]
    return InList(name, pairs, [float(measured.along[i]) for i in own], verdict)


def _made(id: str, model: SkipGram) -> Made:
    record, problem = record_of(id)
    today = time.strftime("%Y-%m-%d")
    if record is None:
        entry = the_library().entry(id)
        made = time.strftime("%Y-%m-%d", time.gmtime(entry.created))
        name, here, digest = entry.name, entry.loss is not None, ""
        told: list[tuple[str, str]] = [("record", problem or "")]
    else:
        made, name, here = record["made"][:10], record["name"], record["trained_here"]
        digest = record["vectors_sha256"]
        told = [(what, value) for what, value, by in facts(record) if by != "not used"]
    return Made(
        model=name,
        id=id,
        tool=NAME,
        version=app_version(),
        made=made,
        reported=today,
        trained_here=here,
        words=len(model.words),
        dimensions=model.V.shape[1],
        fingerprint=digest,
        facts=told,
    )
