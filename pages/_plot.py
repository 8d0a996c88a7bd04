"""The one interactive plot: a component that calls Plotly.react, so that an update keeps zoom,
hover and place, and a click comes back as the word's row.

Large arrays travel apart from the figure, in small components of their own that Streamlit sends
again only when they changed: a new color does not bring the words and their places with it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from plotly.io.json import to_json_plotly

from pages._deferred import deferred
from w2v_core.figures import theme
from w2v_core.runs.files import whole_file

_HERE = Path(__file__).resolve().parent
_STATIC = _HERE.parent / "static"
_LARGE = 1_000  # elements of a list, and quarter bytes of a packed array, that travel apart
_COSINE_STEPS = 10_000  # of 1, in what a map answers by itself


def _serve_plotly() -> None:
    """Copy plotly.js from the installed package to where Streamlit serves it: nothing is fetched."""
    source = Path(str(files("plotly") / "package_data" / "plotly.min.js"))
    target = _STATIC / "plotly.min.js"
    if not target.exists() or target.stat().st_size != source.stat().st_size:
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(source, target)


def _serve_own_code() -> str:
    """Put the component's code beside it: as part of the component it would travel with each new figure.

    Returns
    -------
    str
        The file's name, another one for other code, so that no browser keeps an old one.
    """
    code = "".join(
        (_HERE / f).read_text(encoding="utf-8") for f in ("_plot.js", "_film.js", "_callouts.js")
    ).encode()
    target = _STATIC / f"plot-{hashlib.blake2b(code, digest_size=8).hexdigest()}.js"
    if not target.exists():
        for old in _STATIC.glob("plot-*.js"):
            old.unlink(missing_ok=True)
        with whole_file(target, durable=False) as temporary:
            temporary.write_bytes(code)
    return target.name


_serve_plotly()
_CODE = _serve_own_code()
_HELD = f"(globalThis.__w2vPlot ??= {{}})['{_CODE}']"  # a promise of the module
_IMPORT = f"({_HELD} ??= import(new URL('app/static/{_CODE}', document.baseURI)))"
_component = st.components.v2.component(
    "w2v_plot",
    html='<div class="w2v-title" dir="auto" hidden></div><div class="w2v-plot"></div>',
    css=(_HERE / "_plot.css").read_text(encoding="utf-8"),
    js=f"""export default function (component) {{
      const drawn = {_IMPORT}.then((code) => code.default(component));
      drawn.catch((error) => {{ {_HELD} = null; console.error(error); }});
      return () => drawn.then((clean) => clean?.(), () => null);
    }}""",
    isolate_styles=False,
)
# The same promises as in the component and in _plot.js, which find them made.
_AHEAD = (
    f"<script>{_IMPORT};"
    + """
globalThis.__w2vPlotly ??= new Promise((ok, fail) => {
  const script = document.createElement('script');
  script.onload = () => ok(globalThis.Plotly);
  script.onerror = () => fail(new Error('plotly.min.js could not be loaded'));
  script.src = new URL('app/static/plotly.min.js', document.baseURI);
  document.head.append(script);
});
for (const one of document.querySelectorAll('.w2v-ahead')) {
  one.closest('[data-testid="stElementContainer"]')?.style.setProperty('display', 'none');
}
</script><span class="w2v-ahead"></span>"""
)
_part = st.components.v2.component(
    "w2v_part", js=(_HERE / "_part.js").read_text(encoding="utf-8"), isolate_styles=False
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
    address: str | None = None,
    title: tuple[str, str, str] | None = None,
    answers: tuple[str, str] | None = None,
) -> None:
    """Show a figure that may change under the eye.

    Parameters
    ----------
    figure : go.Figure
        Its frames, if it has any, are passes of a training: the plot then has a slider and can play.
    key : str
        The plot's identity; the same from run to run.
    height : int
        Pixels.
    name : str
        File name of a downloaded picture.
    view : str
        What the axes show. While it stays the same, so does a person's zoom or camera.
    focus : (key, (x, y), (width, height)), optional
        When its key is new, the view moves to center x, y and shows at most so much around it.
    on_click : callable, optional
        Called with the row of a clicked point, before the page runs again.
    on_add : callable, optional
        The same for a click with the shift key held; where left out, that is a click like any other.
    on_select : callable, optional
        Called with the rows inside a box or lasso; where left out, neither is offered.
    on_pass : callable, optional
        Called with the name of the frame where the slider came to rest.
    start_pass : int, optional
        The frame that is shown first; the last where left out.
    address : str, optional
        The query parameter in which zoom or camera is kept, so that the address reproduces it.
    title : (before, word, after), optional
        A line of plain text above the plot, the word in bold.
    answers : (name, key of another plot), optional
        A click on a point of this map marks it and its nearest at once, and draws their bars in the
        other plot, while the page follows: the name that ``send_nearest`` gave to the table for it.
    """
    spec, parts = _taken_apart(figure)
    data = {
        "figure": to_json_plotly(spec),
        "height": height,
        "name": name,
        "view": view,
        "focus": None,
        "on_dark": theme.ON_DARK,
        "select": on_select is not None,
        "pass": start_pass,
        "address": address,
        "title": title,
        "key": key,
        "parts": {f"{key}-{slot}": digest for slot, (digest, _) in parts.items()},
        "answers": answers,
    }
    if focus is not None:
        which, (x, y), (width, high) = focus
        data["focus"] = {
            "key": which,
            "x": float(x),
            "y": float(y),
            "span": [float(width), float(high)],
        }

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
        for slot, (digest, text) in parts.items():
            _send(f"{key}-{slot}", digest, text)
        _component(
            key=key,
            data=data,
            height=height if title is None else "content",
            on_click_change=deferred(clicked),
            on_select_change=deferred(selected),
            on_pass_change=deferred(came_to_rest),
        )


def load_ahead() -> None:
    """Let the browser load plotly.js while the page is still being made; once a page, before plots."""
    st.html(_AHEAD, unsafe_allow_javascript=True)


def send_nearest(name: str, near: np.ndarray, cosines: np.ndarray) -> None:
    """Let a map answer clicks by itself; see ``plot``.

    Parameters
    ----------
    name : str
    near : int (|W|, k)
        The rows of each word's nearest, best first.
    cosines : float (|W|, k)
    """
    text = _nearest_as_json(name, near, cosines)
    _send("nearest", name, text)


@st.cache_resource(max_entries=4, show_spinner=False)
def _nearest_as_json(name: str, _near: np.ndarray, _cosines: np.ndarray) -> str:
    small = np.uint16 if len(_near) <= 2**16 else np.int32
    rounded = np.round(_cosines * _COSINE_STEPS).astype(np.int16)
    table = {"near": packed(_near.astype(small)), "cosines": packed(rounded)}
    return json.dumps({**table, "k": _near.shape[1], "steps": _COSINE_STEPS})


def packed(array: np.ndarray) -> dict[str, str]:
    """A flat array as Plotly writes it."""
    kind = array.dtype.str[1:]
    return {"dtype": kind, "bdata": base64.b64encode(array.tobytes()).decode("ascii")}


def _send(slot: str, digest: str, text: str) -> None:
    _part(key=f"part-{slot}", data={"slot": slot, "key": digest, "value": text})


def _taken_apart(figure: go.Figure) -> tuple[dict[str, Any], dict[str, tuple[str, str]]]:
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
