"""Categories of words that a person uploads."""

from __future__ import annotations

import streamlit as st

from pages.parts.displayed_text import literal, short
from pages.parts.model.opened_model import open_model
from pages.parts.visitor import the_library
from w2v_core.library import word_sets
from w2v_core.space import selection
from w2v_core.storage.files import Damaged


def category_field(id: str) -> selection.Categories | None:
    """The categories last uploaded for this model, and the field for others."""
    folder, vocabulary = the_library().model_folder(id), open_model(id).vocabulary
    file = st.file_uploader(
        "Categories: a CSV file with a word and its category in each line",
        type=["csv", "tsv", "txt"],
        key="categories",
    )
    if file is not None and st.session_state.get("_category_file") != (id, file.file_id):
        try:
            pairs = selection.read_categories(file.getvalue(), vocabulary)
            word_sets.keep_word_categories(the_library(), id, file.name, pairs)
            st.session_state["_category_file"] = (id, file.file_id)
        except ValueError as error:
            st.error(literal(str(error)))
    try:
        kept = word_sets.read_word_categories(folder)
    except Damaged as error:
        st.warning(
            literal(f"{error} Choose the file of categories again."), icon=":material/warning:"
        )
        return None
    if kept is None:
        return None
    st.caption(f"Current file: {short(kept[0])}, {len(kept[1]):,} words")
    return selection.categories(kept[1], vocabulary)
