"""The current model: its id stands in the address (?model=…) and is remembered between pages."""

from __future__ import annotations

import time
from collections import Counter

import streamlit as st

from pages.parts import address
from pages.parts.deferred import deferred
from pages.parts.displayed_text import cut, literal, shown_as
from pages.parts.visitor import the_library
from w2v_core.storage.catalog import Entry
from w2v_core.storage.home import published
from w2v_core.storage.sample_ids import is_sample


def current_model_id() -> str | None:
    """The id of the model that is open; None where the library has none. The one check that every page
    goes through: only what the visitor may look at is ever open. A sample that nobody chose makes way for
    a model of the visitor's own as soon as there is one."""
    asked, kept = address.MODEL.get(), st.session_state.get("model_id")
    if is_sample(asked) and kept is None:
        note_chosen(asked)
    wanted = asked or kept
    if not opens(wanted) or (is_sample(wanted) and not asked and not _is_chosen(wanted)):
        own = [entry.id for entry in the_library().models()]
        samples = [entry.id for entry in the_library().samples()]
        wanted = next((id for id in own + published() + samples if opens(id)), None)
    st.session_state["model_id"] = wanted
    return wanted


def note_chosen(id: str | None) -> None:
    """Remember that the visitor chose this model, so that a sample stays open beside models of theirs."""
    st.session_state["_chosen_model"] = id


def _is_chosen(id: str | None) -> bool:
    return st.session_state.get("_chosen_model") == id


def opens(id: str | None) -> bool:
    """Whether there is such a model, whole, and the visitor may look at it."""
    try:
        library = the_library()
        return id is not None and library.is_finished(id) and library.entry(id) is not None
    except (OSError, ValueError):
        return False


def damage_said(id: str | None) -> str | None:
    """What to say of an address whose model is damaged; None for any other."""
    why = None if id is None else the_library().damage(id)
    if not why:
        return None
    own = the_library().rights.owns(str(id))
    who = "It can be deleted in the Library." if own else "Only its owner can delete it."
    return f"The model at this address cannot be opened. {why} {who}"


def page_model() -> str | None:
    """The model that a page shows, kept in its address; None, and the way to one, where there is none."""
    wanted, current = address.MODEL.get(), current_model_id()
    if wanted is not None and wanted != current:
        if (damaged := damage_said(wanted)) is not None:
            st.warning(literal(damaged), icon=":material/heart_broken:")
        else:
            st.warning("There is no model at this address, so the newest one is shown.")
    elif current is not None:
        address.MODEL.set(current)
    if current is None:
        st.info("There is no model yet: train one first.")
        st.page_link("pages/train.py", label="Train on a text", icon=":material/model_training:")
    return current


def model_labels(entries: list[Entry], longest: int = 14) -> dict[str, str]:
    """Id → name, of at most so many characters, when it was made, and words; of a sample, its name and that
    it is one. No two alike, as a field knows its options by their labels alone."""
    labels: dict[str, str] = {}
    alike: Counter[str] = Counter()
    for entry in sorted(entries, key=lambda entry: entry.created):  # what comes later changes none
        made = time.localtime(entry.created)
        today = time.localtime()[:3] == made[:3]
        when = time.strftime("%H:%M" if today else "%d %b", made)
        label = f"{cut(entry.name, longest)} · {when} · {entry.n_words:,} words"
        if is_sample(entry.id):
            label = f"{entry.name} · sample"
        alike[label] += 1
        labels[entry.id] = label if alike[label] == 1 else f"{label} ({alike[label]})"
    return labels


def sidebar_model() -> None:
    """Choose the model that all pages show."""
    current = current_model_id()
    if current is None:
        return
    entries = {entry.id: entry for entry in the_library().models()}
    samples = [entry.id for entry in the_library().samples()]
    for id in (
        *published(),
        current,
        *samples,
    ):  # the class set, and what was opened by its address
        if id not in entries and opens(id):
            entries[id] = the_library().entry(id)
    labels = model_labels(list(entries.values()))

    def chosen() -> None:
        choice = st.session_state["_model_choice"]
        # The field also reports what the page itself put there, a training that ended: nobody's choice.
        if choice != st.session_state.get("model_id"):
            st.session_state["model_id"] = choice
            note_chosen(choice)
            address.MODEL.set(choice)

    st.session_state["_model_choice"] = current
    st.selectbox(
        "Model",
        list(entries),
        format_func=shown_as(labels),
        key="_model_choice",
        on_change=deferred(chosen),
    )
