"""How much the app takes in, as the person who runs it may set it."""

from __future__ import annotations

import os


def max_text_bytes() -> int:
    """The largest text that is read, in bytes after unpacking: ``W2V_MAX_TEXT_MB``, 1,000 MB by
    default."""
    try:
        megabytes = float(os.environ.get("W2V_MAX_TEXT_MB", ""))
    except ValueError:
        megabytes = 1_000.0
    return int(megabytes * 1e6)
