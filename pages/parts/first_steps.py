"""What stands above the pages for those who come without a model: the mark of the sample, and the tour."""

from __future__ import annotations

import streamlit as st

from pages.parts.displayed_text import literal
from pages.parts.model.current_model import current_model_id
from pages.parts.tour import note_followed, show_tour
from pages.parts.visitor import the_library
from w2v_core.storage.sample_ids import is_sample

# On a narrow screen, one row of what can be clicked that scrolls sideways, so that the page is in sight.
ONE_ROW = """<style>@media (max-width: 640px) {
.st-key-first_steps {flex-wrap: nowrap; overflow-x: auto; padding-bottom: .3rem}
.st-key-first_steps > :has([data-testid="stCaptionContainer"]) {display: none}
.st-key-first_steps > * {flex-shrink: 0}
.st-key-first_steps p {white-space: nowrap}}</style>"""
START = ""  # the address of Start, which has the ways in itself
NOT_MARKED = ("train", "library")  # these show no model, or mark it themselves


def show_first_steps(page: str) -> None:
    """One slim line above a page, named by its address; nothing above a model of the visitor's own."""
    note_followed()
    id = current_model_id()
    if id is None or not is_sample(id):
        return
    st.html(ONE_ROW)
    marked = page not in NOT_MARKED
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="first_steps"):
        if marked:
            st.markdown(":gray-badge[Sample]", width="content")
        if show_tour(page) or not marked:
            return
        st.caption(literal(the_library().entry(id).name), width="content")
        if page != START:
            st.page_link(
                "pages/train.py",
                label="Use a text of your own",
                icon=":material/upload_file:",
                query_params={"source": "Upload"},
            )
