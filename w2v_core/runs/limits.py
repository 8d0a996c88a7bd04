"""How much the app takes in, as the person who runs it may set it."""

from __future__ import annotations

import math
import os

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


def _number(name: str, default: float) -> float:
    try:
        number = float(os.environ.get(name, ""))
    except ValueError:
        return default
    return number if math.isfinite(number) else default
