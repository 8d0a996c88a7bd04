"""The job "train": a text file and settings in, a model's folder out.

A training that was stopped, paused or killed goes on where it is started again in the same folder:
from its last checkpoint, on the text saved there, to the vectors of an undisturbed one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from w2v_core.library.model_documents import keep_documents
from w2v_core.library.model_files import (
    counted_facts,
    load_corpus,
    save_corpus,
    save_model,
    versions,
)
from w2v_core.library.training_history import (
    Recorder,
    keep_checkpoint,
    read_progress,
    read_state,
    read_watched,
    write_watched,
)
from w2v_core.model.beyond_frequency import measure_gain
from w2v_core.model.placed_pairs import PlacedPairs, Unreachable
from w2v_core.model.skipgram import Progress, SkipGram
from w2v_core.model.trainers import new_model
from w2v_core.model.unigram import choose_smoothing, unigram_loss_of
from w2v_core.space.example_words import words_to_watch
from w2v_core.storage import records
from w2v_core.storage.files import Damaged, write_json
from w2v_core.storage.limits import max_dim, refuse_training
from w2v_core.text.budget import NoRoom
from w2v_core.text.corpus import Corpus
from w2v_core.text.counted_text import CountedText

READING, COUNTING, STARTING, TRAINING, COMPARING, SAVING = (
    "reading",
    "counting",
    "starting",
    "training",
    "comparing",
    "saving",
)
STOP, PAUSE, LEAVE, GIVE_WAY = "stop", "pause", "leave", "give way"
_REPORT_EVERY = 0.2  # seconds between two writes of progress.json


Place = Callable[[SkipGram, Corpus | CountedText, Callable[[float], bool]], PlacedPairs]
"""(model, text, callback) → its pairs on the workers of a cluster; the callback is that of
``SkipGram.count``."""


class Paused(Exception):
    """The training was interrupted and can be continued."""


def train(
    folder: Path,
    text: Path | None,
    should_end: Callable[[], str | None],
    max_bytes: int | None,
    told: Callable[[float, str], object] = lambda share, phase: None,
) -> None:
    """Read, count, train and save, leaving progress and history in the folder as it goes.

    The phases are ``READING``, ``COUNTING``, ``STARTING`` (the first vectors), ``TRAINING``,
    ``COMPARING`` (with the frequencies of words, for a short text), ``SAVING``.

    Parameters
    ----------
    folder : Path
        The model's folder, with settings.json: name, created, and the parameters of ``Corpus``
        ("text"), ``count_pairs`` and ``SkipGram`` ("model"). Where it holds the text already, or a
        checkpoint, the training goes on from there.
    text : Path or None
        The file to read, unless the folder holds the text.
    should_end : callable
        Asked several times a second. ``STOP`` ends the training and keeps the model so far,
        ``PAUSE`` ends it with a checkpoint, ``GIVE_WAY`` too, but only after a whole pass, so that
        nothing has to be computed twice; ``LEAVE`` ends it and writes nothing more.
    max_bytes : int or None
        The largest text that is read.
    told : callable
        Called now and then with the share of the training that is done (0 to 1) and the phase; the
        training waits until it returns, and does not count that as its own time.

    Raises
    ------
    Paused
        when it was told to pause, to give way or to leave.
    InterruptedError
        when it was stopped before the first pass, so that there is nothing to keep.
    NoRoom
        when there is no room for what it writes; what was saved stays, and it can go on from there.
    ValueError, OSError
        with a sentence for the person.
    """
    training = _Training(folder, should_end, told)
    try:
        corpus = training.read(text, max_bytes)
        training.fit(corpus)
    except InterruptedError as stopped:
        training.keep_what_there_is(stopped)
    else:
        training.compare(corpus)
        training.save()


def train_counted(
    folder: Path,
    corpus: Corpus | CountedText,
    n_bytes: int,
    should_end: Callable[[], str | None],
    told: Callable[[float, str], object] = lambda share, phase: None,
    place: Place | None = None,
) -> None:
    """The same from the counts of a text that is not here; the model is saved without it.

    Parameters
    ----------
    folder, should_end, told
        As for ``train``, and so are the errors.
    corpus : Corpus or CountedText
        The first has no text of its own.
    n_bytes : int
        The size of the text.
    place : callable, optional
        Counts the pairs where they are to stay, and be trained on.
    """
    training = _Training(folder, should_end, told, elsewhere=place is not None)
    try:
        training.fit(corpus, place)
    except InterruptedError as stopped:
        training.keep_what_there_is(stopped)
    else:
        if isinstance(corpus, Corpus):  # a short text
            training.compare(corpus)
        training.leave_out_text(corpus, n_bytes)
        training.save()


class _Training:
    """One training: where it stands, and what its folder is told of it."""

    def __init__(
        self,
        folder: Path,
        should_end: Callable[[], str | None],
        told: Callable[[float, str], object],
        elsewhere: bool = False,
    ):
        self._folder, self._should_end, self._told = folder, should_end, told
        self._settings = records.read_settings(folder)
        self._model = new_model(self._settings.model)
        self._checkpoint = read_state(folder, mapped=elsewhere)
        self._recorder: Recorder | None = None
        self._without_contexts: float | None = read_progress(folder).get("unigram_loss")
        self._frozen: Callable[[], dict] | None = None  # gives the state within a pass
        self._phase: str | None = None
        # By time.perf_counter: the start, less what was spent before the checkpoint; when the phase began;
        # when progress.json was last written.
        before = self._checkpoint.seconds if self._checkpoint else 0.0
        self._start = time.perf_counter() - before
        self._phase_began = self._written = 0.0

    def read(self, text: Path | None, max_bytes: int | None) -> Corpus:
        """The text that the folder holds, or else the file, which is kept there from now on."""
        self._tell(READING, 0.0)  # in place of what an earlier training here left
        if (self._folder / "corpus.json").exists():
            return load_corpus(self._folder)
        assert text is not None  # a folder without a text is given one
        corpus = Corpus.from_file(
            text,
            **self._settings.text,
            max_bytes=max_bytes,
            callback=lambda share: self._tell(READING, share),
        )
        if not read_watched(self._folder):
            watched = words_to_watch(
                corpus.words, corpus.counts, corpus.ids, corpus.sentence_starts
            )
            write_watched(self._folder, watched)
        save_corpus(corpus, self._folder)
        keep_documents(text, self._folder)
        return corpus

    def fit(self, corpus: Corpus | CountedText, place: Place | None = None) -> None:
        """Count the pairs and train, from the checkpoint where there is one."""
        model, checkpoint = self._model, self._checkpoint
        n_read = corpus.n_tokens if isinstance(corpus, Corpus) else 0  # here
        refuse_training(n_read, len(corpus.words), self._settings.model.get("dim"))
        counted = partial(self._tell, COUNTING)
        pairs: Any
        if place is None:
            pairs = model.count(corpus, counted)
            m = pairs[0].sum(axis=0, dtype=np.float64)
        else:
            pairs = place(model, corpus, counted)
            m = pairs.m
        if m.any():  # fit says what is wrong where there are none
            smoothing = model.smoothing or choose_smoothing(corpus, m)
            self._without_contexts = unigram_loss_of(m, smoothing)
        recorder = self._recorder = Recorder(
            self._folder,
            corpus.vocabulary,
            checkpoint.losses if checkpoint else [],
            checkpoint.held_out_losses if checkpoint else [],
        )

        def on_pass(progress: Progress) -> bool:
            recorder(progress, model.log_q, self._seconds())
            ending = self._tell(TRAINING, progress.step / progress.epochs, whole_pass=True)
            if ending and self._should_end() != LEAVE:
                recorder.checkpoint(progress.state, model.log_q, self._seconds(), at_once=True)
            return ending

        def within_pass(share: float) -> bool:
            ending = self._tell(TRAINING if share > 0 or recorder.losses else STARTING, share)
            if self._frozen is not None:  # newton's vectors move only between passes
                recorder.live(model.V)
                at_once = ending and self._should_end() != LEAVE
                recorder.checkpoint(self._frozen, model.log_q, self._seconds(), at_once)
            return ending

        resume = checkpoint.state if checkpoint else None
        self._tell(TRAINING if resume else STARTING, 0.0)
        try:
            model.fit(
                corpus,
                on_pass,
                pairs=pairs,
                poll=within_pass,
                resume=resume,
                keep=self._keep,
                most_dim=max_dim(),
            )
        except (NoRoom, Unreachable):  # it can go on from there later
            raise
        except ValueError:  # it would fail again from there
            self._forget_checkpoint()
            raise
        except (KeyError, TypeError, IndexError, AttributeError) as error:
            if resume is None:
                raise
            self._forget_checkpoint()
            raise Damaged(
                "The checkpoint of this training is damaged: train again from the start."
            ) from error

    def keep_what_there_is(self, stopped: InterruptedError) -> None:
        """End a training that was interrupted before ``fit`` had a model: its checkpoint is kept as the
        model, unless it is to go on (errors as for ``train``)."""
        if self._should_end() in (PAUSE, LEAVE):
            raise Paused from None
        if self._checkpoint is None:
            raise InterruptedError(f"{stopped} There is nothing to keep.") from stopped
        if not (self._folder / "model.json").exists():
            keep_checkpoint(self._folder)

    def compare(self, corpus: Corpus) -> None:
        """Measure what a short text has taught beyond frequency, unless the training is to end at once."""
        if self._model.stopped:
            return
        try:
            self._model.gain = measure_gain(
                self._model, corpus, poll=lambda share: self._tell(COMPARING, share)
            )
        except InterruptedError:
            if self._should_end() in (PAUSE, LEAVE):
                raise Paused from None

    def leave_out_text(self, corpus: Corpus | CountedText, n_bytes: int) -> None:
        """Keep of the text only what is said of it."""
        self._model.corpus = None
        facts = counted_facts(corpus, n_bytes)
        self._model.origin = {"versions": versions(), "text": facts}

    def save(self) -> None:
        """Write the finished, or stopped, model."""
        model = self._model
        if model.stopped and self._should_end() in (PAUSE, LEAVE, GIVE_WAY):
            raise Paused
        self._tell(SAVING, 1.0)
        model.seconds = time.perf_counter() - self._start
        save_model(model, self._folder, name=self._settings.name, created=self._settings.created)
        (self._folder / "live.npz").unlink(missing_ok=True)
        if not model.stopped:  # a stopped training can go on from its checkpoint
            self._forget_checkpoint()
        self._tell(SAVING, 1.0)

    def _tell(self, phase: str, share: float, whole_pass: bool = False) -> bool:
        """Write how far the training is, now and then; returns whether it is to end."""
        if self._should_end() == LEAVE:
            return True
        before = time.perf_counter()
        self._told({TRAINING: share, COMPARING: 1.0, SAVING: 1.0}.get(phase, 0.0), phase)
        now, checkpoint = time.perf_counter(), self._checkpoint
        self._start += now - before  # it may have waited there for a shorter job
        self._phase_began += now - before
        if (wish := self._should_end()) == LEAVE:
            return True
        if phase != self._phase:
            earlier = checkpoint.phase_seconds if checkpoint and phase == TRAINING else 0.0
            self._phase, self._phase_began, self._written = phase, now - earlier, 0.0
        if now - self._written >= _REPORT_EVERY or share >= 1:
            self._written = now
            so_far = self._recorder or checkpoint
            write_json(
                self._folder / "progress.json",
                {
                    "phase": phase,
                    "share": share,
                    "phase_seconds": now - self._phase_began,
                    "seconds": now - self._start,
                    "losses": so_far.losses if so_far else [],
                    "held_out_losses": so_far.held_out_losses if so_far else [],
                    "unigram_loss": self._without_contexts,
                    "chosen": getattr(self._model, "chosen", {}),
                },
                durable=False,
            )
        return whole_pass if wish == GIVE_WAY else wish is not None

    def _seconds(self) -> tuple[float, float]:
        """Of everything so far, and of the training alone."""
        now = time.perf_counter()
        return now - self._start, now - self._phase_began if self._phase == TRAINING else 0.0

    def _keep(self, freeze: Callable[[], dict]) -> None:
        self._frozen = freeze

    def _forget_checkpoint(self) -> None:
        (self._folder / "checkpoint.npz").unlink(missing_ok=True)
