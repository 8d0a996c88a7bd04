"""Explore: the whole vocabulary in one map; find words, select them, ask how far to believe it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
import streamlit as st

import pages.parts.navigation_guard  # noqa: F401
from pages.parts import address, tour
from pages.parts.deferred import deferred, fragment
from pages.parts.displayed_text import cut, short
from pages.parts.error_messages import sentences_for_errors
from pages.parts.map import map_data as spaces
from pages.parts.map import word_selection as selection
from pages.parts.map.background_maps import show_waiting
from pages.parts.map.map_appearance import coloring_of, sizes_of
from pages.parts.map.map_pictures import (
    Picture,
    believe,
    chosen_picture,
    focus,
    isolated,
    limits,
    passes_on,
)
from pages.parts.map.map_settings import NEAREST, MapSettings, map_settings
from pages.parts.map.map_table import save_fields, word_table
from pages.parts.map.word_categories import category_field
from pages.parts.map.word_search import search_field
from pages.parts.model.current_model import page_model
from pages.parts.model.learned_beyond import notice_of_chance, show_all_the_same
from pages.parts.model.opened_model import in_text, open_model
from pages.parts.word_picker import pick_word, send_vocabulary
from pages.parts.word_report import report_button
from pages.plot import load_ahead, plot, send_nearest
from w2v_core.figures.coloring import Groups, Scale
from w2v_core.figures.neighbours import nearest_bars
from w2v_core.figures.scatter import Axes, Density, Labels, Look, Marked, word_map
from w2v_core.vocabulary import Vocabulary


@dataclass(frozen=True)
class Selected:
    """The selected word, its row, and its nearest words with their values, nearest first."""

    word: str
    row: int
    nearest: list[tuple[str, float]]
    near: list[int]


def show(id: str) -> None:
    notice_of_chance(id, "what its map shows")
    if not show_all_the_same(id):
        return
    model = open_model(id)
    send_vocabulary(id, model.words)
    picked = selection.picked_rows(id)
    row = selected_row(model.vocabulary)
    word = None if row is None else model.words[row]
    look_at(word)
    if word is not None:
        # The word with which Neighbours opened by itself nobody has found.
        tour.did("word", own=word != st.session_state.get("_opened_with"))

    main, side = st.container(key="map_and_side").columns([3, 1], gap="medium")
    with side.container(
        horizontal=True, vertical_alignment="bottom", gap="small", wrap=False, key="find_word"
    ):
        matched = find_fields(id, word)
    settings = map_settings(id, main)
    with main:
        grouping = category_field(id) if settings.color == "category" else None
        picture, height, stands_in = chosen_picture(settings)
    if picture is None:
        return
    picture = isolated(settings, picture, picked)
    rows, passes = passes_on(picture, settings.space) if settings.timed else (picture.rows, [])

    selected = None if row is None else nearest_to(row, settings)
    coloring, problem = coloring_of(settings, picture, row, grouping)
    with main:
        figure = map_figure(settings, picture, rows, passes, coloring, selected, picked, matched)
        draw_map(id, figure, settings, picture, rows, bool(passes), selected, height)
        if stands_in:  # below the map, which so keeps its place and size when the other arrives
            show_waiting(settings.kind, id, settings.drawing, stands_in)
        caption = st.empty()
        word_table(id, rows, picture.coordinates, look_at)
    with side:
        if problem:
            st.info(problem)
        show_selected(settings, selected)
        if selected is not None:
            report_button(id, selected.word, settings.which)
        if matched:
            examples = ", ".join(short(model.words[i], 20) for i in matched[:6])
            st.markdown(f"**{len(matched):,} found**: {examples}{' …' if len(matched) > 6 else ''}")
        show_selection(id, settings, picture, picked, selected)
        with st.popover("Save as a table", icon=":material/download:"):
            save_fields(id, picture.coordinates, rows, picture.axes, picked, settings.which)
    caption.caption(believe(settings.space, picture))
    if (name := table_of_nearest(settings)) is not None:
        send_nearest(name, *spaces.nearest_of_all(settings.space, NEAREST[0]))


def selected_row(vocabulary: Vocabulary) -> int | None:
    """The row of the word that the address or the session names; a sentence where the text lacks it."""
    wanted = address.WORD.get() or st.session_state.get("word")
    row = vocabulary.find(wanted) if wanted else None
    if wanted and row is None:
        st.info(f"This text has no word {short(wanted)} in its vocabulary.")
    return row


def look_at(word: str | None) -> None:
    """Make this the selected word, and say so in the address."""
    if word != st.session_state.get("word"):
        st.session_state.pop("_opened_with", None)  # from now on words are chosen
    st.session_state["word"] = word or None
    address.WORD.set(word or None)


def find_fields(id: str, word: str | None) -> list[int]:
    """The field for one word, and the popover for many; returns the rows that were found there."""
    pick_word(
        "Find a word",
        id,
        "_pick",
        look_at,
        value=word,
        placeholder=f"one of {len(open_model(id).words):,} words",
        clearable=True,
    )
    many = "Search for many words at once"
    with st.popover(many, icon=":material/search:", help=many, key="icon_find_many"):
        return search_field(id)


def nearest_to(row: int, settings: MapSettings) -> Selected:
    vectors = spaces.space_vectors(settings.space)
    word = vectors.words[row]
    nearest = []
    if vectors.has_direction(word):
        nearest = vectors.most_similar(word, settings.n_nearest, settings.metric)
    return Selected(word, row, nearest, [vectors.vocabulary.index(w) for w, _ in nearest])


def table_of_nearest(settings: MapSettings) -> str | None:
    """The name of the table by which the browser answers the usual question by itself; None where another
    question is asked, or the vocabulary is too large for such a table."""
    usual = (settings.n_nearest, settings.metric) == (NEAREST[0], "cosine")
    few = len(open_model(settings.space.id).words) <= spaces.MOST_ANSWERED
    return f"nearest {settings.space}" if usual and few else None


def map_figure(
    settings: MapSettings,
    picture: Picture,
    rows: np.ndarray,
    passes: list[tuple[int, np.ndarray]],
    coloring: Scale | Groups | None,
    selected: Selected | None,
    picked: list[int],
    matched: list[int],
) -> go.Figure:
    """The map of ``rows`` with everything that is marked in it."""
    model = open_model(settings.space.id)
    density = None
    if settings.contours and not passes and picture.second is None:
        density = Density(
            *spaces.density_of(settings.space, picture.name, rows, picture.coordinates)
        )
    diameters, size_legend = sizes_of(settings, None if selected is None else selected.row)
    return word_map(
        picture.coordinates,
        model.words,
        model.counts,
        shown=None if len(rows) == len(model.words) else rows,
        second=picture.second,
        passes=passes,
        axes=Axes(titles=picture.axes, ranges=limits(picture, passes)),
        look=Look(
            color=settings.point_color,
            coloring=coloring,
            sizes=diameters,
            size_legend=size_legend,
        ),
        marked=Marked(
            selected=None if selected is None else selected.row,
            near=[] if selected is None else selected.near,
            picked=[] if len(rows) == len(picked) else picked,  # alone, they need no mark
            matched=matched,
            lines=settings.lines,
        ),
        labels=Labels(
            most=settings.labels, placed=False, regions=settings.color == "cluster" and not passes
        ),
        density=density,
    )


def draw_map(
    id: str,
    figure: go.Figure,
    settings: MapSettings,
    picture: Picture,
    rows: np.ndarray,
    moving: bool,
    selected: Selected | None,
    height: int,
) -> None:
    """Show the map, and say what its clicks and selections do. It moves to a word that was searched; one
    that was clicked is in sight."""
    words = open_model(id).words

    def click(row: int) -> None:
        row %= len(words)
        look_at(words[row])
        st.session_state["_clicked"] = words[row]
        if st.session_state.get("adding"):
            selection.taken_in(id, [row])

    def add(row: int) -> None:
        selection.pick(id, [*selection.picked_rows(id), row % len(words)])

    def select(rows: list[int]) -> None:
        selection.taken_in(id, [row % len(words) for row in rows])

    where = None
    if selected is not None and settings.dims == 2:
        drawn = set(rows.tolist())
        if selected.row in drawn and st.session_state.get("_clicked") != selected.word:
            shown = [i for i in (selected.row, *selected.near) if i in drawn]
            where = focus(settings.which, shown, picture)
    name = table_of_nearest(settings)
    plot(
        figure,
        key="explore",
        height=height,
        name="map of words",
        view=f"{id} {picture.name} {moving}",
        focus=where,
        on_click=click,
        on_add=add,
        on_select=select,
        on_pass=address.PASS.set,
        start_pass=address.PASS.get(),
        play=f"{id} {picture.name}" if moving and address.PASS.get() is None else None,
        address=address.AT.name,
        answers=None if name is None else (name, "nearest"),
    )


def show_selected(settings: MapSettings, selected: Selected | None) -> None:
    """The nearest words of the selected word, or how to select one."""
    if selected is None:
        st.markdown(
            "**Click a word** in the map, or find one above, to see its nearest words here."
        )
        return
    model = open_model(settings.space.id)
    if not selected.nearest:
        st.markdown(
            f"The vector of **{short(selected.word)}** is all zeros: it has no direction and no neighbours."
        )
        return
    times = in_text(model, selected.row)
    few = settings.n_nearest == NEAREST[0]
    plot(
        nearest_bars(selected.nearest, selected.near, settings.point_color, settings.metric),
        key="nearest",
        height=330 if few else 50 + 22 * settings.n_nearest,
        name="nearest words",
        on_click=lambda row: look_at(
            model.words[row]
        ),  # it may be out of sight: the map moves to it
        title=("Nearest to ", cut(selected.word), f", which occurs {times}" if times else ""),
    )


def show_selection(
    id: str,
    settings: MapSettings,
    picture: Picture,
    picked: list[int],
    selected: Selected | None,
) -> None:
    """The selection, what can be done with it, and how to make one."""
    if selected is not None and not picked:
        st.button(
            "Select these words",
            icon=":material/select_all:",
            key="pick_near",
            on_click=deferred(selection.pick),
            args=(id, [selected.row, *selected.near]),
        )
    vectors = spaces.space_vectors(settings.space)

    def around(n: int) -> list[int]:
        return vectors.nearest_to_rows(picked, n)

    own_axes = settings.kind.name == "pca" and picture.second is None
    selection.selection_panel(id, picked, around, own_axes)
    if not picked and selected is None:
        st.caption(
            "Click or tap a word to select it. Turn the wheel, or touch + and − above the map, to zoom. "
            "Box and lasso, beside them, select many words."
        )


@fragment
def page(id: str) -> None:
    with sentences_for_errors():
        show(id)


load_ahead()
with sentences_for_errors():
    if (current := page_model()) is not None:
        page(current)
