"""A training as it goes: progress, loss, the moving map, watched words; reload finds it again."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pages.parts import address
from pages.parts.blocking_job import stop_blocker, waiting_for
from pages.parts.deferred import deferred, fragment
from pages.parts.displayed_text import literal, short
from pages.parts.error_messages import sentences_for_errors, toast_for_errors
from pages.parts.explanations import explanation
from pages.parts.job_queue import queue
from pages.parts.model.learned_beyond import say_what_was_learned, show_all_the_same
from pages.parts.model.model_addresses import addresses
from pages.parts.model.opened_model import moving_map, open_model, vectors, vocabulary
from pages.parts.readable_cache import of_readable
from pages.parts.training.text_needed import text_needed
from pages.parts.visitor import the_library
from pages.plot import plot
from w2v_core import WordVectors
from w2v_core.durations import duration
from w2v_core.figures.scatter import Axes, Marked, word_map
from w2v_core.figures.training import loss_curve
from w2v_core.library import accounted_items, training_history
from w2v_core.library.model_files import load_corpus
from w2v_core.model.defaults import explain
from w2v_core.queue.queue import Job
from w2v_core.setting_names import with_screen_names
from w2v_core.space.example_words import words_to_watch
from w2v_core.storage.array_tables import CORPUS_ARRAYS, checked_arrays
from w2v_core.storage.files import Damaged
from w2v_core.storage.records import Payload, ProgressRecord
from w2v_core.work.trials_account import what_was_tried
from w2v_core.work.worker import ensure_worker

MAP_WORDS = 300
ROW = [6, 1.4, 1.4]  # what is going on, and two things to do about it
PHASES = {
    "reading": "Reading the text",
    "counting": "Counting the pairs",
    "starting": "Finding the prior and the first vectors",
    "training": "Training",
    "comparing": "Comparing with the frequencies of words",
    "saving": "Saving the model",
}


def show_training(id: str) -> None:
    """The page of one training, from the queue to the finished model."""
    job = queue().get(id) if the_library().rights.may_read(id) else None
    if job is not None and job.kind != "train":  # its id is no model's
        job = None
    running = job is not None and not job.ended
    if not running and (damaged := the_library().damage(id)) is not None:
        who = "It can be deleted in the Library." if the_library().rights.owns(id) else ""
        st.error(
            literal(f"This training cannot be opened. {damaged} {who}"), icon=":material/error:"
        )
        another()
        return
    if job is None and not the_library().is_finished(id):
        st.error("There is no training at this address. It may have been deleted.")
        another()
        return
    if job is not None and job.state == "cancelled" and not the_library().model_folder(id).is_dir():
        st.info(literal(job.message or "It was stopped before its first pass."))
        another("Back to the text")
        return
    if the_library().is_finished(id) and not running and st.session_state.get("_finished") != id:
        # Just finished, or opened by its address: the model that all pages show, once.
        st.session_state["_finished"] = st.session_state["model_id"] = id
        st.rerun()
    # Of a training that has ended the page draws the same, but no fragment. A last look that the browser
    # asked for just before would have Streamlit drop, unsent, all that the fragment drew, but not what
    # fragments within it drew, and the browser would then find no place for those.
    if not running:
        with st.container():  # as a fragment has, so that the plots keep their places
            _watch(id, False, False)
        return
    waits = job is not None and job.state == "queued"
    fragment(run_every=2.0 if waits else 1.0)(_watch)(id, True, waits)


def another(label: str = "Train another") -> None:
    if st.button(label, icon=":material/arrow_back:", width="stretch", on_click=deferred(_leave)):
        st.rerun(scope="app")


def _leave() -> None:
    address.JOB.clear()


def _watch(id: str, was_running: bool, waited: bool) -> None:
    job = queue().get(id)
    if was_running and (job is None or job.ended or (waited and job.state != "queued")):
        st.rerun(scope="app")
    with sentences_for_errors():
        folder = the_library().model_folder(id)
        progress = training_history.read_progress(folder)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"## {literal(the_library().settings(id).name)}")
            addresses(id, training=True)
        with st.container():  # whatever stands in it, what follows keeps its place
            _status(id, job, progress)
        finished = the_library().is_finished(id) and (job is None or job.ended)
        if (folder / "corpus.json").exists():
            _pictures(id, progress, finished)
            _choices(id, progress, finished)
            if finished:
                text_needed(id)


def _status(id: str, job: Job | None, progress: ProgressRecord) -> None:
    """One line that says how it stands, and what can be done. A stopped training keeps its model
    while it goes on: what waits or runs comes first."""
    if job is not None and job.state == "queued":
        ensure_worker(queue())
        before = queue().place(id)
        bar, stop, other = st.columns(ROW, vertical_alignment="center")
        blocker = queue().blocker(id)
        bar.progress(0.0, waiting_for(before, queue().wait(id), blocker))
        _stop_button(stop, id)
        with other:
            another()
        if blocker is not None:
            stop_blocker(blocker, id)
        if not before:
            _steps("reading")
    elif job is not None and job.state == "running":
        ensure_worker(queue())
        share = progress.share
        phase, losses = progress.phase, progress.losses
        words = PHASES.get(phase, phase)
        if phase == "training":
            words += f" · after {_passes(len(losses) - 1)}" if losses else " · first pass"
        if 0.02 < share < 1:
            left = duration(progress.phase_seconds * (1 - share) / share)
            words += f" · at most {left} left"
        if job.gives_way:
            words = "Paused while a shorter job of yours runs; it then continues"
        if job.stop:
            words += " · stopping …"
        bar, stop, other = st.columns(ROW, vertical_alignment="center")
        bar.progress(min(share, 1.0), words)
        _stop_button(stop, id, disabled=job.stop)
        with other:
            another()
        if not losses:
            _steps(phase)
    elif the_library().is_finished(id):
        _finished(id)
    elif job is None:
        st.error("This training is no longer in the queue.")
        _offers(id)
    elif job.state == "lost":
        _lost(id, job)
    else:
        (st.error if job.state == "failed" else st.info)(
            literal(with_screen_names(job.message or "The training ended."))
        )
        _offers(id)


def _steps(phase: str) -> None:
    """What is done before the first picture, and where it stands."""
    names = list(PHASES)
    now = names.index(phase) if phase in names else 0
    st.caption(
        " → ".join(
            f"**{PHASES[name]}**" if i == now else f"{PHASES[name]} ✓" if i < now else PHASES[name]
            for i, name in enumerate(names)
        )
    )


def _passes(n: int) -> str:
    return f"{n:,} pass" if n == 1 else f"{n:,} passes"


def _stop_button(place, id: str, disabled: bool = False) -> None:
    if not the_library().rights.may_change(id):
        return
    # Called before the page runs: the page may begin anew before it comes to the button.
    place.button(
        "Stop training",
        icon=":material/stop:",
        disabled=disabled,
        width="stretch",
        on_click=deferred(_stop),
        args=(id,),
    )


def _stop(id: str) -> None:
    with toast_for_errors():
        accounted_items.stop_training(queue(), id)


def _continue_button(id: str) -> None:
    """Go on from the last checkpoint, on this same page; nothing where there is none, or where that is
    for another person to decide."""
    if not the_library().can_continue(id) or not the_library().rights.may_change(id):
        return
    passes = training_history.checkpoint_passes(the_library().model_folder(id))
    if st.button(
        "Continue",
        type="primary",
        icon=":material/play_arrow:",
        width="stretch",
        help=None if passes is None else f"Continues after {_passes(passes)}",
    ):
        with toast_for_errors():
            the_library().continue_training(queue(), id)
            ensure_worker(queue())
            st.rerun(scope="app")


def _offers(id: str) -> None:
    """What can be done with a training that ended before its end."""
    go_on, back, _ = st.columns([1, 1, 3])
    with go_on if the_library().can_continue(id) else back:
        _continue_button(id)
    with back if the_library().can_continue(id) else go_on:
        another("Back to the text")


def _finished(id: str) -> None:
    model = open_model(id)
    n_words, dim = model.V.shape
    how = "Stopped after" if model.stopped else "Trained in"
    passes = len(model.loss_curve) - 1
    loss = f"loss {model.loss_curve[-1]:.2f}"
    if len(model.held_out_curve):
        loss = (
            f"exact loss: training {model.loss_curve[-1]:.2f}, "
            f"held out {model.held_out_curve[-1]:.2f}"
        )
    goes_on = (
        model.stopped and the_library().can_continue(id) and the_library().rights.may_change(id)
    )
    done, *go_on, explore, again = st.columns(
        [*ROW[:1], 1.2, *ROW[1:]] if goes_on else ROW, vertical_alignment="center"
    )
    done.success(
        f"{how} {_passes(passes)}, {duration(model.seconds)}: {n_words:,} words, "
        f"{dim} dimensions; {loss} nats per pair.",
        icon=":material/check_circle:",
    )
    if goes_on:
        with go_on[0]:
            _continue_button(id)
    explore.page_link(
        "pages/explore.py",
        label=":primary[**Explore the map**]",
        icon=":material/scatter_plot:",
        query_params={"model": id},
    )
    with again:
        another()
    say_what_was_learned(id)


def _lost(id: str, job: Job) -> None:
    st.error(
        f"This training was interrupted. {literal(with_screen_names(job.message or ''))}",
        icon=":material/error:",
    )
    if not the_library().rights.may_change(id):
        another("Back to the text")
        return
    passes = training_history.checkpoint_passes(the_library().model_folder(id))
    go_on, keep, again, back = st.columns(4)
    with go_on:
        _continue_button(id)
    if passes is not None:
        if keep.button(f"Keep what was saved ({_passes(passes)})", width="stretch"):
            with toast_for_errors():
                the_library().keep_checkpoint(queue(), id)
                st.rerun(scope="app")
    else:
        keep.caption("Nothing had been saved yet.")
    if again.button("Train again from the start", icon=":material/replay:", width="stretch"):
        settings = the_library().settings(id)
        text = Payload.from_json(job.payload).text
        if text is None:
            raise Damaged(
                "The text of this training is no longer here. Upload it again to train on it."
            )
        new = the_library().start_training(
            queue(),
            text,
            settings.name,
            settings.text,
            settings.model,
            job.expected,
        )
        ensure_worker(queue())
        address.JOB.set(new)
        st.rerun(scope="app")
    with back:
        another("Back to the text")


def _pictures(id: str, progress: ProgressRecord, finished: bool) -> None:
    folder = the_library().model_folder(id)
    live = None if finished else training_history.read_live(folder, len(vocabulary(id)))
    left, right = st.columns([5, 3], gap="medium")
    with left:
        if not finished or show_all_the_same(id):
            _map(id, live, finished)
    with right:
        losses, held_out = progress.losses, progress.held_out_losses
        if finished:
            model = open_model(id)
            losses, held_out = model.loss_curve.tolist(), model.held_out_curve.tolist()
        if losses:
            both = ": training and held-out sentences" if held_out else ""
            st.markdown(f"**Exact loss**{both}")
            figure = loss_curve(losses, held_out, progress.unigram_loss)
            plot(figure, key=f"loss-{id}", height=260, name="loss")
        _watched(id, live)


def _choices(id: str, progress: ProgressRecord, finished: bool) -> None:
    """What nobody set, what it was set to, and why."""
    chosen = open_model(id).chosen if finished else progress.chosen
    if not chosen:
        return
    solver = the_library().settings(id).model.get("solver", "newton")
    with st.expander("What was chosen for this text, and why", icon=":material/tune:"):
        lines = [explain(name, value, solver) for name, value in chosen.items()]
        if finished and (trials := open_model(id).trials) is not None:
            lines += what_was_tried(trials)
        st.markdown("\n".join(f"- **{literal(what)}**: {literal(why)}" for what, why in lines))


def _map(id: str, live: tuple[int, np.ndarray] | None, finished: bool) -> None:
    """The most frequent words as they are now, the watched ones marked; of a finished training the film
    of how the map formed."""
    picture, below = st.container(), st.container()  # they keep their places
    movie = moving_map(id, MAP_WORDS)
    frames = list(movie.frames.items())
    last = len(open_model(id).loss_curve) - 1 if finished else -1
    if frames and last > frames[-1][0]:  # of a training that was stopped within a pass
        frames.append((last, movie.lay(vectors(id, "center").matrix[:MAP_WORDS])))
    if not frames:
        st.caption("The map appears after the first pass.")
        return
    now = frames[-1]
    if live is not None:
        now = live[0], movie.lay(live[1][:MAP_WORDS])
    passes = frames if finished and len(frames) > 1 else []
    coordinates, reach = now[1], movie.half_width
    shown = len(coordinates)
    figure = word_map(
        coordinates,
        vocabulary(id).words[:shown],
        _counts(id)[:shown],
        passes=passes,
        axes=Axes(ranges=((-reach, reach), (-reach, reach))),
        marked=Marked(picked=[row for row in _watched_rows(id) if row < shown]),
    )
    with picture:
        plot(
            figure,
            key=f"map-{id}",
            height=560,
            name="map",
            view="training",
            play=f"training {id}" if passes else None,
        )
    when = "at each pass" if passes else f"after {_passes(now[0])}"
    below.caption(
        f"The {shown} most frequent words {when}: PCA of the center vectors V, each picture "
        "rotated to match the one before. The watched words have rings."
    )


def _watched_rows(id: str) -> list[int]:
    """The rows of the words that are watched here, which the page has chosen or the training keeps."""
    chosen = st.session_state.get(f"watch-{id}")
    if chosen is None:
        chosen = training_history.read_watched(the_library().model_folder(id))
    rows = (vocabulary(id).find(word) for word in chosen)
    return [row for row in rows if row is not None]


@of_readable(max_entries=64)
def _counts(id: str) -> np.ndarray:
    n_words = len(vocabulary(id))
    path = the_library().model_folder(id) / "corpus.npz"
    return checked_arrays(path, {"counts": CORPUS_ARRAYS["counts"]}, n=n_words)["counts"]


def _watched(id: str, live: tuple[int, np.ndarray] | None) -> None:
    """Up to five words and their nearest as the vectors are now."""
    folder = the_library().model_folder(id)
    key, first = f"watch-{id}", f"_watch-first-{id}"
    if key not in st.session_state:
        kept = [w for w in training_history.read_watched(folder) if w in vocabulary(id)]
        if not kept:  # as of a training of an earlier version
            text = load_corpus(folder)
            kept = words_to_watch(text.words, text.counts, text.ids, text.sentence_starts)
            if the_library().rights.may_change(id):
                the_library().watch_words(id, kept)
        st.session_state[first] = kept[: training_history.MOST_WATCHED]

    def changed() -> None:
        if the_library().rights.may_change(id):  # who only looks on watches for themselves
            the_library().watch_words(id, st.session_state[key])

    watched = st.multiselect(
        "Watch words",
        vocabulary(id).words,
        default=st.session_state[first],
        key=key,
        max_selections=training_history.MOST_WATCHED,
        on_change=deferred(changed),
        placeholder="Choose up to five words to follow",
        help=explanation("watch words"),
    )
    if live is not None:
        space = WordVectors(vocabulary(id).words, live[1], lowercase=vocabulary(id).lowercase)
    elif the_library().is_finished(id):
        space = vectors(id, "center")
    else:
        return
    for word in watched:
        nearest = ", ".join(short(w) for w, _ in space.most_similar(word, 6))
        st.markdown(f"**{short(word)}** · {nearest}")
