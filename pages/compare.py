"""Compare: two models on the words they share; what is used differently, and how sure that is."""

from __future__ import annotations

import streamlit as st

import pages.parts.navigation_guard  # noqa: F401
from pages.parts import address
from pages.parts.compare_frequencies import show_keyness
from pages.parts.compare_overview import show_overview
from pages.parts.compare_use import show_use
from pages.parts.compare_word import show_word
from pages.parts.compared_models import choose_models, choose_which, pair_of
from pages.parts.deferred import deferred
from pages.parts.displayed_text import shown_as
from pages.parts.divided_text import offer_halves, show_halves_in_training
from pages.parts.error_messages import sentences_for_errors

PARTS = {
    "use": "Words used differently",
    "word": "One word",
    "keyness": "Frequencies",
    "settings": "Both at a glance",
}


def _show_part() -> None:
    address.PART.set(st.session_state["_part"])


def show() -> None:
    st.markdown("### Compare two models")
    show_halves_in_training()
    both = choose_models()
    if both is None:
        st.info("Two models are needed: train another, or train on the two halves of one text.")
        st.page_link("pages/train.py", label="Train on a text", icon=":material/model_training:")
        offer_halves()
        return
    a, b = both
    parts, kinds = st.columns([5, 2], vertical_alignment="bottom")
    st.session_state["_part"] = address.PART.among(PARTS, "use")
    address.PART.set(st.session_state["_part"])
    chosen = parts.segmented_control(
        "Part",
        list(PARTS),
        required=True,
        format_func=shown_as(PARTS),
        key="_part",
        label_visibility="collapsed",
        on_change=deferred(_show_part),
    )
    with kinds:
        which = choose_which(a, b)
    part = chosen or "use"
    if part == "keyness":
        show_keyness(a, b)
    else:
        shown = {"use": show_use, "word": show_word, "settings": show_overview}[part]
        shown(a, b, which, pair_of(a, b, which))
    offer_halves()


with sentences_for_errors():
    show()
