"""Compare, frequencies: which words are more frequent in one text than in the other."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pages.parts.comparison.compared_models import NO_TEXT, go_to, name_of, stamps
from pages.parts.csv_download import csv_of_columns
from pages.parts.explanations import explanation
from pages.parts.model.opened_model import open_model
from pages.parts.readable_cache import of_readable
from pages.parts.table import show_table
from pages.parts.visitor import the_library
from pages.plot import plot
from w2v_core.figures.compare import diverging_bars
from w2v_core.space.keyness import Keyness, keyness
from w2v_core.vocabulary import loosely

MOST_ROWS = 500
STRONGEST = 20  # words on each side of the figure


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
    found = _keyness(a, b, stamps(a, b))
    st.caption(
        "Which words are more frequent in one text than in the other? This says nothing about meaning. "
        "G² is the log-likelihood ratio (keyness), p is Bonferroni-corrected for all words, and a word "
        "that one vocabulary lacks counts 0 there."
    )
    left, right = st.columns([5, 6], gap="medium")
    sides = []
    for to_a in (True, False):
        at = [i for i in range(len(found.words)) if (found.log_ratio[i] > 0) == to_a][:STRONGEST]
        sides.append([(found.words[i], float(np.sqrt(found.g2[i])), i) for i in at])
    with left:
        plot(
            diverging_bars(
                sides[0],
                sides[1],
                (name_of(a), name_of(b)),
                "√G²: more frequent in A (left), in B (right)",
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
                "word": config.TextColumn(width=92),
                "G²": config.NumberColumn(format="%.1f", width=62, help=explanation("keyness")),
                "log₂ ratio": config.NumberColumn(
                    format="%.2f", width=72, help="Positive: more in A"
                ),
                "A": config.NumberColumn(
                    format="localized", width=52, help=explanation("occurrences in A")
                ),
                "B": config.NumberColumn(
                    format="localized", width=52, help=explanation("occurrences in B")
                ),
                "A per M": config.NumberColumn(format="%.0f", width=62, help="Per million words"),
                "B per M": config.NumberColumn(format="%.0f", width=62, help="Per million words"),
                "p": config.NumberColumn(
                    format="%.1e",
                    width=82,  # for a p with an exponent of three digits
                    help="Corrected for all words; 0 means below 1e-308",
                ),
            },
        )
        csv_of_columns(take, columns, "keyness.csv")
