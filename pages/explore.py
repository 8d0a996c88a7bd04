"""Explore: the whole vocabulary in one map; find a word, click a point, see what is near."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pages._plot import plot
from pages._shared import (
    current_model_id,
    open_model,
    projection,
    sentences_for_errors,
    short,
    vectors,
)
from w2v_core.figures import theme
from w2v_core.figures.neighbours import nearest_bars
from w2v_core.figures.scatter import word_map

NEAREST = 10
CLOSE_UP = 0.4  # of the map's width, around a word that was searched


def show(id: str) -> None:
    model = open_model(id)
    words = model.words

    def select(row: int) -> None:
        st.session_state["word"] = st.session_state["_clicked"] = words[row]

    def find_row(row: int) -> None:
        st.session_state["word"] = words[row]  # it may be out of sight: the map moves to it

    wanted = st.session_state.get("word") or st.query_params.get("word")
    row = None if wanted is None else model.vocabulary.find(wanted)
    if wanted is not None and row is None:
        st.info(f"This text has no word {short(wanted)} in its vocabulary.")
    st.session_state["word"] = None if row is None else words[row]
    find, which_place = st.columns([3, 1], vertical_alignment="bottom")
    with find:
        st.selectbox(
            "Find a word",
            words,
            index=None,
            key="word",
            bind="query-params",
            filter_mode="prefix",
            placeholder=f"type a word, or click one of the {len(words):,} points",
        )
    with which_place:
        which = st.segmented_control(
            "Vectors",
            list(theme.VECTOR_NAMES),
            default="center",
            required=True,
            format_func=theme.VECTOR_NAMES.get,
            key="which",
            bind="query-params",
        )
    word = st.session_state["word"]
    picture, near_place = st.columns([3, 1], gap="medium")
    space = vectors(id, which)
    nearest = space.most_similar(word, NEAREST) if word is not None else []
    shown = projection(id, which)
    selected = None if word is None else model.vocabulary.index(word)
    near = [model.vocabulary.index(w) for w, _ in nearest]
    marked = [] if selected is None else [selected, *near]
    clicked = word is not None and st.session_state.get("_clicked") == word
    with picture:
        figure = word_map(
            shown.coordinates,
            words,
            model.counts,
            axes=tuple(
                f"PC {i + 1} ({share:.1%} of the variance)"
                for i, share in enumerate(shown.explained)
            ),
            color=theme.VECTORS[which],
            selected=selected,
            near=near,
        )
        plot(
            figure,
            key="explore",
            height=680,
            name="map of words",
            view=f"{id} {which}",
            focus=None if clicked else focus(which, marked, shown.coordinates),
            on_click=select,
        )
    with near_place:
        if word is None:
            st.markdown("**Click a word** in the map, or find one above: its nearest appear here.")
            return
        count = int(model.counts[selected])
        times = "once" if count == 1 else f"{count:,} times"
        st.markdown(f"Nearest to **{short(word)}**, which stands {times} in the text")
        bars = nearest_bars(nearest, near, theme.VECTORS[which])
        plot(bars, key="nearest", height=420, name="nearest words", on_click=find_row)


def focus(which: str, rows: list[int], coordinates: np.ndarray):
    """Where the map should move for a word that was searched (one that was clicked is in sight):
    the word in the middle, its nearest around it. ``rows``: the word's, then those of its nearest."""
    if not rows:
        return None
    spread = np.abs(coordinates[rows] - coordinates[rows[0]]).max(axis=0)
    span = np.maximum(2.3 * spread, CLOSE_UP * np.ptp(coordinates, axis=0))
    return f"{which} {rows[0]}", coordinates[rows[0]], span


with sentences_for_errors():
    wanted, current = st.query_params.get("model"), current_model_id()
    if wanted is not None and wanted != current:
        st.warning("The model that this address names is not here; this is the newest one.")
    elif current is not None:
        st.query_params["model"] = current
    if current is None:
        st.info("There is no model yet: train one first.")
        st.page_link("pages/train.py", label="Train on a text", icon=":material/model_training:")
    else:
        show(current)
