"""Reading a text for training: once for all visitors, with its progress shown."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import streamlit as st

from pages.parts.progress_bar import with_progress
from pages.parts.recent_values import RecentValues
from pages.parts.visitor import the_library
from w2v_core import Corpus
from w2v_core.storage.limits import max_text_bytes, refuse_training
from w2v_core.visitors import quota

_reading_locks = [threading.Lock() for _ in range(64)]


@st.cache_resource
def _corpora() -> RecentValues[Corpus]:
    return RecentValues(4)


def read_corpus(text: str, parameters: dict[str, Any]) -> Corpus:
    """A text, read with these parameters; the progress of a long reading is shown, and any change
    on the page ends it."""
    kept = _corpora()
    path = the_library().texts.file(text)
    key = (str(path), path.stat().st_mtime, *sorted(parameters.items(), key=str))
    # A class opens one text at the same time: it is read once, and the others wait for it.
    with _reading(key):
        corpus = kept.get(key)
        if corpus is None:
            corpus = kept.put(key, _read_anew(path, parameters))
    refuse_training(corpus.n_tokens)
    return corpus


@contextmanager
def _reading(key: tuple) -> Iterator[None]:
    """Only one visitor at a time reads this text with these parameters; who waits can leave."""
    lock, place = _reading_locks[hash(key) % len(_reading_locks)], st.empty()
    while not lock.acquire(timeout=0.2):  # a change on the page ends it here
        place.caption("Waiting: this text is already being read …")
    try:
        place.empty()
        yield
    finally:
        lock.release()


def _read_anew(path: Path, parameters: dict[str, Any]) -> Corpus:
    def work(show: Callable[[float], None]) -> Corpus:
        return Corpus.from_file(path, **parameters, max_bytes=max_text_bytes(), callback=show)

    library = the_library()
    # A long text leaves numbers in temporary files.
    with quota.spending(library.home, library.visitor.owner):
        return with_progress("Reading the text", work)
