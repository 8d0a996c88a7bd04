"""Compare: two models on the words they share, or one through time; what is used differently, and how sure
that is."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import pages.parts.navigation_guard  # noqa: F401
from pages.parts import address
from pages.parts.comparison.compare_attitudes import show_attitudes
from pages.parts.comparison.compare_frequencies import show_keyness
from pages.parts.comparison.compare_overview import show_overview
from pages.parts.comparison.compare_slices import show_slices, sliceable
from pages.parts.comparison.compare_use import show_use
from pages.parts.comparison.compare_word import show_word
from pages.parts.comparison.compared_models import (
    choose_models,
    name_of,
    pair_of,
    side,
)
from pages.parts.comparison.divided_text import offer_halves, show_halves_in_training
from pages.parts.deferred import deferred
from pages.parts.displayed_text import literal, shown_as
from pages.parts.error_messages import sentences_for_errors
from pages.parts.model.vector_choice import choose_vectors
from pages.parts.presentation import part_settings, presenting
from pages.parts.visitor import the_library

PARTS = {
    "use": "Words used differently",
    "word": "One word",
    "slices": "Through time and groups",
    "attitudes": "Attitudes",
    "keyness": "Frequencies",
    "settings": "Both at a glance",
}


def _show_part() -> None:
    address.PART.set(st.session_state["_part"])


def _choose_part(place: DeltaGenerator, parts: list[str]) -> str:
    st.session_state["_part"] = address.PART.among(parts, parts[0])
    address.PART.set(st.session_state["_part"])
    chosen = place.segmented_control(
        "Part",
        parts,
        required=True,
        format_func=shown_as(PARTS),
        key="_part",
        label_visibility="collapsed",
        on_change=deferred(_show_part),
    )
    return chosen or parts[0]


def show() -> None:
    st.container(key="aside_heading").markdown("## Compare")
    show_halves_in_training()
    above, row = st.container(), st.container()
    parts, kinds = row.columns([4, 1], vertical_alignment="bottom")
    models = part_settings(kinds, otherwise=above)
    both = choose_models(models)
    if both is None:
        _show_one(above, parts, kinds)
    else:
        if presenting():
            above.markdown(
                " ".join(
                    f"{side(n)} {literal(name_of(i))}" for n, i in zip("AB", both, strict=True)
                )
            )
            kinds = models
        _show_two(*both, parts, kinds)
    offer_halves()


def _show_one(above: DeltaGenerator, parts: DeltaGenerator, kinds: DeltaGenerator) -> None:
    """What can be looked at where there are not two models."""
    ids = [entry.id for entry in the_library().models()]
    with above:
        st.info(
            "Two models are needed to compare texts: train another, or train on two parts of one text."
            + (" One is enough for what is below." if ids else "")
        )
        st.page_link("pages/train.py", label="Train on a text", icon=":material/model_training:")
    if not ids:
        return
    if _choose_part(parts, [*(["slices"] if sliceable() else []), "attitudes"]) == "slices":
        show_slices(ids)
        return
    with kinds:
        which = choose_vectors(ids[0])
    show_attitudes(ids, which)


def _show_two(a: str, b: str, parts: DeltaGenerator, kinds: DeltaGenerator) -> None:
    part = _choose_part(parts, list(PARTS))
    if part == "slices":
        show_slices([a, b])
        return
    if part == "keyness":  # it counts words, and needs no vectors
        show_keyness(a, b)
        return
    with kinds:
        which = choose_vectors(a, b)
    if part == "attitudes":
        show_attitudes([a, b], which)
    else:
        shown = {"use": show_use, "word": show_word, "settings": show_overview}[part]
        shown(a, b, which, pair_of(a, b, which))


with sentences_for_errors():
    show()
