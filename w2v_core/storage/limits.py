"""How much the app takes in, as the person who runs it may set it."""

from __future__ import annotations

import math
import os

from w2v_core.storage import machine

MOST_DIM = 1_000
"""Numbers of a vector that can be read from a file at all."""


def max_upload_bytes() -> int:
    """The largest file that is taken from a visitor: ``W2V_MAX_UPLOAD_MB``, 200 MB by default
    (Streamlit's own ``server.maxUploadSize`` holds as well, and a text that is pasted has to fit into
    one message of the browser)."""
    return int(_number("W2V_MAX_UPLOAD_MB", 200.0) * 1e6)


def max_held_uploads() -> int:
    """The most bytes of uploads that the serving process holds at once, of all visitors, when it is started
    by ``serve.py``: ``W2V_MAX_HELD_UPLOADS_MB``, by default 1,000 MB, and at most a quarter of the
    machine's memory; one upload is always taken."""
    here = machine.memory()
    most = _number("W2V_MAX_HELD_UPLOADS_MB", min(1_000.0, 0.25 * here / 1e6 if here else 1_000.0))
    return max(int(most * 1e6), max_upload_bytes() + (1 << 20))


def max_text_bytes() -> int:
    """The largest text that is read, in bytes after unpacking: ``W2V_MAX_TEXT_MB``, 1,000 MB by
    default."""
    return int(_number("W2V_MAX_TEXT_MB", 1_000.0) * 1e6)


def max_model_bytes() -> int:
    """The largest model that is taken in, in bytes after unpacking: ``W2V_MAX_MODEL_MB``, 2,000 MB
    by default."""
    return int(_number("W2V_MAX_MODEL_MB", 2_000.0) * 1e6)


def max_words() -> int:
    """The most words of a model, trained here or taken in: ``W2V_MAX_WORDS``, 200,000 by default."""
    return int(_number("W2V_MAX_WORDS", 200_000.0))


def max_dim() -> int:
    """The most numbers of a vector, trained here or taken in: ``W2V_MAX_DIM``, 1,000 by default."""
    return int(_number("W2V_MAX_DIM", float(MOST_DIM)))


def max_tokens() -> int:
    """The most words of a text that is trained on: ``W2V_MAX_TOKENS``, 300 million by default."""
    return int(_number("W2V_MAX_TOKENS", 3e8))


def max_models() -> int:
    """The most models of one owner in sharing mode: ``W2V_MAX_MODELS``, 50 by default."""
    return int(_number("W2V_MAX_MODELS", 50.0))


def max_owner_bytes() -> int:
    """The most room of one owner in sharing mode, in bytes: ``W2V_MAX_OWNER_MB``, 3,000 MB by
    default."""
    return int(_number("W2V_MAX_OWNER_MB", 3_000.0) * 1e6)


def max_home_bytes() -> int | None:
    """The most room of everything in ``W2V_HOME`` together, in bytes: ``W2V_MAX_HOME_MB``; None, no
    limit, by default and for 0."""
    most = _number("W2V_MAX_HOME_MB", 0.0)
    return int(most * 1e6) if most > 0 else None


def min_free_bytes(total: int, shared: bool) -> int:
    """How much of a disk of ``total`` bytes is kept free: ``W2V_MIN_FREE``, a share of it ("5%") or
    megabytes ("2000"); 10 % by default, and on a machine of one's own at most 1 GB."""
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
    """The days after which a model goes that a visitor without an account made in sharing mode, and
    that nobody has opened since: ``W2V_KEEP_DAYS``, 90 by default; None, never, for 0."""
    days = _number("W2V_KEEP_DAYS", 90.0)
    return days if days > 0 else None


def max_queue() -> int:
    """The most jobs that wait at once, of all people: ``W2V_MAX_QUEUE``, 200 by default."""
    return int(_number("W2V_MAX_QUEUE", 200.0))


def max_owner_queue() -> int:
    """The most jobs of one owner that wait at once in sharing mode: ``W2V_MAX_OWNER_QUEUE``, 10 by
    default."""
    return int(_number("W2V_MAX_OWNER_QUEUE", 10.0))


def refuse_upload(n_bytes: int, what: str = "This file") -> None:
    """ValueError, with a sentence, for more than a visitor may bring."""
    if n_bytes > max_upload_bytes():
        raise ValueError(
            f"{what} has {n_bytes / 1e6:,.1f} MB; at most {max_upload_bytes() / 1e6:,g} MB are taken: "
            "use a shorter one."
        )


def refuse_training(n_tokens: int, n_words: int | None = None, dim: int | None = None) -> None:
    """ValueError, with a sentence that says what to lower, for a training larger than the operator
    allows."""
    if n_tokens > max_tokens():
        raise ValueError(
            f"This text has {n_tokens:,} words; at most {max_tokens():,} are trained on here: use a "
            "shorter text."
        )
    if n_words is not None and n_words > max_words():
        raise ValueError(
            f"This vocabulary has {n_words:,} words; at most {max_words():,} are trained here: lower "
            "max_vocab, or raise min_count."
        )
    if dim is not None and dim > max_dim():
        raise ValueError(
            f"dim={dim:,}: vectors of at most {max_dim():,} numbers are trained here: lower dim."
        )


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
