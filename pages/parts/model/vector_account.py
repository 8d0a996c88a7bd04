"""What became of the file that a model's vectors came from."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.parts.displayed_text import literal
from pages.parts.model.opened_model import open_model
from w2v_core.text.account import FileAccount

KINDS = ("left out", "guessed", "mended", "read")


def show_vector_account(record: dict[str, Any] | None) -> None:
    """The account of the file, as the methods record keeps it; nothing where there is none."""
    if record is None:
        return
    account = FileAccount.from_json(record)
    said = [account.format, account.encoding]
    if account.rows is not None:
        said.append(f"{account.rows:,} rows")
    title = f"What was read: {', '.join(part for part in said if part)}"
    if not account.notes:
        st.caption(literal(f"{title}. Nothing was left out."))
        return
    with st.expander(literal(title), expanded=not account.is_simple):
        for note in sorted(account.notes, key=lambda note: KINDS.index(note.kind)):
            st.markdown(f"**{note.kind.capitalize()}**: {literal(note.text)}")


def said_of(id: str) -> str:
    """A sentence to stand behind the news that a model was added: whether something was left out."""
    record = open_model(id).origin.get("vectors")
    if record is None or FileAccount.from_json(record).is_simple:
        return ""
    return " Not everything could be read unchanged: see *What was read* beside the list."
