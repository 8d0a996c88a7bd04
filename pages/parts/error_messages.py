"""Errors shown as sentences."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from pages.parts.displayed_text import literal
from w2v_core.storage.files import sentence
from w2v_core.storage.write_access import why_unwritable


@contextmanager
def sentences_for_errors(
    kinds: tuple[type[Exception], ...] = (ValueError, KeyError, OSError),
) -> Iterator[None]:
    """Show what goes wrong with a person's input, or with the disk, as a sentence, and end the page
    there; ``kinds`` are the errors that carry one."""
    try:
        yield
    except kinds as error:
        st.error(literal(sentence(error)), icon=":material/error:")
        st.stop()


@contextmanager
def toast_for_errors() -> Iterator[None]:
    """Say what a click cannot do in a note that goes by itself; the page stays as it is."""
    try:
        yield
    except (ValueError, OSError) as error:
        st.toast(literal(sentence(error)), icon=":material/error:", duration="long")


def tell_unwritable() -> None:
    """One line above every page where nothing can be kept: what works nevertheless."""
    if (said := why_unwritable()) is not None:
        st.warning(said, icon=":material/hard_disk:")
