"""What is worked out of a model or a text once, and kept for all visitors of this server.

``st.cache_resource`` and ``st.cache_data`` know no visitor: what one person made them keep they hand to
whoever asks next with the same arguments, without running the function that would have refused. So what is
kept of a model, or of a text, is asked for through ``of_readable``: at every access it is first decided
whether this visitor may look at it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import streamlit as st

from pages.parts.visitor import the_library

P = ParamSpec("P")
T = TypeVar("T")


def of_readable(
    *, max_entries: int, show_spinner: bool | str = False, subjects: int = 1, copied: bool = False
) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """A decorator: keep what the function returns, for those who may read what it is made of.

    Parameters
    ----------
    max_entries : int
        The results that are kept, of all visitors together.
    show_spinner : bool or str
        What is said while the function runs.
    subjects : int
        How many of the first arguments name what is read: a model's id, a text's key, or an object
        whose ``id`` is one.
    copied : bool
        Whether each caller gets a copy (``st.cache_data``) in place of the one object itself.

    Raises
    ------
    ValueError
        by the decorated function, for a visitor who may not read a subject.
    """
    cache = st.cache_data if copied else st.cache_resource

    def keep(function: Callable[P, T]) -> Callable[P, T]:
        kept = cache(max_entries=max_entries, show_spinner=show_spinner)(function)

        @functools.wraps(function)
        def ask(*args: P.args, **kwargs: P.kwargs) -> T:
            if len(args) < subjects:
                raise TypeError(f"{function.__name__} takes what it reads by its place.")
            rights = the_library().rights
            for subject in args[:subjects]:
                rights.refuse_unreadable(_name(subject))
            return kept(*args, **kwargs)

        return ask

    return keep


def _name(subject: Any) -> str:
    return subject if isinstance(subject, str) else subject.id
