"""Models that are open: their words, vectors and projections, kept in memory while they are looked at."""

from __future__ import annotations

import threading

from pages.parts.readable_cache import of_readable
from pages.parts.visitor import the_library
from w2v_core import SkipGram, WordVectors
from w2v_core.library import training_history
from w2v_core.library.sweep import note_opened
from w2v_core.model.subwords import FormVectors
from w2v_core.model.word_model import FORM
from w2v_core.space.moving_map import MovingMap
from w2v_core.space.projection import Projection, pca
from w2v_core.storage.files import read_json
from w2v_core.storage.records import CorpusRecord
from w2v_core.vocabulary import Vocabulary

NO_OUTPUT = (
    "This model came without output vectors U, so it cannot make predictions or explain why words "
    "are near: train a model here, or import one that was saved here (.zip)."
)


_movie_locks = [threading.Lock() for _ in range(64)]


@of_readable(max_entries=12, show_spinner="Opening the model …")
def _load(id: str, changed: float) -> SkipGram:
    model = the_library().load(id)
    for array in (model.V, model.U, model.log_q, model.counts):
        if array is not None:
            array.flags.writeable = False
    return model


def open_model(id: str) -> SkipGram:
    """A model of the library, kept in memory while it is looked at."""
    note_opened(the_library().home, id)
    return _load(id, _changed(id))


def in_text(model: SkipGram, row: int) -> str:
    """How often a word stands in the text, in words; empty where nobody counted."""
    if not model.counts.any():
        return ""
    count = int(model.counts[row])
    return ("once" if count == 1 else f"{count:,} times") + " in the text"


def _changed(id: str) -> float:
    return (the_library().model_folder(id) / "model.json").stat().st_mtime


@of_readable(max_entries=4, show_spinner="Fitting vectors to the spelling of the words …")
def _form(id: str, changed: float) -> FormVectors:
    return _load(id, changed).form_vectors()


def form_vectors(id: str) -> FormVectors:
    """The vectors by spelling of a model."""
    return _form(id, _changed(id))


@of_readable(max_entries=12)
def _vectors(id: str, changed: float, which: str) -> WordVectors:
    model = _load(id, changed)
    if which == FORM:
        words = model.vocabulary
        return WordVectors(words.words, _form(id, changed).matrix, lowercase=words.lowercase)
    return model.vectors(which)


def vectors(id: str, which: str) -> WordVectors:
    """V ("center"), U ("output"), V + U ("sum") or a named view of a model."""
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
    movie, folder = _movie(id), the_library().model_folder(id)
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
    record = CorpusRecord.from_json(read_json(the_library().model_folder(id) / "corpus.json"))
    return Vocabulary(record.words, record.lowercase)
