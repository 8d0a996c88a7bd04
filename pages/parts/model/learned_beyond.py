"""What a short text has taught beyond the frequencies of words, said wherever its model is shown."""

from __future__ import annotations

import streamlit as st

from pages.parts.explanations import explanation
from pages.parts.model.opened_model import open_model
from w2v_core.model.gain_verdict import chance_verdict, measured_gain

MORE = "[Lesson 10: little text](lessons?lesson=10&caution=little%20text)"


def learned_nothing(id: str) -> bool:
    """Whether it was measured that the model has learned nothing beyond frequency."""
    gain = open_model(id).gain
    return gain is not None and not gain.beyond_frequency


def notice_of_chance(id: str, what: str) -> None:
    """Above what a model shows, where the model has learned nothing: that this may be chance. ``what``
    names it, as in "what its map shows"."""
    found, follows = chance_verdict(open_model(id).gain, what)
    if found:
        st.markdown(
            f":material/casino: {found} **{follows}** {MORE}",
            help=explanation("beyond frequency"),
        )


def say_what_was_learned(id: str) -> None:
    """One sentence about a finished training, whichever way its comparison with frequencies turned out."""
    gain = open_model(id).gain
    if gain is not None and gain.beyond_frequency:
        st.caption(
            "On sentences kept aside, this model predicts better than word frequency alone: by "
            f"{measured_gain(gain)}, {gain.gain / gain.unigram_loss:.0%} of the loss.",
            help=explanation("beyond frequency"),
        )
    else:
        notice_of_chance(id, "what its map and its neighbours show")


def show_all_the_same(id: str) -> bool:
    """Whether a map is to be drawn: of a model that has learned nothing, only on request."""
    if not learned_nothing(id) or st.session_state.get("_shown_all_the_same") == id:
        return True
    if st.button("Show the map all the same", icon=":material/visibility:", key="all_the_same"):
        st.session_state["_shown_all_the_same"] = id
        st.rerun()
    return False
