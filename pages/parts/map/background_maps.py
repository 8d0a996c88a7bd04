"""Maps that a worker draws: their fields, how far they are, and the picture once it is there."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import streamlit as st

from pages.parts import address
from pages.parts.background_work import ask_or_watch
from pages.parts.displayed_text import literal
from pages.parts.explanations import explanation
from pages.parts.map.map_data import Space
from pages.parts.model.opened_model import open_model
from pages.parts.readable_cache import of_readable
from pages.parts.visitor import the_library
from w2v_core.space.map_kind import MapKind
from w2v_core.work import analyses

MAP_WORDS = 10_000  # words of such a map, unless a person says otherwise
AT_ONCE = (
    120  # seconds up to which a first map is begun without asking; longer ones wait for a click
)
_IN_A_ROW = 2  # fields


def map_fields(kind: MapKind, space: Space, dims: int) -> dict[str, Any]:
    """The fields of a map that a worker draws; returns its parameters."""
    n = len(open_model(space.id).words)
    address.drop_impossible_numbers(
        [f"{kind.name}_words", *(setting.key for setting in kind.settings)]
    )
    st.markdown(f"**{kind.label}**")
    n_fields = 1 + len(kind.settings)
    fields = [
        field
        for _ in range(0, n_fields, _IN_A_ROW)
        for field in st.columns(_IN_A_ROW, vertical_alignment="bottom")
    ]
    words = fields[0].number_input(
        "Words",
        min(4, n),
        n,
        min(n, MAP_WORDS),
        key=f"{kind.name}_words",
        help=explanation("map words"),
        bind="query-params",
    )
    chosen: dict[str, float | str | None] = {}
    for field, setting in zip(fields[1:], kind.settings, strict=False):
        value = field.number_input(
            setting.label,
            setting.low,
            setting.high,
            setting.default(min(n, MAP_WORDS)),
            step=setting.step,
            format="%g" if isinstance(setting.low, float) else None,
            key=setting.key,
            placeholder=setting.empty,
            help=setting.about,
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
    """The picture, once it is there."""
    if not analyses.has_result(the_library(), kind.name, id, parameters):
        return None
    found = _drawn(id, kind.name, json.dumps(parameters))
    if found is not None:
        _remember(kind, id, parameters)
    return found


def show_waiting(kind: MapKind, id: str, parameters: dict[str, Any], stands_in: str) -> None:
    """How a map that is not there yet stands, with what can be done, and what stands in for it (a
    sentence). Whoever asks for such a map for the first time wants to see one, so it is begun at once,
    unless it takes long; later changes wait for a click."""
    seconds = kind.seconds(parameters["words"], parameters)
    tried = st.session_state.setdefault("_maps_begun", set())
    job = analyses.job_id(kind.name, id, parameters)
    first = not any((the_library().model_folder(id) / "results").glob(f"{kind.name}-*.json"))
    ask_or_watch(
        kind.name,
        id,
        parameters,
        "Draw this map",
        kind.name,
        "Computes the map once, in the background, and keeps it with the model.",
        seconds=seconds,
        at_once=first and seconds <= AT_ONCE and job not in tried,  # where it is refused, once
        type="primary",
    )
    tried.add(job)
    st.caption(literal(stands_in))


def _remember(kind: MapKind, id: str, parameters: dict[str, Any]) -> None:
    """The map that is shown now, by which the next one of the same vectors and dimensions is waited for."""
    shown = (kind.name, id, parameters["which"], parameters["dims"])
    st.session_state["_map_shown"] = (shown, json.dumps(parameters))


def earlier_map(kind: MapKind, id: str, parameters: dict[str, Any]) -> dict[str, Any] | None:
    """The parameters of the map that was shown before a setting was changed; None where there is none."""
    shown, before = st.session_state.get("_map_shown", (None, ""))
    if shown != (kind.name, id, parameters["which"], parameters["dims"]):
        return None
    earlier = json.loads(before)
    return earlier if analyses.has_result(the_library(), kind.name, id, earlier) else None


@of_readable(max_entries=8)
def _drawn(id: str, kind: str, parameters: str) -> np.ndarray | None:
    found = analyses.result(the_library(), kind, id, json.loads(parameters))
    return None if found is None else found.arrays["coordinates"]
