"""A training as it goes, in the model's folder: progress, vectors at every pass, a checkpoint.

progress.json        phase, share done, exact losses of every pass so far
history/00007.npz    V and U before step 7, float16, for the most frequent and the watched words
checkpoint.npz       all that the training needs to go on from the last pass that was kept
live.npz             V of all words as it is now, float16, also within a long pass of sgd
watched.json         the words a person follows; pages write it, the worker reads it
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from w2v_core.library.model_files import load_corpus, save_model
from w2v_core.model.skipgram import Progress, SkipGram
from w2v_core.model.trainers import new_model
from w2v_core.storage import array_tables, checks, records
from w2v_core.storage.files import (
    ArrayInParts,
    Damaged,
    read_json,
    write_arrays,
    write_json,
)
from w2v_core.storage.records import ProgressRecord
from w2v_core.vocabulary import Vocabulary

MOST_FREQUENT = 2_000
MOST_WATCHED = 5
MOST_SHARE = 0.04  # of the training's time that writing checkpoints may take, and live vectors too
CHECKPOINT_EVERY = 0.5  # seconds at least between two checkpoints
_PASS = re.compile(r"([0-9]{5,9})\.npz")
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
    of every pass so far (and of the held-out sentences), and the seconds spent in all and on
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
        if isinstance(progress.V, np.ndarray):  # else it is trained elsewhere, and nobody looks
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

        def arrays() -> dict[str, np.ndarray | ArrayInParts]:
            state = freeze()
            own = {n: v for n, v in state.items() if isinstance(v, (np.ndarray, ArrayInParts))}
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
            write_arrays(self.folder / name, arrays(), durable)
            self._next[name] = now + max((time.perf_counter() - now) / MOST_SHARE, seconds)

    def _write_snapshot(self, progress: Progress) -> None:
        frequent = min(MOST_FREQUENT, len(self.vocabulary))
        watched = {row for word in read_watched(self.folder) if (row := self.vocabulary.find(word))}
        rows = np.array([*range(frequent), *sorted(w for w in watched if w >= frequent)])
        write_arrays(
            self.folder / "history" / f"{progress.step:05d}.npz",
            {
                "rows": rows.astype(np.int32),
                "V": progress.V[rows].astype(np.float16),
                "U": progress.U[rows].astype(np.float16),
            },
            durable=False,
        )


def read_progress(folder: Path) -> ProgressRecord:
    """progress.json of a training; empty before it begins, and where it is damaged: a training writes
    it anew several times a second, and needs nothing of it to go on."""
    try:
        return ProgressRecord.from_json(read_json(folder / "progress.json"))
    except (FileNotFoundError, Damaged):
        return ProgressRecord()


def read_live(folder: Path, n_words: int | None = None) -> tuple[int, np.ndarray] | None:
    """(pass, V float32 (|W|, d)) as the training has it now; None before the first pass, and where what
    is there is damaged, or not of ``n_words`` words."""
    sizes = {} if n_words is None else {"n": n_words}
    try:
        arrays = array_tables.checked_arrays(folder / "live.npz", array_tables.LIVE_ARRAYS, **sizes)
    except (FileNotFoundError, Damaged):
        return None
    return int(arrays["step"]), arrays["V"].astype(np.float32)


def snapshot_steps(folder: Path) -> list[int]:
    """The passes whose vectors were kept, in order."""
    found = (_PASS.fullmatch(file.name) for file in (folder / "history").glob("[0-9]*.npz"))
    return sorted(int(name[1]) for name in found if name is not None)


def read_snapshot(
    folder: Path, step: int, n_words: int | None = None, dim: int | None = None
) -> Snapshot:
    """The vectors before one step.

    Parameters
    ----------
    folder : Path
    step : int
    n_words, dim : int, optional
        The size of the model, where it is known: what does not fit it is damaged.

    Raises
    ------
    FileNotFoundError
    Damaged
        with a sentence.
    """
    path = folder / "history" / f"{step:05d}.npz"
    sizes = {} if dim is None else {"d": dim}
    arrays = array_tables.checked_arrays(path, array_tables.PASS_ARRAYS, **sizes)
    rows = arrays["rows"]
    inside = rows[0] >= 0 and (n_words is None or rows[-1] < n_words)
    if not inside or (np.diff(rows.astype(np.int64)) <= 0).any():
        raise Damaged(f"{path.name} is damaged: its rows are not the model's.")
    return Snapshot(step, rows, arrays["V"].astype(np.float32), arrays["U"].astype(np.float32))


def read_snapshots(
    folder: Path,
    steps: Sequence[int],
    n_words: int | None = None,
    dim: int | None = None,
) -> tuple[list[Snapshot], str | None]:
    """The vectors before several steps, those that can be read, and a sentence on those that cannot
    (parameters as for ``read_snapshot``)."""
    found, wrong = [], []
    for step in steps:
        try:
            snapshot = read_snapshot(folder, step, n_words, dim)
            dim = snapshot.V.shape[1]
            found.append(snapshot)
        except (FileNotFoundError, Damaged):
            wrong.append(step)
    if not wrong:
        return found, None
    named = ", ".join(f"{step:,}" for step in wrong[:5]) + (" …" if len(wrong) > 5 else "")
    return found, f"Passes of this training that are damaged were left out: {named}."


def read_watched(folder: Path) -> list[str]:
    """The words that are watched in this training; none where they cannot be read."""
    try:
        return records.watched_from_json(read_json(folder / "watched.json"))
    except (FileNotFoundError, Damaged):
        return []


def write_watched(folder: Path, words: list[str]) -> None:
    """Watch these words from the next pass on; at most ``MOST_WATCHED``."""
    write_json(folder / "watched.json", list(words)[:MOST_WATCHED], durable=False)


def checkpoint_passes(folder: Path) -> int | None:
    """How many passes the last checkpoint has behind it; None where there is none."""
    try:
        headers = array_tables.check_headers(
            folder / "checkpoint.npz", array_tables.CHECKPOINT_ARRAYS
        )
        return headers["losses"].shape[0] - 1
    except (FileNotFoundError, Damaged):
        return None


def read_state(folder: Path, mapped: bool = False) -> Checkpoint | None:
    """What a training goes on from; None where there is no whole checkpoint. ``mapped``: its arrays stay
    in the file."""
    try:
        wanted = array_tables.CHECKPOINT_ARRAYS
        read = array_tables.checked_arrays_in_file if mapped else array_tables.checked_arrays
        arrays = read(folder / "checkpoint.npz", wanted, _STATE)
        scalars = checks.table(json.loads(str(arrays["scalars"])))
    except (FileNotFoundError, ValueError, RecursionError):
        return None
    return Checkpoint(
        state={
            "held_out_losses": [],  # of a checkpoint from before there were any
            **scalars,
            **{n.removeprefix(_STATE): a for n, a in arrays.items() if n.startswith(_STATE)},
        },
        losses=arrays["losses"].tolist(),
        held_out_losses=arrays.get("held_out_losses", np.empty(0)).tolist(),
        seconds=float(arrays["seconds"][0]),
        phase_seconds=float(arrays["seconds"][1]),
    )


def read_checkpoint(folder: Path) -> SkipGram | None:
    """The model as of the last checkpoint; None where there is none yet.

    Raises
    ------
    ValueError
        with a sentence, when what else belongs to the training is damaged, or does not fit it.
    """
    checkpoint = read_state(folder)
    if checkpoint is None:
        return None
    corpus = load_corpus(folder)
    settings = records.read_settings(folder)
    path = folder / "checkpoint.npz"
    wanted = array_tables.CHECKPOINT_ARRAYS
    log_q = array_tables.checked_arrays(path, wanted, n=len(corpus.words))["log_q"]
    blank = new_model(settings.model)
    return blank.from_arrays(
        parameters=blank.get_params(),
        chosen=read_progress(folder).chosen,
        words=corpus.words,
        counts=corpus.counts,
        lowercase=corpus.lowercase,
        V=checkpoint.state["V"],
        U=checkpoint.state["U"],
        log_q=log_q,
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
    settings = records.read_settings(folder)
    save_model(model, folder, name=settings.name, created=settings.created)
    return True
