"""The choice between a model's vectors: V, U, their sum, and the named views where a page has them."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.parts.displayed_text import shown_as
from pages.parts.explanations import explanation
from pages.parts.model.opened_model import open_model
from w2v_core.figures import theme
from w2v_core.model.word_model import KINDS


def choose_vectors(*ids: str, place: DeltaGenerator | None = None, views: bool = False) -> str:
    """The field for the vectors that all these models have; a choice made on another page, for a model
    that had others, is forgotten. ``views``: offer the views of a model with count vectors as well."""
    models = [open_model(id) for id in ids]
    first, *others = ((*m.kinds, *(m.views if views else ())) for m in models)
    kinds = [kind for kind in first if all(kind in of_other for of_other in others)]
    if st.session_state.get("which", kinds[0]) not in kinds:
        st.session_state["which"] = kinds[0]
    chosen = (st if place is None else place).segmented_control(
        "Vectors",
        kinds,
        default=kinds[0],
        required=True,
        format_func=shown_as(theme.VECTOR_NAMES),
        key="which",
        bind="query-params",
        help=explanation("views" if len(kinds) > len(KINDS) else "vectors"),
    )
    return chosen or kinds[0]  # an address may say "which=" and nothing
