"""The choice between a model's vectors: V, U, their sum, and the named views where a page has them."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.parts.displayed_text import shown_as
from pages.parts.explanations import explanation
from pages.parts.model.opened_model import open_model
from w2v_core.figures import theme
from w2v_core.model.vector_views import VIEWS
from w2v_core.model.word_model import FORM, WordModel
from w2v_core.work.trials_account import why_recommended


def choose_vectors(
    *ids: str,
    place: DeltaGenerator | None = None,
    views: bool = False,
    relations: bool = False,
) -> str:
    """The field for the vectors that all these models have; a choice made on another page, for a model
    that had others, is forgotten. ``views``: offer the named views that a model has as well.
    ``relations``: begin with the vectors that the model's trials recommend for relations, and say so."""
    models = [open_model(id) for id in ids]
    first, *others = ((*m.kinds, *(_views(m) if views else ())) for m in models)
    kinds = [kind for kind in first if all(kind in of_other for of_other in others)]
    if st.session_state.get("which", kinds[0]) not in kinds:
        st.session_state["which"] = kinds[0]
    recommended = models[0].recommended if relations else kinds[0]
    field = st.container() if place is None else place
    chosen = field.segmented_control(
        "Vectors",
        kinds,
        default=recommended,
        required=True,
        format_func=shown_as(theme.VECTOR_NAMES),
        key="which",
        bind="query-params",
        help=explanation("views" if any(kind in VIEWS for kind in kinds) else "vectors"),
    )
    trials = models[0].trials
    if relations and trials is not None:
        field.caption(
            f"Recommended for this text: {theme.VECTOR_NAMES[recommended]}",
            help=f"Why: {why_recommended(trials)}.",
        )
    return chosen or recommended  # an address may say "which=" and nothing


def note_of_form(which: str) -> None:
    """Above answers by the vectors of form: what they are made of."""
    if which == FORM:
        st.caption(
            ":material/spellcheck: Built from letters: here words are near each other because of "
            "how they are spelled, not only because of the company they keep.",
            help=explanation("form"),
        )


def _views(model: WordModel) -> tuple[str, ...]:
    return (*model.views, FORM) if model.has_form else model.views
