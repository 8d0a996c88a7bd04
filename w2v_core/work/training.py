"""The job "train": a text file and settings in, a model's folder out.

A training that was stopped, paused or killed goes on where it is started again in the same folder:
from its last checkpoint, on the text saved there, to the vectors of an undisturbed one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from w2v_core.library.model_files import load_corpus, save_corpus, save_model
from w2v_core.library.texts import keep_documents
from w2v_core.library.training_history import Recorder, keep_checkpoint, read_progress, read_state
from w2v_core.model.skipgram import Progress
from w2v_core.model.trainers import new_model
from w2v_core.model.unigram import choose_smoothing, unigram_loss
from w2v_core.storage import records
from w2v_core.storage.files import Damaged, write_json
from w2v_core.storage.limits import refuse_training
from w2v_core.text.budget import NoRoom
from w2v_core.text.corpus import Corpus

READING, COUNTING, STARTING, TRAINING, SAVING = (
    "reading",
    "counting",
    "starting",
    "training",
    "saving",
)
STOP, PAUSE, LEAVE = "stop", "pause", "leave"
_REPORT_EVERY = 0.2  # seconds between two writes of progress.json


class Paused(Exception):
    """The training was interrupted and can be continued."""


@dataclass
class _Reported:
    """What progress.json was last told: the phase, and, by ``time.perf_counter``, when that began and
    when it was told."""

    phase: str | None = None
    began: float = 0.0
    at: float = 0.0


def train(
    folder: Path,
    text: Path | None,
    should_end: Callable[[], str | None],
    max_bytes: int | None,
    told: Callable[[float, str], object] = lambda share, phase: None,
) -> None:
    """Read, count, train and save, leaving progress and history in the folder as it goes.

    The phases are ``READING``, ``COUNTING``, ``STARTING`` (the first vectors), ``TRAINING``, ``SAVING``.

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
        ``PAUSE`` ends it with a checkpoint, ``LEAVE`` ends it and writes nothing more.
    max_bytes : int or None
        The largest text that is read.
    told : callable
        Called now and then with the share of the training that is done (0 to 1) and the phase.

    Raises
    ------
    Paused
        when it was told to pause or to leave.
    InterruptedError
        when it was stopped before the first pass, so that there is nothing to keep.
    NoRoom
        when there is no room for what it writes; what was saved stays, and it can go on from there.
    ValueError, OSError
        with a sentence for the person.
    """
    settings = records.read_settings(folder)
    checkpoint = read_state(folder)
    before = checkpoint.seconds if checkpoint else 0.0
    start = time.perf_counter() - before
    reported = _Reported()
    recorder: Recorder | None = None
    without_contexts: float | None = read_progress(folder).get("unigram_loss")
    model = new_model(settings.model)

    def tell(phase: str, share: float) -> bool:
        if (wish := should_end()) == LEAVE:
            return True
        now = time.perf_counter()
        told({TRAINING: share, SAVING: 1.0}.get(phase, 0.0), phase)
        if phase != reported.phase:
            earlier = checkpoint.phase_seconds if checkpoint and phase == TRAINING else 0.0
            reported.phase, reported.began, reported.at = phase, now - earlier, 0.0
        if now - reported.at >= _REPORT_EVERY or share >= 1:
            reported.at = now
            so_far = recorder or checkpoint
            write_json(
                folder / "progress.json",
                {
                    "phase": phase,
                    "share": share,
                    "phase_seconds": now - reported.began,
                    "seconds": now - start,
                    "losses": so_far.losses if so_far else [],
                    "held_out_losses": so_far.held_out_losses if so_far else [],
                    "unigram_loss": without_contexts,
                    "chosen": getattr(model, "chosen", {}),
                },
                durable=False,
            )
        return wish is not None

    try:
        tell(READING, 0.0)  # in place of what an earlier training here left
        if (folder / "corpus.json").exists():
            corpus = load_corpus(folder)
        else:
            assert text is not None  # a folder without a text is given one
            corpus = Corpus.from_file(
                text,
                **settings.text,
                max_bytes=max_bytes,
                callback=lambda share: tell(READING, share),
            )
            save_corpus(corpus, folder)
            keep_documents(text, folder)
        refuse_training(corpus.n_tokens, len(corpus.words), settings.model.get("dim"))
        pairs = model.count(corpus, lambda share: tell(COUNTING, share))
        if pairs[0].nnz:  # fit says what is wrong where there are none
            smoothing = model.smoothing or choose_smoothing(corpus, pairs[0].sum(axis=0))
            without_contexts = unigram_loss(pairs[0], smoothing)
        recorder = Recorder(
            folder,
            corpus.vocabulary,
            checkpoint.losses if checkpoint else [],
            checkpoint.held_out_losses if checkpoint else [],
        )

        def seconds() -> tuple[float, float]:
            """Of everything so far, and of the training alone."""
            now = time.perf_counter()
            return now - start, now - reported.began if reported.phase == TRAINING else 0.0

        def on_pass(progress: Progress) -> bool:
            recorder(progress, model.log_q, seconds())
            ending = tell(TRAINING, progress.step / progress.epochs)
            if ending and should_end() != LEAVE:
                recorder.checkpoint(progress.state, model.log_q, seconds(), at_once=True)
            return ending

        frozen: list[Callable[[], dict]] = []

        def keep(freeze: Callable[[], dict]) -> None:
            frozen[:] = [freeze]

        def within_pass(share: float) -> bool:
            ending = tell(TRAINING if share > 0 or recorder.losses else STARTING, share)
            if frozen:  # newton's vectors move only between passes
                recorder.live(model.V)
                at_once = ending and should_end() != LEAVE
                recorder.checkpoint(frozen[-1], model.log_q, seconds(), at_once)
            return ending

        resume = checkpoint.state if checkpoint else None
        tell(TRAINING if resume else STARTING, 0.0)
        try:
            model.fit(corpus, on_pass, pairs=pairs, poll=within_pass, resume=resume, keep=keep)
        except NoRoom:  # it can go on from there once there is room
            raise
        except ValueError:  # it would fail again from there
            (folder / "checkpoint.npz").unlink(missing_ok=True)
            raise
        except (KeyError, TypeError, IndexError, AttributeError) as error:
            if resume is None:
                raise
            (folder / "checkpoint.npz").unlink(missing_ok=True)
            raise Damaged(
                "The checkpoint of this training is damaged: train again from the start."
            ) from error
    except InterruptedError as stopped:
        if should_end() in (PAUSE, LEAVE):
            raise Paused from None
        if checkpoint is None:
            raise InterruptedError(f"{stopped} There is nothing to keep.") from stopped
        if not (folder / "model.json").exists():
            keep_checkpoint(folder)
        return
    if model.stopped and should_end() in (PAUSE, LEAVE):
        raise Paused
    tell(SAVING, 1.0)
    model.seconds = time.perf_counter() - start
    save_model(model, folder, name=settings.name, created=settings.created)
    (folder / "live.npz").unlink(missing_ok=True)
    if not model.stopped:  # a stopped training can go on from its checkpoint
        (folder / "checkpoint.npz").unlink(missing_ok=True)
    tell(SAVING, 1.0)
