"""The word that the address holds."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages.parts.shared import literal
from w2v_core import SkipGram


def remember(name: str) -> Callable[[str], None]:
    """A setter of one entry of the address."""

    def set(value: str) -> None:
        st.session_state[name] = st.query_params[name] = value

    return set


def word_in_address(name: str, model: SkipGram) -> str | None:
    """The word that the address, or else the session, has under a name; unknown ones are said."""
    wanted = st.query_params.get(name) or st.session_state.get(name)
    row = None
    if wanted is not None:
        row = model.vocabulary.find(wanted)
        if row is None:
            try:
                model.vocabulary.index(wanted[:100])
            except KeyError as error:
                st.info(literal(str(error)))
    word = None if row is None else model.words[row]
    st.session_state[name] = word
    if word is None:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = word
    return word
