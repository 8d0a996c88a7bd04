"""Maps that a worker draws: their fields, how far they are, and the picture once it is there."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import streamlit as st

from pages.parts import address
from pages.parts.deferred import deferred, fragment
from pages.parts.displayed_text import duration, literal, waiting
from pages.parts.error_messages import toast_for_errors
from pages.parts.job_queue import queue
from pages.parts.map_data import Space
from pages.parts.opened_model import open_model
from pages.parts.readable_cache import of_readable
from pages.parts.visitor import the_library
from w2v_core.space.map_kind import MapKind
from w2v_core.work import analyses
from w2v_core.work.worker import ensure_worker

_MAP_WORDS = 2_000


def map_fields(kind: MapKind, space: Space, dims: int) -> dict[str, Any]:
    """The fields of a map that a worker draws, in one row; returns its parameters."""
    n = len(open_model(space.id).words)
    address.drop_impossible_numbers(
        [f"{kind.name}_words", *(setting.key for setting in kind.settings)]
    )
    fields = st.columns(1 + len(kind.settings), vertical_alignment="bottom")
    words = fields[0].number_input(
        "Words",
        min(4, n),
        n,
        min(n, _MAP_WORDS),
        key=f"{kind.name}_words",
        help="The most frequent words are drawn.",
        bind="query-params",
    )
    chosen: dict[str, float | str | None] = {}
    for field, setting in zip(fields[1:], kind.settings, strict=True):
        value = field.number_input(
            setting.label,
            setting.low,
            setting.high,
            setting.default(min(n, _MAP_WORDS)),
            step=setting.step,
            format="%g" if isinstance(setting.low, float) else None,
            key=setting.key,
            placeholder=setting.empty,
            bind="query-params",
        )
        chosen[setting.name] = setting.empty if value is None else type(setting.low)(value)
    return {
        "which": space.which,
        "words": int(words),
        "dims": dims,
        **chosen,
        "centered": space.centered,
        "unit": space.unit,
    }


def map_coordinates(kind: MapKind, id: str, parameters: dict[str, Any]) -> np.ndarray | None:
    """The picture, once it is there; until then how it stands, with what can be done."""
    if (
        analyses.has_result(the_library(), kind.name, id, parameters)
        and (found := _drawn(id, kind.name, json.dumps(parameters))) is not None
    ):
        return found
    status = analyses.status(the_library(), queue(), kind.name, id, parameters)
    if status is None:
        # Whoever asks for such a map for the first time wants to see one; later changes wait for a click.
        first = not any((the_library().model_folder(id) / "results").glob(f"{kind.name}-*.json"))
        if first:
            _start(kind, id, parameters)
            status = analyses.status(the_library(), queue(), kind.name, id, parameters)
        else:
            st.button(
                "Draw this map",
                type="primary",
                key=f"{kind.name}_draw",
                on_click=deferred(_start),
                args=(kind, id, parameters),
            )
    if status is None:
        st.caption("It is computed once, in the background, and kept with the model.")
        return None
    running = not status.ended
    fragment(run_every=0.5 if running else None)(_map_status)(kind, id, parameters, running)
    return None


def _map_status(kind: MapKind, id: str, parameters: dict[str, Any], was_running: bool) -> None:
    status = analyses.status(the_library(), queue(), kind.name, id, parameters)
    if status is None or (was_running and status.ended):
        st.rerun(scope="app")
    if status.ended:
        said = status.message or (
            "It stopped without an error message." if status.state == "lost" else ""
        )
        (st.info if status.state == "cancelled" else st.error)(literal(said or "It ended."))
        if st.button("Draw it again", type="primary", key=f"{kind.name}_again"):
            _start(kind, id, parameters)
            st.rerun(scope="app")
        return
    ensure_worker(queue())
    bar, stop = st.columns([6, 1], vertical_alignment="center")
    if status.state == "queued":
        bar.progress(0.0, waiting(status.place, status.wait))
    else:
        said = f"{status.sentence or 'Drawing'} · {duration(max(status.seconds, 1))} so far"
        if status.seconds_left is not None:
            said += f" · at most {duration(status.seconds_left)} left"
        bar.progress(min(status.share, 1.0), literal(said))
    if stop.button(
        "Stop",
        icon=":material/stop:",
        disabled=status.stopping,
        width="stretch",
        key=f"{kind.name}_stop",
    ):
        with toast_for_errors():
            analyses.stop(queue(), kind.name, id, parameters)
            st.rerun(scope="app")


def _start(kind: MapKind, id: str, parameters: dict[str, Any]) -> None:
    with toast_for_errors():
        analyses.start(the_library(), queue(), kind.name, id, parameters)
        ensure_worker(queue())


@of_readable(max_entries=8)
def _drawn(id: str, kind: str, parameters: str) -> np.ndarray | None:
    found = analyses.result(the_library(), kind, id, json.loads(parameters))
    return None if found is None else found.arrays["coordinates"]
