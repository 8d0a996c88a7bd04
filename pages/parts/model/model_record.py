"""How a model was made, as its methods record says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import streamlit as st

import pages.parts.navigation_guard  # noqa: F401
from pages.parts.deferred import deferred
from pages.parts.explanations import explanation
from pages.parts.readable_cache import of_readable
from pages.parts.table import ROW, show_table
from pages.parts.visitor import the_library
from w2v_core.storage.catalog import Entry
from w2v_core.storage.files import sentence
from w2v_core.storage.names import safe_name
from w2v_core.work.methods_record import methods_record
from w2v_core.work.record_facts import facts

COMMAND = "python -m w2v_core train TEXT --record FILE --out MODEL.zip"


@of_readable(max_entries=16, show_spinner="Reading how it was made …")
def _record(id: str, *changes: float) -> dict[str, Any]:
    return methods_record(the_library(), id)


def _changes(id: str) -> tuple[float, ...]:
    """When what a record tells of was last changed."""
    folder = the_library().model_folder(id)
    files = (folder / "model.json", folder / "about.json", folder / "results")
    return tuple(file.stat().st_mtime if file.exists() else 0.0 for file in files)


def record_of(id: str) -> tuple[dict[str, Any] | None, str | None]:
    """How a model was made; where a part of it that tells is damaged, None and a sentence instead."""
    try:
        return _record(id, *_changes(id)), None
    except (ValueError, OSError) as error:
        return None, f"Part of this model is damaged. {sentence(error)}"


def made(entry: Entry, record: dict[str, Any]) -> None:
    st.markdown("**How it was made**")
    rows = facts(record)
    show_table(
        {
            "": [row[0] for row in rows],
            "value": [row[1] for row in rows],
            "by": [row[2] for row in rows],
        },
        height=ROW * min(len(rows) + 1, 10) + 3,
        key=f"record-{entry.id}",
        column_config={
            "": st.column_config.TextColumn(width=140),
            "value": st.column_config.TextColumn(width=197),
            "by": st.column_config.TextColumn(
                width=70, help="Whether the setting was given or was chosen from the text by a rule"
            ),
        },
    )
    st.download_button(
        "Methods record (.json)",
        deferred(lambda: json.dumps(record, ensure_ascii=False, indent=1).encode()),
        f"{safe_name(Path(entry.name).stem)}-record.json",
        "application/json",
        icon=":material/download:",
        on_click="ignore",
        key=f"take-record-{entry.id}",
        help=explanation("methods record"),
    )
    if record["text"] is not None and record["text"]["sha256"] is not None:
        st.caption("To make the same model again from this file and the text, run:")
        st.code(COMMAND, language=None, wrap_lines=True)
