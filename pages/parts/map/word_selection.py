"""The selected words of the open model, in the session and in the address, and what can be done with
them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from pages.parts import address
from pages.parts.deferred import deferred
from pages.parts.displayed_text import literal, short
from pages.parts.error_messages import toast_for_errors
from pages.parts.explanations import explanation
from pages.parts.map.map_data import words_in
from pages.parts.model.opened_model import open_model
from pages.parts.visitor import the_library
from w2v_core.library import word_sets
from w2v_core.space import selection
from w2v_core.storage.files import Damaged

MOST_IN_ADDRESS = 30  # words of a selection that the address names; of more it carries the rows


LONGEST_ADDRESS = 800  # characters of the words


LONGEST_ROWS = 4_000  # and of the rows: any selection among 20,000 words


_LISTED = 24  # words of a selection that are listed


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
        more = f" … and {n - _LISTED:,} more" if n > _LISTED else ""
        st.caption(" · ".join(short(words[row], 24) for row in picked[:_LISTED]) + more)
        with st.container(horizontal=True, gap="small"):
            st.toggle("Isolate", key="isolate", bind="query-params", help="Show only these words.")
            if st.session_state["isolate"] and own_axes:
                st.toggle(
                    "Own axes",
                    key="alone",
                    bind="query-params",
                    help=explanation("own axes"),
                )
            st.toggle(
                "Clicks add",
                key="adding",
                help="A click, or a tap, adds a word to the selection. With a keyboard, so does a click "
                "with the Shift key held.",
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
