"""The queue of background work, as the visitor may use it, and the workers that empty it."""

from __future__ import annotations

import contextlib

import streamlit as st
from streamlit import runtime

from pages.parts.visitor import the_library
from w2v_core.library.deletion import make_places
from w2v_core.library.sweep import sweep
from w2v_core.queue.queue import Queue
from w2v_core.queue.supervisor import supervise
from w2v_core.storage.home import home
from w2v_core.visitors.visitor_queue import VisitorQueue


@st.cache_resource
def _queue() -> Queue:
    return Queue()


def queue() -> VisitorQueue:
    """The queue of this machine, as the visitor may use it."""
    return VisitorQueue(_queue(), the_library().rights)


@st.cache_resource(show_spinner=False)
def keep_workers() -> None:
    """As long as this server runs, what waits in the queue is done, whether somebody looks or not; also
    what a server before this one left there."""
    # A test's stand-in says it is an instance of Runtime; its type does not.
    if runtime.exists() and type(runtime.get_instance()) is runtime.Runtime:
        with contextlib.suppress(OSError):  # a full disk: deleting will do without
            make_places(home())
        supervise(Queue(), sweep)
