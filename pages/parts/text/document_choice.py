"""Which documents go into a text, what became of the files, and how tables are read."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import Any

import streamlit as st

from pages.parts.deferred import deferred
from pages.parts.displayed_text import cut, literal, shown_as
from pages.parts.progress_bar import with_progress
from pages.parts.table import ROW, show_table
from pages.parts.text.encoding_choice import confirm_encoding
from pages.parts.text.preparation_choices import change, choices, documents
from pages.parts.text.upload_account import show_account
from pages.parts.visitor import the_library
from w2v_core import Corpus
from w2v_core.library.choices import Choices
from w2v_core.text.documents import FILE, FOLDER, Documents

MOST_VALUES = 300  # of a metadata column that can be chosen from


MOST_NAMED = 2_000  # documents that can be left out by name


MOST_SHOWN = 500  # documents listed


ROLES = {
    "texts": "each row is a text",
    "metadata": "rows describe the files",
}


FIRST_ROWS = {"names": "the names of the columns", "text": "a text like the others"}


SPELLINGS = {
    "regularised": "the regularised, corrected and expanded reading",
    "original": "the reading of the source",
}


def choose_documents(key: str, chosen: Choices) -> None:
    """What was read, what of it goes in, and how tables are read."""
    whole_key = with_progress(
        "Reading the files", lambda show: the_library().texts.gathered(key, chosen.gathering, show)
    )
    whole = documents(whole_key)
    if whole is None:
        return
    rows = whole.rows(chosen.chosen, chosen.left_out)
    n, size = len(whole), sum(whole.ends) - sum(whole.starts)
    said = f"{n:,} document{'s' * (n != 1)}, {size / 1e6:,.2f} MB of text"
    if len(rows) < n:
        said += f"; {len(rows):,} are used"
    show_account(whole_key, whole)
    if whole.unsure and chosen.gathering.encoding is None:
        unsure = set(whole.unsure)
        confirm_encoding(
            whole_key, whole.unsure, [a.encoding for a in whole.accounts if a.name in unsure]
        )
    with st.expander(f"**Documents:** {said}", icon=":material/library_books:", key="documents"):
        if whole.tables:
            choose_columns(whole, chosen)
        if any(note.setting == "spelling" for a in whole.accounts for note in a.notes):
            choose_spelling(chosen)
        left, right = st.columns([2, 3], gap="large")
        with left:
            choose_by_metadata(whole, chosen)
        with right:
            list_documents(whole, rows)


def account_of_plain(key: str, text: str, corpus: Corpus, chosen: Choices) -> None:
    """The account of a single plain text.

    Parameters
    ----------
    key : str
        Of the text as it was given.
    text : str
        Of the one that is trained on, which may have been prepared.
    corpus : Corpus
    chosen : Choices
    """
    encoding = corpus.encoding
    if text != key:
        whole = documents(the_library().texts.gathered(key, chosen.gathering))
        encoding = whole.accounts[0].encoding if whole is not None and whole.accounts else encoding
    st.caption(
        f":material/check: Read as plain text, {literal(encoding)}: {corpus.n_tokens:,} words."
    )
    if chosen.gathering.encoding is None and not encoding.startswith("UTF"):
        confirm_encoding(key, [the_library().texts.name_of(key)], [encoding])


def choose_columns(whole: Documents, chosen: Choices) -> None:
    """How tables are read: what a row is, which column holds the text, which are kept."""
    gathering = chosen.gathering
    columns = list(dict.fromkeys(c for names in whole.tables.values() for c in names))
    told = [c for c in columns if c in whole.columns or c != f"{FILE} *"]
    role_place, first_place, text_place, kept_place = st.columns(4)

    def set(**parts: Any) -> None:
        now = dataclasses.replace(choices().gathering, **parts)
        change(gathering=now, chosen={}, left_out=())

    st.session_state["_role"] = gathering.tables
    role_place.selectbox(
        f"What {literal(cut(next(iter(whole.tables)), 30))} contains",
        list(ROLES),
        format_func=shown_as(ROLES),
        key="_role",
        placeholder="as it looks",
        on_change=deferred(lambda: set(tables=st.session_state["_role"])),
    )
    st.session_state["_first_row"] = gathering.first_row
    first_place.selectbox(
        "The first row holds",
        list(FIRST_ROWS),
        format_func=shown_as(FIRST_ROWS),
        key="_first_row",
        placeholder="as it looks",
        on_change=deferred(
            lambda: set(
                first_row=st.session_state["_first_row"], text_column=None, metadata_columns=None
            )
        ),
    )
    st.session_state["_text_column"] = (
        gathering.text_column if gathering.text_column in columns else None
    )
    text_place.selectbox(
        "Column with the text",
        columns,
        key="_text_column",
        placeholder="the one with the longest cells",
        on_change=deferred(lambda: set(text_column=st.session_state["_text_column"])),
    )
    kept = gathering.metadata_columns
    st.session_state["_kept_columns"] = [c for c in told if kept is None or c in kept]
    kept_place.multiselect(
        "Columns kept as metadata",
        told,
        key="_kept_columns",
        on_change=deferred(lambda: set(metadata_columns=tuple(st.session_state["_kept_columns"]))),
    )


def choose_spelling(chosen: Choices) -> None:
    """Which of two readings is read, where editors give both."""
    st.session_state["_spelling"] = chosen.gathering.spelling
    st.segmented_control(
        "Where TEI gives two readings, read",
        list(SPELLINGS),
        format_func=SPELLINGS.__getitem__,
        required=True,
        key="_spelling",
        on_change=deferred(
            lambda: change(
                gathering=dataclasses.replace(
                    choices().gathering, spelling=st.session_state["_spelling"]
                )
            )
        ),
    )


def choose_by_metadata(whole: Documents, chosen: Choices) -> None:
    """Choose documents by their values, and leave some out by name."""
    offered: dict[str, list[tuple[str, int]]] = {}
    for column, values in whole.columns.items():
        number = len(set(values))
        if 1 < number <= MOST_VALUES:
            offered[column] = sorted(Counter(values).items())
    if not offered:
        st.caption("There is nothing to choose by: all documents have the same metadata.")
    for number, (column, counted) in enumerate(offered.items()):
        if column == FILE and len(whole) == len(counted) and len(offered) > 1:
            continue  # that is leaving out by name, below
        labels = _labels(counted)

        def chose(key: str, column: str = column) -> None:
            now = dict(choices().chosen)
            if picked := tuple(st.session_state[key]):
                now[column] = picked
            else:
                now.pop(column, None)
            change(chosen=now)

        key = f"_by_{number}"
        st.session_state[key] = [v for v in chosen.chosen.get(column, ()) if v in labels]
        st.multiselect(
            f"Only {literal(cut(column, 40))}",
            list(labels),
            format_func=shown_as(labels),
            key=key,
            placeholder="all",
            on_change=deferred(chose),
            args=(key,),
        )
    names = list(dict.fromkeys(whole.names))
    if 1 < len(names) <= MOST_NAMED:
        known = set(names)
        st.session_state["_left_out"] = [name for name in chosen.left_out if name in known]
        st.multiselect(
            "Leave out",
            names,
            key="_left_out",
            placeholder="none",
            on_change=deferred(lambda: change(left_out=tuple(st.session_state["_left_out"]))),
        )


def _labels(values: list[tuple[str, int]]) -> dict[str, str]:
    """Value → what a field shows of it, with how often it occurs; no two alike, as a field knows its
    options by what it shows."""
    labels: dict[str, str] = {}
    alike: Counter[str] = Counter()
    for value, times in values:
        label = f"{cut(value, 60) or '(empty)'} · {times:,}"
        alike[label] += 1
        labels[value] = label if alike[label] == 1 else f"{label} ({alike[label]})"
    return labels


def list_documents(whole: Documents, rows: list[int]) -> None:
    shown = rows[:MOST_SHOWN]
    table: dict[str, list] = {"document": [whole.names[i] for i in shown]}
    for column, values in whole.columns.items():
        distinct = len(set(values))
        if column == FILE or (column == FOLDER and distinct == 1):
            continue
        name = column
        while name in table or name == "KB":  # the file's own columns are never hidden by ours
            name += " *"
        table[name] = [values[i] for i in shown]
    table["KB"] = [(whole.ends[i] - whole.starts[i]) / 1e3 for i in shown]
    show_table(
        table,
        height=min(ROW * (len(shown) + 1) + 3, 320),
        column_config={"KB": st.column_config.NumberColumn(format="%.1f", width=60)},
    )
    if len(rows) > len(shown):
        st.caption(f"The first {len(shown):,} of {len(rows):,} are listed.")
