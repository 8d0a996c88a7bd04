"""Start: what this is, in a sentence and a picture, and the ways in."""

from __future__ import annotations

import streamlit as st

import pages.parts.navigation_guard  # noqa: F401
from pages.parts import address
from pages.parts.displayed_text import literal
from pages.parts.error_messages import sentences_for_errors
from pages.parts.first_steps import START, show_first_steps
from pages.parts.map import map_data as spaces
from pages.parts.model.current_model import current_model_id
from pages.parts.model.learned_beyond import learned_nothing, notice_of_chance
from pages.parts.model.opened_model import open_model
from pages.parts.model.sample_model import make_missing_samples
from pages.parts.visitor import the_library
from pages.plot import load_ahead, plot
from w2v_core.figures.coloring import Groups
from w2v_core.figures.scatter import Axes, Labels, Look, word_map
from w2v_core.storage.sample_ids import is_sample

CLUSTERS = 8
HEIGHT = 580  # pixels of the map


def show() -> None:
    st.markdown("## Word2Vec Explorer reads a text, maps words used alike, and shows why.")
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if st.button("Use a text of your own", type="primary", icon=":material/upload_file:"):
            st.switch_page("pages/train.py", query_params={"source": "Upload"})
        look = st.empty()  # what there is to look at is known once the sample is there
    if make_missing_samples():
        st.rerun()  # the sidebar offers it from now on
    id = current_model_id()
    if id is None:
        st.switch_page("pages/train.py", query_params=address.whole())
    label = "Look at the sample" if is_sample(id) else "Explore your map"
    if look.button(label, icon=":material/scatter_plot:"):
        st.switch_page("pages/explore.py")
    show_first_steps(START)
    if learned_nothing(id):
        notice_of_chance(id, "what its map shows")
    else:
        picture(id)


def picture(id: str) -> None:
    """The map of the model that is open; a click on a word leads on to Explore."""
    model, space = open_model(id), spaces.space_of(id, "center", False, True)
    found = spaces.clusters_of(space, CLUSTERS)
    groups = Groups("used alike", found.labels, [", ".join(names) for names in found.names])
    figure = word_map(
        spaces.components(space).coordinates[:, :2],
        model.words,
        model.counts,
        axes=Axes(titles=("", "")),
        look=Look(coloring=groups),
        labels=Labels(placed=False),
    )

    def click(row: int) -> None:
        st.session_state["_start_word"] = model.words[row % len(model.words)]

    figure.update_layout(showlegend=False)  # Explore names the groups
    plot(figure, key="start", height=HEIGHT, name="map of words", view=id, on_click=click)
    st.caption(
        f"{literal(the_library().entry(id).name)}: {len(model.words):,} words. Each point is a "
        "word. Words used in similar ways tend to be close together and to share a colour. Click "
        "one to see its nearest words."
    )


def go_on() -> None:
    """To what an address of earlier versions, which began with Train, asks for, or to a clicked word."""
    if asked := address.given_for("train"):
        st.switch_page("pages/train.py", query_params=asked)
    if (word := st.session_state.pop("_start_word", None)) is not None:
        st.switch_page("pages/explore.py", query_params={"word": word})


go_on()
load_ahead()
with sentences_for_errors():
    show()
