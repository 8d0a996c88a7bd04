"""Lines that repeat from document to document, found on request, and which of them go."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages.parts.deferred import deferred
from pages.parts.explanations import explanation
from pages.parts.progress_bar import with_progress
from pages.parts.recent_values import RecentValues
from pages.parts.table import ROW, show_table
from pages.parts.text.preparation_choices import change_steps, documents
from pages.parts.text.preparation_step import preparation_step
from pages.parts.visitor import the_library
from w2v_core.library.choices import Choices
from w2v_core.text.repeated_lines import RepeatedLine, repeated_lines


def draw_repeated_lines(key: str, chosen: Choices) -> None:
    with preparation_step() as shown:
        if "_find_lines" not in st.session_state:
            st.session_state["_find_lines"] = bool(chosen.preparation.drop_lines)
        looking = st.toggle(
            "Leave out lines that repeat across documents",
            key="_find_lines",
            help="Finds headers and footers: lines that many documents have, whatever numbers they "
            "contain.",
            on_change=deferred(lambda: None if st.session_state["_find_lines"] else _drop(())),
        )
        if not looking:
            with shown:
                st.caption(
                    "When headers and footers have been found, they are listed here to choose from."
                )
            return
        share = st.slider(
            "Minimum share of the documents",
            5,
            100,
            50,
            5,
            format="%d %%",
            key="line_share",
            bind="query-params",
            help=explanation("line share"),
        )
        whole = the_library().texts.gathered(key, chosen.gathering)
        found = with_progress(
            "Looking for lines that repeat", lambda show: _repeated(whole, share / 100, show)
        )
        drop = set(chosen.preparation.drop_lines)
        with shown:
            if not found:
                st.caption("No line occurs in so many documents.")
                return
            rows = [i for i, line in enumerate(found) if line.folded in drop]
            st.session_state["_lines"] = {"selection": {"rows": rows, "columns": [], "cells": []}}
            show_table(
                {
                    "line": [line.example for line in found],
                    "documents": [line.documents for line in found],
                    "times": [line.times for line in found],
                },
                key="_lines",
                selection_mode="multi-row",
                on_select=deferred(
                    lambda: _drop(
                        tuple(
                            found[i].folded for i in st.session_state["_lines"]["selection"]["rows"]
                        )
                    )
                ),
                height=min(ROW * (len(found) + 1) + 3, 250),
            )
            st.caption(
                f"{len(rows):,} of {len(found):,} are left out: tick a line to leave it out "
                "wherever it occurs, whatever numbers it contains."
            )
        if st.button("Leave all of them out", disabled=len(rows) == len(found), key="all_lines"):
            _drop(tuple(line.folded for line in found))
            st.rerun()


def _drop(lines: tuple[str, ...]) -> None:
    change_steps(drop_lines=lines)


@st.cache_resource
def _found_lines() -> RecentValues[list[RepeatedLine]]:
    return RecentValues(8)


def _repeated(text: str, share: float, show: Callable[[float], None]) -> list[RepeatedLine]:
    the_library().rights.refuse_unreadable(text)
    kept, key = _found_lines(), (text, share)
    if (lines := kept.get(key)) is not None:
        return lines
    found = documents(text)
    with open(the_library().texts.file(text), "rb") as file:
        lines = [] if found is None else repeated_lines(file, found, share, callback=show)
    return kept.put(key, lines)
