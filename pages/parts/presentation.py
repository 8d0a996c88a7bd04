"""Presentation: any page for a projector, with large type, no sidebar, and the picture in sight."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.navigation.page import StreamlitPage

from pages.parts import address
from pages.parts.browser_modules import modules
from pages.parts.deferred import deferred

LEAST_TYPE = 18  # pixels
_STYLES = Path(__file__).with_name("presentation.css").read_text(encoding="utf-8")
_PRESENTING = "_presenting"
_PICTURE_FIRST = ("", "explore", "neighbours", "analogies", "diamonds", "compare")
"""The addresses of the pages that give the room of their captions to the picture."""


def presenting() -> bool:
    """Whether pages are presented. The address says so, and the session where a link has left it out."""
    return bool(st.session_state.get(_PRESENTING, False))


def begin_presentation(page: str, pages: Sequence[StreamlitPage]) -> None:
    """Follow the address, which keeps what it says from page to page; while pages are presented, give
    them their styles, a way to every page, and a way out. ``page``: the address of this one. What stands
    in a container whose key begins with ``aside_`` is not presented."""
    if address.PRESENT.given():
        st.session_state[_PRESENTING] = address.PRESENT.get()
    address.PRESENT.set(presenting())
    # The container is always there, so that what stands below keeps its place and plots live on.
    with st.container(key="presentation"):
        if presenting():
            _frame(page, pages)


def _frame(page: str, pages: Sequence[StreamlitPage]) -> None:
    mark = "<span class='w2v-unseen w2v-picture-first'></span>" if page in _PICTURE_FIRST else ""
    st.html(f"<style>{_STYLES}</style>{mark}")
    st.html(
        f'<script type="module" src="{modules.address("parts/leave_by_escape.js")}"></script>',
        unsafe_allow_javascript=True,
    )
    with st.container(horizontal=True, gap=None, key="presentation_ways"):
        with st.popover("Pages", icon=":material/menu:", type="tertiary", key="icon_pages"):
            for other in pages:
                st.page_link(other)
        st.button(
            "Leave presentation",
            icon=":material/close:",
            type="tertiary",
            help="Leave presentation (Escape)",
            key="icon_leave_presentation",
            on_click=deferred(_present),
            args=(False,),
        )


def part_settings(
    beside: DeltaGenerator, otherwise: DeltaGenerator | None = None
) -> DeltaGenerator:
    """Where the controls of a part of a page stand: in ``otherwise``, by default a row of their own, here;
    or on a presented page, which has one row of controls, in a popover beside what that row has."""
    if presenting():
        return beside.popover("Settings", icon=":material/tune:", key="icon_part_settings")
    return st.container(key="part_settings") if otherwise is None else otherwise


def present_button() -> None:
    """The switch, for the sidebar."""
    st.button(
        "Present",
        icon=":material/slideshow:",
        width="stretch",
        help="Shows large type and no sidebar, for a projector. Press Escape to leave, the arrow "
        "keys to step through a film and Space to play it.",
        key="present",
        on_click=deferred(_present),
        args=(True,),
    )


def _present(wanted: bool) -> None:
    st.session_state[_PRESENTING] = wanted
    address.PRESENT.set(wanted)
