"""A training as it goes, in the model's folder: progress, vectors at every pass, a checkpoint.

progress.json        phase, share done, exact loss of every pass so far
history/00007.npz    V and U before step 7, float16, for the most frequent and the watched words
checkpoint.npz       V and U of all words, float32, as of the last pass that was kept
live.npz             V of all words as it is now, float16, also within a long pass of sgd
watched.json         the words a person follows; pages write it, the worker reads it
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from w2v_core.model.skipgram import Progress, SkipGram
from w2v_core.runs.files import read_arrays, read_json, write_arrays, write_json
from w2v_core.runs.formats import load_corpus, save_model
from w2v_core.vocabulary import Vocabulary

MOST_FREQUENT = 2_000
MOST_WATCHED = 5
KEPT_WHOLE = 200
"""Passes of which every one is kept; of longer trainings the later ones are kept ever more rarely,
so that the history of 10,000 passes takes no more than a few times as much room."""


@dataclass(frozen=True)
class Snapshot:
    """The vectors before step ``step``: V and U float32 (rows, d), ``rows`` their words' rows."""

    step: int
    rows: np.ndarray
    V: np.ndarray
    U: np.ndarray


class Recorder:
    """Writes a training's history; one belongs to each running training."""

    def __init__(self, folder: Path, vocabulary: Vocabulary):
        self.folder = folder
        self.vocabulary = vocabulary
        self.losses: list[float] = []
        self._next: dict[str, float] = {}
        (folder / "history").mkdir(exist_ok=True)

    def __call__(self, progress: Progress, log_q: np.ndarray) -> None:
        """Keep a pass."""
        self.losses.append(progress.loss)
        if progress.step % max(1, progress.step // KEPT_WHOLE) == 0:
            self._write_snapshot(progress)
        self._write_seldom(
            "checkpoint.npz",
            0.2,
            lambda: dict(
                V=progress.V,
                U=progress.U,
                log_q=log_q,
                losses=np.array(self.losses),
                seconds=np.array(progress.seconds),
            ),
        )
        self.live(progress.V)

    def live(self, V: np.ndarray) -> None:
        """Let pages see the center vectors as they are now; call it as often as you like."""
        if not np.isfinite(V).all():  # diverging: the last picture that was one stays
            return
        step = np.array(len(self.losses) - 1)
        self._write_seldom("live.npz", 0.5, lambda: dict(V=V.astype(np.float16), step=step))

    def _write_seldom(self, name: str, seconds: float, arrays: Callable[[], dict]) -> None:
        """Write a file unless it is fresher than ``seconds``, and in at most 5 % of the time."""
        now = time.perf_counter()
        if now >= self._next.get(name, 0.0):
            write_arrays(self.folder / name, durable=False, **arrays())
            self._next[name] = now + max(20 * (time.perf_counter() - now), seconds)

    def _write_snapshot(self, progress: Progress) -> None:
        frequent = min(MOST_FREQUENT, len(self.vocabulary))
        watched = {row for word in read_watched(self.folder) if (row := self.vocabulary.find(word))}
        rows = np.array([*range(frequent), *sorted(w for w in watched if w >= frequent)])
        write_arrays(
            self.folder / "history" / f"{progress.step:05d}.npz",
            durable=False,
            rows=rows.astype(np.int32),
            V=progress.V[rows].astype(np.float16),
            U=progress.U[rows].astype(np.float16),
        )


def read_progress(folder: Path) -> dict:
    """progress.json of a training; empty before it begins."""
    file = folder / "progress.json"
    return read_json(file) if file.exists() else {}


def read_live(folder: Path) -> tuple[int, np.ndarray] | None:
    """(pass, V float32 (|W|, d)) as the training has it now; None before the first pass."""
    file = folder / "live.npz"
    if not file.exists():
        return None
    arrays = read_arrays(file)
    return int(arrays["step"]), arrays["V"].astype(np.float32)


def snapshot_steps(folder: Path) -> list[int]:
    """The passes whose vectors were kept, in order."""
    return sorted(int(file.stem) for file in (folder / "history").glob("[0-9]*.npz"))


def read_snapshot(folder: Path, step: int) -> Snapshot:
    """The vectors before one step (errors as for ``read_arrays``)."""
    arrays = read_arrays(folder / "history" / f"{step:05d}.npz")
    return Snapshot(
        step, arrays["rows"], arrays["V"].astype(np.float32), arrays["U"].astype(np.float32)
    )


def read_watched(folder: Path) -> list[str]:
    """The words that are watched in this training."""
    file = folder / "watched.json"
    return read_json(file) if file.exists() else []


def write_watched(folder: Path, words: list[str]) -> None:
    """Watch these words from the next pass on; at most ``MOST_WATCHED``."""
    write_json(folder / "watched.json", list(words)[:MOST_WATCHED], durable=False)


def checkpoint_passes(folder: Path) -> int | None:
    """How many passes the last checkpoint has behind it; None where there is none."""
    file = folder / "checkpoint.npz"
    return len(read_arrays(file, "losses")["losses"]) - 1 if file.exists() else None


def read_checkpoint(folder: Path) -> SkipGram | None:
    """The model as of the last checkpoint; None where there is none yet."""
    if not (folder / "checkpoint.npz").exists():
        return None
    arrays = read_arrays(folder / "checkpoint.npz")
    corpus = load_corpus(folder)
    settings = read_json(folder / "settings.json")
    blank = SkipGram(**settings["model"])
    return SkipGram.from_arrays(
        parameters=blank.get_params(),
        chosen=read_progress(folder).get("chosen", {}),
        words=corpus.words,
        counts=corpus.counts,
        lowercase=corpus.lowercase,
        V=arrays["V"],
        U=arrays["U"],
        log_q=arrays["log_q"],
        loss_curve=arrays["losses"],
        stopped=True,
        seconds=float(arrays["seconds"]),
        corpus=corpus,
    )


def keep_checkpoint(folder: Path) -> bool:
    """Make the last checkpoint of a broken-off training the folder's model.

    Returns
    -------
    bool
        False when there is no checkpoint to keep.
    """
    model = read_checkpoint(folder)
    if model is None:
        return False
    settings = read_json(folder / "settings.json")
    save_model(model, folder, name=settings["name"], created=settings["created"])
    return True
