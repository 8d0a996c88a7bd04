"""Choosing the pairs of a relation: a ready list, one that was found, or a list of one’s own."""

from __future__ import annotations

import streamlit as st

import pages.parts.navigation_guard  # noqa: F401
from pages.parts import address
from pages.parts.model.opened_model import open_model
from pages.parts.relation_tools import (
    lists,
    proposals,
)
from pages.parts.table import edit_table
from w2v_core.space.relations import read_pairs

OWN, FOUND = "your own list", "found in this text"
SHOWN_AT_FIRST = 12  # pairs of a preset


def choose_pairs(id: str, which: str) -> tuple[list[tuple[str, str]], bool]:
    """The pairs of the chosen list, and whether they were searched for; pairs that are not of a preset
    stand in the address."""
    presets = lists(id)
    names = [*presets, FOUND, OWN]
    if "_list" in st.session_state:
        st.session_state["list"] = st.session_state.pop("_list")
    wanted = st.session_state.get("list") or address.LIST.get()
    if wanted not in names:
        wanted = OWN if address.PAIRS.given() else names[0]
    st.session_state["list"] = wanted
    if wanted in (FOUND, OWN) and address.PAIRS.given():
        st.session_state.setdefault(_text_of(wanted, id), address.PAIRS.get())
    name_place, edit_place = st.columns([3, 2], vertical_alignment="bottom")
    name = name_place.selectbox("Pairs", names, key="list", bind="query-params")
    brought = st.session_state.get(_text_of(name, id))
    if name in presets:
        pairs = presets[name]
    elif brought:
        pairs = read_pairs(brought)
    elif name == FOUND:
        words, relations = open_model(id).words, proposals(id, which)
        pairs = [(words[a], words[b]) for a, b in relations[0].rows[:8]] if relations else []
    else:
        pairs = []
    with edit_place.popover("Edit", icon=":material/edit:", width="stretch"):
        if name in presets and len(pairs) > SHOWN_AT_FIRST:
            drawn = st.segmented_control(
                f"How many of the {len(pairs)} pairs to use",
                ["first", "all"],
                default="first",
                required=True,
                key="drawn",
                bind="query-params",
                format_func={"first": f"the first {SHOWN_AT_FIRST}", "all": "all"}.__getitem__,
            )
            pairs = pairs[:SHOWN_AT_FIRST] if drawn == "first" else pairs
        edit(id, pairs, name == FOUND)
    if brought and name in (FOUND, OWN):
        address.PAIRS.set("\n".join(f"{a} {b}" for a, b in pairs))
    else:
        address.PAIRS.clear()
    return pairs, name == FOUND


def _text_of(name: str, id: str) -> str:
    """Where the pairs of such a list are kept: what was found belongs to one model."""
    return f"pairs found {id}" if name == FOUND else "pairs"


def edit(id: str, pairs: list[tuple[str, str]], searched: bool) -> None:
    table = edit_table(
        {"from": [a for a, _ in pairs], "to": [b for _, b in pairs]},
        num_rows="dynamic",
        height=260,
        width="stretch",
    )
    if st.button("Draw these pairs"):
        lines = zip(table["from"], table["to"], strict=True)
        use("\n".join(f"{a} {b}" for a, b in lines if a and b), FOUND if searched else OWN, id)
    pasted = st.text_area(
        "Or paste pairs, two words per line", placeholder="man woman\nking → queen\nboy, girl"
    )
    if st.button("Draw the pasted pairs", disabled=not pasted.strip()):
        read_pairs(pasted)  # a line that is no pair is told before anything changes
        use(pasted, OWN, id)


def use(text: str, name: str, id: str) -> None:
    """Draw these pairs, one a line, as one's own list or as the one that was found."""
    st.session_state[_text_of(name, id)] = text
    st.session_state["_list"] = name
    st.session_state["_scroll_up"] = True
    st.rerun()
