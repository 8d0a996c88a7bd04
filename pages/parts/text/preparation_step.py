"""A step of the preparation on the page: its field on the left, its effect on the text on the right."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


@contextmanager
def preparation_step() -> Iterator[DeltaGenerator]:
    """What is drawn inside stands on the left; the container that it gives is on the right."""
    left, right = st.columns([2, 3], gap="large", vertical_alignment="top")
    with left:
        yield right.container()
