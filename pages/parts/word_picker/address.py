"""The word that the address holds."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages.parts import address
from pages.parts.displayed_text import literal
from w2v_core import SkipGram


def remember(name: str) -> Callable[[str], None]:
    """A setter of one entry of the address."""
    entry = address.named(name)

    def set(value: str) -> None:
        st.session_state[name] = value
        entry.set(value)

    return set


def word_in_address(name: str, model: SkipGram) -> str | None:
    """The word that the address, or else the session, has under a name; unknown ones are said."""
    wanted = address.named(name).get() or st.session_state.get(name)
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
    address.named(name).set(word)
    return word
