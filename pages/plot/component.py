"""The component that shows a figure in the browser and updates it in place: an update keeps zoom, hover
and position, and a click returns the word's row.

The data exchanged are defined in contract.json.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from plotly.io.json import to_json_plotly

from pages.parts.browser_modules import modules, serve_plotly
from pages.parts.deferred import deferred
from pages.parts.presentation import LEAST_TYPE, presenting
from pages.plot.contract import Data, Focus, Nearest, Packed, Part
from pages.plot.figure_parts import taken_apart
from w2v_core.figures import theme

_HERE = Path(__file__).resolve().parent
_COSINE_STEPS = 10_000  # steps in a cosine of 1, in the table with which a map answers clicks


serve_plotly()
# The modules are not part of the component, whose code is sent again with each new figure.
_component = st.components.v2.component(
    "w2v_plot",
    html='<div class="w2v-title" dir="auto" hidden></div><div class="w2v-plot"></div>',
    css=(_HERE / "plot.css").read_text(encoding="utf-8"),
    js=f"""export default function (component) {{
      const shown = {modules.promise("plot/main.js")}.then((code) => code.default(component));
      shown.catch((error) => console.error(error));
      return () => shown.then((free) => free(), () => null);
    }}""",
    isolate_styles=False,
)
_part = st.components.v2.component(
    "w2v_part",
    js=f"""export default function ({{data, parentElement}}) {{
      parentElement.closest('[data-testid="stElementContainer"]')?.style.setProperty('display', 'none');
      const held = {modules.promise("plot/parts.js")}.then((code) => code.hold(data));
      held.catch((error) => console.error(error));
      return () => held.then((drop) => drop(), () => null);
    }}""",
    isolate_styles=False,
)
_AHEAD = (
    f'<script type="module" src="{modules.address("plot/ahead.js")}">'
    '</script><style>[data-testid="stElementContainer"]:has(.w2v-ahead) {display: none}</style>'
    '<span class="w2v-ahead"></span>'
)


def plot(
    figure: go.Figure,
    key: str,
    *,
    height: int = 600,
    name: str = "plot",
    view: str = "",
    focus: tuple[str, Sequence[float], Sequence[float]] | None = None,
    on_click: Callable[[int], None] | None = None,
    on_add: Callable[[int], None] | None = None,
    on_select: Callable[[list[int]], None] | None = None,
    on_pass: Callable[[int], None] | None = None,
    start_pass: int | None = None,
    play: str | None = None,
    address: str | None = None,
    title: tuple[str, str, str] | None = None,
    answers: tuple[str, str] | None = None,
) -> None:
    """Show a figure that is updated in place.

    Parameters
    ----------
    figure : go.Figure
        Its frames, if it has any, are passes of a training: the plot then has a slider and can play.
    key : str
        The plot's identity; the same from run to run.
    height : int
        Pixels. While pages are presented, a plot that begins high in the window reaches down to its end.
    name : str
        File name of a downloaded picture.
    view : str
        What the axes show. While it stays the same, the chosen zoom or camera is kept.
    focus : (key, (x, y), (width, height)), optional
        When its key is new, the view moves to center x, y and shows at most this width and height.
    on_click : callable, optional
        Called with the row of a clicked point, before the page runs again.
    on_add : callable, optional
        The same for a click with the shift key held; by default this is an ordinary click.
    on_select : callable, optional
        Called with the rows inside a box or lasso; without it, neither tool is available.
    on_pass : callable, optional
        Called with the name of the frame at which the slider stopped.
    start_pass : int, optional
        The frame that is shown first; the last where left out.
    play : str, optional
        A name of the film: it plays once of itself when it opens, except for a person who prefers
        reduced motion.
    address : str, optional
        The query parameter in which zoom or camera is kept, so that the address reproduces it.
    title : (before, word, after), optional
        A line of plain text above the plot, the word in bold.
    answers : (name, key of another plot), optional
        A click on a point of this map marks it and its nearest at once, and draws their bars in the
        other plot, while the page follows: the name that ``send_nearest`` gave to the table for it.
    """
    spec, slots = taken_apart(figure)
    parts: list[Part] = [
        {"slot": f"{key}-{slot}", "key": digest, "value": text}
        for slot, (digest, text) in slots.items()
    ]
    moved: Focus | None = None
    if focus is not None:
        which, (x, y), (width, high) = focus
        moved = {"key": which, "x": float(x), "y": float(y), "span": [float(width), float(high)]}
    data: Data = {
        "figure": to_json_plotly(spec),
        "height": height,
        "name": name,
        "view": view,
        "focus": moved,
        "on_dark": theme.ON_DARK,
        "select": on_select is not None,
        "pass": start_pass,
        "play": play,
        "address": address,
        "title": title,
        "key": key,
        "parts": {part["slot"]: part["key"] for part in parts},
        "answers": answers,
        "least_type": LEAST_TYPE if presenting() else None,
    }
    modules.keep()

    def value(event: str) -> dict[str, Any] | None:
        return st.session_state[key].get(event)

    def clicked() -> None:
        if (click := value("click")) is not None:
            called = on_add if click.get("add") and on_add is not None else on_click
            if called is not None:
                called(int(click["row"]))

    def selected() -> None:
        if (rows := value("select")) is not None and on_select is not None:
            on_select([int(row) for row in rows["rows"]])

    def came_to_rest() -> None:
        if (rest := value("pass")) is not None and on_pass is not None:
            on_pass(int(rest["pass"]))

    with st.container(gap=None):
        for part in parts:
            _send(part)
        _component(
            key=key,
            data=data,
            height=height if title is None and not presenting() else "content",
            on_click_change=deferred(clicked),
            on_select_change=deferred(selected),
            on_pass_change=deferred(came_to_rest),
        )


def load_ahead() -> None:
    """Let the browser load plotly.js while the page is still being built; call it once, before any plot."""
    st.html(_AHEAD, unsafe_allow_javascript=True)


def send_nearest(name: str, near: np.ndarray, cosines: np.ndarray) -> None:
    """Let a map answer clicks without the server; see ``plot``.

    Parameters
    ----------
    name : str
    near : int (|W|, k)
        The rows of each word's nearest, best first.
    cosines : float (|W|, k)
    """
    _send({"slot": "nearest", "key": name, "value": _nearest_as_json(name, near, cosines)})


@st.cache_resource(max_entries=4, show_spinner=False)
def _nearest_as_json(name: str, _near: np.ndarray, _cosines: np.ndarray) -> str:
    small = np.uint16 if len(_near) <= 2**16 else np.int32
    rounded = np.round(_cosines * _COSINE_STEPS).astype(np.int16)
    table: Nearest = {
        "near": packed(_near.astype(small)),
        "cosines": packed(rounded),
        "k": _near.shape[1],
        "steps": _COSINE_STEPS,
    }
    return json.dumps(table)


def packed(array: np.ndarray) -> Packed:
    """A flat array in Plotly's JSON format."""
    kind = array.dtype.str[1:]
    return {"dtype": kind, "bdata": base64.b64encode(array.tobytes()).decode("ascii")}


def _send(part: Part) -> None:
    _part(key=f"part-{part['slot']}", data=part)
