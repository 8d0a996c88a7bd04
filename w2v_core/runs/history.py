"""A training as it goes, in the model's folder: progress, vectors at every pass, a checkpoint.

progress.json        phase, share done, exact losses of every pass so far
history/00007.npz    V and U before step 7, float16, for the most frequent and the watched words
checkpoint.npz       all that the training needs to go on from the last pass that was kept
live.npz             V of all words as it is now, float16, also within a long pass of sgd
watched.json         the words a person follows; pages write it, the worker reads it
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from w2v_core.model.skipgram import Progress, SkipGram
from w2v_core.runs.files import read_arrays, read_json, write_arrays, write_json
from w2v_core.runs.formats import load_corpus, save_model
from w2v_core.vocabulary import Vocabulary

MOST_FREQUENT = 2_000
MOST_WATCHED = 5
MOST_SHARE = 0.04  # of the training's time that writing checkpoints may take, and live vectors too
CHECKPOINT_EVERY = 0.5  # seconds at least between two checkpoints
_STATE = "state."  # before the names of a state's arrays in checkpoint.npz
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


@dataclass(frozen=True)
class Checkpoint:
    """A training before one of its passes: ``state`` as ``SkipGram.fit`` takes it up again, the loss
    of every pass so far (and of the sentences kept back), and the seconds spent in all and on
    training alone."""

    state: dict[str, Any]
    losses: list[float]
    held_out_losses: list[float]
    seconds: float
    phase_seconds: float


class Recorder:
    """Writes a training's history; one belongs to each running training.

    Parameters
    ----------
    folder : Path
    vocabulary : Vocabulary
    losses, held_out_losses : sequence of float
        Of the passes done before, where the training goes on from a checkpoint.
    """

    def __init__(
        self,
        folder: Path,
        vocabulary: Vocabulary,
        losses: Sequence[float] = (),
        held_out_losses: Sequence[float] = (),
    ):
        self.folder = folder
        self.vocabulary = vocabulary
        self.losses = list(losses)
        self.held_out_losses = list(held_out_losses)
        self._next: dict[str, float] = {}
        (folder / "history").mkdir(exist_ok=True)

    def __call__(
        self,
        progress: Progress,
        log_q: np.ndarray,
        seconds: tuple[float, float] = (0.0, 0.0),
    ) -> None:
        """Keep a pass; ``seconds`` so far, in all and of training alone."""
        self.losses[progress.step :] = [progress.loss]  # a pass taken up again is not counted twice
        if progress.held_out_loss is not None:
            self.held_out_losses[progress.step :] = [progress.held_out_loss]
        if progress.step % max(1, progress.step // KEPT_WHOLE) == 0:
            self._write_snapshot(progress)
        self.checkpoint(progress.state, log_q, seconds)
        self.live(progress.V)

    def checkpoint(
        self,
        freeze: Callable[[], dict[str, Any]] | None,
        log_q: np.ndarray,
        seconds: tuple[float, float],
        at_once: bool = False,
    ) -> None:
        """Write what the training needs to go on from here (``Progress.state``); in ``MOST_SHARE``
        of the time, unless it is wanted ``at_once`` because the training ends here."""
        if freeze is None:
            return

        def arrays() -> dict[str, np.ndarray]:
            state = freeze()
            own = {name: v for name, v in state.items() if isinstance(v, np.ndarray)}
            return {
                **{f"{_STATE}{name}": array for name, array in own.items()},
                "scalars": np.array(
                    json.dumps({name: v for name, v in state.items() if name not in own})
                ),
                "log_q": log_q,
                "losses": np.array(self.losses),
                "held_out_losses": np.array(self.held_out_losses),
                "seconds": np.array(seconds),
            }

        if at_once:
            self._next.pop("checkpoint.npz", None)
        self._write_seldom("checkpoint.npz", CHECKPOINT_EVERY, arrays, durable=True)

    def live(self, V: np.ndarray) -> None:
        """Let pages see the center vectors as they are now; call it as often as you like."""
        if not np.isfinite(V).all():  # diverging: the last picture that was one stays
            return
        step = np.array(len(self.losses) - 1)
        self._write_seldom("live.npz", 0.5, lambda: dict(V=V.astype(np.float16), step=step))

    def _write_seldom(
        self, name: str, seconds: float, arrays: Callable[[], dict], durable: bool = False
    ) -> None:
        """Write a file unless it is fresher than ``seconds``, and in ``MOST_SHARE`` of the time."""
        now = time.perf_counter()
        if now >= self._next.get(name, 0.0):
            write_arrays(self.folder / name, durable=durable, **arrays())
            self._next[name] = now + max((time.perf_counter() - now) / MOST_SHARE, seconds)

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
    try:
        return len(read_arrays(folder / "checkpoint.npz", "losses")["losses"]) - 1
    except (FileNotFoundError, ValueError):
        return None


def read_state(folder: Path) -> Checkpoint | None:
    """What a training goes on from; None where there is no whole checkpoint."""
    try:
        arrays = read_arrays(folder / "checkpoint.npz")
        return Checkpoint(
            state={
                "held_out_losses": [],  # of a checkpoint from before there were any
                **json.loads(str(arrays["scalars"])),
                **{n.removeprefix(_STATE): a for n, a in arrays.items() if n.startswith(_STATE)},
            },
            losses=arrays["losses"].tolist(),
            held_out_losses=arrays.get("held_out_losses", np.empty(0)).tolist(),
            seconds=float(arrays["seconds"][0]),
            phase_seconds=float(arrays["seconds"][1]),
        )
    except (FileNotFoundError, ValueError, KeyError, IndexError):
        return None


def read_checkpoint(folder: Path) -> SkipGram | None:
    """The model as of the last checkpoint; None where there is none yet."""
    checkpoint = read_state(folder)
    if checkpoint is None:
        return None
    corpus = load_corpus(folder)
    settings = read_json(folder / "settings.json")
    blank = SkipGram(**settings["model"])
    return SkipGram.from_arrays(
        parameters=blank.get_params(),
        chosen=read_progress(folder).get("chosen", {}),
        words=corpus.words,
        counts=corpus.counts,
        lowercase=corpus.lowercase,
        V=checkpoint.state["V"],
        U=checkpoint.state["U"],
        log_q=read_arrays(folder / "checkpoint.npz", "log_q")["log_q"],
        loss_curve=np.array(checkpoint.losses),
        held_out_curve=np.array(checkpoint.held_out_losses),
        stopped=True,
        seconds=checkpoint.seconds,
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
