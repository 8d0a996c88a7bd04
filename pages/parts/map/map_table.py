"""Coordinates and selection of a map as tables; the picture itself is saved by the buttons of the plot."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st

from pages.parts.deferred import deferred
from pages.parts.model.opened_model import open_model
from pages.parts.table import show_table
from w2v_core.exchange.tables import csv_table

MOST_ROWS = 1_000  # seen at once; a file takes away all of them


def word_table(
    id: str, rows: np.ndarray, coordinates: np.ndarray, look_at: Callable[[str], None]
) -> None:
    """The words of the map as a table below it, for those who cannot see it or would rather read it.
    ``look_at`` is called with a word that is chosen there."""
    model = open_model(id)
    with st.expander(
        "The words of this map as a table",
        icon=":material/table_rows:",
        key="_map_words",
        on_change="rerun",
    ) as table:
        if not table.open:
            return
        seen = rows[:MOST_ROWS]
        names = ["x", "y", "z"][: coordinates.shape[1]]

        def chosen() -> None:
            if picked := st.session_state["_map_word"]["selection"]["rows"]:
                look_at(model.words[seen[picked[0]]])

        if len(rows) > MOST_ROWS:
            st.caption(f"The {MOST_ROWS:,} most frequent of {len(rows):,} words.")
        show_table(
            {
                "word": [model.words[i] for i in seen],
                **({"times in the text": model.counts[seen]} if model.has_counts else {}),
                **{name: coordinates[seen, k] for k, name in enumerate(names)},
            },
            key="_map_word",
            on_select=deferred(chosen),
            selection_mode="single-row",
            height=300,
            column_config={name: st.column_config.NumberColumn(format="%.3f") for name in names},
        )


def save_fields(
    id: str,
    coordinates: np.ndarray,
    rows: np.ndarray,
    axes: Sequence[str],
    picked: list[int],
    which: str,
) -> None:
    """Coordinates and selection as CSV; the picture itself is saved by the plot's own buttons."""
    model = open_model(id)
    names = ["x", "y", "z"][: coordinates.shape[1]]

    def table(chosen: Sequence[int]) -> bytes:
        return csv_table(
            [
                "word",
                "count",
                *(f"{n}: {a}" if a else n for n, a in zip(names, axes, strict=False)),
            ],
            (
                [model.words[i], int(model.counts[i]), *(float(f"{v:.6g}") for v in coordinates[i])]
                for i in chosen
            ),
        )

    st.caption("To save the picture, use the PNG, SVG and HTML buttons above the map.")
    st.download_button(
        f"Coordinates of {len(rows):,} words (CSV)",
        deferred(lambda: table(rows.tolist())),
        f"map of words, {which}.csv",
        "text/csv",
        key="save_all",
        on_click="ignore",
    )
    drawn = set(rows.tolist())
    chosen = [row for row in picked if row in drawn]
    st.download_button(
        f"Selection: {len(chosen):,} words (CSV)",
        deferred(lambda: table(chosen)),
        f"selected words, {which}.csv",
        "text/csv",
        key="save_selection",
        disabled=not chosen,
        on_click="ignore",
    )
