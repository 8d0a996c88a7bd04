"""What pages share: the current model, cached look-ups, errors shown as sentences."""

from __future__ import annotations

import contextlib
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import streamlit as st
from streamlit import runtime

import pages.parts.navigation_guard
import pages.parts.visitor  # noqa: F401  (says whom everything below answers)
from pages.parts import address
from pages.parts.deferred import deferred
from pages.parts.readable_cache import of_readable
from pages.parts.recent_values import RecentValues
from w2v_core import Corpus, SkipGram, WordVectors
from w2v_core.figures import theme
from w2v_core.library import library, training_history
from w2v_core.library.sweep import note_opened, sweep
from w2v_core.queue.queue import Queue
from w2v_core.queue.supervisor import supervise
from w2v_core.space.moving_map import MovingMap
from w2v_core.space.projection import Projection, pca
from w2v_core.storage.files import read_json, sentence
from w2v_core.storage.home import published
from w2v_core.storage.limits import max_text_bytes, max_upload_bytes, refuse_training
from w2v_core.storage.records import CorpusRecord
from w2v_core.storage.write_access import why_unwritable
from w2v_core.visitors import ownership, quota
from w2v_core.visitors.visitor_queue import OwnQueue
from w2v_core.vocabulary import Vocabulary

NO_OUTPUT = (
    "This model came as one matrix of vectors, without output vectors U, so it predicts nothing, and "
    "why words are near cannot be said: train it here, or import it as a model saved here (.zip)."
)

T = TypeVar("T")
_movie_locks = [threading.Lock() for _ in range(64)]
_reading_locks = [threading.Lock() for _ in range(64)]
_ADDRESS = re.compile(r"(?:://|@)(?=\w)|www(?=\.)", re.IGNORECASE)
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$:<>&@])")


def literal(words: str) -> str:
    """Words from a text or a file name, so that Markdown shows them as they are: no markup, no icons, and
    addresses that nobody can click on."""
    words = _ADDRESS.sub("\\g<0>\u2060", words)  # made into links after the backslashes have gone
    return _MARKDOWN.sub(r"\\\1", words).replace(":material", ":\u2060material")


def short(word: str, longest: int = 40) -> str:
    """A word for a line of running text, as ``literal`` shows it; cut where it is very long."""
    return literal(theme.isolated(cut(word, longest)))


def unlike(words: Sequence[str], longest: int = 40) -> dict[str, str]:
    """Each word as ``short`` shows it, and no two alike: fields know their options by what they show.
    What is cut alike is numbered."""
    shown: dict[str, str] = {}
    for word in words:
        name = cut(word, longest)
        number = 1
        while name in shown.values():
            number += 1
            name = f"{cut(word, longest)} ({number})"
        shown[word] = name
    return {word: literal(name) for word, name in shown.items()}


def shown_as(names: Mapping[T, str]) -> Callable[[T], str]:
    """How a field shows its options: by their names. A stale choice that has no name is shown as it is."""
    return lambda option: names.get(option, str(option))


def cut(word: str, longest: int = 40) -> str:
    """A word of no more than so many characters, as it is."""
    return word if len(word) <= longest else word[: longest - 1] + "…"


@contextmanager
def sentences_for_errors(
    kinds: tuple[type[Exception], ...] = (ValueError, KeyError, OSError),
) -> Iterator[None]:
    """Show what goes wrong with a person's input, or with the disk, as a sentence, and end the page
    there; ``kinds`` are the errors that carry one."""
    try:
        yield
    except kinds as error:
        st.error(literal(sentence(error)), icon=":material/error:")
        st.stop()


@contextmanager
def toast_for_errors() -> Iterator[None]:
    """Say what a click cannot do in a note that goes by itself; the page stays as it is."""
    try:
        yield
    except (ValueError, OSError) as error:
        st.toast(literal(sentence(error)), icon=":material/error:", duration="long")


@st.cache_resource
def _queue() -> OwnQueue:
    return OwnQueue()


def queue() -> OwnQueue:
    """The queue of this machine, as the visitor may use it."""
    return _queue().of(ownership.visitor().owner)


def most_upload() -> int:
    """What a field for files takes, in MB: as the operator set it, and no more than the server takes."""
    return max(min(int(max_upload_bytes() / 1e6), st.get_option("server.maxUploadSize")), 1)


@st.cache_resource(show_spinner=False)
def keep_workers() -> None:
    """As long as this server runs, what waits in the queue is done, whether somebody looks or not; also
    what a server before this one left there."""
    # A test's stand-in says it is an instance of Runtime; its type does not.
    if runtime.exists() and type(runtime.get_instance()) is runtime.Runtime:
        with contextlib.suppress(OSError):  # a full disk: deleting will do without
            library.make_places()
        supervise(Queue(), sweep)


def tell_unwritable() -> None:
    """One line above every page where nothing can be kept: what works nevertheless."""
    if (said := why_unwritable()) is not None:
        st.warning(said, icon=":material/hard_disk:")


def duration(seconds: float) -> str:
    """Seconds in words."""
    if seconds < 1:
        return "under a second"
    if seconds < 90:
        return f"{seconds:.0f} second{'s' if round(seconds) != 1 else ''}"
    if seconds < 5400:
        return f"{seconds / 60:.0f} minutes"
    return f"{seconds / 3600:.1f} hours"


def waiting(place: int, seconds: float | None) -> str:
    """What a queued job says: how many come before it, and how long that will take."""
    if not place:
        return "Starting …"
    about = f", about {duration(seconds)}" if seconds is not None and seconds >= 1 else ""
    return f"Waiting: {place} before this one{about}"


# The current model: its id stands in the address (?model=…), and is remembered between pages.


def current_model_id() -> str | None:
    """The id of the model that is open; None where the library has none. The one check that every page
    goes through: only what the visitor may look at is ever open."""
    wanted = address.MODEL.get() or st.session_state.get("model_id")
    if not opens(wanted):
        own = [entry.id for entry in library.models()]
        wanted = next((id for id in own + published() if opens(id)), None)
    st.session_state["model_id"] = wanted
    return wanted


def opens(id: str | None) -> bool:
    """Whether there is such a model, whole, and the visitor may look at it."""
    try:
        return id is not None and library.is_finished(id) and library.entry(id) is not None
    except (OSError, ValueError):
        return False


def damage_said(id: str | None) -> str | None:
    """What to say of an address whose model is damaged; None for any other."""
    why = None if id is None else library.damage(id)
    if not why:
        return None
    own = ownership.owns(str(id))
    who = "It can be deleted in the Library." if own else "Only its owner can delete it."
    return f"The model of this address cannot be opened. {why} {who}"


def page_model() -> str | None:
    """The model that a page shows, kept in its address; None, and the way to one, where there is none."""
    wanted, current = address.MODEL.get(), current_model_id()
    if wanted is not None and wanted != current:
        if (damaged := damage_said(wanted)) is not None:
            st.warning(literal(damaged), icon=":material/heart_broken:")
        else:
            st.warning("The model in this address is not here, so the newest one is shown.")
    elif current is not None:
        address.MODEL.set(current)
    if current is None:
        st.info("There is no model yet: train one first.")
        st.page_link("pages/train.py", label="Train on a text", icon=":material/model_training:")
    return current


def model_labels(entries: list[library.Entry]) -> dict[str, str]:
    """Id → name, when it was made, and words; no two alike, as a field knows its options by their labels
    alone."""
    labels: dict[str, str] = {}
    alike: Counter[str] = Counter()
    for entry in sorted(entries, key=lambda entry: entry.created):  # what comes later changes none
        made = time.localtime(entry.created)
        today = time.localtime()[:3] == made[:3]
        when = time.strftime("%H:%M" if today else "%d %b", made)
        label = f"{entry.name[:14]} · {when} · {entry.n_words:,} words"
        alike[label] += 1
        labels[entry.id] = label if alike[label] == 1 else f"{label} ({alike[label]})"
    return labels


def sidebar_model() -> None:
    """Choose the model that all pages show."""
    current = current_model_id()
    if current is None:
        return
    entries = {entry.id: entry for entry in library.models()}
    for id in (*published(), current):  # the class set, and what was opened by its address
        if id not in entries and opens(id):
            entries[id] = library.entry(id)
    labels = model_labels(list(entries.values()))

    def chosen() -> None:
        choice = st.session_state["_model_choice"]
        # The field also reports what the page itself put there, a training that ended: nobody's choice.
        if choice != st.session_state.get("model_id"):
            st.session_state["model_id"] = choice
            address.MODEL.set(choice)

    st.session_state["_model_choice"] = current
    st.selectbox(
        "Model",
        list(entries),
        format_func=shown_as(labels),
        key="_model_choice",
        on_change=deferred(chosen),
    )


@of_readable(max_entries=12, show_spinner="Opening the model …")
def _load(id: str, changed: float) -> SkipGram:
    model = library.load(id)
    for array in (model.V, model.U, model.log_q, model.counts):
        if array is not None:
            array.flags.writeable = False
    return model


def open_model(id: str) -> SkipGram:
    """A model of the library, kept in memory while it is looked at."""
    note_opened(id)
    return _load(id, _changed(id))


def vector_kinds(id: str) -> list[str]:
    """The kinds of vectors a model has, to choose from under the key "which"; a kind that was chosen
    for another model and is not here is forgotten."""
    kinds = list(open_model(id).kinds)
    if st.session_state.get("which", kinds[0]) not in kinds:
        st.session_state["which"] = kinds[0]
    return kinds


def in_text(model: SkipGram, row: int) -> str:
    """How often a word stands in the text, in words; empty where nobody counted."""
    if not model.has_counts:
        return ""
    count = int(model.counts[row])
    return ("once" if count == 1 else f"{count:,} times") + " in the text"


def _changed(id: str) -> float:
    return (library.model_folder(id) / "model.json").stat().st_mtime


@of_readable(max_entries=12)
def _vectors(id: str, changed: float, which: str) -> WordVectors:
    return _load(id, changed).vectors(which)


def vectors(id: str, which: str) -> WordVectors:
    """V ("center"), U ("output") or V + U ("sum") of a model."""
    return _vectors(id, _changed(id), which)


@of_readable(max_entries=12)
def _pca(id: str, changed: float, which: str) -> Projection:
    return pca(_vectors(id, changed, which).matrix)


def projection(id: str, which: str) -> Projection:
    """The first two principal components of a model's vectors."""
    return _pca(id, _changed(id), which)


@of_readable(max_entries=64)
def _movie(id: str) -> MovingMap:
    return MovingMap()


def moving_map(id: str, words: int) -> MovingMap:
    """The map of a training's most frequent words at every pass kept so far."""
    movie, folder = _movie(id), library.model_folder(id)
    with _movie_locks[hash(id) % len(_movie_locks)]:
        steps = [
            step for step in training_history.snapshot_steps(folder) if step not in movie.frames
        ]
        found, _ = training_history.read_snapshots(folder, steps, len(vocabulary(id)))
        for snapshot in found:
            shown = snapshot.V[:words]
            if all(len(frame) == len(shown) for frame in movie.frames.values()):
                movie.add(snapshot.step, shown)
    return movie


@of_readable(max_entries=32)
def vocabulary(id: str) -> Vocabulary:
    """The words of a training whose text has been read."""
    record = CorpusRecord.from_json(read_json(library.model_folder(id) / "corpus.json"))
    return Vocabulary(record.words, record.lowercase)


@st.cache_resource
def _corpora() -> RecentValues[Corpus]:
    return RecentValues(4)


def read_corpus(text: str, parameters: dict[str, Any]) -> Corpus:
    """A text, read with these parameters; the progress of a long reading is shown, and any change
    on the page ends it."""
    kept = _corpora()
    path = library.text_file(text)
    key = (str(path), path.stat().st_mtime, *sorted(parameters.items(), key=str))
    # A class opens one text at the same time: it is read once, and the others wait for it.
    with _reading(key):
        corpus = kept.get(key)
        if corpus is None:
            corpus = kept.put(key, _read_anew(path, parameters))
    refuse_training(corpus.n_tokens)
    return corpus


@contextmanager
def _reading(key: tuple) -> Iterator[None]:
    """Only one visitor at a time reads this text with these parameters; who waits can leave."""
    lock, place = _reading_locks[hash(key) % len(_reading_locks)], st.empty()
    while not lock.acquire(timeout=0.2):  # a change on the page ends it here
        place.caption("Waiting for another reading of this text …")
    try:
        place.empty()
        yield
    finally:
        lock.release()


def _read_anew(path: Path, parameters: dict[str, Any]) -> Corpus:
    place, start = st.empty(), time.perf_counter()

    def show(share: float) -> None:
        spent = time.perf_counter() - start
        if spent > 0.5 and share > 0:
            left = duration(spent * (1 - share) / share)
            place.progress(share, f"Reading the text … about {left} left")

    with quota.spending(
        ownership.visitor().owner
    ):  # a long text leaves its numbers in temporary files
        corpus = Corpus.from_file(path, **parameters, max_bytes=max_text_bytes(), callback=show)
    place.empty()
    return corpus
