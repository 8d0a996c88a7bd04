"""Names that people give, made fit to be shown and to be kept."""

from __future__ import annotations

import re
from typing import Any

from w2v_core.text.single_line import single_line


def clean(text: Any, otherwise: str = "") -> str:
    """What a person gave as one line of text; ``otherwise`` where nothing is left of it."""
    return (single_line(text) if isinstance(text, str) else "") or otherwise


def safe_name(name: str) -> str:
    """A file name that every system takes and that stays in its folder, never empty."""
    name = re.sub(r"[^\w .()-]", " ", name).strip(" .")[-60:].strip(" .")
    return name or "text.txt"
