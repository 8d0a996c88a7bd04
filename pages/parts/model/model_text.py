"""The text behind a model, for the pages that read it: its lines, its pair counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from pages.parts.progress_bar import with_progress
from pages.parts.readable_cache import of_readable
from pages.parts.recent_values import RecentValues
from pages.parts.visitor import the_library
from w2v_core import SkipGram, count_pairs
from w2v_core.library.model_documents import model_documents
from w2v_core.library.model_files import load_corpus
from w2v_core.model.unigram import unigram
from w2v_core.storage.files import Damaged
from w2v_core.text.concordance import Concordance, Line
from w2v_core.text.document_list import FILE, FOLDER
from w2v_core.text.sentence_documents import documents_of_sentences

SAID_OF_DOCUMENTS = 2  # columns whose values stand before a document's name


def _made(id: str) -> float | None:
    """When a model's text was written; None where it came without one."""
    file = the_library().model_folder(id) / "corpus.json"
    return file.stat().st_mtime if file.is_file() else None


@of_readable(max_entries=3, show_spinner="Opening the text …")
def _concordance(id: str, made: float) -> Concordance:
    return Concordance(load_corpus(the_library().model_folder(id)))


def concordance(id: str) -> Concordance | None:
    """The lines of a model's text; None where it came without its text."""
    made = _made(id)
    return None if made is None else _concordance(id, made)


@of_readable(max_entries=3)
def _document_names(id: str, made: float) -> tuple[np.ndarray, list[str]] | None:
    documents = model_documents(the_library().model_folder(id))
    if documents is None or len(documents) < 2:
        return None
    telling = [
        values
        for column, values in documents.columns.items()
        if column not in (FILE, FOLDER) and len(set(values)) > 1
    ][:SAID_OF_DOCUMENTS]
    names = [
        " · ".join([value for value in (values[i] for values in telling) if value] + [name])
        for i, name in enumerate(documents.names)
    ]
    return np.array(documents.starts, np.int64), names


def documents_of_lines(id: str, lines: Sequence[Line]) -> list[str] | None:
    """For each line of a model's text what is known of its document, then the document's name; None where
    no documents are known, or there is only one."""
    file = the_library().model_folder(id) / "documents.json"
    text = concordance(id)
    if text is None or not file.is_file():
        return None
    try:
        found = _document_names(id, file.stat().st_mtime)
    except Damaged:
        return None
    if found is None:
        return None
    starts, names = found
    places = text.corpus.sentence_bytes[[line.sentence for line in lines]].reshape(-1, 2)
    numbers = documents_of_sentences(places, starts).tolist()
    return [names[number] if number >= 0 else "" for number in numbers]


@st.cache_resource
def _counted() -> RecentValues[Any]:
    return RecentValues(2)


def pair_counts(id: str, model: SkipGram) -> Any:
    """N (sparse) as it trained the model, counted again from its text; None where that is not here. The
    progress of a long counting is shown, and any change on the page ends it."""
    found = concordance(id)
    if found is None:
        return None
    key, kept = (id, _made(id)), _counted()
    if (counts := kept.get(key)) is not None:
        return counts
    subsample = model.chosen.get("subsample", model.subsample)
    counts = with_progress(
        "Counting the pairs of the text",
        lambda show: count_pairs(
            found.corpus, model.window, model.weighting, subsample, callback=show
        ),
    )
    return kept.put(key, counts)


@of_readable(max_entries=8)
def _unigram(id: str, made: float | None, _model: SkipGram, _pairs) -> np.ndarray:
    return unigram(_model.counts if _pairs is None else _pairs.sum(axis=0, dtype=np.float64))


def output_distribution(id: str, model: SkipGram, pairs: Any) -> np.ndarray:
    """q, how frequent each output word is anywhere, float (|W|,): the model's own anchor where it
    has one, else from the pairs, else from the words' counts."""
    if model.log_q.any():
        return np.exp(model.log_q.astype(np.float64))
    return _unigram(id, _made(id), model, pairs)
