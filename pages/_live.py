"""A training as it goes: progress, loss, the moving map, watched words; reload finds it again."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pages._plot import plot
from pages._shared import (
    duration,
    literal,
    moving_map,
    open_model,
    queue,
    sentences_for_errors,
    short,
    vectors,
    vocabulary,
)
from w2v_core import WordVectors
from w2v_core.figures.scatter import word_map
from w2v_core.figures.training import loss_curve
from w2v_core.runs import history, library
from w2v_core.runs.files import read_arrays
from w2v_core.runs.formats import load_corpus
from w2v_core.runs.home import is_id
from w2v_core.runs.queue import Job
from w2v_core.runs.worker import ensure_worker

MAP_WORDS = 300
PHASES = {
    "reading": "Reading the text",
    "counting": "Counting the pairs",
    "training": "Training",
    "saving": "Saving the model",
}


def show_training(id: str) -> None:
    """The page of one training, from the queue to the finished model."""
    job = queue().get(id) if is_id(id) else None
    if job is None and not library.is_finished(id):
        st.error("There is no such training here. It may have been deleted.")
        another()
        return
    running = job is not None and not job.ended
    if library.is_finished(id) and st.session_state.get("_finished") != id:
        # Just finished, or opened by its address: the model that all pages show, once.
        st.session_state["_finished"] = st.session_state["model_id"] = id
        st.rerun()
    st.fragment(run_every=1.0 if running else None)(_watch)(id, running)


def another(label: str = "Train another") -> None:
    if st.button(label, icon=":material/arrow_back:"):
        del st.query_params["job"]
        st.rerun(scope="app")


def _watch(id: str, was_running: bool) -> None:
    job = queue().get(id)
    if was_running and (job is None or job.ended):
        st.rerun(scope="app")
    with sentences_for_errors():
        folder = library.model_folder(id)
        progress = history.read_progress(folder)
        st.markdown(f"### {literal(library.settings(id)['name'])}")
        _status(id, job, progress)
        if (folder / "corpus.json").exists():
            _pictures(id, progress, finished=library.is_finished(id))


def _status(id: str, job: Job | None, progress: dict) -> None:
    """One line that says how it stands, and what can be done."""
    if library.is_finished(id):
        _finished(id, job)
    elif job is None:
        st.error("This training is not in the queue any more.")
        another()
    elif job.state == "queued":
        ensure_worker(queue())
        before = queue().place(id)
        bar, stop = st.columns([5, 1], vertical_alignment="center")
        bar.progress(0.0, "Starting …" if not before else f"Waiting: {before} before this one")
        _stop_button(stop, id)
        another()
    elif job.state == "running":
        ensure_worker(queue())
        share = float(progress.get("share", 0.0))
        phase = progress.get("phase", "reading")
        words = PHASES.get(phase, phase)
        if phase == "training":
            words += f" · after {_passes(max(len(progress['losses']) - 1, 0))}"
        if 0.02 < share < 1:
            left = duration(progress["phase_seconds"] * (1 - share) / share)
            words += f" · at most {left} left"
        if job.stop:
            words += " · stopping …"
        bar, stop = st.columns([5, 1], vertical_alignment="center")
        bar.progress(min(share, 1.0), words)
        _stop_button(stop, id, disabled=job.stop)
        another()
    elif job.state == "lost":
        _lost(id, job)
    else:
        (st.error if job.state == "failed" else st.info)(literal(job.message or "It ended."))
        another("Back to the text")


def _passes(n: int) -> str:
    return f"{n:,} pass" if n == 1 else f"{n:,} passes"


def _stop_button(place, id: str, disabled: bool = False) -> None:
    if place.button("Stop training", icon=":material/stop:", disabled=disabled, width="stretch"):
        queue().request_stop(id)
        st.rerun(scope="app")


def _finished(id: str, job: Job | None) -> None:
    model = open_model(id)
    n_words, dim = model.V.shape
    how = "Stopped after" if model.stopped else "Trained in"
    passes = len(model.loss_curve) - 1
    done, explore, again = st.columns([6, 1.4, 1.4], vertical_alignment="center")
    done.success(
        f"{how} {_passes(passes)}, {duration(model.seconds)}: {n_words:,} words, "
        f"{dim} dimensions, loss {model.loss_curve[-1]:.3f} nats per pair.",
        icon=":material/check_circle:",
    )
    explore.page_link(
        "pages/explore.py",
        label=":primary[**Explore the map**]",
        icon=":material/scatter_plot:",
        query_params={"model": id},
    )
    with again:
        another()


def _lost(id: str, job: Job) -> None:
    st.error(
        "The training process ended unexpectedly (it was killed, or the machine ran out of memory).",
        icon=":material/error:",
    )
    passes = history.checkpoint_passes(library.model_folder(id))
    keep, again, back = st.columns(3)
    if passes is not None:
        if keep.button(f"Keep what was saved ({_passes(passes)})", type="primary"):
            history.keep_checkpoint(library.model_folder(id))
            queue().end(id, "done", "Kept from the last checkpoint.")
            st.rerun(scope="app")
    else:
        keep.caption("Nothing had been saved yet.")
    if again.button("Train again from the start", icon=":material/replay:"):
        settings = library.settings(id)
        new = library.start_training(
            queue(), job.payload["text"], settings["name"], settings["text"], settings["model"]
        )
        ensure_worker(queue())
        st.query_params["job"] = new
        st.rerun(scope="app")
    with back:
        another("Back to the text")


def _pictures(id: str, progress: dict, finished: bool) -> None:
    live = None if finished else history.read_live(library.model_folder(id))
    left, right = st.columns([5, 3], gap="medium")
    with left:
        _map(id, live, finished)
    with right:
        losses = progress.get("losses", [])
        if losses:
            st.markdown(f"**Exact loss**: {losses[-1]:.4f} nats per pair")
            plot(loss_curve(losses), key=f"loss-{id}", height=230, name="loss")
        _watched(id, live, finished)


def _map(id: str, live: tuple[int, np.ndarray] | None, finished: bool) -> None:
    """The most frequent words as they are now; of a finished training, as they were at any pass."""
    movie = moving_map(id, MAP_WORDS)
    steps = list(movie.frames)
    if not steps:
        st.caption("The map appears with the first pass.")
        return
    if live is not None:
        coordinates, when = movie.lay(live[1][:MAP_WORDS]), f"after {_passes(live[0])}"
    else:
        step = steps[-1]
        if finished and len(steps) > 1:
            step = st.select_slider("Pass", steps, value=step, key=f"pass-{id}")
        coordinates = movie.frames[step]
        when = f"after {_passes(step)}"
    shown = len(coordinates)
    reach = movie.half_width
    figure = word_map(
        coordinates,
        vocabulary(id).words[:shown],
        _counts(id)[:shown],
        ranges=((-reach, reach), (-reach, reach)),
    )
    plot(figure, key=f"map-{id}", height=560, name="map", view="training")
    st.caption(
        f"The {shown} most frequent words {when}: PCA of the center vectors V, "
        "each picture turned to lie on the one before."
    )


@st.cache_resource(max_entries=4, show_spinner=False)
def _counts(id: str) -> np.ndarray:
    return read_arrays(library.model_folder(id) / "corpus.npz", "counts")["counts"]


def _watched(id: str, live: tuple[int, np.ndarray] | None, finished: bool) -> None:
    """Up to five words and their nearest as the vectors are now."""
    folder = library.model_folder(id)
    key = f"watch-{id}"
    if key not in st.session_state:
        kept = [w for w in history.read_watched(folder) if w in vocabulary(id)]
        if not kept:
            wanted = [w for w in st.session_state.get("_watch_first", []) if w in vocabulary(id)]
            kept = wanted or load_corpus(folder).telling_words(3)
            history.write_watched(folder, kept)
        st.session_state[key] = kept[: history.MOST_WATCHED]

    def changed() -> None:
        history.write_watched(folder, st.session_state[key])

    watched = st.multiselect(
        "Watch words",
        vocabulary(id).words,
        key=key,
        max_selections=history.MOST_WATCHED,
        on_change=changed,
        placeholder="Choose up to five words to follow",
    )
    if finished:
        space = vectors(id, "center")
    elif live is not None:
        space = WordVectors(vocabulary(id).words, live[1], lowercase=vocabulary(id).lowercase)
    else:
        return
    for word in watched:
        nearest = ", ".join(short(w) for w, _ in space.most_similar(word, 6))
        st.markdown(f"**{short(word)}** · {nearest}")
