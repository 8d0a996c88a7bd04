"""Maps that a worker draws: their fields, how far they are, and the picture once it is there."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import streamlit as st

from pages.parts import address
from pages.parts.background_work import ask_or_watch
from pages.parts.explanations import explanation
from pages.parts.map.map_data import Space
from pages.parts.model.opened_model import open_model
from pages.parts.readable_cache import of_readable
from pages.parts.visitor import the_library
from w2v_core.space.map_kind import MapKind
from w2v_core.work import analyses

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
        help=explanation("map words"),
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
    """The picture, once it is there; until then how it stands, with what can be done."""
    if (
        analyses.has_result(the_library(), kind.name, id, parameters)
        and (found := _drawn(id, kind.name, json.dumps(parameters))) is not None
    ):
        return found
    # Whoever asks for such a map for the first time wants to see one; later changes wait for a click.
    first = not any((the_library().model_folder(id) / "results").glob(f"{kind.name}-*.json"))
    ask_or_watch(
        kind.name,
        id,
        parameters,
        "Draw this map",
        kind.name,
        "It is computed once, in the background, and kept with the model.",
        at_once=first,
        type="primary",
    )
    return None


@of_readable(max_entries=8)
def _drawn(id: str, kind: str, parameters: str) -> np.ndarray | None:
    found = analyses.result(the_library(), kind, id, json.loads(parameters))
    return None if found is None else found.arrays["coordinates"]
