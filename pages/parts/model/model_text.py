"""The text behind a model, for the pages that read it: its lines, its pair counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from pages.parts.progress_bar import with_progress
from pages.parts.readable_cache import of_readable
from pages.parts.recent_values import RecentValues
from pages.parts.visitor import the_library
from w2v_core import SkipGram, count_pairs
from w2v_core.figures.lines import Quote
from w2v_core.library.model_documents import model_documents
from w2v_core.library.model_files import load_corpus
from w2v_core.model.unigram import unigram
from w2v_core.storage.files import Damaged
from w2v_core.text.concordance import Concordance, Line
from w2v_core.text.document_labels import document_labels
from w2v_core.text.sentence_documents import documents_of_sentences
from w2v_core.text.surroundings import surroundings

NO_TEXT = (
    "This model came without its text, so its lines and counts cannot be shown: train a model "
    "here, or import one with its text."
)
OPENS = "Click a line to read the text around it."
"""Beside lines of a text, once on a page."""


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


@dataclass(frozen=True)
class _Places:
    """Where the documents of a text begin and end in its bytes, and what each is called."""

    starts: np.ndarray
    ends: np.ndarray
    labels: list[str]


@of_readable(max_entries=3)
def _places(id: str, made: float) -> _Places | None:
    documents = model_documents(the_library().model_folder(id))
    if documents is None or len(documents) < 2:
        return None
    starts, ends = np.array(documents.starts, np.int64), np.array(documents.ends, np.int64)
    return _Places(starts, ends, document_labels(documents))


def _documents(id: str) -> _Places | None:
    """The documents of a model's text; None where none are known, or there is only one."""
    file = the_library().model_folder(id) / "documents.json"
    try:
        return _places(id, file.stat().st_mtime) if file.is_file() else None
    except Damaged:
        return None


def quotes(id: str, lines: Sequence[Line]) -> list[Quote]:
    """Lines of a model's text, each with the name of its document, where the text has several, and with
    what stands around it there."""
    text, documents = concordance(id), _documents(id)
    if text is None:
        return [Quote(line.text, line.word, line.other) for line in lines]
    numbers = [line.sentence for line in lines]
    names = [""] * len(lines)
    if documents is None:
        around = surroundings(text.corpus, numbers)
    else:
        around = surroundings(text.corpus, numbers, documents.starts, documents.ends)
        spans = text.corpus.sentence_bytes[numbers].reshape(-1, 2)
        own = documents_of_sentences(spans, documents.starts).tolist()
        names = [documents.labels[number] if number >= 0 else "" for number in own]
    return [
        Quote(line.text, line.word, line.other, name, *wider)
        for line, name, wider in zip(lines, names, around, strict=True)
    ]


@st.cache_resource
def _counted() -> RecentValues[Any]:
    return RecentValues(2)


def pair_counts(id: str, model: SkipGram, shown: bool = True) -> Any:
    """N (sparse) as it trained the model, counted again from its text; None where that is not here. The
    progress of a long counting is shown, and any change on the page ends it; or it is not ``shown``."""
    found = concordance(id)
    if found is None:
        return None
    key, kept = (id, _made(id)), _counted()
    if (counts := kept.get(key)) is not None:
        return counts
    weighting, subsample = (
        model.chosen.get(name, getattr(model, name)) for name in ("weighting", "subsample")
    )

    def count(show: Callable[[float], None] | None) -> Any:
        return count_pairs(found.corpus, model.window, weighting, subsample, callback=show)

    said = "Counting the pairs of the text"
    return kept.put(key, with_progress(said, count) if shown else count(None))


@of_readable(max_entries=8)
def _unigram(id: str, made: float | None, _model: SkipGram, _pairs) -> np.ndarray:
    return unigram(_model.counts if _pairs is None else _pairs.sum(axis=0, dtype=np.float64))


def output_distribution(id: str, model: SkipGram, pairs: Any) -> np.ndarray:
    """q, how frequent each output word is anywhere, float (|W|,): the model's own anchor where it
    has one, else from the pairs, else from the words' counts."""
    if model.log_q.any():
        return np.exp(model.log_q.astype(np.float64))
    return _unigram(id, _made(id), model, pairs)
