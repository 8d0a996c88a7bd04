"""t-SNE (van der Maaten and Hinton 2008), scikit-learn's, in a process of its own.

scikit-learn's t-SNE neither reports how far it is nor lets itself be stopped. So it runs in a child
process (``python -m w2v_core.space.tsne``) that reports the iterations it prints, and that is ended
when nobody wants it any more. The child ends by itself when its parent is gone.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import queue
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from w2v_core.space.vectors import unit_rows

FEWEST_ITERATIONS = 250  # scikit-learn's own limit: the early exaggeration alone takes that many
_LOOK_EVERY = 0.1
_READY = 0.05  # share of the time until the first iteration: the start, the neighbours


@dataclass(frozen=True)
class Settings:
    """How a picture is made; the names and defaults are scikit-learn's where it has them.

    ``dims`` 2 or 3; ``perplexity`` about how many neighbours each word attends to; ``learning_rate``
    "auto" or a number; ``centered``: the words' mean is taken away first; ``unit``: each vector is
    then brought to length 1, so that distances go with the cosine.
    """

    dims: int = 2
    perplexity: float = 30.0
    iterations: int = 1000
    learning_rate: float | str = "auto"
    seed: int = 0
    centered: bool = False
    unit: bool = True

    def check(self, words: int) -> None:
        """ValueError with a sentence for what this many words cannot be drawn with."""
        if words < 4:
            raise ValueError(f"t-SNE needs at least 4 words, not {words}.")
        if self.dims not in (2, 3):
            raise ValueError(f"dims={self.dims!r}: choose 2 or 3.")
        if not 1 <= self.perplexity < words:
            raise ValueError(
                f"perplexity={self.perplexity:g}: give a number from 1 to below {words:,}, the "
                "number of words."
            )
        if not FEWEST_ITERATIONS <= self.iterations <= 100_000:
            raise ValueError(
                f"iterations={self.iterations!r}: give a whole number from {FEWEST_ITERATIONS} to "
                "100,000."
            )
        if self.learning_rate != "auto" and not 0 < float(self.learning_rate) < float("inf"):
            raise ValueError(
                f'learning_rate={self.learning_rate!r}: give a positive number, or "auto".'
            )


@dataclass(frozen=True)
class Embedding:
    """``coordinates`` float32 (words, dims), and the Kullback-Leibler divergence (nats) that is left
    between the neighbourhoods of the vectors and those of the picture: smaller is truer."""

    coordinates: np.ndarray
    kl_divergence: float


def tsne(
    matrix: np.ndarray,
    settings: Settings | None = None,
    callback: Callable[[float, str], bool | None] | None = None,
) -> Embedding:
    """A t-SNE picture of vectors (Barnes-Hut; started from the principal components).

    Parameters
    ----------
    matrix : float (words, d)
    settings : Settings, optional
    callback : callable, optional
        Called several times a second with the share done (0 to 1) and what is being done; True
        stops.

    Raises
    ------
    ValueError
        naming a setting that these words cannot be drawn with.
    InterruptedError
        when the callback stopped it.
    """
    settings = settings or Settings()
    settings.check(len(matrix))
    child = subprocess.Popen(
        [sys.executable, "-m", "w2v_core.space.tsne"],
        cwd=Path(__file__).resolve().parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # Threads that spin while they wait make each other four times slower on busy cores.
        env={"OMP_WAIT_POLICY": "PASSIVE", **os.environ},
    )
    try:
        messages = _messages(child)
        child.stdin.write(json.dumps(asdict(settings)).encode() + b"\n" + _packed(matrix))
        child.stdin.flush()  # and left open: its end tells the child that nobody waits any more
        share, sentence = 0.0, "Finding each word's neighbours"
        while True:
            if callback is not None and callback(share, sentence):
                raise InterruptedError("The t-SNE was stopped.")
            with contextlib.suppress(queue.Empty):
                message = messages.get(timeout=_LOOK_EVERY)
                if message is None:
                    raise RuntimeError(f"The t-SNE process ended with code {child.wait()}.")
                if "error" in message:
                    raise ValueError(message["error"])
                if "coordinates" in message:
                    return Embedding(message["coordinates"], message["kl_divergence"])
                done = message["iteration"]
                share = _READY + (1 - _READY) * done / settings.iterations
                sentence = f"Iteration {done:,} of at most {settings.iterations:,}"
    except BrokenPipeError as error:
        raise RuntimeError(f"The t-SNE process ended with code {child.wait()}.") from error
    finally:
        child.kill()
        child.wait()
        with contextlib.suppress(BrokenPipeError):
            child.stdin.close()


def prepared(matrix: np.ndarray, centered: bool, unit: bool) -> np.ndarray:
    """The vectors float32 (words, d) with their mean taken away, and then at length 1, as asked."""
    matrix = np.asarray(matrix, np.float32)
    if centered:
        matrix = matrix - matrix.mean(axis=0)
    return unit_rows(matrix) if unit else matrix


def _packed(array: np.ndarray) -> bytes:
    """An array as one .npy and its length before it, for a pipe."""
    buffer = io.BytesIO()
    np.save(buffer, np.ascontiguousarray(array, np.float32), allow_pickle=False)
    return len(buffer.getbuffer()).to_bytes(8, "little") + buffer.getvalue()


def _unpacked(pipe) -> np.ndarray:
    size = int.from_bytes(pipe.read(8), "little")
    return np.load(io.BytesIO(pipe.read(size)), allow_pickle=False)


def _messages(child: subprocess.Popen) -> queue.SimpleQueue:
    """What the child says, read beside the caller so that a silent child can be stopped; None at
    its end."""
    found: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()

    def read() -> None:
        with child.stdout as pipe, contextlib.suppress(ValueError, EOFError, OSError):
            for line in iter(pipe.readline, b""):
                message = json.loads(line)
                if "kl_divergence" in message:
                    message["coordinates"] = _unpacked(pipe)
                found.put(message)
        found.put(None)

    threading.Thread(target=read, daemon=True).start()
    return found


# The child's side.


class _Iterations(io.TextIOBase):
    """Takes what scikit-learn prints with verbose=2 and passes its iterations on."""

    def __init__(self, out) -> None:
        self.out = out

    def write(self, text: str) -> int:
        if found := re.search(r"Iteration (\d+)\b", text):
            _say(self.out, {"iteration": int(found[1])})
        return len(text)


def _say(out, message: dict[str, Any], array: np.ndarray | None = None) -> None:
    out.write(json.dumps(message).encode() + b"\n" + (b"" if array is None else _packed(array)))
    out.flush()


def _child() -> None:
    settings = Settings(**json.loads(sys.stdin.buffer.readline()))
    matrix = _unpacked(sys.stdin.buffer)

    def end_with_parent() -> None:
        sys.stdin.buffer.read()
        os._exit(1)

    threading.Thread(target=end_with_parent, daemon=True).start()
    from sklearn.manifold import TSNE

    out = sys.stdout.buffer
    matrix = prepared(matrix, settings.centered, settings.unit)
    if not np.isfinite(matrix).all():
        _say(out, {"error": "Some of these vectors are not finite: there is nothing to draw."})
        return
    method = TSNE(
        settings.dims,
        perplexity=settings.perplexity,
        learning_rate=settings.learning_rate,
        max_iter=settings.iterations,
        random_state=settings.seed,
        # More coordinates than the vectors have cannot be started from.
        init="pca" if settings.dims <= min(matrix.shape) and np.ptp(matrix, 0).any() else "random",
        method="barnes_hut",
        # In space coarser sums take half the time, and left no larger divergence (2,000 words).
        angle=0.5 if settings.dims == 2 else 1.0,
        verbose=2,
    )
    with contextlib.redirect_stdout(_Iterations(out)):
        coordinates = method.fit_transform(matrix)
    _say(out, {"kl_divergence": float(method.kl_divergence_)}, coordinates)


if __name__ == "__main__":
    _child()
