"""The download of a model as one HTML file that opens without this app."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from pages.parts.background_work import IN_THE_PAGE, ask_or_watch
from pages.parts.deferred import deferred
from pages.parts.visitor import the_library
from w2v_core.storage.catalog import Entry
from w2v_core.storage.names import safe_name
from w2v_core.work import analyses
from w2v_core.work.certainty import PARAMETERS
from w2v_core.work.model_page import (
    KIND,
    load_page,
    make_page,
    page_parameters,
    page_seconds,
)
from w2v_core.work.record_facts import facts


def page_download(entry: Entry, has_text: bool, record: dict[str, Any] | None) -> None:
    """The button, what the file discloses, and whether lines of the text may stand in it. The page of a
    small model is made at the click that downloads it, that of a larger one in the background before."""
    id = entry.id
    st.markdown("**A web page to share**: one file that opens in any browser, even offline")
    quotes = has_text and st.toggle(
        "Include lines of the text",
        True,
        key=f"with-lines-{id}",
        help="The explanations of diamonds and analogies quote some lines.",
    )
    said = "It contains every word of the vocabulary and how the model was made"
    said += ", and lines of the text" if quotes else ""
    if record is None:
        _download(entry, bytes, disabled=True, help="Part of this model is damaged.")
    else:
        _offer(entry, record, quotes)
    st.caption(f"{said}: send it only to people who may read that.")


def _offer(entry: Entry, record: dict[str, Any], quotes: bool) -> None:
    """The download of the page where it is there or soon made; else the way to have it made."""
    id, library = entry.id, the_library()
    folder = library.model_folder(id)
    parameters = page_parameters(folder, record, facts(record), PARAMETERS, quotes)
    sure = analyses.has_result(library, "certainty", id, PARAMETERS)
    seconds = page_seconds(entry.n_words, entry.dim, PARAMETERS["splits"] if sure else 0)
    if analyses.has_result(library, KIND, id, parameters):
        _download(entry, lambda: load_page(the_library(), id, parameters))
    elif seconds < IN_THE_PAGE:
        _download(entry, lambda: _at_once(id, record, quotes))
    else:
        ask_or_watch(
            KIND,
            id,
            parameters,
            "Make the page",
            f"page-{id}",
            "Makes the file in the background; then you can download it here. It is kept with the "
            "model until the model changes or you make another.",
            (3, 1),
            seconds,
            icon=":material/web:",
        )


def _at_once(id: str, record: dict[str, Any], quotes: bool) -> bytes:
    """The page as the model is at the click, which is not kept."""
    folder = the_library().model_folder(id)
    parameters = page_parameters(folder, record, facts(record), PARAMETERS, quotes)
    found = make_page(folder, parameters, lambda share, sentence: False)
    return bytes(found["page"].tobytes())


def _download(entry: Entry, make: Callable[[], bytes], **of_button: Any) -> None:
    st.download_button(
        "Page (.html)",
        deferred(make),
        f"{safe_name(Path(entry.name).stem)}.html",
        "text/html",
        icon=":material/download:",
        on_click="ignore",
        key=f"page-{entry.id}",
        **of_button,
    )
