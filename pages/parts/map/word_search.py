"""The search that marks all words that fit."""

from __future__ import annotations

import streamlit as st

from pages.parts.deferred import deferred
from pages.parts.displayed_text import literal
from pages.parts.explanations import explanation
from pages.parts.map.word_selection import taken_in
from pages.parts.model.opened_model import open_model
from pages.parts.readable_cache import of_readable
from w2v_core.space import selection
from w2v_core.vocabulary import Vocabulary


def search_field(id: str) -> list[int]:
    """The search field in its popover; returns the rows that were found."""
    vocabulary = open_model(id).vocabulary
    query = st.text_input(
        "Mark all matching words",
        key="find",
        bind="query-params",
        placeholder="several parts: un, re, dis",
        max_chars=2000,
        help=explanation("mark words"),
    )
    how = st.segmented_control(
        "How",
        selection.HOW,
        default=selection.HOW[1],
        required=True,
        key="how",
        bind="query-params",
        label_visibility="collapsed",
    )
    try:
        found = _found(id, vocabulary, query, how)
    except ValueError as error:
        st.error(literal(str(error)))
        return []
    if query.strip():
        n = len(found)
        st.caption(f"{n:,} word{'s' if n != 1 else ''} found of {len(vocabulary):,}")
        with st.container(horizontal=True):
            st.button(
                "Select them",
                key="pick_found",
                on_click=deferred(taken_in),
                args=(id, found),
                disabled=not found,
            )
            st.button("Clear the search", key="clear_find", on_click=deferred(_clear_find))
    return found


def _clear_find() -> None:
    st.session_state["find"] = ""


@of_readable(max_entries=20)
def _found(id: str, _vocabulary: Vocabulary, query: str, how: str) -> list[int]:
    return selection.search(_vocabulary, query, how)
