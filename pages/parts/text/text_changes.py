"""Steps that change the text itself: Project Gutenberg's licence out, words in dictionary forms."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import streamlit as st

from pages.parts.deferred import deferred
from pages.parts.displayed_text import literal
from pages.parts.visitor import the_library
from w2v_core.library.choices import Choices
from w2v_core.text.lemmas import PARTS_OF_SPEECH, pipelines

NO_PIPELINE = (
    "Houses and house can become one word, or only nouns can be kept, if spaCy and a pipeline for "
    "the language are installed on this machine: `pip install spacy`, then, for English, `python "
    "-m spacy download en_core_web_sm`. The app itself never downloads anything."
)

Change = Callable[..., None]
"""Chooses steps of the preparation, by name."""


def show_what_was_done(text: str) -> None:
    """A line for everything that the preparation left out or mended."""
    for note in the_library().texts.preparation_notes(text):
        st.caption(f":material/content_cut: {literal(note.text)}")


def draw_gutenberg(chosen: Choices, change: Change) -> None:
    """Whether Project Gutenberg's header and licence are left out."""
    st.session_state["_gutenberg"] = chosen.preparation.gutenberg
    st.toggle(
        "Leave out Project Gutenberg's header and licence",
        key="_gutenberg",
        on_change=deferred(lambda: change(gutenberg=st.session_state["_gutenberg"])),
    )


def show_gutenberg(text: str) -> None:
    """What was left out."""
    notes = the_library().texts.preparation_notes(text)
    said = [note.text for note in notes if note.setting == "gutenberg"]
    st.caption(literal(said[0]) if said else "The header and licence are part of the text.")


def draw_pipeline(chosen: Choices, change: Change) -> None:
    """Which language pipeline writes dictionary forms, and which parts of speech stay."""
    labels = {one.name: one.label for one in pipelines().values()}
    now = chosen.preparation.pipeline
    if now and now not in labels:
        labels[now] = f"{now} (not installed here)"
    st.session_state["_pipeline"] = now or None
    st.selectbox(
        "Dictionary forms by",
        list(labels),
        format_func=lambda name: labels[name],
        key="_pipeline",
        placeholder="none: words stay as they are written",
        disabled=not labels,
        help="Writes house for houses and go for went. This changes the text itself, so its lines "
        "show dictionary forms too. A large text takes a long time.",
        on_change=deferred(lambda: change(**_pipeline_chosen(st.session_state["_pipeline"]))),
    )
    if not now:
        return
    st.session_state["_parts_of_speech"] = list(chosen.preparation.parts_of_speech)
    st.multiselect(
        "Parts of speech to keep",
        list(PARTS_OF_SPEECH),
        format_func=PARTS_OF_SPEECH.__getitem__,
        key="_parts_of_speech",
        placeholder="all",
        on_change=deferred(
            lambda: change(parts_of_speech=tuple(st.session_state["_parts_of_speech"]))
        ),
    )


def _pipeline_chosen(name: str | None) -> dict[str, Any]:
    """Without a pipeline nothing knows the parts of speech."""
    return {"pipeline": name} if name else {"pipeline": "", "parts_of_speech": ()}


def show_pipeline(chosen: Choices, text: str | None, beginning: str) -> None:
    """What it did to this text, or how to get one."""
    if not chosen.preparation.pipeline:
        st.caption("Words stay as they are written." if pipelines() else NO_PIPELINE)
        return
    notes = [] if text is None else the_library().texts.preparation_notes(text)
    for note in notes:
        if note.setting in ("pipeline", "parts_of_speech"):
            st.caption(literal(note.text))
    if beginning:
        st.caption("The text now begins:")
        st.text(" ".join(beginning[:1_000].split())[:300])


def with_steps(chosen: Choices, **steps: Any) -> Choices:
    """The choices with other steps of the preparation."""
    return dataclasses.replace(chosen, preparation=dataclasses.replace(chosen.preparation, **steps))
