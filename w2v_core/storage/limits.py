"""The limits of the app, which its operator can set."""

from __future__ import annotations

import math
import os

from w2v_core.storage import machine

MOST_DIM = 1_000
"""The largest dimension of vectors that can be read from a file at all."""


def max_upload_bytes() -> int:
    """The largest file accepted from a visitor: ``W2V_MAX_UPLOAD_MB``, 200 MB by default. (Streamlit's
    ``server.maxUploadSize`` also applies, and a pasted text must fit into one message of the browser.)"""
    return int(_number("W2V_MAX_UPLOAD_MB", 200.0) * 1e6)


def max_held_uploads() -> int:
    """The most bytes of uploads from all visitors that a server started by ``serve.py`` holds in memory at
    once: ``W2V_MAX_HELD_UPLOADS_MB``, by default 1,000 MB, and at most a quarter of the machine's memory. A
    single upload is always accepted."""
    here = machine.memory()
    most = _number("W2V_MAX_HELD_UPLOADS_MB", min(1_000.0, 0.25 * here / 1e6 if here else 1_000.0))
    return max(int(most * 1e6), max_upload_bytes() + (1 << 20))


def max_text_bytes() -> int:
    """The largest text that can be read, in bytes after unpacking: ``W2V_MAX_TEXT_MB``, 1,000 MB by
    default."""
    return int(_number("W2V_MAX_TEXT_MB", 1_000.0) * 1e6)


def max_model_bytes() -> int:
    """The largest model that can be imported, in bytes after unpacking: ``W2V_MAX_MODEL_MB``, 2,000 MB by
    default."""
    return int(_number("W2V_MAX_MODEL_MB", 2_000.0) * 1e6)


def max_words() -> int:
    """The largest vocabulary of a trained or imported model: ``W2V_MAX_WORDS``, 200,000 by default."""
    return int(_number("W2V_MAX_WORDS", 200_000.0))


def max_dim() -> int:
    """The largest dimension of a trained or imported model: ``W2V_MAX_DIM``, 1,000 by default."""
    return int(_number("W2V_MAX_DIM", float(MOST_DIM)))


def max_tokens() -> int:
    """The most words in a training text: ``W2V_MAX_TOKENS``, 300 million by default."""
    return int(_number("W2V_MAX_TOKENS", 3e8))


def max_models() -> int:
    """The most models of one owner in sharing mode: ``W2V_MAX_MODELS``, 50 by default."""
    return int(_number("W2V_MAX_MODELS", 50.0))


def max_owner_bytes() -> int:
    """The quota of one owner in sharing mode, in bytes: ``W2V_MAX_OWNER_MB``, 3,000 MB by default."""
    return int(_number("W2V_MAX_OWNER_MB", 3_000.0) * 1e6)


def max_home_bytes() -> int | None:
    """The largest total size of ``W2V_HOME`` in bytes: ``W2V_MAX_HOME_MB``; None (no limit) by default and
    for 0."""
    most = _number("W2V_MAX_HOME_MB", 0.0)
    return int(most * 1e6) if most > 0 else None


def min_free_bytes(total: int, shared: bool) -> int:
    """The number of bytes kept free on a disk of ``total`` bytes: ``W2V_MIN_FREE``, a share of the disk
    ("5%") or megabytes ("2000"). The default is 10 %, and at most 1 GB without sharing."""
    given = os.environ.get("W2V_MIN_FREE", "").strip()
    usual = 0.1 * total if shared else min(0.1 * total, 1e9)
    try:
        number = float(given.removesuffix("%"))
    except ValueError:
        return int(usual)
    if not (math.isfinite(number) and number >= 0):
        return int(usual)
    return int(min(number / 100, 1.0) * total if given.endswith("%") else number * 1e6)


def keep_days() -> float | None:
    """The number of days after which a model is deleted that a visitor without an account made in sharing
    mode and nobody has opened since: ``W2V_KEEP_DAYS``, 90 by default; None (never) for 0."""
    days = _number("W2V_KEEP_DAYS", 90.0)
    return days if days > 0 else None


def max_queue() -> int:
    """The most waiting jobs of all visitors together: ``W2V_MAX_QUEUE``, 200 by default."""
    return int(_number("W2V_MAX_QUEUE", 200.0))


def max_owner_queue() -> int:
    """The most waiting jobs of one owner in sharing mode: ``W2V_MAX_OWNER_QUEUE``, 10 by default."""
    return int(_number("W2V_MAX_OWNER_QUEUE", 10.0))


def refuse_upload(n_bytes: int, what: str = "This file") -> None:
    """Raise a ValueError with a sentence for an upload larger than allowed."""
    if n_bytes > max_upload_bytes():
        raise ValueError(
            f"{what} has {n_bytes / 1e6:,.1f} MB; at most {max_upload_bytes() / 1e6:,g} MB are "
            "accepted. Use a smaller one."
        )


def refuse_training(n_tokens: int, n_words: int | None = None, dim: int | None = None) -> None:
    """Raise a ValueError, with a sentence that says what to reduce, for a training larger than the operator
    allows."""
    if n_tokens > max_tokens():
        raise ValueError(
            f"This text has {n_tokens:,} words; at most {max_tokens():,} are allowed. Use a shorter text."
        )
    if n_words is not None and n_words > max_words():
        raise ValueError(
            f"This vocabulary has {n_words:,} words; at most {max_words():,} are allowed. Lower "
            "the maximum vocabulary, or raise the minimum count."
        )
    if dim is not None and dim > max_dim():
        raise ValueError(f"dim={dim:,} is too large; at most {max_dim():,} dimensions are allowed.")


def workers() -> int:
    """The number of jobs that run at once: ``W2V_WORKERS``, by default half the number of cores, and at
    least one. (Each job uses all cores.)"""
    return max(int(_number("W2V_WORKERS", (os.cpu_count() or 1) // 2)), 1)


def worker_bytes() -> int | None:
    """The memory that one worker may use, in bytes: ``W2V_WORKER_MEMORY_MB``, by default 80 % of the
    machine's memory divided by the number of workers, and at least 200 MB, since Python and its libraries
    need most of that; None (no limit) if the size of the memory is unknown, or for 0."""
    here = machine.memory()
    most = _number("W2V_WORKER_MEMORY_MB", 0.8 * here / workers() / 1e6 if here else 0.0)
    return int(max(most, 200.0) * 1e6) if most > 0 else None


def _number(name: str, default: float) -> float:
    try:
        number = float(os.environ.get(name, ""))
    except ValueError:
        return default
    return number if math.isfinite(number) else default
