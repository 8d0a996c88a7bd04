"""How sure: the model trained again on resamples of its text, in the background, once."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.parts.deferred import fragment
from pages.parts.displayed_text import duration, literal, waiting
from pages.parts.error_messages import toast_for_errors
from pages.parts.job_queue import queue
from pages.parts.opened_model import open_model
from pages.parts.readable_cache import of_readable
from w2v_core.library import library
from w2v_core.model.agreement import Agreement
from w2v_core.model.stability import Stability
from w2v_core.work import analyses
from w2v_core.work.worker import ensure_worker

PARAMETERS = {"resamples": 20, "seed": 0}
_KIND = "stability"


class _Gone(ValueError):
    """The resamples were damaged."""


@of_readable(max_entries=2, show_spinner="Opening the resamples …")
def _stability(id: str, made: float) -> Stability:
    found = analyses.load_stability(id, PARAMETERS, open_model(id))
    if found is None:  # they were damaged, and are gone now; an error is not kept in memory
        raise _Gone("The resamples of this model cannot be read: make them again.")
    return found


def stability(id: str) -> Stability | None:
    """A model's resamples; None until they are there."""
    if not analyses.has_result(_KIND, id, PARAMETERS):
        return None
    try:
        return _stability(id, _changed(id))
    except _Gone:
        return None


def _changed(id: str) -> float:
    return (library.model_folder(id) / "results").stat().st_mtime


@of_readable(max_entries=2, show_spinner="Opening the resamples …")
def _agreement(id: str, made: float, which: str) -> Agreement:
    return Agreement(_stability(id, made), which)


def agreement(id: str, which: str) -> Agreement:
    """The stability of neighbours in V, U or V + U, of a model that has its resamples."""
    return _agreement(id, _changed(id), which)


def has_text(id: str) -> bool:
    """Whether there is a text to draw resamples from."""
    return (library.model_folder(id) / "corpus.json").is_file()


def how_sure(id: str) -> None:
    """The button that starts the resampling and, while it runs, how far it is, with a way to stop it;
    nothing where the resamples are there, or where there is no text to draw them from."""
    if not has_text(id) or analyses.has_result(_KIND, id, PARAMETERS):
        return
    status = analyses.status(queue(), _KIND, id, PARAMETERS)
    if status is None or status.ended:
        if status is not None and status.state != "cancelled":
            st.error(literal(status.message or "The resampling stopped without an error message."))
        if st.button(
            "How sure?",
            icon=":material/casino:",
            key="how_sure",
            help=f"Train the model again on {PARAMETERS['resamples']} resamples of its sentences, in "
            "the background: beside each word then stands the share of them that agree.",
            width="stretch",
        ):
            with toast_for_errors():
                analyses.start(queue(), _KIND, id, PARAMETERS)
                ensure_worker(queue())
                st.rerun()
        return
    fragment(run_every=0.5)(job_progress)(_KIND, id, PARAMETERS, [5, 2])


def job_progress(kind: str, id: str, parameters: dict[str, Any], widths: list[int]) -> None:
    """How far a training on resamples is, of a waiting or running job, and the way to stop it; for a
    fragment that looks again and again. ``widths`` of the bar and of the button beside it."""
    status = analyses.status(queue(), kind, id, parameters)
    if status is None or status.ended:
        st.rerun(scope="app")
    ensure_worker(queue())
    if status.state == "queued":
        said = waiting(status.place, status.wait)
    else:
        said = status.sentence or "Training on resamples"
        if status.seconds_left is not None:
            said += f" · about {duration(status.seconds_left)} left"
    bar, stop = st.columns(widths, vertical_alignment="center")
    bar.progress(min(status.share, 1.0), literal(said))
    if stop.button("Stop", icon=":material/stop:", disabled=status.stopping, key=f"stop_{kind}"):
        with toast_for_errors():
            analyses.stop(queue(), kind, id, parameters)
            st.rerun(scope="app")
