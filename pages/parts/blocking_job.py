"""The job that another one waits for: named where it is the visitor's, with a way to stop it."""

from __future__ import annotations

import streamlit as st

from pages.parts.deferred import deferred
from pages.parts.displayed_text import short, waiting
from pages.parts.error_messages import toast_for_errors
from pages.parts.job_queue import queue
from pages.parts.visitor import the_library
from w2v_core.library import accounted_items
from w2v_core.queue.queue import Job
from w2v_core.space.maps import MAPS
from w2v_core.storage.records import Payload

_NAMES = {
    **{kind.name: f"the {kind.label} map" for kind in MAPS.values() if kind.background},
    "train": "the training",
    "certainty": "*How sure?*",
    "stability": "the resamples",
    "scorecard": "the analogy questions",
    "random_start": "the training from a random start",
    "halves": "the trainings on halves",
    "removal": "*Prove it*",
    "learning_curve": "*How much text is needed?*",
    "compare": "the comparison",
    "use": "the test of which words are used differently",
    "follow": "*Follow these words*",
    "page": "the web page",
}


def job_name(job: Job) -> str:
    """What a job is, in Markdown, with its model's title where the visitor may see it: "the training for
    “Mine”"."""
    name = _NAMES.get(job.kind, "a job")
    title = _title(job)
    return name if title is None else f"{name} for “{short(title)}”"


def waiting_for(place: int, seconds: float | None, blocker: Job | None) -> str:
    """What a queued job says, in Markdown, with the job that it waits for."""
    said = waiting(place, seconds)
    return said if blocker is None else f"{said} · after {job_name(blocker)}"


def stop_blocker(blocker: Job, key: str) -> None:
    """The button that stops the job that another one waits for."""
    st.button(
        f"Stop {job_name(blocker)}",
        icon=":material/stop:",
        disabled=blocker.stop,
        key=f"stop_blocker_{key}",
        on_click=deferred(_stop),
        args=(blocker.id,),
        help="The waiting job can then start. A training keeps the model it has so far; other work "
        "is lost.",
    )


def _stop(id: str) -> None:
    with toast_for_errors():
        accounted_items.stop_training(queue(), id)


def _title(job: Job) -> str | None:
    try:
        id = job.id if job.kind == "train" else Payload.from_json(job.payload).model
        library = the_library()
        if id is None:
            return None
        return library.entry(id).name if library.is_finished(id) else library.settings(id).name
    except (ValueError, OSError):  # it has gone, is damaged, or may not be looked at
        return None
