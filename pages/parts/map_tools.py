"""Explore's parts: finding words, keeping selections, maps that are drawn beside, taking it away."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import streamlit as st

from pages.parts import address
from pages.parts.deferred import deferred, fragment
from pages.parts.displayed_text import duration, literal, short, waiting
from pages.parts.error_messages import toast_for_errors
from pages.parts.job_queue import queue
from pages.parts.map_data import Space, words_in
from pages.parts.opened_model import open_model
from pages.parts.readable_cache import of_readable
from pages.parts.visitor import the_library
from w2v_core.exchange.tables import csv_table
from w2v_core.library import word_sets
from w2v_core.space import selection
from w2v_core.space.map_kind import MapKind
from w2v_core.storage.files import Damaged
from w2v_core.vocabulary import Vocabulary
from w2v_core.work import analyses
from w2v_core.work.worker import ensure_worker

MOST_IN_ADDRESS = 30  # words of a selection that the address names; of more it carries the rows
LONGEST_ADDRESS = 800  # characters of the words
LONGEST_ROWS = 4_000  # and of the rows: any selection among 20,000 words
_MAP_WORDS = 2_000
_LISTED = 60  # words of a selection that are listed


# The selection: rows of the model that is open. It stands in the session, and in the address.


def picked_rows(id: str) -> list[int]:
    """The rows of the selection; at first, those of the address."""
    vocabulary = open_model(id).vocabulary
    kept = st.session_state.get("_picked")
    if kept is None or kept[0] != id:
        name, packed = address.SET.get(), address.ROWS.get()
        if name is not None:
            words = kept_sets(id)[0].get(name, [])
            rows = words_in(words, vocabulary)
        elif packed is not None:
            rows = selection.from_text(packed, len(vocabulary))
        else:
            rows = words_in(address.PICK.get(), vocabulary)
        kept = st.session_state["_picked"] = (id, rows)
    return [row for row in kept[1] if row < len(vocabulary)]


def pick(id: str, rows: Sequence[int], name: str | None = None) -> None:
    """Make these rows the selection; ``name`` where it is a kept set."""
    words = open_model(id).words
    rows = list(dict.fromkeys(rows))
    st.session_state["_picked"] = (id, rows)
    for way in (address.SET, address.PICK, address.ROWS):
        way.clear()
    if name is not None:
        address.SET.set(name)
        return
    chosen = [words[row] for row in rows[:MOST_IN_ADDRESS]]
    if len(rows) <= MOST_IN_ADDRESS and sum(map(len, chosen)) <= LONGEST_ADDRESS:
        address.PICK.set(chosen)
    elif len(text := selection.as_text(rows, len(words))) <= LONGEST_ROWS:
        address.ROWS.set(text)


def kept_sets(id: str) -> tuple[dict[str, list[str]], str | None]:
    """The kept selections of a model; where they are damaged none, and a sentence on that."""
    try:
        return word_sets.read_sets(the_library().model_folder(id)), None
    except Damaged as error:
        return {}, f"The kept selections cannot be read. {error}"


def taken_in(id: str, rows: Sequence[int]) -> None:
    """New rows from the map: they become the selection, or join it where the person said so."""
    pick(id, [*(picked_rows(id) if st.session_state.get("adding") else []), *rows])


def selection_panel(
    id: str, picked: list[int], nearest: Callable[[int], list[int]], own_axes: bool
) -> None:
    """What is selected and what can be done with it.

    ``nearest(n)`` gives the rows of the n words nearest to the whole selection; ``own_axes``: whether
    these words alone can have a map of their own.
    """
    words = open_model(id).words
    kept, problem = kept_sets(id)
    if problem is not None:
        st.warning(literal(problem), icon=":material/warning:")
    if picked:
        n = len(picked)
        st.markdown(f"**Selection: {n:,} word{'s' if n != 1 else ''}**")
        with st.container(height=78 if n > 8 else "content", border=False):
            more = f" … and {n - _LISTED:,} more" if n > _LISTED else ""
            st.caption(" · ".join(short(words[row], 24) for row in picked[:_LISTED]) + more)
        with st.container(horizontal=True, gap="small"):
            st.toggle("Isolate", key="isolate", bind="query-params", help="Show only these words.")
            if st.session_state["isolate"] and own_axes:
                st.toggle(
                    "Own axes",
                    key="alone",
                    bind="query-params",
                    help="PCA of these words alone, instead of their place on the whole map.",
                )
            st.toggle(
                "Clicks add", key="adding", help="Clicking with the Shift key held does the same."
            )
        with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
            st.button(
                "Clear",
                icon=":material/close:",
                on_click=deferred(pick),
                args=(id, []),
                key="clear",
            )
            n_more = st.session_state.get("nearest_n", 10)

            def extend() -> None:
                pick(id, [*picked, *nearest(st.session_state.get("nearest_n", 10))])

            st.button(
                f"Add {n_more} nearest",
                icon=":material/add:",
                on_click=deferred(extend),
                key="extend",
            )
            with st.popover("More", icon=":material/bookmark:"):
                st.number_input("Nearest words to add", 1, 1000, 10, key="nearest_n")
                keep_form(id, picked)
    if kept:
        forget_or_open(id, kept)


def keep_form(id: str, picked: list[int]) -> None:
    name = st.text_input("Keep the selection as", key="set_name", max_chars=word_sets.LONGEST_NAME)

    def keep() -> None:
        words = open_model(id).words
        try:
            kept = word_sets.keep_set(
                the_library(), id, st.session_state["set_name"], [words[i] for i in picked]
            )
            pick(id, picked, kept)
        except (ValueError, OSError) as error:
            st.session_state["_set_problem"] = str(error)

    st.button(
        "Keep", type="primary", on_click=deferred(keep), disabled=not name.strip(), key="keep"
    )
    if problem := st.session_state.pop("_set_problem", None):
        st.error(literal(problem))


def forget_or_open(id: str, kept: dict[str, list[str]]) -> None:
    vocabulary = open_model(id).vocabulary

    def open_set() -> None:
        if (name := st.session_state["kept_set"]) in kept:
            pick(id, words_in(kept[name], vocabulary), name)

    def forget() -> None:
        with toast_for_errors():
            word_sets.forget_set(the_library(), id, st.session_state["kept_set"])
            address.SET.clear()
            st.session_state["kept_set"] = None

    now = address.SET.get()
    st.session_state["kept_set"] = now if now in kept else None
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        st.selectbox(
            "Kept selections",
            sorted(kept),
            index=None,
            key="kept_set",
            on_change=deferred(open_set),
            placeholder="open one",
        )
        if st.session_state["kept_set"] is not None:
            st.button("Forget", on_click=deferred(forget), key="forget")


def search_field(id: str) -> list[int]:
    """The search field in its popover; returns the rows that were found."""
    vocabulary = open_model(id).vocabulary
    query = st.text_input(
        "Mark all words that fit",
        key="find",
        bind="query-params",
        placeholder="several: un, re, dis",
        max_chars=2000,
    )
    how = st.segmented_control(
        "How",
        selection.HOW,
        default=selection.HOW[1],
        required=True,
        key="how",
        bind="query-params",
        label_visibility="collapsed",
    )
    try:
        found = _found(id, vocabulary, query, how)
    except ValueError as error:
        st.error(literal(str(error)))
        return []
    if query.strip():
        n = len(found)
        st.caption(f"{n:,} word{'s' if n != 1 else ''} found of {len(vocabulary):,}")
        with st.container(horizontal=True):
            st.button(
                "Select them",
                key="pick_found",
                on_click=deferred(taken_in),
                args=(id, found),
                disabled=not found,
            )
            st.button("Clear the search", key="clear_find", on_click=deferred(_clear_find))
    return found


def _clear_find() -> None:
    st.session_state["find"] = ""


@of_readable(max_entries=20)
def _found(id: str, _vocabulary: Vocabulary, query: str, how: str) -> list[int]:
    return selection.search(_vocabulary, query, how)


# Categories.


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
    st.caption(f"Now: {short(kept[0])}, {len(kept[1]):,} words")
    return selection.categories(kept[1], vocabulary)


# Maps that a worker draws.


def map_fields(kind: MapKind, space: Space, dims: int) -> dict[str, Any]:
    """The fields of a map that a worker draws, in one row; returns its parameters."""
    n = len(open_model(space.id).words)
    address.drop_impossible_numbers(
        [f"{kind.name}_words", *(setting.key for setting in kind.settings)]
    )
    fields = st.columns(1 + len(kind.settings), vertical_alignment="bottom")
    words = fields[0].number_input(
        "Words",
        min(4, n),
        n,
        min(n, _MAP_WORDS),
        key=f"{kind.name}_words",
        help="The most frequent words are drawn.",
        bind="query-params",
    )
    chosen: dict[str, float | str | None] = {}
    for field, setting in zip(fields[1:], kind.settings, strict=True):
        value = field.number_input(
            setting.label,
            setting.low,
            setting.high,
            setting.default(min(n, _MAP_WORDS)),
            step=setting.step,
            format="%g" if isinstance(setting.low, float) else None,
            key=setting.key,
            placeholder=setting.empty,
            bind="query-params",
        )
        chosen[setting.name] = setting.empty if value is None else type(setting.low)(value)
    return {
        "which": space.which,
        "words": int(words),
        "dims": dims,
        **chosen,
        "centered": space.centered,
        "unit": space.unit,
    }


def map_coordinates(kind: MapKind, id: str, parameters: dict[str, Any]) -> np.ndarray | None:
    """The picture, once it is there; until then how it stands, with what can be done."""
    if (
        analyses.has_result(the_library(), kind.name, id, parameters)
        and (found := _drawn(id, kind.name, json.dumps(parameters))) is not None
    ):
        return found
    status = analyses.status(the_library(), queue(), kind.name, id, parameters)
    if status is None:
        # Whoever asks for such a map for the first time wants to see one; later changes wait for a click.
        first = not any((the_library().model_folder(id) / "results").glob(f"{kind.name}-*.json"))
        if first:
            _start(kind, id, parameters)
            status = analyses.status(the_library(), queue(), kind.name, id, parameters)
        else:
            st.button(
                "Draw this map",
                type="primary",
                key=f"{kind.name}_draw",
                on_click=deferred(_start),
                args=(kind, id, parameters),
            )
    if status is None:
        st.caption("It is computed once, in the background, and kept with the model.")
        return None
    running = not status.ended
    fragment(run_every=0.5 if running else None)(_map_status)(kind, id, parameters, running)
    return None


def _map_status(kind: MapKind, id: str, parameters: dict[str, Any], was_running: bool) -> None:
    status = analyses.status(the_library(), queue(), kind.name, id, parameters)
    if status is None or (was_running and status.ended):
        st.rerun(scope="app")
    if status.ended:
        said = status.message or (
            "It stopped without an error message." if status.state == "lost" else ""
        )
        (st.info if status.state == "cancelled" else st.error)(literal(said or "It ended."))
        if st.button("Draw it again", type="primary", key=f"{kind.name}_again"):
            _start(kind, id, parameters)
            st.rerun(scope="app")
        return
    ensure_worker(queue())
    bar, stop = st.columns([6, 1], vertical_alignment="center")
    if status.state == "queued":
        bar.progress(0.0, waiting(status.place, status.wait))
    else:
        said = f"{status.sentence or 'Drawing'} · {duration(max(status.seconds, 1))} so far"
        if status.seconds_left is not None:
            said += f" · at most {duration(status.seconds_left)} left"
        bar.progress(min(status.share, 1.0), literal(said))
    if stop.button(
        "Stop",
        icon=":material/stop:",
        disabled=status.stopping,
        width="stretch",
        key=f"{kind.name}_stop",
    ):
        with toast_for_errors():
            analyses.stop(queue(), kind.name, id, parameters)
            st.rerun(scope="app")


def _start(kind: MapKind, id: str, parameters: dict[str, Any]) -> None:
    with toast_for_errors():
        analyses.start(the_library(), queue(), kind.name, id, parameters)
        ensure_worker(queue())


@of_readable(max_entries=8)
def _drawn(id: str, kind: str, parameters: str) -> np.ndarray | None:
    found = analyses.result(the_library(), kind, id, json.loads(parameters))
    return None if found is None else found.arrays["coordinates"]


# Taking it away.


def save_fields(
    id: str,
    coordinates: np.ndarray,
    rows: np.ndarray,
    axes: Sequence[str],
    picked: list[int],
    which: str,
) -> None:
    """Coordinates and selection as CSV; the picture itself is saved by the plot's own buttons."""
    model = open_model(id)
    names = ["x", "y", "z"][: coordinates.shape[1]]

    def table(chosen: Sequence[int]) -> bytes:
        return csv_table(
            [
                "word",
                "count",
                *(f"{n}: {a}" if a else n for n, a in zip(names, axes, strict=False)),
            ],
            (
                [model.words[i], int(model.counts[i]), *(float(f"{v:.6g}") for v in coordinates[i])]
                for i in chosen
            ),
        )

    st.caption("The picture: the PNG, SVG and HTML buttons above the map.")
    st.download_button(
        f"Coordinates of {len(rows):,} words (CSV)",
        deferred(lambda: table(rows.tolist())),
        f"map of words, {which}.csv",
        "text/csv",
        key="save_all",
        on_click="ignore",
    )
    drawn = set(rows.tolist())
    chosen = [row for row in picked if row in drawn]
    st.download_button(
        f"Selection: {len(chosen):,} words (CSV)",
        deferred(lambda: table(chosen)),
        f"selected words, {which}.csv",
        "text/csv",
        key="save_selection",
        disabled=not chosen,
        on_click="ignore",
    )
