"""Names that people give, made fit to be shown and to be kept."""

from __future__ import annotations

import re
from typing import Any

_LONGEST_TEXT = 200  # characters of a name


def clean(text: Any, otherwise: str = "") -> str:
    """A line of text that can be shown: one line, not long, no control characters."""
    text = text if isinstance(text, str) else ""
    text = text.encode("utf-8", "replace").decode("utf-8")
    text = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", text).split())[:_LONGEST_TEXT]
    return text or otherwise


def safe_name(name: str) -> str:
    """A file name that every system takes and that stays in its folder, never empty."""
    name = re.sub(r"[^\w .()-]", " ", name).strip(" .")[-60:].strip(" .")
    return name or "text.txt"
