"""The job "train": a text file and settings in, a model's folder out."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from w2v_core.model.skipgram import Progress, SkipGram
from w2v_core.runs.files import read_json, write_json
from w2v_core.runs.formats import save_corpus, save_model
from w2v_core.runs.history import Recorder
from w2v_core.text.corpus import Corpus
from w2v_core.text.pairs import count_pairs

READING, COUNTING, TRAINING, SAVING = "reading", "counting", "training", "saving"
_REPORT_EVERY = 0.2  # seconds between two writes of progress.json


def train(folder: Path, text: Path, should_stop: Callable[[], bool], max_bytes: int | None) -> None:
    """Read, count, train and save, leaving progress and history in the folder as it goes.

    Parameters
    ----------
    folder : Path
        The model's folder, with settings.json: name, created, and the parameters of ``Corpus``
        ("text"), ``count_pairs`` and ``SkipGram`` ("model").
    text : Path
        The file to read.
    should_stop : callable
        Asked several times a second; True ends the training and keeps the model so far.
    max_bytes : int or None
        The largest text that is read.

    Raises
    ------
    InterruptedError
        when it was stopped before the first pass, so that there is nothing to keep.
    ValueError, OSError
        with a sentence for the person.
    """
    settings = read_json(folder / "settings.json")
    start = time.perf_counter()
    written = {"phase": None, "at": 0.0}
    recorder: Recorder | None = None
    model = SkipGram(**settings["model"])

    def tell(phase: str, share: float) -> bool:
        now = time.perf_counter()
        if phase != written["phase"]:
            written.update(phase=phase, began=now, at=0.0)
        if now - written["at"] >= _REPORT_EVERY or share >= 1:
            written["at"] = now
            write_json(
                folder / "progress.json",
                {
                    "phase": phase,
                    "share": share,
                    "phase_seconds": now - written["began"],
                    "seconds": now - start,
                    "losses": recorder.losses if recorder else [],
                    "chosen": getattr(model, "chosen", {}),
                },
                durable=False,
            )
        return should_stop()

    corpus = Corpus.from_file(
        text,
        **settings["text"],
        max_bytes=max_bytes,
        callback=lambda share: tell(READING, share),
    )
    save_corpus(corpus, folder)
    pairs = count_pairs(
        corpus,
        model.window,
        model.weighting,
        model.subsample,
        callback=lambda share: tell(COUNTING, share),
    )
    recorder = Recorder(folder, corpus.vocabulary)

    def on_pass(progress: Progress) -> bool:
        recorder(progress, model.log_q)
        return tell(TRAINING, progress.step / progress.epochs)

    def within_pass(share: float) -> bool:
        if model.solver == "sgd":  # newton's vectors move only between passes
            recorder.live(model.V)
        return tell(TRAINING, share)

    model.fit(corpus, on_pass, pairs=pairs, poll=within_pass)
    tell(SAVING, 1.0)
    model.seconds = time.perf_counter() - start
    save_model(model, folder, name=settings["name"], created=settings["created"])
    for name in ("live.npz", "checkpoint.npz"):  # the model has it all now
        (folder / name).unlink(missing_ok=True)
    tell(SAVING, 1.0)
