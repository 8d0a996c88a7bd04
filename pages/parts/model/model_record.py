"""How a model was made, as its methods record says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import streamlit as st

import pages.parts.navigation_guard  # noqa: F401
from pages.parts.deferred import deferred
from pages.parts.displayed_text import duration
from pages.parts.explanations import explanation
from pages.parts.readable_cache import of_readable
from pages.parts.table import ROW, show_table
from pages.parts.training.setting_names import SETTING_NAMES
from pages.parts.training.trials_account import what_was_tried
from pages.parts.visitor import the_library
from w2v_core.model.dimension import Trials
from w2v_core.model.gain import Gain
from w2v_core.parameters import PARAMETERS
from w2v_core.storage.catalog import Entry
from w2v_core.storage.files import sentence
from w2v_core.storage.names import safe_name
from w2v_core.work.methods_record import methods_record

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


def facts(record: dict[str, Any]) -> list[tuple[str, str, str]]:
    """A record as rows to read: (what, value, given or chosen)."""
    text, versions, sure = record["text"], record["versions"], record["certainty"]
    rows = []
    if text is not None:
        rows += [
            ("words of text", f"{text['tokens']:,}", ""),
            ("sentences", f"{text['sentences']:,}", ""),
        ]
    if record["trained_here"]:
        took = f"{record['passes']:,} passes, {duration(record['seconds'])}"
        rows += [
            ("training", took + (", stopped by hand" if record["stopped"] else ""), ""),
            (
                "loss, nats per pair",
                f"{record['losses'][-1]:.4f}, from {record['losses'][0]:.4f}",
                "",
            ),
        ]
        if record["held_out_losses"]:
            rows.append(("loss, held-out text", f"{record['held_out_losses'][-1]:.4f}", ""))
    else:
        rows.append(("training", "elsewhere", ""))
    if record["gain"] is not None:
        gain = Gain.from_json(record["gain"])
        rows.append(
            (
                "better than word frequency alone, nats per pair",
                f"{gain.gain:.4f} ± {gain.error:.4f}" if gain.sentences else "too few sentences",
                "",
            )
        )
    if record["trials"] is not None:
        rows += [
            (what, said, "") for what, said in what_was_tried(Trials.from_json(record["trials"]))
        ]
    if sure:
        nearest = f"of the {sure['nearest']} nearest words"
        rows += [
            (
                f"in both halves of the text, {sure['splits']} splits",
                f"{sure['share_in_both_halves']:.0%} {nearest}",
                "",
            ),
            (
                "expected in another text like this",
                f"{sure['share_expected_again']:.0%} {nearest}",
                "",
            ),
        ]
    if old := record["stability"]:
        rows.append(
            (
                f"found again in {old['resamples']} resamples (an earlier measure)",
                f"{old['share_found_again']:.0%} of the {old['nearest']} nearest words, which is "
                "too high",
                "",
            )
        )
    if record["trained_here"]:
        settings = {**(text["parameters"] if text else {}), **record["parameters"]}
        for name, value in settings.items():
            chosen = record["chosen"].get(name)
            by = "default" if value == PARAMETERS[name].default else "given"
            if value is None and chosen is not None:
                value, by = chosen, "chosen"
            if value is None:
                shown, by = "–", "not used"
            elif isinstance(value, bool):
                shown = "yes" if value else "no"
            elif isinstance(value, float):
                shown = f"{value:.6g}"
            else:
                shown = f"{value:,}" if isinstance(value, int) else str(value)
            rows.append((SETTING_NAMES[name], shown, by))
    if text is not None:
        rows += [
            ("size of the text", f"{text['bytes']:,} bytes, {text['encoding']}", ""),
            ("SHA-256 of the text", f"{text['sha256'][:16]}…", ""),
        ]
    rows.append(("SHA-256 of vectors", f"{record['vectors_sha256'][:16]}…", ""))
    rows += [(name, str(version), "") for name, version in (versions or {}).items()]
    return rows
