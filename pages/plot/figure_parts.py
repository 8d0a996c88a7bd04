"""A figure without its large arrays, which travel apart from it: Streamlit sends a component again only
when its data changed, so a new colour does not bring the words and their places with it."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import numpy as np
import plotly.graph_objects as go

_LARGE = 1_000  # elements of a list, and quarter bytes of a packed array, that travel apart


def taken_apart(figure: go.Figure) -> tuple[dict[str, Any], dict[str, tuple[str, str]]]:
    """The figure with a reference in the place of each large array, and the arrays as (digest, JSON)
    in three parts that change at different times: the look of the points, where they are, passes."""
    arrays: dict[str, dict[str, Any]] = {}

    def take(node: Any, path: str, slot: str) -> Any:
        if isinstance(node, np.ndarray):  # words; numbers are packed already
            node = node.tolist()
        is_packed = isinstance(node, dict) and "bdata" in node
        if (is_packed and len(node["bdata"]) > 4 * _LARGE) or (
            isinstance(node, list) and len(node) > _LARGE
        ):
            arrays.setdefault(slot, {})[path] = node
            return {"$part": [slot, path]}
        if is_packed:
            return node
        if isinstance(node, dict):
            return {
                name: take(value, f"{path}-{name}", "look" if name == "marker" else slot)
                for name, value in node.items()
            }
        return node

    spec = figure.to_plotly_json()
    spec["data"] = [take(trace, str(i), "places") for i, trace in enumerate(spec["data"])]
    for i, frame in enumerate(spec.get("frames", ())):
        frame["data"] = [take(trace, f"{i}-{j}", "passes") for j, trace in enumerate(frame["data"])]
    parts = {}
    for slot, found in arrays.items():
        text = json.dumps(found, ensure_ascii=False)
        digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=12).hexdigest()
        parts[slot] = (digest, text)
    return spec, parts
