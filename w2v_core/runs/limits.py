"""How much the app takes in, as the person who runs it may set it."""

from __future__ import annotations

import math
import os

from w2v_core.runs import machine

MOST_DIM = 1_000
"""Numbers of a vector that is taken in."""


def max_text_bytes() -> int:
    """The largest text that is read, in bytes after unpacking: ``W2V_MAX_TEXT_MB``, 1,000 MB by
    default."""
    return int(_number("W2V_MAX_TEXT_MB", 1_000.0) * 1e6)


def max_model_bytes() -> int:
    """The largest model that is taken in, in bytes after unpacking: ``W2V_MAX_MODEL_MB``, 2,000 MB
    by default."""
    return int(_number("W2V_MAX_MODEL_MB", 2_000.0) * 1e6)


def max_words() -> int:
    """The most words of a model that is taken in: ``W2V_MAX_WORDS``, 200,000 by default."""
    return int(_number("W2V_MAX_WORDS", 200_000.0))


def workers() -> int:
    """How many jobs run at once: ``W2V_WORKERS``, by default half as many as there are cores, and at
    least one (each uses all the cores there are)."""
    return max(int(_number("W2V_WORKERS", (os.cpu_count() or 1) // 2)), 1)


def worker_bytes() -> int | None:
    """The memory that one worker may use, in bytes: ``W2V_WORKER_MEMORY_MB``, by default 80 % of the
    machine's, shared among the workers, and 200 MB at least, as Python and its libraries take most of
    that; None (no limit) where the machine does not say, or for 0."""
    here = machine.memory()
    most = _number("W2V_WORKER_MEMORY_MB", 0.8 * here / workers() / 1e6 if here else 0.0)
    return int(max(most, 200.0) * 1e6) if most > 0 else None


def _number(name: str, default: float) -> float:
    try:
        number = float(os.environ.get(name, ""))
    except ValueError:
        return default
    return number if math.isfinite(number) else default
