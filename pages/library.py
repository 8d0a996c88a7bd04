"""Library: the models on this machine; open, rename, delete, take away, bring in, how each was made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Literal

import streamlit as st

import pages.parts.navigation_guard  # noqa: F401
from pages.parts import address
from pages.parts.deferred import deferred
from pages.parts.displayed_text import literal, short, shown_as
from pages.parts.error_messages import sentences_for_errors
from pages.parts.explanations import explanation
from pages.parts.job_queue import queue
from pages.parts.model.current_model import current_model_id, damage_said, note_chosen, opens
from pages.parts.model.kept_items import also_kept, megabytes
from pages.parts.model.model_addresses import addresses, whose
from pages.parts.model.model_record import made, record_of
from pages.parts.model.opened_model import open_model
from pages.parts.model.page_download import page_download
from pages.parts.model.vector_account import said_of, show_vector_account
from pages.parts.progress_bar import with_progress
from pages.parts.table import ROW, show_table
from pages.parts.text.upload_memory import release
from pages.parts.text.upload_size import most_upload
from pages.parts.visitor import forget_me, has_login, is_shared, the_library
from w2v_core import SkipGram
from w2v_core.durations import duration
from w2v_core.exchange import model_import
from w2v_core.exchange.bundles import write_bundle
from w2v_core.exchange.vector_writing import FORMATS, in_memory
from w2v_core.figures import theme
from w2v_core.library.library import LONGEST_NAME
from w2v_core.storage import clock
from w2v_core.storage.catalog import Entry
from w2v_core.storage.files import Damaged, sentence
from w2v_core.storage.home import published
from w2v_core.storage.limits import max_words, refuse_upload
from w2v_core.storage.names import safe_name
from w2v_core.storage.sample_ids import is_sample
from w2v_core.visitors import quota

MOST_ROWS = 18  # seen at once
KEPT_WORDS = 50_000
MOST_OPEN = 3  # damaged folders that are shown at once, without a click
PAGES = ("explore", "neighbours", "analogies", "diamonds")


def open_from_here(id: str) -> None:
    """Make this the current model."""
    st.session_state["model_id"] = id
    address.MODEL.set(id)


def show() -> None:
    class_set = address.SHOW.get() == "class"
    title, link, add = st.columns([5, 2, 2], vertical_alignment="bottom")
    heading = "Your models" if is_shared() else "Models on this machine"
    title.markdown("## Models for this class" if class_set else f"## {heading}")
    if class_set:
        link.page_link("pages/library.py", label=heading, icon=":material/arrow_back:")
    elif published():
        link.page_link(
            "pages/library.py",
            label="The class set",
            icon=":material/school:",
            query_params={"show": "class"},
            help="The models that are published for everyone, read-only, under one link.",
        )
    messages = st.container()
    asked, current = address.MODEL.get(), readable_model_id()
    library = the_library()
    entries = (
        [library.entry(id) for id in published() if opens(id)]
        if class_set
        else [*library.models(), *library.samples()]
    )
    if asked and asked != current:
        gone = (
            "There is no model at this address. It may have been deleted, or the address may be "
            "incomplete."
        )
        messages.warning(literal(damage_said(asked) or gone))
        address.MODEL.clear()
    if class_set and current not in {entry.id for entry in entries}:
        current = entries[0].id if entries else None
    if current is None:
        st.info(
            "No model is published yet. The operator of this server lists them in W2V_PUBLISHED."
            if class_set
            else "There is no model yet: train one, or add one from a file."
        )
        st.page_link("pages/train.py", label="Train on a text", icon=":material/model_training:")
        add_field(messages)
        damaged_folders(messages)
        deleted_lately(messages)
        also_kept(act)
        return
    with add.popover("Add from a file", icon=":material/upload:", width="stretch"):
        add_field(messages)
    damaged_folders(messages)
    deleted_lately(messages)
    open_from_here(current)
    listed, chosen = st.columns([3, 2], gap="medium")
    with listed:
        show_list(entries, current)
        if not class_set:
            also_kept(act)
        forget_field()
    with chosen:
        show_model(the_library().entry(current))


def readable_model_id() -> str | None:
    """The model that is open. One whose arrays turn out to be damaged only now is listed as such from
    now on, and the next one takes its place."""
    while (id := current_model_id()) is not None:
        try:
            open_model(id)
        except Damaged:
            if opens(id):  # it was put anew while it was read
                raise
        else:
            return id
    return None


# --- The list --------------------------------------------------------------------------------------


def show_list(entries: list[Entry], current: str) -> None:
    """All models, the samples last; the row that is chosen is the model that all pages show (no row, where
    that is another person's, opened by its address)."""
    own = [entry for entry in entries if not is_sample(entry.id)]
    if not own:
        st.info("You have no model of your own yet: train one, or add one from a file.")
        st.page_link("pages/train.py", label="Train on a text", icon=":material/model_training:")
    if not entries:
        return

    def choose() -> None:
        selection = st.session_state["_list"]["selection"]
        rows = [*(cell[0] for cell in selection["cells"]), *selection["rows"]]
        for row in rows:  # a click on a cell leaves the mark of the row where it was
            if row < len(entries) and row != at:
                note_chosen(entries[row].id)
                open_from_here(entries[row].id)
                return

    sizes = [the_library().size(entry.id) / 1e6 for entry in entries]
    table: dict[str, Sequence[Any]] = {
        "Name": [entry.name for entry in entries],
        "Source": ["sample" if is_sample(entry.id) else entry.source for entry in entries],
        "Words": [entry.n_words for entry in entries],
        "d": [entry.dim for entry in entries],
        "Loss": [entry.loss for entry in entries],
        "Created": [datetime.fromtimestamp(entry.created) for entry in entries],
        "MB": sizes,
    }
    config = st.column_config
    ids = [entry.id for entry in entries]
    at = ids.index(current) if current in ids else None
    rows = [] if at is None else [at]
    st.session_state["_list"] = {"selection": {"rows": rows, "columns": [], "cells": []}}
    show_table(
        table,
        key="_list",
        on_select=deferred(choose),
        selection_mode=["single-row" if at is None else "single-row-required", "single-cell"],
        height=ROW * (1 + min(len(entries), MOST_ROWS)) + 3,
        placeholder="–",
        column_config={
            "Name": config.TextColumn(width=150),
            "Source": config.TextColumn(width=115, help="The text it was trained on, or its file"),
            "Words": config.NumberColumn(format="localized", width=62, help="In the vocabulary"),
            "d": config.NumberColumn(width=42, help="Dimensions: how many numbers a vector has"),
            "Loss": config.NumberColumn(format="%.3f", width=58, help="Exact, in nats per pair"),
            "Created": config.DatetimeColumn(format="D MMM YYYY", width=96),
            "MB": config.NumberColumn(
                format="%.1f",
                width=55,
                help="On disk, including its text and the passes of its training",
            ),
        },
    )
    n, n_samples = len(own), len(entries) - len(own)
    counted = [f"{n:,} model{'s' if n != 1 else ''}, {sum(sizes[:n]):,.1f} MB"] if n else []
    if n_samples:
        counted.append(f"{n_samples:,} sample{'s' if n_samples != 1 else ''}")
    st.caption(f"{', and '.join(counted)}. Click one to open it.")


def forget_field() -> None:
    """Who shares a computer can leave it without leaving their models open to the next person."""
    if is_shared() and not has_login():
        st.button(
            "Forget me in this browser",
            icon=":material/person_off:",
            type="tertiary",
            on_click=deferred(forget_me),
            key="forget_me",
            help="The models stay, but only their owner's addresses will open them for you, so "
            "keep those first. (Closing the browser does the same.)",
        )


# --- One model -------------------------------------------------------------------------------------


def show_model(entry: Entry) -> None:
    id, model = entry.id, open_model(entry.id)
    mark = " :gray-badge[Sample]" if is_sample(id) else ""
    st.markdown(f"### {short(entry.name, 60)}{mark}")
    record, problem = record_of(id)
    has_text = (the_library().model_folder(id) / "corpus.json").is_file()
    st.caption(literal(describe(entry, model, has_text)))
    if problem is not None:
        st.warning(literal(problem), icon=":material/heart_broken:")
    with st.container(horizontal=True, gap="small"):
        for page in PAGES:
            st.page_link(
                f"pages/{page}.py",
                label=f":primary[{page.capitalize()}]",
                query_params={"model": id},
            )
    may_change = the_library().rights.may_change(id)
    # Fields of their own for each model: one that is left open must not act on another.
    with st.container(horizontal=True, gap="xsmall" if is_shared() else "small"):
        with st.popover("Download", icon=icon("download"), key=f"take-{id}"):
            take_away(entry, model, has_text, record)
        addresses(id, icon=None)
        if may_change:
            with st.popover("Rename", icon=icon("edit"), key=f"rename-{id}"):
                rename(entry)
            with st.popover("Delete", icon=icon("delete"), key=f"delete-{id}"):
                delete(entry)
    whose(id)
    if record is not None:
        show_vector_account(record["vectors"])
        made(entry, record)


def icon(name: str) -> str | None:
    """What stands before a word in a row of three; a fourth, in sharing mode, takes the room."""
    return None if is_shared() else f":material/{name}:"


def describe(entry: Entry, model: SkipGram, has_text: bool) -> str:
    """A line on what it is, and on what it lacks."""
    said = f"{entry.n_words:,} words, {entry.dim} dimensions"
    if entry.source:
        said += f", from {entry.source[:80]}"
    if entry.n_tokens:
        said += f" ({entry.n_tokens:,} words of text)"
    lacks = []
    if not model.has_output:
        lacks.append("output vectors, so it cannot make predictions or explain why words are near")
    if not has_text:
        lacks.append(
            "its text, so there are no lines to read and nothing to measure how sure it is"
        )
    return said + "." + (f" It came without {'; and without '.join(lacks)}." if lacks else "")


def take_away(entry: Entry, model: SkipGram, has_text: bool, record: dict[str, Any] | None) -> None:
    id, folder = entry.id, the_library().model_folder(entry.id)
    name = safe_name(Path(entry.name).stem)
    st.markdown("**The model**, for this app on another machine")
    text = has_text and st.toggle(
        "Include its text",
        True,
        key=f"with-text-{id}",
        help="Needed to show lines of the text and to measure how sure the model is.",
    )
    has_passes = any((folder / "history").glob("[0-9]*.npz"))
    history = has_passes and st.toggle(
        "Include the passes of its training",
        True,
        key=f"with-passes-{id}",
        help="Needed for the time slider.",
    )
    st.download_button(
        "Model (.zip)",
        deferred(partial(in_memory, write_bundle, folder, record or {}, text, history)),
        f"{name}.zip",
        "application/zip",
        icon=":material/download:",
        on_click="ignore",
        key=f"bundle-{id}",
        disabled=record is None,
        help=None if record is not None else "Part of this model is damaged.",
    )
    page_download(entry, has_text, record)
    st.markdown("**Its vectors**, for other programs")
    which = st.segmented_control(
        "Vectors",
        list(model.kinds),
        default="center",
        required=True,
        format_func=shown_as(theme.VECTOR_NAMES),
        key=f"take-which-{id}",
        help=explanation("vectors"),
    )
    format = st.segmented_control(
        "Format",
        list(FORMATS),
        default=next(iter(FORMATS)),
        required=True,
        key=f"take-format-{id}",
        help="word2vec's formats are read by gensim: KeyedVectors.load_word2vec_format. The Embedding "
        "Projector's two tables come in a zip.",
    )
    ending, mime, write = FORMATS[format]
    st.download_button(
        "Vectors",
        deferred(lambda: in_memory(write, model.words, model.vectors(which).matrix, model.counts)),
        f"{name}-{theme.VECTOR_NAMES[which].replace(' ', '')}{ending}",
        mime,
        icon=":material/download:",
        on_click="ignore",
        key=f"vectors-{id}",
    )


def rename(entry: Entry) -> None:
    key = f"name-{entry.id}"
    st.text_input("Name", entry.name, key=key, max_chars=LONGEST_NAME)
    act("Rename", lambda: the_library().rename(entry.id, st.session_state[key]), key=f"do-{key}")


def delete(entry: Entry) -> None:
    st.markdown(f"Delete **{short(entry.name)}**? You can restore it for a day.")

    def go() -> None:
        the_library().delete(queue(), entry.id)
        st.session_state.pop("model_id", None)
        address.MODEL.clear()
        st.session_state["_just_deleted"] = entry.id

    act("Delete it", go, key=f"do-delete-{entry.id}")


def act(
    label: str,
    do: Callable[[], object],
    key: str,
    type: Literal["primary", "secondary"] = "primary",
) -> None:
    """A button; what goes wrong is shown above the list."""

    def click() -> None:
        try:
            do()
        except (ValueError, OSError) as error:
            st.session_state["_problem"] = sentence(error)

    st.button(label, type=type, on_click=deferred(click), key=key)


# --- How it was made -------------------------------------------------------------------------------


# --- In and back -----------------------------------------------------------------------------------


def add_field(messages) -> None:
    """Take in a model from a file; how that went is said above the list."""
    file = st.file_uploader(
        "A model saved here (.zip), or vectors: word2vec (text or binary), GloVe, fastText (.vec, "
        ".bin), NumPy (.npz), a table (.csv), or the Embedding Projector's two tables in a .zip; "
        "each may be compressed with gzip (.gz)",
        key="model_file",
        max_upload_size=most_upload(),
    )
    first = st.number_input(
        "Number of words to keep from a file of vectors",
        1,
        max_words(),
        min(KEPT_WORDS, max_words()),
        key="first_words",
        help="The first words of the file are kept; usually these are the most frequent.",
    )
    listed = st.session_state[
        "model_file"
    ]  # also a file that was taken in, and is not held any more
    if listed is None:
        return
    asked = (listed.file_id, first)
    if st.session_state.get("_taken_in", (None,))[0] != asked:
        if file is None:
            messages.info("To keep a different number of words, choose the file again.")
            return
        place = messages.empty()
        try:
            refuse_upload(file.size)
            id = with_progress(
                "Reading the file",
                lambda tell: model_import.add_file(
                    the_library(), file, file.name, int(first), tell
                ),
                place,
            )
        except (ValueError, OSError, MemoryError) as error:
            said = sentence(error)
            if isinstance(error, MemoryError):
                said = "There was not enough memory for this file. Keep fewer words."
            st.session_state["_taken_in"] = (asked, None, said)
        else:
            st.session_state["_taken_in"] = (asked, id, "")
            open_from_here(id)
            release([file])
            st.rerun()
        place.empty()
    _, id, problem = st.session_state["_taken_in"]
    if problem:
        messages.error(
            f"**{short(file.name if file else 'The file')}** was not added: {literal(problem)}",
            icon=":material/error:",
        )
    elif the_library().is_finished(id):
        entry = the_library().entry(id)
        messages.success(
            f"Added **{short(entry.name)}**: {entry.n_words:,} words, {entry.dim} dimensions."
            f"{said_of(id)}",
            icon=":material/check_circle:",
        )


def damaged_folders(messages) -> None:
    """What cannot be read, each with why, and the way to be rid of it."""
    found = the_library().damaged(queue())
    if not found:
        return
    n = len(found)
    with messages.expander(
        f"Damaged: {n:,} folder{'s' if n != 1 else ''} cannot be read",
        icon=":material/heart_broken:",
        expanded=n <= MOST_OPEN,
    ):
        for one in found:
            said, away = st.columns([6, 1.2], vertical_alignment="center")
            size = megabytes(quota.size(the_library().model_folder(one.id)))
            said.markdown(f"**{short(one.name or one.id)}**: {literal(one.why)} ({size})")
            if the_library().can_continue(one.id) and the_library().damage(one.id) is None:
                said.page_link(
                    "pages/train.py",
                    label="Open its training",
                    icon=":material/model_training:",
                    query_params={"job": one.id},
                )
            if the_library().rights.may_change(one.id):
                with away:
                    act(
                        "Delete permanently",
                        partial(the_library().delete_damaged, queue(), one.id),
                        key=f"delete-damaged-{one.id}",
                        type="secondary",
                    )


def deleted_lately(messages) -> None:
    """The way back for what was deleted, and what went wrong with the last click."""
    if problem := st.session_state.pop("_problem", None):
        messages.error(literal(problem), icon=":material/error:")
    gone = the_library().deleted()
    if not gone:
        return
    just = st.session_state.get("_just_deleted")

    def back(id: str) -> Callable[[], None]:
        def go() -> None:
            the_library().restore(id)
            st.session_state["model_id"] = id
            address.MODEL.clear()

        return go

    with messages:
        if gone[0].id == just and not gone[0].why:
            said, undo = st.columns([8, 1], vertical_alignment="center")
            said.info(f"**{short(gone[0].name)}** was deleted.", icon=":material/delete:")
            with undo:
                act("Undo", back(just), key="undo")
            gone = gone[1:]
        if gone:
            with st.expander(
                f"Recently deleted: {len(gone):,}, {megabytes(sum(e.bytes for e in gone))}",
                icon=":material/restore_from_trash:",
            ):
                for entry in gone:
                    name, button, away = st.columns([6, 1, 1.2], vertical_alignment="center")
                    left = duration(entry.kept_until - clock.now())
                    damaged = f". It is damaged: {literal(entry.why)}" if entry.why else ""
                    name.markdown(
                        f"**{short(entry.name)}**, {megabytes(entry.bytes)}, kept for another "
                        f"{left}{damaged}"
                    )
                    if not entry.why:
                        with button:
                            act("Restore", back(entry.id), key=f"back-{entry.id}")
                    with away:
                        act(
                            "Delete permanently",
                            partial(the_library().forget, entry.id),
                            key=f"forget-{entry.id}",
                            type="secondary",
                        )


with sentences_for_errors():
    show()
