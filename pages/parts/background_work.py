"""Work on a model in the background: the button that starts it, how far it is, the way to stop it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from pages.parts.blocking_job import stop_blocker, waiting_for
from pages.parts.deferred import fragment
from pages.parts.displayed_text import literal
from pages.parts.error_messages import toast_for_errors
from pages.parts.job_queue import queue
from pages.parts.visitor import the_library
from w2v_core.durations import duration
from w2v_core.setting_names import with_screen_names
from w2v_core.work import analyses
from w2v_core.work.results import Result
from w2v_core.work.worker import ensure_worker

IN_THE_PAGE = 1.0  # seconds below which work does not go through the queue
WIDTHS = (5, 1)  # of the bar, and of the button beside it


def background(
    kind: str,
    id: str,
    parameters: dict[str, Any],
    label: str,
    key: str,
    help: str,
    widths: Sequence[float] = WIDTHS,
    seconds: float | None = None,
    **of_button: Any,
) -> Result | None:
    """A button that starts background work and says how long that takes (``seconds``, or what is usual
    here), then its progress and a way to stop it; the result once it is there, otherwise None. What takes
    less than ``IN_THE_PAGE`` seconds is done at once, whatever waits in the queue."""
    found = analyses.result(the_library(), kind, id, parameters)
    if found is None:
        ask_or_watch(kind, id, parameters, label, key, help, widths, seconds, **of_button)
    return found


def ask_or_watch(
    kind: str,
    id: str,
    parameters: dict[str, Any],
    label: str,
    key: str,
    help: str,
    widths: Sequence[float] = WIDTHS,
    seconds: float | None = None,
    at_once: bool = False,
    **of_button: Any,
) -> None:
    """The same where the result is not there, and is read elsewhere; ``at_once`` starts what nobody has
    started yet."""
    status = analyses.status(the_library(), queue(), kind, id, parameters)
    here = seconds is not None and seconds < IN_THE_PAGE
    if status is None and at_once:
        start(kind, id, parameters, seconds)
        status = analyses.status(the_library(), queue(), kind, id, parameters)
    if status is not None and not status.ended:
        fragment(run_every=0.5)(job_progress)(kind, id, parameters, widths)
        return
    if status is not None and status.state != "cancelled":
        st.error(
            literal(with_screen_names(status.message or "This stopped without an error message."))
        )
    takes = queue().usual(kind) if seconds is None else seconds
    if takes is not None:
        label += f" ({duration(takes)})"
    clicked = st.button(label, key=f"{key}_start", help=help, **of_button)
    if clicked and (do_here if here else start)(kind, id, parameters, seconds):
        st.rerun()


def start(kind: str, id: str, parameters: dict[str, Any], seconds: float | None = None) -> bool:
    """Put work that is to take so many seconds into the queue and return True; where that cannot be, a
    note says why."""
    with toast_for_errors():
        analyses.start(the_library(), queue(), kind, id, parameters, seconds)
        ensure_worker(queue())
        return True
    return False


def do_here(kind: str, id: str, parameters: dict[str, Any], seconds: float | None = None) -> bool:
    """Do work that takes less than a second in the page itself, so that it waits for no other; as
    ``start``."""
    with toast_for_errors():
        analyses.do_here(the_library(), kind, id, parameters)
        return True
    return False


def job_progress(
    kind: str, id: str, parameters: dict[str, Any], widths: Sequence[float] = WIDTHS
) -> None:
    """How far a waiting or running job is, and the way to stop it; for a fragment that looks again and
    again."""
    status = analyses.status(the_library(), queue(), kind, id, parameters)
    if status is None or status.ended:
        st.rerun(scope="app")
    ensure_worker(queue())
    blocker = None
    if status.state == "queued":
        blocker = queue().blocker(analyses.job_id(kind, id, parameters))
        said = waiting_for(status.place, status.wait, blocker)
    else:
        said = literal(status.sentence or "Starting …")
        if status.seconds_left is not None:
            said += f" · about {duration(status.seconds_left)} left"
    bar, stop = st.columns(list(widths), vertical_alignment="center")
    bar.progress(min(status.share, 1.0), said)
    if stop.button("Stop", icon=":material/stop:", disabled=status.stopping, key=f"stop_{kind}"):
        with toast_for_errors():
            analyses.stop(queue(), kind, id, parameters)
            st.rerun(scope="app")
    if blocker is not None:
        stop_blocker(blocker, kind)
