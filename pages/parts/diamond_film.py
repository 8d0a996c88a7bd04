"""The passes of a training as a film of a relation: its diamonds after each pass."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

import pages.parts.navigation_guard  # noqa: F401
from pages.parts.background_work import background
from pages.parts.certainty_tools import has_text
from pages.parts.displayed_text import shown_as
from pages.parts.model.opened_model import open_model
from pages.parts.readable_cache import of_readable
from pages.parts.visitor import the_library
from w2v_core.library import training_history
from w2v_core.space import planes
from w2v_core.space.relations import forming
from w2v_core.work import analyses

RANDOM = "random_start"
SOURCES = {"own": "its training", RANDOM: "a random start"}
CLOSED = 0.5  # parallelism from which there is not much left to watch


@dataclass(frozen=True)
class Film:
    """Pairs at every pass of a training: the passes, the places float (k, 2, axes) at each, the curves
    (passes, 2) of parallelism and closure, and the losses of all passes."""

    steps: list[int]
    pictures: list[np.ndarray]
    curves: np.ndarray
    losses: np.ndarray


@of_readable(max_entries=4, show_spinner="Reading the training's history …")
def _passes(
    id: str, which: str, source: str
) -> tuple[list[int], np.ndarray, list[np.ndarray], np.ndarray]:
    """The passes kept, the words' rows that all of them hold, the vectors at each, and the losses."""
    if source == RANDOM:
        found = analyses.result(the_library(), RANDOM, id, {})
        if found is None:  # it is damaged, and can be made again
            return [], np.empty(0, int), [], np.empty(0)
        V, U = found.arrays["V"], found.arrays["U"]
        matrices = [
            _kind(v.astype(np.float32), u.astype(np.float32), which)
            for v, u in zip(V, U, strict=True)
        ]
        return list(range(len(V))), np.arange(V.shape[1]), matrices, found.arrays["losses"]
    folder = the_library().model_folder(id)
    model = open_model(id)
    losses = model.loss_curve
    kept = [step for step in training_history.snapshot_steps(folder) if step < len(losses)]
    snapshots, _ = training_history.read_snapshots(folder, kept, *model.V.shape)
    steps = [snapshot.step for snapshot in snapshots]
    if not snapshots:
        return [], np.empty(0, int), [], losses
    rows = snapshots[0].rows
    for snapshot in snapshots[1:]:
        rows = np.intersect1d(rows, snapshot.rows)
    matrices = []
    for snapshot in snapshots:
        at = np.searchsorted(snapshot.rows, rows)
        matrices.append(_kind(snapshot.V[at], snapshot.U[at], which))
    return steps, rows, matrices, losses


def _kind(V: np.ndarray, U: np.ndarray, which: str) -> np.ndarray:
    return {"center": V, "output": U}[which] if which != "sum" else V + U


@of_readable(max_entries=16, show_spinner="Drawing every pass …")
def _film(id: str, which: str, rows: tuple, kind: str, n_axes: int, source: str) -> Film | None:
    """The film of these pairs; None where words were not kept."""
    steps, kept, matrices, losses = _passes(id, which, source)
    pairs = np.array(rows)
    if len(steps) < 2 or not np.isin(pairs, kept).all():
        return None
    places = np.searchsorted(kept, pairs)
    pictures = planes.moving_planes(matrices, places, kind, n_axes)
    return Film(steps, pictures, forming(matrices, places), losses)


def choose_film(id: str, which: str, rows: np.ndarray, kind: str, n_axes: int) -> Film | None:
    """In which training to watch the list form, and what of it was kept."""
    key = tuple(map(tuple, rows.tolist()))
    own = _film(id, which, key, kind, n_axes, "own")
    closed = own is None or own.curves[0, 0] > CLOSED
    source = st.segmented_control(
        "Watch it form from",
        list(SOURCES),
        default=RANDOM if closed and has_text(id) else "own",
        required=True,
        format_func=shown_as(SOURCES),
        key="from",
        bind="query-params",
        help="The model's own training may start from the spectrum of the counts, where much of a "
        "diamond is already closed. A random start is that of the notes: small random vectors "
        "and no anchor.",
    )
    if source == "own":
        if own is None:
            st.caption(
                "There are no passes for these words: they are kept only for the 2,000 most "
                "frequent words and the watched words of a model trained on this machine."
            )
        elif closed:
            st.caption(
                "This training started from the spectrum of the counts, where much of the "
                "diamond is already closed."
            )
        return own
    if not has_text(id):
        st.caption("This model's text is not here, so the model cannot be trained again.")
        return None
    if (
        background(
            RANDOM,
            id,
            {},
            "Train from a random start",
            "random",
            "Trains on the same text again, in the background, from small random vectors.",
        )
        is None
    ):
        return None
    film = _film(id, which, key, kind, n_axes, RANDOM)
    if film is None:
        st.caption(
            "There are no passes for these words: they are kept only for the "
            f"{analyses.FORMING_WORDS:,} most frequent words."
        )
    return film
