"""The download of a model as one HTML file that opens without this app."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from pages.parts.certainty_tools import PARAMETERS
from pages.parts.deferred import deferred
from pages.parts.model.model_record import facts
from pages.parts.visitor import the_library
from w2v_core import SkipGram
from w2v_core.exchange.model_page.contents import About
from w2v_core.exchange.model_page.writing import write_model_page
from w2v_core.exchange.vector_writing import in_memory
from w2v_core.library.model_files import load_corpus
from w2v_core.library.word_sets import read_sets
from w2v_core.storage.catalog import Entry
from w2v_core.storage.files import Damaged
from w2v_core.storage.names import safe_name
from w2v_core.text.concordance import Concordance
from w2v_core.work import analyses
from w2v_core.work.drawn_maps import drawn_map


def page_download(
    entry: Entry, model: SkipGram, has_text: bool, record: dict[str, Any] | None
) -> None:
    """The button, what the file discloses, and whether lines of the text may stand in it."""
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
    st.download_button(
        "Page (.html)",
        deferred(lambda: _page(entry, model, record or {}, quotes)),
        f"{safe_name(Path(entry.name).stem)}.html",
        "text/html",
        icon=":material/download:",
        on_click="ignore",
        key=f"page-{id}",
        disabled=record is None,
        help=None if record is not None else "Part of this model is damaged.",
    )
    st.caption(f"{said}: send it only to people who may read that. A large model takes a minute.")


def _page(entry: Entry, model: SkipGram, record: dict[str, Any], quotes: bool) -> bytes:
    id, library = entry.id, the_library()
    folder = library.model_folder(id)
    certainty = analyses.load_certainty(library, id, PARAMETERS, model)
    found = analyses.result(library, "certainty", id, PARAMETERS)
    try:
        sets = read_sets(folder)
    except Damaged:
        sets = {}
    about = About(
        name=entry.name,
        source=entry.source,
        created=entry.created,
        n_tokens=entry.n_tokens,
        record=record,
        facts=facts(record),
        tsne=drawn_map(library, id),
        certainty=certainty,
        documents=0 if found is None else int(found.values.get("documents", 0)),
        lines=Concordance(load_corpus(folder)) if quotes else None,
        sets=sets,
    )
    return in_memory(write_model_page, model, about)
