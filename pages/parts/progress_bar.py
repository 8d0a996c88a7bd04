"""The progress of work that a page waits for."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from w2v_core.durations import duration

T = TypeVar("T")
FROM = 0.5  # seconds of work after which its progress is shown


def with_progress(
    sentence: str, work: Callable[[Callable[[float], None]], T], place: DeltaGenerator | None = None
) -> T:
    """Do work that reports its share, from 0 to 1. A bar with the time left is shown once it has taken
    a while, at ``place`` if that is given; any change on the page ends the work."""
    place, start = st.empty() if place is None else place, time.perf_counter()

    def show(share: float) -> None:
        spent = time.perf_counter() - start
        if spent > FROM and share > 0:
            left = duration(spent * (1 - share) / share)
            place.progress(min(share, 1.0), f"{sentence} … about {left} left")

    done = work(show)
    place.empty()
    return done
