"""Coordinates and selection of a map as tables; the picture itself is saved by the buttons of the plot."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from pages.parts.deferred import deferred
from pages.parts.model.opened_model import open_model
from w2v_core.exchange.tables import csv_table

# The selection: rows of the model that is open. It stands in the session, and in the address.


# Categories.


# Maps that a worker draws.


# Taking it away.


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

    st.caption("The picture: the PNG, SVG and HTML buttons above the map.")
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
