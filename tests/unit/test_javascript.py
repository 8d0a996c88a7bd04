"""Python and the browser place callouts alike."""

import json
import shutil
import subprocess

import numpy as np
import plotly.graph_objects as go
import pytest

from tests.conftest import ROOT
from w2v_core.figures.callouts import SIZE, Frame, add_callouts
from w2v_core.figures.labels import text_width

NODE = shutil.which("node")
OLDEST = (20, 19)  # reads a module without being told that it is one


def node_version() -> tuple[int, ...]:
    if NODE is None:
        return ()
    said = subprocess.run([NODE, "--version"], capture_output=True, text=True, check=True).stdout
    return tuple(map(int, said.strip().lstrip("v").split(".")))


def picture(seed: int, keep_all: bool) -> tuple[go.Figure, Frame, list[str], dict]:
    """A figure with its callouts placed by Python, and the same question for the browser's search."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(5, 200))
    points = rng.normal(size=(n, 2))
    obstacles = rng.normal(size=(int(rng.integers(1, 40)), 2)) * 0.5
    words = [f"w{'o' * int(rng.integers(12))}rd{i}" for i in range(n)]
    frame = Frame.around(points, 900, 560)
    figure = go.Figure()
    add_callouts(
        figure,
        frame,
        points,
        words,
        away=rng.normal(size=(n, 2)),
        obstacles=obstacles,
        gaps=rng.uniform(0, 12, n),
        keep_all=keep_all,
    )
    callouts = figure.layout.meta["callouts"]
    down = np.array([1, -1])  # pixels of a browser grow downward
    half = frame.half * frame.scale
    question = {
        "at": (frame.pixels(points) * down).tolist(),
        "callouts": callouts,
        "box": [*(-half), *half],
        "sizes": [[text_width(word, SIZE), SIZE] for word in words],
        "obstacles": (frame.pixels(callouts["obstacles"]) * down).tolist(),
    }
    return figure, frame, words, question


@pytest.mark.skipif(node_version() < OLDEST, reason="needs Node.js 20.19 or newer")
def test_the_browser_finds_the_places_that_python_finds():
    made = [picture(seed, keep_all) for seed in range(4) for keep_all in (True, False)]
    done = subprocess.run(
        [str(NODE), ROOT / "tests/js/find_places.js"],
        input=json.dumps([question for *_, question in made]),
        capture_output=True,
        text=True,
        check=True,
    )
    led = hidden = 0
    for (figure, _, words, _), found in zip(made, json.loads(done.stdout), strict=True):
        for word, note, place in zip(words, figure.layout.annotations, found, strict=True):
            assert note.visible == place["visible"], word
            if not note.visible:
                hidden += 1
                continue
            assert bool(note.showarrow) == place["led"], word
            led += place["led"]
            offset = (note.ax, note.ay) if note.showarrow else (note.xshift, -note.yshift)
            assert offset == pytest.approx((place["dx"], place["dy"]), abs=0.01), word
    assert led > 20 and hidden > 20  # every kind of place was among them
