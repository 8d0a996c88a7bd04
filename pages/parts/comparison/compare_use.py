"""Compare, words used differently: a ranking at once, and the test that says how sure it is."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.parts import address
from pages.parts.background_work import ask_or_watch
from pages.parts.certainty_tools import certainty, has_text, how_sure
from pages.parts.comparison.compared_models import NO_TEXT, Pair, go_to, overlap_of
from pages.parts.csv_download import csv_of_columns
from pages.parts.deferred import deferred
from pages.parts.displayed_text import literal
from pages.parts.explanations import explanation
from pages.parts.model.opened_model import open_model
from pages.parts.readable_cache import of_readable
from pages.parts.table import show_table
from pages.parts.typed_words import known_words
from pages.parts.visitor import the_library
from pages.plot import plot
from w2v_core.figures.compare import use_map
from w2v_core.library.model_files import read_record
from w2v_core.model.compared_use import LEAST, ComparedUse
from w2v_core.model.estimate import seconds_again
from w2v_core.space.distances import beyond_equally_frequent
from w2v_core.vocabulary import loosely
from w2v_core.work import analyses

KIND = "use"
ASKED = {"draws": 80, "rate": 0.10, "seed": 0}
MOST_NAMED = 200  # words named beforehand
MOST_ROWS = 500
LABELLED = 14


def parameters(b: str, words: list[str]) -> dict[str, Any]:
    """What the test is asked; ``words`` are those named beforehand."""
    arrays = read_record(the_library().model_folder(b)).arrays
    return {"other": b, "arrays": arrays, **ASKED, **({"words": words} if words else {})}


@of_readable(max_entries=4, subjects=2)
def _tested(a: str, b: str, words: tuple[str, ...], made: float) -> ComparedUse | None:
    found = analyses.load_use(the_library(), a, parameters(b, list(words)))
    return None if found is None else found[2]


def tested(a: str, b: str, words: list[str]) -> ComparedUse | None:
    """What the test found; None until it has run."""
    if not analyses.has_result(the_library(), KIND, a, parameters(b, words)):
        return None
    made = (the_library().model_folder(a) / "results").stat().st_mtime
    return _tested(a, b, tuple(words), made)


def named_words(pair: Pair, place: DeltaGenerator) -> list[str]:
    """Words that the person names beforehand, as both models spell them."""
    typed = place.text_input(
        "Words named beforehand (optional)",
        key="named",
        bind="query-params",
        max_chars=2000,
        placeholder="such as: gay, cell, mouse",
        help="Name the words that you ask about before you look at the results. The test then controls "
        "the share of false discoveries over these words alone, so that it can find smaller differences.",
    )
    with place:
        return known_words(
            typed, pair.a.vocabulary, "Not in both vocabularies, so left out", MOST_NAMED
        )


def show_use(a: str, b: str, which: str, pair: Pair) -> None:
    said, names = st.columns([3, 1], gap="large")
    named = named_words(pair, names.container(key="aside_named"))
    found = tested(a, b, named)
    if found is None:
        with said:
            _run_test(a, b, named)
        words, distance = pair.words, 1 - pair.aligned.cosine
        counts = np.vstack([open_model(a).counts[pair.rows_a], open_model(b).counts[pair.rows_b]])
    else:
        with said:
            _tell_result(found, named)
        words, distance, counts = found.words, found.distance, found.counts
    beyond = beyond_equally_frequent(distance, counts.min(axis=0))
    order = _order(beyond, counts.min(axis=0), found)
    selected = address.WORD.get()
    at = words.index(selected) if selected in words else None
    left, right = st.columns([5, 6], gap="medium")
    with left:
        different = np.zeros(len(words), bool) if found is None else found.used_differently
        plot(
            use_map(
                words,
                counts.min(axis=0),
                distance,
                different,
                selected=at,
                labelled=order[:LABELLED].tolist(),
                tested=found is not None,
            ),
            key="use",
            height=520,
            name="words used differently",
            view=f"{a} {b} {which} {found is None}",
            on_click=lambda row: go_to(words[row]),
        )
    with right:
        _list_words(words, distance, beyond, counts, found, order)
    if found is not None:
        _tell_test(found.settings)
    _tell_agreement(a, b, which, pair)


def _order(beyond: np.ndarray, times: np.ndarray, found: ComparedUse | None) -> np.ndarray:
    """Words that are used differently first, those that are too rare to be tested last; in each group by
    distance beyond equal frequency."""
    group = np.where(times < LEAST, 2, 1)
    if found is not None:
        group[found.used_differently] = 0
    return np.lexsort((-np.nan_to_num(beyond, nan=-np.inf), group))


def _run_test(a: str, b: str, named: list[str]) -> None:
    """Start the test where nobody did yet, and show how far it is. A ranking stands below meanwhile."""
    if not (has_text(a) and has_text(b)):
        st.info(NO_TEXT.format(what="only their distances can be compared, without a test"))
        return
    wanted = parameters(b, named)
    st.markdown("**Not tested yet.** The ranking alone does not show that a difference is real.")
    st.caption(
        "Below are all shared words, ranked by how far apart their vectors are in A and in B, compared "
        "with words that are as frequent. Two trainings on one text differ as well."
    )
    ask_or_watch(
        KIND,
        a,
        wanted,
        "Test which words are used differently",
        "use",
        "Trains one model on both texts and permutes their documents.",
        (7, 1),
        2 * (seconds_again(open_model(a), 2) + seconds_again(open_model(b), 2)),
        at_once=not named,  # whoever opens this page wants to know
        type="primary",
    )


def _tell_result(found: ComparedUse, named: list[str]) -> None:
    n, tested_words = int(found.used_differently.sum()), int(found.settings["tested"])
    of = f"{tested_words:,} tested {'named ' if named else ''}words"
    if n:
        said = f"**{n:,} of {of} are used differently** in A and in B."
        if not named and n > tested_words / 2:
            said += (
                " Where most words are, the texts probably differ as a whole, in kind, subject or "
                "spelling, and the order of the words is more telling than whether a word is among them."
            )
        st.markdown(said)
    elif tested_words:
        st.markdown(
            f"**None of {of} is used differently** beyond doubt. In short texts, chance can hide real "
            "differences. The words with the largest distances come first."
        )
    else:
        st.markdown(
            f"**No word could be tested**: only words that occur {LEAST} times or more in each text are."
        )


def _tell_test(settings: dict[str, Any]) -> None:
    """What was done, and what follows from it; below the picture."""
    rate = float(settings["rate"])
    st.caption(
        f"The test permuted {literal(_units(settings))} between the two texts, "
        f"{settings['draws']:,} times. About {rate:.0%} of the words that it names can be false "
        "discoveries. A significant difference of use is not a change of meaning: on words that people "
        "judged, it predicts a changed meaning hardly better than chance. Read its lines in both texts "
        "before you draw conclusions about its meaning."
        + (
            " Where no documents are known, blocks of sentences are permuted instead; sentences of "
            "one document resemble each other, so blocks within one document can make the test "
            "find too much."
            if "blocks" in f"{settings['unit_a']} {settings['unit_b']}"
            else ""
        )
    )


def _units(settings: dict[str, Any]) -> str:
    one, other = (f"{settings[f'units_{t}']:,} {settings[f'unit_{t}']}" for t in "ab")
    return f"{one} of A and {other} of B"


def _tell_agreement(a: str, b: str, which: str, pair: Pair) -> None:
    """How alike the two models are on the whole, beside two halves of one text."""
    near = overlap_of(a, b, which)[0]
    line = (
        f"On average, {near:.0%} of a word's 10 nearest words are the same in A and in B, over "
        f"{len(pair.words):,} shared words."
    )
    known = [
        f"{found[0].agreement(which):.0%} in two halves of {name}"
        for name, found in (("A", certainty(a)), ("B", certainty(b)))
        if found is not None
    ]
    if known:
        line += (
            f" For comparison: {' and '.join(known)}, which differ by chance alone. This is probably a low "
            "estimate, as each half has half as much text, and all its words count, not only shared "
            "ones."
        )
    divided = next((id for id in (a, b) if has_text(id)), None)
    if not known and divided is None:
        line += (
            " How many two halves of one text would share is not known, as neither model came with its "
            "text."
        )
    elif not known:
        name = "A" if divided == a else "B"
        line += (
            " Chance alone keeps this share below 100%. *How sure?* trains on random halves of the "
            f"text of {name}; this line then shows how many two halves share."
        )
    text, ask = st.columns([4, 1], vertical_alignment="center")
    text.caption(line)
    if not known and divided is not None:
        with ask:
            how_sure(divided)


def _list_words(
    words: list[str],
    distance: np.ndarray,
    beyond: np.ndarray,
    counts: np.ndarray,
    found: ComparedUse | None,
    order: np.ndarray,
) -> None:
    search, only, take = st.columns([3, 4, 2], vertical_alignment="bottom")
    sought = search.text_input("Search", key="sought", placeholder="part of a word", live=True)
    only_different = found is not None and only.toggle(
        "only used differently",
        key="changed_only",
        bind="query-params",
        help=explanation("only different"),
    )
    rows = [
        i
        for i in order.tolist()
        if (not sought or loosely(sought) in loosely(words[i]))
        and (not only_different or (found is not None and found.used_differently[i]))
    ]
    if not rows:
        st.caption("No such word.")
        return
    columns: dict[str, list[Any] | np.ndarray] = {"word": [words[i] for i in rows]}
    if found is not None:
        columns |= {"different": found.used_differently[rows], "q": found.q[rows]}
    columns |= {
        "distance": distance[rows],
        "beyond": beyond[rows],
        "in A": counts[0][rows],
        "in B": counts[1][rows],
    }
    shown_columns = list(columns)
    if found is not None:
        columns |= {"z": found.z[rows], "p": found.p[rows]}
    shown_words = [words[i] for i in rows[:MOST_ROWS]]
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

    config = st.column_config
    show_table(
        {name: columns[name][:MOST_ROWS] for name in shown_columns},
        key="_changed",
        on_select=deferred(chosen),
        selection_mode=["single-row", "single-cell"],
        height=430,
        column_config={
            "word": config.TextColumn(width=110),
            "different": config.CheckboxColumn(
                width=76, help="Used differently: q is at most the accepted rate"
            ),
            "q": config.NumberColumn(
                format="%.3f",
                width=60,
                help=explanation("q"),
            ),
            "distance": config.NumberColumn(
                format="%.2f",
                width=70,
                help="1 − cosine of the word's vectors in A and in B, "
                + (
                    "after the two models were aligned"
                    if found is None
                    else "both fitted by the test in one model of both texts; it may differ from the "
                    "cosine of the two models that *One word* gives"
                ),
            ),
            "beyond": config.NumberColumn(
                format="%+.2f",
                width=66,
                help="Distance beyond the median of equally frequent words",
            ),
            "in A": config.NumberColumn(format="localized", width=60, help="Occurrences in A"),
            "in B": config.NumberColumn(format="localized", width=60, help="Occurrences in B"),
        },
    )
    more = f"The first {MOST_ROWS:,} of {len(rows):,}; the CSV file has all, with z and p. " * (
        len(rows) > MOST_ROWS
    )
    st.caption(f"{more}Click a word to see it in both models.")
    csv_of_columns(take, columns, "words used differently.csv")


# What the other parts say of one word.


def word_that_differs_most(a: str, b: str, pair: Pair) -> int:
    """The row, in the pair, of the word to begin with."""
    counts = np.minimum(open_model(a).counts[pair.rows_a], open_model(b).counts[pair.rows_b])
    found = tested(a, b, [])
    if found is not None and found.used_differently.any():
        beyond = beyond_equally_frequent(found.distance, found.counts.min(axis=0))
        for i in _order(beyond, found.counts.min(axis=0), found).tolist():
            if (row := pair.a.vocabulary.find(found.words[i])) is not None:
                return row
    beyond = beyond_equally_frequent(1 - pair.aligned.cosine, counts)
    beyond[counts < min(LEAST, int(counts.max()))] = np.nan
    return int(np.nanargmax(beyond)) if np.isfinite(beyond).any() else 0


def verdict_on(a: str, b: str, word: str) -> str:
    """What the test says of a word; empty where it has not run."""
    found = tested(a, b, [])
    if found is None or word not in found.words:
        return ""
    i = found.words.index(word)
    if not np.isfinite(found.z[i]):
        return "It is too rare to be tested."
    if found.used_differently[i]:
        q = "< 0.001" if found.q[i] < 0.001 else f"= {found.q[i]:.3f}"
        return f"It is **used differently** (q {literal(q)})."
    return f"The test finds no difference in its use (q = {found.q[i]:.2f})."
