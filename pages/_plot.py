"""The one interactive plot: a component that calls Plotly.react, so that an update keeps zoom,
hover and place, and a click comes back as the word's row."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path

import plotly.graph_objects as go
import streamlit as st

from w2v_core.figures import theme

_HERE = Path(__file__).resolve().parent


def _serve_plotly() -> None:
    """Copy plotly.js from the installed package to where Streamlit serves it: nothing is fetched."""
    source = Path(str(files("plotly") / "package_data" / "plotly.min.js"))
    target = _HERE.parent / "static" / "plotly.min.js"
    if not target.exists() or target.stat().st_size != source.stat().st_size:
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(source, target)


_serve_plotly()
_component = st.components.v2.component(
    "w2v_plot",
    html='<div class="w2v-plot"></div>',
    css=(
        ".w2v-plot {width: 100%;}"
        # Labels and marks are SVG: WebGL's points belong under them.
        ".w2v-plot .svg-container {isolation: isolate;} .w2v-plot .gl-container {z-index: -1;}"
    ),
    js=(_HERE / "_plot.js").read_text(encoding="utf-8"),
    isolate_styles=False,
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
) -> None:
    """Show a figure that may change under the eye.

    Parameters
    ----------
    figure : go.Figure
    key : str
        The plot's identity; the same from run to run.
    height : int
        Pixels.
    name : str
        File name of a downloaded picture.
    view : str
        What the axes show. While it stays the same, so does a person's zoom.
    focus : (key, (x, y), (width, height)), optional
        When its key is new, the view moves to center x, y and shows at most so much around it.
    on_click : callable, optional
        Called with the row of a clicked point, before the page runs again.
    """
    data = {
        "figure": figure.to_json(),
        "height": height,
        "name": name,
        "view": view,
        "focus": None,
        "on_dark": theme.ON_DARK,
    }
    if focus is not None:
        which, (x, y), (width, high) = focus
        data["focus"] = {
            "key": which,
            "x": float(x),
            "y": float(y),
            "span": [float(width), float(high)],
        }

    def clicked() -> None:
        click = st.session_state[key].get("click")
        if click is not None and on_click is not None:
            on_click(int(click["row"]))

    _component(key=key, data=data, height=height, on_click_change=clicked)
