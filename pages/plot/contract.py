"""The types of what is sent to the browser, as contract.json has them; what they mean is said there.

Those of ``layout.meta`` are in w2v_core/figures/meta.py, where figures are made.
"""

from __future__ import annotations

from typing import TypedDict


class Focus(TypedDict):
    key: str
    x: float
    y: float
    span: list[float]


Data = TypedDict(  # in this form because one of its names is a word of Python
    "Data",
    {
        "figure": str,
        "height": int,
        "name": str,
        "view": str,
        "focus": Focus | None,
        "on_dark": dict[str, str],
        "select": bool,
        "pass": int | None,
        "play": str | None,
        "address": str | None,
        "title": tuple[str, str, str] | None,
        "key": str,
        "parts": dict[str, str],
        "answers": tuple[str, str] | None,
        "least_type": int | None,
    },
)


class Part(TypedDict):
    slot: str
    key: str
    value: str


class Packed(TypedDict):
    dtype: str
    bdata: str


class Nearest(TypedDict):
    near: Packed
    cosines: Packed
    k: int
    steps: int
